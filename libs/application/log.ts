import type { Refusal } from '@app/domain/problem';
import { unknownEvent } from '@app/read-model/history';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Reader, type Moment } from './reader';

/** One event: its stored bytes, as text. */
export class ReadEvent extends Query<string | Refusal> {
  constructor(
    readonly position: number,
    readonly moment: Moment,
  ) {
    super();
  }
}

@QueryHandler(ReadEvent)
export class ReadEventHandler implements IQueryHandler<ReadEvent> {
  constructor(private readonly reader: Reader) {}

  async execute({ position, moment }: ReadEvent): Promise<string | Refusal> {
    const known = await this.reader.position(moment);
    if (typeof known !== 'number') return known;
    if (position <= known) return this.reader.register.text(position);
    return unknownEvent(position, known);
  }
}

/** The events after a position, in order, each as its stored bytes. `next`: where the page after it begins; nothing at the head. */
export class ReadLog extends Query<
  { readonly events: readonly string[]; readonly next: number | undefined } | Refusal
> {
  constructor(
    readonly after: number,
    readonly limit: number,
    readonly moment: Moment,
  ) {
    super();
  }
}

@QueryHandler(ReadLog)
export class ReadLogHandler implements IQueryHandler<ReadLog> {
  constructor(private readonly reader: Reader) {}

  async execute({ after, limit, moment }: ReadLog) {
    const known = await this.reader.position(moment);
    if (typeof known !== 'number') return known;
    const last = Math.min(after + limit, known);
    const events: string[] = [];
    for (let position = after + 1; position <= last; position++)
      events.push(this.reader.register.text(position));
    return { events, next: last < known ? Math.max(last, after) : undefined };
  }
}
