/** The middle one of some figures, or the mean of the two in the middle. */
export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** How many a second, of so many in the milliseconds that a piece of work takes. */
export async function rate(count: number, work: () => unknown): Promise<number> {
  const begin = performance.now();
  await work();
  return (count / (performance.now() - begin)) * 1000;
}

/** One line of the report: a figure, what it is to be, and whether it is. */
export function report(what: string, figure: string, target: string, met: boolean): void {
  process.stdout.write(`${met ? '  ' : '✗ '}${what.padEnd(58)} ${figure.padStart(16)}   ${target}\n`);
}

export function whole(figure: number): string {
  return Math.round(figure).toLocaleString('en-GB');
}
