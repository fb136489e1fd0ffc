import { setTimeout as sleep } from 'node:timers/promises';
import { openLog } from '@app/application/stores/open';
import type { EventLog } from '@app/event-store/event-log';
import { Follower } from '@app/read-model/follower';
import { EventIndex } from '@app/read-model/index/event-index';
import { ProviderSearch } from '@app/read-model/search/provider-search';
import { Snapshots } from '@app/read-model/snapshot/snapshots';
import { report, whole } from './measure';
import { worldOf } from './world';

const EVENTS = 1_000_000;
/** Of the log: a moment after the last event of it is read, everything has been checked. */
const SECONDS_FROM_NOTHING = 4;
const SECONDS_FROM_SNAPSHOT = 0.7;
const BYTES_AN_EVENT = 250;

interface Started {
  readonly log: EventLog;
  readonly index: EventIndex;
  readonly snapshots: Snapshots;
  readonly seconds: number;
  /** Of all threads. */
  readonly processorSeconds: number;
}

/**
 * How long it takes until a large log can be answered from, read from its first event on and from a snapshot, beside reading its
 * rows alone; and what an event costs in memory besides its text.
 */
export async function start(): Promise<void> {
  const { file } = await worldOf(EVENTS);
  await collect();
  const before = process.memoryUsage();
  const fromNothing = await started(file);
  await collect();
  const after = process.memoryUsage();
  const held = after.heapUsed + after.external - before.heapUsed - before.external;
  let text = 0;
  for (let position = 0; position <= fromNothing.index.head; position++)
    text += fromNothing.index.bytes(position).length;
  const beside = (held - text) / EVENTS;

  const rows = performance.now();
  let read = 0;
  for await (const { events } of fromNothing.log.read(-1)) {
    for (const event of events) if (typeof JSON.parse(event) === 'object') read++;
  }
  const alone = (performance.now() - rows) / 1000;
  await fromNothing.snapshots.save();
  await fromNothing.log.close();
  const fromSnapshot = await started(file);
  await fromSnapshot.log.close();

  tell(`seconds to start from ${whole(EVENTS)} events`, fromNothing, SECONDS_FROM_NOTHING);
  report(
    `  as a multiple of reading ${whole(read)} rows as JSON`,
    (fromNothing.seconds / alone).toFixed(1),
    '',
    true,
  );
  tell('  from a snapshot', fromSnapshot, SECONDS_FROM_SNAPSHOT);
  report(
    'bytes held in memory for each event besides its text',
    whole(beside),
    `at most ${BYTES_AN_EVENT}`,
    beside <= BYTES_AN_EVENT,
  );
}

function tell(what: string, { seconds, processorSeconds }: Started, most: number): void {
  report(what, seconds.toFixed(2), `at most ${most}`, seconds <= most);
  report('    seconds of processor time', processorSeconds.toFixed(2), '', true);
}

/** The read model of a log, as a register has it once it is ready. */
async function started(file: string): Promise<Started> {
  const began = performance.now();
  const used = process.cpuUsage();
  const log = await openLog({ kind: 'sqlite', file });
  if (!log.rows) throw new Error('this log serves no snapshot');
  const index = new EventIndex();
  const search = new ProviderSearch(index);
  const snapshot = { file: `${file}.snapshot`, release: 'bench' };
  const snapshots = new Snapshots(snapshot, log, log.rows, index, [search]);
  await snapshots.load();
  const follower = new Follower(log, index, [search]);
  const following = follower.run();
  await follower.reached(await log.head());
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(used);
  follower.stop();
  await following;
  return { log, index, snapshots, seconds, processorSeconds: (user + system) / 1e6 };
}

/** Twice, with a while between: memory outside the heap is given back in the background. */
async function collect(): Promise<void> {
  if (!globalThis.gc) throw new Error('run with --expose-gc');
  for (let i = 0; i < 2; i++) {
    globalThis.gc();
    await sleep(200);
  }
}
