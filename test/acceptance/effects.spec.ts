/// <reference types="jest" />
import cmqa2017 from '@app/domain/policies/cmqa-2017.json';
import { REGISTRAR_KEY, RegisterProcess, type Reply } from './process';
import { accepted, endSound, expectRefusal, headOf, openDay, submission, type Written } from './refusal';

/** Three organisations accredited by one assessor, and what each depends on. */
const FIRST = 'ukprn:10000001';
const SECOND = 'ukprn:10000002';
const THIRD = 'ukprn:10000003';
/** Delivers under a contract of the first one’s. */
const BELOW = 'ukprn:10000004';
const ADVISER = 'adviser:k7m2p4q8';
const SAME_PERSON = 'adviser:k7m2p4q9';

interface Change {
  readonly provider: { readonly key: string; readonly name: string | null };
  readonly setting: string;
  readonly from: string;
  readonly before: object | null;
  readonly after: object | null;
  readonly events?: readonly object[];
  readonly because?: readonly string[];
}
interface Effects<C = Change> {
  readonly on: string;
  readonly summary: readonly { readonly setting: string }[];
  readonly changed: number;
  readonly providers: readonly C[];
}
type Tried = Effects<Change & { readonly policy: string }>;
interface Batch {
  readonly accepted: number;
  readonly refused: number;
  readonly effects: Tried;
}

let register: RegisterProcess;
const at: Record<string, string> = {};
const post = async (name: string, type: string, subject: string, data: Record<string, unknown>) => {
  at[name] = await accepted(register, { type, subject, data });
};
const matrix = (verb: string, subject: string, data: Record<string, unknown>): Written => ({
  type: `Accreditation${verb}`,
  subject,
  data: { standard: 'matrix', reference: `M-${subject.slice(-1)}`, ...data },
});
const suspended = (subject: string, from: string, reference = `M-${subject.slice(-1)}`) =>
  matrix('Suspended', subject, { reference, from, reason: 'review-overdue', onAppeal: 'stands' });

beforeAll(async () => {
  register = await RegisterProcess.start();
  const early = submission({
    type: 'ProviderRegistered',
    subject: FIRST,
    data: { name: 'Example 1', legalForm: 'company' },
  });
  const before = await register.post(early, { query: '?dryRun=true' });
  expect(before.json).toMatchObject({ position: null, effects: null });
  await openDay(register, '2026-11-02');
  for (const subject of [FIRST, SECOND, THIRD, BELOW]) {
    await post(`registered ${subject}`, 'ProviderRegistered', subject, {
      name: `Example ${subject.slice(-1)}`,
      legalForm: 'company',
    });
    const award = matrix('Awarded', subject, { from: '2025-03-15', until: '2028-03-14', kind: 'initial' });
    at[`award ${subject}`] = await accepted(register, award);
  }
  const contract = { programme: 'ncs', services: ['skills'], clientGroups: ['adults'] };
  const days = { from: '2026-01-01', until: '2027-12-31' };
  await post('contract', 'ContractAwarded', FIRST, { reference: 'K-1', ...contract, ...days });
  await post('contract below', 'ContractAwarded', BELOW, {
    reference: 'K-2',
    subcontractorOf: 'K-1',
    ...contract,
    ...days,
  });
  for (const subject of [ADVISER, SAME_PERSON]) await post('adviser', 'AdviserRegistered', subject, {});
  await post('qualification', 'QualificationAwarded', ADVISER, {
    qualification: 'l6-dcgd',
    awardedOn: '2020-07-01',
    certificate: 'C-1',
  });
  await post('engagement', 'EngagementStarted', ADVISER, {
    provider: THIRD,
    from: '2026-01-01',
    basis: 'employed',
  });
  await post('merger', 'AdviserMerged', SAME_PERSON, { into: ADVISER });
});
afterAll(() => endSound(register));

const tried = async (events: readonly Written[], query = '?dryRun=true') => {
  const reply = await register.postLines(events.map(submission), { query });
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  return reply.json as Batch;
};
/**
 * What changes in a setting under the proposals, by provider: from which day, and until when it is eligible
 * before and after.
 */
const changesIn = (setting: string, { providers }: Pick<Tried, 'providers'>) =>
  providers
    .filter((change) => change.policy === 'cmqa-2017' && change.setting === setting)
    .map(({ provider, from, before, after }) => [provider.key, from, before, after]);
const eligible = (eligibleUntil: string) => ({ outcome: 'eligible', eligibleUntil });
const NOT = { outcome: 'not-eligible', eligibleUntil: null };
const NOBODY = { gained: 0, lost: 0, longer: 0, shorter: 0, otherwise: 0 };
/** What an entry of a summary counts, if it counts anybody. */
const counted = ({ summary }: Pick<Effects, 'summary'>) =>
  summary.filter(({ ...entry }) => Object.values(entry).some((count) => Number(count) > 0));

describe('looked at before it counts', () => {
  test('a file of suspensions says whose eligibility it ends and by which of its events, and ends none', async () => {
    const head = await headOf(register);
    const file = [
      suspended(SECOND, '2026-11-02'),
      suspended(SECOND, '2026-11-02', 'M-9'),
      suspended(THIRD, '2026-10-01'),
    ];
    const { effects, ...batch } = await tried(file);
    expect(batch).toMatchObject({ accepted: 2, refused: 1 });
    expect(effects).toMatchObject({ on: '2026-11-02' });
    expect(effects.summary).toEqual([
      { policy: 'england-statute', setting: 'school-commissioned', ...NOBODY },
      { policy: 'england-funding', setting: 'adult-education-budget-college', ...NOBODY },
      { policy: 'england-funding', setting: 'national-careers-service', ...NOBODY },
      { policy: 'england-funding', setting: 'traineeship', ...NOBODY },
      { policy: 'england-guidance', setting: 'school-commissioned', ...NOBODY },
      { policy: 'england-guidance', setting: 'school-in-house', ...NOBODY },
      { policy: 'cmqa-2017', setting: 'national-careers-service', ...NOBODY, lost: 1 },
      { policy: 'cmqa-2017', setting: 'private', ...NOBODY },
      { policy: 'cmqa-2017', setting: 'publicly-funded', ...NOBODY, lost: 2 },
      { policy: 'cmqa-2017', setting: 'school-commissioned', ...NOBODY, lost: 1 },
      { policy: 'cmqa-2017', setting: 'school-in-house', ...NOBODY },
    ]);
    expect(effects.changed).toBe(4);
    expect(changesIn('publicly-funded', effects)).toEqual([
      [SECOND, '2026-11-02', eligible('2028-03-14'), NOT],
      [THIRD, '2026-11-02', eligible('2028-03-14'), NOT],
    ]);
    expect(effects.providers.map(({ provider, events }) => [provider.name, events])).toEqual([
      ['Example 2', [{ index: 0 }]],
      ['Example 3', [{ index: 2 }]],
      ['Example 3', [{ index: 2 }]],
      ['Example 3', [{ index: 2 }]],
    ]);
    expect(await headOf(register)).toBe(head);
    // Where anything of an atomic one is refused, nothing would be posted.
    expect((await tried(file, '?dryRun=true&atomic=true')).effects).toMatchObject({
      changed: 0,
      providers: [],
    });
    expect((await tried(file.toSpliced(1, 1), '?dryRun=true&atomic=true')).effects.changed).toBe(4);
  });

  test('a suspension to come is a shorter eligibility, from its first day', async () => {
    const { effects } = await tried([suspended(SECOND, '2027-01-01')]);
    expect(counted(effects)).toEqual([
      { policy: 'cmqa-2017', setting: 'publicly-funded', ...NOBODY, shorter: 1 },
    ]);
    expect(changesIn('publicly-funded', effects)).toEqual([
      [SECOND, '2027-01-01', eligible('2028-03-14'), eligible('2026-12-31')],
    ]);
  });

  test('an extension is a longer one', async () => {
    const { effects } = await tried([
      matrix('Extended', SECOND, { until: '2028-12-31', reason: 'review-postponed' }),
    ]);
    expect(counted(effects)).toEqual([
      { policy: 'cmqa-2017', setting: 'publicly-funded', ...NOBODY, longer: 1 },
    ]);
    expect(changesIn('publicly-funded', effects)).toEqual([
      [SECOND, '2028-03-15', eligible('2028-03-14'), eligible('2028-12-31')],
    ]);
  });

  test('the retraction of an award takes away what it gave', async () => {
    const retraction = {
      type: 'EventRetracted',
      subject: SECOND,
      data: { event: at[`award ${SECOND}`] ?? '', reason: 'posted-by-mistake' },
    };
    const one = await register.post(submission(retraction), { query: '?dryRun=true' });
    const { effects } = one.json as Batch;
    expect(changesIn('publicly-funded', effects)).toEqual([
      [SECOND, '2026-11-02', eligible('2028-03-14'), NOT],
    ]);
    expect(effects.providers[0]?.events).toEqual([{ index: 0 }]);
  });

  test('a subcontractor’s suspension reaches the provider that it works under, where the setting asks of both', async () => {
    const { effects } = await tried([suspended(BELOW, '2026-11-02')]);
    expect(changesIn('publicly-funded', effects).map(([key]) => key)).toEqual([FIRST, BELOW]);
  });

  test('a sanction under one key of a person reaches who engaged the other, and no one else', async () => {
    const sanction = { from: '2026-12-01', reason: 'conduct', onAppeal: 'stands' };
    const { effects } = await tried([{ type: 'SanctionImposed', subject: SAME_PERSON, data: sanction }]);
    expect(
      effects.providers.map(({ policy, provider, setting, from }) => [policy, provider.key, setting, from]),
    ).toEqual([
      ['england-guidance', THIRD, 'school-commissioned', '2026-12-01'],
      ['england-guidance', THIRD, 'school-in-house', '2026-12-01'],
      ['cmqa-2017', THIRD, 'national-careers-service', '2026-12-01'],
      ['cmqa-2017', THIRD, 'school-commissioned', '2026-12-01'],
      ['cmqa-2017', THIRD, 'school-in-house', '2026-12-01'],
    ]);
  });

  test('what only the law and the guidance see is told of these, and not as no change', async () => {
    const subject = 'ukprn:10000008';
    const engaged = { provider: subject, from: '2026-11-02', basis: 'employed' };
    const registered = { register: 'uk-register', from: '2026-11-02' };
    const { effects } = await tried([
      { type: 'ProviderRegistered', subject, data: { name: 'Example 8', legalForm: 'other' } },
      { type: 'AdviserRegistered', subject: 'adviser:e5f6g7h8', data: {} },
      { type: 'EngagementStarted', subject: 'adviser:e5f6g7h8', data: engaged },
      { type: 'RegistrationGranted', subject: 'adviser:e5f6g7h8', data: registered },
    ]);
    expect(effects.providers.map(({ policy, setting }) => [policy, setting])).toEqual([
      ['england-statute', 'school-commissioned'],
      ['england-guidance', 'school-commissioned'],
      ['england-guidance', 'school-in-house'],
      ['cmqa-2017', 'private'],
    ]);
  });

  test('a new edition is told of its own policy; silence before or after it is neither gained nor lost', async () => {
    const settings = { 'publicly-funded': [], 'school-commissioned': [] };
    const policy = { title: 'A draft', strength: 'guidance', purposes: {}, settings };
    const { effects } = await tried([
      {
        type: 'PolicyEditionPublished',
        subject: 'policy:england-guidance',
        data: { edition: 3, effectiveFrom: '2026-11-02', policy },
      },
    ]);
    expect(counted(effects)).toEqual([
      { policy: 'england-guidance', setting: 'publicly-funded', ...NOBODY, otherwise: 4 },
      { policy: 'england-guidance', setting: 'school-commissioned', ...NOBODY, gained: 3, longer: 0 },
      { policy: 'england-guidance', setting: 'school-in-house', ...NOBODY, otherwise: 4 },
    ]);
    expect(effects.providers.find(({ setting }) => setting === 'school-in-house')).toMatchObject({
      policy: 'england-guidance',
      after: { outcome: 'silent', eligibleUntil: null },
    });
  });

  test('who is registered first, and what gives and takes no day, changes nothing', async () => {
    const { effects } = await tried([
      {
        type: 'ProviderRegistered',
        subject: 'ukprn:10000009',
        data: { name: 'Example 9', legalForm: 'other' },
      },
      { type: 'ProviderRenamed', subject: SECOND, data: { name: 'Example Two', from: '2026-11-02' } },
      { type: 'AdviserRegistered', subject: 'adviser:a1b2c3d4', data: {} },
    ]);
    // Where a policy only encourages, or asks only that no one engaged speaks against it, who is registered is eligible.
    expect(
      effects.providers.map(({ policy, provider, setting, before }) => [
        policy,
        provider.key,
        setting,
        before,
      ]),
    ).toEqual([
      ['england-statute', 'ukprn:10000009', 'school-commissioned', null],
      ['cmqa-2017', 'ukprn:10000009', 'private', null],
    ]);
  });

  test('a table says it by its lines', async () => {
    const csv = `id,subject,standard,reference,from,reason,onAppeal\ns-1,${SECOND},matrix,M-2,2026-11-02,overdue,stands\n`;
    const reply = await register.ask('/v1/events/csv?type=AccreditationSuspended&source=/tests&dryRun=true', {
      method: 'POST',
      headers: { authorization: `Bearer ${REGISTRAR_KEY}`, 'content-type': 'text/csv' },
      body: csv,
    });
    expect((reply.json as Batch).effects.providers.map(({ events }) => events)).toEqual([[{ line: 2 }]]);
  });

  test('lines that are answered line by line say what becomes of each, and no effects', async () => {
    const event = { specversion: '1.0', ...submission(suspended(SECOND, '2026-11-02')) };
    const { text } = await register.ask('/v1/events?dryRun=true', {
      method: 'POST',
      headers: {
        authorization: `Bearer ${REGISTRAR_KEY}`,
        'content-type': 'application/x-ndjson',
        accept: 'application/x-ndjson',
      },
      body: JSON.stringify(event),
    });
    expect(JSON.parse(text)).not.toHaveProperty('effects');
  });
});

const compare = (query: string) => register.ask(`/v1/compare?${query}`);
const impact = (body: unknown) =>
  register.ask('/v1/policies/impact', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const read = (reply: Reply) => {
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  return reply.json as { providers: readonly Change[]; next: string | null; on: string };
};

describe('two moments', () => {
  test('differ in what came between, and say by which events', async () => {
    const reply = await compare(
      `before=${at[`registered ${SECOND}`]}&after=${at['merger']}&setting=publicly-funded`,
    );
    const { providers, ...rest } = read(reply);
    expect(rest).toMatchObject({
      knownAt: {
        before: { position: at[`registered ${SECOND}`], today: '2026-11-02' },
        after: { position: at['merger'], today: '2026-11-02' },
      },
      policy: { id: 'cmqa-2017' },
      on: '2026-11-02',
      settings: ['publicly-funded'],
      next: null,
    });
    expect(providers.map(({ provider }) => provider.key)).toEqual([SECOND, THIRD, BELOW]);
    expect(providers[0]).toEqual({
      provider: { key: SECOND, name: 'Example 2' },
      setting: 'publicly-funded',
      from: '2026-11-02',
      before: {
        ...NOT,
        covered: false,
        requirement: 'matrix-accredited',
        reason: 'accreditation-never-awarded',
      },
      after: { ...eligible('2028-03-14'), covered: true, requirement: null, reason: null },
      because: [at[`award ${SECOND}`]],
    });
    expect(providers[1]).toMatchObject({
      before: null,
      because: [at[`registered ${THIRD}`], at[`award ${THIRD}`]],
    });
    expect(reply.headers.get('cache-control')).toBe('no-cache');
  });

  test('may be instants; at the head the answer is asked for anew', async () => {
    const log = await register.log();
    const { recordedAt } = JSON.parse(log[Number(at['contract'])] ?? '') as { recordedAt: string };
    const reply = await compare(`before=${recordedAt}`);
    expect(read(reply)).toMatchObject({ knownAt: { before: { position: at['contract'] } } });
    expect(reply.headers.get('cache-control')).toBe('no-cache');
  });

  test('come page by page, by provider, all of the same two positions', async () => {
    const whole = read(await compare('before=0'));
    const keys = [...new Set(whole.providers.map(({ provider }) => provider.key))];
    const paged: Change[] = [];
    let pages = 0;
    let next: string | undefined = '/v1/compare?before=0&limit=1';
    while (next !== undefined) {
      const reply = await register.ask(next);
      paged.push(...read(reply).providers);
      pages++;
      next = /<([^>]+)>; rel="next"/.exec(reply.headers.get('link') ?? '')?.[1];
    }
    expect([pages, paged]).toEqual([keys.length, whole.providers]);
  });

  test('are compared about the same day, whatever day has been opened between', async () => {
    const before = at['merger'] ?? '';
    const opened = await openDay(register, '2026-11-03');
    expect(read(await compare(`before=${before}&after=${opened}`))).toMatchObject({
      on: '2026-11-03',
      providers: [],
    });
  });

  test('before the end of what is known, nothing differs; from a later day on, less', async () => {
    expect(read(await compare('before=0&setting=publicly-funded&on=2028-03-14')).providers).toHaveLength(4);
    expect(read(await compare('before=0&setting=publicly-funded&on=2028-03-15')).providers).toEqual([]);
  });

  test.each([
    ['two are asked for', '', '/before'],
    ['the earlier one is a moment', 'before=then', '/before'],
    ['the later one is a moment', 'before=0&after=then', '/after'],
    ['the earlier one comes first', 'before=5&after=4', '/before'],
    ['some edition has the setting', 'before=0&setting=prison', '/setting'],
    ['on is a day', 'before=0&on=2026-02-29', '/on'],
    ['a page begins after a key', 'before=0&page=3', '/page'],
    ['a page is of at most 100', 'before=0&limit=101', '/limit'],
  ])('%s: %s', async (_, query, pointer) => {
    expectRefusal(await compare(query), { status: 400, code: 'invalid-question', pointers: [pointer] });
  });

  test.each([
    [404, 'unknown-policy', 'before=0&policy=nobodys'],
    [503, 'not-caught-up', 'before=0&after=999999'],
    [422, 'no-day-opened', 'before=0&after=0'],
  ])('%i %s: %s', async (status, code, query) => {
    expectRefusal(await compare(query), { status, code });
  });
});

/** The built-in policy, with a qualified adviser asked for in what is publicly funded too. */
const STRICTER = {
  ...cmqa2017,
  settings: {
    ...cmqa2017.settings,
    'publicly-funded': [
      ...cmqa2017.settings['publicly-funded'],
      {
        id: 'adviser-qualified',
        of: 'some-adviser',
        binding: 'must',
        test: { qualified: 'personal-guidance' },
      },
    ],
  },
};

describe('a draft edition', () => {
  const draft = { policy: 'cmqa-2017', effectiveFrom: '2026-09-01', document: STRICTER };

  test('that asks for more says who would not be eligible any more, and writes nothing', async () => {
    const head = await headOf(register);
    const found = (await impact(draft)).json as { today: Effects; endOfSchoolYear: Effects };
    expect(found).toMatchObject({
      policy: { id: 'cmqa-2017', edition: 2, effectiveFrom: '2026-09-01' },
      today: { on: '2026-11-03', changed: 3 },
      endOfSchoolYear: { on: '2027-08-31', changed: 3 },
    });
    expect(found.today.summary).toContainEqual({
      setting: 'publicly-funded',
      gained: 0,
      lost: 3,
      otherwise: 0,
    });
    expect(found.today.providers.map(({ provider }) => provider.key)).toEqual([FIRST, SECOND, BELOW]);
    expect(found.today.providers[0]).toEqual({
      provider: { key: FIRST, name: 'Example 1' },
      setting: 'publicly-funded',
      before: { ...eligible('2028-03-14'), covered: true, requirement: null, reason: null },
      after: { ...NOT, covered: false, requirement: 'adviser-qualified', reason: 'no-adviser-engaged' },
    });
    expect(await headOf(register)).toBe(head);
  });

  test('that takes effect later changes nothing today', async () => {
    expect((await impact({ ...draft, effectiveFrom: '2027-08-31' })).json).toMatchObject({
      today: { changed: 0, providers: [] },
      endOfSchoolYear: { changed: 3 },
    });
    expect((await impact({ ...draft, effectiveFrom: '2027-09-01' })).json).toMatchObject({
      endOfSchoolYear: { changed: 0 },
    });
  });

  test('of a new policy takes no one out of silence by a no: what it asks nothing for is changed otherwise', async () => {
    const document = { ...STRICTER, settings: { online: [] } };
    expect((await impact({ ...draft, policy: 'another', document })).json).toMatchObject({
      policy: { id: 'another', edition: 1 },
      today: { summary: [{ setting: 'online', gained: 0, lost: 0, otherwise: 4 }] },
    });
  });

  test.each([
    ['is an object', [], ['']],
    ['names its policy', { ...draft, policy: undefined }, ['/policy']],
    ['has a policy’s id', { ...draft, policy: 'CMQA' }, ['/policy']],
    ['has a day', { ...draft, effectiveFrom: 'soon' }, ['/effectiveFrom']],
    ['has a number', { ...draft, edition: 0 }, ['/edition']],
    ['has a number that is not null', { ...draft, edition: null }, ['/edition']],
    ['has a day that is not null', { ...draft, effectiveFrom: null }, ['/effectiveFrom']],
    ['has a document that is not null', { ...draft, document: null }, ['/document']],
    ['has a document', { ...draft, document: undefined }, ['/document']],
    ['has nothing else', { ...draft, effectiveUntil: '2027-01-01' }, ['/effectiveUntil']],
    [
      'asks what can be asked',
      {
        ...draft,
        document: {
          ...STRICTER,
          settings: { x: [{ id: 'x', of: 'provider', binding: 'must', test: { qualified: 'y' } }] },
        },
      },
      ['/document/settings/x/0/test'],
    ],
    [
      'has no more tests than any policy',
      {
        ...draft,
        document: {
          ...STRICTER,
          settings: {
            x: [
              {
                id: 'x',
                of: 'provider',
                binding: 'must',
                test: { any: Array.from({ length: 300 }, () => ({ accredited: 'matrix' })) },
              },
            ],
          },
        },
      },
      ['/document/settings'],
    ],
  ])('%s', async (_, body, pointers) => {
    expectRefusal(await impact(body), { status: 400, code: 'invalid-event', pointers });
  });

  test('is looked at as often as anybody asks, one after the other, each answered alike', async () => {
    const answers = await Promise.all(Array.from({ length: 15 }, () => impact(draft)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  test('has a number that is free', async () => {
    expectRefusal(await impact({ ...draft, edition: 1 }), {
      status: 422,
      code: 'edition-exists',
      pointers: ['/edition'],
    });
  });
});
