import type { Answer } from '@app/domain/evaluation/v1/answer-shape';
import { answering } from '@app/domain/evaluation/v1/answer';
import { asIfEngaged } from '@app/domain/evaluation/v1/as-if-engaged';
import { resolveUnderSeveral } from '@app/domain/evaluation/v1/resolved-question';
import { isRefusal, type Refusal } from '@app/domain/values/problem';
import { dayOf } from '@app/domain/values/day';
import type { Work } from '@app/domain/values/work';
import { AsOfResolver } from '@app/read-model/as-of';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { QuestionLine } from '../question-lines';
import { rest } from '../cooperative';

/**
 * The questions of these answers at their position, each answered as if every adviser whom it names were
 * engaged: what the policies ask, apart from what the register asks itself. They are of one question under
 * several policies; the answers come in the same order.
 */
export class AskAsIfEngaged extends Query<readonly Answer[] | Refusal> {
  constructor(readonly answers: readonly Answer[]) {
    super();
  }
}

@QueryHandler(AskAsIfEngaged)
export class AskAsIfEngagedHandler implements IQueryHandler<AskAsIfEngaged> {
  constructor(
    private readonly reader: AsOfResolver,
    private readonly questions: QuestionLine,
  ) {}

  async execute({ answers }: AskAsIfEngaged): Promise<readonly Answer[] | Refusal> {
    const [first] = answers;
    if (first === undefined || first.advisers.length === 0) return answers;
    await rest();
    const { provider, setting, from, until, advisers, school, knownAt } = first;
    const asking = {
      provider: provider.key,
      setting,
      from: dayOf(from),
      until: dayOf(until),
      advisers,
      school,
    };
    const known = this.reader.index.at(Number(knownAt.position));
    const found = resolveUnderSeveral(
      known,
      asking,
      answers.map(({ policy }) => policy.id),
    );
    if (isRefusal(found)) return found;
    return this.questions.begin(
      (function* (): Work<readonly Answer[]> {
        const told: Answer[] = [];
        for (const one of found) told.push(yield* answering(asIfEngaged(one), knownAt.recordedAt));
        return told;
      })(),
    );
  }
}
