import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createWhole, openWary, OWN_FOLDER, strangeness } from '@app/event-store/sqlite-file';
import { codeOf, faultOf } from '@app/event-store/sqlite-writer';
import type Database from 'better-sqlite3';
import { ErasureListDamaged, type ErasureList } from './erasure-list';
import {
  VaultUnavailable,
  type Entry,
  type Erasure,
  type Kept,
  type Minting,
  type Person,
  type Reading,
  type RegisteredKey,
  type Vault,
} from './vault';

/** "GVlt": tells a vault from any other SQLite file. */
const APPLICATION_ID = 0x47566c74;
/** Of the layout of the file. */
const LAYOUT = 1;
const TABLES = `
  CREATE TABLE person (
    key TEXT NOT NULL PRIMARY KEY,
    registration INTEGER NOT NULL,
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
/** Came later, and is made where it is missing: a release that knows nothing of it does not mind. */
const MINTING = `
  CREATE TABLE IF NOT EXISTS minting (
    key TEXT NOT NULL PRIMARY KEY,
    body TEXT NOT NULL,
    request TEXT,
    at TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS minting_by_request ON minting (body, request);
`;

interface Row extends RegisteredKey {
  readonly name: string;
  readonly contact: string | null;
  readonly public: number;
}

/** The file is not, or is no longer, a whole vault. Trying again does not help; the message says what does. */
export class VaultDamaged extends Error {
  override readonly name = 'VaultDamaged';
}

/**
 * A vault in one SQLite file. What was put, read or erased has been flushed to the disk when that is said, and what was
 * replaced or erased stands in none of its files any more, the write-ahead log neither. It reads and writes on the calling thread: persons are few, and seldom change.
 */
export class SqliteVault implements Vault {
  readonly #file: string;
  readonly #database: Database.Database;
  readonly #list: ErasureList | undefined;
  /** Erasures in the list that have not been done in this file, or are not known to be. */
  #due: readonly Erasure[] = [];

  /**
   * Opens the vault in a file, which is made, with its directory, where there is none. With a list of erasures, what
   * stands in it and was not erased in this file is erased first: the file may be an older one that was put back. Throws
   * {@link VaultDamaged}, or {@link VaultUnavailable} where the file, or the list, cannot be had at all.
   */
  static open(file: string, list?: ErasureList): SqliteVault {
    return trying(file, () => {
      if (!existsSync(file)) create(file);
      // SQLite would leave files beside one that can only be read which can only be read themselves.
      accessSync(file, constants.R_OK | constants.W_OK);
      check(file);
      const database = openWary(file, { readonly: false });
      try {
        database.pragma('journal_mode = WAL');
        database.pragma('synchronous = FULL');
        database.pragma('secure_delete = ON');
        // Else VACUUM writes a copy into the directory for temporary files.
        database.pragma('temp_store = MEMORY');
        database.exec(MINTING);
        emptyWriteAheadLog(database);
        const vault = new SqliteVault(file, database, list);
        vault.#settle();
        return vault;
      } catch (error) {
        database.close();
        throw error;
      }
    });
  }

  private constructor(file: string, database: Database.Database, list: ErasureList | undefined) {
    this.#file = file;
    this.#database = database;
    this.#list = list;
  }

  /** Brings the list and the file to the same erasures. */
  #settle(): void {
    if (!this.#list) return;
    const [listed, done] = [this.#list.all(), recorded(this.#database)];
    this.#list.add(without(done, listed));
    this.#due = without(listed, done);
    this.#eraseDue();
  }

  /** It takes away all that may be left, also where nothing is kept: what was called before may have been cut short. */
  #eraseDue(): void {
    if (this.#due.length === 0) return;
    this.#whole((database) => {
      const keys = this.#due.map(({ key }) => key);
      remove(database, keys);
      database.prepare(`UPDATE minting SET request = NULL WHERE ${AMONG}`).run(JSON.stringify(keys));
      const record = database.prepare(
        'INSERT INTO erasure (key, at) SELECT $key, $at WHERE NOT EXISTS (SELECT 1 FROM erasure WHERE key = $key AND at = $at)',
      );
      for (const erasure of this.#due) record.run(erasure);
    });
    leaveNothing(this.#database);
    this.#due = [];
  }

  put(key: RegisteredKey, others: readonly RegisteredKey[], person: Person): Promise<boolean> {
    const { name, contact, public: isPublic } = person;
    const keys = [key, ...others];
    return this.#trying(() => {
      // Else an erasure that was not known to be done would take away at the next start what is put now.
      this.#eraseDue();
      const [first, replaced] = this.#whole((database) => {
        const isFirst = firstOf(database, keys) === undefined;
        const isReplaced = remove(
          database,
          keys.map((one) => one.key),
        );
        database
          .prepare('INSERT INTO person (key, registration, name, contact, public) VALUES (?, ?, ?, ?, ?)')
          .run(key.key, key.registration, name, contact ?? null, isPublic ? 1 : 0);
        return [isFirst, isReplaced] as const;
      });
      if (replaced) leaveNothing(this.#database);
      return first;
    });
  }

  read(keys: readonly RegisteredKey[], { body, at }: Omit<Reading, 'key'>): Promise<Person | undefined> {
    return this.#durably((database) => {
      const row = firstOf(database, keys);
      if (row === undefined) return undefined;
      database.prepare('INSERT INTO reading (key, body, at) VALUES (?, ?, ?)').run(row.key, body, at);
      return { ...shownOf(row), public: row.public === 1 };
    });
  }

  readAll(keys: readonly RegisteredKey[], { body, at }: Omit<Reading, 'key'>): Promise<readonly Entry[]> {
    return this.#durably((database) => {
      const record = database.prepare('INSERT INTO reading (key, body, at) VALUES (?, ?, ?)');
      return keys.flatMap((key) => {
        const row = firstOf(database, [key]);
        if (row === undefined) return [];
        record.run(row.key, body, at);
        return [{ key: row.key, ...shownOf(row), public: row.public === 1 }];
      });
    });
  }

  mint({ key, body, at }: Minting, request?: string): Promise<string> {
    return this.#durably((database) => {
      const before = request === undefined ? undefined : mintedFor(database, body, request);
      if (before !== undefined) return before;
      database
        .prepare('INSERT INTO minting (key, body, request, at) VALUES (?, ?, ?, ?)')
        .run(key, body, request ?? null, at);
      return key;
    });
  }

  minted(body: string, request: string): Promise<string | undefined> {
    return this.#durably((database) => mintedFor(database, body, request));
  }

  mintings(keys: readonly string[]): Promise<readonly Minting[]> {
    return this.#durably((database) =>
      database
        .prepare<[string], Minting>(`SELECT key, body, at FROM minting WHERE ${AMONG} ORDER BY key`)
        .all(JSON.stringify(keys)),
    );
  }

  /** It is in the list before it is done: once it is in the list nothing undoes it. */
  erase(keys: readonly string[], at: string): Promise<void> {
    return this.#trying(() => {
      const erasures = keys.map((key) => ({ key, at }));
      this.#list?.add(erasures);
      this.#due = [...this.#due, ...erasures];
      this.#eraseDue();
    });
  }

  kept(): Promise<readonly Kept[]> {
    return this.#durably((database) =>
      database
        .prepare<[], Row>('SELECT * FROM person ORDER BY key')
        .all()
        .map((row) => {
          const { key, registration } = row;
          return row.public === 1 ? { key, registration, shown: shownOf(row) } : { key, registration };
        }),
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
    return this.#durably(recorded);
  }

  close(): Promise<void> {
    this.#database.close();
    return Promise.resolve();
  }

  #durably<T>(work: (database: Database.Database) => T): Promise<T> {
    return this.#trying(() => this.#whole(work));
  }

  /** Does all of it or nothing. */
  #whole<T>(work: (database: Database.Database) => T): T {
    return this.#database.transaction(() => work(this.#database)).immediate();
  }

  /** What it throws is a rejection. */
  #trying<T>(work: () => T): Promise<T> {
    return new Promise((resolve) => {
      resolve(trying(this.#file, work));
    });
  }
}

const AMONG = 'key IN (SELECT value FROM json_each(?))';

/** The entry that counts of those under the keys. */
function firstOf(database: Database.Database, keys: readonly RegisteredKey[]): Row | undefined {
  const select = database.prepare<[string, number], Row>(
    'SELECT * FROM person WHERE key = ? AND registration = ?',
  );
  for (const { key, registration } of keys) {
    const row = select.get(key, registration);
    if (row) return row;
  }
  return undefined;
}

/** The erasures that a vault has recorded, of which nothing is changed. Throws as {@link SqliteVault.open} does. */
export function erasuresIn(file: string): readonly Erasure[] {
  return trying(file, () => {
    check(file);
    const reader = openWary(file, { readonly: true });
    try {
      return recorded(reader);
    } finally {
      reader.close();
    }
  });
}

function mintedFor(database: Database.Database, body: string, request: string): string | undefined {
  return database
    .prepare<[string, string], string>('SELECT key FROM minting WHERE body = ? AND request = ?')
    .pluck()
    .get(body, request);
}

function recorded(database: Database.Database): readonly Erasure[] {
  return database.prepare<[], Erasure>('SELECT key, at FROM erasure ORDER BY number').all();
}

/** Those of some erasures that are not among others, each once. */
function without(erasures: readonly Erasure[], others: readonly Erasure[]): readonly Erasure[] {
  const name = ({ key, at }: Erasure) => `${at} ${key}`;
  const known = new Set(others.map(name));
  return erasures.filter((one) => !known.has(name(one)) && known.add(name(one)));
}

/** Whether anything was there. */
function remove(database: Database.Database, keys: readonly string[]): boolean {
  return database.prepare(`DELETE FROM person WHERE ${AMONG}`).run(JSON.stringify(keys)).changes > 0;
}

/**
 * Takes away what the file still holds of rows that are gone. SQLite’s `secure_delete` alone does not: where it moves
 * rows to another page, it leaves a copy behind in the space that becomes free.
 */
function leaveNothing(database: Database.Database): void {
  database.exec('VACUUM');
  emptyWriteAheadLog(database);
}

/** All of the write-ahead log goes into the file: a row that is gone stood in it as it was. */
function emptyWriteAheadLog(database: Database.Database): void {
  if (database.pragma('wal_checkpoint(TRUNCATE)', { simple: true }) !== 0)
    throw new Error(
      'another program is reading it, so that what is gone still stands in its write-ahead log',
    );
}

function shownOf({ name, contact }: Row): Omit<Person, 'public'> {
  return { name, ...(contact === null ? {} : { contact }) };
}

function create(file: string): void {
  if (existsSync(`${file}-wal`))
    throw damaged(file, `it is missing, and ${file}-wal, a part of it, is there`);
  mkdirSync(dirname(file), { recursive: true, mode: OWN_FOLDER });
  createWhole(file, { applicationId: APPLICATION_ID, layout: LAYOUT, tables: TABLES });
}

/** Reads all of the file, and changes nothing in it: throws {@link VaultDamaged} unless it is a whole vault of this layout. */
function check(file: string): void {
  const reader = openWary(file, { readonly: true });
  try {
    const pragma = (name: string) => reader.pragma(name, { simple: true });
    if (pragma('application_id') !== APPLICATION_ID) throw damaged(file, 'it is not the vault of a register');
    const layout = pragma('user_version');
    if (layout !== LAYOUT)
      throw damaged(file, `its layout is ${String(layout)}, and this release knows only ${LAYOUT}`);
    const strange = strangeness(reader, TABLES, MINTING);
    if (strange !== undefined) throw damaged(file, strange);
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
    if (error instanceof VaultDamaged || error instanceof ErasureListDamaged) throw error;
    if (DAMAGE.test(codeOf(error) ?? '')) throw damaged(file, String(error), error);
    throw new VaultUnavailable(faultOf(`The vault ${file} cannot be had`, error).detail, { cause: error });
  }
}

/** The statements are always the same, so a plain SQLITE_ERROR means that the file is not what they are for. */
const DAMAGE = /^SQLITE_(CORRUPT(_.*)?|NOTADB|FORMAT|ERROR)$/;
