import { Agent, request as ask, type IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream';
import { refuse } from '@app/http-contract/problem/refusal-error';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { leaveAfter } from '../http/connections';
import { answerRefusal } from '../http/problem-details';
import { note } from '../http/request-context';

/** Headers that apply to one connection, and are not passed on (RFC 9110, section 7.6.1). */
const OF_A_CONNECTION = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const NO_WRITER = refuse(
  'unavailable',
  'The process that writes does not answer: send the same again a while later. Nothing is lost by posting the same again under the same id',
);

/**
 * Forwards the requests that a reader does not answer, those that need a key or ask for the state of the register, to the
 * process that writes. Requests and answers stream through, and neither is held. `X-Forwarded-For` names the client.
 */
export function handOn(
  server: FastifyInstance,
  writer: string,
  isHandedOn: (request: FastifyRequest) => boolean,
): void {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 64 });
  server.addHook('onRequest', (request, reply, done) => {
    if (!isHandedOn(request)) {
      done();
      return;
    }
    note(request, { isHandedOn: true });
    passOn(request, reply, writer, agent);
  });
  server.addHook('onClose', (_, done) => {
    agent.destroy();
    done();
  });
}

function passOn(request: FastifyRequest, reply: FastifyReply, writer: string, agent: Agent): void {
  const { raw } = request;
  const asked = ask({
    socketPath: writer,
    agent,
    method: raw.method,
    path: raw.url,
    headers: [
      ...passedOn(raw, SAID_ANEW),
      ...('transfer-encoding' in raw.headers ? ['transfer-encoding', 'chunked'] : []),
      ...['x-request-id', request.id, 'x-forwarded-for', forwardedFor(raw)],
    ],
    setDefaultHeaders: false,
  });
  asked.on('response', (answer) => {
    // Answered before all of it was sent: the writer may close this connection, so no other request uses it.
    if (!asked.writableFinished) asked.shouldKeepAlive = false;
    // Refused before that: the rest is thrown away. An answer below 400 may be one to lines of which more come.
    const isLeft = (answer.statusCode ?? 0) >= 400 && !raw.complete;
    if (isLeft) {
      leaveAfter(raw);
      raw.unpipe(asked);
      raw.resume();
    }
    reply.hijack();
    reply.raw.writeHead(answer.statusCode ?? 502, [
      ...passedOn(answer),
      ...(isLeft ? ['connection', 'close'] : []),
    ]);
    pipeline(answer, reply.raw, () => undefined);
  });
  asked.on('error', () => {
    if (!reply.sent) answerRefusal(reply, NO_WRITER);
  });
  reply.raw.on('close', () => asked.destroy());
  raw.pipe(asked);
}

/** The headers of a message as they came, without those of its connection and those in `but`. */
function passedOn({ rawHeaders }: IncomingMessage, but: readonly string[] = []): string[] {
  const headers: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = rawHeaders.slice(i, i + 2);
    const known = name.toLowerCase();
    if (!OF_A_CONNECTION.has(known) && !but.includes(known)) headers.push(name, value);
  }
  return headers;
}

const SAID_ANEW = ['x-request-id', 'x-forwarded-for'];

/** The addresses that `X-Forwarded-For` names already, and that of the sender. */
function forwardedFor({ headers, socket }: IncomingMessage): string {
  return [headers['x-forwarded-for'] ?? [], socket.remoteAddress ?? []].flat().join(', ');
}
