import { readdirSync, readFileSync } from 'node:fs';

/** The ticks of a second in which Linux tells processor time to programs, whatever the kernel counts in. */
const TICKS = 100;

/** The state of a process that /proc tells after its name, by the numbers of proc(5). */
function stateOf(pid: number | string): ((number: number) => number) | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return (number) => Number(fields[number - 3]);
  } catch {
    return undefined;
  }
}

/** The processor time that some processes have used, in seconds; NaN where the system has no /proc. */
export function processorOf(pids: readonly (number | undefined)[]): number {
  return pids.reduce<number>((sum, pid) => {
    const state = pid === undefined ? undefined : stateOf(pid);
    return sum + (state ? (state(14) + state(15)) / TICKS : NaN);
  }, 0);
}

/** A process and its children that run. */
export function familyOf(parent: number | undefined): number[] {
  if (parent === undefined) return [];
  try {
    const others = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name));
    return [parent, ...others.filter((pid) => stateOf(pid)?.(4) === parent).map(Number)];
  } catch {
    return [parent];
  }
}
