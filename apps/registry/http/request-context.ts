import type { Asker } from '@app/application/access/attempts';
import type { Credential } from '@app/application/access/credential';
import type { ProblemCode, Refusal } from '@app/domain/values/problem';
import type { FastifyRequest } from 'fastify';

/**
 * What the service has found out about a request while it handles it. It lives as long as the request, and is
 * never sent.
 */
interface RequestContext {
  /** The key in force that it brought when it was last checked. */
  credential?: Credential | undefined;
  /** The hash of a key that it brought and that is not in force. */
  hashNotInForce?: string | undefined;
  /** The asker, for the access record. */
  asker?: Asker;
  /** Why it is beyond a limit; it is refused once the refusals that come first have been checked. */
  tooMuch?: Refusal;
  /** Whether the process that writes answers it, and counts it. */
  isHandedOn?: boolean;
  /** The code of the problem with which it was answered. */
  problem?: ProblemCode;
}

/** A property, because each request is asked several times; a map of all of them would be cleared at each collection of garbage. */
const CONTEXT = Symbol('context');
type Known = FastifyRequest & { [CONTEXT]?: RequestContext };

const NOTHING_KNOWN: Readonly<RequestContext> = {};

/** What is known so far. */
export function contextOf(request: Known): Readonly<RequestContext> {
  return request[CONTEXT] ?? NOTHING_KNOWN;
}

/** Adds to what is known; other members stay. */
export function note(request: Known, found: Readonly<RequestContext>): void {
  request[CONTEXT] = { ...request[CONTEXT], ...found };
}
