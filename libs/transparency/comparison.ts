import type { Checkpoint } from './checkpoint';
import { finding, isFinding, type Finding } from './finding';
import { HASH_BYTES } from './hashes';
import { isConsistent, type TreeHead } from './proof';
import { readTile, rootAt } from './tree';
import { TILE_WIDTH, widthAt, type HashTile, type TileSource } from './tiles';

/** Two accounts of one log, compared: where they part for the first time, and what was done there. */

/**
 * What a checkpoint shows of its log to a reader who has `seen` an earlier one; undefined if it goes on from
 * there. `proof`: from the seen size to the present one, empty if these are equal. `foreign-log`: another
 * origin; `rollback`: a smaller size, where the log now ends; `fork`: at an equal size another root, or a
 * proof that does not lead there.
 */
export function checkpointFinding(
  seen: Checkpoint,
  now: Checkpoint,
  proof: readonly Uint8Array[],
): Finding | undefined {
  if (seen.origin !== now.origin)
    return finding('foreign-log', `The checkpoint is of ${now.origin}, and not of ${seen.origin}`);
  if (now.size < seen.size)
    return finding('rollback', `The log had ${seen.size} events, and has ${now.size}`, now.size);
  return isConsistent(seen, now, proof)
    ? undefined
    : finding('fork', `The log of ${now.size} events does not go on from the ${seen.size} that were seen`);
}

/** The leaves of a log, as its tiles of level 0 have them. */
export interface Leaves {
  readonly tiles: TileSource;
  readonly size: number;
}

/**
 * The first position at which two logs have different leaves, or the smaller size if one is the beginning of
 * the other. Reads only tiles of level 0, 32 MB for a million leaves: those above could contradict them.
 * Finding: `missing-tile`, `malformed-tile`.
 */
export function whereLeavesPart(one: Leaves, other: Leaves): number | Finding {
  const size = Math.min(one.size, other.size);
  for (let index = 0; index * TILE_WIDTH < size; index++) {
    const address = { level: 0, index, width: widthAt(0, index, size) };
    const [left, right] = [readTile(one.tiles, address), readTile(other.tiles, address)];
    if (isFinding(left)) return left;
    if (isFinding(right)) return right;
    if (left.equals(right)) continue;
    let at = 0;
    while (hashIn(left, at).equals(hashIn(right, at))) at++;
    return index * TILE_WIDTH + at;
  }
  return size;
}

function hashIn(tile: Buffer, at: number): Buffer {
  return tile.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES);
}

/**
 * What was done to a log whose leaves should be `expected`, at the first position where it shows; undefined
 * if nothing was. A log that has gone on is compared up to the size that is expected. `dropped-event`, also of the last ones; `doubled-event`: one that stands before stands
 * there again; `inserted-event`: one that is nowhere in the log; `swapped-events`: one that stands later in
 * the log, and whose place the expected one has taken or follows in; `changed-event`; `missing-tile`,
 * `malformed-tile`.
 */
export function leavesFinding(expected: Leaves, actual: Leaves): Finding | undefined {
  const at = whereLeavesPart(expected, actual);
  if (isFinding(at)) return at;
  const [due, stands] = [leafAt(expected, at), leafAt(actual, at)];
  if (isFinding(due)) return due;
  if (isFinding(stands)) return stands;
  if (!due && !stands) return undefined;
  const told = `Event ${at}`;
  if (!stands) return finding('dropped-event', `${told} and those after it are missing`, at);
  if (isAmong(actual, 0, at, stands))
    return finding('doubled-event', `${told} is one that stands before it`, at);
  const standsLater = isAmong(expected, at + 1, expected.size, stands);
  const dueLater = due !== undefined && isAmong(actual, at + 1, actual.size, due);
  if (standsLater && dueLater)
    return finding('swapped-events', `${told} has changed places with a later one`, at);
  if (standsLater) return finding('dropped-event', `${told} is missing`, at);
  if (dueLater || !due) return finding('inserted-event', `${told} is not of this log`, at);
  return finding('changed-event', `${told} has other bytes`, at);
}

/** Undefined beyond the end. */
function leafAt(leaves: Leaves, position: number): Buffer | Finding | undefined {
  if (position >= leaves.size) return undefined;
  const index = Math.floor(position / TILE_WIDTH);
  const tile = readTile(leaves.tiles, { level: 0, index, width: widthAt(0, index, leaves.size) });
  return isFinding(tile) ? tile : hashIn(tile, position % TILE_WIDTH);
}

/** Whether a hash is at one of the positions `from` … `to` − 1; false for those that cannot be read. */
function isAmong(leaves: Leaves, from: number, to: number, hash: Buffer): boolean {
  for (let position = from; position < to;) {
    const index = Math.floor(position / TILE_WIDTH);
    const tile = readTile(leaves.tiles, { level: 0, index, width: widthAt(0, index, leaves.size) });
    const end = Math.min(to, (index + 1) * TILE_WIDTH);
    for (; position < end; position++)
      if (!isFinding(tile) && hashIn(tile, position % TILE_WIDTH).equals(hash)) return true;
  }
  return false;
}

/**
 * What is wrong with leaves as those that a checkpoint commits to; undefined if its tree is their beginning.
 * `dropped-event`: there are fewer; `wrong-root`: at least one is another, and {@link leavesFinding} says which if
 * there are tiles to compare with; `missing-tile`, `malformed-tile`.
 */
export function commitmentFinding(checkpoint: TreeHead, leaves: Leaves): Finding | undefined {
  if (leaves.size < checkpoint.size)
    return finding(
      'dropped-event',
      `The checkpoint is of ${checkpoint.size} events, and ${leaves.size} are there`,
      leaves.size,
    );
  const root = rootAt(leaves.tiles, checkpoint.size);
  if (isFinding(root)) return root;
  return root.equals(checkpoint.root)
    ? undefined
    : finding('wrong-root', `The first ${checkpoint.size} events have another root than the checkpoint says`);
}

/**
 * What is wrong with a tile that was published, compared with `own` ones; undefined if nothing is. `changed-tile`: a
 * hash is another, with the position of the first event under it; `missing-tile`, `malformed-tile`.
 */
export function tileFinding(tile: HashTile, published: Uint8Array, own: TileSource): Finding | undefined {
  const [theirs, ours] = [readTile({ read: () => published }, tile), readTile(own, tile)];
  if (isFinding(theirs)) return theirs;
  if (isFinding(ours)) return ours;
  if (theirs.equals(ours)) return undefined;
  let at = 0;
  while (hashIn(theirs, at).equals(hashIn(ours, at))) at++;
  const position = (tile.index * TILE_WIDTH + at) * TILE_WIDTH ** tile.level;
  return finding(
    'changed-tile',
    `Tile ${tile.index} of level ${tile.level} has another hash at ${at}`,
    position,
  );
}
