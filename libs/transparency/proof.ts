import { viewOf } from './encodings';
import { EMPTY_ROOT, HASH_BYTES, hashNode } from './hashes';

/**
 * Proofs, verified (RFC 9162, sections 2.1.3.2 and 2.1.4.2). A proof with too few or too many hashes, or of
 * another length, is refused as one that leads to another root is. Sizes beyond 2^32 are right too: no bit
 * operators.
 */

type Hashes = readonly Uint8Array[];

const isHash = (bytes: Uint8Array) => bytes.byteLength === HASH_BYTES;
const areCounts = (...numbers: readonly number[]) => numbers.every((n) => Number.isSafeInteger(n) && n >= 0);
const half = (number: number) => Math.floor(number / 2);
const isPowerOfTwo = (number: number): boolean =>
  number === 1 || (!isOdd(number) && isPowerOfTwo(number / 2));
const isOdd = (number: number) => number % 2 === 1;

/**
 * Whether the proof shows that the leaf with this hash is at `index` in the tree of `size` leaves with this
 * root.
 */
export function isIncluded(leaf: {
  readonly index: number;
  readonly size: number;
  readonly hash: Uint8Array;
  readonly proof: Hashes;
  readonly root: Uint8Array;
}): boolean {
  const { index, size, proof } = leaf;
  if (!areCounts(index, size) || index >= size) return false;
  if (![leaf.hash, leaf.root, ...proof].every(isHash)) return false;
  let [node, last] = [index, size - 1];
  let root = leaf.hash;
  for (const hash of proof) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      root = hashNode(hash, root);
      // A last node without a right neighbour goes up as it is.
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else root = hashNode(root, hash);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && viewOf(root).equals(leaf.root);
}

/** A tree by its size and root. */
export interface TreeHead {
  readonly size: number;
  readonly root: Uint8Array;
}

/**
 * Whether the proof shows that one tree is the beginning of the other. Equal sizes need an equal root and an
 * empty proof; of the empty tree every tree is the continuation, by an empty proof.
 */
export function isConsistent(from: TreeHead, to: TreeHead, proof: Hashes): boolean {
  if (!areCounts(from.size, to.size) || from.size > to.size) return false;
  if (![from.root, to.root, ...proof].every(isHash)) return false;
  if (from.size === 0 && !viewOf(EMPTY_ROOT).equals(from.root)) return false;
  if (from.size === to.size) return proof.length === 0 && viewOf(from.root).equals(to.root);
  if (from.size === 0) return proof.length === 0;
  // Where the old tree is perfect, its root is the first hash, and the proof leaves it out.
  const [first, ...rest] = isPowerOfTwo(from.size) ? [from.root, ...proof] : proof;
  if (first === undefined) return false;
  let [node, last] = [from.size - 1, to.size - 1];
  while (isOdd(node)) [node, last] = [half(node), half(last)];
  let [old, now] = [first, first];
  for (const hash of rest) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      old = hashNode(hash, old);
      now = hashNode(hash, now);
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else now = hashNode(now, hash);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && viewOf(old).equals(from.root) && viewOf(now).equals(to.root);
}
