import type { SavedSections, Savable, Section, Sections } from '../snapshot/sections';
import { grown } from './grown';
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
export class PostingsIndex implements Savable {
  /** The number of each key. */
  readonly #numbers = new Map<string, number>();
  readonly #keys: string[] = [];
  /** By key number: its last entry, and how many it has. */
  #last: Uint32Array = new Uint32Array(1024);
  #counts: Uint32Array = new Uint32Array(1024);
  /** The streams of each key with many, by key number. */
  readonly #many = new Map<number, Set<number>>();
  #streams: Uint32Array = new Uint32Array(1024);
  /** For each entry, the index of the one before it plus one; 0 if there is none. */
  #before: Uint32Array = new Uint32Array(1024);
  #count = 0;

  /** Adds a stream about a key, unless the key has `most` already. */
  add(key: string, stream: number, most: number): void {
    const found = this.#numbers.get(key);
    if (found !== undefined && !this.#isNew(found, stream, most)) return;
    const number = found ?? this.#begun(key);
    if (this.#count === this.#streams.length) {
      this.#streams = grown(this.#streams);
      this.#before = grown(this.#before);
    }
    this.#streams[this.#count] = stream;
    this.#before[this.#count] = found === undefined ? 0 : (this.#last[number] ?? 0) + 1;
    this.#last[number] = this.#count++;
    this.#counts[number] = (this.#counts[number] ?? 0) + 1;
  }

  #begun(key: string): number {
    const number = this.#keys.length;
    if (number === this.#last.length) {
      this.#last = grown(this.#last);
      this.#counts = grown(this.#counts);
    }
    const own = ownCopy(key);
    this.#numbers.set(own, number);
    this.#keys.push(own);
    return number;
  }

  #isNew(number: number, stream: number, most: number): boolean {
    const count = this.#counts[number] ?? 0;
    let many = this.#many.get(number);
    if (!many && count >= WALKED) this.#many.set(number, (many = new Set(this.#list(number))));
    if (many) {
      if (many.has(stream) || many.size >= most) return false;
      many.add(stream);
      return true;
    }
    for (let entry: number | undefined = this.#last[number]; entry !== undefined; entry = this.#next(entry))
      if (this.#streams[entry] === stream) return false;
    return count < most;
  }

  #list(number: number): number[] {
    const streams: number[] = [];
    for (let entry: number | undefined = this.#last[number]; entry !== undefined; entry = this.#next(entry))
      streams.push(this.#streams[entry] ?? 0);
    return streams.reverse();
  }

  get(key: string): number[] {
    const number = this.#numbers.get(key);
    return number === undefined ? [] : this.#list(number);
  }

  /** How many streams are about a key. */
  count(key: string): number {
    const number = this.#numbers.get(key);
    return number === undefined ? 0 : (this.#counts[number] ?? 0);
  }

  #next(entry: number): number | undefined {
    const before = this.#before[entry] ?? 0;
    return before === 0 ? undefined : before - 1;
  }

  save(): Sections {
    const { length } = this.#keys;
    return new Map<string, Section>([
      ['keys', { texts: this.#keys, count: length }],
      ['last', this.#last.slice(0, length)],
      ['counts', this.#counts.slice(0, length)],
      // What stands in an entry never changes.
      ['streams', this.#streams.subarray(0, this.#count)],
      ['before', this.#before.subarray(0, this.#count)],
    ]);
  }

  load(saved: SavedSections): void {
    for (const key of saved.texts('keys')) this.#numbers.set(key, this.#keys.push(key) - 1);
    this.#last = saved.numbers('last', this.#keys.length);
    this.#counts = saved.numbers('counts', this.#keys.length);
    this.#count = saved.exactly('streams').length;
    this.#streams = saved.numbers('streams');
    this.#before = saved.numbers('before', this.#count);
  }
}
