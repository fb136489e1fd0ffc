/** With what the program ends; those above 63 as sysexits.h has them. */
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

/** Ends the program with a sentence that says what to do. */
export class Ending extends Error {
  constructor(
    readonly code: number,
    sentence: string,
  ) {
    super(sentence);
  }
}

/** What broke off, and may go on a while later. */
export class BrokenOff extends Error {
  /** `after`: so many milliseconds are asked to be waited. */
  constructor(
    sentence: string,
    readonly after = 0,
  ) {
    super(sentence);
  }
}

/** What the system says was wrong, by its code. */
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
