import type { SignedCheckpoint } from './checkpoint';
import { isSignedBy } from './ed25519';
import { viewOf } from './encodings';
import { finding, isFinding, type Finding } from './finding';
import { isInUseAt, openListedCheckpoint, type KeyList } from './key-list';
import type { VerifierKey } from './note-keys';
import { isConsistent } from './proof';
import { parseReceipt, type Receipt } from './receipt';
import type { ReceiptKey } from './receipt-keys';
import { rootAt } from './tree';
import type { TileSource } from './tiles';

/**
 * Whether a receipt was given by this register, and whether it is of this log. What it answers is for the
 * rules to say.
 */

export interface GenuineReceipt extends Receipt {
  /** The checkpoint in it, verified. */
  readonly commitment: SignedCheckpoint;
}

/** What a receipt is held against, none of it from the receipt itself. */
export interface ReceiptTrust {
  /** A list whose signatures were verified. */
  readonly list: KeyList;
  /** The keys of the published set: the list says which of them are the register’s. */
  readonly receiptKeys: readonly ReceiptKey[];
  readonly witnesses?: readonly VerifierKey[];
}

/**
 * The receipt if the register gave it: signed by a key that the list names, with a checkpoint that a key of
 * the log has signed, both in use at its size, and a tree that is the beginning of that of the checkpoint.
 * Finding: `malformed-receipt`, `malformed-note`, `malformed-checkpoint`, `unknown-key`, `bad-signature`,
 * `key-out-of-use`, `foreign-log`, and `fork` if the proof does not lead from the tree to the checkpoint.
 */
export function openReceipt(jws: string, trust: ReceiptTrust): GenuineReceipt | Finding {
  const receipt = parseReceipt(jws);
  if (isFinding(receipt)) return receipt;
  const { kid, payload, tree, consistency, signed, signature } = receipt;
  const line = trust.list.lines.find((one) => one.kind === 'receipt' && one.kid === kid);
  if (!line) return finding('unknown-key', `The list of keys names no receipt key ${kid}`);
  const by = trust.receiptKeys.find((one) => one.kid === kid);
  if (!by) return finding('unknown-key', `The key set does not have the key ${kid}`);
  if (!isSignedBy(by.key, signed, signature))
    return finding('bad-signature', `The signature by the receipt key ${kid} is wrong`);
  const commitment = openListedCheckpoint(payload.checkpoint, trust.list, trust.witnesses);
  if (isFinding(commitment)) return commitment;
  if (payload.origin !== commitment.origin)
    return finding(
      'foreign-log',
      `The receipt is of ${payload.origin}, its checkpoint of ${commitment.origin}`,
    );
  if (!isInUseAt(line, commitment.size))
    return finding('key-out-of-use', `The receipt key ${kid} is not in use at size ${commitment.size}`);
  return isConsistent(tree, commitment, consistency)
    ? { ...receipt, commitment }
    : finding('fork', 'The proof does not lead from the tree of the receipt to its checkpoint');
}

/**
 * What is wrong with the tree of a receipt in the log of these tiles, `size` leaves; undefined if it is of
 * this log. `rollback`: the log ends before the tree does; `fork`: it has other events there; `missing-tile`,
 * `malformed-tile`.
 */
export function receiptTreeFinding(receipt: Receipt, tiles: TileSource, size: number): Finding | undefined {
  const { tree } = receipt;
  if (tree.size > size)
    return finding('rollback', `The receipt is of ${tree.size} events, and the log has ${size}`, size);
  const root = rootAt(tiles, tree.size);
  if (isFinding(root)) return root;
  return viewOf(root).equals(tree.root)
    ? undefined
    : finding('fork', `The first ${tree.size} events of the log are not those of the receipt`);
}
