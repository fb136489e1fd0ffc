import { Count, rowOf, tallied, type Posted, type Row } from '@app/domain/bounds';
import type { RegisterEvent } from '@app/domain/event';

/** So many counters, of four bytes each, are shared by all rows and subjects. */
const SHARED = 1 << 18;

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
    const place = placeOf(row, event.subject);
    this.#shared[place] = (this.#shared[place] ?? 0) + 1;
    if (isFirst && this.#counts.size > 0) this.#counts.get(tallied(row, event.subject))?.add(event);
  }

  /** What was posted of a row about a subject. `events`: the events of the row about it, for where they are to be counted. */
  posted(row: Row, subject: string, events: () => Iterable<RegisterEvent>): Posted {
    return {
      atMost: this.#shared[placeOf(row, subject)] ?? 0,
      by: (body) => {
        const name = tallied(row, subject);
        const found = this.#counts.get(name) ?? counted(events());
        this.#counts.set(name, found);
        return found.by(body);
      },
    };
  }
}

export function counted(events: Iterable<RegisterEvent>): Count {
  const count = new Count();
  for (const event of events) count.add(event);
  return count;
}

/** FNV-1a: those that share a number are counted one by one where it is high, so that nobody gains by making them share it. */
function placeOf(row: Row, subject: string): number {
  let hash = 0x811c9dc5 ^ row.length ^ (row.charCodeAt(0) * 31) ^ (row.charCodeAt(1) * 131);
  for (let i = 0; i < subject.length; i++) hash = Math.imul(hash ^ subject.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) & (SHARED - 1);
}
