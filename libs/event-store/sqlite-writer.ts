/**
 * The thread that writes: a flush to the disk takes it milliseconds in which the thread that reads and serves goes on.
 * It imports packages only, and its types are erasable, so that Node runs it as it stands as well as compiled.
 */
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import type { Append } from './event-log';

export interface WriterSettings {
  readonly file: string;
  readonly mostPages: number | undefined;
}
export interface WriterRequest {
  readonly events: readonly string[];
  readonly head: number;
}
/** `null` once it is ready to write. */
export type WriterAnswer = Append | null;

const { file, mostPages } = workerData as WriterSettings;
const port = parentPort;
if (port === null) throw new Error('The writer runs in a thread of its own.');

const database = new Database(file, { fileMustExist: true, timeout: 2_000 });
database.pragma('synchronous = FULL');
if (mostPages !== undefined) database.pragma(`max_page_count = ${mostPages}`);

const begin = database.prepare('BEGIN IMMEDIATE');
const commit = database.prepare('COMMIT');
const rollback = database.prepare('ROLLBACK');
const last = database.prepare<[], number | null>('SELECT max(position) FROM log').pluck();
const insert = database.prepare<[number, string]>('INSERT INTO log (position, event) VALUES (?, ?)');

port.on('message', (request: WriterRequest | null) => {
  if (request === null) {
    database.close();
    port.close();
    return;
  }
  const answer = append(request);
  port.postMessage(answer);
  // After a COMMIT that failed, only a new connection is sure of what it holds.
  if (answer.outcome === 'unknown') {
    database.close();
    port.close();
  }
});
port.postMessage(null);

function append({ events, head }: WriterRequest): Append {
  try {
    begin.run();
    if ((last.get() ?? -1) !== head) {
      rollback.run();
      return { outcome: 'moved' };
    }
    let position = head;
    for (const event of events) insert.run(++position, event);
  } catch (error) {
    // SQLite has rolled back by itself after some errors; what is never committed is undone in any case.
    if (database.inTransaction) rollback.run();
    return { outcome: 'unavailable', detail: detailOf(error) };
  }
  try {
    commit.run();
    return { outcome: 'appended' };
  } catch (error) {
    return { outcome: 'unknown', detail: detailOf(error) };
  }
}

function detailOf(error: unknown): string {
  return error instanceof Database.SqliteError ? `${error.code}: ${error.message}` : String(error);
}
