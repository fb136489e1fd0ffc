import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, extname, format, join, parse, resolve } from 'node:path';
import type { EventLog } from '@app/event-store/event-log';
import { KurrentLog } from '@app/event-store/kurrentdb/kurrent-log';
import { MemoryLog } from '@app/event-store/memory';
import { SqliteLog } from '@app/event-store/sqlite';
import { headFileOf } from '@app/event-store/sqlite-head';
import type { AccessRecord } from '../access/access-record';
import { MemoryAccessRecord } from '../access/memory-access-record';
import { PostgresAccessRecord } from '../access/postgres-access-record';
import { SqliteAccessRecord } from '../access/sqlite-access-record';
import { ErasureList } from '../vault/erasure-list';
import { MemoryVault } from '../vault/memory-vault';
import { NoVault } from '../vault/no-vault';
import type { DrawnKeys } from '../posting/drawn-keys';
import { PostgresDrawnKeys } from '../posting/postgres-drawn-keys';
import { PostgresVault } from '../vault/postgres-vault';
import { FileProofStore, keysFileOf } from '../proofs/file-proof-store';
import { MemoryProofStore } from '../proofs/memory-proof-store';
import { PostgresProofStore } from '../proofs/postgres-proof-store';
import type { ProofStore } from '../proofs/proof-store';
import { SqliteVault } from '../vault/sqlite-vault';
import type { Vault } from '../vault/vault';
import type { Store, VaultStore } from './store';

/**
 * What the thread of a log checks events with: another thread runs what is compiled only. With fewer events it would be longer
 * about getting ready than about checking them.
 */
const FORM_CHECKS =
  extname(__filename) === '.js'
    ? { module: join(__dirname, '../../read-model/index/form-flaw.js'), atLeast: 20_000 }
    : undefined;

/**
 * Opens the log. Rejects, and says why, if the log is damaged, or if another process writes its file. A log in an engine
 * opens even if the engine does not answer: its calls wait. `told` receives what the operator should know, though it stops
 * nothing. `readOnly`: opens the log beside a process that writes it.
 */
export async function openLog(
  store: Store,
  told?: (sentence: string) => void,
  { readOnly = false }: { readonly readOnly?: boolean } = {},
): Promise<EventLog> {
  switch (store.kind) {
    case 'memory':
      return new MemoryLog();
    case 'sqlite':
      return SqliteLog.open(store.file, { readOnly, checks: FORM_CHECKS, ...(told && { told }) });
    case 'kurrentdb':
      return KurrentLog.open(store);
  }
}

/** What is kept beside the log. */
export interface Beside {
  readonly vault: Vault;
  readonly access: AccessRecord;
  /** The keys that were drawn lately; undefined if each process remembers its own. */
  readonly drawnKeys?: DrawnKeys;
}

/**
 * Opens what is kept beside a log that is open, and erases again what came back into the vault after its erasure. Throws, and
 * says why, if a file is damaged.
 */
export function openBeside(store: VaultStore): Beside {
  switch (store.kind) {
    case 'memory':
      return { vault: new MemoryVault(), access: new MemoryAccessRecord() };
    case 'none':
      return { vault: new NoVault(), access: new MemoryAccessRecord() };
    case 'sqlite': {
      const { vault, erasures, access } = filesOf(store.file);
      return {
        vault: SqliteVault.open(vault, ErasureList.open(erasures)),
        access: SqliteAccessRecord.open(access),
      };
    }
    case 'postgres':
      return {
        vault: PostgresVault.open(store.address),
        access: PostgresAccessRecord.open(store.address),
        drawnKeys: PostgresDrawnKeys.open(store.address),
      };
  }
}

/**
 * Where the keys and the last checkpoint of a log are kept: beside its file, or over an engine where the vault is. Undefined
 * where there is neither. Nothing is read yet. Throws if an address is none.
 */
export function openProofs(log: Store, vault: VaultStore): ProofStore | undefined {
  if (log.kind === 'memory') return new MemoryProofStore();
  const place = log.kind === 'sqlite' ? log : vault;
  if (place.kind === 'postgres') return PostgresProofStore.open(place.address);
  return place.kind === 'sqlite' ? new FileProofStore(filesOf(place.file).log) : undefined;
}

/** The files of a register. */
export interface Files {
  readonly log: string;
  /** The head of the log, which moves with the log. */
  readonly head: string;
  /** Personal data. */
  readonly vault: string;
  /** Refused attempts, and the last uses of keys. */
  readonly access: string;
  /** What a start reads in the place of the log, if it fits; whoever removes it loses nothing. */
  readonly snapshot: string;
  /** The list of erasures. It outlives the vault, and no restore replaces it. */
  readonly erasures: string;
  /** The keys by which the log is signed. They are in no backup unless asked for. */
  readonly keys: string;
}

/**
 * The files of the register whose log this is, such as `register.vault.db`, `register.access.db` and `register.erasures`
 * beside `register.db`. Links are followed, so that a log has the same files by whichever name.
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
    snapshot: format({ dir, name, ext: '.snapshot' }),
    erasures: format({ dir, name, ext: '.erasures' }),
    keys: keysFileOf(file),
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
