/// <reference types="jest" />
import { execFile } from 'node:child_process';
import { hash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { RegisterProcess, temporaryFolder } from './process';
import { run } from './program';
import { accepted, endSound, expectRefusal, openDay, submission } from './refusal';

/** What becomes of a register whose file is lost, changed, moved or put back: it says so, and serves no other history. */

let folder: ReturnType<typeof temporaryFolder>;
let register: RegisterProcess | undefined;
const at = (...names: readonly string[]) => join(folder.path, ...names);
const log = () => at('data', 'register.db');
const store = () => ({ REGISTER_STORE: `sqlite:${log()}` });
const started = async () => (register = await RegisterProcess.start(store()));
const stopped = async () => {
  if (register) await endSound(register);
  register = undefined;
};

beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  await register?.stop('SIGKILL');
  register = undefined;
  folder.remove();
});

const adviser = (number: number) => ({
  type: 'AdviserRegistered',
  subject: `adviser:example${1000 + number}`,
  data: {},
});
/** A register with a day open and some advisers. */
const filled = async (events = 5) => {
  const running = await started();
  await openDay(running, '2026-09-01');
  for (let i = 0; i < events; i++) await accepted(running, adviser(i));
  return running;
};
let stoppedOnce: ReturnType<typeof temporaryFolder> | undefined;
afterAll(() => {
  stoppedOnce?.remove();
});
/** The files of a register that was filled and stopped: one register makes them for all tests. */
const filledAndStopped = async () => {
  if (stoppedOnce) {
    cpSync(stoppedOnce.path, at('data'), { recursive: true });
    return;
  }
  await filled();
  await stopped();
  stoppedOnce = temporaryFolder();
  cpSync(at('data'), stoppedOnce.path, { recursive: true });
};
/** Starts a register that is to end by itself, and resolves to what it says. */
const refusal = async () => {
  const failing = RegisterProcess.launch(store());
  expect(await failing.ended).toBe(1);
  return failing.stderr;
};
/** Changes rows like someone with sqlite3 who knows the format. */
const change = (sql: string) => {
  const database = new Database(log());
  database.function('leaf', (event) => hash('sha256', `\0${String(event)}`, 'buffer'));
  database.exec(sql);
  database.close();
};
const ready = async (running: RegisterProcess) =>
  (await running.ask('/health/ready')).json as {
    readonly ready: boolean;
    readonly detail?: string;
    readonly checking?: boolean;
  };
const until = async (
  running: RegisterProcess,
  wanted: (found: Awaited<ReturnType<typeof ready>>) => boolean,
) => {
  for (;;) {
    const found = await ready(running);
    if (wanted(found)) return found;
    await sleep(50);
  }
};

test('a log whose -wal is lost does not start, and says the one step by which it does', async () => {
  const running = await filled(50);
  await running.stop('SIGKILL');
  for (const lost of ['-wal', '-shm']) rmSync(log() + lost);
  const says = await refusal();
  expect(says).toMatch(/register\.head says that it went on to \d+/);
  expect(says).toContain('npm run restore -- --as-it-is');
  const taking = run('tools/restore', ['--as-it-is'], store());
  expect([await taking.ended, taking.printed.stdout]).toEqual([
    0,
    expect.stringContaining('is taken as it is'),
  ]);
  await started();
  await stopped();
});

test('an older copy in its place does not start', async () => {
  await filledAndStopped();
  mkdirSync(at('copy'));
  copyFileSync(log(), at('copy', 'register.db'));
  await accepted(await started(), adviser(7));
  await stopped();
  copyFileSync(at('copy', 'register.db'), log());
  expect(await refusal()).toContain('--as-it-is');
});

test('a file that is gone while it runs is written no more, and told once; put back, it goes on', async () => {
  const running = await filled();
  const lines = await running.log();
  renameSync(log(), at('data', 'away.db'));
  const { detail } = await until(running, (found) => !found.ready);
  expect(detail).toBe('The log cannot be written: its file is gone from its place');
  // It waits for the file, and on a slow machine is refused before that is back; it is never accepted meanwhile.
  const event = submission(adviser(8));
  const posted = running.post(event).then(({ status }) => status);
  expect(await Promise.race([posted, sleep(1_000, 503)])).toBe(503);
  expect(await running.log()).toEqual(lines);
  const told = running.output.filter((line) => line.includes('"level":50'));
  expect(told).toEqual([expect.stringContaining('register.db is not in its place any more')]);
  renameSync(at('data', 'away.db'), log());
  await until(running, (found) => found.ready);
  const first = await posted;
  expect([201, 503]).toContain(first);
  expect([200, 201]).toContain((await running.post(event)).status);
  expect(await running.stop()).toBe(0);
});

test('a file with a second name is refused by both', async () => {
  await filledAndStopped();
  linkSync(log(), at('data', 'other.db'));
  expect(await refusal()).toContain('it has 2 names (hard links)');
});

test('a log of an earlier release is checked, told of once, and has the same bytes as one of this release', async () => {
  const running = await filled();
  const lines = await running.log();
  await stopped();
  rmSync(at('data', 'register.head'));
  change('ALTER TABLE log DROP COLUMN hash; PRAGMA user_version = 1');
  const first = await started();
  expect(first.output.filter((line) => line.includes('earlier release'))).toHaveLength(1);
  expect(await first.log()).toEqual(lines);
  await accepted(first, adviser(9));
  await stopped();
  const second = await started();
  expect(second.output.filter((line) => line.includes('earlier release'))).toEqual([]);
  expect((await second.log()).slice(0, lines.length)).toEqual(lines);
  await stopped();
});

test('a log of an earlier release that was changed is left as it was', async () => {
  await filledAndStopped();
  rmSync(at('data', 'register.head'));
  change(`ALTER TABLE log DROP COLUMN hash; PRAGMA user_version = 1;
    UPDATE log SET event = replace(event, ',"id"', ', "id"') WHERE position = 2`);
  expect(await refusal()).toContain('The event at 2 is not in the form');
  const left = new Database(log(), { readonly: true });
  expect(left.pragma('user_version', { simple: true })).toBe(1);
  left.close();
});

test('what the check in the background finds ends the process, in words', async () => {
  await filledAndStopped();
  // With it the checkpoint, which would be found to be of another log before.
  rmSync(at('data', 'register.head'));
  change(`UPDATE log SET event = replace(event, ',"id"', ', "id"') WHERE position = 2;
    UPDATE log SET hash = leaf(event)`);
  const running = RegisterProcess.launch(store());
  expect(await running.ended).toBe(1);
  expect(running.stderr).toContain('The event at 2 is not in the form');
});

test('a row where none belongs keeps it from starting, in words', async () => {
  await filled();
  await stopped();
  change('INSERT INTO log SELECT -1, event, hash FROM log WHERE position = 2');
  expect(await refusal()).toContain('is not whole, and has been left as it is: a row stands in it at -1');
});

test('a row that changes on the disk while it runs is noticed; what was read is answered, and nothing is written', async () => {
  const running = await filled();
  const lines = await running.log();
  await until(running, ({ checking }) => checking !== true);
  change(`UPDATE log SET event = replace(event, '2026-09-01', '2026-09-02') WHERE event LIKE '%DayOpened%'`);
  expect((await until(running, (found) => !found.ready)).detail).toContain('start it again');
  expectRefusal(await running.post(submission(adviser(8))), { status: 503, code: 'unavailable' });
  expect(await running.log()).toEqual(lines);
  const told = running.output.filter((line) => line.includes('"level":50'));
  expect(told).toEqual([expect.stringMatching(/is not what was written.*take that \(GET \/v1\/log\)/)]);
  expect(await running.stop()).toBe(0);
  expect(await refusal()).toContain('is not what was written');
});

test('whatever the umask, all that it makes is for its own user alone; what is open to others is told once', async () => {
  register = RegisterProcess.launch(store(), 'umask 000');
  await register.listening;
  await openDay(register, '2026-09-01');
  const made = [at('data'), ...readdirSync(at('data')).map((name) => at('data', name))];
  expect(made.length).toBeGreaterThan(5);
  for (const path of made) expect([path, statSync(path).mode & 0o077]).toEqual([path, 0]);
  expect(register.output.filter((line) => line.includes('other users'))).toEqual([]);
  await stopped();
  chmodSync(log(), 0o644);
  chmodSync(at('data'), 0o755);
  const again = await started();
  const told = again.output.filter((line) => line.includes('other users'));
  expect(told).toEqual([expect.stringContaining(`${at('data')}, ${log()}`)]);
  expect(told[0]).toContain('"level":40');
  await stopped();
});

test('a head that is not there is told, and keeps nothing from being done', async () => {
  await filledAndStopped();
  rmSync(at('data', 'register.head'));
  const running = await started();
  expect(running.output.filter((line) => line.includes('register.head'))).toHaveLength(1);
  expect(existsSync(at('data', 'register.head'))).toBe(true);
  await stopped();
  expect(JSON.parse(readFileSync(at('data', 'register.head'), 'utf8').split('\n')[0] ?? '')).toMatchObject({
    format: 1,
    head: { hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
  });
});

describe('a program that waits for nothing but its log', () => {
  test('goes on until the thread of the log has read all hashes of it', async () => {
    await filled();
    await stopped();
    const script = `
      const { openLog } = require(process.argv[1]);
      openLog({ kind: 'sqlite', file: process.argv[2] }).then(async (log) => {
        process.stdout.write(await log.rows.digest(await log.head()));
        await log.close();
      });`;
    const opened = join(__dirname, '..', '..', 'dist', 'libs', 'application', 'stores', 'open.js');
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script, opened, log()]);
    expect(stdout).toMatch(/^[0-9a-f]{64}$/);
  });
});
