/// <reference types="jest" />
import fc from 'fast-check';
import {
  A_PIECE,
  finished,
  flatMapped,
  grouped,
  inGroups,
  jsonInPieces,
  mapped,
  sorted,
  type Work,
} from './work';

/** What comes of a work, and how often it rested. */
function rested<T>(work: Work<T>): { readonly value: T; readonly rests: number } {
  for (let rests = 0; ; rests++) {
    const step = work.next();
    if (step.done) return { value: step.value, rests };
  }
}

const numbers = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 4 * A_PIECE });

describe('in pieces comes what comes of it at once:', () => {
  test('each made into another, into several, and put into groups', () => {
    fc.assert(
      fc.property(numbers, (list) => {
        const twice = (one: number) => [one, -one];
        expect(finished(mapped(list, (one) => one + 1))).toEqual(list.map((one) => one + 1));
        expect(finished(flatMapped(list, twice))).toEqual(list.flatMap(twice));
        expect(finished(grouped(list, (one) => one % 3))).toEqual(Map.groupBy(list, (one) => one % 3));
      }),
    );
  });

  test('a sum of very many', () => {
    const list = Array.from({ length: 40_000 }, (_, i) => i);
    const sum = (some: readonly number[]) => some.reduce((all, one) => all + one, 0);
    expect(finished(inGroups(list, sum))).toBe(sum(list));
  });

  test('the JSON of any value', () => {
    const long = fc.array(fc.jsonValue(), { minLength: A_PIECE - 1, maxLength: 3 * A_PIECE });
    fc.assert(
      fc.property(fc.oneof(long, fc.dictionary(fc.string(), fc.oneof(long, fc.jsonValue()))), (value) => {
        expect(finished(jsonInPieces(value))).toBe(JSON.stringify(value));
      }),
    );
  });

  test('a list in order, of which what is equal keeps its own', () => {
    for (const length of [0, 1, 1_024, 1_025, 5_000]) {
      const list = Array.from({ length }, (_, i) => ({ rank: (i * 7_919) % 13, at: i }));
      const byRank = (a: { rank: number }, b: { rank: number }) => a.rank - b.rank;
      expect(finished(sorted(list, byRank))).toEqual([...list].sort(byRank));
    }
  });
});

test('a list rests after each piece, and a short one never', () => {
  const rests = [A_PIECE, A_PIECE + 1, 3 * A_PIECE].map((length) => {
    const list = Array.from({ length }, (_, i) => i);
    return [mapped(list, String), flatMapped(list, (one) => [one]), grouped(list, String)].map(
      (work: Work<unknown>) => rested(work).rests,
    );
  });
  expect(rests).toEqual([
    [0, 0, 0],
    [1, 1, 1],
    [3, 3, 3],
  ]);
});
