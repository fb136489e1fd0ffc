import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { constants, setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** Requests in one packet: as many as one reading of a socket takes in. */
const IN_A_PACKET = 2_000;
const HOST = 'Host: register\r\n';
const CHUNKED = 'Transfer-Encoding: chunked\r\n';

/** What a besieger knows of the register: anybody could find it out. */
export interface Besieged {
  readonly port: number;
  readonly providers: readonly string[];
  readonly advisers: readonly string[];
}

/** Everything that a stranger does at once, by what it is. */
function sorts({ port, providers, advisers }: Besieged, going: () => boolean) {
  const oneOf = (keys: readonly string[]) => keys[Math.floor(Math.random() * keys.length)] ?? '';
  const get = (path: () => string) => (): Sound => ({ path: path() });
  const post = (path: string, body: unknown) => (): Sound => ({ path, body });
  const asking = (count: number, ...sounds: (() => Sound)[]) => [
    ...many(count, () => questions(port, sounds, going)),
  ];
  return {
    /** Requests in one packet, of which no answer is read. */
    packets: () => [
      ...many(4, () => packets(port, '/v1/log?limit=10000', going)),
      ...many(2, () => packets(port, '/docs/swagger-ui-bundle.js', going)),
      ...many(2, () => packets(port, `/v1/providers/${providers[0] ?? ''}`, going)),
    ],
    /** Bodies of one byte a chunk, to those who read them and to those who do not. */
    chunks: () => [
      ...many(4, () => tinyChunks(port, 'POST /v1/eligibility', 'application/json', going)),
      ...many(4, () => tinyChunks(port, 'POST /v1/events', 'application/cloudevents-batch+json', going)),
      ...many(2, () => tinyChunks(port, 'POST /v1/eligibility', 'application/x-ndjson', going)),
      ...many(2, () => tinyChunks(port, 'POST /v1/eligibility', 'text/csv', going)),
      ...many(2, () => tinyChunks(port, 'POST /v1/policies/impact', 'application/json', going)),
      ...many(4, () => tinyChunks(port, 'GET /health/live', 'application/json', going)),
    ],
    /** The same in the first packet of one connection after the other. */
    crumbs: () => many(100, () => crumbs(port, going)),
    stalls: () => [...many(40, () => stalled(port, going)), ...many(40, () => silent(port, going))],
    /** Answers that are large, of which a little is read and then no more. */
    unread: () => [
      ...many(40, () => unread(port, '/v1/log?limit=10000', 'identity', going)),
      ...many(40, () => unread(port, '/v1/log?limit=10000', 'br', going)),
      ...many(20, () => unread(port, '/openapi.json', 'gzip', going)),
      ...many(20, () => unread(port, '/docs/swagger-ui-bundle.js', 'br', going)),
    ],
    questions: () =>
      asking(
        4,
        post('/v1/eligibility?brief=true', providers.slice(0, 5_000).map(asked)),
        get(() => '/v1/compare?before=10000&limit=100'),
      ),
    /** Whole answers, of which each is as long as ten brief ones, each from another day so that none is kept. */
    answers: () =>
      asking(8, () => ({
        path: '/v1/eligibility',
        body: providers.slice(0, 5_000).map((provider) => ({ ...asked(provider), from: anyDay() })),
      })),
    routes: () =>
      asking(20, () => ({
        path: '/v1/eligibility?route=true',
        body: many(300, () => ({
          ...asked(oneOf(providers)),
          advisers: [...new Set(many(50, () => oneOf(advisers)))],
        })),
      })),
    drafts: () => asking(20, post('/v1/policies/impact', largeDraft())),
    comparisons: () =>
      asking(
        20,
        get(() => `/v1/compare?before=${Math.floor(Math.random() * 50_000)}&limit=1000`),
      ),
    searches: () =>
      asking(
        20,
        get(() => `/v1/providers?q=${encodeURIComponent(anyWords())}&limit=100`),
      ),
    histories: () =>
      asking(
        20,
        get(() => `/v1/providers/${oneOf(providers)}/history?limit=1000`),
        get(() => `/v1/advisers/${oneOf(advisers)}/history?limit=1000`),
        get(() => `/v1/providers/${oneOf(providers)}?knownAt=${Math.floor(Math.random() * 100_000)}`),
        get(() => `/v1/log?limit=10000&after=${Math.floor(Math.random() * 90_000)}`),
      ),
    /** As many connections as one address may have, and more, each asking one thing after the other. */
    crowd: () =>
      asking(
        500,
        get(() => '/v1/policies'),
      ),
  } satisfies Readonly<Record<string, () => readonly Promise<void>[]>>;
}

/** Besieges a register until its parent disconnects: with all sorts of attacks at once, or with those that are named. */
process.once('message', (besieged: Besieged) => {
  // Strangers are elsewhere: they are not to take from the register the processors that it has here.
  setPriority(constants.priority.PRIORITY_LOW);
  let end = false;
  process.once('disconnect', () => {
    end = true;
    // Some wait long for an answer, and no one for them.
    setTimeout(() => process.exit(), 1_000);
  });
  const named = (process.argv[2] ?? '').split(',').filter(Boolean);
  const all = Object.entries(sorts(besieged, () => !end)).flatMap(([name, begin]) =>
    named.length === 0 || named.includes(name) ? begin() : [],
  );
  void Promise.all(all).then(() => process.exit());
});

function many<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
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
    const closed = new Promise((resolve) => socket.once('close', resolve));
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
function tinyChunks(port: number, route: string, type: string, going: () => boolean): Promise<void> {
  const chunks = Buffer.from('1\r\n \r\n'.repeat(10_000));
  return again(port, going, async (socket) => {
    socket.resume();
    socket.write(`${route} HTTP/1.1\r\n${HOST}Content-Type: ${type}\r\n${CHUNKED}\r\n`);
    const isOpen = () => going() && !socket.destroyed && socket.writable;
    while (isOpen()) {
      socket.write(chunks);
      while (isOpen() && socket.writableNeedDrain) await sleep(5);
    }
  });
}

/** As many chunks of one byte as one reading takes in, and then the end of it. */
function crumbs(port: number, going: () => boolean): Promise<void> {
  const body = '1\r\n \r\n'.repeat(10_900);
  return again(port, going, (socket) => {
    socket.resume();
    socket.end(
      `POST /v1/eligibility HTTP/1.1\r\n${HOST}Content-Type: application/json\r\n${CHUNKED}\r\n${body}`,
    );
    return undefined;
  });
}

/** A large answer, of which no more is read than the machine takes in. */
function unread(port: number, path: string, coding: string, going: () => boolean): Promise<void> {
  return again(port, going, (socket) => {
    socket.pause();
    socket.write(`GET ${path} HTTP/1.1\r\n${HOST}Accept-Encoding: ${coding}\r\n\r\n`);
    return undefined;
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

/** A request that anybody may send. */
interface Sound {
  readonly path: string;
  /** What is posted; undefined of a question that is asked by its address. */
  readonly body?: unknown;
}

/** Sound requests, one after the other, whose answers are read. */
async function questions(
  port: number,
  sounds: readonly (() => Sound)[],
  going: () => boolean,
): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  while (going()) {
    for (const sound of sounds) {
      const { path, body } = sound();
      await new Promise<void>((resolve) => {
        const sent = request({
          port,
          host: '127.0.0.1',
          path,
          agent,
          ...(body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' } }),
        });
        sent.on('response', (response) => response.resume().on('close', resolve));
        sent.on('error', () => setTimeout(resolve, 20));
        sent.end(body === undefined ? undefined : JSON.stringify(body));
      });
      await sleep(1);
    }
  }
  agent.destroy();
}

function asked(provider: string) {
  return { provider, setting: 'school-commissioned', from: '2026-09-01', until: '2027-07-20' };
}

function anyDay(): string {
  return `2026-${String(1 + Math.floor(Math.random() * 12)).padStart(2, '0')}-${String(1 + Math.floor(Math.random() * 28)).padStart(2, '0')}`;
}

/** Words that are like many names. */
function anyWords(): string {
  const letters = 'aeinorst';
  return many(3 + Math.floor(Math.random() * 4), () => letters[Math.floor(Math.random() * 8)] ?? '').join('');
}

/** As many tests as a policy may have, each of every adviser and with as many qualifications as it may accept. */
function largeDraft() {
  const purposes = { guidance: many(300, () => 0).map((_, i) => `qualification-${i}`) };
  const requirements = many(30, () => 0).map((_, i) => ({
    id: `r-${i}`,
    of: 'every-adviser',
    binding: 'must',
    test: { qualified: 'guidance' },
  }));
  const settings = Object.fromEntries(many(10, () => 0).map((_, i) => [`setting-${i}`, requirements]));
  return {
    policy: 'cmqa-2017',
    effectiveFrom: '2026-09-01',
    document: { title: 'A large one', strength: 'proposal', purposes, settings },
  };
}
