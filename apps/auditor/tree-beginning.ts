import { GrowingTree, NO_TILES } from '@app/transparency/growing-tree';
import { HASH_BYTES } from '@app/transparency/hashes';

/** The tree of the first `size` events of a log that goes on: its root, of a log that is read once. */
export class TreeBeginning {
  readonly tree = new GrowingTree(NO_TILES);
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  /** The leaf hashes of the next events; those beyond the beginning are passed over. */
  readonly add = (hashes: Uint8Array): void => {
    const missing = (this.#size - this.tree.size) * HASH_BYTES;
    if (missing > 0) this.tree.append(hashes.subarray(0, missing));
  };
}
