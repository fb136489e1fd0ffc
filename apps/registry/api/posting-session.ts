import type { Credential } from '@app/application/access/credential';
import type { PostResult } from '@app/application/posting/pending-append';
import { FindEffects } from '@app/application/asking/dry-run-effects';
import { PostEvents, TryEvents, type SentEvent } from '@app/application/posting/post-events';
import { refuse, unwrap, Refused } from '@app/http-contract/problem/refusal-error';
import type { DryRun } from '@app/application/posting/dry-run';
import { TOO_LARGE } from '@app/application/posting/turn';
import type { Refusal } from '@app/domain/values/problem';
import { Injectable } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyRequest } from 'fastify';
import { BUDGETS, LARGEST_ATOMIC, LONGEST_TRIAL, PARSED, Share } from '../http/budgets';
import { answerOf, endWithin } from '../http/connections';
import { Room } from '../http/arriving-body';
import { batchOf, placed, type BatchItem, type Judged, type Mode, type Place } from './batch';

/** More events than any append can hold, whatever their size. */
const MOST_IN_AN_APPEND = 4_096;

const NO_ROOM: Refusal = refuse(
  'unavailable',
  'As many events are tried at once as the register holds in memory: try the same again a while later, or in parts',
);

/** Takes the events of a request in the way that the request wants. */
@Injectable()
export class PostingSessions {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  /** What one request is to take. */
  of(credential: Credential, mode: Mode, request: FastifyRequest): PostingSession {
    return new PostingSession(this.commands, this.queries, credential, mode, request);
  }
}

export class PostingSession {
  readonly #commands: CommandBus;
  readonly #queries: QueryBus;
  readonly #credential: Credential;
  readonly #mode: Mode;
  readonly #request: FastifyRequest;
  #trial: DryRun | undefined;
  /** Ends the search for effects if no one waits for them any more. */
  readonly #gone = new AbortController();
  /** Its share of the events that the process tries. */
  readonly #trying: Share;
  #tried = 0;
  #furthest: number | null = null;
  /** In a dry run where each event stood in what was sent. */
  readonly #places: Place[] = [];

  constructor(
    commands: CommandBus,
    queries: QueryBus,
    credential: Credential,
    mode: Mode,
    request: FastifyRequest,
  ) {
    this.#request = request;
    this.#trying = new Share(BUDGETS.tried_events, credential.hash);
    if (mode.dryRun)
      answerOf(request.raw)?.once('close', () => {
        this.#trying.release();
        this.#gone.abort();
      });
    this.#commands = commands;
    this.#queries = queries;
    this.#credential = credential;
    this.#mode = mode;
  }

  /** The last position at which any of the events stands; null if none does, or none was written. */
  get furthest(): number | null {
    return this.#furthest;
  }

  /** What becomes of a single event. */
  async one(sent: SentEvent): Promise<PostResult> {
    const [judged] = await this.#judge([{ place: { index: 0 }, sent }]);
    if (!judged) throw new Error('a submission was not answered');
    return judged.result;
  }

  /** Counts what became of the events; in a dry run with what they would change for whom. */
  async counted(parts: AsyncIterable<readonly BatchItem[]>) {
    const batch = await batchOf(this.judged(parts), this.#mode);
    return this.#mode.dryRun ? { ...batch, effects: await this.effects() } : batch;
  }

  /** What becomes of the events: part after part as they come, each answered before the next is judged, or all at once. */
  judged(parts: AsyncIterable<readonly BatchItem[]>): AsyncGenerator<readonly Judged[]> {
    return this.#mode.atomic ? this.#atOnce(parts) : this.#inParts(parts);
  }

  async *#inParts(parts: AsyncIterable<readonly BatchItem[]>): AsyncGenerator<readonly Judged[]> {
    for await (const items of ahead(parts)) yield await this.#judge(items);
  }

  async *#atOnce(parts: AsyncIterable<readonly BatchItem[]>): AsyncGenerator<readonly Judged[]> {
    const room = new Room(this.#request);
    const all: BatchItem[] = [];
    let bytes = 0;
    for await (const items of parts) {
      for (const item of items) bytes += item.bytes ?? 0;
      if (all.length + items.length > MOST_IN_AN_APPEND || bytes > LARGEST_ATOMIC)
        throw new Refused(TOO_LARGE);
      room.hold(bytes * PARSED);
      all.push(...items);
    }
    if (all.length > 0) yield await this.#judge(all);
  }

  async #judge(items: readonly BatchItem[]): Promise<readonly Judged[]> {
    const results = await this.#results(items);
    return items.flatMap((item, i) => {
      const result = results[i];
      if (!result) return [];
      return result.outcome === 'refused' && item.explained
        ? [{ item, result: { ...result, refusal: item.explained(result.refusal) } }]
        : [{ item, result }];
    });
  }

  async #results(items: readonly BatchItem[]): Promise<readonly PostResult[]> {
    const sent = items.map((item) => item.sent);
    if (!this.#mode.dryRun) {
      const posting = new PostEvents(this.#credential, sent, this.#mode.atomic);
      const results = unwrap(await this.#commands.execute(posting));
      const isWhole = !this.#mode.atomic || results.every(({ outcome }) => outcome !== 'refused');
      for (const result of isWhole ? results : [])
        if (result.outcome !== 'refused') this.#furthest = Math.max(this.#furthest ?? -1, result.position);
      return results;
    }
    for (const { place } of items) this.#places.push(place);
    return this.#try(sent);
  }

  async #try(sent: readonly SentEvent[]): Promise<readonly PostResult[]> {
    if (!this.#trying.add(sent.length)) throw new Refused(NO_ROOM);
    this.#tried += sent.length;
    endWithin(this.#request.raw, LONGEST_TRIAL + this.#tried);
    const tried = new TryEvents(this.#credential, sent, this.#mode.atomic, this.#trial);
    const { results, trial } = unwrap(await this.#commands.execute(tried));
    this.#trial = trial;
    return results;
  }

  /** Whose answers the tried events would change; null before the first day. */
  async effects() {
    if (!this.#trial) await this.#try([]);
    if (!this.#trial) throw new Error('nothing was tried');
    const effects = await this.#queries.execute(new FindEffects(this.#trial, this.#gone.signal));
    return effects ? placed(unwrap(effects), this.#places) : null;
  }
}

/** The same parts, with the next one read while one is judged. No part waits for the one after it. */
async function* ahead<T>(parts: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = parts[Symbol.asyncIterator]();
  let next = iterator.next();
  for (;;) {
    const part = await next;
    if (part.done === true) return;
    next = iterator.next();
    // A failure is reported when its turn comes; until then no one listens.
    next.catch(() => undefined);
    yield part.value;
  }
}
