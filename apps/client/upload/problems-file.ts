import {
  closeSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { codeOf, Ending, EXIT } from '../exit-codes';
import type { UploadFault, UploadItem, Upload } from './upload-source';
import { originalNameOf } from './table-load';

/** The number of characters that are written at once. */
const ENOUGH = 64 * 1024;

/**
 * The file of refused events, beside the posted file: there is one for each posted file, made at the first
 * refusal, and a later posting replaces it. A file that somebody has corrected since, and that is not the one
 * being posted, is kept under another name. The new file has a temporary name while it is written, because
 * the posted file may be such a file itself. That one stays as it is unless all of it was posted, or its
 * corrections would be lost.
 */
export class ProblemsFile {
  readonly #name: string;
  readonly #unfinished: string;
  #handle: number | undefined;
  #isThere = false;
  #text = '';

  /** `posted`: the file that is posted. */
  constructor(
    private readonly beside: string,
    private readonly posted: string,
    private readonly form: Upload['problems'],
  ) {
    this.#name = `${beside}.problems${form.ending}`;
    this.#unfinished = `${this.#name}.unfinished`;
  }

  /** Its name, once it has one. */
  get name(): string | undefined {
    return this.#isThere || this.#handle !== undefined ? this.#name : undefined;
  }

  add(item: UploadItem, fault: UploadFault): void {
    this.#create();
    this.#text += this.form.written(item, fault);
    if (this.#text.length >= ENOUGH) this.#write();
  }

  /** `isPosted`: every event of the posted file was answered, and this was no dry run. */
  close(isPosted: boolean): void {
    if (this.#handle === undefined) return;
    this.#write();
    closeSync(this.#handle);
    this.#handle = undefined;
    if (!isPosted && originalNameOf(this.posted) !== this.posted) {
      rmSync(this.#unfinished);
      return;
    }
    this.#isThere = true;
    if (isSame(this.#name, this.#unfinished)) {
      rmSync(this.#unfinished);
      return;
    }
    const now = Math.floor(Date.now() / 1_000);
    this.#attempt(() => {
      if (isCorrected(this.#name) && this.#name !== this.posted)
        renameSync(this.#name, `${this.beside}.problems.edited${this.form.ending}`);
      renameSync(this.#unfinished, this.#name);
      utimesSync(this.#name, now, now);
    });
  }

  /**
   * Deletes the file of an earlier posting, now that all its events are recorded; but not one that somebody
   * has corrected.
   */
  dispose(): void {
    if (this.#name === this.posted || isCorrected(this.#name)) return;
    this.#attempt(() => {
      rmSync(this.#name, { force: true });
    });
  }

  #create(): void {
    if (this.#handle !== undefined) return;
    this.#text = this.form.header;
    this.#attempt(() => {
      this.#handle = openSync(this.#unfinished, 'w');
    });
  }

  #write(): void {
    const handle = this.#handle;
    if (handle === undefined) return;
    const bytes = Buffer.from(this.#text);
    this.#text = '';
    this.#attempt(() => {
      for (let done = 0; done < bytes.length;) done += writeSync(handle, bytes, done);
    });
  }

  #attempt(step: () => void): void {
    try {
      step();
    } catch (error) {
      throw unwritable(this.#name, error);
    }
  }
}

/**
 * Whether somebody has saved a file since it was written here. A file that is written here gets a time of a
 * whole second, which no other program gives it.
 */
function isCorrected(file: string): boolean {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat !== undefined && stat.mtimeMs % 1_000 !== 0;
}

/** Whether two files are equal, byte for byte; false if one cannot be read. */
function isSame(one: string, other: string): boolean {
  try {
    return statSync(one).size === statSync(other).size && readFileSync(one).equals(readFileSync(other));
  } catch {
    return false;
  }
}

/** Ends the program because a file cannot be written. */
export function unwritable(file: string, error: unknown): Ending {
  return new Ending(EXIT.unwritable, `${file} cannot be written: ${codeOf(error)}`);
}
