import type { Checkpoint } from '@app/transparency/checkpoint';
import { checkpointFinding } from '@app/transparency/comparison';
import { isFinding, type Finding } from '@app/transparency/finding';
import type { Commitment } from './committed-log';
import type { LogSource } from './source';
import { openHead, type Seen, type Trust } from './trust';

/**
 * What the log of a source must be: what its signed checkpoint says, and what was seen of it before. Finding: those of {@link openHead};
 * `rollback` if what should be the present log is behind what was seen. An export may be older, and is then not compared with what was seen later.
 */
export async function commitmentOf(source: LogSource, trust: Trust): Promise<Commitment | Finding> {
  const head = await openHead(source, trust);
  return isFinding(head) ? head : commitmentIn(head.checkpoint, trust.seen, source);
}

/** As {@link commitmentOf}, of a head that is sound. */
export function commitmentIn(
  checkpoint: Checkpoint,
  before: Seen | undefined,
  { isPresent }: Pick<LogSource, 'isPresent'>,
): Commitment | Finding {
  const seen = before?.checkpoint;
  if (!seen || seen.size <= checkpoint.size) return { ...checkpoint, seen };
  const behind = isPresent ? checkpointFinding(seen, checkpoint, []) : undefined;
  return behind ?? checkpoint;
}
