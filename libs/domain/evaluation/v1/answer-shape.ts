import { type Run } from '../../values/written-run';
import { type Outcome } from './resolved-question';
import { formatDay } from '../../values/day';
import { type LogView } from '../../log/log-view';
import { type Requirement } from '../../subjects/policy-document';
import { type Reason } from './reason';
import { type RouteStep } from '../../route/route';
import { type WarningOfAnswer } from './answer-warnings';

/** The version of these rules: an answer is a function of the log, the question and it (specification, section 1). */
export const EVALUATOR = '1';

export interface ReasonedRun extends Run {
  readonly reason: Reason;
  readonly evidence: readonly string[];
}

/** What fails of somebody’s among those who take part; the evidence stands with the requirement. */
export interface FailingRun extends Run {
  readonly reason: Reason;
}

/** Days that the events named say something of: what makes them uncertain, or what they rest on. */
export interface EvidencedRun extends Run {
  readonly evidence: readonly string[];
}

export interface OfRequirement {
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

/** The answer, as section 7 of the specification shows it. Positions are decimal strings, days `YYYY-MM-DD`, ends included. */
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
  readonly route?: readonly RouteStep[];
}

export function momentOf(known: Pick<LogView, 'position' | 'today'>, recordedAt: string): MomentOfAnswer {
  return {
    position: String(known.position),
    recordedAt,
    today: known.today === undefined ? null : formatDay(known.today),
  };
}
