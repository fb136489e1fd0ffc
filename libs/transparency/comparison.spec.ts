/// <reference types="jest" />
import fc from 'fast-check';
import {
  checkpointFinding,
  commitmentFinding,
  whereLeavesPart,
  leavesFinding,
  tileFinding,
  type Leaves,
} from './comparison';
import { GrowingTree, MemoryTiles } from './growing-tree';
import { inventedLeaves, TreeByDefinition, withBitTurned } from '../../test/proofs/recursive-tree';
import { ORIGIN } from '../../test/proofs/signers';

const LEAVES = inventedLeaves(600);
const DEFINED = new TreeByDefinition(LEAVES);
const STRANGERS = inventedLeaves(1_200).slice(600);

function leavesOf(hashes: readonly Uint8Array[]): Leaves {
  const tiles = new GrowingTree(new MemoryTiles());
  tiles.append(Buffer.concat(hashes));
  return { tiles, size: tiles.size };
}
const EXPECTED = leavesOf(LEAVES);
const found = (actual: readonly Uint8Array[], expected = EXPECTED) => {
  const one = leavesFinding(expected, leavesOf(actual));
  return one && [one.code, one.position];
};
const position = fc.nat(598);

describe('of a log whose leaves are known', () => {
  test('nothing is found if it has them', () => {
    for (const size of [0, 1, 256, 599])
      expect(found(LEAVES.slice(0, size), leavesOf(LEAVES.slice(0, size)))).toBeUndefined();
  });

  test('a changed event is found where it is', () => {
    fc.assert(
      fc.property(position, fc.nat(255), (at, bit) => {
        const changed = LEAVES.map((leaf, i) => (i === at ? withBitTurned(leaf, bit) : leaf));
        expect(found(changed)).toEqual(['changed-event', at]);
      }),
      { numRuns: 40 },
    );
  });

  test('dropped events are found at the first of them', () => {
    fc.assert(
      fc.property(position, fc.integer({ min: 1, max: 5 }), (at, count) => {
        expect(found(LEAVES.toSpliced(at, count))).toEqual(['dropped-event', at]);
      }),
      { numRuns: 40 },
    );
    expect(found([])).toEqual(['dropped-event', 0]);
    expect(found(LEAVES.slice(0, 512))).toEqual(['dropped-event', 512]);
  });

  test('an event that stands there again is found, wherever it stood before', () => {
    fc.assert(
      fc.property(position, fc.integer({ min: 1, max: 600 }), (first, again) => {
        fc.pre(first < again);
        expect(found(LEAVES.toSpliced(again, 0, ...LEAVES.slice(first, first + 1)))).toEqual([
          'doubled-event',
          again,
        ]);
      }),
      { numRuns: 40 },
    );
  });

  test('swapped events are found at the first of both', () => {
    fc.assert(
      fc.property(position, fc.integer({ min: 1, max: 599 }), (one, other) => {
        fc.pre(one < other);
        const swapped = LEAVES.map((leaf, i) => LEAVES[i === one ? other : i === other ? one : i] ?? leaf);
        expect(found(swapped)).toEqual(['swapped-events', one]);
      }),
      { numRuns: 40 },
    );
  });

  test('events of elsewhere are found at the first of them, at the end too', () => {
    fc.assert(
      fc.property(fc.nat(600), fc.integer({ min: 1, max: 5 }), (at, count) => {
        expect(found(LEAVES.toSpliced(at, 0, ...STRANGERS.slice(0, count)))).toEqual(['inserted-event', at]);
      }),
      { numRuns: 40 },
    );
  });

  test('of several things the first is told', () => {
    const changed = LEAVES.toSpliced(500, 1, ...STRANGERS.slice(0, 1)).toSpliced(300, 1);
    expect(found(changed)).toEqual(['dropped-event', 300]);
  });

  test('a tile that is missing or of another length is told', () => {
    const missing = { tiles: new MemoryTiles(), size: 600 };
    expect(leavesFinding(EXPECTED, missing)).toMatchObject({ code: 'missing-tile' });
    const short = { tiles: { read: () => Buffer.alloc(1) }, size: 600 };
    expect(leavesFinding(short, EXPECTED)).toMatchObject({ code: 'malformed-tile' });
  });
});

test('where one log is the beginning of the other, they part at its end', () => {
  expect(whereLeavesPart(EXPECTED, leavesOf(LEAVES.slice(0, 300)))).toBe(300);
  expect(whereLeavesPart(EXPECTED, EXPECTED)).toBe(600);
});

test('what a checkpoint commits to are the leaves with its root, and at least as many', () => {
  const head = { size: 400, root: DEFINED.root(400) };
  expect(commitmentFinding(head, EXPECTED)).toBeUndefined();
  expect(commitmentFinding(head, leavesOf(LEAVES.slice(0, 400)))).toBeUndefined();
  const fewer = leavesOf(LEAVES.slice(0, 399));
  expect(commitmentFinding(head, fewer)).toMatchObject({ code: 'dropped-event', position: 399 });
  const changed = leavesOf(LEAVES.map((leaf, i) => (i === 7 ? withBitTurned(leaf, 0) : leaf)));
  expect(commitmentFinding(head, changed)).toMatchObject({ code: 'wrong-root' });
  expect(commitmentFinding(head, { tiles: new MemoryTiles(), size: 400 })).toMatchObject({
    code: 'missing-tile',
  });
});

describe('a published tile', () => {
  const read = (level: number, index: number, width: number) =>
    EXPECTED.tiles.read(level, index, width) ?? new Uint8Array();
  const wrong = (level: number, index: number, width: number, published: Uint8Array) =>
    tileFinding({ level, index, width }, published, EXPECTED.tiles);

  test('is the one that the events make', () => {
    expect(wrong(0, 2, 88, read(0, 2, 88))).toBeUndefined();
    expect(wrong(1, 0, 2, read(1, 0, 2))).toBeUndefined();
  });

  test('or is told with the first event under its first other hash', () => {
    const turned = (bytes: Uint8Array, hash: number) => withBitTurned(bytes, hash * 256 + 3);
    expect(wrong(0, 2, 88, turned(read(0, 2, 88), 5))).toMatchObject({ code: 'changed-tile', position: 517 });
    expect(wrong(1, 0, 2, turned(read(1, 0, 2), 1))).toMatchObject({ code: 'changed-tile', position: 256 });
    expect(wrong(1, 0, 2, read(1, 0, 1))).toMatchObject({ code: 'malformed-tile' });
    expect(wrong(5, 0, 1, read(1, 0, 1))).toMatchObject({ code: 'missing-tile' });
  });
});

describe('a checkpoint, to a reader who has seen one', () => {
  const at = (size: number, root: Uint8Array = DEFINED.root(size)) => ({ origin: ORIGIN, size, root });
  const forked = withBitTurned(DEFINED.root(400), 1);
  const wrong = (...[seen, now, proof]: Parameters<typeof checkpointFinding>) => {
    const one = checkpointFinding(seen, now, proof);
    return one && [one.code, one.position];
  };

  test('goes on from there', () => {
    expect(wrong(at(300), at(400), DEFINED.subproof(300, 400))).toBeUndefined();
    expect(wrong(at(400), at(400), [])).toBeUndefined();
    expect(wrong(at(0), at(400), [])).toBeUndefined();
  });

  test('or is of a log that has been forked, rolled back, or exchanged', () => {
    expect(wrong(at(400), at(400, forked), [])).toEqual(['fork', undefined]);
    expect(wrong(at(300), at(400, forked), DEFINED.subproof(300, 400))).toEqual(['fork', undefined]);
    expect(wrong(at(300), at(400), [])).toEqual(['fork', undefined]);
    expect(wrong(at(400), at(300), [])).toEqual(['rollback', 300]);
    expect(wrong(at(300), { ...at(400), origin: 'elsewhere.example' }, [])).toEqual([
      'foreign-log',
      undefined,
    ]);
  });
});
