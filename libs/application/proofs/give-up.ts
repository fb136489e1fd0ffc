import { readCheckpoint } from '@app/transparency/checkpoint';
import { isFinding } from '@app/transparency/finding';
import type { KeptState, ProofStore } from './proof-store';

/** What is said of a log whose operator gives no reason. */
export const RESTORED = 'restored-from-backup';
export const TAKEN = 'taken-as-it-is';

/**
 * Notes that the last checkpoint is given up, for a `reason`, a code: the next start compares the log with it no more than to
 * find out whether it still holds, and tells in the log if it does not. Resolves to how many events that checkpoint has;
 * undefined if none was signed. `kept`: what was kept before the log was replaced.
 */
export async function giveUpCheckpoint(
  store: ProofStore,
  { keys, checkpoint, givenUp, version }: KeptState,
  reason: string,
): Promise<number | undefined> {
  if (checkpoint === undefined) return givenUp && sizeOf(givenUp.checkpoint);
  // Of two that were given up before the register has started again, the longer one says what was lost.
  const longer =
    givenUp && sizeOf(givenUp.checkpoint) > sizeOf(checkpoint) ? givenUp : { checkpoint, reason };
  if (!(await store.keep({ keys, givenUp: longer }, version)))
    throw new Error(
      'Another process has signed meanwhile: stop every register of this log, and do the same again',
    );
  return sizeOf(longer.checkpoint);
}

function sizeOf(note: string): number {
  const checkpoint = readCheckpoint(note);
  return isFinding(checkpoint) ? 0 : checkpoint.size;
}
