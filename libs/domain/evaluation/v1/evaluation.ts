import {
  OPEN,
  ENGAGED,
  INDEPENDENT,
  SANCTIONED,
  accredited,
  applied,
  contracted,
  qualified,
  workingTowards,
  registered,
} from './requirement-tests';
import { accreditationStreams } from '../../subjects/accreditation';
import { adviserStreams } from '../../subjects/adviser';
import { contractStream, eventsOf, referencesOf } from '../../subjects/contract';
import { engagementStreams, everEngaged } from '../../subjects/engagement';
import { type LogView } from '../../log/log-view';
import { persons } from '../../log/identity';
import { acceptedFor } from '../../subjects/policy';
import {
  type AdviserRequirement,
  type AdviserTest,
  type Combined,
  type Policy,
  type ProviderRequirement,
  type ProviderTest,
  type Requirement,
} from '../../subjects/policy-document';
import { providerStreams } from '../../subjects/provider';
import { firstReasons, type Cause } from './reason';
import { subcontractorsOf, type Subcontractor } from './subcontracting';
import { difference, intersection, type Days } from '../../values/timeline';
import { all, ALWAYS, any, costOfValue, negated, single, type Value } from './value';
import { finished, flatMapped, inGroups, mapped, Pace, type Work } from '../../values/work';

const texts = new WeakMap<object, string>();

/** A test as text: equal tests have equal texts. */
function written(test: object): string {
  let text = texts.get(test);
  if (text === undefined) texts.set(test, (text = JSON.stringify(test)));
  return text;
}

/** The single tests within a combined test, or the test itself. */
function* leavesOf<T extends object>(test: Combined<T>): Generator<T, void, undefined> {
  if ('any' in test) for (const part of test.any) yield* leavesOf(part);
  else if ('all' in test) for (const part of test.all) yield* leavesOf(part);
  else yield test;
}

function combined<T extends object>(test: Combined<T>, leaf: (test: T) => Value): Value {
  if ('any' in test) return any(test.any.map((part) => combined(part, leaf)));
  if ('all' in test) return all(test.all.map((part) => combined(part, leaf)));
  return leaf(test);
}

/** A person and the days of engagement with the provider asked about. */
export interface Engaged {
  /** All keys of the person, the one registered first in front. */
  readonly keys: readonly string[];
  readonly engaged: Value;
}

/** What a requirement comes to. Very many may be why it fails: who asks for that comes to a rest now and then. */
export interface RequirementValue extends Omit<Value, 'causes'> {
  causes(days: Days): Work<readonly Cause[]>;
}

/**
 * The judgement of a value that few events bear on. Its `causes` is a function that returns the work and is
 * no generator itself: with a generator function for each value, the engine would keep everything that it
 * encloses until a full collection.
 */
export function judged(value: Value): RequirementValue {
  return { ...value, causes: (days) => causesOf(value, days) };
}

function* causesOf(value: Value, days: Days): Work<readonly Cause[]> {
  return value.causes(days);
}

/** An adviser whom a requirement concerns when the question names no one, and whether that adviser passes. */
interface Tested extends Pick<Engaged, 'engaged'> {
  readonly passes: Value;
}

/** A requirement of advisers where the question names no one; `someone`: whether anyone is engaged. */
function* valueOfUnnamed(
  of: AdviserRequirement['of'],
  people: readonly Tested[],
  someone: Value,
): Work<Value> {
  switch (of) {
    case 'some-adviser':
      return yield* oneEngagedPasses(people);
    case 'every-adviser':
      return all([someone, yield* noneEngagedFails(people)]);
    case 'known-adviser':
      return any([yield* oneEngagedPasses(people), yield* noneEngagedFails(people)]);
  }
}

function* oneEngagedPasses(people: readonly Tested[]): Work<Value> {
  return yield* inGroups(yield* mapped(people, ({ engaged, passes }) => all([engaged, passes])), any);
}

function* noneEngagedFails(people: readonly Tested[]): Work<Value> {
  return yield* inGroups(
    yield* mapped(people, ({ engaged, passes }) => any([negated(engaged), passes])),
    all,
  );
}

/** Why a requirement of each kind fails while the question names no adviser and some are engaged. */
const UNNAMED_FAIL: Readonly<Record<AdviserRequirement['of'], Cause['reason']>> = {
  'some-adviser': 'no-qualified-adviser',
  'every-adviser': 'unqualified-adviser-engaged',
  'known-adviser': 'engaged-advisers-fail',
};

function* causesOfUnnamed(
  reason: Cause['reason'],
  people: readonly Tested[],
  someone: Value,
  failing: Days,
): Work<readonly Cause[]> {
  const alone: Cause = {
    reason: 'no-adviser-engaged',
    days: difference(failing, someone.presumed),
    evidence: [],
  };
  const others = yield* flatMapped(people, ({ engaged, passes }) =>
    blamed(reason, passes, intersection(engaged.presumed, failing)),
  );
  return [alone].concat(others);
}

/**
 * The values of one provider as known at one position (specification, section 4). They do not depend on the
 * days of the question, nor on its policy: every value is given for all days, so that one evaluation serves
 * every window and every policy.
 */
export class Evaluation {
  readonly #values = new Map<string, Value>();
  /** By policy, then by test: the value for each subject. */
  readonly #asked = new Map<Policy, Map<object, Map<string, Value>>>();
  /** By policy, by requirement of it. */
  readonly #judged = new Map<Policy, Map<Requirement, RequirementValue>>();
  /** By provider. */
  readonly #contracts = new Map<string, readonly string[]>();
  #engaged: readonly Engaged[] | undefined;
  #subcontractors: readonly Subcontractor[] | undefined;

  /**
   * `provider`: all its keys; `named`: the keys of each adviser that the question names; `school`: those of
   * the school that it names.
   */
  constructor(
    readonly known: LogView,
    readonly provider: readonly string[],
    readonly named: readonly (readonly string[])[],
    readonly school?: readonly string[],
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
    return this.#once('open', () => single(this.known, providerStreams(this.provider), OPEN));
  }

  /** The value of a test for a provider. */
  ofProvider(keys: readonly string[], test: Combined<ProviderTest>): Value {
    return combined(test, (leaf) => this.#providerLeaf(keys, leaf));
  }

  #providerLeaf(keys: readonly string[], leaf: ProviderTest): Value {
    return this.#once(`${keys[0]} ${written(leaf)}`, () => {
      const streams = this.streamsOf(keys, leaf);
      if ('accredited' in leaf) return single(this.known, streams, accredited(leaf.scope));
      if ('applied' in leaf) return single(this.known, streams, applied(leaf.withinMonths));
      const own = streams.flatMap((stream) => eventsOf(this.known.stream(stream), keys));
      return single(this.known, streams, contracted(leaf.contracted), own);
    });
  }

  /** The streams that a single test of a provider draws on. */
  streamsOf(keys: readonly string[], leaf: ProviderTest): readonly string[] {
    if ('contracted' in leaf) return finished(this.#contractStreams(keys));
    return accreditationStreams(keys, 'accredited' in leaf ? leaf.accredited : leaf.applied);
  }

  /** The streams of all contracts that a provider ever held. */
  *#contractStreams(keys: readonly string[]): Work<readonly string[]> {
    const [key = ''] = keys;
    let streams = this.#contracts.get(key);
    if (!streams) {
      streams = yield* mapped(yield* referencesOf(this.known, keys), contractStream);
      this.#contracts.set(key, streams);
    }
    return streams;
  }

  /** The value of a test for a person, under a policy that says which qualifications serve which purpose. */
  ofAdviser(keys: readonly string[], test: Combined<AdviserTest>, policy: Policy): Value {
    return this.#onceAsked(policy, test, keys[0] ?? '', () => this.#ofAdviser(keys, test, policy));
  }

  #ofAdviser(keys: readonly string[], test: Combined<AdviserTest>, policy: Policy): Value {
    const streams = adviserStreams(keys);
    return combined(test, (leaf) => this.#adviserLeaf(keys, streams, leaf, policy));
  }

  #adviserLeaf(
    keys: readonly string[],
    streams: readonly string[],
    leaf: AdviserTest,
    policy: Policy,
  ): Value {
    if ('independent' in leaf) return this.#independent(keys);
    const accepted =
      'qualified' in leaf
        ? acceptedFor(policy, leaf.qualified)
        : 'workingTowards' in leaf
          ? acceptedFor(policy, leaf.workingTowards)
          : [];
    return this.#once(`${keys[0]} ${written(leaf)} ${accepted.join()}`, () => {
      if ('qualified' in leaf) return single(this.known, streams, qualified(accepted));
      if ('workingTowards' in leaf)
        return single(this.known, streams, workingTowards(accepted, leaf.withinMonths));
      return single(this.known, streams, registered(leaf.registered));
    });
  }

  /** Where the question names no school, nothing speaks against anyone. */
  #independent(keys: readonly string[]): Value {
    const { school } = this;
    if (school === undefined) return ALWAYS;
    return this.#once(`${keys[0]} independent`, () =>
      single(this.known, engagementStreams(keys, school), INDEPENDENT),
    );
  }

  /** The days of a person’s sanctions, on which no test of the person is passed. */
  sanctioned(keys: readonly string[]): Value {
    return this.#once(`${keys[0]} sanctioned`, () => single(this.known, adviserStreams(keys), SANCTIONED));
  }

  /** One person’s engagement with the provider. */
  engagement(keys: readonly string[]): Engaged {
    const engaged = this.#once(`${keys[0]} engaged`, () =>
      single(this.known, engagementStreams(keys, this.provider), ENGAGED),
    );
    return { keys, engaged };
  }

  /** The advisers that were ever engaged with the provider, named or not, by key. */
  *engaged(): Work<readonly Engaged[]> {
    if (this.#engaged) return this.#engaged;
    const everyone = yield* persons(this.known, yield* everEngaged(this.known, this.provider));
    return (this.#engaged = yield* mapped(everyone, (keys) => this.engagement(keys)));
  }

  /** The providers that ever held a contract below one of this provider's, by key. */
  *subcontractors(): Work<readonly Subcontractor[]> {
    return (this.#subcontractors ??= yield* subcontractorsOf(this.known, this.provider));
  }

  /** One requirement of a policy, for all days; found at once where it was worked out before. */
  requirement(requirement: Requirement, policy: Policy): RequirementValue {
    return this.#judged.get(policy)?.get(requirement) ?? finished(this.judgement(requirement, policy));
  }

  /** Works it out, which may take long where it is asked of very many. */
  *judgement(requirement: Requirement, policy: Policy): Work<RequirementValue> {
    let found = this.#judged.get(policy);
    if (!found) this.#judged.set(policy, (found = new Map<Requirement, RequirementValue>()));
    let judgement = found.get(requirement);
    if (!judgement) found.set(requirement, (judgement = yield* this.#judgement(requirement, policy)));
    return judgement;
  }

  *#judgement(requirement: Requirement, policy: Policy): Work<RequirementValue> {
    const pace = new Pace();
    switch (requirement.of) {
      case 'provider':
        yield* this.#preparedProvider(this.provider, requirement.test, pace);
        yield pace.rest();
        return judged(this.ofProvider(this.provider, requirement.test));
      case 'subcontractors':
        for (const { keys, contracted } of yield* this.subcontractors()) {
          if (pace.after(costOfValue(contracted))) yield pace.rest();
          yield* this.#preparedProvider(keys, requirement.test, pace);
        }
        yield pace.rest();
        return yield* this.#everySubcontractor(requirement);
      case 'some-adviser':
      case 'every-adviser':
      case 'known-adviser':
        for (const { keys, engaged } of yield* this.#people()) {
          if (pace.after(costOfValue(engaged))) yield pace.rest();
          const streams = adviserStreams(keys);
          for (const leaf of leavesOf(requirement.test))
            if (pace.after(costOfValue(this.#adviserLeaf(keys, streams, leaf, policy)))) yield pace.rest();
        }
        yield pace.rest();
        return this.named.length > 0
          ? judged(this.#everyNamed(requirement, policy))
          : yield* this.#unnamed(requirement, policy);
    }
  }

  *#preparedProvider(keys: readonly string[], test: Combined<ProviderTest>, pace: Pace): Work<void> {
    for (const leaf of leavesOf(test)) {
      if ('contracted' in leaf) yield* this.#contractStreams(keys);
      if (pace.after(costOfValue(this.#providerLeaf(keys, leaf)))) yield pace.rest();
    }
  }

  /**
   * The people whom a requirement of advisers concerns: those named or, if none are, all who were ever
   * engaged.
   */
  *#people(): Work<readonly Engaged[]> {
    return this.named.length > 0 ? this.named.map((keys) => this.engagement(keys)) : yield* this.engaged();
  }

  #everyNamed({ of, test }: AdviserRequirement, policy: Policy): Value {
    return all(
      this.named.flatMap((keys) => {
        const passes = this.ofAdviser(keys, test, policy);
        return of === 'known-adviser' ? [passes] : [this.engagement(keys).engaged, passes];
      }),
    );
  }

  *#unnamed({ of, test }: AdviserRequirement, policy: Policy): Work<RequirementValue> {
    const people = yield* mapped(yield* this.engaged(), ({ keys, engaged }) => ({
      engaged,
      passes: this.ofAdviser(keys, test, policy),
    }));
    const someone = yield* inGroups(yield* mapped(people, ({ engaged }) => engaged), any);
    const value = yield* valueOfUnnamed(of, people, someone);
    return {
      ...value,
      doubts: yield* flatMapped(people, ({ engaged, passes }) => [...engaged.doubts, ...passes.doubts]),
      causes: (days) => causesOfUnnamed(UNNAMED_FAIL[of], people, someone, difference(days, value.presumed)),
    };
  }

  *#everySubcontractor({ test }: ProviderRequirement): Work<RequirementValue> {
    const below = yield* mapped(yield* this.subcontractors(), ({ keys, contracted }) => ({
      contracted,
      passes: this.ofProvider(keys, test),
    }));
    const each = yield* mapped(below, ({ contracted, passes }) => any([negated(contracted), passes]));
    return {
      ...(yield* inGroups(each, all)),
      causes: (days) =>
        flatMapped(below, ({ contracted, passes }) =>
          blamed('subcontractor-fails', passes, intersection(contracted.presumed, days)),
        ),
    };
  }
}

/**
 * The causes of a requirement that others fail: one reason, with the evidence of what fails first for them
 * each day.
 */
function blamed(reason: Cause['reason'], passes: Value, days: Days): Cause[] {
  const failed = difference(days, passes.presumed);
  if (failed.length === 0) return [];
  return finished(firstReasons(passes.causes(failed), failed)).map((cause) => ({ ...cause, reason }));
}
