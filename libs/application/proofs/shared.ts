import { refuse, type Refusal } from '@app/domain/values/problem';
import { Logger } from '@nestjs/common';
import type { Checkpoints, SharedCheckpoint } from './checkpoints';
import { ProofsUnavailable } from './proof-store';

const logger = new Logger('proofs');

const NO_PLACE = refuse(
  'unavailable',
  'This register has no place for the keys of its log, and signs nothing: its operator gives it one with REGISTER_VAULT',
);
const NONE_YET = refuse(
  'not-caught-up',
  'Nothing is signed yet: the register is starting, or its log is empty. Ask again in a minute',
);
export const BEHIND = refuse(
  'not-caught-up',
  'Another process of this register has signed a checkpoint that this one has not read as far as: ask again in a second',
);

/** What the proofs say, or the refusal if they cannot say it now. */
export async function proven<T>(
  checkpoints: Checkpoints,
  asked: () => Promise<T | undefined>,
): Promise<T | Refusal> {
  if (!checkpoints.isKept) return NO_PLACE;
  try {
    return (await asked()) ?? NONE_YET;
  } catch (error) {
    if (!(error instanceof ProofsUnavailable)) throw error;
    logger.error(error);
    return refuse('unavailable', 'The keys of the log cannot be had at the moment: ask again a while later');
  }
}

/** A checkpoint, or the refusal if there is none that this process can answer for. */
export async function sharedCheckpoint(
  checkpoints: Checkpoints,
  asked: () => Promise<SharedCheckpoint | 'behind' | undefined>,
): Promise<SharedCheckpoint | Refusal> {
  const found = await proven(checkpoints, asked);
  return found === 'behind' ? BEHIND : found;
}
