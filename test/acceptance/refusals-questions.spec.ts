/// <reference types="jest" />
import { RegisterProcess } from './process';
import { accepted, expectRefusal, endSound, headOf, openDay, type Expected } from './refusal';

/** Questions that cannot be answered as they are asked. */
let register: RegisterProcess;
const ONE = 'ukprn:10000001';
const PERSON = 'adviser:k7m2p4q8';

beforeAll(async () => {
  register = await RegisterProcess.start();
  await openDay(register, '2026-09-01');
  await accepted(register, {
    type: 'ProviderRegistered',
    subject: ONE,
    data: { name: 'Bright Futures', legalForm: 'company' },
  });
  await accepted(register, { type: 'AdviserRegistered', subject: PERSON, data: {} });
});
afterAll(() => endSound(register));

/** What is asked at an address, and what is wrong in it. */
type Row = readonly [rule: string, path: string, ...pointers: string[]];

function refuses(rows: readonly Row[]): void {
  test.each(rows.map(([rule, path, ...pointers]) => [rule, path, pointers] as const))(
    '%s: %s',
    async (_, path, pointers) => {
      expectRefusal(await register.ask(path), { status: 400, code: 'invalid-question', pointers });
    },
  );
}

const eligible = (query: string, key = ONE) => `/v1/providers/${key}/eligibility?setting=private&${query}`;

describe('a question about eligibility that is sound', () => {
  test.each([
    'on=2026-09-01',
    'from=2026-09-01&until=2026-09-01',
    'from=1900-01-01&until=9999-12-31',
    '',
    `adviser=${PERSON}&adviser=${PERSON}`,
    'policy=cmqa-2017',
    'policy=cmqa-2017&policy=cmqa-2017&policy=england-statute',
    'policy=all',
    `school=${ONE}`,
    'route=true',
    'route=false',
    'knownAt=2020-01-01T00%3A00%3A00Z&on=2026-09-01&policy=cmqa-2017',
  ])('%s', async (query) => {
    const reply = await register.ask(eligible(query));
    // At an instant before the register began no one was registered.
    expect(reply.status).toBe(query.startsWith('knownAt=2020') ? 404 : 200);
  });

  test('as known at a position', async () => {
    const head = await headOf(register);
    for (const moment of ['knownAt', 'atLeast'])
      expect((await register.ask(eligible(`${moment}=${head}`))).status).toBe(200);
  });
});

describe('invalid-question: its parameters', () => {
  refuses([
    ['the setting is asked for', `/v1/providers/${ONE}/eligibility`, '/setting'],
    ['the setting is a code', `/v1/providers/${ONE}/eligibility?setting=School`, '/setting'],
    ['the setting is not empty', `/v1/providers/${ONE}/eligibility?setting=`, '/setting'],
    ['the setting is one', eligible('setting=private'), '/setting'],
    ['some edition has the setting', `/v1/providers/${ONE}/eligibility?setting=prison`, '/setting'],
    [
      'no setting is one that every object has',
      `/v1/providers/${ONE}/eligibility?setting=constructor`,
      '/setting',
    ],
    ['unknown ones are not passed over', eligible('untill=2026-09-01'), '/untill'],
    ['names are in lower case', eligible('On=2026-09-01'), '/On'],
    [
      'nor are those that every object has',
      eligible('constructor=1&toString=2&__proto__=3'),
      '/constructor',
      '/toString',
      '/__proto__',
    ],
    ['on stands without from', eligible('on=2026-09-01&from=2026-09-01'), '/on'],
    ['on stands without until', eligible('on=2026-09-01&until=2026-09-01'), '/on'],
    ['on stands without both', eligible('on=2026-09-01&from=2026-09-01&until=2026-09-01'), '/on'],
    ['from has an until', eligible('from=2026-09-01'), '/until'],
    ['until has a from', eligible('until=2026-09-01'), '/from'],
    ['until is not before from', eligible('from=2026-09-02&until=2026-09-01'), '/until'],
    ['on is a day', eligible('on=today'), '/on'],
    ['on is not empty', eligible('on='), '/on'],
    ['on is a day that there is', eligible('on=2026-02-29'), '/on'],
    ['on is from 1900', eligible('on=1899-12-31'), '/on'],
    ['from is a day', eligible('from=2026-9-1&until=2026-09-01'), '/from'],
    ['until is before 10000', eligible('from=2026-09-01&until=10000-01-01'), '/until'],
    ['on is one', eligible('on=2026-09-01&on=2026-09-02'), '/on'],
    ['from is one', eligible('from=2026-09-01&from=2026-09-01&until=2026-09-02'), '/from'],
    ['an adviser is a key', eligible('adviser=Jane'), '/adviser'],
    ['each adviser is a key', eligible(`adviser=${PERSON}&adviser=adviser:x`), '/adviser'],
    ['a policy is a code', eligible('policy=CMQA'), '/policy'],
    ['each policy is a code', eligible('policy=cmqa-2017&policy=CMQA'), '/policy'],
    [
      'at most fifty policies are named',
      eligible(Array.from({ length: 51 }, (_, i) => `policy=p${i}`).join('&')),
      '/policy',
    ],
    ['a school is a key', eligible('school=100001'), '/school'],
    ['a school is one', eligible('school=urn:100001&school=urn:100001'), '/school'],
    ['route is true or false', eligible('route=1'), '/route'],
    ['route is not yes', eligible('route=yes'), '/route'],
    ['route is not empty', eligible('route='), '/route'],
    ['route is one', eligible('route=true&route=false'), '/route'],
    ['each broken one is told', eligible('policy=P&route=R&adviser=A'), '/policy', '/route', '/adviser'],
    ['percent-encoding is sound', eligible('policy=%zz'), '/policy'],
  ]);
});

describe('invalid-question: a moment', () => {
  const moment = (rule: string, query: string, pointer: string): Row[] => [
    [rule, eligible(query), pointer],
    [rule, `/v1/providers/${ONE}?${query}`, pointer],
    [rule, `/v1/policies?${query}`, pointer],
  ];
  refuses([
    ...moment('a position has no leading zero', 'knownAt=007', '/knownAt'),
    ...moment('a position is not before the log', 'knownAt=-1', '/knownAt'),
    ...moment('a position is whole', 'knownAt=1.5', '/knownAt'),
    ...moment('an instant has a zone', 'knownAt=2026-09-01T12:00:00', '/knownAt'),
    ...moment('an instant is not a day', 'knownAt=2026-09-01', '/knownAt'),
    ...moment('an instant is one that there is', 'knownAt=2026-02-29T12:00:00Z', '/knownAt'),
    ...moment('a plus sign that was not encoded is a space', 'knownAt=2026-09-01T12:00:00+01:00', '/knownAt'),
    ...moment('a moment is not empty', 'knownAt=', '/knownAt'),
    ...moment('a moment is one', 'knownAt=1&knownAt=2', '/knownAt'),
    ...moment('atLeast is a position', 'atLeast=now', '/atLeast'),
    ...moment('atLeast is one', 'atLeast=1&atLeast=1', '/atLeast'),
  ]);
});

describe('invalid-question: keys in a path', () => {
  refuses([
    ['a UKPRN begins with 1', '/v1/providers/ukprn:20000001', '/key'],
    ['a provider is no adviser', `/v1/providers/${PERSON}`, '/key'],
    ['a provider is no name', '/v1/providers/Bright%20Futures', '/key'],
    ['a company number is in capitals', eligible('', 'company:sc123456'), '/key'],
    ['a key ends where it ends', `/v1/providers/${ONE}%0a`, '/key'],
    ['a key of four thousand characters', `/v1/providers/${'a'.repeat(4000)}`, '/key'],
    ['an adviser has 8 characters or more', '/v1/advisers/adviser:k7m2', '/key'],
    ['an adviser is no provider', `/v1/advisers/${ONE}`, '/key'],
    ['a policy is a code', '/v1/policies/CMQA', '/id'],
    ['a position is a number', '/v1/events/first', '/position'],
    ['a position has no leading zero', '/v1/events/00', '/position'],
    ['a position is not before the log', '/v1/events/-1', '/position'],
    ['a position is of 20 digits at most', '/v1/events/100000000000000000000', '/position'],
  ]);
});

describe('invalid-question: a page of the log', () => {
  refuses([
    ['begins after a position', '/v1/log?after=start', '/after'],
    ['begins with the log', '/v1/log?after=-2', '/after'],
    ['begins once', '/v1/log?after=1&after=2', '/after'],
    ['has a line or more', '/v1/log?limit=0', '/limit'],
    ['has 10,000 lines at most', '/v1/log?limit=10001', '/limit'],
    ['has whole lines', '/v1/log?limit=1.5', '/limit'],
    ['has a size', '/v1/log?limit=', '/limit'],
    ['has no other parameter', '/v1/log?from=1', '/from'],
    ['has none that every object has', '/v1/log?hasOwnProperty=1', '/hasOwnProperty'],
    ['is not asked as known at another moment', '/v1/log?knownAt=1', '/knownAt'],
  ]);
});

describe('what is not found', () => {
  const asked = (code: string, path: string): [string, string, Expected] => [
    code,
    path,
    { status: 404, code, pointers: [] },
  ];
  test.each([
    asked('unknown-provider', '/v1/providers/ukprn:19999999'),
    asked('unknown-provider', eligible('', 'ukprn:19999999')),
    asked('unknown-provider', `/v1/providers/${ONE}?knownAt=1`),
    asked('unknown-adviser', '/v1/advisers/adviser:nobodyatall'),
    asked('unknown-adviser', eligible('adviser=adviser:nobodyatall')),
    asked('unknown-adviser', eligible(`adviser=${PERSON}&adviser=adviser:nobodyatall`)),
    asked('unknown-policy', '/v1/policies/nothing'),
    asked('unknown-policy', '/v1/policies/constructor'),
    asked('unknown-policy', eligible('policy=nothing')),
    asked('unknown-policy', eligible('policy=cmqa-2017&policy=nothing')),
    asked('unknown-provider', eligible('school=urn:199999')),
    asked('unknown-event', '/v1/events/999999'),
    asked('unknown-event', '/v1/events/999999999999999'),
  ])('%s: %s', async (_, path, expected) => {
    expectRefusal(await register.ask(path), expected);
  });
});

describe('not-caught-up: what the register has not reached', () => {
  test.each([
    eligible('knownAt=999999'),
    eligible('knownAt=9999999999999999'),
    eligible('knownAt=9999-12-31T23:59:59Z'),
    '/v1/policies?knownAt=999999',
    `/v1/advisers/${PERSON}?knownAt=2999-01-01T00%3A00%3A00%2B01%3A00`,
  ])('%s', async (path) => {
    const reply = await register.ask(path);
    expectRefusal(reply, { status: 503, code: 'not-caught-up' });
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('atLeast waits two seconds for it', async () => {
    const began = performance.now();
    const replies = await Promise.all(
      [
        eligible('atLeast=999999'),
        '/v1/log?atLeast=999999',
        '/v1/events/0?atLeast=999999',
        '/v1/policies?atLeast=999999',
      ].map((path) => register.ask(path)),
    );
    for (const reply of replies) {
      expectRefusal(reply, { status: 503, code: 'not-caught-up' });
      expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(performance.now() - began).toBeGreaterThan(1_900);
  });
});

describe('before the first day', () => {
  let young: RegisterProcess;
  beforeAll(async () => {
    young = await RegisterProcess.start();
    await accepted(young, {
      type: 'ProviderRegistered',
      subject: ONE,
      data: { name: 'Bright Futures', legalForm: 'company' },
    });
  });
  afterAll(() => endSound(young));

  test('no-day-opened: no one knows what today is', async () => {
    expectRefusal(await young.ask(eligible('')), { status: 422, code: 'no-day-opened' });
  });

  test('but a question that says its days is answered', async () => {
    expect((await young.ask(eligible('on=2026-09-01'))).status).toBe(200);
  });

  test('what is not found (404) and what is wrong (400) go before it', async () => {
    expectRefusal(await young.ask(eligible('', 'ukprn:19999999')), { status: 404, code: 'unknown-provider' });
    expectRefusal(await young.ask(eligible('adviser=adviser:nobodyatall')), {
      status: 404,
      code: 'unknown-adviser',
    });
    expectRefusal(await young.ask(eligible('policy=nothing')), { status: 404, code: 'unknown-policy' });
    expectRefusal(await young.ask(`/v1/providers/${ONE}/eligibility?setting=prison`), {
      status: 400,
      code: 'invalid-question',
      pointers: ['/setting'],
    });
  });
});
