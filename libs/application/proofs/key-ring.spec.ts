/// <reference types="jest" />
import { isFinding, type Finding } from '@app/transparency/finding';
import {
  isInUseAt,
  logKeysOf,
  openKeyList,
  successorFinding,
  type SignedKeyList,
} from '@app/transparency/key-list';
import {
  BOTH_SIGN_MS,
  firstRing,
  openRing,
  restored,
  retired,
  rotated,
  underOrigin,
  unnamedOrigin,
  type KeyRing,
} from './key-ring';

const LOG = 'ab'.repeat(32);
const seeds = (byte: number) => [Buffer.alloc(32, byte), Buffer.alloc(32, byte + 1)] as const;
const first = firstRing('register.example', LOG, seeds(1));

const opened = (ring: KeyRing) => {
  const open = openRing(ring);
  if (!open) throw new Error('the ring does not open');
  return open;
};
const listOf = (ring: KeyRing, trusted = opened(first).logSigners): SignedKeyList => {
  const list: SignedKeyList | Finding = openKeyList(
    opened(ring).keyList,
    trusted.map(({ verifier }) => verifier),
  );
  if (isFinding(list)) throw new Error(list.detail);
  return list;
};

describe('a rotation', () => {
  const next = rotated(first, seeds(3), 40, 1_000);

  test('leaves both keys of the log signing for thirty days, the newest first, and one of receipts', () => {
    const { logSigners, receiptSigner, jwks } = opened(next);
    expect(logSigners).toHaveLength(2);
    expect(logSigners[1]).toEqual(opened(first).logSigners[0]);
    expect(receiptSigner.verifier.kid).not.toBe(opened(first).receiptSigner.verifier.kid);
    expect(jwks).toHaveLength(2);
    expect(retired(next, 90, 1_000 + BOTH_SIGN_MS - 1)).toBe(next);
    expect(opened(retired(next, 90, 1_000 + BOTH_SIGN_MS)).logSigners).toHaveLength(1);
  });

  test('is vouched for by the key of before, and takes no line away', () => {
    const [before, after, last] = [first, next, retired(next, 90, 1_000 + BOTH_SIGN_MS)].map((ring) =>
      listOf(ring),
    );
    if (!before || !after || !last) throw new Error('there are three');
    expect(successorFinding(before, after)).toBeUndefined();
    expect(successorFinding(after, last)).toBeUndefined();
    expect(after.lines.map(({ firstSize, lastSize }) => [firstSize, lastSize])).toEqual([
      [0, undefined],
      [0, 40],
      [40, undefined],
      [40, undefined],
    ]);
    expect(last.lines.map(({ lastSize }) => lastSize)).toEqual([90, 40, undefined, undefined]);
    expect(after.lines.filter((line) => isInUseAt(line, 41))).toHaveLength(3);
    expect(logKeysOf(last)).toHaveLength(2);
  });

  test('again within the thirty days leaves the first its time', () => {
    const again = rotated(next, seeds(5), 50, 2_000);
    expect(opened(again).logSigners).toHaveLength(3);
    expect(opened(retired(again, 90, 1_000 + BOTH_SIGN_MS)).logSigners).toHaveLength(2);
    expect(successorFinding(listOf(next), listOf(again))).toBeUndefined();
  });
});

test('a restore leaves the keys that sign so few events, and these have signed what was given up', () => {
  const after = restored(first, seeds(3), 310, 200, 1_000);
  expect(after.keys).toHaveLength(2);
  expect(listOf(after)).toEqual(listOf(first));
  const again = restored(after, seeds(3), 250, 150, 2_000);
  const retiring = retired(rotated(again, seeds(5), 205, 3_000), 230, 3_000 + BOTH_SIGN_MS);
  expect(listOf(retiring).lines.map(({ lastSize }) => lastSize)).toEqual([310, 310, undefined, undefined]);
});

test('another origin has new keys, and keeps those of before', () => {
  const other = underOrigin(first, 'register.test', seeds(7), 40);
  expect(opened(other).ring.origin).toBe('register.test');
  expect(other.former).toEqual([{ origin: 'register.example', log: LOG, keys: first.keys }]);
  expect(listOf(other, opened(other).logSigners).lines.map(({ firstSize }) => firstSize)).toEqual([40, 40]);
});

test('keys that are not of their origin, or none, do not open', () => {
  expect(openRing({ ...first, origin: 'register.test' })).toBeUndefined();
  expect(openRing({ ...first, keys: [] })).toBeUndefined();
  expect(openRing({ ...first, keys: first.keys.slice(0, 1) })).toBeUndefined();
  const [log, receipt] = first.keys;
  if (log?.kind !== 'log' || receipt?.kind !== 'receipt') throw new Error('the first is of the log');
  expect(openRing({ ...first, keys: [{ ...log, skey: log.skey.slice(0, -2) }, receipt] })).toBeUndefined();
  expect(openRing({ ...first, keys: [log, { ...receipt, seed: 'AAAA' }] })).toBeUndefined();
});

test('a log without a name is called after its first event', () => {
  expect(unnamedOrigin(LOG)).toBe('unnamed.invalid/abababababababab');
});
