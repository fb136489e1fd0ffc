/// <reference types="jest" />
import * as fc from 'fast-check';
import { FIRST_DAY, LAST_DAY, type Day } from './day';
import {
  ALL_DAYS,
  both,
  complement,
  coversAll,
  difference,
  either,
  endOfRun,
  every,
  FALSE,
  firstDifference,
  includes,
  intersection,
  intersectionOf,
  NO_DAYS,
  not,
  runs,
  some,
  span,
  TRUE,
  union,
  unionOf,
  unknownDays,
  type Days,
  type Truth,
} from './timeline';

/**
 * A few days at either end of what the register knows, and in the middle, so that sets often meet, touch and
 * overlap.
 */
const NEAR = 14;
const WORLD = [FIRST_DAY, 0, LAST_DAY - NEAR + 1].flatMap((first) =>
  Array.from({ length: NEAR }, (_, i) => first + i),
);

const set = fc.subarray(WORLD).map((days) => new Set(days));
const daysOf = (set: ReadonlySet<Day>): Days =>
  [...set].reduce<Days>((days, day) => union(days, span(day, day)), NO_DAYS);
const members = (days: Days) => new Set(WORLD.filter((day) => includes(days, day)));

/** Runs are closed, ascending, and never touch. */
function isCanonical(days: Days): boolean {
  return [...runs(days)].every(
    ({ from, until }, i) =>
      from <= until && from > (days[i * 2 - 1] ?? -Infinity) + 1 && from >= FIRST_DAY && until <= LAST_DAY,
  );
}

function agrees(days: Days, naive: ReadonlySet<Day>): void {
  expect(isCanonical(days)).toBe(true);
  expect(members(days)).toEqual(naive);
}

describe('sets of days', () => {
  test('are what sets of their members are', () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        const [daysOfA, daysOfB] = [daysOf(a), daysOf(b)];
        agrees(daysOfA, a);
        agrees(union(daysOfA, daysOfB), a.union(b));
        agrees(intersection(daysOfA, daysOfB), a.intersection(b));
        agrees(difference(daysOfA, daysOfB), a.difference(b));
        agrees(complement(daysOfA), new Set(WORLD).difference(a));
      }),
    );
  });

  test('are united and intersected in any number as they are two by two', () => {
    fc.assert(
      fc.property(fc.array(set, { maxLength: 30 }), (sets) => {
        const days = sets.map(daysOf);
        agrees(
          unionOf(days),
          sets.reduce((all, one) => all.union(one), new Set<Day>()),
        );
        expect(unionOf(days)).toEqual(days.reduce(union, NO_DAYS));
        expect(intersectionOf(days)).toEqual(days.reduce(intersection, ALL_DAYS));
      }),
    );
  });

  test('are equal where their arrays are, however they came about', () => {
    fc.assert(
      fc.property(set, set, (x, y) => {
        const [a, b] = [daysOf(x), daysOf(y)];
        expect(complement(complement(a))).toEqual(a);
        expect(complement(union(a, b))).toEqual(intersection(complement(a), complement(b)));
        expect(complement(intersection(a, b))).toEqual(union(complement(a), complement(b)));
        expect(union(intersection(a, b), difference(a, b))).toEqual(a);
        expect(union(a, b)).toEqual(union(b, a));
      }),
    );
  });

  test('end a run on the last day before one that is missing', () => {
    fc.assert(
      fc.property(set, fc.constantFrom(...WORLD), fc.nat(NEAR), (a, from, more) => {
        const days = daysOf(a);
        let last = from;
        while (a.has(last + 1)) last++;
        expect(endOfRun(days, from)).toBe(a.has(from) ? last : undefined);
        expect(coversAll(days, from, from + more)).toBe(a.has(from) && from + more <= last);
      }),
    );
  });

  test('know no day before the first or after the last', () => {
    expect(span(-Infinity, Infinity)).toEqual(ALL_DAYS);
    expect(span(LAST_DAY + 1, Infinity)).toEqual(NO_DAYS);
    expect(span(5, 4)).toEqual(NO_DAYS);
    expect(complement(NO_DAYS)).toEqual(ALL_DAYS);
  });
});

describe('truth day by day', () => {
  type Word = 'yes' | 'no' | 'unknown';
  const WORDS: readonly Word[] = ['yes', 'no', 'unknown'];
  const truth = fc
    .tuple(set, set)
    .map(([a, b]): Truth => ({ certain: daysOf(a), possible: daysOf(a.union(b)) }));
  const on = ({ certain, possible }: Truth, day: Day): Word =>
    includes(certain, day) ? 'yes' : includes(possible, day) ? 'unknown' : 'no';

  const AND: Record<Word, Record<Word, Word>> = {
    yes: { yes: 'yes', no: 'no', unknown: 'unknown' },
    no: { yes: 'no', no: 'no', unknown: 'no' },
    unknown: { yes: 'unknown', no: 'no', unknown: 'unknown' },
  };
  const NOT: Record<Word, Word> = { yes: 'no', no: 'yes', unknown: 'unknown' };

  test('combines by the tables of Kleene', () => {
    fc.assert(
      fc.property(truth, truth, (a, b) => {
        for (const day of WORLD) {
          const [inA, inB] = [on(a, day), on(b, day)];
          expect(on(both(a, b), day)).toBe(AND[inA][inB]);
          expect(on(either(a, b), day)).toBe(NOT[AND[NOT[inA]][NOT[inB]]]);
          expect(on(not(a), day)).toBe(NOT[inA]);
        }
      }),
    );
  });

  test('is combined in any number as it is two by two', () => {
    fc.assert(
      fc.property(fc.array(truth, { maxLength: 24 }), (truths) => {
        expect(every(truths)).toEqual(truths.reduce(both, TRUE));
        expect(some(truths)).toEqual(truths.reduce(either, FALSE));
      }),
    );
  });

  test('what is certain stays possible, and what is neither is unknown', () => {
    fc.assert(
      fc.property(truth, truth, (a, b) => {
        for (const result of [both(a, b), either(a, b), not(a)]) {
          expect(difference(result.certain, result.possible)).toEqual(NO_DAYS);
          expect(members(unknownDays(result))).toEqual(
            new Set(WORLD.filter((day) => on(result, day) === 'unknown')),
          );
        }
      }),
    );
  });

  test('true of every day and false of every day are each other’s opposite', () => {
    expect(not(TRUE)).toEqual(FALSE);
    expect(not(FALSE)).toEqual(TRUE);
    expect(WORDS.map((word) => NOT[NOT[word]])).toEqual(WORDS);
  });
});

describe('the first day on which two sets differ', () => {
  const DAY = 20_000 as Day;

  test('is undefined of equal sets', () => {
    expect(firstDifference(span(DAY, DAY + 3), span(DAY, DAY + 3), DAY)).toBeUndefined();
  });

  test('is found where one set goes on after all that the other has', () => {
    const longer = union(span(DAY, DAY + 3), span(DAY + 10, DAY + 12));
    expect(firstDifference(span(DAY, DAY + 3), longer, DAY)).toBe(DAY + 10);
    expect(firstDifference(longer, span(DAY, DAY + 3), DAY)).toBe(DAY + 10);
  });

  test('is not before the day from which on it is asked', () => {
    expect(firstDifference(NO_DAYS, span(DAY, DAY + 9), DAY + 4)).toBe(DAY + 4);
    expect(firstDifference(NO_DAYS, span(DAY, DAY + 9), DAY + 10)).toBeUndefined();
  });
});
