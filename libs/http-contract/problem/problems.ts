import { PROBLEM_CODES, type FieldError, type ProblemCode, type Refusal } from '@app/domain/values/problem';

/** What the page of a refusal says, in plain words; text between backticks is code. */
export interface ProblemPage {
  /** What is refused, and why the rule exists. */
  readonly refused: string;
  /** A case that is refused. */
  readonly example: string;
  /** What to do about it. */
  readonly mend: string;
}

/** A property of a route or request that makes a refusal possible. */
export type Bringer =
  'every address' | 'every route' | 'a form of the answer' | 'a key' | 'a moment' | 'a body' | 'judging';

/** Everything that HTTP says of a refusal. */
interface Problem extends ProblemPage {
  readonly status: number;
  /** The properties that make it possible. Operations name refusals without this, and may name others. */
  readonly comesWith?: readonly Bringer[];
}

/**
 * The one table of the refusals (specification, section 3, “Refusals”): a code without a status and a page does not
 * compile.
 */
export const PROBLEMS: Readonly<Record<ProblemCode, Problem>> = {
  malformed: {
    status: 400,
    comesWith: ['a body'],
    refused: 'What was sent is not JSON, not CSV, or not written in UTF-8, so nothing in it could be read.',
    example: 'An event that was cut off: `{"specversion":"1.0","id":"2026-1"`.',
    mend: 'Write the body as JSON in UTF-8. The detail says at which character reading it failed. In a batch of lines only the broken line is refused.',
  },
  'invalid-event': {
    status: 400,
    comesWith: ['judging'],
    refused:
      'The event has not the form of its type: an unknown type, a wrong key, a field that is missing or that no one knows, a day that does not exist. What is in the log stays permanently, so its form is checked strictly.',
    example: 'An `AccreditationAwarded` with `"from": "2026-02-30"`: there is no such day.',
    mend: 'Look at `errors`: each has a `pointer` to the field and says what belongs there. Correct them all and post the event again under the same id. `onAppeal`, where it is asked for, says what an appeal does to the event: with `stays` an appeal suspends its effect until the appeal is decided, with `stands` the effect stands meanwhile.',
  },
  'invalid-question': {
    status: 400,
    comesWith: ['every route'],
    refused:
      'The address asks something that cannot be answered: a key or day of a wrong form, a parameter that does not exist or is missing, a setting that no edition of the policy has. A typing mistake must not change a question in silence.',
    example: '`?setting=school-commissioned&form=2026-09-01`: the parameter is called `from`.',
    mend: 'Look at `errors`: each names the parameter and says what belongs there. Days are written `YYYY-MM-DD`; give `on`, or both `from` and `until`, or neither.',
  },
  'no-key': {
    status: 401,
    comesWith: ['a key'],
    refused: 'Writing needs a key, and the request brings none. Reading needs none.',
    example: 'A post to `/v1/events` without an `Authorization` header.',
    mend: 'Send the key that the registrar gave you: `Authorization: Bearer <key>`.',
  },
  'bad-key': {
    status: 401,
    comesWith: ['a key'],
    refused:
      'The key is not in force: it was mistyped, revoked, or its last day has passed, or the header is not written `Bearer` and the key.',
    example: '`Authorization: Basic …`, or a key that was replaced last month.',
    mend: 'Check the header and the key. If it was revoked or has run out, ask the registrar for another.',
  },
  'not-recognised': {
    status: 403,
    comesWith: ['judging'],
    refused:
      'Your body is not recognised for this. What a body may post is itself in the log: which types of event, and for which standards or qualifications, from which day on. It must be allowed both today and on the first day of the fact. What is kept of a person is for the body that registered the person, one that has succeeded it without a limit, and the registrar.',
    example: 'A body recognised for the standard `matrix` awards `quality-in-careers`.',
    mend: 'Check the type, the standard or qualification, and the first day. If your body should be allowed this, ask the registrar to recognise it. Issuing and revoking keys is for the registrar alone.',
  },
  'not-your-event': {
    status: 403,
    comesWith: ['judging'],
    refused:
      'Only the body that posted an event, one that has succeeded it (`BodySucceeded`), or the registrar may correct or retract it.',
    example: 'One body posts an `EventCorrected` of an award that another body made.',
    mend: 'Ask the body that posted it to correct it. If it does not agree that it is wrong, open a dispute (`DisputeOpened`) of what gives, ends, hides or moves days, and ask the registrar about anything else.',
  },
  'unknown-provider': {
    status: 404,
    refused: 'No provider was registered under this key at the moment asked about.',
    example: '`ukprn:10000002`, where the provider is registered as `ukprn:10000001`.',
    mend: 'Check the key. If you asked about an earlier moment (`knownAt`), the provider may have been registered later. Else ask its body to register it.',
  },
  'unknown-adviser': {
    status: 404,
    refused: 'No adviser was registered under this key at the moment asked about.',
    example: 'A question that names `adviser:example0002`, which no one registered.',
    mend: 'Check the key: it is `adviser:` and the 8–32 characters that the adviser was given. Else ask the adviser’s body to register the person.',
  },
  'unknown-event': {
    status: 404,
    refused: 'The log has no event at this position yet.',
    example: '`/v1/events/4182`, while the last event stands at 4000.',
    mend: 'Check the position; the detail says where the log ends. If you have just posted it elsewhere, ask again with `atLeast` and the position.',
  },
  'unknown-policy': {
    status: 404,
    refused: 'No edition of this policy stood at the moment asked about.',
    example: '`?policy=cmqa-2071`, a typing mistake for `cmqa-2017`.',
    mend: 'See `/v1/policies` for those there are. If you asked about an earlier moment (`knownAt`), the policy may have been published later.',
  },
  'unknown-body': {
    status: 404,
    refused: 'No body of this name is recognised.',
    example: 'A key is to be issued for `matirx`, a typing mistake for `matrix`.',
    mend: 'Check the name. A new body is recognised by an event of the registrar’s, `BodyRecognised`, before it gets a key.',
  },
  'not-found': {
    status: 404,
    comesWith: ['every address'],
    refused: 'There is nothing at this address, or nothing is kept there.',
    example: '`/v1/provider/ukprn:10000001`: the path begins with `/v1/providers`.',
    mend: 'Check the address. `/docs` shows all that there are.',
  },
  'method-not-allowed': {
    status: 405,
    comesWith: ['every address'],
    refused: 'The address exists, but does not answer this method.',
    example: 'A `PUT` to `/v1/events`: what is in the log is never replaced.',
    mend: 'Use one of the methods that the `Allow` header of the answer names.',
  },
  'not-acceptable': {
    status: 406,
    comesWith: ['a form of the answer'],
    refused: 'The request accepts only forms in which this answer is not given.',
    example: '`Accept: application/xml`.',
    mend: 'Leave the `Accept` header out, or name a form that the detail names.',
  },
  'same-id-different-content': {
    status: 409,
    comesWith: ['judging'],
    refused:
      'Another event was posted under this source and id before. Posting the same again is harmless, but one id never stands for two contents.',
    example: 'Id `2026-0117` is used for an award, and a week later for its suspension.',
    mend: 'Give the new event an id of its own. To change what was posted, post an `EventCorrected` under a new id. For a key: choose another name.',
  },
  'other-log': {
    status: 409,
    comesWith: ['a moment'],
    refused:
      'The moment asked about is one of another log: it names a position and the first digits of what stood there, and something else stands there here. The register was restored from a backup and has gone on otherwise since, or the address is of another register. To answer would be to give the answer of one history as that of another.',
    example: '`?knownAt=4182-1a2b3c4d`, where position 4182 is `4182-99aa00ff` here.',
    mend: 'Ask without the digits, or as known now, to hear what this register says: it may differ from what you keep. A program that copies the log begins its copy anew. To learn what was given up, ask the operator when the register was restored, and up to which position.',
  },
  'too-large': {
    status: 413,
    comesWith: ['a body'],
    refused:
      'The body, a line, an event or an atomic batch is larger than can be taken in one piece, or more would have to be looked at for an answer than one question may cause.',
    example: 'An atomic batch of 10,000 events: one append to the log cannot hold it.',
    mend: 'Post many events as `application/x-ndjson`, one a line, without `atomic`: that has no limit. Split an atomic batch. Shorten the lists of a single event. Compare in one setting, or of one provider; try a draft with fewer tests.',
  },
  'unsupported-media-type': {
    status: 415,
    comesWith: ['a body'],
    refused: 'The body is of a type that this address does not take, or is compressed.',
    example: 'An event posted as `application/json`.',
    mend: 'Set `Content-Type`: one event is `application/cloudevents+json`, several are `application/cloudevents-batch+json` or `application/x-ndjson`, everything else is `application/json`. Events go whole in the body, not spread over headers.',
  },
  'slow-down': {
    status: 429,
    comesWith: ['every address'],
    refused:
      'More requests came within a minute, with one key or without one from one address, than the operator lets anybody make.',
    example: 'Thousands of single posts at once from one place.',
    mend: 'Wait as long as `Retry-After` says, and send the same again: it is taken once only. `RateLimit-Remaining` in each answer says how many requests are left. Post many events, or ask many questions, in one request.',
  },
  internal: {
    status: 500,
    comesWith: ['every route'],
    refused: 'The register failed at this. It is not your fault, and its operator has been told.',
    example: 'A mistake in the program that no one foresaw.',
    mend: 'Send the same again later: what was taken all the same is not taken twice. If it goes on, tell the operator the time and the request id.',
  },
  unavailable: {
    status: 503,
    comesWith: ['every route'],
    refused:
      'The log cannot be written or read at the moment, the register is being stopped, or others wait already for answers that take a look at a large part of the register.',
    example: 'The register is restarted during your post.',
    mend: 'Wait as long as `Retry-After` says, and send the same again under the same id: it is taken once only, even where the first went through. Where others wait already for the same kind of answer, `detail` says so: ask again a while later.',
  },
  'not-caught-up': {
    status: 503,
    comesWith: ['a key', 'a moment'],
    refused:
      'The register is still reading its log, the position asked about is beyond the end of the log, or the moment has not come yet. It says so rather than answer from less than it should know.',
    example:
      '`?knownAt=` an instant of tomorrow, `/v1/log?after=` a position beyond the last event, or any question while the register starts.',
    mend: 'While it starts, try again in a minute: `/health/ready` says how far it is. Of a moment to come, ask about an earlier one. A position that was there before, and is beyond the end now, means that the register was restored from a backup, or that this is another register.',
  },
  'unknown-subject': {
    status: 422,
    comesWith: ['judging'],
    refused:
      'The event is about somebody, or names somebody, who is not registered: its subject, or a provider, adviser or body in its data.',
    example: 'An award to `ukprn:10000002` before its `ProviderRegistered`.',
    mend: 'Register first, or check the key; `errors` says which. Both can go in one batch, the registration in front.',
  },
  'already-registered': {
    status: 422,
    comesWith: ['judging'],
    refused: 'The key is registered already, maybe as a further key of another provider.',
    example: 'A second `ProviderRegistered` for `ukprn:10000001`.',
    mend: 'Use the registration there is, and post an `EventCorrected` where it is wrong. A key is free again once its registration is retracted.',
  },
  'same-subject': {
    status: 422,
    comesWith: ['judging'],
    refused:
      'The event passes something on (`into`, `to`) to its own subject, named by a further key. Nothing passes to where it is already.',
    example: '`ukprn:10000001` merges into `company:01234567`, which is a further key of the same provider.',
    mend: 'Check the key: name the provider or adviser on the other side by any key of its own. Where one simply has a further key, that is a `ProviderIdentified`.',
  },
  'invalid-interval': {
    status: 422,
    comesWith: ['judging'],
    refused: 'The last day is before the first. Both ends belong to a stretch of days.',
    example: '`"from": "2026-09-01", "until": "2026-08-31"`.',
    mend: 'Check both days, and whether they were exchanged. One single day has the same `from` and `until`.',
  },
  'overlapping-award': {
    status: 422,
    comesWith: ['judging'],
    refused:
      'An award or contract of this holder with the same reference counts on some of these days already. Two at once could contradict each other.',
    example: 'M-1042 runs until 14 March 2027, and is awarded again from 1 March 2027.',
    mend: 'Begin on the day after the present one ends, extend that one, correct it, or use the reference of the new award.',
  },
  'no-such-award': {
    status: 422,
    comesWith: ['judging'],
    refused:
      'The event acts on something that stands nowhere before it: an award, certificate, registration, enrolment, engagement, commission, appointment, coordinator or contract of this subject. One that was voided does not count.',
    example: 'A suspension of `M-1024`, where the award is `M-1042`.',
    mend: 'Check the reference, the standard or qualification, and the subject. If the grant was never posted, post it first.',
  },
  'not-suspended': {
    status: 422,
    comesWith: ['judging'],
    refused: 'There is nothing to lift: no suspension, lapse or removal stands before that was not lifted.',
    example: 'An `AccreditationReinstated` for an award that was never suspended.',
    mend: 'Check the reference and the subject. If the suspension was never posted, post it first; if it was lifted already, nothing is left to do.',
  },
  'extension-shortens': {
    status: 422,
    comesWith: ['judging'],
    refused: 'An extension moves an end to a later day. This one would move it back, or there is no end.',
    example: 'An award until 14 March 2027 is extended until 1 March 2027.',
    mend: 'Give a later day. To shorten an award that was posted wrongly, correct it; to end it early, withdraw it or let it lapse.',
  },
  'no-such-event': {
    status: 422,
    comesWith: ['judging'],
    refused: 'The event names another one that is not in the log before it.',
    example: '`"event": "id:2026-0117"`, an id that your body never used under this source.',
    mend: 'Name the event by its position, such as `"4182"`, or by `id:` and the id under which your own body posted it from the same source.',
  },
  'already-retracted': {
    status: 422,
    comesWith: ['judging'],
    refused: 'The event named does not stand any more: it was retracted, or a dispute of it was upheld.',
    example: 'A correction of an award that was retracted last week.',
    mend: 'Post the fact anew under a new id. If the retraction itself was the mistake, retract the retraction.',
  },
  'already-appealed': {
    status: 422,
    comesWith: ['judging'],
    refused: 'An appeal against this event was lodged before. Each has one.',
    example: 'A second `AppealLodged` against the same suspension.',
    mend: 'Nothing is left to do, unless the first appeal was posted wrongly: correct or retract that one.',
  },
  'no-appeal': {
    status: 422,
    comesWith: ['judging'],
    refused: 'A decision needs an appeal that was lodged and is not decided.',
    example: 'An `AppealDecided` without an `AppealLodged` before it, or a second decision.',
    mend: 'Post the `AppealLodged` first, or check which event `against` names. A wrong decision is corrected, not decided again.',
  },
  'not-appealable': {
    status: 422,
    comesWith: ['judging'],
    refused: 'No appeal lies against this event: it does not say what an appeal would do to it (`onAppeal`).',
    example: 'An appeal against an award.',
    mend: 'Check which event `against` names: a suspension, withdrawal, revocation, removal or sanction. Who holds any other event to be wrong opens a dispute.',
  },
  'not-correctable': {
    status: 422,
    comesWith: ['judging'],
    refused:
      'This event cannot be changed in this way. Corrections, retractions and disputes are not corrected, and days and keys are neither corrected nor retracted.',
    example: 'An `EventCorrected` of an `EventRetracted`.',
    mend: 'Retract the correction, retraction or dispute, and post another. Revoke a key. A day, once opened, stays.',
  },
  'not-disputable': {
    status: 422,
    comesWith: ['judging'],
    refused: 'This event cannot be disputed. Only what gives, ends, hides or moves days can be.',
    example: 'A dispute of a `ProviderRenamed`.',
    mend: 'Check which event `event` names. Whatever else is wrong, the body that posted it, or the registrar, corrects or retracts it.',
  },
  'already-disputed': {
    status: 422,
    comesWith: ['judging'],
    refused: 'A dispute of this event is open already.',
    example: 'A second `DisputeOpened` of the same award.',
    mend: 'Wait until the registrar closes the open dispute. After that it may be disputed again.',
  },
  'no-open-dispute': {
    status: 422,
    comesWith: ['judging'],
    refused: 'There is no open dispute of this event that could be closed.',
    example: 'A `DisputeClosed` that names the dispute instead of the award disputed.',
    mend: 'Name in `event` the event that is disputed. If the dispute is closed already, nothing is left to do.',
  },
  'too-many-disputes': {
    status: 422,
    comesWith: ['judging'],
    refused:
      'Eight disputes are open among the events of this stream. With more of them nothing certain could be said any more.',
    example: 'A ninth award of one provider and standard is disputed.',
    mend: 'Wait until the registrar closes one of them.',
  },
  'too-many': {
    status: 422,
    comesWith: ['judging'],
    refused:
      'Your body has posted as many events of this kind about this subject as one body may, or a chain of contracts or the keys of one provider or adviser would grow longer than the register follows. Whoever asks about the subject has all of them read: without a bound, one body could keep everyone waiting. What other bodies post is not counted.',
    example:
      'A program that goes wrong starts the engagement of one adviser anew every night: after 2,000 of them the next is refused.',
    mend: 'Look at what your body has posted about the subject, at its `history`: as a rule one event was posted over and over. Retract what is wrong, correct what is there in place of posting it again, and leave the rest: what ends, corrects or retracts something is counted apart, up to twice as many. The bounds stand in docs/events.md. Keep a chain of contracts to 50 links, and the keys of one provider or adviser to 50. Where more is really needed, ask the registrar to post it.',
  },
  'other-stream': {
    status: 422,
    comesWith: ['judging'],
    refused:
      'The subject is not that of the event named, or a correction would move its target to another subject or standard, or let it name another event.',
    example: 'An award of one provider is to be corrected so that another provider has it.',
    mend: 'Give the subject literally as the event named has it. What was posted about the wrong subject is retracted, and posted anew.',
  },
  'day-out-of-order': {
    status: 422,
    comesWith: ['judging'],
    refused: 'Days are opened one after the other, none is left out, and none before it has begun.',
    example: '3 September is opened while the last day open is 1 September.',
    mend: 'Open the day after the last one. With `REGISTER_CALENDAR=auto` the register does it by itself.',
  },
  'edition-exists': {
    status: 422,
    comesWith: ['judging'],
    refused: 'An edition of this policy with this number is published already, and never changes.',
    example: 'Edition 1 of `cmqa-2017` is published a second time, with another rule.',
    mend: 'Give the new edition the next number.',
  },
  'contract-cycle': {
    status: 422,
    comesWith: ['judging'],
    refused:
      'The contracts would stand under each other in a ring, so that everyone were a subcontractor of everyone.',
    example: 'C-2 is awarded under C-1, and then C-1 is awarded under C-2.',
    mend: 'Check `subcontractorOf`: it names the contract above, and the one on top names none.',
  },
  'no-day-opened': {
    status: 422,
    comesWith: ['judging'],
    refused:
      'The register has not opened its first day, so it knows no today: no one but the registrar can post, and a question must name its days.',
    example: 'A question without `on`, `from` and `until` to a register that was just set up.',
    mend: 'Give `on`, or `from` and `until`. Who posts waits until the first `DayOpened` is in the log.',
  },
};

/** What is refused with each code, in a sentence or two. */
export const REFUSED_WORDS: Readonly<Record<ProblemCode, string>> = Object.fromEntries(
  PROBLEM_CODES.map((code) => [code, PROBLEMS[code].refused]),
) as Record<ProblemCode, string>;

/** The codes that something brings with it. */
export function codesWith(bringer: Bringer): readonly ProblemCode[] {
  return PROBLEM_CODES.filter((code) => PROBLEMS[code].comesWith?.includes(bringer));
}

/** The title of a code: its words. */
function titleOf(code: ProblemCode): string {
  return code.charAt(0).toUpperCase() + code.slice(1).replaceAll('-', ' ');
}

/** A code with all that its page says. */
export interface ExplainedProblem {
  readonly code: ProblemCode;
  readonly status: number;
  readonly title: string;
  readonly page: ProblemPage;
}

/** The page of a code; undefined if there is no such code. */
export function problemPage(asked: string): ExplainedProblem | undefined {
  const code = PROBLEM_CODES.find((one) => one === asked);
  if (code === undefined) return undefined;
  const { status, refused, example, mend } = PROBLEMS[code];
  return { code, status, title: titleOf(code), page: { refused, example, mend } };
}

/** Problem details (RFC 9457) with the register’s code, and one error for each broken field. */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  readonly errors?: readonly FieldError[];
}

export function problemOf({ code, detail, errors }: Refusal): ProblemDetails {
  return {
    type: `/problems/${code}`,
    title: titleOf(code),
    status: PROBLEMS[code].status,
    detail,
    code,
    ...(errors ? { errors } : {}),
  };
}
