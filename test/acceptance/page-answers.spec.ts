/// <reference types="jest" />
import { parse } from 'node-html-parser';
import { RegisterProcess } from './process';
import { accepted, endSound, openDay } from './refusal';

/** What an answer's page says beside yes and no: what it rests on, what may change it, and what to do about it. */
let register: RegisterProcess;

const HELD = 'ukprn:17000001';
const STAYED = 'ukprn:17000002';
const SUSPENDED = 'ukprn:17000003';
const LEAD = 'ukprn:17000004';
const PART = 'ukprn:17000005';
const GONE = 'ukprn:17000006';
const GOES = 'ukprn:17000007';
const LAPSED = 'ukprn:17000008';
const TAKEN = 'ukprn:17000009';
const BODY = 'body:example-assessors';
const ADVISER = 'adviser:example0001';
const YEAR = { from: '2026-09-01', until: '2027-07-20' };
const at: Record<string, string> = {};

const post = (type: string, subject: string, data: Readonly<Record<string, unknown>>) =>
  accepted(register, { type, subject, data });
const award = (subject: string, until: string) =>
  post('AccreditationAwarded', subject, {
    standard: 'matrix',
    reference: 'M-1042',
    from: '2024-03-15',
    until,
    kind: 'initial',
  });

beforeAll(async () => {
  register = await RegisterProcess.start();
  await openDay(register, '2026-09-01');
  await post('BodyRecognised', BODY, {
    name: 'Example Assessors',
    mayPost: [{ types: ['AccreditationAwarded'], standards: ['matrix'] }],
    from: '2020-01-01',
  });
  const names = [
    'Example Guidance',
    'Stayed',
    'Suspended',
    'Lead',
    'Part',
    'Gone',
    'Goes',
    'Long Over',
    'Taken',
  ];
  for (const [i, name] of names.entries())
    await post('ProviderRegistered', `ukprn:1700000${i + 1}`, { name, legalForm: 'company' });
  await post('AdviserRegistered', ADVISER, {});
  at['qualified'] = await post('QualificationAwarded', ADVISER, {
    qualification: 'l6-dcgd',
    awardedOn: '2019-07-01',
    certificate: 'C-77',
  });
  at['engaged'] = await post('EngagementStarted', ADVISER, {
    provider: HELD,
    from: '2024-09-01',
    basis: 'employed',
  });
  at['awarded'] = await award(HELD, '2026-12-31');
  at['extended'] = await post('AccreditationExtended', HELD, {
    standard: 'matrix',
    reference: 'M-1042',
    until: '2027-03-14',
    reason: 'review-under-way',
  });
  for (const [provider, onAppeal] of [
    [STAYED, 'stays'],
    [SUSPENDED, 'stands'],
  ] as const) {
    await award(provider, '2028-12-31');
    at[`${onAppeal}-event`] = await post('AccreditationSuspended', provider, {
      standard: 'matrix',
      reference: 'M-1042',
      from: '2026-06-15',
      reason: 'complaint',
      onAppeal,
    });
    at[`${onAppeal}-lodged`] = await post('AppealLodged', provider, {
      against: at[`${onAppeal}-event`],
      on: '2026-06-29',
    });
  }
  const contract = { programme: 'example', services: ['information'], clientGroups: ['adults'] };
  const days = { from: '2026-09-01', until: '2027-08-31' };
  await award(LEAD, '2028-12-31');
  await award(PART, '2027-03-14');
  await post('ContractAwarded', LEAD, { reference: 'main', ...contract, ...days });
  await post('ContractAwarded', PART, { reference: 'part', ...contract, ...days, subcontractorOf: 'main' });
  await award(GONE, '2028-12-31');
  at['merged'] = await post('ProviderMerged', GONE, { into: HELD, on: '2026-08-01' });
  await award(GOES, '2028-12-31');
  await post('ProviderMerged', GOES, { into: HELD, on: '2027-01-31' });
  await award(TAKEN, '2028-12-31');
  at['split'] = await post('ProviderSucceeded', TAKEN, { by: [HELD, PART], on: '2026-08-01', kind: 'split' });
  at['over'] = await award(LAPSED, '2026-03-14');
});
afterAll(() => endSound(register));

async function look(asked: Record<string, string>) {
  const query = new URLSearchParams({ setting: 'publicly-funded', policy: 'cmqa-2017', ...asked }).toString();
  const { status, text } = await register.ask(`/?${query}`, { headers: { accept: 'text/html' } });
  const page = parse(text.replaceAll('><', '> <'));
  const read = (selector: string) => page.querySelector(selector)?.text.replace(/\s+/g, ' ').trim() ?? '';
  const links = (within: string) =>
    page.querySelectorAll(`${within} a`).map((link) => link.getAttribute('href') ?? '');
  return { status, page, read, links, words: read('main'), size: text.length };
}
const card = ({ page }: Awaited<ReturnType<typeof look>>, about: string) =>
  page
    .querySelectorAll('.card')
    .map((one) => one.text.replace(/\s+/g, ' ').trim())
    .find((words) => words.includes(about)) ?? '';

describe('a yes says what it rests on', () => {
  test('the certificate, its days as extended, who awarded it, and the events', async () => {
    const seen = await look({ provider: HELD, from: '2026-09-01', until: '2026-12-18' });
    expect(card(seen, 'matrix Standard')).toContain(
      `Certificate M-1042, 15 March 2024 to 14 March 2027 as extended, from the registrar (events ${at['awarded'] ?? ''} and ${at['extended'] ?? ''})`,
    );
    expect(seen.links('.card')).toEqual(
      expect.arrayContaining([`/events/${at['awarded'] ?? ''}`, `/events/${at['extended'] ?? ''}`]),
    );
    expect(seen.size).toBeLessThan(25_000);
  });

  test('of an adviser the qualification and the engagement', async () => {
    const seen = await look({ provider: HELD, setting: 'school-commissioned', ...YEAR });
    const its = card(seen, 'Meets what is asked');
    expect(its).toContain(
      `Level 6 Diploma in Career Guidance and Development (l6-dcgd), certificate C-77, awarded on 1 July 2019, from the registrar (event ${at['qualified'] ?? ''})`,
    );
    expect(its).toContain(
      `Engaged since 1 September 2024, recorded by the registrar (event ${at['engaged'] ?? ''})`,
    );
  });

  test('of a subcontractor, by name, its certificate', async () => {
    const seen = await look({ provider: LEAD, ...YEAR });
    const its = card(seen, 'Falls short of what is asked');
    expect(its).toMatch(/^Part , ukprn:17000005/);
    expect(its).toContain('Certificate M-1042, 15 March 2024 to 14 March 2027');
    // It has not run out: that is still to come.
    expect(its).toContain(
      'From 15 March to 20 July 2027: the accreditation ends on 14 March 2027 unless renewed.',
    );
  });

  test('and what the citations mean', async () => {
    const { words } = await look({ provider: HELD, setting: 'school-commissioned', ...YEAR });
    expect(words).toContain('CMQA-5 is recommendation 5 of the Career Management Quality Alliance, 2017');
    expect(words).toContain(
      'The matrix Standard is a quality standard for organisations that give information',
    );
  });
});

describe('an appeal that is undecided is told directly under the verdict', () => {
  test('of a yes that may become no', async () => {
    const { read, page, links } = await look({ provider: STAYED, ...YEAR });
    expect(read('#verdict')).toBe('What is proposed would be met');
    const [event, lodged] = [at['stays-event'] ?? '', at['stays-lodged'] ?? ''];
    expect(read('.alert')).toBe(
      `A suspension is under appeal. If the appeal fails, this may no longer be as is proposed: event ${event}, event ${lodged}.`,
    );
    expect(links('.alert')).toEqual([`/events/${event}`, `/events/${lodged}`]);
    expect(page.querySelector('.verdict')?.nextElementSibling?.classNames).toContain('alert');
  });

  test('of a no that may become yes', async () => {
    const { read } = await look({ provider: SUSPENDED, ...YEAR });
    expect(read('#verdict')).toBe('What is proposed would not be met');
    expect(read('.alert')).toContain('A suspension is under appeal.');
    expect(read('.alert')).toContain('If the appeal succeeds, this may be as is proposed: event');
  });

  test('and nothing where none is', async () => {
    expect((await look({ provider: HELD, ...YEAR })).page.querySelector('.alert')).toBeNull();
  });
});

describe('a no says what can be done', () => {
  test('up to when it is yes, what would have to be recorded by whom, and where to look again', async () => {
    const { read, links } = await look({ provider: HELD, ...YEAR });
    const todo = read('section[aria-labelledby=to-do]');
    expect(todo).toContain('To follow what is proposed, agree only up to 14 March 2027');
    expect(todo).toContain(
      'Example Guidance is accredited to the matrix Standard from 15 March 2027 on: to be recorded by Example Assessors',
    );
    const [shorter = ''] = links('section[aria-labelledby=to-do]');
    const again = links('.kept').at(-1) ?? '';
    expect(parse((await register.ask(shorter)).text).querySelector('#verdict')?.text).toMatch(
      /would be met$/,
    );
    expect(again).toBe(
      `/?provider=${HELD}&setting=publicly-funded&from=2026-09-01&until=2027-07-20&policy=cmqa-2017`,
    );
  });

  test('that nothing would do, where the provider has closed; and into whom it merged', async () => {
    const { words, read, links } = await look({ provider: GONE, ...YEAR });
    expect(read('section[aria-labelledby=to-do]')).toContain('Ask about another provider, or other days');
    expect(words).toContain(
      `From 1 September 2026 to 20 July 2027: the provider has closed, and merged into Example Guidance (event ${at['merged'] ?? ''}).`,
    );
    expect(links('.card').some((link) => link.includes(`provider=${HELD}&setting=publicly-funded`))).toBe(
      true,
    );
    const { json } = await register.ask(`/v1/providers/${GONE}`);
    expect(json).toMatchObject({
      openUntil: '2026-08-01',
      mergedInto: [{ key: HELD, on: '2026-08-01', position: at['merged'] }],
    });
  });

  test('that others have taken its place: each leads to the same question about it', async () => {
    const told = 'Others have taken its place: ask about them too, for nothing passes to them by itself.';
    const { words, links } = await look({ provider: TAKEN, ...YEAR });
    expect(words).toContain(
      `${told} The same question about Example Guidance and Part (event ${at['split'] ?? ''}).`,
    );
    for (const key of [HELD, PART])
      expect(links('p.note')).toContainEqual(
        expect.stringContaining(`/?provider=${key}&setting=publicly-funded&from=2026-09-01&until=2027-07-20`),
      );
    const merged = await look({ provider: GONE, ...YEAR });
    expect(merged.words).toContain(
      `${told} The same question about Example Guidance (event ${at['merged'] ?? ''}).`,
    );
  });

  test('is not there for a yes', async () => {
    const { page } = await look({ provider: STAYED, ...YEAR });
    expect(page.querySelector('section[aria-labelledby=to-do]')).toBeNull();
  });
});

describe('what is still to come is not told as past, and what is past not as to come', () => {
  test('a closing', async () => {
    const { words } = await look({ provider: GOES, ...YEAR });
    expect(words).toContain(
      'the provider closes at the end of 31 January 2027, and merges into Example Guidance',
    );
  });

  test('an expiry long before days that are all to come', async () => {
    const { words } = await look({ provider: LAPSED, from: '2027-01-01', until: '2027-07-20' });
    expect(words).toContain(
      `From 1 January to 20 July 2027: the accreditation has run out (event ${at['over'] ?? ''}).`,
    );
  });

  test('an expiry before days that begin after it, and both are to come', async () => {
    const { words } = await look({ provider: HELD, from: '2027-06-01', until: '2027-07-20' });
    expect(words).toContain(
      'From 1 June to 20 July 2027: the accreditation ends on 14 March 2027 unless renewed',
    );
  });

  test('the page of an event', async () => {
    const position = await post('ProviderClosed', LAPSED, { on: '2027-12-31', reason: 'given-up' });
    const { text } = await register.ask(`/events/${position}`);
    expect(text).toContain('31 December 2027 is the last day; that is still to come');
    expect((await register.ask(`/events/${at['awarded'] ?? ''}`)).text).not.toContain('still to come');
  });
});

describe('an answer says how far it goes', () => {
  test('that whoever comes has to be named and checked, where only some adviser has to be qualified', async () => {
    const asked = { provider: HELD, setting: 'school-commissioned', from: '2026-09-01', until: '2026-12-18' };
    const said = 'Whoever comes to you has to be named and checked';
    const { words, page } = await look(asked);
    expect(words).toContain(said);
    // The field to which it leads is open.
    expect(page.querySelector('form details')?.hasAttribute('open')).toBe(true);
    expect((await look({ ...asked, adviser: ADVISER })).words).not.toContain(said);
    expect((await look({ ...asked, setting: 'publicly-funded' })).words).not.toContain(said);
  });

  test.each<[string, Record<string, string>, string]>([
    [
      'the first day alone',
      { from: '2026-10-05' },
      'You asked about one day, 5 October 2026. You gave only the first day',
    ],
    [
      'the last day alone',
      { until: '2026-10-05' },
      'You asked about one day, 5 October 2026. You gave only the last day',
    ],
    ['no day', {}, 'You asked about one day, 1 September 2026. You gave no days'],
  ])('that it is of one day, where %s was given, and offers the school year', async (_, days, said) => {
    const { words, links } = await look({ provider: STAYED, ...days });
    expect(words).toContain(said);
    const [longer = ''] = links('.note').filter((link) => link.includes('until=2027-08-31'));
    expect((await register.ask(longer)).text).toMatch(/to 31\sAugust 2027\?/);
  });

  test('and nothing of that where both days were given, be they one', async () => {
    const { words } = await look({ provider: STAYED, from: '2026-10-05', until: '2026-10-05' });
    expect(words).not.toContain('You asked about one day');
  });
});

describe('days without rules are no no', () => {
  test('none of them has any', async () => {
    const { read, page, words } = await look({ provider: HELD, from: '2015-09-01', until: '2016-07-20' });
    expect(read('#verdict')).toBe('What is proposed says nothing of this');
    expect(page.querySelector('main .no')).toBeNull();
    expect(words).toContain('This policy has rules for this setting from 1 October 2017 with no end known');
  });

  test('some of them have', async () => {
    const { read } = await look({
      provider: HELD,
      setting: 'private',
      from: '2017-09-01',
      until: '2017-12-31',
    });
    expect(read('#verdict')).toBe('What is proposed says nothing of this on some of those days');
    expect(read('.verdict p')).toContain(
      'It says nothing from 1 to 30 September 2017, would be met from 1 October to 31 December 2017',
    );
  });
});

test('what is printed says who answered, and as of when', async () => {
  const { words } = await look({ provider: HELD, ...YEAR });
  expect(words).toContain(`The Guidance Register at ${register.url}`);
  expect(words).toMatch(
    /Up to event [0-9]+, the last that the register had recorded then, on \d+ \w+ \d{4} at/,
  );
});
