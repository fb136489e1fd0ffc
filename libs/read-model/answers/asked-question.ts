import { FIRST_DAY, type Day } from '@app/domain/values/day';
import { type Asking } from '@app/domain/evaluation/v1/resolved-question';
import { isSeveral, type AskedPolicies } from '@app/domain/subjects/policy';
import { windowOf } from '@app/domain/evaluation/v1/question-window';
import { isRefusal, type Refusal } from '@app/domain/values/problem';
import { type Work } from '@app/domain/values/work';
import { type AnswerCache, type SeveralAnswers, type WrittenAnswer } from './answer-cache';

/** The days of a question as they were sent: `on`, or both `from` and `until`, or neither for today. */
export interface AskedDays {
  readonly on?: string | undefined;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

/** A question whose days have not been read yet. */
export interface Asked extends AskedDays {
  readonly provider: string;
  readonly setting: string;
  readonly policy: AskedPolicies;
  readonly advisers: readonly string[];
  readonly school?: string | undefined;
}

/** A question whose days are known. */
export type WholeQuestion = Asking & { readonly policy: AskedPolicies };

/**
 * Answers a question once its days are known. A refusal because something is not found (404) comes before the
 * refusal that there is no today (422).
 */
export function answerQuestion<T extends object>(
  asked: Asked,
  today: Day | undefined,
  answer: (question: WholeQuestion) => T | Refusal,
): T | Refusal {
  const { provider, setting, policy, advisers, school } = asked;
  return onDays(asked, today, ({ from, until }) =>
    answer({ provider, setting, policy, advisers, school, from, until }),
  );
}

/** As {@link answerQuestion}, for anything that is asked about days. */
export function onDays<T extends object>(
  days: AskedDays,
  today: Day | undefined,
  answer: (days: { readonly from: Day; readonly until: Day }) => T | Refusal,
): T | Refusal {
  const window = windowOf(days, today);
  if (!isRefusal(window)) return answer(window);
  if (window.code !== 'no-day-opened') return window;
  const found = answer({ from: FIRST_DAY, until: FIRST_DAY });
  return isRefusal(found) ? found : window;
}

/** The answer, or the answers where several policies are asked. */
export function answerUnder(
  answers: AnswerCache,
  { policy, ...asking }: WholeQuestion,
  position: number,
): WrittenAnswer | SeveralAnswers | Work<WrittenAnswer | SeveralAnswers> | Refusal {
  return isSeveral(policy)
    ? answers.answers(asking, policy, position)
    : answers.answer({ ...asking, policy }, position);
}

export function answerWithRouteUnder(
  answers: AnswerCache,
  { policy, ...asking }: WholeQuestion,
  position: number,
): Work<WrittenAnswer | SeveralAnswers> | Refusal {
  return isSeveral(policy)
    ? answers.severalWithRoutes(asking, policy, position)
    : answers.withRoute({ ...asking, policy }, position);
}
