import { isRefusal, type Refusal } from '@app/domain/values/problem';
import {
  adviserAnswer,
  type AdviserAnswer,
  type AdviserQuestion,
} from '@app/domain/evaluation/v1/adviser-answer';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { onDays, type AskedDays } from '@app/read-model/answers/asked-question';
import { AsOfResolver, type Moment } from '@app/read-model/as-of';
import { rest } from '../cooperative';

/** Is this adviser qualified for this purpose on these days, as known at a moment, and why not? */
export class AskStanding extends Query<AdviserAnswer | Refusal> {
  constructor(
    readonly question: Omit<AdviserQuestion, 'from' | 'until'>,
    readonly days: AskedDays,
    readonly moment: Moment,
  ) {
    super();
  }
}

@QueryHandler(AskStanding)
export class AskStandingHandler implements IQueryHandler<AskStanding> {
  constructor(private readonly reader: AsOfResolver) {}

  async execute({ question, days, moment }: AskStanding): Promise<AdviserAnswer | Refusal> {
    const position = await this.reader.position(moment);
    if (isRefusal(position)) return position;
    const { index: register } = this.reader;
    await rest();
    const known = register.at(position);
    return onDays(days, known.today, (window) =>
      adviserAnswer(known, { ...question, ...window }, register.recordedAt(position) ?? ''),
    );
  }
}
