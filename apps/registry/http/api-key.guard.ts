import { Attempts } from '@app/application/access/attempts';
import type { Credential } from '@app/application/access/credential';
import type { Refusal } from '@app/domain/values/problem';
import { Lifecycle } from '@app/application/lifecycle';
import { Writer } from '@app/application/posting/writer';
import { createParamDecorator, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refuse, Refused } from '@app/http-contract/problem/refusal-error';
import { askerOf, credentialBy, isBearer, lookAtKey } from './caller';

/** Until the log is read, no one can say which keys are in force. */
const STARTING: Refusal = refuse(
  'not-caught-up',
  'The register is being started, and has not read its log yet: post the same a while later',
);

const HEADER = 'Authorization: Bearer <key>';

/**
 * Why a request without a key in force as `Authorization: Bearer` (RFC 6750) is refused; undefined if it has
 * one.
 */
export function whyShut(request: FastifyRequest, writer: Writer, operation: Lifecycle): Refusal | undefined {
  const { authorization } = request.headers;
  if (authorization === undefined || authorization === '')
    return refuse('no-key', `Send your key in the header ${HEADER}`);
  if (!operation.started) return STARTING;
  if (lookAtKey(request, (hash) => writer.credentialOf(hash))) return undefined;
  return refuse(
    'bad-key',
    isBearer(request)
      ? 'This key is not in force: check how it is written, or ask the registrar for another'
      : `Write Bearer and a space before the key, and nothing else: ${HEADER}`,
  );
}

/** Admits requests with a key in force, and says whose it is, also in the answer. */
@Injectable()
export class KeyGuard implements CanActivate {
  constructor(
    private readonly writer: Writer,
    private readonly operation: Lifecycle,
    private readonly attempts: Attempts,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    // Checked again: the body may have taken long to arrive, and the key may have been revoked meanwhile.
    const refusal = whyShut(request, this.writer, this.operation);
    const credential = credentialBy(request);
    if (refusal) throw new Refused(refusal);
    if (!credential) throw new Error('who was let in brought no key');
    this.attempts.came(credential, askerOf(request));
    void http.getResponse<FastifyReply>().header('register-body', credential.body);
    return true;
  }
}

/** The poster, in a handler behind {@link KeyGuard}. */
export const Poster = createParamDecorator((_: unknown, context: ExecutionContext): Credential => {
  const poster = credentialBy(context.switchToHttp().getRequest<FastifyRequest>());
  if (!poster) throw new Error('a handler that asks who posts stands behind KeyGuard');
  return poster;
});
