import { withDays, type DatedPosting } from '@app/application/posting/history-import';
import { recognitionsAt } from './bodies';
import { time } from './days';
import { FIRST_SIMULATED_DAY, lives, populationOf, type Population } from './simulation';

/**
 * The approximate number of events in nine years about a provider with its advisers and schools; and the
 * number of days.
 */
const EVENTS_A_PROVIDER = 56;
const DAYS = 3_288;

/** There are not enough keys of schools for more. */
export const MOST_EVENTS = 50_000_000;

/**
 * The population of a register with a number of events: about as many as reach that number in slightly less
 * than nine years, so that the last event is recorded in 2026. In a small register days are most of the
 * events; it has a provider for each 200 events, and ends sooner. Three in five providers register in the
 * first year, the others later.
 */
export function populationFor(events: number): Population {
  const wanted = Math.ceil((events - DAYS) / (EVENTS_A_PROVIDER * 0.95)) + 4;
  return populationOf(Math.max(wanted, Math.ceil(events / 200)));
}

/**
 * A register with a number of events, from 1 September 2017 on: the policy, the bodies, the days, and
 * ordinary lives. The number and the seed decide it completely.
 */
export function generated(events: number, seed: number): Iterable<DatedPosting> {
  return withDays(postings(events, seed)).take(events);
}

function* postings(events: number, seed: number): Generator<DatedPosting, void, undefined> {
  yield* merged(recognitionsAt(time(FIRST_SIMULATED_DAY, 8 * 3_600)), lives(seed, populationFor(events)));
}

/**
 * Merges two sequences in the order of their times; at one instant the first comes first. The second has no
 * end.
 */
export function* merged(
  first: readonly DatedPosting[],
  second: Iterable<DatedPosting>,
): Generator<DatedPosting, void, undefined> {
  let next = 0;
  for (const posting of second) {
    for (let told = first[next]; told !== undefined && told.at <= posting.at; told = first[++next])
      yield told;
    yield posting;
  }
}
