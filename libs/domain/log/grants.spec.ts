/// <reference types="jest" />
import * as fc from 'fast-check';
import { FIRST_DAY, LAST_DAY, type Day } from '../values/day';
import {
  appealed,
  daysBorneOn,
  counts,
  Course,
  grantsOf,
  groundsOf,
  hidings,
  holds,
  isVoided,
  type Act,
  type Appeal,
} from './grants';
import { ALL_DAYS, difference, includes, meet, NO_DAYS, span, union, type Days } from '../values/timeline';

/** Days of a small world, and one day after all of them. */
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
/** What an appeal leaves of a block, or takes out of a grant. */
const except = fc
  .subarray(WORLD)
  .map((days) => days.reduce<Days>((all, one) => union(all, span(one, one)), NO_DAYS));
/**
 * A few acts, which are looked at one by one, or many, which are sorted; the position of each is its index.
 */
const acts: fc.Arbitrary<Numbered[]> = fc
  .constantFrom({ maxLength: 14 }, { minLength: 30, maxLength: 70 })
  .chain((size) =>
    fc.array(
      fc.tuple(fc.oneof({ weight: 16, arbitrary: act }, { weight: 1, arbitrary: voiding }), except),
      size,
    ),
  )
  .map((log) =>
    log.map(([one, days], place): Numbered => {
      if (one.does === 'grant') return { ...one, event: place, except: days };
      if (one.does === 'block') return { ...one, position: place, except: days };
      return one.does === 'lift' ? one : { ...one, position: place };
    }),
  );

/*
 * The sentences of the specification, one day at a time.
 */

function untilOf(log: readonly Numbered[], place: number): Day {
  const grant = log[place];
  const later = log.slice(place + 1);
  const next = later.findIndex(({ does }) => does === 'grant');
  const extensions = (next < 0 ? later : later.slice(0, next)).filter((one) => one.does === 'extend');
  return extensions.at(-1)?.until ?? (grant?.does === 'grant' ? grant.until : NaN);
}

function coversOn(log: readonly Numbered[], place: number, on: Day): boolean {
  const grant = log[place];
  if (grant?.does !== 'grant') return false;
  return grant.from <= on && on <= untilOf(log, place) && !includes(grant.except ?? NO_DAYS, on);
}

/** Whether a block is in force, with or without the appeals against it. */
function blocksOn(log: readonly Numbered[], place: number, on: Day, appeals: boolean): boolean {
  const block = log[place];
  if (block?.does !== 'block' || !includes(block.days, on)) return false;
  if (appeals && includes(block.except ?? NO_DAYS, on)) return false;
  return !log
    .slice(place + 1)
    .some((lift) => lift.does === 'lift' && lift.lifts.includes(block.as) && lift.from <= on);
}

function isVoidedIn(log: readonly Numbered[], place: number): boolean {
  return log.slice(place + 1).some(({ does }) => does === 'void');
}

function countsOn(log: readonly Numbered[], place: number, on: Day): boolean {
  return (
    coversOn(log, place, on) &&
    !isVoidedIn(log, place) &&
    !log.some((_, later) => later > place && blocksOn(log, later, on, true))
  );
}

function placesOf(log: readonly Numbered[], does: Numbered['does']): number[] {
  return log.flatMap((one, place) => (one.does === does ? [place] : []));
}

const EVERY_DAY = [FIRST_DAY, ...WORLD, LAST_DAY];

/** The blocks that would change a day of a window. */
function bearingOn(facts: Parameters<typeof daysBorneOn>[0], window: Days): ReadonlySet<number> {
  return new Set(
    [...daysBorneOn(facts)].flatMap(([position, days]) => (meet(days, window) ? [position] : [])),
  );
}

describe('a fact', () => {
  test('holds on a day that a grant covers and no block before its lift hides', () => {
    fc.assert(
      fc.property(acts, (log) => {
        const days = holds(grantsOf(log).grants);
        for (const on of EVERY_DAY)
          expect(includes(days, on)).toBe(placesOf(log, 'grant').some((place) => countsOn(log, place, on)));
      }),
      { numRuns: 1000 },
    );
  });

  test('holds by some of its grants on a day on which one of those counts', () => {
    fc.assert(
      fc.property(acts, fc.nat(2), (log, part) => {
        const days = holds(grantsOf(log).grants.filter(({ event }) => event % 3 !== part));
        const places = placesOf(log, 'grant').filter((place) => place % 3 !== part);
        for (const on of EVERY_DAY)
          expect(includes(days, on)).toBe(places.some((place) => countsOn(log, place, on)));
      }),
    );
  });

  test('rests on each of the days asked about on the grants that count', () => {
    fc.assert(
      fc.property(acts, except, (log, asked) => {
        const { grants } = grantsOf(log);
        for (const grant of grants) {
          const [all, some] = [counts(grant), counts(grant, asked)];
          for (const on of EVERY_DAY) {
            expect(includes(all, on)).toBe(countsOn(log, grant.event, on));
            expect(includes(some, on)).toBe(includes(all, on) && includes(asked, on));
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test('is hidden by each block and voiding on the days of the grants before it', () => {
    fc.assert(
      fc.property(acts, (log) => {
        const { grants } = grantsOf(log);
        const hidden = new Map(hidings(grants).map((one) => [one.position, one]));
        const hides = (place: number, on: Day) =>
          placesOf(log, 'grant').some((grant) => grant < place && coversOn(log, grant, on));
        for (const place of grants.length === 0
          ? []
          : [...placesOf(log, 'block'), ...placesOf(log, 'void')]) {
          const { as, days = NO_DAYS } = hidden.get(place) ?? {};
          const act = log[place];
          expect(as).toBe(act?.does === 'block' ? act.as : undefined);
          for (const on of EVERY_DAY)
            expect(includes(days, on)).toBe(
              hides(place, on) && (act?.does === 'void' || blocksOn(log, place, on, true)),
            );
        }
      }),
      { numRuns: 300 },
    );
  });

  test('is hidden in a window by the blocks that would hide a grant on a day of it if no one had appealed', () => {
    fc.assert(
      fc.property(acts, except, (log, window) => {
        const bearing = bearingOn([grantsOf(log)], window);
        const bears = (place: number, on: Day) =>
          includes(window, on) &&
          blocksOn(log, place, on, false) &&
          placesOf(log, 'grant').some(
            (grant) => grant < place && coversOn(log, grant, on) && !isVoidedIn(log, grant),
          );
        expect([...bearing].sort((a, b) => a - b)).toEqual(
          placesOf(log, 'block').filter((place) => EVERY_DAY.some((on) => bears(place, on))),
        );
      }),
      { numRuns: 300 },
    );
  });

  test('is known act by act as it is from the beginning', () => {
    fc.assert(
      fc.property(acts, (log) => {
        // The next posting is judged before anybody can have appealed against it.
        const posted = log.map((one) =>
          one.does === 'grant' || one.does === 'block' ? { ...one, except: NO_DAYS } : one,
        );
        const course = new Course<number>();
        posted.forEach((one, place) => {
          course.add(one);
          const sofar = posted.slice(0, place + 1);
          const { grants, blocks } = grantsOf(sofar);
          const days = holds(grants);
          expect(course.held(0, () => days)).toEqual(days);
          expect(course.hasGrant).toBe(grants.some((grant) => !isVoided(grant)));
          expect(course.unlifted).toEqual(new Set(blocks.flatMap(({ as, lifted }) => (lifted ? [] : [as]))));
          const last = grants.at(-1);
          expect(course.last).toEqual(
            last && { event: last.event, until: last.until, isExtended: last.extendedBy !== undefined },
          );
        });
      }),
      { numRuns: 200 },
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
    expect(grants.map((one) => [one.until, one.extendedBy, isVoided(one)])).toEqual([
      [5, 3, true],
      [9, undefined, true],
    ]);
    expect(hidings(grants).map(({ position, days }) => ({ position, days }))).toEqual([
      { position: 5, days: [1, 5, 8, 9] },
      { position: 6, days: [1, 5, 8, 9] },
    ]);
    expect(grants.map((one) => counts(one))).toEqual([[], []]);
  });
});

describe('an event under appeal', () => {
  const appeal: fc.Arbitrary<Appeal> = fc.oneof(
    fc.record({ lodging: fc.nat(), lodged: day }),
    fc.record({ lodging: fc.nat(), lodged: day, decided: fc.record({ on: day, upheld: fc.boolean() }) }),
  );

  test('is out of force permanently once it is upheld, and while it stays, until the day before the decision', () => {
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
  const bearing = (acts: Act<number>[], from: Day, until: Day) => [
    ...bearingOn([grantsOf(acts)], span(from, until)),
  ];

  test('bears on the days on which it would hide the grant if no one had appealed', () => {
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
