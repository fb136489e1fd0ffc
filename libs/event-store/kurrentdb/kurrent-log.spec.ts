/// <reference types="jest" />
import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { EventData, RecordedEvent, ResolvedEvent } from '@kurrent/kurrentdb-client';
import { LogDamaged, LogUnavailable, type StoredPage, type Touch } from '../event-log';
import { eventsOf } from '../event-log.contract';
import { engineEvent } from './engine-event';
import type { EngineClient } from './engine-client';
import { KurrentLog, type EngineTimes } from './kurrent-log';

const TIMES: EngineTimes = { call: 60, quiet: 15, retry: 2 };

const NEVER = new Promise<never>(() => undefined);

/** The client’s errors have a kind, and no message. */
function failure(type: string): Error {
  return Object.assign(new Error(''), { type });
}

interface ReadOptions {
  readonly direction?: 'backwards';
  readonly fromRevision: bigint | 'end';
  readonly maxCount: number;
  readonly requiresLeader?: boolean;
}

/** A subscription as the client returns it. The test tells it what to emit. */
class Subscription extends EventEmitter {
  isLeft = false;

  constructor(readonly fromRevision: bigint | 'start') {
    super();
  }

  pause(): this {
    return this;
  }

  resume(): this {
    return this;
  }

  unsubscribe(): Promise<void> {
    this.isLeft = true;
    return Promise.resolve();
  }
}

/** One stream of an engine, and the least client for it. A test replaces the methods that are to behave otherwise. */
class Engine {
  events: RecordedEvent[] = [];
  readonly appends: { readonly events: readonly EventData[]; readonly options: Record<string, unknown> }[] =
    [];
  readonly readings: ReadOptions[] = [];
  readonly subscriptions: Subscription[] = [];
  connected = 0;
  disposed = 0;

  constructor(...texts: readonly string[]) {
    this.stand(...texts);
  }

  /** Adds events to the stream without delivering them. */
  stand(...texts: readonly string[]): void {
    for (const text of texts) this.events.push(recorded(text, this.events.length));
  }

  /** An append by the client of this number, from 1. */
  append(_client: number, events: readonly EventData[], options: Record<string, unknown>): Promise<unknown> {
    const expected = options['streamState'] === 'no_stream' ? -1 : Number(options['streamState']);
    if (expected !== this.events.length - 1) return Promise.reject(failure('wrong-expected-version'));
    this.stand(...events.map(({ data }) => JSON.stringify(data)));
    return Promise.resolve({ success: true });
  }

  /** A reading by the client of this number, from 1. */
  read(
    _client: number,
    { direction, fromRevision, maxCount }: ReadOptions,
  ): Promise<readonly RecordedEvent[]> {
    if (this.events.length === 0) return Promise.reject(failure('stream-not-found'));
    if (direction === 'backwards') return Promise.resolve(this.events.slice(-1));
    return Promise.resolve(
      this.events.filter(({ revision }) => revision >= BigInt(fromRevision)).slice(0, maxCount),
    );
  }

  readonly connect = (): EngineClient => {
    const client = ++this.connected;
    const reading = async function* (this: Engine, options: ReadOptions): AsyncGenerator<ResolvedEvent> {
      this.readings.push(options);
      for (const event of await this.read(client, options)) yield { event };
    }.bind(this);
    const uses: Record<keyof EngineClient, unknown> = {
      appendToStream: (_: string, events: readonly EventData[], options: Record<string, unknown>) => {
        this.appends.push({ events, options });
        return this.append(client, events, options);
      },
      readStream: (_: string, options: ReadOptions) => reading(options),
      subscribeToStream: (_: string, { fromRevision }: { readonly fromRevision: bigint | 'start' }) => {
        const subscription = new Subscription(fromRevision);
        this.subscriptions.push(subscription);
        return subscription;
      },
      dispose: () => {
        this.disposed++;
        return Promise.resolve();
      },
    };
    return uses as EngineClient;
  };
}

function recorded(text: string, revision: number): RecordedEvent {
  const { id, type, contentType, data } = engineEvent(text);
  const isJson = contentType === 'application/json';
  return {
    id,
    type,
    isJson,
    data,
    revision: BigInt(revision),
    created: new Date(revision),
  } as unknown as RecordedEvent;
}

/** The text of an event that tells its position. */
const at = (position: number) => JSON.stringify({ type: 'ProviderRegistered', position });
const ofPositions = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, i) => at(first + i));

describe('a log in an engine', () => {
  let log: KurrentLog | undefined;
  const over = (engine: Engine) => (log = new KurrentLog(engine.connect, 'log', TIMES));

  afterEach(async () => {
    await log?.close();
    log = undefined;
  });

  describe('when it appends', () => {
    it.each([
      [-1, 'no_stream'],
      [41, 41n],
    ])('after %i, names that revision in the option that the client reads', async (head, streamState) => {
      const engine = new Engine(...ofPositions(0, head));
      expect(await over(engine).append([at(head + 1)], head)).toEqual({ outcome: 'appended' });
      expect(engine.appends.map(({ options }) => options)).toEqual([
        { streamState, deadline: TIMES.call + 1 },
      ]);
    });

    it('given an engine at another revision, finds by the kind of the error that the head has moved', async () => {
      const engine = new Engine(at(0), at(1));
      expect(await over(engine).append([at(1)], 0)).toEqual({ outcome: 'moved' });
      expect(engine.events).toHaveLength(2);
    });

    it('given a call that never ends, gives it up in time with an unknown outcome, and ends it before the next try', async () => {
      const engine = new Engine(at(0));
      const append = jest.spyOn(engine, 'append').mockReturnValueOnce(NEVER);
      const log = over(engine);
      expect(await log.append([at(1)], 0)).toMatchObject({
        outcome: 'unknown',
        detail: expect.stringContaining('no answer within 61 ms') as string,
      });
      expect(engine.disposed).toBe(1);
      expect(await log.append([at(1)], 0)).toEqual({ outcome: 'appended' });
      expect(append.mock.calls.map(([client]) => client)).toEqual([1, 1]);
    });

    it('given calls that never end, takes a new client ever more rarely: nothing closes the connections of the former ones', async () => {
      const engine = new Engine(at(0));
      const append = jest.spyOn(engine, 'append').mockReturnValue(NEVER);
      const log = over(engine);
      for (let tries = 0; tries < 9; tries++) await log.append([at(1)], 0);
      expect(append.mock.calls.map(([client]) => client)).toEqual([1, 1, 2, 2, 3, 3, 3, 3, 4]);
      expect(engine.disposed).toBe(9);
      append.mockRestore();
      await log.append([at(1)], 0);
      // After an answer it begins anew.
      const again = jest.spyOn(engine, 'append').mockRejectedValue(failure('deadline-exceeded'));
      for (let tries = 0; tries < 3; tries++) await log.append([at(2)], 1);
      expect(again.mock.calls.map(([client]) => client)).toEqual([4, 4, 5]);
    });

    it('sends one call, and no second one if that fails', async () => {
      const engine = new Engine();
      jest.spyOn(engine, 'append').mockRejectedValue(failure('unavailable'));
      expect(await over(engine).append([at(0)], -1)).toMatchObject({ outcome: 'unknown' });
      await delay(2 * TIMES.call);
      expect(engine.appends).toHaveLength(1);
    });

    it.each([
      [failure('stream-tombstoned'), 'unavailable'],
      [failure('not-leader'), 'unavailable'],
      [new Error('14 UNAVAILABLE: connect ECONNREFUSED 127.0.0.1:2113'), 'unavailable'],
      [failure('deadline-exceeded'), 'unknown'],
      [new Error('14 UNAVAILABLE: Connection dropped'), 'unknown'],
    ])(
      'given %p, says %s, with a detail for the operator and a reason for everybody',
      async (error, outcome) => {
        const engine = new Engine();
        jest.spyOn(engine, 'append').mockRejectedValueOnce(error);
        expect(await over(engine).append([at(0)], -1)).toEqual({
          outcome,
          detail: expect.stringContaining('KurrentDB did not take an append: ') as string,
          why: 'the engine below it does not answer',
        });
      },
    );

    it('gives the client only JSON values and bytes: with anything else its call would never end', async () => {
      const engine = new Engine();
      jest.spyOn(engine, 'append').mockResolvedValue({});
      await over(engine).append([at(0), 'no JSON', '{"2":0,"1":0}'], -1);
      const [{ events } = { events: [] }] = engine.appends;
      expect(events.map(({ contentType, data }) => [contentType, Buffer.isBuffer(data)])).toEqual([
        ['application/json', false],
        ['application/octet-stream', true],
        ['application/octet-stream', true],
      ]);
      expect(events[0]?.data).toEqual({ type: 'ProviderRegistered', position: 0 });
    });

    it('once it is closed, sends nothing', async () => {
      const engine = new Engine();
      const log = over(engine);
      await log.close();
      expect(await log.append([at(0)], -1)).toMatchObject({ outcome: 'unavailable' });
      expect(engine.appends).toEqual([]);
    });
  });

  describe('when it reads', () => {
    it('asks the leader where the log ends', async () => {
      const engine = new Engine(...ofPositions(0, 2));
      expect(await over(engine).head()).toBe(2);
      expect(engine.readings).toEqual([
        { direction: 'backwards', fromRevision: 'end', maxCount: 1, requiresLeader: true },
      ]);
    });

    it('begins with the first event that is wanted: a reading includes its start', async () => {
      const engine = new Engine(...ofPositions(0, 3));
      const pages: StoredPage[] = [];
      for await (const page of over(engine).read(1)) pages.push(page);
      expect(pages).toEqual([{ first: 2, events: [at(2), at(3)] }]);
      expect(engine.readings[0]?.fromRevision).toBe(2n);
    });

    it('given a call that never ends, gives it up in time', async () => {
      const engine = new Engine(at(0));
      jest.spyOn(engine, 'read').mockReturnValue(NEVER);
      const log = over(engine);
      await expect(log.head()).rejects.toThrow(LogUnavailable);
      await expect(eventsOf(log)).rejects.toThrow('no answer within 60 ms');
      expect(await log.tryToWrite()).toMatchObject({ outcome: 'unavailable' });
    });

    it('given a call that never ends, ends at once when its signal aborts or the log closes', async () => {
      const engine = new Engine(at(0));
      jest.spyOn(engine, 'read').mockReturnValue(NEVER);
      const log = new KurrentLog(engine.connect, 'log');
      const ends = new AbortController();
      const reading = log.read(-1, { signal: ends.signal })[Symbol.asyncIterator]().next();
      ends.abort();
      expect(await reading).toEqual({ done: true, value: undefined });
      const head = log.head();
      await log.close();
      await expect(head).rejects.toThrow('The log is closed.');
    });

    it('given a client that can no longer read, reads with a new one, and keeps the one that appends', async () => {
      const engine = new Engine(at(0));
      const log = over(engine);
      await log.append([at(1)], 0);
      await log.head();
      const read = engine.read.bind(engine);
      jest
        .spyOn(engine, 'read')
        .mockImplementation((client, options) =>
          client === 2 ? Promise.reject(failure('unavailable')) : read(client, options),
        );
      const append = jest.spyOn(engine, 'append');
      await expect(log.head()).rejects.toThrow(LogUnavailable);
      expect(await log.head()).toBe(1);
      await log.append([at(2)], 1);
      expect(engine.connected).toBe(3);
      expect(append.mock.calls.map(([client]) => client)).toEqual([1]);
    });

    it('given a client that does not answer in time, reads with it once more, and then with a new one', async () => {
      const engine = new Engine(at(0));
      const read = engine.read.bind(engine);
      const silent = jest
        .spyOn(engine, 'read')
        .mockImplementation((client, options) => (client === 1 ? NEVER : read(client, options)));
      const log = over(engine);
      for (let tries = 0; tries < 2; tries++) await expect(log.head()).rejects.toThrow('no answer within');
      expect(await log.head()).toBe(0);
      expect(silent.mock.calls.map(([client]) => client)).toEqual([1, 1, 2]);
    });

    it('given a stream that was cut, says which event is gone, what cut it, and what to do', async () => {
      const engine = new Engine(...ofPositions(0, 4));
      engine.events = engine.events.slice(3);
      const reading = eventsOf(over(engine));
      await expect(reading).rejects.toThrow(LogDamaged);
      await expect(reading).rejects.toThrow(
        'The stream log has no event at 0: it was cut by $maxCount, $maxAge or $tb in its metadata, or deleted. Take that away, or restore the engine from a backup.',
      );
    });

    it('given a missing event between others, does not close the gap', async () => {
      const engine = new Engine(...ofPositions(0, 4));
      engine.events.splice(2, 1);
      await expect(eventsOf(over(engine))).rejects.toThrow('has no event at 2');
    });

    it('given an event of another program, says at which position it is', async () => {
      const engine = new Engine(at(0), at(1));
      engine.events[1] = { ...engine.events[1], id: '00000000-0000-4000-8000-000000000000' } as RecordedEvent;
      const reading = eventsOf(over(engine));
      await expect(reading).rejects.toThrow(LogDamaged);
      await expect(reading).rejects.toThrow(
        'The event at 1 of the stream log was not written by a register: its id is not the hash of its bytes.',
      );
    });

    it('given an event with a changed byte, does not return it', async () => {
      const engine = new Engine(at(0));
      engine.events[0] = {
        ...engine.events[0],
        data: { type: 'ProviderRegistered', position: 1 },
      } as RecordedEvent;
      await expect(eventsOf(over(engine))).rejects.toThrow('The event at 0');
    });
  });

  describe('when it is followed', () => {
    let ends: AbortController;
    let given: (StoredPage | Touch)[];
    let following: Promise<void>;
    const texts = () => given.flatMap((page) => (typeof page === 'string' ? [] : page.events));
    const touches = () => given.filter((page) => typeof page === 'string');

    const follow = (engine: Engine, after = -1) => {
      const log = over(engine);
      ends = new AbortController();
      given = [];
      following = (async () => {
        for await (const page of log.follow(after, ends.signal)) given.push(page);
      })();
      // `afterEach` awaits it, and so does a test that expects a failure.
      following.catch(() => undefined);
      return log;
    };
    const until = async (found: () => boolean) => {
      while (!found()) await delay(1);
    };
    const live = async (engine: Engine) => {
      await until(() => engine.subscriptions.length > 0);
      return engine.subscriptions.at(-1) ?? new Subscription('start');
    };
    const give = (engine: Engine, subscription: Subscription, ...positions: readonly number[]) => {
      for (const position of positions) subscription.emit('data', { event: engine.events[position] });
    };

    afterEach(async () => {
      ends.abort();
      await following.catch(() => undefined);
    });

    it.each([
      [0, 'start'],
      [1, 0n],
      [3, 2n],
    ])('given %i events, subscribes from %p: a subscription excludes its start', async (count, from) => {
      const engine = new Engine(...ofPositions(0, count - 1));
      follow(engine);
      expect((await live(engine)).fromRevision).toBe(from);
      expect(given.at(-1)).toBe('caught-up');
    });

    it('passes on the events of the subscription, whatever time the engine gives them', async () => {
      const engine = new Engine(at(0));
      follow(engine);
      const subscription = await live(engine);
      engine.stand(at(1), at(2));
      give(engine, subscription, 1, 2);
      await until(() => texts().length === 3);
      expect(texts()).toEqual(ofPositions(0, 2));
    });

    it('given a subscription that repeats events, passes on none twice', async () => {
      const engine = new Engine(...ofPositions(0, 1));
      follow(engine);
      const subscription = await live(engine);
      engine.stand(at(2));
      give(engine, subscription, 1, 2);
      await until(() => texts().length === 3);
      await delay(2 * TIMES.quiet);
      expect(texts()).toEqual(ofPositions(0, 2));
    });

    it('given a subscription that omits an event, reads it', async () => {
      const engine = new Engine(at(0));
      follow(engine);
      const subscription = await live(engine);
      engine.stand(at(1), at(2));
      give(engine, subscription, 2);
      await until(() => texts().length === 3);
      expect(texts()).toEqual(ofPositions(0, 2));
    });

    it('given an error of a subscription and then another one, goes on from its own position with a new one', async () => {
      const engine = new Engine(at(0));
      follow(engine);
      const subscription = await live(engine);
      subscription.emit('error', failure('unavailable'));
      subscription.emit('error', new Error('AbortError'));
      await until(() => engine.subscriptions.length === 2);
      // Also after it was left: without a listener it would end the process.
      subscription.emit('error', new Error('AbortError'));
      engine.stand(at(1));
      give(engine, await live(engine), 1);
      await until(() => texts().length === 2);
      expect(texts()).toEqual(ofPositions(0, 1));
      expect(subscription.isLeft).toBe(true);
    });

    it.each(['end', 'close'])('given a subscription that emits %s, goes on with a new one', async (word) => {
      const engine = new Engine(at(0));
      follow(engine);
      (await live(engine)).emit(word);
      await until(() => engine.subscriptions.length === 2);
      expect(touches()).not.toContain('lost-touch');
    });

    it('given a subscription that ended without notice, finds the next events by itself', async () => {
      const engine = new Engine(at(0));
      follow(engine);
      await live(engine);
      engine.stand(at(1), at(2));
      await until(() => texts().length === 3);
      expect(texts()).toEqual(ofPositions(0, 2));
    });

    it('given a subscription without events because there are none, keeps it', async () => {
      const engine = new Engine(at(0));
      follow(engine);
      await live(engine);
      await delay(6 * TIMES.quiet);
      expect(engine.subscriptions).toHaveLength(1);
      expect(touches()).toEqual(['caught-up']);
    });

    it('given an engine that does not answer, says once that it has lost touch, and goes on when the engine answers', async () => {
      const engine = new Engine(at(0));
      follow(engine);
      await live(engine);
      const read = jest
        .spyOn(engine, 'read')
        .mockImplementation(() => Promise.reject(failure('unavailable')));
      await until(() => read.mock.calls.length > 5);
      expect(touches()).toEqual(['caught-up', 'lost-touch']);
      read.mockRestore();
      engine.stand(at(1));
      await until(() => touches().length === 3);
      expect(touches()).toEqual(['caught-up', 'lost-touch', 'caught-up']);
      expect(texts()).toEqual(ofPositions(0, 1));
    });

    it('given a node behind its leader, does not say that it has caught up until it has', async () => {
      const engine = new Engine(...ofPositions(0, 2));
      const read = engine.read.bind(engine);
      const lagging = jest
        .spyOn(engine, 'read')
        .mockImplementation(async (client, options) =>
          options.requiresLeader
            ? read(client, options)
            : (await read(client, options)).filter(({ revision }) => revision < 1n),
        );
      follow(engine);
      await until(() => lagging.mock.calls.length > 8);
      expect(given).toEqual([{ first: 0, events: [at(0)] }, 'lost-touch']);
      lagging.mockRestore();
      await until(() => given.at(-1) === 'caught-up');
      expect(texts()).toEqual(ofPositions(0, 2));
    });

    it('given a leader that knows less for a moment, waits', async () => {
      const engine = new Engine(...ofPositions(0, 2));
      follow(engine);
      const subscription = await live(engine);
      const all = engine.events;
      engine.events = all.slice(0, 2);
      subscription.emit('end');
      await until(() => touches().includes('lost-touch'));
      engine.events = all;
      await until(() => given.at(-1) === 'caught-up');
      expect(texts()).toEqual(ofPositions(0, 2));
    });

    it('given an engine that was emptied or restored, says so and what to do, and ends', async () => {
      const engine = new Engine(...ofPositions(0, 2));
      follow(engine);
      await live(engine);
      engine.events = [];
      await expect(following).rejects.toThrow(LogDamaged);
      await expect(following).rejects.toThrow(
        'The stream log ends before 2, which this process has read in it: the engine was emptied, or restored from a backup. Start the register again once it is the log that is meant.',
      );
    });

    it('given a stream that is cut while it is followed, says so', async () => {
      const engine = new Engine(at(0));
      follow(engine);
      const subscription = await live(engine);
      engine.stand(...ofPositions(1, 4));
      engine.events.splice(0, 4);
      give(engine, subscription, 0);
      await expect(following).rejects.toThrow('The stream log has no event at 1');
    });

    it('once it has ended and the log is closed, has ended every subscription and every client', async () => {
      const engine = new Engine(at(0));
      const log = follow(engine);
      for (let ended = 0; ended < 3; ended++) {
        await until(() => engine.subscriptions.length === ended + 1);
        engine.subscriptions[ended]?.emit('error', failure('unavailable'));
      }
      await until(() => engine.subscriptions.length === 4);
      await log.append([at(1)], 0);
      ends.abort();
      await following;
      await log.close();
      expect(engine.subscriptions.map(({ isLeft }) => isLeft)).toEqual([true, true, true, true]);
      expect(engine.disposed).toBe(engine.connected);
    });
  });
});
