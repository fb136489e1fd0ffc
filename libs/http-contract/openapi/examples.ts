import recorded from './recorded-examples.json';

/** One request of the story that the examples tell. */
export interface Step {
  readonly name: string;
  /** Method and path of the operation that it is an example of. */
  readonly operation: string;
  readonly summary: string;
  /** The address asked. */
  readonly address: string;
  /** The body: a value, or a line for each of several. */
  readonly body?:
    | { readonly type: string; readonly value: unknown }
    | { readonly type: string; readonly lines: readonly object[] }
    | { readonly type: string; readonly text: string };
  readonly accept?: string;
  /** What the sender calls the request: its `Idempotency-Key`. */
  readonly request?: string;
  /** Sent without the key that writing needs. */
  readonly anonymous?: true;
}

/** What was answered to a step, instants and secrets replaced. */
export interface Recorded {
  readonly status: number;
  /** Media type; nothing where there was no body. */
  readonly type?: string;
  /** JSON as its value, anything else as text. */
  readonly value?: unknown;
}

const ONE = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';
const NDJSON = 'application/x-ndjson';
const JSON_TYPE = 'application/json';
const CSV = 'text/csv';
const PROVIDER = 'ukprn:10000001';
const TRADER = 'ukprn:10000004';
const ADVISER = 'adviser:example0001';

let ids = 0;
/** An event of the story, under the next id of its source. Nobody in it exists. */
function event(type: string, subject: string, data: object) {
  return { specversion: '1.0', source: 'https://example.org/feed', id: `2026-${++ids}`, type, subject, data };
}

const registration = event('ProviderRegistered', PROVIDER, {
  name: 'Example Guidance',
  legalForm: 'company',
});
const award = event('AccreditationAwarded', PROVIDER, {
  standard: 'matrix',
  reference: 'M-1042',
  from: '2024-03-15',
  until: '2027-03-14',
  kind: 'initial',
});
const MISTAKEN_LOAD = { source: 'https://example.org/mistaken-load', reason: 'loaded-twice' };
const MISTAKEN = ['ukprn:10000008', 'ukprn:10000009'].map((subject, i) => ({
  ...registration,
  source: MISTAKEN_LOAD.source,
  id: `row-${i + 1}`,
  subject,
}));
/** Nobody: a name that is plainly an example. */
const PERSON = { name: 'Example Person', contact: 'person@example.org', public: true };
const post = { operation: 'POST /v1/events', address: '/v1/events' };

/**
 * The examples of the document: a small invented history, told to a register that was just started with its days opened
 * by hand. The answers are recorded in `answers.json`; a test tells the story again and compares.
 */
export const STORY: readonly Step[] = [
  {
    ...post,
    name: 'open-a-day',
    summary: 'The registrar opens the first day',
    body: { type: ONE, value: event('DayOpened', 'calendar:england', { date: '2026-09-01' }) },
  },
  {
    ...post,
    name: 'recognise-a-body',
    summary:
      'The registrar recognises a body for one standard, and for the organisations that it awards it to',
    body: {
      type: ONE,
      value: event('BodyRecognised', 'body:example-assessors', {
        name: 'Example Assessors',
        mayPost: [
          { types: '*', standards: ['matrix'] },
          { types: ['ProviderRegistered', 'ProviderRenamed'] },
        ],
        from: '2017-01-01',
      }),
    },
  },
  {
    name: 'issue-a-key',
    operation: 'POST /v1/bodies/{slug}/keys',
    summary: 'A key with a name and a last day',
    address: '/v1/bodies/example-assessors/keys',
    body: { type: JSON_TYPE, value: { key: 'feed-2026', until: '2027-12-31' } },
  },
  {
    ...post,
    name: 'one-event',
    summary: 'A provider is registered',
    body: { type: ONE, value: registration },
  },
  {
    ...post,
    name: 'one-event-again',
    summary: 'The same again: the first answer',
    body: { type: ONE, value: registration },
  },
  {
    ...post,
    name: 'dry-run',
    summary: 'Judged, and not written',
    address: '/v1/events?dryRun=true',
    body: { type: ONE, value: award },
  },
  {
    ...post,
    name: 'batch',
    summary: 'A batch, of which one event is refused',
    body: {
      type: BATCH,
      value: [
        award,
        event('AdviserRegistered', ADVISER, {}),
        event('AccreditationSuspended', PROVIDER, {
          standard: 'matrix',
          reference: 'M-1024',
          from: '2026-11-01',
          reason: 'review-overdue',
          onAppeal: 'stands',
        }),
      ],
    },
  },
  {
    ...post,
    name: 'lines',
    summary: 'Lines, answered line by line',
    accept: NDJSON,
    body: {
      type: NDJSON,
      lines: [
        event('QualificationAwarded', ADVISER, {
          qualification: 'l6-dcgd',
          awardedOn: '2019-07-01',
          certificate: 'C-77',
        }),
        event('EngagementStarted', ADVISER, { provider: PROVIDER, from: '2024-09-01', basis: 'employed' }),
        event('EngagementStarted', 'adviser:example0002', {
          provider: PROVIDER,
          from: '2024-09-01',
          basis: 'employed',
        }),
      ],
    },
  },
  {
    ...post,
    name: 'atomic',
    summary: 'All or none: nothing is taken',
    address: '/v1/events?atomic=true',
    body: {
      type: BATCH,
      value: [
        event('ProviderRenamed', PROVIDER, { name: 'Example Careers', from: '2027-01-01' }),
        event('ProviderClosed', 'ukprn:10000002', { on: '2027-01-01', reason: 'merged' }),
      ],
    },
  },
  {
    ...post,
    name: 'no-key',
    summary: 'Without a key',
    anonymous: true,
    body: { type: ONE, value: registration },
  },
  {
    ...post,
    name: 'invalid-event',
    summary: 'The name of a sole trader is personal data',
    body: {
      type: ONE,
      value: event('ProviderRegistered', 'ukprn:10000003', { name: 'A. Person', legalForm: 'sole-trader' }),
    },
  },
  {
    ...post,
    name: 'overlapping-award',
    summary: 'An award that counts already',
    body: { type: ONE, value: { ...award, id: 'another-id' } },
  },
  {
    name: 'eligible',
    operation: 'GET /v1/providers/{key}/eligibility',
    summary: 'Eligible on every day asked about',
    address: `/v1/providers/${PROVIDER}/eligibility?setting=school-commissioned&from=2026-09-01&until=2026-12-18`,
  },
  {
    name: 'not-eligible',
    operation: 'GET /v1/providers/{key}/eligibility',
    summary: 'Not on every day, and what would mend it',
    address: `/v1/providers/${PROVIDER}/eligibility?setting=school-commissioned&from=2026-09-01&until=2027-07-20&knownAt=8&route=true`,
  },
  {
    name: 'unknown-parameter',
    operation: 'GET /v1/providers/{key}/eligibility',
    summary: 'A parameter that does not exist',
    address: `/v1/providers/${PROVIDER}/eligibility?setting=school-commissioned&form=2026-09-01`,
  },
  {
    name: 'many',
    operation: 'POST /v1/eligibility',
    summary: 'Two questions, one of which has no answer',
    address: '/v1/eligibility',
    body: {
      type: JSON_TYPE,
      value: [
        { provider: PROVIDER, setting: 'publicly-funded', on: '2026-09-01' },
        { provider: 'ukprn:10000002', setting: 'publicly-funded', on: '2026-09-01' },
      ],
    },
  },
  {
    name: 'many-lines',
    operation: 'POST /v1/eligibility',
    summary: 'Lines, answered briefly',
    address: '/v1/eligibility?brief=true',
    body: {
      type: NDJSON,
      lines: [
        { provider: PROVIDER, setting: 'school-commissioned', on: '2026-09-01' },
        { provider: PROVIDER, setting: 'school-commissioned', on: '2027-09-01' },
      ],
    },
  },
  {
    name: 'standing',
    operation: 'GET /v1/advisers/{key}/eligibility',
    summary: 'Qualified on that day',
    address: `/v1/advisers/${ADVISER}/eligibility?purpose=personal-guidance&on=2026-09-01`,
  },
  {
    name: 'search',
    operation: 'GET /v1/providers',
    summary: 'A name with a typing mistake',
    address: '/v1/providers?q=exmaple%20guidance',
  },
  {
    name: 'provider',
    operation: 'GET /v1/providers/{key}',
    summary: 'As known now',
    address: `/v1/providers/${PROVIDER}`,
  },
  {
    name: 'provider-before',
    operation: 'GET /v1/providers/{key}',
    summary: 'As known when it was just registered',
    address: `/v1/providers/${PROVIDER}?knownAt=4`,
  },
  {
    name: 'unknown-provider',
    operation: 'GET /v1/providers/{key}',
    summary: 'Nobody registered it',
    address: '/v1/providers/ukprn:10000002',
  },
  {
    name: 'adviser',
    operation: 'GET /v1/advisers/{key}',
    summary: 'As known now',
    address: `/v1/advisers/${ADVISER}`,
  },
  {
    name: 'provider-history',
    operation: 'GET /v1/providers/{key}/history',
    summary: 'Its first two events',
    address: `/v1/providers/${PROVIDER}/history?limit=2`,
  },
  {
    name: 'adviser-history',
    operation: 'GET /v1/advisers/{key}/history',
    summary: 'All of it',
    address: `/v1/advisers/${ADVISER}/history`,
  },
  {
    name: 'event',
    operation: 'GET /v1/events/{position}',
    summary: 'An award',
    address: '/v1/events/5',
  },
  {
    name: 'log-page',
    operation: 'GET /v1/log',
    summary: 'Two events after the fifth',
    address: '/v1/log?after=4&limit=2',
  },
  {
    name: 'policies',
    operation: 'GET /v1/policies',
    summary: 'All policies',
    address: '/v1/policies',
  },
  {
    name: 'policy',
    operation: 'GET /v1/policies/{id}',
    summary: 'The built-in policy',
    address: '/v1/policies/cmqa-2017',
  },
  { name: 'live', operation: 'GET /health/live', summary: 'It runs', address: '/health/live' },
  { name: 'ready', operation: 'GET /health/ready', summary: 'It is ready', address: '/health/ready' },
  {
    name: 'problem-page',
    operation: 'GET /problems/{code}',
    summary: 'For programs',
    address: '/problems/overlapping-award',
    accept: 'application/json',
  },
  {
    name: 'revoke-a-key',
    operation: 'DELETE /v1/bodies/{slug}/keys/{key}',
    summary: 'Its name is its address',
    address: '/v1/bodies/example-assessors/keys/feed-2026',
  },
  {
    name: 'put-an-adviser',
    operation: 'PUT /v1/advisers/{key}/person',
    summary: 'For everybody to see',
    address: `/v1/advisers/${ADVISER}/person`,
    body: { type: JSON_TYPE, value: PERSON },
  },
  {
    name: 'put-an-adviser-again',
    operation: 'PUT /v1/advisers/{key}/person',
    summary: 'The same again',
    address: `/v1/advisers/${ADVISER}/person`,
    body: { type: JSON_TYPE, value: PERSON },
  },
  {
    name: 'read-an-adviser',
    operation: 'GET /v1/advisers/{key}/person',
    summary: 'All that is kept',
    address: `/v1/advisers/${ADVISER}/person`,
  },
  {
    name: 'adviser-named',
    operation: 'GET /v1/advisers/{key}',
    summary: 'At the head, with what is public',
    address: `/v1/advisers/${ADVISER}`,
  },
  {
    name: 'erase-an-adviser',
    operation: 'DELETE /v1/advisers/{key}/person',
    summary: 'The key and the record stay',
    address: `/v1/advisers/${ADVISER}/person`,
  },
  {
    name: 'erased-adviser',
    operation: 'GET /v1/advisers/{key}/person',
    summary: 'Nothing is kept any more',
    address: `/v1/advisers/${ADVISER}/person`,
  },
  {
    ...post,
    name: 'sole-trader',
    summary: 'A sole trader is registered, without a name',
    body: { type: ONE, value: event('ProviderRegistered', TRADER, { legalForm: 'sole-trader' }) },
  },
  {
    name: 'put-a-sole-trader',
    operation: 'PUT /v1/providers/{key}/person',
    summary: 'For the body and the registrar alone',
    address: `/v1/providers/${TRADER}/person`,
    body: { type: JSON_TYPE, value: { name: 'Example Person', public: false } },
  },
  {
    name: 'put-a-sole-trader-again',
    operation: 'PUT /v1/providers/{key}/person',
    summary: 'For everybody to see from now on',
    address: `/v1/providers/${TRADER}/person`,
    body: { type: JSON_TYPE, value: PERSON },
  },
  {
    name: 'put-an-organisation',
    operation: 'PUT /v1/providers/{key}/person',
    summary: 'An organisation is no person',
    address: `/v1/providers/${PROVIDER}/person`,
    body: { type: JSON_TYPE, value: PERSON },
  },
  {
    name: 'read-a-sole-trader',
    operation: 'GET /v1/providers/{key}/person',
    summary: 'All that is kept',
    address: `/v1/providers/${TRADER}/person`,
  },
  {
    name: 'search-a-sole-trader',
    operation: 'GET /v1/providers',
    summary: 'A sole trader, by the public name',
    address: '/v1/providers?q=person',
  },
  {
    name: 'provider-named',
    operation: 'GET /v1/providers/{key}',
    summary: 'A sole trader at the head, with what is public',
    address: `/v1/providers/${TRADER}`,
  },
  {
    name: 'erase-a-sole-trader',
    operation: 'DELETE /v1/providers/{key}/person',
    summary: 'Found by no name from now on',
    address: `/v1/providers/${TRADER}/person`,
  },
  {
    name: 'template',
    operation: 'GET /v1/events/csv/template',
    summary: 'Of accreditations',
    address: '/v1/events/csv/template?type=AccreditationAwarded',
  },
  {
    name: 'table',
    operation: 'POST /v1/events/csv',
    summary: 'Registrations, of which one has a wrong key',
    address: '/v1/events/csv?type=ProviderRegistered&source=https%3A%2F%2Fexample.org%2Ftable&ignore=Notes',
    body: {
      type: CSV,
      text: 'id,subject,name,legalForm,area,Notes\r\nr-1,ukprn:10000021,Example Careers,company,,first call\r\nr-2,ukprn:1000002,Sample Advice,charity,,\r\n',
    },
  },
  {
    name: 'table-mapped',
    operation: 'POST /v1/events/csv',
    summary: 'A table with columns of its own, answered line by line',
    address: `/v1/events/csv?${new URLSearchParams([
      ['type', 'AccreditationAwarded'],
      ['source', 'https://example.org/table'],
      ['map', 'id={Certificate}'],
      ['map', 'subject=ukprn:{UKPRN}'],
      ['map', 'standard=matrix'],
      ['map', 'reference={Certificate}'],
      ['map', 'from={Start}'],
      ['map', 'until={End}'],
      ['map', 'kind=initial'],
    ]).toString()}`,
    body: {
      type: CSV,
      text: 'UKPRN;Certificate;Start;End\r\n10000021;M-2001;01/09/2026;31/08/2029\r\n10000021;M-2002;31/09/2026;31/08/2029\r\n',
    },
    accept: NDJSON,
  },
  {
    name: 'table-of-questions',
    operation: 'POST /v1/eligibility',
    summary: 'A list of providers, with its own columns',
    address: '/v1/eligibility?map=provider%3Dukprn%3A%7BUKPRN%7D&map=setting%3Dschool-commissioned',
    body: { type: CSV, text: 'School,UKPRN\r\nNorth,10000021\r\nSouth,10000099\r\n' },
  },
  {
    name: 'mint-an-adviser',
    operation: 'POST /v1/advisers',
    summary: 'A key that says nothing of the person',
    address: '/v1/advisers',
    request: 'the-first-new-adviser',
  },
  {
    name: 'mint-an-adviser-again',
    operation: 'POST /v1/advisers',
    summary: 'The same request again: the same adviser',
    address: '/v1/advisers',
    request: 'the-first-new-adviser',
  },
  {
    name: 'export-an-adviser',
    operation: 'GET /v1/advisers/{key}/person/export',
    summary: 'After an erasure: who was given what was kept, and what stands in the log',
    address: `/v1/advisers/${ADVISER}/person/export`,
  },
  {
    name: 'export-a-sole-trader',
    operation: 'GET /v1/providers/{key}/person/export',
    summary: 'After an erasure',
    address: `/v1/providers/${TRADER}/person/export`,
  },
  {
    ...post,
    name: 'dry-run-with-effects',
    summary: 'A file of suspensions, looked at before it counts',
    address: '/v1/events?dryRun=true',
    body: {
      type: BATCH,
      value: [
        event('AccreditationSuspended', PROVIDER, {
          standard: 'matrix',
          reference: 'M-1042',
          from: '2026-09-01',
          reason: 'review-overdue',
          onAppeal: 'stands',
        }),
      ],
    },
  },
  {
    name: 'compare',
    operation: 'GET /v1/compare',
    summary: 'What the batch changed',
    address: '/v1/compare?before=4&after=8&setting=publicly-funded',
  },
  {
    name: 'impact',
    operation: 'POST /v1/policies/impact',
    summary: 'A draft that asks nothing but another standard, from the next year on',
    address: '/v1/policies/impact',
    body: {
      type: JSON_TYPE,
      value: {
        policy: 'cmqa-2017',
        effectiveFrom: '2027-01-01',
        document: {
          title: 'An example',
          strength: 'proposal',
          purposes: {},
          settings: {
            'publicly-funded': [
              { id: 'accredited', of: 'provider', binding: 'must', test: { accredited: 'another-standard' } },
            ],
          },
        },
      },
    },
  },
  {
    ...post,
    name: 'mistaken-load',
    summary: 'A load of two providers, posted by mistake',
    body: { type: BATCH, value: MISTAKEN },
  },
  {
    ...post,
    name: 'correct-an-event',
    summary: 'The award ended a day earlier',
    body: {
      type: ONE,
      value: event('EventCorrected', PROVIDER, {
        event: '5',
        data: { ...award.data, until: '2027-03-13' },
        kind: 'clerical',
        reason: 'typing-mistake',
      }),
    },
  },
  {
    name: 'event-history',
    operation: 'GET /v1/events/{position}/history',
    summary: 'An award that was corrected',
    address: '/v1/events/5/history',
  },
  {
    name: 'unknown-event',
    operation: 'GET /v1/events/{position}/history',
    summary: 'Not recorded then',
    address: '/v1/events/5/history?knownAt=4',
  },
  {
    name: 'submissions',
    operation: 'GET /v1/bodies/{slug}/events',
    summary: 'What the registrar posted from a source',
    address: '/v1/bodies/registrar/events?source=https://example.org/mistaken-load',
  },
  {
    name: 'retract-a-load-dry',
    operation: 'POST /v1/bodies/{slug}/retractions',
    summary: 'What would be retracted',
    address: '/v1/bodies/registrar/retractions?dryRun=true',
    body: { type: JSON_TYPE, value: MISTAKEN_LOAD },
  },
  {
    name: 'retract-a-load',
    operation: 'POST /v1/bodies/{slug}/retractions',
    summary: 'All of it, in one request',
    address: '/v1/bodies/registrar/retractions',
    body: { type: JSON_TYPE, value: MISTAKEN_LOAD },
  },
  {
    name: 'retract-a-load-again',
    operation: 'POST /v1/bodies/{slug}/retractions',
    summary: 'Again: nothing more',
    address: '/v1/bodies/registrar/retractions',
    body: { type: JSON_TYPE, value: MISTAKEN_LOAD },
  },
  {
    name: 'bodies',
    operation: 'GET /v1/bodies',
    summary: 'All of them',
    address: '/v1/bodies',
  },
  {
    name: 'body',
    operation: 'GET /v1/bodies/{slug}',
    summary: 'As known when it was just recognised',
    address: '/v1/bodies/example-assessors?knownAt=2',
  },
  {
    name: 'body-now',
    operation: 'GET /v1/bodies/{slug}',
    summary: 'As known now',
    address: '/v1/bodies/example-assessors',
  },
  {
    name: 'keys',
    operation: 'GET /v1/bodies/{slug}/keys',
    summary: 'One that was revoked, and never used',
    address: '/v1/bodies/example-assessors/keys',
  },
  {
    name: 'access',
    operation: 'GET /v1/access',
    summary: 'The first, as the only one of its code',
    address: '/v1/access?code=no-key',
  },
  {
    name: 'access-page',
    operation: 'GET /v1/access',
    summary: 'A page that another follows',
    address: '/v1/access?limit=1&code=not-found',
  },
];

const RECORDED: Readonly<Partial<Record<string, Recorded>>> = recorded;

/** What is recorded of a step’s answer; nothing of one that was never told. */
export function recordedAnswer({ name }: Step): Recorded | undefined {
  return RECORDED[name];
}
