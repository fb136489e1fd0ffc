import type { ResolvedEvent } from '@kurrent/kurrentdb-client';
import { checkAfter, checkAppendable } from '../appendable';
import { Bell } from '../bell';
import {
  LogDamaged,
  LogUnavailable,
  type Append,
  type EventLog,
  type LogReading,
  type StoredPage,
  type Touch,
} from '../event-log';
import type { EngineAddress } from './address';
import { RenewedClient, settledWithin, type EngineClient } from './engine-client';
import { engineEvent, textOf } from './engine-event';
import { outcomeOf, typeOf, wordsOf } from './engine-error';
import { Subscribed } from './subscribed';

/** Time limits and pauses of a log in an engine, in milliseconds. */
export interface EngineTimes {
  /**
   * A call is given up after so long. The client’s own limit is kept by the server alone: of a frozen one a call would never end.
   */
  readonly call: number;
  /** So long after the last event a follower looks for itself whether there are more. */
  readonly quiet: number;
  /** Between two tries where the engine does not answer. */
  readonly retry: number;
}

const TIMES: EngineTimes = { call: 3_000, quiet: 1_000, retry: 250 };

/** Of the largest events 32 MiB; of ordinary ones so few are read at the speed of the client. */
const MOST_EVENTS_A_PAGE = 500;
/** So many looks in a row must find a log that has become shorter: a node that has just been elected may know less for a moment. */
const LOOKS_BEFORE_SHORTER = 5;

/**
 * A log in one stream of a KurrentDB, whose revisions are the positions. Any number of handles append, in any number of
 * processes: the engine takes an append only at the revision that it names, and what it has taken a majority of its nodes
 * has written. It goes on by itself over a restarted server, a moved leader and a subscription that ends, be it without a word.
 *
 * The client’s reading and its appending go through connections of their own, neither of which gets over every loss: each
 * use has a client here, which is replaced by a new one whenever it failed.
 */
export class KurrentLog implements EventLog {
  readonly #connect: () => EngineClient;
  readonly #stream: string;
  readonly #times: EngineTimes;
  readonly #closing = new AbortController();
  readonly #reader: RenewedClient;
  readonly #appender: RenewedClient;
  #inFlight: Promise<Append> | undefined;
  /** The position of the last event that this handle has seen. */
  #seen = -1;

  /** Loads the vendor’s client, which nothing else needs, and connects when it is first used. */
  static async open(
    { connection, stream }: EngineAddress,
    times?: Partial<EngineTimes>,
  ): Promise<KurrentLog> {
    const { KurrentDBClient } = await import('@kurrent/kurrentdb-client');
    const connect = () => KurrentDBClient.connectionString(connection);
    // An address that the client does not take is told at once.
    await connect().dispose();
    return new KurrentLog(connect, stream, times);
  }

  constructor(connect: () => EngineClient, stream: string, times?: Partial<EngineTimes>) {
    this.#connect = connect;
    this.#stream = stream;
    this.#times = { ...TIMES, ...times };
    this.#reader = new RenewedClient(connect);
    this.#appender = new RenewedClient(connect);
  }

  /** Asks the leader, so that no append that was answered before is missed. */
  async head(): Promise<number> {
    const last = { direction: 'backwards', fromRevision: 'end', maxCount: 1, requiresLeader: true } as const;
    for await (const [found] of this.#reading(last)) {
      const head = Number(found?.event?.revision);
      this.#seen = Math.max(this.#seen, head);
      return head;
    }
    return -1;
  }

  async append(events: readonly string[], head: number): Promise<Append> {
    checkAppendable(events, head);
    if (this.#inFlight !== undefined) throw new Error('an append is in flight already');
    if (this.#closing.signal.aborted) return { outcome: 'unavailable', detail: 'The log is closed.' };
    this.#inFlight = this.#append(events.map(engineEvent), head);
    try {
      return await this.#inFlight;
    } finally {
      this.#inFlight = undefined;
    }
  }

  async #append(events: ReturnType<typeof engineEvent>[], head: number): Promise<Append> {
    const { client } = this.#appender;
    // A node on a slow disk takes longer over many.
    const limit = this.#times.call + events.length;
    try {
      await settledWithin(
        limit,
        client.appendToStream(this.#stream, events, {
          streamState: head < 0 ? 'no_stream' : BigInt(head),
          deadline: limit,
        }),
      );
      this.#seen = Math.max(this.#seen, head + events.length);
      return { outcome: 'appended' };
    } catch (error) {
      const outcome = outcomeOf(error);
      if (outcome === 'moved') return { outcome };
      // A call that was given up ends with its client: the same is not tried again while the first try is in flight.
      this.#appender.renew(client);
      return { outcome, detail: `KurrentDB did not take an append: ${wordsOf(error)}`, why: WHY };
    }
  }

  /** The engine writes for no one to read nothing: that its leader answers is as much as can be known. */
  async tryToWrite(): Promise<Append> {
    try {
      await this.head();
      return { outcome: 'appended' };
    } catch (error) {
      return { outcome: 'unavailable', detail: wordsOf(error), why: WHY };
    }
  }

  async *read(after: number, options: LogReading = {}): AsyncGenerator<StoredPage, void, undefined> {
    checkAfter(after);
    let first = after + 1;
    let left = options.limit ?? Infinity;
    // A reading may end where the log ended when it began: another one gives what was appended since.
    for (let isMore = true; isMore && left > 0;) {
      isMore = false;
      const asked = { fromRevision: BigInt(first), ...(left < Infinity && { maxCount: left }) };
      for await (const found of this.#reading(asked, options.signal)) {
        const page = this.#pageOf(found, first);
        first += found.length;
        left -= found.length;
        isMore = true;
        yield page;
      }
    }
  }

  /** A page of events, which must stand there one after the other. Throws {@link LogDamaged}. */
  #pageOf(found: readonly ResolvedEvent[], first: number): StoredPage {
    const events = found.map(({ event }, i) => {
      const position = first + i;
      if (event?.revision !== BigInt(position))
        throw new LogDamaged(
          `The stream ${this.#stream} has no event at ${position}: it was cut by $maxCount, $maxAge or $tb in its metadata, or deleted. Take that away, or restore the engine from a backup.`,
        );
      const text = textOf(event);
      if (text === undefined)
        throw new LogDamaged(
          `The event at ${position} of the stream ${this.#stream} was not written by a register: its id is not the hash of its bytes.`,
        );
      return text;
    });
    this.#seen = Math.max(this.#seen, first + events.length - 1);
    return { first, events };
  }

  /** One reading, in pages as they come; the next is waited for when it is asked for. Throws {@link LogUnavailable}. */
  async *#reading(
    options: Parameters<EngineClient['readStream']>[1],
    signal?: AbortSignal,
  ): AsyncGenerator<readonly ResolvedEvent[], void, undefined> {
    this.#mustBeOpen();
    const { client } = this.#reader;
    const ends = AbortSignal.any([this.#closing.signal, ...(signal ? [signal] : [])]);
    if (signal?.aborted) return;
    const events = client.readStream(this.#stream, options)[Symbol.asyncIterator]();
    try {
      for (let isMore = true; isMore && signal?.aborted !== true;) {
        const found = await settledWithin(this.#times.call, gathered(events), ends);
        isMore = found.length === MOST_EVENTS_A_PAGE;
        if (found.length > 0) yield found;
      }
    } catch (error) {
      if (typeOf(error) === 'stream-not-found') return;
      this.#mustBeOpen();
      if (signal?.aborted) return;
      this.#reader.renew(client);
      throw new LogUnavailable(`KurrentDB cannot be read: ${wordsOf(error)}`, { cause: error });
    } finally {
      // It may wait for what never answers.
      events.return?.().catch(() => undefined);
    }
  }

  async *follow(after: number, signal: AbortSignal): AsyncGenerator<StoredPage | Touch, void, undefined> {
    checkAfter(after);
    let next = after + 1;
    let shorter = 0;
    for (let isLost = false; !signal.aborted;) {
      try {
        // What subscriptions and readings say is held against what the leader knows: a subscription may have ended without a
        // word, and the node that is read may be behind.
        const head = await this.head();
        shorter = head < next - 1 && next - 1 <= this.#seen ? shorter + 1 : 0;
        if (shorter > LOOKS_BEFORE_SHORTER) throw this.#shorter(next - 1);
        if (shorter > 0) throw new LogUnavailable('KurrentDB gives a shorter log than before.');
        for await (const page of this.read(next - 1, { signal })) {
          next += page.events.length;
          yield page;
        }
        if (hasEnded(signal)) return;
        if (next - 1 < head) throw new LogUnavailable('A node of KurrentDB is behind its leader.');
        isLost = false;
        yield 'caught-up';
        for await (const page of this.#live(next, signal)) {
          next += page.events.length;
          yield page;
        }
      } catch (error) {
        if (hasEnded(signal)) return;
        this.#mustBeOpen();
        if (!(error instanceof LogUnavailable)) throw error;
        if (!isLost) yield 'lost-touch';
        isLost = true;
        await new Bell().wait(AbortSignal.any([signal, this.#closing.signal]), this.#times.retry);
      }
    }
  }

  #shorter(last: number): LogDamaged {
    return new LogDamaged(
      `The stream ${this.#stream} ends before ${last}, which this process has read in it: the engine was emptied, or restored from a backup. Start the register again once it is the log that is meant.`,
    );
  }

  /**
   * What a subscription gives from a position on, until it ends, or until the log is found to have gone on without its saying
   * so. Ends quietly either way: whoever follows reads on. Throws {@link LogUnavailable} if the engine does not answer.
   */
  async *#live(first: number, signal: AbortSignal): AsyncGenerator<StoredPage, void, undefined> {
    const ends = AbortSignal.any([signal, this.#closing.signal]);
    const subscribed = new Subscribed(this.#connect(), this.#stream, first);
    let next = first;
    try {
      while (!ends.aborted) {
        const found = await subscribed.take(this.#times.quiet, ends);
        if (found === 'ended') return;
        if (found.length > 0) {
          // It may give what was asked for before: whoever reads on decides.
          if (found[0]?.event?.revision !== BigInt(next)) return;
          const page = this.#pageOf(found, next);
          next += page.events.length;
          yield page;
        } else if (!hasEnded(ends) && (await this.head()) !== next - 1 && subscribed.isEmpty) return;
      }
    } finally {
      subscribed.end();
    }
    if (!hasEnded(signal)) this.#mustBeOpen();
  }

  async close(): Promise<void> {
    const { aborted } = this.#closing.signal;
    this.#closing.abort();
    await this.#inFlight;
    if (aborted) return;
    this.#reader.end();
    this.#appender.end();
  }

  #mustBeOpen(): void {
    if (this.#closing.signal.aborted) throw new LogUnavailable('The log is closed.');
  }
}

const WHY = 'the engine below it does not answer';

/** It may have ended while something was waited for, which the compiler does not see. */
function hasEnded(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** As many events as a page holds, or all that there are. */
async function gathered(events: AsyncIterator<ResolvedEvent>): Promise<readonly ResolvedEvent[]> {
  const found: ResolvedEvent[] = [];
  while (found.length < MOST_EVENTS_A_PAGE) {
    const next = await events.next();
    if (next.done === true) break;
    found.push(next.value);
  }
  return found;
}
