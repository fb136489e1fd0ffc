/// <reference types="jest" />
import * as fc from 'fast-check';
import { firstReasons, groundedRuns, REASONS, type Cause } from './reason';
import { runsBetween } from './cut';
import { toldGaps } from './told-runs';
import { type ReasonedRun } from './answer-shape';
import { dayOf } from '../../values/day';
import { type Ground } from '../../log/grants';
import { includes, NO_DAYS, span, union, type Days } from '../../values/timeline';
import { finished } from '../../values/work';

const WORLD = Array.from({ length: 10 }, (_, i) => i);
const days = fc
  .subarray(WORLD)
  .map((members) => members.reduce<Days>((all, day) => union(all, span(day, day)), NO_DAYS));
const cause: fc.Arbitrary<Cause> = fc.record({
  reason: fc.constantFrom('provider-closed', 'accreditation-expired', 'no-qualification'),
  days,
  evidence: fc.uniqueArray(fc.integer({ min: 0, max: 120 }), { maxLength: 3 }),
});

/** The reason of one day, found by itself. */
function toldOf(causes: readonly Cause[], on: number) {
  const applying = causes.filter((one) => includes(one.days, on));
  const reason = REASONS.find((one) => applying.some((applied) => applied.reason === one));
  const evidence = applying.filter((one) => one.reason === reason).flatMap((one) => one.evidence);
  return { reason, evidence: new Set(evidence) };
}

/** The gaps in `from`–`until` as an answer tells them, read back; the days of {@link WORLD} unless others are given. */
function gapsOf(causes: readonly Cause[], [from, until] = [0, WORLD.length - 1]) {
  const told = finished(runsBetween(finished(toldGaps(causes, true)), from, until));
  return (JSON.parse(`[${told}]`) as readonly ReasonedRun[]).map((gap) => ({
    from: dayOf(gap.from),
    until: dayOf(gap.until),
    reason: gap.reason,
    evidence: gap.evidence.map(Number),
  }));
}

describe('the reasons of a gap', () => {
  test('each day has the first of the list that applies, with the evidence of all that give it', () => {
    fc.assert(
      fc.property(fc.array(cause, { maxLength: 24 }), days, (causes, asked) => {
        const first = finished(firstReasons(causes, asked));
        for (const on of WORLD) {
          const told = toldOf(causes, on);
          const given = first.filter((one) => includes(one.days, on));
          const isTold = includes(asked, on) && told.reason !== undefined;
          expect(new Set(given.map(({ reason }) => reason))).toEqual(new Set(isTold ? [told.reason] : []));
          expect(new Set(given.flatMap(({ evidence }) => evidence))).toEqual(
            isTold ? told.evidence : new Set(),
          );
        }
      }),
      { numRuns: 500 },
    );
  });

  test('runs are maximal, and their evidence is that of all their days, by number', () => {
    fc.assert(
      fc.property(fc.array(cause, { maxLength: 24 }), days, (causes, asked) => {
        const gaps = gapsOf(finished(firstReasons(causes, asked)));
        gaps.forEach(({ from, until, reason, evidence }, i) => {
          const next = gaps[i + 1];
          expect(next === undefined || next.from > until + 1 || next.reason !== reason).toBe(true);
          const told = WORLD.filter((on) => from <= on && on <= until).flatMap((on) => [
            ...toldOf(causes, on).evidence,
          ]);
          expect(evidence).toEqual([...new Set(told)].sort((a, b) => a - b));
        });
      }),
      { numRuns: 500 },
    );
  });

  test('cut to some days are those of these days alone', () => {
    const window = fc.tuple(fc.nat(9), fc.nat(9)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
    fc.assert(
      fc.property(fc.array(cause, { maxLength: 24 }), window, (causes, [from, until]) => {
        const all = finished(firstReasons(causes, span(0, WORLD.length - 1)));
        const alone = finished(firstReasons(causes, span(from, until)));
        expect(gapsOf(all, [from, until])).toEqual(gapsOf(alone, [from, until]));
      }),
      { numRuns: 500 },
    );
  });

  test('position 9 comes before position 10', () => {
    const [gap] = gapsOf([{ reason: 'provider-closed', days: [1, 2], evidence: [100, 10, 9] }]);
    expect(gap?.evidence).toEqual([9, 10, 100]);
  });
});

describe('what a yes rests on', () => {
  const ground: fc.Arbitrary<Ground> = fc.record({
    days,
    evidence: fc.uniqueArray(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 2 }),
  });

  test('is, on each of the days asked about, the evidence of every ground that applies, in maximal runs', () => {
    fc.assert(
      fc.property(fc.array(ground, { maxLength: 24 }), days, (grounds, asked) => {
        const given = groundedRuns(grounds, asked);
        for (const on of WORLD) {
          const told = grounds.filter((one) => includes(asked, on) && includes(one.days, on));
          const evidence = [...new Set(told.flatMap((one) => one.evidence))].sort((a, b) => a - b);
          const found = given.filter(({ from, until }) => from <= on && on <= until);
          expect(found.map((run) => run.evidence)).toEqual(evidence.length === 0 ? [] : [evidence]);
        }
        given.forEach(({ until, evidence }, i) => {
          const next = given[i + 1];
          if (next?.from === until + 1) expect(next.evidence).not.toEqual(evidence);
        });
      }),
      { numRuns: 500 },
    );
  });
});
