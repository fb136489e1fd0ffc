import type { Socket } from 'node:net';
import { refuse, Refused } from '@app/http-contract/problem/refusal-error';
import { problemOf, type ProblemDetails } from '@app/http-contract/problem/problems';
import type { ProblemCode, Refusal } from '@app/domain/values/problem';
import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { ConnectionError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { UNREADABLE } from './connection';
import { breakOff, isByReader, leaveAfter } from './connections';
import { contextOf, note } from './request-context';
import { allowedMethods } from './route-costs';

/**
 * Answers every error as problem details. An unforeseen error is described to the operator; the client only
 * learns that there was one.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const refusal = this.refusalOf(error, request, reply);
    if (!reply.sent) answerRefusal(reply, refusal);
  }

  /** What to tell the asker about an error. */
  refusalOf(error: unknown, request: FastifyRequest, reply: FastifyReply): Refusal {
    if (error instanceof Refused) return error.refusal;
    // If the client disconnected while sending, or during a long answer, no one hears the answer, and nothing
    // failed here.
    if ((request.raw.socket.destroyed && !request.raw.complete) || isCutOff(error, reply)) return UNREADABLE;
    const status =
      error instanceof HttpException ? error.getStatus() : (error as { statusCode?: unknown }).statusCode;
    switch (status) {
      case 400:
        return UNREADABLE;
      case 404: {
        const { tooMuch } = contextOf(request);
        if (tooMuch) return tooMuch;
        const allowed = allowedMethods(request);
        if (allowed.length === 0) return NOWHERE;
        void reply.header('allow', allowed.join(', '));
        return refuse('method-not-allowed', `This address answers ${allowed.join(', ')}`);
      }
      case 413:
        return refuse('too-large', 'The body is too large: post it in parts, or as application/x-ndjson');
      case 415:
        return unsupported(request);
      default:
        this.#logger.error(error);
        return refuse('internal', 'The register failed at this; its operator has been told. Ask again');
    }
  }
}

function isCutOff(error: unknown, { raw }: FastifyReply): boolean {
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  return raw.destroyed && (code === 'ERR_STREAM_PREMATURE_CLOSE' || name === 'AbortError');
}

/** A signal that is aborted if the asker disconnects before the answer. */
export function hungUp({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort();
  });
  return gone.signal;
}

/** Called for every request that a server answers with a problem, just before it does. */
type Watcher = (request: FastifyRequest, code: ProblemCode) => void;

const watchers = new WeakMap<FastifyInstance['server'], Watcher>();

/** Has `watcher` called for every request that is answered with a problem. Other requests cost nothing. */
export function watchProblems(server: FastifyInstance, watcher: Watcher): void {
  watchers.set(server.server, watcher);
}

/** Answers a refusal, with the headers that belong to it. */
export function answerRefusal(reply: FastifyReply, refusal: Refusal): void {
  const problem = beginRefusal(reply, refusal);
  void reply.header('content-type', PROBLEM_TYPE).send(problem);
}

/** Begins the answer of a refusal in any form: sets its status and headers, and calls the watchers. */
export function beginRefusal(reply: FastifyReply, refusal: Refusal): ProblemDetails {
  const problem = problemOf(refusal);
  note(reply.request, { problem: problem.code });
  watchers.get(reply.server.server)?.(reply.request, problem.code);
  if (problem.code === 'no-key') void reply.header('www-authenticate', 'Bearer realm="register"');
  if (problem.code === 'bad-key')
    void reply.header('www-authenticate', 'Bearer realm="register", error="invalid_token"');
  if (problem.status === 503) void reply.header('retry-after', '1');
  if (problem.status === 429) void reply.header('retry-after', reply.getHeader('ratelimit-reset') ?? '60');
  const { raw } = reply.request;
  // A reader stops sending by itself, and would not hear the answer if its connection were closed.
  if (!raw.complete && !isByReader(raw)) {
    // The rest of the body is not read, and would otherwise be taken for the next request on this connection.
    void reply.header('connection', 'close');
    leaveAfter(raw);
  }
  void reply.status(problem.status);
  return problem;
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';
export const NOWHERE: Refusal = refuse(
  'not-found',
  'There is nothing at this address: see the paths under /v1',
);

/**
 * Answers a request that reaches no route and none of the hooks of routes: an address with broken
 * percent-encoding.
 */
export function answerUnreadable(_error: unknown, { id }: FastifyRequest, reply: FastifyReply): void {
  void reply
    .header('x-request-id', id)
    .header('x-content-type-options', 'nosniff')
    .header('cache-control', 'no-store');
  answerRefusal(reply, UNREADABLE);
}

/**
 * Answers input that is no HTTP, or has endless headers, and closes the connection. Writes nothing into an
 * answer that has begun.
 */
export function answerNoRequest(error: ConnectionError, socket: Socket): void {
  const text = JSON.stringify(problemOf(UNREADABLE));
  const head = [
    'HTTP/1.1 400 Bad Request',
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(text)}`,
    'X-Content-Type-Options: nosniff',
    'Connection: close',
  ];
  breakOff(error, socket, `${head.join('\r\n')}\r\n\r\n${text}`);
}

const TAKEN =
  'Post one event as application/cloudevents+json, several as application/cloudevents-batch+json or application/x-ndjson, a table of them as text/csv to /v1/events/csv; many questions to /v1/eligibility as application/json, application/x-ndjson or text/csv; everything else as application/json';

/** The refusal of a body of a wrong type; a CloudEvent in binary mode is told that it is one. */
export function unsupported({ headers }: FastifyRequest): Refusal {
  const isBinary = Object.keys(headers).some((name) => name.startsWith('ce-'));
  return refuse(
    'unsupported-media-type',
    isBinary
      ? `CloudEvents are not taken in binary mode, with ce- headers: send the whole event in the body. ${TAKEN}`
      : TAKEN,
  );
}
