import type { Outcome } from '@app/domain/evaluation/v1/resolved-question';
import type { ProblemCode, Refusal } from '@app/domain/values/problem';
import type { Append } from '@app/event-store/event-log';
import type { PostResult } from './posting/pending-append';

/**
 * Receives what the register does, for those who watch it. It decides nothing, is called often, and must not
 * throw.
 */
export interface Telemetry {
  /** The log was asked to append a number of events: its answer, and the milliseconds that it took. */
  appended(events: number, outcome: Append['outcome'], milliseconds: number): void;
  /**
   * A post was judged and is settled: the outcome of each of its events (nothing was taken of an atomic batch
   * in which anything is refused), or why all of it is refused. It is also called if the poster no longer
   * waits. It is not called for events that are only tried, or that are sent back unjudged.
   */
  judged(answer: readonly PostResult[] | Refusal, events: number): void;
  /** A question of eligibility was answered. */
  answered(outcome: Outcome): void;
  /** One of many questions has no answer, although the request that asks them is answered. */
  unanswered(code: ProblemCode): void;
}

/** Its injection token. */
export const TELEMETRY = Symbol('telemetry');

/** Watches nothing. */
export const NO_TELEMETRY: Telemetry = {
  appended: () => undefined,
  judged: () => undefined,
  answered: () => undefined,
  unanswered: () => undefined,
};
