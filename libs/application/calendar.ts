import { isRefusal } from '@app/domain/problem';
import type { Register } from '@app/read-model/register';
import { londonDay, type Clock } from './clock';
import { dayOpened } from './first-start';
import type { Writer } from './writer';

/** Often enough that a day opens within a second of its beginning, whatever the clock did meanwhile. */
const LOOK_EVERY = 1_000;
const DAYS_AT_ONCE = 400;

/**
 * Opens each civil day of Europe/London once it has begun, every missed one in order (design, section 1). Several
 * processes may do it at once: a day opens once, by its id.
 */
export class Calendar {
  readonly #writer: Writer;
  readonly #register: Register;
  readonly #clock: Clock;
  #timer: NodeJS.Timeout | undefined;
  #opening = false;
  #stopped = false;

  constructor(writer: Writer, register: Register, clock: Clock) {
    this.#writer = writer;
    this.#register = register;
    this.#clock = clock;
  }

  /** Goes on by itself until {@link stop}. */
  start(): void {
    this.#timer = setInterval(() => void this.open(), LOOK_EVERY);
  }

  /** Posts nothing any more. */
  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
  }

  /** Opens the days that have begun since the last one opened; the present day where none was ever opened. */
  async open(): Promise<void> {
    if (this.#opening) return;
    this.#opening = true;
    try {
      const present = londonDay(this.#clock());
      for (let next = this.#next(present); next <= present && !this.#stopped; next = this.#next(present)) {
        const days = Array.from({ length: Math.min(present - next + 1, DAYS_AT_ONCE) }, (_, i) =>
          dayOpened(next + i),
        );
        const results = await this.#writer.post('register', days);
        // All of them are taken or none. What is refused now, such as by a clock set back, is tried again a while later.
        if (isRefusal(results) || results.some(({ outcome }) => outcome === 'refused')) return;
      }
    } finally {
      this.#opening = false;
    }
  }

  #next(present: number): number {
    const today = this.#register.at(this.#register.head).today;
    return today === undefined ? present : today + 1;
  }
}
