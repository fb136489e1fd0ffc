import type { Day } from '../values/day';
import type { Days, Truth } from '../values/timeline';
import { finished, flatMapped, type Work } from '../values/work';

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

export function obliges(condition: Condition): boolean {
  if ('any' in condition) return condition.any.some(obliges);
  if ('all' in condition) return condition.all.some(obliges);
  return 'unless' in condition;
}

/** The conditions that must all hold for this one to do so. */
export function* conjuncts(condition: Condition): Work<readonly Condition[]> {
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

export function* valuesIn(condition: Condition): Work<Set<number>> {
  const values = yield* flatMapped(yield* leavesOf(condition), (leaf) =>
    'value' in leaf ? [leaf.value] : 'unless' in leaf ? [leaf.unless] : [],
  );
  return new Set(values);
}

export function* fixedDays(condition: Condition): Work<Days[]> {
  return yield* flatMapped(yield* leavesOf(condition), (leaf) => ('on' in leaf ? [leaf.on] : []));
}
