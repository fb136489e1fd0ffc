import { withDays, type DatedPosting } from '@app/application/posting/history-import';
import { CERTIFICATES, recognitionsAt } from './bodies';
import { cast, CAST_SIZE } from './scenarios';
import { time } from './days';
import { FIRST_SIMULATED_DAY, lives } from './simulation';
import { merged } from './synthetic-log';

/** The county’s present: the morning of 1 September 2026, in milliseconds since 1970. */
export const PRESENT = Date.parse('2026-09-01T08:30:00Z');

/** The people and organisations with ordinary lives, besides the cast. */
const OTHERS = { providers: 23, advisers: 134, schools: 25, from: CAST_SIZE };

const SEED = 2017;

/**
 * The register of Storyshire, a county that does not exist, from 1 September 2017 to the morning of 1 September 2026: forty
 * providers with their advisers, thirty schools, the six bodies that post about them, and every day. It is always the
 * same.
 */
export function* county(): Generator<DatedPosting, void, undefined> {
  const recognitions = recognitionsAt(time(FIRST_SIMULATED_DAY, 8 * 3_600));
  const told = [...recognitions, ...cast()].toSorted((a, b) => a.at - b.at);
  yield* withPositions(withDays(untilPresent(merged(told, lives(SEED, OTHERS)))));
}

function* untilPresent(postings: Iterable<DatedPosting>): Generator<DatedPosting, void, undefined> {
  for (const posting of postings) {
    if (posting.at > PRESENT) return;
    yield posting;
  }
}

/**
 * Gives what a body corrects of another one, which it has succeeded, by its position: a body’s own events alone go
 * by their ids. Each posting is accepted, so that its place is its position.
 */
function* withPositions(postings: Iterable<DatedPosting>): Generator<DatedPosting, void, undefined> {
  const positions = new Map<unknown, string>();
  let position = 0;
  for (const posting of postings) {
    const place = posting.body === CERTIFICATES.key ? undefined : positions.get(posting.data['event']);
    yield place === undefined ? posting : { ...posting, data: { ...posting.data, event: place } };
    if (posting.body === CERTIFICATES.key) positions.set(`id:${posting.id}`, String(position));
    position++;
  }
}
