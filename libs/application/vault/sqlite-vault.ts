import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { createWhole, openWary, OWN_FOLDER, StrayJournal, strangeness } from '@app/event-store/sqlite-file';
import { sqliteCodeOf, faultOf } from '@app/event-store/sqlite-writer';
import { startThread } from '@app/event-store/thread';
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
/** The version of the file’s layout. */
const LAYOUT = 1;

/** The file is not a whole vault. Trying again does not help; the message says what does. */
export class VaultDamaged extends Error {
  override readonly name = 'VaultDamaged';
}

/**
 * A vault in one SQLite file. When a call resolves, what it put, read or erased has been flushed to the disk,
 * and none of its files, not even the write-ahead log, holds what it replaced or erased. While it is used a
 * thread of its own has the file, so that no one else waits for the disk or for rewriting the file.
 */
export class SqliteVault implements Vault {
  readonly #files: VaultFiles;
  #thread: VaultThread | undefined;
  #isClosed = false;

  /**
   * Opens the vault in a file, and makes the file and its directory if they do not exist. With a list of
   * erasures, it first erases what the list names and this file has not erased: the file may be an older one
   * that was put back. Throws {@link VaultDamaged}, or {@link VaultUnavailable} if the file or the list
   * cannot be opened at all. `isRestored`: it is from a backup, and a newer file may replace it.
   */
  static open(file: string, list?: ErasureList, isRestored = false): SqliteVault {
    return trying(file, () => {
      if (!existsSync(file)) create(file);
      // If the file could only be read, SQLite would leave files beside it that can only be read too.
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

  /** The thread does calls one after the other, and its answer to each has the type of that call. */
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

/** The thread that has the files, as its user sees it. It keeps the process alive only while it has work. */
class VaultThread {
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  /** The callers who wait for outcomes, in the order of their calls. */
  #waiting: ((outcome: CallOutcome) => void)[] = [];
  #isAlive = true;

  constructor(files: VaultFiles) {
    const worker = startThread(join(__dirname, 'vault-file'), files);
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

  /** Resolves when all calls are done and the files are closed. */
  async end(): Promise<void> {
    this.#worker.ref();
    this.#worker.postMessage(null);
    await this.#ended;
  }
}

/** The erasures that a vault has recorded; changes nothing. Throws as {@link SqliteVault.open} does. */
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

/**
 * Reads all of the file without changing it; throws {@link VaultDamaged} unless it is a whole vault of this
 * layout.
 */
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

/**
 * Tells a damaged file from one that is unavailable at the moment. SQLite’s messages never contain a value.
 */
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

/** The statements are fixed, so a plain SQLITE_ERROR means that the file is not what they are for. */
const DAMAGE = /^SQLITE_(CORRUPT(_.*)?|NOTADB|FORMAT|ERROR)$/;
