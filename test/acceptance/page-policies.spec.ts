/// <reference types="jest" />
import { parse, type HTMLElement } from 'node-html-parser';
import { RegisterProcess } from './process';
import { accepted, endSound, openDay } from './refusal';

/** The front page under several policies: which of them is the law, what each says, and what the register asks itself. */
let register: RegisterProcess;

const GUIDANCE = 'ukprn:10000001';
const CLOSING = 'ukprn:10000002';
const SCHOOL = 'urn:123456';
const [TEACHER, UNTRAINED, AWAY] = ['adviser:example0001', 'adviser:example0002', 'adviser:example0003'];
const YEAR = { setting: 'school-commissioned', from: '2026-09-01', until: '2027-07-20' };
const ALL = ['england-statute', 'england-funding', 'england-guidance', 'cmqa-2017'];

const post = (type: string, subject: string, data: Readonly<Record<string, unknown>>) =>
  accepted(register, { type, subject, data });

/** A position before the school, and the head. */
let [before, head] = ['', ''];

beforeAll(async () => {
  // What the register is set to does not bear on the page.
  register = await RegisterProcess.start({ REGISTER_POLICY: 'england-guidance' });
  await openDay(register, '2026-09-01');
  await post('ProviderRegistered', GUIDANCE, { name: 'Example Guidance', legalForm: 'company' });
  before = await post('ProviderRegistered', CLOSING, { name: 'Closing Guidance', legalForm: 'company' });
  await post('SchoolRegistered', SCHOOL, {
    name: 'Example High School',
    phase: 'secondary',
    area: 'area:E10000014',
  });
  for (const adviser of [TEACHER, UNTRAINED, AWAY]) await post('AdviserRegistered', adviser, {});
  for (const [adviser, certificate] of [
    [TEACHER, 'C-1'],
    [AWAY, 'C-2'],
  ] as const)
    await post('QualificationAwarded', adviser, {
      qualification: 'l6-dcgd',
      awardedOn: '2019-07-01',
      certificate,
    });
  for (const provider of [GUIDANCE, CLOSING])
    await post('AccreditationAwarded', provider, {
      standard: 'matrix',
      reference: 'M-1',
      from: '2024-03-15',
      until: provider === GUIDANCE ? '2027-03-14' : '2028-12-31',
      kind: 'initial',
    });
  for (const [adviser, provider] of [
    [TEACHER, GUIDANCE],
    [TEACHER, CLOSING],
    [TEACHER, SCHOOL],
    [UNTRAINED, GUIDANCE],
  ] as const)
    await post('EngagementStarted', adviser, { provider, from: '2024-09-01', basis: 'employed' });
  await post('EngagementEnded', TEACHER, { provider: SCHOOL, on: '2027-01-31' });
  head = await post('ProviderMerged', CLOSING, { into: GUIDANCE, on: '2027-01-31' });
});
afterAll(() => endSound(register));

type Query = Readonly<Record<string, string | readonly string[]>>;

const read = (element: HTMLElement | null | undefined) => element?.text.replace(/\s+/g, ' ').trim() ?? '';

async function look(asked: Query) {
  const query = new URLSearchParams(
    Object.entries(asked).flatMap(([name, value]) =>
      [value].flat().map((one): [string, string] => [name, one]),
    ),
  ).toString();
  return opened(`/?${query}`);
}

async function opened(path: string) {
  const { status, text } = await register.ask(path, { headers: { accept: 'text/html' } });
  const page = parse(text.replaceAll('><', '> <'));
  const section = (policy: string) => page.querySelector(`section[aria-labelledby=policy_${policy}]`);
  return {
    status,
    page,
    words: read(page.querySelector('main')),
    sentence: read(page.querySelector('.sentence')),
    rows: page.querySelectorAll('.short tbody tr').map((row) => read(row)),
    section,
    says: (policy: string) => read(section(policy)),
    verdict: (policy: string) => read(page.querySelector(`#verdict_${policy}`)),
    beside: read(page.querySelector('.short .alert')),
    links: (within: string) =>
      page.querySelectorAll(`${within} a`).map((link) => link.getAttribute('href') ?? ''),
  };
}

describe('without a policy in the address', () => {
  test('all of them are told, the law first, in a sentence that can be quoted', async () => {
    const { status, sentence, page } = await look({ provider: GUIDANCE, ...YEAR, school: SCHOOL });
    expect(status).toBe(200);
    expect(sentence).toBe(
      'The law: met. Public funding: says nothing of this setting. Statutory guidance: as it asks. The proposals of 2017: would be met until 14 March 2027, then not.',
    );
    expect(read(page.querySelector('title'))).toContain(`Example Guidance: ${sentence}`);
  });

  test('each has a line that says what it is and leads to where it is told, under a heading that says so too', async () => {
    const { rows, page, links } = await look({ provider: GUIDANCE, ...YEAR, school: SCHOOL });
    expect(rows).toEqual([
      'The law Has the force of law Met',
      'Public funding A condition of public funding Says nothing of this setting',
      'Statutory guidance Guidance, not law As it asks',
      'The proposals of 2017 A proposal, not law Would be met until 14 March 2027, then not',
    ]);
    const headings = links('.short tbody').map((link) => read(page.querySelector(link)));
    expect(headings.map((words) => words.split(': ')[0])).toEqual([
      'Law',
      'Condition of public funding',
      'Guidance',
      'Proposal',
    ]);
    expect(headings[0]).toBe('Law: Education Act 1997, section 42A: careers guidance in schools in England');
  });

  test('no word of law or guidance forbids anything, and what is silent is not told as a no', async () => {
    const { section, says, page } = await look({
      provider: GUIDANCE,
      ...YEAR,
      school: SCHOOL,
      adviser: [TEACHER, UNTRAINED],
    });
    for (const policy of ['england-statute', 'england-guidance', 'england-funding']) {
      // The readings are the policy’s own words.
      for (const own of section(policy)?.querySelectorAll('details') ?? []) own.remove();
      expect(says(policy)).not.toMatch(/forbid|may not|must/i);
    }
    expect(page.querySelector('section[aria-labelledby=policy_england-funding] .no')).toBeNull();
    expect(says('england-funding')).toContain(
      'Public funding says nothing of this From 1 September 2026 to 20 July 2027: neither yes nor no.',
    );
  });

  test('the headings are in order, no place has two names, and every link within the page leads somewhere', async () => {
    const { page, links } = await look({ provider: GUIDANCE, ...YEAR, adviser: AWAY });
    const levels = page.querySelectorAll('h1, h2, h3, h4').map(({ tagName }) => Number(tagName.slice(1)));
    expect(levels[0]).toBe(1);
    for (const [i, level] of levels.entries()) expect(level).toBeLessThanOrEqual((levels[i - 1] ?? 0) + 1);
    const ids = page.querySelectorAll('[id]').map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
    for (const link of links('body').filter((one) => one.startsWith('#')))
      expect([link, page.querySelector(link) !== null]).toEqual([link, true]);
  });
});

describe('an address may name policies', () => {
  test('one, which is then told alone, by its own words', async () => {
    const { page, words } = await look({
      provider: GUIDANCE,
      ...YEAR,
      policy: 'england-statute',
      school: SCHOOL,
    });
    expect(read(page.querySelector('#verdict'))).toBe('What the law asks is met');
    expect(page.querySelector('.short')).toBeNull();
    expect(words).not.toContain('Proposal: ');
    expect(words).toContain('The law does not cover this here, so see to it elsewhere');
    expect(words).toContain('Criminal record and barred list checks');
    expect(words).toContain('It forbids nobody to advise as well');
  });

  test('several, or all; and what is kept asks the same', async () => {
    const some = await look({ provider: GUIDANCE, ...YEAR, policy: ['cmqa-2017', 'england-statute'] });
    expect(some.rows.map((row) => row.split(' ').slice(0, 2).join(' '))).toEqual([
      'The law',
      'The proposals',
    ]);
    const [page = '', json = ''] = some.links('.kept');
    expect(new URL(page, register.url).searchParams.getAll('policy')).toEqual([
      'cmqa-2017',
      'england-statute',
    ]);
    const told = (await register.ask(json)).json as { answers: { policy: { id: string } }[] };
    expect(told.answers.map(({ policy }) => policy.id)).toEqual(['england-statute', 'cmqa-2017']);
    expect((await opened(page)).sentence).toBe(some.sentence);
    const all = await look({ provider: GUIDANCE, ...YEAR, policy: 'all' });
    expect(all.rows).toHaveLength(4);
    const kept = all.links('.kept').slice(0, 2);
    for (const link of kept) expect(new URL(link, register.url).searchParams.get('policy')).toBe('all');
  });

  test('the form keeps what was asked, and offers each policy with what it is', async () => {
    const { page } = await look({
      provider: GUIDANCE,
      ...YEAR,
      policy: 'england-guidance',
      school: '123456',
    });
    const options = page.querySelectorAll('#policy option');
    expect(options.map((option) => [option.getAttribute('value'), read(option)])).toEqual([
      ['all', 'All of them'],
      ['england-statute', 'The law – law'],
      ['england-funding', 'Public funding – condition of public funding'],
      ['england-guidance', 'Statutory guidance – guidance'],
      ['cmqa-2017', 'The proposals of 2017 – proposal'],
    ]);
    expect(read(page.querySelector('#policy option[selected]'))).toBe('Statutory guidance – guidance');
    expect(page.querySelector('#school')?.getAttribute('value')).toBe('123456');
    const two = await look({ provider: GUIDANCE, ...YEAR, policy: ['cmqa-2017', 'england-statute'] });
    const chosen = two.page.querySelector('#policy option[selected]');
    expect(read(chosen)).toBe('cmqa-2017 and england-statute');
    const again = await look({ provider: GUIDANCE, ...YEAR, policy: chosen?.getAttribute('value') ?? '' });
    expect(again.sentence).toBe(two.sentence);
  });

  test('one that there is not is a fault of its field', async () => {
    const { status, page } = await look({ policy: ['england-statute', 'no-such'] });
    expect(status).toBe(404);
    expect(read(page.querySelector('#policy-fault-0'))).toContain('No edition of the policy no-such stands');
  });

  test('one alone that lacks the setting is told so beside the setting', async () => {
    const { status, page } = await look({ provider: GUIDANCE, ...YEAR, policy: 'england-funding' });
    expect(status).toBe(400);
    expect(read(page.querySelector('#setting-fault-0'))).toContain('or ask under all of them');
  });
});

describe('what the register asks itself stands beside what a policy asks', () => {
  test('that the provider is open: the law is met all the same, and who took its place is named', async () => {
    const { sentence, beside, verdict, section, says, page } = await look({
      provider: CLOSING,
      ...YEAR,
      school: SCHOOL,
      adviser: [],
    });
    expect(sentence).toContain('Statutory guidance: as it asks. The proposals of 2017: would be met.');
    expect(beside).toBe(
      `But the provider closes at the end of 31 January 2027, so that it is not open from 1 February to 20 July 2027 (event ${head}).`,
    );
    expect(verdict('england-guidance')).toBe('This is as the guidance asks');
    expect(says('england-guidance')).toContain(
      'Agree only up to 31 January 2027: ask about the days until then.',
    );
    expect(read(section('england-guidance')?.querySelector('.alert'))).toBe(beside);
    expect(read(page.querySelector('[aria-labelledby=of-register]'))).toContain(
      'The provider is open No on some days From 1 February to 20 July 2027: the provider closes at the end of 31 January 2027, and merges into Example Guidance',
    );
    expect(read(page.querySelector('[aria-labelledby=requirements]'))).not.toContain('The provider is open');
  });

  test('that whoever is named is engaged', async () => {
    const { sentence, beside, page, says } = await look({
      provider: GUIDANCE,
      ...YEAR,
      school: SCHOOL,
      adviser: AWAY,
    });
    expect(sentence).toMatch(/^The law: met\. .* Statutory guidance: as it asks\. /);
    expect(beside).toBe(`But ${AWAY} is not engaged by the provider from 1 September 2026 to 20 July 2027.`);
    expect(says('england-statute')).not.toContain('is not engaged');
    expect(says('england-guidance')).toContain(beside);
    expect(read(page.querySelector('[aria-labelledby=of-register]'))).toContain(
      'Each adviser who is named is engaged by the provider No',
    );
  });

  test('and hides nothing that fails besides', async () => {
    const adviser = 'adviser:example0004';
    await post('AdviserRegistered', adviser, {});
    const { sentence, beside, says } = await look({ provider: GUIDANCE, ...YEAR, adviser });
    expect(sentence).toContain(
      'Statutory guidance: not as it asks. The proposals of 2017: would not be met.',
    );
    expect(beside).toContain(`But ${adviser} is not engaged`);
    expect(says('england-guidance')).toContain('the adviser has no qualification on record');
  });
});

describe('the school that asks', () => {
  test.each(['123456', 'urn:123456', 'URN 123456'])(
    'is read as people type it, named, and kept: %s',
    async (school) => {
      const { page, links } = await look({ provider: GUIDANCE, ...YEAR, school, adviser: TEACHER });
      expect(read(page.querySelector('h1'))).toContain(
        ', for Example High School, with adviser:example0001 as its adviser,',
      );
      for (const link of links('.kept'))
        expect(new URL(link, register.url).searchParams.get('school')).toBe(SCHOOL);
    },
  );

  test('makes what its own staff give count as not independent, and rules nobody out', async () => {
    const { rows, says } = await look({ provider: GUIDANCE, ...YEAR, school: SCHOOL, adviser: TEACHER });
    expect(rows[0]).toBe('The law Has the force of law Not met before 1 February 2027, then met');
    expect(says('england-statute')).toContain(
      'From 1 September 2026 to 31 January 2027: what the adviser gives does not count as independent of the school that asks, which employs the adviser',
    );
    expect(says('england-statute')).toContain('Does not count as independent on some days');
    expect(says('england-statute')).toContain('This rules no adviser out');
  });

  test('is asked for where the law asks for independence and it is not named', async () => {
    const { rows, says, links } = await look({ provider: GUIDANCE, ...YEAR });
    expect(rows[0]).toBe('The law Has the force of law Met, so far as can be said while no school is named');
    expect(says('england-statute')).toContain('Not checked: no school is named');
    expect(links('[aria-labelledby=policy_england-statute]')).toContain('#school');
    expect(says('england-guidance')).not.toContain('no school is named');
  });

  test.each([
    ['nowhere', 400, 'Write the URN of the school, which is six digits'],
    ['654321', 404, 'This register holds no school under urn:654321'],
  ])('is told where it is wrong, beside its field: %s', async (school, status, said) => {
    const seen = await look({ provider: GUIDANCE, ...YEAR, school });
    expect(seen.status).toBe(status);
    expect(read(seen.page.querySelector('#school-fault-0'))).toContain(said);
    expect(seen.links('.faults')).toEqual(['#school']);
  });

  test('which a moment did not know yet is a fault of the moment', async () => {
    const { status, links, words } = await look({
      provider: GUIDANCE,
      ...YEAR,
      school: SCHOOL,
      knownAt: before,
    });
    expect(status).toBe(404);
    expect(links('.faults')).toEqual(['#knownAt']);
    expect(words).toContain('did not know this school yet');
  });
});

test('in other settings each policy that has them is told, and a traineeship is asked for by words', async () => {
  const { sentence, page } = await look({
    provider: GUIDANCE,
    setting: 'traineeship',
    from: '2023-07-01',
    until: '2023-08-31',
  });
  expect(sentence).toBe(
    'The law: says nothing of this setting. Public funding: not met before 1 August 2023, then it says nothing. Statutory guidance: says nothing of this setting. The proposals of 2017: say nothing of this setting.',
  );
  expect(read(page.querySelector('h1'))).toContain('deliver guidance in the national traineeship programme');
});

test('the order is that of the answer for programs', async () => {
  const query = new URLSearchParams({ ...YEAR, policy: 'all' }).toString();
  const { answers } = (await register.ask(`/v1/providers/${GUIDANCE}/eligibility?${query}`)).json as {
    answers: { policy: { id: string } }[];
  };
  expect(answers.map(({ policy }) => policy.id)).toEqual(ALL);
  const { page } = await look({ provider: GUIDANCE, ...YEAR });
  expect(page.querySelectorAll('.policy').map((one) => one.getAttribute('aria-labelledby'))).toEqual(
    ALL.map((policy) => `policy_${policy}`),
  );
});
