import { type Run } from '../../values/written-run';
import { type Outcome } from './resolved-question';
import { formatDay } from '../../values/day';
import { type LogView } from '../../log/log-view';
import { type Requirement } from '../../subjects/policy-document';
import { type Reason } from './reason';
import { type RouteStep } from '../../route/route';
import { type WarningOfAnswer } from './answer-warnings';

/**
 * The version of these rules: an answer is a function of the log, the question and this version
 * (specification, section 1).
 */
export const EVALUATOR = '1';

export interface ReasonedRun extends Run {
  readonly reason: Reason;
  readonly evidence: readonly string[];
}

/** A run of days on which a participant fails; the requirement has the evidence. */
export interface FailingRun extends Run {
  readonly reason: Reason;
}

/** A run of days and the events that make them uncertain, or that they rest on. */
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

/** The editions that decide the days of the question, in log order. */
export interface PolicyOfAnswer {
  readonly id: string;
  readonly editions: readonly {
    readonly edition: number;
    readonly digest: string;
    readonly strength: string;
  }[];
}

/**
 * The answer, as section 7 of the specification shows it. Positions are decimal strings, days `YYYY-MM-DD`,
 * ends included.
 */
export interface Answer {
  readonly provider: { readonly key: string; readonly name: string | null };
  readonly setting: string;
  readonly from: string;
  readonly until: string;
  readonly advisers: readonly string[];
  /** The first key of the school that asks; absent if the question names none. */
  readonly school?: string;
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
    /** What its covered days rest on; only for requirements of the provider, except `provider-open`. */
    readonly grounds?: readonly EvidencedRun[];
  }[];
  readonly engaged: readonly {
    readonly adviser: string;
    readonly days: readonly Run[];
    readonly gaps: readonly FailingRun[];
    /** What the days without a gap rest on: the engagement, and the tests of advisers on the day. */
    readonly grounds: readonly EvidencedRun[];
  }[];
  readonly subcontractors: readonly {
    readonly provider: string;
    readonly days: readonly Run[];
    readonly gaps: readonly FailingRun[];
    /** What the days without a gap rest on: the tests of subcontractors on the day. */
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
