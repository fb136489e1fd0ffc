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

/** Sees to it that what stands in a file or a folder is on the disk. */
export function flush(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
