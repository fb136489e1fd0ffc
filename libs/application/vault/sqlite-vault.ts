import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf } from '@app/event-store/sqlite-writer';
import Database from 'better-sqlite3';
import { VaultUnavailable, type Erasure, type Kept, type Person, type Reading, type Vault } from './vault';

/** "GVlt": tells a vault from any other SQLite file. */
const APPLICATION_ID = 0x47566c74;
/** Of the layout of the file. */
const LAYOUT = 1;
/** `number` goes up with each putting: of several entries the one put last has the highest. */
const TABLES = `
  CREATE TABLE person (
    number INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    contact TEXT,
    public INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE reading (
    number INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    body TEXT NOT NULL,
    at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX reading_by_key ON reading (key);
  CREATE TABLE erasure (number INTEGER PRIMARY KEY, key TEXT NOT NULL, at TEXT NOT NULL) STRICT;
`;

/** Nobody but the user who runs the register reads the file, nor what SQLite puts beside it. */
const MODE = 0o600;

interface Row {
  readonly key: string;
  readonly name: string;
  readonly contact: string | null;
  readonly public: number;
}

/** The file is not, or is no longer, a whole vault. Trying again does not help; the message says what does. */
export class VaultDamaged extends Error {
  override readonly name = 'VaultDamaged';
}

/**
 * A vault in one SQLite file. What was put, read or erased has been flushed to the disk when that is said; what is
 * erased is overwritten. It reads and writes on the calling thread: persons are few, and seldom change.
 */
export class SqliteVault implements Vault {
  readonly #file: string;
  readonly #database: Database.Database;

  /**
   * Opens the vault in a file, which is made, with its directory, where there is none. Throws {@link VaultDamaged}, or
   * {@link VaultUnavailable} where the file cannot be had at all.
   */
  static open(file: string): SqliteVault {
    return trying(file, () => {
      if (!existsSync(file)) create(file);
      check(file);
      const database = new Database(file, { fileMustExist: true, timeout: 2_000 });
      try {
        database.pragma('journal_mode = WAL');
        database.pragma('synchronous = FULL');
        database.pragma('secure_delete = ON');
        return new SqliteVault(file, database);
      } catch (error) {
        database.close();
        throw error;
      }
    });
  }

  private constructor(file: string, database: Database.Database) {
    this.#file = file;
    this.#database = database;
  }

  put(key: string, keys: readonly string[], { name, contact, public: isPublic }: Person): Promise<boolean> {
    return this.#durably((database) => {
      const { changes } = database.prepare(DELETE).run(JSON.stringify([key, ...keys]));
      database
        .prepare('INSERT INTO person (key, name, contact, public) VALUES (?, ?, ?, ?)')
        .run(key, name, contact ?? null, isPublic ? 1 : 0);
      return changes === 0;
    });
  }

  read(keys: readonly string[], { body, at }: Omit<Reading, 'key'>): Promise<Person | undefined> {
    return this.#durably((database) => {
      const row = database
        .prepare<[string], Row>(`SELECT * FROM person WHERE ${AMONG} ORDER BY number DESC LIMIT 1`)
        .get(JSON.stringify(keys));
      if (row === undefined) return undefined;
      database.prepare('INSERT INTO reading (key, body, at) VALUES (?, ?, ?)').run(row.key, body, at);
      return { ...shownOf(row), public: row.public === 1 };
    });
  }

  erase(keys: readonly string[], at: string): Promise<void> {
    return this.#durably((database) => {
      database.prepare(DELETE).run(JSON.stringify(keys));
      const record = database.prepare('INSERT INTO erasure (key, at) VALUES (?, ?)');
      for (const key of keys) record.run(key, at);
    });
  }

  kept(): Promise<readonly Kept[]> {
    return this.#durably((database) =>
      database
        .prepare<[], Row>('SELECT * FROM person ORDER BY number')
        .all()
        .map((row) => (row.public === 1 ? { key: row.key, shown: shownOf(row) } : { key: row.key })),
    );
  }

  readings(keys: readonly string[]): Promise<readonly Reading[]> {
    return this.#durably((database) =>
      database
        .prepare<[string], Reading>(`SELECT key, body, at FROM reading WHERE ${AMONG} ORDER BY number`)
        .all(JSON.stringify(keys)),
    );
  }

  erasures(): Promise<readonly Erasure[]> {
    return this.#durably((database) =>
      database.prepare<[], Erasure>('SELECT key, at FROM erasure ORDER BY number').all(),
    );
  }

  close(): Promise<void> {
    this.#database.close();
    return Promise.resolve();
  }

  /** Does all of it or nothing. What it throws is a rejection. */
  #durably<T>(work: (database: Database.Database) => T): Promise<T> {
    return new Promise((resolve) => {
      resolve(trying(this.#file, () => this.#database.transaction(() => work(this.#database)).immediate()));
    });
  }
}

const AMONG = 'key IN (SELECT value FROM json_each(?))';
const DELETE = `DELETE FROM person WHERE ${AMONG}`;

function shownOf({ name, contact }: Row): Omit<Person, 'public'> {
  return { name, ...(contact === null ? {} : { contact }) };
}

/** Made whole under another name, so that a crash leaves no half of a vault behind and an empty file is always damage. */
function create(file: string): void {
  if (existsSync(`${file}-wal`))
    throw damaged(file, `it is missing, and ${file}-wal, a part of it, is there`);
  mkdirSync(dirname(file), { recursive: true });
  const beginning = `${file}-new`;
  for (const left of ['', '-journal', '-wal', '-shm']) rmSync(beginning + left, { force: true });
  closeSync(openSync(beginning, 'wx', MODE));
  const database = new Database(beginning);
  try {
    database.exec(TABLES);
    database.pragma(`application_id = ${APPLICATION_ID}`);
    database.pragma(`user_version = ${LAYOUT}`);
    database.pragma('journal_mode = WAL');
  } finally {
    database.close();
  }
  flush(beginning);
  renameSync(beginning, file);
  flush(dirname(file));
}

function flush(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Reads all of the file, and changes nothing in it: throws {@link VaultDamaged} unless it is a whole vault of this layout. */
function check(file: string): void {
  const reader = new Database(file, { readonly: true, fileMustExist: true, timeout: 2_000 });
  try {
    const pragma = (name: string) => reader.pragma(name, { simple: true });
    if (pragma('application_id') !== APPLICATION_ID) throw damaged(file, 'it is not the vault of a register');
    const layout = pragma('user_version');
    if (layout !== LAYOUT)
      throw damaged(file, `its layout is ${String(layout)}, and this release knows only ${LAYOUT}`);
    const found = pragma('integrity_check');
    if (found !== 'ok') throw damaged(file, String(found));
  } finally {
    reader.close();
  }
}

function damaged(file: string, what: string, cause?: unknown): VaultDamaged {
  return new VaultDamaged(
    `The vault ${file} is not whole, and has been left as it is: ${what}. Restore it from a backup, without -wal and -shm files beside it.`,
    { cause },
  );
}

/** Tells a damaged file from one that cannot be had at the moment. No message of SQLite’s has a value in it. */
function trying<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof VaultDamaged) throw error;
    if (DAMAGE.test(codeOf(error) ?? '')) throw damaged(file, String(error), error);
    throw new VaultUnavailable(`The vault ${file} cannot be had: ${String(error)}`, { cause: error });
  }
}

/** The statements are always the same, so a plain SQLITE_ERROR means that the file is not what they are for. */
const DAMAGE = /^SQLITE_(CORRUPT(_.*)?|NOTADB|FORMAT|ERROR)$/;
