import { FIRST_DAY, type Day } from '@app/domain/values/day';
import { type Asking } from '@app/domain/evaluation/v1/resolved-question';
import { isSeveral, type AskedPolicies } from '@app/domain/subjects/policy';
import { windowOf } from '@app/domain/evaluation/v1/question-window';
import { isRefusal, type Refusal } from '@app/domain/values/problem';
import { isWork, type Work } from '@app/domain/values/work';
import { AnswerCache, type SeveralAnswers, type WrittenAnswer } from '@app/read-model/answers/answer-cache';
import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { TELEMETRY, type Telemetry } from '../telemetry';
import { QuestionLine, RouteLine } from '../question-lines';
import { AsOfResolver, type Moment } from '@app/read-model/as-of';
import { rest } from '../cooperative';

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
 * The main question: may this provider deliver guidance in this setting on these days, as known at a moment,
 * and why?
 */
export class AskEligibility extends Query<WrittenAnswer | SeveralAnswers | Refusal> {
  constructor(
    readonly question: Asked,
    readonly route: boolean,
    readonly moment: Moment,
    /** Ends the work if no one waits for it any more. */
    readonly signal?: AbortSignal,
  ) {
    super();
  }
}

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

/** As {@link asked}, for anything that is asked about days. */
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

@QueryHandler(AskEligibility)
export class AskEligibilityHandler implements IQueryHandler<AskEligibility> {
  constructor(
    private readonly reader: AsOfResolver,
    private readonly answers: AnswerCache,
    private readonly questions: QuestionLine,
    private readonly routes: RouteLine,
    @Inject(TELEMETRY) private readonly telemetry: Telemetry,
  ) {}

  async execute({ question, route, moment, signal }: AskEligibility) {
    const position = await this.reader.position(moment);
    if (isRefusal(position)) return position;
    const answer = await (route
      ? this.#withRoute(question, position, signal)
      : this.#withoutRoute(question, position, signal));
    if (!isRefusal(answer)) for (const { outcome } of answersIn(answer)) this.telemetry.answered(outcome);
    return answer;
  }

  /** A kept answer is given at once; finding a new one takes its turn. */
  async #withoutRoute(
    question: Asked,
    position: number,
    signal: AbortSignal | undefined,
  ): Promise<WrittenAnswer | SeveralAnswers | Refusal> {
    const answered = () =>
      answerQuestion(question, this.reader.index.todayAt(position), (whole) =>
        answerUnder(this.answers, whole, position),
      );
    const kept = answerQuestion<WrittenAnswer | SeveralAnswers | NotKept>(
      question,
      this.reader.index.todayAt(position),
      (whole) => this.answers.kept(whole, position) ?? NOT_KEPT,
    );
    if (kept !== NOT_KEPT && 'text' in kept) return kept;
    await rest();
    const found = answered();
    return isWork(found) ? this.questions.begin(found, signal) : found;
  }

  async #withRoute(
    question: Asked,
    position: number,
    signal: AbortSignal | undefined,
  ): Promise<WrittenAnswer | SeveralAnswers | Refusal> {
    const work = answerQuestion(question, this.reader.index.todayAt(position), (whole) =>
      answerWithRouteUnder(this.answers, whole, position),
    );
    return isRefusal(work) ? work : this.routes.answer(work, signal);
  }
}

const NOT_KEPT = { isKept: false } as const;
type NotKept = typeof NOT_KEPT;

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

/** Each answer of a question, one for each policy that is asked. */
export function answersIn(answer: WrittenAnswer | SeveralAnswers): readonly WrittenAnswer[] {
  return 'answers' in answer ? answer.answers : [answer];
}
