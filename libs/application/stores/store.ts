import {
  engineAddress,
  isEngineAddress,
  withoutPassword,
  type EngineAddress,
} from '@app/event-store/kurrentdb/address';
import { isPostgresAddress, postgresAddress } from './postgres';

/** Where the log is kept. */
export type Store =
  | { readonly kind: 'sqlite'; readonly file: string }
  | ({ readonly kind: 'kurrentdb' } & EngineAddress)
  | { readonly kind: 'memory' };

/**
 * Where the vault and the access record are kept: in files named after `file`, which need not be the log’s; in a PostgreSQL,
 * which several registers may share; or nowhere.
 */
export type VaultStore =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'postgres'; readonly address: string }
  | { readonly kind: 'memory' }
  | { readonly kind: 'none' };

/** Reads where the log is kept. Throws if a setting names no store, and says how to correct it. */
export function storeOf(setting: string): Store {
  if (setting === 'memory:') return { kind: 'memory' };
  const file = fileOf(setting);
  if (file !== undefined) return { kind: 'sqlite', file };
  if (isEngineAddress(setting)) return { kind: 'kurrentdb', ...engineAddress(setting) };
  throw new Error(
    'REGISTER_STORE must be sqlite: and a file, such as sqlite:data/register.db, or the address of a KurrentDB, such as kurrentdb://10.0.0.5:2113?tls=false, or memory:',
  );
}

/** Reads where the vault is kept: without a setting, where the log is, except for an engine. Throws as {@link storeOf} does. */
export function vaultOf(setting: string, store: Store): VaultStore {
  if (setting === '') return store.kind === 'kurrentdb' ? { kind: 'none' } : store;
  const file = fileOf(setting);
  if (file !== undefined && store.kind !== 'sqlite') return { kind: 'sqlite', file };
  if (isPostgresAddress(setting)) {
    postgresAddress(setting);
    return { kind: 'postgres', address: setting };
  }
  throw new Error(
    store.kind === 'sqlite'
      ? 'REGISTER_VAULT must be the address of a PostgreSQL, such as postgres://register@10.0.0.5/register, beside a log in a file: its own vault needs no setting'
      : 'REGISTER_VAULT must be sqlite: and a file, such as sqlite:data/vault.db, or the address of a PostgreSQL, such as postgres://register@10.0.0.5/register',
  );
}

function fileOf(setting: string): string | undefined {
  return /^sqlite:(.+)$/.exec(setting)?.[1];
}

/** The place of the log, for the operator to read. */
export function placeOf(store: Exclude<Store, { readonly kind: 'sqlite' }>): string {
  return store.kind === 'memory'
    ? 'memory, which the end of this process empties'
    : `the stream ${store.stream} of ${withoutPassword(store.connection)}`;
}
