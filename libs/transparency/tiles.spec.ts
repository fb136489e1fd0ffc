/// <reference types="jest" />
import fc from 'fast-check';
import { isFinding } from './finding';
import { formatTilePath, parseTilePath, tilesBetween, widthAt } from './tiles';

describe('the path of a tile', () => {
  test.each([
    ['tile/0/000', { level: 0, index: 0, width: 256 }],
    ['tile/0/005.p/1', { level: 0, index: 5, width: 1 }],
    ['tile/4/x001/x234/067', { level: 4, index: 1_234_067, width: 256 }],
    ['tile/4/x001/x234/067.p/255', { level: 4, index: 1_234_067, width: 255 }],
    ['tile/63/999', { level: 63, index: 999, width: 256 }],
    ['tile/1/x001/000', { level: 1, index: 1_000, width: 256 }],
    ['tile/0/x123/x456/789', { level: 0, index: 123_456_789, width: 256 }],
    ['tile/entries/x001/x234/067.p/8', { level: 'entries', index: 1_234_067, width: 8 }],
  ] as const)('%s', (path, address) => {
    expect(formatTilePath(address)).toBe(path);
    expect(parseTilePath(path)).toEqual(address);
  });

  test('is read back', () => {
    const level = fc.oneof(fc.integer({ min: 0, max: 63 }), fc.constant('entries' as const));
    const index = fc.nat({ max: 2 ** 45 - 1 });
    fc.assert(
      fc.property(level, index, fc.integer({ min: 1, max: 256 }), (...[l, i, width]) => {
        const address = { level: l, index: i, width };
        expect(parseTilePath(formatTilePath(address))).toEqual(address);
      }),
    );
  });

  test.each([
    '',
    'tile',
    '/tile/0/000',
    'tile/0/000/',
    'tile/0/0',
    'tile/0/00',
    'tile/0/0000',
    'tile/0/x000/001',
    'tile/0/001/067',
    'tile/0/x001/x067',
    'tile/0/X001/067',
    'tile/0/000.p/0',
    'tile/0/000.p/01',
    'tile/0/000.p/256',
    'tile/0/000.p/257',
    'tile/0/000.p/999',
    'tile/0/000.p/1000',
    'tile/0/000.p/',
    'tile/0/000.p/+1',
    'tile/00/000',
    'tile/64/000',
    'tile/100/000',
    'tile/-1/000',
    'tile/+1/000',
    'tile/data/000',
    'tile/Entries/000',
    'tile/8/0/000',
    'tile/0/000\n',
    'tile/0/٠٠٠',
    'tile/0/x999/x999/x999/x999/x999/999',
  ])('is not %j', (path) => {
    expect(parseTilePath(path)).toMatchObject({ code: 'malformed-path' });
  });

  test('has only one spelling', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^tile\/(entries|[0-9]{1,2})\/(x?[0-9]{3}\/){0,2}[0-9]{3}(\.p\/[0-9]{1,3})?$/),
        (path) => {
          const address = parseTilePath(path);
          if (!isFinding(address)) expect(formatTilePath(address)).toBe(path);
        },
      ),
    );
  });
});

describe('the tiles of a tree', () => {
  test('of 70,000 leaves are those that the specification counts', () => {
    const tiles = [...tilesBetween(0, 70_000)];
    const count = (level: number, isFull: boolean) =>
      tiles.filter((one) => one.level === level && (one.width === 256) === isFull).length;
    expect([count(0, true), count(0, false), count(1, true), count(1, false), count(2, false)]).toEqual([
      273, 1, 1, 1, 1,
    ]);
    expect(tiles).toHaveLength(277);
    expect([widthAt(0, 273, 70_000), widthAt(1, 1, 70_000), widthAt(2, 0, 70_000)]).toEqual([112, 17, 1]);
    expect(widthAt('entries', 273, 70_000)).toBe(112);
  });

  test('of 256 leaves are a full one and one of a single hash', () => {
    expect([...tilesBetween(0, 256)]).toEqual([
      { level: 0, index: 0, width: 256 },
      { level: 1, index: 0, width: 1 },
    ]);
  });

  test('of none are none, nor of a tree that has not grown', () => {
    expect([...tilesBetween(0, 0)]).toEqual([]);
    expect([...tilesBetween(700, 700)]).toEqual([]);
    expect([widthAt(0, 0, 0), widthAt(0, 5, 300), widthAt(63, 0, 2 ** 53 - 1)]).toEqual([0, 0, 0]);
  });

  test('that are new are those that have become wider', () => {
    fc.assert(
      fc.property(fc.nat(200_000), fc.nat(2_000), (from, more) => {
        const had = new Set([...tilesBetween(0, from)].map(formatTilePath));
        const has = [...tilesBetween(0, from + more)].map(formatTilePath);
        const grown = [...tilesBetween(from, from + more)].map(formatTilePath);
        expect(grown).toEqual(has.filter((path) => !had.has(path)));
      }),
      { numRuns: 30 },
    );
  });
});
