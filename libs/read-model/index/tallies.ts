import {
  Count,
  mayHold,
  sharedPlace,
  rowOf,
  tallied,
  type PostedTallies,
  type EventRow,
} from '@app/domain/log/event-rows';
import type { SavedSections, Savable, Sections } from '../snapshot/sections';
import type { LogView } from '@app/domain/log/log-view';
import type { RegisterEvent } from '@app/domain/log/event-catalogue';

/**
 * The number of counters, of four bytes each, that all rows and subjects share: a power of two, so that a
 * mask finds one.
 */
const SHARED = 1 << 18;
const MASK = SHARED - 1;

/**
 * How many events of each row were posted about each subject. For most, an upper bound that they share with
 * others is enough. If someone asks for more, their events are counted once, and then tracked exactly.
 */
export class Tallies implements Savable {
  #shared: Uint32Array = new Uint32Array(SHARED);
  readonly #counts = new Map<string, Count>();

  /** Adds one more recorded event. */
  add(event: RegisterEvent, isFirst: boolean): void {
    const row = rowOf(event.type);
    if (!row) return;
    const place = sharedPlace(row, event.subject) & MASK;
    this.#shared[place] = (this.#shared[place] ?? 0) + 1;
    if (isFirst && this.#counts.size > 0) this.#counts.get(tallied(row, event.subject))?.add(event);
  }

  /** An upper bound on what was posted of the rows and subjects with a place. */
  most(place: number): number {
    return this.#shared[place & MASK] ?? 0;
  }

  /** What was posted of a row about a subject up to the head. `known`: what is known there, for where it is to be counted. */
  posted(row: EventRow, subject: string, known: LogView): PostedTallies {
    return {
      by: (body) => {
        const name = tallied(row, subject);
        const found = this.#counts.get(name) ?? countOf(postedIn(known, row, subject));
        this.#counts.set(name, found);
        return found.by(body);
      },
    };
  }

  /** The exact counts are not saved: each is counted again when it is asked for. */
  save(): Sections {
    return new Map([['shared', this.#shared.slice()]]);
  }

  load(saved: SavedSections): void {
    this.#shared = saved.exactly('shared', SHARED).slice();
  }
}

/** The events of a row about a subject. */
export function* postedIn(known: LogView, row: EventRow, subject: string): Generator<RegisterEvent> {
  for (const stream of known.streamsAbout(subject))
    if (mayHold(stream, row, subject))
      for (const event of known.recorded(stream))
        if (!event.repeats && event.subject === subject && rowOf(event.type) === row) yield event;
}

export function countOf(events: Iterable<RegisterEvent>): Count {
  const count = new Count();
  for (const event of events) count.add(event);
  return count;
}
