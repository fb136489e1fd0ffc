/// <reference types="jest" />
import { parse } from 'node-html-parser';
import { REGISTRAR_KEY, RegisterProcess } from './process';
import { accepted, endSound, keyOf, openDay } from './refusal';

/** The page of an event, to which the evidence of an answer leads, as a person reads it. */
let register: RegisterProcess;

const GUIDANCE = 'ukprn:10000001';
const TRADER = 'ukprn:10000002';
const ADVISER = 'adviser:example0001';
const at: Record<string, string> = {};

beforeAll(async () => {
  register = await RegisterProcess.start();
  await openDay(register, '2026-09-01');
  const post = async (name: string, type: string, subject: string, data: object, key?: string) => {
    at[name] = await accepted(register, { type, subject, data: { ...data } }, key);
  };
  await post('recognised', 'BodyRecognised', 'body:assessors', {
    name: 'Example Assessors',
    mayPost: [{ types: '*' }],
    from: '2017-01-01',
  });
  const key = await keyOf(register, 'assessors');
  await post('registered', 'ProviderRegistered', GUIDANCE, {
    name: 'Example Guidance',
    legalForm: 'company',
  });
  const award = {
    standard: 'matrix',
    reference: 'M-1',
    from: '2024-03-15',
    until: '2028-03-14',
    kind: 'initial',
  };
  await post('awarded', 'AccreditationAwarded', GUIDANCE, award, key);
  const correct = (name: string, until: string, reason: string) =>
    post(
      name,
      'EventCorrected',
      GUIDANCE,
      { event: at['awarded'], data: { ...award, until }, kind: 'clerical', reason },
      key,
    );
  await correct('misread', '2027-04-14', 'misread-file');
  await correct('corrected', '2027-03-14', 'typing-mistake');
  await post('undone', 'EventRetracted', GUIDANCE, { event: at['misread'], reason: 'wrong-again' }, key);
  await post('suspended', 'AccreditationSuspended', GUIDANCE, {
    standard: 'matrix',
    reference: 'M-1',
    from: '2026-10-01',
    reason: 'review',
    onAppeal: 'stays',
  });
  await post('lodged', 'AppealLodged', GUIDANCE, { against: at['suspended'], on: '2026-10-05' });
  await post('decided', 'AppealDecided', GUIDANCE, {
    against: at['suspended'],
    on: '2026-11-01',
    outcome: 'upheld',
  });
  await post('person', 'AdviserRegistered', ADVISER, {});
  await post('engaged', 'EngagementStarted', ADVISER, {
    provider: GUIDANCE,
    from: '2024-09-01',
    basis: 'employed',
  });
  await post('disputed', 'DisputeOpened', ADVISER, { event: at['engaged'], reason: 'never-worked-there' });
  await post('trader', 'ProviderRegistered', TRADER, { legalForm: 'sole-trader' });
  await post('retracted', 'EventRetracted', TRADER, { event: at['trader'], reason: 'twice' });
  await post('bounded', 'BodyRecognised', 'body:bounded', {
    name: 'Bounded Assessors',
    mayPost: [
      { types: ['AccreditationAwarded', 'EventRetracted'], standards: ['matrix'] },
      { types: '*', qualifications: ['l6-dcgd', 'l4-cifp'] },
    ],
    from: '2017-01-01',
  });
  await post('back', 'ProviderRegistered', 'ukprn:10000003', { name: 'Brought Back', legalForm: 'company' });
  await post('out', 'EventRetracted', 'ukprn:10000003', { event: at['back'], reason: 'wrong-file' });
  await post('restored', 'EventRetracted', 'ukprn:10000003', { event: at['out'], reason: 'was-right' });
  await register.ask(`/v1/advisers/${ADVISER}/person`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${REGISTRAR_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Example Person', public: true }),
  });
});
afterAll(() => endSound(register));

async function open(address: string) {
  const { status, headers, text } = await register.ask(address, { headers: { accept: 'text/html' } });
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
  // Between elements a reader sees a space.
  const page = parse(text.replaceAll('><', '> <'));
  const read = (within: string) =>
    page
      .querySelector(within)
      ?.text.replace(/\s+/g, ' ')
      .replace(/ ([.,])/g, '$1')
      .trim() ?? '';
  return {
    status,
    headers,
    text,
    page,
    read,
    words: read('main'),
    rows: page
      .querySelectorAll('tbody tr')
      .map((row) => row.querySelectorAll('th, td').map((cell) => cell.text.replace(/\s+/g, ' ').trim())),
    links: page.querySelectorAll('main a').map((link) => link.getAttribute('href') ?? ''),
  };
}
const look = (name: string, query = '') => open(`/events/${at[name] ?? ''}${query}`);

describe('the page of an event', () => {
  test('says what was posted, about whom, by whom, under which source and id, when, and for which days', async () => {
    const { words, read, page } = await look('engaged');
    expect(read('h1')).toBe(`Adviser engaged: ${ADVISER}`);
    expect(page.querySelector('title')?.text).toContain(`event ${at['engaged'] ?? ''}`);
    expect(words).toContain('Days From 1 September 2024 on');
    expect(words).toMatch(/Recorded On \d{1,2} \w+ \d{4} at \d\d:\d\d \(London time\)/);
    expect(words).toContain('Posted by the registrar');
    expect(words).toMatch(/Source and id \/tests event-\d+/);
    expect(words).toContain('Example Guidance, ukprn:10000001');
  });

  test('shows field by field what was posted and what counts, the days and the names in words', async () => {
    const { rows, read, words } = await look('awarded');
    expect(read('h1')).toBe('Accreditation awarded: Example Guidance');
    expect(read('#standing')).toBe('Stands, as corrected');
    expect(rows).toEqual([
      ['Reference', 'M-1', 'M-1'],
      ['Standard', 'matrix', 'matrix'],
      ['From', '15 March 2024', '15 March 2024'],
      ['Until', '14 March 2028', '14 March 2027 (corrected)'],
      ['Kind', 'initial', 'initial'],
    ]);
    expect(words).toContain('Days From 15 March 2024 to 14 March 2027, as corrected');
    expect(words).toContain('Posted by Example Assessors (body:assessors)');
  });

  test('tells of every correction by whom, when and why, and leads to it, the fallen one too', async () => {
    const { page, links } = await look('awarded');
    const deeds = page.querySelectorAll('ol li').map((one) => one.text.replace(/\s+/g, ' ').trim());
    expect(deeds).toEqual([
      expect.stringMatching(
        /^Corrected: a clerical mistake event \d+ By Example Assessors \(body:assessors\), recorded on .* \(London time\); reason given: misread file\. This correction does not stand any more\.$/,
      ),
      expect.stringMatching(/reason given: typing mistake\.$/),
    ]);
    expect(links).toEqual(
      expect.arrayContaining([`/events/${at['misread'] ?? ''}`, `/events/${at['corrected'] ?? ''}`]),
    );
  });

  test('tells that an event was retracted and brought back, and by which events', async () => {
    const { page, read, words, links } = await look('back');
    expect(read('#standing')).toBe('Stands, as posted');
    expect(words).toContain('It was retracted, and has been brought back since.');
    expect(page.querySelectorAll('ol li').map((one) => one.text.replace(/\s+/g, ' ').trim())).toEqual([
      expect.stringMatching(/^Retracted event \d+ By the registrar, .*; reason given: wrong file\.$/),
      expect.stringMatching(/^Brought back: .* event \d+ By the registrar, .*; reason given: was right\.$/),
    ]);
    expect(links).toEqual(
      expect.arrayContaining([`/events/${at['out'] ?? ''}`, `/events/${at['restored'] ?? ''}`]),
    );
  });

  test('says in words what a body may post', async () => {
    const { rows, text } = await look('bounded');
    expect(rows.find(([field]) => field === 'May post')?.[1]).toBe(
      'Types: Accreditation awarded, Retraction Standards: matrix Types: every type of event (where standards or qualifications follow: every one that carries such) Qualifications: l6-dcgd, l4-cifp',
    );
    expect(text).not.toContain('&quot;types');
  });

  test('of a correction shows the data that it gives, and leads to what it corrects', async () => {
    const { words, links } = await look('corrected');
    expect(words).toContain('Until: 14 March 2027');
    expect(links).toContain(`/events/${at['awarded'] ?? ''}`);
  });

  test.each([
    ['trader', 'Does not stand', 'It was retracted', 'reason given: twice.'],
    ['misread', 'Does not stand', 'It was retracted', 'reason given: wrong again.'],
    [
      'engaged',
      'In dispute',
      'cannot be said until the dispute is closed',
      'reason given: never worked there.',
    ],
    ['suspended', 'Counts on no day', 'An appeal against it was upheld', 'Appeal upheld on 1 November 2026'],
    ['registered', 'Stands, as posted', 'No one has corrected', 'Nothing was done to it'],
  ])('of %s says: %s', async (name, headline, meaning, since) => {
    const { read, words } = await look(name);
    expect(read('#standing')).toBe(headline);
    expect(words).toContain(meaning);
    expect(words).toContain(since);
  });

  test('of what is under appeal says what the appeal does to it meanwhile', async () => {
    const { read, words } = await look('suspended', `?knownAt=${at['lodged'] ?? ''}`);
    expect(read('#standing')).toBe('Under appeal');
    expect(words).toContain('its effect is put off until the appeal is decided');
  });

  test('leads to whom it is about, to what is stored, and to itself as it stays permanently', async () => {
    const { links } = await look('awarded');
    const event = at['awarded'] ?? '';
    expect(links).toEqual(
      expect.arrayContaining([
        `/v1/providers/${GUIDANCE}`,
        `/v1/providers/${GUIDANCE}/history`,
        `/v1/events/${event}`,
        `/v1/events/${event}/history`,
      ]),
    );
    const pinned = links.find((link) => link.startsWith(`/events/${event}?knownAt=`)) ?? '';
    expect((await open(pinned)).read('#standing')).toBe('Stands, as corrected');
    for (const link of links.filter((one) => one !== '/'))
      expect((await register.ask(link)).status).toBe(200);
  });

  test('as known earlier knows nothing of what came later, and leads on as known then', async () => {
    const { read, rows, links } = await look('awarded', `?knownAt=${at['awarded'] ?? ''}`);
    expect(read('#standing')).toBe('Stands, as posted');
    expect(rows).toContainEqual(['Until', '14 March 2028']);
    expect(links).toEqual(
      expect.arrayContaining([
        `/events/${at['awarded'] ?? ''}`,
        `/v1/providers/${GUIDANCE}?knownAt=${at['awarded'] ?? ''}`,
      ]),
    );
  });

  test('never shows what the vault keeps of a person, however public', async () => {
    expect((await register.ask(`/v1/advisers/${ADVISER}`)).text).toContain('Example Person');
    for (const name of ['person', 'engaged', 'disputed'])
      expect((await look(name)).text).not.toContain('Example Person');
  });

  test('runs no script, and may be kept only by asking again', async () => {
    const { headers, text } = await look('awarded');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('cache-control')).toBe('no-cache');
    expect(text).not.toMatch(/<script|style="/);
  });

  test('is there for every event of the log', async () => {
    for (const line of await register.log()) {
      const { position, type } = JSON.parse(line) as { position: string; type: string };
      const { status, read } = await open(`/events/${position}`);
      expect([type, status, read('h1')]).toEqual([type, 200, expect.stringMatching(/^[A-Z].*: \S/)]);
    }
  });

  test.each([
    ['/events/999999', 404, 'No event stands at 999999 yet'],
    ['/events/5?knownAt=4', 404, 'No event stands at 5 yet: the last one is 4'],
    ['/events/5?knownAt=now', 400, 'Write a day, like 2 July 2025'],
    ['/events/5?knownAt=999999', 503, 'The register has no event 999999 yet'],
    ['/events/none', 400, 'position'],
  ])('%s says why there is none', async (address, status, why) => {
    const found = await open(address);
    expect(found.status).toBe(status);
    expect(found.words).toContain(why);
  });
});

test('the evidence of an answer leads to the pages of its events, as known when the answer was', async () => {
  const asked = `/?provider=${GUIDANCE}&setting=school-commissioned&from=2026-09-01&until=2027-07-20`;
  expect((await open(asked)).links).toContain(`/events/${at['awarded'] ?? ''}`);
  const knownAt = at['corrected'] ?? '';
  const { links } = await open(`${asked}&knownAt=${knownAt}`);
  expect(links).toContain(`/events/${at['awarded'] ?? ''}?knownAt=${knownAt}`);
});
