/// <reference types="jest" />
import { setImmediate as turn } from 'node:timers/promises';
import type { Work } from '@app/domain/values/work';
import { Line, LONGEST_WAIT_MS, MOST_LOOKED_AT, MOST_WAITING } from './question-lines';

/** The time by which turns end, in milliseconds: it passes only while a test works, however busy the machine is. */
let time = 0;
jest.spyOn(performance, 'now').mockImplementation(() => time);

/** Each piece takes longer than a turn. */
function* long(did: (i: number) => void, pieces = 3): Work<string> {
  for (let i = 0; i < pieces; i++) {
    did(i);
    time += 6;
    yield 1;
  }
  return 'done';
}

const never = () => long(() => undefined, Infinity);

describe('a line of heavy questions', () => {
  test('works on one at a time, in the order in which they came', async () => {
    const line = new Line();
    const order: number[] = [];
    const asked = Array.from({ length: 6 }, (_, i) => line.answer(long(() => order.push(i), 5)));
    expect(await Promise.all(asked)).toEqual(Array.from(asked, () => 'done'));
    // A work in the line has its last pieces left; no pieces of one work are between those of another.
    const last = order.filter((i, at) => order.slice(at + 1).filter((one) => one === i).length < 2);
    expect(last).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
  });

  test('answers at once what is found within a turn, whoever waits', async () => {
    const line = new Line();
    const gone = new AbortController();
    const others = [1, 2, 3].map(() => line.answer(never(), gone.signal));
    const short = line.answer(
      (function* (): Work<string> {
        yield 1;
        return 'short';
      })(),
    );
    expect(await short).toBe('short');
    gone.abort(new Error('hung up'));
    for (const other of others) await expect(other).rejects.toThrow('hung up');
  });

  test('lets everybody else have a turn between any two turns of all lines together', async () => {
    // Everything before is over.
    for (let i = 0; i < 3; i++) await turn();
    const [one, other] = [new Line(), new Line()];
    let rounds = 0;
    const seen: number[] = [];
    const did = () => seen.push(rounds);
    const stop = new AbortController();
    const counting = (async () => {
      for (; !stop.signal.aborted; rounds++) await turn();
    })();
    await Promise.all([one.answer(long(did, 5)), other.answer(long(did, 5)), one.answer(long(did, 5))]);
    stop.abort();
    await counting;
    expect(seen).toHaveLength(15);
    expect(new Set(seen).size).toBe(15);
  });

  test('ends the work of who has gone, in the line and in front of it, and goes on with the next', async () => {
    const line = new Line();
    let pieces = 0;
    const [first, second] = [new AbortController(), new AbortController()];
    const front = line.answer(
      long(() => pieces++, Infinity),
      first.signal,
    );
    const waiting = line.answer(never(), second.signal);
    const last = line.answer(long(() => undefined));
    for (let i = 0; i < 10; i++) await turn();
    second.abort(new Error('gone from the line'));
    await expect(waiting).rejects.toThrow('gone from the line');
    first.abort(new Error('gone from the front'));
    await expect(front).rejects.toThrow('gone from the front');
    const then = pieces;
    expect(await last).toBe('done');
    expect(pieces).toBe(then);
  });

  test('refuses, in words, who comes when as many wait as may', async () => {
    const line = new Line();
    const gone = new AbortController();
    const asked = Array.from({ length: MOST_WAITING + 2 }, () => line.answer(never(), gone.signal));
    expect(await Promise.race(asked)).toMatchObject({
      code: 'unavailable',
      detail: expect.stringContaining(`${MOST_WAITING} such questions wait already`) as string,
    });
    gone.abort(new Error('hung up'));
    const ends = await Promise.allSettled(asked);
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await line.answer(long(() => undefined))).toBe('done');
  });

  test('refuses who has waited too long, and goes on with who came after', async () => {
    const line = new Line();
    const gone = new AbortController();
    const front = line.answer(never(), gone.signal);
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'performance', 'nextTick', 'queueMicrotask'] });
    try {
      const waiting = line.answer(never());
      for (let i = 0; i < 10; i++) await turn();
      const after = line.answer(long(() => undefined));
      jest.advanceTimersByTime(LONGEST_WAIT_MS);
      expect(await waiting).toMatchObject({ code: 'unavailable' });
      for (let i = 0; i < 10; i++) await turn();
      gone.abort(new Error('hung up'));
      await expect(front).rejects.toThrow('hung up');
      expect(await after).toBe('done');
    } finally {
      jest.useRealTimers();
    }
  });

  test('refuses what would look at more than one question may, and goes on', async () => {
    const line = new Line();
    const counted = function* (each: number): Work<string> {
      for (let i = 0; i < 10; i++) yield each;
      return 'done';
    };
    expect(await line.answer(counted(MOST_LOOKED_AT / 10))).toBe('done');
    expect(await line.answer(counted(MOST_LOOKED_AT / 10 + 1))).toMatchObject({ code: 'too-large' });
    expect(await line.answer(counted(1))).toBe('done');
  });

  test('is free again after a work that failed', async () => {
    const line = new Line();
    const failing = function* (): Work<never> {
      yield* long(() => undefined);
      throw new Error('it failed');
    };
    await expect(line.answer(failing())).rejects.toThrow('it failed');
    expect(await line.answer(long(() => undefined))).toBe('done');
  });
});
