/**
 * What writes, in a thread of its own or in the one that serves. It imports packages only, and its types are erasable,
 * so that Node runs it as a thread as it stands as well as compiled.
 */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import type { Append, StoreFault } from './event-log';

export interface WriterSettings {
  readonly file: string;
  readonly mostPages: number | undefined;
}
export interface WriterRequest {
  readonly events: readonly string[];
  readonly head: number;
}
/** `null` once it is ready to write. */
export type WriterAnswer = Append | null;

/** One connection that writes. After an outcome that is unknown, only another one is sure of what it holds. */
export interface Appender {
  append(request: WriterRequest): Append;
  /** Writes and flushes what changes nothing. */
  tryToWrite(): Append;
  close(): void;
}

/** Opens a connection that writes; throws where the file cannot be had. */
export function openAppender({ file, mostPages }: WriterSettings): Appender {
  const database = new Database(file, { fileMustExist: true, timeout: 2_000 });
  database.pragma('synchronous = FULL');
  if (mostPages !== undefined) database.pragma(`max_page_count = ${mostPages}`);
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  const rollback = database.prepare('ROLLBACK');
  const last = database.prepare<[], number | null>('SELECT max(position) FROM log').pluck();
  const insert = database.prepare<[number, string]>('INSERT INTO log (position, event) VALUES (?, ?)');
  const fault = (error: unknown) => faultOf(`The log ${file} cannot be written`, error);

  return {
    tryToWrite() {
      try {
        begin.run();
        // Its first page is written, with what stands there already.
        database.pragma(`user_version = ${String(database.pragma('user_version', { simple: true }))}`);
        commit.run();
        return { outcome: 'appended' };
      } catch (error) {
        if (database.inTransaction) rollback.run();
        return { outcome: 'unavailable', ...fault(error) };
      }
    },
    append({ events, head }) {
      try {
        begin.run();
        if ((last.get() ?? -1) !== head) {
          rollback.run();
          return { outcome: 'moved' };
        }
        let position = head;
        for (const event of events) insert.run(++position, event);
      } catch (error) {
        // SQLite has rolled back by itself after some errors; what is never committed is undone in any case.
        if (database.inTransaction) rollback.run();
        return { outcome: 'unavailable', ...fault(error) };
      }
      try {
        commit.run();
        return { outcome: 'appended' };
      } catch (error) {
        return { outcome: 'unknown', ...fault(error) };
      }
    },
    close() {
      database.close();
    },
  };
}

/** SQLite’s code of an error, such as `SQLITE_FULL`. By its form: the binding’s class may have been loaded twice. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' && error.code.startsWith('SQLITE_') ? error.code : undefined;
}

/** By the beginning of a code, SQLite’s or the system’s, what is wrong in words that anybody may hear. */
const CAUSES: readonly (readonly [code: RegExp, words: string])[] = [
  [/^(?:SQLITE_FULL|ENOSPC|EDQUOT|EFBIG)/, 'the disk is full'],
  [/^SQLITE_IOERR|^EIO$/, 'the disk cannot be read or written, or is full'],
  [/^SQLITE_READONLY|^EROFS$/, 'the file or its disk can only be read'],
  [/^(?:SQLITE_PERM|SQLITE_AUTH|EACCES|EPERM)/, 'the user that the register runs as may not write there'],
  [/^SQLITE_CANTOPEN/, 'a file there can neither be opened nor made'],
  [/^(?:SQLITE_BUSY|SQLITE_LOCKED)/, 'another program holds the file'],
  [/^(?:SQLITE_NOMEM|ENOMEM)/, 'there is no memory left'],
  [/^(?:EMFILE|ENFILE)/, 'too many files are open'],
  [/^ENOTDIR$/, 'a part of its path is no folder'],
];

/** What is wrong with a store, by an error of SQLite or of the system. `what`: what it keeps from being done. */
export function faultOf(what: string, error: unknown): StoreFault {
  const code = (error as { readonly code?: unknown } | null)?.code;
  const name = typeof code === 'string' ? code : '';
  const why = CAUSES.find(([codes]) => codes.test(name))?.[1];
  const said = error instanceof Error ? error.message : String(error);
  const exactly = said.startsWith(name) ? said : `${name}: ${said}`;
  return { detail: `${what}: ${why === undefined ? exactly : `${why} (${exactly})`}`, why };
}

if (!isMainThread && parentPort !== null) serve(openAppender(workerData as WriterSettings), parentPort);

function serve(appender: Appender, port: NonNullable<typeof parentPort>): void {
  const leave = (): void => {
    appender.close();
    port.close();
  };
  port.on('message', (request: WriterRequest | null) => {
    if (request === null) {
      leave();
      return;
    }
    const answer = appender.append(request);
    port.postMessage(answer);
    if (answer.outcome === 'unknown') leave();
  });
  port.postMessage(null);
}
