/// <reference types="jest" />
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { request as ask, type IncomingMessage } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { REGISTRAR_KEY, RegisterProcess, type Reply } from './process';
import { accepted, endSound, expectRefusal, headOf, openDay } from './refusal';

/** HTTP as its users know it: what may be kept, what is sent compressed, who may read, and by what name a request goes. */
let register: RegisterProcess;
const ONE = 'ukprn:10000001';
const PERSON = 'adviser:k7m2p4q8';
/** May be kept, and is checked each time: the tag alone says that it has not changed. */
const ASKED_AGAIN = 'no-cache';

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

const eligibility = `/v1/providers/${ONE}/eligibility?setting=school-commissioned`;
/** What is answered as known at a moment. */
const AS_KNOWN = [
  eligibility,
  `${eligibility}&from=2026-09-01&until=2027-07-20&adviser=${PERSON}&policy=cmqa-2017&route=true`,
  `/v1/providers/${ONE}`,
  `/v1/advisers/${PERSON}`,
  '/v1/policies',
  '/v1/policies/cmqa-2017',
];
/** What the rules alone say, and the address names whole. */
const BY_THE_RULES = [
  `${eligibility}&policy=cmqa-2017`,
  `${eligibility}&policy=all&on=2026-09-01`,
  `/v1/advisers/${PERSON}/eligibility?purpose=personal-guidance&policy=cmqa-2017`,
];
const at = (path: string, moment: string) => `${path}${path.includes('?') ? '&' : '?'}${moment}`;

/** Something happens, so that the head is another. */
let events = 0;
const happen = () =>
  accepted(register, {
    type: 'ProviderRenamed',
    subject: ONE,
    data: { name: `Bright Futures ${++events}`, from: '2026-09-01' },
  });

/** How a position is written where it is said of which log it is: from the bytes of its event. */
async function momentOf(position: number): Promise<string> {
  const { text } = await register.ask(`/v1/events/${position}`);
  return `${position}-${hash('sha256', text).slice(0, 8)}`;
}

const header = (reply: Reply, name: string) => reply.headers.get(name);

interface Raw {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly bytes: Buffer;
}

/** Asks without a client’s own help: its body as it comes. */
async function raw(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Raw> {
  const request = ask(register.url + path, { method, headers }).end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return { status: response.statusCode, headers: response.headers, bytes: Buffer.concat(chunks) };
}

describe('an answer as known at a position', () => {
  test.each(AS_KNOWN)('stays the same, under a strong tag: %s', async (path) => {
    const head = await headOf(register);
    const first = await register.ask(at(path, `knownAt=${head}`));
    expect(first.status).toBe(200);
    expect(header(first, 'cache-control')).toBe(ASKED_AGAIN);
    expect(header(first, 'etag')).toMatch(/^"[^"]+"$/);
    const pinned = new URL(header(first, 'content-location') ?? '', register.url).searchParams.get('knownAt');
    expect(pinned).toBe(await momentOf(head));
    await happen();
    for (const moment of [String(head), pinned ?? '']) {
      const again = await register.ask(at(path, `knownAt=${moment}`));
      expect(again.text).toBe(first.text);
      expect(header(again, 'etag')).toBe(header(first, 'etag'));
      expect(header(again, 'cache-control')).toBe(ASKED_AGAIN);
    }
    // Where the question was asked in full, that address is the answer’s own.
    const own = await register.ask(header(first, 'content-location') ?? '');
    expect(own.text).toBe(first.text);
    expect(header(own, 'content-location')).toBeNull();
  });

  test.each(AS_KNOWN)('is not sent to who has it: %s', async (path) => {
    const pinned = at(path, 'knownAt=12');
    const { headers } = await raw(pinned);
    const tag = headers.etag ?? '';
    for (const had of [tag, `W/${tag}`, `"other", ${tag}`, '*', tag.replace(/"$/, '-br"')]) {
      const again = await raw(pinned, { 'if-none-match': had });
      expect({ had, status: again.status, length: again.bytes.length }).toEqual({
        had,
        status: 304,
        length: 0,
      });
      expect(again.headers['cache-control']).toBe(ASKED_AGAIN);
      expect(again.headers.vary).toContain('accept-encoding');
      expect(again.headers.etag).toMatch(/^"[^"]+"$/);
      expect(again.headers['content-type']).toBeUndefined();
    }
    expect((await raw(pinned, { 'if-none-match': '"other"' })).status).toBe(200);
  });
});

describe('what the rules say at a position of this log', () => {
  test.each(BY_THE_RULES)('need not be asked for again: %s', async (path) => {
    const pinned = header(await register.ask(path), 'content-location') ?? '';
    const kept = await raw(pinned);
    expect(kept.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(kept.headers.vary).toContain('accept-encoding');
    const again = await raw(pinned, { 'if-none-match': kept.headers.etag ?? '' });
    expect({ status: again.status, kept: again.headers['cache-control'] }).toEqual({
      status: 304,
      kept: 'public, max-age=31536000, immutable',
    });
  });

  test('must be where the address leaves the policy to the operator or the log unsaid, where it asks for advice or a receipt, and where it is refused', async () => {
    const moment = await momentOf(12);
    const policy = 'policy=cmqa-2017';
    const paths = [
      at(eligibility, `knownAt=${moment}`),
      at(eligibility, `${policy}&knownAt=12`),
      at(eligibility, `${policy}&knownAt=${moment}&route=true`),
    ];
    for (const path of paths) expect((await raw(path)).headers['cache-control']).toBe(ASKED_AGAIN);
    const receipt = await raw(at(eligibility, `${policy}&knownAt=${moment}`), { accept: 'application/jose' });
    expect(receipt.headers['cache-control']).toBe(ASKED_AGAIN);
    const other = at(eligibility, `${policy}&knownAt=12-00000000`);
    expect((await raw(other)).headers['cache-control']).toBe('no-store');
  });
});

describe('an answer at the head', () => {
  test.each(AS_KNOWN)('is asked for again, and says where the one of its position is: %s', async (path) => {
    const now = await register.ask(path);
    expect(header(now, 'cache-control')).toBe('no-cache');
    const pinned = await register.ask(header(now, 'content-location') ?? '');
    expect(pinned.text).toBe(now.text);
    expect(header(pinned, 'etag')).toBe(header(now, 'etag'));
    const unchanged = await register.ask(path, { headers: { 'if-none-match': header(now, 'etag') ?? '' } });
    expect({ status: unchanged.status, text: unchanged.text }).toEqual({ status: 304, text: '' });
    expect(header(unchanged, 'content-location')).toBe(header(now, 'content-location'));
    await happen();
    const changed = await register.ask(path, { headers: { 'if-none-match': header(now, 'etag') ?? '' } });
    expect(changed.status).toBe(200);
    expect(header(changed, 'etag')).not.toBe(header(now, 'etag'));
  });

  test('names in the address of its position the policy that was asked, and nothing of when', async () => {
    const head = await headOf(register);
    const reply = await register.ask(`${eligibility}&atLeast=1`);
    const location = new URL(header(reply, 'content-location') ?? '', register.url);
    expect(location.pathname).toBe(`/v1/providers/${ONE}/eligibility`);
    expect(Object.fromEntries(location.searchParams)).toEqual({
      setting: 'school-commissioned',
      policy: 'cmqa-2017',
      knownAt: await momentOf(head),
    });
  });

  test('at an instant goes by the position that it was', async () => {
    const recordedAt = (JSON.parse((await register.log())[12] ?? '') as { recordedAt: string }).recordedAt;
    const reply = await register.ask(`${eligibility}&knownAt=${recordedAt}`);
    expect(header(reply, 'cache-control')).toBe('no-cache');
    expect(header(reply, 'content-location')).toContain(`&knownAt=${await momentOf(12)}`);
  });

  test('before the first event has no address', async () => {
    const reply = await register.ask('/v1/policies?knownAt=2020-01-01T00:00:00Z');
    expect(reply.status).toBe(200);
    expect(header(reply, 'content-location')).toBeNull();
  });
});

describe('the log', () => {
  test('an event may be kept, and asked for again', async () => {
    const reply = await register.ask('/v1/events/1');
    expect(header(reply, 'cache-control')).toBe(ASKED_AGAIN);
    const again = await raw('/v1/events/1', { 'if-none-match': header(reply, 'etag') ?? '' });
    expect({ status: again.status, length: again.bytes.length }).toEqual({ status: 304, length: 0 });
  });

  test('a page may be kept, and asked for again; the one at the head leads to no other', async () => {
    const full = await register.ask('/v1/log?limit=2');
    expect(header(full, 'cache-control')).toBe(ASKED_AGAIN);
    const same = await raw('/v1/log?limit=2', { 'if-none-match': header(full, 'etag') ?? '' });
    expect(same.status).toBe(304);
    const last = await register.ask(`/v1/log?after=${(await headOf(register)) - 2}&limit=2`);
    expect(last.text.split('\n')).toHaveLength(3);
    expect(header(last, 'cache-control')).toBe(ASKED_AGAIN);
    expect(header(last, 'link')).toBeNull();
  });
});

describe('what may not be kept', () => {
  test.each([
    '/v1/providers/ukprn:19999999',
    `${eligibility}&knownAt=1&on=today`,
    '/v1/events/999999',
    '/v1/nowhere',
    '/v1/providers/%zz',
  ])('a problem: %s', async (path) => {
    const reply = await register.ask(path);
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(header(reply, 'etag')).toBeNull();
    expect(header(reply, 'cache-control')).toBe('no-store');
  });

  test.each(['/health/live', '/health/ready', '/metrics'])('how the register is: %s', async (path) => {
    const reply = await register.ask(path);
    expect(header(reply, 'cache-control')).toBe('no-store');
    expect(header(reply, 'etag')).toBeNull();
  });

  test('what is answered to a post', async () => {
    const reply = await register.ask('/v1/eligibility', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '[]',
    });
    expect(reply.status).toBe(200);
    expect(header(reply, 'cache-control')).toBe('no-store');
  });
});

describe('HEAD', () => {
  test.each([...AS_KNOWN, '/v1/events/1', '/v1/log?limit=2'])(
    'answers as GET does, without the body: %s',
    async (path) => {
      for (const coding of ['identity', 'gzip']) {
        const headers = { 'accept-encoding': coding };
        const [got, head] = [await raw(path, headers), await raw(path, headers, 'HEAD')];
        expect({ status: head.status, length: head.bytes.length }).toEqual({ status: 200, length: 0 });
        for (const name of ['etag', 'cache-control', 'content-location', 'content-type', 'vary', 'link'])
          expect([name, head.headers[name]]).toEqual([name, got.headers[name]]);
      }
      const { headers } = await raw(path);
      expect((await raw(path, { 'if-none-match': headers.etag ?? '' }, 'HEAD')).status).toBe(304);
    },
  );
});

describe('compression', () => {
  const long = `${eligibility}&from=2026-09-01&until=2027-07-20`;

  test.each([
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
  ] as const)('as %s, for who takes it so, under a tag of its own', async (coding, opened) => {
    for (const path of [long, '/v1/log?limit=5']) {
      const plain = await raw(path);
      expect(plain.headers['content-encoding']).toBeUndefined();
      const small = await raw(path, { 'accept-encoding': coding });
      expect(small.headers['content-encoding']).toBe(coding);
      expect(opened(small.bytes).toString()).toBe(plain.bytes.toString());
      expect(small.bytes.length).toBeLessThan(plain.bytes.length);
      expect(small.headers.etag).not.toBe(plain.headers.etag);
      for (const { headers } of [plain, small]) expect(headers.vary).toContain('accept-encoding');
      const again = await raw(path, {
        'accept-encoding': coding,
        'if-none-match': small.headers.etag ?? '',
      });
      expect([again.status, again.headers.etag]).toEqual([304, small.headers.etag]);
    }
  });

  test('is not worth while of little', async () => {
    const { headers } = await raw('/health/live', { 'accept-encoding': 'gzip' });
    expect(headers['content-encoding']).toBeUndefined();
  });
});

describe('an answer that is given in several forms', () => {
  test.each([
    ['/problems/malformed', 'text/html'],
    ['/problems/malformed', 'application/json'],
    ['/problems/no-such-code', 'text/html'],
    ['/problems/no-such-code', 'application/json'],
    ['/events/none', 'text/html'],
    ['/events/none', '*/*'],
  ])('says that it goes by what is accepted: %s as %s', async (path, accept) => {
    const { headers } = await raw(path, { accept });
    // What is not kept need not say in which codings it is given.
    const kept = headers.etag === undefined ? /^accept\b(?!-)/ : /^accept, accept-encoding$/;
    expect(headers.vary).toMatch(kept);
    expect((await raw(path, { accept, 'accept-encoding': 'gzip' })).headers.vary).toMatch(kept);
    expect((await raw(path, { accept, 'if-none-match': headers.etag ?? '"none"' })).headers.vary).toMatch(
      kept,
    );
  });
});

describe('pages of other origins', () => {
  const origin = { origin: 'https://school.example' };

  test.each([...AS_KNOWN, '/v1/log', '/v1/nowhere', '/v1/providers/nobody'])('read: %s', async (path) => {
    const { headers } = await raw(path, origin);
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(headers['access-control-allow-credentials']).toBeUndefined();
    expect(headers['access-control-expose-headers']?.split(', ').sort()).toEqual(
      [
        ...['Content-Location', 'ETag', 'Link', 'Location', 'Retry-After', 'X-Request-Id'],
        ...['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset', 'Register-Position'],
      ].sort(),
    );
    expect(headers.vary ?? '').not.toMatch(/origin/i);
  });

  const preflight = (path: string, method: string, more: Record<string, string> = {}) =>
    raw(path, { ...origin, 'access-control-request-method': method, ...more }, 'OPTIONS');

  test('may ask many questions', async () => {
    const { status, headers } = await preflight('/v1/eligibility', 'POST');
    expect(status).toBe(204);
    expect(headers['access-control-allow-headers']).toContain('Content-Type');
    expect(headers.allow).toBe('POST, OPTIONS');
  });

  test('may send no key', async () => {
    const { headers } = await preflight('/v1/events', 'POST', {
      'access-control-request-headers': 'authorization',
    });
    expect(headers['access-control-allow-headers']?.toLowerCase()).not.toContain('authorization');
    expect(headers['access-control-allow-methods']).toBe('GET, HEAD');
  });

  test('and OPTIONS tells anybody which methods an address answers', async () => {
    const { status, headers, bytes } = await raw(eligibility, {}, 'OPTIONS');
    expect([status, headers.allow, bytes.length]).toEqual([204, 'GET, HEAD, OPTIONS', 0]);
  });

  test('but not those of no address', async () => {
    const reply = await register.ask('/v1/nowhere', { method: 'OPTIONS' });
    expectRefusal(reply, { status: 404, code: 'not-found' });
  });

  test.each(['/health/live', '/health/ready', '/metrics'])(
    'have no use for how the register is, and do not read it: %s',
    async (path) => {
      const asked = [
        await raw(path, origin),
        await raw(path, origin, 'HEAD'),
        await preflight(path, 'GET', { 'access-control-request-headers': 'x-request-id' }),
      ];
      expect(asked.map(({ status }) => status)).toEqual([200, 200, 204]);
      for (const { headers } of asked)
        expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
      expect(asked[2]?.headers.allow).toBe('GET, HEAD, OPTIONS');
    },
  );

  test('another method of an address is still refused', async () => {
    const reply = await register.ask(eligibility, { method: 'DELETE', headers: origin });
    expectRefusal(reply, { status: 405, code: 'method-not-allowed' });
    expect(header(reply, 'allow')).toBe('GET, HEAD');
  });
});

describe('the id of a request', () => {
  test.each(['/v1/policies', '/v1/nowhere', '/v1/providers/nobody', '/v1/providers/%zz'])(
    'is given back: %s',
    async (path) => {
      const { headers } = await raw(path, { 'x-request-id': 'trace-4182:a.b_c' });
      expect(headers['x-request-id']).toBe('trace-4182:a.b_c');
    },
  );

  test.each([undefined, '', 'Jane Doe', '<b>', 'x'.repeat(65)])('is made where it is %j', async (id) => {
    const ids = await Promise.all(
      [1, 2].map(
        async () => (await raw('/v1/policies', id === undefined ? {} : { 'x-request-id': id })).headers,
      ),
    );
    for (const headers of ids) expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set(ids.map((headers) => headers['x-request-id'])).size).toBe(2);
  });

  test('goes with a write too', async () => {
    const reply = await register.ask('/v1/events', {
      method: 'POST',
      headers: {
        authorization: `Bearer ${REGISTRAR_KEY}`,
        'content-type': 'text/plain',
        'x-request-id': 'mine',
      },
      body: 'x',
    });
    expectRefusal(reply, { status: 415, code: 'unsupported-media-type' });
    expect(header(reply, 'x-request-id')).toBe('mine');
  });
});
