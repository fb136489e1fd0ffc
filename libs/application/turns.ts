/**
 * Each time round the event loop all work of this process that may take longer has one turn together, of so many
 * milliseconds and one piece at the most, however many ask at once: whoever waits longest comes first, and whoever is not
 * done when the turn is over waits behind the others. Everybody else, and whether the process is alive, is answered between.
 */
const LONGEST_TURN = 2;
/** So long is a turn while others are being let in: each time round one is, and many may wait for that. */
const SHORTEST_TURN = 0.25;
/** So long turns stay short, in milliseconds, after somebody was let in. */
const LETTING_IN = 10;

let lettingInUntil = -Infinity;

/** To be told where somebody was let in: others may wait for the same, and each for one time round. */
export function lettingIn(): void {
  lettingInUntil = performance.now() + LETTING_IN;
}

/** When a turn that begins now is over. */
export function endOfTurn(): number {
  const now = performance.now();
  return now + (now < lettingInUntil ? SHORTEST_TURN : LONGEST_TURN);
}

/** Those who wait for the turn, in the order in which they came. */
const waiting: (() => void)[] = [];
/** Whether the event loop has not come round since the turn began. */
let isTaken = false;
/** When the turn is over. */
let over = 0;

/**
 * To be asked by work that may take longer before it begins, and by long work between any two pieces of it: nothing where
 * it may go on at once; else what to wait for until it may.
 */
export function rest(): Promise<void> | undefined {
  if (!isTaken) {
    begin();
    return undefined;
  }
  return performance.now() < over ? undefined : new Promise((resolve) => waiting.push(resolve));
}

function begin(): void {
  isTaken = true;
  over = endOfTurn();
  setImmediate(comeRound);
}

function comeRound(): void {
  isTaken = false;
  if (waiting.length === 0) return;
  begin();
  wake();
}

/** Whoever is woken goes on before it is looked at whether time is left for the next. */
function wake(): void {
  waiting.shift()?.();
  queueMicrotask(() => {
    if (waiting.length > 0 && performance.now() < over) wake();
  });
}
