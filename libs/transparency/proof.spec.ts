/// <reference types="jest" />
import fc from 'fast-check';
import { EMPTY_ROOT } from './hashes';
import { isConsistent, isIncluded } from './proof';
import {
  inventedLeaves,
  TreeByDefinition,
  withBitTurned,
  withProofBitTurned,
} from '../../test/proofs/recursive-tree';

const LEAVES = inventedLeaves(300);
const DEFINED = new TreeByDefinition(LEAVES);
const headOf = (size: number) => ({ size, root: DEFINED.root(size) });
const sizes = fc
  .tuple(fc.integer({ min: 1, max: LEAVES.length }), fc.integer({ min: 1, max: LEAVES.length }))
  .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
const anyBit = fc.nat();
const stranger = Buffer.alloc(32, 7);

/** A proof with a hash too many, too few, in another place, of another length. */
function* spoiled(proof: readonly Buffer[]): Generator<readonly Uint8Array[]> {
  for (let i = 0; i <= proof.length; i++) yield proof.toSpliced(i, 0, stranger);
  for (let i = 0; i < proof.length; i++) {
    yield proof.toSpliced(i, 1);
    yield proof.map((hash, j) => (j === i ? hash.subarray(1) : hash));
    yield proof.map((hash, j) => (j === i ? Buffer.concat([hash, stranger]) : hash));
    if (i > 0) yield proof.toSpliced(i - 1, 2, ...proof.slice(i - 1, i + 1).reverse());
  }
  yield [...proof, Buffer.alloc(0)];
}

describe('a proof of inclusion', () => {
  const leaf = (index: number, size: number) => ({
    index,
    size,
    hash: DEFINED.root(index + 1, index),
    proof: DEFINED.path(index, size),
    root: DEFINED.root(size),
  });

  test('verifies for every leaf of every tree up to 80, and of the tree of 300', () => {
    for (let size = 1; size <= 80; size++)
      for (let index = 0; index < size; index++) expect(isIncluded(leaf(index, size))).toBe(true);
    for (let index = 0; index < 300; index += 7) expect(isIncluded(leaf(index, 300))).toBe(true);
  });

  test('does not verify once anything is changed', () => {
    fc.assert(
      fc.property(sizes, anyBit, fc.nat(310), ([nth, size], bit, other) => {
        const good = leaf(nth - 1, size);
        const { hash, proof, root } = good;
        for (const one of spoiled(proof)) expect(isIncluded({ ...good, proof: one })).toBe(false);
        if (proof.length > 0) {
          const turned = withProofBitTurned(proof, bit);
          expect(isIncluded({ ...good, proof: turned })).toBe(false);
        }
        expect(isIncluded({ ...good, hash: withBitTurned(hash, bit) })).toBe(false);
        expect(isIncluded({ ...good, root: withBitTurned(root, bit) })).toBe(false);
        if (other !== good.index) expect(isIncluded({ ...good, index: other })).toBe(false);
        expect(isIncluded({ ...good, hash: Buffer.concat([hash, stranger]) })).toBe(false);
        // A size is proven with its root: to a root alone, proofs of several sizes can lead.
        if (other !== size && other <= LEAVES.length)
          expect(isIncluded({ ...good, size: other, root: DEFINED.root(other) })).toBe(false);
      }),
    );
  });

  test.each([
    [-1, 1],
    [0, 0],
    [1, 1],
    [0.5, 1],
    [0, NaN],
    [0, Infinity],
    [0, 2 ** 53],
  ])('at %d of %d is none', (index, size) => {
    const hash = DEFINED.root(1);
    expect(isIncluded({ index, size, hash, proof: [], root: hash })).toBe(false);
  });
});

test('a proof that is too short proves nothing of a size, whatever root is said to be its', () => {
  const hash = DEFINED.root(1);
  expect(isIncluded({ index: 0, size: 2, hash, proof: [], root: hash })).toBe(false);
  expect(isConsistent({ size: 1, root: hash }, { size: 2, root: hash }, [])).toBe(false);
});

describe('a proof of consistency', () => {
  const proofOf = (from: number, to: number) => DEFINED.subproof(from, to);

  test('verifies from every size to every other up to 80, and to 300', () => {
    for (let to = 1; to <= 80; to++)
      for (let from = 1; from <= to; from++)
        expect(isConsistent(headOf(from), headOf(to), proofOf(from, to))).toBe(true);
    for (let from = 1; from <= 300; from += 7)
      expect(isConsistent(headOf(from), headOf(300), proofOf(from, 300))).toBe(true);
  });

  test('does not verify once anything is changed', () => {
    fc.assert(
      fc.property(sizes, anyBit, fc.integer({ min: 1, max: 300 }), ([from, to], bit, other) => {
        const proof = proofOf(from, to);
        const [old, now] = [headOf(from), headOf(to)];
        for (const one of spoiled(proof)) expect(isConsistent(old, now, one)).toBe(false);
        if (proof.length > 0) {
          const turned = withProofBitTurned(proof, bit);
          expect(isConsistent(old, now, turned)).toBe(false);
          expect(isConsistent(now, old, proof)).toBe(false);
        }
        const turned = (head: typeof old) => ({ ...head, root: withBitTurned(head.root, bit) });
        expect(isConsistent(turned(old), now, proof)).toBe(false);
        expect(isConsistent(old, turned(now), proof)).toBe(false);
        if (other !== from && other !== to) {
          expect(isConsistent(headOf(other), now, proof)).toBe(false);
          expect(isConsistent(old, headOf(other), proof)).toBe(false);
        }
      }),
    );
  });

  test('from the empty tree is empty, and needs its root', () => {
    expect(isConsistent(headOf(0), headOf(0), [])).toBe(true);
    expect(isConsistent(headOf(0), headOf(5), [])).toBe(true);
    expect(isConsistent(headOf(0), headOf(5), [stranger])).toBe(false);
    expect(isConsistent({ size: 0, root: stranger }, headOf(5), [])).toBe(false);
    expect(isConsistent(headOf(1), { size: 0, root: EMPTY_ROOT }, [])).toBe(false);
  });

  test('beyond 2^52 knows powers of two from their neighbours', () => {
    // A perfect tree’s root is the first hash by itself; beside a power of two, a proof without it is too short.
    const head = (size: number) => ({ size, root: stranger });
    expect(isConsistent(head(2 ** 52 + 1), head(2 ** 52 + 2), [])).toBe(false);
    expect(isConsistent(head(-1), head(5), [])).toBe(false);
  });
});
