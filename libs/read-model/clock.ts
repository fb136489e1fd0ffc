import { dayOf, type Day } from '@app/domain/values/day';

/**
 * Milliseconds since 1970. The only clock of the register: everything that depends on the time reads it here.
 */
export type Clock = () => number;

/** A process whose clock is more milliseconds behind the head than this does not write. */
export const MOST_BEHIND = 30_000;

const HOUR = 3_600_000;
let [knownHour, dayOfHour]: [number, Day] = [NaN, 0];

/**
 * The civil day in Europe/London at an instant from 1900 to 9999; throws for any other. It remembers the day
 * of the last hour that was asked for, because days in London begin on the hour of UTC.
 */
export function londonDay(instant: number): Day {
  const hour = Math.floor(instant / HOUR);
  if (hour !== knownHour) {
    const date = Temporal.Instant.fromEpochMilliseconds(instant)
      .toZonedDateTimeISO('Europe/London')
      .toPlainDate();
    [dayOfHour, knownHour] = [dayOf(date.toString()), hour];
  }
  return dayOfHour;
}
