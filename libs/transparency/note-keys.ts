import { hash, type KeyObject } from 'node:crypto';
import { privateKeyOf, PUBLIC_KEY_BYTES, publicBytesOf, publicKeyOf, SEED_BYTES } from './ed25519';
import { fromBase64, toBase64 } from './encodings';
import { finding, type Finding } from './finding';

/**
 * The keys of notes, and how they are written (C2SP signed-note, “Verifier keys”; Go’s `sumdb/note` for
 * private ones).
 */

/** What a private key begins with. */
const PRIVATE = 'PRIVATE+KEY+';

/**
 * By signature type: a log’s own Ed25519 signature, and a witness’s cosignature with its time (C2SP
 * tlog-cosignature).
 */
const SIGNATURE_TYPES = { ed25519: 0x01, cosignature: 0x04 } as const;
export type SignatureType = keyof typeof SIGNATURE_TYPES;

/** A public key, by which signatures of a note are verified. Name and id together tell which. */
export interface VerifierKey {
  readonly name: string;
  /** 8 hexadecimal digits, lower case. */
  readonly id: string;
  readonly type: SignatureType;
  readonly key: KeyObject;
  /** As it is written: `register.example+530d903a+AekyeRrm…`. */
  readonly vkey: string;
}

/** A private key of a log. */
export interface SignerKey {
  readonly key: KeyObject;
  readonly verifier: VerifierKey;
  /** As it is kept, and never shown: `PRIVATE+KEY+register.example+530d903a+AYEKFALV…`. */
  readonly skey: string;
}

/** Whether a key may have this name: not empty, well-formed, without spaces of any script and plus signs. */
export function isKeyName(name: string): boolean {
  return name.isWellFormed() && /^[^\p{White_Space}+]+$/u.test(name);
}

function keyId(name: string, typed: Uint8Array): string {
  return hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typed])).slice(0, 8);
}

/** `publicKey`: of 32 bytes. `name`: one that {@link isKeyName} allows. */
export function verifierKey(
  name: string,
  publicKey: Uint8Array,
  type: SignatureType = 'ed25519',
): VerifierKey {
  const typed = Buffer.concat([Buffer.of(SIGNATURE_TYPES[type]), publicKey]);
  const id = keyId(name, typed);
  return { name, id, type, key: publicKeyOf(publicKey), vkey: `${name}+${id}+${toBase64(typed)}` };
}

/** `seed`: 32 random bytes. */
export function signerKey(name: string, seed: Uint8Array): SignerKey {
  const key = privateKeyOf(seed);
  const verifier = verifierKey(name, publicBytesOf(key));
  const typed = Buffer.concat([Buffer.of(SIGNATURE_TYPES.ed25519), seed]);
  return { key, verifier, skey: `${PRIVATE}${name}+${verifier.id}+${toBase64(typed)}` };
}

/** Name, id, and the bytes after them, of a key as it is written. Base64 has plus signs of its own. */
const WRITTEN = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/s;

/** Finding: `malformed-key`, also where the id is not that of the name and the key. Its detail repeats no private key. */
export function parseVerifierKey(vkey: string): VerifierKey | Finding {
  if (vkey.includes(PRIVATE))
    return finding(
      'malformed-key',
      'It is a private key, which is to be shown to no one: give its verifier key',
    );
  const [, name = '', , base64 = ''] = WRITTEN.exec(vkey) ?? [];
  const [type, bytes] = typedBytes(base64);
  if (isKeyName(name) && type && bytes?.byteLength === PUBLIC_KEY_BYTES) {
    const key = verifierKey(name, bytes, type);
    if (key.vkey === vkey) return key;
  }
  return finding(
    'malformed-key',
    `${JSON.stringify(vkey)} is no verifier key: name, id and key do not agree`,
  );
}

/** Finding: `malformed-key`, whose detail does not repeat the secret. */
export function parseSignerKey(skey: string): SignerKey | Finding {
  const [, name = '', , base64 = ''] =
    WRITTEN.exec(skey.startsWith(PRIVATE) ? skey.slice(PRIVATE.length) : skey) ?? [];
  const [type, bytes] = typedBytes(base64);
  if (isKeyName(name) && type === 'ed25519' && bytes?.byteLength === SEED_BYTES) {
    const key = signerKey(name, bytes);
    if (key.skey === skey) return key;
  }
  return finding('malformed-key', 'The private key is not in its form, or its id is not that of the key');
}

/** The type of a key and its bytes, each undefined if they are not of a known type. */
function typedBytes(base64: string): readonly [SignatureType | undefined, Buffer | undefined] {
  const typed = fromBase64(base64);
  const types = Object.keys(SIGNATURE_TYPES) as SignatureType[];
  return [types.find((type) => SIGNATURE_TYPES[type] === typed?.[0]), typed?.subarray(1)];
}
