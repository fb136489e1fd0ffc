import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { codeOf, Ending, EXIT } from './ending';
import type { Fault, Item, Load } from './load';

/** So much is written at once. */
const ENOUGH = 64 * 1024;

/**
 * The file for what is refused, beside the one that was posted. There is none until something is. One that is there
 * already is never touched, for somebody may be mending it: the next number is taken. But where one of them says the very
 * same, such as after a second dry run, that one is it, and no further one is left.
 */
export class ProblemsFile {
  #file: { readonly name: string; readonly handle: number; readonly earlier: readonly string[] } | undefined;
  #same: string | undefined;
  #text = '';

  constructor(
    private readonly beside: string,
    private readonly form: Load['problems'],
  ) {}

  /** Its name, once there is one; after {@link close} for good. */
  get name(): string | undefined {
    return this.#same ?? this.#file?.name;
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
    const { name, earlier } = this.#file;
    this.#same = earlier.find((one) => isSame(one, name));
    if (this.#same !== undefined) rmSync(name);
  }

  #create() {
    this.#text = this.form.header;
    const earlier: string[] = [];
    for (let number = 1; ; number++) {
      const name = `${this.beside}.problems${number === 1 ? '' : `-${number}`}${this.form.ending}`;
      try {
        return { name, handle: openSync(name, 'wx'), earlier };
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw unwritable(name, error);
        earlier.push(name);
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
