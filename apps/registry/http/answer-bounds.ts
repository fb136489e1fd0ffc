import { refuse } from '@app/http-contract/problem/refusal-error';
import type { Refusal } from '@app/domain/values/problem';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BUDGETS, COMPRESSING, FREE_OF_AN_ANSWER, Share } from './budgets';
import { answerOf, readInTime } from './connections';
import { credentialBy } from './caller';
import { beginRefusal, PROBLEM_TYPE } from './problem-details';
import { countedAs } from './client-address';

const NO_ROOM: Refusal = refuse(
  'unavailable',
  'The register holds as many answers that no one has read yet as it has room for, or as many of yours as it holds for one: read those, and ask again a while later',
);

/** Headers that describe the answer that there is no room for. */
const OF_THE_ANSWER = [
  'etag',
  'content-location',
  'content-length',
  'content-disposition',
  'link',
  'location',
];

/**
 * Reserves room for each large answer until it is read, and refuses it if there is none. Streams hold little
 * at a time, and are compressed only if there is room for that. To be called after everything that sets
 * headers of answers.
 */
export function boundAnswers(server: FastifyInstance): void {
  server.addHook('onSend', (request, reply, payload: unknown, done) => {
    const isWhole = typeof payload === 'string';
    // Bytes that are kept ready are in memory once for all their readers.
    if (isWhole ? payload.length <= FREE_OF_AN_ANSWER : !isStream(payload)) {
      done(null, payload);
      return;
    }
    const share = new Share(BUDGETS.answers, credentialBy(request)?.hash ?? countedAs(request));
    if (isWhole && !share.add(Buffer.byteLength(payload))) {
      done(null, refused(reply));
      return;
    }
    if (isWhole) readInTime(request.raw);
    if (isCompressed(request) && !share.add(COMPRESSING)) delete request.headers['accept-encoding'];
    answerOf(request.raw)?.once('close', () => {
      share.release();
    });
    done(null, payload);
  });
}

function isStream(payload: unknown): boolean {
  return typeof payload === 'object' && payload !== null && 'pipe' in payload;
}

function isCompressed({ headers }: FastifyRequest): boolean {
  return headers['accept-encoding'] !== undefined;
}

function refused(reply: FastifyReply): string {
  for (const name of OF_THE_ANSWER) void reply.removeHeader(name);
  const problem = beginRefusal(reply, NO_ROOM);
  void reply.header('cache-control', 'no-store').header('content-type', PROBLEM_TYPE);
  return JSON.stringify(problem);
}
