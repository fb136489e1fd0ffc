/// <reference types="jest" />
import * as fc from 'fast-check';
import {
  about,
  corrected,
  given,
  organisation,
  today,
  type Posting,
  type World,
} from '../../../test/rules/given';
import { formatDay } from '../values/day';
import { inPlaceOf, successionsOf } from './successions';

/*
 * A directory that is published again and again says of each provider by whom it was succeeded and when it closed. Each
 * edition is told to the register as what has changed since the one before; what is known at its end is then that
 * edition, whatever came later. Rows may lack a day, vanish, name others or form a circle.
 */

const KEYS = Array.from({ length: 6 }, (_, i) => `ukprn:1300000${i}`);
const begun = [today('2026-09-01'), ...KEYS.map((key) => organisation(key, key))];

interface Row {
  /** A row without one tells of no succession yet. */
  readonly on: string | undefined;
  readonly by: readonly string[];
}
/** By key of the provider that has closed. */
type Edition = ReadonlyMap<string, Row>;

const edition: fc.Arbitrary<Edition> = fc
  .array(
    fc.record({
      provider: fc.constantFrom(...KEYS),
      on: fc.option(fc.constantFrom('2024-08-31', '2025-08-31', '2026-08-31', '2027-08-31'), {
        nil: undefined,
      }),
      by: fc.uniqueArray(fc.constantFrom(...KEYS), { minLength: 1, maxLength: 3 }),
    }),
    { maxLength: 6 },
  )
  .map(
    (rows) =>
      new Map(
        rows.flatMap(({ provider, on, by }) => {
          const others = by.filter((key) => key !== provider).sort();
          return others.length === 0 ? [] : [[provider, { on, by: others }] as const];
        }),
      ),
  );

/** Tells an edition to the log: what is new, what differs, and what is gone. `told`: where each succession stands. */
function tell(world: World, next: Edition, told: Map<string, number>): void {
  for (const provider of KEYS) {
    const [row, position] = [next.get(provider), told.get(provider)];
    const data = row?.on === undefined ? undefined : { by: row.by, on: row.on, kind: 'merger' };
    if (data === undefined) {
      if (position === undefined) continue;
      world.and(about('EventRetracted', position, {}, provider));
      told.delete(provider);
    } else if (position === undefined) {
      const posting: Posting = { type: 'ProviderSucceeded', subject: provider, data };
      world.and(posting);
      told.set(provider, world.head);
    } else if (JSON.stringify(world.known().find(position)?.event.data) !== JSON.stringify(data))
      world.and(corrected(position, data, provider));
  }
}

const dated = (edition: Edition) =>
  KEYS.flatMap((key) => {
    const row = edition.get(key);
    return row?.on === undefined ? [] : [`${key} ${row.on} ${row.by.join()}`];
  });

/** Who is there in the place of a provider by an edition alone, as a walk through its rows finds it. */
function placeIn(edition: Edition, provider: string): readonly string[] {
  const closed = (key: string) => (edition.get(key)?.on ?? '9999-12-31') < '2026-09-01';
  const seen = new Set<string>();
  const walk = (key: string): readonly string[] => {
    if (seen.has(key)) return [];
    seen.add(key);
    return closed(key) ? (edition.get(key)?.by ?? []).flatMap(walk) : [key];
  };
  return closed(provider) ? [...new Set(walk(provider))].sort() : [];
}

test('who succeeded whom, as known at the end of each edition, is what that edition says', () => {
  fc.assert(
    fc.property(fc.array(edition, { minLength: 2, maxLength: 6 }), (editions) => {
      const world = given(...begun);
      const told = new Map<string, number>();
      const ends = editions.map((next) => {
        tell(world, next, told);
        return world.head;
      });
      for (const [i, next] of editions.entries()) {
        const known = world.known(ends[i]);
        const found = KEYS.flatMap((key) =>
          successionsOf(known, [key]).map(({ on, by }) => `${key} ${formatDay(on)} ${by.toSorted().join()}`),
        );
        expect(found).toEqual(dated(next));
        for (const key of KEYS) expect(inPlaceOf(known, [key]).toSorted()).toEqual(placeIn(next, key));
      }
    }),
    { numRuns: 150 },
  );
});
