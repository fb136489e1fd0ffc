import type { Attempts, Asker } from '@app/application/access/attempts';
import { hashOfSecret, type Credential } from '@app/application/access/credential';
import { sealingKey } from '@app/application/posting/sealed';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { watchProblems } from './problem-details';
import { addressOf } from './client-address';
import { contextOf, note } from './request-context';

/** Finds whose key in force it is that has a hash. */
export type CredentialOf = (hash: string) => Credential | undefined;

/** Finds whose key it is that has a hash, be it revoked or expired. */
export type IssuedWith = (hash: string) => Pick<Asker, 'body' | 'key'> | undefined;

/**
 * Looks whose key a request brings as `Authorization: Bearer` (RFC 6750), and remembers it; undefined if that is none in
 * force. The secret itself is kept nowhere.
 */
export function lookAtKey(request: FastifyRequest, credentialOf: CredentialOf): Credential | undefined {
  const secret = secretIn(request);
  const hash = secret === undefined ? undefined : hashOfSecret(secret);
  const credential = hash === undefined ? undefined : credentialOf(hash);
  note(request, { credential, hashNotInForce: credential ? undefined : hash });
  return credential;
}

function secretIn({ headers }: FastifyRequest): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
}

/** Whether a request brings anything that may be a key as `Authorization: Bearer`, be it in force or not. */
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
 * Who asks, as the access record has it: the same for all of a request. `issuedWith` names whose key was brought where it
 * is not in force any more, so that one sees who still uses it.
 */
export function askerOf(request: FastifyRequest, issuedWith: IssuedWith = () => undefined): Asker {
  const { asker: before, hashNotInForce: former } = contextOf(request);
  if (before) return before;
  const holder = credentialBy(request) ?? (former === undefined ? undefined : issuedWith(former));
  const asker: Asker = {
    body: holder?.body ?? null,
    key: holder?.key ?? null,
    address: addressOf(request),
    method: request.method,
    route: request.routeOptions.url ?? 'none',
    request: request.id,
  };
  note(request, { asker });
  return asker;
}

/**
 * Records every request that is answered with a problem where a key is asked for, and wherever more is asked than may be.
 * `keyed`: whether the route of a request asks for a key.
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
