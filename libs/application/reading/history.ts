import type { Refusal } from '@app/domain/values/problem';
import { eventHistory, history, type History, type HistoryEvent } from '@app/read-model/records/history';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { AsOfResolver, type Moment } from '@app/read-model/as-of';
import { recordAt, type AsOf } from './records';

/** A page of the events about the provider or adviser with a key. */
export class ReadHistory extends Query<AsOf<History> | Refusal> {
  constructor(
    readonly key: string,
    readonly page: { readonly after?: string | undefined; readonly limit: string },
    readonly moment: Moment,
  ) {
    super();
  }
}

@QueryHandler(ReadHistory)
export class ReadHistoryHandler implements IQueryHandler<ReadHistory> {
  constructor(private readonly reader: AsOfResolver) {}

  execute({ key, page: { after = '-1', limit }, moment }: ReadHistory) {
    const part = { after: Number(after), limit: Number(limit) };
    return recordAt(this.reader, moment, ({ position }) => history(this.reader.index, position, key, part));
  }
}

/** One event with what has become of it. */
export class ReadEventHistory extends Query<AsOf<{ readonly event: HistoryEvent }> | Refusal> {
  constructor(
    readonly position: number,
    readonly moment: Moment,
  ) {
    super();
  }
}

@QueryHandler(ReadEventHistory)
export class ReadEventHistoryHandler implements IQueryHandler<ReadEventHistory> {
  constructor(private readonly reader: AsOfResolver) {}

  async execute({ position, moment }: ReadEventHistory) {
    await this.reader.readOn(String(position));
    return recordAt(this.reader, moment, (known) =>
      eventHistory(this.reader.index, known.position, position),
    );
  }
}
