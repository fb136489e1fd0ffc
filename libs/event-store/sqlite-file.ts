import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';

/** What tells a file of ours from any other, and what stands in it at first. */
export interface FileForm {
  readonly applicationId: number;
  readonly layout: number;
  /** The statements that make its tables. */
  readonly tables: string;
  /** Who may read and write it, where not everybody whom the system lets. */
  readonly mode?: number;
}

/** Makes a file whole under another name, so that a crash leaves no half of it behind and an empty file is always damage. */
export function createWhole(file: string, { applicationId, layout, tables, mode }: FileForm): void {
  const beginning = `${file}-new`;
  for (const left of ['', '-journal', '-wal', '-shm']) rmSync(beginning + left, { force: true });
  if (mode !== undefined) closeSync(openSync(beginning, 'wx', mode));
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

/**
 * Copies what stands in a file of ours at one moment into a file that is not there yet, while others write to it. The
 * copy has nothing in it of what was deleted, and is one file, which is on the disk.
 */
export function copyWhole(file: string, copy: string, mode: number): void {
  closeSync(openSync(copy, 'wx', mode));
  const source = new Database(file, { readonly: true, fileMustExist: true, timeout: 2_000 });
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
  const reader = new Database(file, { readonly: true, fileMustExist: true, timeout: 2_000 });
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
