import type { EventLog } from '@app/event-store/event-log';
import { MemoryLog } from '@app/event-store/memory';
import { SqliteLog } from '@app/event-store/sqlite';

/** Where the log is kept. */
export type Store = { readonly kind: 'sqlite'; readonly file: string } | { readonly kind: 'memory' };

/** Opens the log; rejects, and says why, where it is damaged or another process writes it. */
export async function openLog(store: Store): Promise<EventLog> {
  return store.kind === 'memory' ? new MemoryLog() : SqliteLog.open(store.file);
}
