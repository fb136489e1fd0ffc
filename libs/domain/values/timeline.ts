import { partitionPoint } from './partition-point';
import { FIRST_DAY, LAST_DAY, type Day } from './day';

/**
 * A set of days: the first and last day of each of its runs, one after the other, ascending. Runs include
 * both ends and never touch: `[1, 3, 5, 5]` holds the days 1, 2, 3 and 5. Equal sets have equal arrays.
 */
export type Days = readonly Day[];

export const NO_DAYS: Days = [];
export const ALL_DAYS: Days = [FIRST_DAY, LAST_DAY];

/** The days `from`–`until`, both included, as far as the register knows them. */
export function span(from: Day, until: Day): Days {
  const first = Math.max(from, FIRST_DAY);
  const last = Math.min(until, LAST_DAY);
  return first <= last ? [first, last] : NO_DAYS;
}

/** An entry that is known to exist. */
function at(days: Days, index: number): Day {
  return days[index] ?? NaN;
}

/** The runs of a set of days, in order. */
export function* runs(days: Days): Generator<{ from: Day; until: Day }> {
  for (let i = 0; i < days.length; i += 2) yield { from: at(days, i), until: at(days, i + 1) };
}

/** Combines two sets in one walk along both: a day belongs to the result if `keep` says so. */
function combine(a: Days, b: Days, keep: (inA: boolean, inB: boolean) => boolean): Days {
  const result: Day[] = [];
  let [i, j] = [0, 0];
  let kept = false;
  // An even index is the edge before a run's first day, an odd one its end: the day after its last.
  const edge = (days: Days, index: number) =>
    index >= days.length ? Infinity : at(days, index) + (index % 2);
  for (;;) {
    const next = Math.min(edge(a, i), edge(b, j));
    if (next === Infinity) return result;
    while (edge(a, i) === next) i++;
    while (edge(b, j) === next) j++;
    const now = keep(i % 2 === 1, j % 2 === 1);
    if (now !== kept) result.push(now ? next : next - 1);
    kept = now;
  }
}

export function union(a: Days, b: Days): Days {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  return within(a, b, (runs) => combine(runs, b, (inA, inB) => inA || inB));
}

export function intersection(a: Days, b: Days): Days {
  if (a.length === 0 || b.length === 0) return NO_DAYS;
  if (a === ALL_DAYS) return b;
  if (b === ALL_DAYS) return a;
  if (b.length === 2) return cut(a, at(b, 0), at(b, 1));
  if (a.length === 2) return cut(b, at(a, 0), at(a, 1));
  const [first, second] = clippedTo(a, b);
  return combine(first, second, (inA, inB) => inA && inB);
}

/** The days in `from`–`until`: no run between its first and last one is looked at. */
function cut(days: Days, from: Day, until: Day): Days {
  const last = days.length - 1;
  if (from <= at(days, 0) && at(days, last) <= until) return days;
  const left = [...touching(days, from, until)];
  if (left.length === 0) return NO_DAYS;
  left[0] = Math.max(at(left, 0), from);
  left[left.length - 1] = Math.min(at(left, left.length - 1), until);
  return left;
}

/** Whether two sets share a day. */
export function meet(a: Days, b: Days): boolean {
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const [endOfA = 0, endOfB = 0] = [a[i + 1], b[j + 1]];
    if ((a[i] ?? 0) <= endOfB && (b[j] ?? 0) <= endOfA) return true;
    if (endOfA < endOfB) i += 2;
    else j += 2;
  }
  return false;
}

export function difference(a: Days, b: Days): Days {
  if (a.length === 0 || b.length === 0) return a;
  const [, taken] = clippedTo(a, b);
  if (taken.length === 0) return a;
  return within(a, taken, (runs) => combine(runs, taken, (inA, inB) => inA && !inB));
}

/** With more entries than this, searching for the few that matter pays. */
const MANY = 16;

/** Both sets without the runs that lie outside the range of the other; few of a long one may be left. */
function clippedTo(a: Days, b: Days): [Days, Days] {
  return [
    a.length > MANY ? touching(a, at(b, 0), at(b, b.length - 1)) : a,
    b.length > MANY ? touching(b, at(a, 0), at(a, a.length - 1)) : b,
  ];
}

/** The runs that have a day in `from`–`until`, whole. */
function touching(days: Days, from: Day, until: Day): Days {
  const runs = days.length / 2;
  const first = partitionPoint(runs, (run) => at(days, run * 2 + 1) < from);
  const end = partitionPoint(runs, (run) => at(days, run * 2) <= until);
  return first === 0 && end === runs ? days : days.slice(first * 2, end * 2);
}

/**
 * Changes a long set only near another one: runs that neither touch the other set nor lie between its first
 * and last day stay as they are.
 */
function within(days: Days, by: Days, change: (runs: Days) => Days): Days {
  if (days.length <= MANY) return change(days);
  const runs = days.length / 2;
  const [from, until] = [at(by, 0) - 1, at(by, by.length - 1) + 1];
  const first = partitionPoint(runs, (run) => at(days, run * 2 + 1) < from) * 2;
  const end = partitionPoint(runs, (run) => at(days, run * 2) <= until) * 2;
  if (first === 0 && end === days.length) return change(days);
  return [...days.slice(0, first), ...change(days.slice(first, end)), ...days.slice(end)];
}

/** Up to this many sets, combining one after the other is faster than sorting their edges. */
const FEW_SETS = 12;

/** The union of any number of sets, in the time that it takes to sort their runs. */
export function unionOf(sets: readonly Days[]): Days {
  return sets.length <= FEW_SETS ? sets.reduce(union, NO_DAYS) : heldBy(sets, 1);
}

/**
 * The intersection of any number of sets, in the time that it takes to sort their runs; without sets, all
 * days.
 */
export function intersectionOf(sets: readonly Days[]): Days {
  if (sets.length <= FEW_SETS) return sets.reduce(intersection, ALL_DAYS);
  const bounding = sets.filter((days) => days !== ALL_DAYS);
  return bounding.length === 0 ? ALL_DAYS : heldBy(bounding, bounding.length);
}

/** The days that at least `least` of the sets hold. */
function heldBy(sets: readonly Days[], least: number): Days {
  const edges = sets.reduce((sum, { length }) => sum + length / 2, 0);
  const [begins, ends] = [new Float64Array(edges), new Float64Array(edges)];
  let edge = 0;
  for (const days of sets) {
    for (let i = 0; i < days.length; i += 2) {
      begins[edge] = at(days, i);
      ends[edge++] = at(days, i + 1) + 1;
    }
  }
  begins.sort();
  ends.sort();
  const result: Day[] = [];
  let [begun, ended] = [0, 0];
  let held = false;
  while (ended < edges) {
    const next = Math.min(begins[begun] ?? Infinity, ends[ended] ?? Infinity);
    while (begins[begun] === next) begun++;
    while (ends[ended] === next) ended++;
    const now = begun - ended >= least;
    if (now !== held) result.push(now ? next : next - 1);
    held = now;
  }
  return result;
}

/** The first day, from a given one on, that one of the sets holds and the other does not. */
export function firstDifference(a: Days, b: Days, from: Day): Day | undefined {
  if (a.length === b.length && a.every((edge, i) => edge === b[i])) return undefined;
  const differing = combine(a, b, (inA, inB) => inA !== inB);
  const later = [...runs(differing)].find(({ until }) => until >= from);
  return later && Math.max(later.from, from);
}

export function complement(days: Days): Days {
  return difference(ALL_DAYS, days);
}

/** Index of the run that holds `day`, counted in entries; −1 if none does. */
function runOf(days: Days, day: Day): number {
  let [low, high] = [0, days.length / 2 - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (at(days, middle * 2) > day) high = middle - 1;
    else if (at(days, middle * 2 + 1) < day) low = middle + 1;
    else return middle * 2;
  }
  return -1;
}

export function includes(days: Days, day: Day): boolean {
  return runOf(days, day) >= 0;
}

/** The last day of the run that holds `day`; undefined if no run does. */
export function endOfRun(days: Days, day: Day): Day | undefined {
  const run = runOf(days, day);
  return run < 0 ? undefined : days[run + 1];
}

/** Whether the set holds every day of `from`–`until`. */
export function coversAll(days: Days, from: Day, until: Day): boolean {
  return (endOfRun(days, from) ?? -Infinity) >= until;
}

/**
 * What is true, false or unknown on each day: true on the `certain` days, false on days that are not
 * `possible`, unknown on the rest. `certain` lies within `possible`.
 */
export interface Truth {
  readonly certain: Days;
  readonly possible: Days;
}

export function certainly(days: Days): Truth {
  return { certain: days, possible: days };
}

export const UNKNOWN: Truth = { certain: NO_DAYS, possible: ALL_DAYS };

/** Whether nothing is unknown in a truth that was made without doubt, as most are. */
function isSettled({ certain, possible }: Truth): boolean {
  return certain === possible;
}

/** Strong Kleene logic, day by day (specification, section 4, “Disputes”). */
export function both(a: Truth, b: Truth): Truth {
  if (isSettled(a) && isSettled(b)) return certainly(intersection(a.certain, b.certain));
  return { certain: intersection(a.certain, b.certain), possible: intersection(a.possible, b.possible) };
}

export function either(a: Truth, b: Truth): Truth {
  if (isSettled(a) && isSettled(b)) return certainly(union(a.certain, b.certain));
  return { certain: union(a.certain, b.certain), possible: union(a.possible, b.possible) };
}

export function not(a: Truth): Truth {
  if (isSettled(a)) return certainly(complement(a.certain));
  return { certain: complement(a.possible), possible: complement(a.certain) };
}

/** Whether all of any number of truths are true, and whether one is. */
export function every(truths: readonly Truth[]): Truth {
  if (truths.length <= FEW_SETS) return truths.reduce(both, TRUE);
  return {
    certain: intersectionOf(truths.map(({ certain }) => certain)),
    possible: intersectionOf(truths.map(({ possible }) => possible)),
  };
}

export function some(truths: readonly Truth[]): Truth {
  if (truths.length <= FEW_SETS) return truths.reduce(either, FALSE);
  return {
    certain: unionOf(truths.map(({ certain }) => certain)),
    possible: unionOf(truths.map(({ possible }) => possible)),
  };
}

export const TRUE: Truth = certainly(ALL_DAYS);
export const FALSE: Truth = certainly(NO_DAYS);

/** The days on which the truth is unknown. */
export function unknownDays(truth: Truth): Days {
  return difference(truth.possible, truth.certain);
}
