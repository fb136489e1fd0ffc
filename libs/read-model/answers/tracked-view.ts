import type { LogView } from '@app/domain/log/log-view';
import type { Work } from '@app/domain/values/work';
import type { EventIndex } from '../index/event-index';

/** What is known at a position, and the names of all that was asked of it. */
export class TrackedView implements LogView {
  readonly #known: LogView;
  readonly #streams = new Set<string>();
  readonly #keys = new Map<string, number>();

  constructor(known: LogView) {
    this.#known = known;
  }

  get position() {
    return this.#known.position;
  }

  get today() {
    return this.#known.today;
  }

  stream(name: string) {
    this.#streams.add(name);
    return this.#known.stream(name);
  }

  recorded(stream: string) {
    this.#streams.add(stream);
    return this.#known.recorded(stream);
  }

  disputed(stream: string) {
    this.#streams.add(stream);
    return this.#known.disputed(stream);
  }

  streamsAbout(key: string) {
    const streams = this.#known.streamsAbout(key);
    // What begins while this is read from was not there when it was asked for first.
    if (!this.#keys.has(key)) this.#keys.set(key, streams.length);
    return streams;
  }

  identityStreams(key: string) {
    // A provider has many streams, and is asked who it is for each of its contracts.
    if (!this.#keys.has(key)) this.streamsAbout(key);
    return this.#known.identityStreams(key);
  }

  find(position: number) {
    const found = this.#known.find(position);
    if (found) this.#streams.add(found.event.stream);
    return found;
  }

  bodies(): readonly string[] {
    throw new Error('the days of a provider do not depend on who may post');
  }

  policies(): readonly string[] {
    throw new Error('the days of a provider depend on no policy but that which is asked');
  }

  posted(): never {
    throw new Error('the days of a provider do not depend on how much was posted');
  }

  mostPosted(): never {
    return this.posted();
  }

  /** Names of the streams that were asked for until now. */
  get streams(): Iterable<string> {
    return this.#streams;
  }

  /** All that was asked until now, of a register. */
  *sources(register: EventIndex): Work<Dependencies> {
    const numbers: number[] = [];
    const unbegun: string[] = [];
    for (const name of this.#streams) {
      const number = register.streamNumber(name);
      if (number === undefined) unbegun.push(name);
      else numbers.push(number);
      if ((numbers.length + unbegun.length) % NAMES_A_PIECE === 0) yield 1;
    }
    return new Dependencies(numbers, unbegun, this.#keys);
  }
}

/** So many streams are looked up by their names between two rests. */
const NAMES_A_PIECE = 1_024;

/** What a string takes besides its characters, and the place where it is kept: in bytes, rather more than less. */
const A_STRING = 64;

/**
 * The streams that something was found from, and keys with the number of streams that were about each of them. Of a
 * provider with many advisers there are many: a stream is kept by its number, for its name is text of its own.
 */
export class Dependencies {
  readonly #streams: Uint32Array;
  /** Names of those that had not begun. */
  readonly #unbegun: readonly string[];
  readonly #keys: readonly string[];
  readonly #counts: Uint32Array;

  constructor(numbers: readonly number[], unbegun: readonly string[], keys: ReadonlyMap<string, number>) {
    this.#streams = Uint32Array.from(numbers);
    this.#unbegun = unbegun;
    this.#keys = [...keys.keys()];
    this.#counts = Uint32Array.from(keys.values());
  }

  /** All that it keeps alive, in bytes, about. */
  get size(): number {
    let size = 4 * (this.#streams.length + this.#counts.length);
    for (const name of this.#unbegun) size += A_STRING + name.length;
    for (const key of this.#keys) size += A_STRING + key.length;
    return size;
  }

  /** The last position up to one at which any of them changed; that one itself where they went on after it. */
  lastChange(position: number, register: EventIndex): number {
    let last = -1;
    for (const stream of this.#streams) {
      const changed = register.lastIn(stream);
      if (changed > position) return position;
      last = Math.max(last, changed);
    }
    return last;
  }

  /** Whether nothing of them has changed after a position. */
  unchangedAfter(position: number, register: EventIndex): boolean {
    return (
      this.#streams.every((stream) => register.lastIn(stream) <= position) &&
      this.#unbegun.every((name) => register.lastOf(name) <= position) &&
      this.#keys.every((key, i) => register.countAbout(key) === this.#counts[i])
    );
  }
}
