import type { RegisterEvent } from '../log/event-catalogue';
import type { Ground } from '../log/grants';
import { memoizedByList } from '../log/memoized-by-list';
import { addMonths, dayOf, LAST_DAY, type Day } from '../values/day';
import { span } from '../values/timeline';

/**
 * The applications of a holder for a standard (specification, section 4, “Facts”). An end bears on the applications
 * that stand before it: on those of its reference or, where it names none, on all. It is not told as a block of facts
 * with names, because one without a reference would stand under each of them.
 */
export interface Applications {
  /** Each application, with the days on which it counts. */
  readonly counting: readonly Ground[];
  /** Each end, with the days on which it hides an application that has begun. */
  readonly ended: readonly Ground[];
}

/** Days by the reference of applications; by `undefined`, of applications of any reference and of none. */
type DayByReference = Map<string | undefined, Day>;

/** The applications among the events of a standard; each counts for `withinMonths` at the most. */
export function applications(all: readonly RegisterEvent[], withinMonths?: number): Applications {
  return { counting: counting(all, withinMonths), ended: ended(all) };
}

function counting(all: readonly RegisterEvent[], withinMonths?: number): readonly Ground[] {
  /** The earliest last day that the ends after an event give. */
  const lastDays: DayByReference = new Map();
  const lastOf = (reference: string | undefined) => lastDays.get(reference) ?? LAST_DAY;
  const grounds: Ground[] = [];
  for (const event of all.toReversed()) {
    if (event.type === 'AccreditationApplicationEnded') {
      const { reference, on } = event.data;
      lastDays.set(reference, Math.min(dayOf(on), lastOf(reference)));
    }
    if (event.type !== 'AccreditationApplied') continue;
    const on = dayOf(event.data.on);
    const worn = withinMonths === undefined ? LAST_DAY : addMonths(on, withinMonths) - 1;
    const until = Math.min(worn, lastOf(event.data.reference), lastOf(undefined));
    grounds.push({ days: span(on, until), evidence: [event.position] });
  }
  return grounds.reverse();
}

function ended(all: readonly RegisterEvent[]): readonly Ground[] {
  /** The earliest first day of the applications before an event. */
  const firstDays: DayByReference = new Map();
  const grounds: Ground[] = [];
  for (const event of all) {
    if (event.type === 'AccreditationApplied') {
      const on = dayOf(event.data.on);
      for (const reference of new Set([event.data.reference, undefined]))
        firstDays.set(reference, Math.min(on, firstDays.get(reference) ?? LAST_DAY));
    }
    if (event.type !== 'AccreditationApplicationEnded') continue;
    const begun = firstDays.get(event.data.reference);
    if (begun === undefined) continue;
    const days = span(Math.max(dayOf(event.data.on) + 1, begun), LAST_DAY);
    grounds.push({ days, evidence: [event.position] });
  }
  return grounds;
}

const references = memoizedByList<Set<string | undefined>>(
  () => new Set(),
  (found, { type, data }) => {
    if (type === 'AccreditationApplied') found.add(data.reference).add(undefined);
  },
);

/**
 * Whether some application among the events of a standard, ended or not, has a reference; without one, whether there
 * is any.
 */
export function isAppliedFor(events: readonly RegisterEvent[], reference: string | undefined): boolean {
  return references(events).has(reference);
}
