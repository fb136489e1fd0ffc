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

/**
 * The events after a moment, in order, each as its stored bytes: after a position, that says perhaps of which log it is, or
 * −1 for the start. `next`: the moment after which the page after it begins; nothing at the head.
 */
export class ReadLog extends Query<
  { readonly events: readonly string[]; readonly next: string | undefined } | Refusal
> {
  constructor(
    readonly after: string,
    readonly limit: number,
    readonly moment: Pick<Moment, 'atLeast'>,
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
    const from = after === '-1' ? -1 : this.reader.positionOf(after, 'after');
    if (typeof from !== 'number') return from;
    const last = Math.min(from + limit, known);
    const events: string[] = [];
    for (let position = from + 1; position <= last; position++)
      events.push(this.reader.register.text(position));
    // With the digits, so that who follows the log learns that it was restored from a backup.
    return { events, next: last < known ? this.reader.written(last) : undefined };
  }
}
