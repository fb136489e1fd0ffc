/// <reference types="jest" />
import { once } from 'node:events';
import { connect } from 'node:net';
import { REGISTRAR_KEY, RegisterProcess, type Reply } from './process';
import {
  accepted,
  expectProblem,
  expectRefusal,
  expectRefused,
  endSound,
  keyOf,
  headOf,
  openDay,
  submission,
} from './refusal';

/** What HTTP itself refuses: who asks, in what form, by which method, at which address, and in which order it is told. */
let register: RegisterProcess;

beforeAll(async () => {
  register = await RegisterProcess.start();
  await openDay(register, '2026-09-01');
});
afterAll(() => endSound(register));

const ONE = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';
const NDJSON = 'application/x-ndjson';
const JSON_TYPE = 'application/json';
const REGISTRAR = `Bearer ${REGISTRAR_KEY}`;

let advisers = 0;
const event = () =>
  submission({
    type: 'AdviserRegistered',
    subject: `adviser:${String(++advisers).padStart(8, 'h')}`,
    data: {},
  });
const body = () => JSON.stringify({ specversion: '1.0', ...event() });

type Sent = Record<string, string | undefined>;

/** Posts a good event, with other headers; one that is undefined is left out. */
function post(
  headers: Sent = {},
  sent: string | Uint8Array<ArrayBuffer> | ReadableStream | null = body(),
  path = '/v1/events',
): Promise<Reply> {
  const all: Sent = { authorization: REGISTRAR, 'content-type': ONE, ...headers };
  return register.ask(path, {
    method: 'POST',
    headers: Object.fromEntries(
      Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
    body: sent,
    // Of a stream no length is given.
    ...(sent instanceof ReadableStream ? { duplex: 'half' } : {}),
  });
}

/** Sends bytes as they are, and resolves to all that comes back. */
async function raw(text: string): Promise<string> {
  const { hostname, port } = new URL(register.url);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  socket.on('error', () => undefined);
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

describe('who posts', () => {
  test('no-key: no one says so', async () => {
    const reply = await post({ authorization: undefined });
    expectRefusal(reply, { status: 401, code: 'no-key' });
    expect(reply.headers.get('www-authenticate')).toBe('Bearer realm="register"');
  });

  test.each([
    ['another scheme', 'Basic cmVnaXN0cmFyOmtleQ=='],
    ['a scheme without a key', 'Bearer'],
    ['a scheme with an empty key', 'Bearer '],
    ['a key without a scheme', REGISTRAR_KEY],
    ['two keys', `Bearer ${REGISTRAR_KEY} ${REGISTRAR_KEY}`],
    ['a key that no one has', 'Bearer a-key-that-no one-has'],
    ['a key and a character', `${REGISTRAR}x`],
    ['a key without its last character', REGISTRAR.slice(0, -1)],
    ['the hash of a key', `Bearer sha256:${'0'.repeat(64)}`],
  ])('bad-key: %s', async (_, authorization) => {
    const before = await headOf(register);
    const reply = await post({ authorization });
    expectRefusal(reply, { status: 401, code: 'bad-key' });
    expect(reply.headers.get('www-authenticate')).toBe('Bearer realm="register", error="invalid_token"');
    expect(await headOf(register)).toBe(before);
  });

  test.each([
    ['a key without a scheme', REGISTRAR_KEY],
    ['another scheme', 'Basic cmVnaXN0cmFyOmtleQ=='],
    ['two schemes', `Bearer ${REGISTRAR}`],
    ['a colon', `Bearer: ${REGISTRAR_KEY}`],
    ['a scheme without a key', 'Bearer'],
  ])('bad-key says how a key is sent: %s', async (_, authorization) => {
    const { detail } = (await post({ authorization })).json as { readonly detail: string };
    expect(detail).toContain('Write Bearer and a space before the key');
    expect(detail).not.toContain('not in force');
  });

  test('the scheme is written in any case', async () => {
    expect((await post({ authorization: `bEARER ${REGISTRAR_KEY}` })).status).toBe(201);
  });

  test('bad-key: one that was revoked, and one whose last day is over', async () => {
    const recognition = { name: 'Keys', mayPost: [{ types: '*' }], from: '2020-01-01' };
    await accepted(register, { type: 'BodyRecognised', subject: 'body:keys', data: recognition });
    const over = await keyOf(register, 'keys', '2026-09-01');
    const good = await keyOf(register, 'keys', '2026-09-02');
    expect((await post({ authorization: `Bearer ${over}` })).status).toBe(201);
    await openDay(register, '2026-09-02');
    const issued = await register.ask('/v1/bodies/keys/keys', {
      method: 'POST',
      headers: { authorization: REGISTRAR, 'content-type': 'application/json' },
      body: '{"key":"lost"}',
    });
    const { secret } = issued.json as { readonly secret: string };
    expect((await post({ authorization: `Bearer ${secret}` })).status).toBe(201);
    const revoked = await register.ask('/v1/bodies/keys/keys/lost', {
      method: 'DELETE',
      headers: { authorization: REGISTRAR },
    });
    expect(revoked.status).toBe(204);
    await expectRefused(register, () => post({ authorization: `Bearer ${secret}` }), {
      status: 401,
      code: 'bad-key',
    });
    await expectRefused(register, () => post({ authorization: `Bearer ${over}` }), {
      status: 401,
      code: 'bad-key',
    });
    expect((await post({ authorization: `Bearer ${good}` })).status).toBe(201);
  });
});

describe('unsupported-media-type: the type of a body', () => {
  test.each<[string, Sent]>([
    ['JSON of no event', { 'content-type': 'application/json' }],
    ['text', { 'content-type': 'text/plain' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['parts', { 'content-type': 'multipart/form-data; boundary=x' }],
    ['CloudEvents in XML', { 'content-type': 'application/cloudevents+xml' }],
    ['what is no media type', { 'content-type': 'json' }],
    [
      'CloudEvents in binary mode',
      {
        'content-type': 'application/json',
        'ce-specversion': '1.0',
        'ce-type': 'AdviserRegistered',
        'ce-source': '/x',
        'ce-id': '1',
      },
    ],
    ['a body that is compressed', { 'content-encoding': 'gzip' }],
  ])('%s', async (_, headers) => {
    const before = await headOf(register);
    const reply = await post(headers);
    expectRefusal(reply, { status: 415, code: 'unsupported-media-type' });
    const { detail } = reply.json as { readonly detail: string };
    for (const type of [ONE, BATCH, NDJSON]) expect(detail).toContain(type);
    expect(detail.includes('binary mode')).toBe('ce-id' in headers);
    expect(await headOf(register)).toBe(before);
  });

  test('none, with a body and without', async () => {
    await expectRefused(
      register,
      () => post({ 'content-type': undefined }, new Uint8Array(Buffer.from(body()))),
      { status: 415, code: 'unsupported-media-type' },
    );
    await expectRefused(register, () => post({ 'content-type': undefined }, null), {
      status: 415,
      code: 'unsupported-media-type',
    });
  });

  test('an event where a key is asked for', async () => {
    await expectRefused(register, () => post({}, '{"key":"k"}', '/v1/bodies/registrar/keys'), {
      status: 415,
      code: 'unsupported-media-type',
    });
    await expectRefused(
      register,
      () => post({ 'content-type': NDJSON }, '{"key":"k"}\n', '/v1/bodies/registrar/keys'),
      { status: 415, code: 'unsupported-media-type' },
    );
  });

  test.each(['application/cloudevents+json; charset=utf-8', 'Application/CloudEvents+JSON', `${ONE} ; x=y`])(
    'but %s is good',
    async (type) => {
      expect((await post({ 'content-type': type })).status).toBe(201);
    },
  );
});

describe('too-large', () => {
  const tooLarge = { status: 413, code: 'too-large' };
  const padded = (bytes: number) => `${' '.repeat(bytes)}${body()}`;

  test('an event of more than a mebibyte, whatever is in it', async () => {
    await expectRefused(register, () => post({}, padded(1024 * 1024)), tooLarge);
  });

  test('a batch of more than 16 MiB', async () => {
    await expectRefused(register, () => post({ 'content-type': BATCH }, padded(16 * 1024 * 1024)), tooLarge);
  });

  test('an event of more than 65,535 bytes in the log, and no other', async () => {
    const services = Array.from({ length: 960 }, (_, i) => `${'a'.repeat(61)}${String(i).padStart(3, '0')}`);
    /** An event that takes a given number of bytes in the log. */
    const sized = async (bytes: number) => {
      const position = String((await headOf(register)) + 1);
      const recordedAt = new Date().toISOString();
      const sent = submission({
        type: 'ProviderRegistered',
        subject: 'ukprn:19000001',
        data: { name: '', legalForm: 'other', services },
      });
      const stored = {
        ...sent,
        position,
        stream: `provider-${sent.subject}`,
        revision: 0,
        schema: 1,
        body: 'body:registrar',
        recordedAt,
      };
      const missing = bytes - Buffer.byteLength(JSON.stringify(stored));
      const more = Array.from(
        { length: Math.floor((missing - 1) / 67) },
        (_, i) => `${'b'.repeat(61)}${String(i).padStart(3, '0')}`,
      );
      return {
        ...sent,
        data: {
          ...sent.data,
          services: [...services, ...more],
          name: 'n'.repeat(missing - more.length * 67),
        },
      };
    };
    const larger = await sized(65_536);
    await expectRefused(register, () => register.post(larger), tooLarge);
    await expectRefused(register, () => register.post(larger, { query: '?dryRun=true' }), tooLarge);
    const position = await accepted(register, await sized(65_535));
    const { text } = await register.ask(`/v1/events/${position}`);
    expect(Buffer.byteLength(text)).toBe(65_535);
  });

  test('an atomic batch of more than one append holds', async () => {
    const services = Array.from({ length: 600 }, (_, i) => `${'a'.repeat(61)}${String(i).padStart(3, '0')}`);
    const batch = Array.from({ length: 14 }, (_, i) => ({
      specversion: '1.0',
      ...submission({
        type: 'ProviderRegistered',
        subject: `ukprn:${19_100_000 + i}`,
        data: { name: `Large ${i}`, legalForm: 'other', services },
      }),
    }));
    await expectRefused(
      register,
      () => post({ 'content-type': BATCH }, JSON.stringify(batch), '/v1/events?atomic=true'),
      tooLarge,
    );
    await expectRefused(
      register,
      () => post({ 'content-type': BATCH }, JSON.stringify(batch), '/v1/events?atomic=true&dryRun=true'),
      tooLarge,
    );
    const many = Array.from({ length: 5_000 }, () => body()).join('\n');
    await expectRefused(
      register,
      () => post({ 'content-type': NDJSON }, many, '/v1/events?atomic=true'),
      tooLarge,
    );
  });
});

describe('not-acceptable: who would not take the answer', () => {
  const json = ['/v1/policies', '/v1/policies/cmqa-2017', '/v1/events/0', '/health/live'];

  test.each(
    json.flatMap((path) =>
      ['text/html', 'image/png', NDJSON, 'application/json;q=0', '*/*;q=0'].map(
        (accept) => [path, accept] as const,
      ),
    ),
  )('%s as %s', async (path, accept) => {
    expectRefusal(await register.ask(path, { headers: { accept } }), { status: 406, code: 'not-acceptable' });
  });

  test.each([
    ...[
      '*/*',
      'application/*',
      'application/json',
      'APPLICATION/JSON',
      'text/html, */*;q=0.1',
      'application/json; charset=utf-8',
      'image/png, application/json;q=0.5',
    ].map((accept) => ['/v1/policies', accept] as const),
    ...['*/*', 'application/*', NDJSON].map((accept) => ['/v1/log', accept] as const),
  ])('but %s as %s is given', async (path, accept) => {
    expect((await register.ask(path, { headers: { accept } })).status).toBe(200);
  });

  test('a client that does not say is given JSON', async () => {
    expect(await raw('GET /v1/policies HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 200 /,
    );
    expect(await raw('GET /v1/policies HTTP/1.1\r\nHost: x\r\nAccept:\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 200 /,
    );
  });

  test.each(['application/json', 'text/html'])('/v1/log as %s', async (accept) => {
    expectRefusal(await register.ask('/v1/log', { headers: { accept } }), {
      status: 406,
      code: 'not-acceptable',
    });
  });

  test.each([
    [ONE, 'text/html'],
    [ONE, NDJSON],
    [BATCH, 'text/html'],
    [NDJSON, 'image/png'],
  ])('and nothing of %s is written for %s', async (type, accept) => {
    const sent = type === BATCH ? `[${body()}]` : body();
    await expectRefused(register, () => post({ 'content-type': type, accept }, sent), {
      status: 406,
      code: 'not-acceptable',
    });
  });
});

describe('method-not-allowed: another method of an address', () => {
  test.each([
    ['PUT', '/v1/events', 'POST'],
    ['GET', '/v1/events', 'POST'],
    ['DELETE', '/v1/events', 'POST'],
    ['POST', '/v1/events/0', 'GET, HEAD'],
    ['DELETE', '/v1/events/0', 'GET, HEAD'],
    ['POST', '/v1/log?after=-1', 'GET, HEAD'],
    ['PATCH', '/v1/providers/ukprn:10000001', 'GET, HEAD'],
    ['POST', '/v1/providers/ukprn:10000001/eligibility', 'GET, HEAD'],
    ['PUT', '/v1/policies', 'GET, HEAD'],
    ['PUT', '/v1/bodies/matrix/keys', 'GET, HEAD, POST'],
    ['GET', '/v1/bodies/matrix/keys/k', 'DELETE'],
    ['POST', '/health/live', 'GET, HEAD'],
  ])('%s %s, which answers %s', async (method, path, allow) => {
    const reply = await register.ask(path, {
      method,
      ...(method === 'GET' ? {} : { headers: { authorization: REGISTRAR } }),
    });
    expectRefusal(reply, { status: 405, code: 'method-not-allowed' });
    expect(reply.headers.get('allow')).toBe(allow);
  });
});

describe('not-found: an address at which nothing is', () => {
  test.each([
    '/v1',
    '/v2/events',
    '/v1/event',
    '/v1/events/0/proof',
    '/v1/log/',
    '/v1/events/',
    '/V1/log',
    '//v1/log',
    '/v1/policies/cmqa-2017/1',
    '/constructor',
    '/__proto__',
  ])('%s', async (path) => {
    expectRefusal(await register.ask(path), { status: 404, code: 'not-found' });
  });
});

describe('what cannot be read as a request', () => {
  test.each(['/%zz', '/v1/providers/%', '/v1/policies/%ff', '/v1/providers/ukprn%3A1%e0%a4%a/eligibility'])(
    '%s',
    async (path) => {
      expectRefusal(await register.ask(path), { status: 400, code: 'invalid-question' });
    },
  );

  test.each([
    ['what is no HTTP', 'hello\r\n\r\n'],
    ['a method that there is not', 'BREW /v1/log HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['headers without an end', `GET /v1/log HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`],
    ['two lengths', 'POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
  ])('%s', async (_, text) => {
    const answer = await raw(text);
    expect(answer).toMatch(
      /^HTTP\/1\.1 400 Bad Request\r\nContent-Type: application\/problem\+json; charset=utf-8\r\n/,
    );
    expectProblem(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))), {
      status: 400,
      code: 'invalid-question',
    });
  });
});

describe('a request that ends early', () => {
  const headers = (type: string) =>
    `POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: ${REGISTRAR}\r\nContent-Type: ${type}\r\nContent-Length: 5000\r\n\r\n`;

  test.each([ONE, BATCH, NDJSON])('changes nothing: %s', async (type) => {
    const before = await headOf(register);
    const { hostname, port } = new URL(register.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write(`${headers(type)}${body()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.resetAndDestroy();
    await once(socket, 'close');
    expect(await headOf(register)).toBe(before);
  });
});

let number = 0;
/** An adviser whom no one has registered yet. */
const unregistered = {
  type: 'AdviserRegistered',
  data: {},
  get subject() {
    return `adviser:keyholder${number++}`;
  },
};

describe('the keys of bodies', () => {
  const issue = (slug: string, asked: string, authorization: string | undefined = REGISTRAR) =>
    post({ 'content-type': 'application/json', authorization }, asked, `/v1/bodies/${slug}/keys`);
  const revoke = (slug: string, key: string, authorization = REGISTRAR) =>
    register.ask(`/v1/bodies/${slug}/keys/${key}`, { method: 'DELETE', headers: { authorization } });

  beforeAll(async () => {
    const recognition = { name: 'Issuing', mayPost: [{ types: '*' }], from: '2020-01-01' };
    await accepted(register, { type: 'BodyRecognised', subject: 'body:issuing', data: recognition });
  });

  test.each([
    ['what is no JSON', '{', { status: 400, code: 'malformed' }],
    ['a list', '[]', { status: 400, code: 'invalid-question' }],
    ['null', 'null', { status: 400, code: 'invalid-question' }],
    [
      'a name that is no code',
      '{"key":"My Key"}',
      { status: 400, code: 'invalid-question', pointers: ['/key'] },
    ],
    ['a name that is a number', '{"key":1}', { status: 400, code: 'invalid-question', pointers: ['/key'] }],
    [
      'a last day that there is not',
      '{"key":"k","until":"2026-02-30"}',
      { status: 400, code: 'invalid-question', pointers: ['/until'] },
    ],
    [
      'a last day that is null',
      '{"key":"k","until":null}',
      { status: 400, code: 'invalid-question', pointers: ['/until'] },
    ],
    ['a name that is null', '{"key":null}', { status: 400, code: 'invalid-question', pointers: ['/key'] }],
    [
      'a last day that is over',
      '{"key":"k","until":"2026-08-31"}',
      { status: 400, code: 'invalid-question', pointers: ['/until'] },
    ],
    [
      'a last day that stands twice',
      '{"key":"k","until":"2027-08-31","until":"2099-08-31"}',
      { status: 400, code: 'malformed', pointers: ['/until'] },
    ],
    [
      'a field that there is not',
      '{"key":"k","secret":"mine"}',
      { status: 400, code: 'invalid-question', pointers: ['/secret'] },
    ],
    [
      'a field that every object has',
      '{"key":"k","constructor":"mine"}',
      { status: 400, code: 'invalid-question', pointers: ['/constructor'] },
    ],
    [
      'a field that no object has',
      '{"key":"k","__proto__":{"until":"2026-09-01"}}',
      { status: 400, code: 'invalid-question', pointers: ['/__proto__'] },
    ],
  ])('are not issued for %s', async (_, asked, expected) => {
    await expectRefused(register, () => issue('issuing', asked), expected);
  });

  test('get a name where none is given, also without a body', async () => {
    const bare = await register.ask('/v1/bodies/issuing/keys', {
      method: 'POST',
      headers: { authorization: REGISTRAR },
    });
    const issued = [bare, await issue('issuing', '{}'), await issue('issuing', '')];
    expect(issued.map(({ status }) => status)).toEqual([201, 201, 201]);
    const keys = issued.map(({ json }) => json as { key: string; secret: string });
    expect(new Set(keys.map(({ key }) => key)).size).toBe(3);
    for (const { secret } of keys) {
      const posted = await register.post(
        { id: `by-${secret}`, source: '/keys', ...unregistered },
        { key: secret },
      );
      expect(posted.status).toBe(201);
    }
  });

  test('are issued once for one Idempotency-Key, and the answer given again', async () => {
    const ask = (again: string) =>
      register.ask('/v1/bodies/issuing/keys', {
        method: 'POST',
        headers: { authorization: REGISTRAR, 'idempotency-key': again },
      });
    const [first, second, other] = [await ask('one'), await ask('one'), await ask('another')];
    expect(second.json).toEqual(first.json);
    expect(other.json).not.toEqual(first.json);
    const log = await register.ask('/v1/log?limit=10000');
    expect(log.text.split((first.json as { key: string }).key).length - 1).toBe(2);
  });

  test('are issued for an Idempotency-Key that is one: not for an empty one, which everybody would share', async () => {
    const ask = (again: string) =>
      register.ask('/v1/bodies/issuing/keys', {
        method: 'POST',
        headers: { authorization: REGISTRAR, 'idempotency-key': again },
      });
    for (const empty of ['', ' ', '\t', '""', '" "', 'é', 'k'.repeat(257)])
      await expectRefused(register, () => ask(empty), { status: 400, code: 'invalid-question' });
    const [plain, quoted] = [await ask('said twice'), await ask('"said twice"')];
    expect([plain.status, quoted.json]).toEqual([201, plain.json]);
  });

  test('are issued and revoked however long the names of the body and the key are', async () => {
    const slug = 'b'.repeat(64);
    const recognition = { name: 'Long', mayPost: [{ types: '*' }], from: '2020-01-01' };
    await accepted(register, { type: 'BodyRecognised', subject: `body:${slug}`, data: recognition });
    for (const key of ['k'.repeat(64), 'k'.repeat(59), 'k'.repeat(58), 'k'.repeat(54)]) {
      const issued = await issue(slug, JSON.stringify({ key }));
      expect(issued.status).toBe(201);
      const { secret } = issued.json as { readonly secret: string };
      expect((await post({ authorization: `Bearer ${secret}` })).status).toBe(201);
      expect((await issue(slug, JSON.stringify({ key }))).status).toBe(409);
      expect((await revoke(slug, key)).status).toBe(204);
      expect((await post({ authorization: `Bearer ${secret}` })).status).toBe(401);
    }
  });

  test('are asked for without parameters', async () => {
    await expectRefused(
      register,
      () =>
        post(
          { 'content-type': 'application/json' },
          '{"key":"k"}',
          '/v1/bodies/issuing/keys?until=2026-09-01',
        ),
      { status: 400, code: 'invalid-question', pointers: ['/until'] },
    );
  });

  test('are of a body: unknown-body, invalid-question', async () => {
    await expectRefused(register, () => issue('nobody', '{"key":"k"}'), {
      status: 404,
      code: 'unknown-body',
    });
    await expectRefused(register, () => revoke('nobody', 'k'), { status: 404, code: 'unknown-body' });
    await expectRefused(register, () => issue('No%20Body', '{"key":"k"}'), {
      status: 400,
      code: 'invalid-question',
      pointers: ['/slug'],
    });
    await expectRefused(register, () => revoke('nobody', 'K'), {
      status: 400,
      code: 'invalid-question',
      pointers: ['/key'],
    });
  });

  test('are issued once, for their secret is shown once: same-id-different-content', async () => {
    expect((await issue('issuing', '{"key":"once"}')).status).toBe(201);
    await expectRefused(register, () => issue('issuing', '{"key":"once"}'), {
      status: 409,
      code: 'same-id-different-content',
      pointers: ['/key'],
    });
  });

  test('are revoked where there are any, and twice is once', async () => {
    await expectRefused(register, () => revoke('issuing', 'never'), { status: 404, code: 'not-found' });
    expect((await issue('issuing', '{"key":"twice"}')).status).toBe(201);
    expect((await revoke('issuing', 'twice')).status).toBe(204);
    const before = await headOf(register);
    expect((await revoke('issuing', 'twice')).status).toBe(204);
    expect(await headOf(register)).toBe(before);
  });

  test('are the registrar’s to issue and revoke', async () => {
    const bearer = `Bearer ${await keyOf(register, 'issuing')}`;
    expect((await issue('issuing', '{"key":"there"}')).status).toBe(201);
    await expectRefused(register, () => issue('issuing', '{"key":"mine"}', bearer), {
      status: 403,
      code: 'not-recognised',
    });
    await expectRefused(register, () => revoke('issuing', 'there', bearer), {
      status: 403,
      code: 'not-recognised',
    });
    // What is not found (404) goes before what is not allowed (403).
    await expectRefused(register, () => issue('nobody', '{"key":"mine"}', bearer), {
      status: 404,
      code: 'unknown-body',
    });
    await expectRefused(register, () => revoke('issuing', 'never', bearer), {
      status: 404,
      code: 'not-found',
    });
    const noOne = await register.ask('/v1/bodies/issuing/keys/there', { method: 'DELETE' });
    expectRefusal(noOne, { status: 401, code: 'no-key' });
  });
});

describe('several refusals of one request', () => {
  test.each<[string, Sent, string | Uint8Array<ArrayBuffer>, string, number, string]>([
    [
      'a body that is too large (413) goes before its key (401)',
      { authorization: undefined },
      ' '.repeat(1024 * 1024 + 1),
      '/v1/events',
      413,
      'too-large',
    ],
    [
      'its type (415) goes before its key (401)',
      { authorization: undefined, 'content-type': 'application/json' },
      '{}',
      '/v1/events',
      415,
      'unsupported-media-type',
    ],
    [
      'its type (415) goes before its JSON (400)',
      { 'content-type': 'application/json' },
      '{',
      '/v1/events',
      415,
      'unsupported-media-type',
    ],
    [
      'its key (401) goes before its JSON (400)',
      { authorization: 'Bearer nobody' },
      '{',
      '/v1/events',
      401,
      'bad-key',
    ],
    [
      'its key (401) goes before its fields (400)',
      { authorization: undefined },
      '{}',
      '/v1/events',
      401,
      'no-key',
    ],
    [
      'its key (401) goes before its parameters (400)',
      { authorization: undefined },
      '{}',
      '/v1/events?atomic=maybe',
      401,
      'no-key',
    ],
    [
      'its key (401) goes before an unknown body (404)',
      { authorization: undefined, 'content-type': 'application/json' },
      '{}',
      '/v1/bodies/nobody/keys',
      401,
      'no-key',
    ],
  ])('%s', async (_, headers, sent, path, status, code) => {
    await expectRefused(register, () => post(headers, sent, path), { status, code });
  });

  test.each<[string, Sent, string, number, string]>([
    ['type (415)', { 'content-type': 'application/json' }, '/v1/events', 415, 'unsupported-media-type'],
    ['key (401)', { authorization: undefined }, '/v1/events', 401, 'no-key'],
    [
      'key (401), of a batch',
      { authorization: 'Bearer nobody', 'content-type': BATCH },
      '/v1/events',
      401,
      'bad-key',
    ],
    [
      'key (401), of what needs no body',
      { authorization: undefined, 'content-type': JSON_TYPE },
      '/v1/advisers',
      401,
      'no-key',
    ],
    ['fields (400)', {}, '/v1/events', 413, 'too-large'],
    [
      'name, which it may do without',
      { 'content-type': JSON_TYPE },
      '/v1/bodies/registrar/keys',
      413,
      'too-large',
    ],
    ['fields, of questions', { 'content-type': JSON_TYPE }, '/v1/eligibility', 413, 'too-large'],
  ])(
    'a body whose length is not given is known to be too large (413) after its %s',
    async (_, headers, path, status, code) => {
      const size = (headers['content-type'] === BATCH ? 16 : 1) * 1024 * 1024 + 1;
      const parts = () => new Blob([' '.repeat(size)]).stream();
      await expectRefused(register, () => post(headers, parts(), path), { status, code });
    },
  );
});
