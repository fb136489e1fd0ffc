import { viewOf } from './encodings';
import { finding, isFinding, type Finding } from './finding';
import { EMPTY_ROOT, HASH_BYTES, hashNode, hashPerfect } from './hashes';
import { TILE_WIDTH, widthAt, type HashTile, type TileSource } from './tiles';

/**
 * Roots and proofs, computed from tiles (RFC 6962, section 2.1; RFC 9162, sections 2.1.1, 2.1.3.1 and
 * 2.1.4.1). Each hash of a proof is the root over a range of leaves. A proof is therefore told as ranges
 * first, which need no hash: {@link tilesFor} says which tiles they take, so that a reader over a network can
 * fetch these before.
 */

/** Leaves from `start` on, up to but not including `end`. */
export interface LeafRange {
  readonly start: number;
  readonly end: number;
}

/** The largest power of two below `count`, which is at least 2: where a tree of so many leaves is split. */
function splitOf(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}

/**
 * The ranges of the proof that the leaf at `index` is in the tree of `size` leaves, from the leaf to the
 * root.
 */
export function inclusionRanges(index: number, size: number): readonly LeafRange[] {
  const ranges: LeafRange[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + splitOf(end - start);
    if (index < middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  return ranges.reverse();
}

/**
 * The ranges of the proof that the tree of `from` leaves is the beginning of that of `to`; none if either is
 * empty, or both are equal.
 */
export function consistencyRanges(from: number, to: number): readonly LeafRange[] {
  const ranges: LeafRange[] = [];
  if (from === 0) return ranges;
  let [start, end] = [0, to];
  while (end !== from) {
    const middle = start + splitOf(end - start);
    if (from <= middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  // The reader has the root of the old tree, and computes this one if it is that.
  if (start > 0) ranges.push({ start, end });
  return ranges.reverse();
}

/** A perfect subtree: 2^height leaves, the `index`-th of such subtrees. */
interface Subtree {
  readonly height: number;
  readonly index: number;
}

/** The perfect subtrees of which a range of a tree is made, the largest first. */
function subtreesOf({ start, end }: LeafRange): readonly Subtree[] {
  const subtrees: Subtree[] = [];
  for (let at = start; at < end;) {
    let height = 0;
    while (2 ** (height + 1) <= end - at) height++;
    subtrees.push({ height, index: at / 2 ** height });
    at += 2 ** height;
  }
  return subtrees;
}

const LEVELS_IN_TILE = 8;

/**
 * The tile that holds a perfect subtree of the tree of `size` leaves, and its hashes in it: from the `first`
 * on, `count`.
 */
function placeOf({ height, index }: Subtree, size: number) {
  const level = Math.floor(height / LEVELS_IN_TILE);
  const count = 2 ** (height % LEVELS_IN_TILE);
  const tile = Math.floor((index * count) / TILE_WIDTH);
  return {
    address: { level, index: tile, width: widthAt(level, tile, size) },
    first: (index * count) % TILE_WIDTH,
    count,
  };
}

/** The tiles that the roots over these ranges of the tree of `size` leaves take, each once. */
export function tilesFor(ranges: readonly LeafRange[], size: number): readonly HashTile[] {
  const addresses = ranges.flatMap(subtreesOf).map((subtree) => placeOf(subtree, size).address);
  return [...new Map(addresses.map((one) => [`${one.level}/${one.index}`, one])).values()];
}

/** The hashes of a tile as a tree of `size` leaves has it. */
export function readTile(source: TileSource, { level, index, width }: HashTile): Buffer | Finding {
  const hashes = source.read(level, index, width);
  const at = `tile ${index} of level ${level}`;
  if (hashes === undefined)
    return finding('missing-tile', `The first ${width} hashes of ${at} are not to be had`);
  if (hashes.byteLength !== width * HASH_BYTES)
    return finding('malformed-tile', `${at} has ${hashes.byteLength} bytes, and not ${width * HASH_BYTES}`);
  return viewOf(hashes);
}

/** The root over a range that the tree of `size` leaves, or a proof about it, is made of. */
function rootOfRange(source: TileSource, range: LeafRange, size: number): Buffer | Finding {
  let root: Buffer | undefined;
  for (const subtree of subtreesOf(range).toReversed()) {
    const { address, first, count } = placeOf(subtree, size);
    const tile = readTile(source, address);
    if (isFinding(tile)) return tile;
    const hash = hashPerfect(tile.subarray(first * HASH_BYTES, (first + count) * HASH_BYTES));
    root = root ? hashNode(hash, root) : hash;
  }
  return root ?? Buffer.from(EMPTY_ROOT);
}

function rootsOfRanges(
  source: TileSource,
  ranges: readonly LeafRange[],
  size: number,
): readonly Buffer[] | Finding {
  const roots: Buffer[] = [];
  for (const range of ranges) {
    const root = rootOfRange(source, range, size);
    if (isFinding(root)) return root;
    roots.push(root);
  }
  return roots;
}

/** The root of the tree of the first `size` leaves. Finding: `missing-tile`, `malformed-tile`. */
export function rootAt(source: TileSource, size: number): Buffer | Finding {
  return rootOfRange(source, { start: 0, end: size }, size);
}

/**
 * The proof that the leaf at `index` is in the tree of `size` leaves, which must be more. Finding:
 * `missing-tile`, `malformed-tile`.
 */
export function inclusionProof(source: TileSource, index: number, size: number): readonly Buffer[] | Finding {
  if (index < 0 || index >= size) throw new RangeError(`no leaf ${index} in a tree of ${size}`);
  return rootsOfRanges(source, inclusionRanges(index, size), size);
}

/**
 * The proof that the tree of `from` leaves is the beginning of that of `to`, which must not be fewer.
 * Finding: `missing-tile`, `malformed-tile`.
 */
export function consistencyProof(source: TileSource, from: number, to: number): readonly Buffer[] | Finding {
  if (from < 0 || from > to) throw new RangeError(`a tree of ${from} is no beginning of one of ${to}`);
  return rootsOfRanges(source, consistencyRanges(from, to), to);
}
