import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';

/** Ed25519 (RFC 8032), with keys as the 32 bytes that notes and JWKs have. */

export const PUBLIC_KEY_BYTES = 32;
export const SEED_BYTES = 32;
export const SIGNATURE_BYTES = 64;

/** What stands before the 32 bytes in PKCS #8 and in SPKI (RFC 8410, sections 4 and 7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** `publicKey`: of 32 bytes. */
export function publicKeyOf(publicKey: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' });
}

/** `seed`: the 32 bytes that the private key is made from. */
export function privateKeyOf(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
}

/** The 32 bytes of the public key that belongs to a private one. */
export function publicBytesOf(privateKey: KeyObject): Buffer {
  return createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.byteLength);
}

export function signBytes(key: KeyObject, message: string): Buffer {
  return sign(null, Buffer.from(message, 'utf8'), key);
}

export function isSignedBy(key: KeyObject, message: string, signature: Uint8Array): boolean {
  return (
    signature.byteLength === SIGNATURE_BYTES && verify(null, Buffer.from(message, 'utf8'), key, signature)
  );
}
