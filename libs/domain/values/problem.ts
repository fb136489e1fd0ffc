import type { PostingWarning } from './warning';

/** One broken field of a submission: a JSON Pointer (RFC 6901) into the submitted event. */
export interface FieldError {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

/**
 * The stable codes of every refusal, and what is refused with each (specification, section 3, “Refusals”). What stands between
 * backticks is code.
 */
export const PROBLEMS = {
  malformed: 'What was sent is not JSON, not CSV, or not written in UTF-8, so nothing in it could be read.',
  'invalid-event':
    'The event has not the form of its type: an unknown type, a wrong key, a field that is missing or that nobody knows, a day that does not exist. What is in the log stays for ever, so its form is checked strictly.',
  'invalid-question':
    'The address asks something that cannot be answered: a key or day of a wrong form, a parameter that does not exist or is missing, a setting that no edition of the policy has. A typing mistake must not change a question in silence.',
  'no-key': 'Writing needs a key, and the request brings none. Reading needs none.',
  'bad-key':
    'The key is not in force: it was mistyped, revoked, or its last day has passed, or the header is not written `Bearer` and the key.',
  'not-recognised':
    'Your body is not recognised for this. What a body may post is itself in the log: which types of event, and for which standards or qualifications, from which day on. It must be allowed both today and on the first day of the fact. What is kept of a person is for the body that registered the person, and the registrar.',
  'not-your-event': 'Only the body that posted an event, or the registrar, may correct or retract it.',
  'unknown-provider': 'No provider was registered under this key at the moment asked about.',
  'unknown-adviser': 'No adviser was registered under this key at the moment asked about.',
  'unknown-event': 'The log has no event at this position yet.',
  'unknown-policy': 'No edition of this policy stood at the moment asked about.',
  'unknown-body': 'No body of this name is recognised.',
  'not-found': 'There is nothing at this address, or nothing is kept there.',
  'method-not-allowed': 'The address exists, but does not answer this method.',
  'not-acceptable': 'The request accepts only forms in which this answer is not given.',
  'same-id-different-content':
    'Another event was posted under this source and id before. Posting the same again is harmless, but one id never stands for two contents.',
  'other-log':
    'The moment asked about is one of another log: it names a position and the first digits of what stood there, and something else stands there here. The register was restored from a backup and has gone on otherwise since, or the address is of another register. To answer would be to give the answer of one history as that of another.',
  'too-large':
    'The body, a line, an event or an atomic batch is larger than can be taken in one piece, or more would have to be looked at for an answer than one question may cause.',
  'unsupported-media-type': 'The body is of a type that this address does not take, or is compressed.',
  'slow-down':
    'More requests came within a minute, with one key or without one from one address, than the operator lets anybody make.',
  internal: 'The register failed at this. It is not your fault, and its operator has been told.',
  unavailable:
    'The log cannot be written or read at the moment, the register is being stopped, or others wait already for answers that take a look at a large part of the register.',
  'not-caught-up':
    'The register is still reading its log, the position asked about is beyond the end of the log, or the moment has not come yet. It says so rather than answer from less than it should know.',
  'unknown-subject':
    'The event is about somebody, or names somebody, who is not registered: its subject, or a provider, adviser or body in its data.',
  'already-registered': 'The key is registered already, maybe as a further key of another provider.',
  'same-subject':
    'The event passes something on (`into`, `to`) to its own subject, named by a further key. Nothing passes to where it is already.',
  'invalid-interval': 'The last day is before the first. Both ends belong to a stretch of days.',
  'overlapping-award':
    'An award or contract of this holder with the same reference counts on some of these days already. Two at once could contradict each other.',
  'no-such-award':
    'The event acts on something that stands nowhere before it: an award, certificate, registration, enrolment, engagement, commission, appointment, coordinator or contract of this subject. One that was voided does not count.',
  'not-suspended':
    'There is nothing to lift: no suspension, lapse or removal stands before that was not lifted.',
  'extension-shortens':
    'An extension moves an end to a later day. This one would move it back, or there is no end.',
  'no-such-event': 'The event names another one that is not in the log before it.',
  'already-retracted':
    'The event named does not stand any more: it was retracted, or a dispute of it was upheld.',
  'already-appealed': 'An appeal against this event was lodged before. Each has one.',
  'no-appeal': 'A decision needs an appeal that was lodged and is not decided.',
  'not-appealable':
    'No appeal lies against this event: it does not say what an appeal would do to it (`onAppeal`).',
  'not-correctable':
    'This event cannot be changed in this way. Corrections, retractions and disputes are not corrected, and days and keys are neither corrected nor retracted.',
  'not-disputable':
    'A dispute of this event could change no answer. Only what gives, ends, hides or moves days can be disputed.',
  'already-disputed': 'A dispute of this event is open already.',
  'no-open-dispute': 'There is no open dispute of this event that could be closed.',
  'too-many-disputes':
    'Eight disputes are open among the events of this stream. With more of them nothing certain could be said any more.',
  'too-many':
    'Your body has posted as many events of this kind about this subject as one body may, or a chain of contracts or the keys of one provider or adviser would grow longer than the register follows. Whoever asks about the subject has all of them read: without a bound, one body could keep everyone waiting. What other bodies post is not counted.',
  'other-stream':
    'The subject is not that of the event named, or a correction would move its target to another subject or standard, or let it name another event.',
  'day-out-of-order': 'Days are opened one after the other, none is left out, and none before it has begun.',
  'edition-exists': 'An edition of this policy with this number is published already, and never changes.',
  'contract-cycle':
    'The contracts would stand under each other in a ring, so that everyone were a subcontractor of everyone.',
  'no-day-opened':
    'The register has not opened its first day, so it knows no today: nobody but the registrar can post, and a question must name its days.',
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

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
