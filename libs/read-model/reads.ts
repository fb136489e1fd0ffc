import type { Known } from '@app/domain/known';
import type { Register } from './register';

/** What is known at a position, and the names of all that was asked of it. */
export class Reads implements Known {
  readonly #known: Known;
  readonly #streams = new Set<string>();
  readonly #keys = new Map<string, number>();

  constructor(known: Known) {
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
    this.#keys.set(key, streams.length);
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

  /** Names of the streams that were asked for until now. */
  get streams(): Iterable<string> {
    return this.#streams;
  }

  /** All that was asked until now. */
  sources(): Sources {
    return new Sources([...this.#streams], [...this.#keys.keys()], [...this.#keys.values()]);
  }
}

/** The streams that something was found from, and keys with the number of streams that were about each of them. */
export class Sources {
  readonly #streams: readonly string[];
  readonly #keys: readonly string[];
  readonly #counts: readonly number[];

  constructor(streams: readonly string[], keys: readonly string[], counts: readonly number[]) {
    this.#streams = streams;
    this.#keys = keys;
    this.#counts = counts;
  }

  /** In bytes, about. */
  get size(): number {
    return 8 * this.#streams.length + 16 * this.#keys.length;
  }

  /** The last position up to one at which any of them changed; that one itself where they went on after it. */
  lastChange(position: number, register: Register): number {
    let last = -1;
    for (const stream of this.#streams) {
      const changed = register.lastOf(stream);
      if (changed > position) return position;
      last = Math.max(last, changed);
    }
    return last;
  }

  /** Whether nothing of them has changed after a position. */
  unchangedAfter(position: number, register: Register): boolean {
    return (
      this.#streams.every((stream) => register.lastOf(stream) <= position) &&
      this.#keys.every((key, i) => register.countAbout(key) === this.#counts[i])
    );
  }
}
