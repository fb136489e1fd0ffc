import { type Ground } from '../../log/grants';
import { together } from '../../log/log-view';
import { digestOf, type Edition } from '../../subjects/policy';
import type { PolicyOfAnswer } from './answer-shape';
import { isOfAdvisers, type Requirement } from '../../subjects/policy-document';
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
import { toldGaps, toldGrounds, type ToldRun } from './told-runs';
import {
  toldRequirements,
  type RequirementStanding,
  type StandingOnDays,
  type ToldRequirements,
} from './told-requirements';
import {
  eligibleDays,
  evaluateRequirements,
  isGrounded,
  requirementsOnDays,
  type PolicyDays,
  type ResolvedQuestion,
} from './resolved-question';
import { type RequirementValue } from './evaluation';
import { costOfValue, type Value } from './value';

/** What an answer tells of somebody who takes part: an adviser while engaged, a subcontractor while contracted. */
export interface Participant {
  /** The key that was registered first. */
  readonly key: string;
  /** The days of taking part, by the present log. */
  readonly days: Days;
  /** Where some requirement fails, without evidence. */
  readonly gaps: readonly ToldRun[];
  /** What the days without a failure rest on. */
  readonly grounds: readonly ToldRun[];
}

/** Those who take part, by key, and the days on which something is asked of them. */
export interface Participation {
  readonly asked: Days;
  readonly each: readonly Participant[];
}

/**
 * All that a policy says of a provider in a setting on some days, which may be all days: each answer about some of these
 * is cut out of it.
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
  readonly reigns: ResolvedQuestion['reigns'];
  readonly said: PolicyDays;
  /**
   * As `said`, if nothing were asked of advisers; undefined if the question names some, or if an id stands for a requirement
   * of advisers in one edition and of others in another.
   */
  readonly others: PolicyDays | undefined;
  readonly requirements: ToldRequirements;
  readonly engaged: Participation;
  readonly subcontractors: Participation;
  /** In the order in which an answer gives them. */
  readonly warnings: readonly DueWarning[];
}

/** An edition as answers name it. */
export function editionOf({ edition, policy }: Edition): PolicyOfAnswer['editions'][number] {
  return { edition, digest: digestOf(policy), strength: policy.strength };
}

/**
 * Works out what holds on some days, whatever days the question is about: what is not kept is worked out for no more than it
 * is about. It rests often: very many may take part.
 */
export function* standingOn(found: ResolvedQuestion, days: Days): Work<Standing> {
  yield* evaluateRequirements(found, 'all');
  const { known, provider, named, school, reigns } = found;
  const requirements: RequirementStanding[] = [];
  for (const [place, { requirement, ...one }] of requirementsOnDays(found).entries()) {
    const asked = intersection(one.days, days);
    if (asked.length > 0)
      requirements.push({
        requirement,
        place,
        ...(yield* standingOnDays({ days: asked, value: one.value }, isGrounded(requirement))),
      });
  }
  const engaged = yield* engagedIn(found, days);
  const subcontractors = yield* subcontractorsIn(found, days);
  return {
    provider: provider[0] ?? '',
    names: namesIn(together(known, providerStreams(provider))),
    named: named.map(([key = '']) => key),
    school: school?.[0],
    reigns,
    said: eligibleDays(found),
    others:
      named.length === 0 && isSeparable(reigns)
        ? eligibleDays(found, (one) => !isOfAdvisers(one))
        : undefined,
    requirements: yield* toldRequirements(requirements),
    engaged,
    subcontractors,
    warnings: yield* dueWarnings(found, engaged, subcontractors),
  };
}

/** Whether no id stands for a requirement of advisers in one edition and of others in another. */
function isSeparable(reigns: ResolvedQuestion['reigns']): boolean {
  const by = Map.groupBy(
    reigns.flatMap(({ requirements = [] }): readonly Requirement[] => requirements),
    ({ id }) => id,
  );
  return [...by.values()].every((same) => new Set(same.map(isOfAdvisers)).size === 1);
}

/** What a value comes to on some days; `isGrounded`: whether to say what it rests on. */
export function* standingOnDays(
  { days, value }: { readonly days: Days; readonly value: Omit<RequirementValue, 'presumed'> },
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
  const each: Participant[] = [];
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
    each.push(participant(keys, days, tests, engaged.grounds(days)));
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
  const each: Participant[] = [];
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
    each.push(participant(keys, days, tests));
  }
  return { asked, each };
}

/** `own`: what taking part rests on itself. */
function participant(
  [key = '']: readonly string[],
  days: Days,
  demands: readonly Demand[],
  own: readonly Ground[] = [],
): Participant {
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
    gaps: failed.length === 0 ? [] : finished(toldGaps(finished(firstReasons(causes, ALL_DAYS)), false)),
    grounds: toldGrounds(grounds, failed.length === 0 ? days : difference(days, failed)),
  };
}
