/** The exit codes of the program, for scripts. */
export const AUDITOR_EXIT = {
  /** Everything that was checked is sound; an answer: yes. */
  sound: 0,
  /** Something is wrong with the log, its keys, a receipt or an answer; an answer: no. */
  found: 1,
  usage: 2,
  /** The register is not reached, or a file cannot be read or written. */
  unreadable: 3,
  /** It can be told neither as sound nor as wrong; an answer: neither yes nor no. */
  untold: 4,
  /** A fault of this program. */
  fault: 70,
  interrupted: 130,
} as const;

/** Ends the program with a sentence that says what to do. */
export class AuditEnd extends Error {
  override readonly name = 'AuditEnd';

  constructor(
    readonly code: number,
    sentence: string,
  ) {
    super(sentence);
  }
}

/** Ends the program because a file, or what is at an address, cannot be read or written. `why`: an error of the system. */
export function cannotBe(done: 'read' | 'written', what: string, why: unknown): AuditEnd {
  return new AuditEnd(AUDITOR_EXIT.unreadable, `${what} cannot be ${done}: ${reasonIn(why)}`);
}

/** Why something failed, in words: the error itself, or what caused it, by the code of the system. */
export function reasonIn(error: unknown): string {
  const { code, message, cause } = Object(error) as {
    readonly code?: unknown;
    readonly message?: unknown;
    readonly cause?: unknown;
  };
  if (typeof code === 'string' && code in IN_WORDS) return IN_WORDS[code] ?? code;
  if (cause !== undefined) return reasonIn(cause);
  return typeof code === 'string' ? code : typeof message === 'string' ? message : String(error);
}

const IN_WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  EACCES: 'the user that this runs as may not',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection broke',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name of the host cannot be looked up for now',
  ETIMEDOUT: 'there is no answer',
};
