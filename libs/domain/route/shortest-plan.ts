import { addMonths, LAST_DAY, type Day } from '../values/day';
import { difference, includes, intersection, span, union, type Days, type Truth } from '../values/timeline';
import { A_PIECE, finished, flatMapped, mapped, sorted, type Work } from '../values/work';

/** What must hold on a day, told of values by their index. */
export type Condition =
  /** That value is certainly true. */
  | { readonly value: number }
  /** That value is certainly false. */
  | { readonly unless: number }
  /** The day is one of these, and no grant changes that. */
  | { readonly on: Days }
  | { readonly any: readonly Condition[] }
  | { readonly all: readonly Condition[] };

export interface Goal {
  readonly days: Days;
  readonly condition: Condition;
}

export interface GrantableValue {
  readonly truth: Truth;
  /** The days on which a grant would make it certain. */
  readonly reach: Days;
}

/** A grant that makes values true from its first day on. */
export interface Action {
  readonly gives: readonly { readonly value: number; readonly months?: number | undefined }[];
  /** Index of the candidate to whom it is made. */
  readonly candidate?: number | undefined;
}

export interface PlannedAction<O> {
  readonly offer: O;
  readonly from: Day;
}

export interface PlanningProblem<O extends Action> {
  readonly from: Day;
  readonly until: Day;
  readonly demands: readonly Goal[];
  readonly values: readonly GrantableValue[];
  readonly offers: readonly O[];
  /**
   * Of each of several people of whom all is asked alike, the values: the engagement first, the others in one
   * order for all. Only an engagement may stand in an `unless`.
   */
  readonly candidates: readonly (readonly number[])[];
}

/** A longer list than this is not looked for. */
export const LONGEST_PLAN = 100;
/** So much is looked up at the most. It is a count and not a time, so that the same problem has the same list. */
const MOST_LOOKUPS = 3_000_000;
/**
 * So much is gone through at the most, whatever for: lookups, and what is laid out, copied, filtered and sorted besides. A
 * problem that has this many parts is none of a real provider’s.
 */
const MOST_EFFORT = 100_000_000;
/** So much is gone through between two rests: some tenths of a millisecond. */
const EFFORT_A_REST = 10_000;

/** An offer that would make a value true on a day, and for how many months it would. */
interface Choice {
  readonly offer: number;
  readonly months: number | undefined;
}
/** Of these choices every list that meets the demands has one or more; none: nothing meets them. */
type Clause = readonly Choice[];

/** Days on which a demand is not met, and one clause of what that takes. */
interface Lack {
  readonly from: Day;
  readonly until: Day;
  readonly clause: Clause;
}

/** A demand that is none of several, and what bears on it. */
interface Wanted extends Goal {
  readonly values: ReadonlySet<number>;
  readonly fixed: readonly Days[];
}

/** The values once some grants are made. */
interface State {
  readonly certain: readonly Days[];
  readonly possible: readonly Days[];
  /** Of each demand. */
  readonly lacks: readonly (readonly Lack[])[];
  /** Offers that need not begin on a day, because every list in which they do has been tried; `LAST_DAY`: nor later. */
  readonly excluded: ReadonlyMap<number, Day>;
}

interface Prospect {
  readonly firstDay: Day;
  /** The smallest clause of that day. */
  readonly clause: Clause;
  /** How many clauses cannot have a grant in common: so many are needed at the least. */
  readonly needed: number;
  /** The offers that stand in every clause, where one grant might do. */
  readonly common: ReadonlySet<number> | undefined;
}

/**
 * The fewest grants that meet every demand on all days from `from` to `until`, by their first days; undefined if no
 * grants do, or where it takes more than {@link LONGEST_PLAN} of them or more looking than is allowed.
 *
 * It is enough to try grants that begin on the first day on which something lacks: some grant must reach it, one
 * that begins before it may as well begin on it, and of those that reach it this one lasts the longest. Of that day
 * one clause is tried, choice by choice, in lists that may be longer each time (iterative deepening A*).
 */
export function* shortestPlan<O extends Action>(
  problem: PlanningProblem<O>,
): Work<readonly PlannedAction<O>[] | undefined> {
  const { from, until, values, offers, candidates } = problem;
  let lookups = 0;
  /** What was gone through besides, and all there was at the last rest. */
  let [besides, rested] = [0, 0];
  const isTooMuch = () => lookups + besides > MOST_EFFORT;
  function* pause(): Work<void> {
    if (lookups + besides - rested < EFFORT_A_REST) return;
    rested = lookups + besides;
    yield EFFORT_A_REST / 1_000;
  }

  const demands: Wanted[] = [];
  for (const { days, condition } of problem.demands) {
    for (const one of yield* conjuncts(condition)) {
      const fixed = [days].concat(yield* fixedDays(one));
      const demand = { days, condition: one, values: yield* valuesIn(one), fixed };
      demands.push(demand);
      besides += demand.values.size + demand.fixed.length;
      yield* pause();
    }
  }
  const choices: Choice[][] = yield* mapped(values, () => []);
  for (const [offer, { gives }] of offers.entries()) {
    if (offer % A_PIECE === A_PIECE - 1) yield 1;
    for (const { value, months } of gives) choices[value]?.push({ offer, months });
  }
  const engagements = new Set(candidates.map(([engagement]) => engagement));
  const obliging = demands.some(({ condition }) => obliges(condition));
  /** Whether one may serve better when it begins later: it then ends later, or obliges less. */
  const mayWait = yield* mapped(offers, ({ gives }) =>
    gives.some(({ value, months }) => months !== undefined || (obliging && engagements.has(value))),
  );
  function* clausesOf(
    condition: Condition,
    { certain, possible }: Pick<State, 'certain' | 'possible'>,
    on: Day,
  ): Work<readonly Clause[]> {
    const clauses = (one: Condition): readonly Clause[] => {
      lookups++;
      if ('value' in one) {
        const { value } = one;
        if (includes(certain[value] ?? [], on)) return MET;
        return includes(values[value]?.reach ?? [], on) ? [choices[value] ?? []] : HOPELESS;
      }
      if ('unless' in one) return includes(possible[one.unless] ?? [], on) ? HOPELESS : MET;
      if ('on' in one) return includes(one.on, on) ? MET : HOPELESS;
      return 'all' in one ? one.all.flatMap(clauses) : finished(ofAny(one.any));
    };
    const ofAny = function* (parts: readonly Condition[]): Work<readonly Clause[]> {
      const viable: (readonly Clause[])[] = [];
      for (const [i, part] of parts.entries()) {
        if (i % A_PIECE === A_PIECE - 1) yield 1;
        const own = clauses(part);
        if (own.length === 0) return MET;
        for (const clause of own) besides += clause.length;
        if (own.every(({ length }) => length > 0)) viable.push(own);
      }
      const [first, ...others] = viable;
      if (!first || others.length === 0) return first ?? HOPELESS;
      // Whichever part is met, one of its first clauses is, and one of its second, as far as each part has them.
      const depth = Math.min(...viable.map(({ length }) => length));
      if (depth === 1) return [yield* merged(yield* mapped(viable, smallest))];
      const together: Clause[] = [];
      for (let i = 0; i < depth; i++)
        together.push(yield* merged(yield* flatMapped(viable, (own) => own.slice(i, i + 1))));
      return together;
    };
    if (!('any' in condition)) return clauses(condition);
    lookups++;
    return yield* ofAny(condition.any);
  }

  /** What a demand lacks from a day on. */
  function* lacksOf(demand: Wanted, state: Pick<State, 'certain' | 'possible'>, since: Day): Work<Lack[]> {
    const sets = demand.fixed.concat(
      yield* flatMapped([...demand.values], (value) => [
        state.certain[value] ?? [],
        state.possible[value] ?? [],
        values[value]?.reach ?? [],
      ]),
    );
    const starts = yield* flatMapped(sets, (days) =>
      edges(days).filter((day) => day > since && day <= until),
    );
    const days = yield* sorted([...new Set(starts).add(since)], (a, b) => a - b);
    besides += sets.length + starts.length;
    const lacks: Lack[] = [];
    for (const [i, day] of days.entries()) {
      if (isTooMuch()) break;
      if (!includes(demand.days, day)) continue;
      for (const clause of yield* clausesOf(demand.condition, state, day))
        lacks.push({ from: day, until: (days[i + 1] ?? until + 1) - 1, clause });
      yield* pause();
    }
    return lacks;
  }

  function* look({ lacks, excluded }: State): Work<Prospect | 'met' | 'hopeless'> {
    const left: Lack[] = [];
    for (const lack of lacks.flat()) {
      const clause = lack.clause.filter(({ offer }) => excluded.get(offer) !== LAST_DAY);
      left.push({ ...lack, clause });
      besides += lack.clause.length;
      yield* pause();
    }
    left.sort((a, b) => a.from - b.from || a.clause.length - b.clause.length);
    lookups += left.length;
    const [first] = left;
    if (!first) return 'met';
    let needed = 0;
    let common: Set<number> | undefined;
    const counted = new Map<number, Day>();
    /** The first day from `on` on of which no grant counted already can be. */
    const apart = (clause: Clause, on: Day) =>
      clause.reduce((day, { offer, months }) => {
        const last = counted.get(offer);
        if (last === undefined) return day;
        lookups++;
        return months === undefined ? Infinity : Math.max(day, addMonths(last, months));
      }, on);
    for (const { from: begin, until: end, clause } of left) {
      if (clause.length === 0) return 'hopeless';
      for (let day = apart(clause, begin); day <= end && needed <= LONGEST_PLAN; day = apart(clause, day)) {
        needed++;
        for (const { offer } of clause) counted.set(offer, day);
        besides += 2 * clause.length;
        yield* pause();
      }
      if (needed > 1) common = undefined;
      else {
        const here = new Set(clause.map(({ offer }) => offer));
        common = common?.intersection(here) ?? here;
        besides += clause.length;
      }
      yield* pause();
    }
    const clause = smallest(
      left
        .filter((lack) => lack.from === first.from)
        .map((lack) => lack.clause.filter(({ offer }) => excluded.get(offer) !== first.from)),
    );
    return { firstDay: first.from, clause, needed, common };
  }

  /** Leaves out the people in whose place another may be taken with no loss, from a day on. */
  function* withoutOutdone(clause: Clause, { certain, possible }: State, since: Day): Work<Clause> {
    const rest = span(since, until);
    const involved = new Set(clause.flatMap(({ offer }) => offers[offer]?.candidate ?? []));
    const people = yield* mapped([...involved], (candidate) => {
      const own = candidates[candidate] ?? [];
      const [engagement = -1] = own;
      const days = own.flatMap((value) => [certain[value] ?? [], values[value]?.reach ?? []]);
      return {
        candidate,
        days: days.map((one) => intersection(one, rest)),
        isObliged: obliging && intersection(possible[engagement] ?? [], rest).length > 0,
      };
    });
    const outdone = new Set<number>();
    /** Before it all are outdone; and how many were passed over since the last rest, of whom nothing was looked up. */
    let [first, passed] = [0, 0];
    for (const { candidate, days, isObliged } of people) {
      while (outdone.has(people[first]?.candidate ?? NaN)) first++;
      let better = false;
      for (let i = first; i < people.length && !better && !isObliged; i++) {
        const other = people[i];
        passed++;
        if (!other || other.candidate === candidate || outdone.has(other.candidate)) continue;
        lookups += days.length;
        better = days.every((one, j) => difference(one, other.days[j] ?? []).length === 0);
      }
      if (passed >= EFFORT_A_REST) {
        yield 1;
        passed = 0;
      }
      if (better) outdone.add(candidate);
      yield* pause();
      if (isTooMuch()) break;
    }
    return clause.filter(({ offer }) => !outdone.has(offers[offer]?.candidate ?? -1));
  }

  function* granted(state: State, offer: number, on: Day, excluded: State['excluded']): Work<State> {
    const [certain, possible] = [[...state.certain], [...state.possible]];
    const gives = offers[offer]?.gives ?? [];
    for (const { value, months } of gives) {
      const given = span(on, months === undefined ? until : Math.min(until, addMonths(on, months) - 1));
      const days = intersection(given, values[value]?.reach ?? []);
      certain[value] = union(certain[value] ?? [], days);
      possible[value] = union(possible[value] ?? [], days);
    }
    besides += 2 * values.length + demands.length + excluded.size;
    const lacks: (readonly Lack[])[] = [];
    for (const [i, demand] of demands.entries()) {
      if (i % EFFORT_A_REST === EFFORT_A_REST - 1) yield EFFORT_A_REST / 1_000;
      lacks.push(
        gives.some(({ value }) => demand.values.has(value))
          ? yield* lacksOf(demand, { certain, possible }, on)
          : (state.lacks[i] ?? []),
      );
    }
    return { certain, possible, lacks, excluded };
  }

  /** The length of the shortest list that has not been ruled out. */
  let next = Infinity;
  function* explore(
    state: State,
    made: number,
    limit: number,
  ): Work<readonly PlannedAction<O>[] | undefined> {
    const prospect = yield* look(state);
    // What was not looked at to its end says nothing.
    if (isTooMuch()) return undefined;
    if (prospect === 'met') return [];
    if (prospect === 'hopeless' || lookups > MOST_LOOKUPS) return undefined;
    const { firstDay, needed, common } = prospect;
    if (made + needed > limit) {
      next = Math.min(next, made + needed);
      return undefined;
    }
    const worthwhile = yield* withoutOutdone(prospect.clause, state, firstDay);
    const tried = made + 1 === limit ? worthwhile.filter(({ offer }) => common?.has(offer)) : worthwhile;
    if (tried.length < worthwhile.length) next = Math.min(next, limit + 1);
    const excluded = new Map(state.excluded);
    const best = (a: Choice, b: Choice) => lasting(b) - lasting(a) || breadth(b) - breadth(a);
    for (const { offer } of yield* sorted(tried, best)) {
      const then = yield* granted(state, offer, firstDay, new Map(excluded));
      const found = yield* explore(then, made + 1, limit);
      const chosen = offers[offer];
      if (found && chosen) return [{ offer: chosen, from: firstDay }, ...found];
      if (lookups > MOST_LOOKUPS || isTooMuch()) return undefined;
      excluded.set(offer, mayWait[offer] ? firstDay : LAST_DAY);
    }
    return undefined;
  }
  const lasting = ({ months }: Choice) => months ?? Infinity;
  const breadth = ({ offer }: Choice) => offers[offer]?.gives.length ?? 0;

  const certain = yield* mapped(values, ({ truth }) => truth.certain);
  const possible = yield* mapped(values, ({ truth }) => truth.possible);
  for (const { gives } of offers) besides += gives.length;
  const lacks: (readonly Lack[])[] = [];
  for (const demand of demands) lacks.push(yield* lacksOf(demand, { certain, possible }, from));
  for (let limit = 0; limit <= LONGEST_PLAN && lookups <= MOST_LOOKUPS && !isTooMuch(); limit = next) {
    next = Infinity;
    const found = yield* explore({ certain, possible, lacks, excluded: new Map() }, 0, limit);
    if (found) return found;
  }
  return undefined;
}

const MET: readonly Clause[] = [];
const HOPELESS: readonly Clause[] = [[]];

function smallest(clauses: readonly Clause[]): Clause {
  return clauses.reduce((least, clause) => (clause.length < least.length ? clause : least));
}

/** All choices of some clauses, each offer once, as long as it lasts. */
function* merged(clauses: readonly Clause[]): Work<Clause> {
  const longest = new Map<number, Choice>();
  for (const [i, choice] of clauses.flat().entries()) {
    if (i % EFFORT_A_REST === EFFORT_A_REST - 1) yield EFFORT_A_REST / 1_000;
    const other = longest.get(choice.offer);
    if (!other || (choice.months ?? Infinity) > (other.months ?? Infinity)) longest.set(choice.offer, choice);
  }
  return [...longest.values()];
}

function obliges(condition: Condition): boolean {
  if ('any' in condition) return condition.any.some(obliges);
  if ('all' in condition) return condition.all.some(obliges);
  return 'unless' in condition;
}

/** The conditions that must all hold for this one to do so. */
function* conjuncts(condition: Condition): Work<readonly Condition[]> {
  return 'all' in condition
    ? yield* flatMapped(condition.all, (part) => finished(conjuncts(part)))
    : [condition];
}

/** Of what a condition is put together, in one order, all those that are not put together themselves. */
function* leavesOf(condition: Condition): Work<readonly Condition[]> {
  const parts = partsOf(condition);
  return parts ? yield* flatMapped(parts, (part) => finished(leavesOf(part))) : [condition];
}

function partsOf(condition: Condition): readonly Condition[] | undefined {
  if ('any' in condition) return condition.any;
  return 'all' in condition ? condition.all : undefined;
}

function* valuesIn(condition: Condition): Work<Set<number>> {
  const values = yield* flatMapped(yield* leavesOf(condition), (leaf) =>
    'value' in leaf ? [leaf.value] : 'unless' in leaf ? [leaf.unless] : [],
  );
  return new Set(values);
}

function* fixedDays(condition: Condition): Work<Days[]> {
  return yield* flatMapped(yield* leavesOf(condition), (leaf) => ('on' in leaf ? [leaf.on] : []));
}

/** The days on which a set of days begins or has just ended. */
function edges(days: Days): Day[] {
  return days.map((day, i) => day + (i % 2));
}
