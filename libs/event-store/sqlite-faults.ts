import { dirname } from 'node:path';
import { LogDamaged, LogUnavailable, type Append } from './event-log';
import { StrayJournal } from './sqlite-file';
import { headFileOf } from './sqlite-head';
import { sqliteCodeOf, faultOf } from './sqlite-writer';

/** Another handle, of this process or another one, writes to the file. */
export class LogInUse extends Error {
  override readonly name = 'LogInUse';
}

/** The log is whole, and is not the one of which the head was kept beside it, or not all of it. The message says what to do. */
export class LogShorter extends LogDamaged {
  override readonly name = 'LogShorter';
}

/** Why a file cannot be had, and what to do. */
export function cannot(file: string, done: string, error: unknown): string {
  const { detail } = faultOf(`The log ${file} cannot be ${done}`, error);
  return `${detail}. Let the user that the register runs as read and write in ${dirname(file)}, or name another file in REGISTER_STORE.`;
}

/** The file is a whole one of another kind, or so it seems. */
export function foreign(file: string, what: string, cause?: unknown): LogDamaged {
  return new LogDamaged(
    `The log ${file} is not whole, and has been left as it is: ${what}. Where it is another file, name the register’s own in REGISTER_STORE; where it was the register’s, restore it from a backup.`,
    { cause },
  );
}

export function damaged(file: string, what: string, cause?: unknown): LogDamaged {
  return new LogDamaged(
    `The log ${file} is not whole, and has been left as it is: ${what}. Restore it from a backup, without -wal and -shm files beside it.`,
    { cause },
  );
}

export function unlikeHead(file: string, what: string): LogShorter {
  return new LogShorter(
    `The log ${file} may lack what was acknowledged, and has been left as it is: ${what}. A -wal file that was lost, an older copy, or rows deleted do that. Put back what is missing, or restore a backup (npm run restore). To take the log as it is, and give up what it lacks: npm run restore -- --as-it-is`,
  );
}

/** What keeps the head says nothing of the log then. */
export function headDamaged(file: string): LogShorter {
  const head = headFileOf(file);
  return new LogShorter(
    `No one knows how far the log ${file} went on, and it has been left as it is: ${head} is damaged, or no file. That says nothing of the log itself. Move ${head} away, and take the log as it is: all of it is checked, and the file made anew (npm run restore -- --as-it-is)`,
  );
}

/** Tells a damaged file from one that cannot be had at the moment. */
export function reading<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof StrayJournal) throw new LogDamaged(error.message);
    if (error instanceof LogDamaged || error instanceof LogInUse || error instanceof LogUnavailable)
      throw error;
    const code = sqliteCodeOf(error) ?? '';
    if (code === 'SQLITE_NOTADB')
      throw foreign(file, `it is not the log of a register (${(error as Error).message})`, error);
    if (DAMAGE.test(code)) throw damaged(file, (error as Error).message, error);
    throw new LogUnavailable(cannot(file, 'read', error), { cause: error });
  }
}

/** The statements are always the same, so a plain SQLITE_ERROR means that the file is not what they are for. */
const DAMAGE = /^SQLITE_(CORRUPT(_.*)?|FORMAT|ERROR|TOOBIG)$/;

/** Nothing was appended: the log cannot be written at the moment. */
export function unavailable(detail: string): Append {
  return { outcome: 'unavailable', detail };
}
