import { hash } from 'node:crypto';
import { parseInstant } from '@app/domain/values/instant';
import { POSITION_OF_LOG } from '@app/read-model/as-of';
import { finding, type Finding } from '@app/transparency/finding';
import { AuditEnd, AUDITOR_EXIT } from './exit-codes';

/** Finds the position of a moment of knowledge while a log is read. */
export interface SoughtMoment {
  /** Sees the next event of the log. */
  see(text: string, position: number): void;
  /** Whether no later event can belong to it. */
  readonly isPassed: boolean;
  /**
   * Its position, once a log of so many events is read; −1 before the first event. Ends the program if the log may go on before
   * the moment. Finding: `fork` if another event is there than the moment names.
   */
  position(size: number): number | Finding;
}

/** The moment that a text names: a position, perhaps with the digits that say of which log, or an instant. Ends the program if it is none. */
export function momentIn(option: string, text: string): SoughtMoment {
  return sought(option, text, (instant) => new SoughtInstant(text, instant));
}

/** As {@link momentIn}; an instant means the first event that was recorded then or later. */
export function firstIn(option: string, text: string): SoughtMoment {
  return sought(option, text, (instant) => new FirstSince(text, instant));
}

function sought(option: string, text: string, at: (instant: number) => SoughtMoment): SoughtMoment {
  const [, position, digits] = POSITION_OF_LOG.exec(text) ?? [];
  if (position !== undefined) return new SoughtPosition(text, Number(position), digits);
  const instant = parseInstant(text);
  if (instant !== undefined) return at(instant);
  throw new AuditEnd(
    AUDITOR_EXIT.usage,
    `${option} ${text}: give a position, such as 4182 or 4182-1a2b3c4d, or an instant such as 2026-09-01T09:00:00Z`,
  );
}

/** The end of a log. */
export class EndOfLog implements SoughtMoment {
  readonly isPassed = false;

  see(): void {
    // All of it is read.
  }

  position(size: number): number {
    return size - 1;
  }
}

class SoughtPosition implements SoughtMoment {
  readonly #text: string;
  readonly #wanted: number;
  readonly #digits: string | undefined;
  isPassed = false;
  #here = '';

  constructor(text: string, wanted: number, digits: string | undefined) {
    this.#text = text;
    this.#wanted = wanted;
    this.#digits = digits;
  }

  see(text: string, position: number): void {
    if (position !== this.#wanted) return;
    this.isPassed = true;
    if (this.#digits !== undefined) this.#here = hash('sha256', text).slice(0, this.#digits.length);
  }

  position(size: number): number | Finding {
    if (!this.isPassed) throw untold(this.#text, size);
    if (this.#digits === undefined || this.#digits === this.#here) return this.#wanted;
    return finding(
      'fork',
      `Event ${this.#wanted} of this log is ${this.#wanted}-${this.#here}, and not ${this.#text}: whoever was told that saw another log`,
      this.#wanted,
    );
  }
}

class SoughtInstant implements SoughtMoment {
  readonly #text: string;
  readonly #instant: number;
  isPassed = false;
  #last = -1;

  constructor(text: string, instant: number) {
    this.#text = text;
    this.#instant = instant;
  }

  see(text: string, position: number): void {
    if (this.isPassed) return;
    const { recordedAt } = JSON.parse(text) as { readonly recordedAt: string };
    if ((parseInstant(recordedAt) ?? NaN) <= this.#instant) this.#last = position;
    else this.isPassed = true;
  }

  position(size: number): number {
    if (!this.isPassed) throw untold(this.#text, size);
    return this.#last;
  }
}

class FirstSince extends SoughtInstant {
  constructor(text: string, instant: number) {
    // An event is recorded at a whole millisecond.
    super(text, Math.ceil(instant) - 1);
  }

  override position(size: number): number {
    return super.position(size) + 1;
  }
}

function untold(moment: string, size: number): AuditEnd {
  const last = size === 0 ? 'is empty' : `ends at position ${size - 1}`;
  return new AuditEnd(
    AUDITOR_EXIT.untold,
    `The log that the checkpoint commits to ${last}, and what is recorded up to ${moment} cannot be told from it: name an earlier moment, or ask again once there is a later checkpoint`,
  );
}
