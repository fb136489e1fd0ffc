import type { Day } from '../values/day';
import { includes, type Days } from '../values/timeline';
import { A_PIECE, finished, flatMapped, mapped, type Work } from '../values/work';
import type { Condition, GrantableValue } from './planning-problem';
import { A_REST, EFFORT_A_REST, type SearchEffort } from './search-effort';

/** An offer that would make a value true on a day, and for how many months it would. */
export interface PlanChoice {
  readonly offer: number;
  readonly months: number | undefined;
}
/** Of these choices every list that meets the demands has one or more; none: nothing meets them. */
export type Clause = readonly PlanChoice[];

/** On which days each value holds, some grants being made. */
export interface Holding {
  readonly certain: readonly Days[];
  readonly possible: readonly Days[];
}

/** What may be granted. */
export interface Grantable {
  readonly values: readonly GrantableValue[];
  /** Of each value. */
  readonly choices: readonly Clause[];
  readonly effort: SearchEffort;
}

const MET: readonly Clause[] = [];
const HOPELESS: readonly Clause[] = [[]];

/** What it takes to meet a condition on a day: a grant of each clause at the least. */
export function* clausesOf(
  condition: Condition,
  grantable: Grantable,
  holding: Holding,
  on: Day,
): Work<readonly Clause[]> {
  if (!('any' in condition)) return clausesAtOnce(condition, grantable, holding, on);
  grantable.effort.lookups++;
  return yield* clausesOfAny(condition.any, grantable, holding, on);
}

function clausesAtOnce(
  condition: Condition,
  grantable: Grantable,
  holding: Holding,
  on: Day,
): readonly Clause[] {
  grantable.effort.lookups++;
  if ('value' in condition) {
    const { value } = condition;
    if (includes(holding.certain[value] ?? [], on)) return MET;
    return includes(grantable.values[value]?.reach ?? [], on) ? [grantable.choices[value] ?? []] : HOPELESS;
  }
  if ('unless' in condition) return includes(holding.possible[condition.unless] ?? [], on) ? HOPELESS : MET;
  if ('on' in condition) return includes(condition.on, on) ? MET : HOPELESS;
  return 'all' in condition
    ? condition.all.flatMap((part) => clausesAtOnce(part, grantable, holding, on))
    : finished(clausesOfAny(condition.any, grantable, holding, on));
}

function* clausesOfAny(
  parts: readonly Condition[],
  grantable: Grantable,
  holding: Holding,
  on: Day,
): Work<readonly Clause[]> {
  const viable: (readonly Clause[])[] = [];
  for (const [i, part] of parts.entries()) {
    if (i % A_PIECE === A_PIECE - 1) yield 1;
    const own = clausesAtOnce(part, grantable, holding, on);
    if (own.length === 0) return MET;
    for (const clause of own) grantable.effort.besides += clause.length;
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
}

export function smallest(clauses: readonly Clause[]): Clause {
  return clauses.reduce((least, clause) => (clause.length < least.length ? clause : least));
}

/** All choices of some clauses, each offer once, as long as it lasts. */
function* merged(clauses: readonly Clause[]): Work<Clause> {
  const longest = new Map<number, PlanChoice>();
  for (const [i, choice] of clauses.flat().entries()) {
    if (i % EFFORT_A_REST === EFFORT_A_REST - 1) yield A_REST;
    const other = longest.get(choice.offer);
    if (!other || (choice.months ?? Infinity) > (other.months ?? Infinity)) longest.set(choice.offer, choice);
  }
  return [...longest.values()];
}
