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

/** So much is written at once. */
const ENOUGH = 64 * 1024;

/**
 * The file for what is refused, beside the one that was posted: one for each, replaced when there is a later one, and there is
 * none until something is refused. One that somebody has corrected since, and that is not what is being posted, is kept under
 * another name. While it is written it has another name too: what is being posted may be such a file itself, and that stays as it
 * is unless all of it was posted, for else what was corrected in it would be lost.
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

  /** Its name, once there is one. */
  get name(): string | undefined {
    return this.#isThere || this.#handle !== undefined ? this.#name : undefined;
  }

  add(item: UploadItem, fault: UploadFault): void {
    this.#create();
    this.#text += this.form.written(item, fault);
    if (this.#text.length >= ENOUGH) this.#write();
  }

  /** `isPosted`: all that is in the file that is posted was answered, and not for a trial. */
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

  /** Takes one of before away, now that all of what it told of stands; not one that somebody has corrected. */
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

/** Whether somebody has saved a file since it was written here: what is written here is of a whole second, which nothing else is. */
function isCorrected(file: string): boolean {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat !== undefined && stat.mtimeMs % 1_000 !== 0;
}

/** Whether two files are the same, byte for byte; one that cannot be read is none. */
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
