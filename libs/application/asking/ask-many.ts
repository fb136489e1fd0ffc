import { type OneOfMany, faultsOfQuestion } from '@app/http-contract/request/one-of-many';
import { isRefusal, invalidQuestion, type Refusal } from '@app/domain/values/problem';
import { editionsOf, isSeveral, type AskedPolicies } from '@app/domain/subjects/policy';
import { policiesInOrder } from '@app/domain/evaluation/v1/resolved-question';
import { unknownPolicy } from '@app/domain/values/refusals';
import { isWork, type Work } from '@app/domain/values/work';
import {
  AnswerCache,
  type SeveralAnswers,
  type SeveralVerdicts,
  type Verdict,
  type WrittenAnswer,
} from '@app/read-model/answers/answer-cache';
import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import {
  answerUnder,
  answerQuestion,
  answerWithRouteUnder,
  type WholeQuestion,
} from '@app/read-model/answers/asked-question';
import { QuestionLine, RouteLine } from '../question-lines';
import { TELEMETRY, type Telemetry } from '../telemetry';
import { AsOfResolver, type Moment } from '@app/read-model/as-of';

/** How many questions are to be answered. */
export interface AnsweringOptions {
  /** The policy or policies of a question that names none. */
  readonly policy: AskedPolicies;
  /** Whether answers give the outcome and horizon only. */
  readonly brief: boolean;
  readonly route: boolean;
}

/** A question as it was sent, or why it cannot be read. */
export type SentQuestion = { readonly value: unknown } | Refusal;

/** Answers questions one by one. All those that name no moment are answered at one position. */
export interface Answering {
  /**
   * Where a question that names no policy is asked under several: these, in the order of its answers. An
   * answer to a question about an earlier moment has those alone of which an edition stood by then.
   */
  readonly policies: readonly string[] | undefined;
  /** The answer to a question as it was sent, or why there is none; of one that cannot be read, why it cannot. */
  answer(question: SentQuestion): QuestionResult | Promise<QuestionResult>;
}

/** What becomes of one of many questions. */
export type QuestionResult = WrittenAnswer | SeveralAnswers | Verdict | SeveralVerdicts | Refusal;

/**
 * Many questions; those without a `knownAt` are answered at the position that is the head when this is asked.
 */
export class AnswerMany extends Query<Answering | Refusal> {
  constructor(
    readonly manner: AnsweringOptions,
    readonly moment: Pick<Moment, 'atLeast'>,
    /** Ends the work between two questions if no one waits for it any more. */
    readonly signal?: AbortSignal,
  ) {
    super();
  }
}

@QueryHandler(AnswerMany)
export class AnswerManyHandler implements IQueryHandler<AnswerMany> {
  constructor(
    private readonly reader: AsOfResolver,
    private readonly answers: AnswerCache,
    private readonly questions: QuestionLine,
    private readonly routes: RouteLine,
    @Inject(TELEMETRY) private readonly telemetry: Telemetry,
  ) {}

  async execute({ manner, moment, signal }: AnswerMany): Promise<Answering | Refusal> {
    const now = await this.reader.position(moment);
    if (isRefusal(now)) return now;
    const policies = isSeveral(manner.policy)
      ? policiesInOrder(this.reader.index.at(now), manner.policy)
      : undefined;
    if (policies && isRefusal(policies)) return policies;
    const asked = { ...manner, policy: policies ?? manner.policy };
    const told = (answer: QuestionResult) => {
      if (isRefusal(answer)) this.telemetry.unanswered(answer.code);
      else
        for (const { outcome } of 'answers' in answer ? answer.answers : [answer])
          this.telemetry.answered(outcome);
      return answer;
    };
    return {
      policies,
      answer: (question) => {
        if (!('value' in question)) return told(question);
        const { value } = question;
        const answered = () =>
          manner.route && !manner.brief
            ? this.#routed(value, asked, now, signal)
            : this.#answer(value, asked, now, signal);
        const read = this.#readOn(value);
        const answer = read ? read.then(answered) : answered();
        return answer instanceof Promise ? answer.then(told) : told(answer);
      },
    };
  }

  /** Reads on to the moment that a question names, where that is to be read yet. */
  #readOn(sent: unknown): Promise<unknown> | undefined {
    const knownAt = typeof sent === 'object' && sent !== null && 'knownAt' in sent ? sent.knownAt : undefined;
    return typeof knownAt === 'string' && this.reader.isAhead(knownAt)
      ? this.reader.readOn(knownAt)
      : undefined;
  }

  #answer(
    sent: unknown,
    manner: AnsweringOptions,
    now: number,
    signal: AbortSignal | undefined,
  ): QuestionResult | Promise<QuestionResult> {
    const found = this.#asked<QuestionResult | Work<Exclude<QuestionResult, Refusal>>>(
      sent,
      manner,
      now,
      (whole, position) =>
        manner.brief
          ? verdictUnder(this.answers, whole, position)
          : answerUnder(this.answers, whole, position),
    );
    return isWork(found) ? this.questions.begin(found, signal) : found;
  }

  async #routed(
    sent: unknown,
    manner: AnsweringOptions,
    now: number,
    signal: AbortSignal | undefined,
  ): Promise<QuestionResult> {
    const work = this.#asked(sent, manner, now, (whole, position) =>
      answerWithRouteUnder(this.answers, whole, position),
    );
    return isRefusal(work) ? work : this.routes.answer(work, signal);
  }

  #asked<T extends object>(
    sent: unknown,
    manner: AnsweringOptions,
    now: number,
    answer: (question: WholeQuestion, position: number) => T | Refusal,
  ): T | Refusal {
    const faults = faultsOfQuestion(sent);
    if (faults.length > 0) return invalidQuestion(faults);
    const { knownAt, ...fields } = sent as OneOfMany;
    const position = knownAt === undefined ? now : this.reader.positionOf(knownAt);
    if (isRefusal(position)) return position;
    const policy = fields.policy ?? this.#standing(manner.policy, position, now);
    if (isRefusal(policy)) return policy;
    const question = { advisers: [], ...fields, policy };
    return answerQuestion(question, this.reader.index.todayAt(position), (whole) => answer(whole, position));
  }

  /** Of several policies that are asked of all, those of which an edition stands at the position of one question. */
  #standing(policies: AskedPolicies, position: number, now: number): AskedPolicies | Refusal {
    if (typeof policies === 'string' || position === now) return policies;
    const known = this.reader.index.at(position);
    const standing = policies.filter((policy) => editionsOf(known, policy).length > 0);
    return standing.length > 0 ? standing : unknownPolicy(policies.join(', '), position);
  }
}

function verdictUnder(
  answers: AnswerCache,
  { policy, ...asking }: WholeQuestion,
  position: number,
): Verdict | SeveralVerdicts | Work<Verdict | SeveralVerdicts> | Refusal {
  return isSeveral(policy)
    ? answers.verdicts(asking, policy, position)
    : answers.verdict({ ...asking, policy }, position);
}
