import { hash } from 'node:crypto';
import type { EventLog } from '@app/event-store/event-log';
import { lockLog } from '@app/event-store/sqlite-opening';
import { readCheckpoint } from '@app/transparency/checkpoint';
import { isFinding } from '@app/transparency/finding';
import { filesOf, openProofs } from '../stores/open';
import type { Store, VaultStore } from '../stores/store';
import { newSeeds } from './checkpoints';
import {
  firstRing,
  MOST_IN_USE,
  openRing,
  rotated,
  underOrigin,
  type KeyRing,
  type OpenRing,
} from './key-ring';
import { ProofsDamaged, type KeptState, type ProofStore } from './proof-store';

/** What operators do with the keys of a log. Each rejects with a message for them if it was not done. */

/**
 * Has `act` do something with the keys of a log while no register changes them. Of a log in an engine whose vault is a file,
 * only its operator knows that the register is stopped; a PostgreSQL sees to it by itself.
 */
export async function withKeysOf<T>(
  { store, vault }: { readonly store: Store; readonly vault: VaultStore },
  act: (proofs: ProofStore) => Promise<T>,
): Promise<T> {
  if (store.kind === 'memory') throw new Error('A log in memory has new keys at each start');
  const proofs = openProofs(store, vault);
  if (!proofs) throw new Error('Name the vault with REGISTER_VAULT: the keys are kept there');
  const lock = store.kind === 'sqlite' ? lockLog(filesOf(store.file).log) : undefined;
  try {
    return await act(proofs);
  } finally {
    await proofs.close();
    lock?.close();
  }
}

/** The keys as they are; undefined before the first start that signs. */
export async function keysIn(store: ProofStore): Promise<OpenRing | undefined> {
  const { keys } = await store.read();
  return keys && opened(keys);
}

/**
 * Adds a new key of each kind. The older one of the log signs beside the new one for thirty days. Rejects where so many sign
 * that one more would leave witnesses no room, and in the end keys that auditors trust.
 */
export async function rotateKeys(store: ProofStore, now: number): Promise<OpenRing> {
  const kept = await store.read();
  if (!kept.keys) throw new Error('There are no keys yet: the first start of a register makes them');
  if (opened(kept.keys).logSigners.length >= MOST_IN_USE) throw tooManyInUse(kept.keys);
  return replaced(store, kept, rotated(kept.keys, newSeeds(), sizeIn(kept), now));
}

function tooManyInUse({ keys }: KeyRing): Error {
  const times = keys.flatMap((key) =>
    key.kind === 'log' && key.lastSize === undefined && key.retiresAt !== undefined ? [key.retiresAt] : [],
  );
  const day = new Date(Math.min(...times)).toISOString().slice(0, 10);
  return new Error(
    `${MOST_IN_USE} keys of the log sign each checkpoint already, and no more may: a checkpoint has room for so many signatures beside those of witnesses. The earliest retires with the first checkpoint after ${day}: rotate again then`,
  );
}

/** Begins another origin, with new keys; every auditor must be given the new verifier key. */
export async function beginOrigin(
  store: ProofStore,
  origin: string,
  log: Pick<EventLog, 'read'>,
): Promise<OpenRing> {
  const kept = await store.read();
  if (kept.keys?.origin === origin)
    throw new Error(`${origin} is the origin already: to change keys alone, rotate them`);
  const size = sizeIn(kept);
  const ring = kept.keys
    ? underOrigin(kept.keys, origin, newSeeds(), size)
    : firstRing(origin, await hashOfFirst(log), newSeeds(), [], size);
  return replaced(store, kept, ring);
}

async function hashOfFirst(log: Pick<EventLog, 'read'>): Promise<string> {
  for await (const { events } of log.read(-1, { limit: 1 })) return hash('sha256', events[0] ?? '');
  throw new Error('The log is empty: start the register with REGISTER_ORIGIN, and it makes the keys');
}

async function replaced(store: ProofStore, kept: KeptState, keys: KeyRing): Promise<OpenRing> {
  const { checkpoint, givenUp, version } = kept;
  const ring = opened(keys);
  if (await store.keep({ keys, checkpoint, givenUp }, version)) return ring;
  throw new Error('Another process has signed meanwhile: do the same again');
}

/**
 * Copies the keys of a log, and its last checkpoint, to where those of a copy of the log are. Resolves to the keys; undefined
 * if there are none. Whoever calls sees to it that the copy is whole, and that only one of the two registers ever starts again.
 */
export async function copyKeys(from: ProofStore, to: ProofStore): Promise<OpenRing | undefined> {
  const { keys, checkpoint, givenUp } = await from.read();
  if (!keys) return undefined;
  const there = await to.read();
  if (there.keys && JSON.stringify(there.keys) !== JSON.stringify(keys))
    throw new Error(
      `The target has other keys already, of ${there.keys.origin}: nothing was written over. Move them away, where those of ${keys.origin} are meant`,
    );
  const isThere = there.keys !== undefined && there.checkpoint === checkpoint;
  if (isThere || (await to.keep({ keys, checkpoint, givenUp }, there.version))) return opened(keys);
  throw new Error('Another process has signed in the target: stop it, and do the same again');
}

function opened(keys: KeyRing): OpenRing {
  const ring = openRing(keys);
  if (!ring)
    throw new ProofsDamaged(
      'The keys that are kept are not keys of their origin: put back the copy that you have of them',
    );
  return ring;
}

/** How many events the last checkpoint has: what a new key signs begins there. */
function sizeIn({ checkpoint, givenUp }: KeptState): number {
  const last = readCheckpoint(checkpoint ?? givenUp?.checkpoint ?? '');
  return isFinding(last) ? 0 : last.size;
}
