/// <reference types="jest" />
import type { AsOf } from '@app/application/reading/records';
import type { SearchPage } from '@app/read-model/search/provider-search';
import { REGISTRAR_KEY, RegisterProcess, type Reply } from './process';
import { accepted, endSound, expectRefusal, openDay } from './refusal';

let register: RegisterProcess;

const BRIGHT = 'ukprn:10000001';
const FUTURES = 'ukprn:10000002';
const TRADER = 'ukprn:10000003';
const SCHOOL = 'urn:100001';
const RENAMED = 'company:SC000004';
const INITIALS = 'ukprn:10000005';
const FIGURED = 'ukprn:10000006';
const YORK = 'ukprn:10000007';
const LAUNCH = 'ukprn:10000008';
const LUNCH = 'ukprn:10000009';

const registered = (subject: string, name: string) =>
  accepted(register, { type: 'ProviderRegistered', subject, data: { name, legalForm: 'company' } });

beforeAll(async () => {
  register = await RegisterProcess.start();
  await openDay(register, '2026-09-01');
  await registered(BRIGHT, 'Bright Futures');
  await registered(FUTURES, 'Brighter Futures of Leicestershire');
  await accepted(register, {
    type: 'ProviderRegistered',
    subject: TRADER,
    data: { legalForm: 'sole-trader' },
  });
  await accepted(register, {
    type: 'SchoolRegistered',
    subject: SCHOOL,
    data: { name: 'St Mary’s Élite Academy', phase: 'secondary', area: 'area:E10000014' },
  });
  await registered(RENAMED, 'Northern Compass');
  await accepted(register, {
    type: 'ProviderRenamed',
    subject: RENAMED,
    data: { name: 'Waymark', from: '2026-09-01' },
  });
  await accepted(register, {
    type: 'ProviderRenamed',
    subject: RENAMED,
    data: { name: 'Signpost Scotland', from: '2027-01-01' },
  });
  await registered(INITIALS, 'NOCN');
  await registered(FIGURED, 'Careers4U');
  await registered(YORK, 'York Careers Ltd');
  await registered(LAUNCH, 'Launch Careers');
  await registered(LUNCH, 'Lunch Careers');
  await accepted(register, { type: 'ProviderIdentified', subject: BRIGHT, data: { as: 'charity:1012345' } });
});
afterAll(() => endSound(register));

const ask = (query: string) => register.ask(`/v1/providers?${query}`);
const page = (reply: Reply) => {
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  return reply.json as AsOf<SearchPage>;
};
const found = async (q: string) =>
  page(await ask(`q=${encodeURIComponent(q)}`)).providers.map(({ key }) => key);

describe('a provider is found', () => {
  test.each([
    ['by its name', 'Bright Futures', BRIGHT],
    ['without capitals', 'bright futures', BRIGHT],
    ['by the beginning of a name', 'Leicest', FUTURES],
    ['with a letter left out', 'Brght Futures', BRIGHT],
    ['with a letter too many', 'Leiccestershire', FUTURES],
    ['with two letters turned', 'Waymrak', RENAMED],
    ['with two letters of a short name turned', 'NCON', INITIALS],
    ['with a mistake beside a figure', 'Careesr4U', FIGURED],
    ['in one word with its legal form', 'waymarkltd', RENAMED],
    ['in one word with its article', 'TheBrightFutures', BRIGHT],
    ['without accents and apostrophes', 'st marys elite academy', SCHOOL],
    ['by words in another order', 'academy mary’s', SCHOOL],
    ['by a former name', 'Northern Compass', RENAMED],
    ['by a name that it will have', 'Signpost', RENAMED],
    ['although a word is none of its own', 'Waymark Limited', RENAMED],
    ['by its key', TRADER, TRADER],
    ['by a further key', 'charity:1012345', BRIGHT],
    ['by the beginning of a key', 'charity:101', BRIGHT],
    ['by the number of a key', '10000003', TRADER],
    ['by a key in small letters', 'company:sc000004', RENAMED],
    ['by the beginning of the number', 'SC0000', RENAMED],
  ])('%s: %s', async (_, q, key) => {
    expect((await found(q))[0]).toBe(key);
  });

  test('with all its keys, the name in force today, and the name or key that matched', async () => {
    const reply = page(await ask('q=northern'));
    expect(reply.providers).toEqual([
      { key: RENAMED, keys: [RENAMED], name: 'Waymark', matched: 'Northern Compass' },
    ]);
    expect(reply.next).toBeNull();
    expect(reply.knownAt.today).toBe('2026-09-01');
    expect(page(await ask('q=charity%3A1012345')).providers).toEqual([
      {
        key: BRIGHT,
        keys: [BRIGHT, 'charity:1012345'],
        name: 'Bright Futures',
        matched: 'charity:1012345',
      },
    ]);
  });

  test('once, however many of its names match', async () => {
    await accepted(register, {
      type: 'ProviderRenamed',
      subject: FUTURES,
      data: { name: 'Brighter Futures of Leicester', from: '2026-09-01' },
    });
    expect((await found('Brighter Futures')).filter((key) => key === FUTURES)).toEqual([FUTURES]);
  });

  test('the nearest first', async () => {
    expect(await found('Bright Futures')).toEqual([BRIGHT, FUTURES]);
    expect(await found('Yrok Careers')).toMatchObject({ 0: YORK });
    expect((await found('Luanch Careers')).slice(0, 2).sort()).toEqual([LAUNCH, LUNCH]);
    expect(await found('Luch Careers')).toMatchObject({ 0: LUNCH });
  });

  test('never by nothing that it has', async () => {
    expect(await found('Xylophone Quartet')).toEqual([]);
    expect(await found('---')).toEqual([]);
  });
});

describe('what no longer stands is not found', () => {
  test('a corrected name', async () => {
    const event = await registered('ukprn:10000010', 'Mistaken Kingfisher');
    await accepted(register, {
      type: 'EventCorrected',
      subject: 'ukprn:10000010',
      data: {
        event,
        data: { name: 'Proper Heron', legalForm: 'company' },
        kind: 'clerical',
        reason: 'typing',
      },
    });
    expect(await found('Kingfisher')).toEqual([]);
    expect(await found('Heron')).toEqual(['ukprn:10000010']);
  });

  test('a name that a sole trader should never have had', async () => {
    const event = await registered('ukprn:10000011', 'Josephine Periwinkle');
    await accepted(register, {
      type: 'EventCorrected',
      subject: 'ukprn:10000011',
      data: { event, data: { legalForm: 'sole-trader' }, kind: 'clerical', reason: 'personal-data' },
    });
    expect(await found('Periwinkle')).toEqual([]);
    expect(await found('ukprn:10000011')).toEqual(['ukprn:10000011']);
  });

  test('a retracted registration, until that retraction is retracted', async () => {
    const subject = 'ukprn:10000012';
    const event = await registered(subject, 'Pelican Guidance');
    expect(await found('Pelican')).toEqual([subject]);
    const retraction = await accepted(register, {
      type: 'EventRetracted',
      subject,
      data: { event, reason: 'typing' },
    });
    expect([await found('Pelican'), await found(subject)]).toEqual([[], []]);
    await accepted(register, {
      type: 'EventRetracted',
      subject,
      data: { event: retraction, reason: 'typing' },
    });
    expect(await found('Pelican')).toEqual([subject]);
  });

  test('a further key that was another’s', async () => {
    const subject = 'ukprn:10000013';
    await registered(subject, 'Cormorant Careers');
    const event = await accepted(register, {
      type: 'ProviderIdentified',
      subject,
      data: { as: 'company:00000013' },
    });
    expect(await found('company:00000013')).toEqual([subject]);
    await accepted(register, { type: 'EventRetracted', subject, data: { event, reason: 'typing' } });
    expect(await found('company:00000013')).toEqual([]);
    expect(await found(subject)).toEqual([subject]);
  });
});

test('two providers that were held for one, and are two again, are both found', async () => {
  const [one, two] = ['ukprn:10000014', 'company:00000014'];
  const retract = (event: string) =>
    accepted(register, { type: 'EventRetracted', subject: one, data: { event, reason: 'typing' } });
  await registered(one, 'Guillemot Guidance');
  const same = await accepted(register, { type: 'ProviderIdentified', subject: one, data: { as: two } });
  const apart = await retract(same);
  await registered(two, 'Razorbill Advice');
  expect([await found('Guillemot'), await found('Razorbill')]).toEqual([[one], [two]]);
  await retract(apart);
  expect([await found('Guillemot'), await found('Razorbill')]).toEqual([[one], [one]]);
  await retract(same);
  expect([await found('Guillemot'), await found('Razorbill')]).toEqual([[one], [two]]);
});

describe('pages', () => {
  const all = async (query: string) => {
    const keys: string[] = [];
    for (let next: string | undefined = `/v1/providers?${query}`; next !== undefined;) {
      const reply = await register.ask(next);
      keys.push(...page(reply).providers.map(({ key }) => key));
      next = /<([^>]+)>; rel="next"/.exec(reply.headers.get('link') ?? '')?.[1];
      expect(next === undefined).toBe(page(reply).next === null);
    }
    return keys;
  };

  test('without q every provider is listed, by key, sole traders too', async () => {
    const keys = page(await ask('limit=100')).providers.map(({ key }) => key);
    expect(keys).toEqual(keys.toSorted());
    expect(keys).toEqual(expect.arrayContaining([BRIGHT, FUTURES, TRADER, SCHOOL, RENAMED]));
    expect(page(await ask('limit=1')).providers[0]).toMatchObject({ matched: null });
    for (const limit of [1, 2, 3]) expect(await all(`limit=${limit}`)).toEqual(keys);
  });

  test.each(['Bright Futures', 'ukprn', 'a'])('of %s make up the whole, in order', async (q) => {
    const whole = page(await ask(`q=${q}&limit=100`)).providers.map(({ key }) => key);
    expect(await all(`q=${encodeURIComponent(q)}&limit=1`)).toEqual(whole);
  });

  test('a key that is not registered is as good a place to begin as any, in a list by key', async () => {
    const reply = page(await ask('after=ukprn:10000000&limit=1'));
    expect(reply.providers.map(({ key }) => key)).toEqual([BRIGHT]);
  });

  test('are of the head alone: they are to be asked for again, and have no address as known then', async () => {
    const { headers } = await ask('q=bright');
    expect(headers.get('cache-control')).toBe('no-cache');
    expect(headers.get('etag')).toMatch(/^"/);
    expect(headers.has('content-location')).toBe(false);
  });

  test('are kept nowhere where the public name of a sole trader is among them, on the front page neither', async () => {
    const put = await register.ask(`/v1/providers/${TRADER}/person`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${REGISTRAR_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Quince Invented', public: true }),
    });
    expect(put.status).toBe(201);
    for (const path of [
      '/v1/providers?q=quince',
      '/v1/providers?q=10000003',
      '/?provider=quince&setting=private',
    ]) {
      const { text, headers } = await register.ask(path);
      expect(text).toContain('Quince Invented');
      expect([path, headers.get('cache-control')]).toEqual([path, 'no-store']);
      expect(headers.has('etag')).toBe(false);
      expect(text).not.toContain('namesPerson');
    }
    for (const path of ['/v1/providers?q=bright', '/?provider=bright&setting=private'])
      expect((await register.ask(path)).headers.get('cache-control')).toBe('no-cache');
    await register.ask(`/v1/providers/${TRADER}/person`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${REGISTRAR_KEY}` },
    });
    expect((await ask('q=10000003')).headers.get('cache-control')).toBe('no-cache');
  });

  test('what a body has just posted is there', async () => {
    const position = await registered('ukprn:10000020', 'Albatross Advice');
    expect(page(await ask(`q=albatross&atLeast=${position}`)).knownAt.position).toBe(position);
  });
});

describe('invalid-question', () => {
  test.each([
    ['something is searched for', 'q=', '/q'],
    ['it is not only spaces', 'q=%20%20', '/q'],
    ['it has 200 characters at most', `q=${'a'.repeat(201)}`, '/q'],
    ['it is one', 'q=a&q=b', '/q'],
    ['a page has one provider or more', 'limit=0', '/limit'],
    ['a page has 100 at most', 'limit=101', '/limit'],
    ['a limit is a number', 'limit=ten', '/limit'],
    ['a limit has no leading zero', 'limit=020', '/limit'],
    ['a page begins after a key', 'after=20', '/after'],
    ['a page begins after something that was found', `q=waymark&after=${BRIGHT}`, '/after'],
    ['a search is as known now', 'q=a&knownAt=1', '/knownAt'],
    ['atLeast is a position', 'q=a&atLeast=now', '/atLeast'],
    ['unknown parameters are not passed over', 'name=Bright', '/name'],
  ])('%s: %s', async (_, query, pointer) => {
    expectRefusal(await ask(query), { status: 400, code: 'invalid-question', pointers: [pointer] });
  });

  test('200 characters are not too many', async () => {
    expect((await ask(`q=${encodeURIComponent('𝒜'.repeat(200))}`)).status).toBe(200);
  });
});
