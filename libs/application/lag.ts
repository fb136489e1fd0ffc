/** So long, in milliseconds, a process may be behind what stood in the log, and is still ready. */
const LONGEST_LAG = 2_000;

/** How long a process has not read what stood in the log. Others may go on writing: who keeps up with them is not behind. */
export class Lag {
  #owed = { head: -1, since: 0 };

  /** Whether what stood in the log longer ago than {@link LONGEST_LAG} is still to be read. */
  isLong(position: number, head: number): boolean {
    const now = performance.now();
    if (position >= this.#owed.head) this.#owed = { head, since: now };
    return position < this.#owed.head && now - this.#owed.since > LONGEST_LAG;
  }
}
