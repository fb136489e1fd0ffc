/// <reference types="jest" />
import * as fc from 'fast-check';
import { waysOut, type Exit, type Edge } from './ways-out';
import { includes, NO_DAYS, span, union, type Days } from '../../values/timeline';

const PLACES = 6;
const WORLD = Array.from({ length: 6 }, (_, i) => i);
const place = fc.nat(PLACES - 1);
const days = fc
  .subarray(WORLD)
  .map((members) => members.reduce<Days>((all, day) => union(all, span(day, day)), NO_DAYS));
const way: fc.Arbitrary<Edge> = fc.record({ from: place, to: place, days });
const exit: fc.Arbitrary<Exit> = fc.record({ from: place, days });

/** Whether a walk from a place reaches an exit on a day without passing another place. */
function comesOut(
  from: number,
  ways: readonly Edge[],
  exits: readonly Exit[],
  on: number,
  without?: number,
): boolean {
  if (from === without) return false;
  const walked = new Set([from]);
  for (const one of walked)
    for (const { from: at, to, days } of ways)
      if (at === one && to !== without && includes(days, on)) walked.add(to);
  return exits.some((one) => walked.has(one.from) && includes(one.days, on));
}

test('ways lead out on the days on which a walk comes out, with and without coming through a place', () => {
  fc.assert(
    fc.property(
      fc.array(way, { maxLength: 16 }),
      fc.array(exit, { maxLength: 3 }),
      fc.array(fc.record({ from: place, to: place }), { maxLength: 12 }),
      (ways, exits, pairs) => {
        const out = waysOut(PLACES, ways, exits, pairs);
        const told = WORLD.map((on) =>
          [out.ofPlaces, out.ofPairs].map((all) => all.map((days) => includes(days, on))),
        );
        expect(told).toEqual(
          WORLD.map((on) => [
            out.ofPlaces.map((_, from) => comesOut(from, ways, exits, on)),
            pairs.map(({ from, to }) => comesOut(to, ways, exits, on, from)),
          ]),
        );
      },
    ),
    { numRuns: 1500 },
  );
});

test('the days of a long circle are found in the time of a walk', () => {
  const count = 20_000;
  const ways = Array.from({ length: count }, (_, from) => ({
    from,
    to: (from + 1) % count,
    days: span(0, 9),
  }));
  const out = waysOut(count, ways, [{ from: 7, days: span(3, 4) }], ways);
  // From every other place a way leads to the exit without a circle.
  expect(out.ofPlaces.every((days) => days.join() === '3,4')).toBe(true);
  expect(out.ofPairs.flatMap((days, from) => (days.length === 0 ? [from] : []))).toEqual([7]);
});
