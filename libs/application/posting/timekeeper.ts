import { dayOf, FIRST_DAY, formatDay, LAST_DAY, type Day } from '@app/domain/values/day';
import type { EventIndex } from '@app/read-model/index/event-index';
import { londonDay, MOST_BEHIND, type Clock } from '@app/read-model/clock';

export interface TimekeeperOptions {
  readonly clock: Clock;
  /**
   * Milliseconds since this machine was started: its own time, which no one sets, and which goes on while it is suspended
   * (`os.uptime()`; `performance.now()` stands still then).
   */
  readonly sinceBoot: Clock;
  readonly calendar: 'auto' | 'manual';
  /** `YYYY-MM-DD`. In `auto` days up to and with it are opened, however many wait. */
  readonly openUntil?: string | undefined;
}

/** Why a clock is not believed, and what that asks for. */
export interface ClockDoubt {
  /** A clause for anybody who posts or watches. */
  readonly why: string;
  /** Sentences for the operator. */
  readonly advice: string;
}

/** Further, in milliseconds, a clock does not get from where it should be, and is still believed: no correction of one that is kept right is as large. */
const MOST_ASTRAY = 30_000;
/** So many days are opened unasked: a holiday’s outage, and not the years of a clock that was set wrongly. */
const MOST_WAITING = 35;
/**
 * So fast, in milliseconds a millisecond, a clock that goes otherwise than the machine’s own time is followed: 43 s a day.
 * The crystals of a machine drift apart by a fifth of that at the most, and no one gets far with it who leads the clock away.
 */
const FOLLOWED = 1 / 2_000;
/** For so many milliseconds what was found is relied on: asking the system each time would cost a post more than judging it. */
const RELIED_ON = 1_000;

const DAY_MS = 86_400_000;
/** The first and the last instant of the days that the register knows. */
const EARLIEST = FIRST_DAY * DAY_MS;
const LATEST = (LAST_DAY + 1) * DAY_MS - 1;

/**
 * Says what time it is, and whether that is to be believed (specification, section 8). A clock that jumps opens no days, and
 * writes nothing at a time that no later event could come after: neither can be taken back.
 *
 * Where the clock should be is known from where it stood when it was first believed, and from the machine’s own time since.
 * Until then it may be set right without a restart, as it often is soon after a machine’s start.
 */
export class Timekeeper {
  readonly #options: TimekeeperOptions;
  readonly #openUntil: Day;
  readonly #register: EventIndex;
  #wasBelieved = false;
  /** What the clock and the machine’s own time were when they were last compared. */
  #compared = { clock: NaN, sinceBoot: NaN };
  /** From the machine’s own time to where the clock should be. */
  #offset = NaN;
  #isAstray = false;

  constructor(options: TimekeeperOptions, register: EventIndex) {
    this.#options = options;
    this.#openUntil = options.openUntil === undefined ? -Infinity : dayOf(options.openUntil);
    this.#register = register;
  }

  /**
   * The time of the clock; where that is astray, the time that it should be. Never before 1900 nor after 9999, whatever the
   * clock says: it can always be written, and London has a day then.
   */
  readonly now: Clock = () => {
    const clock = this.#look();
    return within(this.#isAstray ? this.#expected() : clock);
  };

  /**
   * Compares the clock with the machine’s own time, and believes it where nothing speaks against it. To be called once a
   * second from when the log was read: a clock that is held still is found by nothing else.
   */
  watch(): void {
    const clock = this.#options.clock();
    this.#compare(clock);
    this.#wasBelieved ||= this.doubt() === undefined && !this.#isBehind(clock);
  }

  /** Why nothing is to be opened and written now; undefined if the clock is believed. A comparison of numbers nearly always. */
  doubt(): ClockDoubt | undefined {
    const clock = this.#look();
    return this.#ofYear(clock) ?? this.#ofGoing(clock) ?? this.#ofDays(clock);
  }

  /** How many days beyond the last one opened, and beyond those that its operator means, wait to be opened. */
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

  /** What the clock says, compared anew where it has gone on since. */
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
    // A clock that is astray is followed nowhere: waiting does not make it right.
    if (!this.#isAstray) this.#offset += Math.sign(away) * Math.min(Math.abs(away), passed * FOLLOWED);
  }
}

function within(instant: number): number {
  return Math.min(Math.max(instant, EARLIEST), LATEST);
}

function written(instant: number): string {
  return new Date(within(instant)).toISOString();
}
