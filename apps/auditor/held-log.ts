import { isUtf8 } from 'node:buffer';
import { isCanonical } from '@app/domain/log/canonical';
import { LaterRelease, UnreadableEvent } from '@app/read-model/index/checked-event';
import { EventIndex } from '@app/read-model/index/event-index';
import type { Checkpoint } from '@app/transparency/checkpoint';
import { finding, type Finding } from '@app/transparency/finding';
import { readEntries, type ProgressOfReading } from './checked-entries';
import { AuditEnd, AUDITOR_EXIT } from './exit-codes';
import { isBeyond, type NamedMoment } from './moments';
import type { LogSource } from './source';

/**
 * A log in memory, as a register holds it, up to the last of some moments, or all of it if none is named. It is given only after the tree of
 * everything that the checkpoint commits to was compared with it. Finding: those of {@link readEntries}, `malformed-event`, `not-canonical`. Ends the
 * program if a later release wrote an event of it.
 */
export async function holdLog(
  source: LogSource,
  checkpoint: Checkpoint,
  moments: readonly NamedMoment[],
  progress?: ProgressOfReading,
): Promise<EventIndex | Finding> {
  const register = new EventIndex();
  let stopped: Stopped | undefined;
  const wanted = () => moments.length === 0 || moments.some((moment) => isBeyond(moment, register));
  const take = (entry: Buffer, position: number) => {
    if (!stopped && wanted()) stopped = taken(register, entry, position);
  };
  const found = await readEntries(source, checkpoint, take, progress);
  if (found) return found;
  if (stopped instanceof LaterRelease) throw new AuditEnd(AUDITOR_EXIT.untold, stopped.message);
  return stopped ?? register;
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
