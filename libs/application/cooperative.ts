/**
 * Each time round the event loop all work of this process that may take longer has one turn together, of so many
 * milliseconds and one piece at the most, however many ask at once: whoever waits longest comes first, and whoever is not
 * done when the turn is over waits behind the others. Everybody else, and whether the process is alive, is answered between.
 */
const LONGEST_TURN = 2;
/** So long is a turn while others are being let in. */
const SHORTEST_TURN = 0.25;
/**
 * So often the event loop comes round between two turns while each time somebody is let in. It lets in one each time round, and
 * hundreds may wait for that: whoever is let in last would wait for as many turns.
 */
const MOST_ROUNDS = 32;

let letIn = 0;
let isLettingIn = false;

/** To be told where somebody was let in: others may wait for the same, and each for one time round. */
export function lettingIn(): void {
  letIn++;
}

/** When a turn that begins now is over, in milliseconds of {@link performance.now}. */
export function endOfTurn(): number {
  return performance.now() + (isLettingIn ? SHORTEST_TURN : LONGEST_TURN);
}

/** Acts once all others had their turn, and those were let in who wait for it; those not without end. */
export function afterOthers(act: () => void): void {
  let [rounds, before] = [0, letIn];
  const comeRound = () => {
    isLettingIn = letIn > before;
    if (!isLettingIn || ++rounds === MOST_ROUNDS) {
      act();
      return;
    }
    before = letIn;
    setImmediate(comeRound);
  };
  setImmediate(comeRound);
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
  afterOthers(comeRound);
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
