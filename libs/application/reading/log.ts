import { createHash } from 'node:crypto';
import { isRefusal, type Refusal } from '@app/domain/values/problem';
import { unknownEvent } from '@app/read-model/records/history';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { AsOfResolver, type Moment } from '@app/read-model/as-of';

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
  constructor(private readonly reader: AsOfResolver) {}

  async execute({ position, moment }: ReadEvent): Promise<string | Refusal> {
    await this.reader.readOn(String(position));
    const known = await this.reader.position(moment);
    if (isRefusal(known)) return known;
    if (position <= known) return this.reader.index.text(position);
    return unknownEvent(position, known);
  }
}

/** Consecutive events, each as its stored bytes and a newline. */
export interface PageOfLog {
  /** How many bytes they have. */
  readonly bytes: number;
  /** A hash of the bytes. */
  readonly tag: string;
  /** The moment after which the next page begins; undefined at the head. */
  readonly next: string | undefined;
  /** The bytes in order, in pieces of about a given size. */
  readonly pieces: (size: number) => Generator<Buffer, void, undefined>;
}

/**
 * A page of the log after a moment, in order: after a position, which may name its log, or −1 for the start.
 * It has at most `limit` events and `largest` bytes, but at least one event if there is any.
 */
export class ReadLog extends Query<PageOfLog | Refusal> {
  constructor(
    readonly after: string,
    readonly limit: number,
    readonly largest: number,
    readonly moment: Pick<Moment, 'atLeast'>,
  ) {
    super();
  }
}

const NEWLINE = Buffer.from('\n');

@QueryHandler(ReadLog)
export class ReadLogHandler implements IQueryHandler<ReadLog> {
  constructor(private readonly reader: AsOfResolver) {}

  async execute({ after, limit, largest, moment }: ReadLog): Promise<PageOfLog | Refusal> {
    await this.reader.readOn(after);
    const known = await this.reader.position(moment);
    if (isRefusal(known)) return known;
    const from = after === '-1' ? -1 : this.reader.positionOf(after, 'after');
    if (isRefusal(from)) return from;
    const { index: register } = this.reader;
    const hash = createHash('sha256');
    let [last, bytes] = [from, 0];
    for (const most = Math.min(from + limit, known); last < most; last++) {
      const event = register.bytes(last + 1);
      if (bytes > 0 && bytes + event.length + 1 > largest) break;
      bytes += event.length + 1;
      hash.update(event).update(NEWLINE);
    }
    return {
      bytes,
      tag: hash.digest('base64url'),
      // With the digits of the log, so that its reader notices if the log was restored from a backup.
      next: last < known ? this.reader.written(last) : undefined,
      *pieces(size) {
        for (let position = from + 1; position <= last;) {
          const parts: Buffer[] = [];
          for (let length = 0; position <= last && length < size; position++) {
            const event = register.bytes(position);
            parts.push(event, NEWLINE);
            length += event.length + 1;
          }
          yield Buffer.concat(parts);
        }
      },
    };
  }
}
