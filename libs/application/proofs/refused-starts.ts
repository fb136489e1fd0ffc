import type { Checkpoint } from '@app/transparency/checkpoint';

/**
 * Why a register does not start on a log, or ends its work with it: the log and what was signed of it do not go together. The
 * messages are for an operator who reads them at night: what was found, what to do first, and the one step that takes the log
 * as it is.
 */
export class ProofsRefused extends Error {
  override readonly name = 'ProofsRefused';
}

const IT_IS_SEEN =
  'Auditors hold that checkpoint, and see that the log was set back. Nothing has been written.';
const RESTORED =
  'Where the present log is meant, because a backup was restored, say so: npm run restore -- --as-it-is. The register then starts, and tells in the log which checkpoint was given up';

export function behind({ size, origin }: Checkpoint, events: number): ProofsRefused {
  return new ProofsRefused(
    `The log has ${events} events, and a checkpoint of ${size} was signed for ${origin}: at least ${size - events} events are missing. ${IT_IS_SEEN} First look for the newer log: a disk that is not mounted, another folder in REGISTER_STORE, a later backup. ${RESTORED}.`,
  );
}

export function beside({ size, origin }: Checkpoint): ProofsRefused {
  return new ProofsRefused(
    `The first ${size} events of the log are not those of the checkpoint that was signed for ${origin}: at least one of them was changed, taken out or put in, by hand or by a fault of the disk, or this is another log. ${IT_IS_SEEN} Keep a copy of its files, and restore the last backup (npm run restore). ${RESTORED}.`,
  );
}

export function emptyStore(origin: string): ProofsRefused {
  return new ProofsRefused(
    `The log is empty, and there are keys of ${origin}, which have signed a log with events. Nothing has been written. Put the log back, or correct REGISTER_STORE; where a log is copied into this store, copy it first and bring its keys afterwards. Where a new register is to begin here, move the keys away.`,
  );
}

export function otherLog(origin: string): ProofsRefused {
  return new ProofsRefused(
    `The keys of ${origin} have signed another log: its first event is not the one that stands here. Nothing has been written. Put the log and the keys of one register together, or correct REGISTER_STORE. Where this log is to be signed under a new origin, move the keys away, and begin one: npm run keys -- begin ORIGIN`,
  );
}

export function otherOrigin(kept: string, wanted: string): ProofsRefused {
  return new ProofsRefused(
    `The log is signed under the origin ${kept}, and REGISTER_ORIGIN is ${wanted}. Whoever checks the log knows it by its origin. Nothing has been written. Set REGISTER_ORIGIN=${kept}, or leave it out; where the log is to have the new name, with new keys that every auditor must be given anew, take the one step: npm run keys -- begin ${wanted}`,
  );
}

export function keysMissing(origin: string): ProofsRefused {
  return new ProofsRefused(
    `A checkpoint was signed for ${origin}, and the keys are missing. Nothing has been written. Put them back: their file is beside the log (register.keys beside register.db), and is in a backup only where it was asked for. Where they are lost, begin an origin with new keys, which every auditor must be given anew: npm run keys -- begin ORIGIN`,
  );
}

export function noNote(why: string): ProofsRefused {
  return new ProofsRefused(
    `The last checkpoint that is kept beside the log is not one: ${why}. It was changed by hand, or by a fault of the disk. Keep a copy of the files, and put back the file that it is in (register.head beside register.db). ${RESTORED}.`,
  );
}
