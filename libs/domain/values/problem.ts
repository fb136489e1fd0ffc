import type { PostingWarning } from './warning';

/** One broken field of a submission: a JSON Pointer (RFC 6901) into the submitted event. */
export interface FieldError {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

/** The stable codes of every refusal (specification, section 3, “Refusals”). */
export const PROBLEM_CODES = [
  'malformed',
  'invalid-event',
  'invalid-question',
  'no-key',
  'bad-key',
  'not-recognised',
  'not-your-event',
  'unknown-provider',
  'unknown-adviser',
  'unknown-event',
  'unknown-policy',
  'unknown-body',
  'not-found',
  'method-not-allowed',
  'not-acceptable',
  'same-id-different-content',
  'other-log',
  'too-large',
  'unsupported-media-type',
  'slow-down',
  'internal',
  'unavailable',
  'not-caught-up',
  'unknown-subject',
  'already-registered',
  'same-subject',
  'invalid-interval',
  'overlapping-award',
  'no-such-award',
  'not-suspended',
  'extension-shortens',
  'no-such-event',
  'already-retracted',
  'already-appealed',
  'no-appeal',
  'not-appealable',
  'not-correctable',
  'not-disputable',
  'already-disputed',
  'no-open-dispute',
  'too-many-disputes',
  'too-many',
  'other-stream',
  'day-out-of-order',
  'edition-exists',
  'contract-cycle',
  'no-day-opened',
] as const;

export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** Why something was refused, and how to mend it. An error is a value: it is returned, never thrown. */
export interface Refusal {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
}

export function refuse(code: ProblemCode, detail: string, pointer?: string): Refusal {
  return pointer === undefined ? { code, detail } : { code, detail, errors: [{ pointer, code, detail }] };
}

export function isRefusal(value: object): value is Refusal {
  return 'code' in value && 'detail' in value;
}

/** Refuses a question for what is wrong with its parts, the first few of which are told in words. */
export function invalidQuestion(errors: readonly FieldError[]): Refusal {
  return { code: 'invalid-question', detail: `Correct ${inWords(errors)}, and ask again`, errors };
}

/** So many errors are told in the words of a refusal; all of them stand in its list. */
const MOST_IN_WORDS = 3;

/** Errors as a sentence has them. */
export function inWords(errors: readonly FieldError[]): string {
  const told = errors
    .slice(0, MOST_IN_WORDS)
    .map(({ pointer, detail }) => `${pointer || 'the whole'} (${detail})`);
  const more = errors.length > told.length ? ` and ${errors.length - told.length} more` : '';
  return `${told.join(', ')}${more}`;
}

/** Something worth knowing about what was taken. */
export interface Warning<Code extends string = PostingWarning> {
  readonly code: Code;
  readonly pointer?: string;
  readonly detail: string;
}
