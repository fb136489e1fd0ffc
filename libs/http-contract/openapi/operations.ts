import type { ProblemCode } from '@app/domain/values/problem';

/** What reflection cannot know of an operation: what it is for, what it answers, and its own refusals. */
export interface Described {
  readonly operationId: string;
  readonly tag: keyof typeof TAGS;
  readonly summary: string;
  readonly description: string;
  /** The shape of the body in each media type that it takes: `one` of a named schema, `lines` of named schemas, or `text`. */
  readonly body?: Readonly<Record<string, Content>>;
  readonly answers: Readonly<Record<number, Answers>>;
  /** The refusals of its own; those that come with its guards and parameters are added. */
  readonly codes?: readonly ProblemCode[];
  /** Other words for parameters that mean something of their own here. */
  readonly parameters?: Readonly<Record<string, { readonly description: string; readonly example?: string }>>;
  /** Headers of the request that are its own, by name; those that come with what it is are added. */
  readonly headers?: Readonly<Record<string, string>>;
}

export type Content =
  | { readonly one: string }
  | { readonly lines: readonly string[] }
  | { readonly text: string; readonly type?: 'object' };

export interface Answers {
  readonly description: string;
  readonly content?: Readonly<Record<string, Content>>;
}

export const TAGS = {
  Questions: 'What is asked of the register. No key is needed.',
  Records: 'What is known of a provider or an adviser.',
  Events: 'What happened: posted by bodies, with a key.',
  Log: 'The history itself, as it was written.',
  Policies: 'The rules by which questions are answered.',
  Persons:
    'Who an adviser or a sole trader is: names and contact details, kept beside the log so that they can be erased.',
  Bodies: 'Who may post what.',
  Keys: 'With what they post, and what was refused.',
  Operation: 'How the register is, and how it is spoken to.',
} as const;

const JSON_TYPE = 'application/json';
const NDJSON = 'application/x-ndjson';
const CSV = 'text/csv';
const one = (schema: string): Readonly<Record<string, Content>> => ({ [JSON_TYPE]: { one: schema } });

const HISTORY_PAGE = {
  after: { description: 'The `next` of the page before: the position of an event', example: '4' },
  limit: { description: 'At most so many, up to 100; 100 unless given', example: '100' },
};

/** What the judging of a submission refuses, beside the form of it. */
const JUDGED: readonly ProblemCode[] = [
  'invalid-event',
  'not-recognised',
  'not-your-event',
  'same-id-different-content',
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
];

/**
 * Every operation of the register, by its method and path, in the order in which the document shows them. A new route
 * gets one entry here and one step in `story.ts`.
 */
export const OPERATIONS: Readonly<Record<string, Described>> = {
  'GET /v1/providers/{key}/eligibility': {
    operationId: 'askEligibility',
    tag: 'Questions',
    summary: 'May this provider deliver guidance, in this setting, on these days?',
    description:
      'The main question. The answer says for each day of the window whether every requirement of the policy is met, why not where not, and which events that is put down to. `Content-Location` is the address of the answer as known at that position of this log.',
    answers: { 200: { description: 'The answer, and why', content: one('Eligibility') } },
    codes: ['unknown-provider', 'unknown-adviser', 'unknown-policy', 'no-day-opened', 'too-large'],
  },
  'POST /v1/eligibility': {
    operationId: 'askMany',
    tag: 'Questions',
    summary: 'The same, of many at once',
    description:
      'Questions as a JSON array or as lines, answered in order and streamed. Those without `knownAt` are all answered at one position. A question that cannot be answered has a problem in its answer’s place.',
    body: {
      [JSON_TYPE]: { one: 'Questions' },
      [NDJSON]: { lines: ['Question'] },
      [CSV]: {
        text: 'A table with a question in each row: columns `provider` and `setting`, and any of `on`, `from`, `until`, `advisers` (separated by `;`), `knownAt` and `policy`, or others that are mapped to them. All columns come back with the answers beside them. A column whose name is that of a field but for case, blanks, `_` and `-`, or its singular, refuses the table (`malformed`) unless it is mapped or left out (`ignore`); a row that says something else than `map` says of all is not answered, and none is from a day on that can only have the month first',
      },
    },
    answers: {
      200: {
        description:
          'The answers, in the form in which the questions came unless `Accept` asks for the other',
        content: {
          [JSON_TYPE]: { one: 'ManyAnswers' },
          [NDJSON]: { lines: ['OneOfMany'] },
          [CSV]: {
            text: 'The table as it was sent, and beside each row `outcome`, `eligibleUntil`, the first gap (`gapFrom`, `gapUntil`, `requirement`, `reason`), all `gaps` (`from/until requirement reason`, `; ` between), `registeredName`, `knownAtPosition`, and `problem` where there is no answer. With `brief` only `outcome`, `eligibleUntil` and `problem`. They replace those of before where all stand at the end; a column of yours of the same name keeps its place and is called `outcome (yours)`',
          },
        },
      },
    },
  },
  'GET /v1/advisers/{key}/eligibility': {
    operationId: 'askStanding',
    tag: 'Questions',
    summary: 'Is this adviser qualified, for this purpose, on these days?',
    description:
      'The days on which the adviser holds a qualification that the policy accepts for the purpose, and is not sanctioned, and why not on the others. It says nothing of who engages the adviser.',
    answers: { 200: { description: 'The answer, and why', content: one('Standing') } },
    codes: ['unknown-adviser', 'unknown-policy', 'no-day-opened'],
  },
  'GET /v1/compare': {
    operationId: 'compare',
    tag: 'Questions',
    summary: 'Whose answers differ between two moments, and which events did it?',
    description:
      'Between two moments of knowledge, each provider whose answer about some day from `on` on differs, in each setting in which it does, by key: the first such day, what is said of `on` before and after, and the events between that bear on it. The same day is looked at on both sides, so that the passing of days changes nothing. Who is not registered is not eligible on any day. An answer differs where its outcome does: a no for other reasons is still a no, and is not listed. With `provider` only the answers of that one are looked at.',
    answers: {
      200: { description: 'A page of the providers whose answers differ', content: one('Comparison') },
    },
    codes: ['unknown-policy', 'unknown-provider', 'no-day-opened', 'too-large'],
    parameters: {
      after: { description: 'The later moment of knowledge, likewise; the head unless given', example: '7' },
      setting: {
        description: 'In which setting of the policy; in all of them unless given',
        example: 'school-commissioned',
      },
      on: {
        description:
          'The day from which answers are looked at; today, as the later moment has it, unless given',
        example: '2026-09-01',
      },
      limit: { description: 'At most so many providers, up to 100; 100 unless given', example: '100' },
    },
  },
  'GET /v1/providers': {
    operationId: 'searchProviders',
    tag: 'Records',
    summary: 'Find a provider',
    description:
      'By key, or by name with typing mistakes forgiven, of a sole trader where that is public; all providers where nothing is searched for. As known at the head: to find whom to ask about, not evidence of anything.',
    answers: {
      200: {
        description: 'A page of those found',
        content: one('SearchPage'),
      },
    },
    parameters: {
      after: { description: 'The `next` of the page before', example: 'ukprn:10000001' },
      limit: { description: 'At most so many, up to 100; 20 unless given', example: '20' },
    },
  },
  'GET /v1/providers/{key}': {
    operationId: 'readProvider',
    tag: 'Records',
    summary: 'The record of a provider',
    description:
      'Who it is, and the days of each fact about it, as known at a moment. Any of its keys finds it. At the head (without `knownAt`), and there alone, a sole trader’s has the person’s name where that is public.',
    answers: { 200: { description: 'The record', content: one('ProviderRecord') } },
    codes: ['unknown-provider'],
  },
  'GET /v1/providers/{key}/history': {
    operationId: 'readProviderHistory',
    tag: 'Records',
    summary: 'What was recorded of a provider',
    description:
      'Its events with both kinds of time, as they were posted, each with what became of it: corrected, retracted, disputed.',
    answers: {
      200: {
        description: 'A page of its history',
        content: one('ProviderHistory'),
      },
    },
    codes: ['unknown-provider'],
    parameters: HISTORY_PAGE,
  },
  'GET /v1/advisers/{key}': {
    operationId: 'readAdviser',
    tag: 'Records',
    summary: 'The public record of an adviser',
    description:
      'The days of each fact about the person, as known at a moment. At the head (without `knownAt`), and there alone, it has the person’s name where that is public.',
    answers: { 200: { description: 'The record', content: one('AdviserRecord') } },
    codes: ['unknown-adviser'],
  },
  'GET /v1/advisers/{key}/history': {
    operationId: 'readAdviserHistory',
    tag: 'Records',
    summary: 'What was recorded of an adviser',
    description: 'The person’s events with both kinds of time, each with what became of it.',
    answers: {
      200: {
        description: 'A page of the history',
        content: one('AdviserHistory'),
      },
    },
    codes: ['unknown-adviser'],
    parameters: HISTORY_PAGE,
  },
  'POST /v1/events': {
    operationId: 'postEvents',
    tag: 'Events',
    summary: 'Post what happened',
    description:
      'Events are CloudEvents 1.0 in structured mode: one, a batch, or any number as lines. Each is judged in order, on top of those before it, and is durable once it is answered. Posting the same source and id again with the same content changes nothing and gives the first answer. One event that is refused is a problem; of a batch, each refused event stands in the answer with its place.',
    body: {
      'application/cloudevents+json': { one: 'Event' },
      'application/cloudevents-batch+json': { one: 'Batch' },
      [NDJSON]: { lines: ['Event'] },
    },
    answers: {
      200: {
        description:
          'A batch, judged; with `Accept: application/x-ndjson` a line for each event, streamed. Of one event: it stood in the log already, or this is a dry run',
        content: { [JSON_TYPE]: { one: 'PostedOrBatch' }, [NDJSON]: { lines: ['Posted', 'Problem'] } },
      },
      201: {
        description: 'One event, taken',
        content: one('Posted'),
      },
    },
    codes: JUDGED,
  },
  'POST /v1/events/csv': {
    operationId: 'postTable',
    tag: 'Events',
    summary: 'Post a table of what happened',
    description:
      'Events of one type, a row each, as spreadsheets save them: in UTF-8 or UTF-16 or what `charset` says, with any line ends, separated by commas, semicolons or tabs, the columns in any order. A list in a cell is separated by `;`, an empty cell is no field, a day is `2026-09-01` or, day first, `01/09/2026` or `1 Sep 2026`, a word of a fixed list has any case. A column that is no field, and neither mapped nor left out by `ignore`, refuses the table (`malformed`); where `map` is given, only one that is a field’s name but for case, blanks, `_` and `-`. A row is refused where a cell is empty that a field is made of together with text, or where a column says something else than what is mapped in its place. A day that can only have the month first ends the table at its row: nothing is read from it on. Each row is judged as `POST /v1/events` judges an event, and durable once it is answered: a table posted again, after a broken connection or once its wrong rows are corrected, does only what is missing.',
    body: {
      [CSV]: {
        text: 'A header of `id`, `subject` and the fields of the type, or of columns that are mapped to them, and the rows',
      },
    },
    answers: {
      200: {
        description:
          'The rows, judged; with `Accept: application/x-ndjson` a line for each row, streamed as they are judged, the first with the `unknownColumns` where there are any',
        content: { [JSON_TYPE]: { one: 'TableResult' }, [NDJSON]: { lines: ['Posted', 'Problem'] } },
      },
    },
    codes: JUDGED,
  },
  'GET /v1/events/csv/template': {
    operationId: 'readTemplate',
    tag: 'Events',
    summary: 'The header of a table of events',
    description:
      'All columns that a table of events of a type may have. Which of them a row must fill is said of the type.',
    answers: { 200: { description: 'The header', content: { [CSV]: { text: 'One line of names' } } } },
    codes: ['invalid-event'],
  },
  'GET /v1/events/{position}': {
    operationId: 'readEvent',
    tag: 'Log',
    summary: 'One event',
    description: 'The stored bytes of the event at a position. They never change.',
    answers: { 200: { description: 'The event', content: one('StoredEvent') } },
    codes: ['unknown-event'],
  },
  'GET /v1/events/{position}/history': {
    operationId: 'readEventHistory',
    tag: 'Log',
    summary: 'One event, and what became of it',
    description:
      'The event as it was posted, with what was done to it since and known then: corrections, a retraction, disputes and an appeal, each with the event that did it, who posted that, when and why. `/events/{position}` is the same as a page for people.',
    answers: { 200: { description: 'The event with its marks', content: one('EventHistory') } },
    codes: ['unknown-event'],
  },
  'GET /v1/bodies/{slug}/events': {
    operationId: 'readSubmissions',
    tag: 'Events',
    summary: 'What a body posted',
    description:
      'All that a body ever posted, in log order, each event with what became of it. `type`, `subject` and `source` are taken to the letter: a subject is the key under which an event was posted, and no other key of the same provider. A page is looked for among 20,000 events at the most, so one may be short, even empty, and still have a `next`.',
    answers: { 200: { description: 'A page of its events', content: one('Submissions') } },
    codes: ['unknown-body'],
    parameters: {
      ...HISTORY_PAGE,
      type: { description: 'Only events of this type', example: 'AccreditationAwarded' },
      subject: { description: 'Only events posted under this key', example: 'ukprn:10000001' },
      source: { description: 'Only events posted from this source', example: 'https://example.org/feed' },
    },
  },
  'POST /v1/bodies/{slug}/retractions': {
    operationId: 'retractLoad',
    tag: 'Events',
    summary: 'Retract a whole load',
    description:
      'For the body itself and the registrar. Every event that the body posted from a source and that stands is retracted, the newest first, by an `EventRetracted` of its own that is judged like any other. What is about an event of the load, such as its correction, goes with it; what is about an event of another load is retracted too, for a load of corrections may itself be the mistake. Days and keys are never retracted. Asking again, after a broken connection too, retracts what is missing, and else changes nothing; what has been brought back since, by retracting its retraction, is left as it is: `restored` says how many events that are, and another `reason` retracts them anew. A source from which nothing was posted gets the warning `nothing-posted`. With `dryRun` nothing is written, and the answer says also whose answers would change; with `atomic` all is taken at once, where one append can hold it, or nothing.',
    body: { [JSON_TYPE]: { one: 'Load' } },
    answers: {
      200: { description: 'What became of the events of the load', content: one('RetractedLoad') },
    },
    codes: ['unknown-body', 'not-your-event', 'not-caught-up'],
  },
  'GET /v1/log': {
    operationId: 'readLog',
    tag: 'Log',
    summary: 'The log, page by page',
    description:
      'The events after a position, in order, a line each: the stored bytes. `Link` leads to the next page, and is absent at the head.',
    answers: {
      200: {
        description: 'A page of the log',
        content: { [NDJSON]: { lines: ['StoredEvent'] } },
      },
    },
    parameters: {
      limit: { description: 'At most so many, up to 10,000; 1,000 unless given', example: '1000' },
    },
  },
  'GET /v1/policies': {
    operationId: 'listPolicies',
    tag: 'Policies',
    summary: 'All policies',
    description: 'Every policy of which an edition stands, as known at a moment, with the documents.',
    answers: { 200: { description: 'The policies', content: one('Policies') } },
  },
  'GET /v1/policies/{id}': {
    operationId: 'readPolicy',
    tag: 'Policies',
    summary: 'One policy',
    description: 'The editions of a policy, the days that each decides, and what each asks in which setting.',
    answers: { 200: { description: 'The policy', content: one('PolicyRecord') } },
    codes: ['unknown-policy'],
  },
  'POST /v1/policies/impact': {
    operationId: 'findImpact',
    tag: 'Policies',
    summary: 'What would a draft edition change?',
    description:
      'Whose outcome would be another, today and on the last day of the school year, were this edition published now: counted by setting, and the first 1,000 by key. The draft is checked as its publication would be, and nothing is written.',
    body: { [JSON_TYPE]: { one: 'DraftEdition' } },
    answers: { 200: { description: 'What it would change', content: one('Impact') } },
    codes: ['invalid-event', 'edition-exists', 'no-day-opened', 'too-large'],
  },
  'GET /v1/bodies': {
    operationId: 'listBodies',
    tag: 'Bodies',
    summary: 'All bodies',
    description:
      'Every body that is or was recognised, and the registrar: since when, and what each may post, as known at a moment.',
    answers: { 200: { description: 'The bodies', content: one('Bodies') } },
  },
  'GET /v1/bodies/{slug}': {
    operationId: 'readBody',
    tag: 'Bodies',
    summary: 'One body',
    description:
      'What a body may post on the log’s today, and every recognition that stands, with its days, as known at a moment.',
    answers: { 200: { description: 'The body', content: one('BodyRecord') } },
    codes: ['unknown-body'],
  },
  'GET /v1/bodies/{slug}/keys': {
    operationId: 'listKeys',
    tag: 'Keys',
    summary: 'The keys of a body',
    description:
      'For the registrar, and the body itself with any of its keys. A key of the registrar’s that the operator brings does not stand in the log, and is not listed.',
    answers: { 200: { description: 'The keys', content: one('Keys') } },
    codes: ['unknown-body', 'not-recognised'],
  },
  'GET /v1/access': {
    operationId: 'readAccess',
    tag: 'Keys',
    summary: 'What was refused',
    description:
      'For the registrar. Every refused attempt to write, or to read what is not for everybody, of the last 90 days: by whose key, from where, and why. Of what was sent it holds nothing.',
    answers: { 200: { description: 'A page of the access record', content: one('Attempts') } },
    codes: ['not-recognised'],
    parameters: {
      after: { description: 'The `next` of the page before', example: '1042' },
      limit: { description: 'At most so many, up to 100; 100 unless given', example: '100' },
      code: { description: 'Those of one code alone', example: 'bad-key' },
      body: { description: 'Those with a key of one body’s alone', example: 'body:example-assessors' },
    },
  },
  'POST /v1/bodies/{slug}/keys': {
    operationId: 'issueKey',
    tag: 'Keys',
    summary: 'Issue a key to a body',
    description:
      'For the registrar. The secret is shown in this answer and nowhere else; the log keeps its hash. The body may be left out.',
    body: { [JSON_TYPE]: { one: 'NewKey' } },
    answers: {
      201: {
        description: 'The key, and its secret',
        content: one('IssuedKey'),
      },
    },
    codes: ['unknown-body', 'not-recognised', 'same-id-different-content', 'invalid-interval'],
    parameters: {
      slug: { description: 'The slug of the body that gets the key', example: 'example-assessors' },
    },
    headers: {
      'Idempotency-Key':
        '1–256 printable ASCII characters of your own making, never the same for two requests. Who asks again with the same one within ten minutes is given the same answer',
    },
  },
  'DELETE /v1/bodies/{slug}/keys/{key}': {
    operationId: 'revokeKey',
    tag: 'Keys',
    summary: 'Revoke a key',
    description:
      'For the registrar. The key opens nothing any more, at once. Revoking it again changes nothing.',
    answers: { 204: { description: 'Revoked' } },
    codes: ['unknown-body', 'not-found', 'not-recognised'],
    parameters: { key: { description: 'The name of the key', example: 'feed-2026' } },
  },
  'POST /v1/advisers': {
    operationId: 'mintAdviser',
    tag: 'Persons',
    summary: 'Make a key for an adviser',
    description:
      'For whoever may post `AdviserRegistered` today. The register makes a key that says nothing of the person, and registers it; what is kept under it is for the body that asked, as if it had registered the person itself. The body may be left out.',
    body: { [JSON_TYPE]: { one: 'NoFields' } },
    answers: {
      200: {
        description: 'The adviser that was made when this was asked before, under the same `Idempotency-Key`',
        content: one('MintedAdviser'),
      },
      201: { description: 'A new adviser', content: one('MintedAdviser') },
    },
    codes: ['not-recognised', 'no-day-opened'],
    headers: {
      'Idempotency-Key':
        '1–256 printable ASCII characters of your own making, never the same for two persons. Whenever you ask again with the same one you are given the same adviser, until what is kept of the person is erased',
    },
  },
  'PUT /v1/advisers/{key}/person': {
    operationId: 'putAdviserPerson',
    tag: 'Persons',
    summary: 'Keep who an adviser is',
    description:
      'For the body that registered the person, and the registrar. Replaces what was kept, whole. With `public`, everybody is shown it: with the record at the head.',
    body: { [JSON_TYPE]: { one: 'PersonToKeep' } },
    answers: {
      201: { description: 'Kept; nothing was before' },
      204: { description: 'Kept, in place of what was before' },
    },
    codes: ['unknown-adviser', 'not-recognised'],
  },
  'GET /v1/advisers/{key}/person': {
    operationId: 'readAdviserPerson',
    tag: 'Persons',
    summary: 'Read who an adviser is',
    description:
      'For the body that registered the person, and the registrar. It is recorded who reads, whose, and when, before anything is given.',
    answers: { 200: { description: 'What is kept', content: one('Person') } },
    codes: ['unknown-adviser', 'not-recognised', 'not-found'],
  },
  'GET /v1/advisers/{key}/person/export': {
    operationId: 'exportAdviserPerson',
    tag: 'Persons',
    summary: 'All that is held of an adviser, for the person',
    description:
      'For the body that registered the person, and the registrar: what answers a person who asks what is held. What is kept under each of the body’s keys, who was given it and when, what was erased, for whom the register made a key, and everything in the log under all keys. It is recorded as a reading before anything is given, and answered also where nothing is kept any more.',
    answers: { 200: { description: 'What is held', content: one('PersonExport') } },
    codes: ['unknown-adviser', 'not-recognised'],
  },
  'DELETE /v1/advisers/{key}/person': {
    operationId: 'eraseAdviserPerson',
    tag: 'Persons',
    summary: 'Erase who an adviser is',
    description:
      'For the body that registered the person, and the registrar. Nobody is shown anything of it from then on; the log and every past answer stay whole. Erasing it again changes nothing.',
    answers: { 204: { description: 'Nothing is kept' } },
    codes: ['unknown-adviser', 'not-recognised'],
  },
  'PUT /v1/providers/{key}/person': {
    operationId: 'putProviderPerson',
    tag: 'Persons',
    summary: 'Keep who a sole trader is',
    description:
      'For the body that registered the person, and the registrar. Replaces what was kept, whole. With `public`, everybody is shown it: with the record at the head and when searched for by name.',
    body: { [JSON_TYPE]: { one: 'PersonToKeep' } },
    answers: {
      201: { description: 'Kept; nothing was before' },
      204: { description: 'Kept, in place of what was before' },
    },
    codes: ['unknown-provider', 'not-recognised', 'not-found'],
  },
  'GET /v1/providers/{key}/person': {
    operationId: 'readProviderPerson',
    tag: 'Persons',
    summary: 'Read who a sole trader is',
    description:
      'For the body that registered the person, and the registrar. It is recorded who reads, whose, and when, before anything is given.',
    answers: { 200: { description: 'What is kept', content: one('Person') } },
    codes: ['unknown-provider', 'not-recognised', 'not-found'],
  },
  'GET /v1/providers/{key}/person/export': {
    operationId: 'exportProviderPerson',
    tag: 'Persons',
    summary: 'All that is held of a sole trader, for the person',
    description:
      'For the body that registered the person, and the registrar: what answers a person who asks what is held. What is kept under each of the body’s keys, who was given it and when, what was erased, for whom the register made a key, and everything in the log under all keys. It is recorded as a reading before anything is given, and answered also where nothing is kept any more.',
    answers: { 200: { description: 'What is held', content: one('PersonExport') } },
    codes: ['unknown-provider', 'not-recognised', 'not-found'],
  },
  'DELETE /v1/providers/{key}/person': {
    operationId: 'eraseProviderPerson',
    tag: 'Persons',
    summary: 'Erase who a sole trader is',
    description:
      'For the body that registered the person, and the registrar. Nobody is shown anything of it from then on; the log and every past answer stay whole. Erasing it again changes nothing.',
    answers: { 204: { description: 'Nothing is kept' } },
    codes: ['unknown-provider', 'not-recognised'],
  },
  'GET /health/live': {
    operationId: 'isLive',
    tag: 'Operation',
    summary: 'Does the process run?',
    description: 'Asks nothing of the log. A process that does not answer should be started again.',
    answers: { 200: { description: 'It does', content: one('Live') } },
  },
  'GET /health/ready': {
    operationId: 'isReady',
    tag: 'Operation',
    summary: 'Does it answer and take posts?',
    description:
      'Ready once the log is read, and as long as it is followed and can be written, and the policy stands in it that is asked where none is named.',
    answers: {
      200: { description: 'It is ready', content: one('Ready') },
      503: { description: 'It is not: how far it is', content: one('Ready') },
    },
  },
  'GET /metrics': {
    operationId: 'readMetrics',
    tag: 'Operation',
    summary: 'What is counted and measured',
    description: 'For the operator’s monitoring, in the text format of Prometheus.',
    answers: {
      200: { description: 'The metrics', content: { 'text/plain': { text: 'Metrics, one a line' } } },
    },
  },
  'GET /': {
    operationId: 'checkProvider',
    tag: 'Operation',
    summary: 'The main question, asked and answered on a page',
    description:
      'For people. A form asks `provider` (a name or a number), `setting`, `from`, `until`, `knownAt` and `adviser` (keys, a space between them); `policy` may be given too. Days are taken as people write them, and of `knownAt` a day by its end. The address of a page is its question: other parameters are passed over, by a redirection to the address without them, but what resembles one of these is read as it or refused. Whatever is wrong is said on the page.',
    answers: {
      200: {
        description: 'The form, the answer, or the providers to choose from',
        content: { 'text/html': { text: 'A page' } },
      },
      400: { description: 'The form, and how to mend it', content: { 'text/html': { text: 'A page' } } },
      404: {
        description: 'The form, and who or what is not known',
        content: { 'text/html': { text: 'A page' } },
      },
      422: {
        description: 'The form, and that its days must be given',
        content: { 'text/html': { text: 'A page' } },
      },
      503: { description: 'The form, and that it must wait', content: { 'text/html': { text: 'A page' } } },
    },
    codes: [
      'invalid-question',
      'unknown-provider',
      'unknown-adviser',
      'unknown-policy',
      'not-caught-up',
      'no-day-opened',
    ],
  },
  'GET /events/{position}': {
    operationId: 'showEvent',
    tag: 'Operation',
    summary: 'An event, as a page',
    description:
      'For people: what was posted, by whom and when, for which days it holds, how it counts, and what was done to it by whom, when and why. The evidence on the page of an answer leads here.',
    answers: {
      200: { description: 'The page', content: { 'text/html': { text: 'A page' } } },
      400: { description: 'What is wrong with the moment', content: { 'text/html': { text: 'A page' } } },
      404: { description: 'That there is no such event', content: { 'text/html': { text: 'A page' } } },
      503: { description: 'That it must wait', content: { 'text/html': { text: 'A page' } } },
    },
    codes: ['invalid-question', 'unknown-event', 'not-caught-up'],
  },
  'GET /problems/{code}': {
    operationId: 'explainProblem',
    tag: 'Operation',
    summary: 'What a refusal means',
    description:
      'The page to which the `type` of a refusal leads: what is refused, an example, and how to correct it.',
    answers: {
      200: {
        description: 'The page, for people or for programs',
        content: { 'text/html': { text: 'A page' }, [JSON_TYPE]: { one: 'ProblemPage' } },
      },
      404: {
        description: 'That there is no such page',
        content: { 'text/html': { text: 'A page' } },
      },
    },
    codes: ['not-found'],
  },
  'GET /robots.txt': {
    operationId: 'readRobots',
    tag: 'Operation',
    summary: 'What search engines are to leave alone',
    description:
      'Who stands in the register is looked up in the register: public names may be erased from it.',
    answers: { 200: { description: 'The text', content: { 'text/plain': { text: 'RFC 9309' } } } },
  },
  'GET /favicon.ico': {
    operationId: 'readIcon',
    tag: 'Operation',
    summary: 'The icon of the pages',
    description: 'Browsers ask for one by themselves.',
    answers: { 200: { description: 'The icon', content: { 'image/svg+xml': { text: 'An image' } } } },
  },
  'GET /openapi.json': {
    operationId: 'readDescription',
    tag: 'Operation',
    summary: 'This document',
    description: 'OpenAPI 3.1, generated from the code that answers.',
    answers: {
      200: { description: 'The document', content: { [JSON_TYPE]: { text: 'OpenAPI 3.1', type: 'object' } } },
    },
  },
  'GET /docs': {
    operationId: 'showDescription',
    tag: 'Operation',
    summary: 'This document, as a page',
    description: 'Shows the document and lets you try it. Everything that the page needs comes from here.',
    answers: { 200: { description: 'The page', content: { 'text/html': { text: 'A page' } } } },
  },
  'GET /docs/{file}': {
    operationId: 'readDescriptionFile',
    tag: 'Operation',
    summary: 'A file of that page',
    description: 'Its scripts and its style.',
    answers: {
      200: {
        description: 'The file',
        content: { 'text/css': { text: 'A style' }, 'text/javascript': { text: 'A script' } },
      },
    },
    codes: ['not-found'],
  },
};
