import { dayOf, type Day } from '@app/domain/day';

/** Milliseconds since 1970. The only clock of the register; everything that decides takes its word from here. */
export type Clock = () => number;

/** The civil day in Europe/London at an instant. */
export function londonDay(instant: number): Day {
  return dayOf(
    Temporal.Instant.fromEpochMilliseconds(instant)
      .toZonedDateTimeISO('Europe/London')
      .toPlainDate()
      .toString(),
  );
}
