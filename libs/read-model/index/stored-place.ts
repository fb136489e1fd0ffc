import { isAnnotation } from '@app/domain/log/annotations';
import { targetOf } from '@app/domain/log/annotation-target';
import { dayOf, formatDay, type Day } from '@app/domain/values/day';
import { definitionOf, type RegisterEvent } from '@app/domain/log/event-catalogue';
import type { StoredEvent } from '@app/domain/log/stored-event';

/** What stands before an event, as far as it says how that must be stored. */
export interface Before {
  /** How many events stand in the stream that the event says is its own. */
  readonly inStream: number;
  /** When the last event was recorded, in milliseconds since 1970; −∞ where there is none. */
  readonly recordedAt: number;
  readonly today: Day | undefined;
  /** The stream of an event that stands before it. */
  streamAt(position: number): string;
  /** Whether the same was posted before it. */
  has(stored: StoredEvent): boolean;
}

/**
 * What of a stored event is not as it must be by what it says itself and by what stands before it: its stream, its
 * revision, that `recordedAt` never goes back, and that days have no hole; in words, nothing where all of it is. Whoever
 * changes a log by hand, or puts rows in the place of others, has to get these right. `recordedAt`: the event’s own, in
 * milliseconds since 1970.
 */
export function misplaced(
  stored: StoredEvent,
  event: RegisterEvent,
  recordedAt: number,
  before: Before,
): string | undefined {
  const { revision } = stored;
  const stream = isAnnotation(event)
    ? before.streamAt(targetOf(event))
    : definitionOf(event.type).stream?.(event.subject, event.data);
  if (stream !== event.stream)
    return `it says that its stream is ${event.stream}, and by its subject and data that is ${stream ?? 'none'}`;
  if (revision !== before.inStream)
    return `it says that ${revision} events stand before it in its stream, and ${before.inStream} do`;
  // Also where either is no instant at all.
  if (!(recordedAt >= before.recordedAt)) return 'it was recorded before the one that stands before it';
  if (event.type === 'DayOpened' && before.today !== undefined) {
    const day = dayOf(event.data.date);
    if (day !== before.today + 1 && !before.has(stored))
      return `it opens ${formatDay(day)}, and the day that was open was ${formatDay(before.today)}`;
  }
  return undefined;
}

/** The same as a sentence for whoever operates the register. */
export function flawInWords(position: number, flaw: string): string {
  return `The event at ${position} cannot stand there: ${flaw}. The log was changed by hand, or by a fault of its disk: restore it from a backup (npm run restore)`;
}
