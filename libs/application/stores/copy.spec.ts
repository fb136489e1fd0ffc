/// <reference types="jest" />
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventsOf } from '@app/event-store/event-log.contract';
import { MOST_BYTES_AN_EVENT, type Append, type EventLog } from '@app/event-store/event-log';
import { KurrentLog } from '@app/event-store/kurrentdb/kurrent-log';
import { MemoryLog } from '@app/event-store/memory';
import { SqliteLog } from '@app/event-store/sqlite';
import { Dice } from '../../../test/dice';
import { Sequence } from '../../../test/faults/faulty-log';
import { MeasuredEngine } from '../../../test/faults/measured-engine';
import { copyLog, type CopyStep } from './copy';

const FAIR = { refused: 0, lost: 0, underway: 0, late: 0, unreadable: 0, outOfTouch: 0, outage: 0, delay: 0 };
/** More events than a page has: objects, texts that the engine keeps as bytes, and events of the largest size. */
const EVENTS = [
  ...Array.from({ length: 1_203 }, (_, position) =>
    JSON.stringify({ position: String(position), type: 'Südöst' }),
  ),
  '{"2":0,"1":0}',
  'no JSON',
  ...Array.from({ length: 10 }, (_, i) => String(i).repeat(MOST_BYTES_AN_EVENT)),
];

let folder: string;
let open: EventLog[];
const sequence = () => new Sequence();
const opened = <T extends EventLog>(log: T): T => {
  open.push(log);
  return log;
};
const engine = (of: Sequence) =>
  opened(
    new KurrentLog(
      new MeasuredEngine(of, FAIR, new Dice(1), (error) => {
        throw error;
      }).connect,
      'log',
    ),
  );
const STORES: Record<string, () => Promise<EventLog>> = {
  memory: () => Promise.resolve(opened(new MemoryLog())),
  SQLite: async () => opened(await SqliteLog.open(join(folder, `${open.length}.db`))),
  'an engine': () => Promise.resolve(engine(sequence())),
};
async function filled(log: EventLog, events: readonly string[]): Promise<EventLog> {
  expect(await copyLog(await memory(events), log)).toMatchObject({ head: events.length - 1 });
  return log;
}
async function memory(events: readonly string[]): Promise<MemoryLog> {
  const log = opened(new MemoryLog());
  for (const [i, event] of events.entries()) await log.append([event], i - 1);
  return log;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'copy-'));
  open = [];
});

afterEach(async () => {
  for (const log of open) await log.close();
  rmSync(folder, { recursive: true });
});

describe('a copy of a log', () => {
  const pairs = Object.keys(STORES).flatMap((from) => Object.keys(STORES).map((to) => [from, to] as const));
  it.each(pairs)('from %s to %s has the same events at the same positions', async (from, to) => {
    const source = await filled((await STORES[from]?.()) ?? new MemoryLog(), EVENTS);
    const target = (await STORES[to]?.()) ?? new MemoryLog();
    expect(await copyLog(source, target)).toEqual({ head: EVENTS.length - 1, before: 0, since: 0 });
    expect(await eventsOf(target)).toEqual(EVENTS);
  });

  it('of an empty log is empty', async () => {
    expect(await copyLog(new MemoryLog(), new MemoryLog())).toEqual({ head: -1, before: 0, since: 0 });
  });

  it('goes on where it was cut short, and writes nothing if it is whole', async () => {
    const source = await memory(EVENTS.slice(0, 1_100));
    const target = await memory(EVENTS.slice(0, 700));
    const append = jest.spyOn(target, 'append');
    expect(await copyLog(source, target)).toEqual({ head: 1_099, before: 700, since: 0 });
    expect(append.mock.calls.map(([events, head]) => [events.length, head])).toEqual([[400, 699]]);
    expect(await copyLog(source, target)).toEqual({ head: 1_099, before: 1_100, since: 0 });
    expect(append).toHaveBeenCalledTimes(1);
  });

  it('can be stopped, and goes on later', async () => {
    const [source, target] = [await memory(EVENTS.slice(0, 1_203)), new MemoryLog()];
    const stop = new AbortController();
    const step = ({ doing, done }: CopyStep) => {
      if (doing === 'copying' && done === 500) stop.abort(new Error('stopped'));
    };
    await expect(copyLog(source, target, { step, signal: stop.signal })).rejects.toThrow('stopped');
    expect(await target.head()).toBe(499);
    expect(await copyLog(source, target)).toMatchObject({ before: 500, head: 1_202 });
  });

  it.each([
    ['another event', ['a', 'x'], 'Another event stands in the target at 1 than in the source'],
    ['more events', ['a', 'b', 'c', 'd'], 'The target has 4 events, and the source 3'],
  ])('is refused, and writes nothing, if the target holds %s', async (_, stands, words) => {
    const target = await memory(stands);
    await expect(copyLog(await memory(['a', 'b', 'c']), target)).rejects.toThrow(words);
    expect(await eventsOf(target)).toEqual(stands);
  });

  it('ends where the source ended when the copy began, and says how many events the source has received since', async () => {
    const [source, target] = [await memory(['a', 'b']), new MemoryLog()];
    const append = target.append.bind(target);
    jest.spyOn(target, 'append').mockImplementation(async (events, head) => {
      await source.append(['c'], 1);
      return append(events, head);
    });
    expect(await copyLog(source, target)).toEqual({ head: 1, before: 0, since: 1 });
    expect(await eventsOf(target)).toEqual(['a', 'b']);
  });

  it.each<[string, boolean, Append]>([
    ['was written though that is unknown', true, { outcome: 'unknown', detail: 'The connection was lost.' }],
    [
      'was not written though that is unknown',
      false,
      { outcome: 'unknown', detail: 'The connection was lost.' },
    ],
    ['was not taken', false, { outcome: 'unavailable', detail: 'The log is busy.' }],
  ])('holds every event once if an append %s', async (_, isWritten, answer) => {
    const [source, target] = [await memory(['a', 'b']), new MemoryLog()];
    const append = target.append.bind(target);
    jest.spyOn(target, 'append').mockImplementationOnce(async (events, head) => {
      if (isWritten) await append(events, head);
      return answer;
    });
    await copyLog(source, target);
    expect(await eventsOf(target)).toEqual(['a', 'b']);
  });

  it('is refused if something else writes to the target', async () => {
    const [source, target] = [await memory(['a', 'b']), new MemoryLog()];
    const append = target.append.bind(target);
    jest.spyOn(target, 'append').mockImplementationOnce(async (events, head) => {
      await append(['x'], -1);
      return append(events, head);
    });
    await expect(copyLog(source, target)).rejects.toThrow('Something else writes to the target');
  });

  it('may be made again if a store does not answer', async () => {
    const [source, target] = [await memory(['a', 'b']), new MemoryLog()];
    await source.close();
    await expect(copyLog(source, target)).rejects.toThrow(
      'The log is closed. Do the same again, and it goes on where it was',
    );
  });

  it('is compared with what the target really holds, not with what was appended', async () => {
    const [source, target] = [await memory(['a', 'b']), new MemoryLog()];
    const append = target.append.bind(target);
    jest.spyOn(target, 'append').mockImplementationOnce((events, head) => append(events.toReversed(), head));
    await expect(copyLog(source, target)).rejects.toThrow('Do not start a register on it');
  });
});
