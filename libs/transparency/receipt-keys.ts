import { hash, type KeyObject } from 'node:crypto';
import { privateKeyOf, PUBLIC_KEY_BYTES, publicBytesOf, publicKeyOf } from './ed25519';
import { fromBase64Url, toBase64Url } from './encodings';
import { finding, type Finding } from './finding';

/** The keys of receipts as JWKs (RFC 7517; RFC 8037, section 2), each called by its thumbprint (RFC 7638). */

/** An entry of the key set, as it is published. */
export interface ReceiptJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly kid: string;
  readonly alg: 'EdDSA';
  readonly use: 'sig';
}

/** A public key of receipts. */
export interface ReceiptKey {
  readonly kid: string;
  readonly key: KeyObject;
  readonly jwk: ReceiptJwk;
}

/** A private key of receipts. */
export interface ReceiptSigner {
  readonly key: KeyObject;
  readonly verifier: ReceiptKey;
}

/** `publicKey`: of 32 bytes. */
export function receiptKey(publicKey: Uint8Array): ReceiptKey {
  const x = toBase64Url(publicKey);
  const kid = hash('sha256', JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x }), 'base64url');
  const jwk = { kty: 'OKP', crv: 'Ed25519', x, kid, alg: 'EdDSA', use: 'sig' } as const;
  return { kid, key: publicKeyOf(publicKey), jwk };
}

/** `seed`: 32 random bytes. */
export function receiptSigner(seed: Uint8Array): ReceiptSigner {
  const key = privateKeyOf(seed);
  return { key, verifier: receiptKey(publicBytesOf(key)) };
}

/**
 * The keys of a published set. That a key stands in it says nothing of it: the list of keys names whom to
 * trust. Finding: `malformed-jwks`, also if a `kid` is not the thumbprint of its key.
 */
export function parseJwks(text: string): readonly ReceiptKey[] | Finding {
  let set: unknown;
  try {
    set = JSON.parse(text);
  } catch {
    return finding('malformed-jwks', 'The key set is not JSON');
  }
  const entries = (set as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(entries)) return finding('malformed-jwks', 'The key set has no list of keys');
  const keys: ReceiptKey[] = [];
  for (const entry of entries as readonly unknown[]) {
    const { x } = (entry ?? {}) as { x?: unknown };
    const bytes = typeof x === 'string' ? fromBase64Url(x) : undefined;
    const key = bytes?.byteLength === PUBLIC_KEY_BYTES ? receiptKey(bytes) : undefined;
    const isWhole =
      key &&
      Object.entries(key.jwk).every(([name, value]) => (entry as Record<string, unknown>)[name] === value);
    if (!isWhole) return finding('malformed-jwks', `${JSON.stringify(entry)} is no key of receipts`);
    keys.push(key);
  }
  return keys;
}
