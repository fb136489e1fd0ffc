import type { Outcome } from '@app/domain/evaluation/v1/resolved-question';
import type { ProblemCode, Refusal } from '@app/domain/values/problem';
import type { Append } from '@app/event-store/event-log';
import type { PostResult } from './posting/pending-append';

/** Is told what the register does, for those who watch it. It decides nothing, is called often, and must not throw. */
export interface Telemetry {
  /** The log was asked to append so many events: what it said, and after how many milliseconds. */
  appended(events: number, outcome: Append['outcome'], milliseconds: number): void;
  /**
   * A post of so many events was judged and is settled: what became of each (of an atomic batch in which anything is
   * refused, nothing was taken), or why all of it is refused. Told also where its poster waits no more. What is only
   * tried, and what is sent back unjudged, is not told.
   */
  judged(answer: readonly PostResult[] | Refusal, events: number): void;
  /** A question of eligibility was answered. */
  answered(outcome: Outcome): void;
  /** One of many questions has no answer, while the request that asks them is answered all the same. */
  unanswered(code: ProblemCode): void;
}

/** Under which it is injected. */
export const TELEMETRY = Symbol('telemetry');

/** Watches nothing. */
export const NO_TELEMETRY: Telemetry = {
  appended: () => undefined,
  judged: () => undefined,
  answered: () => undefined,
  unanswered: () => undefined,
};
