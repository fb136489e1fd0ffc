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
import { FileProofStore } from '../proofs/file-proof-store';
import { giveUpCheckpoint, RESTORED, TAKEN } from '../proofs/give-up';
import type { Erasure } from '../vault/vault';

export interface Restored {
  readonly manifest: Manifest;
  /** How many erasures since the backup were done again. */
  readonly erasedAgain: number;
  /** How many lines of the list of erasures were ignored: the last one, if it was cut off. */
  readonly passedOver: number;
  /** How many events the checkpoint has that is given up; undefined if none was signed. */
  readonly givenUp: number | undefined;
  /** What became of the keys in the backup; undefined if it has none. */
  readonly keys: 'brought' | 'left out' | 'older than those that are there' | undefined;
}

interface Restoring {
  readonly replaced?: string | undefined;
  /** Restores without a list of erasures. The operator answers for its loss. */
  readonly withoutErasures: boolean;
  /** Brings the keys of the backup back as well, unless there are some. */
  readonly withKeys?: boolean;
  /** A code: why the log is restored, for auditors. */
  readonly reason?: string | undefined;
  readonly tell: Telling;
}

/**
 * Puts a backup in the place of a register that does not run. It checks the whole backup before it changes anything: each
 * file against its digest, the log from its first event to its last, and the vault. Persons who were erased since the backup
 * are erased in it before it is in place: those in the list of erasures, and those of whom the replaced vault knows. It
 * overwrites nothing: it moves the present files into the folder `replaced`, where they may be already. Keys that are there
 * stay. Rejects with {@link NotDone}. If a crash cuts it short, the register does not start until the restore is repeated.
 */
export async function restore(
  source: string,
  log: string,
  { replaced, withoutErasures, withKeys = false, reason = RESTORED, tell }: Restoring,
): Promise<Restored> {
  const manifest = manifestIn(source);
  if (withKeys && !holdsKind(manifest, 'keys'))
    throw new NotDone(
      `The backup of ${manifest.made} has no keys: bring the copy that you have of them, or leave --with-keys out`,
    );
  const files = filesOf(log);
  const staged = (kind: Kind) => restoredName(files[kind]);
  mkdirSync(dirname(files.log), { recursive: true, mode: OWN_FOLDER });
  const lock = lockLog(files.log);
  let moving = false;
  try {
    const proofs = new FileProofStore(files.log);
    const signed = await proofs.read();
    const away = replaced === undefined ? undefined : resolve(replaced);
    const earlier = erasuresOfReplaced(files, away, tell);
    const present = inTheWay(files, manifest);
    mustHaveRoom(present, away);
    if (!withoutErasures && earlier === undefined) mustKnowErasures(files, manifest);
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
    const keys = keysOf(manifest, files, withKeys);
    if (keys !== 'brought') rmSync(staged('keys'), { force: true });
    tell('Putting it in place');
    if (away !== undefined) makeBeside(away, files.log);
    moving = true;
    if (away !== undefined) moveAway(present, away);
    keepHead(files.log, tip);
    const givenUp = await giveUpCheckpoint(proofs, signed, reason);
    // The log last: no register starts without it.
    for (const kind of ['vault', 'access', 'keys', 'log'] as const)
      if (kind === 'keys' ? keys === 'brought' : holdsKind(manifest, kind))
        renameSync(staged(kind), files[kind]);
    flush(dirname(files.log));
    return { manifest, erasedAgain, passedOver, givenUp, keys };
  } catch (error) {
    if (!moving)
      for (const kind of KINDS) for (const ending of ENDINGS) rmSync(staged(kind) + ending, { force: true });
    throw error;
  } finally {
    lock.close();
  }
}

/** A log that was taken as it is. */
interface Taken extends Pick<Manifest, 'head' | 'recordedAt'>, Pick<Restored, 'givenUp'> {
  /** The last position by the head that was kept beside it; undefined if none was kept, or it cannot be read. */
  readonly before: number | undefined;
}

/**
 * Accepts the log of a register that does not run, although the head beside it is of another log, or of a longer one: checks
 * the whole log, and replaces that head. Rejects with {@link NotDone}, or as a start does if the log is not whole.
 */
export async function takeAsItIs(
  log: string,
  { tell, reason = TAKEN }: { readonly tell: Telling; readonly reason?: string | undefined },
): Promise<Taken> {
  const files = filesOf(log);
  if (!existsSync(files.log))
    throw new NotDone(`There is no log at ${files.log}: name the store with --store, or restore a backup`);
  const lock = lockLog(files.log);
  try {
    tell('Checking the log');
    const kept = readHead(files.log);
    const proofs = new FileProofStore(files.log);
    const signed = await proofs.read();
    const { head, recordedAt, tip } = await readAll((kind) => files[kind]);
    keepHead(files.log, tip);
    const givenUp = await giveUpCheckpoint(proofs, signed, reason);
    return { head, recordedAt, before: typeof kept === 'string' ? undefined : kept.position, givenUp };
  } finally {
    lock.close();
  }
}

/** Keeps the head of a log that was put in place. What was saved of another would not fit it, and its key goes with it. */
function keepHead(log: string, tip: Head | undefined): void {
  rmSync(filesOf(log).snapshot, { force: true });
  if (tip === undefined) removeHead(log);
  else writeHead(log, tip);
}

function keysOf(manifest: Manifest, files: Files, withKeys: boolean): Restored['keys'] {
  if (!holdsKind(manifest, 'keys')) return undefined;
  if (!withKeys) return 'left out';
  return existsSync(files.keys) ? 'older than those that are there' : 'brought';
}

/** The present files that would be overwritten. The log is first, so that no register starts on what is left. */
function inTheWay(files: Files, manifest: Manifest): readonly string[] {
  const kinds = KINDS.filter((kind) => kind !== 'access' || holdsKind(manifest, kind));
  const inPlace = kinds
    .filter((kind) => kind !== 'keys')
    .flatMap((kind) => ENDINGS.map((ending) => files[kind] + ending));
  // A head without its log need not be saved.
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

/** Throws if it is known of no one who was erased since the backup. */
function mustKnowErasures({ erasures }: Files, manifest: Manifest): void {
  if (!existsSync(erasures) && holdsKind(manifest, 'vault'))
    throw new NotDone(
      `There is no list of erasures at ${erasures}, and no replaced vault that can be read: whoever was erased since ${manifest.made} would be there again. Put the list there, or name the folder of the replaced vault with --replaced. Where both are lost, and only then, say --without-erasures`,
    );
}

/** The erasures of which the replaced vault knows; undefined if there is no vault, or it cannot be read. */
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

/** Copies the files of a backup beside those that they are to replace, and checks the copies against their digests. */
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

/** Erases in a vault who was erased since it was copied. Returns the number of these erasures. */
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

/** Creates a folder on the same disk as a file: a move to another disk would be a copy, which a crash can cut short. */
function makeBeside(folder: string, file: string): void {
  mkdirSync(folder, { recursive: true, mode: OWN_FOLDER });
  if (statSync(folder).dev !== statSync(dirname(file)).dev)
    throw new NotDone(
      `${folder} is on another disk than ${file}: name a folder on the same one with --replaced`,
    );
}

function moveAway(files: readonly string[], folder: string): void {
  for (const file of files) renameSync(file, join(folder, basename(file)));
  flush(folder);
  const [first] = files;
  if (first !== undefined) flush(dirname(first));
}
