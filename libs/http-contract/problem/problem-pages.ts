import { PROBLEMS, type ProblemCode } from '@app/domain/values/problem';

/** What a page says of a refusal, in plain words; what stands between backticks is code. */
export interface ProblemPage {
  /** What is refused, and why there is such a rule. */
  readonly refused: string;
  /** A case of it. */
  readonly example: string;
  /** What to do about it. */
  readonly mend: string;
}

/** An example of each refusal, and how to correct it: a code without them does not compile. */
const REMEDIES: Readonly<Record<ProblemCode, Pick<ProblemPage, 'example' | 'mend'>>> = {
  malformed: {
    example: 'An event that was cut off: `{"specversion":"1.0","id":"2026-1"`.',
    mend: 'Write the body as JSON in UTF-8. The detail says at which character reading it failed. In a batch of lines only the broken line is refused.',
  },
  'invalid-event': {
    example: 'An `AccreditationAwarded` with `"from": "2026-02-30"`: there is no such day.',
    mend: 'Look at `errors`: each has a `pointer` to the field and says what belongs there. Correct them all and post the event again under the same id. `onAppeal`, where it is asked for, says what an appeal does to the event: with `stays` an appeal suspends its effect until the appeal is decided, with `stands` the effect stands meanwhile.',
  },
  'invalid-question': {
    example: '`?setting=school-commissioned&form=2026-09-01`: the parameter is called `from`.',
    mend: 'Look at `errors`: each names the parameter and says what belongs there. Days are written `YYYY-MM-DD`; give `on`, or both `from` and `until`, or neither.',
  },
  'no-key': {
    example: 'A post to `/v1/events` without an `Authorization` header.',
    mend: 'Send the key that the registrar gave you: `Authorization: Bearer <key>`.',
  },
  'bad-key': {
    example: '`Authorization: Basic …`, or a key that was replaced last month.',
    mend: 'Check the header and the key. If it was revoked or has run out, ask the registrar for another.',
  },
  'not-recognised': {
    example: 'A body recognised for the standard `matrix` awards `quality-in-careers`.',
    mend: 'Check the type, the standard or qualification, and the first day. If your body should be allowed this, ask the registrar to recognise it. Issuing and revoking keys is for the registrar alone.',
  },
  'not-your-event': {
    example: 'One body posts an `EventCorrected` of an award that another body made.',
    mend: 'Ask the body that posted it to correct it. If it does not agree that it is wrong, open a dispute: `DisputeOpened`.',
  },
  'unknown-provider': {
    example: '`ukprn:10000002`, where the provider is registered as `ukprn:10000001`.',
    mend: 'Check the key. If you asked about an earlier moment (`knownAt`), the provider may have been registered later. Else ask its body to register it.',
  },
  'unknown-adviser': {
    example: 'A question that names `adviser:example0002`, which nobody registered.',
    mend: 'Check the key: it is `adviser:` and the 8–32 characters that the adviser was given. Else ask the adviser’s body to register the person.',
  },
  'unknown-event': {
    example: '`/v1/events/4182`, while the last event stands at 4000.',
    mend: 'Check the position; the detail says where the log ends. If you have just posted it elsewhere, ask again with `atLeast` and the position.',
  },
  'unknown-policy': {
    example: '`?policy=cmqa-2071`, a typing mistake for `cmqa-2017`.',
    mend: 'See `/v1/policies` for those there are. If you asked about an earlier moment (`knownAt`), the policy may have been published later.',
  },
  'unknown-body': {
    example: 'A key is to be issued for `matirx`, a typing mistake for `matrix`.',
    mend: 'Check the name. A new body is recognised by an event of the registrar’s, `BodyRecognised`, before it gets a key.',
  },
  'not-found': {
    example: '`/v1/provider/ukprn:10000001`: the path begins with `/v1/providers`.',
    mend: 'Check the address. `/docs` shows all that there are.',
  },
  'method-not-allowed': {
    example: 'A `PUT` to `/v1/events`: what is in the log is never replaced.',
    mend: 'Use one of the methods that the `Allow` header of the answer names.',
  },
  'not-acceptable': {
    example: '`Accept: application/xml`.',
    mend: 'Leave the `Accept` header out, or name a form that the detail names.',
  },
  'same-id-different-content': {
    example: 'Id `2026-0117` is used for an award, and a week later for its suspension.',
    mend: 'Give the new event an id of its own. To change what was posted, post an `EventCorrected` under a new id. For a key: choose another name.',
  },
  'other-log': {
    example: '`?knownAt=4182-1a2b3c4d`, where position 4182 is `4182-99aa00ff` here.',
    mend: 'Ask without the digits, or as known now, to hear what this register says: it may differ from what you keep. A program that copies the log begins its copy anew. To learn what was given up, ask the operator when the register was restored, and up to which position.',
  },
  'too-large': {
    example: 'An atomic batch of 10,000 events: one append to the log cannot hold it.',
    mend: 'Post many events as `application/x-ndjson`, one a line, without `atomic`: that has no limit. Split an atomic batch. Shorten the lists of a single event. Compare in one setting, or of one provider; try a draft with fewer tests.',
  },
  'unsupported-media-type': {
    example: 'An event posted as `application/json`.',
    mend: 'Set `Content-Type`: one event is `application/cloudevents+json`, several are `application/cloudevents-batch+json` or `application/x-ndjson`, everything else is `application/json`. Events go whole in the body, not spread over headers.',
  },
  'slow-down': {
    example: 'Thousands of single posts at once from one place.',
    mend: 'Wait as long as `Retry-After` says, and send the same again: it is taken once only. `RateLimit-Remaining` in each answer says how many requests are left. Post many events, or ask many questions, in one request.',
  },
  internal: {
    example: 'A mistake in the program that nobody foresaw.',
    mend: 'Send the same again later: what was taken all the same is not taken twice. If it goes on, tell the operator the time and the request id.',
  },
  unavailable: {
    example: 'The register is restarted during your post.',
    mend: 'Wait as long as `Retry-After` says, and send the same again under the same id: it is taken once only, even where the first went through. Where others wait already for the same kind of answer, `detail` says so: ask again a while later.',
  },
  'not-caught-up': {
    example:
      '`?knownAt=` an instant of tomorrow, `/v1/log?after=` a position beyond the last event, or any question while the register starts.',
    mend: 'While it starts, try again in a minute: `/health/ready` says how far it is. Of a moment to come, ask about an earlier one. A position that was there before, and is beyond the end now, means that the register was restored from a backup, or that this is another register.',
  },
  'unknown-subject': {
    example: 'An award to `ukprn:10000002` before its `ProviderRegistered`.',
    mend: 'Register first, or check the key; `errors` says which. Both can go in one batch, the registration in front.',
  },
  'already-registered': {
    example: 'A second `ProviderRegistered` for `ukprn:10000001`.',
    mend: 'Use the registration there is, and post an `EventCorrected` where it is wrong. A key is free again once its registration is retracted.',
  },
  'same-subject': {
    example: '`ukprn:10000001` merges into `company:01234567`, which is a further key of the same provider.',
    mend: 'Check the key: name the provider or adviser on the other side by any key of its own. Where one simply has a further key, that is a `ProviderIdentified`.',
  },
  'invalid-interval': {
    example: '`"from": "2026-09-01", "until": "2026-08-31"`.',
    mend: 'Check both days, and whether they were exchanged. One single day has the same `from` and `until`.',
  },
  'overlapping-award': {
    example: 'M-1042 runs until 14 March 2027, and is awarded again from 1 March 2027.',
    mend: 'Begin on the day after the present one ends, extend that one, correct it, or use the reference of the new award.',
  },
  'no-such-award': {
    example: 'A suspension of `M-1024`, where the award is `M-1042`.',
    mend: 'Check the reference, the standard or qualification, and the subject. If the grant was never posted, post it first.',
  },
  'not-suspended': {
    example: 'An `AccreditationReinstated` for an award that was never suspended.',
    mend: 'Check the reference and the subject. If the suspension was never posted, post it first; if it was lifted already, nothing is left to do.',
  },
  'extension-shortens': {
    example: 'An award until 14 March 2027 is extended until 1 March 2027.',
    mend: 'Give a later day. To shorten an award that was posted wrongly, correct it; to end it early, withdraw it or let it lapse.',
  },
  'no-such-event': {
    example: '`"event": "id:2026-0117"`, an id that your body never used under this source.',
    mend: 'Name the event by its position, such as `"4182"`, or by `id:` and the id under which your own body posted it from the same source.',
  },
  'already-retracted': {
    example: 'A correction of an award that was retracted last week.',
    mend: 'Post the fact anew under a new id. If the retraction itself was the mistake, retract the retraction.',
  },
  'already-appealed': {
    example: 'A second `AppealLodged` against the same suspension.',
    mend: 'Nothing is left to do, unless the first appeal was posted wrongly: correct or retract that one.',
  },
  'no-appeal': {
    example: 'An `AppealDecided` without an `AppealLodged` before it, or a second decision.',
    mend: 'Post the `AppealLodged` first, or check which event `against` names. A wrong decision is corrected, not decided again.',
  },
  'not-appealable': {
    example: 'An appeal against an award.',
    mend: 'Check which event `against` names: a suspension, withdrawal, revocation, removal or sanction. Who holds any other event to be wrong opens a dispute.',
  },
  'not-correctable': {
    example: 'An `EventCorrected` of an `EventRetracted`.',
    mend: 'Retract the correction, retraction or dispute, and post another. Revoke a key. A day, once opened, stays.',
  },
  'not-disputable': {
    example: 'A dispute of a `ProviderRenamed`.',
    mend: 'Check which event `event` names. If a mere record is wrong, its body corrects it.',
  },
  'already-disputed': {
    example: 'A second `DisputeOpened` of the same award.',
    mend: 'Wait until the registrar closes the open dispute. After that it may be disputed again.',
  },
  'no-open-dispute': {
    example: 'A `DisputeClosed` that names the dispute instead of the award disputed.',
    mend: 'Name in `event` the event that is disputed. If the dispute is closed already, nothing is left to do.',
  },
  'too-many': {
    example:
      'A program that goes wrong starts the engagement of one adviser anew every night: after 2,000 of them the next is refused.',
    mend: 'Look at what your body has posted about the subject, at its `printHistory`: as a rule one event was posted over and over. Retract what is wrong, correct what is there in place of posting it again, and leave the rest: what ends, corrects or retracts something is counted apart, up to twice as many. The bounds stand in docs/events.md. Keep a chain of contracts to 50 links, and the keys of one provider or adviser to 50. Where more is really needed, ask the registrar to post it.',
  },
  'too-many-disputes': {
    example: 'A ninth award of one provider and standard is disputed.',
    mend: 'Wait until the registrar closes one of them.',
  },
  'other-stream': {
    example: 'An award of one provider is to be corrected so that another provider has it.',
    mend: 'Give the subject literally as the event named has it. What was posted about the wrong subject is retracted, and posted anew.',
  },
  'day-out-of-order': {
    example: '3 September is opened while the last day open is 1 September.',
    mend: 'Open the day after the last one. With `REGISTER_CALENDAR=auto` the register does it by itself.',
  },
  'edition-exists': {
    example: 'Edition 1 of `cmqa-2017` is published a second time, with another rule.',
    mend: 'Give the new edition the next number.',
  },
  'contract-cycle': {
    example: 'C-2 is awarded under C-1, and then C-1 is awarded under C-2.',
    mend: 'Check `subcontractorOf`: it names the contract above, and the one on top names none.',
  },
  'no-day-opened': {
    example: 'A question without `on`, `from` and `until` to a register that was just set up.',
    mend: 'Give `on`, or `from` and `until`. Who posts waits until the first `DayOpened` is in the log.',
  },
};

/** Every code of a refusal. */
export const PROBLEM_CODES = Object.keys(PROBLEMS) as readonly ProblemCode[];

/** The page of a code; nothing where there is no such code. */
export function problemPage(
  code: string,
): { readonly code: ProblemCode; readonly page: ProblemPage } | undefined {
  const known = PROBLEM_CODES.find((one) => one === code);
  return known && { code: known, page: { refused: PROBLEMS[known], ...REMEDIES[known] } };
}
