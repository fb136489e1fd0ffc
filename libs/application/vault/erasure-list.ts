import { closeSync, existsSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { flush, OWN_FILE, OWN_FOLDER } from '@app/event-store/sqlite-file';
import { parseInstant } from '@app/domain/values/instant';
import { addToList, WHOLE_LINE } from './vault-file';
import type { Erasure } from './vault';

/** The list holds something that is no erasure. Trying again does not help; the message says what does. */
export class ErasureListDamaged extends Error {
  override readonly name = 'ErasureListDamaged';
}

/** What a list holds. */
export interface Listed {
  /** In the order in which they were added. */
  readonly erasures: readonly Erasure[];
  /** How many lines were ignored: the last one, if it was cut off. */
  readonly passedOver: number;
}

/**
 * The erasures of a vault, in a text file beside it that outlives it: if an older vault is put in its place,
 * those who were erased are erased in it again. Each line is an erasure, `2026-09-01T12:00:00.000Z
 * adviser:k7m2…`, and lines are only ever added. It names keys and says nothing else of the persons.
 * Operators copy and join such lists, so every kind of line end is read.
 */
export class ErasureList {
  /** The list in a file; makes the file and its directory if they do not exist. */
  static open(file: string): ErasureList {
    if (!existsSync(file)) {
      mkdirSync(dirname(file), { recursive: true, mode: OWN_FOLDER });
      closeSync(openSync(file, 'a', OWN_FILE));
      flush(dirname(file));
    }
    if (!statSync(file).isFile())
      throw new ErasureListDamaged(
        `The list of erasures cannot be in ${file}, which is not a file, and has been left as it is: move it away, and put back the list. Where there is none, a new one is made of what the vault knows`,
      );
    return new ErasureList(file);
  }

  private constructor(readonly file: string) {}

  /** All its erasures, as {@link read} gives them. */
  all(): readonly Erasure[] {
    return this.read().erasures;
  }

  /**
   * Reads the list. A last line without a line break is an erasure if it is complete; otherwise a crash cut
   * it off, and it was never reported as done. Throws {@link ErasureListDamaged}.
   */
  read(): Listed {
    const text = readFileSync(this.file, 'utf8').replace(/^\uFEFF/, '');
    const lines = text.split(/\r\n|\n|\r/);
    const last = lines.pop() ?? '';
    const erasures = lines.map(
      (line, i) => erasureIn(line) ?? this.#damaged(`has a line ${i + 1} that is no erasure`),
    );
    if (WHOLE_LINE.test(last))
      erasures.push(erasureIn(last) ?? this.#damaged('has a last line that is no erasure'));
    else if (erasures.length === 0 && last !== '') this.#damaged('has no line that is an erasure');
    return { erasures, passedOver: erasures.length === lines.length && last !== '' ? 1 : 0 };
  }

  #damaged(what: string): never {
    throw new ErasureListDamaged(
      `The list of erasures ${this.file} ${what}, and has been left as it is: correct that line, or put back a copy of the list`,
    );
  }

  /** Adds erasures. They are on the disk when it returns; if it throws, the list is as it was. */
  add(erasures: readonly Erasure[]): void {
    addToList(this.file, erasures);
  }
}

function erasureIn(line: string): Erasure | undefined {
  const [at = '', key = '', ...more] = line.split(' ');
  return parseInstant(at) !== undefined && /^[a-z]+:[A-Za-z0-9]+$/.test(key) && more.length === 0
    ? { key, at }
    : undefined;
}
