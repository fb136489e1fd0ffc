import type { Checkpoint } from '@app/transparency/checkpoint';
import { finding, type Finding } from '@app/transparency/finding';
import { GrowingTree, NO_TILES } from '@app/transparency/growing-tree';
import { AuditEnd, AUDITOR_EXIT } from './exit-codes';
import type { Flaw } from './form-check';
import { readLog, type LogReader } from './log-reading';
import type { SoughtMoment } from './moments';
import type { LogSource } from './source';
import { TreeBeginning } from './tree-beginning';

/** Is told how many events of how many were read. */
export type ProgressOfReading = (done: number, of: number) => void;

/** What a log must be, before anything is told of it. */
export interface Commitment extends Checkpoint {
  /** An earlier checkpoint, or one of the same size, from which it must go on; undefined if none was seen. */
  readonly seen?: Checkpoint | undefined;
}

/** What is done with the events up to the last of some moments, before anything is certain of them. */
interface Taking extends Partial<Pick<LogReader, 'hashed' | 'take'>> {
  readonly moments: readonly SoughtMoment[];
  readonly told: ProgressOfReading;
}

/**
 * Reads every event that a checkpoint commits to, and computes the root of their tree. Returns the positions of the moments if it is that of the
 * checkpoint, and the events up to them are sound by themselves: only then may anything be told of what was taken. Finding: what
 * the source withholds; `dropped-event`, `wrong-root`, `fork`; a flaw of an event; of the moments. Ends the program if a later release wrote one of these
 * events. Whether each of them was posted by whoever might is not looked at.
 */
export async function readCommitted(
  source: LogSource,
  { size, root, seen }: Commitment,
  { moments, told, hashed, take }: Taking,
): Promise<readonly number[] | Finding> {
  const tree = new GrowingTree(NO_TILES);
  const beginning = seen && new TreeBeginning(seen.size);
  let isPassed = false;
  const { flaw, withheld } = await readLog(source, size, {
    hashed(hashes) {
      tree.append(hashes);
      beginning?.add(hashes);
      hashed?.(hashes);
    },
    take(text, position): Flaw | undefined {
      isPassed ||= moments.every((moment) => moment.isPassed);
      if (isPassed) return undefined;
      const found = take?.(text, position);
      if (!found) for (const moment of moments) moment.see(text, position);
      return found;
    },
    told(done) {
      told(done, size);
    },
  });
  if (withheld) return withheld;
  if (tree.size < size)
    return finding(
      'dropped-event',
      `The checkpoint is of ${size} events, and ${tree.size} are there`,
      tree.size,
    );
  if (!tree.root().equals(root))
    return finding(
      'wrong-root',
      `The ${size} events have another root than the checkpoint says: guidance-auditor verify finds where`,
    );
  if (seen && beginning?.tree.root().equals(seen.root) === false)
    return finding('fork', `The ${size} events do not go on from the ${seen.size} that were seen before`);
  if (flaw && !moments.every((moment) => moment.isPassed)) {
    const { code, detail, position } = flaw;
    if (code !== 'later-release') return finding(code, detail, position);
    throw new AuditEnd(AUDITOR_EXIT.untold, `Event ${position} was written by a later release: ${detail}`);
  }
  return positionsOf(moments, size);
}

function positionsOf(moments: readonly SoughtMoment[], size: number): readonly number[] | Finding {
  const positions: number[] = [];
  for (const moment of moments) {
    const position = moment.position(size);
    if (typeof position !== 'number') return position;
    positions.push(position);
  }
  return positions;
}
