/// <reference types="jest" />
import { parse } from 'node-html-parser';
import { REGISTRAR_KEY, RegisterProcess } from './process';
import { accepted, endSound, openDay } from './refusal';

/** No one is answered about another: whom what was typed means, on the page and in the search. */
let register: RegisterProcess;

const LONG = { from: '2020-01-01', until: '2028-12-31' };
const ASKED = {
  setting: 'publicly-funded',
  from: '2026-09-01',
  until: '2026-12-18',
  policy: 'cmqa-2017',
};

const registered = async (subject: string, name: string) => {
  await accepted(register, { type: 'ProviderRegistered', subject, data: { name, legalForm: 'company' } });
};
const accredited = async (subject: string, name: string) => {
  await registered(subject, name);
  await accepted(register, {
    type: 'AccreditationAwarded',
    subject,
    data: { standard: 'matrix', reference: 'M-1', kind: 'initial', ...LONG },
  });
};

const SCHOOLS = Array.from({ length: 25 }, (_, i) => `urn:1000${String(i).padStart(2, '0')}`);

beforeAll(async () => {
  register = await RegisterProcess.start();
  await openDay(register, '2026-09-01');
  await registered('ukprn:17100001', 'Orbita Limited');
  await accredited('ukprn:17100002', 'Orbit Ltd');
  await accredited(
    'ukprn:17100003',
    'The Pathway Trust, an Arm of The Chartered Guild of Pathways and Guidance',
  );
  await registered('ukprn:17100004', 'Chartered Guild of Guidance');
  await accredited('ukprn:17100005', 'Careers Sussex');
  await accredited('ukprn:17100006', 'Seven Stiles Ways');
  await accredited('company:01234567', 'Harbour Guidance Limited');
  await accredited('company:SC123456', 'Moor Institute');
  await accredited('charity:1012345', 'St Mary’s Children’s Advice & Guidance');
  await accredited('ukprn:17100010', 'Twin Compass Ltd');
  await accredited('ukprn:17100011', 'Twin Compass LLP');
  await accredited('ukprn:17100012', 'Waymark Café');
  await accepted(register, {
    type: 'ProviderRenamed',
    subject: 'ukprn:17100012',
    data: { name: 'Signpost Café', from: '2026-01-01' },
  });
  await accredited('ukprn:17000002', 'Lighthouse Guidance');
  await accredited('company:17000003', 'Company of Many Figures');
  await accredited('ukprn:17000003', 'Provider of Many Figures');
  for (const [i, subject] of SCHOOLS.entries())
    await accepted(register, {
      type: 'SchoolRegistered',
      subject,
      data: { name: 'All Saints Example School', phase: 'secondary', area: `area:E990000${String(10 + i)}` },
    });
});
afterAll(() => endSound(register));

/** Gives a number to one provider, takes it away, and gives it to another: the positions. */
let moving: readonly [given: string, none: string, moved: string];
beforeAll(async () => {
  const [one, other] = ['ukprn:17900001', 'ukprn:17900002'];
  await accredited(one, 'Xenon Guidance');
  await accredited(other, 'Yttrium Guidance');
  const identified = (subject: string) =>
    accepted(register, { type: 'ProviderIdentified', subject, data: { as: 'company:07000001' } });
  const given = await identified(one);
  const data = { event: given, reason: 'wrong-number' };
  const none = await accepted(register, { type: 'EventRetracted', subject: one, data });
  moving = [given, none, await identified(other)];
});

async function look(provider: string, moment: { readonly knownAt?: string } = {}) {
  const query = new URLSearchParams({ provider, ...ASKED, ...moment }).toString();
  const { status, text } = await register.ask(`/?${query}`, { headers: { accept: 'text/html' } });
  const page = parse(text.replaceAll('><', '> <'));
  const words = page.querySelector('main')?.text.replace(/\s+/g, ' ') ?? '';
  const chosen = page
    .querySelectorAll('.choices a')
    .map((link) => new URL(link.getAttribute('href') ?? '', register.url).searchParams.get('provider'));
  const record = page.querySelector('a[href^="/v1/providers/"]')?.getAttribute('href');
  return {
    status,
    words,
    heading: page.querySelector('h1')?.text.trim() ?? '',
    /** About whom an answer is; undefined if there is none. */
    about: page.querySelector('#verdict') ? record?.slice('/v1/providers/'.length) : undefined,
    chosen,
  };
}
const found = async (q: string) => {
  const reply = await register.ask(`/v1/providers?q=${encodeURIComponent(q)}`);
  return (reply.json as { providers: { key: string }[] }).providers.map(({ key }) => key);
};

describe('is answered about at once, and found first', () => {
  test.each([
    ['Orbita Ltd', 'ukprn:17100001'],
    ['Orbit Limited', 'ukprn:17100002'],
    ['orbit', 'ukprn:17100002'],
    ['The Chartered Guild of Guidance', 'ukprn:17100004'],
    ['HARBOUR GUIDANCE L.T.D.', 'company:01234567'],
    ['The Moor Institute', 'company:SC123456'],
    ['Saint Marys Childrens Advice and Guidance', 'charity:1012345'],
    ['st. mary‘s children‘s advice + guidance', 'charity:1012345'],
    ['Twin Compass Limited', 'ukprn:17100010'],
    ['twin compass llp', 'ukprn:17100011'],
    ['waymark cafe', 'ukprn:17100012'],
    ['SIGNPOST CAFÉ', 'ukprn:17100012'],
  ])('whose name is, however it is written, %s', async (typed, key) => {
    expect((await look(typed)).about).toBe(key);
    expect((await found(typed))[0]).toBe(key);
  });

  test.each([
    ['UKPRN: 17000002', 'ukprn:17000002'],
    ['UKPRN 17000002', 'ukprn:17000002'],
    ['UKPRN17000002', 'ukprn:17000002'],
    ['17000002.', 'ukprn:17000002'],
    ['(UKPRN 17000002)', 'ukprn:17000002'],
    ['\u200b17000002', 'ukprn:17000002'],
    ['17 00 00 02', 'ukprn:17000002'],
    ['Company No. 01234567', 'company:01234567'],
    ['company number 01234567', 'company:01234567'],
    ['1234567', 'company:01234567'],
    ['company:1234567', 'company:01234567'],
    ['GB-COH-01234567', 'company:01234567'],
    ['sc123456', 'company:SC123456'],
    ['Registered charity no. 1012345', 'charity:1012345'],
    ['URN 100007', 'urn:100007'],
  ])('whose number is, as people type it, %s', async (typed, key) => {
    expect((await look(typed)).about).toBe(key);
    expect((await found(typed))[0]).toBe(key);
  });

  test('and it is said where zeros were put in front of a number', async () => {
    expect((await look('1234567')).words).toContain(
      'You typed “1234567”. This answer is about Harbour Guidance Limited, company:01234567, with the zeros in front that were missing',
    );
    expect((await look('01234567')).words).not.toContain('zeros');
  });
});

describe('who asks by a number that was of another before', () => {
  test.each(['company:07000001', 'company:7000001', '7000001'])(
    'is answered by whose it was at the moment that is asked for: %s',
    async (typed) => {
      const [one, other] = ['ukprn:17900001', 'ukprn:17900002'];
      const about = async (knownAt: string) => {
        const { about: key, words } = await look(typed, { knownAt });
        return key ?? (words.includes('did not know this provider yet') ? 'no one' : words);
      };
      const [at, none, moved] = moving;
      expect([await about(at), await about(none), await about(moved)]).toEqual([one, 'no one', other]);
      expect((await look(typed)).about).toBe(other);
    },
  );
});

describe('is never answered about, but may be chosen', () => {
  test.each([
    ['a letter is another', 'Harbout Guidance Ltd', 'company:01234567'],
    ['letters of it are others', 'Careers Essex', 'ukprn:17100005'],
    ['a word is missing', 'Chartered Guild', 'ukprn:17100004'],
    ['a word is one more', 'Careers Sussex Partnership', 'ukprn:17100005'],
    ['words are missing in the midst', 'St. Mary’s Guidance', 'charity:1012345'],
    ['the blank between words is missing', 'sevenstiles', 'ukprn:17100006'],
    ['the legal form is another', 'Orbit LLP', 'ukprn:17100002'],
    ['it begins so', 'Seven Stiles', 'ukprn:17100006'],
    ['it has these initials', 'SSW', 'ukprn:17100006'],
  ])('where %s: %s', async (_, typed, key) => {
    const { about, chosen, words, heading } = await look(typed);
    expect(about).toBeUndefined();
    expect(chosen[0]).toBe(key);
    expect(heading).toMatch(/^Did you mean /);
    expect(words).toContain('This register holds no one under exactly');
  });

  test('where two have a name but for the legal form, and none was typed', async () => {
    const { about, chosen, heading } = await look('Twin Compass');
    expect(about).toBeUndefined();
    expect(heading).toBe('Which provider do you mean?');
    expect([...chosen].sort()).toEqual(['ukprn:17100010', 'ukprn:17100011']);
  });

  test('where a number is the UKPRN of one and the company number of another', async () => {
    const { about, chosen } = await look('17000003');
    expect(about).toBeUndefined();
    expect([...chosen].sort()).toEqual(['company:17000003', 'ukprn:17000003']);
    expect((await look('company 17000003')).about).toBe('company:17000003');
  });

  test('where many have one name: key and area tell them apart', async () => {
    const { about, chosen, words } = await look('All Saints Example School');
    expect(about).toBeUndefined();
    expect([...chosen].sort()).toEqual(SCHOOLS);
    expect(words).toContain('is the name or number of 25 providers');
    expect(words).toContain('urn:100003; area E99000013');
  });

  test('where more are near than are shown, it is said how to narrow it down', async () => {
    for (let i = 0; i < 31; i++)
      await registered(`ukprn:1720${String(i).padStart(4, '0')}`, `Kestrel Branch ${i}`);
    const { chosen, words } = await look('Kestrel');
    expect(chosen).toHaveLength(30);
    expect(words).toContain('To narrow it down, type more of the name, or the provider’s number');
  });
});

describe('is not found, and it is said what that means', () => {
  test.each([
    ['Xylophone Quartet', 'This register holds no one under “Xylophone Quartet”'],
    ['UKPRN 17999999', 'This register holds no one under “UKPRN 17999999”, read as ukprn:17999999'],
    ['7654321', 'read as company:07654321 or charity:7654321'],
    ['M-9942', '“M-9942” may be the number of a certificate. That is no name'],
    ['Jane Xylander', 'Advisers are not listed by name'],
    ['a\u202eb\u200c', 'This register holds no one under “a[U+202E]b[U+200C]”'],
  ])('%j', async (typed, said) => {
    const { status, words } = await look(typed);
    expect(status).toBe(404);
    expect(words).toContain(said);
    expect(words).toContain('does not mean that they are not accredited or qualified');
  });

  test('and what was read as the number of a provider is not taken for that of a certificate', async () => {
    const { words } = await look('17999999');
    expect(words).toContain('read as ukprn:17999999 or company:17999999');
    expect(words).not.toContain('may be the number of a certificate');
  });

  test('the key of an adviser is no provider', async () => {
    const { status, words, chosen } = await look('adviser:example0001');
    expect(status).toBe(400);
    expect(words).toContain('“adviser:example0001” is the key of an adviser, and no provider');
    expect(chosen).toEqual([]);
  });

  test.each(['body:matrix', 'area:E10000014'])('%s is no provider either', async (typed) => {
    expect(await look(typed)).toMatchObject({ status: 400, chosen: [] });
  });
});

test('the public name of a sole trader is shown wherever the provider is, in copies nowhere, and in no search engine', async () => {
  const trader = 'ukprn:17100020';
  await accepted(register, {
    type: 'ProviderRegistered',
    subject: trader,
    data: { legalForm: 'sole-trader' },
  });
  const person = (method: string, body?: object) =>
    register.ask(`/v1/providers/${trader}/person`, {
      method,
      headers: { authorization: `Bearer ${REGISTRAR_KEY}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  await person('PUT', { name: 'Example Person, Guidance', public: true });
  for (const typed of [trader, 'Example Person Guidance', '17100020']) {
    const query = new URLSearchParams({ provider: typed, setting: 'private' }).toString();
    const { text, headers } = await register.ask(`/?${query}`);
    expect(text).toContain('May Example Person, Guidance deliver guidance');
    expect([headers.get('cache-control'), headers.get('x-robots-tag'), headers.get('etag')]).toEqual([
      'no-store',
      'noindex',
      null,
    ]);
  }
  const record = await register.ask(`/v1/providers/${trader}`);
  expect(record.headers.get('x-robots-tag')).toBe('noindex');
  await person('DELETE');
  const { text } = await register.ask(`/?provider=${trader}&setting=private`);
  expect(text).not.toContain('Example Person');
  expect(text).toContain(`May ${trader} deliver guidance`);
});
