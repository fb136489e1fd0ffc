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

/** What has landed in one go. */
export interface Landed {
  readonly first: number;
  readonly events: readonly string[];
}

/** What is durable, of which several processes have a handle each. */
export class Sequence {
  readonly events: string[] = [];
  readonly landed: Landed[] = [];
  readonly bell = new Bell();
  /** From then on nothing fails any more. */
  calm = false;
  /** Appends that are under way, and may land though no one waits for them. */
  underway = 0;

  get head(): number {
    return this.events.length - 1;
  }

  /** Adds the events where the head is the one that is said; false, and nothing is added, where it is not. */
  land(events: readonly string[], head: number): boolean {
    if (head !== this.head) return false;
    this.landed.push({ first: head + 1, events: [...events] });
    this.events.push(...events);
    this.bell.ring();
    return true;
  }
}

/** How likely each fault is, and how long things take at the most. */
export interface Weather {
  /** Of an append: `unavailable`, nothing written. */
  readonly refused: number;
  /** Of an append: `unknown`, whether it was written, was not, or will be. */
  readonly lost: number;
  /** Of an append that is lost: for how long it may be under way yet. */
  readonly underway: number;
  /** Of an append, that its acknowledgement comes very late. */
  readonly late: number;
  /** Of reading, that it fails or ends early. */
  readonly unreadable: number;
  /** Of following, that touch is lost, and for how long. */
  readonly outOfTouch: number;
  readonly outage: number;
  /** What any step takes, ordinarily. */
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
 * One process’s handle to a log to which everything happens that the port permits, and nothing else: steps take as
 * long as they like; an append is refused, or its outcome unknown, whether it has landed, never will, or does so while
 * the same is tried again; a repetition of what has landed is `moved` or `appended`; acknowledgements come late;
 * reading fails, and a page shows the log as it was some appends ago; touch is lost. All by the dice, so that a
 * schedule happens twice in the same way.
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

  /** The process dies: nothing more comes out of the handle or goes into it, but what is under way may land. */
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

  /** Where the log ended one or two appends ago: a replica that lags shows whole appends. */
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
