import { only } from '@app/domain/log/decider';
import type { EventOf } from '@app/domain/log/event-catalogue';
import { toBase64 } from '@app/transparency/encodings';
import type { Checkpoint, SignedCheckpoint } from '@app/transparency/checkpoint';
import { checkpointFinding } from '@app/transparency/comparison';
import { finding, isFinding, type Finding } from '@app/transparency/finding';
import { GrowingTree, MemoryTiles } from '@app/transparency/growing-tree';
import { consistencyProof } from '@app/transparency/tree';
import type { TileSource } from '@app/transparency/tiles';
import type { ProgressOfReading } from './committed-log';
import { EventAudit, type Note } from './event-audit';
import type { Flaw } from './form-check';
import { readLog } from './log-reading';
import type { LogSource } from './source';
import { treeFindings } from './tree-findings';
import { openHead, type Trust, type TrustedHead } from './trust';

/** What became of checking a log. */
export interface Verification {
  /** Undefined if the keys or the checkpoint are not sound: then nothing of the log was read. */
  readonly head: TrustedHead | undefined;
  /** Empty if the log is sound. */
  readonly findings: readonly Finding[];
  /** How many notes there are, and the first of them. */
  readonly notes: { readonly count: number; readonly first: readonly Note[] };
  /** What this release cannot say of the log, and from which position on; undefined if it can say all. */
  readonly untold: Flaw | undefined;
}

const MOST_NOTES = 100;
const NO_NOTES = { count: 0, first: [] };

/**
 * Whether a log is sound: its keys, its checkpoint, each of its events, the tree of them, the tiles that were published of it, and
 * whether it goes on from what was seen. The first finding of each kind is told with its position; of what the events say, only
 * the first, for what comes after it may follow from it.
 */
export async function verifyLog(
  source: LogSource,
  trust: Trust,
  told: ProgressOfReading,
): Promise<Verification> {
  const head = await openHead(source, trust);
  if (isFinding(head)) return { head: undefined, findings: [head], notes: NO_NOTES, untold: undefined };
  const { checkpoint } = head;
  const notes: Note[] = [];
  let count = 0;
  const audit = new EventAudit((note) => {
    if (count++ < MOST_NOTES) notes.push(note);
  });
  const tree = new GrowingTree(new MemoryTiles());
  const { flaw, withheld } = await readLog(source, checkpoint.size, {
    hashed(hashes) {
      tree.append(hashes);
    },
    take: (text) => audit.take(text),
    told(done) {
      told(done, checkpoint.size);
    },
  });
  const { findings, committed } = await treeFindings(source, checkpoint, tree);
  const isOlder = !source.isPresent && checkpoint.size < (trust.seen?.checkpoint.size ?? 0);
  const parted =
    trust.seen && !isOlder ? goesOn(trust.seen.checkpoint, checkpoint, committed, audit) : undefined;
  if (isOlder) notes.unshift(older(trust.seen?.checkpoint.size ?? 0));
  // What was not read is missing in the tree because of that.
  const isWhole = !withheld || tree.size === checkpoint.size;
  const inTree = findings.filter(({ position }) => isWhole || (position ?? Infinity) < tree.size);
  return {
    head,
    findings: [parted, withheld, ...inTree, flaw && findingIn(flaw)].flatMap((one) => one ?? []),
    notes: { count: count + (isOlder ? 1 : 0), first: notes },
    untold: flaw?.code === 'later-release' ? flaw : undefined,
  };
}

function older(size: number): Note {
  return {
    code: 'older-than-seen',
    detail: `${size} events of this log were seen before: that it still goes on as it did then is not said by this file`,
  };
}

function findingIn({ code, detail, position }: Flaw): Finding | undefined {
  return code === 'later-release' ? undefined : finding(code, detail, position);
}

/**
 * What is wrong with a checkpoint as the continuation of one that was seen, and whether an event of the log owns up to it;
 * undefined if nothing is, or if the tree that it commits to was not had, which is a finding by itself.
 */
function goesOn(
  seen: Checkpoint,
  now: SignedCheckpoint,
  committed: TileSource | undefined,
  audit: EventAudit,
): Finding | undefined {
  if (now.size > seen.size && !committed) return undefined;
  const proof = committed && now.size > seen.size ? consistencyProof(committed, seen.size, now.size) : [];
  const found = isFinding(proof) ? proof : checkpointFinding(seen, now, proof);
  if (!found || found.code === 'foreign-log') return found;
  const why = whyGivenUp(seen, only(audit.log.recorded('log'), 'LogRestored'));
  return finding(found.code, `${found.detail}. ${why}`, found.position);
}

/** Which event owns up to it that a log does not go on from what was seen, if one does. */
function whyGivenUp(seen: Checkpoint, restorations: readonly EventOf<'LogRestored'>[]): string {
  const exactly = restorations.findLast(
    ({ data }) => data.size === String(seen.size) && data.root === toBase64(seen.root),
  );
  if (exactly)
    return `Its event ${exactly.position} says that its operator gave the other up, because of ${exactly.data.reason}`;
  // Of an earlier checkpoint than the last one of what was given up, the event has no root.
  const longer = restorations.findLast(
    ({ position, data }) => position < seen.size && seen.size < Number(data.size),
  );
  return longer
    ? `Its event ${longer.position} says that its operator gave up a log of ${longer.data.size} events, because of ${longer.data.reason}: if what was seen is the beginning of that, it is owned up to`
    : 'No event of it says why';
}
