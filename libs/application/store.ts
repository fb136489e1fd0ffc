import { existsSync, realpathSync } from 'node:fs';
import { format, parse, resolve } from 'node:path';
import type { EventLog } from '@app/event-store/event-log';
import { MemoryLog } from '@app/event-store/memory';
import { SqliteLog } from '@app/event-store/sqlite';
import { MemoryVault } from './vault/memory-vault';
import { SqliteVault } from './vault/sqlite-vault';
import type { Vault } from './vault/vault';

/** Where the log is kept. */
export type Store = { readonly kind: 'sqlite'; readonly file: string } | { readonly kind: 'memory' };

/** Opens the log; rejects, and says why, where it is damaged or another process writes it. */
export async function openLog(store: Store): Promise<EventLog> {
  return store.kind === 'memory' ? new MemoryLog() : SqliteLog.open(store.file);
}

/** Opens the vault beside a log that is open; throws, and says why, where it is damaged. */
export function openVault(store: Store): Vault {
  return store.kind === 'memory' ? new MemoryVault() : SqliteVault.open(vaultFile(store.file));
}

/** Beside the log wherever links lead to, so that one log has one vault: `register.vault.db` beside `register.db`. */
function vaultFile(log: string): string {
  const { dir, name, ext } = parse(existsSync(log) ? realpathSync(log) : resolve(log));
  return format({ dir, name: `${name}.vault`, ext });
}
