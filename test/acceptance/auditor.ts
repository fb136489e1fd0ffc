import { openCheckpoint, type SignedCheckpoint } from '@app/transparency/checkpoint';
import { parseBundle } from '@app/transparency/entry-bundle';
import { isFinding, type Finding } from '@app/transparency/finding';
import { openReceipt, type GenuineReceipt } from '@app/transparency/genuine';
import { MemoryTiles } from '@app/transparency/growing-tree';
import { openKeyList, type SignedKeyList } from '@app/transparency/key-list';
import { parseVerifierKey, type VerifierKey } from '@app/transparency/note-keys';
import { parseJwks } from '@app/transparency/receipt-keys';
import { formatTilePath, tilesBetween, TILE_WIDTH, widthAt } from '@app/transparency/tiles';
import type { RegisterProcess } from './process';

/** What is certain; throws what was found wrong. */
export function sound<T>(found: T | Finding): Exclude<T, Finding> {
  if (isFinding(found)) throw new Error(`${found.code}: ${found.detail}`);
  return found as Exclude<T, Finding>;
}

/** The verifier key that a register printed when it signed for the first time. */
export function printedKey(register: RegisterProcess): VerifierKey {
  const [, vkey = ''] = /"vkey":"([^"]+)"/.exec(register.stdout) ?? [];
  return sound(parseVerifierKey(vkey));
}

/** Somebody who has nothing but an address and a verifier key. */
export class Auditor {
  constructor(
    readonly register: RegisterProcess,
    readonly key: VerifierKey,
  ) {}

  async checkpoint(): Promise<SignedCheckpoint> {
    return sound(openCheckpoint((await this.register.ask('/checkpoint')).text, [this.key]));
  }

  async keys(): Promise<SignedKeyList> {
    return sound(openKeyList((await this.register.ask('/log-keys')).text, [this.key]));
  }

  /** Asks until a checkpoint covers so many events. */
  async covering(size: number): Promise<SignedCheckpoint> {
    for (;;) {
      const checkpoint = await this.checkpoint();
      if (checkpoint.size >= size) return checkpoint;
    }
  }

  /** Every tile of the tree of so many events. */
  async tiles(size: number): Promise<MemoryTiles> {
    const tiles = new MemoryTiles();
    for (const tile of tilesBetween(0, size))
      tiles.put(tile.level, tile.index, await this.bytes(formatTilePath(tile)));
    return tiles;
  }

  /** Every entry of the log of so many events. */
  async entries(size: number): Promise<readonly string[]> {
    const entries: string[] = [];
    for (let index = 0; index * TILE_WIDTH < size; index++) {
      const width = widthAt('entries', index, size);
      const bundle = await this.bytes(formatTilePath({ level: 'entries', index, width }));
      entries.push(...sound(parseBundle(bundle, width)).map((entry) => entry.toString('utf8')));
    }
    return entries;
  }

  async bytes(path: string): Promise<Buffer> {
    const response = await fetch(`${this.register.url}/${path}`);
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return Buffer.from(await response.arrayBuffer());
  }

  async receipt(jws: string): Promise<GenuineReceipt> {
    const receiptKeys = sound(parseJwks((await this.register.ask('/.well-known/jwks.json')).text));
    return sound(openReceipt(jws, { list: await this.keys(), receiptKeys }));
  }
}
