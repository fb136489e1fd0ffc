import { isRefusal, type Refusal } from '@app/domain/values/problem';
import type { HistoryEvent } from '@app/read-model/records/history';
import { knownAt } from '@app/read-model/records/records';
import {
  submissions,
  unknownSubmitter,
  type Submissions,
  type Wanted,
} from '@app/read-model/records/submissions';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { AsOfResolver, type Moment } from '@app/read-model/as-of';
import type { AsOf } from './records';
import { rest } from '../cooperative';

/** A page of the events that a body posted and a filter selects, each with what has become of it. */
export class ReadSubmissions extends Query<AsOf<Submissions> | Refusal> {
  constructor(
    readonly wanted: Wanted,
    readonly page: { readonly after?: string | undefined; readonly limit: string },
    readonly moment: Moment,
  ) {
    super();
  }
}

/**
 * The most goes of a search for a page: it looks at 20,000 events at most, and others have their turn every
 * 500, so that a rare event delays no one.
 */
const MOST_GOES = 40;

@QueryHandler(ReadSubmissions)
export class ReadSubmissionsHandler implements IQueryHandler<ReadSubmissions> {
  constructor(private readonly reader: AsOfResolver) {}

  async execute({ wanted, page: { after = '-1', limit }, moment }: ReadSubmissions) {
    const position = await this.reader.position(moment);
    if (isRefusal(position)) return position;
    const { index: register } = this.reader;
    const known = register.at(position);
    const unknown = unknownSubmitter(known, wanted.body);
    if (unknown) return unknown;
    const events: HistoryEvent[] = [];
    let next: string | null = after;
    for (let go = 0; go < MOST_GOES && next !== null && events.length < Number(limit); go++) {
      await rest();
      const part = { after: Number(next), limit: Number(limit) - events.length };
      const found = submissions(register, position, wanted, part);
      events.push(...found.events);
      ({ next } = found);
    }
    return { body: wanted.body, events, next, knownAt: knownAt(known, register.recordedAt(position)) };
  }
}
