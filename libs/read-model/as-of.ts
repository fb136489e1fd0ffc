import { refuse, type Refusal } from '@app/domain/values/problem';
import { parseInstant } from '@app/domain/values/instant';
import type { Follower } from './follower';
import type { EventIndex } from './index/event-index';
import type { Clock } from './clock';
import type { LogEnd } from './log-end';

/** The moment of knowledge that a reader asks for (specification, sections 1 and 7). */
export interface Moment {
  /**
   * A position, with or without the digits that say which log is meant, or an RFC 3339 instant; by default
   * the head.
   */
  readonly knownAt?: string | undefined;
  /** A position, with or without these digits, that the read model must have reached before it answers. */
  readonly atLeast?: string | undefined;
}

/** A position: of so many digits that there is none beyond. */
export const PLAIN_POSITION = /^(?:0|[1-9][0-9]{0,19})$/;
/** The same, and perhaps the first digits of the hash of the event there, which say which log is meant. */
export const POSITION_OF_LOG = /^(0|[1-9][0-9]{0,19})(?:-([0-9a-f]{8}))?$/;
/** A position of the log, or −1, which is before the first event. */
export const POSITION_OR_START = /^(?:-1|(?:0|[1-9][0-9]{0,19})(?:-[0-9a-f]{8})?)$/;
const DIGITS = 8;
/** The number of hexadecimal digits: 96 of the bits of the hash. */
const FINGERPRINT = 24;
const LONGEST_WAIT = 2_000;

/** Whether a text names a moment of knowledge, of this log or another. */
export function isMoment(text: string): boolean {
  return POSITION_OF_LOG.test(text) || parseInstant(text) !== undefined;
}

/** Finds the position at which a question is answered. */
export class AsOfResolver {
  readonly index: EventIndex;
  readonly #follower: Follower;
  readonly #clock: Clock;
  readonly #end: LogEnd;

  constructor(register: EventIndex, follower: Follower, clock: Clock, end: LogEnd) {
    this.index = register;
    this.#follower = follower;
    this.#clock = clock;
    this.#end = end;
  }

  /** Whether a moment names a position that has not been read yet, be it in the log or beyond it. */
  isAhead(moment: string): boolean {
    return positionIn(moment) > this.index.head;
  }

  /** Reads on to where the log ends now; for no longer than two seconds, and no further where the log does not say. */
  async readToEnd(): Promise<void> {
    await this.#readTo(Infinity);
  }

  /**
   * Reads on to the positions that moments name, as far as the log goes: another process may have written them, and only
   * what is beyond the log is unknown. `behind`: the log goes as far, or cannot say, and has not been read so far within two
   * seconds. To be asked before {@link positionOf}.
   */
  readOn(...moments: readonly (string | undefined)[]): Promise<'held' | 'beyond' | 'behind'> {
    return this.#readTo(Math.max(...moments.map(positionIn)));
  }

  async #readTo(furthest: number): Promise<'held' | 'beyond' | 'behind'> {
    if (furthest <= this.index.head) return 'held';
    if (this.#follower.state === 'starting') return 'behind';
    const end = await this.#end.position().catch(() => undefined);
    const isRead = end !== undefined && (await this.#follower.reached(Math.min(furthest, end), LONGEST_WAIT));
    if (!isRead) return 'behind';
    return furthest <= this.index.head ? 'held' : 'beyond';
  }

  /** The position of a moment, −1 before the first event; waits at most two seconds for `atLeast`. */
  async position({ knownAt, atLeast }: Moment): Promise<number | Refusal> {
    if (atLeast !== undefined) {
      const [, position, digits] = POSITION_OF_LOG.exec(atLeast) ?? [];
      if (position === undefined)
        return refuse(
          'invalid-question',
          'Give atLeast as a position, such as 4182 or 4182-1a2b3c4d',
          '/atLeast',
        );
      if (!(await this.#follower.reached(Number(position), LONGEST_WAIT))) return this.#beyond(position);
      const other = this.#otherLog(position, digits, 'atLeast');
      if (other) return other;
    }
    if (knownAt === undefined) return this.#head();
    await this.readOn(knownAt);
    return this.positionOf(knownAt);
  }

  #head(): number | Refusal {
    return this.#follower.state === 'starting' ? this.#starting() : this.index.head;
  }

  /**
   * The position of a named moment; `parameter`: the name under which it was given. Refused with `other-log`
   * if it names another log.
   */
  positionOf(moment: string, parameter = 'knownAt'): number | Refusal {
    const [, position, digits] = POSITION_OF_LOG.exec(moment) ?? [];
    if (position !== undefined) {
      if (Number(position) > this.index.head) return this.#beyond(position);
      return this.#otherLog(position, digits, parameter) ?? Number(position);
    }
    const instant = parseInstant(moment);
    if (instant === undefined) {
      return refuse(
        'invalid-question',
        `Give ${parameter} as a position, such as 4182 or 4182-1a2b3c4d (8 digits, 0–9 and a–f), or as an RFC 3339 instant such as 2026-09-01T12:00:00Z; in an address a + is written %2B`,
        `/${parameter}`,
      );
    }
    return this.#positionAt(instant, moment);
  }

  #positionAt(instant: number, moment: string): number | Refusal {
    const last = this.index.instantOf(this.index.head) ?? -Infinity;
    // Events that are still to be read may have been recorded up to the instant.
    if (this.#follower.state === 'starting' && instant >= last) return this.#starting();
    if (instant > Math.max(last, this.#clock())) {
      return refuse(
        'not-caught-up',
        `The moment ${moment} has not come yet, and no one knows what will be recorded until then: ask as known at an earlier moment, or as known now`,
      );
    }
    return this.index.positionAt(instant);
  }

  /**
   * A position up to the head, written with the digits that say which log is meant: `4182-1a2b3c4d`;
   * undefined before the first event.
   */
  written(position: number | string): string | undefined {
    const at = Number(position);
    return at < 0 ? undefined : `${at}-${this.index.hash(at).slice(0, DIGITS)}`;
  }

  /**
   * A text that changes whenever the bytes at a position up to the head would differ; undefined before the
   * first event.
   */
  fingerprint(position: number | string): string | undefined {
    const at = Number(position);
    return at < 0 ? undefined : this.index.hash(at).slice(0, FINGERPRINT);
  }

  /** Why a position that names its log is not of this log; undefined if it is. */
  #otherLog(position: string, digits: string | undefined, parameter: string): Refusal | undefined {
    if (digits === undefined) return undefined;
    const here = this.written(position) ?? '';
    if (here === `${position}-${digits}`) return undefined;
    return refuse(
      'other-log',
      `${position}-${digits} is not of this log, where that position is ${here}: the register was restored from a backup since, or this is another register. What was answered then is not what this log says: ask with ${here}, or as known now, and what you keep of it will differ`,
      `/${parameter}`,
    );
  }

  #beyond(position: string): Refusal {
    const { head } = this.index;
    if (this.#follower.state === 'starting') return this.#starting();
    const last = head < 0 ? 'is empty' : `ends at ${head}`;
    return refuse(
      'not-caught-up',
      `The log ${last}, and position ${position} is beyond: ask again once it is there. Where it was there before, the register was restored from a backup since, or this is another register`,
    );
  }

  #starting(): Refusal {
    const { head } = this.index;
    const read = head < 0 ? '' : `, and has come to position ${head}`;
    return refuse(
      'not-caught-up',
      `The register is starting: it is still reading its log${read}. Try again in a minute`,
    );
  }
}

/** The position that a moment names; −1 if it names none. */
function positionIn(moment: string | undefined): number {
  return Number(POSITION_OF_LOG.exec(moment ?? '')?.[1] ?? -1);
}
