import type { RegisterEvent } from '../../log/event-catalogue';
import { together, type LogView } from '../../log/log-view';
import { within, type Cause } from './reason';
import { type Ground } from '../../log/grants';
import {
  ALL_DAYS,
  certainly,
  complement,
  difference,
  every,
  FALSE,
  intersection,
  intersectionOf,
  NO_DAYS,
  not,
  some,
  union,
  unionOf,
  UNKNOWN,
  unknownDays,
  type Days,
  type Truth,
} from '../../values/timeline';

/** Days on which a single value is unknown, and the disputed events that make it so. */
export interface Doubt {
  readonly days: Days;
  readonly evidence: readonly number[];
}

/** A value for each day, and what explains it. */
export interface Value {
  readonly truth: Truth;
  /** The days on which it is true if disputed events count. */
  readonly presumed: Days;
  /** Why it fails by the present log, on those of some days on which it does. */
  causes(days: Days): readonly Cause[];
  /** What it rests on by the present log, on those of some days on which it is true. */
  grounds(days: Days): readonly Ground[];
  readonly doubts: readonly Doubt[];
}

/**
 * With more open disputes than these, a value is unknown on every day (specification, section 4, “Disputes”).
 */
const MOST_TRIED = 8;

/** Whether so many disputes are open in these streams that no further event in them could settle a value. */
export function isUnsettled(known: LogView, streams: readonly string[]): boolean {
  return streams.flatMap((stream) => known.disputed(stream)).length > MOST_TRIED;
}

/** How a single value follows from the events of its streams. */
export interface Rule<F> {
  /** The facts that the events give. */
  facts(this: void, events: readonly RegisterEvent[]): F;
  /** The days on which it is true. */
  days(this: void, facts: F): Days;
  /** What it rests on, on those of the asked days on which it is true. */
  grounds(this: void, facts: F, asked: Days): readonly Ground[];
  /** Why it is false, on the days on which it is. */
  causes(this: void, facts: F): readonly Cause[];
}

/**
 * A single value: its days by the effective events of some streams, tried over all outcomes of the disputes
 * open in them. `events`: those in the streams that bear on it, if others do not.
 */
export function single<F>(
  known: LogView,
  streams: readonly string[],
  rule: Rule<F>,
  events = together(known, streams),
): Value {
  const disputed = streams.flatMap((stream) => known.disputed(stream));
  const facts = rule.facts(events);
  const stands = rule.days(facts);
  const causes = once(() => rule.causes(facts));
  const truth = disputed.length === 0 ? certainly(stands) : tried(events, disputed, rule);
  return {
    truth,
    presumed: stands,
    causes: (days) => within(causes(), difference(days, stands)),
    grounds: (days) => groundedOn(intersection(days, stands), (asked) => rule.grounds(facts, asked)),
    doubts: disputed.length === 0 ? NO_DOUBTS : [{ days: unknownDays(truth), evidence: disputed }],
  };
}

/** The number of run edges that cost about as much as a single value. */
const EDGES_A_VALUE = 16;

/**
 * The cost of finding a single value, counted in single values: it was tried over the outcomes of the
 * disputes open in its streams, and may be true on very many runs of days.
 */
export function costOfValue({ doubts, presumed: stands }: Value): number {
  const runs = Math.floor(stands.length / EDGES_A_VALUE);
  return doubts.reduce((sum, { evidence }) => sum + 2 ** Math.min(evidence.length, MOST_TRIED), 1 + runs);
}

function tried<F>(events: readonly RegisterEvent[], disputed: readonly number[], rule: Rule<F>): Truth {
  if (disputed.length > MOST_TRIED) return UNKNOWN;
  const bearing = events.flatMap(({ position }) => (disputed.includes(position) ? [position] : []));
  let truth: Truth = { certain: ALL_DAYS, possible: NO_DAYS };
  for (let outcome = 0; outcome < 1 << bearing.length; outcome++) {
    const out = new Set(bearing.filter((_, i) => outcome & (1 << i)));
    const left = rule.facts(events.filter(({ position }) => !out.has(position)));
    const days = rule.days(left);
    truth = { certain: intersection(truth.certain, days), possible: union(truth.possible, days) };
  }
  return truth;
}

/** Defers a computation to the first call, and keeps its result. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

const NO_DOUBTS: readonly Doubt[] = [];

/** The doubts of all values, without repetition: the same contract may be part of many chains. */
function doubtsOf(values: readonly Value[]): readonly Doubt[] {
  if (values.every(({ doubts }) => doubts.length === 0)) return NO_DOUBTS;
  return [...new Set(values.flatMap(({ doubts }) => doubts))];
}

/** Whether a value is true on exactly the days of the present log: no dispute bears on it. */
function isPlain({ truth, presumed: stands }: Value): boolean {
  return truth.certain === stands && truth.possible === stands;
}

/** Grounds cut to some days; empty if there are no days. */
function groundedOn(days: Days, grounds: (days: Days) => readonly Ground[]): readonly Ground[] {
  return days.length === 0 ? [] : within(grounds(days), days);
}

export function all(values: readonly Value[]): Value {
  const [first, ...more] = values;
  if (first && more.length === 0) return first;
  const stands = intersectionOf(values.map((value) => value.presumed));
  return {
    truth: values.every(isPlain) ? certainly(stands) : every(values.map(({ truth }) => truth)),
    presumed: stands,
    causes: (days) => values.flatMap((value) => value.causes(days)),
    grounds: (days) => groundsOfAll(values, intersection(days, stands)),
    doubts: doubtsOf(values),
  };
}

export function any(values: readonly Value[]): Value {
  const [first, ...more] = values;
  if (first && more.length === 0) return first;
  const stands = unionOf(values.map((value) => value.presumed));
  return {
    truth: values.every(isPlain) ? certainly(stands) : some(values.map(({ truth }) => truth)),
    presumed: stands,
    causes(days) {
      const failing = difference(days, stands);
      return failing.length === 0 ? [] : values.flatMap((value) => value.causes(failing));
    },
    grounds: (days) => groundsOfAll(values, intersection(days, stands)),
    doubts: doubtsOf(values),
  };
}

/** What each of the values rests on, on those of some days on which it is true. */
function groundsOfAll(values: readonly Value[], days: Days): readonly Ground[] {
  return days.length === 0 ? [] : values.flatMap((value) => value.grounds(days));
}

/** The negation of a value. It has no causes and no grounds: its user supplies them. */
export function negated(value: Value): Value {
  const stands = complement(value.presumed);
  return {
    truth: isPlain(value) ? certainly(stands) : not(value.truth),
    presumed: stands,
    causes: () => [],
    grounds: () => [],
    doubts: value.doubts,
  };
}

/** A value that is true on every day, and rests on nothing. */
export const ALWAYS: Value = {
  truth: certainly(ALL_DAYS),
  presumed: ALL_DAYS,
  causes: () => [],
  grounds: () => [],
  doubts: NO_DOUBTS,
};

/** A value that is never true. */
export const NEVER: Value = {
  truth: FALSE,
  presumed: NO_DAYS,
  causes: () => [],
  grounds: () => [],
  doubts: NO_DOUBTS,
};
