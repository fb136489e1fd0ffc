import { dayOf, type Day } from '@app/domain/values/day';
import type { RegisterEvent } from '@app/domain/log/event-catalogue';
import { partitionPoint } from '@app/domain/values/partition-point';
import type { Projection } from '../projection';
import type { SavedSections, Section, Sections } from '../snapshot/sections';

/** The days that were opened, and so which day was today at each position. */
export class OpenedDays implements Projection {
  readonly name = 'opened-days';
  readonly #days: { readonly position: number; readonly day: Day }[] = [];
  #position = -1;

  get position(): number {
    return this.#position;
  }

  apply(position: number, _text: string, event: RegisterEvent): void {
    this.#position = position;
    if (event.type === 'DayOpened' && !event.repeats)
      this.#days.push({ position, day: dayOf(event.data.date) });
  }

  /** The day opened last; undefined before the first. */
  get last(): Day | undefined {
    return this.#days.at(-1)?.day;
  }

  /** The last day opened at or before a position; undefined if there is none. */
  at(position: number): Day | undefined {
    const last = this.#days.at(-1);
    // Nearly every reader asks about the head.
    if (last && last.position <= position) return last.day;
    const opened = partitionPoint(
      this.#days.length,
      (i) => (this.#days[i]?.position ?? Infinity) <= position,
    );
    return this.#days[opened - 1]?.day;
  }

  save(): Sections {
    return new Map<string, Section>([
      ['positions', Uint32Array.from(this.#days, ({ position }) => position)],
      ['days', Float64Array.from(this.#days, ({ day }) => day)],
    ]);
  }

  load(saved: SavedSections, position: number): void {
    const positions = saved.exactly('positions');
    const days = saved.fractions('days', positions.length);
    for (const [i, at] of positions.entries()) this.#days.push({ position: at, day: days[i] ?? NaN });
    this.#position = position;
  }
}
