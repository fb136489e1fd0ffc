import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { createWhole, openWary, OWN_FOLDER, StrayJournal, strangeness } from '@app/event-store/sqlite-file';
import { sqliteCodeOf, faultOf } from '@app/event-store/sqlite-writer';
import { ErasureListDamaged, type ErasureList } from './erasure-list';
import {
  erasuresRecorded,
  LATER,
  TABLES,
  VaultFile,
  type Call,
  type CallOutcome,
  type VaultFiles,
} from './vault-file';
import { VaultUnavailable, type Erasure, type Vault } from './vault';

/** "GVlt": tells a vault from any other SQLite file. */
const APPLICATION_ID = 0x47566c74;
/** Of the layout of the file. */
const LAYOUT = 1;

/** The file is not, or is no longer, a whole vault. Trying again does not help; the message says what does. */
export class VaultDamaged extends Error {
  override readonly name = 'VaultDamaged';
}

/**
 * A vault in one SQLite file. What was put, read or erased has been flushed to the disk when that is said, and what was
 * replaced or erased stands in none of its files any more, the write-ahead log neither. While it is used a thread of its
 * own has the file, so that no one else waits for the disk, nor for the file to be written anew.
 */
export class SqliteVault implements Vault {
  readonly #files: VaultFiles;
  #thread: VaultThread | undefined;
  #isClosed = false;

  /**
   * Opens the vault in a file, which is made, with its directory, where there is none. With a list of erasures, what
   * stands in it and was not erased in this file is erased first: the file may be an older one that was put back. Throws
   * {@link VaultDamaged}, or {@link VaultUnavailable} where the file, or the list, cannot be had at all. `isRestored`: it is a
   * backup’s, and newer ones may follow it.
   */
  static open(file: string, list?: ErasureList, isRestored = false): SqliteVault {
    return trying(file, () => {
      if (!existsSync(file)) create(file);
      // SQLite would leave files beside one that can only be read which can only be read themselves.
      accessSync(file, constants.R_OK | constants.W_OK);
      check(file);
      const files = { file, list: list?.file };
      const opened = new VaultFile(files);
      try {
        opened.settle(list?.all() ?? [], isRestored);
      } finally {
        opened.close();
      }
      return new SqliteVault(files);
    });
  }

  private constructor(files: VaultFiles) {
    this.#files = files;
  }

  put(...args: Parameters<Vault['put']>): ReturnType<Vault['put']> {
    return this.#call({ name: 'put', args });
  }

  read(...args: Parameters<Vault['read']>): ReturnType<Vault['read']> {
    return this.#call({ name: 'read', args });
  }

  readAll(...args: Parameters<Vault['readAll']>): ReturnType<Vault['readAll']> {
    return this.#call({ name: 'readAll', args });
  }

  mint(...args: Parameters<Vault['mint']>): ReturnType<Vault['mint']> {
    return this.#call({ name: 'mint', args });
  }

  minted(...args: Parameters<Vault['minted']>): ReturnType<Vault['minted']> {
    return this.#call({ name: 'minted', args });
  }

  mintings(...args: Parameters<Vault['mintings']>): ReturnType<Vault['mintings']> {
    return this.#call({ name: 'mintings', args });
  }

  erase(...args: Parameters<Vault['erase']>): ReturnType<Vault['erase']> {
    return this.#call({ name: 'erase', args });
  }

  kept(): ReturnType<Vault['kept']> {
    return this.#call({ name: 'kept', args: [] });
  }

  readings(...args: Parameters<Vault['readings']>): ReturnType<Vault['readings']> {
    return this.#call({ name: 'readings', args });
  }

  erasures(...args: Parameters<Vault['erasures']>): ReturnType<Vault['erasures']> {
    return this.#call({ name: 'erasures', args });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#thread?.end();
  }

  /** The thread does one call after the other, whatever they come to: what it says of each is of the type that the call has. */
  async #call<T>(call: Call): Promise<T> {
    const { file } = this.#files;
    if (this.#isClosed) throw new VaultUnavailable(`The vault ${file} is closed.`);
    if (!this.#thread?.isAlive) this.#thread = new VaultThread(this.#files);
    const outcome = await this.#thread.call(call);
    if ('value' in outcome) return outcome.value as T;
    const { message, code } = outcome.error;
    return trying(file, () => {
      throw Object.assign(new Error(message), { code });
    });
  }
}

/** Compiled or not, as this file is. */
const KIND = extname(__filename);

/** The thread that has the files, from where the vault is used. It keeps the process alive only while it has work. */
class VaultThread {
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  /** Who waits for the outcome of a call, in the order of the calls. */
  #waiting: ((outcome: CallOutcome) => void)[] = [];
  #isAlive = true;

  constructor(files: VaultFiles) {
    const worker = new Worker(join(__dirname, `vault-file${KIND}`), {
      workerData: files,
      // As source it is an ES module by its syntax only, of which Node would warn each time.
      ...(KIND === '.ts' && { execArgv: ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'] }),
    });
    this.#worker = worker;
    worker.unref();
    let error: { readonly code?: string; readonly message: string } = { message: 'its thread was ended' };
    worker.on('message', (outcomes: readonly CallOutcome[]) => {
      for (const outcome of outcomes) this.#waiting.shift()?.(outcome);
      if (this.#waiting.length === 0) worker.unref();
    });
    worker.on('error', (thrown) => {
      const code = sqliteCodeOf(thrown);
      error = { message: thrown instanceof Error ? thrown.message : String(thrown), ...(code && { code }) };
    });
    this.#ended = new Promise((resolve) => {
      worker.on('exit', () => {
        this.#isAlive = false;
        for (const settle of this.#waiting.splice(0)) settle({ error });
        resolve();
      });
    });
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  call(call: Call): Promise<CallOutcome> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#worker.ref();
      this.#worker.postMessage(call);
    });
  }

  /** Resolves when it has done what it was called for, and has let go of the files. */
  async end(): Promise<void> {
    this.#worker.ref();
    this.#worker.postMessage(null);
    await this.#ended;
  }
}

/** The erasures that a vault has recorded, of which nothing is changed. Throws as {@link SqliteVault.open} does. */
export function erasuresIn(file: string): readonly Erasure[] {
  return trying(file, () => {
    check(file);
    const reader = openWary(file, { readonly: true });
    try {
      return erasuresRecorded(reader);
    } finally {
      reader.close();
    }
  });
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
    const strange = strangeness(reader, TABLES, LATER);
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
    if (error instanceof StrayJournal) throw new VaultDamaged(error.message);
    if (DAMAGE.test(sqliteCodeOf(error) ?? '')) throw damaged(file, String(error), error);
    throw new VaultUnavailable(faultOf(`The vault ${file} cannot be had`, error).detail, { cause: error });
  }
}

/** The statements are always the same, so a plain SQLITE_ERROR means that the file is not what they are for. */
const DAMAGE = /^SQLITE_(CORRUPT(_.*)?|NOTADB|FORMAT|ERROR)$/;
