import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';

/**
 * Only the user who runs the register can read its files, and the files that SQLite puts beside them, which
 * get the same mode.
 */
export const OWN_FILE = 0o600;
/** Folders that it makes for its files are closed to others too. */
export const OWN_FOLDER = 0o700;

/** What marks a file as one of the register’s, and its first content. */
export interface FileForm {
  readonly applicationId: number;
  readonly layout: number;
  /** The statements that make its tables. */
  readonly tables: string;
}

/**
 * Makes a file whole under another name and renames it, so that a crash leaves no half of it, and an empty
 * file is always damage.
 */
export function createWhole(file: string, { applicationId, layout, tables }: FileForm): void {
  const beginning = `${file}-new`;
  for (const left of ['', '-journal', '-wal', '-shm']) rmSync(beginning + left, { force: true });
  createEmpty(beginning);
  const database = new Database(beginning);
  try {
    database.exec(tables);
    database.pragma(`application_id = ${applicationId}`);
    database.pragma(`user_version = ${layout}`);
    database.pragma('journal_mode = WAL');
  } finally {
    database.close();
  }
  flush(beginning);
  renameSync(beginning, file);
  flush(dirname(file));
}

/** Makes an empty file that only its user can read. Throws if the file exists. */
export function createEmpty(file: string): void {
  closeSync(openSync(file, 'wx', OWN_FILE));
}

/** A journal lies beside a file: opening the file to write would write the journal into it. */
export class StrayJournal extends Error {
  override readonly name = 'StrayJournal';
}

/**
 * Throws {@link StrayJournal} if a journal lies beside a file: no release leaves one, since all use a
 * write-ahead log.
 */
export function mustHaveNoJournal(file: string): void {
  if (existsSync(`${file}-journal`))
    throw new StrayJournal(
      `${file}-journal lies beside ${file}, which has been left as it is: no release makes such a file, and SQLite would write into ${file} what is in it. Move ${file}-journal away, and do the same again: what is whole in ${file} is then told from what is not.`,
    );
}

/**
 * Opens a file without trusting it: no function of its schema runs unless it is harmless, its schema cannot
 * be written, and each cell of a page is checked before it is read.
 */
export function openWary(
  file: string,
  { readonly, timeout = 2_000 }: { readonly readonly: boolean; readonly timeout?: number },
): Database.Database {
  mustHaveNoJournal(file);
  // The binding opens every file in SQLite’s defensive mode.
  const database = new Database(file, { readonly, fileMustExist: true, timeout });
  database.pragma('trusted_schema = OFF');
  database.pragma('cell_size_check = ON');
  return database;
}

/**
 * How the schema of a file differs from what these statements make, in words: a trigger or a view would
 * silently change what is written or read. Undefined if it does not differ. `later`: statements of which all,
 * some or none may have been run.
 */
export function strangeness(database: Database.Database, tables: string, later = ''): string | undefined {
  const must = schemaMadeBy(tables);
  const may = schemaMadeBy(tables + later);
  const found = schemaOf(database);
  for (const [name, sql] of found) {
    if (!may.has(name)) return `it has ${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}, which no release makes`;
    if (may.get(name) !== sql) return `its ${name} is not as this release makes it`;
  }
  for (const name of must.keys()) if (!found.has(name)) return `it has no ${name}`;
  return undefined;
}

/** The statements of a schema by what they make, such as `table log`. Line breaks count as spaces. */
function schemaOf(database: Database.Database): ReadonlyMap<string, string> {
  const rows = database
    .prepare<[], { type: string; name: string; tbl_name: string; sql: string | null }>(
      'SELECT type, name, tbl_name, sql FROM sqlite_schema',
    )
    .all();
  return new Map(
    rows.map(({ type, name, tbl_name, sql }) => [
      `${type} ${name}`,
      `${tbl_name} ${sql?.replaceAll(/\s+/g, ' ').trim() ?? ''}`,
    ]),
  );
}

function schemaMadeBy(statements: string): ReadonlyMap<string, string> {
  const database = new Database(':memory:');
  try {
    database.exec(statements);
    return schemaOf(database);
  } finally {
    database.close();
  }
}

/**
 * Copies the content of a file at one moment into a new file, while others may write to it. The copy holds
 * nothing that was deleted, and is a single file, flushed to the disk.
 */
export function copyWhole(file: string, copy: string): void {
  createEmpty(copy);
  const source = openWary(file, { readonly: true });
  try {
    source.pragma('temp_store = MEMORY');
    source.prepare('VACUUM INTO ?').run(copy);
  } finally {
    source.close();
  }
  const made = new Database(copy, { fileMustExist: true });
  try {
    // The copy has lost its mark of a write-ahead log, without which it would be taken for half of a file.
    made.pragma('journal_mode = WAL');
  } finally {
    made.close();
  }
  flush(copy);
}

/** Throws unless every page of a file is intact. */
export function checkWhole(file: string): void {
  const reader = openWary(file, { readonly: true });
  try {
    const found = reader.pragma('integrity_check', { simple: true });
    if (found !== 'ok') throw new Error(`${file} is not whole: ${String(found)}`);
  } finally {
    reader.close();
  }
}

/** The name of a file that is about to replace another. */
export function restoredName(file: string): string {
  return `${file}-restored`;
}

/** Flushes the content of a file or a folder to the disk. */
export function flush(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
