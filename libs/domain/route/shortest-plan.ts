import { addMonths, LAST_DAY, type Day } from '../values/day';
import { difference, includes, intersection, span, union, type Days } from '../values/timeline';
import { A_PIECE, flatMapped, mapped, sorted, type Work } from '../values/work';
import { clausesOf, smallest, type PlanChoice, type Clause, type Grantable, type Holding } from './clauses';
import {
  conjuncts,
  fixedDays,
  obliges,
  valuesIn,
  type Action,
  type Goal,
  type PlannedAction,
  type PlanningProblem,
} from './planning-problem';
import {
  A_REST,
  EFFORT_A_REST,
  isSpent,
  isTooMuch,
  newEffort,
  restIsDue,
  type SearchEffort,
} from './search-effort';

/** A longer list than this is not looked for. */
export const LONGEST_PLAN = 100;

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
interface State extends Holding {
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

/** A problem as it is searched, and how far the search has come. */
interface Search<O extends Action> extends Grantable {
  readonly problem: PlanningProblem<O>;
  readonly demands: readonly Wanted[];
  /** Whether a demand asks that someone is not engaged, so that an engagement may oblige to more. */
  readonly obliging: boolean;
  /** Of each offer, whether it may serve better when it begins later: it then ends later, or obliges less. */
  readonly mayWait: readonly boolean[];
  /** How many grants a list may have that is looked for now. */
  limit: number;
  /** The length of the shortest list that has not been ruled out. */
  next: number;
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
  const search = yield* searchOf(problem);
  const { effort } = search;
  const certain = yield* mapped(problem.values, ({ truth }) => truth.certain);
  const possible = yield* mapped(problem.values, ({ truth }) => truth.possible);
  for (const { gives } of problem.offers) effort.besides += gives.length;
  const lacks: (readonly Lack[])[] = [];
  for (const demand of search.demands)
    lacks.push(yield* lacksOf(search, demand, { certain, possible }, problem.from));
  const start = { certain, possible, lacks, excluded: new Map<number, Day>() };
  for (; search.limit <= LONGEST_PLAN && !isSpent(effort); search.limit = search.next) {
    search.next = Infinity;
    const found = yield* explore(search, start, 0);
    if (found) return found;
  }
  return undefined;
}

function* searchOf<O extends Action>(problem: PlanningProblem<O>): Work<Search<O>> {
  const { values, offers, candidates } = problem;
  const effort = newEffort();
  const demands = yield* wantedOf(problem.demands, effort);
  const choices: PlanChoice[][] = yield* mapped(values, () => []);
  for (const [offer, { gives }] of offers.entries()) {
    if (offer % A_PIECE === A_PIECE - 1) yield 1;
    for (const { value, months } of gives) choices[value]?.push({ offer, months });
  }
  const engagements = new Set(candidates.map(([engagement]) => engagement));
  const obliging = demands.some(({ condition }) => obliges(condition));
  const mayWait = yield* mapped(offers, ({ gives }) =>
    gives.some(({ value, months }) => months !== undefined || (obliging && engagements.has(value))),
  );
  return { problem, values, choices, effort, demands, obliging, mayWait, limit: 0, next: Infinity };
}

/** Each demand that has to be met for itself. */
function* wantedOf(goals: readonly Goal[], effort: SearchEffort): Work<readonly Wanted[]> {
  const demands: Wanted[] = [];
  for (const { days, condition } of goals) {
    for (const one of yield* conjuncts(condition)) {
      const fixed = [days].concat(yield* fixedDays(one));
      const demand = { days, condition: one, values: yield* valuesIn(one), fixed };
      demands.push(demand);
      effort.besides += demand.values.size + demand.fixed.length;
      if (restIsDue(effort)) yield A_REST;
    }
  }
  return demands;
}

/** What a demand lacks from a day on. */
function* lacksOf<O extends Action>(
  search: Search<O>,
  demand: Wanted,
  holding: Holding,
  since: Day,
): Work<Lack[]> {
  const { values, effort } = search;
  const { until } = search.problem;
  const sets = demand.fixed.concat(
    yield* flatMapped([...demand.values], (value) => [
      holding.certain[value] ?? [],
      holding.possible[value] ?? [],
      values[value]?.reach ?? [],
    ]),
  );
  const starts = yield* flatMapped(sets, (days) => edges(days).filter((day) => day > since && day <= until));
  const days = yield* sorted([...new Set(starts).add(since)], (a, b) => a - b);
  effort.besides += sets.length + starts.length;
  const lacks: Lack[] = [];
  for (const [i, day] of days.entries()) {
    if (isTooMuch(effort)) break;
    if (!includes(demand.days, day)) continue;
    for (const clause of yield* clausesOf(demand.condition, search, holding, day))
      lacks.push({ from: day, until: (days[i + 1] ?? until + 1) - 1, clause });
    if (restIsDue(effort)) yield A_REST;
  }
  return lacks;
}

/** The rest of a list that meets every demand and has no more than `search.limit` grants, so many being made. */
function* explore<O extends Action>(
  search: Search<O>,
  state: State,
  made: number,
): Work<readonly PlannedAction<O>[] | undefined> {
  const { effort, limit } = search;
  const prospect = yield* look(state, effort);
  // What was not looked at to its end says nothing.
  if (isTooMuch(effort)) return undefined;
  if (prospect === 'met') return [];
  if (prospect === 'hopeless' || isSpent(effort)) return undefined;
  const { firstDay, needed, common } = prospect;
  if (made + needed > limit) {
    search.next = Math.min(search.next, made + needed);
    return undefined;
  }
  const worthwhile = yield* withoutOutdone(search, prospect.clause, state, firstDay);
  const tried = made + 1 === limit ? worthwhile.filter(({ offer }) => common?.has(offer)) : worthwhile;
  if (tried.length < worthwhile.length) search.next = Math.min(search.next, limit + 1);
  const { offers } = search.problem;
  const excluded = new Map(state.excluded);
  const breadth = ({ offer }: PlanChoice) => offers[offer]?.gives.length ?? 0;
  const best = (a: PlanChoice, b: PlanChoice) => lasting(b) - lasting(a) || breadth(b) - breadth(a);
  for (const { offer } of yield* sorted(tried, best)) {
    const then = yield* granted(search, { ...state, excluded: new Map(excluded) }, offer, firstDay);
    const found = yield* explore(search, then, made + 1);
    const chosen = offers[offer];
    if (found && chosen) return [{ offer: chosen, from: firstDay }, ...found];
    if (isSpent(effort)) return undefined;
    excluded.set(offer, search.mayWait[offer] ? firstDay : LAST_DAY);
  }
  return undefined;
}

function lasting({ months }: PlanChoice): number {
  return months ?? Infinity;
}

/** What is left to do in a state. */
function* look({ lacks, excluded }: State, effort: SearchEffort): Work<Prospect | 'met' | 'hopeless'> {
  const left: Lack[] = [];
  for (const lack of lacks.flat()) {
    const clause = lack.clause.filter(({ offer }) => excluded.get(offer) !== LAST_DAY);
    left.push({ ...lack, clause });
    effort.besides += lack.clause.length;
    if (restIsDue(effort)) yield A_REST;
  }
  left.sort((a, b) => a.from - b.from || a.clause.length - b.clause.length);
  effort.lookups += left.length;
  const [first] = left;
  if (!first) return 'met';
  const bound = yield* lowerBound(left, effort);
  if (bound === undefined) return 'hopeless';
  const clause = smallest(
    left
      .filter((lack) => lack.from === first.from)
      .map((lack) => lack.clause.filter(({ offer }) => excluded.get(offer) !== first.from)),
  );
  return { firstDay: first.from, clause, ...bound };
}

/** How many grants are needed at the least; undefined if nothing meets one of the lacks. */
function* lowerBound(
  left: readonly Lack[],
  effort: SearchEffort,
): Work<Pick<Prospect, 'needed' | 'common'> | undefined> {
  let needed = 0;
  let common: Set<number> | undefined;
  const counted = new Map<number, Day>();
  for (const { from, until, clause } of left) {
    if (clause.length === 0) return undefined;
    let day = apart(clause, from, counted, effort);
    for (; day <= until && needed <= LONGEST_PLAN; day = apart(clause, day, counted, effort)) {
      needed++;
      for (const { offer } of clause) counted.set(offer, day);
      effort.besides += 2 * clause.length;
      if (restIsDue(effort)) yield A_REST;
    }
    if (needed > 1) common = undefined;
    else {
      const here = new Set(clause.map(({ offer }) => offer));
      common = common?.intersection(here) ?? here;
      effort.besides += clause.length;
    }
    if (restIsDue(effort)) yield A_REST;
  }
  return { needed, common };
}

/** The first day from `on` on of which no grant counted already can be. */
function apart(clause: Clause, on: Day, counted: ReadonlyMap<number, Day>, effort: SearchEffort): Day {
  return clause.reduce((day, { offer, months }) => {
    const last = counted.get(offer);
    if (last === undefined) return day;
    effort.lookups++;
    return months === undefined ? Infinity : Math.max(day, addMonths(last, months));
  }, on);
}

/** Leaves out the people in whose place another may be taken with no loss, from a day on. */
function* withoutOutdone<O extends Action>(
  search: Search<O>,
  clause: Clause,
  { certain, possible }: Holding,
  since: Day,
): Work<Clause> {
  const { problem, values, effort, obliging } = search;
  const { offers, candidates } = problem;
  const rest = span(since, problem.until);
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
      effort.lookups += days.length;
      better = days.every((one, j) => difference(one, other.days[j] ?? []).length === 0);
    }
    if (passed >= EFFORT_A_REST) {
      yield 1;
      passed = 0;
    }
    if (better) outdone.add(candidate);
    if (restIsDue(effort)) yield A_REST;
    if (isTooMuch(effort)) break;
  }
  return clause.filter(({ offer }) => !outdone.has(offers[offer]?.candidate ?? -1));
}

/** What is so once an offer is granted, too. */
function* granted<O extends Action>(search: Search<O>, state: State, offer: number, on: Day): Work<State> {
  const { problem, values, demands, effort } = search;
  const { excluded } = state;
  const [certain, possible] = [[...state.certain], [...state.possible]];
  const gives = problem.offers[offer]?.gives ?? [];
  for (const { value, months } of gives) {
    const last = months === undefined ? problem.until : Math.min(problem.until, addMonths(on, months) - 1);
    const days = intersection(span(on, last), values[value]?.reach ?? []);
    certain[value] = union(certain[value] ?? [], days);
    possible[value] = union(possible[value] ?? [], days);
  }
  effort.besides += 2 * values.length + demands.length + excluded.size;
  const lacks: (readonly Lack[])[] = [];
  for (const [i, demand] of demands.entries()) {
    if (i % EFFORT_A_REST === EFFORT_A_REST - 1) yield A_REST;
    lacks.push(
      gives.some(({ value }) => demand.values.has(value))
        ? yield* lacksOf(search, demand, { certain, possible }, on)
        : (state.lacks[i] ?? []),
    );
  }
  return { certain, possible, lacks, excluded };
}

/** The days on which a set of days begins or has just ended. */
function edges(days: Days): Day[] {
  return days.map((day, i) => day + (i % 2));
}
