import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';

/** No one but the user who runs the register reads its files, nor what SQLite puts beside them: that has the same mode. */
export const OWN_FILE = 0o600;
/** Nor is there anything for others in a folder that it makes for them. */
export const OWN_FOLDER = 0o700;

/** What tells a file of ours from any other, and what stands in it at first. */
export interface FileForm {
  readonly applicationId: number;
  readonly layout: number;
  /** The statements that make its tables. */
  readonly tables: string;
}

/** Makes a file whole under another name, so that a crash leaves no half of it behind and an empty file is always damage. */
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

/** Makes an empty file that is the register’s own. Throws where there is one. */
export function createEmpty(file: string): void {
  closeSync(openSync(file, 'wx', OWN_FILE));
}

/** What lies beside a file would be written into it by whoever opens it to write. */
export class StrayJournal extends Error {
  override readonly name = 'StrayJournal';
}

/** Throws {@link StrayJournal} where a journal lies beside a file: no release leaves one, since all have a write-ahead log. */
export function mustHaveNoJournal(file: string): void {
  if (existsSync(`${file}-journal`))
    throw new StrayJournal(
      `${file}-journal lies beside ${file}, which has been left as it is: no release makes such a file, and SQLite would write into ${file} what is in it. Move ${file}-journal away, and do the same again: what is whole in ${file} is then told from what is not.`,
    );
}

/**
 * Opens a file of which nothing is believed: no function of its schema runs unless it is harmless, its schema cannot be
 * written, and each cell of a page is looked at before it is read.
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
 * What the schema of a file has besides, or other than, or without what these statements make, in words: a trigger or a
 * view would change what is written, or read, behind the back of whoever does so. Nothing where it is as they make it.
 * `later`: statements of which all, some or none may have been done.
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

/** The statements of a schema by what they make, such as `table log`; spaces are as good as line breaks. */
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
 * Copies what stands in a file of ours at one moment into a file that is not there yet, while others write to it. The
 * copy has nothing in it of what was deleted, and is one file, which is on the disk.
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
    // It has lost the mark of its write-ahead log, without which it would be taken for half of a file.
    made.pragma('journal_mode = WAL');
  } finally {
    made.close();
  }
  flush(copy);
}

/** Throws unless every page of a file is sound. */
export function checkWhole(file: string): void {
  const reader = openWary(file, { readonly: true });
  try {
    const found = reader.pragma('integrity_check', { simple: true });
    if (found !== 'ok') throw new Error(`${file} is not whole: ${String(found)}`);
  } finally {
    reader.close();
  }
}

/** What a file is called that is about to be put in the place of another. */
export function restoredName(file: string): string {
  return `${file}-restored`;
}

/** Sees to it that what stands in a file or a folder is on the disk. */
export function flush(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
