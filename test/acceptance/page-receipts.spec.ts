/// <reference types="jest" />
import { parse } from 'node-html-parser';
import { Auditor, printedKey } from './auditor';
import { RegisterProcess } from './process';
import { accepted, endSound, expectRefusal, openDay } from './refusal';

/** The receipt of an answer, for who has that answer on a page: a link, and no script. */
let register: RegisterProcess;
let auditor: Auditor;

const PROVIDER = 'ukprn:17000001';
const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
const YEAR = 'setting=school-commissioned&from=2026-09-01&until=2027-07-20';

const EVERY = ['england-statute', 'england-funding', 'england-guidance', 'cmqa-2017'];

beforeAll(async () => {
  register = await RegisterProcess.start({ REGISTER_ORIGIN: 'register.example' });
  auditor = new Auditor(register, printedKey(register));
  await openDay(register, '2026-09-01');
  await accepted(register, {
    type: 'ProviderRegistered',
    subject: PROVIDER,
    data: { name: 'Example Guidance', legalForm: 'company' },
  });
});
afterAll(() => endSound(register));

const open = (path: string) => register.ask(path, { headers: BROWSER, redirect: 'manual' });

/** The links to receipts on the page of a question, in their order. */
async function linksAt(query: string): Promise<readonly string[]> {
  const reply = await open(`/?provider=${PROVIDER}&${query}`);
  expect(reply.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
  expect(reply.text).not.toContain('<script');
  return parse(reply.text)
    .querySelectorAll('a')
    .filter((link) => link.text === 'Signed receipt (JWS)')
    .map((link) => link.getAttribute('href')?.replaceAll('&amp;', '&') ?? '');
}

test('the page of an answer leads to its receipt, which says the same whatever is recorded later', async () => {
  const [link = '', ...more] = await linksAt(`${YEAR}&policy=cmqa-2017`);
  expect(more).toEqual([]);
  const { searchParams } = new URL(link, register.url);
  const knownAt = searchParams.get('knownAt') ?? '';
  await accepted(register, {
    type: 'AccreditationAwarded',
    subject: PROVIDER,
    data: { standard: 'matrix', reference: 'M-1', from: '2024-03-15', until: '2027-03-14', kind: 'initial' },
  });
  const reply = await open(link);
  const [position = ''] = knownAt.split('-');
  expect(Object.fromEntries(reply.headers)).toMatchObject({
    'content-type': 'application/jose',
    'content-disposition': `attachment; filename="receipt-${position}.jws"`,
    'cache-control': 'no-cache',
    'x-robots-tag': 'noindex',
  });
  const { payload } = await auditor.receipt(reply.text);
  const asked = `/v1/providers/${PROVIDER}/eligibility?${YEAR}&policy=cmqa-2017&knownAt=${knownAt}`;
  expect(payload.question).toMatchObject({ provider: PROVIDER, knownAt: position, policy: 'cmqa-2017' });
  expect(payload.answer).toEqual((await register.ask(asked)).json);
  expect((await register.ask(asked, { headers: { accept: 'application/jose' } })).text).toBe(reply.text);
});

test('under several policies each has one of its own, and all together have one', async () => {
  const links = await linksAt(`${YEAR}&policy=all`);
  const told = await Promise.all(
    links.map(async (link) => (await auditor.receipt((await open(link)).text)).payload.question['policy']),
  );
  // One that lacks the setting is silent beside others, and has nothing to be asked alone.
  expect(told).toEqual(['england-statute', 'england-guidance', 'cmqa-2017', EVERY]);
});

test('a question of one day, without a policy, is asked as the page asks it', async () => {
  const { payload } = await auditor.receipt(
    (await open(`/receipt?provider=${PROVIDER}&setting=private&from=1 September 2026`)).text,
  );
  expect(payload.question).toMatchObject({ from: '2026-09-01', until: '2026-09-01' });
  expect(payload.question['policy']).toEqual(EVERY);
});

test('what a link picked up on its way is passed over', async () => {
  const { status, headers } = await open(`/receipt?provider=${PROVIDER}&${YEAR}&utm_source=a`);
  expect([status, headers.get('location')]).toEqual([302, `/receipt?provider=${PROVIDER}&${YEAR}`]);
});

test.each([
  ['a name in the place of a key', `provider=Example Guidance&${YEAR}`, 400, 'invalid-question', '/provider'],
  ['the key of an adviser', `provider=adviser:aaaaaaaa&${YEAR}`, 400, 'invalid-question', '/provider'],
  ['nothing asked', '', 400, 'invalid-question', '/provider'],
  ['no such day', `provider=${PROVIDER}&setting=private&from=31 June`, 400, 'invalid-question', '/from'],
  ['what may be meant', `provider=${PROVIDER}&${YEAR}&asof=3`, 400, 'invalid-question', '/knownAt'],
  ['no such policy', `provider=${PROVIDER}&${YEAR}&policy=unheard-of`, 404, 'unknown-policy', ''],
  ['another log', `provider=${PROVIDER}&${YEAR}&knownAt=1-00000000`, 409, 'other-log', ''],
  ['a moment that has not come', `provider=${PROVIDER}&${YEAR}&knownAt=999`, 503, 'not-caught-up', ''],
])(
  'is refused to a browser on a page, and to a program as a problem: %s',
  async (_, query, status, code, pointer) => {
    const page = await open(`/receipt?${query}`);
    expect([page.status, page.headers.get('content-type')]).toEqual([status, 'text/html; charset=utf-8']);
    expect(page.headers.has('content-disposition')).toBe(false);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.text).toContain(code);
    const reply = await register.ask(`/receipt?${query}`, { redirect: 'manual' });
    expectRefusal(reply, { status, code });
    const { errors = [] } = reply.json as { errors?: readonly { pointer: string }[] };
    expect(errors.some((one) => one.pointer === pointer)).toBe(pointer !== '');
  },
);
