/// <reference types="jest" />
import { hash } from 'node:crypto';
import { isRefusal } from '@app/domain/values/problem';
import { Follower } from './follower';
import { EventIndex } from './index/event-index';
import { MemoryLog } from '@app/event-store/memory';
import { AsOfResolver } from './as-of';
import { LogEnd } from './log-end';

const NOON = Date.parse('2026-09-01T12:00:00Z');

const registered = (position: number, recordedAt: number) =>
  JSON.stringify({
    body: 'body:registrar',
    data: {},
    id: `e${position}`,
    position: String(position),
    recordedAt: new Date(recordedAt).toISOString(),
    revision: 0,
    schema: 1,
    source: '/tests',
    stream: `adviser-reader0${position}`,
    subject: `adviser:reader0${position}`,
    type: 'AdviserRegistered',
  });
const TEXTS = [registered(0, NOON), registered(1, NOON + 1_000), registered(2, NOON + 1_000)];

/** A reader an hour after noon, of a register that has read all events or only the first of them. */
async function reader(read: number, { starting = false } = {}): Promise<AsOfResolver> {
  const log = new MemoryLog();
  if (read > 0) await log.append(TEXTS.slice(0, read), -1);
  const register = new EventIndex();
  const follower = new Follower(log, register);
  const following = follower.run();
  await follower.reached(read - 1);
  while (follower.state !== 'caught-up') await new Promise((resolve) => setImmediate(resolve));
  follower.stop();
  await following;
  const state = starting ? 'starting' : 'caught-up';
  return new AsOfResolver(
    register,
    {
      state,
      reached: (position: number) => Promise.resolve(position <= register.head),
    } as unknown as Follower,
    () => NOON + 3_600_000,
    new LogEnd(log),
  );
}

const at = (milliseconds: number) => new Date(NOON + milliseconds).toISOString();
const said = (answer: ReturnType<AsOfResolver['positionOf']>) =>
  typeof answer === 'number' ? answer : [answer.code, answer.detail];

describe('a moment', () => {
  test('at an instant is the last event recorded at or before it, up to now', async () => {
    const it = await reader(3);
    expect([-1, 0, 999, 1_000, 3_600_000].map((ms) => it.positionOf(at(ms)))).toEqual([-1, 0, 0, 2, 2]);
    expect(said(it.positionOf(at(3_600_001)))).toEqual([
      'not-caught-up',
      expect.stringContaining('has not come yet') as string,
    ]);
  });

  test('of which more may still have to be read is waited for, and never answered from less', async () => {
    const it = await reader(2, { starting: true });
    // Everything recorded before the last event that was read has been read; at its own instant another may
    // follow.
    expect(it.positionOf(at(999))).toBe(0);
    for (const moment of [at(1_000), at(2_000), '2', '2-1a2b3c4d'])
      expect(said(it.positionOf(moment))).toEqual([
        'not-caught-up',
        expect.stringMatching(/^The register is starting: .* position 1\. Try again in a minute$/) as string,
      ]);
    expect(isRefusal(Object(await it.position({})) as object)).toBe(true);
    expect(it.positionOf('1')).toBe(1);
  });

  test('before anything was read is waited for too', async () => {
    const it = await reader(0, { starting: true });
    expect(said(it.positionOf(at(-1)))).toEqual([
      'not-caught-up',
      'The register is starting: it is still reading its log. Try again in a minute',
    ]);
  });

  test('of an empty log is before the first event, and no position is there', async () => {
    const it = await reader(0);
    expect(it.positionOf(at(0))).toBe(-1);
    expect(said(it.positionOf('0'))).toEqual([
      'not-caught-up',
      expect.stringContaining('The log is empty, and position 0 is beyond') as string,
    ]);
    expect([it.written(-1), it.fingerprint(-1)]).toEqual([undefined, undefined]);
  });

  test('is written with the first digits of the hash of its event, and of no other', async () => {
    const it = await reader(3);
    for (const [position, text] of TEXTS.entries()) {
      const digits = hash('sha256', text);
      expect(it.written(position)).toBe(`${position}-${digits.slice(0, 8)}`);
      expect(it.positionOf(`${position}-${digits.slice(0, 8)}`)).toBe(position);
      expect(digits.startsWith(it.fingerprint(String(position)) ?? '-')).toBe(true);
      const other = hash('sha256', TEXTS[(position + 1) % 3] ?? '').slice(0, 8);
      expect(it.positionOf(`${position}-${other}`)).toMatchObject({ code: 'other-log' });
    }
  });
});

describe('a position that another process has written', () => {
  const behind = async (reached: boolean) => {
    const log = new MemoryLog();
    await log.append(TEXTS, -1);
    const register = new EventIndex();
    const waited: number[] = [];
    const follower = {
      state: 'caught-up',
      reached: (position: number) => {
        waited.push(position);
        if (reached) for (const text of TEXTS.slice(register.head + 1, position + 1)) register.apply(text);
        return Promise.resolve(reached);
      },
    } as unknown as Follower;
    return { waited, it: new AsOfResolver(register, follower, () => NOON + 3_600_000, new LogEnd(log)) };
  };

  test('is read before it is answered', async () => {
    const { it, waited } = await behind(true);
    expect(await it.position({ knownAt: '1' })).toBe(1);
    expect(await it.readOn(undefined, '2', '-1')).toBe('held');
    expect(waited).toEqual([1, 2]);
  });

  test('is unknown only after all that stands in the log was read', async () => {
    const { it, waited } = await behind(true);
    expect(await it.readOn('7')).toBe('beyond');
    expect(waited).toEqual([2]);
    expect(it.index.head).toBe(2);
  });

  test('is not said to be beyond the log where that was not read in time', async () => {
    const { it } = await behind(false);
    expect(await it.readOn('1')).toBe('behind');
    expect(await it.position({ knownAt: '1' })).toMatchObject({ code: 'not-caught-up' });
  });
});
