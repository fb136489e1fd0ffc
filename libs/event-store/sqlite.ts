import { accessSync, constants, existsSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { checkAfter, checkAppendable } from './appendable';
import { Bell } from './bell';
import { LogUnavailable, type Append, type EventLog, type Page, type Touch } from './event-log';
import { createWhole, flush, restoredName } from './sqlite-file';
import { WritingThread } from './sqlite-thread';
import {
  codeOf,
  faultOf,
  openAppender,
  type Appender,
  type WriterRequest,
  type WriterSettings,
} from './sqlite-writer';

/** "GReg": tells a log from any other SQLite file. */
const APPLICATION_ID = 0x47526567;
/** Of the layout of the file, not of the events in it. */
const LAYOUT = 1;
const TABLE = 'CREATE TABLE log (position INTEGER PRIMARY KEY, event TEXT NOT NULL) STRICT';

const MOST_EVENTS_A_PAGE = 1_000;
/** A page that has come to so many characters is given as it is. */
const FULL_PAGE = 1024 * 1024;
/** So many are read in one call: few enough that a run of the largest events fits into memory. */
const EVENTS_A_CALL = 250;
/** A flush that takes no longer holds nobody up who reads here; to wake a thread for it would take longer than it does. */
const QUICK_FLUSH_MS = 1;
/** More events than these take longer to write than to hand over. */
const FEW_EVENTS = 64;
/** How late a follower sees what another process has appended, and how often a lost store is tried again. */
const POLL_MS = 100;

/** Another handle, of this process or another one, writes to the file. */
export class LogInUse extends Error {
  override readonly name = 'LogInUse';
}

/** The file is not, or is no longer, a whole log. Trying again does not help; the message says what does. */
export class LogDamaged extends Error {
  override readonly name = 'LogDamaged';
}

export interface SqliteOptions {
  /** Reads a log that another process may be writing; appends are refused. */
  readonly readOnly?: boolean;
  /** The file does not grow beyond so many pages of 4 KiB. */
  readonly mostPages?: number;
}

/**
 * A log in one SQLite file. What has been `appended` has been flushed to the disk. One handle writes at a time, in
 * whatever process; any number read. It reads on the calling thread, a page at a time. It writes on another one, but
 * for a few events at a time where the disk has been quick lately.
 */
export class SqliteLog implements EventLog {
  readonly #settings: WriterSettings;
  readonly #lock: Database.Database | undefined;
  readonly #reader: Database.Database;
  readonly #last: Database.Statement<[], number | null>;
  readonly #between: Database.Statement<[number, number]>;
  readonly #bell = new Bell();
  #thread: WritingThread | undefined;
  #here: Appender | undefined;
  /** How long a flush has taken lately, in milliseconds, later ones counting more. */
  #flush = QUICK_FLUSH_MS;
  /** What was appended last: it is what a reading would give, and need not be read again. */
  #appended: Page | undefined;
  #inFlight: Promise<Append> | undefined;
  #closing: Promise<void> | undefined;
  /** The furthest head seen: a log that has become shorter is damaged. */
  #seen = -1;
  /** Whether that is the head for certain: nobody else writes, and nothing is in doubt. */
  #isHead = false;

  /**
   * Opens the log in a file, which is made, with its directory, where there is none. Rejects with {@link LogInUse},
   * with {@link LogDamaged}, or with {@link LogUnavailable} where the file cannot be had at all.
   */
  static async open(path: string, options: SqliteOptions = {}): Promise<SqliteLog> {
    const file = locate(path, options.readOnly ?? false);
    const lock = options.readOnly ? undefined : lockLog(file);
    let log: SqliteLog | undefined;
    try {
      if (lock !== undefined) {
        reading(file, () => {
          if (!existsSync(file)) create(file);
        });
        mustBeWritable(file);
      }
      const reader = reading(file, () => openReader(file));
      log = new SqliteLog({ file, mostPages: options.mostPages }, lock, reader);
      if (lock !== undefined) log.#thread = await WritingThread.start(log.#settings);
      return log;
    } catch (error) {
      await log?.close();
      lock?.close();
      throw error;
    }
  }

  private constructor(
    settings: WriterSettings,
    lock: Database.Database | undefined,
    reader: Database.Database,
  ) {
    this.#settings = settings;
    this.#lock = lock;
    this.#reader = reader;
    this.#last = reader.prepare<[], number | null>('SELECT max(position) FROM log').pluck();
    this.#between = reader
      .prepare<[number, number]>('SELECT event FROM log WHERE position BETWEEN ? AND ? ORDER BY position')
      .pluck();
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- so that what it throws is a rejection
  async head(): Promise<number> {
    return this.#head();
  }

  async append(events: readonly string[], head: number): Promise<Append> {
    checkAppendable(events, head);
    if (this.#inFlight !== undefined) throw new Error('an append is in flight already');
    if (this.#closing !== undefined) return unavailable('The log is closed.');
    if (this.#lock === undefined) return unavailable('The log is open for reading only.');
    this.#inFlight = this.#append({ events: [...events], head });
    try {
      return await this.#inFlight;
    } finally {
      this.#inFlight = undefined;
    }
  }

  async #append(request: WriterRequest): Promise<Append> {
    const begun = performance.now();
    const isFew = request.events.length <= FEW_EVENTS;
    this.#isHead = false;
    const outcome =
      isFew && this.#flush < QUICK_FLUSH_MS ? this.#appendHere(request) : await this.#appendThere(request);
    if (isFew) this.#flush += (performance.now() - begun - this.#flush) / 4;
    if (outcome.outcome === 'appended') {
      this.#appended = { first: request.head + 1, events: request.events };
      this.#seen = request.head + request.events.length;
      this.#isHead = true;
      this.#bell.ring();
    }
    return outcome;
  }

  #appendHere(request: WriterRequest): Append {
    try {
      this.#here ??= openAppender(this.#settings);
    } catch (error) {
      return this.#unwritable(error);
    }
    const outcome = this.#here.append(request);
    if (outcome.outcome === 'unknown') {
      this.#here.close();
      this.#here = undefined;
    }
    return outcome;
  }

  async #appendThere(request: WriterRequest): Promise<Append> {
    if (!this.#thread?.alive) {
      try {
        this.#thread = await WritingThread.start(this.#settings);
      } catch (error) {
        return this.#unwritable(error);
      }
    }
    return this.#thread.append(request);
  }

  #unwritable(error: unknown): Append {
    if (error instanceof LogUnavailable) return unavailable(error.message);
    return {
      outcome: 'unavailable',
      ...faultOf(`The log ${this.#settings.file} cannot be written`, error),
    };
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- as the port has it
  async tryToWrite(): Promise<Append> {
    if (this.#closing !== undefined) return unavailable('The log is closed.');
    try {
      this.#here ??= openAppender(this.#settings);
      return this.#here.tryToWrite();
    } catch (error) {
      return this.#unwritable(error);
    }
  }

  async *read(
    after: number,
    options: { readonly limit?: number; readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<Page, void, undefined> {
    checkAfter(after);
    let first = after + 1;
    let left = options.limit ?? Infinity;
    while (left > 0) {
      // A turn of the event loop for each page: reading holds nothing else up, and the signal can come through.
      await setImmediate();
      if (options.signal?.aborted) return;
      const page = this.#page(first, left);
      if (page === undefined) return;
      first += page.events.length;
      left -= page.events.length;
      yield page;
    }
  }

  async *follow(after: number, signal: AbortSignal): AsyncGenerator<Page | Touch, void, undefined> {
    checkAfter(after);
    let first = after + 1;
    let touch: Touch | undefined;
    while (!signal.aborted) {
      let page: Page | undefined;
      try {
        page = this.#page(first, Infinity);
      } catch (error) {
        if (this.#closing !== undefined || !(error instanceof LogUnavailable)) throw error;
        if (touch !== 'lost-touch') yield (touch = 'lost-touch');
        await this.#bell.wait(signal, POLL_MS);
        continue;
      }
      if (page !== undefined) {
        first += page.events.length;
        yield page;
        // A turn of the event loop after each larger page: reading holds nothing else up.
        if (page.events.length >= EVENTS_A_CALL) await setImmediate();
      } else if (touch !== 'caught-up') {
        yield (touch = 'caught-up');
      } else {
        await this.#bell.wait(signal, POLL_MS);
      }
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#inFlight;
    // The last connection to close writes the log file up and takes the -wal file away, which a reader cannot.
    this.#reader.close();
    this.#here?.close();
    this.#bell.ring();
    await this.#thread?.end();
    this.#lock?.close();
  }

  #head(): number {
    if (this.#closing !== undefined) throw new LogUnavailable('The log is closed.');
    if (this.#isHead) return this.#seen;
    const head = reading(this.#settings.file, () => this.#last.get() ?? -1);
    if (head < this.#seen) {
      throw damaged(this.#settings.file, `it ends at ${head}, and went on to ${this.#seen} before`);
    }
    this.#seen = head;
    return head;
  }

  /** What stands at `first` and behind it, up to the head; `undefined` where nothing does. */
  #page(first: number, atMost: number): Page | undefined {
    const { file } = this.#settings;
    const last = Math.min(this.#head(), first + Math.min(atMost, MOST_EVENTS_A_PAGE) - 1);
    if (last < first) return undefined;
    if (this.#appended?.first === first && this.#appended.events.length <= atMost) return this.#appended;
    const events: string[] = [];
    let length = 0;
    for (let next = first; next <= last && length < FULL_PAGE; next += EVENTS_A_CALL) {
      const until = Math.min(last, next + EVENTS_A_CALL - 1);
      const found = reading(file, () => this.#between.all(next, until));
      // Positions are unique whole numbers: as many as their range is long leave no gap in it.
      if (found.length !== until - next + 1)
        throw damaged(file, `events are missing from ${next} to ${until}`);
      for (const event of found) {
        if (typeof event !== 'string' || event.includes('\0')) {
          throw damaged(file, `what stands at ${first + events.length} is no event`);
        }
        events.push(event);
        length += event.length;
      }
    }
    return { first, events };
  }
}

function unavailable(detail: string): Append {
  return { outcome: 'unavailable', detail };
}

/** The real path of the file, so that one file has one lock whatever links lead to it. */
function locate(path: string, readOnly: boolean): string {
  const wanted = resolve(path);
  try {
    const found = statSync(wanted, { throwIfNoEntry: false });
    if (found?.isFile()) return realpathSync(wanted);
    if (found !== undefined) throw new LogUnavailable(`The log cannot be in ${wanted}, which is not a file.`);
    if (readOnly) throw new LogUnavailable(`There is no log at ${wanted}.`);
    const directory = dirname(wanted);
    const made = mkdirSync(directory, { recursive: true });
    if (made !== undefined)
      for (let at = directory; at.length >= made.length; at = dirname(at)) flush(dirname(at));
    return join(realpathSync(directory), basename(wanted));
  } catch (error) {
    if (error instanceof LogUnavailable) throw error;
    throw new LogUnavailable(cannot(wanted, 'opened', error), { cause: error });
  }
}

/**
 * Keeps every other process from writing the log. Held as long as the log is open, and let go by the kernel when the process dies. A lock in the log file itself would
 * keep readers out; a file with a process id in it would outlive its process.
 */
export function lockLog(file: string): Database.Database {
  let lock: Database.Database | undefined;
  try {
    lock = new Database(`${file}-lock`, { timeout: 100 });
    // Else the lock would leave a journal beside it.
    lock.pragma('journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock?.close();
    if (codeOf(error)?.startsWith('SQLITE_BUSY')) {
      throw new LogInUse(
        `The log ${file} is open for writing already: another register, or a command such as restore, has it. End that, or name another file in REGISTER_STORE.`,
      );
    }
    throw new LogUnavailable(cannot(file, 'written', error), { cause: error });
  }
}

function create(file: string): void {
  if (existsSync(`${file}-wal`))
    throw damaged(file, `it is missing, and ${file}-wal, a part of it, is there`);
  if (existsSync(restoredName(file)))
    throw new LogUnavailable(`A backup was being put in the place of the log ${file}: restore it again.`);
  createWhole(file, { applicationId: APPLICATION_ID, layout: LAYOUT, tables: TABLE });
}

/** SQLite would open it all the same, and tell of it at the first append. */
function mustBeWritable(file: string): void {
  try {
    accessSync(file, constants.W_OK);
  } catch (error) {
    throw new LogUnavailable(cannot(file, 'written', error), { cause: error });
  }
}

/**
 * Opens the file for reading. Throws {@link LogDamaged} unless it has all its pages, is a log of this layout, and has
 * no gap. Whether each page is sound shows when it is read.
 */
function openReader(file: string): Database.Database {
  if (statSync(file).size === 0) throw damaged(file, 'it is empty');
  const reader = new Database(file, { readonly: true, fileMustExist: true, timeout: 1_000 });
  const pragma = (name: string) => reader.pragma(name, { simple: true });
  try {
    const application = pragma('application_id');
    if (application !== APPLICATION_ID) throw foreign(file, 'it is not the log of a register');
    const layout = pragma('user_version');
    if (layout !== LAYOUT)
      throw damaged(file, `its layout is ${String(layout)}, and this release knows only ${LAYOUT}`);
    if (pragma('journal_mode') !== 'wal')
      throw damaged(file, 'its header says that it has no write-ahead log');
    const table = reader.prepare("SELECT sql FROM sqlite_schema WHERE name = 'log'").pluck().get();
    if (table !== TABLE) throw damaged(file, 'it has no table of events as this release makes it');

    // What is not in the file may still be in its write-ahead log; without one it is gone. In this order, since
    // another process may be writing.
    const size = Number(pragma('page_count')) * Number(pragma('page_size'));
    const ahead = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    if (ahead === 0 && statSync(file).size < size) throw damaged(file, 'its end is missing');

    // SQLite’s own check of every page would double the time of a start, and finds nothing that the reading of all
    // events, by which a start goes on, does not find.
    const whole = reader
      .prepare('SELECT count(*) = coalesce(max(position) + 1, 0) AND coalesce(min(position), 0) = 0 FROM log')
      .pluck()
      .get();
    if (whole !== 1) throw damaged(file, 'events are missing in it');
    return reader;
  } catch (error) {
    reader.close();
    throw error;
  }
}

/** Why a file cannot be had, and what to do. */
function cannot(file: string, done: string, error: unknown): string {
  const { detail } = faultOf(`The log ${file} cannot be ${done}`, error);
  return `${detail}. Let the user that the register runs as read and write in ${dirname(file)}, or name another file in REGISTER_STORE.`;
}

/** The file is a whole one of another kind, or so it seems. */
function foreign(file: string, what: string, cause?: unknown): LogDamaged {
  return new LogDamaged(
    `The log ${file} is not whole, and has been left as it is: ${what}. Where it is another file, name the register’s own in REGISTER_STORE; where it was the register’s, restore it from a backup.`,
    { cause },
  );
}

function damaged(file: string, what: string, cause?: unknown): LogDamaged {
  return new LogDamaged(
    `The log ${file} is not whole, and has been left as it is: ${what}. Restore it from a backup, without -wal and -shm files beside it.`,
    { cause },
  );
}

/** Tells a damaged file from one that cannot be had at the moment. */
function reading<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof LogDamaged) throw error;
    const code = codeOf(error) ?? '';
    if (code === 'SQLITE_NOTADB')
      throw foreign(file, `it is not the log of a register (${(error as Error).message})`, error);
    if (DAMAGE.test(code)) throw damaged(file, (error as Error).message, error);
    throw new LogUnavailable(cannot(file, 'read', error), { cause: error });
  }
}

/** The statements are always the same, so a plain SQLITE_ERROR means that the file is not what they are for. */
const DAMAGE = /^SQLITE_(CORRUPT(_.*)?|FORMAT|ERROR|TOOBIG)$/;
