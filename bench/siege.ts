import { once } from 'node:events';
import { Agent, request as ask, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { report } from './measure';
import { startRegister, type RegisterProcess } from './register-process';
import { worldOf } from './world';

const EVENTS = 100_000;
/** How long, in seconds, and after how many more the memory is looked at again. */
const SECONDS = Number(process.env['SECONDS'] ?? 60);
const AFTER = Number(process.env['AFTER'] ?? 120);
/** Whoever watches looks so often, in milliseconds, on a connection of its own each time. */
const LOOK_EVERY = 50;
const LONGEST_LOOK = 10_000;

/** Requests in one packet: as many as one reading of a socket takes in. */
const IN_A_PACKET = 2_000;
const HOST = 'Host: register\r\n';

/**
 * A stranger's worst, all of it at once: requests in one packet whose answers nobody reads, bodies of one byte a chunk, bodies
 * and heads that stall, silent connections, and sound questions that are heavy. Meanwhile somebody asks whether the process
 * lives; before and after it is looked at how much memory it takes.
 */
export async function siege(): Promise<void> {
  const { file, providers } = await worldOf(EVENTS);
  const register = await startRegister(`sqlite:${file}`);
  await asked(register.port, providers);
  const before = (await register.usage()).resident;
  let end = false;
  const going = () => !end;
  const attacks = [
    ...many(4, () => packets(register.port, '/v1/log?limit=10000', going)),
    ...many(2, () => packets(register.port, '/docs/swagger-ui-bundle.js', going)),
    ...many(2, () => packets(register.port, `/v1/providers/${providers[0] ?? ''}`, going)),
    ...many(4, () => tinyChunks(register.port, '/v1/eligibility', 'application/json', going)),
    ...many(4, () => tinyChunks(register.port, '/v1/events', 'application/cloudevents-batch+json', going)),
    ...many(2, () => tinyChunks(register.port, '/v1/eligibility', 'application/x-ndjson', going)),
    ...many(40, () => stalled(register.port, going)),
    ...many(40, () => silent(register.port, going)),
    ...many(4, () => questions(register.port, providers, going)),
  ];
  let most = 0;
  const watching = (async () => {
    const times: number[] = [];
    while (going()) {
      times.push(await look(register.port));
      await sleep(LOOK_EVERY);
    }
    return times.sort((a, b) => a - b);
  })();
  const measuring = (async () => {
    while (going()) {
      most = Math.max(most, (await resident(register)) ?? 0);
      await sleep(500);
    }
  })();
  await sleep(SECONDS * 1_000);
  end = true;
  const times = await watching;
  await measuring;
  await Promise.all(attacks);
  const metrics = await (await fetch(`http://127.0.0.1:${register.port}/metrics`)).text();
  await sleep(AFTER * 1_000);
  const after = (await register.usage()).resident;
  await register.stop();

  const at = (part: number) => times[Math.floor(times.length * part)] ?? NaN;
  const milliseconds = (time: number) => `${time.toFixed(0)} ms`;
  const mebibytes = (bytes: number) => `${(bytes / 1_048_576).toFixed(0)} MiB`;
  report(`/health/live under siege for ${SECONDS} s, median`, milliseconds(at(0.5)), '', true);
  report('  its 99th percentile', milliseconds(at(0.99)), 'less than 250 ms', at(0.99) < 250);
  report('  the longest', milliseconds(times.at(-1) ?? NaN), '', true);
  report('memory before', mebibytes(before), '', true);
  report('  the most, as a multiple', (most / before).toFixed(2), 'at most 1.5', most <= 1.5 * before);
  report(`  after ${AFTER} s`, (after / before).toFixed(2), 'at most 1.2', after <= 1.2 * before);
  for (const [, bound, count] of metrics.matchAll(/^register_bounded_total\{bound="([^"]+)"\} ([0-9]+)$/gm))
    report(`  refused or closed for ${bound ?? ''}`, count ?? '', '', true);
}

function many<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

/** What anybody asks, so that what is kept for it is there before. */
async function asked(port: number, providers: readonly string[]): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const paths = [
    ...providers.slice(0, 3_000).map(pathOf),
    '/v1/log?limit=10000',
    '/openapi.json',
    '/docs/swagger-ui-bundle.js',
  ];
  await Promise.all(
    paths.map(async (path) => {
      const sent = ask({ port, host: '127.0.0.1', path, agent }).end();
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      response.resume();
      await once(response, 'end');
    }),
  );
  agent.destroy();
}

function pathOf(provider: string): string {
  return `/v1/providers/${provider}/eligibility?setting=school-commissioned&from=2026-09-01&until=2027-07-20`;
}

async function look(port: number): Promise<number> {
  const begin = performance.now();
  await fetch(`http://127.0.0.1:${port}/health/live`, {
    headers: { connection: 'close' },
    signal: AbortSignal.timeout(LONGEST_LOOK),
  })
    .then((response) => response.text())
    .catch(() => sleep(LONGEST_LOOK));
  return performance.now() - begin;
}

async function resident(register: RegisterProcess): Promise<number | undefined> {
  return register.usage().then(
    ({ resident: bytes }) => bytes,
    () => undefined,
  );
}

/** A connection on which something is done until it is closed; then the next one. */
async function again(
  port: number,
  going: () => boolean,
  act: (socket: Socket) => Promise<unknown> | undefined,
): Promise<void> {
  while (going()) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.on('error', () => undefined);
    const closed = once(socket, 'close');
    const ended = (async () => {
      while (going() && !socket.closed) await sleep(200);
      socket.destroy();
    })();
    await Promise.all([act(socket), closed, ended]);
    await sleep(20);
  }
}

/** Requests in one packet, of which no answer is read. */
function packets(port: number, path: string, going: () => boolean): Promise<void> {
  return again(port, going, (socket) => {
    socket.pause();
    socket.write(`GET ${path} HTTP/1.1\r\n${HOST}\r\n`.repeat(IN_A_PACKET));
    return undefined;
  });
}

/** A body of one byte a chunk, as fast as it goes. */
function tinyChunks(port: number, path: string, type: string, going: () => boolean): Promise<void> {
  const chunks = Buffer.from('1\r\n \r\n'.repeat(10_000));
  return again(port, going, async (socket) => {
    socket.resume();
    socket.write(
      `POST ${path} HTTP/1.1\r\n${HOST}Content-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n`,
    );
    while (going() && !socket.destroyed && socket.writable)
      if (!socket.write(chunks))
        await Promise.race([once(socket, 'drain'), once(socket, 'close'), sleep(1_000)]);
  });
}

/** Half a body, and no more of it. */
function stalled(port: number, going: () => boolean): Promise<void> {
  return again(port, going, (socket) => {
    socket.resume();
    socket.write(
      `POST /v1/eligibility HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n${' '.repeat(500_000)}`,
    );
    return undefined;
  });
}

/** A connection on which nothing is said, or the half of a head. */
function silent(port: number, going: () => boolean): Promise<void> {
  return again(port, going, (socket) => {
    socket.resume();
    if (Math.random() < 0.5) socket.write('GET / HTTP/1.1\r\nHo');
    return undefined;
  });
}

/** Sound questions, and as many as one body holds. */
async function questions(port: number, providers: readonly string[], going: () => boolean): Promise<void> {
  const body = JSON.stringify(
    providers.slice(0, 5_000).map((provider) => ({
      provider,
      setting: 'school-commissioned',
      from: '2026-09-01',
      until: '2027-07-20',
    })),
  );
  while (going()) {
    await fetch(`http://127.0.0.1:${port}/v1/eligibility?brief=true`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
      .then((response) => response.text())
      .catch(() => undefined);
    await fetch(`http://127.0.0.1:${port}/v1/compare?before=10000&limit=100`)
      .then((response) => response.text())
      .catch(() => undefined);
  }
}
