import type { Attempts, Asker } from '@app/application/access/attempts';
import { hashOfSecret, type Credential } from '@app/application/access/credential';
import { sealingKey } from '@app/application/posting/sealed';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { watchProblems } from './problem-details';
import { clientAddressOf } from './client-address';
import { contextOf, note } from './request-context';

/** Finds the holder of the key in force with a hash. */
export type CredentialOf = (hash: string) => Credential | undefined;

/** Finds the holder of the key with a hash, even if it is revoked or expired. */
export type IssuedWith = (hash: string) => Pick<Asker, 'body' | 'key'> | undefined;

/**
 * Finds whose key a request brings as `Authorization: Bearer` (RFC 6750), and remembers it; undefined if it
 * is not in force. The secret itself is never kept.
 */
export function lookAtKey(request: FastifyRequest, credentialOf: CredentialOf): Credential | undefined {
  const hash = keyHashOf(request);
  const credential = hash === undefined ? undefined : credentialOf(hash);
  note(request, { credential, hashNotInForce: credential ? undefined : hash });
  return credential;
}

/** The hash of the secret that a request brings: several look at its key, and the hash stays what it is. */
function keyHashOf(request: FastifyRequest): string | undefined {
  const { credential, hashNotInForce } = contextOf(request);
  const before = credential?.hash ?? hashNotInForce;
  if (before !== undefined) return before;
  const secret = secretIn(request);
  return secret === undefined ? undefined : hashOfSecret(secret);
}

function secretIn({ headers }: FastifyRequest): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
}

/** Whether a request brings something that may be a key as `Authorization: Bearer`, in force or not. */
export function isBearer(request: FastifyRequest): boolean {
  return secretIn(request) !== undefined;
}

/**
 * The key under which what is remembered of a request is sealed, of one that is let in with a secret and named by its sender.
 * The secret goes no further.
 */
export function sealingKeyBy(request: FastifyRequest, idempotencyKey: string): Buffer {
  const secret = secretIn(request);
  if (secret === undefined) throw new Error('who was let in brought no key');
  return sealingKey(secret, idempotencyKey);
}

/** Whose key a request brought when it was looked at last. */
export function credentialBy(request: FastifyRequest): Credential | undefined {
  return contextOf(request).credential;
}

/**
 * Who asks, for the access record: the same object throughout a request. `issuedWith` names the holder of a
 * key that is no longer in force, so that its use can be noticed.
 */
export function askerOf(request: FastifyRequest, issuedWith: IssuedWith = () => undefined): Asker {
  const { asker: before, hashNotInForce: former } = contextOf(request);
  if (before) return before;
  const holder = credentialBy(request) ?? (former === undefined ? undefined : issuedWith(former));
  const asker: Asker = {
    body: holder?.body ?? null,
    key: holder?.key ?? null,
    address: clientAddressOf(request),
    method: request.method,
    route: request.routeOptions.url ?? 'none',
    request: request.id,
  };
  note(request, { asker });
  return asker;
}

/**
 * Records every request that is answered with a problem on a route that asks for a key, and every request
 * beyond a limit. `keyed`: whether the route of a request asks for a key.
 */
export function recordRefusals(
  server: FastifyInstance,
  attempts: () => Attempts,
  keyed: (request: FastifyRequest) => boolean,
  issuedWith: IssuedWith,
): void {
  watchProblems(server, (request, code) => {
    if (code === 'slow-down' || keyed(request)) attempts().answered(askerOf(request, issuedWith), code);
  });
}
