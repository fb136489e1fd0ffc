/// <reference types="jest" />
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import {
  LogUnavailable,
  MOST_BYTES_AN_APPEND,
  MOST_BYTES_AN_EVENT,
  type Append,
  type EventLog,
  type StoredPage,
} from './event-log';

/** A log that was empty when it was opened, and other ways to look at it. */
export interface Opened {
  readonly log: EventLog;
  /** Another handle to the same log, as another process would have it. It is closed by `done`. */
  another(): Promise<EventLog>;
  /** Whether the other handles may append too, or only read. */
  readonly writers: 'one' | 'many';
  /** Closes all handles of a log that outlives them, and reopens it. */
  reopened?(): Promise<EventLog>;
  /** Closes every handle and leaves nothing behind. */
  done(): Promise<void>;
}

/** The contract of every log, whatever its storage engine. */
export function eventLogContract(name: string, open: () => Promise<Opened>): void {
  describe(`${name} keeps the contract of an event log`, () => {
    let opened: Opened;
    let log: EventLog;

    beforeEach(async () => {
      opened = await open();
      log = opened.log;
    });

    afterEach(async () => {
      await opened.done();
    });

    describe('an empty log', () => {
      it('has its head at −1', async () => {
        expect(await log.head()).toBe(-1);
      });

      it('gives no page', async () => {
        expect(await pagesOf(log.read(-1))).toEqual([]);
      });

      it('is caught up with at once', async () => {
        await following(log, -1, async (next) => {
          expect(await next()).toBe('caught-up');
        });
      });
    });

    describe('an append', () => {
      it('adds its events right after the head, which moves to the last of them', async () => {
        expect(await log.append(['a'], -1)).toEqual(APPENDED);
        expect(await log.head()).toBe(0);
        expect(await log.append(['b', 'c', 'd'], 0)).toEqual(APPENDED);
        expect(await log.head()).toBe(3);
        expect(await eventsOf(log)).toEqual(['a', 'b', 'c', 'd']);
      });

      it.each([-1, 0, 2, 3, 1_000])('writes nothing at %i where the head is 1', async (head) => {
        await log.append(['a', 'b'], -1);
        expect(await log.append(['c', 'd'], head)).toEqual({ outcome: 'moved' });
        expect(await eventsOf(log)).toEqual(['a', 'b']);
      });

      it('goes on after one that found the head moved', async () => {
        await log.append(['a'], -1);
        await log.append(['x'], -1);
        expect(await log.append(['b'], 0)).toEqual(APPENDED);
        expect(await eventsOf(log)).toEqual(['a', 'b']);
      });

      it('adds equal events as often as they are appended', async () => {
        await log.append(['a', 'a'], -1);
        await log.append(['a'], 1);
        expect(await eventsOf(log)).toEqual(['a', 'a', 'a']);
      });

      it('keeps what it was given, whatever becomes of the array', async () => {
        const events = ['a', 'b'];
        const appending = log.append(events, -1);
        events[0] = 'x';
        events.push('y');
        expect(await appending).toEqual(APPENDED);
        expect(await eventsOf(log)).toEqual(['a', 'b']);
      });

      it('is seen by every other handle once it has resolved', async () => {
        const other = await opened.another();
        await log.append(['a', 'b'], -1);
        expect(await other.head()).toBe(1);
        expect(await eventsOf(other)).toEqual(['a', 'b']);
      });

      it('is the caller’s fault while another one of the handle is in flight, and harms neither the log nor that', async () => {
        const first = log.append(['a'], -1);
        await expect(log.append(['b'], 0)).rejects.toThrow('in flight');
        expect(await first).toEqual(APPENDED);
        expect(await eventsOf(log)).toEqual(['a']);
      });

      it.each([
        ['no event', []],
        ['a lone surrogate, which has no bytes', ['a', '"\ud83d"']],
        ['a NUL, which no RFC 8785 text has', ['a', '"\0"']],
        ['an event that is too large', ['a', 'x'.repeat(MOST_BYTES_AN_EVENT + 1)]],
        ['an event that is too large in bytes', ['a', '\u20ac'.repeat(MOST_BYTES_AN_EVENT / 3 + 1)]],
        ['more than an append holds', Array<string>(9).fill('x'.repeat(MOST_BYTES_AN_EVENT))],
      ])('is refused with %s, and writes nothing', async (_, events) => {
        await expect(log.append(events, -1)).rejects.toBeInstanceOf(RangeError);
        expect(await log.head()).toBe(-1);
        expect(await log.append(['a'], -1)).toEqual(APPENDED);
      });

      it.each([-2, 0.5, NaN, Infinity])('is refused at %d, which is no head', async (head) => {
        await expect(log.append(['a'], head)).rejects.toBeInstanceOf(RangeError);
        expect(await log.head()).toBe(-1);
      });
    });

    describe('appends of several handles at the same head', () => {
      it('are in exactly once, all of one or none of it', async () => {
        const others = await Promise.all([opened.another(), opened.another(), opened.another()]);
        const handles = [log, ...others];
        const expected: string[] = [];
        for (let round = 0; round < 10; round++) {
          const head = expected.length - 1;
          const batches = handles.map((_, handle) => [`${round} of ${handle}`, `and ${round} of ${handle}`]);
          const outcomes = await Promise.all(
            handles.map((handle, index) => handle.append(batches[index] ?? [], head)),
          );
          const winners = batches.filter((_, index) => outcomes[index]?.outcome === 'appended');
          expect(winners).toHaveLength(1);
          const losers = outcomes.filter(({ outcome }) => outcome !== 'appended');
          const lost = opened.writers === 'many' ? 'moved' : 'unavailable';
          expect(losers.map(({ outcome }) => outcome)).toEqual(losers.map(() => lost));
          expected.push(...(winners[0] ?? []));
          for (const handle of handles) expect(await eventsOf(handle)).toEqual(expected);
        }
      });
    });

    describe('an event', () => {
      it.each([
        ['JSON', '{"data":{"from":"2026-09-01"},"position":"0"}'],
        ['quotes, backslashes and SQL', `{"a":"\\"'; DROP TABLE log; --\\\\"}`],
        ['line ends', '"a\nb\r\nc\rd\u2028e\u2029f\u0085g"'],
        ['spaces at its ends', '  "a"\t '],
        ['accents, composed and not', '"\u00e9 e\u0301 \u212b \u00c5"'],
        ['astral characters', '"\u{1f393}\u{10ffff}\u{20000}"'],
        ['a byte order mark, noncharacters and controls', '\ufeff"\ufffe\uffff\u0001\u007f\u009f"'],
        ['the replacement character', '"\ufffd"'],
        ['as many bytes as one may have', `"${'x'.repeat(MOST_BYTES_AN_EVENT - 2)}"`],
        ['as many bytes, of three a character', '\u20ac'.repeat(MOST_BYTES_AN_EVENT / 3)],
      ])('keeps its bytes: %s', async (_, event) => {
        expect(await log.append(['before', event, 'after'], -1)).toEqual(APPENDED);
        expect(await eventsOf(log)).toEqual(['before', event, 'after']);
        expect(await eventsOf(await opened.another())).toEqual(['before', event, 'after']);
      });

      it('may be one of so many that an append is full', async () => {
        const sizes = [...Array<number>(8).fill(MOST_BYTES_AN_EVENT), 8];
        const full = sizes.map((size, index) => String(index).padEnd(size, 'x'));
        expect(full.join('')).toHaveLength(MOST_BYTES_AN_APPEND);
        expect(await log.append(full, -1)).toEqual(APPENDED);
        expect(await log.append(full, 8)).toEqual(APPENDED);
        expect(await eventsOf(log)).toEqual([...full, ...full]);
      });

      it('may be one of very many small ones', async () => {
        const many = Array.from({ length: 20_000 }, (_, index) => String(index));
        expect(await log.append(many, -1)).toEqual(APPENDED);
        expect(await eventsOf(log)).toEqual(many);
      });
    });

    describe('reading', () => {
      const many = Array.from({ length: 2_500 }, (_, index) => `event ${index} ${'x'.repeat(index % 50)}`);

      beforeEach(async () => {
        for (let at = 0; at < many.length; at += 500) await log.append(many.slice(at, at + 500), at - 1);
      });

      it.each([-1, 0, 1, 998, 999, 1_000, 1_001, 2_498])(
        'after %i gives all that stands behind it',
        async (after) => {
          expect((await pagesOf(log.read(after))).flatMap(({ events }) => events)).toEqual(
            many.slice(after + 1),
          );
        },
      );

      it.each([2_499, 2_500, 1_000_000])(
        'after %i, where nothing stands behind it, gives nothing',
        async (after) => {
          expect(await pagesOf(log.read(after))).toEqual([]);
        },
      );

      it.each([-2, 0.5, NaN])('after %d, which is no position, is the caller’s fault', async (after) => {
        await expect(pagesOf(log.read(after))).rejects.toBeInstanceOf(RangeError);
        const following = log.follow(after, new AbortController().signal)[Symbol.asyncIterator]();
        await expect(following.next()).rejects.toBeInstanceOf(RangeError);
      });

      it('gives pages that are never empty, each beginning where the one before ended', async () => {
        let next = 700;
        for (const { first, events } of await pagesOf(log.read(699))) {
          expect(first).toBe(next);
          expect(events.length).toBeGreaterThan(0);
          next += events.length;
        }
        expect(next).toBe(2_500);
      });

      it.each([0, 1, 10, 1_000, 1_001, 2_000, 2_499])('gives no more than a limit of %i', async (limit) => {
        const pages = await pagesOf(log.read(0, { limit }));
        expect(pages.flatMap(({ events }) => events)).toEqual(many.slice(1, 1 + limit));
      });

      it('with a limit beyond the head ends at the head', async () => {
        const pages = await pagesOf(log.read(2_489, { limit: 100 }));
        expect(pages.flatMap(({ events }) => events)).toEqual(many.slice(2_490));
      });

      it('reads the next page only when it is asked for: what was appended before then is in it', async () => {
        const reading = log.read(-1)[Symbol.asyncIterator]();
        const page = valueOf(await reading.next());
        await log.append(['late'], 2_499);
        const rest = await pagesOf({ [Symbol.asyncIterator]: () => reading });
        expect([page, ...rest].flatMap(({ events }) => events)).toEqual([...many, 'late']);
      });

      it('asks for nothing before the first page is asked for', async () => {
        const pages = log.read(2_499);
        await log.append(['late'], 2_499);
        expect(await pagesOf(pages)).toEqual([{ first: 2_500, events: ['late'] }]);
      });

      it('ends when the loop is left, and the log goes on', async () => {
        for await (const { first } of log.read(-1)) {
          expect(first).toBe(0);
          break;
        }
        expect(await log.append(['late'], 2_499)).toEqual(APPENDED);
        expect(await eventsOf(log)).toEqual([...many, 'late']);
      });

      it('ends quietly with its signal', async () => {
        const cancel = new AbortController();
        let pages = 0;
        for await (const { events } of log.read(-1, { signal: cancel.signal })) {
          pages += Math.sign(events.length);
          cancel.abort();
        }
        expect(pages).toBe(1);
        expect(await pagesOf(log.read(-1, { signal: AbortSignal.abort() }))).toEqual([]);
      });

      it('afresh gives the same, whatever was appended or read just before', async () => {
        await log.append(['late'], 2_499);
        const afresh = await pagesOf(log.read(2_400, { afresh: true, limit: 101 }));
        expect(afresh.flatMap(({ events }) => events)).toEqual([...many.slice(2_401), 'late']);
      });

      it('may be done by several at once, each at its own pace', async () => {
        const readings = [-1, 400, 1_200].map(async (after) => ({
          after,
          pages: await pagesOf(log.read(after)),
        }));
        for (const { after, pages } of await Promise.all(readings)) {
          expect(pages.flatMap(({ events }) => events)).toEqual(many.slice(after + 1));
        }
      });

      it('lets the process do other things between its pages', async () => {
        let turns = 0;
        let turning = setImmediate(function turn() {
          turns++;
          turning = setImmediate(turn);
        });
        for await (const { first } of log.read(-1)) expect(first).toBeLessThan(2_500);
        clearImmediate(turning);
        expect(turns).toBeGreaterThan(0);
      });

      it('sees whole appends in order while they go on', async () => {
        const other = await opened.another();
        const appends = (async () => {
          for (let round = 0; round < 40; round++) {
            const head = await log.head();
            await log.append([`${head + 1} begins`, `${head + 2} ends`], head);
          }
        })();
        while ((await other.head()) < 2_579) {
          const late = (await pagesOf(other.read(2_499))).flatMap(({ events }) => events);
          expect(late.length % 2).toBe(0);
          expect(late).toEqual(
            late.map((_, index) => `${2_500 + index} ${index % 2 === 0 ? 'begins' : 'ends'}`),
          );
          await delay(1);
        }
        await appends;
        expect(await other.head()).toBe(2_579);
      });
    });

    describe('following', () => {
      it('gives what was there, then says that it has caught up, then gives what comes later', async () => {
        await log.append(['a', 'b'], -1);
        await following(log, -1, async (next) => {
          expect(await next()).toEqual({ first: 0, events: ['a', 'b'] });
          expect(await next()).toBe('caught-up');
          await log.append(['c'], 1);
          expect(await nextPage(next)).toEqual({ first: 2, events: ['c'] });
          await log.append(['d'], 2);
          expect(await nextPage(next)).toEqual({ first: 3, events: ['d'] });
        });
      });

      it('begins after its position', async () => {
        await log.append(['a', 'b', 'c'], -1);
        await following(log, 1, async (next) => {
          expect(await next()).toEqual({ first: 2, events: ['c'] });
          expect(await next()).toBe('caught-up');
        });
      });

      it('waits for a position that is not there yet', async () => {
        await following(log, 1, async (next) => {
          expect(await next()).toBe('caught-up');
          const coming = nextPage(next);
          await log.append(['a', 'b', 'c', 'd'], -1);
          const { first, events } = await coming;
          expect(first).toBe(2);
          // A store may give an append in several pages.
          const rest = events.length < 2 ? (await nextPage(next)).events : [];
          expect([...events, ...rest]).toEqual(['c', 'd']);
        });
      });

      it('gives what is appended while it waits, whichever handle it waits at', async () => {
        const other = await opened.another();
        for (const handle of [log, other]) {
          const head = await log.head();
          await following(handle, head, async (next) => {
            expect(await next()).toBe('caught-up');
            const coming = nextPage(next);
            await delay(30);
            await log.append(['late'], head);
            expect(await coming).toEqual({ first: head + 1, events: ['late'] });
          });
        }
      });

      it('gives each event once and in order to each of several, while appends go on', async () => {
        const other = await opened.another();
        const expected = Array.from({ length: 300 }, (_, index) => `event ${index}`);
        await log.append(expected.slice(0, 20), -1);
        const cancel = new AbortController();
        const received = [log, log, other, other].map(async (handle, index) => {
          const events: string[] = [];
          for await (const page of handle.follow(-1, cancel.signal)) {
            if (typeof page === 'string') continue;
            expect(page.first).toBe(events.length);
            events.push(...page.events);
            if (events.length >= expected.length) break;
            if (index % 2 === 1) await delay(3);
          }
          return events;
        });
        for (let at = 20; at < expected.length; at += 7) {
          expect(await log.append(expected.slice(at, at + 7), at - 1)).toEqual(APPENDED);
        }
        for (const events of await Promise.all(received)) expect(events).toEqual(expected);
        cancel.abort();
      });

      it('ends quietly with its signal, whether it waits or not', async () => {
        await log.append(['a'], -1);
        const waiting = new AbortController();
        const seen: unknown[] = [];
        for await (const page of log.follow(-1, waiting.signal)) {
          seen.push(page);
          if (page === 'caught-up')
            setTimeout(() => {
              waiting.abort();
            }, 20);
        }
        expect(seen).toEqual([{ first: 0, events: ['a'] }, 'caught-up']);
        expect(await pagesOf(log.follow(-1, AbortSignal.abort()))).toEqual([]);
      });

      it('ends when the loop is left, and the log goes on', async () => {
        await log.append(['a'], -1);
        for await (const page of log.follow(-1, new AbortController().signal)) {
          expect(page).toEqual({ first: 0, events: ['a'] });
          break;
        }
        expect(await log.append(['b'], 0)).toEqual(APPENDED);
      });
    });

    it('says of nothing that is in order that it is not, and lacks nothing', async () => {
      await log.append(['a'], -1);
      expect([log.fault, log.lacks ?? false]).toEqual([undefined, false]);
      expect((await log.complete?.()) ?? APPENDED).toEqual(APPENDED);
      expect(await log.append(['b'], 0)).toEqual(APPENDED);
    });

    describe('a closed log', () => {
      it('has finished what was in flight', async () => {
        const other = await opened.another();
        const appending = log.append(['a', 'b'], -1);
        await log.close();
        expect(await appending).toEqual(APPENDED);
        expect(await eventsOf(other)).toEqual(['a', 'b']);
      });

      it('may be closed again, and is unavailable', async () => {
        await log.append(['a'], -1);
        const follower = log.follow(0, new AbortController().signal)[Symbol.asyncIterator]();
        expect((await follower.next()).value).toBe('caught-up');
        const waiting = follower.next();
        await Promise.all([log.close(), expect(waiting).rejects.toBeInstanceOf(LogUnavailable)]);
        await log.close();
        await expect(log.head()).rejects.toBeInstanceOf(LogUnavailable);
        await expect(pagesOf(log.read(-1))).rejects.toBeInstanceOf(LogUnavailable);
        expect(await log.append(['b'], 0)).toMatchObject({ outcome: 'unavailable' });
      });
    });

    it('behaves like a list, to which what is appended at its end is added', async () => {
      const event = fc
        .string({ unit: 'binary', minLength: 1, maxLength: 60 })
        .map((text) => text.replaceAll('\0', '0'));
      const step = fc.record({
        events: fc.array(event, { minLength: 1, maxLength: 8 }),
        off: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: -3, max: 3 })),
        after: fc.nat({ max: 20 }),
        limit: fc.option(fc.nat({ max: 12 }), { nil: undefined }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
          const fresh = await open();
          try {
            const list: string[] = [];
            for (const [number, { events: given, off, after, limit }] of steps.entries()) {
              // As in the register, where each says its position: the very same bytes may be taken for a repetition.
              const events = given.map((event, index) => `${number}.${index} ${event}`);
              const head = Math.max(-1, list.length - 1 + off);
              const right = head === list.length - 1;
              expect(await fresh.log.append(events, head)).toEqual(right ? APPENDED : { outcome: 'moved' });
              if (right) list.push(...events);
              expect(await fresh.log.head()).toBe(list.length - 1);
              const pages = await pagesOf(fresh.log.read(after - 1, limit === undefined ? {} : { limit }));
              expect(pages.flatMap((page) => page.events)).toEqual(
                list.slice(after, limit === undefined ? undefined : after + limit),
              );
            }
            expect(await eventsOf((await fresh.reopened?.()) ?? fresh.log)).toEqual(list);
          } finally {
            await fresh.done();
          }
        }),
        { numRuns: 20 },
      );
    });

    it('has the same events when it is opened anew, if it outlives its handles', async () => {
      if (opened.reopened === undefined) return;
      const events = Array.from(
        { length: 1_500 },
        (_, index) => `{"position":"${index}","name":"\u00c9cole \u{1f393}"}`,
      );
      await log.append(events, -1);
      log = await opened.reopened();
      expect(await log.head()).toBe(1_499);
      expect(await eventsOf(log)).toEqual(events);
      expect(await log.append(['x'], 1_498)).toEqual({ outcome: 'moved' });
      expect(await log.append(['next'], 1_499)).toEqual(APPENDED);
      log = await opened.reopened();
      expect(await eventsOf(log)).toEqual([...events, 'next']);
    });
  });
}

const APPENDED: Append = { outcome: 'appended' };

/** All events of a log, in the order of their positions. */
export async function eventsOf(log: EventLog): Promise<string[]> {
  const events: string[] = [];
  for await (const page of log.read(-1)) {
    if (page.first !== events.length)
      throw new Error(`a page begins at ${page.first}, not at ${events.length}`);
    events.push(...page.events);
  }
  return events;
}

async function pagesOf<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(page);
  return all;
}

type Next = () => Promise<StoredPage | string>;

/** Follows for as long as `during` lasts. */
async function following(log: EventLog, after: number, during: (next: Next) => Promise<void>): Promise<void> {
  const cancel = new AbortController();
  const iterator = log.follow(after, cancel.signal)[Symbol.asyncIterator]();
  try {
    await during(async () => valueOf(await iterator.next()));
  } finally {
    cancel.abort();
    await iterator.return?.();
  }
}

/** A log may repeat at any time that it has caught up. */
async function nextPage(next: Next): Promise<StoredPage> {
  for (;;) {
    const page = await next();
    if (typeof page !== 'string') return page;
  }
}

function valueOf<T>(result: IteratorResult<T, unknown>): T {
  if (result.done) throw new Error('it has ended');
  return result.value;
}
