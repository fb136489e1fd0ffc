import { setTimeout as sleep } from 'node:timers/promises';
import { LogUnavailable, MOST_BYTES_AN_APPEND, type EventLog } from '@app/event-store/event-log';
import { NotDone } from './backup-files';

/** So few events fit into memory however large they are. */
const MOST_EVENTS_AN_APPEND = 500;
/** The tries of one append before the copy gives up: half a minute, longer than an engine takes to elect a leader. */
const MOST_TRIES = 60;
const PAUSE_MS = 500;

export interface Copied {
  /** The position of the last event in the target: where the source ended when the copy began. */
  readonly head: number;
  /** How many events the target had before. */
  readonly before: number;
  /** How many events the source has received since, from a register that writes to it. */
  readonly since: number;
}

/** How far one pass of a copy is, in events. */
export interface CopyStep {
  readonly doing: 'checking' | 'copying' | 'comparing';
  readonly done: number;
  readonly of: number;
}

interface Copying {
  readonly step?: (step: CopyStep) => void;
  readonly signal?: AbortSignal;
}

/**
 * Copies a log up to its head at the beginning: the same events at the same positions, byte for byte. It first compares what
 * the target already holds, so that it can continue a copy that was cut short, and in the end reads the whole target afresh
 * and compares that. It never writes to the source. Rejects with {@link NotDone} if the target holds anything else, if others
 * write to it, or if a store does not answer: then it may be called again.
 */
export async function copyLog(from: EventLog, to: EventLog, copying: Copying = {}): Promise<Copied> {
  try {
    return await copied(from, to, copying);
  } catch (error) {
    if (!(error instanceof LogUnavailable)) throw error;
    throw new NotDone(`${error.message} Do the same again, and it goes on where it was`, { cause: error });
  }
}

async function copied(from: EventLog, to: EventLog, copying: Copying): Promise<Copied> {
  const head = await from.head();
  const before = (await to.head()) + 1;
  if (before > head + 1)
    throw new NotDone(
      `The target has ${before} events, and the source ${head + 1}: it is another log, or one that went on. Nothing was written`,
    );
  await compare(from, to, before - 1, 'checking', copying);
  await append(from, to, before - 1, head, copying);
  await compare(from, to, head, 'comparing', copying);
  if ((await to.head()) !== head) throw OTHERS_WRITE;
  return { head, before, since: (await from.head()) - head };
}

const OTHERS_WRITE = new NotDone(
  'Something else writes to the target: stop it, and copy into a store that is empty',
);

/** Compares both logs up to a position. Throws {@link NotDone} at the first difference. */
async function compare(
  from: EventLog,
  to: EventLog,
  last: number,
  doing: CopyStep['doing'],
  { step, signal }: Copying,
): Promise<void> {
  const copies = eventsOf(to, -1, last, signal);
  let position = 0;
  for await (const event of eventsOf(from, -1, last, signal)) {
    const { value: copy } = await copies.next();
    signal?.throwIfAborted();
    if (copy !== event)
      throw new NotDone(
        `Another event stands in the target at ${position} than in the source: it is another log. ${doing === 'checking' ? 'Nothing was written' : 'Do not start a register on it'}`,
      );
    position++;
    step?.({ doing, done: position, of: last + 1 });
  }
  signal?.throwIfAborted();
  if (position <= last) throw new LogUnavailable(`The source ended at ${position}, and not at ${last}.`);
}

async function append(
  from: EventLog,
  to: EventLog,
  after: number,
  last: number,
  { step, signal }: Copying,
): Promise<void> {
  let head = after;
  let [events, bytes]: [string[], number] = [[], 0];
  const write = async () => {
    if (events.length > 0) await appendOnce(to, events, head, signal);
    head += events.length;
    [events, bytes] = [[], 0];
    step?.({ doing: 'copying', done: head + 1, of: last + 1 });
  };
  for await (const event of eventsOf(from, after, last, signal)) {
    const size = Buffer.byteLength(event);
    if (events.length === MOST_EVENTS_AN_APPEND || bytes + size > MOST_BYTES_AN_APPEND) await write();
    events.push(event);
    bytes += size;
  }
  signal?.throwIfAborted();
  await write();
}

/** Appends, and resolves once the target is known to hold the events, exactly once. */
async function appendOnce(
  to: EventLog,
  events: readonly string[],
  head: number,
  signal?: AbortSignal,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    const append = await to.append(events, head);
    if (append.outcome === 'appended') return;
    if (append.outcome === 'moved') {
      const found: string[] = [];
      for await (const event of eventsOf(to, head, head + events.length)) found.push(event);
      if (found.length === events.length && found.every((event, i) => event === events[i])) return;
      throw OTHERS_WRITE;
    }
    if (tries === MOST_TRIES) throw new LogUnavailable(append.detail);
    await sleep(PAUSE_MS, undefined, { ...(signal && { signal }) }).catch(() => undefined);
    signal?.throwIfAborted();
  }
}

async function* eventsOf(
  log: EventLog,
  after: number,
  last: number,
  signal?: AbortSignal,
): AsyncGenerator<string, undefined, undefined> {
  const options = { limit: last - after, afresh: true, ...(signal && { signal }) };
  if (last > after) for await (const { events } of log.read(after, options)) yield* events;
}
