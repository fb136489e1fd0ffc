import { existsSync, realpathSync } from 'node:fs';
import { format, parse, resolve } from 'node:path';
import type { EventLog } from '@app/event-store/event-log';
import { MemoryLog } from '@app/event-store/memory';
import { SqliteLog } from '@app/event-store/sqlite';
import type { AccessRecord } from './access/access-record';
import { MemoryAccessRecord } from './access/memory-access-record';
import { SqliteAccessRecord } from './access/sqlite-access-record';
import { ErasureList } from './vault/erasure-list';
import { MemoryVault } from './vault/memory-vault';
import { SqliteVault } from './vault/sqlite-vault';
import type { Vault } from './vault/vault';

/** Where the log is kept. */
export type Store = { readonly kind: 'sqlite'; readonly file: string } | { readonly kind: 'memory' };

/** Opens the log; rejects, and says why, where it is damaged or another process writes it. */
export async function openLog(store: Store): Promise<EventLog> {
  return store.kind === 'memory' ? new MemoryLog() : SqliteLog.open(store.file);
}

/**
 * Opens the vault beside a log that is open, and erases in it what was erased before and is there again; throws, and says
 * why, where it is damaged.
 */
export function openVault(store: Store): Vault {
  if (store.kind === 'memory') return new MemoryVault();
  const { vault, erasures } = filesOf(store.file);
  return SqliteVault.open(vault, ErasureList.open(erasures));
}

/** Opens the access record beside a log that is open; throws, and says why, where it is damaged. */
export function openAccess(store: Store): AccessRecord {
  return store.kind === 'memory'
    ? new MemoryAccessRecord()
    : SqliteAccessRecord.open(filesOf(store.file).access);
}

/** All that is kept of a register in files. */
export interface Files {
  readonly log: string;
  /** Who persons are. */
  readonly vault: string;
  /** Who was refused, and which keys were used. */
  readonly access: string;
  /** Who was erased: it outlives the vault, and stays where it is whatever is put back. */
  readonly erasures: string;
}

/**
 * Beside the log wherever links lead to, so that one log has one of each: `register.vault.db`, `register.access.db` and
 * `register.erasures` beside `register.db`.
 */
export function filesOf(log: string): Files {
  const file = existsSync(log) ? realpathSync(log) : resolve(log);
  const { dir, name, ext } = parse(file);
  const beside = (what: string) => format({ dir, name: `${name}.${what}`, ext });
  return {
    log: file,
    vault: beside('vault'),
    access: beside('access'),
    erasures: format({ dir, name, ext: '.erasures' }),
  };
}
