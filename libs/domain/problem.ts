/** One broken field of a submission: a JSON Pointer (RFC 6901) into the submitted event. */
export interface FieldError {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

/** The stable codes of every refusal (design, section 3, “Refusals”). */
export type ProblemCode =
  | 'malformed'
  | 'invalid-event'
  | 'invalid-question'
  | 'no-key'
  | 'bad-key'
  | 'not-recognised'
  | 'not-your-event'
  | 'unknown-provider'
  | 'unknown-adviser'
  | 'unknown-event'
  | 'unknown-policy'
  | 'unknown-body'
  | 'not-found'
  | 'method-not-allowed'
  | 'not-acceptable'
  | 'same-id-different-content'
  | 'other-log'
  | 'too-large'
  | 'unsupported-media-type'
  | 'slow-down'
  | 'internal'
  | 'unavailable'
  | 'not-caught-up'
  | 'unknown-subject'
  | 'already-registered'
  | 'invalid-interval'
  | 'overlapping-award'
  | 'no-such-award'
  | 'not-suspended'
  | 'extension-shortens'
  | 'no-such-event'
  | 'already-retracted'
  | 'already-appealed'
  | 'no-appeal'
  | 'not-appealable'
  | 'not-correctable'
  | 'not-disputable'
  | 'already-disputed'
  | 'no-open-dispute'
  | 'too-many-disputes'
  | 'other-stream'
  | 'day-out-of-order'
  | 'edition-exists'
  | 'contract-cycle'
  | 'no-day-opened';

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

/** Something worth knowing about an accepted submission. */
export interface Warning {
  readonly code: string;
  readonly pointer?: string;
  readonly detail: string;
}
