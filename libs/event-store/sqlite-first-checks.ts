import { createRequire } from 'node:module';
import { LogDamaged, LogUnavailable, type StoredPage } from './event-log';
import { damaged } from './sqlite-faults';
import type { LogRows } from './sqlite-rows';
import type { WritingThread } from './sqlite-thread';
import type { FormChecks } from './sqlite-writer';

/** The rows that are read in one call. */
const ROWS_A_CALL = 250;

/**
 * What the thread checks of a log while it is read for the first time, and what is checked here if the thread does not come to it.
 */
export class FirstChecks {
  readonly #file: string;
  readonly #rows: LogRows;
  readonly #thread: WritingThread;
  /** The module that checks the form of events, until all of them have been checked. */
  #module: string | undefined;
  /** Whether no event was missing in the log when it was opened; pending until that is known. */
  #counted: Promise<boolean> | undefined;

  constructor(
    file: string,
    rows: LogRows,
    thread: WritingThread,
    module: string | undefined,
    isClosed: () => boolean,
  ) {
    this.#file = file;
    this.#rows = rows;
    this.#thread = thread;
    this.#module = rows.lacksHashes ? undefined : module;
    // Found by the thread while others are read already, or else by this one.
    this.#counted = thread.isWhole.then((isWhole) => isWhole ?? (isClosed() || rows.isWithoutGap()));
    this.#counted.catch(() => undefined);
  }

  /** Throws before a reading ends if events are missing where no reader would notice. */
  async mustBeWhole(): Promise<void> {
    if (this.#counted === undefined) return;
    if (!(await this.#thread.awaiting(this.#counted))) throw damaged(this.#file, this.#rows.gap());
    this.#counted = undefined;
  }

  /** A page of events whose form the thread checks; undefined if it checks none, or there is none. */
  page(first: number, head: number): StoredPage | undefined {
    if (this.#module === undefined) return undefined;
    this.#mustHaveNoFlaw();
    const last = Math.min(head, first + ROWS_A_CALL - 1);
    if (last < first) return undefined;
    // The thread holds them against their hashes before anyone has caught up.
    return { first, events: this.#rows.read(first, last, Infinity), isUnchecked: true };
  }

  #mustHaveNoFlaw(): void {
    if (this.#thread.flaw !== undefined) throw new LogDamaged(this.#thread.flaw);
  }

  /** Rejects unless the events up to a position are all there, as they were written, and in their form, if that is checked. */
  async verify(last: number): Promise<void> {
    await this.mustBeWhole();
    if (this.#module === undefined) return;
    await this.#thread.holds(last);
    this.#mustHaveNoFlaw();
    this.#check(this.#module, this.#thread.held + 1, last);
    this.#module = undefined;
  }

  /** What the thread could not check is checked here. */
  #check(module: string, first: number, last: number): void {
    const { flawOf } = createRequire(module)(module) as FormChecks;
    for (let next = first; next <= last; next += ROWS_A_CALL) {
      const events = this.#rows.read(next, Math.min(last, next + ROWS_A_CALL - 1));
      for (const [i, event] of events.entries()) {
        const flaw = flawOf(event, next + i);
        if (flaw !== undefined) throw new LogDamaged(flaw);
      }
    }
  }

  /** SHA-256 over the leaf hashes of all events up to a position. */
  async digest(position: number): Promise<string> {
    const digest = await this.#thread.digest(position);
    if (digest !== undefined) return digest;
    throw new LogUnavailable(`The hashes of the log ${this.#file} could not be read.`);
  }
}

/** A handle that only reads checks each row when it reads it. */
export const NOT_CHECKED: Pick<FirstChecks, 'verify' | 'digest'> = {
  verify: () => Promise.resolve(),
  digest: () => Promise.reject(new LogUnavailable('The log is open for reading only.')),
};
