import {
  asked,
  eligibleDays,
  inForce,
  verdictOn,
  type Asked,
  type Case,
  type Outcome,
  type Reign,
} from './case';
import { formatDay, parseDay, type Day } from './day';
import { together, type Known } from './known';
import { digestOf, POLICY_IN_FORCE, PROVIDER_OPEN, type Requirement } from './policy';
import { refuse, type Refusal } from './problem';
import { nameOn, providerStreams } from './provider';
import {
  evidencedRuns,
  firstReasons,
  gapsOf,
  groundedRuns,
  within,
  type Cause,
  type Gap,
  type Ground,
  type Reason,
} from './reason';
import { routeTo, type Step } from './route';
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
} from './timeline';
import type { Value } from './value';
import { warningsIn, type WarningOfAnswer } from './answer-warnings';

export { caseOf, eligibleDays, openCase, verdictOn, type Case, type Outcome, type Question } from './case';

/** The version of these rules: an answer is a function of the log, the question and it (design, section 1). */
export const EVALUATOR = '1';

export interface Run {
  readonly from: string;
  readonly until: string;
}
export interface ReasonedRun extends Run {
  readonly reason: Reason;
  readonly evidence: readonly string[];
}
/** What fails of somebody’s among those who take part; the evidence stands with the requirement. */
interface FailingRun extends Run {
  readonly reason: Reason;
}
/** Days that the events named say something of: what makes them uncertain, or what they rest on. */
export interface EvidencedRun extends Run {
  readonly evidence: readonly string[];
}
interface OfRequirement {
  readonly requirement: string;
}

/** The position known, when its event was recorded, and the log's today. */
export interface MomentOfAnswer {
  readonly position: string;
  readonly recordedAt: string;
  readonly today: string | null;
}

/** The editions that decide a day asked about, in log order. */
export interface PolicyOfAnswer {
  readonly id: string;
  readonly editions: readonly {
    readonly edition: number;
    readonly digest: string;
    readonly strength: string;
  }[];
}

/** The answer, as section 7 of the design shows it. Positions are decimal strings, days `YYYY-MM-DD`, ends included. */
export interface Answer {
  readonly provider: { readonly key: string; readonly name: string | null };
  readonly setting: string;
  readonly from: string;
  readonly until: string;
  readonly advisers: readonly string[];
  readonly knownAt: MomentOfAnswer;
  readonly policy: PolicyOfAnswer;
  readonly evaluator: string;
  readonly outcome: Outcome;
  readonly eligibleUntil: string | null;
  readonly covered: readonly Run[];
  readonly gaps: readonly (ReasonedRun & OfRequirement)[];
  readonly uncertain: readonly (EvidencedRun & OfRequirement)[];
  readonly requirements: readonly {
    readonly id: string;
    readonly of: Requirement['of'];
    readonly binding: Requirement['binding'];
    readonly cites: string | null;
    readonly covered: readonly Run[];
    readonly gaps: readonly ReasonedRun[];
    readonly uncertain: readonly EvidencedRun[];
    /** What its covered days rest on; of requirements of the provider alone, and not of `provider-open`. */
    readonly grounds?: readonly EvidencedRun[];
  }[];
  readonly engaged: readonly {
    readonly adviser: string;
    readonly days: readonly Run[];
    readonly gaps: readonly FailingRun[];
    /** What the days that are no gap rest on: the engagement, and the tests of advisers of the day. */
    readonly grounds: readonly EvidencedRun[];
  }[];
  readonly subcontractors: readonly {
    readonly provider: string;
    readonly days: readonly Run[];
    readonly gaps: readonly FailingRun[];
    /** What the days that are no gap rest on: the tests of subcontractors of the day. */
    readonly grounds: readonly EvidencedRun[];
  }[];
  readonly advice: readonly (ReasonedRun & OfRequirement)[];
  readonly warnings: readonly WarningOfAnswer[];
  readonly route?: readonly Step[];
}

/** The whole answer to an opened case. `recordedAt`: when the event at its position was recorded. */
export function answer(found: Case, recordedAt: string, withRoute: boolean): Answer {
  const { known, question, provider, named } = found;
  const window = span(question.from, question.until);
  const all = asked(found).map((one) => ({ ...one, days: intersection(one.days, window) }));
  const present = all.filter(({ days }) => days.length > 0);
  const must = present.filter(({ requirement }) => requirement.binding === 'must');
  const truth = eligibleDays(found);
  const verdict = verdictOn(truth, question.from, question.until);
  const ruled = intersection(inForce(found), window);
  const lawless: Cause = { reason: 'no-policy-in-force', days: difference(window, ruled), evidence: [] };
  const order = (list: readonly Asked[]) => byRequirement(list);
  const engaged = engagedIn(found, window);
  const subcontractors = subcontractorsIn(found, window);
  return {
    provider: { key: provider[0] ?? question.provider, name: nameAt(known, provider) },
    setting: question.setting,
    from: formatDay(question.from),
    until: formatDay(question.until),
    advisers: named.map(([key = '']) => key),
    knownAt: momentOf(known, recordedAt),
    policy: policyOf(question.policy, found.reigns, window),
    evaluator: EVALUATOR,
    ...verdict,
    covered: written(intersection(truth.certain, window)),
    gaps: inOrder(found, [
      ...gapsOf([lawless]).map((gap) => ({ requirement: POLICY_IN_FORCE, gap })),
      ...order(must).flatMap(({ id, parts }) =>
        gapsOf(parts.flatMap(failing)).map((gap) => ({ requirement: id, gap })),
      ),
    ]),
    uncertain: order(must)
      .flatMap(({ id, parts }) => uncertainRuns(parts).map((run) => ({ requirement: id, run })))
      .sort(
        (a, b) =>
          a.run.from - b.run.from ||
          rankOn(found, a.requirement, a.run.from) - rankOn(found, b.requirement, b.run.from),
      )
      .map(({ requirement, run }) => ({
        ...writtenRun(run),
        requirement,
        evidence: run.evidence.map(String),
      })),
    requirements: order(present).map(({ id, parts, first }) => ({
      id,
      of: first.of,
      binding: first.binding,
      cites: first.cites ?? null,
      covered: written(unionOf(parts.map((part) => intersection(part.value.truth.certain, part.days)))),
      gaps: gapsOf(parts.flatMap(failing)).map(writtenGap),
      uncertain: uncertainRuns(parts).map(writtenUncertain),
      ...(first.of === 'provider' && id !== PROVIDER_OPEN ? { grounds: groundsOfCovered(parts) } : {}),
    })),
    engaged,
    subcontractors,
    advice: inOrder(
      found,
      order(present.filter(({ requirement }) => requirement.binding === 'encouraged')).flatMap(
        ({ id, parts }) => gapsOf(parts.flatMap(failing)).map((gap) => ({ requirement: id, gap })),
      ),
    ),
    warnings: warningsIn(found, window, {
      advisers: engaged.map(({ adviser }) => adviser),
      subcontractors: subcontractors.map(({ provider }) => provider),
    }),
    ...(withRoute ? { route: verdict.outcome === 'not-eligible' ? routeTo(found, window) : [] } : {}),
  };
}

export function momentOf(known: Pick<Known, 'position' | 'today'>, recordedAt: string): MomentOfAnswer {
  return {
    position: String(known.position),
    recordedAt,
    today: known.today === undefined ? null : formatDay(known.today),
  };
}

export function policyOf(
  id: string,
  reigns: readonly Pick<Reign, 'edition' | 'days'>[],
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

function nameAt(known: Known, provider: readonly string[]): string | null {
  return nameOn(together(known, providerStreams(provider)), known.today ?? -Infinity);
}

/** The parts of each requirement, one for each edition that asks it, by the first day asked; `provider-open` last. */
function byRequirement(list: readonly Asked[]) {
  const grouped = Map.groupBy(
    list.toSorted((a, b) => (a.days[0] ?? 0) - (b.days[0] ?? 0)),
    ({ requirement }) => requirement.id,
  );
  return [...grouped]
    .flatMap(([id, parts]) => (parts[0] ? [{ id, parts, first: parts[0].requirement }] : []))
    .sort((a, b) => Number(a.id === PROVIDER_OPEN) - Number(b.id === PROVIDER_OPEN));
}

/** What a requirement's false days are put down to. */
export function failing({ days, value }: Pick<Asked, 'days' | 'value'>): Cause[] {
  const failed = difference(days, value.truth.possible);
  return failed.length === 0 ? [] : firstReasons(value.causes(failed), failed);
}

/** What the covered days of a requirement of the provider rest on. */
export function groundsOfCovered(parts: readonly Pick<Asked, 'days' | 'value'>[]): EvidencedRun[] {
  const grounds = parts.flatMap(({ value, days }) => value.grounds(intersection(value.truth.certain, days)));
  return writtenGrounds(grounds, ALL_DAYS);
}

/** The days on which nobody can say, with the disputes that make it so. */
export function uncertainRuns(parts: readonly Pick<Asked, 'days' | 'value'>[]) {
  const days = unionOf(parts.map((part) => intersection(unknownDays(part.value.truth), part.days)));
  if (days.length === 0) return [];
  const doubts = parts.flatMap(({ value, days: asked }) => within(value.doubts, asked));
  return evidencedRuns(days, doubts);
}

/** The place of a requirement in the edition that decides a day. */
function rankOn({ reigns }: Case, id: string, day: Day): number {
  const reign = reigns.find(({ days }) => endOfRun(days, day) !== undefined);
  const rank = reign?.requirements?.findIndex((requirement) => requirement.id === id) ?? -1;
  return rank < 0 ? Infinity : rank;
}

function inOrder(found: Case, gaps: readonly { requirement: string; gap: Gap }[]) {
  return gaps
    .toSorted((a, b) => {
      if (a.gap.from !== b.gap.from) return a.gap.from - b.gap.from;
      const [first, second] = [
        rankOn(found, a.requirement, a.gap.from),
        rankOn(found, b.requirement, b.gap.from),
      ];
      return first === second ? 0 : first - second;
    })
    .map(({ requirement, gap }) => {
      const { from, until, reason, evidence } = writtenGap(gap);
      return { from, until, requirement, reason, evidence };
    });
}

/** What somebody who takes part has to pass on some days. */
interface Demand {
  readonly value: Value;
  readonly days: Days;
}

/** Whom the setting's requirements of advisers bear on, where they fail the day's, and what speaks for them elsewhere. */
function engagedIn(found: Case, window: Days): Answer['engaged'] {
  const { reigns, evaluation } = found;
  const demands = reigns.flatMap(({ edition, requirements, days }) =>
    (requirements ?? []).flatMap((requirement) =>
      requirement.of === 'some-adviser' || requirement.of === 'every-adviser'
        ? [{ test: requirement.test, policy: edition.policy, days: intersection(days, window) }]
        : [],
    ),
  );
  if (!demands.some(({ days }) => days.length > 0)) return [];
  return evaluation.engaged().flatMap(({ keys: [adviser = '', ...others], engaged }) => {
    const days = intersection(engaged.stands, window);
    if (days.length === 0) return [];
    const tests = demands.map((demand) => ({
      value: evaluation.ofAdviser([adviser, ...others], demand.test, demand.policy),
      days: intersection(days, demand.days),
    }));
    return [{ adviser, ...takingPart(days, tests, engaged.grounds(days)) }];
  });
}

function subcontractorsIn(found: Case, window: Days): Answer['subcontractors'] {
  const { reigns, evaluation } = found;
  const demands = reigns.flatMap(({ requirements, days }) =>
    (requirements ?? []).flatMap((requirement) =>
      requirement.of === 'subcontractors'
        ? [{ test: requirement.test, days: intersection(days, window) }]
        : [],
    ),
  );
  if (!demands.some(({ days }) => days.length > 0)) return [];
  return evaluation.subcontractors().flatMap(({ keys, contracted }) => {
    const days = intersection(contracted.stands, window);
    if (days.length === 0) return [];
    const tests = demands.map((demand) => ({
      value: evaluation.ofProvider(keys, demand.test),
      days: intersection(days, demand.days),
    }));
    return [{ provider: keys[0] ?? '', ...takingPart(days, tests) }];
  });
}

/**
 * The days of somebody who takes part; as the log stands, where some demand fails, with the reason that comes first, and
 * what the other days rest on.
 */
function takingPart(days: Days, demands: readonly Demand[], own: readonly Ground[] = []) {
  const judged = demands.map((demand) => ({
    ...demand,
    failed: difference(demand.days, demand.value.stands),
  }));
  const failed = unionOf(judged.map((one) => one.failed));
  // Why is worked out only where something fails: most pass.
  const causes = judged.flatMap((one) => (one.failed.length === 0 ? [] : one.value.causes(one.failed)));
  const grounds = judged.flatMap(({ value, days: asked }) => value.grounds(asked));
  return {
    days: written(days),
    gaps: gapsOf(firstReasons(causes, ALL_DAYS)).map((gap): FailingRun => ({
      ...writtenRun(gap),
      reason: gap.reason,
    })),
    grounds: writtenGrounds([...own, ...grounds], difference(days, failed)),
  };
}

function writtenRun({ from, until }: { from: Day; until: Day }): Run {
  return { from: formatDay(from), until: formatDay(until) };
}

export function written(days: Days): Run[] {
  return [...runs(days)].map(writtenRun);
}

export function writtenGap({ from, until, reason, evidence }: Gap): ReasonedRun {
  return { from: formatDay(from), until: formatDay(until), reason, evidence: evidence.map(String) };
}

/** On which of the days which grounds apply. */
function writtenGrounds(grounds: readonly Ground[], days: Days): EvidencedRun[] {
  return groundedRuns(grounds, days).map(({ evidence, ...run }) => ({
    ...writtenRun(run),
    evidence: evidence.map(String),
  }));
}

type Uncertain = ReturnType<typeof uncertainRuns>[number];

export function writtenUncertain({ from, until, evidence }: Uncertain): EvidencedRun {
  return { from: formatDay(from), until: formatDay(until), evidence: evidence.map(String) };
}

/** The days of a question: `on`, or both `from` and `until`, else the log's today. */
export function windowOf(
  asked: {
    readonly on?: string | undefined;
    readonly from?: string | undefined;
    readonly until?: string | undefined;
  },
  today: Day | undefined,
): { from: Day; until: Day } | Refusal {
  const wrong = (pointer: string, detail: string) => refuse('invalid-question', detail, pointer);
  const { on, from, until } = asked;
  if (on !== undefined && (from !== undefined || until !== undefined))
    return wrong('/on', 'Ask about one day (on), or from one to another (from, until), not both');
  if ((from === undefined) !== (until === undefined))
    return wrong(from === undefined ? '/from' : '/until', 'Give both from and until, or on');
  if (on === undefined && from === undefined) {
    return today === undefined
      ? refuse(
          'no-day-opened',
          'The register has not opened its first day, so that it knows no today: give on, or from and until',
        )
      : { from: today, until: today };
  }
  const days: Day[] = [];
  for (const [name, text] of [
    ['from', from ?? on],
    ['until', until ?? on],
  ] as const) {
    const day = parseDay(text ?? '');
    if (day === undefined)
      return wrong(
        `/${on === undefined ? name : 'on'}`,
        'Give a day as YYYY-MM-DD, from 1900-01-01 to 9999-12-31',
      );
    days.push(day);
  }
  const [first = 0, last = 0] = days;
  return last < first ? wrong('/until', 'The last day is before the first') : { from: first, until: last };
}
