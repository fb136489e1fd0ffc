import {
  Count,
  sharedPlace,
  rowOf,
  tallied,
  type PostedTallies,
  type EventRow,
} from '@app/domain/log/event-rows';
import type { RegisterEvent } from '@app/domain/log/event-catalogue';

/** So many counters, of four bytes each, are shared by all rows and subjects: a power of two, so that a mask finds one. */
const SHARED = 1 << 18;
const MASK = SHARED - 1;

/**
 * How many events of each row were posted about each subject. Of most there are so few that it is enough to know that there
 * are no more than a number which they share with others; who asks for more than that has them counted, once, and from then
 * on one by one.
 */
export class Tallies {
  readonly #shared = new Uint32Array(SHARED);
  readonly #counts = new Map<string, Count>();

  /** Takes one more event that was recorded. */
  add(event: RegisterEvent, isFirst: boolean): void {
    const row = rowOf(event.type);
    if (!row) return;
    const place = sharedPlace(row, event.subject) & MASK;
    this.#shared[place] = (this.#shared[place] ?? 0) + 1;
    if (isFirst && this.#counts.size > 0) this.#counts.get(tallied(row, event.subject))?.add(event);
  }

  /** No more were posted of what has a place. */
  most(place: number): number {
    return this.#shared[place & MASK] ?? 0;
  }

  /** What was posted of a row about a subject. `events`: the events of the row about it, for where they are to be counted. */
  posted(row: EventRow, subject: string, events: () => Iterable<RegisterEvent>): PostedTallies {
    return {
      by: (body) => {
        const name = tallied(row, subject);
        const found = this.#counts.get(name) ?? countOf(events());
        this.#counts.set(name, found);
        return found.by(body);
      },
    };
  }
}

export function countOf(events: Iterable<RegisterEvent>): Count {
  const count = new Count();
  for (const event of events) count.add(event);
  return count;
}
