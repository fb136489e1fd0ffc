/**
 * The log of the register (specification, section 8): one append-only, totally ordered sequence of events,
 * positions contiguous from 0. An event is its RFC 8785 text, whose UTF-8 bytes are the same in every store;
 * the log does not interpret them.
 */
export interface EventLog {
  /** Position of the last durable event; −1 if the log is empty. Rejects with {@link LogUnavailable}. */
  head(): Promise<number>;

  /**
   * Adds all of the events or none, right after the position `head`. Resolves once they are durable, or once
   * their fate is known or cannot be known; it never rejects for a fault of the store. It rejects for a fault
   * of the caller, and has then written nothing: no event, an event with a lone surrogate or a NUL (neither
   * is in any RFC 8785 text), more than the limits below, or a second call while one is in flight.
   */
  append(events: readonly string[], head: number): Promise<Append>;

  /**
   * Checks without an event whether an append could become durable now: writes and flushes something that no
   * one reads. To be called while no append is in flight. In a store without this method, only an append
   * tells.
   */
  tryToWrite?(): Promise<Append>;

  /**
   * Pages of the durable events after a position (−1: from the start), in order, up to the head at the time
   * of the last page. Each page is read when it is asked for; leaving the loop or ending `signal` ends the
   * reading without an error. Throws {@link LogUnavailable}; earlier pages stay valid, and reading may go on
   * after them. If the store is found to be damaged it throws another error; it never gives fewer events than
   * there were, nor one that is not byte for byte what was appended.
   */
  read(after: number, options?: LogReading): AsyncIterable<StoredPage>;

  /**
   * The leaf hashes of the events from one position to another, both included, 32 bytes each, as they are kept beside these
   * events: a start need not compute them again. Throws as {@link read} does. In a store without this method none are kept.
   */
  leafHashes?(first: number, last: number): Uint8Array;

  /**
   * As {@link read}, without an end: later events follow, whoever appends them, each once, even if touch with
   * the store is lost in between. Ends only when the signal does; throws only if the log is closed or
   * damaged. Waiting need not keep the process alive.
   */
  follow(after: number, signal: AbortSignal): AsyncIterable<StoredPage | Touch>;

  /**
   * Why the store cannot be written, as far as that shows without writing, for example because its file was
   * moved; undefined if nothing shows. Appends are `unavailable` meanwhile.
   */
  readonly fault?: StoreFault | undefined;

  /**
   * Whether the store is from an earlier release, and takes no events until {@link complete} has added what
   * it lacks.
   */
  readonly lacks?: boolean;

  /**
   * Adds what a store of an earlier release lacks, all of it or nothing, and so makes it permanently one of
   * this release. To be called once every event in it has been checked. It never rejects for a fault of the
   * store.
   */
  complete?(): Promise<Append>;

  /** Another process says that it has appended: whoever follows looks at once. Where a store tells that by itself it has none. */
  look?(): void;

  /** For a model that has not read the log from its first event on; undefined if the store cannot serve one. */
  readonly rows?: LogRowsAtHand | undefined;

  /** Lets go of the store. What is in flight is finished first; after it the log is unavailable to this handle. */
  close(): Promise<void>;
}

/** The rows of a store that reads any of them at once. */
export interface LogRowsAtHand {
  /** The events from one position to another, each held against its hash. Throws as {@link EventLog.read} does. */
  between(this: void, first: number, last: number): readonly string[];
  /** SHA-256 over the leaf hashes of all events up to a position, in hexadecimal. Rejects as {@link EventLog.read} throws. */
  digest(position: number): Promise<string>;
  /** Rejects unless the events up to a position are all there, as they were written, and in their form. */
  verify(position: number): Promise<void>;
}

export interface LogReading {
  /** The most events on a page. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
  /** Whether to read from the store, and not from what the handle remembers of it. */
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
  /** The log may hold the events or not, now or later. Only a moved head settles it. */
  | ({ readonly outcome: 'unknown' } & StoreFault);

/** What is wrong with a store. */
export interface StoreFault {
  /** For its operator, with the names of files. */
  readonly detail: string;
  /** The cause in words for everybody, such as `the disk is full`; undefined if it is not known. */
  readonly why?: string | undefined;
}

/** Consecutive events. */
export interface StoredPage {
  /** Position of the first of them. */
  readonly first: number;
  /** Never empty. */
  readonly events: readonly string[];
  /** The log says so once it has had the form of these checked: it is `caught-up` only then, or its following throws. */
  readonly isUnchecked?: true;
}

/**
 * `caught-up`: everything that was durable a moment ago has been given; said the first time that this is so,
 * after each `lost-touch`, and perhaps at other times. `lost-touch`: the store may hold more that cannot be
 * seen.
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
/** The most bytes of one event: the format of the proofs has no room for more. */
export const MOST_BYTES_AN_EVENT = 65_535;
