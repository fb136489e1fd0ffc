import { windowOf } from '@app/domain/evaluation/v1/question-window';
import { policiesInOrder } from '@app/domain/evaluation/v1/resolved-question';
import { isSeveral } from '@app/domain/subjects/policy';
import { formatDay } from '@app/domain/values/day';
import { isRefusal, refuse, type Refusal } from '@app/domain/values/problem';
import { AsOfResolver, type Moment } from '@app/read-model/as-of';
import type { SeveralAnswers, WrittenAnswer } from '@app/read-model/answers/answer-cache';
import { signReceipt, type ReceiptQuestion, type ReceiptStatement } from '@app/transparency/receipt';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { AskEligibility } from '../asking/ask-eligibility';
import { type Asked } from '@app/read-model/answers/asked-question';
import { Checkpoints } from './checkpoints';
import { LogTree } from './log-tree';
import { sharedCheckpoint } from './shared';

export interface SignedReceipt {
  /** A compact JWS. */
  readonly jws: string;
  /** The last position that the answer knows. */
  readonly position: number;
}

/** The main question, answered by a signed receipt. */
export class AskReceipt extends Query<SignedReceipt | Refusal> {
  constructor(
    readonly question: Asked,
    readonly moment: Moment,
  ) {
    super();
  }
}

type Told = Pick<ReceiptStatement, 'question' | 'outcome'>;

@QueryHandler(AskReceipt)
export class AskReceiptHandler implements IQueryHandler<AskReceipt> {
  constructor(
    private readonly reader: AsOfResolver,
    private readonly queries: QueryBus,
    private readonly checkpoints: Checkpoints,
    private readonly tree: LogTree,
  ) {}

  async execute({ question, moment }: AskReceipt): Promise<SignedReceipt | Refusal> {
    const position = await this.reader.position(moment);
    if (isRefusal(position)) return position;
    if (position < 0) return BEFORE_ALL;
    const told = await this.#told(question, position);
    if (isRefusal(told)) return told;
    const size = position + 1;
    const current = await sharedCheckpoint(this.checkpoints, () => this.checkpoints.covering(size));
    if (isRefusal(current)) return current;
    const jws = signReceipt(
      {
        origin: current.origin,
        ...told,
        tree: this.tree.at(size),
        checkpoint: current.note,
        consistency: this.tree.consistency(size, current.size),
      },
      current.ring.receiptSigner,
    );
    return { jws, position };
  }

  /** What is said at a position: the answer, or that nothing is registered under a key. */
  async #told(question: Asked, position: number): Promise<Told | Refusal> {
    const asked = new AskEligibility(question, false, { knownAt: String(position) });
    const answer = await this.queries.execute(asked);
    if (!isRefusal(answer)) return toldOf(answer, position);
    if (answer.code !== 'unknown-provider' && answer.code !== 'unknown-adviser') return answer;
    return this.#problem(question, position, answer);
  }

  #problem(
    { provider, setting, policy, advisers, school, on, from, until }: Asked,
    position: number,
    { code, detail, errors = [] }: Refusal,
  ): Told | Refusal {
    const { index } = this.reader;
    const days = windowOf({ on, from, until }, index.todayAt(position));
    if (isRefusal(days)) return days;
    const policies = isSeveral(policy) ? policiesInOrder(index.at(position), policy) : policy;
    if (isRefusal(policies)) return policies;
    const [{ pointer } = { pointer: undefined }] = errors;
    return {
      question: {
        provider,
        setting,
        from: formatDay(days.from),
        until: formatDay(days.until),
        advisers,
        ...(school === undefined ? {} : { school }),
        knownAt: String(position),
        policy: policies,
      },
      outcome: { problem: { code, detail, ...(pointer === undefined ? {} : { pointer }) } },
    };
  }
}

const BEFORE_ALL = refuse(
  'no-day-opened',
  'The log is empty at that moment, and of nothing there is no receipt: ask as known later',
);

/** The parts of an answer that say what was asked, as it was resolved. */
interface ResolvedAsAnswered {
  readonly provider: { readonly key: string };
  readonly setting: string;
  readonly from: string;
  readonly until: string;
  readonly advisers: readonly string[];
  readonly school?: string;
}

function toldOf(answer: WrittenAnswer | SeveralAnswers, position: number): Told {
  const whole = JSON.parse(answer.text) as object;
  const several = 'answers' in answer;
  const first = (
    several ? (whole as { answers: readonly object[] }).answers[0] : whole
  ) as ResolvedAsAnswered;
  const { provider, setting, from, until, advisers, school } = first;
  const question: ReceiptQuestion = {
    provider: provider.key,
    setting,
    from,
    until,
    advisers,
    ...(school === undefined ? {} : { school }),
    knownAt: String(position),
    policy: several ? answer.answers.map(({ policy }) => policy.id) : answer.policy.id,
  };
  return { question, outcome: { answer: whole } };
}
