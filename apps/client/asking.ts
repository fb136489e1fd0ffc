import { isCancel, select } from '@clack/prompts';
import { Ending, EXIT } from './exit-codes';

/** One of the answers that somebody can choose when something is doubtful. */
export interface Way<T> {
  readonly value: T;
  readonly label: string;
}

/** Whether somebody is at the terminal to answer questions. */
function isAnybodyThere(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/**
 * Asks the person at the terminal to decide something doubtful. If no one is there, ends the program before
 * anything is posted: `otherwise` says what is doubtful, and names the option that decides it. `stop`: the
 * label of the way that ends the program too.
 */
export async function decided<T>(
  question: string,
  ways: readonly Way<T>[],
  otherwise: string,
  stop = 'Stop, and post nothing',
): Promise<T> {
  if (!isAnybodyThere()) throw new Ending(EXIT.usage, otherwise);
  const options = [...ways.map(({ label }, i) => ({ value: i, label })), { value: -1, label: stop }];
  const chosen = await select({ message: question, options, output: process.stderr });
  // The prompt leaves the terminal in raw mode, in which Ctrl-C is an ordinary character.
  if (process.stdin.isTTY) process.stdin.setRawMode(false);
  const way = isCancel(chosen) ? undefined : ways[chosen];
  if (!way) throw new Ending(EXIT.usage, otherwise);
  return way.value;
}
