import type { FileHandle } from 'node:fs/promises';
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { AuditEnd, AUDITOR_EXIT } from './exit-codes';

/** The earliest that a ZIP can say, in the clock of whoever looks: the same bytes wherever and whenever it is written. */
const NO_TIME = new Date(1980, 0, 1);
/** Half the time of the usual level, for a file that is a tenth longer. */
const LEVEL = 3;
const MOST_BYTES = 0xfffffffe;

/** Writes a ZIP as its files come. The same content gives the same bytes: fflate packs alike on every machine. */
export class ZipWriter {
  readonly #handle: FileHandle;
  readonly #packed: Uint8Array[] = [];
  readonly #zip: Zip;
  #bytes = 0;

  constructor(handle: FileHandle) {
    this.#handle = handle;
    this.#zip = new Zip((error, chunk) => {
      if (error) throw error;
      this.#packed.push(chunk);
    });
  }

  /** Adds a file. `isPacked`: whether packing makes it shorter; hashes stay as long as they are. */
  async add(
    name: string,
    chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    isPacked = true,
  ): Promise<void> {
    const file = isPacked ? new ZipDeflate(name, { level: LEVEL }) : new ZipPassThrough(name);
    file.mtime = NO_TIME;
    this.#zip.add(file);
    let length = 0;
    for await (const chunk of chunks) {
      length += chunk.byteLength;
      if (length > MOST_BYTES) throw tooLarge();
      file.push(chunk);
      await this.#write();
    }
    file.push(new Uint8Array(0), true);
    await this.#write();
  }

  async end(): Promise<void> {
    this.#zip.end();
    await this.#write();
  }

  async #write(): Promise<void> {
    for (const chunk of this.#packed.splice(0)) {
      this.#bytes += chunk.byteLength;
      if (this.#bytes > MOST_BYTES) throw tooLarge();
      await this.#handle.writeFile(chunk);
    }
  }
}

function tooLarge(): AuditEnd {
  return new AuditEnd(
    AUDITOR_EXIT.untold,
    'The log has more than the 4 GiB that one file of an export holds: verify the register itself',
  );
}
