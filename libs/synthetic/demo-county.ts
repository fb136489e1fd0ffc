import { withDays, type DatedPosting } from '@app/application/posting/history-import';
import { recognitionsAt } from './bodies';
import { cast, CAST_SIZE } from './scenarios';
import { time } from './days';
import { FIRST_SIMULATED_DAY, lives } from './simulation';

/** The county’s present: the morning of 1 September 2026, in milliseconds since 1970. */
export const PRESENT = Date.parse('2026-09-01T08:30:00Z');

/** The people and organisations with ordinary lives, besides the cast. */
const OTHERS = { providers: 25, advisers: 137, schools: 27, from: CAST_SIZE };

const SEED = 2017;

/**
 * The register of Storyshire, a county that does not exist, from 1 September 2017 to the morning of 1 September 2026: forty
 * providers with their advisers, thirty schools, the five bodies that post about them, and every day. It is always the
 * same.
 */
export function* county(): Generator<DatedPosting, void, undefined> {
  const told = [...recognitionsAt(time(FIRST_SIMULATED_DAY, 8 * 3_600)), ...cast()];
  yield* withDays(untilPresent(merged(told, lives(SEED, OTHERS))));
}

function* untilPresent(postings: Iterable<DatedPosting>): Generator<DatedPosting, void, undefined> {
  for (const posting of postings) {
    if (posting.at > PRESENT) return;
    yield posting;
  }
}

/**
 * Merges two sequences in the order of their times; at one instant the first comes first. The second has no
 * end.
 */
function* merged(
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
