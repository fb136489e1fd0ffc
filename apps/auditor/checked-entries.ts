import type { Checkpoint } from '@app/transparency/checkpoint';
import { finding, isFinding, type Finding } from '@app/transparency/finding';
import { GrowingTree, NO_TILES } from '@app/transparency/growing-tree';
import { hashLeaf } from '@app/transparency/hashes';
import type { LogSource } from './source';

/** Receives an event as it is read: nothing is certain of it before all are read. */
export type EntryReader = (entry: Buffer, position: number, leafHash: Buffer) => void;

/** Told how many events have been read. */
export type ProgressOfReading = (read: number) => void;

/**
 * Reads every event that a checkpoint commits to, and computes the root of their tree; undefined if it is that of the
 * checkpoint. Finding: what the source finds, `dropped-event` if there are fewer, `wrong-root`. Only after undefined may
 * anything be told of what `take` received.
 */
export async function readEntries(
  source: LogSource,
  { size, root }: Checkpoint,
  take: EntryReader,
  progress: ProgressOfReading = () => undefined,
): Promise<Finding | undefined> {
  const tree = new GrowingTree(NO_TILES);
  for await (const entries of source.bundles(size)) {
    if (isFinding(entries)) return entries;
    for (const entry of entries) {
      const hash = hashLeaf(entry);
      take(entry, tree.size, hash);
      tree.append(hash);
    }
    progress(tree.size);
  }
  if (tree.size < size)
    return finding(
      'dropped-event',
      `The checkpoint is of ${size} events, and ${tree.size} are there`,
      tree.size,
    );
  return tree.root().equals(root)
    ? undefined
    : finding(
        'wrong-root',
        `The ${size} events have another root than the checkpoint says: guidance-auditor verify finds where`,
      );
}
