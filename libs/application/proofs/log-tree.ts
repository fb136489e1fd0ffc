import { setImmediate } from 'node:timers/promises';
import type { EventLog } from '@app/event-store/event-log';
import type { EventIndex } from '@app/read-model/index/event-index';
import type { Projection } from '@app/read-model/projection';
import type { SavedSections, Sections } from '@app/read-model/snapshot/sections';
import { formatBundle } from '@app/transparency/entry-bundle';
import { isFinding, type Finding } from '@app/transparency/finding';
import { GrowingTree, MemoryTiles } from '@app/transparency/growing-tree';
import { HASH_BYTES, hashLeaf } from '@app/transparency/hashes';
import type { TreeHead } from '@app/transparency/proof';
import { consistencyProof, rootAt } from '@app/transparency/tree';
import { TILE_WIDTH, widthAt, type TileAddress } from '@app/transparency/tiles';
import { rest } from '../cooperative';

/** Leaves that are added in one piece, in about a millisecond. */
const LEAVES_AT_ONCE = 512;
/** Fewer hashes than these are computed sooner than they are read from the store. */
const FEW_LEAVES = 128;

/**
 * The log as a tree of leaf hashes, and its tiles, in memory: 32 bytes an event. It does not compute the hash of an event
 * that the store keeps beside it: after a start only the levels above are computed, in pieces that rest.
 */
export class LogTree implements Projection {
  readonly name = 'tree';
  readonly #log: Pick<EventLog, 'head' | 'leafHashes' | 'lacks'>;
  readonly #index: EventIndex;
  readonly #tree = new GrowingTree(new MemoryTiles());
  #position = -1;
  #grown: (() => void) | undefined;
  /** The one that was asked for last: it never changes. */
  #asked: TreeHead | undefined;

  constructor(log: Pick<EventLog, 'head' | 'leafHashes' | 'lacks'>, index: EventIndex) {
    this.#log = log;
    this.#index = index;
  }

  get position(): number {
    return this.#position;
  }

  /** Only notes that there is more: {@link catchUp} adds it. */
  apply(position: number): void {
    this.#position = position;
    this.#grown?.();
  }

  /** Nothing is saved of it: its leaves are beside the log. */
  save(): Sections {
    return new Map();
  }

  load(_saved: SavedSections, position: number): void {
    this.apply(position);
  }

  /** Has `act` called at each event from now on. */
  whenGrown(act: () => void): void {
    this.#grown = act;
  }

  /** How many events the tree has. */
  get size(): number {
    return this.#tree.size;
  }

  /** Adds every event that the index holds. Several may wait for it at once. */
  async catchUp(): Promise<void> {
    while (this.#tree.size <= this.#index.head) {
      for (let pause = rest(); pause; pause = rest()) await pause;
      const first = this.#tree.size;
      const last = Math.min(this.#index.head, first + LEAVES_AT_ONCE - 1);
      if (last >= first) this.#tree.append(this.#hashes(first, last));
      // The turn is shared: others may have added these meanwhile.
      if (last < this.#index.head) await setImmediate();
    }
  }

  #hashes(first: number, last: number): Uint8Array {
    const count = last - first + 1;
    if (count >= FEW_LEAVES && this.#log.leafHashes && this.#log.lacks !== true)
      return this.#log.leafHashes(first, last);
    const hashes = new Uint8Array(count * HASH_BYTES);
    for (let i = 0; i < count; i++) hashes.set(hashLeaf(this.#index.bytes(first + i)), i * HASH_BYTES);
    return hashes;
  }

  /** The tree of the first `size` events, which must be there. Most receipts are of the same one. */
  at(size: number): TreeHead {
    if (this.#asked?.size !== size) this.#asked = { size, root: this.#certain(rootAt(this.#tree, size)) };
    return this.#asked;
  }

  /** The proof that the tree of `from` events is the beginning of that of `to`; both must be there. */
  consistency(from: number, to: number): readonly Uint8Array[] {
    return this.#certain(consistencyProof(this.#tree, from, to));
  }

  /** A tile, or a bundle of entries, as wide as it is asked for; undefined beyond the tree of `size` events. */
  tile({ level, index, width }: TileAddress, size: number): Uint8Array | undefined {
    if (width > widthAt(level, index, Math.min(size, this.#tree.size))) return undefined;
    if (level !== 'entries') return this.#tree.read(level, index, width);
    const first = index * TILE_WIDTH;
    return formatBundle(Array.from({ length: width }, (_, i) => this.#index.bytes(first + i)));
  }

  #certain<T extends object>(found: T | Finding): T {
    if (isFinding(found)) throw new Error(`the tree of the log is not whole: ${found.detail}`);
    return found;
  }
}
