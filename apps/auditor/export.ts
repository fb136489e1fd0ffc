import { open, rename, rm, stat } from 'node:fs/promises';
import { readStored, storedValue, type StoredEvent } from '@app/domain/log/stored-event';
import { isRefusal } from '@app/domain/values/problem';
import { readCheckpoint, type Checkpoint } from '@app/transparency/checkpoint';
import { finding, isFinding, type Finding } from '@app/transparency/finding';
import { tilesBetween } from '@app/transparency/tiles';
import { askedAhead } from './ahead';
import { AuditEnd, AUDITOR_EXIT, cannotBe } from './exit-codes';
import { EXPORTED } from './export-source';
import { README } from './export-readme';
import type { LogSource } from './source';
import { ZipWriter } from './zip-writer';

export interface ExportOptions {
  readonly force?: boolean;
  readonly told: (done: number, of: number) => void;
}

/** Ends the export of what cannot be exported. */
class Stopped extends Error {
  constructor(readonly found: Finding) {
    super(found.detail);
  }
}

/**
 * Writes the public data of a log to a file, as the source gives them, sound or not: whoever keeps evidence keeps what was shown.
 * Until all is written, the file is not there, or is what it was. Returns the checkpoint that it is of. Finding: what cannot be
 * read or is withheld.
 */
export async function exportLog(
  source: LogSource,
  file: string,
  { force = false, told }: ExportOptions,
): Promise<Checkpoint | Finding> {
  if (!force && (await stat(file).catch(() => undefined)))
    throw new AuditEnd(
      AUDITOR_EXIT.usage,
      `${file} is there already: name another file, or say --force to replace it`,
    );
  const unfinished = `${file}.unfinished`;
  try {
    // In its place there may be what a run before has left, or a link by which somebody has another file written over.
    await rm(unfinished, { force: true });
    const handle = await open(unfinished, 'wx');
    let checkpoint: Checkpoint;
    try {
      checkpoint = await writeExport(source, new ZipWriter(handle), told);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(unfinished, file);
    return checkpoint;
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    if (error instanceof Stopped) return error.found;
    if (typeof (error as NodeJS.ErrnoException).syscall === 'string') throw cannotBe('written', file, error);
    throw error;
  }
}

function had<T>(found: T | Finding): Exclude<T, Finding> {
  if (isFinding(found)) throw new Stopped(found);
  return found as Exclude<T, Finding>;
}

async function writeExport(
  source: LogSource,
  zip: ZipWriter,
  told: ExportOptions['told'],
): Promise<Checkpoint> {
  const note = had(await source.checkpoint());
  const checkpoint = had(readCheckpoint(note));
  const { size } = checkpoint;
  await zip.add(EXPORTED.readme, [Buffer.from(README)]);
  await zip.add(EXPORTED.checkpoint, [Buffer.from(note)]);
  await zip.add(EXPORTED.keyList, [Buffer.from(had(await source.keyList()))]);
  await zip.add(EXPORTED.jwks, [Buffer.from(had(await source.jwks()))]);
  const editions = new Editions();
  await zip.add(EXPORTED.log, lines(source, size, editions, told));
  await zip.add(EXPORTED.leafHashes, leafHashes(source, size), false);
  for (const [id, list] of editions.byPolicy())
    await zip.add(`policies/${id}.json`, [Buffer.from(`${JSON.stringify(list, undefined, 2)}\n`)]);
  await zip.end();
  return checkpoint;
}

const NEWLINE = Buffer.from('\n');

async function* lines(
  source: LogSource,
  size: number,
  editions: Editions,
  told: ExportOptions['told'],
): AsyncGenerator<Buffer> {
  let position = 0;
  for await (const found of source.bundles(size)) {
    const entries = had(found);
    for (const [i, entry] of entries.entries()) {
      if (entry.includes(NEWLINE))
        throw new Stopped(finding('malformed-event', 'It has a line break', position + i));
      editions.see(entry);
    }
    yield Buffer.concat(entries.flatMap((entry) => [entry, NEWLINE]));
    position += entries.length;
    told(position, size);
  }
}

async function* leafHashes(source: LogSource, size: number): AsyncGenerator<Buffer> {
  const tiles = tilesBetween(0, size).filter(({ level }) => level === 0);
  for await (const found of askedAhead(tiles, (tile) => source.tile(tile))) {
    const hashes = had(found);
    if (hashes !== undefined) yield hashes;
  }
}

const PUBLISHED = Buffer.from('"type":"PolicyEditionPublished"');

/** The editions of policies that a log published, for people to read. */
class Editions {
  readonly #published: StoredEvent[] = [];

  see(entry: Buffer): void {
    if (!entry.includes(PUBLISHED)) return;
    try {
      const stored = readStored(storedValue(entry.toString('utf8')));
      // What is no event has no place among them, and may be nested deeper than can be written; the log has it as it is.
      if (!isRefusal(stored)) this.#published.push(stored);
    } catch {
      // Nor has what is no JSON.
    }
  }

  /** By id, of those that are an id: they become names of files. */
  byPolicy(): ReadonlyMap<string, readonly object[]> {
    const policies = new Map<string, object[]>();
    for (const { position, subject, data } of this.#published) {
      const [, id] = /^policy:([a-z0-9][a-z0-9-]{0,63})$/.exec(subject) ?? [];
      if (id === undefined) continue;
      const edition = { position, ...data };
      policies.set(id, [...(policies.get(id) ?? []), edition]);
    }
    return policies;
  }
}
