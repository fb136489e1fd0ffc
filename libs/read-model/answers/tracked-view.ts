import type { LogView } from '@app/domain/log/log-view';
import type { Work } from '@app/domain/values/work';
import type { EventIndex } from '../index/event-index';

/** A log view that remembers the names of everything that it was asked. */
export class TrackedView implements LogView {
  readonly #known: LogView;
  readonly #streams = new Set<string>();
  /** With the number of streams about each. */
  readonly #keys = new Map<string, number>();
  readonly #counts: Pick<EventIndex, 'countAbout'> | undefined;

  /** `counts`: the register whose log is viewed; undefined to remember streams only, if no one asks for `sources`. */
  constructor(known: LogView, counts: Pick<EventIndex, 'countAbout'> | undefined) {
    this.#known = known;
    this.#counts = counts;
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
    this.#remember(key);
    return this.#known.streamsAbout(key);
  }

  identityStreams(key: string) {
    this.#remember(key);
    return this.#known.identityStreams(key);
  }

  plainRegistration(stream: string) {
    this.#streams.add(stream);
    return this.#known.plainRegistration(stream);
  }

  /** What begins while this is used did not exist when it was first asked for. */
  #remember(key: string): void {
    if (this.#counts && !this.#keys.has(key)) this.#keys.set(key, this.#counts.countAbout(key));
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

  /** Names of the streams that were asked for so far. */
  get streams(): Iterable<string> {
    return this.#streams;
  }

  /** The keys of which it was asked so far which streams are about them. */
  get keys(): Iterable<string> {
    return this.#keys.keys();
  }

  /** The dependencies of everything that was asked so far, in terms of a register. */
  *sources(register: EventIndex): Work<Dependencies> {
    const numbers: number[] = [];
    const unbegun: string[] = [];
    for (const name of this.#streams) {
      const number = register.chains.number(name);
      if (number === undefined) unbegun.push(name);
      else numbers.push(number);
      if ((numbers.length + unbegun.length) % STREAMS_A_PIECE === 0) yield 1;
    }
    if (!this.#counts) throw new Error('a result depends on keys as well, which were not remembered');
    return new Dependencies(numbers, unbegun, this.#keys);
  }
}

/** The number of streams, or of their events, that are looked at between two rests. */
const STREAMS_A_PIECE = 1_024;

/** The bytes of a string besides its characters, including its slot: an estimate on the high side. */
const A_STRING = 64;

/** The bytes of this object and of its two lists of numbers, besides the numbers. */
const A_DEPENDENCIES = 512;

/** The positions from one to another, both included. */
interface Range {
  readonly since: number;
  readonly until: number;
}

/**
 * The streams that a result was found from, and keys with the number of streams about each. A provider with
 * many advisers has many, so streams are kept by number: each name would be a text of its own.
 */
export class Dependencies {
  readonly #streams: Uint32Array;
  /** Names of streams that had not begun. */
  readonly #unbegun: readonly string[];
  readonly #keys: readonly string[];
  readonly #counts: Uint32Array;

  constructor(numbers: readonly number[], unbegun: readonly string[], keys: ReadonlyMap<string, number>) {
    this.#streams = Uint32Array.from(numbers);
    this.#unbegun = unbegun;
    this.#keys = [...keys.keys()];
    this.#counts = Uint32Array.from(keys.values());
  }

  /** Approximately all the bytes that it keeps alive. */
  get size(): number {
    let size = A_DEPENDENCIES + 4 * (this.#streams.length + this.#counts.length);
    for (const name of this.#unbegun) size += A_STRING + name.length;
    for (const key of this.#keys) size += A_STRING + key.length;
    return size;
  }

  /**
   * The range of positions around a given one in which none of them changes, as far as is known: it ends at the head if
   * none of them has changed since, and with the position itself if one has begun since it was asked for.
   */
  *unchangedAround(position: number, register: EventIndex): Work<Range> {
    let since = -1;
    let until = this.#noneBegan(register) ? register.head : position;
    let passed = 0;
    for (const stream of this.#streams) {
      let at = register.chains.last(stream);
      for (; at > position; at = register.chains.before(at)) {
        until = Math.min(until, at - 1);
        if (++passed % STREAMS_A_PIECE === 0) yield 1;
      }
      since = Math.max(since, at);
      if (++passed % STREAMS_A_PIECE === 0) yield 1;
    }
    return { since, until };
  }

  /** Whether none of them has changed after a position. */
  unchangedAfter(position: number, register: EventIndex): boolean {
    return (
      this.#streams.every((stream) => register.chains.last(stream) <= position) && this.#noneBegan(register)
    );
  }

  /** Whether there are no more of these streams, and about these keys, than were asked for. */
  #noneBegan(register: EventIndex): boolean {
    return (
      this.#unbegun.every((name) => register.chains.number(name) === undefined) &&
      this.#keys.every((key, i) => register.countAbout(key) === this.#counts[i])
    );
  }
}
