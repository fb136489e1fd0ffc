/// <reference types="jest" />
import { setImmediate as round } from 'node:timers/promises';
import { afterOthers, endOfTurn, lettingIn } from './cooperative';

/**
 * Lets somebody in during each of some rounds of the event loop, and returns the round in which something was
 * done.
 */
async function doneIn(rounds: number, act: (done: () => void) => void): Promise<number | undefined> {
  let doneAt: number | undefined;
  let now = 0;
  act(() => (doneAt ??= now));
  for (now = 1; now <= rounds && doneAt === undefined; now++) {
    lettingIn();
    await round();
  }
  return doneAt;
}

test('work waits for its turn once round the event loop where no one is let in', async () => {
  let isDone = false;
  afterOthers(() => (isDone = true));
  await round();
  expect(isDone).toBe(true);
});

test('whoever is let in goes first: then work waits for several rounds, and is shorter; never without end', async () => {
  const rounds = await doneIn(1_000, afterOthers);
  expect(rounds).toBeGreaterThan(16);
  expect(rounds).toBeLessThan(64);
  expect(endOfTurn() - performance.now()).toBeLessThan(1);
});
