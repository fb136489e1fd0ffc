import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { leafHash } from '@app/event-store/leaf';
import { lockLog, SqliteLog } from '@app/event-store/sqlite';
import {
  checkWhole,
  copyWhole,
  flush,
  OWN_FILE,
  OWN_FOLDER,
  restoredName,
} from '@app/event-store/sqlite-file';
import { headFileOf, readHead, removeHead, writeHead, type Head } from '@app/event-store/sqlite-head';
import { checked, UnreadableEvent } from '@app/read-model/index/checked-event';
import { Sequence } from '@app/read-model/index/sequence';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { checkAccessRecord } from '../access/sqlite-access-record';
import { isCanonical } from '@app/domain/log/canonical';
import { filesOf, type Files } from './open';
import { ErasureList } from '../vault/erasure-list';
import { erasuresIn, SqliteVault } from '../vault/sqlite-vault';
import type { Erasure } from '../vault/vault';

/** The files of a backup, named by what they hold, whatever the register’s own files are called. */
const KINDS = ['log', 'vault', 'access'] as const;
type Kind = (typeof KINDS)[number];

const NAMES: Readonly<Record<Kind, string>> = {
  log: 'register.db',
  vault: 'register.vault.db',
  access: 'register.access.db',
};
/** The endings of the files that SQLite keeps beside a file. */
const ENDINGS = ['', '-wal', '-shm', '-journal'];
const MANIFEST = 'manifest.json';

const MANIFEST_FORM = Type.Object({
  what: Type.Literal('backup of a guidance register'),
  format: Type.Literal(1),
  /** When it was begun, RFC 3339. */
  made: Type.String(),
  /** The register’s version. */
  release: Type.String(),
  /** Position of its last event; −1 if there is none. */
  head: Type.String({ pattern: '^(?:-1|0|[1-9][0-9]{0,15})$' }),
  /** When that was recorded, RFC 3339. */
  recordedAt: Type.Union([Type.String(), Type.Null()]),
  files: Type.Array(
    Type.Object({
      name: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' }),
      holds: Type.Enum([...KINDS]),
      bytes: Type.Integer({ minimum: 0 }),
      /** In hexadecimal. */
      sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    }),
  ),
});
/** The content of a backup’s manifest. */
export type Manifest = Static<typeof MANIFEST_FORM>;

/** The work was not done, and nothing was changed. The message says why, and how to correct it. */
export class NotDone extends Error {
  override readonly name = 'NotDone';
}

/** Is told what is being done, in a few words. */
export type Telling = (what: string) => void;

/**
 * Makes a backup of a register in a new or empty folder, also while the register runs. It takes the content
 * of each file at one moment, the vault before the log, so that the log holds every event that the vault
 * refers to. It reads all that it has written as a start would, and moves the folder into place last: only a
 * whole backup has the name of one. Rejects with {@link NotDone}.
 */
export async function backUp(
  log: string,
  target: string,
  {
    now,
    release,
    tell,
    signal,
  }: {
    readonly now: number;
    readonly release: string;
    readonly tell: Telling;
    /** Ends it between two steps, and leaves nothing behind. */
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
    const found = (['vault', 'access', 'log'] as const).filter((kind) => existsSync(files[kind]));
    for (const kind of found) {
      tell(`Copying ${basename(files[kind])}`);
      copyWhole(files[kind], join(folder, NAMES[kind]));
      await setImmediate();
      signal.throwIfAborted();
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
      files: await Promise.all(
        KINDS.filter((kind) => found.includes(kind)).map(async (holds) => ({
          name: NAMES[holds],
          holds,
          ...(await digestOf(join(folder, NAMES[holds]))),
        })),
      ),
    };
    const description = join(folder, MANIFEST);
    writeFileSync(description, `${JSON.stringify(manifest, null, 2)}\n`, { mode: OWN_FILE });
    for (const name of readdirSync(folder)) flush(join(folder, name));
    flush(folder);
    renameSync(folder, place);
    flush(dirname(place));
    return manifest;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

interface Read extends Pick<Manifest, 'head' | 'recordedAt'> {
  /** How far the log goes; undefined of an empty one. */
  readonly tip: Head | undefined;
  /** Whether it has the same bytes at the position of its kept head, if there is one. */
  readonly goesOn: boolean;
}

/** Checks files as a start and its background inspection would; returns the extent of the log. */
async function readAll(at: (kind: Kind) => string, kept?: Head, signal?: AbortSignal): Promise<Read> {
  checkWhole(at('log'));
  const log = await SqliteLog.open(at('log'), { readOnly: true, asItIs: true });
  const sequence = new Sequence();
  let [head, recordedAt, last]: [number, string | null, string] = [-1, null, ''];
  let goesOn = kept === undefined;
  try {
    for await (const { events } of log.read(-1)) {
      for (const text of events) {
        const read = checked(text, ++head);
        sequence.check(read);
        if (!isCanonical(text))
          throw new UnreadableEvent(`The event at ${head} is not in the form in which the register writes`);
        [recordedAt, last] = [read.stored.recordedAt, text];
        if (head === kept?.position) goesOn = leafHash(text) === kept.hash;
      }
      signal?.throwIfAborted();
    }
  } finally {
    await log.close();
  }
  if (existsSync(at('vault'))) await SqliteVault.open(at('vault')).close();
  if (existsSync(at('access'))) checkAccessRecord(at('access'));
  const tip = head < 0 ? undefined : { position: head, hash: leafHash(last) };
  return { head: String(head), recordedAt, tip, goesOn };
}

/** Reading a file leaves others beside it. A copy that was just made has nothing in them. */
function leaveFilesAlone(at: (kind: Kind) => string): void {
  for (const kind of KINDS) for (const left of ['-wal', '-shm']) rmSync(at(kind) + left, { force: true });
}

async function digestOf(file: string): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(file) as AsyncIterable<Buffer>) hash.update(part);
  return { bytes: statSync(file).size, sha256: hash.digest('hex') };
}

function isEmptyFolder(path: string): boolean {
  return statSync(path).isDirectory() && readdirSync(path).length === 0;
}

/** The manifest of a backup, read. */
function manifestIn(source: string): Manifest {
  const file = join(resolve(source), MANIFEST);
  if (!existsSync(file))
    throw new NotDone(`${resolve(source)} is no backup: it has no ${MANIFEST}. Name the folder of one`);
  let manifest: unknown;
  try {
    manifest = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    manifest = undefined;
  }
  if (!Value.Check(MANIFEST_FORM, manifest) || !manifest.files.some(({ holds }) => holds === 'log'))
    throw new NotDone(
      `${file} is not the manifest of a backup that this release knows: choose another backup`,
    );
  return manifest;
}

export interface Restored {
  readonly manifest: Manifest;
  /** How many erasures that came after the backup were repeated. */
  readonly erasedAgain: number;
  /** How many lines of the list of erasures were ignored: the last one, if it was cut off. */
  readonly passedOver: number;
}

/**
 * Puts a backup in the place of a register that does not run. It checks everything before it changes
 * anything: each file against its digest, the log from its first event to its last, and the vault. Persons
 * who were erased after the backup are erased in it again before it is in its place, by the list of erasures
 * beside the log and by the erasures recorded in the replaced vault. It overwrites nothing: `replaced` is the
 * folder into which the present files are moved, or were moved before. Rejects with {@link NotDone}; if a
 * crash interrupts it, the register does not start until it is repeated.
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
    /** The list of erasures is lost, and somebody takes responsibility for that. */
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
    if (earlier === undefined && !existsSync(files.erasures) && !withoutErasures && has(manifest, 'vault'))
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
    // The log last: no register starts without it.
    for (const kind of ['vault', 'access', 'log'] as const)
      if (has(manifest, kind)) renameSync(staged(kind), files[kind]);
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

/** The extent of a log that was accepted as it is. */
interface Taken extends Pick<Manifest, 'head' | 'recordedAt'> {
  /** The position of the head that was kept beside it; undefined if there was none, or it cannot be read. */
  readonly before: number | undefined;
}

/**
 * Accepts the log of a register that does not run as it is, although it does not match the head kept beside
 * it: checks all of it, and keeps its own head. Rejects with {@link NotDone}, or as a start would if the log
 * is not whole.
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

function has(manifest: Manifest, kind: Kind): boolean {
  return manifest.files.some(({ holds }) => holds === kind);
}

/** The present files to be replaced; the log first, so that no register starts on the rest. */
function inTheWay(files: Files, manifest: Manifest): readonly string[] {
  const inPlace = KINDS.filter((kind) => kind !== 'access' || has(manifest, kind)).flatMap((kind) =>
    ENDINGS.map((ending) => files[kind] + ending),
  );
  // A head without its log is ignored.
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

/**
 * The erasures that the replaced vault has recorded; undefined if there is no such vault, or it cannot be
 * read.
 */
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

/** Copies the files of a backup beside those that they will replace, and compares the copies. */
async function stage(source: string, manifest: Manifest, staged: (kind: Kind) => string): Promise<void> {
  for (const { name, holds, bytes, sha256 } of manifest.files) {
    const file = join(resolve(source), name);
    if (!existsSync(file)) throw new NotDone(`${file} is missing in the backup: choose another backup`);
    for (const ending of ENDINGS) rmSync(staged(holds) + ending, { force: true });
    copyFileSync(file, staged(holds));
    chmodSync(staged(holds), OWN_FILE);
    flush(staged(holds));
    const found = await digestOf(staged(holds));
    if (found.bytes !== bytes || found.sha256 !== sha256)
      throw new NotDone(`${file} is not what it was when it was made: choose another backup`);
  }
}

/** Erases in a vault those who were erased after it was copied; returns the number of erasures. */
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

/**
 * Makes a folder on the same disk as a file, so that files are moved into it at once; to another disk they
 * would have to be copied.
 */
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
