import { existsSync, readFileSync, statSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import type { StoreFault } from './event-log';

/**
 * Why two processes could write a file without seeing each other’s locks and write-ahead log, in words: these
 * lie beside the file and share its name, so it must have one name and one folder. Undefined if it has.
 */
export function secondName(file: string): string | undefined {
  const found = statSync(file);
  if (found.nlink > 1)
    return `it has ${found.nlink} names (hard links), by each of which another process could write it. Remove all but this one`;
  if (found.dev !== statSync(dirname(file)).dev || isMountPoint(file))
    return 'it is mounted by itself, without its folder, so that its write-ahead log lies elsewhere. Mount the folder that it is in';
  return undefined;
}

/** Whether something is mounted at exactly this path, as far as the system tells. */
function isMountPoint(path: string): boolean {
  if (!existsSync(MOUNTS)) return false;
  return readFileSync(MOUNTS, 'utf8')
    .split('\n')
    .some((line) => unescaped(line.split(' ')[4] ?? '') === path);
}

const MOUNTS = '/proc/self/mountinfo';

/** The system writes spaces and the like as `\040`. */
function unescaped(path: string): string {
  return path.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}

/**
 * How often all files are checked, in milliseconds; and for how long a check of the log’s file itself holds.
 */
const ALL_EVERY = 100;
const SEEN_FOR = 2;

/** The files of a log, in the places where they were opened. */
export class Whereabouts {
  readonly #file: string;
  /** When all of them are to be checked next, by the clock of the process. */
  #due = 0;
  /** Until when the last check of the log’s file holds. */
  #seenUntil = 0;
  readonly #known: readonly { readonly path: string; readonly found: Stats }[];

  /** To be constructed once the files are open: then their paths name what is open. */
  constructor(file: string) {
    this.#file = file;
    this.#known = ['', '-wal', '-shm', '-lock'].flatMap((ending) => {
      const found = statSync(file + ending, { throwIfNoEntry: false });
      return found === undefined ? [] : [{ path: file + ending, found }];
    });
  }

  /**
   * Which of them has been deleted, renamed or replaced since; undefined if all are in their place. Without
   * the log’s file an append would be lost, so it is checked before each append unless that was done just
   * now. The others are checked now and then: what an open write-ahead log holds goes into the file at the
   * latest when the log is closed.
   */
  get fault(): StoreFault | undefined {
    const now = performance.now();
    if (now < this.#seenUntil) return undefined;
    const due = this.#due;
    const isDue = now >= due;
    // Once one is missing, all of them are checked each time until none is.
    this.#due = 0;
    for (const { path, found } of isDue ? this.#known : this.#known.slice(0, 1)) {
      const seen = there(path);
      if (seen?.ino === found.ino && seen.dev === found.dev) continue;
      const what =
        seen === undefined ? 'is not in its place any more' : 'is another file than the one that is open';
      return {
        detail: `The log ${this.#file} cannot be written: ${path} ${what}. Put back the very file that was there, and the register goes on by itself. Where that is lost, copy what the register still holds (GET /v1/log), stop it, and restore`,
        why: 'its file is gone from its place',
      };
    }
    this.#due = isDue ? now + ALL_EVERY : due;
    this.#seenUntil = now + SEEN_FOR;
    return undefined;
  }
}

function there(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    // A folder above it is gone too, or cannot be entered.
    return undefined;
  }
}
