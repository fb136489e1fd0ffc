import { LaterRelease, UnreadableEvent } from '@app/read-model/index/checked-event';
import { EventIndex } from '@app/read-model/index/event-index';
import { isFinding, type Finding } from '@app/transparency/finding';
import { readCommitted, type Commitment, type ProgressOfReading } from './committed-log';
import type { Flaw } from './form-check';
import type { SoughtMoment } from './moments';
import type { LogSource } from './source';

/** A log in memory, as a register holds it, up to the last of some moments. */
export interface HeldLog {
  readonly register: EventIndex;
  /** Of each moment, in their order. */
  readonly positions: readonly number[];
}

/** Holds what {@link readCommitted} reads, and finds what it does. `hashed`: is given the leaf hashes of all events. */
export async function holdLog(
  source: LogSource,
  checkpoint: Commitment,
  moments: readonly SoughtMoment[],
  told: ProgressOfReading,
  hashed: (hashes: Uint8Array) => void = () => undefined,
): Promise<HeldLog | Finding> {
  const register = new EventIndex();
  const take = (text: string, position: number) => flawOf(register, text, position);
  const positions = await readCommitted(source, checkpoint, { moments, told, hashed, take });
  return isFinding(positions) ? positions : { register, positions };
}

/** Adds an event, whose form is sound, to a register; why not, if it is not in its place. */
function flawOf(register: EventIndex, text: string, position: number): Flaw | undefined {
  try {
    register.applyUnchecked(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof UnreadableEvent)) throw error;
    const code = error instanceof LaterRelease ? 'later-release' : 'malformed-event';
    return { code, detail: error.message, position };
  }
}
