import { setTimeout as sleep } from 'node:timers/promises';
import { BrokenOff, Ending, EXIT } from './exit-codes';

/** How long, and how, to try again. */
export interface Patience {
  /** Milliseconds without any progress after which it gives up. */
  readonly longest: number;
  readonly signal: AbortSignal;
  readonly say: (sentence: string) => void;
}

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;

/** Tries until it succeeds, with growing pauses after failures. `done`: a count that grows with progress. */
export async function patiently<T>(
  attempt: () => Promise<T>,
  { longest, signal, say }: Patience,
  done: () => number = () => 0,
): Promise<T> {
  let [further, at, pause] = [done(), performance.now(), FIRST_PAUSE];
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof BrokenOff)) throw error;
      if (done() > further) [further, at, pause] = [done(), performance.now(), FIRST_PAUSE];
      const wait = Math.max(pause, error.after);
      if (performance.now() + wait - at > longest)
        throw new Ending(EXIT.later, `Given up for now: ${error.message}`);
      say(`${error.message}. Trying again in ${(wait / 1_000).toFixed(1)} s`);
      await sleep(wait, undefined, { signal });
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
  }
}
