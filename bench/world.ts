import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importHistory } from '@app/application/posting/history-import';
import { SqliteLog } from '@app/event-store/sqlite';
import { generated } from '@app/synthetic/synthetic-log';

const SEED = 1;

/** An invented register of so many events in a file, with the rules judged as it was written. */
export interface World {
  readonly file: string;
  /** The keys of the providers that were registered, in that order. */
  readonly providers: readonly string[];
  /** Those of the advisers. */
  readonly advisers: readonly string[];
}

const worlds = new Map<number, Promise<World>>();
let folder: string | undefined;

/** The invented register of so many events, written once in a run. No one writes on in its file: there are copies for that. */
export function worldOf(events: number): Promise<World> {
  const known = worlds.get(events) ?? written(events);
  worlds.set(events, known);
  return known;
}

async function written(events: number): Promise<World> {
  folder ??= mkdtempSync(join(tmpdir(), 'register-bench-'));
  const file = join(folder, `${events}.db`);
  const log = await SqliteLog.open(file);
  await importHistory(log, generated(events, SEED));
  await log.close();
  const texts = await textsIn(file);
  return { file, providers: providersIn(texts), advisers: registeredIn(texts, 'AdviserRegistered') };
}

/** The stored bytes of all events in a file, as text, in order. */
export async function textsIn(file: string): Promise<string[]> {
  const log = await SqliteLog.open(file);
  const texts: string[] = [];
  for await (const { events } of log.read(-1)) texts.push(...events);
  await log.close();
  return texts;
}

/** The keys of the providers that are registered in a part of a log. */
export function providersIn(texts: readonly string[]): string[] {
  return registeredIn(texts, 'ProviderRegistered');
}

function registeredIn(texts: readonly string[], by: string): string[] {
  return texts.flatMap((text) => {
    const { type, subject } = JSON.parse(text) as { readonly type: string; readonly subject: string };
    return type === by ? [subject] : [];
  });
}

/** Removes what {@link worldOf} wrote. */
export function removeWorlds(): void {
  if (folder !== undefined) rmSync(folder, { recursive: true });
}
