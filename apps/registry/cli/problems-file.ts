import { closeSync, openSync, writeSync } from 'node:fs';
import { codeOf, Ending, EXIT } from './ending';
import type { Fault, Item, Load } from './load';

/** So much is written at once. */
const ENOUGH = 64 * 1024;

/**
 * The file for what is refused, beside the one that was posted. There is none until something is. One that is there
 * already is never touched, for somebody may be mending it: the next number is taken.
 */
export class ProblemsFile {
  #file: { readonly name: string; readonly handle: number } | undefined;
  #text = '';

  constructor(
    private readonly beside: string,
    private readonly form: Load['problems'],
  ) {}

  /** Its name, once there is one. */
  get name(): string | undefined {
    return this.#file?.name;
  }

  add(item: Item, fault: Fault): void {
    this.#file ??= this.#create();
    this.#text += this.form.written(item, fault);
    if (this.#text.length >= ENOUGH) this.#write();
  }

  close(): void {
    if (!this.#file) return;
    this.#write();
    closeSync(this.#file.handle);
  }

  #create() {
    this.#text = this.form.header;
    for (let number = 1; ; number++) {
      const name = `${this.beside}.problems${number === 1 ? '' : `-${number}`}${this.form.ending}`;
      try {
        return { name, handle: openSync(name, 'wx') };
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw unwritable(name, error);
      }
    }
  }

  #write(): void {
    if (!this.#file) return;
    const bytes = Buffer.from(this.#text);
    this.#text = '';
    try {
      for (let done = 0; done < bytes.length;) done += writeSync(this.#file.handle, bytes, done);
    } catch (error) {
      throw unwritable(this.#file.name, error);
    }
  }
}

/** Ends the program because a file cannot be written. */
export function unwritable(file: string, error: unknown): Ending {
  return new Ending(EXIT.unwritable, `${file} cannot be written: ${codeOf(error)}`);
}
