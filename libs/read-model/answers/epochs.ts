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

/** So many results are kept under one name. */
const MOST_EPOCHS = 16;

/** The bytes of an epoch besides its result and sources: an estimate on the high side. */
const AN_EPOCH = 128;

/**
 * The most recently used results by group and name, within a bound. Of one name several are kept, each for a range of
 * positions in which nothing changes that it was found from: at each of them it is what would be found anew. What holds at the
 * head is the last to give way to others of its name.
 */
export class Epochs<T> {
  readonly #register: EventIndex;
  readonly #recent: Recent<readonly Epoch<T>[]>;
  readonly #sizeOf: (found: T) => number;

  /** `room` and `sizeOf`: in bytes, approximately. */
  constructor(register: EventIndex, room: number, sizeOf: (found: T) => number) {
    this.#register = register;
    this.#recent = new Recent<readonly Epoch<T>[]>(room, sizeOfAll);
    this.#sizeOf = sizeOf;
  }

  /** What is found at a position, if it is kept. */
  at(group: string, name: string, position: number): T | undefined {
    return this.#recent.get(group, name)?.find((epoch) => this.#holds(epoch, position))?.found;
  }

  /** Keeps what was found in a view, which has remembered all that it was found from. */
  *keep(group: string, name: string, found: T, reads: TrackedView): Work<void> {
    const size = this.#sizeOf(found) + AN_EPOCH;
    if (!this.#recent.hasRoomFor(size)) return;
    const sources = yield* reads.sources(this.#register);
    const { since, until } = yield* sources.unchangedAround(reads.position, this.#register);
    const epoch: Epoch<T> = sources.unchangedAfter(until, this.#register)
      ? { found, since, until, sources, size: size + sources.size }
      : { found, since, until, sources: undefined, size };
    const others = (this.#recent.get(group, name) ?? []).filter(
      (other) => other.since < since || other.until > until,
    );
    const epochs = [epoch, ...others].sort((a, b) => Number(!a.sources) - Number(!b.sources));
    while (epochs.length > MOST_EPOCHS || (epochs.length > 1 && !this.#recent.hasRoomFor(sizeOfAll(epochs))))
      epochs.pop();
    this.#recent.keep(group, name, epochs);
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
