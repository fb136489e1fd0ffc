/// <reference types="jest" />
import { parse } from 'node-html-parser';
import { RegisterProcess } from './process';
import { accepted, endSound, expectRefusal, openDay } from './refusal';

/** The addresses of pages: passed on, mistyped, cut off; and those that there are not. */
let register: RegisterProcess;

const PROVIDER = 'ukprn:17000001';
const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
const YEAR = 'setting=private&from=2026-09-01&until=2027-07-20';
let head = '';

beforeAll(async () => {
  register = await RegisterProcess.start();
  await openDay(register, '2026-09-01');
  head = await accepted(register, {
    type: 'ProviderRegistered',
    subject: PROVIDER,
    data: { name: 'Example Guidance', legalForm: 'company' },
  });
});
afterAll(() => endSound(register));

const open = async (path: string) => {
  const { status, headers, text } = await register.ask(path, { headers: BROWSER });
  const page = parse(text);
  const read = (selector: string) => page.querySelector(selector)?.text.replace(/\s+/g, ' ').trim();
  return { status, headers, page, question: read('h1'), words: read('main') ?? '' };
};
const asIs = (path: string, headers: Record<string, string> = BROWSER) =>
  register.ask(path, { headers, redirect: 'manual' });

describe('what links pick up on their way', () => {
  test.each(['utm_source=newsletter', 'fbclid=x1', 'utm_source=a&utm_medium=b', '_ga=1', 'amp;utm_source=a'])(
    'is passed over, and the address is clean again: %s',
    async (more) => {
      const { status, headers } = await asIs(`/?provider=${PROVIDER}&${YEAR}&${more}`);
      expect(status).toBe(302);
      expect(headers.get('location')).toBe(`/?provider=${PROVIDER}&${YEAR}`);
      const { question } = await open(`/?provider=${PROVIDER}&${YEAR}&${more}`);
      expect(question).toContain('on every day from 1 September 2026 to 20 July 2027?');
    },
  );

  test('is passed over at the page of an event', async () => {
    expect((await asIs(`/events/${head}?utm_source=a`)).headers.get('location')).toBe(`/events/${head}`);
    expect((await open(`/events/${head}?utm_source=a&known_at=${head}`)).status).toBe(200);
  });

  test('is refused by the API', async () => {
    const asked = `/v1/providers/${PROVIDER}/eligibility?${YEAR}&utm_source=newsletter`;
    expectRefusal(await register.ask(asked), {
      status: 400,
      code: 'invalid-question',
      pointers: ['/utm_source'],
    });
  });
});

describe('what resembles a parameter', () => {
  test.each([
    `provider=${PROVIDER}&setting=private&FROM=2026-09-01&Until=2027-07-20`,
    `provider=${PROVIDER}&amp;setting=private&amp;from=2026-09-01&amp;until=2027-07-20`,
    `Provider=${PROVIDER}&SETTING=private&amp;amp;from=2026-09-01&UNTIL=2027-07-20`,
    `provider=${PROVIDER}&provider=${PROVIDER}&${YEAR}`,
  ])('is read as that one: %s', async (query) => {
    const { question } = await open(`/?${query}`);
    expect(question).toContain('on every day from 1 September 2026 to 20 July 2027?');
  });

  test.each(['advisers', 'Adviser', 'advisor'])(
    'is read as that one, of those that may repeat too: %s',
    async (name) => {
      const { words } = await open(`/?provider=${PROVIDER}&${YEAR}&${name}=adviser:nobody00`);
      expect(words).toContain('The register knows no adviser under adviser:nobody00');
    },
  );

  test.each(['known_at', 'known-at', 'KnownAt', 'knownat', 'amp;knownAt'])(
    'is read as the moment: %s',
    async (name) => {
      const { words } = await open(`/?provider=${PROVIDER}&${YEAR}&${name}=0`);
      expect(words).toContain('At that moment the register did not know this provider yet');
    },
  );

  test.each(['form', 'frm', 'untill', 'to'])('or might be one is refused: %s', async (name) => {
    const { status, words } = await open(`/?provider=${PROVIDER}&setting=private&${name}=2026-09-01`);
    expect(status).toBe(400);
    expect(words).toContain(`The address says “${name}”`);
  });

  test('or is given twice is refused in words', async () => {
    const { status, words } = await open(`/?provider=a&provider=b&${YEAR}`);
    expect(status).toBe(400);
    expect(words).toContain('The address gives this 2 times, as “a” and “b”: give it once');
  });
});

describe('days and moments as people write them', () => {
  test.each(['01/09/2026', '1 September 2026', '1 Sep 2026', '1.9.2026', '2026-09-01'])('%s', async (day) => {
    const query = new URLSearchParams({
      provider: PROVIDER,
      setting: 'private',
      from: day,
      until: day,
    }).toString();
    expect((await open(`/?${query}`)).question).toContain('on 1 September 2026?');
  });

  test('a day of knowledge is its end in London, and today is the present', async () => {
    const [first] = await register.log();
    const { recordedAt } = JSON.parse(first ?? '') as { recordedAt: string };
    const today = Temporal.Instant.from(recordedAt).toZonedDateTimeISO('Europe/London').toPlainDate();
    const asked = (knownAt: string) =>
      open(`/?${new URLSearchParams({ provider: PROVIDER, setting: 'private', knownAt }).toString()}`);
    const before = today.subtract({ days: 1 });
    for (const day of [before.toString(), before.toLocaleString('en-GB', { dateStyle: 'long' })])
      expect((await asked(day)).words).toContain(
        'At that moment the register did not know this provider yet',
      );
    for (const day of [
      today.toString(),
      today.toLocaleString('en-GB'),
      today.toLocaleString('en-GB', { dateStyle: 'long' }),
    ])
      expect([day, (await asked(day)).words.includes('What is proposed would be met')]).toEqual([day, true]);
    const coming = await asked(today.add({ years: 3 }).toString());
    expect(coming.status).toBe(503);
    expect(coming.words).toContain('That moment has not come yet');
    expect((await open(`/events/${head}?knownAt=2099-01-01`)).words).toContain(
      'That moment has not come yet',
    );
  });
});

describe('an address that there is not', () => {
  test.each(['/nowhere', '/v1', '/about', '/v1/nothing/at/all', '/events', '/index.php?x=1'])(
    'is told a browser on a page, and programs as a problem: %s',
    async (path) => {
      const { status, headers, page } = await open(path);
      expect([status, headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
      expect(page.querySelector('title')?.text).toContain('There is no such page');
      expect(page.querySelector('html')?.getAttribute('lang')).toBe('en-GB');
      expect(page.querySelectorAll('main h1')).toHaveLength(1);
      expect(headers.get('vary')).toMatch(/\baccept\b/i);
      const json = await register.ask(path);
      expectRefusal(json, { status: 404, code: 'not-found' });
      expect(json.headers.get('vary')).toMatch(/\baccept\b(?!-)/i);
    },
  );

  test.each([
    ['/docs/', '/docs'],
    ['/Docs', '/docs'],
    ['/DOCS/', '/docs'],
    ['/Events/0', '/events/0'],
    ['/events/0/', '/events/0'],
    ['/events/0//?knownAt=0', '/events/0?knownAt=0'],
    ['/Problems/not-found/', '/problems/not-found'],
    ['/health/live/', '/health/live'],
  ])('but for a slash or capitals leads to the one that is meant: %s', async (path, meant) => {
    const { status, headers } = await asIs(path);
    expect([status, headers.get('location')]).toEqual([301, meant]);
    expect((await register.ask(path, { headers: { accept: '*/*' } })).status).toBe(200);
  });

  test.each(['//example.org/', '//events/0/', '/v1/policies/', '/V1/policies', '/v1/Policies'])(
    'leads nowhere else: %s',
    async (path) => {
      expect((await asIs(path)).status).toBe(404);
    },
  );

  test('takes no post for another', async () => {
    const reply = await register.ask('/v1/events/', { method: 'POST', body: '{}', redirect: 'manual' });
    expect(reply.status).toBe(404);
  });
});

test('what depends on what is accepted says so', async () => {
  for (const accept of ['text/html', 'application/json']) {
    const { headers } = await register.ask('/problems/not-found', { headers: { accept } });
    expect(headers.get('vary')?.toLowerCase().split(', ')).toEqual(
      expect.arrayContaining(['accept', 'accept-encoding']),
    );
  }
});

test('browsers and search engines are told what they ask every site for', async () => {
  expect((await register.ask('/favicon.ico')).headers.get('content-type')).toMatch(/^image\/svg\+xml/);
  const robots = await register.ask('/robots.txt');
  expect([robots.status, robots.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
  expect(robots.text).toContain('Disallow: /v1/');
});
