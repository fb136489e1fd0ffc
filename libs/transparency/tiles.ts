import { finding, type Finding } from './finding';

/**
 * Tiles (C2SP tlog-tiles): 256 neighbouring hashes of every eighth level of the tree. The hashes of level 0
 * are those of the leaves; each of a level above is the root over a full tile of the level below. Only the
 * last tile of a level can have fewer than 256. Entries lie in bundles, cut and addressed like the tiles of
 * level 0.
 */

export const TILE_WIDTH = 256;
const HIGHEST_LEVEL = 63;

/** `width`: how many hashes or entries of the tile are meant, from its first on. */
export interface TileAddress {
  readonly level: number | 'entries';
  readonly index: number;
  readonly width: number;
}

/** A tile that holds hashes. */
export interface HashTile extends TileAddress {
  readonly level: number;
}

/** Reads tiles, at once. What a source gives is not trusted: a root that is computed from it is compared. */
export interface TileSource {
  /** The first `width` hashes of a tile, one after the other. Returns undefined if it does not have them. */
  read(level: number, index: number, width: number): Uint8Array | undefined;
}

/** How many hashes a tile has in a tree of `size` leaves; 0 if there is no such tile. */
export function widthAt(level: number | 'entries', index: number, size: number): number {
  const onLevel = Math.floor(size / TILE_WIDTH ** (level === 'entries' ? 0 : level));
  return Math.max(0, Math.min(TILE_WIDTH, onLevel - index * TILE_WIDTH));
}

/**
 * The tiles that a tree of `to` leaves has, and that one of `from` leaves does not have so wide: level by
 * level, each as wide as it is at `to`. From 0: all of them.
 */
export function* tilesBetween(from: number, to: number): Generator<HashTile> {
  for (let level = 0; ; level++) {
    const had = Math.floor(from / TILE_WIDTH ** level);
    const has = Math.floor(to / TILE_WIDTH ** level);
    if (has === 0) return;
    if (has <= had) continue;
    for (let index = Math.floor(had / TILE_WIDTH); index * TILE_WIDTH < has; index++)
      yield { level, index, width: widthAt(level, index, to) };
  }
}

/** The path below the prefix of the log: `tile/0/x001/x234/067`, `tile/entries/000.p/5`. */
export function formatTilePath({ level, index, width }: TileAddress): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g) ?? [];
  const place = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${level}/${place}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

const PATH = /^tile\/(entries|0|[1-9][0-9]?)\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/;

/** Reads a path back. Only the one spelling that {@link formatTilePath} writes is taken. */
export function parseTilePath(path: string): TileAddress | Finding {
  const [, written = '', place = '', partial] = PATH.exec(path) ?? [];
  const level = written === 'entries' ? ('entries' as const) : Number(written);
  const index = Number(place.replace(/[x/]/g, ''));
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  const isBounded =
    (level === 'entries' || level <= HIGHEST_LEVEL) &&
    Number.isSafeInteger(index * TILE_WIDTH) &&
    width <= TILE_WIDTH;
  const address = { level, index, width };
  return isBounded && formatTilePath(address) === path
    ? address
    : finding('malformed-path', `${JSON.stringify(path)} is no path of a tile`);
}
