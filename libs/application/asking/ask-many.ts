import { ADVISER_KEY, CODE, PROVIDER_KEY } from '@app/domain/values/keys';
import { isRefusal, invalidQuestion, type FieldError, type Refusal } from '@app/domain/values/problem';
import { insteadOf } from '@app/domain/values/resemblance';
import { escaped } from '@app/domain/log/schema-errors';
import type { Question } from '@app/domain/evaluation/v1/resolved-question';
import { isWork, type Work } from '@app/domain/values/work';
import { AnswerCache, type Verdict, type WrittenAnswer } from '@app/read-model/answers/answer-cache';
import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { answerQuestion } from './ask-eligibility';
import { QuestionLine, RouteLine } from '../question-lines';
import { TELEMETRY, type Telemetry } from '../telemetry';
import { MOST_ADVISERS, TOO_MANY_ADVISERS } from '@app/http-contract/request/rules';
import { AsOfResolver, type Moment } from '@app/read-model/as-of';

/** How many questions are to be answered. */
export interface AnsweringOptions {
  /** The policy of a question that names none. */
  readonly policy: string;
  /** Outcome and horizon only. */
  readonly brief: boolean;
  readonly route: boolean;
}

/** A question as it was sent, or why it cannot be read. */
export type SentQuestion = { readonly value: unknown } | Refusal;

/** Answers questions one by one, those that name no moment all at one position. */
export interface Answering {
  /** The answer to a question as it was sent, or why there is none; of one that cannot be read, why it cannot. */
  answer(question: SentQuestion): QuestionResult | Promise<QuestionResult>;
}

/** What becomes of one of many questions. */
export type QuestionResult = WrittenAnswer | Verdict | Refusal;

/** Many questions, of which those without a `knownAt` are answered at the position that is the head when this is asked. */
export class AnswerMany extends Query<Answering | Refusal> {
  constructor(
    readonly manner: AnsweringOptions,
    readonly moment: Pick<Moment, 'atLeast'>,
    /** Ends the work at a question where no one waits for it any more. */
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
    const told = (answer: QuestionResult) => {
      if (isRefusal(answer)) this.telemetry.unanswered(answer.code);
      else this.telemetry.answered(answer.outcome);
      return answer;
    };
    return {
      answer: (question) => {
        if (!('value' in question)) return told(question);
        const { value } = question;
        const answer =
          manner.route && !manner.brief
            ? this.#routed(value, manner, now, signal)
            : this.#answer(value, manner, now, signal);
        return answer instanceof Promise ? answer.then(told) : told(answer);
      },
    };
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
        manner.brief ? this.answers.verdict(whole, position) : this.answers.answer(whole, position),
    );
    return isWork(found) ? this.questions.begin(found, signal) : found;
  }

  async #routed(
    sent: unknown,
    manner: AnsweringOptions,
    now: number,
    signal: AbortSignal | undefined,
  ): Promise<QuestionResult> {
    const work = this.#asked(sent, manner, now, (whole, position) => this.answers.withRoute(whole, position));
    return isRefusal(work) ? work : this.routes.answer(work, signal);
  }

  #asked<T extends object>(
    sent: unknown,
    manner: AnsweringOptions,
    now: number,
    answer: (question: Question, position: number) => T | Refusal,
  ): T | Refusal {
    const faults = faultsOf(sent);
    if (faults.length > 0) return invalidQuestion(faults);
    const { knownAt, ...fields } = sent as Sent;
    const position = knownAt === undefined ? now : this.reader.positionOf(knownAt);
    if (isRefusal(position)) return position;
    const question = { policy: manner.policy, advisers: [], ...fields };
    return answerQuestion(question, this.reader.index.todayAt(position), (whole) => answer(whole, position));
  }
}

/** A question as it is sent (specification, section 7). */
interface Sent {
  readonly provider: string;
  readonly setting: string;
  readonly on?: string;
  readonly from?: string;
  readonly until?: string;
  readonly advisers?: readonly string[];
  readonly knownAt?: string;
  readonly policy?: string;
}

/** What is wrong with a field; undefined if it is sound. */
type Check = (value: unknown) => string | undefined;

function fits({ pattern, description }: { readonly pattern: string; readonly description: string }): Check {
  const form = new RegExp(pattern);
  return (value) => (typeof value === 'string' && form.test(value) ? undefined : description);
}

const isText: Check = (value) => (typeof value === 'string' ? undefined : 'This is a string');
const isAdviser = fits(ADVISER_KEY);

/** By name of a field. What a day and a moment have to look like is said where they are read, for all who ask. */
const CHECKS: ReadonlyMap<string, Check> = new Map<keyof Sent, Check>([
  ['provider', fits(PROVIDER_KEY)],
  ['setting', fits(CODE)],
  ['on', isText],
  ['from', isText],
  ['until', isText],
  [
    'advisers',
    (value) =>
      !Array.isArray(value)
        ? `A list of keys. ${ADVISER_KEY.description}`
        : value.length > MOST_ADVISERS
          ? TOO_MANY_ADVISERS
          : value.every((one) => isAdviser(one) === undefined)
            ? undefined
            : `A list of keys. ${ADVISER_KEY.description}`,
  ],
  ['knownAt', isText],
  ['policy', fits(CODE)],
]);

const REQUIRED = ['provider', 'setting'];
const NULL = 'null is no value: leave it out';

const NONE: readonly FieldError[] = [];

function faultsOf(sent: unknown): readonly FieldError[] {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent))
    return [fault('', 'A question is a JSON object')];
  let faults: FieldError[] | undefined;
  for (const [name, value] of Object.entries(sent)) {
    const check = CHECKS.get(name);
    const detail = check
      ? value === null && !REQUIRED.includes(name)
        ? NULL
        : check(value)
      : `There is no such field: ${insteadOf(name, CHECKS.keys())}`;
    if (detail !== undefined) (faults ??= []).push(fault(`/${escaped(name)}`, detail));
  }
  for (const name of REQUIRED)
    if (!Object.hasOwn(sent, name)) (faults ??= []).push(fault(`/${name}`, `A question has a ${name}`));
  return faults ?? NONE;
}

function fault(pointer: string, detail: string): FieldError {
  return { pointer, code: 'invalid-question', detail };
}
