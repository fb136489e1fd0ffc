/// <reference types="jest" />
import { createConnection } from 'node:net';
import { gunzipSync } from 'node:zlib';
import canonicalize from 'canonicalize';
import { compactVerify, createLocalJWKSet, decodeProtectedHeader, importJWK, type JWK } from 'jose';
import { toBase64Url } from '@app/transparency/encodings';
import { commitmentFinding } from '@app/transparency/comparison';
import { receiptTreeFinding } from '@app/transparency/genuine';
import { hashLeaf } from '@app/transparency/hashes';
import { isConsistent } from '@app/transparency/proof';
import type { ReceiptPayload } from '@app/transparency/receipt';
import { consistencyProof } from '@app/transparency/tree';
import { formatTilePath, tilesBetween, widthAt } from '@app/transparency/tiles';
import { Auditor, printedKey, sound } from './auditor';
import { RegisterProcess, type Reply } from './process';
import { accepted, endSound, expectRefusal, headOf, openDay } from './refusal';

/** What an auditor, and who keeps an answer, can prove of a running register without trusting it. */

let register: RegisterProcess;
let auditor: Auditor;
const [P, A, STRANGER] = ['ukprn:10000001', 'adviser:aaaaaaaa', 'ukprn:19999999'];
const ALSO = 'company:01234567';

beforeAll(async () => {
  register = await RegisterProcess.start({ REGISTER_ORIGIN: 'register.example' });
  auditor = new Auditor(register, printedKey(register));
  await openDay(register, '2026-09-01');
  const post = (type: string, subject: string, data: Record<string, unknown>) =>
    accepted(register, { type, subject, data });
  await post('ProviderRegistered', P, { name: 'Example Guidance', legalForm: 'company' });
  await post('ProviderIdentified', P, { as: ALSO });
  await post('AdviserRegistered', A, {});
  await post('EngagementStarted', A, { provider: P, from: '2025-09-01', basis: 'contracted' });
  // More than one tile of leaves.
  await register.postLines(
    Array.from({ length: 300 }, (_, i) => ({
      id: `adviser-${i}`,
      source: '/load',
      type: 'AdviserRegistered',
      subject: `adviser:load${String(i).padStart(6, '0')}`,
      data: {},
    })),
  );
});
afterAll(() => endSound(register));

describe('the log as a tree', () => {
  test('is signed, and covers an event a second after its 201 at the latest', async () => {
    const position = await accepted(register, {
      type: 'AdviserRegistered',
      subject: 'adviser:bbbbbbbb',
      data: {},
    });
    const since = performance.now();
    const { size } = await auditor.covering(Number(position) + 1);
    expect(performance.now() - since).toBeLessThan(1_000);
    expect(size).toBe((await headOf(register)) + 1);
    const reply = await register.ask('/checkpoint');
    expect(reply.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(reply.headers.get('cache-control')).toBe('no-cache');
    expect(reply.text).toMatch(
      /^register\.example\n[0-9]+\n[A-Za-z0-9+/]{43}=\n\n— register\.example [A-Za-z0-9+/=]+\n$/,
    );
  });

  test('has the root of its tiles, and these are the hashes of the events as the log gives them', async () => {
    const checkpoint = await auditor.checkpoint();
    const tiles = await auditor.tiles(checkpoint.size);
    expect(commitmentFinding(checkpoint, { tiles, size: checkpoint.size })).toBeUndefined();
    const [entries, lines] = [await auditor.entries(checkpoint.size), await register.log()];
    expect(entries).toEqual(lines.slice(0, checkpoint.size));
    expect((await register.ask('/v1/events/7')).text).toBe(entries[7]);
    for (const [position, entry] of entries.entries())
      expect(
        tiles.read(0, Math.floor(position / 256), (position % 256) + 1)?.subarray(32 * (position % 256)),
      ).toEqual(hashLeaf(entry));
  });

  test('only ever grows', async () => {
    const before = await auditor.checkpoint();
    await accepted(register, { type: 'AdviserRegistered', subject: 'adviser:cccccccc', data: {} });
    const now = await auditor.covering(before.size + 1);
    const proof = sound(consistencyProof(await auditor.tiles(now.size), before.size, now.size));
    expect(isConsistent(before, now, proof)).toBe(true);
  });

  test('gives each tile as wide as it is and narrower, permanently, and nothing that it does not cover', async () => {
    const { size } = await auditor.checkpoint();
    for (const tile of tilesBetween(0, size)) {
      const whole = await auditor.bytes(formatTilePath(tile));
      expect(whole).toHaveLength(32 * tile.width);
      const narrow = await auditor.bytes(formatTilePath({ ...tile, width: 1 }));
      expect(narrow).toEqual(whole.subarray(0, 32));
    }
    const edge = { level: 'entries', index: 1, width: widthAt('entries', 1, size) } as const;
    const response = await fetch(`${register.url}/${formatTilePath(edge)}`, {
      headers: { 'accept-encoding': 'identity' },
    });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'cache-control': 'public, max-age=31536000, immutable',
      'access-control-allow-origin': '*',
    });
    await response.arrayBuffer();
    for (const path of [
      formatTilePath({ ...edge, width: edge.width + 1 }),
      'tile/0/001',
      'tile/2/000.p/1',
      'tile/0/000.p/0',
      'tile/0/000.p/256',
      'tile/0/0',
      'tile/64/000.p/1',
      'tile/entries/x000/000.p/1',
      'tile/0/000/',
      'tile/',
    ]) {
      const reply = await register.ask(`/${path}`);
      expectRefusal(reply, { status: 404, code: 'not-found' });
      expect(reply.headers.get('cache-control')).toBe('no-store');
    }
    expectRefusal(await register.ask('/tile/0/000', { method: 'POST' }), {
      status: 405,
      code: 'method-not-allowed',
    });
    expectRefusal(await register.ask('/checkpoint?size=3'), { status: 400, code: 'invalid-question' });
  });

  test('is sent compressed to whoever asks for that', async () => {
    const { port } = new URL(register.url);
    const bytes = await new Promise<Buffer>((resolve, reject) => {
      const parts: Buffer[] = [];
      const socket = createConnection(Number(port), '127.0.0.1', () => {
        socket.write(
          'GET /tile/entries/000 HTTP/1.0\r\nHost: register.example\r\nAccept-Encoding: gzip\r\n\r\n',
        );
      });
      socket
        .on('data', (part: Buffer) => parts.push(part))
        .once('end', () => {
          resolve(Buffer.concat(parts));
        })
        .once('error', reject);
    });
    const body = bytes.indexOf('\r\n\r\n');
    expect(bytes.toString('latin1', 0, body)).toMatch(/content-encoding: gzip/i);
    expect(gunzipSync(bytes.subarray(body + 4))).toEqual(await auditor.bytes('tile/entries/000'));
  });

  test('has a list of its keys, by which the printed key leads to that of the receipts', async () => {
    const { lines } = await auditor.keys();
    const set = await register.ask('/.well-known/jwks.json');
    expect(set.headers.get('content-type')).toBe('application/jwk-set+json');
    const { keys } = set.json as { keys: readonly JWK[] };
    expect(keys).toEqual([
      {
        kty: 'OKP',
        crv: 'Ed25519',
        x: expect.any(String) as string,
        kid: expect.any(String) as string,
        alg: 'EdDSA',
        use: 'sig',
      },
    ]);
    expect(lines).toMatchObject([
      { kind: 'log', firstSize: 0, lastSize: undefined },
      { kind: 'receipt', kid: keys[0]?.kid, firstSize: 0, lastSize: undefined },
    ]);
    const reply = await register.ask('/log-keys');
    expect(reply.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(reply.headers.get('cache-control')).toBe('no-cache');
  });
});

const YEAR = 'setting=school-commissioned&from=2026-09-01&until=2027-07-20';
const receiptOf = (query: string, provider = P): Promise<Reply> =>
  register.ask(`/v1/providers/${provider}/eligibility?${query}`, {
    headers: { accept: 'application/jose' },
  });
const answerOf = async (query: string, provider = P) =>
  (await register.ask(`/v1/providers/${provider}/eligibility?${query}`)).json;

async function payloadOf(reply: Reply): Promise<ReceiptPayload> {
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  return (await auditor.receipt(reply.text)).payload;
}

describe('a receipt', () => {
  test('is the whole answer, signed, with the checkpoint that commits to it, for any reader of JWS', async () => {
    const reply = await receiptOf(YEAR);
    const payload = await payloadOf(reply);
    const position = (payload.question as { knownAt: string }).knownAt;
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'content-type': 'application/jose',
      'cache-control': 'no-cache',
      'content-disposition': `attachment; filename="receipt-${position}.jws"`,
    });
    expect(reply.headers.get('vary')).toContain('accept');
    expect(payload.answer).toEqual(await answerOf(`${YEAR}&knownAt=${position}`));
    expect(payload).toMatchObject({
      version: 1,
      origin: 'register.example',
      question: {
        provider: P,
        setting: 'school-commissioned',
        from: '2026-09-01',
        until: '2027-07-20',
        advisers: [],
        policy: 'cmqa-2017',
      },
      tree: { size: String(Number(position) + 1) },
    });
    expect('school' in payload.question).toBe(false);

    const set = createLocalJWKSet((await register.ask('/.well-known/jwks.json')).json as { keys: JWK[] });
    const read = await compactVerify(reply.text, set, { algorithms: ['EdDSA'] });
    expect(Buffer.from(read.payload).toString('utf8')).toBe(canonicalize(payload));
    expect(Object.keys(decodeProtectedHeader(reply.text))).toEqual(['alg', 'kid', 'typ']);
    expect(decodeProtectedHeader(reply.text)).toMatchObject({ alg: 'EdDSA', typ: 'guidance-receipt' });
    const stranger = await importJWK({
      kty: 'OKP',
      crv: 'Ed25519',
      x: toBase64Url(Buffer.alloc(32, 9)),
      alg: 'EdDSA',
    });
    await expect(compactVerify(reply.text, stranger)).rejects.toThrow();
  });

  test('of an earlier moment leads by its proof to a later checkpoint, and is of this log', async () => {
    const earlier = await payloadOf(await receiptOf(`${YEAR}&knownAt=14`));
    expect(earlier.tree.size).toBe('15');
    expect(earlier.consistency.length).toBeGreaterThan(0);
    const { size } = await auditor.checkpoint();
    const receipt = await auditor.receipt((await receiptOf(`${YEAR}&knownAt=14`)).text);
    expect(receiptTreeFinding(receipt, await auditor.tiles(size), size)).toBeUndefined();
    expect(receipt.commitment.size).toBeGreaterThanOrEqual(15);
  });

  test('covers what was posted a moment ago', async () => {
    const position = await accepted(register, {
      type: 'AdviserRegistered',
      subject: 'adviser:dddddddd',
      data: {},
    });
    const payload = await payloadOf(await receiptOf(`${YEAR}&atLeast=${position}`));
    expect(Number(payload.tree.size)).toBeGreaterThan(Number(position));
  });

  test('has the question as it was resolved: first keys, both days, one position, today where none is asked', async () => {
    const known = await payloadOf(await receiptOf('setting=private', ALSO));
    expect(known.question).toEqual({
      provider: P,
      setting: 'private',
      from: '2026-09-01',
      until: '2026-09-01',
      advisers: [],
      knownAt: known.question.knownAt,
      policy: 'cmqa-2017',
    });
  });

  test('under several policies has an answer for each, and names them in their order', async () => {
    const query = `${YEAR}&policy=cmqa-2017&policy=england-guidance&knownAt=14`;
    const { question, answer } = await payloadOf(await receiptOf(query));
    expect(question['policy']).toEqual(['england-guidance', 'cmqa-2017']);
    expect(answer).toEqual(await answerOf(query));
    const every = await payloadOf(await receiptOf(`${YEAR}&policy=all&knownAt=14`));
    expect(every.question['policy']).toEqual([
      'england-statute',
      'england-funding',
      'england-guidance',
      'cmqa-2017',
    ]);
  });

  test.each([
    ['provider', `${YEAR}&knownAt=14`, STRANGER, 'unknown-provider', {}],
    [
      'adviser',
      `${YEAR}&adviser=adviser:zzzzzzzz&knownAt=14`,
      P,
      'unknown-adviser',
      { advisers: ['adviser:zzzzzzzz'] },
    ],
    ['school', `${YEAR}&school=urn:999999&knownAt=14`, P, 'unknown-provider', { school: 'urn:999999' }],
  ])('says as well that no such %s is registered', async (_, query, provider, code, asked) => {
    const { question, problem, answer } = await payloadOf(await receiptOf(query, provider));
    expect(answer).toBeUndefined();
    expect(problem).toMatchObject({ code, detail: expect.stringContaining('not registered') as string });
    expect(question).toEqual({
      provider,
      setting: 'school-commissioned',
      from: '2026-09-01',
      until: '2027-07-20',
      advisers: [],
      knownAt: '14',
      policy: 'cmqa-2017',
      ...asked,
    });
    expectRefusal(await register.ask(`/v1/providers/${provider}/eligibility?${query}`), {
      status: 404,
      code,
    });
  });

  test('is given of nothing else than an answer, and never with a route', async () => {
    expectRefusal(await receiptOf(`${YEAR}&route=true`), { status: 400, code: 'invalid-question' });
    expectRefusal(await receiptOf(`${YEAR}&policy=unheard-of`), { status: 404, code: 'unknown-policy' });
    expectRefusal(await receiptOf('setting=private&knownAt=0'), { status: 422, code: 'no-day-opened' });
    expectRefusal(await receiptOf(`${YEAR}&knownAt=1999-01-01T00:00:00Z`), {
      status: 422,
      code: 'no-day-opened',
    });
    expectRefusal(await receiptOf(`${YEAR}&knownAt=99999`), { status: 503, code: 'not-caught-up' });
    const plain = await register.ask(`/v1/providers/${P}/eligibility?${YEAR}`);
    expect(plain.headers.get('vary')).toContain('accept');
    expect(plain.headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  test('stays the same, bytes and all, as long as no later checkpoint is signed', async () => {
    const first = await receiptOf(`${YEAR}&knownAt=14`);
    const tag = first.headers.get('etag') ?? '';
    const again = await register.ask(`/v1/providers/${P}/eligibility?${YEAR}&knownAt=14`, {
      headers: { accept: 'application/jose', 'if-none-match': tag },
    });
    expect(again.status).toBe(304);
    expect((await receiptOf(`${YEAR}&knownAt=14`)).text).toBe(first.text);
  });
});

test('that the log was restored, the register tells by itself, and takes it from no one', async () => {
  const reply = await register.post({
    id: 'restored',
    source: '/desk',
    type: 'LogRestored',
    subject: 'log:register',
    data: { size: '3', root: `${'A'.repeat(43)}=`, reason: 'restored' },
  });
  expectRefusal(reply, { status: 400, code: 'invalid-event' });
});
