/// <reference types="jest" />
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REGISTRAR_KEY, RegisterProcess, temporaryFolder, type Reply } from './process';
import { accepted, endSound, expectRefusal, keyOf, openDay } from './refusal';

/** The requests a minute, by key and by address. */
const PER_KEY = 30;
const PER_ADDRESS = 6;

/** Loaded before the register: its time stands still within a test, however long that takes, and the next test is a minute later. */
const STANDING_STILL = `
  const { readFileSync } = require('node:fs');
  const { join } = require('node:path');
  const os = require('node:os');
  const [began, up] = [Date.now(), os.uptime()];
  const minutes = () => Number(readFileSync(join(__dirname, 'minutes'), 'utf8'));
  Date.now = () => began + minutes() * 60_000;
  os.uptime = () => up + minutes() * 60;
`;
const folder = temporaryFolder();
const NODE_OPTIONS = `--require ${join(folder.path, 'still.cjs')}`;
let minutes = 0;
function aMinuteLater(): void {
  writeFileSync(join(folder.path, 'next'), String(++minutes));
  // At once: whoever looks finds the one or the other, and never a file that is half written.
  renameSync(join(folder.path, 'next'), join(folder.path, 'minutes'));
}

let register: RegisterProcess;
beforeAll(async () => {
  writeFileSync(join(folder.path, 'still.cjs'), STANDING_STILL);
  aMinuteLater();
  register = await RegisterProcess.start({
    NODE_OPTIONS,
    REGISTER_LIMIT_PER_KEY: String(PER_KEY),
    REGISTER_LIMIT_PER_ADDRESS: String(PER_ADDRESS),
    // Each test asks from an address of its own.
    REGISTER_TRUST_PROXY: '10.0.0.0/8, loopback',
  });
  await openDay(register, '2026-09-01');
  await accepted(register, {
    type: 'BodyRecognised',
    subject: 'body:example-assessors',
    data: { name: 'Example Assessors', mayPost: [{ types: '*' }], from: '2020-01-01' },
  });
});
afterAll(async () => {
  await endSound(register);
  folder.remove();
});
// Counts begin again every minute.
beforeEach(aMinuteLater);

interface Sent {
  readonly from: string;
  readonly key?: string;
  readonly path?: string;
  readonly method?: string;
  readonly type?: string;
  readonly body?: string;
}
const send = ({ from, key, path = '/v1/policies', method = 'GET', type, body }: Sent) =>
  register.ask(path, {
    method,
    headers: {
      'x-forwarded-for': from,
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(type === undefined ? {} : { 'content-type': type }),
    },
    ...(body === undefined ? {} : { body }),
  });
const SLOW_DOWN = { status: 429, code: 'slow-down' };
const left = (reply: Reply) => Number(reply.headers.get('ratelimit-remaining') ?? NaN);

/** Asks as often as may be asked, until nothing is left. */
async function exhaust(sent: Sent): Promise<void> {
  for (let reply = await send(sent); left(reply) > 0;) reply = await send(sent);
}

test('each answer of a question or a post says how many are left, and until when; no other does', async () => {
  const from = '192.0.2.1';
  const replies = [
    await send({ from }),
    await send({ from, path: '/v1/nowhere' }),
    await send({ from, path: '/v1/policies?limit=0' }),
    await send({ from, path: '/v1/events', method: 'POST' }),
    await send({ from, path: '/?provider=nobody' }),
    await send({ from, path: '/v1/eligibility', method: 'OPTIONS' }),
  ];
  expect(replies.map(left)).toEqual([5, 4, 3, 2, 1, 0]);
  for (const { headers } of replies) {
    expect(headers.get('ratelimit-limit')).toBe(String(PER_ADDRESS));
    expect(Number(headers.get('ratelimit-reset'))).toBeGreaterThan(0);
    expect(Number(headers.get('ratelimit-reset'))).toBeLessThanOrEqual(60);
  }
  for (const path of ['/health/live', '/health/ready', '/metrics', '/favicon.ico', '/robots.txt']) {
    const reply = await send({ from, path });
    expect([path, reply.status]).toEqual([path, 200]);
    expect([...reply.headers.keys()].filter((name) => name.startsWith('ratelimit'))).toEqual([]);
  }
});

test('what is more work counts as more requests, and one that is more than is left takes nothing', async () => {
  const from = '192.0.2.12';
  expect(left(await send({ from, path: '/v1/log?limit=1' }))).toBe(1);
  const search = await send({ from, path: '/v1/providers?q=nobody' });
  expectRefusal(search, SLOW_DOWN);
  expect((search.json as { readonly detail: string }).detail).toContain(
    `counts as 2 requests, and of the ${PER_ADDRESS} that may come from this address within a minute 1 are left`,
  );
  expect(left(await send({ from }))).toBe(0);
  // One that counts as more than may come at all takes all of it.
  expect(left(await send({ from: '192.0.2.13', path: '/v1/compare?before=0' }))).toBe(0);
  expectRefusal(await send({ from: '192.0.2.13' }), SLOW_DOWN);
});

test('pages, files and documents are counted too; who watches the process is not shut out by that', async () => {
  const from = '192.0.2.14';
  const replies = [];
  for (const path of [
    '/events/0',
    '/docs',
    '/docs/swagger-ui.css',
    '/openapi.json',
    '/problems/slow-down',
    '/nowhere',
  ])
    replies.push(left(await send({ from, path })));
  expect(replies).toEqual([5, 4, 3, 2, 1, 0]);
  expectRefusal(await send({ from, path: '/docs' }), SLOW_DOWN);
  for (const path of ['/health/ready', '/metrics']) expect((await send({ from, path })).status).toBe(200);
  for (let looks = 2; looks < 60; looks++) await send({ from, path: '/health/ready' });
  const refused = await send({ from, path: '/metrics' });
  expectRefusal(refused, SLOW_DOWN);
  expect(refused.headers.get('retry-after')).toMatch(/^[1-9][0-9]*$/);
  expect((await send({ from, path: '/health/live' })).status).toBe(200);
});

test('an address that asks more is told to slow down and until when, and no other is', async () => {
  const from = '192.0.2.2';
  await exhaust({ from });
  const refused = await send({ from });
  expectRefusal(refused, SLOW_DOWN);
  expect(refused.headers.get('retry-after')).toBe(refused.headers.get('ratelimit-reset'));
  expect(left(refused)).toBe(0);
  expectRefusal(await send({ from, path: '/v1/policies/cmqa-2017' }), SLOW_DOWN);
  expectRefusal(await send({ from, path: '/%76%31/policies' }), SLOW_DOWN);
  expectRefusal(await send({ from, path: '/' }), SLOW_DOWN);
  expect((await send({ from: '192.0.2.3' })).status).toBe(200);
});

test('a key in force counts for itself, from wherever it is used; any other counts to the address', async () => {
  const [from, key] = ['192.0.2.4', await keyOf(register, 'example-assessors')];
  await exhaust({ from, key: 'no one-has-this-key' });
  expectRefusal(await send({ from }), SLOW_DOWN);
  expect((await send({ from, key })).status).toBe(200);
  for (let i = 1; i < PER_KEY; i++) expect((await send({ from: `198.51.100.${i}`, key })).status).toBe(200);
  expectRefusal(await send({ from: '192.0.2.5', key }), SLOW_DOWN);
  expect((await send({ from: '192.0.2.5' })).status).toBe(200);
  expect((await send({ from, key: await keyOf(register, 'example-assessors') })).status).toBe(200);
});

test('is refused after a body that is too large or of another type, and before all else', async () => {
  const from = '192.0.2.6';
  await exhaust({ from });
  const post = { from, path: '/v1/events', method: 'POST' };
  const ONE = 'application/cloudevents+json';
  expectRefusal(await send({ ...post, type: ONE, body: 'x'.repeat(1_100_000) }), {
    status: 413,
    code: 'too-large',
  });
  for (const type of ['text/plain', 'application/json'])
    expectRefusal(await send({ ...post, type, body: '{}' }), { status: 415, code: 'unsupported-media-type' });
  expectRefusal(await send({ ...post, type: ONE, body: '{}' }), SLOW_DOWN);
  for (const path of ['/v1/nowhere', '/v1/providers/nobody', '/v1/providers/ukprn:19999999', '/v1/access'])
    expectRefusal(await send({ from, path }), SLOW_DOWN);
});

test('at the front page a browser is told so by a page, and everybody else by a problem', async () => {
  const from = '192.0.2.11';
  await exhaust({ from });
  const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
  const asked = (accept: string) => register.ask('/', { headers: { 'x-forwarded-for': from, accept } });
  const page = await asked(browser);
  expect(page.status).toBe(429);
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(page.headers.get('retry-after')).toBe(page.headers.get('ratelimit-reset'));
  expect(page.headers.get('cache-control')).toBe('no-store');
  expect(page.text).toContain('<h1>Slow down</h1>');
  expect(page.text).toContain(`More than ${PER_ADDRESS} requests came from this address`);
  for (const accept of ['*/*', 'application/json', 'application/problem+json'])
    expectRefusal(await asked(accept), SLOW_DOWN);
});

test('of IPv6 the addresses that one network is given count as one', async () => {
  await exhaust({ from: '2001:db8:1:2::1' });
  expectRefusal(await send({ from: '2001:db8:1:2:ffff::7' }), SLOW_DOWN);
  expectRefusal(await send({ from: '2001:0db8:0001:0002::9' }), SLOW_DOWN);
  expect((await send({ from: '2001:db8:1:3::1' })).status).toBe(200);
});

test('what comes through trusted proxies counts to the address before them, believed no further', async () => {
  await exhaust({ from: '203.0.113.9, 192.0.2.7, 10.1.2.3' });
  expectRefusal(await send({ from: '192.0.2.7' }), SLOW_DOWN);
  expect((await send({ from: '203.0.113.9' })).status).toBe(200);
});

test.each([
  ['with a port', '203.0.113.20', ['203.0.113.20:50000', '203.0.113.20:50001', '"203.0.113.20:1"']],
  ['in brackets', '2001:db8:9:9::1', ['[2001:db8:9:9::1]', '[2001:db8:9:9::1]:50000', '2001:DB8:9:9::2']],
  [
    'as one of IPv6',
    '203.0.113.21',
    ['::ffff:203.0.113.21', '::ffff:cb00:7115', '64:ff9b::cb00:7115', '[64:ff9b::203.0.113.21]:443'],
  ],
  [
    'behind a proxy with a port',
    '203.0.113.22',
    ['203.0.113.22, 10.1.2.3:4567', '203.0.113.22:1, [::ffff:10.1.2.3]:80, 10.0.0.1'],
  ],
])('an address is the same however a proxy writes it: %s', async (_, address, written) => {
  for (const from of written) expect((await send({ from })).status).toBe(200);
  await exhaust({ from: address });
  for (const from of written) expectRefusal(await send({ from }), SLOW_DOWN);
  // Its neighbour, written with the same port, is somebody else.
  expect((await send({ from: '203.0.113.99:50000' })).headers.get('ratelimit-limit')).toBe(
    String(PER_ADDRESS),
  );
  const key = await keyOf(register, 'example-assessors');
  expect((await send({ from: written[0] ?? '', key, path: '/v1/access' })).status).not.toBe(429);
});

test('what is no address counts for itself, and the operator is told once, without what it was', async () => {
  const told = () => register.output.filter((line) => line.includes('X-Forwarded-For'));
  await exhaust({ from: 'Jane-Doe' });
  expectRefusal(await send({ from: 'Jane-Doe' }), SLOW_DOWN);
  expect((await send({ from: 'unknown' })).status).toBe(200);
  expect((await send({ from: '127.0.0.1' })).status).toBe(200);
  expect(told()).toEqual([
    expect.stringContaining('the proxy 127.0.0.1 wrote something into X-Forwarded-For that is no address'),
  ]);
  expect(told().join()).toContain('"level":40');
  expect(register.output.join()).not.toContain('Jane-Doe');
});

test('counts in the metrics, and is in the access record with the address, wherever it was', async () => {
  const from = '192.0.2.8';
  await exhaust({ from });
  await send({ from });
  await send({ from, path: '/v1/nowhere' });
  const { text } = await register.ask('/metrics');
  expect(
    Number(/^register_http_problems_total\{code="slow-down"\} ([0-9]+)$/m.exec(text)?.[1]),
  ).toBeGreaterThan(1);
  const reply = await send({ from, key: REGISTRAR_KEY, path: '/v1/access?code=slow-down' });
  const { attempts } = reply.json as { attempts: { address: string; route: string; body: string | null }[] };
  expect(attempts.filter(({ address }) => address === from).map(({ body, route }) => [body, route])).toEqual([
    [null, 'none'],
    [null, '/v1/policies'],
  ]);
  expect(JSON.stringify(attempts)).not.toContain('Jane-Doe');
});

test('no proxy is believed unless it is named, and no one is stopped unless a limit is set', async () => {
  const [limited, open] = [
    await RegisterProcess.start({ NODE_OPTIONS, REGISTER_LIMIT_PER_ADDRESS: '1' }),
    await RegisterProcess.start(),
  ];
  const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });
  expect((await limited.ask('/v1/policies', from('192.0.2.1'))).status).toBe(200);
  expectRefusal(await limited.ask('/v1/policies', from('192.0.2.2')), SLOW_DOWN);
  const reply = await open.ask('/v1/policies');
  expect(reply.headers.get('ratelimit-limit')).toBe('2000000');
  expect(left(reply)).toBe(1_999_999);
  await Promise.all([limited.stop(), open.stop()]);
});
