import { openCheckpoint, type SignedCheckpoint } from './checkpoint';
import { fromBase64Url, fromDecimal } from './encodings';
import { finding, isFinding, type Finding } from './finding';
import { HASH_BYTES } from './hashes';
import { parseVerifierKey, type VerifierKey } from './note-keys';
import { openNote, parseNote } from './signed-note';

/**
 * The list of all keys that a log ever had (`/log-keys`): a signed note, whose lines are only ever added, and
 * in which a last size is set at most once. So whoever has one verifier key from elsewhere can follow from
 * key to key.
 */

/**
 * The sizes of the checkpoints that a key signs, or that stand in the receipts that it signs; both are
 * included.
 */
interface SizesOfUse {
  readonly firstSize: number;
  /** Undefined while the key is in use. */
  readonly lastSize: number | undefined;
}

export interface LogKeyLine extends SizesOfUse {
  readonly kind: 'log';
  readonly key: VerifierKey;
}

export interface ReceiptKeyLine extends SizesOfUse {
  readonly kind: 'receipt';
  /** The RFC 7638 thumbprint of the key. */
  readonly kid: string;
}

export type KeyLine = LogKeyLine | ReceiptKeyLine;

export interface KeyList {
  readonly origin: string;
  readonly lines: readonly KeyLine[];
}

/** A list whose signatures were verified. */
export interface SignedKeyList extends KeyList {
  readonly signedBy: readonly VerifierKey[];
}

/** The text that is signed. */
export function formatKeyList({ origin, lines }: KeyList): string {
  return [`${origin}/keys`, ...lines.map(formatLine), ''].join('\n');
}

function formatLine(line: KeyLine): string {
  return `${line.kind} ${nameOf(line)} ${line.firstSize} ${line.lastSize ?? '-'}`;
}

function nameOf(line: KeyLine): string {
  return line.kind === 'log' ? line.key.vkey : line.kid;
}

/** Finding: `malformed-key-list`. */
export function parseKeyList(text: string): KeyList | Finding {
  const [first = '', ...written] = text.split('\n');
  const [, origin] = /^(.+)\/keys$/.exec(first) ?? [];
  if (origin === undefined) return malformed('its first line is not that of an origin');
  if (written.pop() !== '') return malformed('its last line does not end');
  const lines: KeyLine[] = [];
  for (const one of written) {
    const line = parseLine(one);
    if (!line) return malformed(`${JSON.stringify(one)} is no line of a key`);
    if (line.kind === 'log' && line.key.name !== origin)
      return malformed(`the key ${line.key.vkey} is not named after ${origin}`);
    lines.push(line);
  }
  if (new Set(lines.map(nameOf)).size < lines.length) return malformed('a key is named twice');
  if (!lines.some(({ kind, lastSize }) => kind === 'log' && lastSize === undefined))
    return malformed('no key of the log is in use');
  return { origin, lines };
}

function parseLine(line: string): KeyLine | undefined {
  const [kind, name = '', first = '', last = '', ...rest] = line.split(' ');
  const [firstSize, lastSize] = [fromDecimal(first), fromDecimal(last)];
  if (firstSize === undefined || rest.length > 0) return undefined;
  if (lastSize === undefined ? last !== '-' : lastSize < firstSize) return undefined;
  if (kind === 'log') {
    const key = parseVerifierKey(name);
    return isFinding(key) || key.type !== 'ed25519' ? undefined : { kind, key, firstSize, lastSize };
  }
  if (kind !== 'receipt' || fromBase64Url(name)?.byteLength !== HASH_BYTES) return undefined;
  return { kind, kid: name, firstSize, lastSize };
}

function malformed(why: string): Finding {
  return finding('malformed-key-list', `This is no list of keys: ${why}`);
}

/**
 * A list that one of the `trusted` keys has signed, and every key of the log that is in use by it. Finding:
 * `malformed-note`, `malformed-key-list`, `bad-signature` of any key in it, `unknown-key` if no trusted key
 * has signed, `key-removed` if the one that has is not in the list, `key-list-unsigned` if a key in use has
 * not signed.
 */
export function openKeyList(
  message: string | Uint8Array,
  trusted: readonly VerifierKey[],
): SignedKeyList | Finding {
  const note = parseNote(message);
  if (isFinding(note)) return note;
  const list = parseKeyList(note.text);
  if (isFinding(list)) return list;
  const listed = logKeysOf(list);
  const opened = openNote(message, trusted);
  if (isFinding(opened)) return opened;
  const missing = opened.verified.find(({ key }) => !hasKey(listed, key));
  if (missing)
    return finding(
      'key-removed',
      `${missing.key.vkey} has signed the list and is not in it: no line is ever taken away`,
    );
  const all = openNote(message, listed);
  if (isFinding(all)) return all;
  const signedBy = all.verified.map(({ key }) => key);
  const silent = list.lines.find(
    (line) => line.kind === 'log' && line.lastSize === undefined && !hasKey(signedBy, line.key),
  );
  if (silent) return finding('key-list-unsigned', `${nameOf(silent)} is in use and has not signed the list`);
  return { ...list, signedBy };
}

function hasKey(keys: readonly VerifierKey[], { vkey }: VerifierKey): boolean {
  return keys.some((one) => one.vkey === vkey);
}

/** The verifier keys of the log itself, those no longer in use too. */
export function logKeysOf({ lines }: KeyList): readonly VerifierKey[] {
  return lines.flatMap((line) => (line.kind === 'log' ? [line.key] : []));
}

export function isInUseAt({ firstSize, lastSize }: KeyLine, size: number): boolean {
  return firstSize <= size && size <= (lastSize ?? Infinity);
}

/**
 * What is wrong with a list as the continuation of an `earlier` one; undefined if nothing is. `foreign-log`:
 * it is of another origin; `key-removed`, `key-changed`: a line is gone, or says something else than that its
 * key has its last size now; `key-not-vouched-for`: no key of the log that was in use by the earlier list has
 * signed this one, so that a verifier key from elsewhere is needed again.
 */
export function successorFinding(earlier: KeyList, later: SignedKeyList): Finding | undefined {
  if (earlier.origin !== later.origin)
    return finding('foreign-log', `The list is of ${later.origin}, and not of ${earlier.origin}`);
  for (const before of earlier.lines) {
    const after = later.lines.find((line) => nameOf(line) === nameOf(before));
    if (after?.kind !== before.kind) return finding('key-removed', `The line of ${nameOf(before)} is gone`);
    const isKept =
      after.firstSize === before.firstSize &&
      (before.lastSize === undefined || before.lastSize === after.lastSize);
    if (!isKept) return finding('key-changed', `“${formatLine(before)}” has become “${formatLine(after)}”`);
  }
  const vouchers = earlier.lines.flatMap((line) =>
    line.kind === 'log' && line.lastSize === undefined ? [line.key] : [],
  );
  return vouchers.some((key) => hasKey(later.signedBy, key))
    ? undefined
    : finding('key-not-vouched-for', 'No key that was in use by the earlier list has signed this one');
}

/**
 * A checkpoint signed by a key of the list that is in use at its size. `witnesses`: whose cosignatures are
 * verified with it. Finding: as of {@link openCheckpoint}; `foreign-log` if it is of another origin;
 * `key-out-of-use`.
 */
export function openListedCheckpoint(
  message: string | Uint8Array,
  list: KeyList,
  witnesses: readonly VerifierKey[] = [],
): SignedCheckpoint | Finding {
  const checkpoint = openCheckpoint(message, [...logKeysOf(list), ...witnesses]);
  if (isFinding(checkpoint)) return checkpoint;
  if (checkpoint.origin !== list.origin)
    return finding('foreign-log', `The checkpoint is of ${checkpoint.origin}, and not of ${list.origin}`);
  const signers = list.lines.filter(
    (line) =>
      line.kind === 'log' &&
      hasKey(
        checkpoint.verified.map(({ key }) => key),
        line.key,
      ),
  );
  return signers.some((line) => isInUseAt(line, checkpoint.size))
    ? checkpoint
    : finding('key-out-of-use', `The key that has signed is not in use at size ${checkpoint.size}`);
}
