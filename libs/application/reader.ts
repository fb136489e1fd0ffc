import { refuse, type Refusal } from '@app/domain/problem';
import { parseInstant } from '@app/domain/submission';
import type { Follower } from '@app/read-model/follower';
import type { Register } from '@app/read-model/register';
import type { Clock } from './clock';

/** The moment of knowledge that a reader asks for (design, sections 1 and 7). */
export interface Moment {
  /** A position, or an RFC 3339 instant; the head where it is absent. */
  readonly knownAt?: string | undefined;
  /** A position that the read model must have reached before it answers. */
  readonly atLeast?: string | undefined;
}

/** How a position is written. */
export const POSITION = /^(?:0|[1-9][0-9]{0,15})$/;
const LONGEST_WAIT = 2_000;

/** Says up to which position a question is answered. */
export class Reader {
  readonly register: Register;
  readonly #follower: Follower;
  readonly #clock: Clock;

  constructor(register: Register, follower: Follower, clock: Clock) {
    this.register = register;
    this.#follower = follower;
    this.#clock = clock;
  }

  /** The position of a moment, −1 before the first event; waits two seconds at the most for `atLeast`. */
  async position({ knownAt, atLeast }: Moment): Promise<number | Refusal> {
    if (atLeast !== undefined) {
      if (!POSITION.test(atLeast))
        return refuse('invalid-question', 'Give atLeast as a position, such as 4182', '/atLeast');
      if (!(await this.#follower.reached(Number(atLeast), LONGEST_WAIT)))
        return this.#behind(`position ${atLeast}`);
    }
    return knownAt === undefined ? this.#head() : this.positionOf(knownAt);
  }

  #head(): number | Refusal {
    return this.#follower.state === 'starting' ? this.#behind('the head of the log') : this.register.head;
  }

  /** The position of a moment that is named; `parameter`: by which name it was given. */
  positionOf(knownAt: string, parameter = 'knownAt'): number | Refusal {
    const { head } = this.register;
    if (POSITION.test(knownAt))
      return Number(knownAt) <= head ? Number(knownAt) : this.#behind(`position ${knownAt}`);
    const instant = parseInstant(knownAt);
    if (instant === undefined) {
      return refuse(
        'invalid-question',
        `Give ${parameter} as a position, or as an RFC 3339 instant such as 2026-09-01T12:00:00Z, a + in it written %2B`,
        `/${parameter}`,
      );
    }
    const last = this.register.instantOf(head) ?? -Infinity;
    return instant > Math.max(last, this.#clock())
      ? this.#behind(`the instant ${knownAt}`)
      : this.register.positionAt(instant);
  }

  #behind(what: string): Refusal {
    return refuse(
      'not-caught-up',
      `The register has not reached ${what}: it knows the log up to position ${this.register.head}; ask again a while later`,
    );
  }
}
