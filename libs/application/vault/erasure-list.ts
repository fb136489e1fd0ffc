import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { flush, OWN_FILE, OWN_FOLDER } from '@app/event-store/sqlite-file';
import { parseInstant } from '@app/domain/submission';
import type { Erasure } from './vault';

/** The list holds what is no erasure. Trying again does not help; the message says what does. */
export class ErasureListDamaged extends Error {
  override readonly name = 'ErasureListDamaged';
}

/**
 * The erasures of a vault in a text file beside it, which outlives the vault: whatever older vault is put in its place,
 * those who were erased are erased in it again. A line an erasure, `2026-09-01T12:00:00.000Z adviser:k7m2…`; lines are
 * only ever added. It names keys and nothing of the persons.
 */
export class ErasureList {
  readonly #file: string;

  /** The list in a file, which is made, with its directory, where there is none. */
  static open(file: string): ErasureList {
    if (!existsSync(file)) {
      mkdirSync(dirname(file), { recursive: true, mode: OWN_FOLDER });
      closeSync(openSync(file, 'a', OWN_FILE));
      flush(dirname(file));
    }
    return new ErasureList(file);
  }

  private constructor(file: string) {
    this.#file = file;
  }

  /** All of them, in the order in which they were added. Throws {@link ErasureListDamaged}. */
  all(): readonly Erasure[] {
    const lines = readFileSync(this.#file, 'utf8').split('\n');
    // What has no line break was cut off by a crash, and was never said to be done.
    return lines.slice(0, -1).map((line, i) => {
      const [at = '', key = '', ...more] = line.split(' ');
      if (parseInstant(at) === undefined || !/^[a-z]+:[A-Za-z0-9]+$/.test(key) || more.length > 0) {
        throw new ErasureListDamaged(
          `The list of erasures ${this.#file} has a line ${i + 1} that is no erasure, and has been left as it is: mend that line, or put back a copy of the list`,
        );
      }
      return { key, at };
    });
  }

  /** Adds erasures; they are on the disk when it returns, and where it throws the list is as it was. */
  add(erasures: readonly Erasure[]): void {
    if (erasures.length === 0) return;
    const whole = Buffer.from(erasures.map(({ key, at }) => `${at} ${key}\n`).join(''));
    const file = openSync(this.#file, 'r+');
    try {
      const end = endOfLines(readFileSync(file));
      try {
        ftruncateSync(file, end);
        for (let written = 0; written < whole.length;)
          written += writeSync(file, whole, written, whole.length - written, end + written);
        fsyncSync(file);
      } catch (error) {
        ftruncateSync(file, end);
        throw error;
      }
    } finally {
      closeSync(file);
    }
  }
}

/** Where the last whole line ends. */
function endOfLines(bytes: Buffer): number {
  return bytes.lastIndexOf(0x0a) + 1;
}
