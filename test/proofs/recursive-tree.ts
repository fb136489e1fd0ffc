import { createHash } from 'node:crypto';

/** The tree of RFC 6962, section 2.1, as that section defines it: slowly, by recursion, over entries and not tiles. */

const sha256 = (...parts: readonly Uint8Array[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

export const leafByDefinition = (entry: Uint8Array) => sha256(Buffer.of(0), entry);
const nodeByDefinition = (left: Uint8Array, right: Uint8Array) => sha256(Buffer.of(1), left, right);

function splitAt(count: number): number {
  return 2 ** Math.floor(Math.log2(count - 1));
}

/** The tree over these leaves, and over any beginning of them. Roots that were computed are kept. */
export class TreeByDefinition {
  readonly #leaves: readonly Uint8Array[];
  readonly #roots = new Map<string, Buffer>();

  constructor(leaves: readonly Uint8Array[]) {
    this.#leaves = leaves;
  }

  /** `MTH(D[start:end])`. */
  root(end: number, start = 0): Buffer {
    const [only] = end - start === 1 ? [this.#leaves[start]] : [];
    if (only) return Buffer.from(only);
    if (end === start) return sha256();
    const name = `${start}:${end}`;
    const known = this.#roots.get(name);
    if (known) return known;
    const middle = start + splitAt(end - start);
    const root = nodeByDefinition(this.root(middle, start), this.root(end, middle));
    this.#roots.set(name, root);
    return root;
  }

  /** Section 2.1.1, `PATH(m, D[start:end])`. */
  path(m: number, end: number, start = 0): readonly Buffer[] {
    if (end - start === 1) return [];
    const middle = start + splitAt(end - start);
    return m < middle
      ? [...this.path(m, middle, start), this.root(end, middle)]
      : [...this.path(m, end, middle), this.root(middle, start)];
  }

  /** Section 2.1.2, `SUBPROOF(m, D[start:end], b)`: `isWhole` is its `b`. */
  subproof(m: number, end: number, start = 0, isWhole = true): readonly Buffer[] {
    if (m === end) return isWhole ? [] : [this.root(end, start)];
    const middle = start + splitAt(end - start);
    return m <= middle
      ? [...this.subproof(m, middle, start, isWhole), this.root(end, middle)]
      : [...this.subproof(m, end, middle, false), this.root(middle, start)];
  }
}

/** Invented leaves, each of its own: the first `count`. */
export function inventedLeaves(count: number): readonly Buffer[] {
  return Array.from({ length: count }, (_, i) => leafByDefinition(Buffer.from(`event ${i}`)));
}

/** The bytes with one bit turned. */
export function withBitTurned(bytes: Uint8Array, bit: number): Buffer {
  const at = Math.floor(bit / 8) % bytes.byteLength;
  return Buffer.from(bytes.map((byte, i) => (i === at ? byte ^ (1 << (bit % 8)) : byte)));
}

/** The proof with one bit turned, counted over all of its hashes. */
export function withProofBitTurned(proof: readonly Uint8Array[], bit: number): readonly Buffer[] {
  const all = withBitTurned(Buffer.concat(proof), bit);
  return proof.map((_, i) => all.subarray(i * 32, (i + 1) * 32));
}
