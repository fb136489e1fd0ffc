import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, format, parse, resolve } from 'node:path';
import type { EventLog } from '@app/event-store/event-log';
import { MemoryLog } from '@app/event-store/memory';
import { SqliteLog } from '@app/event-store/sqlite';
import { headFileOf } from '@app/event-store/sqlite-head';
import type { AccessRecord } from '../access/access-record';
import { MemoryAccessRecord } from '../access/memory-access-record';
import { SqliteAccessRecord } from '../access/sqlite-access-record';
import { ErasureList } from '../vault/erasure-list';
import { MemoryVault } from '../vault/memory-vault';
import { SqliteVault } from '../vault/sqlite-vault';
import type { Vault } from '../vault/vault';

/** Where the log is kept. */
export type Store = { readonly kind: 'sqlite'; readonly file: string } | { readonly kind: 'memory' };

/**
 * Opens the log; rejects with the reason if it is damaged or another process writes it. `told`: receives what
 * the operator should know although it prevents nothing.
 */
export async function openLog(store: Store, told?: (sentence: string) => void): Promise<EventLog> {
  return store.kind === 'memory' ? new MemoryLog() : SqliteLog.open(store.file, { ...(told && { told }) });
}

/**
 * Opens the vault beside an open log, and erases again what was erased before and has come back. Throws with
 * the reason if the vault is damaged.
 */
export function openVault(store: Store): Vault {
  if (store.kind === 'memory') return new MemoryVault();
  const { vault, erasures } = filesOf(store.file);
  return SqliteVault.open(vault, ErasureList.open(erasures));
}

/** Opens the access record beside an open log; throws with the reason if it is damaged. */
export function openAccess(store: Store): AccessRecord {
  return store.kind === 'memory'
    ? new MemoryAccessRecord()
    : SqliteAccessRecord.open(filesOf(store.file).access);
}

/** The files of a register. */
export interface Files {
  readonly log: string;
  /** How far the log has come; it belongs to the log and moves with it. */
  readonly head: string;
  /** Personal data. */
  readonly vault: string;
  /** Refused attempts, and the last uses of keys. */
  readonly access: string;
  /** The list of erasures: it outlives the vault, and stays in its place whatever is restored. */
  readonly erasures: string;
}

/**
 * The files beside the log, after following links, so that one log has one of each: `register.vault.db`,
 * `register.access.db` and `register.erasures` beside `register.db`.
 */
export function filesOf(log: string): Files {
  const file = existsSync(log) ? realpathSync(log) : resolve(log);
  const { dir, name, ext } = parse(file);
  const beside = (what: string) => format({ dir, name: `${name}.${what}`, ext });
  return {
    log: file,
    head: headFileOf(file),
    vault: beside('vault'),
    access: beside('access'),
    erasures: format({ dir, name, ext: '.erasures' }),
  };
}

/** The endings of the files that SQLite, and the lock of the log, keep beside a file. */
const ENDINGS = ['', '-wal', '-shm', '-lock'];

/** The files of a register, and their folder, that other users of the machine may open. */
export function openToOthers(log: string): readonly string[] {
  const { log: file, ...beside } = filesOf(log);
  return [
    dirname(file),
    ...[file, ...Object.values(beside)].flatMap((one) => ENDINGS.map((ending) => one + ending)),
  ].filter((path) => ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o077) !== 0);
}
