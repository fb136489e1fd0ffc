import { hash } from 'node:crypto';

/**
 * The bytes of a slab. No event spans two slabs; a slab has room for many events of the largest size, 65,535
 * bytes.
 */
const SLAB = 1024 * 1024;

/** Reads the texts of the events from one position to another, both included. */
export type Rows = (first: number, last: number) => readonly string[];

/**
 * The texts of all events by position, held as UTF-8 outside the JavaScript heap: a million events cost their
 * own bytes and ten more each, and the garbage collector never visits them.
 */
export class EventArena {
  readonly #slabs: Buffer[] = [];
  #free = SLAB;
  #starts = new Float64Array(1024);
  #lengths = new Uint16Array(1024);
  #count = 0;
  /** The position whose hash was asked for last, which is nearly always the head. */
  #hashed = { position: -1, hex: '' };
  /** Reads the events that it counts without having them yet: the length of each of those is 0. */
  #rows: Rows | undefined;

  get count(): number {
    return this.#count;
  }

  /** Counts events that are read when they are asked for, or by {@link fetch}. It has none before. */
  expect(count: number, rows: Rows): void {
    this.#count = count;
    this.#starts = new Float64Array(Math.max(1024, Math.ceil(count * 1.125)));
    this.#lengths = new Uint16Array(this.#starts.length);
    this.#rows = rows;
  }

  /** Reads the events between two positions, as far as it has not read them. Throws as reading does. */
  fetch(first: number, last: number): void {
    if (this.#rows === undefined) return;
    for (const [i, text] of this.#rows(first, last).entries())
      if (this.#lengths[first + i] === 0) this.#put(first + i, text);
  }

  /** Adds the text of the next position, at most 65,535 bytes. */
  push(text: string): void {
    if (this.#count === this.#starts.length) {
      const [starts, lengths] = [new Float64Array(this.#count * 2), new Uint16Array(this.#count * 2)];
      starts.set(this.#starts);
      lengths.set(this.#lengths);
      [this.#starts, this.#lengths] = [starts, lengths];
    }
    this.#put(this.#count, text);
    this.#count++;
  }

  #put(position: number, text: string): void {
    const length = Buffer.byteLength(text);
    if (length > 65_535) throw new RangeError(`an event of ${length} bytes is larger than any log holds`);
    if (this.#free + length > SLAB) {
      this.#slabs.push(Buffer.allocUnsafeSlow(SLAB));
      this.#free = 0;
    }
    const slab = this.#slabs.length - 1;
    this.#slabs[slab]?.write(text, this.#free, 'utf8');
    this.#starts[position] = slab * SLAB + this.#free;
    this.#lengths[position] = length;
    this.#free += length;
  }

  /** The text at a position that was added. */
  text(position: number): string {
    return this.bytes(position).toString('utf8');
  }

  /** Its bytes, without a copy: callers must not change them. */
  bytes(position: number): Buffer {
    if (this.#lengths[position] === 0 && position < this.#count) this.fetch(position, position);
    const [start, length] = [this.#starts[position], this.#lengths[position]];
    if (start === undefined || length === undefined || position >= this.#count)
      throw new RangeError(`no event at ${position}`);
    const offset = start % SLAB;
    return this.#slabs[(start - offset) / SLAB]?.subarray(offset, offset + length) ?? Buffer.alloc(0);
  }

  /** SHA-256 of the bytes at a position, in hexadecimal. */
  hash(position: number): string {
    if (position !== this.#hashed.position)
      this.#hashed = { position, hex: hash('sha256', this.bytes(position)) };
    return this.#hashed.hex;
  }
}
