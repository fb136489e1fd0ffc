import { isFinding, type Finding } from './finding';
import { HASH_BYTES, hashPerfect } from './hashes';
import { readTile, rootAt } from './tree';
import { TILE_WIDTH, widthAt, type TileSource } from './tiles';

const TILE_BYTES = TILE_WIDTH * HASH_BYTES;

/** Keeps the full tiles of a tree. */
export interface TileStore extends TileSource {
  /**
   * `hashes`: those of a full tile. They are given once, in the order of their index, a tile before the one
   * above it that it fills.
   */
  put(level: number, index: number, hashes: Uint8Array): void;
}

/**
 * Tiles in memory: 32 bytes a leaf, and a 255th of that for the levels above. Tiles that were fetched can be
 * put here too, also such as are not full.
 */
export class MemoryTiles implements TileStore {
  readonly #levels: Uint8Array[][] = [];

  put(level: number, index: number, hashes: Uint8Array): void {
    (this.#levels[level] ??= [])[index] = hashes;
  }

  read(level: number, index: number, width: number): Uint8Array | undefined {
    return this.#levels[level]?.[index]?.subarray(0, width * HASH_BYTES);
  }
}

/** For a tree of which only the present root is asked. */
export const NO_TILES: TileStore = {
  put: () => undefined,
  read: () => undefined,
};

/** The last tile of a level, as far as it is filled. */
interface EdgeTile {
  readonly hashes: Uint8Array;
  width: number;
}

/**
 * A tree that leaves are added to. It holds only the tile at the right edge of each level, and hands every
 * tile that becomes full to its store. A leaf costs one hash on average: what its tile needs is computed when
 * it is full.
 */
export class GrowingTree implements TileSource {
  readonly #store: TileStore;
  readonly #edge: EdgeTile[] = [];
  #size = 0;

  constructor(store: TileStore) {
    this.#store = store;
  }

  /**
   * The tree of `size` leaves again, without hashing one: `edge` gives the tiles that are not full. Whether
   * they are those of the log is not known before its root is compared. Finding: `missing-tile`,
   * `malformed-tile`.
   */
  static resume(size: number, edge: TileSource, store: TileStore): GrowingTree | Finding {
    const tree = new GrowingTree(store);
    tree.#size = size;
    for (let level = 0; size >= TILE_WIDTH ** level; level++) {
      const onLevel = Math.floor(size / TILE_WIDTH ** level);
      const last = { hashes: new Uint8Array(TILE_BYTES), width: onLevel % TILE_WIDTH };
      tree.#edge.push(last);
      if (last.width === 0) continue;
      const hashes = readTile(edge, { level, index: Math.floor(onLevel / TILE_WIDTH), width: last.width });
      if (isFinding(hashes)) return hashes;
      last.hashes.set(hashes);
    }
    return tree;
  }

  get size(): number {
    return this.#size;
  }

  /** Adds the hashes of one or more leaves, one after the other. */
  append(leafHashes: Uint8Array): void {
    if (leafHashes.byteLength % HASH_BYTES !== 0)
      throw new RangeError(`${leafHashes.byteLength} bytes are no hashes`);
    for (let at = 0; at < leafHashes.byteLength; at += HASH_BYTES) {
      this.#put(0, leafHashes.subarray(at, at + HASH_BYTES));
      this.#size++;
    }
  }

  #put(level: number, hash: Uint8Array): void {
    const last = (this.#edge[level] ??= { hashes: new Uint8Array(TILE_BYTES), width: 0 });
    last.hashes.set(hash, last.width * HASH_BYTES);
    last.width++;
    if (last.width < TILE_WIDTH) return;
    last.width = 0;
    const full = last.hashes.slice();
    this.#store.put(level, Math.floor(this.#size / TILE_WIDTH ** (level + 1)), full);
    this.#put(level + 1, hashPerfect(full));
  }

  /** The root as it is now. Reads no full tile. */
  root(): Buffer {
    const root = rootAt(this, this.#size);
    if (isFinding(root)) throw new Error(`the edge of the tree is not whole: ${root.detail}`);
    return root;
  }

  /** Of a tile at the edge a copy, as it goes on being filled. */
  read(level: number, index: number, width: number): Uint8Array | undefined {
    if (width > widthAt(level, index, this.#size)) return undefined;
    const last = this.#edge[level];
    return last && index === Math.floor(this.#size / TILE_WIDTH ** (level + 1))
      ? last.hashes.slice(0, width * HASH_BYTES)
      : this.#store.read(level, index, width);
  }
}
