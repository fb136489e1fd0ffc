import { Readable } from 'node:stream';
import type { Credential } from '@app/application/access/credential';
import { ReadEventHistory } from '@app/application/reading/history';
import { ReadEvent } from '@app/application/reading/log';
import type { SentEvent } from '@app/application/posting/post-events';
import { SheetPosting, TemplateQuestion } from '@app/http-contract/routes/tables';
import { Posting } from '@app/http-contract/routes/events';
import { AsKnown, AtLeast, EventPath } from '@app/http-contract/request/shared-questions';
import { refuse, unwrap, Refused } from '@app/http-contract/problem/refusal-error';
import { eventSheet, headerOf, type EventSheet } from '@app/tables/event-sheet';
import { readTable, type Table } from '@app/tables/table';
import type { Refusal } from '@app/domain/values/problem';
import { Controller, Get, Header, Param, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { lines, posted, type BatchItem, type Mode } from './batch';
import { bodyOf, charsetOf, chunksOf, jsonOf, linesOf, mediaTypeOf, tellUnknown } from '../http/request-body';
import { BATCH, CSV, JSON_TYPE, NDJSON, ONE_EVENT } from '@app/http-contract/media-types';
import { keep } from '../http/conventions';
import { PostingSessions } from './posting-session';
import { Gives, MediaTypeGuard, preferred, Takes } from '../http/media-types';
import { tellPosition } from '../http/position-token';
import { KeyGuard, Poster } from '../http/api-key.guard';

/** The number of events of a batch that are judged at once: enough that one flush of the disk serves many. */
const EVENTS_AT_ONCE = 500;

@Controller('v1/events')
export class EventsController {
  constructor(
    private readonly sessions: PostingSessions,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @UseGuards(MediaTypeGuard, KeyGuard)
  @Takes(ONE_EVENT, BATCH, NDJSON)
  @Gives(JSON_TYPE, NDJSON)
  async post(
    @Poster() credential: Credential,
    @Query() query: Posting,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const mode = { atomic: query.atomic === 'true', dryRun: query.dryRun === 'true' };
    if (mediaTypeOf(request) === NDJSON)
      return this.#postAll(credential, parsed(linesOf(request)), mode, request, reply);
    if (mediaTypeOf(request) === ONE_EVENT) preferred(request, [JSON_TYPE]);
    const sent = jsonOf(bodyOf(request));
    return mediaTypeOf(request) === BATCH
      ? this.#postAll(credential, whole(unwrap(sent)), mode, request, reply)
      : this.#postOne(credential, sent, mode, request, reply);
  }

  /** A table of events of one type, a row each. */
  @Post('csv')
  @UseGuards(MediaTypeGuard, KeyGuard)
  @Takes(CSV)
  @Gives(JSON_TYPE, NDJSON)
  async postTable(
    @Poster() credential: Credential,
    @Query() { type, source, map = [], ignore = [], dates, ...query }: SheetPosting,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const table = unwrap(await readTable(chunksOf(request), charsetOf(request)));
    const sheet = unwrap(eventSheet(type, source, table.columns, { map, ignore, dates }));
    const mode = { atomic: query.atomic === 'true', dryRun: query.dryRun === 'true' };
    const { unknownColumns, missingColumns } = sheet;
    tellUnknown(reply, unknownColumns);
    await this.#postAll(credential, rowsOf(table, sheet), mode, request, reply, {
      unknownColumns,
      missingColumns,
    });
  }

  /** The header of a table of events of a type. */
  @Get('csv/template')
  @Gives(CSV)
  template(@Query() { type }: TemplateQuestion, @Res({ passthrough: true }) reply: FastifyReply): string {
    const header = unwrap(headerOf(type));
    keep(reply);
    void reply
      .header('content-type', `${CSV}; charset=utf-8; header=present`)
      .header('content-disposition', `attachment; filename="${type ?? ''}.csv"`);
    return `${header.join(',')}\r\n`;
  }

  async #postOne(
    credential: Credential,
    sent: SentEvent,
    mode: Mode,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const session = this.sessions.of(credential, mode, request);
    const result = await session.one(sent);
    if (result.outcome === 'refused') throw new Refused(result.refusal);
    const one = posted(result, !mode.dryRun);
    const created = result.outcome === 'accepted' && !mode.dryRun;
    if (one.position !== null) void reply.header('location', `/v1/events/${one.position}`);
    tellPosition(reply, one.position);
    void reply
      .status(created ? 201 : 200)
      .send(mode.dryRun ? { ...one, effects: await session.effects() } : one);
  }

  async #postAll(
    credential: Credential,
    items: AsyncIterable<BatchItem[]>,
    mode: Mode,
    request: FastifyRequest,
    reply: FastifyReply,
    more: Partial<Pick<EventSheet, 'unknownColumns' | 'missingColumns'>> = {},
  ): Promise<void> {
    const session = this.sessions.of(credential, mode, request);
    void reply.status(200);
    if (preferred(request, [JSON_TYPE, NDJSON]) === NDJSON) {
      await reply
        .header('content-type', NDJSON)
        .send(Readable.from(lines(session.judged(items), mode, ofColumns(more))));
      return;
    }
    const batch = await session.counted(items);
    tellPosition(reply, session.furthest);
    await reply.send({ ...batch, ...more });
  }

  @Get(':position')
  @Header('content-type', 'application/json; charset=utf-8')
  async event(
    @Param() { position }: EventPath,
    @Query() moment: AtLeast,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const text = unwrap(await this.queries.execute(new ReadEvent(Number(position), moment)));
    keep(reply);
    return text;
  }

  @Get(':position/history')
  async history(@Param() { position }: EventPath, @Query() moment: AsKnown) {
    return unwrap(await this.queries.execute(new ReadEventHistory(Number(position), moment)));
  }
}

/** The columns of a table that are not read, if there are any. */
function ofColumns({ unknownColumns = [] }: Partial<Pick<EventSheet, 'unknownColumns'>>): object {
  return unknownColumns.length > 0 ? { unknownColumns } : {};
}

async function* whole({
  value,
  bytes,
}: {
  readonly value: unknown;
  readonly bytes: number;
}): AsyncGenerator<BatchItem[]> {
  if (!Array.isArray(value))
    throw new Refused(
      refuse(
        'invalid-event',
        'A batch is a JSON array of events: post a single one as application/cloudevents+json',
      ),
    );
  const events = value as unknown[];
  for (let i = 0; i < events.length; i += EVENTS_AT_ONCE) {
    const part = events.slice(i, i + EVENTS_AT_ONCE);
    yield await Promise.resolve(
      part.map((event, j) => ({ place: { index: i + j }, sent: { value: event, bytes } })),
    );
  }
}

async function* parsed(parts: AsyncIterable<(Buffer | Refusal)[]>): AsyncGenerator<BatchItem[]> {
  let index = 0;
  for await (const lines of parts) {
    yield lines.map((line) => ({
      place: { index: index++ },
      sent: Buffer.isBuffer(line) ? jsonOf(line) : line,
      bytes: Buffer.isBuffer(line) ? line.length : 0,
    }));
  }
}

/** The rows of a table as events, what is refused of them told in words of its cells. */
async function* rowsOf(table: Table, sheet: EventSheet): AsyncGenerator<BatchItem[]> {
  for await (const rows of table.rows) {
    for (let i = 0; i < rows.length; i += EVENTS_AT_ONCE) {
      yield rows.slice(i, i + EVENTS_AT_ONCE).map((row) => ({
        place: { line: row.line },
        sent: 'refusal' in row ? row.refusal : sheet.eventIn(row),
        bytes: row.cells.reduce((length, cell) => length + cell.length, 0),
        explained: (refusal) => sheet.explained(refusal, row),
      }));
    }
  }
}
