/// <reference types="jest" />
import fc from 'fast-check';
import { isFinding, type Finding } from './finding';
import { GrowingTree, MemoryTiles } from './growing-tree';
import { hashLeaf } from './hashes';
import {
  consistencyProof,
  consistencyRanges,
  inclusionProof,
  inclusionRanges,
  rootAt,
  tilesFor,
} from './tree';
import { widthAt, type TileSource } from './tiles';
import { inventedLeaves, TreeByDefinition } from '../../test/proofs/recursive-tree';

function treeOf(leaves: readonly Uint8Array[]): GrowingTree {
  const tree = new GrowingTree(new MemoryTiles());
  tree.append(Buffer.concat(leaves));
  return tree;
}

/** The eight entries that the tests of Certificate Transparency have used since 2013, and the roots of their trees. */
const ENTRIES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

describe('the eight entries of Certificate Transparency', () => {
  const tree = treeOf(ENTRIES.map((entry) => hashLeaf(Buffer.from(entry, 'hex'))));
  const hex = (hashes: readonly Buffer[] | Finding) =>
    isFinding(hashes) ? hashes.code : hashes.map((hash) => hash.toString('hex'));

  test.each(ROOTS.map((root, size) => [size, root] as const))('at %i have the root %s', (size, root) => {
    const found = rootAt(tree, size);
    expect(isFinding(found) || found.toString('hex')).toBe(root);
  });

  test.each([
    [0, 1, []],
    [
      0,
      8,
      [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    ],
    [
      5,
      8,
      [
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
    [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
  ])('have the inclusion proof of %i in %i', (index, size, proof) => {
    expect(hex(inclusionProof(tree, index, size))).toEqual(proof);
  });

  test.each([
    [1, 1, []],
    [
      6,
      8,
      [
        '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
    [
      2,
      5,
      [
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      ],
    ],
  ])('have the consistency proof from %i to %i', (from, to, proof) => {
    expect(hex(consistencyProof(tree, from, to))).toEqual(proof);
  });
});

const LEAVES = inventedLeaves(700);
const TREE = treeOf(LEAVES);
const DEFINED = new TreeByDefinition(LEAVES);
/** Two sizes, the smaller first; tiles end at 256 and 512. */
const sizes = fc
  .tuple(fc.integer({ min: 1, max: LEAVES.length }), fc.integer({ min: 1, max: LEAVES.length }))
  .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);

describe('from tiles', () => {
  test('the root at every size is that of the definition', () => {
    for (let size = 0; size <= 300; size++) expect(rootAt(TREE, size)).toEqual(DEFINED.root(size));
  });

  test('proofs are those of the definition', () => {
    fc.assert(
      fc.property(sizes, ([from, to]) => {
        expect(inclusionProof(TREE, from - 1, to)).toEqual(DEFINED.path(from - 1, to));
        expect(consistencyProof(TREE, from, to)).toEqual(DEFINED.subproof(from, to));
      }),
    );
  });

  test('of three levels too', () => {
    const leaves = inventedLeaves(66_000);
    const tree = treeOf(leaves);
    const defined = new TreeByDefinition(leaves);
    expect(tree.root()).toEqual(defined.root(66_000));
    expect(inclusionProof(tree, 65_535, 66_000)).toEqual(defined.path(65_535, 66_000));
    expect(consistencyProof(tree, 40_000, 66_000)).toEqual(defined.subproof(40_000, 66_000));
    expect(rootAt(tree, 65_536)).toEqual(defined.root(65_536));
  });

  test('only what is named before is read, as wide as the tree of that size has it', () => {
    fc.assert(
      fc.property(sizes, ([from, to]) => {
        const read: string[] = [];
        const watched: TileSource = {
          read: (level, index, width) => {
            read.push(`${level}/${index}/${width}`);
            expect(width).toBe(widthAt(level, index, to));
            return TREE.read(level, index, width);
          },
        };
        inclusionProof(watched, from - 1, to);
        consistencyProof(watched, from, to);
        const ranges = [...inclusionRanges(from - 1, to), ...consistencyRanges(from, to)];
        const named = tilesFor(ranges, to).map(({ level, index, width }) => `${level}/${index}/${width}`);
        expect(named.toSorted()).toEqual([...new Set(read)].sort());
      }),
    );
  });

  test('a tile that is missing or of another length is told', () => {
    expect(rootAt({ read: () => undefined }, 5)).toMatchObject({ code: 'missing-tile' });
    expect(inclusionProof({ read: () => Buffer.alloc(31) }, 0, 2)).toMatchObject({ code: 'malformed-tile' });
    expect(consistencyProof({ read: () => Buffer.alloc(96) }, 1, 2)).toMatchObject({
      code: 'malformed-tile',
    });
  });

  test('a leaf or tree that there is not is asked for by mistake', () => {
    expect(() => inclusionProof(TREE, 5, 5)).toThrow(RangeError);
    expect(() => consistencyProof(TREE, 6, 5)).toThrow(RangeError);
  });
});
