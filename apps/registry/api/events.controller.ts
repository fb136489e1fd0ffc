import { Readable } from 'node:stream';
import type { Credential } from '@app/application/credential';
import type { Draft, Result } from '@app/application/draft';
import { ReadEvent } from '@app/application/log';
import { PostEvents, TryEvents, type Sent } from '@app/application/post-events';
import { AtLeast, EventPath, Posting } from '@app/application/questions';
import { granted, Refused } from '@app/application/refused';
import type { Refusal } from '@app/domain/problem';
import { Controller, Get, Header, Param, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BATCH, JSON_TYPE, jsonOf, linesOf, mediaTypeOf, NDJSON, ONE_EVENT } from './body';
import { keep } from './habits';
import { Gives, MediaTypeGuard, preferred, Takes } from './media-types';
import { KeyGuard, Poster } from './poster';
import { problemOf, type ProblemDetails } from './problem';

/** So many events of a batch are judged at once: enough that one flush of the disk serves many. */
const EVENTS_AT_ONCE = 500;
/** The answer to a batch holds at most so many problems. */
const MOST_REJECTED = 1_000;

interface Posted {
  readonly id: string;
  readonly position: string | null;
  readonly stream: string;
  readonly revision: number;
  readonly recordedAt: string;
  readonly warnings: readonly { readonly code: string; readonly pointer?: string; readonly detail: string }[];
}

interface Batch {
  accepted: number;
  duplicates: number;
  rejected: { index: number; problem: ProblemDetails }[];
  refused: number;
  lastPosition: string | null;
}

/** How a request wants its events taken. */
interface Mode {
  readonly atomic: boolean;
  readonly dryRun: boolean;
}

@Controller('v1/events')
export class EventsController {
  constructor(
    private readonly commands: CommandBus,
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
      return this.#postAll(credential, parsed(linesOf(request.body as Readable)), mode, request, reply);
    if (mediaTypeOf(request) === ONE_EVENT) preferred(request, [JSON_TYPE]);
    const sent = granted(jsonOf(request.body as Buffer));
    return mediaTypeOf(request) === BATCH
      ? this.#postAll(credential, whole(sent), mode, request, reply)
      : this.#postOne(credential, sent, mode, reply);
  }

  async #postOne(credential: Credential, sent: Sent, mode: Mode, reply: FastifyReply): Promise<void> {
    const [result] = await this.#take(credential, [sent], mode, {});
    if (!result) throw new Error('a submission was not answered');
    if (result.outcome === 'refused') throw new Refused(result.refusal);
    const posted = written(result, mode);
    const created = result.outcome === 'accepted' && !mode.dryRun;
    if (posted.position !== null) void reply.header('location', `/v1/events/${posted.position}`);
    await reply.status(created ? 201 : 200).send(posted);
  }

  async #postAll(
    credential: Credential,
    sent: AsyncIterable<Sent[]>,
    mode: Mode,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const results = mode.atomic ? this.#whole(credential, sent, mode) : this.#judged(credential, sent, mode);
    void reply.status(200);
    if (preferred(request, [JSON_TYPE, NDJSON]) === NDJSON) {
      await reply.header('content-type', NDJSON).send(Readable.from(lines(results, mode)));
      return;
    }
    await reply.send(await counted(results, mode));
  }

  /** Judges part after part, as they come, each answered before the next is read. */
  async *#judged(
    credential: Credential,
    sent: AsyncIterable<Sent[]>,
    mode: Mode,
  ): AsyncGenerator<readonly Result[]> {
    const trial = {};
    for await (const part of sent) yield await this.#take(credential, part, mode, trial);
  }

  async *#whole(
    credential: Credential,
    sent: AsyncIterable<Sent[]>,
    mode: Mode,
  ): AsyncGenerator<readonly Result[]> {
    const all: Sent[] = [];
    let count = 0;
    for await (const part of sent) {
      count += part.length;
      // What is too much is read to its end all the same: who is hung up on while sending never hears why.
      if (count <= MOST_IN_AN_APPEND) all.push(...part);
    }
    if (count > MOST_IN_AN_APPEND) throw new Refused(BATCH_TOO_LARGE);
    if (count > 0) yield await this.#take(credential, all, mode, {});
  }

  async #take(
    credential: Credential,
    sent: readonly Sent[],
    { atomic, dryRun }: Mode,
    trial: { draft?: Draft },
  ): Promise<readonly Result[]> {
    if (!dryRun) return granted(await this.commands.execute(new PostEvents(credential, sent, atomic)));
    const { results, draft } = granted(
      await this.commands.execute(new TryEvents(credential, sent, atomic, trial.draft)),
    );
    trial.draft = draft;
    return results;
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
}

/** Beyond so many events no append could hold them, whatever they say. */
const MOST_IN_AN_APPEND = 4_096;
const BATCH_TOO_LARGE: Refusal = {
  code: 'too-large',
  detail: 'One append cannot hold this batch: split it, or post it without atomic',
};

async function* whole({
  value,
  bytes,
}: {
  readonly value: unknown;
  readonly bytes: number;
}): AsyncGenerator<Sent[]> {
  if (!Array.isArray(value))
    throw new Refused({ code: 'invalid-event', detail: 'A batch is a JSON array of events' });
  const events = value as unknown[];
  for (let i = 0; i < events.length; i += EVENTS_AT_ONCE) {
    yield await Promise.resolve(
      events.slice(i, i + EVENTS_AT_ONCE).map((event) => ({ value: event, bytes })),
    );
  }
}

async function* parsed(parts: AsyncIterable<(Buffer | Refusal)[]>): AsyncGenerator<Sent[]> {
  for await (const lines of parts) yield lines.map((line) => (Buffer.isBuffer(line) ? jsonOf(line) : line));
}

function written(
  { outcome, id, position, stream, revision, recordedAt, warnings }: Exclude<Result, { outcome: 'refused' }>,
  { dryRun }: Mode,
): Posted {
  return {
    id,
    position: dryRun && outcome === 'accepted' ? null : String(position),
    stream,
    revision,
    recordedAt,
    warnings,
  };
}

async function* lines(results: AsyncIterable<readonly Result[]>, mode: Mode): AsyncGenerator<string> {
  try {
    for await (const part of results) {
      yield part
        .map(
          (result) =>
            `${JSON.stringify(result.outcome === 'refused' ? problemOf(result.refusal) : written(result, mode))}\n`,
        )
        .join('');
    }
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    yield `${JSON.stringify(problemOf(error.refusal))}\n`;
  }
}

/** Counts what became of each. Of an atomic batch in which anything is refused, nothing was taken. */
async function counted(results: AsyncIterable<readonly Result[]>, mode: Mode): Promise<Batch> {
  const batch: Batch = { accepted: 0, duplicates: 0, rejected: [], refused: 0, lastPosition: null };
  let index = 0;
  let last = -1;
  for await (const part of results) {
    for (const result of part) {
      if (result.outcome === 'refused') {
        batch.refused++;
        if (batch.rejected.length < MOST_REJECTED)
          batch.rejected.push({ index, problem: problemOf(result.refusal) });
      } else {
        batch[result.outcome === 'accepted' ? 'accepted' : 'duplicates']++;
        if (!mode.dryRun || result.outcome === 'duplicate') last = Math.max(last, result.position);
      }
      index++;
    }
  }
  if (mode.atomic && batch.refused > 0) return { ...batch, accepted: 0, duplicates: 0 };
  return { ...batch, lastPosition: last < 0 ? null : String(last) };
}
