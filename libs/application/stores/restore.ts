import {
  KINDS,
  type Kind,
  ENDINGS,
  type Manifest,
  NotDone,
  type Telling,
  readAll,
  leaveFilesAlone,
  fileDigest,
  manifestIn,
  holdsKind,
} from './backup-files';
import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { lockLog } from '@app/event-store/sqlite-opening';
import { flush, OWN_FILE, OWN_FOLDER, restoredName } from '@app/event-store/sqlite-file';
import { readHead, removeHead, writeHead, type Head } from '@app/event-store/sqlite-head';
import { filesOf, type Files } from './open';
import { ErasureList } from '../vault/erasure-list';
import { erasuresIn, SqliteVault } from '../vault/sqlite-vault';
import type { Erasure } from '../vault/vault';

export interface Restored {
  readonly manifest: Manifest;
  /** How many erasures of after the backup were done again. */
  readonly erasedAgain: number;
  /** How many lines of the list of erasures were passed over: the last one, where it was cut off. */
  readonly passedOver: number;
}

/**
 * Puts a backup in the place of a register that does not run. Before anything is changed all of it is checked: each file
 * against its digest, the log from its first event to its last, the vault. Whoever was erased after the backup is erased
 * in it again before it is in its place: by the list of erasures that lies beside, and by those that a replaced vault
 * knows of. Nothing is written over: `replaced` is the folder into which the present files are moved, or into which they
 * were moved before. Rejects with {@link NotDone}; where a crash cuts it short, the register does not start until it is
 * done again.
 */
export async function restore(
  source: string,
  log: string,
  {
    replaced,
    withoutErasures,
    tell,
  }: {
    readonly replaced?: string | undefined;
    /** The list of erasures is lost, and somebody answers for that. */
    readonly withoutErasures: boolean;
    readonly tell: Telling;
  },
): Promise<Restored> {
  const manifest = manifestIn(source);
  const files = filesOf(log);
  const staged = (kind: Kind) => restoredName(files[kind]);
  mkdirSync(dirname(files.log), { recursive: true, mode: OWN_FOLDER });
  const lock = lockLog(files.log);
  let moving = false;
  try {
    const away = replaced === undefined ? undefined : resolve(replaced);
    const earlier = erasuresOfReplaced(files, away, tell);
    const present = inTheWay(files, manifest);
    mustHaveRoom(present, away);
    if (
      earlier === undefined &&
      !existsSync(files.erasures) &&
      !withoutErasures &&
      holdsKind(manifest, 'vault')
    )
      throw new NotDone(
        `There is no list of erasures at ${files.erasures}, and no replaced vault that can be read: whoever was erased since ${manifest.made} would be there again. Put the list there, or name the folder of the replaced vault with --replaced. Where both are lost, and only then, say --without-erasures`,
      );
    tell('Checking the backup');
    await stage(source, manifest, staged);
    const { head, tip } = await readAll(staged);
    leaveFilesAlone(staged);
    if (head !== manifest.head)
      throw new NotDone(
        `The log of the backup ends at ${head}, and its manifest says ${manifest.head}: choose another backup`,
      );
    const list = ErasureList.open(files.erasures);
    const { passedOver } = list.read();
    const erasedAgain = eraseAgain(staged('vault'), list, earlier ?? []);
    tell('Putting it in place');
    if (away !== undefined) makeBeside(away, files.log);
    moving = true;
    if (away !== undefined) moveAway(present, away);
    keepHead(files.log, tip);
    // The log last: until it is there no register starts.
    for (const kind of ['vault', 'access', 'log'] as const)
      if (holdsKind(manifest, kind)) renameSync(staged(kind), files[kind]);
    flush(dirname(files.log));
    return { manifest, erasedAgain, passedOver };
  } catch (error) {
    if (!moving)
      for (const kind of KINDS) for (const ending of ENDINGS) rmSync(staged(kind) + ending, { force: true });
    throw error;
  } finally {
    lock.close();
  }
}

/** What a log that is taken as it is holds. */
interface Taken extends Pick<Manifest, 'head' | 'recordedAt'> {
  /** How far it went on by the head that was kept beside it; undefined if none was, or it cannot be read. */
  readonly before: number | undefined;
}

/**
 * Takes the log of a register that does not run as it is, though it is not the one of which the head was kept beside it:
 * checks all of it, and keeps its own head. Rejects with {@link NotDone}, or as a start would where it is not whole.
 */
export async function takeAsItIs(log: string, { tell }: { readonly tell: Telling }): Promise<Taken> {
  const files = filesOf(log);
  if (!existsSync(files.log))
    throw new NotDone(`There is no log at ${files.log}: name the store with --store, or restore a backup`);
  const lock = lockLog(files.log);
  try {
    tell('Checking the log');
    const kept = readHead(files.log);
    const { head, recordedAt, tip } = await readAll((kind) => files[kind]);
    keepHead(files.log, tip);
    return { head, recordedAt, before: typeof kept === 'string' ? undefined : kept.position };
  } finally {
    lock.close();
  }
}

/** Keeps the head of a log that is in its place, or about to be. */
function keepHead(log: string, tip: Head | undefined): void {
  if (tip === undefined) removeHead(log);
  else writeHead(log, tip);
}

/** The present files in whose place others are to be put; the log first, so that no register starts on what is left. */
function inTheWay(files: Files, manifest: Manifest): readonly string[] {
  const inPlace = KINDS.filter((kind) => kind !== 'access' || holdsKind(manifest, kind)).flatMap((kind) =>
    ENDINGS.map((ending) => files[kind] + ending),
  );
  // A head without its log is of no account.
  const head = existsSync(files.log) ? [files.head] : [];
  return [...inPlace, ...head].filter((file) => existsSync(file));
}

function mustHaveRoom(present: readonly string[], away: string | undefined): void {
  const names = present.map((file) => basename(file)).join(', ');
  if (present.length > 0 && away === undefined)
    throw new NotDone(
      `${names} would be written over: give a folder with --replaced, and they are moved into it first`,
    );
  const taken = present.find((file) => away !== undefined && existsSync(join(away, basename(file))));
  if (taken !== undefined)
    throw new NotDone(`${away ?? ''} has a ${basename(taken)} already: name another folder with --replaced`);
}

/** What the vault that is replaced knows of erasures; undefined if there is none, or none that can be read. */
function erasuresOfReplaced(
  files: Files,
  away: string | undefined,
  tell: Telling,
): readonly Erasure[] | undefined {
  const places = [files.vault, ...(away === undefined ? [] : [join(away, basename(files.vault))])];
  const file = places.find((one) => existsSync(one));
  if (file === undefined) return undefined;
  try {
    return erasuresIn(file);
  } catch (error) {
    tell(
      `The replaced vault cannot be read, and is passed over. ${error instanceof Error ? error.message : ''}`,
    );
    return undefined;
  }
}

/** Copies the files of a backup beside those in whose place they are to be put, and compares what it has copied. */
async function stage(source: string, manifest: Manifest, staged: (kind: Kind) => string): Promise<void> {
  for (const { name, holds, bytes, sha256 } of manifest.files) {
    const file = join(resolve(source), name);
    if (!existsSync(file)) throw new NotDone(`${file} is missing in the backup: choose another backup`);
    for (const ending of ENDINGS) rmSync(staged(holds) + ending, { force: true });
    copyFileSync(file, staged(holds));
    chmodSync(staged(holds), OWN_FILE);
    flush(staged(holds));
    const found = await fileDigest(staged(holds));
    if (found.bytes !== bytes || found.sha256 !== sha256)
      throw new NotDone(`${file} is not what it was when it was made: choose another backup`);
  }
}

/** Erases in a vault who was erased after it was copied; how many erasures that were. */
function eraseAgain(vault: string, list: ErasureList, earlier: readonly Erasure[]): number {
  const listed = new Set(list.all().map(({ key, at }) => `${at} ${key}`));
  list.add(earlier.filter(({ key, at }) => !listed.has(`${at} ${key}`)));
  if (!existsSync(vault)) return 0;
  const before = erasuresIn(vault).length;
  SqliteVault.open(vault, list, true);
  const after = erasuresIn(vault).length;
  for (const left of ['-wal', '-shm']) rmSync(vault + left, { force: true });
  return after - before;
}

/** Makes a folder into which files can be moved at once: to another disk they would have to be copied. */
function makeBeside(folder: string, file: string): void {
  mkdirSync(folder, { recursive: true, mode: OWN_FOLDER });
  if (statSync(folder).dev !== statSync(dirname(file)).dev)
    throw new NotDone(
      `${folder} is on another disk than ${file}: name a folder on the same one with --replaced`,
    );
}

/** Moves files into a folder, the first one first. */
function moveAway(files: readonly string[], folder: string): void {
  for (const file of files) renameSync(file, join(folder, basename(file)));
  flush(folder);
  const [first] = files;
  if (first !== undefined) flush(dirname(first));
}
