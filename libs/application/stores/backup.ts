import {
  KINDS,
  type Kind,
  NAMES,
  MANIFEST,
  type Manifest,
  NotDone,
  type Telling,
  readAll,
  leaveFilesAlone,
  fileDigest,
} from './backup-files';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { copyWhole, flush, OWN_FILE, OWN_FOLDER } from '@app/event-store/sqlite-file';
import { headFileOf, readHead } from '@app/event-store/sqlite-head';
import { FileProofStore } from '../proofs/file-proof-store';
import { filesOf, type Files } from './open';

/**
 * Makes a backup of a register in a new or empty folder, also while the register runs. It copies each file as
 * it is at one moment, the vault before the log, so that the log holds every event that the vault refers to.
 * It reads the copies as a start would, and gives the folder its name last: no unfinished backup has that
 * name. Rejects with {@link NotDone}.
 */
export async function backUp(
  log: string,
  target: string,
  {
    now,
    release,
    withKeys = false,
    tell,
    signal,
  }: {
    readonly now: number;
    readonly release: string;
    /** Copies the keys by which the log is signed as well: whoever has the backup can then sign in its name. */
    readonly withKeys?: boolean;
    readonly tell: Telling;
    /** Ends the backup between two steps, and leaves nothing behind. */
    readonly signal: AbortSignal;
  },
): Promise<Manifest> {
  const place = resolve(target);
  if (existsSync(place) && !isEmptyFolder(place))
    throw new NotDone(`${place} is there already, and nothing is written over: name a folder that is not`);
  const files = filesOf(log);
  if (!existsSync(files.log))
    throw new NotDone(`There is no log at ${files.log}: name the store with --store`);
  // Read before the log, which a register may be writing, so that the head is never ahead of it.
  const kept = readHead(files.log);
  mkdirSync(dirname(place), { recursive: true, mode: OWN_FOLDER });
  const folder = mkdtempSync(`${place}.unfinished-`);
  try {
    const copies = (['vault', 'access', 'log'] as const).filter((kind) => existsSync(files[kind]));
    for (const kind of copies) {
      tell(`Copying ${basename(files[kind])}`);
      copyWhole(files[kind], join(folder, NAMES[kind]));
      await setImmediate();
      signal.throwIfAborted();
    }
    const found: Kind[] = [...copies];
    if (withKeys) {
      await copyKeys(files, join(folder, NAMES.keys));
      found.push('keys');
    }
    tell('Reading the copy');
    const copied = (kind: Kind) => join(folder, NAMES[kind]);
    const { head, recordedAt, ...read } = await readAll(
      copied,
      typeof kept === 'string' ? undefined : kept,
      signal,
    );
    if (!read.goesOn)
      throw new NotDone(
        `The log ${files.log} is not the one of which ${headFileOf(files.log)} was kept, or not all of it: start the register, which says what to do`,
      );
    leaveFilesAlone(copied);
    const manifest: Manifest = {
      what: 'backup of a guidance register',
      format: 1,
      made: new Date(now).toISOString(),
      release,
      head,
      recordedAt,
      files: await filesIn(folder, found),
    };
    putInPlace(folder, place, manifest);
    return manifest;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Copies the keys once they were read, for a file that holds something else helps no one. */
async function copyKeys({ log, keys }: Files, copy: string): Promise<void> {
  const state = await new FileProofStore(log).read();
  if (!state.keys)
    throw new NotDone(`There are no keys at ${keys}: the first start of a register makes them`);
  copyFileSync(keys, copy);
  chmodSync(copy, OWN_FILE);
}

function isEmptyFolder(path: string): boolean {
  return statSync(path).isDirectory() && readdirSync(path).length === 0;
}

/** The files of a backup as its manifest lists them. */
function filesIn(folder: string, found: readonly Kind[]): Promise<Manifest['files']> {
  return Promise.all(
    KINDS.filter((kind) => found.includes(kind)).map(async (holds) => ({
      name: NAMES[holds],
      holds,
      ...(await fileDigest(join(folder, NAMES[holds]))),
    })),
  );
}

/** Gives a folder its manifest and, once all its files are flushed, its name. */
function putInPlace(folder: string, place: string, manifest: Manifest): void {
  const description = join(folder, MANIFEST);
  writeFileSync(description, `${JSON.stringify(manifest, null, 2)}\n`, { mode: OWN_FILE });
  for (const name of readdirSync(folder)) flush(join(folder, name));
  flush(folder);
  renameSync(folder, place);
  flush(dirname(place));
}
