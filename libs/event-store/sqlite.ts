import {
  locate,
  lockLog,
  create,
  mustHaveOneName,
  mustBeWritable,
  type OpenReader,
  openReader,
} from './sqlite-opening';
import { damaged, unlikeHead, headDamaged, reading, unavailable } from './sqlite-faults';
import { existsSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { checkAfter, checkAppendable } from './appendable';
import { Bell } from './bell';
import {
  LogUnavailable,
  type Append,
  type EventLog,
  type StoredPage,
  type LogReading,
  type LogRowsAtHand,
  type StoreFault,
  type Touch,
} from './event-log';
import { leafHash } from './leaf';
import { mustHaveNoJournal } from './sqlite-file';
import { FirstChecks } from './sqlite-first-checks';
import { HeadKeeper, headFileOf, readHead } from './sqlite-head';
import { LogRows } from './sqlite-rows';
import { Whereabouts } from './sqlite-place';
import { ROWS_A_CALL } from './sqlite-table';
import { WritingThread } from './sqlite-thread';
import { faultOf, openAppender, type Appender, type WriterSettings } from './sqlite-writer';

const MOST_EVENTS_A_PAGE = 1_000;
/** The number of characters from which on a page is complete. */
const FULL_PAGE = 1024 * 1024;
/** A flush up to this long delays no reader noticeably; waking a thread for it would take longer. */
const QUICK_FLUSH_MS = 1;
/** Writing more events than these takes longer than handing them over. */
const FEW_EVENTS = 64;
/** How late a follower sees what another process has appended, and how often a lost store is tried again. */
const POLL_MS = 100;

export interface SqliteOptions {
  /** Reads a log that another process may be writing; appends are refused. */
  readonly readOnly?: boolean;
  /** The most pages of 4 KiB that the file may have. */
  readonly mostPages?: number;
  /**
   * The log may end before the head kept beside it, or have other bytes there: somebody accepts it as it is.
   */
  readonly asItIs?: boolean;
  /** A module with `FormChecks`, for a log of at least so many events: pages of its first following are `isUnchecked`. */
  readonly checks?: { readonly module: string; readonly atLeast: number } | undefined;
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
  readonly #rows: LogRows;
  readonly #headKeeper: HeadKeeper;
  readonly #bell = new Bell();
  #whereabouts: Whereabouts | undefined;
  #thread: WritingThread | undefined;
  #checks: FirstChecks | undefined;
  #here: Appender | undefined;
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

  /**
   * Opens the log in a file, which is made, with its directory, where there is none. Rejects with `LogInUse`,
   * with `LogDamaged`, with `LogShorter`, or with {@link LogUnavailable} where the file cannot be had at all.
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
      if (lock !== undefined) await log.#beginWriting(head, options);
      else if (!log.#rows.isWithoutGap()) throw damaged(file, log.#rows.gap());
      return log;
    } catch (error) {
      await log?.close();
      lock?.close();
      throw error;
    }
  }

  private constructor(settings: WriterSettings, lock: Database.Database | undefined, opened: OpenReader) {
    this.#settings = settings;
    this.#lock = lock;
    this.#rows = new LogRows(settings.file, opened);
    this.#headKeeper = new HeadKeeper(settings.file);
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

  async #beginWriting(kept: ReturnType<typeof readHead>, { told, checks }: SqliteOptions): Promise<void> {
    const { file } = this.#settings;
    const head = this.#head();
    if (head >= 0 && !this.#rows.lacksHashes) {
      if (kept === 'missing')
        told?.(
          `there is no ${headFileOf(file)}, so that no one knows whether the log ends where it ended: it is taken as it is, up to position ${head}`,
        );
      this.#headKeeper.keep(head, () => this.#hashAt(head));
    }
    const module = head + 1 >= (checks?.atLeast ?? 0) ? checks?.module : undefined;
    const begun = this.#begun();
    if (head >= 0)
      this.#checks = new FirstChecks(file, this.#rows, module, () => this.#closing !== undefined);
    this.#thread = await begun;
    // By now every one of its files has been made and is open.
    this.#whereabouts = new Whereabouts(file);
  }

  #begun(): Promise<WritingThread> {
    return WritingThread.start({ ...this.#settings, lacksHashes: this.#rows.lacksHashes });
  }

  #hashAt(position: number): string {
    const [event] = this.#rows.read(position, position);
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
    if (this.#rows.lacksHashes)
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
      this.#headKeeper.keep(this.#seen, () => leafHash(events.at(-1) ?? ''));
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
    return this.#rows.lacksHashes;
  }

  async complete(): Promise<Append> {
    if (!this.#rows.lacksHashes) return { outcome: 'appended' };
    if (this.#closing !== undefined || !this.#thread) return unavailable('The log is not open for writing.');
    this.#inFlight = this.#thread.do({ giveHashes: true });
    const outcome = await this.#inFlight;
    this.#inFlight = undefined;
    if (outcome.outcome === 'appended') {
      this.#rows.hashesGiven();
      const head = this.#head();
      if (head >= 0) this.#headKeeper.keep(head, () => this.#hashAt(head));
    }
    return outcome;
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
      if (page === undefined) return this.#checks?.mustBeWhole();
      first += page.events.length;
      left -= page.events.length;
      yield page;
    }
  }

  leafHashes = (first: number, last: number): Uint8Array => this.#rows.leafHashes(first, last);

  readonly rows: LogRowsAtHand = {
    between: (first, last) => {
      if (this.#closing !== undefined) throw new LogUnavailable('The log is closed.');
      return this.#rows.read(first, last);
    },
    digest: async (position) => {
      const digest = await this.#thread?.digest(position);
      if (digest !== undefined) return digest;
      throw new LogUnavailable(`The hashes of the log ${this.#settings.file} could not be read.`);
    },
    // A handle that only reads checks each row when it reads it.
    verify: async (position) => this.#checks?.verify(position),
  };

  async *follow(after: number, signal: AbortSignal): AsyncGenerator<StoredPage | Touch, void, undefined> {
    checkAfter(after);
    const isFromNothing = after < 0;
    let first = after + 1;
    let touch: Touch | undefined;
    while (!signal.aborted) {
      let page: StoredPage | undefined;
      try {
        page =
          (isFromNothing ? this.#checks?.page(first, this.#head()) : undefined) ??
          this.#page(first, Infinity);
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
        if (page.events.length >= ROWS_A_CALL) await setImmediate();
      } else if (touch !== 'caught-up') {
        if (isFromNothing) await this.rows.verify(first - 1);
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
    this.#headKeeper.keepNow();
    // The last connection to close writes the log file up and takes the -wal file away, which a reader cannot.
    this.#rows.close();
    this.#here?.close();
    this.#bell.ring();
    await Promise.all([this.#checks?.end(), this.#thread?.end()]);
    this.#lock?.close();
  }

  #head(): number {
    if (this.#closing !== undefined) throw new LogUnavailable('The log is closed.');
    if (this.#isHead) return this.#seen;
    const head = this.#rows.last();
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
    const held = this.#checks?.held ?? -1;
    const events: string[] = [];
    let length = 0;
    for (let next = first; next <= last && length < FULL_PAGE; next += ROWS_A_CALL) {
      for (const event of this.#rows.read(next, Math.min(last, next + ROWS_A_CALL - 1), held)) {
        events.push(event);
        length += event.length;
      }
    }
    return { first, events };
  }

  /** What is read next is read from the file. */
  #forget(): void {
    this.#appended = undefined;
    this.#rows.forget();
  }
}
