import type { Day } from '@app/domain/values/day';

const MILLISECONDS = 86_400_000;

/** The day written as `YYYY-MM-DD`. */
export function day(text: string): Day {
  return Date.parse(`${text}T00:00:00Z`) / MILLISECONDS;
}

/** `YYYY-MM-DD`. */
export function dayText(one: Day): string {
  return new Date(one * MILLISECONDS).toISOString().slice(0, 10);
}

/** A time of a day, in seconds after midnight UTC, as milliseconds since 1970. */
export function time(one: Day, seconds: number): number {
  return one * MILLISECONDS + seconds * 1_000;
}

/** The day before the same date some years later: the last day of that many whole years. */
export function yearsFrom(first: Day, years: number): Day {
  const date = new Date(first * MILLISECONDS);
  return Date.UTC(date.getUTCFullYear() + years, date.getUTCMonth(), date.getUTCDate()) / MILLISECONDS - 1;
}

export function yearOf(one: Day): number {
  return new Date(one * MILLISECONDS).getUTCFullYear();
}
