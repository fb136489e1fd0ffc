import { setTimeout as sleep } from 'node:timers/promises';
import { LogUnavailable, type EventLog } from '@app/event-store/event-log';
import { type EventIndex } from '@app/read-model/index/event-index';
import { UnreadableEvent } from '@app/read-model/index/checked-event';
import { isCanonical } from '@app/domain/log/canonical';
import { rest } from '../cooperative';

/** The events that one step compares, in about a millisecond. */
const EVENTS_AT_ONCE = 250;
/**
 * In the first inspection, the length of a rest as a multiple of the work before it: a million events take
 * half a minute, and no one waits.
 */
const RESTS = 7;
/**
 * The milliseconds between two steps of later inspections: they read a million events again in about an hour.
 */
const LOOKS_EVERY = 1_000;

/**
 * Compares the events in memory with the log, which it reads from the store again and again: a disk, or somebody
 * with access to the file, may change what was read before. The first time it also checks that each event is in
 * its RFC 8785 form.
 */
export class Inspection {
  readonly #log: EventLog;
  readonly #register: EventIndex;
  readonly #stop = new AbortController();
  #isFirst = true;
  /** The position to look at next. */
  #next = 0;

  constructor(log: EventLog, register: EventIndex) {
    this.#log = log;
    this.#register = register;
  }

  /** Whether it has not reached the end yet. */
  get isFirst(): boolean {
    return this.#isFirst;
  }

  stop(): void {
    this.#stop.abort();
  }

  /**
   * Rejects with {@link UnreadableEvent} unless every event in memory is in its RFC 8785 form. It rests
   * so that others have their turn.
   */
  async forms(): Promise<void> {
    for (let position = 0; position <= this.#register.head; position++) {
      if (position % EVENTS_AT_ONCE === 0) for (let pause = rest(); pause; pause = rest()) await pause;
      this.#checkForm(position);
    }
  }

  /** Inspects the first events: all of a small log. Rejects as {@link run} does. */
  begin(): Promise<void> {
    return this.#step();
  }

  /**
   * Inspects until {@link stop}. Rejects with {@link UnreadableEvent} if an event differs, or as the log does if
   * that is damaged. While the log cannot be read, it tries again.
   */
  async run(): Promise<void> {
    const { signal } = this.#stop;
    for (let wait = 0; !signal.aborted;) {
      await sleep(wait, undefined, { signal, ref: false }).catch(() => undefined);
      const began = performance.now();
      await this.#step();
      wait = this.#isFirst ? RESTS * (performance.now() - began) : LOOKS_EVERY;
    }
  }

  async #step(): Promise<void> {
    try {
      await this.#look();
    } catch (error) {
      if (!(error instanceof LogUnavailable)) throw error;
    }
    if (this.#next <= this.#register.head) return;
    this.#isFirst = false;
    this.#next = 0;
  }

  /** Inspects some events from its present position on. */
  async #look(): Promise<void> {
    const limit = Math.min(EVENTS_AT_ONCE, this.#register.head + 1 - this.#next);
    if (limit <= 0) return;
    const options = { limit, signal: this.#stop.signal, afresh: true };
    for await (const { events } of this.#log.read(this.#next - 1, options)) {
      for (const text of events) {
        if (text !== this.#register.text(this.#next)) throw new UnreadableEvent(isAnother(this.#next));
        if (this.#isFirst) this.#checkForm(this.#next);
        this.#next++;
      }
    }
  }

  #checkForm(position: number): void {
    if (!isCanonical(this.#register.text(position)))
      throw new UnreadableEvent(
        `The event at ${position} is not in the form in which the register writes: the log was changed by hand. Restore it from a backup (npm run restore).`,
      );
  }
}

function isAnother(position: number): string {
  return `Another event stands in the log at ${position} now than when it was read: the log was changed by hand, or by a fault of its disk.`;
}
