import type { Work } from '@app/domain/values/work';
import { Recent } from './recent';
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
const MOST_EPOCHS = 16;

/** The part of the room for results that hold no longer: many may ask about any earlier position, and more about the head. */
const ROOM_FOR_PAST = 1 / 4;

/** The bytes of an epoch besides its result and sources: an estimate on the high side. */
const AN_EPOCH = 128;

/**
 * The most recently used results by group and name, within a bound. Of one name several are kept, each for a range of
 * positions in which nothing changes that it was found from: at each of them it is what would be found anew. What holds at the
 * head has room of its own, so that questions about earlier positions take none of it.
 */
export class Epochs<T> {
  readonly #register: EventIndex;
  readonly #present: Recent<Epoch<T>>;
  readonly #past: Recent<readonly Epoch<T>[]>;
  readonly #sizeOf: (found: T) => number;

  /** `room` and `sizeOf`: in bytes, approximately. */
  constructor(register: EventIndex, room: number, sizeOf: (found: T) => number) {
    this.#register = register;
    this.#present = new Recent<Epoch<T>>(room * (1 - ROOM_FOR_PAST), ({ size }) => size);
    this.#past = new Recent<readonly Epoch<T>[]>(room * ROOM_FOR_PAST, sizeOfAll);
    this.#sizeOf = sizeOf;
  }

  /** What is found at a position, if it is kept. */
  at(group: string, name: string, position: number): T | undefined {
    const present = this.#present.get(group, name);
    if (present && this.#holds(present, position)) return present.found;
    return this.#past.get(group, name)?.find(({ since, until }) => since <= position && position <= until)
      ?.found;
  }

  /** Keeps what was found in a view, which has remembered all that it was found from. */
  *keep(group: string, name: string, found: T, reads: TrackedView): Work<void> {
    const size = this.#sizeOf(found) + AN_EPOCH;
    if (!this.#present.hasRoomFor(size)) return;
    const sources = yield* reads.sources(this.#register);
    const { since, until } = yield* sources.unchangedAround(reads.position, this.#register);
    if (!sources.unchangedAfter(until, this.#register)) {
      this.#keepPast(group, name, { found, since, until, sources: undefined, size });
      return;
    }
    const before = this.#present.get(group, name);
    if (before && before.since < since) this.#keepPast(group, name, { ...before, sources: undefined });
    this.#present.keep(group, name, { found, since, until, sources, size: size + sources.size });
  }

  #keepPast(group: string, name: string, epoch: Epoch<T>): void {
    const others = (this.#past.get(group, name) ?? []).filter(
      ({ since, until }) => since < epoch.since || until > epoch.until,
    );
    const epochs = [epoch, ...others].slice(0, MOST_EPOCHS);
    while (epochs.length > 1 && !this.#past.hasRoomFor(sizeOfAll(epochs))) epochs.pop();
    this.#past.keep(group, name, epochs);
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

function sizeOfAll(epochs: readonly Epoch<unknown>[]): number {
  return epochs.reduce((sum, { size }) => sum + size, 0);
}
