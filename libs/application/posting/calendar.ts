import { formatDay, type Day } from '@app/domain/values/day';
import { isRefusal, type Refusal } from '@app/domain/values/problem';
import type { EventIndex } from '@app/read-model/index/event-index';
import { londonDay, type Clock } from '@app/read-model/clock';
import { dayOpened } from './registrar-postings';
import type { Writer } from './writer';

/**
 * How often to look for a new day, in milliseconds: a day opens within a second of its beginning, whatever
 * the clock did.
 */
const LOOK_EVERY = 1_000;
const DAYS_AT_ONCE = 400;

/**
 * Opens each civil day of Europe/London once it has begun, and every missed one in order (specification,
 * section 1). Several processes may do so at once: the id of the event makes each day open only once.
 */
export class Calendar {
  readonly #writer: Writer;
  readonly #register: EventIndex;
  readonly #clock: Clock;
  #timer: NodeJS.Timeout | undefined;
  #opening = false;
  #stopped = false;
  #refusal: string | undefined;

  constructor(writer: Writer, register: EventIndex, clock: Clock) {
    this.#writer = writer;
    this.#register = register;
    this.#clock = clock;
  }

  /** Runs until {@link stop}. */
  start(): void {
    this.#timer = setInterval(() => void this.open(), LOOK_EVERY);
  }

  /** Stops posting. */
  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
  }

  /**
   * Which day cannot be opened and why, in words; undefined if none waits, or if it only waits for the log or
   * the clock.
   */
  get refusal(): string | undefined {
    return this.#refusal;
  }

  /**
   * Opens the days that have begun since the last open one; if there is none, the present day. Never rejects.
   */
  async open(): Promise<void> {
    if (this.#opening) return;
    this.#opening = true;
    try {
      this.#refusal = await this.#openAll();
    } catch (error) {
      this.#refusal = `Days cannot be opened: ${String(error)}`;
    } finally {
      this.#opening = false;
    }
  }

  /** Why it ended before the present day was open; undefined if only the log or the clock can settle that. */
  async #openAll(): Promise<string | undefined> {
    const present = londonDay(this.#clock());
    let most = DAYS_AT_ONCE;
    for (let next = this.#next(present); next <= present && !this.#stopped; next = this.#next(present)) {
      const days = Array.from({ length: Math.min(present - next + 1, most) }, (_, i) => dayOpened(next + i));
      const results = await this.#writer.post('register', days);
      if (isRefusal(results)) return results.code === 'unavailable' ? undefined : cannot(next, results);
      // A day that is refused now, for example because the clock was set back, is tried again later; the days
      // before it are opened.
      const refused = results.findIndex(({ outcome }) => outcome === 'refused');
      const result = results[refused];
      if (refused === 0 && result?.outcome === 'refused') return cannot(next, result.refusal);
      if (refused > 0) most = refused;
    }
    return undefined;
  }

  #next(present: number): number {
    const today = this.#register.at(this.#register.head).today;
    return today === undefined ? present : today + 1;
  }
}

function cannot(day: Day, { detail }: Refusal): string {
  return `The day ${formatDay(day)} cannot be opened: ${detail}`;
}
