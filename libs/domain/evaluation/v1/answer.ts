import { writtenRun, writtenRuns, type Run } from '../../values/written-run';
import {
  EVALUATOR,
  type ReasonedRun,
  type FailingRun,
  type EvidencedRun,
  type MomentOfAnswer,
  type OfRequirement,
  type PolicyOfAnswer,
  type Answer,
  momentOf,
} from './answer-shape';
import { verdictOf, type Question, type ResolvedQuestion } from './resolved-question';
import {
  standingOf,
  type NamedEdition,
  type Participation,
  type RequirementStanding,
  type Standing,
  type StandingOnDays,
} from './standing';
import { dayOf, formatDay, type Day } from '../../values/day';
import { POLICY_IN_FORCE, PROVIDER_OPEN } from '../../subjects/policy-document';
import { nameAmong } from '../../subjects/provider';
import {
  evidencedRuns,
  gapsOf,
  groundedRuns,
  within,
  type Cause,
  type Gap,
  type GroundedRun,
} from './reason';
import { type Ground } from '../../log/grants';
import { A_PIECE, finished, flatMapped, mapped, sorted, type Work } from '../../values/work';
import {
  difference,
  endOfRun,
  intersection,
  meet,
  runs,
  span,
  unionOf,
  type Days,
} from '../../values/timeline';
import { warningsOn } from './answer-warnings';

/** The whole answer to a resolved question. `recordedAt`: when the event at its position was recorded. */
export function answer(found: ResolvedQuestion, recordedAt: string): Answer {
  return finished(answering(found, recordedAt));
}

/**
 * As {@link answer}, as a work that rests often: a provider may have very many advisers, or contracts below
 * its own.
 */
export function* answering(found: ResolvedQuestion, recordedAt: string): Work<Answer> {
  const { known, question } = found;
  const standing = yield* standingOf(found, span(question.from, question.until));
  return yield* answerFrom(standing, question, momentOf(known, recordedAt));
}

/** What of a question does not decide what is known, only what is told of it. */
export type Window = Pick<Question, 'setting' | 'policy' | 'from' | 'until'>;

/** The answer about the days of a question, cut out of what holds on these and maybe others, as known at a moment. */
export function* answerFrom(
  standing: Standing,
  { setting, policy, from, until }: Window,
  knownAt: MomentOfAnswer,
): Work<Answer> {
  const { said, named, school, engaged, subcontractors } = standing;
  const window = span(from, until);
  const present = standing.requirements.filter(({ days }) => meet(days, window));
  const must = byRequirement(
    present.filter(({ requirement }) => requirement.binding === 'must'),
    window,
  );
  const encouraged = present.filter(({ requirement }) => requirement.binding === 'encouraged');
  const all = encouraged.length === 0 ? must : byRequirement(present, window);
  const unruled = difference(window, said.ruled);
  const failed = new Map<RequirementStanding, readonly Cause[]>();
  for (const one of present) failed.set(one, yield* causesOn([one], window));
  return {
    provider: {
      key: standing.provider,
      name: nameAmong(standing.names, knownAt.today === null ? -Infinity : dayOf(knownAt.today)),
    },
    setting,
    from: formatDay(from),
    until: formatDay(until),
    advisers: named,
    ...(school === undefined ? {} : { school }),
    knownAt,
    policy: { id: policy, editions: editionsOn(standing.editions, window) },
    evaluator: EVALUATOR,
    ...verdictOf(said, from, until),
    covered: yield* writtenDays(intersection(said.certain, window)),
    gaps: yield* inOrder(standing, [
      ...(yield* gapsOf([{ reason: 'no-policy-in-force', days: unruled, evidence: [] }])).map((gap) => ({
        requirement: POLICY_IN_FORCE,
        gap,
      })),
      ...(yield* gapsBy(must, failed)),
    ]),
    uncertain: yield* uncertainIn(standing, must, window),
    requirements: yield* requirementsIn(all, failed, window),
    engaged: (yield* participantsIn(engaged, window)).map(({ key, ...taking }) => ({
      adviser: key,
      ...taking,
    })),
    subcontractors: (yield* participantsIn(subcontractors, window)).map(({ key, ...taking }) => ({
      provider: key,
      ...taking,
    })),
    advice:
      encouraged.length === 0
        ? []
        : yield* inOrder(standing, yield* gapsBy(byRequirement(encouraged, window), failed)),
    warnings: warningsOn(standing.warnings, window),
  };
}

/** The standings of one requirement, one for each edition that asks it on a day of a window. */
interface Asked {
  readonly id: string;
  readonly parts: readonly RequirementStanding[];
  readonly first: RequirementStanding['requirement'];
}

/**
 * The parts of each requirement, one for each edition that asks it, by the first day asked; `provider-open`
 * last.
 */
function byRequirement(list: readonly RequirementStanding[], window: Days): readonly Asked[] {
  const firstDay = ({ days }: RequirementStanding) => intersection(days, window)[0] ?? 0;
  const grouped = Map.groupBy(
    list.length === 0 || list.every(({ days }) => days === list[0]?.days)
      ? list
      : list.toSorted((a, b) => firstDay(a) - firstDay(b)),
    ({ requirement }) => requirement.id,
  );
  return [...grouped]
    .flatMap(([id, parts]) => (parts[0] ? [{ id, parts, first: parts[0].requirement }] : []))
    .sort((a, b) => Number(a.id === PROVIDER_OPEN) - Number(b.id === PROVIDER_OPEN));
}

/** The days that are in doubt by some requirement that must be met, in order. */
function* uncertainIn(
  standing: Standing,
  must: readonly Asked[],
  window: Days,
): Work<Answer['uncertain'][number][]> {
  const uncertain: { requirement: string; run: GroundedRun }[] = [];
  for (const { id, parts } of must)
    for (const run of yield* uncertainRuns(parts, window)) uncertain.push({ requirement: id, run });
  return yield* mapped(
    yield* sorted(
      uncertain,
      (a, b) =>
        a.run.from - b.run.from ||
        rankOn(standing, a.requirement, a.run.from) - rankOn(standing, b.requirement, b.run.from),
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
  all: readonly Asked[],
  failed: Failed,
  window: Days,
): Work<Answer['requirements'][number][]> {
  const requirements: Answer['requirements'][number][] = [];
  for (const { id, parts, first } of all)
    requirements.push({
      id,
      of: first.of,
      binding: first.binding,
      cites: first.cites ?? null,
      covered: yield* writtenDays(intersection(unionOf(parts.map(({ certain }) => certain)), window)),
      gaps: yield* mapped(yield* gapsIn(parts, failed), writtenGap),
      uncertain: yield* mapped(yield* uncertainRuns(parts, window), writtenUncertain),
      ...(parts[0]?.grounds === undefined ? {} : { grounds: groundsOn(parts, window) }),
    });
  return requirements;
}

/** Why the days of a window fail, one reason a day for each part. */
export function* causesOn(parts: readonly StandingOnDays[], window: Days): Work<readonly Cause[]> {
  let causes: readonly Cause[] = [];
  for (const { failing } of parts)
    if (failing.length > 0)
      causes = causes.concat(yield* flatMapped(failing, (cause) => within([cause], window)));
  return causes;
}

/** What the failing days of each part in the window are put down to. */
type Failed = ReadonlyMap<RequirementStanding, readonly Cause[]>;

function gapsIn(parts: readonly RequirementStanding[], failed: Failed): Work<readonly Gap[]> {
  return gapsOf(parts.flatMap((part) => failed.get(part) ?? []));
}

function* gapsBy(list: readonly Asked[], failed: Failed): Work<{ requirement: string; gap: Gap }[]> {
  let gaps: { requirement: string; gap: Gap }[] = [];
  for (const { id, parts } of list)
    gaps = gaps.concat(yield* mapped(yield* gapsIn(parts, failed), (gap) => ({ requirement: id, gap })));
  return gaps;
}

/** The editions that decide a day of a window, as an answer names them. */
export function editionsOn(editions: readonly NamedEdition[], window: Days): PolicyOfAnswer['editions'] {
  return editions
    .filter(({ days }) => meet(days, window))
    .map(({ edition, digest, strength }) => ({ edition, digest, strength }));
}

/** What the covered days of a requirement of the provider rest on. */
export function groundsOn(parts: readonly StandingOnDays[], window: Days): EvidencedRun[] {
  return writtenGrounds(
    parts.flatMap(({ grounds = [] }) => grounds),
    window,
  );
}

/** The days that are unknown, with the disputes that make them so. */
export function* uncertainRuns(parts: readonly StandingOnDays[], window: Days): Work<GroundedRun[]> {
  const days = intersection(unionOf(parts.map(({ unknown }) => unknown)), window);
  if (days.length === 0) return [];
  let doubts: Ground[] = [];
  for (const part of parts)
    doubts = doubts.concat(yield* flatMapped(part.doubts, (doubt) => within([doubt], window)));
  return yield* evidencedRuns(days, doubts);
}

/** The place of a requirement in the edition that decides a day. */
function rankOn({ editions }: Standing, id: string, day: Day): number {
  const edition = editions.find(({ days }) => endOfRun(days, day) !== undefined);
  const rank = edition?.requirements.indexOf(id) ?? -1;
  return rank < 0 ? Infinity : rank;
}

function* inOrder(
  standing: Standing,
  gaps: readonly { requirement: string; gap: Gap }[],
): Work<(ReasonedRun & OfRequirement)[]> {
  const ordered = yield* sorted(gaps, (a, b) => {
    if (a.gap.from !== b.gap.from) return a.gap.from - b.gap.from;
    const [first, second] = [
      rankOn(standing, a.requirement, a.gap.from),
      rankOn(standing, b.requirement, b.gap.from),
    ];
    return first === second ? 0 : first - second;
  });
  return yield* mapped(ordered, ({ requirement, gap }) => {
    const { from, until, reason, evidence } = writtenGap(gap);
    return { from, until, requirement, reason, evidence };
  });
}

/** Those who take part on a day of a window, with where they fail on its days, and what the others rest on. */
function* participantsIn({ asked, each }: Participation, window: Days) {
  if (!meet(asked, window)) return [];
  return yield* flatMapped(each, ({ key, days: taking, failing, grounds }) => {
    const days = intersection(taking, window);
    if (days.length === 0) return [];
    return [
      {
        key,
        days: writtenRuns(days),
        gaps:
          failing.length === 0
            ? []
            : finished(gapsOf(within(failing, window))).map((gap): FailingRun => ({
                ...writtenRun(gap),
                reason: gap.reason,
              })),
        grounds: writtenGrounds(grounds, days),
      },
    ];
  });
}

/** As {@link writtenRuns}, for days that very many bear on. */
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
