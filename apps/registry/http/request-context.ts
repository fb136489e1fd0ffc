import type { Asker } from '@app/application/access/attempts';
import type { Credential } from '@app/application/access/credential';
import type { ProblemCode, Refusal } from '@app/domain/values/problem';
import type { FastifyRequest } from 'fastify';

/** What the service has found out of a request while it handles it. It lives as long as the request, and is never sent. */
interface RequestContext {
  /** Whose key in force it brought when it was looked at last. */
  credential?: Credential | undefined;
  /** The hash of a key that it brought and that is none in force. */
  hashNotInForce?: string | undefined;
  /** Who asks, as the access record has it. */
  asker?: Asker;
  /** Why it is one too many: refused once what comes before that has had its say. */
  tooMuch?: Refusal;
  /** Whether the process that writes answers it, and counts it. */
  isHandedOn?: boolean;
  /** The code of the problem with which it was answered. */
  problem?: ProblemCode;
}

const contexts = new WeakMap<FastifyRequest, RequestContext>();
const NOTHING_KNOWN: Readonly<RequestContext> = {};

/** What has been found out so far. */
export function contextOf(request: FastifyRequest): Readonly<RequestContext> {
  return contexts.get(request) ?? NOTHING_KNOWN;
}

/** Notes what has been found out; what was noted before stays, where it is not noted anew. */
export function note(request: FastifyRequest, found: Readonly<RequestContext>): void {
  const context = contexts.get(request);
  if (context) Object.assign(context, found);
  else contexts.set(request, { ...found });
}
