/// <reference types="jest" />
import { addMonths, dayOf } from '../values/day';
import { certainly, NO_DAYS, span, type Days } from '../values/timeline';
import type { Action, Condition, Goal, GrantableValue } from './planning-problem';
import { LONGEST_PLAN, shortestPlan } from './shortest-plan';

const FIRST = dayOf('2021-01-01');
const LAST = dayOf('2021-12-31');
const YEAR = span(FIRST, LAST);
/** The days of that year, counted from zero. */
const days = (from: number, until = LAST - FIRST): Days => span(FIRST + from, FIRST + until);

interface Offer extends Action {
  readonly name: string;
}
/** An offer that makes values true permanently, or for as many months as are told. */
const offer = (
  name: string,
  ...gives: readonly (number | readonly [value: number, months: number])[]
): Offer => ({
  name,
  gives: gives.map((one) => (typeof one === 'number' ? { value: one } : { value: one[0], months: one[1] })),
});
const by = (candidate: number, one: Offer): Offer => ({ ...one, candidate });

const is = (value: number): Condition => ({ value });
const any = (...parts: readonly Condition[]): Condition => ({ any: parts });
const all = (...parts: readonly Condition[]): Condition => ({ all: parts });
const on = (when: Days, condition: Condition): Goal => ({ days: when, condition });
const always = (condition: Condition): Goal => on(YEAR, condition);

interface Asked {
  readonly demands: readonly Goal[];
  readonly offers: readonly Offer[];
  /** Days on which a value is true already, or on which it alone may be granted; of every other none, and all. */
  readonly held?: Readonly<Record<number, Days>>;
  readonly reach?: Readonly<Record<number, Days>>;
  readonly candidates?: readonly (readonly number[])[];
}

/** Goes through all of the work: the list, each grant with the day on which it begins, and the effort told at the rests. */
function searched({ demands, offers, held = {}, reach = {}, candidates = [] }: Asked) {
  const given = offers.flatMap(({ gives }) => gives.map(({ value }) => value));
  const named = [...given, ...candidates.flat()];
  const values = Array.from({ length: Math.max(...named) + 1 }, (_, value): GrantableValue => ({
    truth: certainly(held[value] ?? NO_DAYS),
    reach: reach[value] ?? YEAR,
  }));
  const work = shortestPlan({ from: FIRST, until: LAST, demands, values, offers, candidates });
  for (let effort = 0; ;) {
    const step = work.next();
    if (!step.done) effort += step.value;
    else return { effort, plan: step.value?.map((one) => `${one.offer.name} ${one.from - FIRST}`) };
  }
}
const plan = (asked: Asked) => searched(asked).plan;

describe('of lists that are as short, the one is found that', () => {
  test.each([
    ['first', [offer('brief', [0, 13]), offer('lasting', 0)]],
    ['last', [offer('lasting', 0), offer('brief', [0, 13])]],
  ])('grants what lasts rather than what serves for some months, whichever is named %s', (_, offers) => {
    expect(plan({ demands: [always(is(0))], offers })).toEqual(['lasting 0']);
  });

  test('grants for thirteen months rather than for twelve', () => {
    const offers = [offer('twelve', [0, 12]), offer('thirteen', [0, 13])];
    expect(plan({ demands: [always(is(0))], offers })).toEqual(['thirteen 0']);
  });

  test('grants what gives more at once, of what lasts as long', () => {
    const [narrow, broad] = [offer('narrow', 0), offer('broad', 0, 1)];
    for (const offers of [
      [narrow, broad],
      [broad, narrow],
    ])
      expect(plan({ demands: [always(is(0))], offers })).toEqual(['broad 0']);
    const brief = [offer('narrow', 0), offer('broad', [0, 13], [1, 13])];
    expect(plan({ demands: [always(is(0))], offers: brief })).toEqual(['narrow 0']);
  });
});

describe('a list is as short as any', () => {
  test('where one grant seems to be enough, two are, and the broadest leads to three', () => {
    const offers = [
      offer('broadest', 0, 4, 5, 6),
      offer('one', 0, 1, 3),
      offer('two', 0, 1, 2),
      offer('three', 0, 2, 3),
    ];
    const later = [1, 2, 3].map((value) => on(days(10), is(value)));
    expect(plan({ demands: [always(is(0)), ...later], offers })).toEqual(['one 0', 'two 10']);
  });

  test('where what lasts and what serves for some months meet the same demand', () => {
    const offers = [
      offer('broad', 0, 3, 4),
      offer('both', 0, 2),
      offer('brief', [1, 3]),
      offer('other', 2),
      offer('another', 2),
    ];
    expect(plan({ demands: [always(any(is(0), is(1))), always(is(2))], offers })).toEqual(['both 0']);
  });

  test('where a grant has to follow the other when its months are over, and not before', () => {
    const offers = [offer('brief', [0, 6])];
    const second = addMonths(FIRST, 6) - FIRST;
    const demands = [on(days(0, 0), is(0)), on(days(second - 1), is(0))];
    expect(plan({ demands: demands.slice(1), offers })).toEqual([`brief ${second - 1}`, 'brief 363']);
    expect(plan({ demands, offers })).toEqual(['brief 0', `brief ${second}`]);
  });

  test('but none where a day is left that nothing reaches, or that takes more grants than anybody could follow', () => {
    const offers = [offer('only', 0)];
    const reach = { 0: days(0, 363) };
    expect(plan({ demands: [always(is(0))], offers, reach })).toBeUndefined();
    expect(plan({ demands: [on(days(0, 363), is(0))], offers, reach })).toEqual(['only 0']);
    const each = Array.from({ length: LONGEST_PLAN + 1 }, (_, value) => value);
    const asked = (values: readonly number[]) => ({
      demands: values.map((value) => always(is(value))),
      offers: values.map((value) => offer(String(value), value)),
    });
    expect(plan(asked(each.slice(1)))).toHaveLength(LONGEST_PLAN);
    expect(plan(asked(each))).toBeUndefined();
  });
});

describe('of several people', () => {
  /** Each is engaged by the first value and qualified by the second. */
  const people = (count: number) => {
    const candidates = Array.from({ length: count }, (_, i) => [2 * i, 2 * i + 1] as const);
    const offers = candidates.flatMap(([engaged, qualified], i) => [
      by(i, offer(`engage ${i}`, engaged)),
      by(i, offer(`qualify ${i}`, qualified)),
    ]);
    const passes = any(...candidates.map(([engaged, qualified]) => all(is(engaged), is(qualified))));
    return { candidates, offers, demands: [always(passes)] };
  };

  test('the one who needs no more than any other', () => {
    expect(plan({ ...people(3), held: { 3: YEAR } })).toEqual(['engage 1 0']);
    expect(plan(people(3))).toHaveLength(2);
  });

  test('everyone who is better on a day, while no grant would make others as good', () => {
    const held = { 1: days(0, 99), 3: days(50), 5: days(0, 49) };
    const reach = { 1: NO_DAYS, 3: NO_DAYS, 5: NO_DAYS };
    expect(plan({ ...people(3), held, reach })).toEqual(['engage 0 0', 'engage 1 100']);
  });

  test('the last of those who are alike from the first day on that lacks, whatever was before', () => {
    const held = { 0: days(0, 99), 1: YEAR, 3: YEAR };
    expect(plan({ ...people(2), held })).toEqual(['engage 1 100']);
  });
});

describe('what needs no looking is not gone through', () => {
  test('at the last grant of a list: what does not meet everything that is left', () => {
    const pairs = [
      [0, 1],
      [1, 2],
      [2, 0],
    ] as const;
    const offers = Array.from({ length: 450 }, (_, i) => offer(String(i), ...(pairs[i % 3] ?? [])));
    const found = searched({ demands: [0, 1, 2].map((value) => always(is(value))), offers });
    expect(found.plan).toHaveLength(2);
    // It would be some 900 if each were tried.
    expect(found.effort).toBeLessThan(600);
  });
});
