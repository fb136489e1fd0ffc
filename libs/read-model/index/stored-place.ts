import { isAnnotation } from '@app/domain/log/annotations';
import { targetOf } from '@app/domain/log/annotation-target';
import { dayOf, formatDay, type Day } from '@app/domain/values/day';
import { definitionOf, type RegisterEvent } from '@app/domain/log/event-catalogue';
import type { StoredEvent, SubmissionName } from '@app/domain/log/stored-event';

/** The facts about the events before one that decide how it must be stored. */
export interface Before {
  /** How many events are in the stream that the event names as its own. */
  readonly inStream: number;
  /** When the last event was recorded, in milliseconds since 1970; −∞ if there is none. */
  readonly recordedAt: number;
  readonly today: Day | undefined;
  /** The stream of an earlier event. */
  streamAt(position: number): string;
  /** Whether the same submission was recorded before it. */
  has(stored: SubmissionName): boolean;
}

/** What is wrong with the place of an event. */
export interface Misplacement {
  readonly member: 'stream' | 'revision' | 'recordedAt' | 'date';
  readonly words: string;
}

/**
 * What is wrong with the place of a stored event, by its own data and the events before it: its stream, its
 * revision, that `recordedAt` never goes back, and that no day is skipped; undefined if nothing is. Whoever
 * changes a log by hand, or swaps rows, has to get all of this right. `recordedAt`: the event’s own, in
 * milliseconds since 1970.
 */
export function misplaced(
  stored: SubmissionName & Pick<StoredEvent, 'revision'>,
  event: RegisterEvent,
  recordedAt: number,
  before: Before,
): Misplacement | undefined {
  const { revision } = stored;
  const strayed = inAnotherStream(event, isAnnotation(event) ? before.streamAt(targetOf(event)) : undefined);
  if (strayed !== undefined) return { member: 'stream', words: strayed };
  if (revision !== before.inStream)
    return {
      member: 'revision',
      words: `it says that ${revision} events stand before it in its stream, and ${before.inStream} do`,
    };
  // True also if one of them is no instant at all.
  if (!(recordedAt >= before.recordedAt))
    return { member: 'recordedAt', words: 'it was recorded before the one that stands before it' };
  if (event.type === 'DayOpened' && before.today !== undefined) {
    const day = dayOf(event.data.date);
    if (day !== before.today + 1 && !before.has(stored))
      return {
        member: 'date',
        words: `it opens ${formatDay(day)}, and the day that was open was ${formatDay(before.today)}`,
      };
  }
  return undefined;
}

/**
 * What is wrong with the stream that an event names as its own, in words; undefined if nothing is. `ofTarget`: the stream of
 * the event that it is about, if it is about one.
 */
export function inAnotherStream(event: RegisterEvent, ofTarget: string | undefined): string | undefined {
  const stream = ofTarget ?? definitionOf(event.type).stream?.(event.subject, event.data);
  if (stream === event.stream) return undefined;
  return `it says that its stream is ${event.stream}, and by its subject and data that is ${stream ?? 'none'}`;
}

/** The same as a sentence for whoever operates the register. */
export function flawInWords(position: number, flaw: string): string {
  return `The event at ${position} cannot stand there: ${flaw}. The log was changed by hand, or by a fault of its disk: restore it from a backup (npm run restore)`;
}
