import { viewOf } from '@app/transparency/encodings';
import type { Checkpoint } from '@app/transparency/checkpoint';
import {
  commitmentFinding,
  leavesFinding,
  tileFinding,
  whereLeavesPart,
  type Leaves,
} from '@app/transparency/comparison';
import { finding, isFinding, type Finding } from '@app/transparency/finding';
import { GrowingTree, MemoryTiles } from '@app/transparency/growing-tree';
import { readTile } from '@app/transparency/tree';
import { tilesBetween, TILE_WIDTH, widthAt, type TileSource } from '@app/transparency/tiles';
import { askedAhead } from './ahead';
import type { LogSource } from './source';

interface TreeFindings {
  readonly findings: readonly Finding[];
  /** The tree that the checkpoint commits to; undefined if it was not had. */
  readonly committed: TileSource | undefined;
}

/** What the tree of the events, as they were read, shows beside the checkpoint and the tiles that were published. */
export async function treeFindings(
  source: LogSource,
  checkpoint: Checkpoint,
  own: GrowingTree,
): Promise<TreeFindings> {
  const uncommitted = commitmentFinding(checkpoint, { tiles: own, size: own.size });
  if (!uncommitted) return { findings: await tileFindings(source, own), committed: own };
  const published = await publishedTree(source, checkpoint.size);
  if (published === undefined) return { findings: [uncommitted], committed: undefined };
  if (isFinding(published)) return { findings: [uncommitted, published], committed: undefined };
  const due: Leaves = { tiles: published, size: published.size };
  const stands: Leaves = { tiles: own, size: own.size };
  if (viewOf(checkpoint.root).equals(published.root()))
    return { findings: [leavesFinding(due, stands) ?? uncommitted], committed: published };
  const at = whereLeavesPart(due, stands);
  const unlike =
    isFinding(at) || at === checkpoint.size
      ? finding('wrong-root', `${uncommitted.detail}; nor do the published tiles lead there`)
      : finding(
          'wrong-root',
          `${uncommitted.detail}; nor do the published tiles, which are of other events`,
          at,
        );
  return { findings: [unlike], committed: undefined };
}

/** The first published tile of each level that is not that of the events. */
async function tileFindings(source: LogSource, own: GrowingTree): Promise<readonly Finding[]> {
  const tiles = [...tilesBetween(0, own.size)];
  const found: (Finding | undefined)[] = [];
  let next = 0;
  for await (const published of askedAhead(tiles, (tile) => source.tile(tile))) {
    const tile = tiles[next++];
    if (!tile || published === undefined) continue;
    found[tile.level] ??= isFinding(published) ? published : tileFinding(tile, published, own);
  }
  return found.flatMap((one) => one ?? []);
}

/** The tree of the leaf hashes that were published; undefined if this source has none. */
async function publishedTree(source: LogSource, size: number): Promise<GrowingTree | Finding | undefined> {
  const tree = new GrowingTree(new MemoryTiles());
  const tiles = tilesBetween(0, size).filter(({ level }) => level === 0);
  for await (const published of askedAhead(tiles, (tile) => source.tile(tile))) {
    if (published === undefined || isFinding(published)) return published;
    const index = Math.floor(tree.size / TILE_WIDTH);
    const hashes = readTile({ read: () => published }, { level: 0, index, width: widthAt(0, index, size) });
    if (isFinding(hashes)) return hashes;
    tree.append(hashes);
  }
  return tree;
}
