/**
 * The log of the register (specification, section 8): one append-only, totally ordered sequence of events, positions
 * contiguous from 0. An event is its RFC 8785 text, whose UTF-8 bytes are the same in every store; the log looks
 * into none of them.
 */
export interface EventLog {
  /** Position of the last event that is durable; −1 of an empty log. Rejects with {@link LogUnavailable}. */
  head(): Promise<number>;

  /**
   * Adds all of the events or none, right after the position `head`. Resolves once they are durable, or once it is
   * known, or cannot be known, what became of them; it never rejects for a fault of the store. For a fault of the
   * caller it does, and has written nothing: no event, one with a lone surrogate or a NUL (neither is in any RFC 8785
   * text), more than the limits below, a second call while one is in flight.
   */
  append(events: readonly string[], head: number): Promise<Append>;

  /**
   * Finds out, without an event, whether what would be appended now could become durable: writes and flushes something
   * that no one reads. To be called while no append is in flight. Where a store has none, only an append tells.
   */
  tryToWrite?(): Promise<Append>;

  /**
   * Pages of what is durable after a position (−1: from the start), in order, up to the head at the time of the last
   * page. The next page is read when it is asked for; leaving the loop or `signal` ends the reading, quietly. Throws
   * {@link LogUnavailable}; what came before stays good, and reading may go on after it. Where a store is found to be
   * damaged it throws another error, and never gives fewer events than there were, nor one that is not byte for byte what
   * was appended.
   */
  read(after: number, options?: LogReading): AsyncIterable<StoredPage>;

  /**
   * The same without an end: what is appended later follows, whoever appends it, each event once, over every loss of
   * touch with the store. Ends only when the signal does; throws only where the log is closed or damaged. Waiting
   * need not keep the process alive.
   */
  follow(after: number, signal: AbortSignal): AsyncIterable<StoredPage | Touch>;

  /**
   * What keeps the store from being written, as far as that shows without writing, such as that its file is gone from its
   * place; nothing where nothing does. What is appended meanwhile is `unavailable`.
   */
  readonly fault?: StoreFault | undefined;

  /** Whether the store is one of an earlier release, and takes no events until it is given what it {@link complete lacks}. */
  readonly lacks?: boolean;

  /**
   * Gives a store of an earlier release what it lacks, all of it or nothing, and makes it one of this release for good: to
   * be called once every event in it has been checked. It never rejects for a fault of the store.
   */
  complete?(): Promise<Append>;

  /** Another process says that it has appended: whoever follows looks at once. Where a store tells that by itself it has none. */
  look?(): void;

  /** Lets go of the store. What is in flight is finished first; after it the log is unavailable to this handle. */
  close(): Promise<void>;
}

export interface LogReading {
  /** So many events at the most. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
  /** What stands in the store is read, and nothing that the handle has kept of it. */
  readonly afresh?: boolean;
}

export type Append =
  | { readonly outcome: 'appended' }
  /**
   * The log’s head was another one: nothing was written. Where the very same bytes stand right after the head that was given, a
   * store may say `appended` instead: they are in the log, once.
   */
  | { readonly outcome: 'moved' }
  /** Nothing was written, and trying again may help. */
  | ({ readonly outcome: 'unavailable' } & StoreFault)
  /** They may stand in the log or not, now or a while later. Only a moved head settles it. */
  | ({ readonly outcome: 'unknown' } & StoreFault);

/** What is wrong with a store. */
export interface StoreFault {
  /** For its operator, with the names of files. */
  readonly detail: string;
  /** The cause in words that anybody may hear, such as `the disk is full`; undefined if it is not known. */
  readonly why?: string | undefined;
}

/** Events that stand one after the other. */
export interface StoredPage {
  /** Position of the first of them. */
  readonly first: number;
  /** Never empty. */
  readonly events: readonly string[];
}

/**
 * `caught-up`: all that was durable a moment ago has been given; said when that is so first and after each
 * `lost-touch`, and perhaps at other times. `lost-touch`: more may stand there, unseen.
 */
export type Touch = 'caught-up' | 'lost-touch';

export class LogUnavailable extends Error {
  override readonly name = 'LogUnavailable';
}

/** The store is not, or is no longer, a whole log. Trying again does not help; the message says what does. */
export class LogDamaged extends Error {
  override readonly name: string = 'LogDamaged';
}

/** One append holds at most so many bytes, all its events together, in every store. */
export const MOST_BYTES_AN_APPEND = 512 * 1024;
/** One event has at most so many bytes: the format of the proofs has no room for more. */
export const MOST_BYTES_AN_EVENT = 65_535;
