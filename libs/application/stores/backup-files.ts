import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { leafHash } from '@app/event-store/leaf';
import { SqliteLog } from '@app/event-store/sqlite';
import { checkWhole } from '@app/event-store/sqlite-file';
import { type Head } from '@app/event-store/sqlite-head';
import { checked, UnreadableEvent } from '@app/read-model/index/checked-event';
import { Sequence } from '@app/read-model/index/sequence';
import Ajv from 'ajv';
import { Type, type Static } from 'typebox';
import { checkAccessRecord } from '../access/sqlite-access-record';
import { isCanonical } from '@app/domain/log/canonical';
import { SqliteVault } from '../vault/sqlite-vault';

/** What a backup holds. Its files are named after that, whatever the register’s own files are called. */
export const KINDS = ['log', 'vault', 'access', 'keys'] as const;

export type Kind = (typeof KINDS)[number];

export const NAMES: Readonly<Record<Kind, string>> = {
  log: 'register.db',
  vault: 'register.vault.db',
  access: 'register.access.db',
  keys: 'register.keys',
};

/** The endings of the files that SQLite may keep beside a file. */
export const ENDINGS = ['', '-wal', '-shm', '-journal'];

export const MANIFEST = 'manifest.json';

const MANIFEST_FORM = Type.Object({
  what: Type.Literal('backup of a guidance register'),
  format: Type.Literal(1),
  /** When the backup began, RFC 3339. */
  made: Type.String(),
  /** The register’s version. */
  release: Type.String(),
  /** The position of its last event; −1 if it has none. */
  head: Type.String({ pattern: '^(?:-1|0|[1-9][0-9]{0,15})$' }),
  /** When that event was recorded, RFC 3339. */
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

/** The manifest of a backup: what its other files are, and how far its log goes. */
export type Manifest = Static<typeof MANIFEST_FORM>;

/** What was asked was not done. The message says why, and how to correct that. */
export class NotDone extends Error {
  override readonly name = 'NotDone';
}

/** Receives what is being done, in a few words. */
export type Telling = (what: string) => void;

interface Read extends Pick<Manifest, 'head' | 'recordedAt'> {
  /** The last event; undefined if the log is empty. */
  readonly tip: Head | undefined;
  /** Whether it contains the head that was kept beside it, if one was. */
  readonly goesOn: boolean;
}

/** Checks files as a start does, also what a start checks in the background. Throws what is wrong with them. */
export async function readAll(at: (kind: Kind) => string, kept?: Head, signal?: AbortSignal): Promise<Read> {
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

/** Removes what readers left beside copies. Of a copy that was just made, these files hold no event. */
export function leaveFilesAlone(at: (kind: Kind) => string): void {
  for (const kind of KINDS) for (const left of ['-wal', '-shm']) rmSync(at(kind) + left, { force: true });
}

export async function fileDigest(file: string): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(file) as AsyncIterable<Buffer>) hash.update(part);
  return { bytes: statSync(file).size, sha256: hash.digest('hex') };
}

/** Reads the manifest of a backup in a folder. Throws {@link NotDone}. */
export function manifestIn(source: string): Manifest {
  const file = join(resolve(source), MANIFEST);
  if (!existsSync(file))
    throw new NotDone(`${resolve(source)} is no backup: it has no ${MANIFEST}. Name the folder of one`);
  let manifest: unknown;
  try {
    manifest = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    manifest = undefined;
  }
  if (
    !new Ajv().validate<Manifest>(MANIFEST_FORM, manifest) ||
    !manifest.files.some(({ holds }) => holds === 'log')
  )
    throw new NotDone(
      `${file} is not the manifest of a backup that this release knows: choose another backup`,
    );
  return manifest;
}

export function holdsKind(manifest: Manifest, kind: Kind): boolean {
  return manifest.files.some(({ holds }) => holds === kind);
}
