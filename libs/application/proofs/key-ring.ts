import { formatKeyList, type KeyLine, type KeyList } from '@app/transparency/key-list';
import { fromBase64Url, toBase64Url } from '@app/transparency/encodings';
import { isFinding } from '@app/transparency/finding';
import { parseSignerKey, signerKey, type SignerKey } from '@app/transparency/note-keys';
import { receiptSigner, type ReceiptJwk, type ReceiptSigner } from '@app/transparency/receipt-keys';
import { formatNote, MOST_SIGNATURES, signNote } from '@app/transparency/signed-note';
import { SEED_BYTES } from '@app/transparency/ed25519';

/**
 * The keys that a register signs with, as they are kept: all that there ever were under its origin, oldest first. Pure: who
 * makes a key brings its randomness, and who rotates brings the time.
 */

interface KeptUse {
  /** The sizes of the checkpoints that it signs, or that stand in the receipts that it signs. */
  readonly firstSize: number;
  /** Absent while it is in use. */
  readonly lastSize?: number;
  /** The size of the last checkpoint that it signed and that was given up by a restore; absent if none was. */
  readonly givenUpSize?: number;
}

interface KeptLogKey extends KeptUse {
  readonly kind: 'log';
  /** The private key, as notes write it. */
  readonly skey: string;
  /** When it stops signing, in milliseconds since 1970; absent of one that was not replaced. */
  readonly retiresAt?: number;
}

interface KeptReceiptKey extends KeptUse {
  readonly kind: 'receipt';
  /** The 32 bytes of the private key, in base64url. */
  readonly seed: string;
}

export type KeptKey = KeptLogKey | KeptReceiptKey;

export interface KeyRing {
  readonly origin: string;
  /** SHA-256 of the event at position 0, in hexadecimal: which log is signed. Of nothing, where only the empty log was. */
  readonly log: string;
  readonly keys: readonly KeptKey[];
  /** Rings of earlier origins of the same log, oldest first. They sign nothing any more. */
  readonly former: readonly Omit<KeyRing, 'former'>[];
}

/** A note has room for so many signatures by the log; as many others are for its witnesses. */
export const MOST_IN_USE = MOST_SIGNATURES / 2;

/** For how long a key that was replaced still signs beside the new one, in milliseconds: 30 days. */
export const BOTH_SIGN_MS = 30 * 86_400_000;

/** The name of a log for which its operator gives none. `log`: as in {@link KeyRing}. */
export function unnamedOrigin(log: string): string {
  return `unnamed.invalid/${log.slice(0, 16)}`;
}

/** Two seeds, of a key of the log and of one of receipts. */
export type Seeds = readonly [log: Uint8Array, receipt: Uint8Array];

/** The first keys of a log; `former`: its rings under earlier origins. */
export function firstRing(
  origin: string,
  log: string,
  seeds: Seeds,
  former: KeyRing['former'] = [],
  firstSize = 0,
): KeyRing {
  return { origin, log, keys: newKeys(origin, seeds, firstSize), former };
}

function newKeys(origin: string, [log, receipt]: Seeds, firstSize: number): readonly KeptKey[] {
  return [
    { kind: 'log', skey: signerKey(origin, log).skey, firstSize },
    { kind: 'receipt', seed: toBase64Url(receipt), firstSize },
  ];
}

/** The ring of another origin, whose keys are new; those of before are kept with those that were former already. */
export function underOrigin(
  { former, ...before }: KeyRing,
  origin: string,
  seeds: Seeds,
  size: number,
): KeyRing {
  return firstRing(origin, before.log, seeds, [...former, before], size);
}

/**
 * The ring with two new keys, in use from the size of the last checkpoint on. The replaced key of the log signs beside the
 * new one until it retires; the replaced key of receipts signs none that holds a later checkpoint.
 */
export function rotated(ring: KeyRing, seeds: Seeds, size: number, now: number): KeyRing {
  const keys = ring.keys.map((key) => {
    if (key.lastSize !== undefined) return key;
    if (key.kind === 'receipt') return { ...key, lastSize: lastSizeOf(key, size) };
    return { ...key, retiresAt: key.retiresAt ?? now + BOTH_SIGN_MS };
  });
  return { ...ring, keys: [...keys, ...newKeys(ring.origin, seeds, size)] };
}

/** The ring once every key whose time is over has its last size: that of the last checkpoint, which it signed. */
export function retired(ring: KeyRing, size: number, now: number): KeyRing {
  const isOver = (key: KeptKey) =>
    key.kind === 'log' && key.lastSize === undefined && key.retiresAt !== undefined && key.retiresAt <= now;
  if (!ring.keys.some(isOver)) return ring;
  return {
    ...ring,
    keys: ring.keys.map((key) => (isOver(key) ? { ...key, lastSize: lastSizeOf(key, size) } : key)),
  };
}

/** The greatest size that a key in use has signed, if the last checkpoint is of `size`. A restore may have set that back. */
function lastSizeOf({ firstSize, givenUpSize = 0 }: KeptUse, size: number): number {
  return Math.max(size, firstSize, givenUpSize);
}

/**
 * The ring after a restore to `size` events, by which a checkpoint of `givenUpSize` was given up. The list of keys says of each
 * which sizes it signs, and never takes that back: where no key in use signs so small ones any more, there are new keys.
 */
export function restored(
  ring: KeyRing,
  seeds: Seeds,
  givenUpSize: number,
  size: number,
  now: number,
): KeyRing {
  const keys = ring.keys.map((key) =>
    key.lastSize === undefined ? { ...key, givenUpSize: Math.max(givenUpSize, key.givenUpSize ?? 0) } : key,
  );
  const isSigning = (kind: KeptKey['kind']) =>
    keys.some((key) => key.kind === kind && key.lastSize === undefined && key.firstSize <= size);
  return isSigning('log') && isSigning('receipt')
    ? { ...ring, keys }
    : rotated({ ...ring, keys }, seeds, size, now);
}

/** A ring that can be used. */
export interface OpenRing {
  readonly ring: KeyRing;
  /** The keys of the log in use, the newest first. */
  readonly logSigners: readonly SignerKey[];
  /** The one key of receipts in use. */
  readonly receiptSigner: ReceiptSigner;
  /** The list of keys as a signed note. */
  readonly keyList: string;
  /** Every key of receipts there ever was. */
  readonly jwks: readonly ReceiptJwk[];
}

/** Opens the keys of a ring. Undefined if it is not in its form, or a key is not of its origin. */
export function openRing(ring: KeyRing): OpenRing | undefined {
  const opened = ring.keys.map((key) =>
    key.kind === 'log' ? { key, signer: logSigner(key, ring.origin) } : { key, signer: receiptsOf(key) },
  );
  const lines: KeyLine[] = [];
  const [held, signing, receipts]: [SignerKey[], SignerKey[], ReceiptSigner[]] = [[], [], []];
  let current: ReceiptSigner | undefined;
  for (const { key, signer } of opened) {
    if (!signer) return undefined;
    const { firstSize, lastSize } = key;
    if ('skey' in signer) {
      lines.push({ kind: 'log', key: signer.verifier, firstSize, lastSize });
      held.unshift(signer);
      if (lastSize === undefined) signing.unshift(signer);
    } else {
      lines.push({ kind: 'receipt', kid: signer.verifier.kid, firstSize, lastSize });
      receipts.push(signer);
      if (lastSize === undefined) current = signer;
    }
  }
  if (!current || signing.length === 0) return undefined;
  return {
    ring,
    logSigners: signing,
    receiptSigner: current,
    keyList: signedList({ origin: ring.origin, lines }, held),
    jwks: receipts.map(({ verifier }) => verifier.jwk),
  };
}

function logSigner({ skey }: KeptLogKey, origin: string): SignerKey | undefined {
  const signer = parseSignerKey(skey);
  return isFinding(signer) || signer.verifier.name !== origin ? undefined : signer;
}

function receiptsOf({ seed }: KeptReceiptKey): ReceiptSigner | undefined {
  const bytes = fromBase64Url(seed);
  return bytes?.byteLength === SEED_BYTES ? receiptSigner(bytes) : undefined;
}

/** The newest keys come first, and there are more signatures than a note may have only after fifteen rotations. */
function signedList(list: KeyList, held: readonly SignerKey[]): string {
  const text = formatKeyList(list);
  return formatNote({ text, signatures: held.slice(0, MOST_SIGNATURES).map((key) => signNote(text, key)) });
}
