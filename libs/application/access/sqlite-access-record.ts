import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  checkWhole,
  createWhole,
  openWary,
  OWN_FOLDER,
  StrayJournal,
  strangeness,
} from '@app/event-store/sqlite-file';
import { sqliteCodeOf } from '@app/event-store/sqlite-writer';
import type Database from 'better-sqlite3';
import {
  AccessUnavailable,
  type AccessRecord,
  type Attempt,
  type AttemptsAsked,
  type KeptAttempt,
  type KeyUse,
} from './access-record';

const FORM = {
  /** "GAcc": tells an access record from any other SQLite file. */
  applicationId: 0x47416363,
  layout: 1,
  tables: `
    CREATE TABLE attempt (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      at TEXT NOT NULL,
      code TEXT NOT NULL,
      count INTEGER NOT NULL,
      body TEXT,
      key TEXT,
      address TEXT,
      method TEXT,
      route TEXT,
      request TEXT
    ) STRICT;
    CREATE INDEX attempt_by_code ON attempt (code, number);
    CREATE INDEX attempt_by_body ON attempt (body, number) WHERE body IS NOT NULL;
    CREATE TABLE use (body TEXT NOT NULL, key TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (body, key)) STRICT, WITHOUT ROWID;
  `,
};

/** The file is not a whole access record. Trying again does not help; the message says what does. */
export class AccessDamaged extends Error {
  override readonly name = 'AccessDamaged';
}

/**
 * An access record in one SQLite file. Rows are handed to the system without a flush each time, because they
 * are added on the thread that serves: a few hundred rows take a millisecond or two, a flush might take a
 * hundred. Opening does not read the whole file: it may be large, and a register that cannot record may still
 * answer.
 */
export class SqliteAccessRecord implements AccessRecord {
  readonly #file: string;
  readonly #database: Database.Database;

  /**
   * Opens the record in a file, and makes the file and its directory if they do not exist. Throws {@link
   * AccessDamaged}, or {@link AccessUnavailable} if the file cannot be opened at all.
   */
  static open(file: string): SqliteAccessRecord {
    try {
      if (!existsSync(file)) {
        mkdirSync(dirname(file), { recursive: true, mode: OWN_FOLDER });
        createWhole(file, FORM);
      }
      const database = openWary(file, { readonly: false });
      try {
        return new SqliteAccessRecord(file, database);
      } catch (error) {
        database.close();
        throw error;
      }
    } catch (error) {
      if (error instanceof AccessDamaged) throw error;
      if (error instanceof StrayJournal) throw new AccessDamaged(error.message);
      throw DAMAGE.test(sqliteCodeOf(error) ?? '') ? damaged(file, String(error)) : unavailable(file, error);
    }
  }

  private constructor(file: string, database: Database.Database) {
    this.#file = file;
    this.#database = database;
    checkForm(file, database);
    const pragma = (name: string) => database.pragma(name, { simple: true });
    pragma('journal_mode = WAL');
    pragma('synchronous = NORMAL');
    pragma('secure_delete = ON');
    // No one waits for what is added, so another program’s lock is not waited for either.
    pragma('busy_timeout = 0');
  }

  add(attempts: readonly Attempt[], uses: readonly KeyUse[], most: number): Promise<void> {
    return this.#done((database) => {
      const insert = database.prepare<[Attempt]>(
        `INSERT INTO attempt (at, code, count, body, key, address, method, route, request)
         VALUES (@at, @code, @count, @body, @key, @address, @method, @route, @request)`,
      );
      const put = database.prepare<[KeyUse]>(
        'INSERT INTO use (body, key, at) VALUES (@body, @key, @at) ON CONFLICT DO UPDATE SET at = max(at, excluded.at)',
      );
      for (const attempt of attempts) insert.run(attempt);
      for (const use of uses) put.run(use);
      database.prepare('DELETE FROM attempt WHERE number <= (SELECT max(number) FROM attempt) - ?').run(most);
    });
  }

  attempts({ before, limit, code, body }: AttemptsAsked): Promise<readonly KeptAttempt[]> {
    const wanted = { before, code, body };
    const where = [
      ...(before === undefined ? [] : ['number < @before']),
      ...(code === undefined ? [] : ['code = @code']),
      ...(body === undefined ? [] : ['body = @body']),
    ].join(' AND ');
    return this.#done((database) =>
      database
        .prepare<[object], KeptAttempt>(
          `SELECT * FROM attempt ${where && `WHERE ${where}`} ORDER BY number DESC LIMIT ${limit}`,
        )
        .all(wanted),
    );
  }

  uses(body?: string): Promise<readonly KeyUse[]> {
    return this.#done((database) =>
      database
        .prepare<{ body: string | null }, KeyUse>(
          'SELECT body, key, at FROM use WHERE @body IS NULL OR body = @body ORDER BY body, key',
        )
        .all({ body: body ?? null }),
    );
  }

  forget(before: string, most: number): Promise<number> {
    return this.#done(
      (database) =>
        database
          .prepare(
            `DELETE FROM attempt WHERE at < @before AND
             number IN (SELECT number FROM attempt ORDER BY number LIMIT @most)`,
          )
          .run({ before, most }).changes,
    );
  }

  close(): Promise<void> {
    this.#database.close();
    return Promise.resolve();
  }

  /** Does all of the work or nothing, and rejects if the work throws. */
  #done<T>(work: (database: Database.Database) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      try {
        resolve(this.#database.transaction(() => work(this.#database)).immediate());
      } catch (error) {
        reject(unavailable(this.#file, error));
      }
    });
  }
}

/**
 * Reads all of a record without changing it; throws {@link AccessDamaged} unless it is a whole record of this
 * layout.
 */
export function checkAccessRecord(file: string): void {
  const reader = openWary(file, { readonly: true });
  try {
    checkForm(file, reader);
  } finally {
    reader.close();
  }
  checkWhole(file);
}

function checkForm(file: string, database: Database.Database): void {
  const pragma = (name: string) => database.pragma(name, { simple: true });
  if (pragma('application_id') !== FORM.applicationId)
    throw damaged(file, 'it is not the access record of a register');
  if (pragma('user_version') !== FORM.layout)
    throw damaged(file, `its layout is one that this release does not know, which knows ${FORM.layout}`);
  const strange = strangeness(database, FORM.tables);
  if (strange !== undefined) throw damaged(file, strange);
}

/** SQLite’s messages never contain a value. */
function unavailable(file: string, error: unknown): AccessUnavailable {
  return new AccessUnavailable(`The access record ${file} cannot be had: ${String(error)}`, { cause: error });
}

function damaged(file: string, flaw: string): AccessDamaged {
  return new AccessDamaged(
    `The access record ${file} is not whole, and has been left as it is: ${flaw}. Move it away, with the -wal and -shm files beside it, and keep it: the register makes a new one`,
  );
}

const DAMAGE = /^SQLITE_(?:CORRUPT|NOTADB)/;
