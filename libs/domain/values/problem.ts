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

/** Marks a refusal. Nothing that is read or answered can have this mark: JSON knows no symbols. */
const REFUSAL: unique symbol = Symbol('refusal');

/**
 * Why something was refused, and how to correct it. An error is a value: it is returned, never thrown. Only
 * {@link refuse}, or a copy of a refusal, makes one; only {@link isRefusal} tests for one.
 */
export interface Refusal {
  readonly [REFUSAL]: true;
  readonly code: ProblemCode;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
}

/** `errors`: each broken field, or the pointer of the only one, which then gets the whole detail. */
export function refuse(code: ProblemCode, detail: string, errors?: string | readonly FieldError[]): Refusal {
  if (errors === undefined) return { [REFUSAL]: true, code, detail };
  return {
    [REFUSAL]: true,
    code,
    detail,
    errors: typeof errors === 'string' ? [{ pointer: errors, code, detail }] : errors,
  };
}

export function isRefusal(value: unknown): value is Refusal {
  return (value as Partial<Refusal> | null | undefined)?.[REFUSAL] === true;
}

/** Refuses a question because of its parts; the detail tells the first few errors. */
export function invalidQuestion(errors: readonly FieldError[]): Refusal {
  return refuse('invalid-question', `Correct ${errorsInWords(errors)}, and ask again`, errors);
}

/** The most errors that a detail tells; the list of errors has all of them. */
const MOST_IN_WORDS = 3;

/** Errors as a sentence has them. */
export function errorsInWords(errors: readonly FieldError[]): string {
  const told = errors
    .slice(0, MOST_IN_WORDS)
    .map(({ pointer, detail }) => `${pointer || 'the whole'} (${detail})`);
  const more = errors.length > told.length ? ` and ${errors.length - told.length} more` : '';
  return `${told.join(', ')}${more}`;
}

/** A warning about something that was taken. */
export interface Warning<Code extends string = PostingWarning> {
  readonly code: Code;
  readonly pointer?: string;
  readonly detail: string;
}
