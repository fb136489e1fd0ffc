/**
 * The table of a log, as every thread reads it. Its types are erasable, and it imports packages, or our own files by their full
 * names, so that Node runs it in a thread both from source and compiled.
 */
import Database from 'better-sqlite3';
import { leafHash } from './leaf.ts';

/**
 * The number of rows that are read in one call: few enough that a run of the largest events fits into memory.
 */
export const ROWS_A_CALL = 250;

/** A connection that may write. */
export function connected(file: string, mostPages?: number): Database.Database {
  const database = new Database(file, { fileMustExist: true, timeout: 2_000 });
  database.pragma('synchronous = FULL');
  database.pragma('trusted_schema = OFF');
  database.pragma('cell_size_check = ON');
  if (mostPages !== undefined) database.pragma(`max_page_count = ${mostPages}`);
  return database;
}

/**
 * Whether there are as many rows as positions from 0 to the last. SQLite counts by pages, and reads no row.
 */
export function isWithoutGap(database: Database.Database): boolean {
  const isSo = database
    .prepare('SELECT count(*) = coalesce(max(position) + 1, 0) AND coalesce(min(position), 0) = 0 FROM log')
    .pluck()
    .get();
  return isSo === 1;
}

/** Reads one column of the rows between two positions, both included. */
export type Range<T> = (first: number, last: number) => readonly T[];

/** The events, or whatever the rows hold instead. */
export function eventsIn(database: Database.Database): Range<unknown> {
  return rangeOf(database, 'event');
}

/** The hashes as they are kept, in capitals; empty if there is none. */
export function hashesIn(database: Database.Database): Range<string> {
  return rangeOf(database, 'hex(hash)');
}

function rangeOf<T>(database: Database.Database, column: string): Range<T> {
  const rows = database
    .prepare<[number, number], T>(
      `SELECT ${column} FROM log WHERE position BETWEEN ? AND ? ORDER BY position`,
    )
    .pluck();
  return (first, last) => rows.all(first, last);
}

/** Whether an event is the one that was written, by its hash. */
export function agrees(event: unknown, hash: string | undefined): boolean {
  return typeof event === 'string' && leafHash(event).toUpperCase() === hash;
}
