import { partitionPoint } from '@app/domain/values/partition-point';
import type { Savable, SavedSections, Sections } from '../snapshot/sections';

/** When each event was recorded, in milliseconds since 1970, by position. */
export class RecordedInstants implements Savable {
  #instants: Float64Array = new Float64Array(1024);
  #count = 0;
  /** The instant asked for last, and how it is written. */
  #written = { at: NaN, text: '' };

  add(instant: number): void {
    if (this.#count === this.#instants.length) {
      const instants = new Float64Array(this.#count * 2);
      instants.set(this.#instants);
      this.#instants = instants;
    }
    this.#instants[this.#count++] = instant;
  }

  /** That of the last event; −∞ before the first. */
  get last(): number {
    return this.#instants[this.#count - 1] ?? -Infinity;
  }

  /** That of an event; undefined where there is none. */
  at(position: number): number | undefined {
    return position < this.#count ? this.#instants[position] : undefined;
  }

  /** The same in RFC 3339. */
  textAt(position: number): string | undefined {
    const at = this.at(position);
    if (at === undefined) return undefined;
    // Nearly every answer is at the same moment, the head.
    if (at !== this.#written.at) this.#written = { at, text: new Date(at).toISOString() };
    return this.#written.text;
  }

  /** Position of the last event recorded at or before an instant; −1 if there is none. */
  lastAt(instant: number): number {
    return partitionPoint(this.#count, (position) => (this.#instants[position] ?? Infinity) <= instant) - 1;
  }

  save(): Sections {
    return new Map([['instants', this.#instants.subarray(0, this.#count)]]);
  }

  load(saved: SavedSections, position: number): void {
    this.#count = position + 1;
    this.#instants = saved.fractions('instants', this.#count);
  }
}
