import { checkAfter, checkAppendable } from '@app/event-store/appendable';
import { Bell } from '@app/event-store/bell';
import {
  LogUnavailable,
  type Append,
  type EventLog,
  type StoredPage,
  type Touch,
} from '@app/event-store/event-log';
import type { Dice } from '../dice';

export function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The events of one append that has landed. */
export interface Landed {
  readonly first: number;
  readonly events: readonly string[];
}

/** The durable events, on which each of several processes has a handle. */
export class Sequence {
  readonly events: string[] = [];
  readonly landed: Landed[] = [];
  readonly bell = new Bell();
  /** Whether faults have ended. */
  calm = false;
  /** The number of appends that are under way, and may land although no one waits for them. */
  underway = 0;

  get head(): number {
    return this.events.length - 1;
  }

  /** Adds events if the head is this one; otherwise adds none, and returns false. */
  land(events: readonly string[], head: number): boolean {
    if (head !== this.head) return false;
    this.landed.push({ first: head + 1, events: [...events] });
    this.events.push(...events);
    this.bell.ring();
    return true;
  }
}

/** The probability of each fault, from 0 to 1, and the longest times, in milliseconds. */
export interface Weather {
  /** An append is `unavailable`, and writes nothing. */
  readonly refused: number;
  /** An append is `unknown`: it was written, was not, or will be. */
  readonly lost: number;
  /** The longest time after which a lost append still lands. */
  readonly underway: number;
  /** The acknowledgement of an append comes very late. */
  readonly late: number;
  /** A reading fails or ends early. */
  readonly unreadable: number;
  /** A follower loses touch, for `outage` at the longest. */
  readonly outOfTouch: number;
  readonly outage: number;
  /** The longest time of an ordinary step. */
  readonly delay: number;
}

export function weather(dice: Dice): Weather {
  const rough = dice.one([0, 0.05, 0.2, 0.5]);
  return {
    refused: rough * dice.next(),
    lost: rough * dice.next(),
    underway: dice.one([50, 1_000, 15_000]),
    late: 0.6 * rough * dice.next(),
    unreadable: rough * dice.next(),
    outOfTouch: 0.5 * rough * dice.next(),
    outage: dice.one([20, 500, 5_000]),
    delay: dice.one([1, 10, 50]),
  };
}

/**
 * One process’s handle to a log that shows every fault that the port permits, and no other. Steps take any time. An append is
 * refused, or its outcome is unknown: it has landed, never will, or lands while the same is tried again. A repetition of a
 * landed append is `moved` or `appended`. Acknowledgements come late. A reading fails, and a page shows the log as it was some
 * appends ago. A follower loses touch. The dice decide, so that a schedule can be repeated.
 */
export class FaultyLog implements EventLog {
  readonly #sequence: Sequence;
  readonly #weather: Weather;
  readonly #dice: Dice;
  #cut = false;

  constructor(sequence: Sequence, weather: Weather, dice: Dice) {
    this.#sequence = sequence;
    this.#weather = weather;
    this.#dice = dice;
  }

  /** The process dies: its handle neither answers nor takes calls, but an append that is under way may land. */
  cut(): void {
    this.#cut = true;
  }

  async head(): Promise<number> {
    await this.#step();
    const head = this.#sequence.head;
    await this.#step();
    if (this.#happens(this.#weather.unreadable)) throw new LogUnavailable('The head is not to be had.');
    return head;
  }

  async append(events: readonly string[], head: number): Promise<Append> {
    checkAppendable(events, head);
    await this.#step();
    if (this.#happens(this.#weather.refused)) return { outcome: 'unavailable', detail: 'The log is busy.' };
    if (this.#happens(this.#weather.lost)) {
      const fate = this.#dice.one(['written', 'never', 'later']);
      if (fate === 'written') this.#sequence.land(events, head);
      if (fate === 'later') void this.#landLater([...events], head);
      await this.#step();
      return { outcome: 'unknown', detail: 'The connection was lost.' };
    }
    const landed = this.#sequence.land(events, head);
    const before = !landed && events.every((text, i) => this.#sequence.events[head + 1 + i] === text);
    await (this.#happens(this.#weather.late) ? this.#step(15_000) : this.#step());
    return { outcome: landed || (before && this.#dice.chance(0.3)) ? 'appended' : 'moved' };
  }

  async #landLater(events: readonly string[], head: number): Promise<void> {
    this.#sequence.underway++;
    await wait(this.#dice.below(this.#weather.underway));
    this.#sequence.land(events, head);
    this.#sequence.underway--;
  }

  async *read(
    after: number,
    options: { readonly limit?: number; readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<StoredPage, void, undefined> {
    checkAfter(after);
    let first = after + 1;
    let left = options.limit ?? Infinity;
    const lagging = this.#happens(this.#weather.unreadable) ? this.#earlierEnd() : Infinity;
    while (left > 0) {
      await this.#step();
      if (options.signal?.aborted) return;
      if (this.#happens(this.#weather.unreadable)) throw new LogUnavailable('The log is not to be read.');
      const end = Math.min(lagging, this.#sequence.events.length);
      const events = this.#sequence.events.slice(
        first,
        Math.min(end, first + Math.min(left, this.#pageSize())),
      );
      if (events.length === 0) return;
      yield { first, events };
      first += events.length;
      left -= events.length;
    }
  }

  async *follow(after: number, signal: AbortSignal): AsyncGenerator<StoredPage | Touch, void, undefined> {
    checkAfter(after);
    let first = after + 1;
    let touch: Touch | undefined;
    for (;;) {
      await this.#step();
      if (signal.aborted) return;
      if (this.#happens(this.#weather.outOfTouch)) {
        if (touch !== 'lost-touch') yield (touch = 'lost-touch');
        await this.#step(this.#weather.outage);
        continue;
      }
      const events = this.#sequence.events.slice(first, first + this.#pageSize());
      if (events.length > 0) {
        yield { first, events };
        first += events.length;
      } else if (touch !== 'caught-up') {
        yield (touch = 'caught-up');
      } else {
        await this.#sequence.bell.wait(signal);
      }
    }
  }

  close(): Promise<void> {
    return this.#step();
  }

  /** Where the log ended one or two appends ago: a replica that lags still shows whole appends. */
  #earlierEnd(): number {
    return this.#sequence.landed.at(-1 - this.#dice.below(2))?.first ?? 0;
  }

  #pageSize(): number {
    return this.#dice.one([1, 2, 3, 1_000]);
  }

  #happens(probability: number): boolean {
    return !this.#sequence.calm && this.#dice.chance(probability);
  }

  async #step(atMost = this.#weather.delay): Promise<void> {
    if (!this.#cut) await wait(this.#dice.below(this.#sequence.calm ? 5 : atMost));
    if (this.#cut) await new Promise<never>(() => undefined);
  }
}
