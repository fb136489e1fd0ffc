import { hash, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { stringify } from 'node:querystring';
import { Readable } from 'node:stream';
import { constants } from 'node:zlib';
import compress from '@fastify/compress';
import cors from '@fastify/cors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AsOfResolver } from '@app/read-model/as-of';
import { version } from '../../../package.json';
import { answerRefusal, answerUnreadable, NOWHERE } from './problem-details';
import { allowedMethods, isForOperators } from './route-costs';

/** The number of bytes from which on an answer is compressed, for clients that accept that. */
const WORTH_COMPRESSING = 1_024;
const A_DAY = 86_400;

/** May be kept, but not used without asking whether it has changed. */
const ASKED_AGAIN = 'no-cache';
const NOTHING_KEPT = 'no-store';
const PERMANENT = `public, max-age=${365 * A_DAY}, immutable`;

export const PLAIN_ID = /^[\w.:-]{1,64}$/;

/** The id of a request: the sender’s if that is a plain id, otherwise a new one. */
export function requestId({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && PLAIN_ID.test(given) ? given : randomUUID();
}

/**
 * Conventions of HTTP for every answer (specification, section 7): the request’s id, read access for pages of
 * every origin, the address and tag for caches, and compression. To be called before there are routes; `log`
 * is called when answers are sent.
 */
export async function takeHabits(server: FastifyInstance, log: () => NamesMoments): Promise<void> {
  server.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff');
    if (!namesItsHost(request.raw)) answerUnreadable(undefined, request, reply);
    else if (request.method === 'OPTIONS') answerOptions(request, reply, done);
    else done();
  });
  // Without credentials, and without permission to send a key: pages of other origins may read and ask many
  // questions.
  await server.register(cors, {
    origin: '*',
    methods: ['GET', 'HEAD'],
    allowedHeaders: ['Accept', 'Content-Type', 'If-None-Match', 'Register-Position', 'X-Request-Id'],
    exposedHeaders: [
      'Content-Location',
      'ETag',
      'Link',
      'Location',
      'RateLimit-Limit',
      'RateLimit-Remaining',
      'RateLimit-Reset',
      'Register-Position',
      'Retry-After',
      'X-Request-Id',
    ],
    maxAge: A_DAY,
    strictPreflight: false,
  });
  server.addHook('preSerialization', (request, reply, payload: unknown, done) => {
    const position = positionOf(payload);
    // An answer that sets its own rules for caches exists only at the head, and has no address for a moment.
    const isSaid = reply.hasHeader('cache-control');
    if (position !== undefined && isRead(request) && !isSaid)
      keepAsKnown(request, reply, payload as AsKnown, position, log());
    done(null, payload);
  });
  server.addHook('onSend', (request, reply, payload: unknown, done) => {
    done(null, tagged(request, reply, payload));
  });
  await server.register(compress, {
    globalDecompression: false,
    encodings: ['br', 'gzip'],
    threshold: WORTH_COMPRESSING,
    customTypes: /^text\/(?!event-stream)|json|javascript|svg|octet-stream/,
    // Sends each part of a stream at once: a client that waits for a line gets it.
    brotliOptions: {
      flush: constants.BROTLI_OPERATION_FLUSH,
      params: { [constants.BROTLI_PARAM_QUALITY]: 4 },
    },
    zlibOptions: { flush: constants.Z_SYNC_FLUSH },
  });
  server.addHook('onRoute', (route) => {
    if (isForOperators(route.url)) route.config = { ...route.config, cors: false };
    const hooks = [route.onSend ?? [], tagByCoding].flat();
    // The first hook drops the body of a HEAD request, so it runs last: then the headers are those of GET.
    route.onSend = route.method === 'HEAD' ? [...hooks.slice(1), ...hooks.slice(0, 1)] : hooks;
  });
}

/**
 * Whether a request says exactly once to whom it is addressed, as required from HTTP/1.1 on (RFC 9112,
 * section 3.2).
 */
function namesItsHost({ rawHeaders, httpVersion }: IncomingMessage): boolean {
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  return hosts === 1 || (hosts === 0 && httpVersion !== '1.1');
}

function answerOptions(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const allowed = allowedMethods(request);
  if (allowed.length > 0) {
    void reply.header('allow', [...allowed, 'OPTIONS'].join(', '));
    if (isForOperators(request.url)) void reply.status(204).send();
    else done();
    return;
  }
  answerRefusal(reply, NOWHERE);
}

function isRead({ method }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** The members of an answer that name its moment and, if there is one, its policy. */
interface AsKnown {
  readonly policy?: { readonly id?: unknown };
}

function positionOf(payload: unknown): string | undefined {
  const known = (payload as { readonly knownAt?: { readonly position?: unknown } } | null)?.knownAt;
  return typeof known?.position === 'string' ? known.position : undefined;
}

/** Finds how this log writes a position with the digits of its bytes. */
export type NamesMoments = Pick<AsOfResolver, 'written' | 'fingerprint'>;

/**
 * Sets the address and tag of an answer at a moment. The answer depends only on the log up to the position,
 * on the policy and on the release, so the tag is made from these. A digest of the answer would cost as much
 * as the answer; the position without its bytes would be the same after a restore. If the request does not
 * name the position of this log, the answer tells the address that does: that address never gives another
 * answer, and none on another log. There caches need not ask again about what the rules alone say, if the address names all that they
 * are asked; elsewhere they must, because a release may tell it otherwise.
 */
function keepAsKnown(
  request: FastifyRequest,
  reply: FastifyReply,
  { policy }: AsKnown,
  position: string,
  log: NamesMoments,
) {
  const asked = request.query as Readonly<Record<string, string | string[]>>;
  const id = typeof policy?.id === 'string' ? policy.id : '';
  const tag = [position, log.fingerprint(position), id, version];
  void reply.header('etag', `"${tag.filter(Boolean).join('.')}"`);
  keep(reply);
  const pinned = log.written(position);
  if (pinned === undefined) return;
  if (asked['knownAt'] === pinned) {
    // A route is advice by the rules of the release; the policy of a question that names none is the operator’s choice.
    const isFixed = BY_THE_RULES.has(request.routeOptions.url ?? '') && 'policy' in asked;
    if (isFixed && asked['route'] !== 'true') void reply.header('cache-control', PERMANENT);
    return;
  }
  // The operator chooses the default policy, and may change it one day, so the address names it.
  const named = id === '' || 'policy' in asked ? '' : `policy=${id}&`;
  const [path = '', query = ''] = request.url.split('?');
  const others = 'knownAt' in asked || 'atLeast' in asked ? timeless(asked) : query;
  void reply.header('content-location', `${path}?${named}${others && `${others}&`}knownAt=${pinned}`);
}

/** The addresses of what an evaluator says, whose versions never change. */
const BY_THE_RULES = new Set(['/v1/providers/:key/eligibility', '/v1/advisers/:key/eligibility']);

/** The question without its moment. */
function timeless({
  knownAt: _,
  atLeast: _least,
  ...asked
}: Readonly<Record<string, string | string[]>>): string {
  return stringify(asked).replaceAll('%3A', ':');
}

/** Says that the answer may be kept, and checked each time. It gets its tag when it is sent. */
export function keep(reply: FastifyReply): void {
  void reply.header('cache-control', ASKED_AGAIN);
}

/**
 * As {@link keep}, for an answer whose hash is known in advance, or that is sent in pieces: its tag is made
 * from the hash.
 */
export function keepUnder(reply: FastifyReply, sha256: string): void {
  keep(reply);
  void reply.header('etag', `"${sha256.slice(0, TAG_LENGTH)}"`);
}

/** As {@link keepUnder}, of an answer that never changes: whoever keeps it need not ask again. */
export function keepPermanently(reply: FastifyReply, sha256: string): void {
  keepUnder(reply, sha256);
  void reply.header('cache-control', PERMANENT);
}

/** Says that no one may keep the answer, not even to check later whether it has changed. */
export function keepNothing(reply: FastifyReply): void {
  void reply.header('cache-control', NOTHING_KEPT);
}

/**
 * Says that caches and search engines must not keep an answer that shows a person’s public name, because that
 * may be erased.
 */
export function showsPerson(reply: FastifyReply): void {
  keepNothing(reply);
  void reply.header('x-robots-tag', 'noindex');
}

/**
 * Gives an answer that may be kept the tag of its bytes, unless it has one, or tells the asker that it has
 * the answer already. Other answers may not be kept.
 */
function tagged(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  if (!reply.hasHeader('cache-control')) keepNothing(reply);
  if (reply.statusCode !== 200 || !isRead(request)) return payload;
  const kept = reply.getHeader('cache-control');
  if (kept !== ASKED_AGAIN && kept !== PERMANENT) return payload;
  const given = reply.getHeader('etag');
  if (typeof given !== 'string' && typeof payload !== 'string') return payload;
  const tag =
    typeof given === 'string'
      ? given.slice(1, -1)
      : hash('sha256', payload as string, 'base64url').slice(0, TAG_LENGTH);
  varyBy(reply, 'accept-encoding');
  const had = tagAmong(request.headers['if-none-match'], tag);
  void reply.header('etag', had ?? `"${tag}"`);
  if (had === undefined) return payload;
  void reply.status(304).removeHeader('content-type').removeHeader('content-length');
  if (payload instanceof Readable) payload.destroy();
  return '';
}

/** Says that the answer depends on a header of the request. */
export function varyBy(reply: FastifyReply, header: 'accept' | 'accept-encoding'): void {
  const given = reply.getHeader('vary');
  void reply.header('vary', given === undefined || given === header ? header : 'accept, accept-encoding');
}

/** The length of 132 bits of the hash. */
const TAG_LENGTH = 22;

/** The tag under which a client has these bytes, in any coding; `*` matches any. */
function tagAmong(header: string | undefined, tag: string): string | undefined {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return `"${tag}"`;
  const [found] = new RegExp(`"${RegExp.escape(tag)}(?:-\\w+)?"`).exec(header) ?? [];
  return found;
}

/**
 * The same bytes in another coding are another representation, with a strong tag of its own (RFC 9110,
 * section 8.8.3).
 */
function tagByCoding(_request: FastifyRequest, reply: FastifyReply, payload: unknown, done: Done): void {
  const [coding, tag] = [reply.getHeader('content-encoding'), reply.getHeader('etag')];
  if (typeof coding === 'string' && typeof tag === 'string' && reply.statusCode === 200)
    void reply.header('etag', `${tag.slice(0, -1)}-${coding}"`);
  done(null, payload);
}

type Done = (error: null, payload: unknown) => void;
