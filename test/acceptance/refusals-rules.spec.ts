/// <reference types="jest" />
import { BUILT_IN } from '@app/domain/policies/built-in';
import { RegisterProcess } from './process';
import { accepted, expectRefused, endSound, keyOf, openDay, submission, type Written } from './refusal';

/** What is refused by the log as it stands: who may post it (403), what was posted before (409), what can be true (422). */
let register: RegisterProcess;

beforeAll(async () => {
  register = await RegisterProcess.start();
  await openDay(register, '2026-09-01');
});
afterAll(() => endSound(register));

const event = (type: string, subject: string, data: Written['data'] = {}): Written => ({
  type,
  subject,
  data,
});
const post = (type: string, subject: string, data?: Written['data']) =>
  accepted(register, event(type, subject, data));

/** Checks that the registrar is refused an event, for a reason that stands in the log. */
async function refused(
  code: string,
  pointer: string | undefined,
  written: Written,
  key?: string,
): Promise<void> {
  const status =
    code === 'not-recognised' || code === 'not-your-event'
      ? 403
      : code === 'same-id-different-content'
        ? 409
        : 422;
  const pointers = pointer === undefined ? [] : [pointer];
  await expectRefused(register, () => register.post(submission(written), key === undefined ? {} : { key }), {
    status,
    code,
    pointers,
  });
}

let keys = 0;
const provider = async (): Promise<string> => {
  const key = `ukprn:${10_000_000 + ++keys}`;
  await post('ProviderRegistered', key, { name: `Provider ${keys}`, legalForm: 'company' });
  return key;
};

const OF = { standard: 'matrix', reference: 'M-1' };
const award = (subject: string, data: Written['data'] = {}) =>
  post('AccreditationAwarded', subject, {
    ...OF,
    from: '2026-01-01',
    until: '2028-12-31',
    kind: 'initial',
    ...data,
  });
const suspension = (subject: string, data: Written['data'] = {}) =>
  post('AccreditationSuspended', subject, {
    ...OF,
    from: '2026-06-01',
    reason: 'complaint',
    onAppeal: 'stays',
    ...data,
  });

const NOBODY = 'ukprn:19999999';

/**
 * One refusal of each code that the rules of events give, as it comes over HTTP. Every refusal of every type, with its
 * boundaries, is told beside its rule, in libs/domain.
 */
describe('a rule refuses with its code, its status and the broken field', () => {
  let one: string;
  let other: string;
  let position: string;
  let suspended: string;
  let retracted: string;
  let appealed: string;
  let disputed: string;

  beforeAll(async () => {
    [one, other] = [await provider(), await provider()];
    position = await award(one);
    await award(one, { reference: 'M-3', until: '2027-12-31' });
    suspended = await suspension(one, { reference: 'M-3' });
    appealed = await suspension(one);
    await post('AppealLodged', one, { against: appealed, on: '2026-07-01' });
    retracted = await post('ProviderClosed', one, { on: '2026-08-01', reason: 'insolvency' });
    await post('EventRetracted', one, { event: retracted, reason: 'error' });
    disputed = position;
    await post('DisputeOpened', one, { event: disputed, reason: 'mistaken' });
    const crowded = await Promise.all(
      Array.from({ length: 8 }, (_, i) => award(other, { reference: `M-${i}` })),
    );
    for (const event of crowded) await post('DisputeOpened', other, { event, reason: 'mistaken' });
  });

  const contract = (reference: string, subcontractorOf?: string) => ({
    reference,
    subcontractorOf,
    programme: 'ncs',
    services: ['skills'],
    clientGroups: ['adults'],
    from: '2026-01-01',
    until: '2026-12-31',
  });

  test.each<[code: string, pointer: string, written: () => Written | Promise<Written>]>([
    [
      'unknown-subject',
      '/subject',
      () => event('ProviderClosed', NOBODY, { on: '2026-01-01', reason: 'merger' }),
    ],
    ['unknown-subject', '/data/into', () => event('ProviderMerged', one, { into: NOBODY, on: '2026-09-01' })],
    [
      'unknown-subject',
      '/data/by',
      () => event('ProviderSucceeded', one, { by: [other, NOBODY], on: '2026-09-01', kind: 'split' }),
    ],
    [
      'already-registered',
      '/subject',
      () => event('ProviderRegistered', one, { name: 'Twin', legalForm: 'other' }),
    ],
    [
      'same-subject',
      '/data/into',
      async () => {
        await post('ProviderIdentified', one, { as: 'company:SC000001' });
        return event('ProviderMerged', one, { into: 'company:SC000001', on: '2026-09-01' });
      },
    ],
    [
      'same-subject',
      '/data/by',
      async () => {
        await post('ProviderIdentified', other, { as: 'company:SC000002' });
        return event('ProviderSucceeded', other, {
          by: [one, 'company:SC000002'],
          on: '2026-09-01',
          kind: 'merger',
        });
      },
    ],
    [
      'invalid-interval',
      '/data/until',
      () =>
        event('AccreditationAwarded', one, {
          ...OF,
          from: '2026-09-01',
          until: '2026-08-31',
          kind: 'initial',
        }),
    ],
    [
      'overlapping-award',
      '/data/from',
      () => event('AccreditationAwarded', other, { ...OF, from: '2028-12-31', kind: 'review' }),
    ],
    [
      'no-such-award',
      '/data/reference',
      () => event('AccreditationVoided', one, { ...OF, reference: 'M-9', reason: 'error' }),
    ],
    [
      'no-such-award',
      '/data/standard',
      () =>
        event('AccreditationApplicationEnded', one, {
          standard: 'matrix',
          on: '2026-08-31',
          outcome: 'refused',
        }),
    ],
    [
      'not-suspended',
      '/data/reference',
      () => event('AccreditationReinstated', other, { ...OF, from: '2026-08-01' }),
    ],
    [
      'extension-shortens',
      '/data/until',
      () => event('AccreditationExtended', one, { ...OF, until: '2028-12-30', reason: 'review-late' }),
    ],
    [
      'no-such-event',
      '/data/event',
      () => event('EventRetracted', one, { event: 'id:never-posted', reason: 'error' }),
    ],
    [
      'already-retracted',
      '/data/event',
      () => event('EventRetracted', one, { event: retracted, reason: 'error' }),
    ],
    ['other-stream', '/subject', () => event('EventRetracted', other, { event: position, reason: 'error' })],
    [
      'already-appealed',
      '/data/against',
      () => event('AppealLodged', one, { against: appealed, on: '2026-07-01' }),
    ],
    [
      'no-appeal',
      '/data/against',
      () => event('AppealDecided', one, { against: suspended, on: '2026-08-01', outcome: 'upheld' }),
    ],
    [
      'not-appealable',
      '/data/against',
      () => event('AppealLodged', one, { against: position, on: '2026-07-01' }),
    ],
    [
      'not-correctable',
      '/data/event',
      () => event('EventRetracted', 'calendar:england', { event: String(BUILT_IN.length), reason: 'error' }),
    ],
    [
      'not-disputable',
      '/data/event',
      () => event('DisputeOpened', 'policy:cmqa-2017', { event: '0', reason: 'x-1' }),
    ],
    [
      'already-disputed',
      '/data/event',
      () => event('DisputeOpened', one, { event: disputed, reason: 'mistaken' }),
    ],
    [
      'no-open-dispute',
      '/data/event',
      () => event('DisputeClosed', one, { event: suspended, outcome: 'upheld' }),
    ],
    [
      'too-many-disputes',
      '/data/event',
      async () => {
        const ninth = await award(other, { reference: 'M-8' });
        return event('DisputeOpened', other, { event: ninth, reason: 'mistaken' });
      },
    ],
    ['contract-cycle', '/data/subcontractorOf', () => event('ContractAwarded', one, contract('X-1', 'X-1'))],
    ['day-out-of-order', '/data/date', () => event('DayOpened', 'calendar:england', { date: '2026-09-03' })],
    [
      'edition-exists',
      '/data/edition',
      () =>
        event('PolicyEditionPublished', 'policy:cmqa-2017', {
          edition: 1,
          effectiveFrom: '2026-09-01',
          policy: { title: 'A policy', strength: 'proposal', purposes: {}, settings: { private: [] } },
        }),
    ],
  ])('%s, %s', async (code, pointer, written) => {
    await refused(code, pointer, await written());
  });
});

describe('too much of one kind', () => {
  const renaming = (subject: string, i: number) =>
    submission(event('ProviderRenamed', subject, { name: `Name ${i}`, from: '2026-01-01' }));
  /** How many of the lines were taken, and how many were refused for what. */
  async function outcomes(lines: readonly object[], query = '') {
    const { json } = await register.postLines(lines, { query });
    const { accepted, duplicates, rejected } = json as {
      accepted: number;
      duplicates: number;
      rejected: readonly { problem: { code: string } }[];
    };
    return { accepted, duplicates, refused: rejected.map(({ problem }) => problem.code) };
  }

  test('too-many: of one subject a body posts so many events of a kind, tried or posted, and may correct them all', async () => {
    const one = await provider();
    const renamings = Array.from({ length: 502 }, (_, i) => renaming(one, i));
    const asMany = { accepted: 499, duplicates: 0, refused: ['too-many', 'too-many', 'too-many'] };
    expect(await outcomes(renamings, '?dryRun=true')).toEqual(asMany);
    expect(await outcomes(renamings)).toEqual(asMany);
    await refused(
      'too-many',
      '/subject',
      event('ProviderRenamed', one, { name: 'Another', from: '2026-01-01' }),
    );
    await post('ProviderClosed', one, { on: '2026-12-31', reason: 'ceased' });
    const [first] = renamings;
    expect(await outcomes([first ?? {}])).toEqual({ accepted: 0, duplicates: 1, refused: [] });
  });
});

describe('same-id-different-content: an id stands for one event', () => {
  const first = { source: '/feed', id: 'a' };
  let one: string;
  let other: string;
  beforeAll(async () => {
    [one, other] = [await provider(), await provider()];
    await accepted(register, {
      ...event('ProviderClosed', one, { on: '2027-01-01', reason: 'merger' }),
      ...first,
    });
  });

  test.each([
    ['another type', () => event('AccreditationApplied', one, { standard: 'matrix', on: '2027-01-01' })],
    ['another subject', () => event('ProviderClosed', other, { on: '2027-01-01', reason: 'merger' })],
    ['other data', () => event('ProviderClosed', one, { on: '2027-01-02', reason: 'merger' })],
    ['a reference to another event', () => event('EventRetracted', one, { event: 'id:a', reason: 'error' })],
  ])('%s', async (_, written) => {
    await refused('same-id-different-content', '/id', { ...written(), ...first });
  });

  test('from another source it is another', async () => {
    await accepted(register, {
      ...event('ProviderClosed', other, { on: '2027-01-01', reason: 'merger' }),
      source: '/other-feed',
      id: 'a',
    });
  });
});

describe('who may post what', () => {
  let key: string;
  let everything: string;
  let one: string;

  beforeAll(async () => {
    await post('BodyRecognised', 'body:matrix', {
      name: 'The matrix Standard',
      mayPost: [
        { types: ['AccreditationAwarded', 'EventCorrected', 'EventRetracted'], standards: ['matrix'] },
      ],
      from: '2026-01-01',
    });
    await post('BodyRecognised', 'body:everything', {
      name: 'Everything',
      mayPost: [{ types: '*' }],
      from: '2000-01-01',
    });
    [key, everything, one] = [
      await keyOf(register, 'matrix'),
      await keyOf(register, 'everything'),
      await provider(),
    ];
  });

  const awarded = (data: Written['data'] = {}) =>
    event('AccreditationAwarded', one, { ...OF, from: '2026-08-01', kind: 'initial', ...data });

  test.each([
    ['a type', () => event('ProviderClosed', one, { on: '2026-09-01', reason: 'merger' })],
    ['a standard', () => awarded({ standard: 'quality-in-careers' })],
    ['a first day', () => awarded({ from: '2025-12-31' })],
  ])('not-recognised: the body whose key it is, for %s', async (_, written) => {
    await refused('not-recognised', '/type', written(), key);
  });

  test('the body whose key it is posts what it is recognised for', async () => {
    await accepted(register, awarded({ reference: 'OWN-1', from: '2026-01-01' }), key);
  });

  test('not-recognised: what is the registrar’s alone, with a key that opens everything else', async () => {
    await refused(
      'not-recognised',
      '/type',
      event('DayOpened', 'calendar:england', { date: '2026-09-02' }),
      everything,
    );
  });

  test('not-your-event: the body whose key it is corrects and retracts what it posted itself', async () => {
    const theirs = await accepted(register, awarded({ reference: 'THEIRS' }), everything);
    const retraction = event('EventRetracted', one, { event: theirs, reason: 'error' });
    await refused('not-your-event', '/data/event', retraction, key);
    await accepted(register, retraction, everything);
  });

  test('not-your-event: nor what a body posted that it has succeeded in something else', async () => {
    const theirs = await accepted(register, awarded({ reference: 'SUCCEEDED' }), everything);
    const retraction = event('EventRetracted', one, { event: theirs, reason: 'error' });
    const succeeded = (data: Written['data']) =>
      post('BodySucceeded', 'body:everything', { by: 'body:matrix', from: '2026-09-01', ...data });
    await succeeded({ standards: ['quality-in-careers'] });
    await refused('not-your-event', '/data/event', retraction, key);
    await succeeded({ standards: ['matrix'] });
    await accepted(register, retraction, key);
  });

  test('a succession is the registrar’s, and of two bodies that are recognised', async () => {
    const by = (body: string, subject = 'body:matrix') =>
      event('BodySucceeded', subject, { by: body, from: '2026-09-01' });
    await refused('not-recognised', '/type', by('body:everything'), everything);
    await refused('unknown-subject', '/data/by', by('body:no-one'));
    await refused('unknown-subject', '/subject', by('body:matrix', 'body:no-one'));
    await expectRefused(register, () => register.post(submission(by('body:matrix'))), {
      status: 400,
      code: 'invalid-event',
      pointers: ['/data/by'],
    });
  });

  test('a key of a body whose recognition has ended posts nothing new, and may repeat what it has posted', async () => {
    await post('BodyRecognised', 'body:leaving', {
      name: 'Leaving',
      mayPost: [{ types: '*' }],
      from: '2020-01-01',
    });
    const leaving = await keyOf(register, 'leaving');
    const before = submission(awarded({ reference: 'L-1' }));
    await accepted(register, before, leaving);
    await post('BodyRecognitionEnded', 'body:leaving', { on: '2026-08-31', reason: 'merger' });
    expect((await register.post(before, { key: leaving })).status).toBe(200);
    await refused('not-recognised', '/type', { ...before, id: 'anew' }, leaving);
  });
});

describe('several refusals of one event', () => {
  let key: string;
  let one: string;
  beforeAll(async () => {
    await post('BodyRecognised', 'body:little', {
      name: 'Little',
      mayPost: [{ types: ['ProviderClosed'] }],
      from: '2020-01-01',
    });
    [key, one] = [await keyOf(register, 'little'), await provider()];
  });
  const suspended = (subject: string): Written =>
    event('AccreditationSuspended', subject, {
      ...OF,
      from: '2026-06-01',
      reason: 'complaint',
      onAppeal: 'stays',
    });

  test('a broken form (400) goes before an id that is taken (409)', async () => {
    const first = submission(event('ProviderClosed', one, { on: '2030-01-01', reason: 'merger' }));
    await accepted(register, first, key);
    await expectRefused(register, () => register.post({ ...first, data: {} }, { key }), {
      status: 400,
      code: 'invalid-event',
    });
  });

  test('so does the broken form of what a correction would make', async () => {
    const first = submission(event('ProviderClosed', one, { on: '2030-01-01', reason: 'merger' }));
    const closed = await accepted(register, first);
    const correction = {
      ...first,
      ...event('EventCorrected', one, {
        event: closed,
        data: { on: 'never' },
        kind: 'clerical',
        reason: 'x',
      }),
    };
    await expectRefused(register, () => register.post(correction), {
      status: 400,
      code: 'invalid-event',
      pointers: ['/data/data/on', '/data/data/reason'],
    });
  });

  test('an id that is taken (409) goes before what the body may not post (403)', async () => {
    const first = submission(event('ProviderClosed', one, { on: '2030-01-01', reason: 'merger' }));
    await accepted(register, first, key);
    await refused(
      'same-id-different-content',
      '/id',
      { ...suspended(one), source: first.source, id: first.id },
      key,
    );
  });

  test('what the body may not post (403) goes before what cannot be true (422)', async () => {
    await refused('not-recognised', '/type', suspended(NOBODY), key);
    await refused(
      'not-recognised',
      '/type',
      event('EventRetracted', one, { event: '9999999', reason: 'error' }),
      key,
    );
  });

  test('data that no event has room for (413) go before a field that is broken (400)', async () => {
    const huge = { ...suspended(one), data: { scope: Array.from({ length: 20_000 }, () => '!!') } };
    await expectRefused(register, () => register.post(submission(huge), { key }), {
      status: 413,
      code: 'too-large',
    });
  });
});

describe('before the first day', () => {
  let young: RegisterProcess;
  let key: string;
  beforeAll(async () => {
    young = await RegisterProcess.start();
    await accepted(
      young,
      event('BodyRecognised', 'body:early', { name: 'Early', mayPost: [{ types: '*' }], from: '2000-01-01' }),
    );
    key = await keyOf(young, 'early');
  });
  afterAll(() => endSound(young));

  test('no-day-opened: what a body posts, for no one knows what it may post today', async () => {
    const written = submission(event('AdviserRegistered', 'adviser:earlybird'));
    await expectRefused(young, () => young.post(written, { key }), { status: 422, code: 'no-day-opened' });
  });

  test('but not what the registrar posts', async () => {
    await accepted(young, event('AdviserRegistered', 'adviser:earlybird'));
  });

  test('not-recognised (403) goes before it: what only the registrar posts', async () => {
    const written = submission(event('DayOpened', 'calendar:england', { date: '2026-09-01' }));
    await expectRefused(young, () => young.post(written, { key }), { status: 403, code: 'not-recognised' });
  });
});

describe('where days open by themselves', () => {
  let clockwork: RegisterProcess;
  beforeAll(async () => {
    clockwork = await RegisterProcess.start({ REGISTER_CALENDAR: 'auto' });
  });
  afterAll(() => endSound(clockwork));

  test('day-out-of-order: a day that has not begun', async () => {
    const { knownAt } = (await clockwork.ask('/v1/policies')).json as {
      readonly knownAt: { readonly today: string };
    };
    // The second, too, so that a midnight between the answer and the posting makes no difference.
    for (const days of [2, 3]) {
      const date = new Date(Date.parse(knownAt.today) + days * 86_400_000).toISOString().slice(0, 10);
      const written = submission(event('DayOpened', 'calendar:england', { date }));
      await expectRefused(clockwork, () => clockwork.post(written), {
        status: 422,
        code: 'day-out-of-order',
        pointers: ['/data/date'],
      });
    }
  });
});
