import { dayOf, type Day } from '@app/domain/values/day';

/** Milliseconds since 1970. The only clock of the register; everything that decides takes its word from here. */
export type Clock = () => number;

/** Behind the head by more milliseconds, a process’s clock is wrong, and it does not write. */
export const MOST_BEHIND = 30_000;

const HOUR = 3_600_000;
let [knownHour, dayOfHour]: [number, Day] = [NaN, 0];

/**
 * The civil day in Europe/London at an instant from 1900 to 9999; throws at any other. The day of the last hour that was
 * asked for is kept: a day of London’s begins with an hour of UTC.
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
