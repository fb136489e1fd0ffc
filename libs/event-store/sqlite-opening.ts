import { LogInUse, LogShorter, cannot, foreign, damaged } from './sqlite-faults';
import { accessSync, constants, existsSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { LogUnavailable } from './event-log';
import {
  createEmpty,
  createWhole,
  flush,
  openWary,
  OWN_FOLDER,
  restoredName,
  strangeness,
} from './sqlite-file';
import { headFileOf, readHead } from './sqlite-head';
import { secondName } from './sqlite-place';
import { sqliteCodeOf } from './sqlite-writer';

/** "GReg": tells a log from any other SQLite file. */
const APPLICATION_ID = 0x47526567;

/** Of the layout of the file, not of the events in it. */
const LAYOUT = 2;

/** Each row carries the leaf hash of its event. Not in the second place: a log of the first layout is brought to this one. */
const TABLE = 'CREATE TABLE log (position INTEGER PRIMARY KEY, event TEXT NOT NULL, hash BLOB) STRICT';

/** Of earlier releases, in which a row had no hash. */
export const FIRST_LAYOUT = 1;

const FIRST_TABLE = 'CREATE TABLE log (position INTEGER PRIMARY KEY, event TEXT NOT NULL) STRICT';

/** The real path of the file, so that one file has one lock whatever links lead to it. */
export function locate(path: string, readOnly: boolean): string {
  const wanted = resolve(path);
  try {
    const found = statSync(wanted, { throwIfNoEntry: false });
    if (found?.isFile()) return realpathSync(wanted);
    if (found !== undefined) throw new LogUnavailable(`The log cannot be in ${wanted}, which is not a file.`);
    if (readOnly) throw new LogUnavailable(`There is no log at ${wanted}.`);
    const directory = dirname(wanted);
    const made = mkdirSync(directory, { recursive: true, mode: OWN_FOLDER });
    if (made !== undefined)
      for (let at = directory; at.length >= made.length; at = dirname(at)) flush(dirname(at));
    return join(realpathSync(directory), basename(wanted));
  } catch (error) {
    if (error instanceof LogUnavailable) throw error;
    throw new LogUnavailable(cannot(wanted, 'opened', error), { cause: error });
  }
}

/**
 * Keeps every other process from writing the log. Held as long as the log is open, and let go by the kernel when the process dies. A lock in the log file itself would
 * keep readers out; a file with a process id in it would outlive its process.
 */
export function lockLog(file: string): Database.Database {
  let lock: Database.Database | undefined;
  try {
    // Whoever else could open it could keep the register from starting.
    if (!existsSync(`${file}-lock`)) createEmpty(`${file}-lock`);
    lock = new Database(`${file}-lock`, { timeout: 100 });
    // Else the lock would leave a journal beside it.
    lock.pragma('journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock?.close();
    if (sqliteCodeOf(error)?.startsWith('SQLITE_BUSY')) {
      throw new LogInUse(
        `The log ${file} is open for writing already: another register, or a command such as restore, has it. End that, or name another file in REGISTER_STORE.`,
      );
    }
    throw new LogUnavailable(cannot(file, 'written', error), { cause: error });
  }
}

export function create(file: string): void {
  if (existsSync(`${file}-wal`))
    throw damaged(file, `it is missing, and ${file}-wal, a part of it, is there`);
  if (existsSync(restoredName(file)))
    throw new LogUnavailable(`A backup was being put in the place of the log ${file}: restore it again.`);
  const head = readHead(file);
  if (head !== 'missing')
    throw new LogShorter(
      `The log ${file} is missing, and ${headFileOf(file)} says that there was one${head === 'damaged' ? '' : `, up to position ${head.position}`}. Put the log back, with its -wal, or restore a backup (npm run restore). Where a new register is to begin here, move ${headFileOf(file)} away.`,
    );
  createWhole(file, { applicationId: APPLICATION_ID, layout: LAYOUT, tables: TABLE });
}

/**
 * Throws where the file may have another name, by which another process could write it: one that is named elsewhere, or one
 * that it had when a process opened it that is writing it still.
 */
export function mustHaveOneName(file: string): void {
  const second = secondName(file);
  if (second !== undefined) throw new LogInUse(`The log ${file} cannot be opened for writing: ${second}.`);
  // What has the file open by this name has these beside it.
  if (existsSync(`${file}-shm`) || existsSync(`${file}-wal`)) return;
  const probe = new Database(file, { fileMustExist: true, timeout: 1_000 });
  try {
    probe.pragma('locking_mode = EXCLUSIVE');
    probe.pragma('user_version');
  } catch (error) {
    if (!sqliteCodeOf(error)?.startsWith('SQLITE_BUSY')) return;
    throw new LogInUse(
      `The log ${file} is open by another name, which it had before or has in another place. End the process that has it, such as a register.`,
    );
  } finally {
    probe.close();
  }
}

/** SQLite would open it all the same, and tell of it at the first append. */
export function mustBeWritable(file: string): void {
  try {
    accessSync(file, constants.W_OK);
  } catch (error) {
    throw new LogUnavailable(cannot(file, 'written', error), { cause: error });
  }
}

export interface OpenReader {
  readonly reader: Database.Database;
  readonly layout: number;
}

/**
 * Opens the file for reading. Throws {@link LogDamaged} unless it has all its pages, and is a log of a layout that this
 * release knows, with nothing else in it. Whether each page is sound, and each event there and as it was written, shows
 * when it is read.
 */
export function openReader(file: string): OpenReader {
  if (statSync(file).size === 0) throw damaged(file, 'it is empty');
  const reader = openWary(file, { readonly: true, timeout: 1_000 });
  const pragma = (name: string) => reader.pragma(name, { simple: true });
  try {
    const application = pragma('application_id');
    if (application !== APPLICATION_ID) throw foreign(file, 'it is not the log of a register');
    const layout = pragma('user_version');
    if (layout !== LAYOUT && layout !== FIRST_LAYOUT)
      throw damaged(
        file,
        `its layout is ${String(layout)}, and this release knows only ${FIRST_LAYOUT} and ${LAYOUT}`,
      );
    if (pragma('journal_mode') !== 'wal')
      throw damaged(file, 'its header says that it has no write-ahead log');
    const strange = strangeness(reader, layout === LAYOUT ? TABLE : FIRST_TABLE);
    if (strange !== undefined) throw damaged(file, `${strange} (layout ${layout})`);

    // What is not in the file may still be in its write-ahead log; without one it is gone. In this order, since
    // another process may be writing.
    const size = Number(pragma('page_count')) * Number(pragma('page_size'));
    const ahead = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    if (ahead === 0 && statSync(file).size < size) throw damaged(file, 'its end is missing');

    // SQLite’s own check of every page would double the time of a start, and finds nothing that the reading of all events,
    // by which a start goes on, does not find.
    return { reader, layout };
  } catch (error) {
    reader.close();
    throw error;
  }
}
