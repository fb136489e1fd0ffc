/** The exit codes of the program; those above 63 as in sysexits.h. */
export const EXIT = {
  done: 0,
  refused: 1,
  usage: 2,
  indeterminate: 3,
  noInput: 66,
  unreachable: 69,
  unwritable: 74,
  later: 75,
  key: 77,
  interrupted: 130,
} as const;

/** The outcomes that say neither yes nor no. */
const UNDECIDED: readonly string[] = ['indeterminate', 'silent'];

/** The exit code for some outcomes: that of the worst, and a no is worse than what cannot be said. */
export function exitOf(outcomes: readonly string[]): number {
  const others = outcomes.filter((outcome) => outcome !== 'eligible');
  if (others.length === 0) return EXIT.done;
  return others.every((outcome) => UNDECIDED.includes(outcome)) ? EXIT.indeterminate : EXIT.refused;
}

/** Ends the program with a sentence that says what to do. */
export class Ending extends Error {
  constructor(
    readonly code: number,
    sentence: string,
  ) {
    super(sentence);
  }
}

/** The connection broke off, or the register asked to wait: another attempt may succeed. */
export class BrokenOff extends Error {
  /** `after`: the milliseconds that the register asked to wait. */
  constructor(
    sentence: string,
    readonly after = 0,
  ) {
    super(sentence);
  }
}

/** The system’s code for an error, in words. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Ends the program because a file cannot be read. */
export function unreadable(file: string, error: unknown): Ending {
  const why =
    codeOf(error) === 'ENOENT'
      ? 'there is no such file'
      : codeOf(error) === 'EISDIR'
        ? 'it is a folder'
        : codeOf(error);
  return new Ending(EXIT.noInput, `${file} cannot be read: ${why}`);
}
