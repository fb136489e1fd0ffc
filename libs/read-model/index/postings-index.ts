import { ownCopy } from './own-copy';

/**
 * The length from which a list of streams has a set beside it, because walking the list at each event would
 * take as many steps.
 */
const WALKED = 16;

/**
 * The numbers of the streams about each key, each once, in the order in which they were added. Most keys have
 * one or two, so the lists are links in two arrays of numbers: eight bytes an entry, and no object for each
 * key.
 */
export class PostingsIndex {
  /** The last entry of each key. */
  readonly #last = new Map<string, number>();
  /** The streams of each key with many. */
  readonly #many = new Map<string, Set<number>>();
  #streams = new Uint32Array(1024);
  /** For each entry, the index of the one before it plus one; 0 if there is none. */
  #before = new Uint32Array(1024);
  #count = 0;

  /** Adds a stream about a key, unless the key has `most` already. */
  add(key: string, stream: number, most: number): void {
    const last = this.#last.get(key);
    if (last !== undefined && !this.#isNew(key, last, stream, most)) return;
    if (this.#count === this.#streams.length) {
      const [streams, before] = [new Uint32Array(this.#count * 2), new Uint32Array(this.#count * 2)];
      streams.set(this.#streams);
      before.set(this.#before);
      [this.#streams, this.#before] = [streams, before];
    }
    this.#streams[this.#count] = stream;
    this.#before[this.#count] = last === undefined ? 0 : last + 1;
    this.#last.set(last === undefined ? ownCopy(key) : key, this.#count++);
  }

  #isNew(key: string, last: number, stream: number, most: number): boolean {
    const many = this.#many.get(key);
    if (many) {
      if (many.has(stream) || many.size >= most) return false;
      many.add(stream);
      return true;
    }
    let count = 0;
    for (let entry: number | undefined = last; entry !== undefined; entry = this.#next(entry))
      if (this.#streams[entry] === stream || ++count === most) return false;
    if (count === WALKED) this.#many.set(key, new Set([...this.get(key), stream]));
    return true;
  }

  get(key: string): number[] {
    const streams: number[] = [];
    for (let entry = this.#last.get(key); entry !== undefined; entry = this.#next(entry))
      streams.push(this.#streams[entry] ?? 0);
    return streams.reverse();
  }

  /** How many streams are about a key. */
  count(key: string): number {
    const many = this.#many.get(key);
    if (many) return many.size;
    let count = 0;
    for (let entry = this.#last.get(key); entry !== undefined; entry = this.#next(entry)) count++;
    return count;
  }

  #next(entry: number): number | undefined {
    const before = this.#before[entry] ?? 0;
    return before === 0 ? undefined : before - 1;
  }
}
