/// <reference types="jest" />
import fc from 'fast-check';
import { isFinding } from './finding';
import { GrowingTree, MemoryTiles, NO_TILES, type TileStore } from './growing-tree';
import { tilesBetween, widthAt } from './tiles';
import { inventedLeaves, TreeByDefinition } from '../../test/proofs/recursive-tree';

const LEAVES = inventedLeaves(1_200);
const DEFINED = new TreeByDefinition(LEAVES);

test('the root at each size is the one that the definition gives, without reading a full tile', () => {
  const tree = new GrowingTree(NO_TILES);
  expect(tree.root()).toEqual(DEFINED.root(0));
  for (const [i, leaf] of LEAVES.slice(0, 600).entries()) {
    tree.append(leaf);
    if (i % 17 === 0 || i % 256 < 2) expect(tree.root()).toEqual(DEFINED.root(i + 1));
  }
  expect(tree.size).toBe(600);
});

test('it does not matter in which portions leaves are added', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 6 }), (portions) => {
      const [one, other] = [new GrowingTree(new MemoryTiles()), new GrowingTree(new MemoryTiles())];
      let at = 0;
      for (const portion of portions) {
        const leaves = LEAVES.slice(at, (at += portion));
        one.append(Buffer.concat(leaves));
        for (const leaf of leaves) other.append(leaf);
      }
      expect(one.size).toBe(other.size);
      for (const { level, index, width } of tilesBetween(0, one.size) as Generator<{
        level: number;
        index: number;
        width: number;
      }>)
        expect(one.read(level, index, width)).toEqual(other.read(level, index, width));
    }),
    { numRuns: 30 },
  );
});

test('each full tile is handed over once, in order, and never changes', () => {
  const put: string[] = [];
  const store: TileStore = {
    put: (level, index, hashes) => {
      put.push(`${level}/${index} ${hashes.byteLength}`);
    },
    read: () => undefined,
  };
  const tree = new GrowingTree(store);
  for (const leaf of LEAVES.slice(0, 768)) tree.append(leaf);
  expect(put).toEqual(['0/0 8192', '0/1 8192', '0/2 8192']);
  expect(Buffer.from(tree.read(1, 0, 3) ?? [])).toEqual(
    Buffer.concat([0, 1, 2].map((i) => DEFINED.root((i + 1) * 256, i * 256))),
  );
});

test('what was read of the edge stays as it was', () => {
  const tree = new GrowingTree(new MemoryTiles());
  tree.append(Buffer.concat(LEAVES.slice(0, 255)));
  const read = tree.read(0, 0, 255);
  tree.append(Buffer.concat(LEAVES.slice(255, 300)));
  expect(read).toEqual(tree.read(0, 0, 255));
});

test('nothing is read that is not there yet', () => {
  const tree = new GrowingTree(new MemoryTiles());
  tree.append(Buffer.concat(LEAVES.slice(0, 300)));
  expect(tree.read(0, 1, 44)).toHaveLength(44 * 32);
  expect(tree.read(0, 1, 45)).toBeUndefined();
  expect(tree.read(0, 2, 1)).toBeUndefined();
  expect(tree.read(1, 0, 2)).toBeUndefined();
  expect(tree.read(7, 0, 1)).toBeUndefined();
});

test('hashes cut short are added by mistake', () => {
  expect(() => {
    new GrowingTree(NO_TILES).append(Buffer.alloc(33));
  }).toThrow(RangeError);
});

describe('a tree that goes on', () => {
  test.each([0, 1, 255, 256, 257, 511, 512, 513, 1_000])(
    'from %i leaves is as if it had never stopped',
    (size) => {
      const tiles = new MemoryTiles();
      const before = new GrowingTree(tiles);
      before.append(Buffer.concat(LEAVES.slice(0, size)));
      const read: number[] = [];
      const edge = {
        read: (level: number, index: number, width: number) => {
          read.push(width);
          return before.read(level, index, width);
        },
      };
      const after = GrowingTree.resume(size, edge, tiles);
      if (isFinding(after)) throw new Error(after.detail);
      expect(read.every((width) => width > 0 && width < 256)).toBe(true);
      after.append(Buffer.concat(LEAVES.slice(size, 1_100)));
      expect(after.size).toBe(1_100);
      expect(after.root()).toEqual(DEFINED.root(1_100));
      expect(after.read(0, 2, 256)).toHaveLength(8_192);
    },
  );

  test('says which tile it needs', () => {
    expect(GrowingTree.resume(300, NO_TILES, NO_TILES)).toMatchObject({ code: 'missing-tile' });
    expect(widthAt(0, 1, 300)).toBe(44);
  });
});
