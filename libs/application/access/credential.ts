import { hash, timingSafeEqual } from 'node:crypto';
import { isInForce, keysWithHash } from '@app/domain/subjects/body';
import { REGISTRAR } from '@app/domain/log/event-catalogue';
import type { LogView } from '@app/domain/log/log-view';

/**
 * Who posts: the hash of the secret that was presented (`sha256:` and hexadecimal), and the body that it
 * belongs to.
 */
export interface Credential {
  readonly body: string;
  readonly hash: string;
  /** The name of the key; undefined for a registrar’s key that is not in the log. */
  readonly key?: string | undefined;
}

/** `sha256:` and the SHA-256 of a secret. A secret has 256 random bits, so a plain hash protects it. */
export function hashOfSecret(secret: string): string {
  return `sha256:${hash('sha256', secret)}`;
}

/**
 * The body whose key in force has this hash, and the name of that key. `registrarKey`: the hash of a
 * registrar’s key that is not in the log. It is compared in constant time; a key of the log is looked up by
 * its hash. Even someone who could guess part of a hash from the time this takes would learn nothing of any
 * secret. Secrets themselves are neither kept nor compared.
 */
export function credentialOf(
  known: LogView,
  hash: string,
  registrarKey: string | undefined,
): Credential | undefined {
  if (registrarKey !== undefined && sameHash(hash, registrarKey)) return { body: REGISTRAR, hash };
  for (const stream of known.streamsAbout(hash)) {
    const key = keysWithHash(known.stream(stream), hash).find((one) => isInForce(one, known.today))?.event;
    if (key) return { body: key.subject, hash, key: key.data.key };
  }
  return undefined;
}

/**
 * The body whose key has this hash, whether it is in force or not; undefined if the log never had such a key.
 */
export function issuedWith(
  known: LogView,
  hash: string,
): { readonly body: string; readonly key: string } | undefined {
  for (const stream of known.streamsAbout(hash)) {
    const issued = keysWithHash(known.stream(stream), hash)[0]?.event;
    if (issued) return { body: issued.subject, key: issued.data.key };
  }
  return undefined;
}

/** The body whose key in force has this hash, as {@link credentialOf}. */
export function holderOf(known: LogView, hash: string, registrarKey: string | undefined): string | undefined {
  return credentialOf(known, hash, registrarKey)?.body;
}

function sameHash(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
