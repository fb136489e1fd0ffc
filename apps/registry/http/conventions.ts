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

/** So many bytes or more are compressed, for those who take them so. */
const WORTH_COMPRESSING = 1_024;
const A_DAY = 86_400;
/** May be kept, and not used without asking whether it is still the same. */
const ASKED_AGAIN = 'no-cache';
const NOTHING_KEPT = 'no-store';

export const PLAIN_ID = /^[\w.:-]{1,64}$/;

/** What a request is called: as its sender calls it, where that is a plain id, and else by an id of its own. */
export function requestId({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && PLAIN_ID.test(given) ? given : randomUUID();
}

/**
 * What HTTP is used to, for every answer (specification, section 7): its request’s id, reading open to the pages of every
 * origin, the address and tag by which it may be kept, and compression. To be called before there are routes; `log` is
 * asked for when answers are given.
 */
export async function takeHabits(server: FastifyInstance, log: () => NamesMoments): Promise<void> {
  server.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff');
    if (!namesItsHost(request.raw)) answerUnreadable(undefined, request, reply);
    else if (request.method === 'OPTIONS') answerOptions(request, reply, done);
    else done();
  });
  // Without credentials, and without leave to send a key: pages of other origins read, and ask many questions.
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
    // What says for itself how it may be kept is given at the head alone, and has no address as known then.
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
    customTypes: /^text\/(?!event-stream)|json|javascript|svg/,
    // Each part of a stream is sent on at once: who waits for a line gets it.
    brotliOptions: {
      flush: constants.BROTLI_OPERATION_FLUSH,
      params: { [constants.BROTLI_PARAM_QUALITY]: 4 },
    },
    zlibOptions: { flush: constants.Z_SYNC_FLUSH },
  });
  server.addHook('onRoute', (route) => {
    if (isForOperators(route.url)) route.config = { ...route.config, cors: false };
    const hooks = [route.onSend ?? [], tagByCoding].flat();
    // Of HEAD the first drops the body: it comes last, so that the headers are those of GET.
    route.onSend = route.method === 'HEAD' ? [...hooks.slice(1), ...hooks.slice(0, 1)] : hooks;
  });
}

/** Whether a request says once to whom it is addressed, as it has to from HTTP/1.1 on (RFC 9112, section 3.2). */
function namesItsHost({ rawHeaders, httpVersion }: IncomingMessage): boolean {
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]?.toLowerCase() === 'host') hosts++;
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

/** What an answer as known at a moment says of that, and of the policy where there is one. */
interface AsKnown {
  readonly policy?: { readonly id?: unknown };
}

function positionOf(payload: unknown): string | undefined {
  const known = (payload as { readonly knownAt?: { readonly position?: unknown } } | null)?.knownAt;
  return typeof known?.position === 'string' ? known.position : undefined;
}

/** What says of a position by which bytes this log has it. */
export type NamesMoments = Pick<AsOfResolver, 'written' | 'fingerprint'>;

/**
 * What is answered at an address depends on the log up to the position, on the policy and on the release alone. So the tag
 * is made of these: a digest of the answer would cost as much as the answer, and the position without the bytes there would
 * be the same after a restore. Whoever does not ask at the position of this log is told the address that does: it never
 * gives another answer, of another log it gives none. Nothing is kept without asking, for the rules of a release may change.
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
  if (pinned === undefined || asked['knownAt'] === pinned) return;
  // Which policy is asked where none is named is the operator’s to set, and may be another one day.
  const named = id === '' || 'policy' in asked ? '' : `policy=${id}&`;
  const [path = '', query = ''] = request.url.split('?');
  const others = 'knownAt' in asked || 'atLeast' in asked ? timeless(asked) : query;
  void reply.header('content-location', `${path}?${named}${others && `${others}&`}knownAt=${pinned}`);
}

/** What is asked, but for the moment. */
function timeless({
  knownAt: _,
  atLeast: _least,
  ...asked
}: Readonly<Record<string, string | string[]>>): string {
  return stringify(asked).replaceAll('%3A', ':');
}

/** Says that the answer may be kept, and asked for again each time. It gets its tag when it is sent. */
export function keep(reply: FastifyReply): void {
  void reply.header('cache-control', ASKED_AGAIN);
}

/** The same of an answer whose hash is known before it is sent, or that is sent in pieces: it gets its tag of that. */
export function keepUnder(reply: FastifyReply, sha256: string): void {
  keep(reply);
  void reply.header('etag', `"${sha256.slice(0, TAG_LENGTH)}"`);
}

/** Says that no one is to keep the answer, not even to ask again whether it is the same. */
export function keepNothing(reply: FastifyReply): void {
  void reply.header('cache-control', NOTHING_KEPT);
}

/** Says of an answer that shows a person’s public name, which may be erased, that neither caches nor search engines keep it. */
export function showsPerson(reply: FastifyReply): void {
  keepNothing(reply);
  void reply.header('x-robots-tag', 'noindex');
}

/** Gives an answer that may be kept the tag of its bytes, unless it has one, or says that the asker has it already. No other is to be kept. */
function tagged(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  if (!reply.hasHeader('cache-control')) keepNothing(reply);
  if (reply.statusCode !== 200 || !isRead(request)) return payload;
  if (reply.getHeader('cache-control') !== ASKED_AGAIN) return payload;
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

/** Says that another answer may be given to a request with another value of a header. */
export function varyBy(reply: FastifyReply, header: 'accept' | 'accept-encoding'): void {
  const given = reply.getHeader('vary');
  const all =
    given === undefined ? header : [...new Set([...String(given).split(', '), header])].sort().join(', ');
  void reply.header('vary', all);
}

/** 132 of the bits of the hash. */
const TAG_LENGTH = 22;

/** The tag that a client has of these bytes, in whatever coding; `*` is any. */
function tagAmong(header: string | undefined, tag: string): string | undefined {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return `"${tag}"`;
  const [found] = new RegExp(`"${RegExp.escape(tag)}(?:-\\w+)?"`).exec(header) ?? [];
  return found;
}

/** The same bytes in another coding are another representation, with a strong tag of its own (RFC 9110, section 8.8.3). */
function tagByCoding(_request: FastifyRequest, reply: FastifyReply, payload: unknown, done: Done): void {
  const [coding, tag] = [reply.getHeader('content-encoding'), reply.getHeader('etag')];
  if (typeof coding === 'string' && typeof tag === 'string' && reply.statusCode === 200)
    void reply.header('etag', `${tag.slice(0, -1)}-${coding}"`);
  done(null, payload);
}

type Done = (error: null, payload: unknown) => void;
