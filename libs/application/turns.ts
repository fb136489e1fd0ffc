import { setImmediate as turn } from 'node:timers/promises';

/** Others wait so many milliseconds at the most for one piece of a long work. */
const LONGEST_TURN = 8;

/**
 * Goes through a long work to its end, letting others have their turn where it comes to a rest; what it comes to. Throws
 * the reason of `signal` where nobody waits for it any more.
 */
export async function inTurns<T>(work: Generator<undefined, T>, signal?: AbortSignal): Promise<T> {
  let began = performance.now();
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    if (performance.now() - began < LONGEST_TURN) continue;
    await turn();
    signal?.throwIfAborted();
    began = performance.now();
  }
}
