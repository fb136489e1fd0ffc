import { unknownAdviser, unknownPolicy } from '../../values/refusals';
import { verdictOf, type Outcome } from './resolved-question';
import { formatDay, type Day } from '../../values/day';
import { editionOf, standingOnDays } from './standing';
import { writtenRuns, type Run } from '../../values/written-run';
import {
  EVALUATOR,
  momentOf,
  type MomentOfAnswer,
  type PolicyOfAnswer,
  type EvidencedRun,
  type ReasonedRun,
} from './answer-shape';
import { Evaluation, judged } from './evaluation';
import { type LogView } from '../../log/log-view';
import { isRegistered, keysOf } from '../../log/identity';
import { editionsOf, periodsOf } from '../../subjects/policy';
import { refuse, type Refusal } from '../../values/problem';
import { type Cause } from './reason';
import type { StandingOnDays } from './told-requirements';
import { runsBetween } from './cut';
import { toldDays, toldGaps, toldGrounds, type ToldRun } from './told-runs';
import { finished } from '../../values/work';
import {
  difference,
  intersection,
  meet,
  NO_DAYS,
  span,
  union,
  unionOf,
  type Days,
  type Truth,
} from '../../values/timeline';
import { undecidedOfPerson, warningOfAppeal, warningsOn, type WarningOfAnswer } from './answer-warnings';

/** Is this adviser qualified for a purpose of this policy, on every one of these days? */
export interface AdviserQuestion {
  readonly adviser: string;
  readonly purpose: string;
  readonly policy: string;
  /** The question covers both days and all between. */
  readonly from: Day;
  readonly until: Day;
}

/**
 * An adviser's standing: the days on which the adviser holds a qualification that the policy accepts for the
 * purpose and is not sanctioned (`qualified`; specification, section 4), by the edition that decides each
 * day, and the reasons on the other days. It has the form of the main answer, and contains neither
 * engagements nor a name.
 */
export interface AdviserAnswer {
  readonly adviser: string;
  readonly purpose: string;
  readonly from: string;
  readonly until: string;
  readonly knownAt: MomentOfAnswer;
  readonly policy: PolicyOfAnswer;
  readonly evaluator: string;
  readonly outcome: Outcome;
  /** If the first day is covered, the last day of its run, which may lie beyond `until`; otherwise null. */
  readonly eligibleUntil: string | null;
  readonly covered: readonly Run[];
  /** The reason is `no-policy-in-force` on days that are decided by no edition with the purpose. */
  readonly gaps: readonly ReasonedRun[];
  readonly uncertain: readonly EvidencedRun[];
  /** The certificates that count on the covered days. */
  readonly grounds: readonly EvidencedRun[];
  /** Undecided appeals against decisions about the adviser. */
  readonly warnings: readonly WarningOfAnswer[];
}

/**
 * The standing, or a refusal if something is not known at that position. `recordedAt`: when the event there
 * was recorded.
 */
export function adviserAnswer(
  known: LogView,
  question: AdviserQuestion,
  recordedAt: string,
): AdviserAnswer | Refusal {
  const { purpose, policy, from, until } = question;
  if (!isRegistered(known, question.adviser)) {
    return unknownAdviser(question.adviser, known.position);
  }
  const editions = editionsOf(known, policy);
  if (editions.length === 0) return unknownPolicy(policy, known.position);
  if (!editions.some((edition) => Object.hasOwn(edition.policy.purposes, purpose))) {
    const purposes = new Set(editions.flatMap((edition) => Object.keys(edition.policy.purposes)));
    return refuse(
      'invalid-question',
      `No edition of ${policy} has the purpose ${purpose}: use one of ${[...purposes].join(', ')}`,
      '/purpose',
    );
  }
  const keys = keysOf(known, question.adviser);
  const evaluation = new Evaluation(known, [], [keys]);
  const decided = periodsOf(editions);
  const asked = decided
    .filter(({ edition }) => Object.hasOwn(edition.policy.purposes, purpose))
    .map(({ edition, days }) => ({
      days,
      value: judged(evaluation.ofAdviser(keys, { qualified: purpose }, edition.policy)),
    }));
  const truth = asked.reduce<Truth>(
    (all, { days, value }) => ({
      certain: union(all.certain, intersection(days, value.truth.certain)),
      possible: union(all.possible, intersection(days, value.truth.possible)),
    }),
    { certain: NO_DAYS, possible: NO_DAYS },
  );
  const window = span(from, until);
  const parts = asked.map(({ days, value }) =>
    finished(standingOnDays({ days: intersection(days, window), value }, true)),
  );
  const ruled = asked.reduce<Days>((all, { days }) => union(all, days), NO_DAYS);
  const unruled: Cause = { reason: 'no-policy-in-force', days: difference(window, ruled), evidence: [] };
  return {
    adviser: keys[0] ?? question.adviser,
    purpose,
    from: formatDay(from),
    until: formatDay(until),
    knownAt: momentOf(known, recordedAt),
    policy: {
      id: policy,
      editions: decided.flatMap(({ edition, days }) => (meet(days, window) ? [editionOf(edition)] : [])),
    },
    evaluator: EVALUATOR,
    ...verdictOf({ ...truth, ruled }, from, until),
    covered: writtenRuns(intersection(truth.certain, window)),
    ...runsOf(parts, unruled, window),
    warnings: warningsOn(
      undecidedOfPerson(known, keys)
        .map(({ days, ...appeal }) => ({ ...warningOfAppeal(appeal), given: [days] }))
        .sort((a, b) => Number(a.evidence[0]) - Number(b.evidence[0])),
      window,
    ),
  };
}

/** What is told of the days of a window, in the words of the main answer. */
function runsOf(
  parts: readonly StandingOnDays[],
  unruled: Cause,
  window: Days,
): Pick<AdviserAnswer, 'gaps' | 'uncertain' | 'grounds'> {
  const [from = NaN, until = NaN] = window;
  const told = (runs: readonly ToldRun[]): unknown =>
    JSON.parse(`[${finished(runsBetween(runs, from, until))}]`);
  const unknown = unionOf(parts.map((part) => part.unknown));
  const gaps = finished(toldGaps([unruled, ...parts.flatMap(({ failing }) => failing)], true));
  const doubts = parts.flatMap((part) => part.doubts);
  const grounds = parts.flatMap((part) => part.grounds ?? []);
  return {
    gaps: told(gaps) as AdviserAnswer['gaps'],
    uncertain: told(finished(toldDays(unknown, doubts))) as AdviserAnswer['uncertain'],
    grounds: told(toldGrounds(grounds, window)) as AdviserAnswer['grounds'],
  };
}
