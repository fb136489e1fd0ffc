/// <reference types="jest" />
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SqliteLog } from '@app/event-store/sqlite';
import { REGISTRAR_KEY, RegisterProcess, temporaryFolder } from './process';

jest.setTimeout(60_000);

interface Stored {
  readonly position: string;
  readonly stream: string;
  readonly type: string;
  readonly subject: string;
  readonly body: string;
  readonly source: string;
  readonly id: string;
  readonly recordedAt: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const STACK = /^\s+at /m;
const IN_USE = /The log .* is open for writing already|Another process writes to the log/;

let folder: ReturnType<typeof temporaryFolder>;
let file: string;
let launched: RegisterProcess[];

beforeEach(() => {
  folder = temporaryFolder();
  file = join(folder.path, 'register.db');
  launched = [];
});
afterEach(async () => {
  await Promise.all(launched.map((register) => register.stop('SIGKILL')));
  folder.remove();
});

function launch(environment: Readonly<Record<string, string>> = {}): RegisterProcess {
  const register = RegisterProcess.launch({ REGISTER_STORE: `sqlite:${file}`, ...environment });
  launched.push(register);
  return register;
}

async function start(environment: Readonly<Record<string, string>> = {}): Promise<RegisterProcess> {
  const register = launch(environment);
  await register.listening;
  return register;
}

/** How a start ends that is refused: the exit code, and all that was printed. */
async function refusedStart(environment: Readonly<Record<string, string>>): Promise<string> {
  const register = launch(environment);
  expect(await register.ended).toBe(1);
  expect(register.stdout).toBe('');
  expect(register.stderr).not.toMatch(STACK);
  return register.stderr;
}

async function events(register: RegisterProcess): Promise<Stored[]> {
  return (await register.log()).map((line) => JSON.parse(line) as Stored);
}

const shownKeys = ({ stdout }: RegisterProcess) =>
  [...stdout.matchAll(/^ {2}([\w-]{43})$/gm)].map(([, key = '']) => key);

const adviser = (number: number) => ({
  source: '/tests',
  id: `adviser-${number}`,
  type: 'AdviserRegistered',
  subject: `adviser:${String(number).padStart(8, '0')}`,
  data: {},
});

const londonDay = (daysAgo = 0) =>
  Temporal.Now.plainDateISO('Europe/London').subtract({ days: daysAgo }).toString();

/** Writes a log without a register, each event recorded when it says. */
async function writeLog(stored: Iterable<Omit<Stored, 'position' | 'body'> & { readonly revision: number }>) {
  const log = await SqliteLog.open(file);
  let head = -1;
  let part: string[] = [];
  const append = async () => {
    if (part.length > 0) expect(await log.append(part, head)).toEqual({ outcome: 'appended' });
    head += part.length;
    part = [];
  };
  for (const { data, id, recordedAt, revision, source, stream, subject, type } of stored) {
    const position = String(head + 1 + part.length);
    part.push(
      JSON.stringify({
        body: 'body:registrar',
        data,
        id,
        position,
        recordedAt,
        revision,
        schema: 1,
        source,
        stream,
        subject,
        type,
      }),
    );
    if (part.length === 1_500) await append();
  }
  await append();
  await log.close();
  return head;
}

function* advisers(count: number) {
  for (let number = 0; number < count; number++) {
    const { subject, ...event } = adviser(number);
    const recordedAt = new Date(1_750_000_000_000 + number).toISOString();
    yield { ...event, subject, stream: subject.replace(':', '-'), revision: 0, recordedAt };
  }
}

function dayOpened(date: string, recordedAt = `${date}T00:00:00.500Z`) {
  return {
    source: '/register',
    id: `day-${date}`,
    type: 'DayOpened',
    subject: 'calendar:england',
    stream: 'calendar',
    revision: 0,
    recordedAt,
    data: { date },
  };
}

/** A Node that is too old for the register, from the PATH of whoever runs the tests. */
function olderNode(): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'node'))
    .find((node) => {
      const version = spawnSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout;
      return parseInt(version, 10) < 26;
    });
}

describe('a first start', () => {
  test('makes the registrar’s key, shows it once, and keeps nothing of it but its hash', async () => {
    const first = await start({ REGISTER_REGISTRAR_KEY: '' });
    const [key = '', ...more] = shownKeys(first);
    expect(more).toEqual([]);
    expect(key).not.toBe('');
    const lines = first.stdout.split('\n').filter((line) => line.startsWith('{'));
    expect(lines.filter((line) => line.includes(key))).toEqual([]);
    expect(first.stderr).toBe('');
    expect((await events(first)).find(({ type }) => type === 'BodyKeyIssued')).toMatchObject({
      id: 'key-registrar-first',
      subject: 'body:registrar',
      body: 'body:registrar',
      source: '/register',
      data: { key: 'first', hash: `sha256:${createHash('sha256').update(key).digest('hex')}` },
    });
    expect((await first.post(adviser(1), { key })).status).toBe(201);
    const leak = () =>
      readdirSync(folder.path).filter((name) => readFileSync(join(folder.path, name)).includes(key));
    expect(leak()).toEqual([]);
    expect(await first.stop()).toBe(0);
    expect(leak()).toEqual([]);

    const second = await start({ REGISTER_REGISTRAR_KEY: '' });
    expect(shownKeys(second)).toEqual([]);
    expect(second.output.join('\n')).not.toContain(key);
    expect((await second.post(adviser(2), { key })).status).toBe(201);
    expect((await second.post(adviser(3))).status).toBe(401);
  });

  test('makes none where the operator brings one, and writes the built-in policy and the present day', async () => {
    const days = [londonDay()];
    const register = await start({ REGISTER_CALENDAR: 'auto' });
    days.push(londonDay());
    expect(shownKeys(register)).toEqual([]);
    const [policy, day, ...more] = await events(register);
    expect(more).toEqual([]);
    expect(policy).toMatchObject({
      id: 'policy-cmqa-2017-1',
      type: 'PolicyEditionPublished',
      subject: 'policy:cmqa-2017',
      body: 'body:registrar',
      source: '/register',
      data: { edition: 1, effectiveFrom: '2017-10-01' },
    });
    expect(policy).not.toHaveProperty('time');
    const date = String(day?.data['date']);
    expect(days).toContain(date);
    expect(day).toMatchObject({
      id: `day-${date}`,
      type: 'DayOpened',
      subject: 'calendar:england',
      body: 'body:registrar',
      source: '/register',
    });
    expect(day?.recordedAt).toBe(policy?.recordedAt);
    expect((await register.post(adviser(1))).status).toBe(201);
  });

  test('is done once where two processes start at once on one new file', async () => {
    const both = [launch({ REGISTER_REGISTRAR_KEY: '' }), launch({ REGISTER_REGISTRAR_KEY: '' })];
    const ends = await Promise.all(
      both.map((one) =>
        one.listening.then(
          () => 'serves',
          () => 'refused',
        ),
      ),
    );
    expect(ends.toSorted()).toEqual(['refused', 'serves']);
    const [serving, refused] = ends[0] === 'serves' ? both : both.toReversed();
    if (!serving || !refused) throw new Error('two were started');
    expect(await refused.ended).toBe(1);
    expect(refused.stderr).toMatch(IN_USE);
    expect(both.flatMap(shownKeys)).toHaveLength(1);
    expect((await events(serving)).map(({ id }) => id)).toEqual([
      'policy-cmqa-2017-1',
      'key-registrar-first',
    ]);
    expect((await serving.post(adviser(1), { key: shownKeys(serving)[0] ?? '' })).status).toBe(201);
  });
});

describe('a start that cannot be', () => {
  test('a second process on the same file is refused, and the first goes on', async () => {
    const first = await start();
    const message = await refusedStart({});
    expect(message).toMatch(IN_USE);
    expect(message).toContain(file);
    expect((await first.post(adviser(1))).status).toBe(201);
    expect(await first.stop()).toBe(0);
    expect((await events(await start())).map(({ id }) => id)).toEqual(['policy-cmqa-2017-1', 'adviser-1']);
  });

  test.each([
    ['PORT', '65536', 'a number from 0 to 65535'],
    ['PORT', '80 80', 'a number from 0 to 65535'],
    ['REGISTER_CALENDAR', 'always', 'auto or manual'],
    ['REGISTER_STORE', 'register.db', 'sqlite:data/register.db'],
    ['REGISTER_POLICY', 'CMQA 2017', 'such as cmqa-2017'],
    ['REGISTER_REGISTRAR_KEY', 'too-short', '16 or more'],
    ['REGISTER_REGISTRAR_KEY', 'a secret with a space in it', 'none of them a space'],
  ])('%s=%s is refused with how to mend it', async (name, value, hint) => {
    const message = await refusedStart({ [name]: value });
    expect(message).toContain(name);
    expect(message).toContain(hint);
    if (name === 'REGISTER_REGISTRAR_KEY') expect(message).not.toContain(value);
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('an address that is none of this machine’s is refused with how to mend it', async () => {
    const message = await refusedStart({ HOST: '192.0.2.1' });
    expect(message).toContain('192.0.2.1');
    expect(message).toContain('Set HOST');
  });

  test('a port in use is named, with what to do about it', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const message = await refusedStart({ PORT: String(port) });
    other.close();
    expect(message).toContain(String(port));
    expect(message).toContain('set PORT to another');
    expect((await (await start()).post(adviser(1))).status).toBe(201);
  });

  test('a folder, or a place that is none, is no file for a log', async () => {
    mkdirSync(join(folder.path, 'folder'));
    expect(await refusedStart({ REGISTER_STORE: `sqlite:${folder.path}/folder` })).toContain('The log');
    writeFileSync(join(folder.path, 'note'), '');
    expect(await refusedStart({ REGISTER_STORE: `sqlite:${folder.path}/note/register.db` })).toContain(
      'The log',
    );
  });

  test.each<[string, () => void]>([
    [
      'cut off in the middle',
      () => {
        truncateSync(file, 128 * 1024);
      },
    ],
    [
      'cut off by its last page',
      () => {
        truncateSync(file, readFileSync(file).length - 4096);
      },
    ],
    [
      'empty',
      () => {
        truncateSync(file, 0);
      },
    ],
    [
      'overwritten at its beginning',
      () => {
        writeFileSync(file, Buffer.alloc(1024, 'x'), { flag: 'r+' });
      },
    ],
    [
      'another file',
      () => {
        writeFileSync(file, 'position,event\n');
      },
    ],
  ])('a log that is %s is noticed and left as it is', async (_, tear) => {
    await writeLog(advisers(3_000));
    tear();
    const torn = readFileSync(file);
    const message = await refusedStart({});
    expect(message).toContain('is not whole');
    expect(message).toContain(file);
    expect(message).toMatch(/Restore .* from a backup/);
    expect(readFileSync(file).equals(torn)).toBe(true);
  });

  test('a log that a killed register has left, and that is torn after, is noticed too', async () => {
    await writeLog(advisers(3_000));
    const register = await start();
    expect((await register.post(adviser(5_000))).status).toBe(201);
    await register.stop('SIGKILL');
    truncateSync(file, 128 * 1024);
    const torn = readFileSync(file);
    expect(await refusedStart({})).toContain('is not whole');
    expect(readFileSync(file).equals(torn)).toBe(true);
  });

  test('a log with an event that no register writes is not served', async () => {
    await writeLog([...advisers(2), { ...dayOpened('2025-01-01'), type: 'DayClosed' }]);
    const register = launch();
    expect(await register.ended).toBe(1);
    expect(register.stderr).toContain('2');
    expect(register.output.join('\n')).not.toMatch(STACK);
    expect(register.output.join('\n')).not.toContain('listening on');
  });
});

describe('an end', () => {
  test.each<NodeJS.Signals>(['SIGTERM', 'SIGINT'])(
    'by %s keeps every acknowledged post, and waits for no client long',
    async (signal) => {
      const register = await start();
      const { hostname, port } = new URL(register.url);
      const sockets = [connect(Number(port), hostname), connect(Number(port), hostname)];
      const [idle, halfSent] = sockets;
      idle?.write('GET /health/live HTTP/1.1\r\nHost: register\r\n\r\n');
      halfSent?.write(
        `POST /v1/events HTTP/1.1\r\nHost: register\r\nAuthorization: Bearer ${REGISTRAR_KEY}\r\n` +
          'Content-Type: application/cloudevents+json\r\nContent-Length: 1000\r\n\r\n{"specversion":',
      );
      for (const socket of sockets) socket.on('error', () => undefined);
      let number = 0;
      const acknowledged: string[] = [];
      const refusals: number[] = [];
      const posting = Array.from({ length: 8 }, async () => {
        for (;;) {
          const event = adviser(++number);
          let reply;
          try {
            reply = await register.post(event);
          } catch {
            return;
          }
          if (reply.status !== 201) {
            refusals.push(reply.status);
            expect(reply.headers.get('content-type')).toContain('application/problem+json');
            return;
          }
          acknowledged.push(event.id);
        }
      });
      while (acknowledged.length < 100) await sleep(5);
      const before = performance.now();
      expect(await register.stop(signal)).toBe(0);
      expect(performance.now() - before).toBeLessThan(8_000);
      await Promise.all(posting);
      for (const socket of sockets) socket.destroy();
      expect(new Set(refusals)).toEqual(new Set(refusals.length > 0 ? [503] : []));
      expect(register.stderr).toBe('');

      const standing = (await events(await start())).map(({ id }) => id);
      expect(acknowledged.filter((id) => !standing.includes(id))).toEqual([]);
      expect(new Set(standing).size).toBe(standing.length);
    },
  );

  test('comes at once where nobody is served, idle connections or not', async () => {
    const register = await start();
    await Promise.all(Array.from({ length: 5 }, () => register.ask('/health/live')));
    const before = performance.now();
    expect(await register.stop()).toBe(0);
    expect(performance.now() - before).toBeLessThan(2_500);
  });

  test('can be told from a crash by the last lines of the log', async () => {
    const ending = ({ output }: RegisterProcess) =>
      output
        .map((line) => JSON.parse(line) as { msg: string; signal?: string })
        .filter(({ msg }) => msg.startsWith('stop'))
        .map(({ msg, signal }) => [msg, signal]);
    const [stopped, crashed] = await Promise.all([
      start({ REGISTER_STORE: 'memory:' }),
      start({ REGISTER_STORE: 'memory:' }),
    ]);
    await Promise.all([stopped.stop('SIGHUP'), crashed.stop('SIGKILL')]);
    expect(ending(stopped)).toEqual([
      ['stopping', 'SIGHUP'],
      ['stopped', undefined],
    ]);
    expect(ending(crashed)).toEqual([]);
  });
});

describe('an older Node', () => {
  const node = olderNode();
  const unless = node === undefined ? ' (left out: there is none on the PATH)' : '';
  (node === undefined ? test.skip : test).each(['main', 'backup', 'restore', 'demo', 'generate', 'cli/main'])(
    `is told in words what %s needs${unless}`,
    (program) => {
      const file = join(__dirname, '..', '..', 'dist', 'apps', 'registry', `${program}.js`);
      const { status, stdout, stderr } = spawnSync(node ?? '', [file], { encoding: 'utf8' });
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr).toMatch(/^This needs Node 26, .* npm start.*\n$/);
    },
  );
});

describe('a large log', () => {
  const COUNT = 200_000;

  /** A port that was free a moment ago. */
  async function freePort(): Promise<string> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    return String(port);
  }

  /** Asks until there is somebody to answer. */
  async function answer(register: RegisterProcess, path: string) {
    for (;;) {
      try {
        return await register.ask(path);
      } catch {
        await sleep(10);
      }
    }
  }

  test('is read while the register is alive and says how far it is; to stop meanwhile is no failure', async () => {
    const head = await writeLog(advisers(COUNT));
    const PORT = await freePort();
    const stopped = launch({ PORT });
    expect((await answer(stopped, '/health/ready')).status).toBe(503);
    expect(await stopped.stop()).toBe(0);
    const said = stopped.output.map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(said.filter((line) => !line.startsWith('read '))).toEqual(['stopping', 'stopped']);

    const register = launch({ PORT });
    const ready = await answer(register, '/health/ready');
    expect(ready.status).toBe(503);
    expect(ready.json).toMatchObject({ ready: false, head: String(head), follower: 'starting' });
    for (const path of ['/', '/?provider=x&setting=private', '/events/1?knownAt=1000000']) {
      const page = await register.ask(path, { headers: { accept: 'text/html' } });
      expect([path, page.status]).toEqual([path, 503]);
      expect(page.text).toContain('The register is starting');
      expect(page.text).toContain('Try again in a minute');
      expect(page.headers.get('retry-after')).toBe('60');
    }
    const positions: number[] = [];
    for (;;) {
      expect((await register.ask('/health/live')).status).toBe(200);
      const reply = await register.ask('/health/ready');
      positions.push(Number((reply.json as { position: string }).position));
      if (reply.status === 200) break;
      await sleep(10);
    }
    await register.listening;
    expect(positions.length).toBeGreaterThan(2);
    expect(positions.toSorted((a, b) => a - b)).toEqual(positions);
    expect(positions.at(-1)).toBe(head);
    expect(register.output.join('\n')).toContain(`read 100000 of ${COUNT} events`);
    expect((await register.post(adviser(COUNT))).status).toBe(201);
  });
});

describe('the calendar', () => {
  const days = async (register: RegisterProcess) =>
    (await events(register)).filter(({ type }) => type === 'DayOpened').map(({ data }) => data['date']);

  test('in auto catches up every missed day in order after an outage, once', async () => {
    const [ago, before] = [londonDay(5), londonDay()];
    await writeLog([dayOpened(ago)]);
    const first = await start({ REGISTER_CALENDAR: 'auto' });
    const opened = await events(first);
    const dates = opened.map(({ data }) => String(data['date']));
    const wanted = [5, 4, 3, 2, 1, 0].map((daysAgo) => londonDay(daysAgo));
    if (londonDay() === before) expect(dates).toEqual(wanted);
    expect(opened.map(({ id }) => id)).toEqual(dates.map((date) => `day-${date}`));
    expect(new Set(opened.map(({ source }) => source))).toEqual(new Set(['/register']));
    await first.stop();
    const second = await start({ REGISTER_CALENDAR: 'auto' });
    await sleep(1_200);
    if (londonDay() === before) expect(await days(second)).toEqual(wanted);
    expect((await second.ask('/health/ready')).status).toBe(200);
  });

  test('in manual opens no day by itself, and only the registrar may', async () => {
    await writeLog([dayOpened(londonDay(5))]);
    const register = await start();
    const tomorrow = {
      source: '/tests',
      id: 'day',
      type: 'DayOpened',
      subject: 'calendar:england',
      data: { date: londonDay(4) },
    };
    const recognised = {
      source: '/tests',
      id: 'matrix',
      type: 'BodyRecognised',
      subject: 'body:matrix',
      data: { name: 'The matrix body', mayPost: [{ types: '*' }], from: '2020-01-01' },
    };
    expect((await register.post(recognised)).status).toBe(201);
    const issued = await register.ask('/v1/bodies/matrix/keys', {
      method: 'POST',
      headers: { authorization: `Bearer ${REGISTRAR_KEY}`, 'content-type': 'application/json' },
      body: '{"key":"first"}',
    });
    const { secret } = issued.json as { secret: string };
    expect((await register.post(tomorrow, { key: secret })).status).toBe(403);
    await sleep(1_200);
    expect(await days(register)).toEqual([londonDay(5)]);
    expect((await register.post(tomorrow)).status).toBe(201);
    expect(await days(register)).toEqual([londonDay(5), londonDay(4)]);
    expect(register.output.join('\n')).not.toContain(secret);
  });

  test('a process whose clock is behind the log’s neither opens days nor takes posts, and says so', async () => {
    const ahead = new Date(Date.now() + 3_600_000).toISOString();
    await writeLog([dayOpened(londonDay(5), ahead)]);
    const register = await start({ REGISTER_CALENDAR: 'auto' });
    expect((await register.ask('/health/ready')).status).toBe(503);
    const refused = await register.post(adviser(1));
    expect(refused.status).toBe(503);
    expect(refused.text).toContain('clock');
    expect(await days(register)).toEqual([londonDay(5)]);
    expect((await register.ask('/health/live')).status).toBe(200);
    expect(await register.stop()).toBe(0);
  });
});

test('what it prints holds no name, no key and nothing that was posted', async () => {
  const register = await start();
  const post = (body: string, headers: Readonly<Record<string, string>> = {}) =>
    register.ask('/v1/events', {
      method: 'POST',
      headers: {
        authorization: `Bearer ${REGISTRAR_KEY}`,
        'content-type': 'application/cloudevents+json',
        ...headers,
      },
      body,
    });
  await post('{"name":"Jane Doe"');
  await post('{"name":"Jane Doe"}', { 'content-type': 'text/Jane-Doe' });
  await post('{}', { authorization: 'Bearer Jane-Doe-of-Leeds-and-more' });
  await post('{"name":"Jane Doe"}\n{', {
    'content-type': 'application/x-ndjson',
    'x-request-id': 'Jane Doe',
  });
  await register.post({ ...adviser(1), data: { name: 'Jane Doe' } });
  await register.ask('/v1/providers/Jane%20Doe');
  await register.ask('/v1/nowhere/Jane%20Doe?name=Jane+Doe');
  const { hostname, port } = new URL(register.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.write(
    `POST /v1/events HTTP/1.1\r\nHost: register\r\nAuthorization: Bearer ${REGISTRAR_KEY}\r\n` +
      'Content-Type: application/x-ndjson\r\nContent-Length: 1000\r\n\r\n{"name":"Jane Doe"}\n{"name":"Jane',
  );
  await sleep(200);
  socket.destroy();
  await sleep(200);
  expect(await register.stop()).toBe(0);
  expect(register.output.join('\n')).not.toMatch(/Jane|Doe/);
  expect(register.output.join('\n')).not.toContain(REGISTRAR_KEY);
});
