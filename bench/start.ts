import { setTimeout as sleep } from 'node:timers/promises';
import { SqliteLog } from '@app/event-store/sqlite';
import { EventIndex } from '@app/read-model/index/event-index';
import { report, whole } from './measure';
import { worldOf } from './world';

const EVENTS = 1_000_000;

/** How long it takes to read a large log, beside reading its rows alone, and what an event costs in memory. */
export async function start(): Promise<void> {
  const { file } = await worldOf(EVENTS);
  await collect();
  const before = process.memoryUsage();

  const begin = performance.now();
  const log = await SqliteLog.open(file);
  const register = new EventIndex();
  for await (const { events } of log.read(-1)) for (const text of events) register.apply(text);
  const seconds = (performance.now() - begin) / 1000;

  await collect();
  const after = process.memoryUsage();
  const held = after.heapUsed + after.external - before.heapUsed - before.external;
  const rows = performance.now();
  let read = 0;
  for await (const { events } of log.read(-1)) {
    for (const text of events) if (typeof JSON.parse(text) === 'object') read++;
  }
  const alone = (performance.now() - rows) / 1000;
  await log.close();

  report(
    `seconds to start from ${whole(register.head + 1)} events`,
    seconds.toFixed(1),
    'at most 5',
    seconds <= 5,
  );
  report(`  as a multiple of reading ${whole(read)} rows as JSON`, (seconds / alone).toFixed(1), '', true);
  report('bytes held in memory for each event', whole(held / EVENTS), 'at most 500', held / EVENTS <= 500);
}

/** Twice, with a while between: memory outside the heap is given back in the background. */
async function collect(): Promise<void> {
  if (!globalThis.gc) throw new Error('run with --expose-gc');
  for (let i = 0; i < 2; i++) {
    globalThis.gc();
    await sleep(200);
  }
}
