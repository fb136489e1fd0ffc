import { refuse } from '@app/http-contract/problem/refusal-error';
import type { Lifecycle } from '@app/application/lifecycle';
import type { Writer } from '@app/application/posting/writer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isSpare } from './connections';
import { bringsBody, tooLong } from './request-body';
import { contextOf } from './request-context';
import { isTakenType } from './media-types';
import { whyShut } from './api-key.guard';
import { answerRefusal, unsupported } from './problem-details';
import { isForOperators } from './route-costs';

/** Which requests a route takes. */
export interface Admission {
  /** The media types of its body; undefined if it takes none. */
  readonly takes: readonly string[] | undefined;
  /** Whether it asks for a key. */
  readonly keyed: boolean;
}

const CROWDED = refuse(
  'unavailable',
  'More connections are open at once than the register serves, or than one address may have: ask again a while later',
);

/**
 * Refuses, before a byte of a body is read, what can be refused by its head alone: 413 by its length, 415,
 * 429 and 401, in this order (specification, section 3). The guards check again, also requests without a
 * body. `admissionOf`: the rules of the route of a request, if there is one.
 */
export function refuseUnread(
  server: FastifyInstance,
  admissionOf: (request: FastifyRequest) => Admission | undefined,
  keys: () => { readonly writer: Writer; readonly operation: Lifecycle },
): void {
  server.addHook('onRequest', (request, reply, done) => {
    if (isSpare(request.raw) && !isForOperators(request.url)) {
      void reply.header('connection', 'close');
      answerRefusal(reply, CROWDED);
      return;
    }
    if (!bringsBody(request)) {
      done();
      return;
    }
    const refusal = refusalOf(request);
    if (refusal) answerRefusal(reply, refusal);
    else done();
  });

  function refusalOf(request: FastifyRequest) {
    const long = tooLong(request);
    if (long) return long;
    const { takes, keyed } = admissionOf(request) ?? { takes: undefined, keyed: false };
    // Other faults of the request are told by the answer, which does not read its body.
    if (!takes) return undefined;
    if (!isTakenType(request, takes)) return unsupported(request);
    const { tooMuch } = contextOf(request);
    if (tooMuch) return tooMuch;
    if (!keyed) return undefined;
    const { writer, operation } = keys();
    return whyShut(request, writer, operation);
  }
}
