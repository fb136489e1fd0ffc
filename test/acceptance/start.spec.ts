/// <reference types="jest" />
import { BUILT_IN } from '@app/domain/policies/built-in';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import canonicalize from 'canonicalize';
import { openLog } from '@app/application/stores/open';
import { SqliteLog } from '@app/event-store/sqlite';
import { freePort, REGISTRAR_KEY, RegisterProcess, temporaryFolder } from './process';

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

const { version } = JSON.parse(readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8')) as {
  readonly version: string;
};
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

function launch(environment: Readonly<Record<string, string>> = {}, before?: string): RegisterProcess {
  const register = RegisterProcess.launch({ REGISTER_STORE: `sqlite:${file}`, ...environment }, before);
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

/** What the file of a stopped register holds. */
async function standing(): Promise<Stored[]> {
  const log = await SqliteLog.open(file, { readOnly: true });
  const texts: string[] = [];
  for await (const page of log.read(-1)) texts.push(...page.events);
  await log.close();
  return texts.map((text) => JSON.parse(text) as Stored);
}

async function events(register: RegisterProcess): Promise<Stored[]> {
  return (await register.log()).map((line) => JSON.parse(line) as Stored);
}

const shownKeys = ({ stdout }: RegisterProcess) =>
  [...stdout.matchAll(/^ {2}(grk_[\w-]{43})$/gm)].map(([, key = '']) => key);

const adviser = (number: number) => ({
  source: '/tests',
  id: `adviser-${number}`,
  type: 'AdviserRegistered',
  subject: `adviser:${String(number).padStart(8, '0')}`,
  data: {},
});

const londonDay = (daysAgo = 0) =>
  Temporal.Now.plainDateISO('Europe/London').subtract({ days: daysAgo }).toString();

/** The ids under which a first start publishes the built-in editions. */
const POLICIES = BUILT_IN.map(({ id, edition }) => `policy-${id}-${edition}`);

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
      canonicalize({
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
      }) ?? '',
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

const POLICY = JSON.parse(
  readFileSync(join(__dirname, '..', '..', 'libs', 'domain', 'policies', 'cmqa-2017.json'), 'utf8'),
) as Readonly<Record<string, unknown>>;

/** With what every log of a register begins. */
const published = {
  source: '/register',
  id: 'policy-cmqa-2017-1',
  type: 'PolicyEditionPublished',
  subject: 'policy:cmqa-2017',
  stream: 'policy-cmqa-2017',
  revision: 0,
  recordedAt: '2025-01-01T00:00:00.000Z',
  data: { edition: 1, effectiveFrom: '2017-10-01', policy: POLICY },
};

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

/** A Node that is too old for the register, from the PATH of the tests. */
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
  test('makes the registrar’s key, shows it once with the next step, and keeps nothing of it but its hash', async () => {
    const first = await start({ REGISTER_REGISTRAR_KEY: '' });
    const [key = '', ...more] = shownKeys(first);
    expect(more).toEqual([]);
    expect(key).not.toBe('');
    expect(first.stdout).toMatch(/Keep it\. Next, recognise a body/);
    expect(gravely(first)).toHaveLength(1);
    const lines = first.stdout.split('\n').filter((line) => line.startsWith('{'));
    expect(lines.filter((line) => line.includes(key))).toEqual([]);
    expect(first.stderr).toBe('');
    expect((await events(first)).find(({ type }) => type === 'BodyKeyIssued')).toMatchObject({
      id: 'key:registrar:first',
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

  test('makes none where the operator brings one, writes the built-in policies and the present day, and says at warn that a log was made', async () => {
    const days = [londonDay()];
    const register = await start({ REGISTER_CALENDAR: 'auto' });
    days.push(londonDay());
    expect(shownKeys(register)).toEqual([]);
    const all = await events(register);
    const [policy] = all;
    const day = all[POLICIES.length];
    expect(all.map(({ id }) => id)).toEqual([...POLICIES, day?.id]);
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
    expect(linesOf(register).find(({ msg }) => msg.startsWith('release'))).toMatchObject({
      level: 30,
      release: version,
      store: file,
      policy: 'cmqa-2017',
      calendar: 'auto',
      events: POLICIES.length + 1,
      msg: expect.stringContaining(
        `release ${version}: ${POLICIES.length + 1} events in ${file}; today is `,
      ) as string,
    });
    expect(gravely(register)).toEqual([
      expect.objectContaining({
        level: 40,
        msg: expect.stringContaining(`a new log was made in ${file}`) as string,
      }),
    ]);
    expect(linesOf(register).map(({ msg }) => msg)).toContainEqual(
      expect.stringMatching(/^next, recognise a body/),
    );
    expect((await register.post(adviser(1))).status).toBe(201);
    await register.stop();
    const second = await start({ REGISTER_CALENDAR: 'auto' });
    expect(gravely(second)).toEqual([]);
    expect(second.output.join()).not.toContain('next,');
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
    expect((await events(serving)).map(({ id }) => id)).toEqual([...POLICIES, 'key:registrar:first']);
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
    expect((await standing()).map(({ id }) => id)).toEqual([...POLICIES, 'adviser-1']);
  });

  test('settings that are none are refused with how to correct them, and nothing is made', async () => {
    const message = await refusedStart({ REGISTER_REGISTRAR_KEY: 'too-short' });
    expect(message).toContain('REGISTER_REGISTRAR_KEY');
    expect(message).toContain('16 or more');
    expect(message).not.toContain('too-short');
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('an address that is none of this machine’s is refused with how to correct it', async () => {
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

  test('with readers too, a port in use ends the register, and is named', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const register = launch({ PORT: String(port), REGISTER_READERS: '2' });
    expect(await register.ended).toBe(1);
    other.close();
    expect(register.stderr).toContain(`cannot listen on port ${port}`);
    expect(register.stderr).toContain('set PORT to another');
    expect(register.stderr).toContain('the register is ended');
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
    const opened = openLog({ kind: 'sqlite', file });
    await expect(opened).rejects.toThrow(`The log ${file} is not whole`);
    await expect(opened).rejects.toThrow(/Restore .* from a backup/i);
    expect(readFileSync(file).equals(torn)).toBe(true);
  });

  test('a log that a killed register has left, and that is torn after, is noticed too, in words that end the process', async () => {
    await writeLog(advisers(3_000));
    const register = await start();
    expect((await register.post(adviser(5_000))).status).toBe(201);
    await register.stop('SIGKILL');
    truncateSync(file, 128 * 1024);
    const torn = readFileSync(file);
    const message = await refusedStart({});
    expect(message).toContain(`The log ${file} is not whole`);
    expect(message).toMatch(/Restore .* from a backup/i);
    expect(readFileSync(file).equals(torn)).toBe(true);
  });

  test('a log of an earlier release is served as it stands, though some of it could not be posted any more', async () => {
    const key = 'ukprn:10000001';
    const registered = (name: string) => ({ legalForm: 'company', name });
    const recordedAt = '2025-01-02T00:00:00.500Z';
    const of = { source: '/tests', subject: key, stream: `provider-${key}`, recordedAt };
    await writeLog([
      dayOpened('2025-01-01', '2025-01-01T00:00:00.500Z'),
      { ...of, id: 'a', revision: 0, type: 'ProviderRegistered', data: registered('\u200b') },
      { ...of, id: 'b', revision: 1, type: 'ProviderRenamed', data: { from: '2025-01-01', name: ' x ' } },
      {
        ...of,
        id: 'c',
        revision: 2,
        type: 'EventCorrected',
        data: { data: registered('Careers \u202edtL'), event: '1', kind: 'clerical', reason: 'mistake' },
      },
    ]);
    const register = await start();
    expect((await register.ask(`/v1/providers/${key}`)).json).toMatchObject({ provider: { name: ' x ' } });
    const posted = (id: string, type: string, data: object) =>
      register.post({ source: '/tests', id, type, subject: key, data: { ...data } });
    const correcting = (name: string) => ({
      event: '1',
      data: registered(name),
      kind: 'clerical',
      reason: 'mistake',
    });
    for (const [id, type, data] of [
      ['d', 'ProviderRenamed', { name: ' x ', from: '2025-03-01' }],
      ['e', 'EventCorrected', correcting('\u200b')],
    ] as const)
      expect(await posted(id, type, data)).toMatchObject({ status: 400, json: { code: 'invalid-event' } });
    // Recorded events may be posted again at any time: that changes nothing.
    for (const [position, id, type, data] of [
      ['1', 'a', 'ProviderRegistered', registered('\u200b')],
      ['2', 'b', 'ProviderRenamed', { from: '2025-01-01', name: ' x ' }],
      ['3', 'c', 'EventCorrected', correcting('Careers \u202edtL')],
    ] as const)
      expect(await posted(id, type, data)).toMatchObject({ status: 200, json: { position } });
    expect(await posted('b', 'ProviderRenamed', { from: '2025-01-02', name: ' x ' })).toMatchObject({
      status: 400,
      json: { code: 'invalid-event' },
    });
    expect((await posted('f', 'EventCorrected', correcting('Careers Ltd'))).status).toBe(201);
    expect(await register.stop()).toBe(0);
    const again = await start();
    expect((await again.ask('/v1/events/3')).status).toBe(200);
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

interface Line {
  readonly time: number;
  readonly level: number;
  readonly msg: string;
  readonly signal?: string;
}
const linesOf = ({ output }: RegisterProcess) =>
  output.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Line);
/** What is said at warn and above. */
const gravely = (register: RegisterProcess) => linesOf(register).filter(({ level }) => level >= 40);

/** Resolves once a line says this; the register is watched, not timed. */
async function said(register: RegisterProcess, words: RegExp): Promise<Line> {
  for (;;) {
    const line = linesOf(register).find(({ msg }) => words.test(msg));
    if (line) return line;
    await sleep(20);
  }
}

describe('a start says', () => {
  test('that no key of the registrar’s is in force', async () => {
    await writeLog([{ ...published, recordedAt: `${londonDay(1)}T00:00:00.500Z` }]);
    const without = await start({ REGISTER_REGISTRAR_KEY: '' });
    expect(gravely(without)).toEqual([
      expect.objectContaining({
        level: 40,
        msg: expect.stringContaining('no registrar’s key is in force') as string,
      }),
    ]);
  });

  test('where the log is that was made, and which settings nothing reads, without their values', async () => {
    const register = await start({
      REGISTER_STORE: `sqlite:${folder.path}/no/../no/such/folder/new.db`,
      REGISTER_SOTRE: 'a-secret-value',
      register_policy: 'a-secret-value',
      REGISTRE_CALENDAR: 'a-secret-value',
      REGISTER_COLOUR: 'a-secret-value',
    });
    const warned = gravely(register).map(({ msg }) => msg);
    const deep = join(folder.path, 'no', 'such', 'folder', 'new.db');
    expect(warned).toHaveLength(5);
    expect(warned).toContainEqual(expect.stringContaining(`made in ${deep}`));
    for (const [name, hint] of [
      ['REGISTER_SOTRE', 'did you mean REGISTER_STORE?'],
      ['register_policy', 'did you mean REGISTER_POLICY?'],
      ['REGISTRE_CALENDAR', 'did you mean REGISTER_CALENDAR?'],
      ['REGISTER_COLOUR', 'those that there are: REGISTER_STORE, '],
    ] as const)
      expect(warned).toContainEqual(
        expect.stringMatching(`^${name} is no setting of this release.*${hint.replace('?', '\\?')}`),
      );
    expect(register.output.join()).not.toContain('a-secret-value');
  });

  test('that the policy does not stand in the log which is asked where none is named, and is not ready', async () => {
    const register = await start({ REGISTER_POLICY: 'cmqa2017' });
    const words =
      'No edition of the policy cmqa2017 stands in the log; there stand cmqa-2017, england-funding, england-guidance, england-statute. Set REGISTER_POLICY';
    expect(gravely(register)).toContainEqual(
      expect.objectContaining({ level: 50, msg: expect.stringContaining(words) as string }),
    );
    const ready = await register.ask('/health/ready');
    expect([ready.status, ready.json]).toEqual([
      503,
      expect.objectContaining({ ready: false, detail: expect.stringContaining(words) as string }),
    ]);
    expect((await register.ask('/metrics')).text).toContain('\nregister_ready 0\n');
    expect((await register.ask('/health/live')).status).toBe(200);
    const visited = (path: string) => register.ask(path, { headers: { accept: 'text/html' } });
    // The page asks under every policy that stands, or under those that are named.
    expect((await visited('/')).status).toBe(200);
    expect((await visited('/?policy=cmqa-2017')).status).toBe(200);
    expect((await visited('/?policy=nothing')).status).toBe(404);
    const [builtIn] = await events(register);
    const edition = { source: '/tests', id: 'p', type: 'PolicyEditionPublished', subject: 'policy:cmqa2017' };
    expect((await register.post({ ...edition, data: builtIn?.data })).status).toBe(201);
    expect((await register.ask('/health/ready')).json).toMatchObject({ ready: true });
  });

  test('in the same words what keeps a file from being had, whatever it is', async () => {
    mkdirSync(`${file}-lock`);
    const message = await refusedStart({});
    expect(message).toContain(
      `The log ${file} cannot be written: a file there can neither be opened nor made`,
    );
    expect(message).toContain(`Let the user that the register runs as read and write in ${folder.path}`);
  });
});

describe('a disk that is full', () => {
  test('is told once with the file, keeps the register from being ready, and is told when there is room', async () => {
    await writeLog([published]);
    const register = launch({}, 'ulimit -S -f 400');
    await register.listening;
    let posted = 0;
    let reply = await register.post(adviser(posted));
    while (reply.status === 201) reply = await register.post(adviser(++posted));
    expect(reply.status).toBe(503);
    expect(reply.text).toMatch(/The register cannot write to its log: the disk .*full/);
    expect(reply.text).toContain('post');
    expect(reply.text).not.toContain(folder.path);
    await said(register, /cannot be written/);
    const ready = await register.ask('/health/ready');
    expect([ready.status, ready.json]).toEqual([
      503,
      expect.objectContaining({
        ready: false,
        detail: expect.stringMatching(/^The log cannot be written: the disk .*full/) as string,
      }),
    ]);
    expect(ready.text).not.toContain(folder.path);
    expect((await register.ask('/v1/policies')).status).toBe(200);

    await once(
      spawn('prlimit', ['--pid', String(register.pid), '--fsize=unlimited'], { stdio: 'inherit' }),
      'exit',
    );
    // By itself: no one has to post for it.
    expect((await said(register, /can be read and written again/)).level).toBe(30);
    expect((await register.ask('/health/ready')).status).toBe(200);
    expect([200, 201]).toContain((await register.post(adviser(posted))).status);
    const told = gravely(register).filter(({ msg }) => msg.startsWith('The log'));
    expect(told).toEqual([
      expect.objectContaining({
        level: 50,
        msg: expect.stringContaining(`The log ${file} cannot be written: the disk`) as string,
      }),
    ]);
    expect(await register.stop()).toBe(0);
    expect((await standing()).map(({ id }) => id)).toEqual([
      'policy-cmqa-2017-1',
      ...Array.from({ length: posted + 1 }, (_, number) => `adviser-${number}`),
    ]);
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
      // One client goes on sending permanently: a register that waited for it would never end.
      expect(await register.stop(signal)).toBe(0);
      await Promise.all(posting);
      for (const socket of sockets) socket.destroy();
      expect(new Set(refusals)).toEqual(new Set(refusals.length > 0 ? [503] : []));
      expect(register.stderr).toBe('');

      const ids = (await standing()).map(({ id }) => id);
      expect(acknowledged.filter((id) => !ids.includes(id))).toEqual([]);
      expect(new Set(ids).size).toBe(ids.length);
    },
  );

  test('comes at once where no one is served, idle connections or not, and can be told from a crash by the last lines', async () => {
    const ending = (register: RegisterProcess) =>
      linesOf(register)
        .filter(({ msg }) => msg.startsWith('stop'))
        .map(({ msg, signal }) => [msg, signal]);
    // By the register’s own clock. One that waited for idle connections would take three seconds every time; one that does
    // not is that slow three times in a row on no machine that can run it.
    const took: number[] = [];
    while (took.length < 3 && !took.some((milliseconds) => milliseconds < 3_000)) {
      const register = await start({ REGISTER_STORE: 'memory:' });
      await Promise.all(Array.from({ length: 5 }, () => register.ask('/health/live')));
      expect(await register.stop('SIGHUP')).toBe(0);
      expect(ending(register)).toEqual([
        ['stopping', 'SIGHUP'],
        ['stopped', undefined],
      ]);
      const at = (words: string) => linesOf(register).find(({ msg }) => msg === words)?.time ?? NaN;
      took.push(at('stopped') - at('stopping'));
    }
    expect(Math.min(...took)).toBeLessThan(3_000);
    const crashed = await start({ REGISTER_STORE: 'memory:' });
    await crashed.stop('SIGKILL');
    expect(ending(crashed)).toEqual([]);
  });
});

describe('an older Node', () => {
  const node = olderNode();
  const unless = node === undefined ? ' (left out: there is none on the PATH)' : '';
  (node === undefined ? test.skip : test).each([
    'registry/main',
    'tools/backup',
    'tools/restore',
    'tools/demo',
    'tools/generate',
    'client/main',
  ])(`is told in words what %s needs${unless}`, (program) => {
    const file = join(__dirname, '..', '..', 'dist', 'apps', `${program}.js`);
    const { status, stdout, stderr } = spawnSync(node ?? '', [file], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^This needs Node 26, .* npm start.*\n$/);
  });
});

describe('a large log', () => {
  /** How far it is, it says at every 100,000 events. */
  const COUNT = 101_000;

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
    const head = await writeLog([published, ...advisers(COUNT)]);
    const PORT = await freePort();
    // The registers run at low priority: however busy the machine is, they are asked before they have read
    // everything.
    const slowly = 'renice -n 19 $$ > /dev/null';
    const stopped = launch({ PORT }, slowly);
    expect((await answer(stopped, '/health/ready')).status).toBe(503);
    expect(await stopped.stop()).toBe(0);
    const said = stopped.output.map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(said.filter((line) => !line.startsWith('read '))).toEqual(['stopping', 'stopped']);

    const register = launch({ PORT }, slowly);
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
    expect(register.output.join('\n')).toContain(`read 100000 of ${COUNT + 1} events`);
    expect((await register.post(adviser(COUNT))).status).toBe(201);
  });
});

describe('the calendar', () => {
  const days = async (register: RegisterProcess) =>
    (await events(register)).filter(({ type }) => type === 'DayOpened').map(({ data }) => data['date']);

  test('in auto catches up every missed day in order after an outage, once', async () => {
    const [ago, before] = [londonDay(5), londonDay()];
    await writeLog([published, dayOpened(ago)]);
    const first = await start({ REGISTER_CALENDAR: 'auto' });
    const opened = (await events(first)).slice(1);
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

test('names the recognitions that open less than an earlier release took by them, and no others', async () => {
  const recognised = (slug: string, mayPost: readonly object[], from = '2020-01-01') => ({
    ...{
      source: '/operator',
      id: slug,
      type: 'BodyRecognised',
      subject: `body:${slug}`,
      stream: `body-${slug}`,
    },
    ...{ revision: 0, recordedAt: `${londonDay(1)}T00:00:01.000Z`, data: { name: slug, mayPost, from } },
  });
  await writeLog([
    dayOpened(londonDay(1)),
    recognised('wide', [{ types: '*' }]),
    recognised('narrow', [{ types: '*', standards: ['matrix'] }]),
    recognised('named', [{ types: ['ProviderClosed'], standards: ['matrix'] }]),
  ]);
  const register = await start();
  const told = gravely(register).filter(({ msg }) => msg.includes('recognition'));
  expect(told.map(({ level, msg }) => [level, msg])).toEqual([
    [
      40,
      expect.stringMatching(
        /body:narrow at 2 has "\*" beside .* no other type, such as .* recognise it anew$/,
      ),
    ],
  ]);
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
