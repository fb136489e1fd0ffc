import { isSignedBy, SIGNATURE_BYTES, signBytes } from './ed25519';
import { fromBase64, fromUtf8, toBase64 } from './encodings';
import { finding, isFinding, type Finding } from './finding';
import { isKeyName, type SignerKey, type VerifierKey } from './note-keys';

/** Signed notes (C2SP signed-note), and the cosignatures of witnesses on them (C2SP tlog-cosignature). */

/** What the specification asks every reader to take, and this one takes at most. */
export const MOST_SIGNATURES = 16;

/** A line of a note: whose signature it says that it is. */
export interface NoteSignature {
  readonly name: string;
  /** The id of the key: 8 hexadecimal digits, lower case. */
  readonly id: string;
  readonly signature: Uint8Array;
}

/** A note as it is written, nothing of which is to be believed yet. */
export interface SignedNote {
  /** With its last newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** A signature that was verified. */
export interface VerifiedSignature {
  readonly key: VerifierKey;
  /** Of a cosignature: when its witness says that it signed, in seconds since 1970. */
  readonly cosignedAtSeconds?: number;
}

export interface VerifiedNote {
  readonly text: string;
  /** A key at most once. */
  readonly verified: readonly [VerifiedSignature, ...VerifiedSignature[]];
}

const SIGNATURE_LINE = /^— ([^ ]+) ([^ ]+)$/;
const KEY_ID_BYTES = 4;

/** Bytes must be UTF-8. Finding: `malformed-note`. */
export function parseNote(message: string | Uint8Array): SignedNote | Finding {
  const note = typeof message === 'string' ? message : fromUtf8(message);
  if (!note?.isWellFormed()) return malformed('it is not UTF-8');
  if (/[\0-\t\x0b-\x1f]/.test(note)) return malformed('it has a control character');
  const blank = note.lastIndexOf('\n\n');
  if (blank < 0 || !note.endsWith('\n')) return malformed('a blank line and signature lines must end it');
  const lines = note.slice(blank + 2, -1).split('\n');
  if (lines.length > MOST_SIGNATURES) return malformed(`it has more than ${MOST_SIGNATURES} signatures`);
  const signatures: NoteSignature[] = [];
  for (const line of lines) {
    const [, name = '', base64 = ''] = SIGNATURE_LINE.exec(line) ?? [];
    const bytes = fromBase64(base64);
    if (!isKeyName(name) || !bytes || bytes.byteLength <= KEY_ID_BYTES)
      return malformed(`${JSON.stringify(line)} is no signature line`);
    signatures.push({
      name,
      id: bytes.toString('hex', 0, KEY_ID_BYTES),
      signature: bytes.subarray(KEY_ID_BYTES),
    });
  }
  return { text: note.slice(0, blank + 1), signatures };
}

function malformed(why: string): Finding {
  return finding('malformed-note', `This is no signed note: ${why}`);
}

/** `text` must end in a newline. */
export function formatNote({ text, signatures }: SignedNote): string {
  const lines = signatures.map(
    ({ name, id, signature }) =>
      `— ${name} ${toBase64(Buffer.concat([Buffer.from(id, 'hex'), signature]))}\n`,
  );
  return `${text}\n${lines.join('')}`;
}

export function signNote(text: string, signer: SignerKey): NoteSignature {
  const { name, id } = signer.verifier;
  return { name, id, signature: signBytes(signer.key, text) };
}

/**
 * The note with what of its signatures the keys show. Signatures by others are passed over. A wrong one by
 * any of these keys refuses the whole note. Finding: `malformed-note`, `bad-signature`, `unknown-key` if none
 * of them signed.
 */
export function openNote(message: string | Uint8Array, keys: readonly VerifierKey[]): VerifiedNote | Finding {
  const note = parseNote(message);
  if (isFinding(note)) return note;
  const verified = new Map<string, VerifiedSignature>();
  for (const signature of note.signatures) {
    // Ids are short: two keys can share one, and the signature tells which of them it is by.
    const named = keys.filter(({ name, id }) => name === signature.name && id === signature.id);
    if (named.length === 0) continue;
    const by = named.flatMap((key) => verifiedBy(key, note.text, signature.signature) ?? []);
    if (by.length === 0)
      return finding('bad-signature', `The signature by ${signature.name}+${signature.id} is wrong`);
    for (const one of by) verified.set(one.key.vkey, one);
  }
  const [first, ...more] = verified.values();
  return first
    ? { text: note.text, verified: [first, ...more] }
    : finding('unknown-key', 'No key that is trusted here has signed this note');
}

const TIMESTAMP_BYTES = 8;

function verifiedBy(key: VerifierKey, text: string, signature: Uint8Array): VerifiedSignature | undefined {
  if (key.type === 'ed25519') return isSignedBy(key.key, text, signature) ? { key } : undefined;
  if (signature.byteLength !== TIMESTAMP_BYTES + SIGNATURE_BYTES) return undefined;
  const cosignedAtSeconds = Number(Buffer.from(signature).readBigUInt64BE());
  // A time beyond 2^53 is none that a clock can show.
  if (!Number.isSafeInteger(cosignedAtSeconds)) return undefined;
  return isSignedBy(key.key, cosignedText(text, cosignedAtSeconds), signature.subarray(TIMESTAMP_BYTES))
    ? { key, cosignedAtSeconds }
    : undefined;
}

/** What a witness signs (C2SP tlog-cosignature, “Ed25519 signed message”). */
function cosignedText(text: string, atSeconds: number): string {
  return `cosignature/v1\ntime ${atSeconds}\n${text}`;
}
