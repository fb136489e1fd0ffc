/**
 * Works on the files of a vault: in a thread of its own while the register serves, otherwise in the thread
 * that opens it. It imports packages only, and its types are erasable, so that Node runs it as a thread both
 * from source and compiled.
 */
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import type {
  Entry,
  Erasure,
  Kept,
  Minting,
  VaultPage,
  Person,
  Reading,
  RegisteredKey,
  Vault,
} from './vault';

export const TABLES = `
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
/**
 * These tables came later, and are made if they are missing: a release that does not know them is not
 * disturbed. `held` has each key under which something was put and not erased since: a backup may hold it
 * even if it was replaced.
 */
export const LATER = `
  CREATE TABLE IF NOT EXISTS minting (
    key TEXT NOT NULL PRIMARY KEY,
    body TEXT NOT NULL,
    request TEXT,
    at TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS minting_by_request ON minting (body, request);
  CREATE TABLE IF NOT EXISTS held (key TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
`;

/** The files of a vault: its own, and its list of erasures if it has one. */
export interface VaultFiles {
  readonly file: string;
  readonly list: string | undefined;
}

/** A call to the vault. */
export type Call = {
  [Name in Called]: { readonly name: Name; readonly args: Parameters<Vault[Name]> };
}[Called];

type Called = Exclude<keyof Vault, 'close' | 'changes'>;

/**
 * The outcome of a call: its value, or why it was not done or is not known to be done, with the code of
 * SQLite or the system.
 */
export type CallOutcome =
  { readonly value: unknown } | { readonly error: { readonly code?: string; readonly message: string } };

interface Row extends RegisteredKey {
  readonly name: string;
  readonly contact: string | null;
  readonly public: number;
}

/** The number of readings on a page. */
const READINGS_A_PAGE = 1_000;

/** The open files of a vault. If a method throws, its change was not made, or is not known to be made. */
export class VaultFile {
  readonly #database: Database.Database;
  readonly #list: string | undefined;
  /** Erasures in the list that were not made in this file, or are not known to be made. */
  #due: readonly Erasure[] = [];
  /** Whether the file may still hold something of deleted rows. */
  #isUnclean = false;

  constructor({ file, list }: VaultFiles) {
    this.#list = list;
    this.#database = new Database(file, { fileMustExist: true, timeout: 2_000 });
    this.#database.pragma('trusted_schema = OFF');
    this.#database.pragma('cell_size_check = ON');
    this.#database.pragma('journal_mode = WAL');
    this.#database.pragma('synchronous = FULL');
    this.#database.pragma('secure_delete = ON');
    // Otherwise VACUUM writes a copy into the directory for temporary files.
    this.#database.pragma('temp_store = MEMORY');
  }

  /**
   * Makes what is missing in the file, and brings the file and the list, which has these erasures, into line.
   * `isRestored`: a newer file may take this one’s place later, and may hold again those who were erased
   * here.
   */
  settle(listed: readonly Erasure[], isRestored = false): void {
    this.#database.exec(LATER);
    this.#database.exec('INSERT OR IGNORE INTO held SELECT key FROM person');
    if (isRestored) this.#database.exec('INSERT OR IGNORE INTO held SELECT key FROM erasure');
    emptyWriteAheadLog(this.#database);
    if (this.#list === undefined) return;
    const done = erasuresRecorded(this.#database);
    addToList(this.#list, without(done, listed));
    this.#due = without(listed, done);
    this.#finish();
  }

  /**
   * Does calls in their order, in one transaction, so that all share one flush and, if something was deleted,
   * one rewriting of the file. If that fails, does each by itself.
   */
  answer(calls: readonly Call[]): readonly CallOutcome[] {
    try {
      return this.#together(calls);
    } catch (error) {
      return calls.length === 1 ? [failed(error)] : calls.flatMap((call) => this.answer([call]));
    }
  }

  #together(calls: readonly Call[]): readonly CallOutcome[] {
    const changing = calls.some(changes);
    // Otherwise an erasure that is not known to be done would delete, at the next start, what is put now.
    const unfinished = changing ? this.#tryToFinish() : undefined;
    const listed: Erasure[] = [];
    const outcomes = this.#whole((): CallOutcome[] => {
      const did = calls.map((call): CallOutcome =>
        unfinished && changes(call) ? unfinished : { value: this.#do(call, listed) },
      );
      // It is listed before it is made: once it is in the list, nothing undoes it.
      if (this.#list !== undefined) addToList(this.#list, listed);
      this.#due = [...this.#due, ...listed];
      return did;
    });
    if (unfinished) return outcomes;
    this.#due = [];
    const unclean = changing ? this.#tryToFinish() : undefined;
    return unclean
      ? outcomes.map((outcome, i) => (calls[i] && changes(calls[i]) ? unclean : outcome))
      : outcomes;
  }

  #do(call: Call, listed: Erasure[]): unknown {
    switch (call.name) {
      case 'put':
        return this.#put(...call.args);
      case 'read':
        return this.#read(...call.args);
      case 'readAll':
        return this.#readAll(...call.args);
      case 'mint':
        return this.#mint(...call.args);
      case 'minted':
        return this.#minted(...call.args);
      case 'mintings':
        return this.#mintings(...call.args);
      case 'erase':
        listed.push(...this.#erase(...call.args));
        return undefined;
      case 'kept':
        return this.#kept();
      case 'readings':
        return this.#readings(...call.args);
      case 'erasures':
        return erasuresRecorded(this.#database).filter(({ key }) => call.args[0].includes(key));
    }
  }

  #put(key: RegisteredKey, others: readonly RegisteredKey[], person: Person): boolean {
    const keys = [key, ...others];
    const row = { ...key, name: person.name, contact: person.contact ?? null, public: person.public ? 1 : 0 };
    const isFirst = this.#firstOf(keys) === undefined;
    const stands = this.#database
      .prepare<[string], Row>(`SELECT * FROM person WHERE ${AMONG}`)
      .all(JSON.stringify(keys.map((one) => one.key)));
    if (stands.length === 1 && stands.every((one) => isSame(one, row))) return isFirst;
    if (stands.length > 0) this.#remove(keys.map((one) => one.key));
    this.#database
      .prepare(
        'INSERT INTO person (key, registration, name, contact, public) VALUES (@key, @registration, @name, @contact, @public)',
      )
      .run(row);
    this.#database.prepare('INSERT OR IGNORE INTO held (key) VALUES (?)').run(key.key);
    return isFirst;
  }

  #read(keys: readonly RegisteredKey[], { body, at }: Omit<Reading, 'key'>): Person | undefined {
    const row = this.#firstOf(keys);
    if (row === undefined) return undefined;
    this.#database.prepare('INSERT INTO reading (key, body, at) VALUES (?, ?, ?)').run(row.key, body, at);
    return { ...shownOf(row), public: row.public === 1 };
  }

  #readAll(keys: readonly RegisteredKey[], { body, at }: Omit<Reading, 'key'>): readonly Entry[] {
    const record = this.#database.prepare('INSERT INTO reading (key, body, at) VALUES (?, ?, ?)');
    return keys.flatMap((key) => {
      const row = this.#firstOf([key]);
      if (row === undefined) return [];
      record.run(row.key, body, at);
      return [{ key: row.key, ...shownOf(row), public: row.public === 1 }];
    });
  }

  #mint({ key, body, at }: Minting, request?: string): string {
    const before = request === undefined ? undefined : this.#minted(body, request);
    if (before !== undefined) return before;
    this.#database
      .prepare('INSERT INTO minting (key, body, request, at) VALUES (?, ?, ?, ?)')
      .run(key, body, request ?? null, at);
    return key;
  }

  #minted(body: string, request: string): string | undefined {
    return this.#database
      .prepare<[string, string], string>('SELECT key FROM minting WHERE body = ? AND request = ?')
      .pluck()
      .get(body, request);
  }

  #mintings(keys: readonly string[]): readonly Minting[] {
    return this.#database
      .prepare<[string], Minting>(`SELECT key, body, at FROM minting WHERE ${AMONG} ORDER BY key`)
      .all(JSON.stringify(keys));
  }

  /** Makes erasures; returns those to be listed. */
  #erase(keys: readonly string[], at: string): readonly Erasure[] {
    const among = JSON.stringify(keys);
    const isHeld = this.#database
      .prepare<{ among: string }, number>(
        `SELECT EXISTS (SELECT 1 FROM person WHERE key IN (SELECT value FROM json_each(@among)))
           OR EXISTS (SELECT 1 FROM held WHERE key IN (SELECT value FROM json_each(@among)))
           OR EXISTS (SELECT 1 FROM minting WHERE request IS NOT NULL AND key IN (SELECT value FROM json_each(@among)))`,
      )
      .pluck()
      .get({ among });
    if (isHeld === 1) {
      const erasures = keys.map((key) => ({ key, at }));
      this.#takeAway(erasures);
      return erasures;
    }
    // Nothing is to be deleted here, but an older or newer file may take the place of this one.
    const isListed = this.#database.prepare('SELECT 1 FROM erasure WHERE key = ?');
    const erasures = keys.filter((key) => isListed.get(key) === undefined).map((key) => ({ key, at }));
    this.#record(erasures);
    return erasures;
  }

  /** Deletes all that may be left, even if nothing is kept: an earlier call may have been interrupted. */
  #takeAway(erasures: readonly Erasure[]): void {
    const keys = erasures.map(({ key }) => key);
    this.#remove(keys);
    for (const forget of ['UPDATE minting SET request = NULL', 'DELETE FROM held'])
      this.#database.prepare(`${forget} WHERE ${AMONG}`).run(JSON.stringify(keys));
    this.#record(erasures);
  }

  #record(erasures: readonly Erasure[]): void {
    const record = this.#database.prepare(
      'INSERT INTO erasure (key, at) SELECT $key, $at WHERE NOT EXISTS (SELECT 1 FROM erasure WHERE key = $key AND at = $at)',
    );
    for (const erasure of erasures) record.run(erasure);
  }

  #remove(keys: readonly string[]): void {
    this.#database.prepare(`DELETE FROM person WHERE ${AMONG}`).run(JSON.stringify(keys));
    this.#isUnclean = true;
  }

  #kept(): readonly Kept[] {
    return this.#database
      .prepare<[], Row>('SELECT * FROM person ORDER BY key')
      .all()
      .map((row) => {
        const { key, registration } = row;
        return row.public === 1 ? { key, registration, shown: shownOf(row) } : { key, registration };
      });
  }

  /** Each key’s by the index, so that a page costs the same wherever it is. */
  #readings(keys: readonly string[], after = 0): VaultPage<Reading> {
    const select = this.#database.prepare<[string, number], Reading & { readonly number: number }>(
      `SELECT number, key, body, at FROM reading WHERE key = ? AND number > ? ORDER BY number LIMIT ${READINGS_A_PAGE + 1}`,
    );
    const found = [...new Set(keys)]
      .flatMap((key) => select.all(key, after))
      .sort((a, b) => a.number - b.number);
    const page = found.slice(0, READINGS_A_PAGE);
    return {
      items: page.map(({ key, body, at }) => ({ key, body, at })),
      next: found.length > page.length ? (page.at(-1)?.number ?? null) : null,
    };
  }

  /** The entry that counts among those under the keys. */
  #firstOf(keys: readonly RegisteredKey[]): Row | undefined {
    const select = this.#database.prepare<[string, number], Row>(
      'SELECT * FROM person WHERE key = ? AND registration = ?',
    );
    for (const { key, registration } of keys) {
      const row = select.get(key, registration);
      if (row) return row;
    }
    return undefined;
  }

  #tryToFinish(): CallOutcome | undefined {
    try {
      this.#finish();
      return undefined;
    } catch (error) {
      return failed(error);
    }
  }

  /** Makes the erasures that are due, and removes every trace of deleted rows from the file. */
  #finish(): void {
    if (this.#due.length > 0) {
      this.#whole(() => {
        this.#takeAway(this.#due);
      });
      this.#due = [];
    }
    if (!this.#isUnclean) return;
    // `secure_delete` alone is not enough: SQLite moves rows to other pages, and a copy stays in the space
    // that becomes free.
    this.#database.exec('VACUUM');
    emptyWriteAheadLog(this.#database);
    this.#isUnclean = false;
  }

  /** Does all of the work or none. */
  #whole<T>(work: () => T): T {
    return this.#database.transaction(work).immediate();
  }

  close(): void {
    this.#database.close();
  }
}

const AMONG = 'key IN (SELECT value FROM json_each(?))';

/** Whether a call may delete something, of which no trace may be left when it is answered. */
function changes({ name }: Call): boolean {
  return name === 'put' || name === 'erase';
}

function isSame(one: Row, other: Row): boolean {
  return (
    one.key === other.key &&
    one.registration === other.registration &&
    one.name === other.name &&
    one.contact === other.contact &&
    one.public === other.public
  );
}

function shownOf({ name, contact }: Row): Omit<Person, 'public'> {
  return { name, ...(contact === null ? {} : { contact }) };
}

/** Every erasure that a vault has recorded, in order. */
export function erasuresRecorded(database: Database.Database): readonly Erasure[] {
  return database.prepare<[], Erasure>('SELECT key, at FROM erasure ORDER BY number').all();
}

/** Those of some erasures that are not among others, without repetition. */
function without(erasures: readonly Erasure[], others: readonly Erasure[]): readonly Erasure[] {
  const name = ({ key, at }: Erasure) => `${at} ${key}`;
  const known = new Set(others.map(name));
  return erasures.filter((one) => !known.has(name(one)) && known.add(name(one)));
}

/** Moves all of the write-ahead log into the file: it held deleted rows in the clear. */
function emptyWriteAheadLog(database: Database.Database): void {
  if (database.pragma('wal_checkpoint(TRUNCATE)', { simple: true }) !== 0)
    throw new Error(
      'another program is reading it, so that what is gone still stands in its write-ahead log',
    );
}

/** A complete line of the list of erasures: no key has fewer characters after its colon. */
export const WHOLE_LINE = /^\d{4}-\d\d-\d\dT[0-9:.]+(?:Z|[+-]\d\d:\d\d) [a-z]+:[A-Za-z0-9]{6,}$/;
/** More bytes than any line of the list has. */
const TAIL = 4_096;

/**
 * Adds erasures to a list. They are on the disk when it returns; if it throws, the list is as it was. A last
 * line without a line break gets one if it is complete; otherwise a crash cut it off, it was never reported
 * as done, and it is replaced.
 */
export function addToList(list: string, erasures: readonly Erasure[]): void {
  if (erasures.length === 0) return;
  const file = openSync(list, 'r+');
  try {
    const { size } = fstatSync(file);
    const tail = Buffer.alloc(Math.min(size, TAIL));
    readSync(file, tail, 0, tail.length, size - tail.length);
    const last = tail.subarray(Math.max(tail.lastIndexOf(0x0a), tail.lastIndexOf(0x0d)) + 1);
    const isWhole = WHOLE_LINE.test(last.toString());
    const end = isWhole ? size : size - last.length;
    const lines = erasures.map(({ key, at }) => `${at} ${key}\n`).join('');
    const bytes = Buffer.from(isWhole ? `\n${lines}` : lines);
    try {
      ftruncateSync(file, end);
      for (let written = 0; written < bytes.length;)
        written += writeSync(file, bytes, written, bytes.length - written, end + written);
      fsyncSync(file);
    } catch (error) {
      ftruncateSync(file, end);
      throw error;
    }
  } finally {
    closeSync(file);
  }
}

function failed(error: unknown): CallOutcome {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return {
    error: {
      message: error instanceof Error ? error.message : String(error),
      ...(typeof code === 'string' ? { code } : {}),
    },
  };
}

if (!isMainThread && parentPort !== null) serve(new VaultFile(workerData as VaultFiles), parentPort);

/** Answers calls, each time all that have come; `null` ends it. */
function serve(vault: VaultFile, port: NonNullable<typeof parentPort>): void {
  let waiting: Call[] = [];
  let isLast = false;
  const answer = () => {
    const calls = waiting;
    waiting = [];
    if (calls.length > 0) port.postMessage(vault.answer(calls));
    if (!isLast) return;
    vault.close();
    port.close();
  };
  port.on('message', (call: Call | null) => {
    if (waiting.length === 0 && !isLast) setImmediate(answer);
    if (call === null) isLast = true;
    else waiting.push(call);
  });
}
