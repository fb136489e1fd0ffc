import { accreditationCauses, accreditationStreams, accreditedDays, appliedDays } from './accreditation';
import {
  adviserFacts,
  adviserStreams,
  enrolmentCauses,
  qualificationCauses,
  qualifiedDays,
  registeredDays,
  sanctionCauses,
  workingTowardsDays,
} from './adviser';
import {
  contractedDays,
  contractStream,
  holders,
  referencesAbove,
  referencesBelow,
  referencesOf,
} from './contract';
import { LAST_DAY } from './day';
import { engagedDays, engagementStreams, everEngaged } from './engagement';
import type { RegisterEvent } from './event';
import { holds } from './fact';
import { keysOf, together, type Known } from './known';
import {
  acceptedFor,
  type AdviserRequirement,
  type AdviserTest,
  type Combined,
  type Policy,
  type ProviderRequirement,
  type ProviderTest,
  type Requirement,
} from './policy';
import { closing, openDays, providerStreams } from './provider';
import { fallback, firstReasons, within, type Cause } from './reason';
import {
  ALL_DAYS,
  both,
  certainly,
  complement,
  difference,
  either,
  FALSE,
  intersection,
  NO_DAYS,
  not,
  span,
  TRUE,
  union,
  UNKNOWN,
  unknownDays,
  type Days,
  type Truth,
} from './timeline';

/** Days on which a single value is unknown, and the disputed events that make it so. */
export interface Doubt {
  readonly days: Days;
  readonly evidence: readonly number[];
}

/** A value day by day, and what can be said about it. */
export interface Value {
  readonly truth: Truth;
  /** The days on which it is true as the log stands, disputed events counting. */
  readonly stands: Days;
  /** Why it fails as the log stands, on the days on which it does. */
  causes(): readonly Cause[];
  readonly doubts: readonly Doubt[];
}

/** Beyond so many open disputes a value is unknown on every day (design, section 4, “Disputes”). */
const MOST_TRIED = 8;

/** Whether so many disputes are open in these streams that nothing further in them could settle a value. */
export function isUnsettled(known: Known, streams: readonly string[]): boolean {
  return streams.flatMap((stream) => known.disputed(stream)).length > MOST_TRIED;
}

/**
 * One single value: its days by what stands in some streams, tried over all outcomes of the disputes open in
 * them. `causes` explains it by the same events.
 */
function single(
  known: Known,
  streams: readonly string[],
  days: (events: readonly RegisterEvent[]) => Days,
  causes: (events: readonly RegisterEvent[]) => readonly Cause[],
): Value {
  const events = together(known, streams);
  const disputed = streams.flatMap((stream) => known.disputed(stream));
  const stands = days(events);
  const truth = disputed.length === 0 ? certainly(stands) : tried(events, disputed, days);
  return {
    truth,
    stands,
    causes: once(() => within(causes(events), complement(stands))),
    doubts: disputed.length === 0 ? NO_DOUBTS : [{ days: unknownDays(truth), evidence: disputed }],
  };
}

function tried(
  events: readonly RegisterEvent[],
  disputed: readonly number[],
  days: (events: readonly RegisterEvent[]) => Days,
): Truth {
  if (disputed.length > MOST_TRIED) return UNKNOWN;
  let truth: Truth = { certain: ALL_DAYS, possible: NO_DAYS };
  for (let outcome = 0; outcome < 1 << disputed.length; outcome++) {
    const out = new Set(disputed.filter((_, i) => outcome & (1 << i)));
    const result = days(events.filter(({ position }) => !out.has(position)));
    truth = { certain: intersection(truth.certain, result), possible: union(truth.possible, result) };
  }
  return truth;
}

const texts = new WeakMap<object, string>();

/** A test as text, by which those that ask the same are found. */
function written(test: object): string {
  let text = texts.get(test);
  if (text === undefined) texts.set(test, (text = JSON.stringify(test)));
  return text;
}

/** Works something out when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

const NO_DOUBTS: readonly Doubt[] = [];

/** Those of each value once: the same contract may stand in many chains. */
function doubtsOf(values: readonly Value[]): readonly Doubt[] {
  if (values.every(({ doubts }) => doubts.length === 0)) return NO_DOUBTS;
  return [...new Set(values.flatMap(({ doubts }) => doubts))];
}

/** Whether the days of a value are those on which it is true as the log stands: no dispute bears on it. */
function isPlain({ truth, stands }: Value): boolean {
  return truth.certain === stands && truth.possible === stands;
}

function all(values: readonly Value[]): Value {
  const [first, ...more] = values;
  if (first && more.length === 0) return first;
  const stands = values.reduce<Days>((days, value) => intersection(days, value.stands), ALL_DAYS);
  return {
    truth: values.every(isPlain)
      ? certainly(stands)
      : values.reduce((truth, value) => both(truth, value.truth), TRUE),
    stands,
    causes: once(() => values.flatMap((value) => value.causes())),
    doubts: doubtsOf(values),
  };
}

function any(values: readonly Value[]): Value {
  const [first, ...more] = values;
  if (first && more.length === 0) return first;
  const stands = values.reduce<Days>((days, value) => union(days, value.stands), NO_DAYS);
  return {
    truth: values.every(isPlain)
      ? certainly(stands)
      : values.reduce((truth, value) => either(truth, value.truth), FALSE),
    stands,
    causes: once(() =>
      within(
        values.flatMap((value) => value.causes()),
        complement(stands),
      ),
    ),
    doubts: doubtsOf(values),
  };
}

function combined<T extends object>(test: Combined<T>, leaf: (test: T) => Value): Value {
  if ('any' in test) return any(test.any.map((part) => combined(part, leaf)));
  if ('all' in test) return all(test.all.map((part) => combined(part, leaf)));
  return leaf(test);
}

/** A person and the days of engagement with the provider asked about. */
export interface Engaged {
  /** All keys of the person, the one first registered in front. */
  readonly keys: readonly string[];
  readonly engaged: Value;
}

/** A provider under contract below the one asked about, and when. */
export interface Subcontractor {
  readonly keys: readonly string[];
  readonly contracted: Value;
}

/**
 * The values of one provider as known at one position (design, section 4). Nothing here depends on the days
 * asked about: every value is given for all days, so that one evaluation serves every window.
 */
export class Evaluation {
  readonly #values = new Map<string, Value>();
  /** By policy, by requirement or test of it, by whom it is asked of. */
  readonly #asked = new Map<Policy, Map<object, Map<string, Value>>>();
  #engaged: readonly Engaged[] | undefined;
  #subcontractors: readonly Subcontractor[] | undefined;

  /** `provider`: all its keys; `named`: the keys of each adviser that the question names. */
  constructor(
    readonly known: Known,
    readonly provider: readonly string[],
    readonly named: readonly (readonly string[])[],
  ) {}

  #once(name: string, value: () => Value): Value {
    let found = this.#values.get(name);
    if (!found) this.#values.set(name, (found = value()));
    return found;
  }

  #onceAsked(policy: Policy, test: object, whom: string, value: () => Value): Value {
    let tests = this.#asked.get(policy);
    if (!tests) this.#asked.set(policy, (tests = new Map<object, Map<string, Value>>()));
    let found = tests.get(test);
    if (!found) tests.set(test, (found = new Map<string, Value>()));
    let known = found.get(whom);
    if (!known) found.set(whom, (known = value()));
    return known;
  }

  open(): Value {
    return this.#once('open', () =>
      single(this.known, providerStreams(this.provider), openDays, (events) => {
        const last = closing(events);
        return last
          ? [{ reason: 'provider-closed', days: span(last.on + 1, LAST_DAY), evidence: [last.position] }]
          : [];
      }),
    );
  }

  /** What a test says of a provider. */
  ofProvider(keys: readonly string[], test: Combined<ProviderTest>): Value {
    return combined(test, (leaf) =>
      this.#once(`${keys[0]} ${written(leaf)}`, () => {
        if ('accredited' in leaf) {
          return single(
            this.known,
            accreditationStreams(keys, leaf.accredited),
            (events) => accreditedDays(events, leaf.scope),
            (events) => accreditationCauses(events, leaf.scope),
          );
        }
        return single(
          this.known,
          accreditationStreams(keys, leaf.applied),
          (events) => appliedDays(events, leaf.withinMonths),
          () => [fallback('applied-not-met')],
        );
      }),
    );
  }

  /** What a test says of a person, under a policy that says which qualifications serve which purpose. */
  ofAdviser(keys: readonly string[], test: Combined<AdviserTest>, policy: Policy): Value {
    return this.#onceAsked(policy, test, keys[0] ?? '', () => this.#ofAdviser(keys, test, policy));
  }

  #ofAdviser(keys: readonly string[], test: Combined<AdviserTest>, policy: Policy): Value {
    const streams = adviserStreams(keys);
    return combined(test, (leaf) => {
      const accepted =
        'qualified' in leaf
          ? acceptedFor(policy, leaf.qualified)
          : 'workingTowards' in leaf
            ? acceptedFor(policy, leaf.workingTowards)
            : [];
      return this.#once(`${keys[0]} ${written(leaf)} ${accepted.join()}`, () => {
        if ('qualified' in leaf) {
          return single(
            this.known,
            streams,
            (events) => qualifiedDays(adviserFacts(events), accepted),
            (events) => [
              ...sanctionCauses(adviserFacts(events)),
              ...qualificationCauses(adviserFacts(events), accepted),
            ],
          );
        }
        if ('workingTowards' in leaf) {
          return single(
            this.known,
            streams,
            (events) => workingTowardsDays(adviserFacts(events), accepted, leaf.withinMonths),
            (events) => [
              ...sanctionCauses(adviserFacts(events)),
              ...enrolmentCauses(adviserFacts(events), accepted, leaf.withinMonths),
            ],
          );
        }
        return single(
          this.known,
          streams,
          (events) => registeredDays(adviserFacts(events), leaf.registered),
          (events) => [...sanctionCauses(adviserFacts(events)), fallback('registered-not-met')],
        );
      });
    });
  }

  /** The days of a person’s sanctions, on which no test of the person is passed. */
  sanctioned(keys: readonly string[]): Value {
    return this.#once(`${keys[0]} sanctioned`, () =>
      single(
        this.known,
        adviserStreams(keys),
        (events) => holds(adviserFacts(events).sanctions),
        (events) => sanctionCauses(adviserFacts(events)),
      ),
    );
  }

  /** One person’s engagement with the provider. */
  engagement(keys: readonly string[]): Engaged {
    const streams = engagementStreams(keys, this.provider);
    return {
      keys,
      engaged: single(this.known, streams, engagedDays, () => [fallback('adviser-not-engaged')]),
    };
  }

  /** The advisers that were ever engaged with the provider, named or not, by key. */
  engaged(): readonly Engaged[] {
    this.#engaged ??= persons(this.known, everEngaged(this.known, this.provider)).map((keys) =>
      this.engagement(keys),
    );
    return this.#engaged;
  }

  /** The providers that ever held a contract below one of this provider's, by key. */
  subcontractors(): readonly Subcontractor[] {
    this.#subcontractors ??= this.#below();
    return this.#subcontractors;
  }

  /** The contract of one holder under one reference: in force or not. */
  #contract(holder: readonly string[], reference: string): Value {
    return this.#once(`contract ${holder[0]} ${reference}`, () =>
      single(
        this.known,
        [contractStream(reference)],
        (events) => contractedDays(events, holder),
        () => [],
      ),
    );
  }

  #below(): Subcontractor[] {
    const own = referencesOf(this.known, this.provider);
    const references = [...own];
    for (const reference of references) {
      for (const child of referencesBelow(this.known, reference))
        if (!references.includes(child)) references.push(child);
    }
    const heldBy = new Map(
      references.map((reference) => [
        reference,
        persons(this.known, holders(this.known, contractStream(reference))),
      ]),
    );
    const above = new Map(
      references.map((reference) => [
        reference,
        referencesAbove(this.known, reference).filter((one) => references.includes(one)),
      ]),
    );
    // The days on which a chain leads from a reference up to a contract of the provider's: the least fixed
    // point, so that a chain that only returns to itself leads nowhere.
    const leadsWithout = (left: string | undefined) => {
      let leads = new Map<string, Value>();
      const others = references.filter((reference) => reference !== left);
      for (const _ of others) {
        const next = new Map(
          others.map((reference) => {
            const inForce = any(
              (heldBy.get(reference) ?? []).map((holder) => this.#contract(holder, reference)),
            );
            const top = own.includes(reference) ? this.#contract(this.provider, reference) : NEVER;
            return [reference, any([top, all([inForce, upFrom(reference, leads)])])];
          }),
        );
        const settled = others.every((reference) => sameDays(next.get(reference), leads.get(reference)));
        leads = next;
        if (settled) break;
      }
      return leads;
    };
    const upFrom = (reference: string, leads: ReadonlyMap<string, Value>) =>
      any((above.get(reference) ?? []).map((parent) => leads.get(parent) ?? NEVER));
    const leads = leadsWithout(undefined);
    const subcontractors = new Map<string, { keys: readonly string[]; parts: Value[] }>();
    for (const reference of references) {
      if ((above.get(reference) ?? []).length === 0) continue;
      // A chain that comes back to a reference of the provider's own has not reached the provider.
      const chain = upFrom(reference, own.includes(reference) ? leadsWithout(reference) : leads);
      for (const keys of heldBy.get(reference) ?? []) {
        const name = keys[0] ?? '';
        const subcontractor = subcontractors.get(name) ?? { keys, parts: [] };
        subcontractor.parts.push(all([this.#contract(keys, reference), chain]));
        subcontractors.set(name, subcontractor);
      }
    }
    return [...subcontractors.values()]
      .map(({ keys, parts }) => ({ keys, contracted: any(parts) }))
      .sort((a, b) => byKey(a.keys, b.keys));
  }

  /** One requirement of a policy, for all days. */
  requirement(requirement: Requirement, policy: Policy): Value {
    return this.#onceAsked(policy, requirement, '', () => this.#requirement(requirement, policy));
  }

  #requirement(requirement: Requirement, policy: Policy): Value {
    switch (requirement.of) {
      case 'provider':
        return this.ofProvider(this.provider, requirement.test);
      case 'subcontractors':
        return this.#everySubcontractor(requirement);
      case 'some-adviser':
      case 'every-adviser':
        return this.named.length > 0
          ? this.#everyNamed(requirement, policy)
          : this.#unnamed(requirement, policy);
    }
  }

  #everyNamed({ test }: AdviserRequirement, policy: Policy): Value {
    return all(
      this.named.flatMap((keys) => [this.engagement(keys).engaged, this.ofAdviser(keys, test, policy)]),
    );
  }

  #unnamed({ of, test }: AdviserRequirement, policy: Policy): Value {
    const people = this.engaged().map(({ keys, engaged }) => ({
      engaged,
      passes: this.ofAdviser(keys, test, policy),
    }));
    const someone = any(people.map(({ engaged }) => engaged));
    const value =
      of === 'some-adviser'
        ? any(people.map(({ engaged, passes }) => all([engaged, passes])))
        : all([someone, ...people.map(({ engaged, passes }) => any([negated(engaged), passes]))]);
    const reason = of === 'some-adviser' ? 'no-qualified-adviser' : 'unqualified-adviser-engaged';
    return {
      ...value,
      doubts: people.flatMap(({ engaged, passes }) => [...engaged.doubts, ...passes.doubts]),
      causes: once(() =>
        within(
          [
            { reason: 'no-adviser-engaged', days: complement(someone.stands), evidence: [] },
            ...people.flatMap(({ engaged, passes }) => blamed(reason, passes, engaged.stands)),
          ],
          complement(value.stands),
        ),
      ),
    };
  }

  #everySubcontractor({ test }: ProviderRequirement): Value {
    const below = this.subcontractors().map(({ keys, contracted }) => ({
      contracted,
      passes: this.ofProvider(keys, test),
    }));
    const value = all(below.map(({ contracted, passes }) => any([negated(contracted), passes])));
    return {
      ...value,
      causes: once(() =>
        below.flatMap(({ contracted, passes }) => blamed('subcontractor-fails', passes, contracted.stands)),
      ),
    };
  }
}

/** A reason that others give: on each of the days, with the evidence of what fails first for them. */
function blamed(reason: Cause['reason'], passes: Value, days: Days): Cause[] {
  return firstReasons(passes.causes(), difference(days, passes.stands)).map((cause) => ({
    ...cause,
    reason,
  }));
}

const NEVER: Value = { truth: FALSE, stands: NO_DAYS, causes: () => [], doubts: [] };

function negated(value: Value): Value {
  const stands = complement(value.stands);
  return {
    truth: isPlain(value) ? certainly(stands) : not(value.truth),
    stands,
    causes: () => [],
    doubts: value.doubts,
  };
}

function sameDays(a: Value | undefined, b: Value | undefined): boolean {
  const daysOf = (value: Value | undefined) =>
    JSON.stringify([value?.truth.certain, value?.truth.possible, value?.stands]);
  return daysOf(a) === daysOf(b);
}

/** The keys of each person or provider that these keys stand for, once each, by first key. */
export function persons(known: Known, keys: readonly string[]): readonly (readonly string[])[] {
  const found = new Map<string, readonly string[]>();
  const seen = new Set<string>();
  for (const key of keys) {
    if (seen.has(key)) continue;
    const all = keysOf(known, key);
    for (const one of all) seen.add(one);
    found.set(all[0] ?? key, all);
  }
  return [...found.values()].sort(byKey);
}

function byKey([a = '']: readonly string[], [b = '']: readonly string[]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
