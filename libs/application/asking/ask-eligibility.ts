import {
  type Asked,
  answerQuestion,
  answerUnder,
  answerWithRouteUnder,
} from '@app/read-model/answers/asked-question';
import { isRefusal, type Refusal } from '@app/domain/values/problem';
import { isWork } from '@app/domain/values/work';
import { AnswerCache, type SeveralAnswers, type WrittenAnswer } from '@app/read-model/answers/answer-cache';
import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { TELEMETRY, type Telemetry } from '../telemetry';
import { QuestionLine, RouteLine } from '../question-lines';
import { AsOfResolver, type Moment } from '@app/read-model/as-of';
import { rest } from '../cooperative';

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

/** Each answer of a question, one for each policy that is asked. */
export function answersIn(answer: WrittenAnswer | SeveralAnswers): readonly WrittenAnswer[] {
  return 'answers' in answer ? answer.answers : [answer];
}
