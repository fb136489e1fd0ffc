import { setImmediate } from 'node:timers/promises';
import { checkAfter, checkAppendable } from './appendable';
import { Bell } from './bell';
import {
  LogUnavailable,
  type Append,
  type EventLog,
  type StoredPage,
  type LogReading,
  type Touch,
} from './event-log';

const MOST_EVENTS_A_PAGE = 1_000;

/** A log for tests, and for trying the register out: it lasts as long as the process. */
export class MemoryLog implements EventLog {
  readonly #events: string[];
  readonly #bell: Bell;
  #appending = false;
  #closed = false;

  /** A new log, or another handle to the same one, as another process would have it. */
  constructor(same?: MemoryLog) {
    this.#events = same ? same.#events : [];
    this.#bell = same ? same.#bell : new Bell();
  }

  async head(): Promise<number> {
    await setImmediate();
    this.#mustBeOpen();
    return this.#events.length - 1;
  }

  async append(events: readonly string[], head: number): Promise<Append> {
    checkAppendable(events, head);
    if (this.#appending) throw new Error('an append is in flight already');
    if (this.#closed) return { outcome: 'unavailable', detail: 'The log is closed.' };
    this.#appending = true;
    const copy = [...events];
    await setImmediate();
    this.#appending = false;
    if (head !== this.#events.length - 1) return { outcome: 'moved' };
    this.#events.push(...copy);
    this.#bell.ring();
    return { outcome: 'appended' };
  }

  async *read(after: number, options: LogReading = {}): AsyncGenerator<StoredPage, void, undefined> {
    checkAfter(after);
    let first = after + 1;
    let left = options.limit ?? Infinity;
    while (left > 0) {
      await setImmediate();
      if (options.signal?.aborted) return;
      const page = this.#page(first, left);
      if (page === undefined) return;
      first += page.events.length;
      left -= page.events.length;
      yield page;
    }
  }

  async *follow(after: number, signal: AbortSignal): AsyncGenerator<StoredPage | Touch, void, undefined> {
    checkAfter(after);
    let first = after + 1;
    let caughtUp = false;
    for (;;) {
      await setImmediate();
      if (signal.aborted) return;
      const page = this.#page(first, Infinity);
      if (page !== undefined) {
        first += page.events.length;
        yield page;
      } else if (!caughtUp) {
        caughtUp = true;
        yield 'caught-up';
      } else {
        await this.#bell.wait(signal);
      }
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#bell.ring();
    await setImmediate();
  }

  #page(first: number, atMost: number): StoredPage | undefined {
    this.#mustBeOpen();
    const events = this.#events.slice(first, first + Math.min(atMost, MOST_EVENTS_A_PAGE));
    return events.length === 0 ? undefined : { first, events };
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new LogUnavailable('The log is closed.');
  }
}
