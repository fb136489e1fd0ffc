/**
 * The milliseconds that long work may take in each round of the event loop. All long work of the process
 * shares this one turn, and stops after the first piece that exceeds it, however many ask at once. Who has
 * waited longest comes first, and who is not done when the turn is over waits behind the others. Short
 * requests, and the check that the process is alive, are answered between turns.
 */
const LONGEST_TURN = 2;
/** The length of a turn while others are being let in, in milliseconds. */
const SHORTEST_TURN = 0.25;
/**
 * The most rounds of the event loop between two turns while each round lets somebody in. The loop lets in one
 * connection each round, and hundreds may wait for that: without these rounds, the last of them would wait
 * for as many turns.
 */
const MOST_ROUNDS = 32;

let letIn = 0;
let isLettingIn = false;

/** To be called when somebody was let in: others may be waiting for that, each for one round of the loop. */
export function lettingIn(): void {
  letIn++;
}

/** The time at which a turn that begins now ends, in milliseconds of {@link performance.now}. */
export function endOfTurn(): number {
  return performance.now() + (isLettingIn ? SHORTEST_TURN : LONGEST_TURN);
}

/**
 * Calls `act` once the others had their turn and those who were waiting have been let in, but after {@link
 * MOST_ROUNDS} at the latest.
 */
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
/** Whether the turn has been used in the present round of the event loop. */
let isTaken = false;
/** When the turn is over. */
let over = 0;

/**
 * Long work calls this before it begins and between any two pieces. Returns undefined if the work may go on
 * at once, else a promise to wait for.
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

/** Whoever is woken goes on before the next is considered. */
function wake(): void {
  waiting.shift()?.();
  queueMicrotask(() => {
    if (waiting.length > 0 && performance.now() < over) wake();
  });
}
