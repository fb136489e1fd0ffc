import { createRequire } from 'node:module';
import { LogDamaged, type StoredPage } from './event-log';
import { damaged } from './sqlite-faults';
import type { LogRows } from './sqlite-rows';
import type { FormChecks } from './sqlite-checker';
import { CheckingThread } from './sqlite-checking-thread';
import { ROWS_A_CALL } from './sqlite-table';

/**
 * What a thread checks of a log while it is read for the first time, and what is checked here if the thread does not come to it.
 */
export class FirstChecks {
  readonly #file: string;
  readonly #rows: LogRows;
  readonly #thread: CheckingThread;
  /** The module that checks the form of events, until all of them have been checked. */
  #module: string | undefined;
  /** Whether no event was missing in the log when it was opened; pending until that is known. */
  #counted: Promise<boolean> | undefined;

  constructor(file: string, rows: LogRows, module: string | undefined, isClosed: () => boolean) {
    this.#file = file;
    this.#rows = rows;
    const { lacksHashes } = rows;
    this.#thread = new CheckingThread({ file, lacksHashes, checks: module });
    this.#module = lacksHashes ? undefined : module;
    // Found by the thread while others are read already, or else by this one.
    this.#counted = this.#thread.isWhole.then((isWhole) => isWhole ?? (isClosed() || rows.isWithoutGap()));
    this.#counted.catch(() => undefined);
  }

  /** Every row up to this position has been held against its hash. */
  get held(): number {
    return this.#thread.held;
  }

  /** Resolves when its thread has closed the file. */
  end(): Promise<void> {
    return this.#thread.end();
  }

  /** Throws before a reading ends if events are missing where no reader would notice. */
  async mustBeWhole(): Promise<void> {
    if (this.#counted === undefined) return;
    if (!(await this.#counted)) throw damaged(this.#file, this.#rows.gap());
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
}
