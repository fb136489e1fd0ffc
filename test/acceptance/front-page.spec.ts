/// <reference types="jest" />
import { get } from 'node:http';
import { text as wholeOf } from 'node:stream/consumers';
import { parse, type HTMLElement } from 'node-html-parser';
import { RegisterProcess, type Reply } from './process';
import { accepted, endSound, expectRefusal, openDay } from './refusal';

/** The page on which a school checks a provider: asked by its address, as a form would, and read as a person reads it. */
let register: RegisterProcess;

const GUIDANCE = 'ukprn:10000001';
const TRADER = 'ukprn:10000002';
const NORTH = 'company:01234567';
const SOUTH = 'company:01234568';
const DISPUTED = 'ukprn:10000003';
const ADVISER = 'adviser:example0001';
const TRAINEE = 'adviser:example0002';
/** What is asked here is asked under one policy; page-policies.spec.ts asks under all. */
const policy = 'cmqa-2017';
const SCHOOL_YEAR = { setting: 'school-commissioned', from: '2026-09-01', until: '2027-07-20', policy };
const AUTUMN = { setting: 'school-commissioned', from: '2026-09-01', until: '2026-12-18', policy };

const registered = (subject: string, data: Record<string, unknown>) =>
  accepted(register, { type: 'ProviderRegistered', subject, data });
const award = (subject: string, until: string) =>
  accepted(register, {
    type: 'AccreditationAwarded',
    subject,
    data: { standard: 'matrix', reference: 'M-1', from: '2024-03-15', until, kind: 'initial' },
  });
const engage = (adviser: string, provider: string) =>
  accepted(register, {
    type: 'EngagementStarted',
    subject: adviser,
    data: { provider, from: '2024-09-01', basis: 'employed' },
  });

const YES = 'What is proposed would be met';
const NO = 'What is proposed would not be met';
const NOT_EVERY_DAY = 'What is proposed would not be met on every day';

let awarded = '';
let head = '';

beforeAll(async () => {
  register = await RegisterProcess.start();
  await openDay(register, '2026-09-01');
  for (const adviser of [ADVISER, TRAINEE])
    await accepted(register, { type: 'AdviserRegistered', subject: adviser, data: {} });
  await accepted(register, {
    type: 'QualificationAwarded',
    subject: ADVISER,
    data: { qualification: 'l6-dcgd', awardedOn: '2019-07-01', certificate: 'C-77' },
  });
  await registered(GUIDANCE, { name: 'Example Guidance', legalForm: 'company' });
  awarded = await award(GUIDANCE, '2027-03-14');
  await engage(ADVISER, GUIDANCE);
  await registered(TRADER, { legalForm: 'sole-trader' });
  await award(TRADER, '2027-08-31');
  await engage(TRAINEE, TRADER);
  await registered(NORTH, { name: 'Brighter Example North', legalForm: 'company' });
  await registered(SOUTH, { name: 'Brighter Example South', legalForm: 'company' });
  await registered('company:SC000020', { name: 'Hot Air Balloon Services', legalForm: 'company' });
  await registered(DISPUTED, { name: 'Compass of Examples', legalForm: 'company' });
  const disputed = await award(DISPUTED, '2027-08-31');
  await engage(ADVISER, DISPUTED);
  head = await accepted(register, {
    type: 'DisputeOpened',
    subject: DISPUTED,
    data: { event: disputed, reason: 'wrong-holder' },
  });
});
afterAll(() => endSound(register));

type Query = Readonly<Record<string, string>>;

const at = (query: Query) => `/?${new URLSearchParams(query).toString()}`;
const open = (query: Query) => register.ask(at(query), { headers: { accept: 'text/html' } });

interface Seen {
  readonly status: number;
  readonly page: HTMLElement;
  /** The text of the page, without markup. */
  readonly words: string;
  readonly verdict: string | undefined;
}

/** Words as a reader sees them, whatever spaces are between them. */
const read = (element: HTMLElement | null) => element?.text.replace(/\s+/g, ' ').trim();

function seen({ status, text, headers }: Reply): Seen {
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
  // Between elements a reader sees a space.
  const page = parse(text.replaceAll('><', '> <'));
  return {
    status,
    page,
    words: read(page.querySelector('main')) ?? '',
    verdict: read(page.querySelector('#verdict')),
  };
}
const look = async (query: Query) => seen(await open(query));
const field = (page: HTMLElement, name: string) => page.querySelector(`#${name}`);
const linksIn = (page: HTMLElement, within: string) =>
  page.querySelectorAll(`${within} a`).map((link) => link.getAttribute('href') ?? '');

describe('the form', () => {
  test('asks for provider, setting and days, and offers the settings of every policy', async () => {
    const { status, page } = await look({});
    expect(status).toBe(200);
    const form = page.querySelector('form');
    expect([form?.getAttribute('method'), form?.getAttribute('action')]).toEqual(['get', '/']);
    const offered = page
      .querySelectorAll('#setting option')
      .map((option) => option.getAttribute('value') ?? '');
    const { policies } = (await register.ask('/v1/policies')).json as {
      policies: { editions: { policy: { settings: object } }[] }[];
    };
    const all = policies.flatMap(({ editions }) =>
      editions.flatMap((one) => Object.keys(one.policy.settings)),
    );
    expect(offered.slice(0, 2)).toEqual(['', 'school-commissioned']);
    expect(offered.slice(1).sort()).toEqual([...new Set(all)].sort());
  });

  test('has a label for every field, one heading of the page, and says in which language it is', async () => {
    const { page } = await look({});
    for (const control of page.querySelectorAll('form input, form select'))
      expect(page.querySelectorAll(`label[for=${control.id}]`)).toHaveLength(1);
    expect(page.querySelectorAll('h1')).toHaveLength(1);
    expect(page.querySelector('html')?.getAttribute('lang')).toBe('en-GB');
    for (const landmark of ['header', 'nav', 'main', 'footer'])
      expect(page.querySelector(landmark)).not.toBeNull();
  });

  test('is filled in by an address that does not yet ask', async () => {
    const { status, page } = await look({ setting: 'private', until: '2027-01-01' });
    expect(status).toBe(200);
    expect(page.querySelector('option[selected]')?.getAttribute('value')).toBe('private');
    expect(field(page, 'until')?.getAttribute('value')).toBe('2027-01-01');
    expect(page.querySelector('.fault')).toBeNull();
  });
});

describe('who is meant is found', () => {
  test.each([
    ['with a legal form', 'Example Guidance Ltd.'],
    ['in capitals', 'EXAMPLE GUIDANCE'],
    ['with The in front', 'The Example Guidance'],
    ['with punctuation', 'Example-Guidance'],
  ])('by its name however it is written, and it is said who was found: %s', async (_, provider) => {
    const { status, words, verdict } = await look({ provider, ...AUTUMN });
    expect(status).toBe(200);
    expect(verdict).toBe(YES);
    expect(words).toContain(
      `You typed “${provider}”. This answer is about Example Guidance, ukprn:10000001.`,
    );
  });

  test.each([
    ['its name', 'Example Guidance'],
    ['its key', GUIDANCE],
    ['the number of its key', '10000001'],
    ['its key in capitals', 'UKPRN:10000001'],
  ])('by %s', async (_, provider) => {
    const { page, verdict } = await look({ provider, ...AUTUMN });
    expect(verdict).toBe(YES);
    expect(read(page.querySelector('h1'))).toBe(
      'May Example Guidance deliver guidance that a school commissions, on every day from 1 September to 18 December 2026?',
    );
  });

  test('by choosing, where several are; the choice keeps the rest of the question', async () => {
    const { status, page, verdict } = await look({
      provider: 'Brighter',
      ...AUTUMN,
      adviser: ADVISER,
      knownAt: head,
    });
    expect(status).toBe(200);
    expect(verdict).toBeUndefined();
    const links = linksIn(page, '.choices').map((link) => new URL(link, register.url).searchParams);
    expect(links.map((query) => query.get('provider')).sort()).toEqual([NORTH, SOUTH]);
    for (const query of links)
      expect(Object.fromEntries(query)).toMatchObject({ ...AUTUMN, adviser: ADVISER, knownAt: head });
    const chosen = seen(await register.ask(linksIn(page, '.choices')[0] ?? ''));
    expect(chosen.verdict).toBe(NO);
  });

  test.each([
    ['a word of its name, among others that are none', 'Totally Different Balloon Outfit'],
    ['letters that are nearly those of its name', 'Hot Air Baloon Services'],
    ['its name but for a word', 'Hot Balloon Services'],
    ['its name and a word more', 'Hot Air Balloon Services Group'],
    ['its words in another order', 'baloon hot'],
    ['the beginning of its key', 'SC0000'],
    ['the beginning of its key, written as a key', 'company:SC00002'],
  ])('by choosing, where what was typed has only %s', async (_, provider) => {
    const { status, page, verdict, words } = await look({
      provider,
      setting: 'private',
      from: '2026-09-01',
      policy,
    });
    expect(status).toBe(200);
    expect(verdict).toBeUndefined();
    expect(read(page.querySelector('h1'))).toBe('Did you mean Hot Air Balloon Services?');
    expect(words).toContain(`This register holds no one under exactly “${provider}”.`);
    const [link = '', ...others] = linksIn(page, '.choices');
    expect(others).toEqual([]);
    const chosen = seen(await register.ask(link));
    expect(chosen.verdict).toBe(YES);
    expect(chosen.words).toContain('May Hot Air Balloon Services deliver');
  });

  test('by choosing, where more words were typed than are looked at', async () => {
    const long = 'Quince Umber Violet Walnut Yarrow Zinnia Juniper Iris';
    await registered('ukprn:10000026', { name: long, legalForm: 'company' });
    expect((await look({ provider: long, setting: 'private', policy })).verdict).toBe(YES);
    const { verdict, page } = await look({ provider: `${long} No one`, setting: 'private' });
    expect(verdict).toBeUndefined();
    expect(linksIn(page, '.choices')).toHaveLength(1);
  });

  test('by no name that no one has: the page says so, and how to go on', async () => {
    const { status, page, words } = await look({ provider: 'Xylophone Quartet', ...AUTUMN });
    expect(status).toBe(404);
    expect(words).toContain('This register holds no one under “Xylophone Quartet”');
    expect(words).toContain('does not mean that they are not accredited or qualified');
    expect(words).toContain('Type a part of the name, or a number');
    expect(field(page, 'provider')?.getAttribute('value')).toBe('Xylophone Quartet');
    expect((await look({ provider: 'ukprn:19999999', ...AUTUMN })).status).toBe(404);
  });

  test('by its key, where it is a sole trader, who has no name in the log', async () => {
    const { page, verdict, words } = await look({ provider: TRADER, ...AUTUMN });
    expect(read(page.querySelector('h1'))).toMatch(/^May ukprn:10000002 deliver guidance/);
    expect(verdict).toBe(NO);
    expect(words).toContain('the adviser has no qualification on record');
  });
});

describe('the answer', () => {
  test('shows the days, the reason with its event, and where the requirement comes from', async () => {
    const { page, words, verdict } = await look({ provider: GUIDANCE, ...SCHOOL_YEAR });
    expect(verdict).toBe(NOT_EVERY_DAY);
    expect(words).toContain('Would be met from 1 September 2026 to 14 March 2027 (195 days)');
    expect(words).toContain('Would not be met from 15 March to 20 July 2027 (128 days)');
    expect(words).toContain(
      `From 15 March to 20 July 2027: the accreditation ends on 14 March 2027 unless renewed (event ${awarded}).`,
    );
    expect(words).toContain('from CMQA-5');
    expect(linksIn(page, '.card')).toContain(`/events/${awarded}`);
    expect(page.querySelector('svg[role=img]')?.getAttribute('aria-label')).toBe(
      'What is proposed would not be met on every day: would be met from 1 September 2026 to 14 March 2027, would not be met from 15 March to 20 July 2027.',
    );
  });

  test('shows who is engaged, how the policy is read, and that it is no law', async () => {
    const { page, words } = await look({ provider: GUIDANCE, ...AUTUMN });
    expect(words).toMatch(
      new RegExp(`${ADVISER} Meets what is asked Engaged from [^,]*, of the days asked about`),
    );
    expect(words).toContain('a proposal and not law');
    expect(read(page.querySelector('details li'))).toBe('The last day of an award is covered by it.');
  });

  test('is yes where only what is encouraged is not met, and says what that is', async () => {
    const { verdict, page, words } = await look({ provider: TRADER, setting: 'private', policy });
    expect(verdict).toBe(YES);
    expect(read(page.querySelector('section[aria-labelledby=requirements]'))).not.toContain('not be met');
    expect(words).toContain('These do not change the answer.');
    expect(words).toContain(`${TRAINEE} Falls short of what is encouraged Engaged`);
    expect(page.querySelector('main .no')).toBeNull();
    expect(read(page.querySelector('title'))).toContain(`${TRADER}: ${YES}, on that day`);
    expect(read(page.querySelector('section[aria-labelledby=remarks]'))).toContain('Would not be met');
  });

  test('says that it cannot be said while a dispute is open', async () => {
    const { verdict, words } = await look({ provider: DISPUTED, ...AUTUMN });
    expect(verdict).toBe('It cannot be said yet');
    expect(words).toContain('A dispute is open that decides it.');
  });

  test.each<[string, Query, RegExp]>([
    ['today, where none is given', {}, /, on 1 September 2026\?$/],
    ['that day, where the first alone is given', { from: '2026-10-05' }, /, on 5 October 2026\?$/],
    ['that day, where the last alone is given', { until: '2026-10-05' }, /, on 5 October 2026\?$/],
    [
      'today, where both are left empty',
      { from: '', until: '', knownAt: '', adviser: '' },
      /, on 1 September 2026\?$/,
    ],
  ])('is of %s', async (_, days, asked) => {
    const { page, verdict } = await look({
      provider: GUIDANCE,
      setting: 'school-commissioned',
      policy,
      ...days,
    });
    expect(read(page.querySelector('h1'))).toMatch(asked);
    expect(verdict).toBe(YES);
  });

  test('is about the advisers who are named, one or several', async () => {
    const one = await look({ provider: GUIDANCE, ...AUTUMN, adviser: ADVISER });
    expect(one.verdict).toBe(YES);
    const both = await look({ provider: GUIDANCE, ...AUTUMN, adviser: `${ADVISER} ${TRAINEE}` });
    expect(both.verdict).toBe(NO);
    expect(both.words).toContain(`But ${TRAINEE} is not engaged by the provider from`);
  });

  test('says of an adviser what is recorded, and no more, where a dispute decides', async () => {
    const adviser = 'adviser:example0003';
    const provider = 'ukprn:10000021';
    await accepted(register, { type: 'AdviserRegistered', subject: adviser, data: {} });
    const event = await accepted(register, {
      type: 'QualificationAwarded',
      subject: adviser,
      data: { qualification: 'l6-dcgd', awardedOn: '2019-07-01', certificate: 'C-78' },
    });
    await registered(provider, { name: 'Doubtful Examples', legalForm: 'company' });
    await award(provider, '2027-08-31');
    await engage(adviser, provider);
    await engage(TRAINEE, provider);
    await accepted(register, {
      type: 'DisputeOpened',
      subject: adviser,
      data: { event, reason: 'wrong-holder' },
    });
    const { verdict, page, words } = await look({ provider, ...AUTUMN });
    expect(verdict).toBe('It cannot be said yet');
    for (const said of [`${adviser} Meets`, `${TRAINEE} Falls short of`])
      expect(words).toContain(`${said} what is asked, as recorded, disputed events counting Engaged`);
    expect(page.querySelector('[aria-labelledby=engaged] :is(.yes, .no)')).toBeNull();
  });

  test('tells the advisers who are named from those who are engaged besides', async () => {
    const provider = 'ukprn:10000022';
    await registered(provider, { name: 'Two Examples', legalForm: 'company' });
    await award(provider, '2027-08-31');
    await engage(ADVISER, provider);
    await engage(TRAINEE, provider);
    const { verdict, page } = await look({ provider, ...AUTUMN, adviser: ADVISER });
    expect(verdict).toBe(YES);
    const [named, others] = ['engaged', 'also-engaged'].map((id) =>
      page.querySelector(`section[aria-labelledby=${id}]`),
    );
    expect(read(named ?? null)).toMatch(
      new RegExp(`^Advisers named who are engaged ${ADVISER} Meets what is asked`),
    );
    expect(read(others ?? null)).toMatch(
      new RegExp(`^Also engaged, not asked about ${TRAINEE} Engaged from .*no qualification on record`),
    );
    expect(page.querySelector('main .no')).toBeNull();
    // No one is at fault either where another meets what some adviser must.
    expect((await look({ provider, ...AUTUMN })).page.querySelector('main .no')).toBeNull();
  });

  test('leads to others by the same question: under its policy, as known then', async () => {
    const { editions } = (await register.ask('/v1/policies/cmqa-2017')).json as {
      editions: { policy: { title: string } }[];
    };
    await accepted(register, {
      type: 'PolicyEditionPublished',
      subject: 'policy:stricter',
      data: {
        edition: 1,
        effectiveFrom: '2020-01-01',
        policy: { ...editions[0]?.policy, title: 'A stricter policy' },
      },
    });
    const [lark, annexe] = ['ukprn:10000023', 'ukprn:10000024'];
    await registered(lark, { name: 'Larkspur', legalForm: 'company' });
    await registered(annexe, { name: 'Larkspur Annexe', legalForm: 'company' });
    const contract = { programme: 'example', services: ['information'], clientGroups: ['adults'] };
    for (const [subject, data] of [
      [lark, { reference: 'main', ...contract }],
      [annexe, { reference: 'part', ...contract, subcontractorOf: 'main' }],
    ] as const)
      await accepted(register, {
        type: 'ContractAwarded',
        subject,
        data: { ...data, from: '2026-09-01', until: '2027-08-31' },
      });
    const { position, recordedAt } = JSON.parse((await register.log()).at(-1) ?? '') as {
      position: string;
      recordedAt: string;
    };
    const asked = { setting: 'publicly-funded', from: '2026-09-01', until: '2026-12-18', policy: 'stricter' };
    for (const moment of [{ knownAt: position }, { knownAt: recordedAt }, {}]) {
      const { page, words } = await look({ provider: 'Larkspur', ...asked, ...moment });
      expect(words).toContain('The requirement matrix-accredited is met');
      for (const within of ['.note', '[aria-labelledby=subcontractors]']) {
        const [link = ''] = linksIn(page, within);
        expect(Object.fromEntries(new URL(link, register.url).searchParams)).toEqual({
          provider: annexe,
          ...asked,
          ...moment,
        });
      }
    }
  });

  test('lists so many stretches of days, and says how many more there are', async () => {
    const provider = 'ukprn:10000025';
    await registered(provider, { name: 'Examples Off and On', legalForm: 'company' });
    await award(provider, '2027-08-31');
    const its = { standard: 'matrix', reference: 'M-1' };
    const day = (days: number) => Temporal.PlainDate.from(AUTUMN.from).add({ days }).toString();
    for (let i = 0; i < 24; i += 2) {
      await accepted(register, {
        type: 'AccreditationSuspended',
        subject: provider,
        data: { ...its, from: day(i), reason: 'overdue', onAppeal: 'stands' },
      });
      await accepted(register, {
        type: 'AccreditationReinstated',
        subject: provider,
        data: { ...its, from: day(i + 1) },
      });
    }
    const { page, words } = await look({ ...AUTUMN, provider, setting: 'publicly-funded' });
    expect(page.querySelectorAll('.stretches .mark')).toHaveLength(20);
    expect(read(page.querySelector('.stretches li:last-child'))).toBe(
      'And 4 more: the answer for programs lists them all.',
    );
    expect(words).toContain(NOT_EVERY_DAY);
  });

  test('is kept under a whole address, but for a host that only the client says', async () => {
    const query = { provider: GUIDANCE, ...AUTUMN };
    const { page } = await look(query);
    const links = page.querySelectorAll('.kept dd .address');
    expect(links).toHaveLength(2);
    for (const link of links)
      expect(link.text.trim()).toBe(`${register.url}${link.getAttribute('href') ?? ''}`);
    const under = (host: string) =>
      new Promise<string>((resolve, reject) => {
        get(`${register.url}${at(query)}`, { headers: { host, accept: 'text/html' } }, (reply) => {
          wholeOf(reply).then(resolve, reject);
        }).on('error', reject);
      });
    const shown = async (host: string) =>
      parse(await under(host))
        .querySelectorAll('.kept dd .address')
        .map((link) => link.text.trim().replace(link.getAttribute('href') ?? '', ''));
    const { port } = new URL(register.url);
    expect(await shown(`localhost:${port}`)).toEqual(Array(2).fill(`http://localhost:${port}`));
    for (const host of [
      'guidance.example',
      `127.0.0.1:1${port}`,
      '[::1]:3000',
      'a@guidance.example',
      '"><b>',
    ])
      expect(await shown(host)).toEqual(['', '']);
  });

  test('is kept under an address of its own, for people and for programs, whatever happens later', async () => {
    const now = await look({ provider: 'Example Guidance', ...AUTUMN });
    const [page = '', json = ''] = linksIn(now.page, '.kept');
    const before = (await register.ask(json)).text;
    await accepted(register, {
      type: 'AccreditationSuspended',
      subject: GUIDANCE,
      data: {
        standard: 'matrix',
        reference: 'M-1',
        from: '2026-10-01',
        reason: 'overdue',
        onAppeal: 'stands',
      },
    });
    expect((await look({ provider: 'Example Guidance', ...AUTUMN })).verdict).toBe(NOT_EVERY_DAY);
    const kept = await register.ask(page);
    expect(seen(kept).verdict).toBe(now.verdict);
    expect(seen(kept).page.querySelector('h1')?.text).toBe(now.page.querySelector('h1')?.text);
    expect(linksIn(seen(kept).page, '.kept').slice(0, 2)).toEqual([page, json]);
    expect((await register.ask(json)).text).toBe(before);
    // The answer stays; how the page looks may change.
    expect(kept.headers.get('cache-control')).toBe('no-cache');
    const present = linksIn(seen(kept).page, '.kept').at(-1) ?? '';
    expect(seen(await register.ask(present)).verdict).toBe(NOT_EVERY_DAY);
  });
});

describe('what is wrong is said beside its field, and nothing that was typed is lost', () => {
  const RIGHT = { provider: GUIDANCE, ...SCHOOL_YEAR };

  test.each<[string, Query, string, number, RegExp]>([
    ['no provider', { ...RIGHT, provider: ' ' }, 'provider', 400, /Type a name or a number/],
    ['a provider without end', { ...RIGHT, provider: 'a'.repeat(201) }, 'provider', 400, /at most 200/],
    ['no setting', { ...RIGHT, setting: '' }, 'setting', 400, /Choose one from the list/],
    [
      'a setting that there is not',
      { ...RIGHT, setting: 'prison' },
      'setting',
      400,
      /choose one from the list/,
    ],
    [
      'a month that does not exist',
      { ...RIGHT, from: '12/31/2026' },
      'from',
      400,
      /There is no month 31: give the day first/,
    ],
    ['what is no day', { ...RIGHT, from: 'next term' }, 'from', 400, /Write the day like 1 September 2026/],
    [
      'a day that does not exist',
      { ...RIGHT, until: '2027-02-30' },
      'until',
      400,
      /There is no 30 February 2027/,
    ],
    [
      'an end before the beginning',
      { ...RIGHT, until: '2026-08-31' },
      'until',
      400,
      /correct one of them, or exchange/,
    ],
    [
      'a moment that is none',
      { ...RIGHT, knownAt: 'yesterday' },
      'knownAt',
      400,
      /Write a day, like 2 July 2025/,
    ],
    ['a moment to come', { ...RIGHT, knownAt: '999999' }, 'knownAt', 503, /has no event 999999 yet/],
    [
      'a moment in years',
      { ...RIGHT, knownAt: '2 July 2030' },
      'knownAt',
      503,
      /That moment has not come yet/,
    ],
    ['a key that is none', { ...RIGHT, adviser: 'Jo' }, 'adviser', 400, /A key is adviser:/],
    [
      'an adviser whom no one knows',
      { ...RIGHT, adviser: 'adviser:nobody00' },
      'adviser',
      404,
      /knows no adviser under adviser:nobody00/,
    ],
    [
      'a moment before the provider was there',
      { ...RIGHT, knownAt: '0' },
      'knownAt',
      404,
      /did not know this provider yet/,
    ],
    [
      'a moment before anything was',
      { ...RIGHT, knownAt: '2000-01-01T00:00:00Z' },
      'knownAt',
      404,
      /At that moment the register did not know this provider yet: give a later one, or leave this empty/,
    ],
    [
      'a moment before the provider was there, who goes by its name',
      { ...RIGHT, provider: 'Example Guidance', knownAt: '0' },
      'knownAt',
      404,
      /did not know this provider yet/,
    ],
  ])('%s', async (_, query, name, status, detail) => {
    const { page, verdict, ...found } = await look(query);
    expect(found.status).toBe(status);
    expect(verdict).toBeUndefined();
    const control = field(page, name);
    expect(control?.getAttribute('aria-invalid')).toBe('true');
    const described = (control?.getAttribute('aria-describedby') ?? '').split(' ');
    expect(described.map((id) => read(page.querySelector(`#${id}`)) ?? '').join(' ')).toMatch(detail);
    expect(linksIn(page, '.faults')).toEqual([`#${name}`]);
    for (const [other, typed] of Object.entries(query))
      if (other !== 'setting' && other !== 'policy')
        expect(field(page, other)?.getAttribute('value')).toBe(typed.trim());
    expect(read(page.querySelector('title'))).toMatch(/^Error: /);
  });

  test('no days, before the register has opened its first', async () => {
    const young = await RegisterProcess.start();
    const provider = 'ukprn:10000001';
    await accepted(young, {
      type: 'ProviderRegistered',
      subject: provider,
      data: { name: 'Example Guidance', legalForm: 'company' },
    });
    const asked = { provider, setting: 'private', policy };
    const { status, page, words } = seen(await young.ask(at(asked)));
    expect(status).toBe(422);
    expect(linksIn(page, '.faults')).toEqual(['#from']);
    expect(read(field(page, 'from-fault-0'))).toBe(
      'The register has not opened its first day yet, so that it knows no today: give the days that you ask about',
    );
    expect(words).not.toContain('none for today');
    expect(seen(await young.ask(at({ ...asked, from: '2026-09-01' }))).verdict).toBe(YES);
    await endSound(young);
  });

  test('a day is kept as text where a browser would not show it as a day', async () => {
    const { page } = await look({ ...RIGHT, from: '12/31/2026' });
    expect(field(page, 'from')?.getAttribute('type')).toBe('text');
    expect(field(page, 'until')?.getAttribute('type')).toBe('date');
  });

  test('all of it at once', async () => {
    const { page, status } = await look({ provider: '', setting: '', from: 'x', until: 'y', adviser: 'z' });
    expect(status).toBe(400);
    expect(linksIn(page, '.faults')).toEqual(['#provider', '#setting', '#from', '#until', '#adviser']);
  });

  test('a parameter that there is not: a typing mistake must not change the question', async () => {
    const { words, verdict, status } = await look({ ...RIGHT, form: '2026-09-01' });
    expect(status).toBe(400);
    expect(verdict).toBeUndefined();
    expect(words).toContain('From: The address says “form”: write “from” if that is meant, or leave it out');
  });

  test('a parameter that is given twice where one is asked for', async () => {
    const { status, page } = seen(await register.ask(`${at(RIGHT)}&from=2026-10-01`));
    expect(status).toBe(400);
    expect(linksIn(page, '.faults')).toEqual(['#from']);
    expect(read(field(page, 'from-fault-0'))).toBe(
      'The address gives this 2 times, as “2026-09-01” and “2026-10-01”: give it once',
    );
  });

  test('a policy that there is not', async () => {
    const { status, words } = await look({ ...RIGHT, policy: 'no-such-policy' });
    expect(status).toBe(404);
    expect(words).toContain('No edition of the policy no-such-policy stands');
  });
});

describe('nothing that anybody typed becomes markup', () => {
  const MARKUP = '"><script>alert(1)</script><img src=x onerror=alert(1)>';

  test.each<[string, Query]>([
    [
      'in the query',
      { provider: MARKUP, setting: MARKUP, from: MARKUP, until: MARKUP, adviser: MARKUP, knownAt: MARKUP },
    ],
    ['in the name of a parameter', { [MARKUP]: '1', provider: GUIDANCE, ...AUTUMN }],
    ['in a policy', { provider: GUIDANCE, ...AUTUMN, policy: MARKUP }],
    ['in a search that finds no one', { provider: '<b>Xylophone</b>', ...AUTUMN }],
  ])('%s', async (_, query) => {
    const { text } = await open(query);
    expect(text).not.toMatch(/<script|<img|<b>/);
  });

  test('in a name', async () => {
    const subject = 'ukprn:10000009';
    await registered(subject, { name: `Kingfisher ${MARKUP}`, legalForm: 'company' });
    for (const provider of [subject, 'Kingfisher', 'Kingfsher']) {
      const reply = await open({ provider, ...AUTUMN });
      expect(reply.text).not.toMatch(/<script|<img/);
      expect(seen(reply).page.querySelector('h1')?.text).toContain(MARKUP);
    }
  });
});

describe('the page', () => {
  test('runs nothing, loads nothing, is not shown within another, and sends its form only here', async () => {
    const { headers, text } = await open({ provider: GUIDANCE, ...AUTUMN });
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'$/,
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(text).not.toMatch(/<script|<link|<img|<iframe|\son\w+=|\sstyle=|javascript:|undefined|\[object/);
  });

  test('may be kept, but is asked for again', async () => {
    const { headers } = await open({ provider: GUIDANCE, ...AUTUMN, knownAt: head });
    expect(headers.get('cache-control')).toBe('no-cache');
    expect(headers.get('etag')).toMatch(/^"/);
  });

  test('leads only to addresses that there are', async () => {
    const { page } = await look({ provider: GUIDANCE, ...SCHOOL_YEAR });
    const links = [...new Set(linksIn(page, 'body'))].filter((link) => !link.startsWith('#'));
    expect(links.length).toBeGreaterThan(5);
    for (const link of links)
      expect({ link, status: (await register.ask(link)).status }).toEqual({ link, status: 200 });
    for (const anchor of linksIn(page, 'body').filter((link) => link.startsWith('#')))
      expect(page.querySelector(anchor)).not.toBeNull();
  });

  test('not-acceptable: other forms', async () => {
    expectRefusal(await register.ask('/', { headers: { accept: 'application/json' } }), {
      status: 406,
      code: 'not-acceptable',
    });
  });
});
