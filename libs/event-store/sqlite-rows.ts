import type Database from 'better-sqlite3';
import { damaged, reading } from './sqlite-faults';
import { FIRST_LAYOUT, type OpenReader } from './sqlite-opening';
import { agrees, eventsIn, hashesIn, isWithoutGap, type Range } from './sqlite-table';

/** The rows of a log, read on the calling thread. None is given that was not held against its hash. */
export class LogRows {
  readonly #file: string;
  readonly #reader: Database.Database;
  readonly #last: Database.Statement<[], number | null>;
  readonly #events: Range<unknown>;
  #hashes: Range<string> | undefined;
  /** The first pass over the rows need not hold those against their hashes that the thread has held: this is the next of them. */
  #heldFor = 0;

  constructor(file: string, { reader, layout }: OpenReader) {
    this.#file = file;
    this.#reader = reader;
    this.#last = reader.prepare<[], number | null>('SELECT max(position) FROM log').pluck();
    this.#events = eventsIn(reader);
    if (layout !== FIRST_LAYOUT) this.#hashes = hashesIn(reader);
  }

  /** Whether the rows have no hashes yet: they are then to be checked whole, and given them, before anything is appended. */
  get lacksHashes(): boolean {
    return this.#hashes === undefined;
  }

  /** From now on each row has its hash. */
  hashesGiven(): void {
    this.#hashes = hashesIn(this.#reader);
  }

  /** The position of the last row; −1 where there is none. */
  last(): number {
    return reading(this.#file, () => this.#last.get() ?? -1);
  }

  /**
   * All events from one position to another, each held against its hash: here, or in the thread just before. `held`: how
   * far that has come, where this belongs to a pass over the rows.
   */
  read(first: number, last: number, held?: number): readonly string[] {
    const isNext = held !== undefined && first === this.#heldFor;
    const isHeld = isNext && last <= held;
    if (isNext) this.#heldFor = last + 1;
    const events = reading(this.#file, () => this.#events(first, last));
    // Positions are unique whole numbers: as many as their range is long leave no gap in it.
    if (events.length !== last - first + 1)
      throw damaged(this.#file, `events are missing from ${first} to ${last}`);
    const hashes = isHeld ? undefined : reading(this.#file, () => this.#hashes?.(first, last));
    for (const [i, event] of events.entries()) {
      if (typeof event !== 'string' || event.includes('\0'))
        throw damaged(this.#file, `what stands at ${first + i} is no event`);
      if (hashes && !agrees(event, hashes[i]))
        throw damaged(this.#file, `what stands at ${first + i} is not what was written`);
    }
    return events as string[];
  }

  /** The leaf hashes of all events from one position to another, which have been read before. */
  leafHashes(first: number, last: number): Uint8Array {
    const hashes = reading(this.#file, () => this.#hashes?.(first, last)) ?? [];
    if (hashes.length !== last - first + 1)
      throw damaged(this.#file, `events are missing from ${first} to ${last}`);
    return Buffer.from(hashes.join(''), 'hex');
  }

  isWithoutGap(): boolean {
    return reading(this.#file, () => isWithoutGap(this.#reader));
  }

  /** What does not belong in a log that does not count right. */
  gap(): string {
    const first = reading(this.#file, () =>
      this.#reader.prepare<[], number | null>('SELECT min(position) FROM log').pluck().get(),
    );
    return first != null && first < 0
      ? `a row stands in it at ${first}, and the first event of a log stands at 0`
      : 'events are missing in it';
  }

  /** What is read next is read from the file. */
  forget(): void {
    reading(this.#file, () => this.#reader.pragma('shrink_memory'));
  }

  close(): void {
    this.#reader.close();
  }
}
