/// <reference types="jest" />
import * as fc from 'fast-check';
import { FIRST_DAY, LAST_DAY, type Day } from './day';
import { appealed, bearingIn, counts, grantsOf, groundsOf, holds, type Act, type Appeal } from './fact';
import { ALL_DAYS, difference, includes, span } from './timeline';

/** Days of a small world, and one after it all. */
const WORLD = Array.from({ length: 12 }, (_, i) => i);
const day = fc.constantFrom(...WORLD);
const end = fc.constantFrom(...WORLD, LAST_DAY);
const since = (from: Day) => span(from, LAST_DAY);

type Numbered = Act<number>;
const act: fc.Arbitrary<Numbered> = fc.oneof(
  fc.record({ does: fc.constant('grant' as const), event: fc.constant(0), from: day, until: end }),
  fc.record({ does: fc.constant('extend' as const), position: fc.constant(0), until: end }),
  fc.record({
    does: fc.constant('block' as const),
    position: fc.constant(0),
    as: fc.constantFrom('Suspended', 'Withdrawn'),
    days: day.map(since),
  }),
  fc.record({ does: fc.constant('lift' as const), from: day, lifts: fc.constant(['Suspended']) }),
);
const voiding = fc.record({ does: fc.constant('void' as const), position: fc.constant(0) });
const acts = fc.array(fc.oneof({ weight: 12, arbitrary: act }, { weight: 1, arbitrary: voiding }), {
  maxLength: 14,
});

/** The sentences of the design, one day at a time. */
function holdsOn(log: readonly Numbered[], on: Day): boolean {
  return log.some((grant, place) => {
    if (grant.does !== 'grant') return false;
    const later = log.slice(place + 1);
    const next = later.findIndex(({ does }) => does === 'grant');
    const extensions = (next < 0 ? later : later.slice(0, next)).filter((one) => one.does === 'extend');
    const until = extensions.at(-1)?.until ?? grant.until;
    const blocked = later.some((block, i) => {
      if (block.does !== 'block' || !includes(block.days, on)) return false;
      const lifted = later
        .slice(i + 1)
        .some((lift) => lift.does === 'lift' && lift.lifts.includes(block.as) && lift.from <= on);
      return !lifted;
    });
    return grant.from <= on && on <= until && !blocked && !later.some(({ does }) => does === 'void');
  });
}

describe('a fact', () => {
  test('holds on a day that a grant covers and no block before its lift hides', () => {
    fc.assert(
      fc.property(acts, (log) => {
        const days = holds(grantsOf(log).grants);
        for (const on of [...WORLD, LAST_DAY]) expect(includes(days, on)).toBe(holdsOn(log, on));
      }),
      { numRuns: 1000 },
    );
  });

  test('does not change on the days of what was granted before, by a later grant', () => {
    fc.assert(
      fc.property(acts, day, end, (log, from, until) => {
        const before = holds(grantsOf(log).grants);
        const after = holds(grantsOf([...log, { does: 'grant', event: 0, from, until }]).grants);
        for (const on of WORLD)
          expect(includes(after, on)).toBe(includes(before, on) || (from <= on && on <= until));
      }),
    );
  });

  test('is named by the last extension that moved its end, and by each voiding', () => {
    const { grants } = grantsOf<number>([
      { does: 'extend', position: 0, until: 9 },
      { does: 'grant', event: 1, from: 1, until: 3 },
      { does: 'extend', position: 2, until: 6 },
      { does: 'extend', position: 3, until: 5 },
      { does: 'grant', event: 4, from: 8, until: 9 },
      { does: 'void', position: 5 },
      { does: 'void', position: 6 },
    ]);
    expect(grants.map(({ until, extendedBy, voidedBy }) => ({ until, extendedBy, voidedBy }))).toEqual([
      { until: 5, extendedBy: 3, voidedBy: [5, 6] },
      { until: 9, extendedBy: undefined, voidedBy: [5, 6] },
    ]);
    expect(grants.map(counts)).toEqual([[], []]);
  });
});

describe('an event under appeal', () => {
  const appeal: fc.Arbitrary<Appeal> = fc.oneof(
    fc.record({ lodging: fc.nat(), lodged: day }),
    fc.record({ lodging: fc.nat(), lodged: day, decided: fc.record({ on: day, upheld: fc.boolean() }) }),
  );

  test('is out of force for ever once it is upheld, and while it stays, until the day before the decision', () => {
    fc.assert(
      fc.property(
        fc.option(appeal, { nil: undefined }),
        fc.constantFrom('stays', 'stands'),
        (lodging, onAppeal) => {
          const days = difference(ALL_DAYS, appealed(onAppeal, lodging));
          for (const on of [FIRST_DAY, ...WORLD, LAST_DAY]) {
            const { lodged = Infinity, decided } = lodging ?? {};
            const stayed = onAppeal === 'stays' && lodged <= on && on < (decided?.on ?? Infinity);
            expect(includes(days, on)).toBe(!(decided?.upheld ?? false) && !stayed);
          }
        },
      ),
    );
  });
});

describe('a block under appeal', () => {
  const suspension = (until = 6, except = span(3, LAST_DAY)): Act<number>[] => [
    { does: 'grant', event: 0, from: 1, until },
    { does: 'block', position: 1, as: 'Suspended', days: since(3), except },
  ];
  const bearing = (acts: Act<number>[], from: Day, until: Day) =>
    bearingIn([grantsOf(acts)], span(from, until));

  test('bears on the days on which it would hide the grant if nobody had appealed', () => {
    expect(holds(grantsOf(suspension()).grants)).toEqual([1, 6]);
    expect([bearing(suspension(), 1, 2), bearing(suspension(), 6, 9), bearing(suspension(), 7, 9)]).toEqual([
      [],
      [1],
      [],
    ]);
  });

  test('bears on no day from its lift on, nor on a grant after it or one that is voided', () => {
    const lift: Act<number> = { does: 'lift', from: 5, lifts: ['Suspended'] };
    expect([bearing([...suspension(), lift], 4, 4), bearing([...suspension(), lift], 5, 6)]).toEqual([
      [1],
      [],
    ]);
    const later: Act<number> = { does: 'grant', event: 9, from: 7, until: 9 };
    expect(bearing([...suspension(), later], 7, 9)).toEqual([]);
    expect(bearing([...suspension(), { does: 'void', position: 9 }], 1, 6)).toEqual([]);
  });
});

test('a fact rests on each day on the grants that count, with the last extension of each', () => {
  const { grants } = grantsOf<{ readonly position: number }>([
    { does: 'grant', event: { position: 0 }, from: 1, until: 3 },
    { does: 'extend', position: 1, until: 5 },
    { does: 'extend', position: 2, until: 8 },
    { does: 'grant', event: { position: 3 }, from: 4, until: 9 },
    { does: 'block', position: 4, as: 'Withdrawn', days: since(7) },
  ]);
  expect(groundsOf(grants)).toEqual([
    { days: [1, 6], evidence: [0, 2] },
    { days: [4, 6], evidence: [3] },
  ]);
});
