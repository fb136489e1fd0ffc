import type { Checkpoint } from '@app/transparency/checkpoint';
import { GrowingTree, NO_TILES } from '@app/transparency/growing-tree';
import { hashLeaf } from '@app/transparency/hashes';
import { TILE_WIDTH } from '@app/transparency/tiles';
import type { Entries, LogSource } from '../../apps/auditor/source';
import { ORIGIN } from '../proofs/signers';

/** The checkpoint, without a signature, of a log with these stored events. */
export function checkpointOf(texts: readonly string[]): Checkpoint {
  const tree = new GrowingTree(NO_TILES);
  for (const text of texts) tree.append(hashLeaf(text));
  return { origin: ORIGIN, size: tree.size, root: tree.root() };
}

/** A source that has the stored events of a log, and nothing that is signed. `again`: those that it gives when it is read a second time. */
export function sourceOf(texts: readonly string[], again = texts): LogSource {
  let isFirst = true;
  const unsigned = () => Promise.reject(new Error('nothing is signed here'));
  return {
    describe: 'a test',
    isPresent: true,
    checkpoint: unsigned,
    keyList: unsigned,
    jwks: unsigned,
    async *bundles(size): AsyncGenerator<Entries> {
      const given = isFirst ? texts : again;
      isFirst = false;
      for (let from = 0; from < size && from < given.length; from += TILE_WIDTH)
        yield await Promise.resolve(
          given.slice(from, Math.min(from + TILE_WIDTH, size)).map((text) => Buffer.from(text)),
        );
    },
    tile: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  };
}
