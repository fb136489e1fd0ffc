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
import { NoAnswer, RenewedClient, settledWithin, type EngineClient } from './engine-client';
import { engineEvent, textOf } from './engine-event';
import { outcomeOf, typeOf, wordsOf } from './engine-error';
import { Subscribed } from './subscribed';

/** Time limits and pauses of a log in an engine, in milliseconds. */
export interface EngineTimes {
  /**
   * The longest that a call may take. Only the server enforces the client’s own deadline: a call to a frozen server would
   * never end.
   */
  readonly call: number;
  /** After this time without an event a follower asks the leader whether there are more. */
  readonly quiet: number;
  /** The pause between two tries while the engine does not answer. */
  readonly retry: number;
}

const TIMES: EngineTimes = { call: 3_000, quiet: 1_000, retry: 250 };

/** The largest events make this 32 MiB. Larger pages of ordinary events would be read no faster. */
const MOST_EVENTS_A_PAGE = 500;
/** Only when more looks in a row find a log shorter is it so: a newly elected leader may know less for a moment. */
const LOOKS_BEFORE_SHORTER = 5;

/**
 * A log in one stream of a KurrentDB, whose revisions are the positions. Any number of handles may append, in any number of
 * processes: the engine takes an append only at the revision that the append names, and acknowledges it once a majority of
 * its nodes has written it. The log recovers by itself from a restarted server, a new leader, and a subscription that ends,
 * even without notice.
 *
 * The client reads and appends through separate connections, and neither recovers from every loss. So reading, appending and
 * subscribing have a client each, and a client that failed is replaced.
 */
export class KurrentLog implements EventLog {
  readonly #stream: string;
  readonly #times: EngineTimes;
  readonly #closing = new AbortController();
  readonly #reader: RenewedClient;
  readonly #appender: RenewedClient;
  readonly #subscriber: RenewedClient;
  #inFlight: Promise<Append> | undefined;
  /** The last position that this handle has seen. */
  #seen = -1;

  /** Loads the vendor’s client only now, since no other store needs it. Connects at the first call. Rejects if the client cannot read the address. */
  static async open(
    { connection, stream }: EngineAddress,
    times?: Partial<EngineTimes>,
  ): Promise<KurrentLog> {
    const { KurrentDBClient } = await import('@kurrent/kurrentdb-client');
    const connect = () => KurrentDBClient.connectionString(connection);
    await connect().dispose();
    return new KurrentLog(connect, stream, times);
  }

  constructor(connect: () => EngineClient, stream: string, times?: Partial<EngineTimes>) {
    this.#stream = stream;
    this.#times = { ...TIMES, ...times };
    this.#reader = new RenewedClient(connect);
    this.#appender = new RenewedClient(connect);
    this.#subscriber = new RenewedClient(connect);
  }

  /** Asks the leader, so that it misses no append that was acknowledged before. */
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
    // A node on a slow disk takes longer for more events.
    const limit = this.#times.call + events.length;
    try {
      await settledWithin(
        limit,
        client.appendToStream(this.#stream, events, {
          streamState: head < 0 ? 'no_stream' : BigInt(head),
          deadline: limit,
        }),
      );
      this.#appender.answered();
      this.#seen = Math.max(this.#seen, head + events.length);
      return { outcome: 'appended' };
    } catch (error) {
      const outcome = outcomeOf(error);
      if (outcome === 'moved') {
        this.#appender.answered();
        return { outcome };
      }
      // Ends the call, if it was given up: no second try may begin while the first is in flight.
      this.#appender.failed(client, error);
      return { outcome, detail: `KurrentDB did not take an append: ${wordsOf(error)}`, why: WHY };
    }
  }

  /** Only asks whether the leader answers: the engine offers no append without an event. */
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
    // A reading may end where the log ended when the reading began: the next one finds what was appended since.
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

  /** A page of events. Throws {@link LogDamaged} if a position is missing, or an event is not a register’s. */
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

  /** One reading, page by page, each fetched when it is asked for. Throws {@link LogUnavailable}. */
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
        this.#reader.answered();
        isMore = found.length === MOST_EVENTS_A_PAGE;
        if (found.length > 0) yield found;
      }
    } catch (error) {
      if (typeOf(error) === 'stream-not-found') {
        this.#reader.answered();
        return;
      }
      this.#mustBeOpen();
      if (signal?.aborted) return;
      this.#reader.failed(client, error);
      throw new LogUnavailable(`KurrentDB cannot be read: ${wordsOf(error)}`, { cause: error });
    } finally {
      // Not awaited: a frozen server never answers it.
      events.return?.().catch(() => undefined);
    }
  }

  async *follow(after: number, signal: AbortSignal): AsyncGenerator<StoredPage | Touch, void, undefined> {
    checkAfter(after);
    let next = after + 1;
    let shorter = 0;
    for (let isLost = false; !signal.aborted;) {
      try {
        // Only the leader’s head is believed: a subscription may have ended without notice, and the node that is read may lag
        // behind.
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
   * The events from a position on, as a subscription delivers them. Ends when the subscription ends, or when the leader has
   * events that the subscription did not deliver: the caller reads on. Throws {@link LogUnavailable} if the engine does not
   * answer.
   */
  async *#live(first: number, signal: AbortSignal): AsyncGenerator<StoredPage, void, undefined> {
    const ends = AbortSignal.any([signal, this.#closing.signal]);
    const { client } = this.#subscriber;
    const subscribed = new Subscribed(client, this.#stream, first);
    let next = first;
    try {
      while (!ends.aborted) {
        const found = await subscribed.take(this.#times.quiet, ends);
        if (found === 'ended') {
          if (subscribed.error !== undefined) this.#subscriber.failed(client, subscribed.error);
          return;
        }
        if (found.length > 0) {
          this.#subscriber.answered();
          // A repetition, or a gap: the caller reads on from its own position.
          if (found[0]?.event?.revision !== BigInt(next)) return;
          const page = this.#pageOf(found, next);
          next += page.events.length;
          yield page;
        } else if (!hasEnded(ends) && (await this.head()) !== next - 1 && subscribed.isEmpty) {
          this.#subscriber.failed(client, new NoAnswer('a subscription delivered nothing'));
          return;
        }
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
    this.#subscriber.end();
  }

  #mustBeOpen(): void {
    if (this.#closing.signal.aborted) throw new LogUnavailable('The log is closed.');
  }
}

const WHY = 'the engine below it does not answer';

/** Hides from the compiler that the signal was not aborted before an `await`: it may be since. */
function hasEnded(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** The next events, as many as a page holds; fewer at the end. */
async function gathered(events: AsyncIterator<ResolvedEvent>): Promise<readonly ResolvedEvent[]> {
  const found: ResolvedEvent[] = [];
  while (found.length < MOST_EVENTS_A_PAGE) {
    const next = await events.next();
    if (next.done === true) break;
    found.push(next.value);
  }
  return found;
}
