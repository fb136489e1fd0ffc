import { isUtf8 } from 'node:buffer';
import { isCanonical } from '@app/domain/log/canonical';
import { LaterRelease, UnreadableEvent } from '@app/read-model/index/checked-event';
import { EventIndex } from '@app/read-model/index/event-index';
import type { Checkpoint } from '@app/transparency/checkpoint';
import { finding, isFinding, type Finding } from '@app/transparency/finding';
import { readEntries, type ProgressOfReading } from './checked-entries';
import { AuditEnd, AUDITOR_EXIT } from './exit-codes';
import type { SoughtMoment } from './moments';
import type { LogSource } from './source';

/** A log in memory, as a register holds it, up to the last of some moments. */
export interface HeldLog {
  readonly register: EventIndex;
  /** Of each moment, in their order. */
  readonly positions: readonly number[];
}

/**
 * Holds a log up to the last of some moments. It is given only after the tree of everything that the checkpoint commits to was
 * compared with it. Finding: those of {@link readEntries} and of the moments; `malformed-event`, `not-canonical`. Ends the program if a later
 * release wrote an event of it.
 */
export async function holdLog(
  source: LogSource,
  checkpoint: Checkpoint,
  moments: readonly SoughtMoment[],
  progress?: ProgressOfReading,
): Promise<HeldLog | Finding> {
  const register = new EventIndex();
  let stopped: Stopped | undefined;
  const take = (entry: Buffer, position: number) => {
    if (stopped || moments.every(({ isPassed }) => isPassed)) return;
    stopped = taken(register, entry, position);
    if (!stopped) for (const moment of moments) moment.see(entry, position);
  };
  const found = await readEntries(source, checkpoint, take, progress);
  if (found) return found;
  if (stopped instanceof LaterRelease) throw new AuditEnd(AUDITOR_EXIT.untold, stopped.message);
  if (stopped) return stopped;
  const positions: number[] = [];
  for (const moment of moments) {
    const position = moment.position(checkpoint.size);
    if (isFinding(position)) return position;
    positions.push(position);
  }
  return { register, positions };
}

type Stopped = Finding | LaterRelease;

/** Adds an event to a register; why not, if it cannot be read. */
function taken(register: EventIndex, entry: Buffer, position: number): Stopped | undefined {
  const text = entry.toString('utf8');
  try {
    if (!isUtf8(entry)) return finding('malformed-event', `Event ${position} is not UTF-8`, position);
    register.apply(text);
  } catch (error) {
    if (error instanceof LaterRelease) return error;
    if (error instanceof UnreadableEvent) return finding('malformed-event', error.message, position);
    throw error;
  }
  return isCanonical(text)
    ? undefined
    : finding('not-canonical', `Event ${position} is not in RFC 8785 form`, position);
}
