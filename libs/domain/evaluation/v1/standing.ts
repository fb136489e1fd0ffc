import { type Ground } from '../../log/grants';
import { together } from '../../log/log-view';
import { digestOf } from '../../subjects/policy';
import { isOfAdvisers, PROVIDER_OPEN, type Policy, type Requirement } from '../../subjects/policy-document';
import { namesIn, providerStreams } from '../../subjects/provider';
import {
  ALL_DAYS,
  difference,
  intersection,
  union,
  unionOf,
  NO_DAYS,
  unknownDays,
  type Days,
} from '../../values/timeline';
import { finished, flatMapped, Pace, type Work } from '../../values/work';
import { dueWarnings, type DueWarning } from './answer-warnings';
import { firstReasons, within, type Cause } from './reason';
import {
  eligibleDays,
  evaluateRequirements,
  requirementsOnDays,
  type EditionPeriod,
  type PolicyDays,
  type RequirementOnDays,
  type ResolvedQuestion,
} from './resolved-question';
import { costOfValue, type Value } from './value';

/** What something that an edition asks comes to on the days that the edition decides. All other sets of days lie within these. */
export interface StandingOnDays {
  readonly days: Days;
  readonly certain: Days;
  readonly unknown: Days;
  /** Why it fails, one reason a day. */
  readonly failing: readonly Cause[];
  /** The disputes that make days unknown. */
  readonly doubts: readonly Ground[];
  /** What its certain days rest on; undefined if an answer does not say. */
  readonly grounds: readonly Ground[] | undefined;
}

export interface RequirementStanding extends StandingOnDays {
  readonly requirement: Pick<Requirement, 'id' | 'of' | 'binding' | 'cites'>;
}

/** What somebody who takes part comes to: an adviser while engaged, a subcontractor while contracted. */
export interface ParticipantStanding {
  /** The key that was registered first. */
  readonly key: string;
  /** The days of taking part, by the present log. */
  readonly days: Days;
  /** Why some requirement fails, one reason a day. */
  readonly failing: readonly Cause[];
  /** What the days without a failure rest on. */
  readonly grounds: readonly Ground[];
}

/** Those who take part, by key, and the days on which something is asked of them. */
export interface Participation {
  readonly asked: Days;
  readonly each: readonly ParticipantStanding[];
}

/** An edition as answers name it, and the days that it decides. */
export interface NamedEdition {
  readonly days: Days;
  readonly edition: number;
  readonly digest: string;
  readonly strength: Policy['strength'];
}

export interface EditionStanding extends NamedEdition {
  /** What it asks in the setting, in its order. */
  readonly requirements: readonly string[];
}

/**
 * All that a policy says of a provider in a setting on some days, which may be all days: each answer about some of these
 * is cut out of it. It holds nothing of the log but positions, so it may be kept as long as nothing changes that it
 * was found from.
 */
export interface Standing {
  /** The key that was registered first. */
  readonly provider: string;
  /** The names of the provider, each with the day from which it holds. */
  readonly names: ReturnType<typeof namesIn>;
  /** The first keys of the advisers whom the question names. */
  readonly named: readonly string[];
  /** That of the school that asks. */
  readonly school: string | undefined;
  readonly editions: readonly EditionStanding[];
  readonly said: PolicyDays;
  /** By edition, then in the order of the policy, `provider-open` last. */
  readonly requirements: readonly RequirementStanding[];
  readonly engaged: Participation;
  readonly subcontractors: Participation;
  /** In the order in which an answer gives them. */
  readonly warnings: readonly DueWarning[];
}

/** An edition as answers name it. */
export function editionOf({
  edition: { edition, policy },
  days,
}: Pick<EditionPeriod, 'edition' | 'days'>): NamedEdition {
  return { days, edition, digest: digestOf(policy), strength: policy.strength };
}

/**
 * Works out what holds on some days, whatever days the question is about: what is not kept is worked out for no more than it
 * is about. It rests often: very many may take part.
 */
export function* standingOf(found: ResolvedQuestion, days: Days): Work<Standing> {
  yield* evaluateRequirements(found, 'all');
  const { known, provider, named, school, reigns } = found;
  const requirements: RequirementStanding[] = [];
  for (const { requirement, ...one } of requirementsOnDays(found)) {
    const { of, id } = requirement;
    const isGrounded = of === 'provider' && id !== PROVIDER_OPEN;
    const asked = intersection(one.days, days);
    if (asked.length > 0)
      requirements.push({
        requirement,
        ...(yield* standingOnDays({ days: asked, value: one.value }, isGrounded)),
      });
  }
  const engaged = yield* engagedIn(found, days);
  const subcontractors = yield* subcontractorsIn(found, days);
  return {
    provider: provider[0] ?? '',
    names: namesIn(together(known, providerStreams(provider))),
    named: named.map(([key = '']) => key),
    school: school?.[0],
    editions: reigns.map(({ requirements = [], ...period }) => ({
      ...editionOf(period),
      requirements: requirements.map(({ id }) => id),
    })),
    said: eligibleDays(found),
    requirements,
    engaged,
    subcontractors,
    warnings: yield* dueWarnings(found, engaged, subcontractors),
  };
}

/** What a value comes to on some days; `isGrounded`: whether to say what it rests on. */
export function* standingOnDays(
  { days, value }: Omit<RequirementOnDays, 'requirement'>,
  isGrounded: boolean,
): Work<StandingOnDays> {
  const { certain, possible } = value.truth;
  const failed = difference(days, possible);
  const unknown = intersection(unknownDays(value.truth), days);
  const met = intersection(certain, days);
  return {
    days,
    certain: met,
    unknown,
    failing: failed.length === 0 ? [] : yield* firstReasons(yield* value.causes(failed), failed),
    doubts: unknown.length === 0 ? [] : yield* flatMapped(value.doubts, (doubt) => within([doubt], days)),
    grounds: isGrounded ? value.grounds(met) : undefined,
  };
}

/** What a participant has to pass on some days. */
interface Demand {
  readonly value: Value;
  readonly days: Days;
}

function* engagedIn({ reigns, evaluation }: ResolvedQuestion, on: Days): Work<Participation> {
  const demands = reigns.flatMap(({ edition, requirements = [], days }) =>
    requirements.flatMap((requirement) =>
      isOfAdvisers(requirement)
        ? [{ test: requirement.test, policy: edition.policy, days: intersection(days, on) }]
        : [],
    ),
  );
  const asked = unionOf(demands.map(({ days }) => days));
  const each: ParticipantStanding[] = [];
  if (asked.length === 0) return { asked, each };
  const pace = new Pace();
  for (const { keys, engaged } of yield* evaluation.engaged()) {
    if (pace.after(costOfValue(engaged))) yield pace.rest();
    const days = intersection(engaged.presumed, on);
    if (days.length === 0) continue;
    const tests = demands.map((demand) => ({
      value: evaluation.ofAdviser(keys, demand.test, demand.policy),
      days: intersection(days, demand.days),
    }));
    each.push(participantStanding(keys, days, tests, engaged.grounds(days)));
  }
  return { asked, each };
}

function* subcontractorsIn({ reigns, evaluation }: ResolvedQuestion, on: Days): Work<Participation> {
  const demands = reigns.flatMap(({ requirements = [], days }) =>
    requirements.flatMap((requirement) =>
      requirement.of === 'subcontractors' ? [{ test: requirement.test, days: intersection(days, on) }] : [],
    ),
  );
  const asked = unionOf(demands.map(({ days }) => days));
  const each: ParticipantStanding[] = [];
  if (asked.length === 0) return { asked, each };
  const pace = new Pace();
  for (const { keys, contracted } of yield* evaluation.subcontractors()) {
    if (pace.after(costOfValue(contracted))) yield pace.rest();
    const days = intersection(contracted.presumed, on);
    if (days.length === 0) continue;
    const tests = demands.map((demand) => ({
      value: evaluation.ofProvider(keys, demand.test),
      days: intersection(days, demand.days),
    }));
    each.push(participantStanding(keys, days, tests));
  }
  return { asked, each };
}

/** `own`: what taking part rests on itself. */
function participantStanding(
  [key = '']: readonly string[],
  days: Days,
  demands: readonly Demand[],
  own: readonly Ground[] = [],
): ParticipantStanding {
  let failed: Days = NO_DAYS;
  let causes: readonly Cause[] = [];
  let grounds = own;
  for (const { value, days: asked } of demands) {
    const failing = difference(asked, value.presumed);
    if (failing.length > 0) {
      failed = union(failed, failing);
      causes = causes.concat(value.causes(failing));
    }
    grounds = grounds.concat(value.grounds(asked));
  }
  return {
    key,
    days,
    failing: failed.length === 0 ? [] : finished(firstReasons(causes, ALL_DAYS)),
    grounds: failed.length === 0 ? grounds : within(grounds, difference(days, failed)),
  };
}
