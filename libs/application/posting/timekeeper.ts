import { dayOf, FIRST_DAY, formatDay, LAST_DAY, type Day } from '@app/domain/values/day';
import type { EventIndex } from '@app/read-model/index/event-index';
import { londonDay, MOST_BEHIND, type Clock } from '@app/read-model/clock';

export interface TimekeeperOptions {
  readonly clock: Clock;
  /**
   * Milliseconds since this machine started: its own time, which no one sets, and which goes on during
   * suspension (`os.uptime()`; `performance.now()` stops then).
   */
  readonly sinceBoot: Clock;
  readonly calendar: 'auto' | 'manual';
  /** `YYYY-MM-DD`. In `auto`, days up to and including it are opened, however many wait. */
  readonly openUntil?: string | undefined;
}

/** Why a clock is not believed, and what to do about it. */
export interface ClockDoubt {
  /** A clause for anybody who posts or watches. */
  readonly why: string;
  /** Sentences for the operator. */
  readonly advice: string;
}

/**
 * The most milliseconds by which a believed clock may be off: the corrections of a well-kept clock are
 * smaller.
 */
const MOST_ASTRAY = 30_000;
/**
 * The most days that are opened unasked: the outage of a holiday, but not the years of a wrongly set clock.
 */
const MOST_WAITING = 35;
/**
 * The rate, in milliseconds per millisecond, at which a clock that drifts from the machine’s own time is
 * followed: 43 s a day. The crystals of a machine drift apart by a fifth of that at most, and someone who
 * misleads the clock gains little.
 */
const FOLLOWED = 1 / 2_000;
/**
 * The milliseconds for which a comparison is relied on: asking the system each time would cost a post more
 * than judging it.
 */
const RELIED_ON = 1_000;

const DAY_MS = 86_400_000;
/** The first and the last instant of the days that the register knows. */
const EARLIEST = FIRST_DAY * DAY_MS;
const LATEST = (LAST_DAY + 1) * DAY_MS - 1;

/**
 * Says what time it is, and whether to believe it (specification, section 8). A clock that jumps must open no
 * days, and must write nothing at a time that no later event could follow: neither can be undone.
 *
 * Where the clock should be follows from where it was when it was first believed, and from the machine’s own
 * time since. Until then it may be set right without a restart, as often happens soon after a machine starts.
 */
export class Timekeeper {
  readonly #options: TimekeeperOptions;
  readonly #openUntil: Day;
  readonly #register: EventIndex;
  #wasBelieved = false;
  /** The clock and the machine’s own time at their last comparison. */
  #compared = { clock: NaN, sinceBoot: NaN };
  /** The difference between the machine’s own time and where the clock should be. */
  #offset = NaN;
  #isAstray = false;

  constructor(options: TimekeeperOptions, register: EventIndex) {
    this.#options = options;
    this.#openUntil = options.openUntil === undefined ? -Infinity : dayOf(options.openUntil);
    this.#register = register;
  }

  /**
   * The time of the clock or, if that is astray, the time that it should show. Never before 1900 or after
   * 9999, so that it can always be written and always falls on a day in London.
   */
  readonly now: Clock = () => {
    const clock = this.#look();
    return within(this.#isAstray ? this.#expected() : clock);
  };

  /**
   * Compares the clock with the machine’s own time, and believes it if nothing speaks against it. To be
   * called once a second once the log was read: only this finds a clock that has stopped.
   */
  watch(): void {
    const clock = this.#options.clock();
    this.#compare(clock);
    this.#wasBelieved ||= this.doubt() === undefined && !this.#isBehind(clock);
  }

  /**
   * Why nothing is to be opened or written now; undefined if the clock is believed. Nearly always a
   * comparison of numbers.
   */
  doubt(): ClockDoubt | undefined {
    const clock = this.#look();
    return this.#ofYear(clock) ?? this.#ofGoing(clock) ?? this.#ofDays(clock);
  }

  /** How many days wait to be opened, beyond the last open one and beyond those that the operator allows. */
  #waiting(present: Day): number {
    const today = this.#register.todayAt(this.#register.head);
    // The first day may be any.
    return today === undefined ? 0 : present - Math.max(today, this.#openUntil);
  }

  #ofYear(clock: number): ClockDoubt | undefined {
    if (clock >= EARLIEST && clock <= LATEST) return undefined;
    return {
      why: 'The clock of this process says a year that the register does not know, which are 1900 to 9999',
      advice: 'Set the clock right',
    };
  }

  #ofGoing(clock: number): ClockDoubt | undefined {
    if (!this.#isAstray) return undefined;
    return {
      why: `The clock of this process says ${written(clock)}, and by its machine’s own time since boot it should be ${written(this.#expected())}`,
      advice:
        'If it is wrong, set it right. If it is right now (it was wrong when the register was started, or the machine stood still), start the register again',
    };
  }

  #ofDays(clock: number): ClockDoubt | undefined {
    if (this.#options.calendar === 'manual') return undefined;
    const present = londonDay(clock);
    const waiting = this.#waiting(present);
    if (waiting <= MOST_WAITING) return undefined;
    const day = formatDay(present);
    return {
      why: `By the clock of this process it is ${day}, and ${waiting.toLocaleString('en-GB')} days wait to be opened, where no more than ${MOST_WAITING} are opened unasked`,
      advice: `If the clock is wrong, set it right. If it is right, start the register once with REGISTER_OPEN_UNTIL=${day}: days up to and with it are opened then, and nothing takes that back`,
    };
  }

  #isBehind(clock: number): boolean {
    return (this.#register.instantOf(this.#register.head) ?? -Infinity) - clock > MOST_BEHIND;
  }

  #expected(): number {
    return Math.round(this.#offset + this.#options.sinceBoot());
  }

  /** The time by the clock, with a new comparison if it has moved on since the last. */
  #look(): number {
    const clock = this.#options.clock();
    if (!(Math.abs(clock - this.#compared.clock) < RELIED_ON)) this.#compare(clock);
    return clock;
  }

  #compare(clock: number): void {
    const sinceBoot = this.#options.sinceBoot();
    const passed = Math.max(0, sinceBoot - this.#compared.sinceBoot);
    this.#compared = { clock, sinceBoot };
    if (!this.#wasBelieved) {
      this.#offset = clock - sinceBoot;
      return;
    }
    const away = clock - sinceBoot - this.#offset;
    this.#isAstray = Math.abs(away) > MOST_ASTRAY;
    // A clock that is astray is not followed: otherwise waiting would make it believed.
    if (!this.#isAstray) this.#offset += Math.sign(away) * Math.min(Math.abs(away), passed * FOLLOWED);
  }
}

function within(instant: number): number {
  return Math.min(Math.max(instant, EARLIEST), LATEST);
}

function written(instant: number): string {
  return new Date(within(instant)).toISOString();
}
