/// <reference types="jest" />
import { leafHash } from '@app/event-store/leaf';
import { EMPTY_ROOT, hashLeaf, hashNode, hashPerfect } from './hashes';
import { inventedLeaves, leafByDefinition, TreeByDefinition } from '../../test/proofs/recursive-tree';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

test('the root of the empty tree is the hash of nothing', () => {
  expect(hex(EMPTY_ROOT)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

test('a leaf and a node are hashed apart', () => {
  expect(hex(hashLeaf(''))).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
  const [left, right] = inventedLeaves(2) as [Buffer, Buffer];
  expect(hashNode(left, right)).not.toEqual(hashLeaf(Buffer.concat([left, right])));
});

test('an entry is hashed as text as it is as bytes', () => {
  expect(hashLeaf('{"name":"Ysgol Gŵyr 🏫"}')).toEqual(hashLeaf(Buffer.from('{"name":"Ysgol Gŵyr 🏫"}')));
});

test('an entry that is not UTF-8 is hashed by its bytes', () => {
  const bytes = Uint8Array.of(0xff, 0xfe);
  expect(hashLeaf(bytes)).toEqual(leafByDefinition(bytes));
});

test('a leaf is what the store keeps beside its row', () => {
  const entry = '{"name":"Ysgol Gŵyr 🏫"}';
  expect(hex(hashLeaf(entry))).toBe(leafHash(entry));
});

test.each([1, 2, 4, 8, 16, 32, 64, 128, 256])(
  'the root over %i hashes is that of the definition',
  (count) => {
    const leaves = inventedLeaves(count);
    expect(hashPerfect(Buffer.concat(leaves))).toEqual(new TreeByDefinition(leaves).root(count));
  },
);
