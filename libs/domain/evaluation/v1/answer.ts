import { writtenRun, writtenRuns, type Run } from '../../values/written-run';
import {
  EVALUATOR,
  type ReasonedRun,
  type FailingRun,
  type EvidencedRun,
  type OfRequirement,
  type PolicyOfAnswer,
  type Answer,
  momentOf,
} from './answer-shape';
import {
  requirementsOnDays,
  eligibleDays,
  evaluateRequirements,
  verdictOf,
  type RequirementOnDays,
  type ResolvedQuestion,
  type EditionPeriod,
} from './resolved-question';
import { formatDay, type Day } from '../../values/day';
import { together, type LogView } from '../../log/log-view';
import { digestOf } from '../../subjects/policy';
import { isOfAdvisers, POLICY_IN_FORCE, PROVIDER_OPEN } from '../../subjects/policy-document';
import { nameOn, providerStreams } from '../../subjects/provider';
import {
  evidencedRuns,
  firstReasons,
  gapsOf,
  groundedRuns,
  within,
  type Cause,
  type Gap,
  type GroundedRun,
} from './reason';
import { type Ground } from '../../log/grants';
import { A_PIECE, finished, flatMapped, mapped, Pace, sorted, type Work } from '../../values/work';
import {
  ALL_DAYS,
  difference,
  endOfRun,
  intersection,
  runs,
  span,
  unionOf,
  unknownDays,
  type Days,
} from '../../values/timeline';
import { costOfValue, type Value } from './value';
import { warningsIn } from './answer-warnings';

/** The whole answer to a resolved question. `recordedAt`: when the event at its position was recorded. */
export function answer(found: ResolvedQuestion, recordedAt: string): Answer {
  return finished(answering(found, recordedAt));
}

/**
 * As {@link answer}, as a work that rests often: a provider may have very many advisers, or contracts below
 * its own.
 */
export function* answering(found: ResolvedQuestion, recordedAt: string): Work<Answer> {
  yield* evaluateRequirements(found, 'all');
  const { known, question, provider, named, school } = found;
  const window = span(question.from, question.until);
  const all = requirementsOnDays(found).map((one) => ({ ...one, days: intersection(one.days, window) }));
  const present = all.filter(({ days }) => days.length > 0);
  const must = present.filter(({ requirement }) => requirement.binding === 'must');
  const said = eligibleDays(found);
  const verdict = verdictOf(said, question.from, question.until);
  const unruled: Cause = { reason: 'no-policy-in-force', days: difference(window, said.ruled), evidence: [] };
  const failed = new Map<RequirementOnDays, readonly Cause[]>();
  for (const one of present) failed.set(one, yield* failing(one));
  const uncertain = yield* uncertainIn(found, must);
  const requirements = yield* requirementsIn(present, failed);
  const engaged = yield* engagedIn(found, window);
  const subcontractors = yield* subcontractorsIn(found, window);
  return {
    provider: { key: provider[0] ?? question.provider, name: nameAt(known, provider) },
    setting: question.setting,
    from: formatDay(question.from),
    until: formatDay(question.until),
    advisers: named.map(([key = '']) => key),
    ...(school === undefined ? {} : { school: school[0] ?? '' }),
    knownAt: momentOf(known, recordedAt),
    policy: policyOf(question.policy, found.reigns, window),
    evaluator: EVALUATOR,
    ...verdict,
    covered: yield* writtenDays(intersection(said.certain, window)),
    gaps: yield* inOrder(
      found,
      (yield* gapsOf([unruled]))
        .map((gap) => ({ requirement: POLICY_IN_FORCE, gap }))
        .concat(yield* gapsBy(must, failed)),
    ),
    uncertain,
    requirements,
    engaged,
    subcontractors,
    advice: yield* inOrder(
      found,
      yield* gapsBy(
        present.filter(({ requirement }) => requirement.binding === 'encouraged'),
        failed,
      ),
    ),
    warnings: yield* warningsIn(found, window, {
      advisers: engaged.map(({ adviser }) => adviser),
      subcontractors: subcontractors.map(({ provider }) => provider),
    }),
  };
}

/** The days that are in doubt by some requirement that must be met, in order. */
function* uncertainIn(
  found: ResolvedQuestion,
  must: readonly RequirementOnDays[],
): Work<Answer['uncertain'][number][]> {
  const uncertain: { requirement: string; run: GroundedRun }[] = [];
  for (const { id, parts } of byRequirement(must))
    for (const run of yield* uncertainRuns(parts)) uncertain.push({ requirement: id, run });
  return yield* mapped(
    yield* sorted(
      uncertain,
      (a, b) =>
        a.run.from - b.run.from ||
        rankOn(found, a.requirement, a.run.from) - rankOn(found, b.requirement, b.run.from),
    ),
    ({ requirement, run }) => ({
      ...writtenRun(run),
      requirement,
      evidence: run.evidence.map(String),
    }),
  );
}

/** Each requirement as the answer tells it. */
function* requirementsIn(
  present: readonly RequirementOnDays[],
  failed: Failed,
): Work<Answer['requirements'][number][]> {
  const requirements: Answer['requirements'][number][] = [];
  for (const { id, parts, first } of byRequirement(present))
    requirements.push({
      id,
      of: first.of,
      binding: first.binding,
      cites: first.cites ?? null,
      covered: yield* writtenDays(
        unionOf(parts.map((part) => intersection(part.value.truth.certain, part.days))),
      ),
      gaps: yield* mapped(yield* gapsIn(parts, failed), writtenGap),
      uncertain: yield* mapped(yield* uncertainRuns(parts), writtenUncertain),
      ...(first.of === 'provider' && id !== PROVIDER_OPEN ? { grounds: groundsOfCovered(parts) } : {}),
    });
  return requirements;
}

/** What each requirement’s false days are put down to. */
type Failed = ReadonlyMap<RequirementOnDays, readonly Cause[]>;

function gapsIn(parts: readonly RequirementOnDays[], failed: Failed): Work<readonly Gap[]> {
  return gapsOf(parts.flatMap((part) => failed.get(part) ?? []));
}

function* gapsBy(
  list: readonly RequirementOnDays[],
  failed: Failed,
): Work<{ requirement: string; gap: Gap }[]> {
  let gaps: { requirement: string; gap: Gap }[] = [];
  for (const { id, parts } of byRequirement(list))
    gaps = gaps.concat(yield* mapped(yield* gapsIn(parts, failed), (gap) => ({ requirement: id, gap })));
  return gaps;
}

export function policyOf(
  id: string,
  reigns: readonly Pick<EditionPeriod, 'edition' | 'days'>[],
  window: Days,
): PolicyOfAnswer {
  return {
    id,
    editions: reigns
      .filter(({ days }) => intersection(days, window).length > 0)
      .map(({ edition: { edition, policy } }) => ({
        edition,
        digest: digestOf(policy),
        strength: policy.strength,
      })),
  };
}

function nameAt(known: LogView, provider: readonly string[]): string | null {
  return nameOn(together(known, providerStreams(provider)), known.today ?? -Infinity);
}

/**
 * The parts of each requirement, one for each edition that asks it, by the first day asked; `provider-open`
 * last.
 */
function byRequirement(list: readonly RequirementOnDays[]) {
  const grouped = Map.groupBy(
    list.toSorted((a, b) => (a.days[0] ?? 0) - (b.days[0] ?? 0)),
    ({ requirement }) => requirement.id,
  );
  return [...grouped]
    .flatMap(([id, parts]) => (parts[0] ? [{ id, parts, first: parts[0].requirement }] : []))
    .sort((a, b) => Number(a.id === PROVIDER_OPEN) - Number(b.id === PROVIDER_OPEN));
}

/** The causes of a requirement’s false days, one reason a day. */
export function* failing({ days, value }: Pick<RequirementOnDays, 'days' | 'value'>): Work<Cause[]> {
  const failed = difference(days, value.truth.possible);
  return failed.length === 0 ? [] : yield* firstReasons(yield* value.causes(failed), failed);
}

/** What the covered days of a requirement of the provider rest on. */
export function groundsOfCovered(
  parts: readonly Pick<RequirementOnDays, 'days' | 'value'>[],
): EvidencedRun[] {
  const grounds = parts.flatMap(({ value, days }) => value.grounds(intersection(value.truth.certain, days)));
  return writtenGrounds(grounds, ALL_DAYS);
}

/** The days that are unknown, with the disputes that make them so. */
export function* uncertainRuns(
  parts: readonly Pick<RequirementOnDays, 'days' | 'value'>[],
): Work<GroundedRun[]> {
  const days = unionOf(parts.map((part) => intersection(unknownDays(part.value.truth), part.days)));
  if (days.length === 0) return [];
  let doubts: Ground[] = [];
  for (const { value, days: asked } of parts)
    doubts = doubts.concat(yield* flatMapped(value.doubts, (doubt) => within([doubt], asked)));
  return yield* evidencedRuns(days, doubts);
}

/** The place of a requirement in the edition that decides a day. */
function rankOn({ reigns }: ResolvedQuestion, id: string, day: Day): number {
  const reign = reigns.find(({ days }) => endOfRun(days, day) !== undefined);
  const rank = reign?.requirements?.findIndex((requirement) => requirement.id === id) ?? -1;
  return rank < 0 ? Infinity : rank;
}

function* inOrder(
  found: ResolvedQuestion,
  gaps: readonly { requirement: string; gap: Gap }[],
): Work<(ReasonedRun & OfRequirement)[]> {
  const ordered = yield* sorted(gaps, (a, b) => {
    if (a.gap.from !== b.gap.from) return a.gap.from - b.gap.from;
    const [first, second] = [
      rankOn(found, a.requirement, a.gap.from),
      rankOn(found, b.requirement, b.gap.from),
    ];
    return first === second ? 0 : first - second;
  });
  return yield* mapped(ordered, ({ requirement, gap }) => {
    const { from, until, reason, evidence } = writtenGap(gap);
    return { from, until, requirement, reason, evidence };
  });
}

/** What a participant has to pass on some days. */
interface Demand {
  readonly value: Value;
  readonly days: Days;
}

/**
 * The advisers whom the setting's requirements concern: where they fail, and what their other days rest on.
 */
function* engagedIn(found: ResolvedQuestion, window: Days): Work<Answer['engaged']> {
  const { reigns, evaluation } = found;
  const demands = reigns.flatMap(({ edition, requirements, days }) =>
    (requirements ?? []).flatMap((requirement) =>
      isOfAdvisers(requirement)
        ? [{ test: requirement.test, policy: edition.policy, days: intersection(days, window) }]
        : [],
    ),
  );
  if (!demands.some(({ days }) => days.length > 0)) return [];
  const pace = new Pace();
  const taking: Answer['engaged'][number][] = [];
  for (const {
    keys: [adviser = '', ...others],
    engaged,
  } of yield* evaluation.engaged()) {
    const days = intersection(engaged.presumed, window);
    if (pace.after(costOfValue(engaged))) yield pace.rest();
    if (days.length === 0) continue;
    const tests = demands.map((demand) => ({
      value: evaluation.ofAdviser([adviser, ...others], demand.test, demand.policy),
      days: intersection(days, demand.days),
    }));
    taking.push({ adviser, ...takingPart(days, tests, engaged.grounds(days)) });
  }
  return taking;
}

function* subcontractorsIn(found: ResolvedQuestion, window: Days): Work<Answer['subcontractors']> {
  const { reigns, evaluation } = found;
  const demands = reigns.flatMap(({ requirements, days }) =>
    (requirements ?? []).flatMap((requirement) =>
      requirement.of === 'subcontractors'
        ? [{ test: requirement.test, days: intersection(days, window) }]
        : [],
    ),
  );
  if (!demands.some(({ days }) => days.length > 0)) return [];
  const pace = new Pace();
  const taking: Answer['subcontractors'][number][] = [];
  for (const { keys, contracted } of yield* evaluation.subcontractors()) {
    const days = intersection(contracted.presumed, window);
    if (pace.after(costOfValue(contracted))) yield pace.rest();
    if (days.length === 0) continue;
    const tests = demands.map((demand) => ({
      value: evaluation.ofProvider(keys, demand.test),
      days: intersection(days, demand.days),
    }));
    taking.push({ provider: keys[0] ?? '', ...takingPart(days, tests) });
  }
  return taking;
}

/**
 * The days of a participant: by the present log, where some demand fails, with the first reason, and what the
 * other days rest on.
 */
function takingPart(days: Days, demands: readonly Demand[], own: readonly Ground[] = []) {
  const judged = demands.map((demand) => ({
    ...demand,
    failed: difference(demand.days, demand.value.presumed),
  }));
  const failed = unionOf(judged.map((one) => one.failed));
  // Causes are worked out only if something fails: most participants pass.
  const causes = judged.flatMap((one) => (one.failed.length === 0 ? [] : one.value.causes(one.failed)));
  const grounds = judged.flatMap(({ value, days: asked }) => value.grounds(asked));
  return {
    days: writtenRuns(days),
    gaps: finished(gapsOf(finished(firstReasons(causes, ALL_DAYS)))).map((gap): FailingRun => ({
      ...writtenRun(gap),
      reason: gap.reason,
    })),
    grounds: writtenGrounds([...own, ...grounds], difference(days, failed)),
  };
}

/** The same of days that very many bear on. */
function* writtenDays(days: Days): Work<Run[]> {
  return days.length <= A_PIECE ? writtenRuns(days) : yield* mapped([...runs(days)], writtenRun);
}

export function writtenGap({ from, until, reason, evidence }: Gap): ReasonedRun {
  return { from: formatDay(from), until: formatDay(until), reason, evidence: evidence.map(String) };
}

/** The grounds, and the days on which each applies. */
function writtenGrounds(grounds: readonly Ground[], days: Days): EvidencedRun[] {
  return groundedRuns(grounds, days).map(({ evidence, ...run }) => ({
    ...writtenRun(run),
    evidence: evidence.map(String),
  }));
}

export function writtenUncertain({ from, until, evidence }: GroundedRun): EvidencedRun {
  return { from: formatDay(from), until: formatDay(until), evidence: evidence.map(String) };
}
