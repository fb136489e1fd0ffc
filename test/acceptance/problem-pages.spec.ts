/// <reference types="jest" />
import { PROBLEM_CODES } from '@app/domain/values/problem';
import { problemPage } from '@app/http-contract/problem/problems';
import { RegisterProcess } from './process';
import { accepted, endSound, expectRefusal, openDay } from './refusal';

/** The pages to which refusals lead: for people unless somebody asks for JSON, for every code, and of no one’s input. */
let register: RegisterProcess;

beforeAll(async () => {
  register = await RegisterProcess.start();
  await openDay(register, '2026-09-01');
});
afterAll(() => endSound(register));

const page = (code: string, accept?: string) =>
  register.ask(`/problems/${code}`, accept === undefined ? {} : { headers: { accept } });

describe.each(PROBLEM_CODES)('%s', (code) => {
  test('has a page for people', async () => {
    for (const accept of [undefined, 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8']) {
      const { status, headers, text } = await page(code, accept);
      expect(status).toBe(200);
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(text).toContain(`<code>${code}</code>`);
      expect(text).toMatch(/<html lang="en-GB">[^]*<meta name="viewport"[^]*<title>[^]*<main[^>]*><h1>/);
      expect(text.match(/<h2>[^<]+<\/h2><p>[^]*?\S[^]*?<\/p>/g)).toHaveLength(3);
      expect(text).not.toMatch(/<script|<img|<iframe|\son\w+=|undefined|`/);
    }
  });

  test('says the same to programs', async () => {
    const { status, headers, json } = await page(code, 'application/json');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(json).toMatchObject({ code, ...problemPage(code)?.page });
  });

  test('is told in sentences that say how to correct it', () => {
    const said: readonly string[] = Object.values(problemPage(code)?.page ?? {});
    expect(said).toHaveLength(3);
    for (const words of said) {
      expect(words.replaceAll('`', '')).toMatch(/\.$/);
      expect((words.match(/`/g) ?? []).length % 2).toBe(0);
    }
  });
});

test('a refusal leads to its page, with the same title and status', async () => {
  await accepted(register, {
    type: 'ProviderRegistered',
    subject: 'ukprn:10000001',
    data: { name: 'Example Guidance', legalForm: 'company' },
  });
  const refusal = (await register.ask('/v1/providers/ukprn:10000002')).json as Record<string, unknown>;
  const { json } = await register.ask(String(refusal['type']), { headers: { accept: 'application/json' } });
  expect(json).toMatchObject({ code: refusal['code'], status: refusal['status'], title: refusal['title'] });
});

test.each([
  'no-such-code',
  'constructor',
  '__proto__',
  '%3Cscript%3Ealert(1)%3C%2Fscript%3E',
  'malformed%00',
])('not-found: there is no page of %s, and it is not repeated', async (code) => {
  const reply = await page(code);
  expectRefusal(reply, { status: 404, code: 'not-found' });
  expect(reply.text).not.toContain(decodeURIComponent(code));
});

test('a page runs nothing, loads nothing, and is not shown within another', async () => {
  const { headers } = await page('malformed');
  expect(headers.get('content-security-policy')).toMatch(
    /^default-src 'none'; style-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
  );
  expect(headers.get('x-content-type-options')).toBe('nosniff');
});

test('not-acceptable: other forms', async () => {
  expectRefusal(await page('malformed', 'application/xml'), { status: 406, code: 'not-acceptable' });
});
