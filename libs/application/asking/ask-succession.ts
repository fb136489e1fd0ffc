import { isRefusal, type Refusal } from '@app/domain/values/problem';
import { jsonInPieces, type Work } from '@app/domain/values/work';
import { proposalFor, type Proposal } from '@app/domain/succession/proposal';
import { AsOfResolver, type Moment } from '@app/read-model/as-of';
import { knownAt, type KnownAt } from '@app/read-model/records/records';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { rest } from '../cooperative';
import { QuestionLine } from '../question-lines';

/** A proposal as it is sent: it may be of very many events, so that it is written in pieces. */
export interface WrittenSuccession {
  /** The {@link Proposal} as JSON. */
  readonly text: string;
  /** The moment by which it was made: told by the address of the pinned answer, not in the proposal. */
  readonly knownAt: KnownAt;
}

/** What to post for whoever took the place of a provider. `to`: the one that is meant, where several did. */
export class AskSuccession extends Query<WrittenSuccession | Refusal> {
  constructor(
    readonly provider: string,
    readonly to: string | undefined,
    readonly moment: Moment,
    /** Ends the work if no one waits for it any more. */
    readonly signal?: AbortSignal,
  ) {
    super();
  }
}

@QueryHandler(AskSuccession)
export class AskSuccessionHandler implements IQueryHandler<AskSuccession> {
  constructor(
    private readonly reader: AsOfResolver,
    private readonly questions: QuestionLine,
  ) {}

  async execute({ provider, to, moment, signal }: AskSuccession): Promise<WrittenSuccession | Refusal> {
    const position = await this.reader.position(moment);
    if (isRefusal(position)) return position;
    await rest();
    const known = this.reader.index.at(position);
    const work = proposalFor(known, provider, to);
    if (isRefusal(work)) return work;
    return this.questions.begin(
      written(work, knownAt(known, this.reader.index.recordedAt(position))),
      signal,
    );
  }
}

function* written(work: Work<Proposal | Refusal>, knownAt: KnownAt): Work<WrittenSuccession | Refusal> {
  const proposal = yield* work;
  if (isRefusal(proposal)) return proposal;
  return { text: yield* jsonInPieces(proposal), knownAt };
}
