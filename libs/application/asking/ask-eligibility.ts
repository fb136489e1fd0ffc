import { FIRST_DAY, type Day } from '@app/domain/values/day';
import { type Question } from '@app/domain/evaluation/v1/resolved-question';
import { windowOf } from '@app/domain/evaluation/v1/question-window';
import { isRefusal, type Refusal } from '@app/domain/values/problem';
import { isWork } from '@app/domain/values/work';
import { AnswerCache, type WrittenAnswer } from '@app/read-model/answers/answer-cache';
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
  readonly policy: string;
  readonly advisers: readonly string[];
}

/**
 * The main question: may this provider deliver guidance in this setting on these days, as known at a moment,
 * and why?
 */
export class AskEligibility extends Query<WrittenAnswer | Refusal> {
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
  { on, from, until, ...question }: Asked,
  today: Day | undefined,
  answer: (question: Question) => T | Refusal,
): T | Refusal {
  return onDays({ on, from, until }, today, (days) => answer({ ...question, ...days }));
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

  async execute({ question, route, moment, signal }: AskEligibility): Promise<WrittenAnswer | Refusal> {
    const position = await this.reader.position(moment);
    if (isRefusal(position)) return position;
    const answer = await (route
      ? this.#withRoute(question, position, signal)
      : this.#withoutRoute(question, position, signal));
    if (!isRefusal(answer)) this.telemetry.answered(answer.outcome);
    return answer;
  }

  /** A kept answer is given at once; finding a new one takes its turn. */
  async #withoutRoute(
    question: Asked,
    position: number,
    signal: AbortSignal | undefined,
  ): Promise<WrittenAnswer | Refusal> {
    const today = this.reader.index.todayAt(position);
    const kept = answerQuestion<WrittenAnswer | { readonly whole: Question }>(
      question,
      today,
      (whole) => this.answers.kept(whole, position) ?? { whole },
    );
    if ('text' in kept) return kept;
    await rest();
    const found =
      'whole' in kept
        ? this.answers.answer(kept.whole, position)
        : answerQuestion(question, today, (whole) => this.answers.answer(whole, position));
    return isWork(found) ? this.questions.begin(found, signal) : found;
  }

  async #withRoute(
    question: Asked,
    position: number,
    signal: AbortSignal | undefined,
  ): Promise<WrittenAnswer | Refusal> {
    const work = answerQuestion(question, this.reader.index.todayAt(position), (whole) =>
      this.answers.withRoute(whole, position),
    );
    return isRefusal(work) ? work : this.routes.answer(work, signal);
  }
}
