import { readCheckpoint } from '@app/transparency/checkpoint';
import { LONGEST_ENTRY_BYTES } from '@app/transparency/entry-bundle';
import { fromUtf8 } from '@app/transparency/encodings';
import { finding, isFinding, type Finding } from '@app/transparency/finding';
import { HASH_BYTES } from '@app/transparency/hashes';
import { TILE_WIDTH, type HashTile } from '@app/transparency/tiles';
import { cannotBe } from './exit-codes';
import { MOST_NOTE_BYTES, type Entries, type LogSource } from './source';
import { DamagedZip, ZipFile } from './zip-file';

/** What stands in an export, besides the policies, which are for people to read and never read here. */
export const EXPORTED = {
  readme: 'README.txt',
  checkpoint: 'checkpoint',
  keyList: 'log-keys',
  jwks: 'jwks.json',
  log: 'log.ndjson',
  leafHashes: 'leaf-hashes',
} as const;

const NEWLINE = '\n'.charCodeAt(0);

/** A log as `guidance-auditor export` has written it to a file. */
export class ExportSource implements LogSource {
  readonly describe: string;
  readonly isPresent = false;
  readonly #zip: ZipFile | DamagedZip;
  #leafHashes: Promise<Buffer | Finding> | undefined;

  private constructor(file: string, zip: ZipFile | DamagedZip) {
    this.describe = file;
    this.#zip = zip;
  }

  static async open(file: string): Promise<ExportSource> {
    try {
      return new ExportSource(file, await ZipFile.open(file));
    } catch (error) {
      if (error instanceof DamagedZip) return new ExportSource(file, error);
      throw cannotBe('read', file, error);
    }
  }

  checkpoint(): Promise<string | Finding> {
    return this.#text(EXPORTED.checkpoint);
  }

  keyList(): Promise<string | Finding> {
    return this.#text(EXPORTED.keyList);
  }

  jwks(): Promise<string | Finding> {
    return this.#text(EXPORTED.jwks);
  }

  async *bundles(size: number): AsyncGenerator<Entries | Finding> {
    let position = 0;
    try {
      let entries: Buffer[] = [];
      for await (const lines of linesOf(this.#whole().stream(EXPORTED.log))) {
        for (const line of lines) {
          if (position === size) {
            if (entries.length > 0) yield entries;
            yield finding(
              'inserted-event',
              `The export has events after the ${size} of its checkpoint`,
              size,
            );
            return;
          }
          entries.push(line);
          position++;
          if (entries.length < TILE_WIDTH) continue;
          yield entries;
          entries = [];
        }
      }
      if (entries.length > 0) yield entries;
    } catch (error) {
      yield this.#damaged(error, position);
    }
  }

  async tile({ level, index, width }: HashTile): Promise<Buffer | Finding | undefined> {
    if (level > 0) return undefined;
    this.#leafHashes ??= this.#allLeafHashes();
    const hashes = await this.#leafHashes;
    if (!Buffer.isBuffer(hashes)) return hashes;
    const from = index * TILE_WIDTH * HASH_BYTES;
    return hashes.subarray(from, from + width * HASH_BYTES);
  }

  /** Not more of them than the checkpoint has events: packed, a thousand times as many take no more room. */
  async #allLeafHashes(): Promise<Buffer | Finding> {
    const note = await this.checkpoint();
    const checkpoint = isFinding(note) ? note : readCheckpoint(note);
    return isFinding(checkpoint)
      ? checkpoint
      : this.#bytes(EXPORTED.leafHashes, checkpoint.size * HASH_BYTES);
  }

  async close(): Promise<void> {
    if (this.#zip instanceof ZipFile) await this.#zip.close();
  }

  #whole(): ZipFile {
    if (this.#zip instanceof DamagedZip) throw this.#zip;
    return this.#zip;
  }

  async #text(name: string): Promise<string | Finding> {
    const bytes = await this.#bytes(name, MOST_NOTE_BYTES);
    if (!Buffer.isBuffer(bytes)) return bytes;
    return fromUtf8(bytes) ?? this.#damaged(new DamagedZip(`${name} is not UTF-8`));
  }

  async #bytes(name: string, most: number): Promise<Buffer | Finding> {
    try {
      return await this.#whole().read(name, most);
    } catch (error) {
      return this.#damaged(error);
    }
  }

  #damaged(error: unknown, position?: number): Finding {
    if (!(error instanceof DamagedZip)) throw cannotBe('read', this.describe, error);
    return finding('malformed-export', `${this.describe} is no whole export: ${error.message}`, position);
  }
}

/** The lines of a text, without what ends them, as its chunks end them. */
async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<readonly Buffer[]> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const text = rest.byteLength === 0 ? chunk : Buffer.concat([rest, chunk]);
    const lines: Buffer[] = [];
    let from = 0;
    for (let end = text.indexOf(NEWLINE); end >= 0; end = text.indexOf(NEWLINE, from)) {
      lines.push(bounded(text.subarray(from, end)));
      from = end + 1;
    }
    yield lines;
    rest = bounded(text.subarray(from));
  }
  if (rest.byteLength > 0) throw new DamagedZip(`the last line of ${EXPORTED.log} does not end`);
}

function bounded(line: Buffer): Buffer {
  if (line.byteLength > LONGEST_ENTRY_BYTES)
    throw new DamagedZip(`a line of ${EXPORTED.log} is longer than any event`);
  return line;
}
