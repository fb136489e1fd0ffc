import type { Savable, SavedSections, Section, Sections } from '../snapshot/sections';
import { grown } from './grown';
import { ownCopy } from './own-copy';

/** The streams by name and number, and the positions of each, linked from the last back to the first: four bytes an event. */
export class StreamChains implements Savable {
  readonly #numbers = new Map<string, number>();
  readonly #names: string[] = [];
  /** By stream number: its last position plus one; and how many events it has. */
  #last: Uint32Array = new Uint32Array(1024);
  #counts: Uint32Array = new Uint32Array(1024);
  /** By position: the position before it in its stream plus one; 0 for none. */
  #previous: Uint32Array = new Uint32Array(1024);
  #events = 0;

  /** Names of all streams, in the order in which they began. */
  get names(): readonly string[] {
    return this.#names;
  }

  /** The number of a stream, which never changes; undefined if it has not begun. */
  number(name: string): number | undefined {
    return this.#numbers.get(name);
  }

  name(number: number): string {
    return this.#names[number] ?? '';
  }

  /** How many events the stream that has a number has; 0 of one that has not begun. */
  count(number: number | undefined): number {
    return number === undefined ? 0 : (this.#counts[number] ?? 0);
  }

  /** Adds the next position to a stream, and returns its number. `found`: that, if it has begun. */
  add(name: string, found: number | undefined): number {
    const number = found ?? this.#begun(name);
    if (this.#events === this.#previous.length) this.#previous = grown(this.#previous);
    this.#previous[this.#events] = this.#last[number] ?? 0;
    this.#last[number] = ++this.#events;
    this.#counts[number] = (this.#counts[number] ?? 0) + 1;
    return number;
  }

  #begun(name: string): number {
    const own = ownCopy(name);
    const number = this.#names.length;
    if (number === this.#last.length) {
      this.#last = grown(this.#last);
      this.#counts = grown(this.#counts);
    }
    this.#numbers.set(own, number);
    this.#names.push(own);
    return number;
  }

  /** Position of the last event of the stream that has a number; −1 if there is none. */
  last(number: number): number {
    return (this.#last[number] ?? 0) - 1;
  }

  /** Position of the event before one in its stream; −1 if there is none. */
  before(position: number): number {
    return (this.#previous[position] ?? 0) - 1;
  }

  /** Names of the streams that got events after one position and up to another. */
  *touched(after: number, until: number): Generator<string> {
    for (const [number, name] of this.#names.entries()) {
      let position = this.last(number);
      while (position > until) position = this.before(position);
      if (position > after) yield name;
    }
  }

  save(): Sections {
    const { length } = this.#names;
    return new Map<string, Section>([
      ['names', { texts: this.#names, count: length }],
      ['last', this.#last.slice(0, length)],
      ['counts', this.#counts.slice(0, length)],
      ['previous', this.#previous.subarray(0, this.#events)],
    ]);
  }

  load(saved: SavedSections, position: number): void {
    for (const name of saved.texts('names')) this.#numbers.set(name, this.#names.push(name) - 1);
    this.#last = saved.numbers('last', this.#names.length);
    this.#counts = saved.numbers('counts', this.#names.length);
    this.#events = position + 1;
    this.#previous = saved.numbers('previous', this.#events);
  }
}
