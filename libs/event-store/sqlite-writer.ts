/**
 * Writes the log, in a thread of its own or in the serving thread. Its types are erasable, and it imports
 * packages, or our own files by their full names, so that Node runs it as a thread both from source and
 * compiled.
 */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import type Database from 'better-sqlite3';
import type { Append, StoreFault } from './event-log.ts';
import { leafHash } from './leaf.ts';
import { connected, hashesIn, ROWS_A_CALL } from './sqlite-table.ts';

export interface WriterSettings {
  readonly file: string;
  readonly mostPages: number | undefined;
}
/** What a thread is started with. */
export interface ThreadSettings extends WriterSettings {
  /** Whether the rows have no hashes yet; nothing can be appended until they have. */
  readonly lacksHashes: boolean;
}
/** An append, or the request to give the rows of a log of the first layout their hashes. */
export type WriterRequest =
  { readonly events: readonly string[]; readonly head: number } | { readonly giveHashes: true };
/** Asks for SHA-256 over the leaf hashes of all rows up to a position, between appends. */
export interface DigestRequest {
  readonly digestUpTo: number;
}
/** Undefined if rows are missing, or could not be read. */
export interface Digest {
  readonly digestUpTo: number;
  readonly digest: string | undefined;
}
/** `null` once it is ready to write. */
export type WriterAnswer = Append | Digest | null;

/**
 * One connection that writes. After an outcome that is unknown, only a new one can tell what the file holds.
 */
export interface Appender {
  append(events: readonly string[], head: number): Append;
  /** Writes and flushes a value that changes nothing. */
  tryToWrite(): Append;
  close(): void;
}

/** The rows of which the hashes are read in one call: an append waits for no more than a millisecond. */
const HASHES_A_CALL = 2_000;

/** Opens a connection that writes; throws if the file cannot be opened. */
export function openAppender({ file, mostPages }: WriterSettings): Appender {
  const database = connected(file, mostPages);
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  const rollback = database.prepare('ROLLBACK');
  const last = database.prepare<[], number | null>('SELECT max(position) FROM log').pluck();
  const insert = database.prepare<[number, string, string]>(
    'INSERT INTO log (position, event, hash) VALUES (?, ?, unhex(?))',
  );
  const fault = (error: unknown) => faultOf(`The log ${file} cannot be written`, error);

  return {
    tryToWrite() {
      try {
        begin.run();
        // Writes the first page, with the value that it already has.
        database.pragma(`user_version = ${String(database.pragma('user_version', { simple: true }))}`);
        commit.run();
        return { outcome: 'appended' };
      } catch (error) {
        if (database.inTransaction) rollback.run();
        return { outcome: 'unavailable', ...fault(error) };
      }
    },
    append(events, head) {
      try {
        begin.run();
        if ((last.get() ?? -1) !== head) {
          rollback.run();
          return { outcome: 'moved' };
        }
        let position = head;
        for (const event of events) insert.run(++position, event, leafHash(event));
      } catch (error) {
        // SQLite rolls back by itself after some errors; what is never committed is undone in any case.
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

/**
 * Turns the table of the first layout into that of the second, with the same words in `sqlite_schema` as a
 * new table has.
 */
const ADD_HASH = 'ALTER TABLE log ADD COLUMN hash BLOB';

/** Gives each row of a log of the first layout its hash, all of them or none. */
function giveHashes({ file, mostPages }: WriterSettings): Append {
  let database: Database.Database | undefined;
  try {
    database = connected(file, mostPages);
    database.exec('BEGIN IMMEDIATE');
    database.exec(ADD_HASH);
    const rows = database.prepare<[number, number], { position: number; event: string }>(
      'SELECT position, event FROM log WHERE position BETWEEN ? AND ? ORDER BY position',
    );
    const put = database.prepare<[string, number]>('UPDATE log SET hash = unhex(?) WHERE position = ?');
    for (
      let next = 0, found;
      (found = rows.all(next, next + ROWS_A_CALL - 1)).length > 0;
      next += ROWS_A_CALL
    )
      for (const { position, event } of found) put.run(leafHash(event), position);
    database.pragma('user_version = 2');
    database.exec('COMMIT');
    return { outcome: 'appended' };
  } catch (error) {
    // Closing the connection undoes what was not committed.
    return {
      outcome: 'unavailable',
      ...faultOf(`The log ${file} is of an earlier release, and could not be given what it lacks`, error),
    };
  } finally {
    database?.close();
  }
}

/**
 * SQLite’s code of an error, such as `SQLITE_FULL`. It is recognised by its form, because the binding’s class
 * may have been loaded twice.
 */
export function sqliteCodeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' && error.code.startsWith('SQLITE_') ? error.code : undefined;
}

/** What is wrong, in words for everybody, by the beginning of a code of SQLite or the system. */
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

/** What is wrong with a store, from an error of SQLite or of the system. `what`: what the error prevents. */
export function faultOf(what: string, error: unknown): StoreFault {
  const code = (error as { readonly code?: unknown } | null)?.code;
  const name = typeof code === 'string' ? code : '';
  const why = CAUSES.find(([codes]) => codes.test(name))?.[1];
  const said = error instanceof Error ? error.message : String(error);
  const exactly = said.startsWith(name) ? said : `${name}: ${said}`;
  return { detail: `${what}: ${why === undefined ? exactly : `${why} (${exactly})`}`, why };
}

if (!isMainThread && parentPort !== null) serve(workerData as ThreadSettings, parentPort);

function serve(settings: ThreadSettings, port: NonNullable<typeof parentPort>): void {
  let appender = settings.lacksHashes ? undefined : openAppender(settings);
  let leaving = false;
  const leave = (): void => {
    leaving = true;
    appender?.close();
    port.close();
  };
  const done = (request: WriterRequest): Append => {
    if ('giveHashes' in request) return giveHashes(settings);
    appender ??= openAppender(settings);
    return appender.append(request.events, request.head);
  };
  port.on('message', (request: WriterRequest | DigestRequest | null) => {
    if (request === null) {
      leave();
      return;
    }
    if ('digestUpTo' in request) {
      void digestOf(settings, request.digestUpTo, () => leaving).then((digest) => {
        if (!leaving) port.postMessage({ digestUpTo: request.digestUpTo, digest } satisfies Digest);
      });
      return;
    }
    const answer = done(request);
    port.postMessage(answer);
    if (answer.outcome === 'unknown') leave();
  });
  port.postMessage(null);
}

/** SHA-256 over the leaf hashes that are kept of the rows up to a position; undefined if not all of them could be read. */
async function digestOf(
  { file }: ThreadSettings,
  position: number,
  isOver: () => boolean,
): Promise<string | undefined> {
  let reader: Database.Database | undefined;
  try {
    reader = connected(file);
    const hashes = hashesIn(reader);
    const sum = createHash('sha256');
    for (let next = 0; next <= position; next += HASHES_A_CALL) {
      const found = hashes(next, Math.min(position, next + HASHES_A_CALL - 1));
      if (isOver() || found.length !== Math.min(HASHES_A_CALL, position - next + 1)) return undefined;
      sum.update(found.join(''));
      await setImmediate();
    }
    return sum.digest('hex');
  } catch {
    return undefined;
  } finally {
    reader?.close();
  }
}
