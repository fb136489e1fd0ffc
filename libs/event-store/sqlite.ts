import { accessSync, constants, existsSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { checkAfter, checkAppendable } from './appendable';
import { Bell } from './bell';
import {
  LogDamaged,
  LogUnavailable,
  type Append,
  type EventLog,
  type StoredPage,
  type LogReading,
  type StoreFault,
  type Touch,
} from './event-log';
import { leafHash } from './leaf';
import {
  createEmpty,
  createWhole,
  flush,
  mustHaveNoJournal,
  openWary,
  OWN_FOLDER,
  restoredName,
  StrayJournal,
  strangeness,
} from './sqlite-file';
import { headFileOf, readHead, writeHead } from './sqlite-head';
import { secondName, Whereabouts } from './sqlite-place';
import { WritingThread } from './sqlite-thread';
import {
  agrees,
  sqliteCodeOf,
  faultOf,
  eventsIn,
  hashesIn,
  isWithoutGap,
  openAppender,
  type Appender,
  type Range,
  type WriterSettings,
} from './sqlite-writer';

/** "GReg": tells a log from any other SQLite file. */
const APPLICATION_ID = 0x47526567;
/** The version of the file’s layout, not of the events in it. */
const LAYOUT = 2;
/**
 * Each row has the leaf hash of its event. The hash is the last column, because a log of the first layout
 * gets it added.
 */
const TABLE = 'CREATE TABLE log (position INTEGER PRIMARY KEY, event TEXT NOT NULL, hash BLOB) STRICT';
/** The layout of earlier releases, whose rows had no hash. */
const FIRST_LAYOUT = 1;
const FIRST_TABLE = 'CREATE TABLE log (position INTEGER PRIMARY KEY, event TEXT NOT NULL) STRICT';

const MOST_EVENTS_A_PAGE = 1_000;
/** The number of characters from which on a page is complete. */
const FULL_PAGE = 1024 * 1024;
/** The events that are read in one call: few enough that a run of the largest ones fits into memory. */
const EVENTS_A_CALL = 250;
/** A flush up to this long delays no reader noticeably; waking a thread for it would take longer. */
const QUICK_FLUSH_MS = 1;
/** Writing more events than these takes longer than handing them over. */
const FEW_EVENTS = 64;
/**
 * The least milliseconds between two writings of the head beside the log; the first append after a pause
 * writes it at once.
 */
const KEEP_HEAD_EVERY = 800;
/** How late a follower sees what another process has appended, and how often a lost store is tried again. */
const POLL_MS = 100;

/** Another handle, of this process or another one, writes to the file. */
export class LogInUse extends Error {
  override readonly name = 'LogInUse';
}

/** The log is whole, and is not the one of which the head was kept beside it, or not all of it. The message says what to do. */
export class LogShorter extends LogDamaged {
  override readonly name = 'LogShorter';
}

export interface SqliteOptions {
  /** Reads a log that another process may be writing; appends are refused. */
  readonly readOnly?: boolean;
  /** The most pages of 4 KiB that the file may have. */
  readonly mostPages?: number;
  /**
   * The log may end before the head kept beside it, or have other bytes there: somebody accepts it as it is.
   */
  readonly asItIs?: boolean;
  /** Receives, as sentences, what the operator should know although it prevents nothing. */
  readonly told?: (sentence: string) => void;
}

/**
 * A log in one SQLite file. What has been `appended` has been flushed to the disk. One handle writes at a
 * time, among all processes; any number may read. It reads on the calling thread, a page at a time, and gives
 * no row without checking it against its hash. It writes on another thread, except a few events at a time
 * while the disk is quick.
 */
export class SqliteLog implements EventLog {
  readonly #settings: WriterSettings;
  readonly #lock: Database.Database | undefined;
  readonly #reader: Database.Database;
  readonly #last: Database.Statement<[], number | null>;
  readonly #events: Range<unknown>;
  #hashes: Range<string> = () => [];
  /**
   * Whether the rows have no hashes yet: then the log is checked whole, and gets them, before anything is
   * appended.
   */
  #lacksHashes: boolean;
  readonly #bell = new Bell();
  #whereabouts: Whereabouts | undefined;
  #thread: WritingThread | undefined;
  /** Whether no event was missing in the log when it was opened; pending until that is known. */
  #counted: Promise<boolean> | undefined;
  #here: Appender | undefined;
  /**
   * The first pass over the rows need not check those that the thread has checked already: this is the next
   * one.
   */
  #heldFor = 0;
  /** How long a flush has taken lately, in milliseconds, later ones counting more. */
  #flush = QUICK_FLUSH_MS;
  /** The last append: reading would give the same, so it need not be read again. */
  #appended: StoredPage | undefined;
  #inFlight: Promise<Append> | undefined;
  #closing: Promise<void> | undefined;
  /** The furthest head seen: a log that has become shorter is damaged. */
  #seen = -1;
  /** Whether that is certainly the head: no one else writes, and no outcome is unknown. */
  #isHead = false;
  /** The head of the log, and when it was last kept beside it, by the clock of the process. */
  #tip: { readonly position: number; readonly hash: () => string } | undefined;
  #headKept = -Infinity;
  #keeping: NodeJS.Timeout | undefined;

  /**
   * Opens the log in a file, and makes the file and its directory if they do not exist. Rejects with {@link
   * LogInUse}, {@link LogDamaged} or {@link LogShorter}, or with {@link LogUnavailable} if the file cannot be
   * opened at all.
   */
  static async open(path: string, options: SqliteOptions = {}): Promise<SqliteLog> {
    const file = locate(path, options.readOnly ?? false);
    const lock = options.readOnly ? undefined : lockLog(file);
    let log: SqliteLog | undefined;
    try {
      reading(file, () => {
        mustHaveNoJournal(file);
      });
      if (lock !== undefined) {
        reading(file, () => {
          if (!existsSync(file)) create(file);
          mustHaveOneName(file);
        });
        mustBeWritable(file);
      }
      // Before the log, which another process may be writing: the head is never ahead.
      const head = reading(file, () => readHead(file));
      const opened = reading(file, () => openReader(file));
      log = new SqliteLog({ file, mostPages: options.mostPages }, lock, opened);
      if (options.asItIs !== true) log.#mustReach(head);
      if (lock !== undefined) await log.#beginWriting(head, options.told);
      else if (!countsRight(file, opened.reader)) throw damaged(file, gapIn(file, opened.reader));
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
    { reader, layout }: OpenReader,
  ) {
    this.#settings = settings;
    this.#lock = lock;
    this.#reader = reader;
    this.#lacksHashes = layout === FIRST_LAYOUT;
    this.#last = reader.prepare<[], number | null>('SELECT max(position) FROM log').pluck();
    this.#events = eventsIn(reader);
    if (!this.#lacksHashes) this.#hashes = hashesIn(reader);
  }

  /** Throws unless the log reaches its kept head, and has the same bytes there. */
  #mustReach(kept: ReturnType<typeof readHead>): void {
    if (kept === 'missing') return;
    const { file } = this.#settings;
    if (kept === 'damaged') throw headDamaged(file);
    const head = this.#head();
    if (head < kept.position)
      throw unlikeHead(
        file,
        `it ends at ${head}, and ${headFileOf(file)} says that it went on to ${kept.position}`,
      );
    if (this.#hashAt(kept.position) !== kept.hash)
      throw unlikeHead(file, `another event stands in it at ${kept.position} than ${headFileOf(file)} says`);
  }

  async #beginWriting(kept: ReturnType<typeof readHead>, told: SqliteOptions['told']): Promise<void> {
    const { file } = this.#settings;
    const head = this.#head();
    if (head >= 0 && !this.#lacksHashes) {
      if (kept === 'missing')
        told?.(
          `there is no ${headFileOf(file)}, so that no one knows whether the log ends where it ended: it is taken as it is, up to position ${head}`,
        );
      this.#tip = { position: head, hash: () => this.#hashAt(head) };
      this.#keepHead();
    }
    this.#thread = await this.#begun(head >= 0);
    // By now every one of its files has been made and is open.
    this.#whereabouts = new Whereabouts(file);
    if (head < 0) return;
    this.#counted = this.#isWhole(this.#thread);
    this.#counted.catch(() => undefined);
  }

  #begun(looksThrough = false): Promise<WritingThread> {
    return WritingThread.start({ ...this.#settings, lacksHashes: this.#lacksHashes, looksThrough });
  }

  /**
   * Whether no event is missing, as found by the thread while others are read already, or else by this one.
   */
  async #isWhole(thread: WritingThread): Promise<boolean> {
    return (
      (await thread.isWhole) ??
      (this.#closing !== undefined || countsRight(this.#settings.file, this.#reader))
    );
  }

  /** Throws before a reading ends if events are missing where no reader would notice. */
  async #mustBeWhole(): Promise<void> {
    if (this.#counted === undefined) return;
    if (!(await this.#counted)) {
      const { file } = this.#settings;
      throw damaged(file, gapIn(file, this.#reader));
    }
    this.#counted = undefined;
  }

  #hashAt(position: number): string {
    const [event] = this.#read(position, position, true);
    return leafHash(event ?? '');
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
    if (this.#lacksHashes)
      return unavailable(
        `The log ${this.#settings.file} is of an earlier release, and takes no events until a register has been started on it.`,
      );
    this.#inFlight = this.#append([...events], head);
    try {
      return await this.#inFlight;
    } finally {
      this.#inFlight = undefined;
    }
  }

  async #append(events: readonly string[], head: number): Promise<Append> {
    const { fault } = this;
    if (fault !== undefined) return { outcome: 'unavailable', ...fault };
    const begun = performance.now();
    const isFew = events.length <= FEW_EVENTS;
    this.#isHead = false;
    const outcome =
      isFew && this.#flush < QUICK_FLUSH_MS
        ? this.#appendHere(events, head)
        : await this.#appendThere(events, head);
    if (isFew) this.#flush += (performance.now() - begun - this.#flush) / 4;
    if (outcome.outcome === 'appended') {
      this.#appended = { first: head + 1, events };
      this.#seen = head + events.length;
      this.#isHead = true;
      this.#tip = { position: this.#seen, hash: () => leafHash(events.at(-1) ?? '') };
      this.#keepHead();
      this.#bell.ring();
    }
    return outcome;
  }

  #appendHere(events: readonly string[], head: number): Append {
    try {
      this.#here ??= openAppender(this.#settings);
    } catch (error) {
      return this.#unwritable(error);
    }
    const outcome = this.#here.append(events, head);
    if (outcome.outcome === 'unknown') {
      this.#here.close();
      this.#here = undefined;
    }
    return outcome;
  }

  async #appendThere(events: readonly string[], head: number): Promise<Append> {
    if (!this.#thread?.alive) {
      try {
        this.#thread = await this.#begun();
      } catch (error) {
        return this.#unwritable(error);
      }
    }
    return this.#thread.do({ events, head });
  }

  get fault(): StoreFault | undefined {
    return this.#whereabouts?.fault;
  }

  look(): void {
    this.#bell.ring();
  }

  get lacks(): boolean {
    return this.#lacksHashes;
  }

  async complete(): Promise<Append> {
    if (!this.#lacksHashes) return { outcome: 'appended' };
    if (this.#closing !== undefined || !this.#thread) return unavailable('The log is not open for writing.');
    this.#inFlight = this.#thread.do({ giveHashes: true });
    const outcome = await this.#inFlight;
    this.#inFlight = undefined;
    if (outcome.outcome === 'appended') {
      this.#lacksHashes = false;
      this.#hashes = hashesIn(this.#reader);
      const head = this.#head();
      if (head >= 0) {
        this.#tip = { position: head, hash: () => this.#hashAt(head) };
        this.#keepHead();
      }
    }
    return outcome;
  }

  /** Keeps the head beside the log: now or, if that was done just now, a moment later. */
  #keepHead(): void {
    if (this.#keeping !== undefined) return;
    const wait = this.#headKept + KEEP_HEAD_EVERY - performance.now();
    if (wait > 0)
      this.#keeping = setTimeout(() => {
        this.#keepHeadNow();
      }, wait).unref();
    else this.#keepHeadNow();
  }

  #keepHeadNow(): void {
    clearTimeout(this.#keeping);
    this.#keeping = undefined;
    if (this.#tip === undefined) return;
    this.#headKept = performance.now();
    try {
      const { position, hash } = this.#tip;
      writeHead(this.#settings.file, { position, hash: hash() });
      this.#tip = undefined;
    } catch {
      // If there is no room the former head stays, which is still true; the next append tries again.
    }
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
    const { fault } = this;
    if (fault !== undefined) return { outcome: 'unavailable', ...fault };
    try {
      this.#here ??= openAppender(this.#settings);
      return this.#here.tryToWrite();
    } catch (error) {
      return this.#unwritable(error);
    }
  }

  async *read(after: number, options: LogReading = {}): AsyncGenerator<StoredPage, void, undefined> {
    checkAfter(after);
    let first = after + 1;
    let left = options.limit ?? Infinity;
    while (left > 0) {
      // A turn of the event loop for each page: reading holds nothing else up, and the signal can come through.
      await setImmediate();
      if (options.signal?.aborted) return;
      if (options.afresh === true) this.#forget();
      const page = this.#page(first, left);
      if (page === undefined) return this.#mustBeWhole();
      first += page.events.length;
      left -= page.events.length;
      yield page;
    }
  }

  async *follow(after: number, signal: AbortSignal): AsyncGenerator<StoredPage | Touch, void, undefined> {
    checkAfter(after);
    let first = after + 1;
    let touch: Touch | undefined;
    while (!signal.aborted) {
      let page: StoredPage | undefined;
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
        await this.#mustBeWhole();
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
    this.#keepHeadNow();
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

  /** The events from `first` on, up to the head; undefined if there are none. */
  #page(first: number, atMost: number): StoredPage | undefined {
    const last = Math.min(this.#head(), first + Math.min(atMost, MOST_EVENTS_A_PAGE) - 1);
    if (last < first) return undefined;
    if (this.#appended?.first === first && this.#appended.events.length <= atMost) return this.#appended;
    const events: string[] = [];
    let length = 0;
    for (let next = first; next <= last && length < FULL_PAGE; next += EVENTS_A_CALL) {
      for (const event of this.#read(next, Math.min(last, next + EVENTS_A_CALL - 1))) {
        events.push(event);
        length += event.length;
      }
    }
    return { first, events };
  }

  /** All events between two positions, each checked against its hash: here, or just before in the thread. */
  #read(first: number, last: number, here = false): readonly string[] {
    const { file } = this.#settings;
    const isHeld = !here && first === this.#heldFor && last <= (this.#thread?.held ?? -1);
    if (!here && first === this.#heldFor) this.#heldFor = last + 1;
    const events = reading(file, () => this.#events(first, last));
    // Positions are unique whole numbers: as many as their range is long leave no gap in it.
    if (events.length !== last - first + 1)
      throw damaged(file, `events are missing from ${first} to ${last}`);
    const hashes = isHeld || this.#lacksHashes ? undefined : reading(file, () => this.#hashes(first, last));
    for (const [i, event] of events.entries()) {
      if (typeof event !== 'string' || event.includes('\0'))
        throw damaged(file, `what stands at ${first + i} is no event`);
      if (hashes && !agrees(event, hashes[i]))
        throw damaged(file, `what stands at ${first + i} is not what was written`);
    }
    return events as string[];
  }

  /** Forgets the last append, so that the next reading is from the file. */
  #forget(): void {
    this.#appended = undefined;
    reading(this.#settings.file, () => this.#reader.pragma('shrink_memory'));
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
    const made = mkdirSync(directory, { recursive: true, mode: OWN_FOLDER });
    if (made !== undefined)
      for (let at = directory; at.length >= made.length; at = dirname(at)) flush(dirname(at));
    return join(realpathSync(directory), basename(wanted));
  } catch (error) {
    if (error instanceof LogUnavailable) throw error;
    throw new LogUnavailable(cannot(wanted, 'opened', error), { cause: error });
  }
}

/**
 * Keeps every other process from writing the log. The lock is held as long as the log is open, and the kernel
 * releases it when the process dies. A lock in the log file itself would keep readers out; a file with a
 * process id would outlive its process.
 */
export function lockLog(file: string): Database.Database {
  let lock: Database.Database | undefined;
  try {
    // If others could open it, they could keep the register from starting.
    if (!existsSync(`${file}-lock`)) createEmpty(`${file}-lock`);
    lock = new Database(`${file}-lock`, { timeout: 100 });
    // Otherwise the lock would leave a journal beside it.
    lock.pragma('journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock?.close();
    if (sqliteCodeOf(error)?.startsWith('SQLITE_BUSY')) {
      throw new LogInUse(
        `The log ${file} is open for writing already: another register, or a command such as restore, has it. End that, or name another file in REGISTER_STORE.`,
      );
    }
    throw new LogUnavailable(cannot(file, 'written', error), { cause: error });
  }
}

/** What is wrong with a log whose number of rows is wrong. */
function gapIn(file: string, reader: Database.Database): string {
  const first = reading(file, () =>
    reader.prepare<[], number | null>('SELECT min(position) FROM log').pluck().get(),
  );
  return first != null && first < 0
    ? `a row stands in it at ${first}, and the first event of a log stands at 0`
    : 'events are missing in it';
}

function create(file: string): void {
  if (existsSync(`${file}-wal`))
    throw damaged(file, `it is missing, and ${file}-wal, a part of it, is there`);
  if (existsSync(restoredName(file)))
    throw new LogUnavailable(`A backup was being put in the place of the log ${file}: restore it again.`);
  const head = readHead(file);
  if (head !== 'missing')
    throw new LogShorter(
      `The log ${file} is missing, and ${headFileOf(file)} says that there was one${head === 'damaged' ? '' : `, up to position ${head.position}`}. Put the log back, with its -wal, or restore a backup (npm run restore). Where a new register is to begin here, move ${headFileOf(file)} away.`,
    );
  createWhole(file, { applicationId: APPLICATION_ID, layout: LAYOUT, tables: TABLE });
}

/**
 * Throws if the file may have another name, by which another process could write it: a second name, or one
 * that it had when a process opened it that still writes it.
 */
function mustHaveOneName(file: string): void {
  const second = secondName(file);
  if (second !== undefined) throw new LogInUse(`The log ${file} cannot be opened for writing: ${second}.`);
  // A process that has the file open by this name keeps these files beside it.
  if (existsSync(`${file}-shm`) || existsSync(`${file}-wal`)) return;
  const probe = new Database(file, { fileMustExist: true, timeout: 1_000 });
  try {
    probe.pragma('locking_mode = EXCLUSIVE');
    probe.pragma('user_version');
  } catch (error) {
    if (!sqliteCodeOf(error)?.startsWith('SQLITE_BUSY')) return;
    throw new LogInUse(
      `The log ${file} is open by another name, which it had before or has in another place. End the process that has it, such as a register.`,
    );
  } finally {
    probe.close();
  }
}

/**
 * Throws unless the file can be written: SQLite would open it anyway, and report that only at the first
 * append.
 */
function mustBeWritable(file: string): void {
  try {
    accessSync(file, constants.W_OK);
  } catch (error) {
    throw new LogUnavailable(cannot(file, 'written', error), { cause: error });
  }
}

function countsRight(file: string, reader: Database.Database): boolean {
  return reading(file, () => isWithoutGap(reader));
}

interface OpenReader {
  readonly reader: Database.Database;
  readonly layout: number;
}

/**
 * Opens the file for reading. Throws {@link LogDamaged} unless it has all its pages, and is a log of a layout
 * that this release knows, with nothing else in it. Faults of single pages and events show when they are
 * read.
 */
function openReader(file: string): OpenReader {
  if (statSync(file).size === 0) throw damaged(file, 'it is empty');
  const reader = openWary(file, { readonly: true, timeout: 1_000 });
  const pragma = (name: string) => reader.pragma(name, { simple: true });
  try {
    const application = pragma('application_id');
    if (application !== APPLICATION_ID) throw foreign(file, 'it is not the log of a register');
    const layout = pragma('user_version');
    if (layout !== LAYOUT && layout !== FIRST_LAYOUT)
      throw damaged(
        file,
        `its layout is ${String(layout)}, and this release knows only ${FIRST_LAYOUT} and ${LAYOUT}`,
      );
    if (pragma('journal_mode') !== 'wal')
      throw damaged(file, 'its header says that it has no write-ahead log');
    const strange = strangeness(reader, layout === LAYOUT ? TABLE : FIRST_TABLE);
    if (strange !== undefined) throw damaged(file, `${strange} (layout ${layout})`);

    // What is not in the file may still be in its write-ahead log; without one it is lost. The order matters,
    // because another process may be writing.
    const size = Number(pragma('page_count')) * Number(pragma('page_size'));
    const ahead = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    if (ahead === 0 && statSync(file).size < size) throw damaged(file, 'its end is missing');

    // SQLite’s own check of every page would double the time of a start, and finds nothing that reading all
    // events, which follows, does not find.
    return { reader, layout };
  } catch (error) {
    reader.close();
    throw error;
  }
}

/** Why a file cannot be opened, and what to do. */
function cannot(file: string, done: string, error: unknown): string {
  const { detail } = faultOf(`The log ${file} cannot be ${done}`, error);
  return `${detail}. Let the user that the register runs as read and write in ${dirname(file)}, or name another file in REGISTER_STORE.`;
}

/** The file seems to be a whole one of another kind. */
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

function unlikeHead(file: string, what: string): LogShorter {
  return new LogShorter(
    `The log ${file} may lack what was acknowledged, and has been left as it is: ${what}. A -wal file that was lost, an older copy, or rows deleted do that. Put back what is missing, or restore a backup (npm run restore). To take the log as it is, and give up what it lacks: npm run restore -- --as-it-is`,
  );
}

/** A damaged head says nothing of the log. */
function headDamaged(file: string): LogShorter {
  const head = headFileOf(file);
  return new LogShorter(
    `No one knows how far the log ${file} went on, and it has been left as it is: ${head} is damaged, or no file. That says nothing of the log itself. Move ${head} away, and take the log as it is: all of it is checked, and the file made anew (npm run restore -- --as-it-is)`,
  );
}

/** Tells a damaged file from one that is unavailable at the moment. */
function reading<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof StrayJournal) throw new LogDamaged(error.message);
    if (error instanceof LogDamaged || error instanceof LogInUse || error instanceof LogUnavailable)
      throw error;
    const code = sqliteCodeOf(error) ?? '';
    if (code === 'SQLITE_NOTADB')
      throw foreign(file, `it is not the log of a register (${(error as Error).message})`, error);
    if (DAMAGE.test(code)) throw damaged(file, (error as Error).message, error);
    throw new LogUnavailable(cannot(file, 'read', error), { cause: error });
  }
}

/** The statements are fixed, so a plain SQLITE_ERROR means that the file is not what they are for. */
const DAMAGE = /^SQLITE_(CORRUPT(_.*)?|FORMAT|ERROR|TOOBIG)$/;
