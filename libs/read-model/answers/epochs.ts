import type { Work } from '@app/domain/values/work';
import { LRUCache } from 'lru-cache';
import type { Dependencies, TrackedView } from './tracked-view';
import type { EventIndex } from '../index/event-index';

/** A result, and the positions at which the same is found, the first and the last included. */
interface Epoch<T> {
  readonly found: T;
  readonly since: number;
  until: number;
  /** What it was found from; undefined if that has changed after `until`, so that it holds no longer. */
  sources: Dependencies | undefined;
  /** All the bytes that it keeps alive, at the most. */
  readonly size: number;
}

/** So many earlier results are kept under one name. */
const MOST_EPOCHS = 64;

/** The part of the room that results have at the least which hold no longer; they may take all that the others leave. */
const ROOM_FOR_PAST = 1 / 4;

/** The bytes of an epoch besides its result and sources, its name included: an estimate on the high side. */
const AN_EPOCH = 384;

/**
 * A result that would take more than a tenth of the room, such as that about a provider with a hundred thousand advisers, is
 * not kept: it would push out all that many others ask for.
 */
const LARGEST = 1 / 10;

/**
 * The most recently used results by group and name, within a bound. Of one name several are kept, each for a range of
 * positions in which nothing changes that it was found from: at each of them it is what would be found anew. What holds at the
 * head comes first: questions about earlier positions take only what it leaves of the room, or a part that is theirs.
 */
export class Epochs<T> {
  readonly #register: EventIndex;
  readonly #room: number;
  readonly #present: LRUCache<string, Epoch<T>>;
  readonly #past: LRUCache<string, readonly Epoch<T>[]>;
  readonly #sizeOf: (found: T) => number;

  /** `room` and `sizeOf`: in bytes, approximately. */
  constructor(register: EventIndex, room: number, sizeOf: (found: T) => number) {
    this.#register = register;
    this.#room = room;
    this.#present = new LRUCache<string, Epoch<T>>({
      ...boundsOf(room * (1 - ROOM_FOR_PAST)),
      sizeCalculation: ({ size }) => size,
    });
    this.#past = new LRUCache<string, readonly Epoch<T>[]>({
      ...boundsOf(room),
      sizeCalculation: sizeOfAll,
    });
    this.#sizeOf = sizeOf;
  }

  /** What is found at a position, if it is kept. */
  at(group: string, name: string, position: number): T | undefined {
    const key = keyOf(group, name);
    const present = this.#present.get(key);
    if (present && this.#holds(present, position)) return present.found;
    return this.#past.get(key)?.find(({ since, until }) => since <= position && position <= until)?.found;
  }

  /** Keeps what was found in a view, which has remembered all that it was found from. */
  *keep(group: string, name: string, found: T, reads: TrackedView): Work<void> {
    const size = this.#sizeOf(found) + AN_EPOCH;
    if (size > this.#present.maxEntrySize) return;
    const key = keyOf(group, name);
    const sources = yield* reads.sources(this.#register);
    const { since, until } = yield* sources.unchangedAround(reads.position, this.#register);
    if (!sources.unchangedAfter(until, this.#register)) {
      this.#keepPast(key, { found, since, until, sources: undefined, size });
      return;
    }
    const before = this.#present.get(key);
    if (before && before.since < since) this.#keepPast(key, { ...before, sources: undefined });
    this.#present.set(key, { found, since, until, sources, size: Math.ceil(size + sources.size) });
    this.#makeRoom();
  }

  #keepPast(key: string, epoch: Epoch<T>): void {
    const others = (this.#past.get(key) ?? []).filter(
      ({ since, until }) => since < epoch.since || until > epoch.until,
    );
    const epochs = [epoch, ...others].slice(0, MOST_EPOCHS);
    while (sizeOfAll(epochs) > this.#past.maxEntrySize) epochs.pop();
    if (epochs.length > 0) this.#past.set(key, epochs);
    this.#makeRoom();
  }

  #makeRoom(): void {
    while (this.#past.size > 0 && this.#present.calculatedSize + this.#past.calculatedSize > this.#room)
      this.#past.pop();
  }

  /** Whether a result is still what would be found at a position; remembers how far it holds. */
  #holds(epoch: Epoch<T>, position: number): boolean {
    if (position < epoch.since) return false;
    if (position <= epoch.until) return true;
    if (!epoch.sources?.unchangedAfter(epoch.until, this.#register)) {
      epoch.sources = undefined;
      return false;
    }
    epoch.until = Math.max(position, this.#register.head);
    return true;
  }
}

/** Those of a cache with so many bytes of room. */
export function boundsOf(room: number) {
  return { maxSize: Math.max(1, Math.floor(room)), maxEntrySize: Math.max(1, Math.floor(room * LARGEST)) };
}

function keyOf(group: string, name: string): string {
  return `${group} ${name}`;
}

function sizeOfAll(epochs: readonly Epoch<unknown>[]): number {
  return epochs.reduce((sum, { size }) => sum + size, 0);
}
