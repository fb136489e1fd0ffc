/**
 * Checks all rows of a log, in a thread of its own that ends with that: what it needs for it is much, and is needed once. Its
 * types are erasable, and it imports packages, or our own files by their full names, so that Node runs it both from source and
 * compiled.
 */
import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { agrees, connected, eventsIn, hashesIn, isWithoutGap, ROWS_A_CALL } from './sqlite-table.ts';

export interface CheckerSettings {
  readonly file: string;
  /** Whether the rows have no hashes yet: then they are only counted. */
  readonly lacksHashes: boolean;
  /** The module that says what is wrong with the form of an event; undefined if the form is not to be checked. */
  readonly checks: string | undefined;
}

/** What a module exports that checks the form of events. */
export interface FormChecks {
  /** What is wrong with what stands at a position, in words; undefined if nothing is. */
  flawOf(this: void, event: string, position: number): string | undefined;
}

/** What it has found. It goes no further after a flaw, after a row that is not as it was written, and after the last row. */
export type Found =
  /** Whether no event is missing in the log. */
  | { readonly isWhole: boolean }
  /** Every row up to this position agrees with its hash, and has been checked for its form, if that is to be. */
  | { readonly held: number }
  /** What is wrong with the form of the first row after those. */
  | { readonly flaw: string };

if (!isMainThread && parentPort !== null) void check(workerData as CheckerSettings, parentPort);

/**
 * Counts the rows, and checks them against their hashes from the first on. Stops if it cannot go on, and at any message: whoever
 * reads the rows finds out why.
 */
async function check(
  { file, lacksHashes, checks }: CheckerSettings,
  port: NonNullable<typeof parentPort>,
): Promise<void> {
  const tell = (found: Found): void => {
    port.postMessage(found);
  };
  const told = new AbortController();
  port.once('message', () => {
    told.abort();
  });
  const reader = connected(file);
  try {
    tell({ isWhole: isWithoutGap(reader) });
    if (lacksHashes) return;
    const form = checks === undefined ? undefined : (createRequire(checks)(checks) as FormChecks);
    const [events, hashes] = [eventsIn(reader), hashesIn(reader)];
    for (let next = 0; !told.signal.aborted;) {
      const last = next + ROWS_A_CALL - 1;
      const [found, kept] = [events(next, last), hashes(next, last)];
      if (found.length === 0 || !found.every((event, i) => agrees(event, kept[i]))) return;
      for (const [i, event] of form === undefined ? [] : found.entries()) {
        const flaw = form?.flawOf(String(event), next + i);
        if (flaw === undefined) continue;
        tell({ flaw });
        return;
      }
      next += found.length;
      tell({ held: next - 1 });
      await setImmediate();
    }
  } finally {
    reader.close();
    port.close();
  }
}
