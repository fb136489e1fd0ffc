/// <reference types="jest" />
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { REGISTRAR_KEY, RegisterProcess, type Reply } from './process';
import { accepted, endSound, expectRefusal, openDay, submission } from './refusal';
import { bytesOf, say } from './socket';

/** What one who speaks to the register can have it hold, and for how long. */
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
const MIB = 1024 * 1024;
const KEEP: readonly [string, string] = ['Connection', 'keep-alive'];

/** What is answered on a connection of its own: one that rests may be closed for others, while something is asked on it too. */
async function askAlone(path: string): Promise<Reply> {
  const asked = get(register.url + path, { agent: false });
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  const body = await text(answer);
  return {
    status: answer.statusCode ?? 0,
    headers: new Headers(answer.headers as Record<string, string>),
    text: body,
    get json(): unknown {
      return JSON.parse(body) as unknown;
    },
  };
}

/** A figure of the metrics. */
async function figure(name: string): Promise<number> {
  const metrics = await askAlone('/metrics');
  const line = metrics.text.split('\n').find((one) => one.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1) ?? NaN);
}
const held = (budget: string) => figure(`register_held{budget="${budget}"}`);
const bounded = (bound: string) => figure(`register_bounded_total{bound="${bound}"}`);
const resident = () => figure('process_resident_memory_bytes');

/** Waits until something is so; what it waits for comes, or the test is ended. */
async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) await wait(50);
}

function open(): Socket {
  const { hostname, port } = new URL(register.url);
  const socket = connect({ port: Number(port), host: hostname, noDelay: true });
  socket.on('error', () => undefined);
  return socket;
}

/** A request whose body is yet to come. */
const head = (path: string, type: string, headers: readonly string[] = []) =>
  [`POST ${path} HTTP/1.1`, 'Host: register', `Content-Type: ${type}`, ...headers, '', ''].join('\r\n');
const CHUNKED = 'Transfer-Encoding: chunked';
const KEY = `Authorization: Bearer ${REGISTRAR_KEY}`;

describe('a request that is refused by its head alone', () => {
  test.each([
    ['413, by its length', '/v1/events', BATCH, ['Content-Length: 999999999', KEY], 413],
    ['413 of an atomic batch', '/v1/events?atomic=true', BATCH, [`Content-Length: ${3 * MIB}`, KEY], 413],
    ['415', '/v1/events', 'text/plain', [CHUNKED, KEY], 415],
    ['401, without a key', '/v1/events', BATCH, [CHUNKED], 401],
    [
      '401, with one that is not in force',
      '/v1/events',
      NDJSON,
      [CHUNKED, 'Authorization: Bearer nobody'],
      401,
    ],
  ])('is refused before its body has begun: %s', async (_, path, type, headers, status) => {
    const socket = open();
    socket.write(head(path, type, headers));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer.toString().toLowerCase()).toContain('\r\nconnection: close\r\n');
    socket.destroy();
  });

  test('is heard of by who goes on sending to the end', async () => {
    const body = Buffer.alloc(20 * MIB, ' ');
    const sent = { method: 'POST', target: '/v1/events', body } as const;
    const [reply] = await say(register.url, [bytesOf({ ...sent, headers: [['Content-Type', BATCH]] })]);
    expect(reply?.status).toBe(413);
    const unkeyed = {
      ...sent,
      body: body.subarray(0, 10 * MIB),
      headers: [['Content-Type', BATCH] as const],
    };
    expect((await say(register.url, [bytesOf(unkeyed)]))[0]?.status).toBe(401);
  });

  test('does not have what is read of it read again as a request', async () => {
    const smuggled = 'GET /health/live HTTP/1.1\r\nHost: register\r\n\r\n';
    const replies = await say(register.url, [
      `${head('/v1/events', 'text/plain', [`Content-Length: ${smuggled.length + 5}`])}${smuggled}`,
      100,
      smuggled,
    ]);
    expect(replies.map(({ status }) => status)).toEqual([415]);
  });
});

describe('a body', () => {
  test('that comes byte by byte takes no more room than another', async () => {
    // An object for each byte would take about 200 bytes: it would end for want of room, however fast it is.
    const narrow = await RegisterProcess.start({
      NODE_OPTIONS: '--max-old-space-size=80 --max-semi-space-size=8',
    });
    const [reply] = await say(narrow.url, [
      head('/v1/eligibility', JSON_TYPE, [CHUNKED, 'Connection: close']),
      '1\r\n \r\n'.repeat(MIB / 2),
      '2\r\n[]\r\n0\r\n\r\n',
    ]);
    expect([reply?.status, await narrow.stop()]).toEqual([200, 0]);
  });

  test('that is half there is held within a budget, of which one sender has a part, and is let go with its connection', async () => {
    const sockets = Array.from({ length: 40 }, () => open());
    for (const socket of sockets)
      socket.write(
        `${head('/v1/eligibility', JSON_TYPE, ['Content-Length: 1000000'])}${' '.repeat(900_000)}`,
      );
    await until(async () => (await bounded('public_bodies')) > 0);
    const [all, most] = [
      await held('public_bodies'),
      await figure('register_held_limit{budget="public_bodies"}'),
    ];
    expect(all).toBeGreaterThan(0);
    expect(all).toBeLessThanOrEqual(most / 2);
    // Who brings a key has room, and so has a small question of anybody.
    await accepted(register, { type: 'AdviserRegistered', subject: 'adviser:bounds01', data: {} });
    const asked = await register.ask('/v1/eligibility', {
      method: 'POST',
      headers: { 'content-type': JSON_TYPE },
      body: '[]',
    });
    expect(asked.status).toBe(200);
    for (const socket of sockets) socket.destroy();
    await until(async () => (await held('public_bodies')) === 0);
  });

  test('for which there is no room is refused with 503, and may be sent again', async () => {
    const sockets = Array.from({ length: 40 }, () => open());
    const answers: string[] = [];
    for (const socket of sockets) {
      socket.on('data', (chunk: Buffer) => answers.push(chunk.toString()));
      socket.write(
        `${head('/v1/eligibility', JSON_TYPE, ['Content-Length: 1000000'])}${' '.repeat(900_000)}`,
      );
    }
    await until(() => answers.length > 0);
    expect(answers[0]).toMatch(/^HTTP\/1\.1 503 /);
    expect(answers[0]?.toLowerCase()).toContain('\r\nretry-after: 1\r\n');
    for (const socket of sockets) socket.destroy();
    await until(async () => (await held('public_bodies')) === 0);
  });
});

describe('requests in one packet', () => {
  const packet = (path: string, count: number) =>
    bytesOf({ target: path, headers: [KEEP] })
      .toString()
      .repeat(count - 1) + bytesOf({ target: path }).toString();

  test('are answered all, in their order, however many', async () => {
    const paths = Array.from({ length: 2_000 }, (_, i) => `/v1/events/${i % 3}`);
    const requests = paths.map((target, i) =>
      bytesOf({ target, headers: i < paths.length - 1 ? [KEEP] : [] }),
    );
    const replies = await say(register.url, [Buffer.concat(requests)]);
    expect(replies.map(({ json }) => Number((json as { readonly position: string }).position))).toEqual(
      paths.map((path) => Number(path.split('/').at(-1))),
    );
  });

  test('that are posts too: each sees what those before it have done', async () => {
    const post = (event: object, last = false) =>
      bytesOf({
        method: 'POST',
        target: '/v1/events',
        headers: [
          ['Content-Type', ONE],
          ['Authorization', `Bearer ${REGISTRAR_KEY}`],
          ...(last ? [] : [KEEP]),
        ],
        body: JSON.stringify({ specversion: '1.0', ...event }),
      });
    const event = submission({ type: 'AdviserRegistered', subject: 'adviser:bounds02', data: {} });
    const replies = await say(register.url, [Buffer.concat([post(event), post(event), post(event, true)])]);
    expect(replies.map(({ status }) => status)).toEqual([201, 200, 200]);
  });

  test('have one answer held, where no one reads it', async () => {
    const before = await resident();
    const sockets = Array.from({ length: 10 }, () => open().pause());
    for (const socket of sockets) socket.write(packet('/openapi.json', 2_000));
    await wait(1_000);
    for (let looks = 0; looks < 10; looks++) expect((await register.ask('/health/live')).status).toBe(200);
    // All of the answers would have been some 6 GiB.
    expect((await resident()) - before).toBeLessThan(300 * MIB);
    for (const socket of sockets) socket.destroy();
  });
});

describe('what is no HTTP', () => {
  test('after a request is told after the answer to that, once', async () => {
    const good = bytesOf({ target: '/v1/log', headers: [KEEP] }).toString();
    const replies = await say(register.url, [`${good}nonsense\r\n\r\n`]);
    expect(replies.map(({ status }) => status)).toEqual([200, 400]);
  });

  test.each([
    ['a coding that there is not', ['Transfer-Encoding: xchunked'], 'x'],
    ['a chunk without a length', [CHUNKED], 'zz\r\n'],
  ])('in the middle of a request is told once: %s', async (_, headers, body) => {
    const replies = await say(register.url, [head('/v1/eligibility', JSON_TYPE, headers) + body]);
    expect(replies.map(({ status }) => status)).toEqual([400]);
  });
});

describe('a batch', () => {
  const line = (padding: number) =>
    `${JSON.stringify({ specversion: '1.0', ...submission({ type: 'AdviserRegistered', subject: 'adviser:bounds03', data: {} }), padding: 'x'.repeat(padding) })}\n`;

  test('that is atomic is refused while it is sent, once no append can hold it', async () => {
    const socket = open();
    socket.write(head('/v1/events?atomic=true', NDJSON, [CHUNKED, KEY]));
    const text = line(900_000);
    const answer = once(socket, 'data') as Promise<[Buffer]>;
    // The body never ends, but the answer comes.
    for (let i = 0; i < 4; i++) socket.write(`${text.length.toString(16)}\r\n${text}\r\n`);
    expect((await answer)[0].toString()).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
  });

  test('that is only tried is let go when its sender is gone', async () => {
    const socket = open();
    socket.write(head('/v1/events?dryRun=true', NDJSON, [CHUNKED, KEY]));
    const text = line(10).repeat(1_000);
    socket.write(`${text.length.toString(16)}\r\n${text}\r\n`);
    await until(async () => (await held('tried_events')) === 1_000);
    socket.destroy();
    await until(async () => (await held('tried_events')) === 0);
  });
});

describe('a page of the log', () => {
  test('ends at a mebibyte, and leads on to the next, until all is told', async () => {
    const services = Array.from({ length: 900 }, (_, i) => `${'a'.repeat(61)}${String(i).padStart(3, '0')}`);
    const events = Array.from({ length: 40 }, (_, i) =>
      submission({
        type: 'ProviderRegistered',
        subject: `ukprn:${19_200_000 + i}`,
        data: { name: `Large ${i}`, legalForm: 'other', services },
      }),
    );
    expect((await register.postLines(events)).status).toBe(200);
    const pages = [];
    for (let next: string | undefined = '/v1/log?limit=10000'; next !== undefined;) {
      const page = await register.ask(next, { headers: { 'accept-encoding': 'identity' } });
      expect(Buffer.byteLength(page.text)).toBeLessThanOrEqual(MIB);
      expect(page.headers.get('content-length')).toBe(String(Buffer.byteLength(page.text)));
      const again = await register.ask(next, {
        headers: { 'if-none-match': page.headers.get('etag') ?? '' },
      });
      expect(again.status).toBe(304);
      pages.push(page.text);
      next = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
    }
    expect(pages.length).toBeGreaterThan(2);
    const lines = pages.join('').split('\n').slice(0, -1);
    expect(lines.map((one) => Number((JSON.parse(one) as { position: string }).position))).toEqual(
      lines.map((_, i) => i),
    );
    expect(lines.slice(-40)).toHaveLength(40);
  });
});

test('every answer forbids to guess what it is', async () => {
  for (const path of [
    '/',
    '/v1/policies',
    '/v1/nowhere',
    '/v1/providers/%zz',
    '/health/live',
    '/metrics',
    '/docs/page.css',
  ])
    expect([path, (await register.ask(path)).headers.get('x-content-type-options')]).toEqual([
      path,
      'nosniff',
    ]);
  const [nonsense] = await say(register.url, ['nonsense\r\n\r\n']);
  expect(nonsense?.headers.get('x-content-type-options')).toBe('nosniff');
});

test('more connections than one address may have: one that says nothing makes room, and how the register is is always told', async () => {
  const sockets = Array.from({ length: 300 }, () => open());
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  for (let looks = 0; looks < 5; looks++) expect((await askAlone('/v1/policies')).status).toBe(200);
  expect(await bounded('evicted')).toBeGreaterThan(0);
  for (const socket of sockets) socket.destroy();
  // All of them at work: a body is awaited on each.
  const busy = Array.from({ length: 256 }, () => open());
  for (const socket of busy) socket.write(head('/v1/eligibility', NDJSON, [CHUNKED]));
  await until(async () => (await figure('register_connections')) >= 256);
  expect((await askAlone('/health/live')).status).toBe(200);
  const refused = await askAlone('/v1/policies');
  if (refused.status !== 200) expectRefusal(refused, { status: 503, code: 'unavailable' });
  // However many come, some of them at once: each is heard before it makes room for another.
  for (let come = 0; come < 400; come += 40) {
    const answers = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const socket = open();
        socket.write('GET /health/live HTTP/1.1\r\nHost: register\r\nConnection: close\r\n\r\n');
        let answer = '';
        socket.on('data', (bytes: Buffer) => (answer += bytes.toString()));
        await new Promise((closed) => socket.once('close', closed));
        return answer.slice(0, 12);
      }),
    );
    expect(new Set(answers)).toEqual(new Set(['HTTP/1.1 200']));
  }
  for (const socket of busy) socket.destroy();
});
