import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as ask, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { median, rate, report, whole } from './measure';
import { dice, providerKey, writeWorld } from './world';

/** Some four thousand providers, about as many as England has. */
const EVENTS = 80_000;
const PROVIDERS = EVENTS / 20;
const CONNECTIONS = 32;
const REQUESTS = 20_000;
const ROUNDS = 7;
const BULK = 500_000;
const BULK_ROUNDS = 5;
const WINDOW = { setting: 'school-commissioned', from: '2026-09-01', until: '2027-07-20' };

/**
 * Single answers over HTTP at the head, random providers, and many brief ones in one request. Each server is a process
 * of its own, and this one asks; the peer is node:http by itself, sending as many bytes.
 */
export async function http(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'register-bench-'));
  const file = join(folder, 'register.db');
  await writeWorld(file, EVENTS);
  const register = spawn(
    process.execPath,
    ['--max-semi-space-size=64', join(__dirname, '..', 'apps', 'registry', 'main.js')],
    {
      env: {
        PATH: process.env['PATH'],
        PORT: '0',
        REGISTER_STORE: `sqlite:${file}`,
        REGISTER_CALENDAR: 'manual',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const port = await portOf(register);
  const { bytes } = await load(port, PROVIDERS);
  const bare = fork(join(__dirname, 'bare-server.js'), [String(Math.round(bytes))]);
  const [barePort] = (await once(bare, 'message')) as [number];
  await load(barePort, REQUESTS);

  const [rates, bareRates, slow, bareSlow]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let round = 0; round < ROUNDS; round++) {
    for (const [at, found, p99] of [
      [barePort, bareRates, bareSlow],
      [port, rates, slow],
    ] as const) {
      const one = await load(at, REQUESTS);
      found.push(one.rate);
      p99.push(one.p99);
    }
  }
  const bulkRates: number[] = [];
  for (let round = 0; round < BULK_ROUNDS; round++) bulkRates.push(await rate(BULK, () => bulk(port)));

  bare.disconnect();
  register.kill();
  await Promise.all([once(bare, 'exit'), once(register, 'exit')]);
  rmSync(folder, { recursive: true });

  const ratio = (figures: readonly number[], peer: readonly number[]) =>
    median(figures.map((figure, i) => figure / (peer[i] ?? NaN)));
  report(
    `answers a second of ${whole(bytes)} bytes, node:http by itself`,
    whole(median(bareRates)),
    'the peer',
    true,
  );
  report(`answers a second over HTTP, ${CONNECTIONS} connections`, whole(median(rates)), '', true);
  report(
    '  as a part of node:http by itself',
    ratio(rates, bareRates).toFixed(2),
    'at least 0.25',
    ratio(rates, bareRates) >= 0.25,
  );
  report('  its 99th percentile, as a multiple', ratio(slow, bareSlow).toFixed(1), '', true);
  report(
    'brief answers a second over HTTP, many in one request',
    whole(median(bulkRates)),
    'at least 100,000',
    median(bulkRates) >= 100_000,
  );
}

async function portOf({ stdout }: ChildProcess): Promise<number> {
  if (!stdout) throw new Error('the register says nothing');
  for await (const line of createInterface({ input: stdout })) {
    const port = /listening on [^"]+:([0-9]+)"/.exec(line)?.[1];
    if (port === undefined) continue;
    stdout.resume();
    return Number(port);
  }
  throw new Error('the register did not start');
}

interface Load {
  /** Requests a second. */
  readonly rate: number;
  /** The time that 99 of 100 take no longer than, in milliseconds. */
  readonly p99: number;
  /** The mean length of an answer’s body. */
  readonly bytes: number;
}

/** Asks one question after another on each of many connections that stay open, until so many are answered. */
async function load(port: number, count: number): Promise<Load> {
  const roll = dice(11);
  const query = new URLSearchParams(WINDOW).toString();
  const requests = Array.from(
    { length: count },
    () =>
      `GET /v1/providers/${providerKey(Math.floor(roll() * PROVIDERS))}/eligibility?${query} HTTP/1.1\r\nHost: register\r\n\r\n`,
  );
  const times: number[] = [];
  let [sent, bytes] = [0, 0];
  const begin = performance.now();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      let began = 0;
      const next = () => {
        began = performance.now();
        if (sent < count) socket.write(requests[sent++] ?? '');
        else socket.end();
      };
      let [text, length] = ['', 0];
      socket.on('connect', next);
      socket.on('data', (chunk: Buffer) => {
        text += chunk.toString('latin1');
        if (length === 0) {
          const head = text.indexOf('\r\n\r\n');
          if (head < 0) return;
          if (!text.startsWith('HTTP/1.1 200 ')) throw new Error(`a question was refused: ${text}`);
          const body = Number(/\r\ncontent-length: ([0-9]+)\r\n/i.exec(text)?.[1]);
          length = head + 4 + body;
          bytes += body;
        }
        if (text.length < length) return;
        [text, length] = ['', 0];
        times.push(performance.now() - began);
        next();
      });
      await once(socket, 'close');
    }),
  );
  const seconds = (performance.now() - begin) / 1000;
  times.sort((a, b) => a - b);
  return { rate: count / seconds, p99: times[Math.floor(count * 0.99)] ?? NaN, bytes: bytes / count };
}

/** Asks many brief questions in one request, and reads what is answered as it comes. */
async function bulk(port: number): Promise<void> {
  const request = ask({
    port,
    host: '127.0.0.1',
    path: '/v1/eligibility?brief=true',
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
  });
  Readable.from(questions(), { objectMode: false }).pipe(request);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let answered = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) answered++;
  }
  if (answered !== BULK) throw new Error(`${answered} of ${BULK} questions were answered`);
}

function* questions(): Generator<string> {
  const roll = dice(13);
  const lines = Array.from(
    { length: PROVIDERS },
    (_, n) => `${JSON.stringify({ provider: providerKey(n), ...WINDOW })}\n`,
  );
  for (let i = 0; i < BULK; i += 500) {
    let text = '';
    for (let j = 0; j < 500; j++) text += lines[Math.floor(roll() * PROVIDERS)] ?? '';
    yield text;
  }
}
