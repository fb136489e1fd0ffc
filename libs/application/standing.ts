import type { Refusal } from '@app/domain/problem';
import { standingOf, type Standing, type StandingQuestion } from '@app/domain/standing';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { onDays, type AskedDays } from './eligibility';
import { Reader, type Moment } from './reader';
import { rest } from './turns';

/** Is this adviser qualified for this purpose on these days, as known then, and why not? */
export class AskStanding extends Query<Standing | Refusal> {
  constructor(
    readonly question: Omit<StandingQuestion, 'from' | 'until'>,
    readonly days: AskedDays,
    readonly moment: Moment,
  ) {
    super();
  }
}

@QueryHandler(AskStanding)
export class AskStandingHandler implements IQueryHandler<AskStanding> {
  constructor(private readonly reader: Reader) {}

  async execute({ question, days, moment }: AskStanding): Promise<Standing | Refusal> {
    const position = await this.reader.position(moment);
    if (typeof position !== 'number') return position;
    const { register } = this.reader;
    await rest();
    const known = register.at(position);
    return onDays(days, known.today, (window) =>
      standingOf(known, { ...question, ...window }, register.recordedAt(position) ?? ''),
    );
  }
}
