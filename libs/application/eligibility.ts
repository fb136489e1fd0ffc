import { FIRST_DAY } from '@app/domain/day';
import { answer, openCase, windowOf, type Answer } from '@app/domain/eligibility';
import { isRefusal, type Refusal } from '@app/domain/problem';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Reader, type Moment } from './reader';

/** The main question: may this provider deliver guidance in this setting on these days, as known then, and why? */
export class AskEligibility extends Query<Answer | Refusal> {
  constructor(
    readonly question: {
      readonly provider: string;
      readonly setting: string;
      readonly policy: string;
      readonly on?: string | undefined;
      readonly from?: string | undefined;
      readonly until?: string | undefined;
      readonly advisers: readonly string[];
      readonly route: boolean;
    },
    readonly moment: Moment,
  ) {
    super();
  }
}

@QueryHandler(AskEligibility)
export class AskEligibilityHandler implements IQueryHandler<AskEligibility> {
  constructor(private readonly reader: Reader) {}

  async execute({ question, moment }: AskEligibility): Promise<Answer | Refusal> {
    const position = await this.reader.position(moment);
    if (typeof position !== 'number') return position;
    const known = this.reader.register.at(position);
    const window = windowOf(question, known.today);
    if (isRefusal(window) && window.code !== 'no-day-opened') return window;
    // That something is not found (404) is said before that there is no today (422).
    const found = openCase(known, {
      ...question,
      ...(isRefusal(window) ? { from: FIRST_DAY, until: FIRST_DAY } : window),
    });
    if (isRefusal(found)) return found;
    return isRefusal(window)
      ? window
      : answer(found, this.reader.register.recordedAt(position) ?? '', question.route);
  }
}
