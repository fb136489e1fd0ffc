import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importHistory } from '@app/application/posting/history-import';
import { dayOpened } from '@app/application/posting/registrar-postings';
import { Inspection } from '@app/application/stores/inspection';
import { LogUnavailable } from '@app/event-store/event-log';
import { leafHash } from '@app/event-store/leaf';
import { LogDamaged } from '@app/event-store/event-log';
import { SqliteLog } from '@app/event-store/sqlite';
import { headFileOf } from '@app/event-store/sqlite-head';
import { EventIndex } from '@app/read-model/index/event-index';
import { UnreadableEvent } from '@app/read-model/index/checked-event';
import Database from 'better-sqlite3';

const NOON = Date.UTC(2026, 8, 1, 12);
const FIRST_DAY = 20_000;
/** Small pages: ten events are on several, in a tree of more than one level. */
const PAGE = 512;

/** The posting of a provider by the registrar. */
function registered(number: number) {
  const at = NOON + number * 60_000;
  const subject = `ukprn:1000000${number}`;
  const data = { name: `Example College ${number}`, legalForm: 'college' };
  return {
    at,
    body: 'body:registrar',
    source: '/example',
    id: `${number}`,
    type: 'ProviderRegistered',
    subject,
    data,
  };
}

/** A log of ten events in a file of small pages, closed, with its head beside it; and its bytes. */
export class SmallLog {
  readonly #folder = mkdtempSync(join(tmpdir(), 'damage-'));
  readonly file = join(this.#folder, 'register.db');
  readonly head = headFileOf(this.file);
  #bytes = Buffer.alloc(0);
  #headBytes = Buffer.alloc(0);
  #texts: readonly string[] = [];

  static async make(): Promise<SmallLog> {
    const small = new SmallLog();
    const log = await SqliteLog.open(small.file);
    const days = [0, 1, 2, 3].map((day) => ({ at: NOON + day * 86_400_000, ...dayOpened(FIRST_DAY + day) }));
    const [first, ...later] = days;
    const postings = [first, ...[1, 2, 3, 4, 5, 6].map(registered), ...later];
    await importHistory(log, postings as Parameters<typeof importHistory>[1]);
    await log.close();
    const database = new Database(small.file);
    database.pragma('journal_mode = DELETE');
    database.pragma(`page_size = ${PAGE}`);
    database.exec('VACUUM');
    database.pragma('journal_mode = WAL');
    database.close();
    small.#bytes = readFileSync(small.file);
    small.#headBytes = readFileSync(small.head);
    small.#texts = await small.read();
    return small;
  }

  get bytes(): Buffer {
    return this.#bytes;
  }

  get headBytes(): Buffer {
    return this.#headBytes;
  }

  get texts(): readonly string[] {
    return this.#texts;
  }

  /** As it was made. */
  restore(): void {
    for (const left of ['-wal', '-shm']) rmSync(this.file + left, { force: true });
    writeFileSync(this.file, this.#bytes);
    writeFileSync(this.head, this.#headBytes);
  }

  /** Changes rows like someone with sqlite3 who knows the format; `leaf(event)` is the hash of an event. */
  change(sql: string): void {
    const database = new Database(this.file);
    database.function('leaf', (event) => Buffer.from(leafHash(String(event)), 'hex'));
    database.exec(sql);
    database.close();
  }

  /** All that a start checks, and what it checks in the background; the events. */
  async read(): Promise<readonly string[]> {
    const log = await SqliteLog.open(this.file, { readOnly: true });
    try {
      const register = new EventIndex();
      const texts: string[] = [];
      for await (const { events } of log.read(-1)) {
        for (const text of events) register.apply(text);
        texts.push(...events);
      }
      await new Inspection(log, register).forms();
      return texts;
    } finally {
      await log.close();
    }
  }

  /** What comes of a start: it is refused, in our words, or has every event as it was, or another one. */
  async outcome(): Promise<'refused' | 'harmless' | 'altered'> {
    try {
      const texts = await this.read();
      return JSON.stringify(texts) === JSON.stringify(this.#texts) ? 'harmless' : 'altered';
    } catch (error) {
      if ([LogDamaged, LogUnavailable, UnreadableEvent].some((kind) => error instanceof kind))
        return 'refused';
      throw error;
    }
  }

  copyTo(file: string): void {
    copyFileSync(this.file, file);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
