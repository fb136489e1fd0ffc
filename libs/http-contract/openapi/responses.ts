import {
  ANY_KEY,
  ADVISER_KEY,
  AREA_KEY,
  BODY_KEY,
  CODE,
  DAY,
  NAME,
  PROVIDER_KEY,
  REFERENCE,
} from '@app/domain/values/keys';
import type { Answer } from '@app/domain/evaluation/v1/answer-shape';
import { events as annotations } from '@app/domain/subjects/events-about-events';
import { events as bodyEvents } from '@app/domain/subjects/body';
import { POLICY, REQUIREMENT as ASKED } from '@app/domain/subjects/policy-document';
import { PROBLEMS, type ProblemCode } from '@app/domain/values/problem';
import type { AdviserAnswer } from '@app/domain/evaluation/v1/adviser-answer';
import { ANSWER_WARNINGS, LOAD_WARNINGS, POSTING_WARNINGS } from '@app/domain/values/warning';
import type { Verdict } from '@app/read-model/answers/answer-cache';
import type { SearchPage } from '@app/read-model/search/provider-search';
import { choice, described } from '@app/domain/values/meaning';
import { REASON_MEANINGS, REASONS } from '@app/domain/evaluation/v1/reason';
import { ATTRIBUTES } from '@app/domain/log/cloud-event';
import { ENVELOPE } from '@app/domain/log/envelope';
import { STORED } from '@app/domain/log/stored-event';
import type { BodyRecord } from '@app/read-model/records/bodies';
import type { AdviserRecord, PolicyRecord, ProviderRecord } from '@app/read-model/records/records';
import { Type, type Static, type TProperties, type TSchema } from 'typebox';
import { LONGEST_CONTACT, MOST_ADVISERS } from '../requests';
import type { ListedKey } from '@app/application/posting/list-keys';
import type { AsOf, Named } from '@app/application/reading/records';
import type { PersonExport } from '@app/application/vault/personal-data';
import type { Person } from '@app/application/vault/vault';

/**
 * The shape of an answer. Who reads one must go on where a later version has a further field, so it is left open; a test
 * holds the running register to exactly these fields.
 */
const answer = <T extends TProperties>(properties: T, description: string) =>
  Type.Object(properties, { description });

/** The shape of what is asked. What nobody knows is refused. */
const asked = <T extends TProperties>(properties: T, description: string) =>
  Type.Object(properties, { additionalProperties: false, description });

/** The attributes of an event, each with what it means. */
export function withMeanings<P extends Partial<Readonly<Record<keyof typeof ATTRIBUTES, TSchema>>>>(
  properties: P,
): P {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [
      name,
      described(schema, ATTRIBUTES[name as keyof typeof ATTRIBUTES]),
    ]),
  ) as P;
}

const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

export const POSITION = Type.String({
  pattern: '^(?:0|[1-9][0-9]{0,15})$',
  description: 'A place in the log, from 0, as a decimal string',
});
const LINE = Type.Integer({
  minimum: 1,
  description: 'Of a row of a table: the line on which it begins; the header is 1',
});
const ROW = Type.Optional(LINE);
const UNREAD = Type.Optional(
  Type.Array(Type.String(), {
    description:
      'Of the first row that is answered, where there are any: the columns from which nothing is taken',
  }),
);
export const INSTANT = Type.String({ format: 'instant', description: 'An RFC 3339 instant, in UTC' });
const EVIDENCE = Type.Array(POSITION, {
  description: 'Positions of the events that this is put down to, ascending: see `GET /v1/events/{position}`',
});
export const REASON = described(
  Type.Enum([...REASONS]),
  'Why a day is not covered. Where several apply, the first of this list.',
  REASON_MEANINGS,
);

export const RUN = answer(
  { from: DAY, until: DAY },
  'Days from one to another, both included; `9999-12-31` where nothing known ends them',
);
const DAYS = Type.Array(RUN);
const { from, until } = RUN.properties;

const GAP = answer(
  {
    from,
    until,
    requirement: Type.String({ description: 'The id of the requirement that fails' }),
    reason: REASON,
    evidence: EVIDENCE,
  },
  'Days that are not covered, for one requirement and one reason',
);
const DOUBT = answer(
  { from, until, requirement: Type.String(), evidence: EVIDENCE },
  'Days on which it depends on an open dispute whether a requirement is met; the evidence is the disputed events',
);
const FAILING = Type.Array(
  answer({ from, until, reason: REASON }, 'Days on which somebody who takes part fails a requirement'),
);

const GROUNDS = Type.Array(answer({ from, until, evidence: EVIDENCE }, 'Days that rest on the same events'), {
  description:
    'What a yes rests on: maximal runs with the same evidence, the grants that count on the day with the last extension of each',
});

const { of, binding } = ASKED.properties;
const REQUIREMENT = answer(
  {
    id: Type.String(),
    of,
    binding,
    cites: orNull(Type.String({ description: 'Where the rule comes from' })),
    covered: DAYS,
    gaps: Type.Array(
      answer({ from, until, reason: REASON, evidence: EVIDENCE }, 'Days on which the requirement fails'),
    ),
    uncertain: Type.Array(
      answer({ from, until, evidence: EVIDENCE }, 'Days on which it depends on a dispute'),
    ),
    grounds: Type.Optional(GROUNDS),
  },
  'What one requirement of the policy says of each day of the window on which it is asked',
);

export const STEP = answer(
  {
    type: ENVELOPE.properties.type,
    subject: ANY_KEY,
    data: Type.Object({}, { description: 'Complete, with made-up references and certificates' }),
    by: Type.Array(BODY_KEY, { description: 'Every body that may post it, or else the registrar' }),
  },
  'One event of a route that would make the answer `eligible`',
);

export const KNOWN_AT = answer(
  {
    position: Type.String({
      pattern: '^(?:-1|0|[1-9][0-9]{0,15})$',
      description: 'The last event known; −1 before the first',
    }),
    recordedAt: orNull(INSTANT),
    today: orNull(DAY),
  },
  'The moment of knowledge: the same question at the same position of the same log has the same answer',
);

const ANSWER_WARNING = answer(
  {
    code: choice('What is warned of.', ANSWER_WARNINGS),
    evidence: Type.Array(POSITION, { description: 'Positions of the events that it speaks of' }),
  },
  'Something worth knowing that decides nothing',
);

export const ELIGIBILITY = answer(
  {
    provider: answer(
      { key: PROVIDER_KEY, name: orNull(NAME) },
      'The key registered first, and the name in force; null for a sole trader',
    ),
    setting: CODE,
    from: DAY,
    until: DAY,
    advisers: Type.Array(ADVISER_KEY),
    knownAt: answer(
      { ...KNOWN_AT.properties, recordedAt: INSTANT },
      'The moment of knowledge: the same question at the same position of the same log has the same answer',
    ),
    policy: answer(
      {
        id: CODE,
        editions: Type.Array(
          answer(
            {
              edition: Type.Integer({ minimum: 1 }),
              digest: Type.String({
                description: '`sha256:` and the SHA-256 of the RFC 8785 form of the policy',
              }),
              strength: POLICY.properties.strength,
            },
            'An edition that decides a day of the window',
          ),
        ),
      },
      'Under which policy this is said',
    ),
    evaluator: Type.String({ description: 'The version of the rules by which the log was read' }),
    outcome: choice('What is answered of the days asked about as a whole.', {
      eligible: 'Every day is covered.',
      'not-eligible': 'Some day is not covered; `gaps` says which, and why.',
      indeterminate:
        'No day is known not to be covered, and of some it depends on an open dispute; `uncertain` says of which.',
    }),
    eligibleUntil: orNull(DAY),
    covered: DAYS,
    gaps: Type.Array(GAP),
    uncertain: Type.Array(DOUBT),
    requirements: Type.Array(REQUIREMENT),
    engaged: Type.Array(
      answer(
        { adviser: ADVISER_KEY, days: DAYS, gaps: FAILING, grounds: GROUNDS },
        'An adviser engaged on a day of the window, where the setting asks anything of advisers',
      ),
    ),
    subcontractors: Type.Array(
      answer(
        { provider: PROVIDER_KEY, days: DAYS, gaps: FAILING, grounds: GROUNDS },
        'A provider with a contract under this one’s',
      ),
    ),
    advice: Type.Array(GAP, { description: 'The gaps of `encouraged` requirements, which decide nothing' }),
    warnings: Type.Array(ANSWER_WARNING),
    route: Type.Optional(
      Type.Array(STEP, {
        description:
          'Where asked for (`route=true`), for `not-eligible`: the fewest further events that would make it `eligible`, posted in this order; empty where there are none',
      }),
    ),
  },
  'Whether a provider may deliver guidance in a setting on every day of a window, as known at a moment, under a policy, and why',
);

const FIELD_ERROR = answer(
  {
    pointer: Type.String({
      description: 'A JSON Pointer into the submitted event, or `/` and the name of a parameter',
    }),
    code: Type.String(),
    detail: Type.String(),
    column: Type.Optional(
      Type.String({ description: 'Of a row of a table: the column from which the field comes' }),
    ),
    value: Type.Optional(Type.String({ description: 'Of a row of a table: what stands in that column' })),
  },
  'One broken field, and what belongs there',
);

export const PROBLEM = answer(
  {
    type: Type.String({
      format: 'uri-reference',
      description: '`/problems/` and the code: a page that explains it',
    }),
    title: Type.String(),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    detail: Type.String({
      description: 'What is refused here, and how to mend it. For people; it may change',
    }),
    code: choice('What is refused, for programs. A code never changes its meaning.', PROBLEMS),
    errors: Type.Optional(Type.Array(FIELD_ERROR)),
    line: ROW,
    unknownColumns: UNREAD,
  },
  'A refusal as problem details (RFC 9457). A refused submission changes nothing',
);

const CONTACT = Type.String({
  minLength: 1,
  maxLength: LONGEST_CONTACT,
  description:
    'How the person wants to be reached, such as an e-mail address: a line of which the same is asked as of a name',
});
const IS_PUBLIC = Type.Boolean({ description: 'Whether everybody may see the name and the contact' });

export const PERSON_TO_KEEP = asked(
  { name: NAME, contact: Type.Optional(CONTACT), public: IS_PUBLIC },
  'What is to be kept of a person',
);
export const PERSON = answer(PERSON_TO_KEEP.properties, 'What is kept of a person');
const { public: _public, ...shown } = PERSON_TO_KEEP.properties;
export const PUBLIC_PERSON = answer(
  shown,
  'Who the person is, where that is public. An answer as known at a moment (`knownAt`) never has it, for it may be erased',
);

export const NO_FIELDS = asked(
  {},
  'Nothing: there is nothing to say of an adviser whose key is yet to be made',
);

export const MINTED_ADVISER = answer(
  { key: ADVISER_KEY, position: POSITION, recordedAt: INSTANT },
  'A new adviser: the key, and where in the log it was registered',
);

export const PROVIDER_RECORD = answer(
  {
    provider: ELIGIBILITY.properties.provider,
    keys: Type.Array(PROVIDER_KEY, { description: 'All its keys, the one registered first in front' }),
    registered: POSITION,
    legalForm: orNull(CODE),
    phase: orNull(CODE),
    services: Type.Array(CODE),
    clientGroups: Type.Array(CODE),
    area: orNull(AREA_KEY),
    openUntil: orNull(DAY),
    mergedInto: Type.Array(
      answer(
        { key: PROVIDER_KEY, on: DAY, position: POSITION },
        'The provider that it merged into; `on` is its own last day. Nothing passes to the other by that',
      ),
    ),
    accreditations: Type.Array(
      answer(
        { standard: CODE, reference: REFERENCE, days: DAYS, awards: Type.Array(POSITION) },
        'The days on which it is accredited, disputed events counting, and the positions of the awards',
      ),
    ),
    applications: Type.Array(answer({ standard: CODE, on: DAY, position: POSITION }, 'It has applied')),
    engaged: Type.Array(
      answer({ adviser: ADVISER_KEY, days: DAYS }, 'An adviser who works or worked for it'),
    ),
    contracts: Type.Array(
      answer(
        { reference: REFERENCE, days: DAYS, subcontractorOf: Type.Array(REFERENCE) },
        'A contract of its own, and the references of the contracts above it',
      ),
    ),
    person: Type.Optional(PUBLIC_PERSON),
    knownAt: KNOWN_AT,
  },
  'A provider as known at a moment: who it is, and the days of each fact about it',
);

export const ADVISER_RECORD = answer(
  {
    adviser: ADVISER_KEY,
    keys: Type.Array(ADVISER_KEY),
    registered: POSITION,
    qualifications: Type.Array(
      answer(
        { qualification: CODE, certificate: REFERENCE, days: DAYS, award: POSITION },
        'A qualification awarded',
      ),
    ),
    claims: Type.Array(
      answer(
        { qualification: CODE, awardedOn: DAY, position: POSITION },
        'What the person says; it never counts',
      ),
    ),
    enrolments: Type.Array(
      answer(
        { qualification: CODE, days: DAYS, start: POSITION },
        'The person works towards a qualification',
      ),
    ),
    registrations: Type.Array(
      answer({ register: CODE, days: DAYS, grant: POSITION }, 'The person is on a professional register'),
    ),
    sanctioned: DAYS,
    person: Type.Optional(PUBLIC_PERSON),
    knownAt: KNOWN_AT,
  },
  'An adviser as known at a moment: the days of each fact about the person, and who that is only where it is public',
);

/** Of many questions that are asked with `brief=true`. */
export const VERDICT = Type.Pick(ELIGIBILITY, ['outcome', 'eligibleUntil'], {
  description:
    'The outcome, and the last day of the run of covered days that holds the first day asked about',
});

/** Each answer to many questions, in order. */
export const ONE_OF_MANY = Type.Union([ELIGIBILITY, VERDICT, PROBLEM], {
  description: 'The answer to one question: whole, or brief where asked for so, or why there is none',
});
export const MANY_ANSWERS = Type.Array(ONE_OF_MANY, {
  description: 'An answer for each question, in order; a problem stands in its answer’s place',
});

export const QUESTION = asked(
  {
    provider: PROVIDER_KEY,
    setting: CODE,
    on: Type.Optional(DAY),
    from: Type.Optional(DAY),
    until: Type.Optional(DAY),
    advisers: Type.Optional(Type.Array(ADVISER_KEY, { maxItems: MOST_ADVISERS })),
    knownAt: Type.Optional(
      Type.String({
        description:
          'A position, alone or with `-` and the digits that say of which log (`4182-1a2b3c4d`), or an RFC 3339 instant; the head of the log unless given',
      }),
    ),
    policy: Type.Optional(CODE),
  },
  'One question: `on`, or both `from` and `until`, else today',
);
export const QUESTIONS = Type.Array(QUESTION, {
  description: 'Questions, answered in order, those without `knownAt` all at one position',
});

export const STANDING = answer(
  {
    adviser: ADVISER_KEY,
    purpose: CODE,
    from: DAY,
    until: DAY,
    knownAt: ELIGIBILITY.properties.knownAt,
    policy: ELIGIBILITY.properties.policy,
    evaluator: ELIGIBILITY.properties.evaluator,
    outcome: ELIGIBILITY.properties.outcome,
    eligibleUntil: ELIGIBILITY.properties.eligibleUntil,
    covered: DAYS,
    gaps: REQUIREMENT.properties.gaps,
    uncertain: REQUIREMENT.properties.uncertain,
    grounds: GROUNDS,
    warnings: Type.Array(ANSWER_WARNING),
  },
  'The days on which an adviser holds a qualification that a policy accepts for a purpose, and is not sanctioned',
);

const NEXT = Type.Union([Type.String(), Type.Null()], {
  description: 'Give it as `after` for the next page; null on the last one',
});

export const SEARCH_PAGE = answer(
  {
    providers: Type.Array(
      answer(
        {
          key: PROVIDER_KEY,
          keys: Type.Array(PROVIDER_KEY),
          name: orNull(NAME),
          matched: Type.Union([Type.String(), Type.Null()], {
            description: 'The key or name, maybe a former one, by which it was found',
          }),
        },
        'A provider as a search finds it',
      ),
    ),
    knownAt: KNOWN_AT,
    next: NEXT,
  },
  'Providers found, the best match first',
);

const MARK = { by: POSITION, body: BODY_KEY, recordedAt: INSTANT };
const CORRECTION = {
  data: Type.Object({}),
  ...MARK,
  kind: annotations.EventCorrected.data.properties.kind,
  reason: CODE,
};

const RETRACTION = answer(
  { ...MARK, reason: CODE },
  'The retraction: its position, who posted it, when and why',
);

const HISTORY_EVENT = Type.Object(
  {
    ...withMeanings(STORED.properties),
    stands: Type.Boolean({
      description: 'Whether it counts: not retracted, no dispute of it upheld, no repetition',
    }),
    corrected: Type.Optional(
      answer(
        CORRECTION,
        'The data that count in place of its own, and the correction that gave them: its position, who posted it, when and why',
      ),
    ),
    corrections: Type.Optional(
      Type.Array(
        answer({ ...CORRECTION, stands: Type.Boolean() }, 'A correction, and whether it stands itself'),
        {
          description:
            'Every correction of it, in log order, where there were others than the one that counts: every version that it ever had',
        },
      ),
    ),
    retractedBy: Type.Optional(POSITION),
    retracted: Type.Optional(RETRACTION),
    retractions: Type.Optional(
      Type.Array(
        answer(
          { ...MARK, reason: CODE, stands: Type.Boolean(), retracted: Type.Optional(RETRACTION) },
          'A retraction, whether it stands itself and, where it was retracted, which brought the event back, by which event',
        ),
        {
          description:
            'Every retraction of it, in log order, where there were others than the one that stands',
        },
      ),
    ),
    disputes: Type.Optional(
      Type.Array(
        answer(
          {
            opened: POSITION,
            closed: Type.Optional(POSITION),
            outcome: Type.Optional(annotations.DisputeClosed.data.properties.outcome),
            opening: answer({ ...MARK, reason: CODE }, 'Who opened it, when and why'),
            closing: Type.Optional(answer(MARK, 'Who closed it, and when')),
          },
          'A dispute of it; open where nothing closed it',
        ),
      ),
    ),
    appealed: Type.Optional(
      answer(
        {
          lodging: answer({ ...MARK, on: DAY }, 'Who posted that it was lodged, when, and on which day'),
          decision: Type.Optional(
            answer(
              { ...MARK, on: DAY, outcome: annotations.AppealDecided.data.properties.outcome },
              'Who posted that it was decided, and how',
            ),
          ),
        },
        'The appeal against it that counts',
      ),
    ),
    repeats: Type.Optional(POSITION),
  },
  {
    description: 'A stored event as it was posted, and what has become of it since',
  },
);
const PERSON_KEY = Type.Union([ADVISER_KEY, PROVIDER_KEY]);
export const PERSON_EXPORT = answer(
  {
    keys: Type.Array(PERSON_KEY, {
      description: 'All keys of the person, the one registered first in front',
    }),
    entries: Type.Array(answer({ key: PERSON_KEY, ...PERSON.properties }, 'What is kept under a key'), {
      description: 'What is kept under the keys that the body registered; of all keys for the registrar',
    }),
    readings: Type.Array(
      answer({ key: PERSON_KEY, body: BODY_KEY, at: INSTANT }, 'That a body was given what is kept'),
    ),
    erasures: Type.Array(answer({ key: PERSON_KEY, at: INSTANT }, 'That what was kept was erased')),
    minted: Type.Array(
      answer({ key: ADVISER_KEY, body: BODY_KEY, at: INSTANT }, 'For which body the register made a key'),
    ),
    events: Type.Array(HISTORY_EVENT, {
      description: 'Everything in the log about the person, under all keys, in order. It is public',
    }),
    knownAt: KNOWN_AT,
  },
  'All that is held of a person, for the person',
);

const history = {
  keys: Type.Array(PROVIDER_KEY),
  events: Type.Array(HISTORY_EVENT),
  next: NEXT,
  knownAt: KNOWN_AT,
};
export const PROVIDER_HISTORY = answer(
  { provider: ELIGIBILITY.properties.provider, ...history },
  'What was recorded of a provider, in log order, with both kinds of time',
);
export const ADVISER_HISTORY = answer(
  { adviser: ADVISER_KEY, ...history, keys: Type.Array(ADVISER_KEY) },
  'What was recorded of an adviser, in log order, with both kinds of time',
);

export const EVENT_HISTORY = answer(
  { event: HISTORY_EVENT, knownAt: KNOWN_AT },
  'One event as it was posted, and what had become of it by then',
);
export const SUBMISSIONS = answer(
  { body: BODY_KEY, events: Type.Array(HISTORY_EVENT), next: NEXT, knownAt: KNOWN_AT },
  'What a body posted, in log order',
);

export const POLICY_RECORD = answer(
  {
    id: CODE,
    editions: Type.Array(
      answer(
        {
          edition: Type.Integer({ minimum: 1 }),
          position: POSITION,
          effectiveFrom: DAY,
          digest: Type.String(),
          days: DAYS,
          policy: POLICY,
        },
        'An edition that stands, and the days that it decides',
      ),
    ),
    knownAt: KNOWN_AT,
  },
  'The editions of a policy that stand, in log order',
);

const { knownAt: _knownAt, ...policyAlone } = POLICY_RECORD.properties;
export const POLICIES = answer(
  { policies: Type.Array(answer(policyAlone, 'A policy')), knownAt: KNOWN_AT },
  'Every policy, with its editions that stand',
);

const WARNING = answer(
  {
    code: choice('What is warned of.', POSTING_WARNINGS),
    pointer: Type.Optional(
      Type.String({ description: 'A JSON Pointer to the field that it is about, in the submitted event' }),
    ),
    detail: Type.String({ description: 'What is warned of here, for people; it may change' }),
  },
  'Something worth knowing about an event that was taken all the same',
);

const SETTING_SUMMARY = {
  setting: CODE,
  gained: Type.Integer({ minimum: 0, description: 'Eligible on the day, and were not' }),
  lost: Type.Integer({ minimum: 0, description: 'Were eligible on the day, and are not' }),
};
const OTHERWISE = Type.Integer({
  minimum: 0,
  description: 'Changed otherwise: on later days, or in what depends on a dispute',
});
const SUMMARY = Type.Array(
  answer(
    {
      ...SETTING_SUMMARY,
      longer: Type.Integer({
        minimum: 0,
        description: 'Eligible on the day before and after, now for longer',
      }),
      shorter: Type.Integer({ minimum: 0, description: 'The same, now for shorter' }),
      otherwise: OTHERWISE,
    },
    'How many providers’ answers change in a setting, and how',
  ),
);
const CHANGED = Type.Integer({
  minimum: 0,
  description: 'How many change in all, each counted in every setting in which it does',
});
const CHANGED_FROM = Type.String({
  ...DAY,
  description: 'The first day, from the one looked at on, for which the answer differs',
});
const UNDER_POLICY = answer({ id: CODE }, 'Under which policy this is said');
const NOT_REGISTERED = 'null where the provider was not registered then';

export const EFFECTS = answer(
  {
    policy: UNDER_POLICY,
    on: DAY,
    summary: SUMMARY,
    changed: CHANGED,
    providers: Type.Array(
      answer(
        {
          provider: ELIGIBILITY.properties.provider,
          setting: CODE,
          from: CHANGED_FROM,
          before: orNull(VERDICT),
          after: orNull(VERDICT),
          events: Type.Array(
            Type.Union([
              answer({ index: Type.Integer({ minimum: 0 }) }, 'The place of an event in the batch, from 0'),
              answer({ line: Type.Integer({ minimum: 2 }) }, 'The line of a table on which its row begins'),
              answer(
                { position: POSITION },
                'Of a load that is retracted: the position of what is retracted',
              ),
            ]),
            { description: 'Which of the events sent bear on it' },
          ),
        },
        `An answer about the day \`on\` that would change, before and after; ${NOT_REGISTERED}`,
      ),
      { description: 'The first 1,000 by key' },
    ),
  },
  'Of a dry run: whose answers from today on would change under the operator’s policy, were this posted',
);

const LOOKED = answer(
  {
    ...VERDICT.properties,
    covered: Type.Boolean(),
    requirement: orNull(
      Type.String({ description: 'The first requirement that fails or, where none does, that is uncertain' }),
    ),
    reason: orNull(REASON),
  },
  'What is said of the one day, and why it is not covered where it is not',
);

export const COMPARISON = answer(
  {
    knownAt: answer({ before: KNOWN_AT, after: KNOWN_AT }, 'The two moments of knowledge'),
    policy: UNDER_POLICY,
    evaluator: ELIGIBILITY.properties.evaluator,
    on: DAY,
    settings: Type.Array(CODE),
    providers: Type.Array(
      answer(
        {
          provider: ELIGIBILITY.properties.provider,
          setting: CODE,
          from: CHANGED_FROM,
          before: orNull(LOOKED),
          after: orNull(LOOKED),
          because: Type.Array(POSITION, {
            description: 'Positions of the events between that bear on it, ascending',
          }),
        },
        `An answer about the day \`on\` that differs; ${NOT_REGISTERED}`,
      ),
    ),
    next: Type.Union([Type.String(), Type.Null()], {
      description: 'Give it as `page` for the next page; null on the last one',
    }),
  },
  'Whose answers differ between two moments of knowledge, and which events did it',
);

export const DRAFT_EDITION = asked(
  {
    policy: CODE,
    edition: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Its number; the next one unless given' }),
    ),
    effectiveFrom: DAY,
    document: POLICY,
  },
  'An edition that nobody has published yet: the id of its policy, and its document',
);

const ONE_DAY = answer(
  {
    on: DAY,
    summary: Type.Array(
      answer(
        {
          ...SETTING_SUMMARY,
          otherwise: Type.Integer({ minimum: 0, description: 'Depend on a dispute on one side' }),
        },
        'How many providers’ outcome changes in a setting, and how',
      ),
    ),
    changed: CHANGED,
    providers: Type.Array(
      answer(
        {
          provider: ELIGIBILITY.properties.provider,
          setting: CODE,
          before: orNull(LOOKED),
          after: orNull(LOOKED),
        },
        'A provider whose outcome would change',
      ),
      { description: 'The first 1,000 by key' },
    ),
  },
  'Whose outcome on one day would change',
);

export const IMPACT = answer(
  {
    policy: answer(
      {
        id: CODE,
        edition: Type.Integer({ minimum: 1 }),
        effectiveFrom: DAY,
        digest: Type.String({
          description: '`sha256:` and the SHA-256 of the RFC 8785 form of the document',
        }),
      },
      'The draft, as it would be published',
    ),
    knownAt: KNOWN_AT,
    evaluator: ELIGIBILITY.properties.evaluator,
    today: ONE_DAY,
    endOfSchoolYear: ONE_DAY,
  },
  'What a draft edition would change, today and on 31 August of this school year',
);

const IN_A_DRY_RUN = Type.Optional(orNull(EFFECTS));

const OPENS = Type.Optional(
  Type.Array(Type.String(), {
    description:
      'Of a `BodyRecognised`: what it opens, in sentences. Read them: they say what nothing narrows',
  }),
);

export const POSTED = answer(
  {
    id: ENVELOPE.properties.id,
    position: orNull(POSITION),
    stream: Type.String(),
    revision: Type.Integer({ minimum: 0 }),
    recordedAt: INSTANT,
    warnings: Type.Array(WARNING),
    opens: OPENS,
    line: ROW,
    unknownColumns: UNREAD,
    effects: IN_A_DRY_RUN,
  },
  'Where an event stands in the log. `position` is null in a dry run of what does not stand there',
);

const WARNED = Type.Integer({
  minimum: 0,
  description: 'How many were not refused and have warnings, in all',
});
const WARNINGS = Type.Array(WARNING);

export const BATCH_RESULT = answer(
  {
    accepted: Type.Integer({ minimum: 0 }),
    duplicates: Type.Integer({
      minimum: 0,
      description:
        'Those that stood in the log already. One that was retracted since counts for nothing: it is among the `warnings`, as `retracted`',
    }),
    rejected: Type.Array(
      answer(
        { index: Type.Integer({ minimum: 0 }), problem: PROBLEM },
        'A refused event, by its place in the batch, from 0',
      ),
      { description: 'The first 1,000' },
    ),
    refused: Type.Integer({ minimum: 0, description: 'How many were refused in all' }),
    warned: WARNED,
    warnings: Type.Array(
      answer(
        { index: Type.Integer({ minimum: 0 }), warnings: WARNINGS },
        'The warnings of an event, by its place in the batch, from 0',
      ),
      { description: 'The first 1,000 events that have warnings' },
    ),
    lastPosition: orNull(POSITION),
    effects: IN_A_DRY_RUN,
  },
  'What became of a batch. `lastPosition`: the highest among those accepted and duplicates',
);

const { rejected: _rejected, warned: _warned, warnings: _warnings, ...counts } = BATCH_RESULT.properties;
export const TABLE_RESULT = answer(
  {
    ...counts,
    warned: WARNED,
    warnings: Type.Array(answer({ line: LINE, warnings: WARNINGS }, 'The warnings of a row'), {
      description: 'The first 1,000 rows that have warnings',
    }),
    rejected: Type.Array(answer({ line: LINE, problem: PROBLEM }, 'A refused row'), {
      description: 'The first 1,000',
    }),
    unknownColumns: Type.Array(Type.String(), {
      description: 'The columns from which nothing was taken, those that `ignore` leaves out too',
    }),
    missingColumns: Type.Array(Type.String(), {
      description: 'The fields that every event of the type has, and no column of the table',
    }),
  },
  'What became of the rows of a table',
);

export const LOAD = asked(
  {
    source: Type.String({
      pattern: '^[!-~]{1,256}$',
      description: 'The source under which the load was posted, to the letter',
    }),
    reason: CODE,
    types: Type.Optional(
      Type.Array(ENVELOPE.properties.type, {
        description: 'Only events of these types; of all unless given',
      }),
    ),
    after: Type.Optional(
      Type.String({ description: 'Only what was recorded after this position or RFC 3339 instant' }),
    ),
    upTo: Type.Optional(
      Type.String({
        description:
          'Only what was recorded up to this position or RFC 3339 instant, included; the head of the log unless given',
      }),
    ),
  },
  'Which load is retracted, and why',
);

export const RETRACTED_LOAD = answer(
  {
    body: BODY_KEY,
    source: Type.String({
      description:
        'Under which source, and the `body` beside it, the retractions stand: retract that load, and this one stands again',
    }),
    upTo: Type.String({
      pattern: '^(?:-1|0|[1-9][0-9]{0,15})$',
      description:
        'The position up to which the load went. Give it when you ask again, and nothing that is posted later is taken along',
    }),
    ...counts,
    rejected: Type.Array(
      answer({ position: POSITION, problem: PROBLEM }, 'An event that could not be retracted, and why'),
      { description: 'The first 1,000' },
    ),
    restored: Type.Integer({
      minimum: 0,
      description:
        'How many of the `duplicates` stand again, for their retraction was itself retracted. They are left as they are; another `reason` retracts them anew',
    }),
    warnings: Type.Array(
      answer(
        {
          code: choice('What is warned of.', LOAD_WARNINGS),
          detail: Type.String({ description: 'What is warned of here, for people; it may change' }),
        },
        'What is to be known before this is taken for done: that events stand again, or that there is no such load',
      ),
    ),
  },
  'What became of the events of a load: `accepted` were retracted, `duplicates` had been by the same request before',
);

export const POSTED_OR_BATCH = Type.Union([POSTED, BATCH_RESULT], {
  description: 'Of one event where it stands; of a batch what became of it',
});

export const ISSUED_KEY = answer(
  {
    key: CODE,
    secret: Type.String({ description: 'The bearer key itself. It is shown this once, and kept nowhere' }),
  },
  'A new key',
);

export const NEW_KEY = asked(
  { key: Type.Optional(CODE), until: Type.Optional(DAY) },
  'What the key is called, where you have a name for it, and its last day, where it has one',
);

const { mayPost: MAY_POST_AS_POSTED } = bodyEvents.BodyRecognised.data.properties;
export const MAY_POST = {
  ...MAY_POST_AS_POSTED,
  description:
    'What a body may post: these types, of these standards and qualifications; of all where none are said',
};

const RECOGNITION = answer(
  { position: POSITION, name: NAME, from: DAY, days: DAYS, mayPost: MAY_POST },
  'A recognition that stands: since when, and the days on which it counts, up to its ending or to a later one; none where a later one took its place before it began',
);
const BODY = {
  body: BODY_KEY,
  name: orNull(NAME),
  mayPost: { ...MAY_POST, description: 'What it may post on the log’s today; empty where that is nothing' },
  recognitions: Type.Array(RECOGNITION, {
    description: 'In log order. On a day, one of them counts at the most',
  }),
};
export const BODY_RECORD = answer(
  { ...BODY, knownAt: KNOWN_AT },
  'A body as known at a moment. `name` is null for a registrar without a recognition, who needs none',
);
export const BODIES = answer(
  { bodies: Type.Array(answer(BODY, 'A body')), knownAt: KNOWN_AT },
  'Every body that is or was recognised, and the registrar, by key',
);

const STANDS = answer(
  { position: POSITION, recordedAt: INSTANT },
  'Where it stands in the log, and since when',
);
export const KEYS = answer(
  {
    keys: Type.Array(
      answer(
        {
          key: CODE,
          issued: STANDS,
          until: orNull(DAY),
          inForce: Type.Boolean({ description: 'Whether it opens the register on the log’s today' }),
          revoked: orNull(STANDS),
          lastUsed: orNull(INSTANT),
        },
        'A key. `until` is its last day; `lastUsed` is to the minute, null where it was never used',
      ),
    ),
  },
  'The keys that a body was issued, in order, without their secrets',
);

export const ATTEMPTS = answer(
  {
    attempts: Type.Array(
      answer(
        {
          number: Type.String({ pattern: '^[1-9][0-9]*$' }),
          at: INSTANT,
          code: PROBLEM.properties.code,
          count: Type.Integer({ minimum: 1 }),
          body: orNull(BODY_KEY),
          key: orNull(CODE),
          address: orNull(Type.String()),
          method: orNull(Type.String()),
          route: orNull(Type.String()),
          request: orNull(Type.String()),
        },
        'What was refused: with whose key (`body`, `key`; of `bad-key` one that is revoked or has run out; null where it was none of the log’s), from which address, by which method at the pattern of which route, in which request. `count`: how many events of it. Where very many that are alike came at once, one entry counts the rest of them, without what tells them apart',
      ),
    ),
    next: orNull(Type.String({ description: 'Give it as `after` for the next page; null on the last' })),
  },
  'Refused attempts, the newest first',
);

export const LIVE = answer({ status: Type.Literal('live') }, 'The process runs');

export const READY = answer(
  {
    ready: Type.Boolean({ description: 'Whether questions at the head are answered and posts are taken' }),
    position: Type.String({ description: 'The last event that this process has read; -1 before the first' }),
    head: orNull(
      Type.String({ description: 'The last event of the log, where it can be read; -1 before the first' }),
    ),
    today: orNull(DAY),
    follower: Type.String({ description: 'What the reading of the log is doing' }),
    checking: Type.Optional(
      Type.Boolean({
        description: 'True while what was read is still being checked in the background; absent afterwards',
      }),
    ),
    detail: Type.Optional(Type.String({ description: 'Why it is not ready, in words; absent where it is' })),
  },
  'How far this process is',
);

export const PROBLEM_PAGE = answer(
  {
    code: PROBLEM.properties.code,
    status: PROBLEM.properties.status,
    title: Type.String(),
    refused: Type.String({ description: 'What is refused, and why there is such a rule' }),
    example: Type.String({ description: 'A case of it' }),
    mend: Type.String({ description: 'What to do about it' }),
  },
  'What a refusal means, in plain words',
);

/** Holds at compile time that the shapes here are those that the code answers with. */
type Is<T, _Shape extends T> = true;
export type Shapes = [
  Is<Answer, Static<typeof ELIGIBILITY> & Pick<Answer, 'route'>>,
  Is<AsOf<Named<ProviderRecord>>, Static<typeof PROVIDER_RECORD>>,
  Is<AsOf<Named<AdviserRecord>>, Static<typeof ADVISER_RECORD>>,
  Is<Person, Static<typeof PERSON>>,
  Is<PersonExport, Static<typeof PERSON_EXPORT> & Pick<PersonExport, 'events'>>,
  Is<AsOf<BodyRecord>, Static<typeof BODY_RECORD>>,
  Is<AsOf<{ readonly bodies: readonly BodyRecord[] }>, Static<typeof BODIES>>,
  Is<{ readonly keys: readonly ListedKey[] }, Static<typeof KEYS>>,
  Is<AsOf<PolicyRecord>, Static<typeof POLICY_RECORD>>,
  Is<AdviserAnswer, Static<typeof STANDING>>,
  Is<Verdict, Static<typeof VERDICT>>,
  Is<AsOf<SearchPage>, Static<typeof SEARCH_PAGE>>,
  Is<{ readonly code: ProblemCode }, Static<typeof PROBLEM>>,
];
