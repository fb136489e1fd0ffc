/// <reference types="jest" />
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { transformFileSync } from '@swc/core';
import Database from 'better-sqlite3';
import { Bell } from './bell';
import { LogUnavailable, type EventLog } from './event-log';
import { eventLogContract, eventsOf } from './event-log.contract';
import { leafHash } from './leaf';
import { LogDamaged } from './event-log';
import { SqliteLog, type SqliteOptions } from './sqlite';
import { LogInUse, LogShorter } from './sqlite-faults';
import { keepBeside, keptBeside, readHead, type Head } from './sqlite-head';

const directories: string[] = [];
const children: ChildProcess[] = [];

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'log-'));
  directories.push(directory);
  return directory;
}

afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

eventLogContract('a log in SQLite', async () => {
  const file = join(newDirectory(), 'register.db');
  const log = await SqliteLog.open(file);
  const handles = [log];
  const closeAll = async () => {
    for (const handle of handles.splice(0).reverse()) await handle.close();
  };
  return {
    log,
    writers: 'one',
    another: async () => {
      const handle = await SqliteLog.open(file, { readOnly: true });
      handles.push(handle);
      return handle;
    },
    reopened: async () => {
      await closeAll();
      const handle = await SqliteLog.open(file);
      handles.push(handle);
      return handle;
    },
    done: closeAll,
  };
});

describe('a log in SQLite', () => {
  let directory: string;
  let file: string;
  const open: EventLog[] = [];
  const workers: Worker[] = [];

  const opened = async (path = file, options: SqliteOptions = {}) => {
    const log = await SqliteLog.open(path, options);
    open.push(log);
    return log;
  };

  const threads = jest.requireActual<{ Worker: typeof Worker }>('node:worker_threads');
  const { Worker: RealWorker } = threads;

  beforeEach(() => {
    directory = newDirectory();
    file = join(directory, 'register.db');
    jest.spyOn(threads, 'Worker').mockImplementation((...settings) => {
      const worker = new RealWorker(...settings);
      workers.push(worker);
      return worker;
    });
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    for (const child of children.splice(0)) child.kill('SIGKILL');
    for (const log of open.splice(0).reverse()) await log.close();
    workers.length = 0;
  });

  const writer = () => {
    const last = workers.at(-1);
    if (last === undefined) throw new Error('no thread has been begun');
    return last;
  };

  describe('when it is opened', () => {
    it('makes the file, and the directories to it', async () => {
      file = join(directory, 'a', 'b', 'register.db');
      const log = await opened();
      expect(await log.append(['a'], -1)).toEqual({ outcome: 'appended' });
      expect(statSync(file).isFile()).toBe(true);
    });

    it('is one file when it is closed, but for its head and an empty lock', async () => {
      const log = await opened();
      await log.append(['a'], -1);
      await log.close();
      expect(readdirSync(directory).sort()).toEqual(['register.db', 'register.db-lock', 'register.head']);
      expect(statSync(`${file}-lock`).size).toBe(0);
    });

    it('is in the mode in which readers and the writer do not wait for each other', async () => {
      await opened();
      const looking = new Database(file, { readonly: true });
      expect(looking.pragma('journal_mode', { simple: true })).toBe('wal');
      looking.close();
    });

    it('clears away what a crash left of a log that was being made', async () => {
      writeFileSync(`${file}-new`, 'half of a log');
      writeFileSync(`${file}-new-journal`, 'half of a journal');
      const log = await opened();
      expect(await log.append(['a'], -1)).toEqual({ outcome: 'appended' });
      await log.close();
      expect(readdirSync(directory).sort()).toEqual(['register.db', 'register.db-lock', 'register.head']);
    });

    it('refuses to make one where only the write-ahead log of one is left', async () => {
      writeFileSync(`${file}-wal`, 'what was appended last');
      await expect(opened()).rejects.toThrow(LogDamaged);
      expect(readdirSync(directory).sort()).toEqual(['register.db-lock', 'register.db-wal']);
    });

    it('for reading only makes nothing', async () => {
      file = join(directory, 'a', 'register.db');
      await expect(opened(file, { readOnly: true })).rejects.toThrow(/There is no log at .*register\.db/);
      expect(readdirSync(directory)).toEqual([]);
    });

    it('says which file it could not have', async () => {
      mkdirSync(file);
      await expect(opened()).rejects.toThrow(`${file}, which is not a file`);
      await expect(opened()).rejects.toBeInstanceOf(LogUnavailable);
      writeFileSync(join(directory, 'a file'), '');
      const below = join(directory, 'a file', 'register.db');
      await expect(opened(below)).rejects.toThrow(below);
      await expect(opened(below)).rejects.toBeInstanceOf(LogUnavailable);
    });

    const asRoot = process.getuid?.() === 0;
    (asRoot ? it.skip : it)('says that it may not write the file, and still reads it', async () => {
      const log = await opened();
      await log.append(['a'], -1);
      await log.close();
      chmodSync(file, 0o444);
      await expect(opened()).rejects.toThrow(/register\.db cannot be written/);
      await expect(opened()).rejects.toBeInstanceOf(LogUnavailable);
      expect(await eventsOf(await opened(file, { readOnly: true }))).toEqual(['a']);
    });
  });

  describe('has one writer', () => {
    it('in a process', async () => {
      const log = await opened();
      await expect(opened()).rejects.toThrow(LogInUse);
      await expect(opened()).rejects.toThrow(/register\.db is open for writing already/);
      expect(await log.append(['a'], -1)).toEqual({ outcome: 'appended' });
    });

    it('whatever links lead to the file', async () => {
      await opened();
      symlinkSync(file, join(directory, 'link.db'));
      symlinkSync(directory, join(directory, 'linked'));
      await expect(opened(join(directory, 'link.db'))).rejects.toThrow(LogInUse);
      await expect(opened(join(directory, 'linked', 'register.db'))).rejects.toThrow(LogInUse);
    });

    it('of all processes', async () => {
      await opened();
      const child = inAnotherProcess(
        file,
        `await SqliteLog.open(file).catch((error) => console.log(error.name))`,
      );
      expect(await child.line()).toBe('LogInUse');
      await child.ended;
    });

    it('until that closes it', async () => {
      await (await opened()).close();
      const log = await opened();
      expect(await log.append(['a'], -1)).toEqual({ outcome: 'appended' });
    });

    it('until the process of that dies, and then has all that was appended', async () => {
      const child = inAnotherProcess(
        file,
        `const log = await SqliteLog.open(file);
         for (let head = -1; ; head++) {
           const { outcome } = await log.append([JSON.stringify({ position: String(head + 1) })], head);
           console.log(outcome, head + 1);
         }`,
      );
      while ((await child.line()) !== 'appended 200');
      await expect(opened()).rejects.toThrow(LogInUse);
      child.process.kill('SIGKILL');
      const acknowledged = await child.last();
      await child.ended;

      const log = await opened();
      const events = await eventsOf(log);
      expect(events).toEqual(events.map((_, index) => JSON.stringify({ position: String(index) })));
      expect(events.length).toBeGreaterThan(Number(/^appended (\d+)$/.exec(acknowledged)?.[1]));
    });

    it('and any number of readers, of this and of other processes, which see what it appends', async () => {
      const log = await opened();
      const reader = await opened(file, { readOnly: true });
      const child = inAnotherProcess(
        file,
        `const log = await SqliteLog.open(file, { readOnly: true });
         console.log('following');
         setInterval(() => undefined, 1_000);
         for await (const page of log.follow(-1, new AbortController().signal)) {
           if (typeof page !== 'string') for (const event of page.events) console.log(event);
         }`,
      );
      expect(await child.line()).toBe('following');
      for (const [index, event] of ['a', 'b', 'c'].entries()) {
        await log.append([event], index - 1);
        expect(await child.line()).toBe(event);
        expect(await reader.head()).toBe(index);
      }
      child.process.kill();
      await child.ended;
    });

    it('whose readers cannot append', async () => {
      const log = await opened();
      const reader = await opened(file, { readOnly: true });
      expect(await reader.append(['a'], -1)).toEqual({
        outcome: 'unavailable',
        detail: 'The log is open for reading only.',
      });
      expect(await log.head()).toBe(-1);
    });
  });

  describe('that has the form of its events checked', () => {
    const LAST = 999;
    const numbered = (first: number, count: number) =>
      Array.from({ length: count }, (_, i) => `{"number":${first + i}}`);

    const checks = (body: string) => {
      const module = join(directory, 'checks.cjs');
      writeFileSync(module, `exports.flawOf = (event, position) => { ${body} };`);
      return { module, atLeast: 1 };
    };

    const followed = async (options: SqliteOptions) => {
      const whole = await opened();
      await whole.append(numbered(0, LAST + 1), -1);
      await open.pop()?.close();
      const log = await opened(file, options);
      const said: string[] = [];
      const unchecked: number[] = [];
      const following = (async () => {
        for await (const page of log.follow(-1, AbortSignal.timeout(20_000))) {
          if (typeof page === 'string') {
            said.push(page);
            return;
          }
          for (const i of page.events.keys()) if (page.isUnchecked) unchecked.push(page.first + i);
        }
      })();
      return { log, said, unchecked, following };
    };

    it('says that a reader has caught up once all of them are checked', async () => {
      const { log, said, unchecked, following } = await followed({ checks: checks('') });
      await following;
      expect(said).toEqual(['caught-up']);
      expect(unchecked).toHaveLength(LAST + 1);
      await log.append(numbered(LAST + 1, 1), LAST);
      for await (const page of log.follow(LAST, AbortSignal.timeout(20_000))) {
        expect(page).toEqual({ first: LAST + 1, events: numbered(LAST + 1, 1) });
        break;
      }
    });

    it.each([0, 250, LAST])('never says so if one of them has a flaw (at %i)', async (position) => {
      const flawed = checks(`if (position === ${position}) return 'wrong at ' + position;`);
      const { said, following } = await followed({ checks: flawed });
      await expect(following).rejects.toThrow(new LogDamaged(`wrong at ${position}`));
      expect(said).toEqual([]);
    });

    it('checks itself what its thread does not come to', async () => {
      // Only in the thread.
      const dying = checks(
        `if (!require('node:worker_threads').isMainThread && position === 300) process.exit(1);
         if (position === 700) return 'wrong at 700';`,
      );
      const { said, following } = await followed({ checks: dying });
      await expect(following).rejects.toThrow('wrong at 700');
      expect(said).toEqual([]);
    });

    it('finds a changed row before it says so', async () => {
      const whole = await opened();
      await whole.append(numbered(0, LAST + 1), -1);
      await open.pop()?.close();
      const database = new Database(file);
      database.prepare("UPDATE log SET event = replace(event, '}', ' }') WHERE position = 600").run();
      database.close();
      const log = await opened(file, { checks: checks('') });
      const reading = (async () => {
        for await (const page of log.follow(-1, AbortSignal.timeout(20_000)))
          if (typeof page === 'string') return;
      })();
      await expect(reading).rejects.toThrow('what stands at 600 is not what was written');
    });
  });

  describe('when its thread dies', () => {
    const dies = (before: string) => () =>
      new RealWorker(
        `const { parentPort, workerData } = require('node:worker_threads');
         const Database = require(${JSON.stringify(require.resolve('better-sqlite3'))});
         const hashed = (event) => require('node:crypto').hash('sha256', '\\0' + event);
         parentPort.postMessage(null);
         parentPort.once('message', ({ events, head }) => { ${before}; process.exit(1); });`,
        { eval: true, workerData: { file } },
      );

    it.each([
      ['before it wrote', '', ['a']],
      [
        'after it wrote',
        `const database = new Database(workerData.file);
         for (const event of events) database.prepare('INSERT INTO log VALUES (?, ?, unhex(?))').run(++head, event, hashed(event))`,
        ['a', 'b', 'c'],
      ],
      [
        'while it wrote',
        `const database = new Database(workerData.file);
         database.exec('BEGIN IMMEDIATE');
         database.prepare('INSERT INTO log VALUES (?, ?, NULL)').run(head + 1, events[0])`,
        ['a'],
      ],
    ])(
      'over an append, %s, knows that it does not know, and goes on with another',
      async (_, before, left) => {
        await (await opened()).append(['a'], -1);
        await open.pop()?.close();
        jest.spyOn(threads, 'Worker').mockImplementationOnce(dies(before));
        const log = await opened();
        expect(await log.append(['b', 'c'], 0)).toMatchObject({ outcome: 'unknown' });
        expect(await eventsOf(log)).toEqual(left);
        const again = await log.append(['b', 'c'], 0);
        expect(again).toEqual({ outcome: left.length === 1 ? 'appended' : 'moved' });
        expect(await eventsOf(log)).toEqual(['a', 'b', 'c']);
      },
    );

    /** So many events that they are always written in the thread. */
    const many = Array.from({ length: 100 }, (_, index) => `of many: ${index}`);

    it('between appends, goes on with another thread', async () => {
      const log = await opened();
      await log.append(['a'], -1);
      await writer().terminate();
      expect(await log.append(many, 0)).toEqual({ outcome: 'appended' });
      expect(await eventsOf(log)).toEqual(['a', ...many]);
    });

    it('at any moment, has all of an append or none, and its head settles which', async () => {
      const log = await opened();
      const expected: string[] = [];
      for (let round = 0; round < 40; round++) {
        const batch = Array.from({ length: 200 }, (_, index) => `${round}: ${index} ${'x'.repeat(1_000)}`);
        const appending = log.append(batch, expected.length - 1);
        await delay(round % 10);
        await writer().terminate();
        const { outcome } = await appending;
        const before = expected.length - 1;
        const head = await log.head();
        expect([before, before + batch.length]).toContain(head);
        if (outcome !== 'unknown') expect(head).toBe(outcome === 'appended' ? before + batch.length : before);
        if (head > before) expected.push(...batch);
      }
      expect(await eventsOf(log)).toEqual(expected);
      expect(await log.append(['last'], expected.length - 1)).toEqual({ outcome: 'appended' });
      await log.close();
      expect(await eventsOf(await opened())).toEqual([...expected, 'last']);
    });

    it('and cannot be begun again, is unavailable until it can', async () => {
      const log = await opened();
      await log.append(['a'], -1);
      await writer().terminate();
      jest
        .spyOn(threads, 'Worker')
        .mockImplementationOnce(() => new RealWorker('throw new Error("no memory")', { eval: true }));
      expect(await log.append(many, 0)).toEqual({
        outcome: 'unavailable',
        detail: expect.stringContaining('no memory') as string,
      });
      expect(await log.append(many, 0)).toEqual({ outcome: 'appended' });
    });
  });

  describe('where the disk is full', () => {
    const large = Array.from({ length: 10 }, (_, index) => `${index} ${'x'.repeat(20_000)}`);

    it('is unavailable, loses nothing, and goes on with what still fits', async () => {
      const log = await opened(file, { mostPages: 40 });
      expect(await log.append(['a'], -1)).toEqual({ outcome: 'appended' });
      expect(await log.append(large, 0)).toEqual({
        outcome: 'unavailable',
        detail: expect.stringContaining('SQLITE_FULL') as string,
        why: 'the disk is full',
      });
      // There is room for a write that changes nothing.
      expect(await log.tryToWrite()).toEqual({ outcome: 'appended' });
      expect(await log.head()).toBe(0);
      expect(await log.append(['b'], 0)).toEqual({ outcome: 'appended' });
      await log.close();
      const roomy = await opened();
      expect(await eventsOf(roomy)).toEqual(['a', 'b']);
      expect(await roomy.append(large, 1)).toEqual({ outcome: 'appended' });
    });

    it('while it commits, does not know, until there is room and the same is tried again', async () => {
      const child = inAnotherProcess(
        file,
        `const log = await SqliteLog.open(file);
         const large = Array.from({ length: 10 }, (_, index) => index + ' ' + 'x'.repeat(20_000));
         let head = -1, answer;
         do {
           answer = await log.append(large, head);
           if (answer.outcome === 'appended') head += large.length;
         } while (answer.outcome === 'appended');
         console.log(JSON.stringify([answer.outcome, answer.detail, head, await log.head()]));
         console.log(JSON.stringify([(await log.append(large, head)).outcome, head, await log.head()]));
         process.stdin.once('data', async () => {
           console.log(JSON.stringify([(await log.append(large, head)).outcome, head, await log.head()]));
           await log.close();
           process.exit();
         });`,
        'ulimit -S -f 3000',
      );
      const [outcome, detail, head, headThen] = JSON.parse(await child.line()) as [
        string,
        string,
        number,
        number,
      ];
      expect(outcome).toBe('unknown');
      expect(detail).toMatch(/SQLITE_(FULL|IOERR)/);
      expect(headThen).toBe(head);
      expect(JSON.parse(await child.line())).toEqual(['unknown', head, head]);
      const raising = spawn('prlimit', ['--pid', String(child.process.pid), '--fsize=unlimited'], {
        stdio: 'inherit',
      });
      await once(raising, 'exit');
      child.process.stdin.write('go on\n');
      expect(JSON.parse(await child.line())).toEqual(['appended', head, head + large.length]);
      await child.ended;
      const events = await eventsOf(await opened());
      expect(events).toHaveLength(head + large.length + 1);
      expect(events).toEqual(events.map((_, index) => large[index % large.length]));
    });
  });

  describe('whose file is damaged', () => {
    const events = Array.from({ length: 400 }, (_, index) =>
      index % 40 === 7 ? `"${index} ${'long '.repeat(3_000)}"` : `"${index} ${'short '.repeat(index % 90)}"`,
    );
    let whole: string;
    let size: number;

    beforeAll(async () => {
      whole = join(newDirectory(), 'register.db');
      const log = await SqliteLog.open(whole);
      await log.append(events, -1);
      await log.close();
      size = statSync(whole).size;
    });

    beforeEach(() => {
      copyFileSync(whole, file);
    });

    /** The result of a reading from the first event to the head. */
    const found = async (): Promise<'damage' | 'nothing' | 'another log'> => {
      for (const left of ['-wal', '-shm']) rmSync(file + left, { force: true });
      let log: SqliteLog | undefined;
      try {
        log = await SqliteLog.open(file, { readOnly: true });
        const read = await eventsOf(log);
        return read.length === events.length && read.every((event, index) => event === events[index])
          ? 'nothing'
          : 'another log';
      } catch (error) {
        if (error instanceof LogDamaged) return 'damage';
        throw error;
      } finally {
        await log?.close();
      }
    };

    it('is read where nothing is damaged', async () => {
      expect(await found()).toBe('nothing');
    });

    it('by losing its end, at whatever length, is refused', async () => {
      const lengths = new Set([0, 1, 15, 16, 99, 100, 101, 511, 512, size - 1, size - 100]);
      for (let length = 0; length < size; length += 2_048) lengths.add(length).add(length + 37);
      for (const length of [...lengths].filter((each) => each < size)) {
        copyFileSync(whole, file);
        truncateSync(file, length);
        await expect(SqliteLog.open(file, { readOnly: true })).rejects.toBeInstanceOf(LogDamaged);
        expect(statSync(file).size).toBe(length);
      }
    });

    it('by losing its end, is refused for writing too, and left as it is', async () => {
      truncateSync(file, size - 10_000);
      const before = readFileSync(file);
      await expect(opened()).rejects.toThrow(/Restore it from a backup/);
      await expect(opened()).rejects.toBeInstanceOf(LogDamaged);
      expect(readFileSync(file).equals(before)).toBe(true);
    });

    it.each([4_096, 512])(
      'by zeros where %i bytes were, is noticed, or has all its events',
      async (length) => {
        for (let offset = 0; offset < size; offset += length) {
          copyFileSync(whole, file);
          overwrite(file, offset, Buffer.alloc(length));
          expect([offset, await found()]).not.toEqual([offset, 'another log']);
        }
      },
    );

    it('in its header, is noticed, or has all its events', async () => {
      const header = readFileSync(whole).subarray(0, 100);
      for (const [offset, was] of header.entries()) {
        for (const now of [was ^ 0xff, was ^ 1, 0]) {
          copyFileSync(whole, file);
          overwrite(file, offset, Buffer.from([now]));
          expect([offset, now, await found()]).not.toEqual([offset, now, 'another log']);
        }
      }
    });

    it.each([
      [
        'a text',
        (path: string) => {
          writeFileSync(path, 'Nothing of a log.\n'.repeat(1_000));
        },
        'not a database',
      ],
      [
        'an empty file',
        (path: string) => {
          writeFileSync(path, '');
        },
        'it is empty',
      ],
      ['the database of another program', changed('PRAGMA application_id = 0'), 'not the log of a register'],
      ['a log of a later release', changed('PRAGMA user_version = 3'), 'its layout is 3'],
      [
        'a log whose layout does not fit its table',
        changed('PRAGMA user_version = 1'),
        'its table log is not',
      ],
      ['a log with another table', changed('ALTER TABLE log ADD COLUMN more TEXT'), 'its table log is not'],
      ['a log without a write-ahead log', changed('PRAGMA journal_mode = DELETE'), 'no write-ahead log'],
      ['a log without its table', changed('DROP TABLE log'), 'has no table log'],
      ['a log without its first event', changed('DELETE FROM log WHERE position = 0'), 'events are missing'],
      [
        'a log without one in its midst',
        changed('DELETE FROM log WHERE position = 123'),
        'events are missing',
      ],
      [
        'a log that begins below 0',
        changed("INSERT INTO log VALUES (-1, 'x', NULL)"),
        'a row stands in it at -1, and the first event of a log stands at 0',
      ],
      [
        'a log beside which a journal lies',
        (path: string) => {
          writeFileSync(`${path}-journal`, 'of another file');
        },
        /register\.db-journal lies beside .*Move .*-journal away/,
      ],
    ])('is told from %s', async (_, make, reason) => {
      make(file);
      for (const options of [{}, { readOnly: true }]) {
        const reading = opened(file, options).then(eventsOf);
        await expect(reading).rejects.toBeInstanceOf(LogDamaged);
        await expect(reading).rejects.toThrow(reason);
        await open.pop()?.close();
      }
    });

    it.each([
      ['a gap', 'DELETE FROM log WHERE position = 300', 'missing'],
      ['a loss at its end', 'DELETE FROM log WHERE position > 390', 'it ends at 390'],
      [
        'an event that has become none',
        "UPDATE log SET event = 'a' || char(0) WHERE position = 300",
        'no event',
      ],
    ])('by %s that comes about while it is read, is noticed', async (_, damage, reason) => {
      const log = await opened();
      const reading = async (after: number) => {
        let next = after + 1;
        for await (const page of log.read(after, { limit: 100 })) next += page.events.length;
        return next;
      };
      expect(await reading(-1)).toBe(100);
      changed(damage)(file);
      await expect(eventsOf(log)).rejects.toBeInstanceOf(LogDamaged);
      await expect(eventsOf(log)).rejects.toThrow(reason);
      const following = log.follow(250, new AbortController().signal)[Symbol.asyncIterator]();
      await expect(following.next()).rejects.toBeInstanceOf(LogDamaged);
    });
  });

  describe('whose write-ahead log was torn by a crash', () => {
    it('opens with whole appends from the first on, and takes more', async () => {
      const log = await opened();
      const batches = Array.from({ length: 30 }, (_, batch) => [
        `${batch} begins`,
        `${batch} ${'x'.repeat(3_000)}`,
      ]);
      for (const [index, batch] of batches.entries()) await log.append(batch, 2 * index - 1);
      const ahead = statSync(`${file}-wal`).size;
      const kept: number[] = [];
      for (let part = 0; part <= 40; part++) {
        const torn = join(newDirectory(), 'register.db');
        copyWithoutClosing(file, torn);
        copyWithoutClosing(`${file}-wal`, `${torn}-wal`);
        truncateSync(`${torn}-wal`, Math.floor((ahead * part) / 40));
        const reader = await opened(torn, { readOnly: true });
        const events = await eventsOf(reader);
        await reader.close();
        const survivor = await opened(torn);
        expect(await eventsOf(survivor)).toEqual(events);
        expect(events.length % 2).toBe(0);
        expect(events).toEqual(batches.flat().slice(0, events.length));
        expect(await survivor.append(['next'], events.length - 1)).toEqual({ outcome: 'appended' });
        await survivor.close();
        kept.push(events.length);
      }
      expect(kept).toEqual(kept.toSorted((a, b) => a - b));
      expect([kept[0], kept.at(-1)]).toEqual([0, 60]);
    });
  });

  describe('whose head is kept beside it', () => {
    const head = () => join(directory, 'register.head');

    it('by its first append, and at the latest a moment after the last', async () => {
      const log = await opened();
      await log.append(['a'], -1);
      expect(readHead(file)).toEqual({ position: 0, hash: leafHash('a') });
      for (const [i, event] of ['b', 'c', 'd'].entries()) await log.append([event], i);
      while ((readHead(file) as Head).position < 3) await delay(10);
      expect(readHead(file)).toEqual({ position: 3, hash: leafHash('d') });
    });

    it.each([
      [
        'ends before it',
        'DELETE FROM log WHERE position = 2',
        'it ends at 1, and .*register.head says that it went on to 2',
      ],
      [
        'has another event there',
        'UPDATE log SET event = (SELECT event FROM log WHERE position = 1), hash = (SELECT hash FROM log WHERE position = 1) WHERE position = 2',
        'another event stands in it at 2',
      ],
    ])('is refused where it %s, until somebody takes it as it is', async (_, sql, says) => {
      const log = await opened();
      await log.append(['a', 'b', 'c'], -1);
      await log.close();
      changed(sql)(file);
      for (const options of [{}, { readOnly: true }]) {
        await expect(opened(file, options)).rejects.toBeInstanceOf(LogShorter);
        await expect(opened(file, options)).rejects.toThrow(
          new RegExp(`${says}.*npm run restore -- --as-it-is`),
        );
      }
      const taken = await opened(file, { asItIs: true });
      const position = await taken.head();
      await taken.close();
      expect((readHead(file) as Head).position).toBe(position);
      await opened();
    });

    it('is refused where the log is gone, or only its head is damaged', async () => {
      const log = await opened();
      await log.append(['a'], -1);
      await log.close();
      const kept = readFileSync(head());
      writeFileSync(head(), kept.toString().replace('"0"', '"1"'));
      await expect(opened()).rejects.toThrow(
        /register\.head is damaged, or no file.*Move .*register\.head away.*--as-it-is/,
      );
      // A folder or a pipe: reading it fails, or waits.
      rmSync(head());
      mkdirSync(head());
      await expect(opened()).rejects.toThrow(
        /register\.head is damaged, or no file.*Move .*register\.head away.*--as-it-is/,
      );
      rmdirSync(head());
      writeFileSync(head(), kept);
      for (const ending of ['', '-wal', '-shm']) rmSync(file + ending, { force: true });
      await expect(opened()).rejects.toThrow(/register\.db is missing, and .*register\.head says/);
      expect(readdirSync(directory)).not.toContain('register.db');
    });

    it.each(['', '\0'.repeat(160)])(
      'is taken as it is, and that is told, where there is none or a loss of power left %j',
      async (left) => {
        const log = await opened();
        await log.append(['a'], -1);
        await log.close();
        if (left === '') rmSync(head());
        else writeFileSync(head(), left);
        const said: string[] = [];
        await opened(file, { told: (sentence) => said.push(sentence) });
        expect(said).toEqual([expect.stringContaining('register.head')]);
        expect(readHead(file)).toEqual({ position: 0, hash: leafHash('a') });
      },
    );
  });

  describe('beside whose head something else is kept', () => {
    it('leaves that as it is, with a head and without one', async () => {
      keepBeside(file, { checkpoint: 'signed before' });
      expect(readHead(file)).toBe('missing');
      const log = await opened();
      await log.append(['a', 'b'], -1);
      expect(readHead(file)).toEqual({ position: 1, hash: leafHash('b') });
      expect(keptBeside(file)['checkpoint']).toBe('signed before');
      keepBeside(file, { checkpoint: undefined, head: undefined });
      expect(readdirSync(directory)).not.toContain('register.head');
    });
  });

  it('gives the leaf hashes that it keeps beside the events', async () => {
    const log = await opened();
    await log.append(['a', 'b', 'c'], -1);
    expect(log.leafHashes(1, 2)).toEqual(Buffer.from(leafHash('b') + leafHash('c'), 'hex'));
    expect(() => log.leafHashes(1, 3)).toThrow(LogDamaged);
  });

  describe('that has, or had, another name', () => {
    it('is refused by both where it has two', async () => {
      await (await opened()).close();
      const other = join(directory, 'other.db');
      linkSync(file, other);
      for (const path of [file, other]) {
        await expect(opened(path)).rejects.toBeInstanceOf(LogInUse);
        await expect(opened(path)).rejects.toThrow('it has 2 names (hard links)');
      }
      rmSync(other);
      await opened();
    });

    it('is refused by its new one while a process writes it that opened it by the former', async () => {
      const child = inAnotherProcess(
        file,
        `const log = await SqliteLog.open(file);
         console.log((await log.append(['a'], -1)).outcome);
         process.stdin.once('data', async () => {
           console.log(JSON.stringify(await log.append(['b'], 0)));
           await log.close();
           process.exit();
         });`,
      );
      expect(await child.line()).toBe('appended');
      renameSync(file, join(directory, 'moved.db'));
      await expect(opened(join(directory, 'moved.db'))).rejects.toThrow('is open by another name');
      child.process.stdin.write('go on\n');
      expect(JSON.parse(await child.line())).toMatchObject({
        outcome: 'unavailable',
        why: 'its file is gone from its place',
      });
      await child.ended;
    });
  });

  describe('that is gone from its place', () => {
    const gone = { outcome: 'unavailable', why: 'its file is gone from its place' };

    it.each(['', '-wal', '-shm', '-lock'])(
      'takes nothing while %j is elsewhere, and goes on once it is back',
      async (ending) => {
        const log = await opened();
        await log.append(['a'], -1);
        expect(log.fault).toBeUndefined();
        renameSync(file + ending, `${file}.away`);
        while (log.fault === undefined) await delay(10);
        expect(log.fault.detail).toContain(`${file}${ending} is not in its place any more`);
        expect(await log.append(['b'], 0)).toMatchObject(gone);
        expect(await log.tryToWrite()).toMatchObject(gone);
        writeFileSync(file + ending, 'another one');
        expect(log.fault.detail).toContain('is another file than the one that is open');
        expect(await log.append(['b'], 0)).toMatchObject(gone);
        renameSync(`${file}.away`, file + ending);
        expect(await log.append(['b'], 0)).toEqual({ outcome: 'appended' });
        expect(await eventsOf(log)).toEqual(['a', 'b']);
      },
    );
  });

  describe('of an earlier release', () => {
    const many = Array.from({ length: 3_000 }, (_, index) => `"${index} ${'x'.repeat(index % 300)}"`);

    beforeEach(() => {
      const former = new Database(file);
      former.exec('CREATE TABLE log (position INTEGER PRIMARY KEY, event TEXT NOT NULL) STRICT');
      former.pragma(`application_id = 1196582247`);
      former.pragma('user_version = 1');
      former.pragma('journal_mode = WAL');
      const insert = former.prepare('INSERT INTO log VALUES (?, ?)');
      former.transaction(() => {
        for (const [position, event] of many.entries()) insert.run(position, event);
      })();
      former.close();
    });

    it('is read as it is, and takes nothing before it has its hashes', async () => {
      const log = await opened();
      expect(log.lacks).toBe(true);
      expect(await eventsOf(log)).toEqual(many);
      expect(await eventsOf(await opened(file, { readOnly: true }))).toEqual(many);
      expect(await log.append(['a'], 2_999)).toMatchObject({ outcome: 'unavailable' });
      expect(readdirSync(directory)).not.toContain('register.head');
    });

    it('is given them, and is one of this release then, that was made as others are', async () => {
      const log = await opened();
      expect(await log.complete()).toEqual({ outcome: 'appended' });
      expect(log.lacks).toBe(false);
      expect(await log.complete()).toEqual({ outcome: 'appended' });
      expect(await log.append(['next'], 2_999)).toEqual({ outcome: 'appended' });
      expect(await eventsOf(log)).toEqual([...many, 'next']);
      await log.close();
      const again = await opened();
      expect([again.lacks, await eventsOf(again)]).toEqual([false, [...many, 'next']]);
      changed("UPDATE log SET event = '' WHERE position = 17")(file);
      await expect(eventsOf(again)).rejects.toThrow('what stands at 17 is not what was written');
    });

    it('is left as it was where the disk is full', async () => {
      const size = statSync(file).size / 4_096;
      const log = await opened(file, { mostPages: size + 1 });
      expect(await log.complete()).toMatchObject({ outcome: 'unavailable', why: 'the disk is full' });
      expect(log.lacks).toBe(true);
      await log.close();
      const roomy = await opened();
      expect([roomy.lacks, await eventsOf(roomy)]).toEqual([true, many]);
      expect(await roomy.complete()).toEqual({ outcome: 'appended' });
    });

    it('is left as it was, or is one of this release, whenever the process dies over it', async () => {
      const whole = readFileSync(file);
      const seen = new Set<boolean>();
      for (let round = 0; seen.size < 2 || round < 5; round++) {
        for (const left of readdirSync(directory)) rmSync(join(directory, left));
        writeFileSync(file, whole);
        const child = inAnotherProcess(
          file,
          `const log = await SqliteLog.open(file); console.log('begins'); console.log((await log.complete()).outcome); await new Promise(() => setInterval(() => undefined, 1000));`,
        );
        await child.line();
        await (round % 2 === 0 ? delay(round) : child.line());
        child.process.kill('SIGKILL');
        await child.ended;
        const log = await opened();
        seen.add(log.lacks);
        expect(await eventsOf(log)).toEqual(many);
        expect(await log.complete()).toEqual({ outcome: 'appended' });
        expect(await eventsOf(log)).toEqual(many);
        await log.close();
      }
    });
  });

  it('gives no row that has become another one, however often it was read before', async () => {
    const log = await opened();
    await log.append(['a', 'b', 'c'], -1);
    expect(await eventsOf(log)).toEqual(['a', 'b', 'c']);
    changed("UPDATE log SET event = 'x' WHERE position = 1")(file);
    const afresh = async () => {
      for await (const { events } of log.read(-1, { afresh: true })) expect(events).toEqual([]);
    };
    await expect(afresh()).rejects.toThrow('what stands at 1 is not what was written');
  });

  it('does not hold up its process while it writes', async () => {
    const log = await opened();
    const blocking = new Database(file);
    blocking.exec('BEGIN IMMEDIATE');
    let isDone = false;
    const appending = log.append(['a'], -1).finally(() => (isDone = true));
    // If the process is held up, its first turn comes when the append is done.
    for (let turns = 0; turns < 20; turns++) await setImmediate();
    expect(isDone).toBe(false);
    blocking.exec('ROLLBACK');
    blocking.close();
    expect(await appending).toEqual({ outcome: 'appended' });
  });

  it('tells its own followers of an append at once, not when they look again', async () => {
    const log = await opened();
    const cancel = new AbortController();
    // It never looks again by itself: without a message it would wait until the test ends.
    const wait = Reflect.get<Bell, 'wait'>(Bell.prototype, 'wait');
    const waiting = jest.spyOn(Bell.prototype, 'wait').mockImplementation(function (this: Bell, signal) {
      return wait.call(this, signal);
    });
    for await (const _ of log.follow(-1, cancel.signal)) {
      const head = await log.head();
      if (head === 39) cancel.abort();
      else setTimeout(() => void log.append([String(head)], head), 10);
    }
    expect(waiting).toHaveBeenCalled();
    waiting.mockRestore();
    expect(await log.head()).toBe(39);
  });

  it('does not keep its process alive while it has nothing to write', async () => {
    const child = inAnotherProcess(
      file,
      `const log = await SqliteLog.open(file);
       console.log((await log.append(['a'], -1)).outcome);
       void (async () => { for await (const page of log.follow(-1, new AbortController().signal)) console.log(JSON.stringify(page)); })();`,
    );
    expect(await child.line()).toBe('appended');
    await child.ended;
    expect(await eventsOf(await opened())).toEqual(['a']);
  });
});

function changed(sql: string): (file: string) => void {
  return (file) => {
    const database = new Database(file);
    database.exec(sql);
    database.close();
  };
}

function overwrite(file: string, offset: number, bytes: Buffer): void {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, bytes, 0, bytes.length, offset);
  closeSync(descriptor);
}

/** Another process copies it: closing the file here would release the locks that this process holds on it. */
function copyWithoutClosing(from: string, to: string): void {
  expect(spawnSync('cp', [from, to]).status).toBe(0);
}

let library: string | undefined;

/** The library, compiled, for a process of its own. */
function built(): string {
  if (library !== undefined) return library;
  library = newDirectory();
  symlinkSync(resolve(__dirname, '../../node_modules'), join(library, 'node_modules'));
  for (const name of readdirSync(__dirname).filter((each) => /(?<!\.(?:spec|contract))\.ts$/.test(each))) {
    const { code } = transformFileSync(join(__dirname, name), {
      jsc: { target: 'es2024', parser: { syntax: 'typescript' } },
      module: { type: 'commonjs' },
    });
    // Like the build’s compiler: files imported by their full names are compiled too.
    writeFileSync(join(library, `${basename(name, '.ts')}.js`), code.replaceAll('.ts")', '.js")'));
  }
  return library;
}

function inAnotherProcess(file: string, script: string, limits = 'true') {
  const program = `const { SqliteLog } = require(${JSON.stringify(join(built(), 'sqlite.js'))});
    const file = ${JSON.stringify(file)};
    (async () => { ${script} })();`;
  const child = spawn('sh', ['-c', `${limits}; exec "$0" -e "$1"`, process.execPath, program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    return done ? undefined : value;
  };
  return {
    process: child,
    ended: once(child, 'exit'),
    line: async () => {
      const line = await next();
      if (line === undefined) throw new Error('the other process has ended');
      return line;
    },
    last: async () => {
      let last = '';
      for (let line = await next(); line !== undefined; line = await next()) last = line;
      return last;
    },
  };
}
