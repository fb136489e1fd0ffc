import { withDays, type DatedPosting } from '@app/application/posting/history-import';
import { recognitionsAt } from './bodies';
import { time } from './days';
import { FIRST_SIMULATED_DAY, lives, populationOf, type Population } from './simulation';

/** What the lives of a provider, with its advisers and schools, come to in nine years, about; and the days of these. */
const EVENTS_A_PROVIDER = 55;
const DAYS = 3_288;

/** For more there are not enough keys of schools. */
export const MOST_EVENTS = 50_000_000;

/**
 * Who lives in a register of so many events: as many as come to them in not quite nine years, so that the last is
 * recorded in 2026. A small register, of which the days alone are most, has a provider for each 200 events and ends
 * sooner. Three in five providers register in the first year, the others in the course of time.
 */
export function populationFor(events: number): Population {
  const wanted = Math.ceil((events - DAYS) / (EVENTS_A_PROVIDER * 0.95)) + 4;
  return populationOf(Math.max(wanted, Math.ceil(events / 200)));
}

/**
 * A register of so many events, from 1 September 2017 on: the policy, the bodies, the days, and ordinary lives. It is
 * the same for the same number and seed: the beginning of a sequence without an end.
 */
export function generated(events: number, seed: number): Iterable<DatedPosting> {
  return withDays(postings(events, seed)).take(events);
}

function* postings(events: number, seed: number): Generator<DatedPosting, void, undefined> {
  yield* recognitionsAt(time(FIRST_SIMULATED_DAY, 8 * 3_600));
  yield* lives(seed, populationFor(events));
}
