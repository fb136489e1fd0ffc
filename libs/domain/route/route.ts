import { isContractNamed } from '../subjects/contract';
import { accreditationStreams, awardsByReference } from '../subjects/accreditation';
import { adviserFacts, adviserStreams } from '../subjects/adviser';
import { OverlayView } from '../log/overlay-view';
import { bodiesFor } from '../admission/authority';
import {
  questionAbout,
  eligibleDays,
  daysInForce,
  evaluateRequirements,
  type ResolvedQuestion,
} from '../evaluation/v1/resolved-question';
import { formatDay } from '../values/day';
import { engagementStreams } from '../subjects/engagement';
import { definitionOf, REGISTRAR, type DataOf, type RegisterEvent } from '../log/event-catalogue';
import { isVoided } from '../log/grants';
import type { Condition, Goal, GrantableValue, Action, PlanningProblem } from './planning-problem';
import { shortestPlan } from './shortest-plan';
import { together, type LogView } from '../log/log-view';
import { isRegistered, keysOf } from '../log/identity';
import { acceptedFor } from '../subjects/policy';
import {
  type AdviserTest,
  type Combined,
  type Policy,
  type ProviderTest,
  type Requirement,
} from '../subjects/policy-document';
import {
  complement,
  coversAll,
  difference,
  intersection,
  NO_DAYS,
  type Days,
  type Truth,
} from '../values/timeline';
import { isUnsettled } from '../evaluation/v1/value';
import { flatMapped, grouped, mapped, type Work } from '../values/work';

type StepType =
  | 'AdviserRegistered'
  | 'AccreditationAwarded'
  | 'AccreditationReinstated'
  | 'AccreditationApplied'
  | 'ContractAwarded'
  | 'QualificationAwarded'
  | 'EnrolmentStarted'
  | 'RegistrationGranted'
  | 'RegistrationRestored'
  | 'EngagementStarted';
type Posting = {
  [T in StepType]: { readonly type: T; readonly subject: string; readonly data: DataOf<T> };
}[StepType];

/** A posting of a route, and the bodies that may make it. */
export type RouteStep = Posting & { readonly by: readonly string[] };

/**
 * The fewest further grants and lifts that make the answer `eligible` on every day of a window if the
 * registrar posts them in this order after the case’s position (specification, section 4, “`route`”): any of
 * the shortest lists. Each step is acceptable and complete, and uses names that nothing else has. A lift
 * replaces a new grant if it does as well. Empty if there is no such list, or if it would be longer or harder
 * to find than {@link shortestPlan} allows. This work rests often, because a route may take a second to find.
 */
export function* routeTo(found: ResolvedQuestion, window: Days): Work<RouteStep[]> {
  const [from, until] = window;
  if (from === undefined || until === undefined) return [];
  const { known } = found;
  const newcomer = yield* newcomerTo(found);
  const placed = yield* shortestPlan({ from, until, ...(yield* problemOf(found, window, newcomer)) });
  if (!placed) return [];
  const names = freshNames(known);
  const postings = placed.map((one) => one.offer.posting(formatDay(one.from), names, formatDay(until)));
  if (newcomer !== undefined && postings.some(({ subject }) => subject === newcomer))
    postings.unshift({ type: 'AdviserRegistered', subject: newcomer, data: {} });
  const works = function* (list: readonly Posting[]): Work<boolean> {
    const then = questionAbout(new OverlayView(known, eventsOf(list, known)), found.question);
    yield* evaluateRequirements(then, 'must');
    return coversAll(eligibleDays(then).certain, from, until);
  };
  let tried = 0;
  for (const [i, posting] of postings.entries()) {
    for (const lift of liftsFor(posting, known)) {
      if (++tried > MOST_LIFTS) break;
      if (!(yield* works(postings.with(i, lift)))) continue;
      postings[i] = lift;
      break;
    }
  }
  if (!(yield* works(postings))) return [];
  const steps: RouteStep[] = [];
  for (const posting of postings) {
    for (const event of eventsOf([posting], known)) steps.push({ ...posting, by: bodiesFor(event, known) });
    yield 1;
  }
  return steps;
}

/** The most lifts that are tried in the place of grants: each requires a whole answer. */
const MOST_LIFTS = 1_000;

function eventsOf(postings: readonly Posting[], known: LogView): RegisterEvent[] {
  return postings.map((posting, i) => ({
    ...posting,
    position: known.position + 1 + i,
    stream: definitionOf(posting.type).stream?.(posting.subject, posting.data) ?? '',
    body: REGISTRAR,
  }));
}

/** The lifts that may achieve what a grant would. */
function liftsFor({ type, subject, data }: Posting, known: LogView): Posting[] {
  if (type === 'AccreditationAwarded') {
    const { standard, from } = data;
    const awards = awardsByReference(together(known, accreditationStreams(keysOf(known, subject), standard)));
    return [...awards].flatMap(([reference, { grants, blocks }]): Posting[] => {
      const suspended = blocks.some(({ as, lifted }) => as === 'AccreditationSuspended' && !lifted);
      if (!suspended || grants.every(isVoided)) return [];
      return [{ type: 'AccreditationReinstated', subject, data: { standard, reference, from } }];
    });
  }
  if (type === 'RegistrationGranted') {
    const { register, from } = data;
    const { registrations } = adviserFacts(together(known, adviserStreams(keysOf(known, subject))));
    const ended = registrations.some(
      ({ grants: [first], blocks }) =>
        first?.event.data.register === register && blocks.some(({ lifted }) => !lifted),
    );
    return ended ? [{ type: 'RegistrationRestored', subject, data: { register, from } }] : [];
  }
  return [];
}

/** Names that no other step uses. */
interface FreshNames {
  /** A reference or certificate number that no event of some streams gives. */
  in(this: void, streams: readonly string[]): string;
  /** A reference of a contract: of them there is one list for all holders. */
  ofContract(this: void): string;
}

function freshNames(known: LogView): FreshNames {
  let number = 0;
  const next = (isTaken: (name: string) => boolean) => {
    let name: string;
    do name = `NEW-${++number}`;
    while (isTaken(name));
    return name;
  };
  return {
    in(streams) {
      const taken = new Set(
        together(known, streams).flatMap(({ data }) => [
          'reference' in data ? data.reference : undefined,
          'certificate' in data ? data.certificate : undefined,
        ]),
      );
      return next((name) => taken.has(name));
    },
    ofContract: () => next((name) => isContractNamed(known, name)),
  };
}

/**
 * If no adviser is named and none was ever engaged: one adviser, with a key that nothing in the log is about.
 */
function* newcomerTo({ known, named, evaluation }: ResolvedQuestion): Work<string | undefined> {
  if (named.length > 0 || (yield* evaluation.engaged()).length > 0) return undefined;
  for (let number = 1; ; number++) {
    const key = `adviser:newadviser${number}`;
    const isUsed =
      isRegistered(known, key) ||
      keysOf(known, key).length > 1 ||
      adviserStreams([key]).some((stream) => known.recorded(stream).length > 0);
    if (!isUsed) return key;
    yield 1;
  }
}

interface Grant extends Action {
  posting(from: string, fresh: FreshNames, until: string): Posting;
}

/**
 * A single value that a case depends on: a test of one subject, other than `any` and `all`, or an engagement.
 */
type Asked =
  | { readonly of: 'provider'; readonly keys: readonly string[]; readonly leaf: ProviderTest }
  | {
      readonly of: 'adviser';
      readonly keys: readonly string[];
      readonly leaf: AdviserTest;
      /** The qualifications that serve the purpose, if the test names one. */
      readonly accepted: readonly string[];
    }
  | { readonly of: 'engagement'; readonly keys: readonly string[] };
/** The value with its index among the values of the problem. */
type Indexed = Asked & { readonly index: number };

/**
 * What a case requires in a window, in terms of the values that grants can change, and those grants
 * (specification, section 4).
 */
function* problemOf(
  found: ResolvedQuestion,
  window: Days,
  newcomer: string | undefined,
): Work<Pick<PlanningProblem<Grant>, 'demands' | 'values' | 'offers' | 'candidates'>> {
  const { named, reigns, evaluation } = found;
  const everyone =
    named.length > 0
      ? named
      : (yield* mapped(yield* evaluation.engaged(), ({ keys }) => keys)).concat(
          newcomer === undefined ? [] : [[newcomer]],
        );
  const asked = new AskedValues(found, window, newcomer);
  const demands: Goal[] = [];
  for (const { edition, requirements = [], days } of reigns) {
    const ruled = intersection(days, window);
    if (ruled.length === 0) continue;
    for (const requirement of requirements)
      if (requirement.binding === 'must')
        demands.push({
          days: ruled,
          condition: yield* conditionFor(requirement, edition.policy, found, everyone, asked),
        });
  }
  demands.push({
    days: window,
    condition: { on: intersection(daysInForce(found), evaluation.open().truth.certain) },
  });

  const all = asked.all();
  const candidates = named.length > 0 ? [] : yield* mapped(everyone, ([subject = '']) => subject);
  const ofPeople = yield* grouped(
    all.filter(({ of }) => of !== 'provider'),
    ({ keys }) => keys[0] ?? '',
  );
  return {
    demands,
    values: asked.values,
    offers: yield* offersOf(all, found, candidates),
    candidates: yield* mapped(candidates, (subject) =>
      (ofPeople.get(subject) ?? []).map(({ index }) => index),
    ),
  };
}

/** The values that demands are told of, each once, by its place. */
class AskedValues {
  readonly values: GrantableValue[] = [];
  readonly #asked = new Map<string, Indexed>();

  constructor(
    private readonly found: ResolvedQuestion,
    private readonly window: Days,
    private readonly newcomer: string | undefined,
  ) {}

  all(): readonly Indexed[] {
    return [...this.#asked.values()];
  }

  ofProvider(keys: readonly string[], test: Combined<ProviderTest>): Condition {
    const { evaluation } = this.found;
    return conditionOf(test, (leaf) =>
      this.#valueOf({ of: 'provider', keys, leaf }, () => evaluation.ofProvider(keys, leaf).truth),
    );
  }

  ofAdviser(keys: readonly string[], test: Combined<AdviserTest>, policy: Policy): Condition {
    const { evaluation } = this.found;
    return conditionOf(test, (leaf) =>
      this.#valueOf(
        { of: 'adviser', keys, leaf, accepted: acceptedBy(policy, leaf) },
        () => evaluation.ofAdviser(keys, leaf, policy).truth,
      ),
    );
  }

  ofEngagement(keys: readonly string[]): number {
    const { evaluation } = this.found;
    return this.#valueOf({ of: 'engagement', keys }, () => evaluation.engagement(keys).engaged.truth);
  }

  #valueOf(one: Asked, truth: () => Truth): number {
    const name = JSON.stringify(one);
    let index = this.#asked.get(name)?.index;
    if (index === undefined) {
      const [subject = ''] = one.keys;
      const isPostable = isRegistered(this.found.known, subject) || subject === this.newcomer;
      const reach = isPostable ? reachOf(this.found, one, this.window) : NO_DAYS;
      index = this.values.push({ truth: truth(), reach }) - 1;
      this.#asked.set(name, { ...one, index });
    }
    return index;
  }
}

/** When a requirement is met. `everyone`: the advisers of whom it may be asked. */
function* conditionFor(
  requirement: Requirement,
  policy: Policy,
  { provider, named, evaluation }: ResolvedQuestion,
  everyone: readonly (readonly string[])[],
  asked: AskedValues,
): Work<Condition> {
  switch (requirement.of) {
    case 'provider':
      return asked.ofProvider(provider, requirement.test);
    case 'subcontractors': {
      const all: Condition[] = [];
      for (const { keys, contracted } of yield* evaluation.subcontractors()) {
        const passes = asked.ofProvider(keys, requirement.test);
        all.push({ any: [{ on: complement(contracted.truth.possible) }, passes] });
        yield 1;
      }
      return { all };
    }
    case 'some-adviser':
    case 'every-adviser':
    case 'known-adviser': {
      const both: { readonly engaged: number; readonly passes: Condition }[] = [];
      for (const keys of everyone) {
        const engaged = asked.ofEngagement(keys);
        both.push({ engaged, passes: asked.ofAdviser(keys, requirement.test, policy) });
        yield 1;
      }
      const each = yield* mapped(both, ({ engaged, passes }): Condition => ({
        all: [{ value: engaged }, passes],
      }));
      if (named.length > 0)
        return { all: requirement.of === 'known-adviser' ? both.map(({ passes }) => passes) : each };
      if (requirement.of === 'some-adviser') return { any: each };
      const noneFails = yield* mapped(both, ({ engaged, passes }): Condition => ({
        any: [{ unless: engaged }, passes],
      }));
      if (requirement.of === 'known-adviser') return { any: [...each, { all: noneFails }] };
      const someone: Condition = { any: yield* mapped(both, ({ engaged }) => ({ value: engaged })) };
      return { all: [someone, ...noneFails] };
    }
  }
}

function conditionOf<T extends object>(test: Combined<T>, valueOf: (leaf: T) => number): Condition {
  if ('any' in test) return { any: test.any.map((part) => conditionOf(part, valueOf)) };
  if ('all' in test) return { all: test.all.map((part) => conditionOf(part, valueOf)) };
  return { value: valueOf(test) };
}

function acceptedBy(policy: Policy, leaf: AdviserTest): readonly string[] {
  if ('registered' in leaf || 'independent' in leaf) return [];
  return acceptedFor(policy, 'qualified' in leaf ? leaf.qualified : leaf.workingTowards);
}

/**
 * The days of a window on which a grant would make a value certain: none if too much is disputed, or if the
 * person is sanctioned.
 */
function reachOf({ known, provider, evaluation }: ResolvedQuestion, asked: Asked, window: Days): Days {
  const settled = (streams: readonly string[]) => (isUnsettled(known, streams) ? NO_DAYS : window);
  const { of, keys } = asked;
  switch (of) {
    case 'provider':
      return settled(evaluation.streamsOf(keys, asked.leaf));
    case 'adviser':
      // Nothing that may be granted makes anyone independent: only another adviser helps.
      if ('independent' in asked.leaf) return NO_DAYS;
      return difference(settled(adviserStreams(keys)), evaluation.sanctioned(keys).truth.possible);
    case 'engagement':
      return settled(engagementStreams(keys, provider));
  }
}

/** A posting that could make a value true, and for how many months. */
interface Way {
  readonly type: StepType;
  readonly of: string;
  readonly months?: number | undefined;
  readonly posting: Grant['posting'];
}

function waysOf(asked: Asked, { provider: [provider = ''], school }: ResolvedQuestion): Way[] {
  const { keys } = asked;
  const [subject = ''] = keys;
  if (asked.of === 'engagement') {
    const type = 'EngagementStarted';
    // Whoever the school that asks employs is not independent of it.
    const basis = school?.includes(provider) ? 'contracted' : 'employed';
    return [
      {
        type,
        of: provider,
        posting: (from) => ({ type, subject, data: { provider, from, basis } }),
      },
    ];
  }
  if (asked.of === 'provider') return [wayOfProvider(keys, asked.leaf)];
  const { leaf, accepted } = asked;
  if ('independent' in leaf) return [];
  if ('registered' in leaf) {
    const type = 'RegistrationGranted';
    const register = leaf.registered;
    return [{ type, of: register, posting: (from) => ({ type, subject, data: { register, from } }) }];
  }
  if ('qualified' in leaf) {
    const type = 'QualificationAwarded';
    return accepted.map((qualification) => ({
      type,
      of: qualification,
      posting: (awardedOn, fresh) => {
        const certificate = fresh.in(adviserStreams(keys));
        return { type, subject, data: { qualification, awardedOn, certificate } };
      },
    }));
  }
  const type = 'EnrolmentStarted';
  return accepted.map((qualification) => ({
    type,
    of: qualification,
    months: leaf.withinMonths,
    posting: (from, _fresh, expectedEnd) => ({ type, subject, data: { qualification, from, expectedEnd } }),
  }));
}

function wayOfProvider(keys: readonly string[], leaf: ProviderTest): Way {
  const [subject = ''] = keys;
  if ('contracted' in leaf) {
    const [type, programme] = ['ContractAwarded', leaf.contracted] as const;
    const posting: Way['posting'] = (from, fresh, until) => {
      const what = { services: ['personal-guidance'], clientGroups: ['adults', 'young-people'] };
      return { type, subject, data: { reference: fresh.ofContract(), programme, ...what, from, until } };
    };
    return { type, of: programme, posting };
  }
  if ('applied' in leaf) {
    const [type, standard] = ['AccreditationApplied', leaf.applied] as const;
    const posting: Way['posting'] = (on) => ({ type, subject, data: { standard, on } });
    return { type, of: standard, months: leaf.withinMonths, posting };
  }
  const [type, standard] = ['AccreditationAwarded', leaf.accredited] as const;
  const posting: Way['posting'] = (from, fresh) => {
    const reference = fresh.in(accreditationStreams(keys, standard));
    return { type, subject, data: { standard, reference, from, kind: 'initial' } };
  };
  return { type, of: standard, posting };
}

/** Every grant that makes some value true, except those that do no more than another. */
function* offersOf(
  all: readonly Indexed[],
  found: ResolvedQuestion,
  candidates: readonly string[],
): Work<Grant[]> {
  const places = new Map(candidates.map((subject, i) => [subject, i]));
  const ways = yield* flatMapped(all, (asked) => waysOf(asked, found).map((way) => ({ ...way, asked })));
  const families = yield* grouped(ways, ({ type, asked }) => `${type} ${asked.keys[0]}`);
  const made: Grant[] = [];
  for (const family of families.values()) {
    const offers = [...Map.groupBy(family, ({ of }) => of).values()].flatMap((same) => {
      const [first] = same;
      if (!first) return [];
      return {
        gives: same.map(({ asked, months }) => ({ value: asked.index, months })),
        candidate: places.get(first.asked.keys[0] ?? ''),
        posting: first.posting,
      };
    });
    const doesAll = (one: Grant, other: Grant) =>
      other.gives.every(({ value }) => one.gives.some((given) => given.value === value));
    made.push(
      ...offers.filter((offer, i) =>
        offers.every((other, j) => i === j || !doesAll(other, offer) || (doesAll(offer, other) && i < j)),
      ),
    );
    yield 1;
  }
  return made;
}
