import { setTimeout as sleep } from 'node:timers/promises';
import type { EventLog } from '@app/event-store/event-log';
import { UnreadableEvent, type Register } from '@app/read-model/register';
import { isCanonical } from './canonical';

/** So many events are looked at in one go, a millisecond or so. */
const EVENTS_AT_ONCE = 250;
/** The first time it rests so many times as long as it worked: a million events take half a minute, and nobody waits. */
const RESTS = 7;
/** Afterwards it looks at a few of them once in so many milliseconds: a million are read again in an hour or so. */
const LOOKS_EVERY = 1_000;

/**
 * Holds what this process has in memory against what stands in the log, as the store reads it afresh, from the first event
 * to the last and over again: a disk, or somebody with the file, may change what was read already. The first time it
 * checks too that each event is in its RFC 8785 form.
 */
export class Inspection {
  readonly #log: EventLog;
  readonly #register: Register;
  readonly #stop = new AbortController();
  #isFirst = true;

  constructor(log: EventLog, register: Register) {
    this.#log = log;
    this.#register = register;
  }

  /** Whether it has not yet come to the end for the first time. */
  get isFirst(): boolean {
    return this.#isFirst;
  }

  stop(): void {
    this.#stop.abort();
  }

  /** Throws {@link UnreadableEvent} unless every event in memory is in its RFC 8785 form. Others have their turn between `undefined`s. */
  *forms(): Generator<undefined, void> {
    for (let position = 0; position <= this.#register.head; position++) {
      if (position % EVENTS_AT_ONCE === 0) yield;
      this.#checkForm(position);
    }
  }

  /**
   * Goes on until {@link stop}. Rejects with what is wrong: with {@link UnreadableEvent}, or as the log does where it is
   * damaged. A log that cannot be read for now is tried again.
   */
  async run(): Promise<void> {
    for (let next = 0; !this.#stop.signal.aborted;) {
      const began = performance.now();
      next = await this.#look(next);
      if (next > this.#register.head) {
        this.#isFirst = false;
        next = 0;
      }
      const wait = this.#isFirst ? RESTS * (performance.now() - began) : LOOKS_EVERY;
      await sleep(wait, undefined, { signal: this.#stop.signal, ref: false }).catch(() => undefined);
    }
  }

  /** Looks at some events from a position on; resolves to the one after them. */
  async #look(first: number): Promise<number> {
    const until = Math.min(first + EVENTS_AT_ONCE - 1, this.#register.head);
    if (until < first) return first;
    const options = { limit: until - first + 1, signal: this.#stop.signal, afresh: true };
    let next = first;
    for await (const { events } of this.#log.read(first - 1, options)) {
      for (const text of events) {
        if (text !== this.#register.text(next)) throw new UnreadableEvent(isAnother(next));
        if (this.#isFirst) this.#checkForm(next);
        next++;
      }
    }
    return next;
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
