import type { AppendToStreamOptions, ResolvedEvent } from '@kurrent/kurrentdb-client';
import { Bell } from '@app/event-store/bell';
import {
  LogUnavailable,
  type Append,
  type EventLog,
  type StoredPage,
  type Touch,
} from '@app/event-store/event-log';
import { engineEvent, textOf } from '@app/event-store/kurrentdb/engine-event';
import { outcomeOf, typeOf, wordsOf } from '@app/event-store/kurrentdb/engine-error';
import type { EngineClient } from '@app/event-store/kurrentdb/engine-client';
import { wait } from './faulty-log';
import { overEngine } from './measured-engine';
import type { Breach } from './rules';
import type { Parts } from './schedule';

/** Defects of an adapter of an engine, each with the rule that it must be found to break. */
export const BROKEN_ADAPTERS = {
  'names the expected revision by the old name of the option': 'positions and revisions count up',
  'takes every failed append for one that wrote nothing':
    'a duplicate is told only of what was posted before',
  'takes a failed append for done': 'what is acknowledged is durable',
  'does not look whether an append that threw nothing was taken': 'what is acknowledged is durable',
  'takes any failure for a moved head': 'a duplicate is told only of what was posted before',
  'writes what is unknown once more after the head that it finds': 'positions and revisions count up',
  'tries again while the first try is in flight': 'a duplicate is told only of what was posted before',
  'asks any node what became of an unknown append': 'a duplicate is told only of what was posted before',
  'cuts an append in two': 'a batch is taken whole and in one append',
  'asks any node where the log ends': 'an answer is true of the log that it is told of',
  'has no time limit of its own': 'all is settled once the log is calm',
  'keeps a client that reads no more': 'all is settled once the log is calm',
  'trusts a subscription that says nothing': 'all read models are the log',
  'goes on from a subscription after an error of it': 'all read models are the log',
  'gives up permanently after an error of a subscription': 'all read models are the log',
  'takes off its listener after the first error': 'no process ends by an error that no one listens for',
  'takes the start of a subscription for inclusive': 'all read models are the log',
  'takes the start of a reading for exclusive': 'all read models are the log',
} as const satisfies Record<string, Breach['rule']>;

export type AdapterDefect = keyof typeof BROKEN_ADAPTERS;

const CALL_MS = 5_000;
const QUIET_MS = 1_000;
const PAUSE_MS = 100;

type Options = NonNullable<Parameters<EngineClient['readStream']>[1]>;

/** The least adapter of an engine: sound without a defect, and wrong in one way with one. */
class SmallAdapter implements EventLog {
  readonly #connect: () => EngineClient;
  readonly #defect: AdapterDefect | undefined;
  #client: EngineClient;

  constructor(connect: () => EngineClient, defect?: AdapterDefect) {
    this.#connect = connect;
    this.#client = connect();
    this.#defect = defect;
  }

  #has(defect: AdapterDefect): boolean {
    return this.#defect === defect;
  }

  head(): Promise<number> {
    return this.#head(!this.#has('asks any node where the log ends'));
  }

  async #head(requiresLeader: boolean): Promise<number> {
    const last = await this.#events({
      direction: 'backwards',
      fromRevision: 'end',
      maxCount: 1,
      requiresLeader,
    });
    return last.length === 0 ? -1 : Number(last[0]?.event?.revision);
  }

  async append(texts: readonly string[], head: number): Promise<Append> {
    const [first, ...rest] = texts;
    if (!this.#has('cuts an append in two') || first === undefined || rest.length === 0)
      return this.#append(texts, head);
    const append = await this.#append([first], head);
    return append.outcome === 'appended' ? this.#append(rest, head + 1) : append;
  }

  async #append(texts: readonly string[], head: number): Promise<Append> {
    try {
      await this.#send(texts, head);
      return { outcome: 'appended' };
    } catch (error) {
      const outcome = outcomeOf(error);
      const detail = wordsOf(error);
      if (this.#has('takes any failure for a moved head')) return { outcome: 'moved' };
      if (outcome === 'moved') return { outcome };
      if (outcome === 'unavailable') return { outcome, detail };
      if (this.#has('takes every failed append for one that wrote nothing'))
        return { outcome: 'unavailable', detail };
      if (this.#has('takes a failed append for done')) return { outcome: 'appended' };
      if (this.#has('writes what is unknown once more after the head that it finds'))
        return this.#append(texts, await this.#patient(() => this.head()));
      if (this.#has('asks any node what became of an unknown append'))
        return {
          outcome: (await this.#patient(() => this.#head(false))) > head ? 'moved' : 'unavailable',
          detail,
        };
      return { outcome, detail };
    }
  }

  async #send(texts: readonly string[], head: number): Promise<void> {
    const state: AppendToStreamOptions['streamState'] = head < 0 ? 'no_stream' : BigInt(head);
    const named = this.#has('names the expected revision by the old name of the option')
      ? { expectedRevision: state }
      : { streamState: state };
    const options = {
      ...named,
      throwOnAppendFailure: !this.#has('does not look whether an append that threw nothing was taken'),
    };
    const send = () => this.#within(this.#client.appendToStream('log', texts.map(engineEvent), options));
    const first = send();
    if (this.#has('tries again while the first try is in flight')) {
      const answer = await Promise.race([first, wait(PAUSE_MS)]);
      if (answer === undefined) {
        first.catch(() => undefined);
        await send();
      }
    }
    await first;
  }

  async *read(after: number, { limit = Infinity } = {}): AsyncGenerator<StoredPage, void, undefined> {
    let first = after + 1;
    for (let left = limit; left > 0;) {
      const from = this.#has('takes the start of a reading for exclusive') && first > 0 ? first - 1 : first;
      const found = await this.#events({ fromRevision: BigInt(from), maxCount: Math.min(left, 100) });
      if (found.length === 0) return;
      yield { first, events: found.map(textIn) };
      first += found.length;
      left -= found.length;
    }
  }

  async *follow(after: number, signal: AbortSignal): AsyncGenerator<StoredPage | Touch, void, undefined> {
    let next = after + 1;
    while (!signal.aborted) {
      try {
        for (const give of [() => this.read(next - 1), () => this.#live(next, signal)]) {
          for await (const page of give()) {
            next += page.events.length;
            yield page;
          }
          yield 'caught-up';
        }
      } catch (error) {
        if (!(error instanceof LogUnavailable)) throw error;
        yield 'lost-touch';
        await new Bell().wait(signal, PAUSE_MS);
      }
    }
  }

  /** The events of a subscription, until it ends, or until the log is found to have events that it did not deliver. */
  async *#live(first: number, signal: AbortSignal): AsyncGenerator<StoredPage, void, undefined> {
    const waiting: ResolvedEvent[] = [];
    const bell = new Bell();
    let failure: unknown;
    const last = this.#has('takes the start of a subscription for inclusive') ? first : first - 1;
    const subscription = this.#connect().subscribeToStream('log', {
      fromRevision: last < 0 ? 'start' : BigInt(last),
    });
    const end = (error: unknown) => {
      failure = error;
      bell.ring();
    };
    subscription[this.#has('takes off its listener after the first error') ? 'once' : 'on']('error', end);
    subscription.on('data', (event: ResolvedEvent) => {
      waiting.push(event);
      bell.ring();
    });
    for (let next = first; ;) {
      if (waiting.length === 0 && failure === undefined) await bell.wait(signal, QUIET_MS);
      if (signal.aborted) break;
      const events = waiting.splice(0).map(textIn);
      if (events.length > 0) yield { first: next, events };
      else if (failure === undefined) {
        if (!this.#has('trusts a subscription that says nothing') && (await this.head()) >= next) break;
      } else if (this.#has('gives up permanently after an error of a subscription')) {
        throw new Error('The subscription has ended.', { cause: failure });
      } else if (this.#has('goes on from a subscription after an error of it')) await bell.wait(signal);
      else break;
      next += events.length;
    }
    await subscription.unsubscribe();
  }

  close(): Promise<void> {
    return this.#client.dispose();
  }

  async #events(options: Options): Promise<readonly ResolvedEvent[]> {
    const client = this.#client;
    try {
      return await this.#within(gathered(client.readStream('log', options)));
    } catch (error) {
      if (typeOf(error) === 'stream-not-found') return [];
      if (!this.#has('keeps a client that reads no more')) this.#client = this.#connect();
      throw new LogUnavailable(wordsOf(error));
    }
  }

  #within<T>(call: Promise<T>): Promise<T> {
    if (this.#has('has no time limit of its own')) return call;
    const late = wait(CALL_MS).then(() => Promise.reject(new Error('no answer in time')));
    return Promise.race([call, late]);
  }

  async #patient<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await ask();
      } catch {
        await wait(PAUSE_MS);
      }
    }
  }
}

async function gathered(reading: AsyncIterable<ResolvedEvent>): Promise<readonly ResolvedEvent[]> {
  const events: ResolvedEvent[] = [];
  for await (const event of reading) events.push(event);
  return events;
}

function textIn({ event }: ResolvedEvent): string {
  return (event && textOf(event)) ?? '';
}

export function withSmallAdapter(defect?: AdapterDefect): Parts {
  return overEngine((connect) => new SmallAdapter(connect, defect));
}
