import { refuse, type Refusal } from '@app/domain/values/problem';
import type { PendingPost, PendingAppend, PostResult } from './pending-append';
import { TOO_LARGE } from './turn';

/**
 * The most events that are tried, in one dry run and in all at once: they are held in memory until they are
 * answered.
 */
export const MOST_TRIED = 250_000;

/** Events that somebody tries: each is judged on top of those before it, and none is written. */
export class DryRun {
  readonly draft: PendingAppend;
  /**
   * Indexed by position, counted from the end of the log: the place of the event among those that were sent,
   * from 0.
   */
  readonly #places: number[] = [];
  #tried = 0;

  constructor(draft: PendingAppend) {
    this.draft = draft;
  }

  take(candidates: readonly PendingPost[], atomic: boolean): readonly PostResult[] | Refusal {
    if (this.#tried + candidates.length > MOST_TRIED) {
      return refuse(
        'too-large',
        `At most ${MOST_TRIED} events are tried at once: try them in parts, and post each part before the next is tried`,
      );
    }
    const results = atomic
      ? this.draft.takeAll(candidates)
      : candidates.map((candidate) => this.draft.take(candidate));
    if (!isWhole(results)) return TOO_LARGE;
    const isTaken = !atomic || !results.some(({ outcome }) => outcome === 'refused');
    for (const [i, { outcome }] of results.entries())
      if (isTaken && outcome === 'accepted') this.#places.push(this.#tried + i);
    this.#tried += candidates.length;
    return results;
  }

  /** The place, among the events that were sent, of the one that would have this position. */
  placeOf(position: number): number {
    const place = this.#places[position - this.draft.base.position - 1];
    if (place === undefined) throw new RangeError(`nothing was tried at ${position}`);
    return place;
  }
}

function isWhole(results: readonly (PostResult | 'full')[] | 'full'): results is readonly PostResult[] {
  return results !== 'full' && !results.includes('full');
}
