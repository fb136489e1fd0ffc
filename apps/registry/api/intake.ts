import type { Credential } from '@app/application/credential';
import type { Result } from '@app/application/draft';
import { FindEffects } from '@app/application/effects';
import { PostEvents, TryEvents, type Sent } from '@app/application/post-events';
import { granted, Refused } from '@app/application/refused';
import type { Trial } from '@app/application/trial';
import { TOO_LARGE } from '@app/application/writer';
import { Inject, Injectable } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { SETTINGS, type Settings } from '../settings';
import { counted, placed, type Item, type Judged, type Mode, type Place } from './batch';

/** Beyond so many events no append could hold them, whatever they say. */
const MOST_IN_AN_APPEND = 4_096;

/** Takes in the events of a request, as the request wants it. */
@Injectable()
export class Intake {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** What one request is to take. */
  of(credential: Credential, mode: Mode): Taking {
    return new Taking(this.commands, this.queries, this.settings.policy, credential, mode);
  }
}

export class Taking {
  readonly #commands: CommandBus;
  readonly #queries: QueryBus;
  readonly #policy: string;
  readonly #credential: Credential;
  readonly #mode: Mode;
  #trial: Trial | undefined;
  /** In a dry run where each event stood in what was sent. */
  readonly #places: Place[] = [];

  constructor(commands: CommandBus, queries: QueryBus, policy: string, credential: Credential, mode: Mode) {
    this.#commands = commands;
    this.#queries = queries;
    this.#policy = policy;
    this.#credential = credential;
    this.#mode = mode;
  }

  /** What becomes of a single event. */
  async one(sent: Sent): Promise<Result> {
    const [judged] = await this.#judge([{ place: { index: 0 }, sent }]);
    if (!judged) throw new Error('a submission was not answered');
    return judged.result;
  }

  /** Counts what became of the events; in a dry run with what they would change for whom. */
  async counted(parts: AsyncIterable<readonly Item[]>) {
    const batch = await counted(this.judged(parts), this.#mode);
    return this.#mode.dryRun ? { ...batch, effects: await this.effects() } : batch;
  }

  /** What becomes of the events: part after part as they come, each answered before the next is judged, or all at once. */
  judged(parts: AsyncIterable<readonly Item[]>): AsyncGenerator<readonly Judged[]> {
    return this.#mode.atomic ? this.#atOnce(parts) : this.#inParts(parts);
  }

  async *#inParts(parts: AsyncIterable<readonly Item[]>): AsyncGenerator<readonly Judged[]> {
    for await (const items of ahead(parts)) yield await this.#judge(items);
  }

  async *#atOnce(parts: AsyncIterable<readonly Item[]>): AsyncGenerator<readonly Judged[]> {
    const all: Item[] = [];
    let count = 0;
    for await (const items of parts) {
      count += items.length;
      // What is too much is read to its end all the same: who is hung up on while sending never hears why.
      if (count <= MOST_IN_AN_APPEND) all.push(...items);
    }
    if (count > MOST_IN_AN_APPEND) throw new Refused(TOO_LARGE);
    if (count > 0) yield await this.#judge(all);
  }

  async #judge(items: readonly Item[]): Promise<readonly Judged[]> {
    const results = await this.#results(items);
    return items.flatMap((item, i) => {
      const result = results[i];
      if (!result) return [];
      return result.outcome === 'refused' && item.explained
        ? [{ item, result: { ...result, refusal: item.explained(result.refusal) } }]
        : [{ item, result }];
    });
  }

  async #results(items: readonly Item[]): Promise<readonly Result[]> {
    const sent = items.map((item) => item.sent);
    if (!this.#mode.dryRun)
      return granted(await this.#commands.execute(new PostEvents(this.#credential, sent, this.#mode.atomic)));
    for (const { place } of items) this.#places.push(place);
    return this.#try(sent);
  }

  async #try(sent: readonly Sent[]): Promise<readonly Result[]> {
    const tried = new TryEvents(this.#credential, sent, this.#mode.atomic, this.#trial);
    const { results, trial } = granted(await this.#commands.execute(tried));
    this.#trial = trial;
    return results;
  }

  /** What would change for whom, were that posted which was tried; null before the first day. */
  async effects() {
    if (!this.#trial) await this.#try([]);
    if (!this.#trial) throw new Error('nothing was tried');
    const effects = await this.#queries.execute(new FindEffects(this.#trial, this.#policy));
    return effects ? placed(granted(effects), this.#places) : null;
  }
}

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
