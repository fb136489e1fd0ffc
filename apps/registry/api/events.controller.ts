import { Readable } from 'node:stream';
import type { Credential } from '@app/application/credential';
import type { Result } from '@app/application/draft';
import { FindEffects } from '@app/application/effects';
import { ReadEventHistory } from '@app/application/history';
import { ReadEvent } from '@app/application/log';
import { PostEvents, TryEvents, type Sent } from '@app/application/post-events';
import {
  AsKnown,
  AtLeast,
  EventPath,
  Posting,
  SheetPosting,
  TemplateQuestion,
} from '@app/application/questions';
import { granted, Refused } from '@app/application/refused';
import { eventSheet, headerOf, type EventSheet } from '@app/application/spreadsheet/event-sheet';
import { readTable, type Table } from '@app/application/spreadsheet/table';
import type { Trial } from '@app/application/trial';
import type { Refusal } from '@app/domain/problem';
import { Controller, Get, Header, Inject, Param, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../settings';
import {
  counted,
  lines,
  MOST_IN_AN_APPEND,
  placed,
  posted,
  type Item,
  type Judged,
  type Mode,
  type Place,
} from './batch';
import {
  BATCH,
  charsetOf,
  chunksOf,
  CSV,
  JSON_TYPE,
  jsonOf,
  linesOf,
  mediaTypeOf,
  NDJSON,
  ONE_EVENT,
} from './body';
import { keep } from './habits';
import { Gives, MediaTypeGuard, preferred, Takes } from './media-types';
import { KeyGuard, Poster } from './poster';

/** So many events of a batch are judged at once: enough that one flush of the disk serves many. */
const EVENTS_AT_ONCE = 500;

/** What was tried of a request so far, in a dry run, and where it stands in what was sent. */
interface Tried {
  trial?: Trial;
  readonly places: Place[];
}

@Controller('v1/events')
export class EventsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    @Inject(SETTINGS) private readonly settings: Settings,
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
      return this.#postAll(credential, parsed(linesOf(chunksOf(request))), mode, request, reply);
    if (mediaTypeOf(request) === ONE_EVENT) preferred(request, [JSON_TYPE]);
    const sent = granted(jsonOf(request.body as Buffer));
    return mediaTypeOf(request) === BATCH
      ? this.#postAll(credential, whole(sent), mode, request, reply)
      : this.#postOne(credential, sent, mode, reply);
  }

  /** A table of events of one type, a row each. */
  @Post('csv')
  @UseGuards(MediaTypeGuard, KeyGuard)
  @Takes(CSV)
  @Gives(JSON_TYPE, NDJSON)
  async postTable(
    @Poster() credential: Credential,
    @Query() { type, source, map = [], ...query }: SheetPosting,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const table = granted(await readTable(chunksOf(request), charsetOf(request)));
    const sheet = granted(eventSheet(type, source, table.columns, map));
    const mode = { atomic: query.atomic === 'true', dryRun: query.dryRun === 'true' };
    const { unknownColumns, missingColumns } = sheet;
    await this.#postAll(credential, rowsOf(table, sheet), mode, request, reply, {
      unknownColumns,
      missingColumns,
    });
  }

  /** The header of a table of events of a type. */
  @Get('csv/template')
  @Gives(CSV)
  template(@Query() { type }: TemplateQuestion, @Res({ passthrough: true }) reply: FastifyReply): string {
    const header = granted(headerOf(type));
    keep(reply, false);
    void reply
      .header('content-type', `${CSV}; charset=utf-8; header=present`)
      .header('content-disposition', `attachment; filename="${type ?? ''}.csv"`);
    return `${header.join(',')}\r\n`;
  }

  async #postOne(credential: Credential, sent: Sent, mode: Mode, reply: FastifyReply): Promise<void> {
    const tried: Tried = { places: [{ index: 0 }] };
    const [result] = await this.#take(credential, [sent], mode, tried);
    if (!result) throw new Error('a submission was not answered');
    if (result.outcome === 'refused') throw new Refused(result.refusal);
    const one = posted(result, mode);
    const created = result.outcome === 'accepted' && !mode.dryRun;
    if (one.position !== null) void reply.header('location', `/v1/events/${one.position}`);
    await reply
      .status(created ? 201 : 200)
      .send(mode.dryRun ? { ...one, effects: await this.#effects(credential, tried) } : one);
  }

  async #postAll(
    credential: Credential,
    items: AsyncIterable<Item[]>,
    mode: Mode,
    request: FastifyRequest,
    reply: FastifyReply,
    more: object = {},
  ): Promise<void> {
    const tried: Tried = { places: [] };
    const results = mode.atomic
      ? this.#whole(credential, items, mode, tried)
      : this.#judged(credential, items, mode, tried);
    void reply.status(200);
    if (preferred(request, [JSON_TYPE, NDJSON]) === NDJSON) {
      await reply.header('content-type', NDJSON).send(Readable.from(lines(results, mode)));
      return;
    }
    const batch = await counted(results, mode);
    await reply.send(
      mode.dryRun
        ? { ...batch, effects: await this.#effects(credential, tried), ...more }
        : { ...batch, ...more },
    );
  }

  /** Judges part after part, as they come, each answered before the next is read. */
  async *#judged(
    credential: Credential,
    parts: AsyncIterable<Item[]>,
    mode: Mode,
    tried: Tried,
  ): AsyncGenerator<readonly Judged[]> {
    for await (const items of ahead(parts)) yield await this.#judge(credential, items, mode, tried);
  }

  async *#whole(
    credential: Credential,
    parts: AsyncIterable<Item[]>,
    mode: Mode,
    tried: Tried,
  ): AsyncGenerator<readonly Judged[]> {
    const all: Item[] = [];
    let count = 0;
    for await (const items of parts) {
      count += items.length;
      // What is too much is read to its end all the same: who is hung up on while sending never hears why.
      if (count <= MOST_IN_AN_APPEND) all.push(...items);
    }
    if (count > MOST_IN_AN_APPEND) throw new Refused(BATCH_TOO_LARGE);
    if (count > 0) yield await this.#judge(credential, all, mode, tried);
  }

  async #judge(
    credential: Credential,
    items: readonly Item[],
    mode: Mode,
    tried: Tried,
  ): Promise<readonly Judged[]> {
    if (mode.dryRun) for (const { place } of items) tried.places.push(place);
    const results = await this.#take(
      credential,
      items.map(({ sent }) => sent),
      mode,
      tried,
    );
    return items.flatMap((item, i) => {
      const result = results[i];
      if (!result) return [];
      return result.outcome === 'refused' && item.explained
        ? [{ item, result: { ...result, refusal: item.explained(result.refusal) } }]
        : [{ item, result }];
    });
  }

  async #take(
    credential: Credential,
    sent: readonly Sent[],
    { atomic, dryRun }: Mode,
    tried: Tried,
  ): Promise<readonly Result[]> {
    if (!dryRun) return granted(await this.commands.execute(new PostEvents(credential, sent, atomic)));
    const { results, trial } = granted(
      await this.commands.execute(new TryEvents(credential, sent, atomic, tried.trial)),
    );
    tried.trial = trial;
    return results;
  }

  /** What would change for whom, were that posted which was tried; null before the first day. */
  async #effects(credential: Credential, { trial, places }: Tried) {
    const all = trial ?? granted(await this.commands.execute(new TryEvents(credential, [], false))).trial;
    const effects = await this.queries.execute(new FindEffects(all, this.settings.policy));
    return effects ? placed(effects, places) : null;
  }

  @Get(':position')
  @Header('content-type', 'application/json; charset=utf-8')
  async event(
    @Param() { position }: EventPath,
    @Query() moment: AtLeast,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const text = await this.queries.execute(new ReadEvent(Number(position), moment));
    if (typeof text !== 'string') throw new Refused(text);
    keep(reply, true);
    return text;
  }

  @Get(':position/history')
  async history(@Param() { position }: EventPath, @Query() moment: AsKnown) {
    return granted(await this.queries.execute(new ReadEventHistory(Number(position), moment)));
  }
}

const BATCH_TOO_LARGE: Refusal = {
  code: 'too-large',
  detail: 'One append cannot hold this batch: split it, or post it without atomic',
};

/** The same parts, the next being read while one is judged. None waits for the one after it. */
async function* ahead<T>(parts: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = parts[Symbol.asyncIterator]();
  let next = iterator.next();
  for (;;) {
    const part = await next;
    if (part.done === true) return;
    next = iterator.next();
    // Told when its turn comes; until then nobody listens.
    next.catch(() => undefined);
    yield part.value;
  }
}

async function* whole({
  value,
  bytes,
}: {
  readonly value: unknown;
  readonly bytes: number;
}): AsyncGenerator<Item[]> {
  if (!Array.isArray(value))
    throw new Refused({ code: 'invalid-event', detail: 'A batch is a JSON array of events' });
  const events = value as unknown[];
  for (let i = 0; i < events.length; i += EVENTS_AT_ONCE) {
    const part = events.slice(i, i + EVENTS_AT_ONCE);
    yield await Promise.resolve(
      part.map((event, j) => ({ place: { index: i + j }, sent: { value: event, bytes } })),
    );
  }
}

async function* parsed(parts: AsyncIterable<(Buffer | Refusal)[]>): AsyncGenerator<Item[]> {
  let index = 0;
  for await (const lines of parts) {
    yield lines.map((line) => ({
      place: { index: index++ },
      sent: Buffer.isBuffer(line) ? jsonOf(line) : line,
    }));
  }
}

/** The rows of a table as events, what is refused of them told in words of its cells. */
async function* rowsOf(table: Table, sheet: EventSheet): AsyncGenerator<Item[]> {
  for await (const rows of table.rows) {
    for (let i = 0; i < rows.length; i += EVENTS_AT_ONCE) {
      yield rows.slice(i, i + EVENTS_AT_ONCE).map((row) => ({
        place: { line: row.line },
        sent: 'refusal' in row ? row.refusal : sheet.eventIn(row),
        explained: (refusal) => sheet.explained(refusal, row),
      }));
    }
  }
}
