/**
 * Others wait so many milliseconds at the most, each time round the event loop, for all long works of this process
 * together, however many there are: only one of them has its turn, and the one that waits longest has the next.
 */
const LONGEST_TURN = 4;

/** Those who wait for their turn, in the order in which they came. */
const waiting: (() => void)[] = [];
/** Whether somebody has had a turn since the event loop last came round. */
let taken = false;
/** When the present turn is over. */
let over = 0;

/**
 * To be asked by every long work before it begins, and between any two pieces of it: nothing where it may go on at once,
 * for some milliseconds are left; else what to wait for, until everybody else has been served and it is its turn.
 */
export function rest(): Promise<void> | undefined {
  if (!taken) {
    begin();
    return undefined;
  }
  return performance.now() < over ? undefined : new Promise((resolve) => waiting.push(resolve));
}

function begin(): void {
  taken = true;
  over = performance.now() + LONGEST_TURN;
  setImmediate(pass);
}

function pass(): void {
  const next = waiting.shift();
  if (next === undefined) {
    taken = false;
    return;
  }
  begin();
  next();
}
