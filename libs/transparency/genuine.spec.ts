/// <reference types="jest" />
import { isFinding } from './finding';
import { openReceipt, receiptTreeFinding, type ReceiptTrust } from './genuine';
import { GrowingTree, MemoryTiles } from './growing-tree';
import { EMPTY_ROOT } from './hashes';
import { signReceipt, type ReceiptStatement } from './receipt';
import { formatCheckpoint } from './checkpoint';
import { formatNote, signNote } from './signed-note';
import { inventedLeaves, TreeByDefinition, withBitTurned } from '../../test/proofs/recursive-tree';
import {
  checkpointBy,
  keyListOf,
  logLine,
  logSigner,
  ORIGIN,
  receiptLine,
  signerOfReceipts,
  witnessOf,
} from '../../test/proofs/signers';

const LEAVES = inventedLeaves(40);
const DEFINED = new TreeByDefinition(LEAVES);
const [log, nextLog] = [logSigner('log'), logSigner('next log')];
const [signer, nextSigner] = [signerOfReceipts('a'), signerOfReceipts('b')];

/** Both keys were changed at 30; each of the old ones ended at 35. */
const TRUST: ReceiptTrust = {
  list: keyListOf(logLine(log, 0, 35), logLine(nextLog, 30), receiptLine('a', 0, 35), receiptLine('b', 30)),
  receiptKeys: [signer.verifier, nextSigner.verifier],
};

interface Given {
  readonly size: number;
  readonly at: number;
  readonly origin?: string;
  readonly by?: readonly (typeof log)[];
  readonly changed?: Partial<ReceiptStatement>;
  readonly with?: typeof signer;
}

/** A receipt of the tree of `size`, with the checkpoint of `at`. */
function receiptOf({ size, at, origin = ORIGIN, by = [log], changed, ...more }: Given): string {
  const statement: ReceiptStatement = {
    origin: ORIGIN,
    question: { provider: 'ukprn:10012345', knownAt: String(size - 1) },
    outcome: { answer: { verdict: 'eligible' } },
    tree: { size, root: DEFINED.root(size) },
    checkpoint: checkpointBy({ origin, size: at, root: DEFINED.root(at) }, ...by),
    consistency: size <= at ? DEFINED.subproof(size, at) : [],
  };
  return signReceipt({ ...statement, ...changed }, more.with ?? signer);
}
const verdict = (given: Given, trust = TRUST) => {
  const receipt = openReceipt(receiptOf(given), trust);
  return isFinding(receipt) ? receipt.code : 'genuine';
};

describe('a receipt is genuine', () => {
  test('of every size, with the checkpoint of that size or a later one', () => {
    for (let at = 1; at <= 20; at++)
      for (let size = 1; size <= at; size++) expect(verdict({ size, at })).toBe('genuine');
  });

  test('after the keys were changed, and still if it was given before', () => {
    expect(verdict({ size: 5, at: 35 })).toBe('genuine');
    expect(verdict({ size: 5, at: 38, by: [nextLog], with: nextSigner })).toBe('genuine');
    expect(verdict({ size: 5, at: 32, by: [log, nextLog], with: nextSigner })).toBe('genuine');
  });

  test('with what witnesses say', () => {
    const witness = witnessOf('witness.example/w1');
    const text = formatCheckpoint({ origin: ORIGIN, size: 9, root: DEFINED.root(9) });
    const signatures = [signNote(text, log), witness.cosign(text, 1_800_000_000)];
    const jws = receiptOf({ size: 5, at: 9, changed: { checkpoint: formatNote({ text, signatures }) } });
    const receipt = openReceipt(jws, { ...TRUST, witnesses: [witness.verifier] });
    expect(receipt).toMatchObject({
      commitment: { size: 9, verified: [{}, { cosignedAtSeconds: 1_800_000_000 }] },
    });
  });
});

describe('a receipt is not genuine', () => {
  test('once anything in it is changed', () => {
    const jws = receiptOf({ size: 5, at: 9 });
    for (let i = 0; i < jws.length; i += 3) {
      const other = jws[i] === 'A' ? 'B' : 'A';
      expect(isFinding(openReceipt(jws.slice(0, i) + other + jws.slice(i + 1), TRUST))).toBe(true);
    }
  });

  test.each<[string, string, Given]>([
    [
      'of a key that the list does not name',
      'unknown-key',
      { size: 5, at: 9, with: signerOfReceipts('stranger') },
    ],
    ['of a receipt key that had ended', 'key-out-of-use', { size: 5, at: 36, by: [nextLog] }],
    ['of a receipt key that had not begun', 'key-out-of-use', { size: 5, at: 29, with: nextSigner }],
    [
      'with a checkpoint of a key that had ended',
      'key-out-of-use',
      { size: 5, at: 36, by: [log], with: nextSigner },
    ],
    ['with a checkpoint of a key that had not begun', 'key-out-of-use', { size: 5, at: 29, by: [nextLog] }],
    ['with a checkpoint of a stranger', 'unknown-key', { size: 5, at: 9, by: [logSigner('stranger')] }],
    ['with a checkpoint of another origin', 'foreign-log', { size: 5, at: 9, origin: 'elsewhere.example' }],
    [
      'of another origin than its checkpoint',
      'foreign-log',
      { size: 5, at: 9, changed: { origin: 'elsewhere.example' } },
    ],
    ['without its proof', 'fork', { size: 5, at: 9, changed: { consistency: [] } }],
    ['with a proof too much', 'fork', { size: 9, at: 9, changed: { consistency: [DEFINED.root(9)] } }],
    ['of another tree', 'fork', { size: 5, at: 9, changed: { tree: { size: 5, root: EMPTY_ROOT } } }],
    ['with a checkpoint of before', 'fork', { size: 9, at: 5 }],
    ['with no checkpoint', 'malformed-note', { size: 5, at: 9, changed: { checkpoint: '' } }],
  ])('%s: %s', (_, code, given) => {
    expect(verdict(given)).toBe(code);
  });

  test('by a key that the set does not have, or that only the set has', () => {
    expect(verdict({ size: 5, at: 9 }, { ...TRUST, receiptKeys: [] })).toBe('unknown-key');
    const stranger = signerOfReceipts('stranger');
    const trust = { ...TRUST, receiptKeys: [...TRUST.receiptKeys, stranger.verifier] };
    expect(verdict({ size: 5, at: 9, with: stranger }, trust)).toBe('unknown-key');
  });

  test('with the signature of another receipt', () => {
    const [one, other] = [receiptOf({ size: 5, at: 9 }), receiptOf({ size: 6, at: 9 })];
    const mixed = [...one.split('.').slice(0, 2), other.split('.')[2]].join('.');
    expect(openReceipt(mixed, TRUST)).toMatchObject({ code: 'bad-signature' });
  });
});

describe('the tree of a receipt', () => {
  const receipt = openReceipt(receiptOf({ size: 5, at: 9 }), TRUST);
  if (isFinding(receipt)) throw new Error(receipt.detail);
  const treeOf = (leaves: readonly Uint8Array[]) => {
    const tree = new GrowingTree(new MemoryTiles());
    tree.append(Buffer.concat(leaves));
    return tree;
  };
  const wrong = (tree: GrowingTree) => receiptTreeFinding(receipt, tree, tree.size);

  test('is the beginning of its log, however far that has gone on', () => {
    for (const size of [5, 6, 9, 40]) expect(wrong(treeOf(LEAVES.slice(0, size)))).toBeUndefined();
  });

  test('is not of a log that ends before, or has other events there', () => {
    expect(wrong(treeOf(LEAVES.slice(0, 4)))).toMatchObject({ code: 'rollback', position: 4 });
    const changed = LEAVES.map((leaf, i) => (i === 2 ? withBitTurned(leaf, 9) : leaf));
    expect(wrong(treeOf(changed))).toMatchObject({ code: 'fork' });
    expect(receiptTreeFinding(receipt, new MemoryTiles(), 9)).toMatchObject({ code: 'missing-tile' });
  });
});
