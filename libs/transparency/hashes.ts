import { hash } from 'node:crypto';
import { viewOf } from './encodings';

/**
 * The hashes of the tree (RFC 6962, section 2.1; RFC 9162, section 2.1.1): SHA-256, with a first byte that
 * tells a leaf from a node, so that no entry can pass for a pair of hashes.
 */

export const HASH_BYTES = 32;

/** The root of the empty tree: the hash of nothing. */
export const EMPTY_ROOT: Uint8Array = hash('sha256', '', 'buffer');

/** A node’s preimage: 0x01, the left hash, the right hash. It is written anew for each hash. */
const pair = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

/** The hash of an entry, which is the RFC 8785 form of a stored event: as text, or the bytes of its UTF-8. */
export function hashLeaf(entry: string | Uint8Array): Buffer {
  if (typeof entry === 'string') return hash('sha256', `\0${entry}`, 'buffer');
  return hash('sha256', Buffer.concat([Buffer.of(0), entry]), 'buffer');
}

export function hashNode(left: Uint8Array, right: Uint8Array): Buffer {
  viewOf(left).copy(pair, 1);
  viewOf(right).copy(pair, 1 + HASH_BYTES);
  return hash('sha256', pair, 'buffer');
}

/** `hashes`: of 1, 2, 4 … or 256 neighbours, one after the other. Returns the root of the tree over them. */
export function hashPerfect(hashes: Uint8Array): Buffer {
  let width = hashes.byteLength / HASH_BYTES;
  const level = Buffer.from(hashes);
  while (width > 1) {
    width /= 2;
    for (let i = 0; i < width; i++) {
      level.copy(pair, 1, 2 * i * HASH_BYTES, 2 * (i + 1) * HASH_BYTES);
      // Twice as fast as a Buffer for each hash.
      level.write(hash('sha256', pair, 'latin1'), i * HASH_BYTES, 'latin1');
    }
  }
  // A copy, so that no root keeps a whole tile in memory.
  return Buffer.from(level.subarray(0, HASH_BYTES));
}
