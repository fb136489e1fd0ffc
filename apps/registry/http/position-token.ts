import { isRefusal, refuse } from '@app/http-contract/problem/refusal-error';
import { PLAIN_POSITION, type AsOfResolver } from '@app/read-model/as-of';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerRefusal } from './problem-details';
import { isForOperators } from './route-costs';

/** The header, and in lower case the cookie, in which a client carries how far it knows the log (specification, section 7). */
const TOKEN = 'register-position';

const COOKIE = new RegExp(`(?:^|;) *${TOKEN}=(0|[1-9][0-9]{0,19})(?=;|$)`);

/** Tells a client where what it posted stands, so that it sees that wherever it asks next. */
export function tellPosition(reply: FastifyReply, position: number | string | null): void {
  if (position !== null) void reply.header(TOKEN, String(position));
}

/**
 * Answers no one by less of the log than they know: a request that brings a token waits until this process has read so far, or
 * is refused with `not-caught-up`. A cookie is passed over where the log does not go so far: a browser brings it without its
 * user’s doing, also after the register was restored from a backup.
 *
 * `isStranger`: whether a request brings a key that is none in force by what this process has read. Another process may have
 * issued it just now, so it is refused by where the log ends, not by how far it was read.
 */
export function awaitTokens(
  server: FastifyInstance,
  reader: () => AsOfResolver,
  isStranger: (request: FastifyRequest) => boolean,
): void {
  server.addHook('onRequest', (request, reply, done) => {
    const header = request.headers[TOKEN];
    const cookie = COOKIE.exec(request.headers.cookie ?? '')?.[1];
    const mayBeBehind = isStranger(request);
    if ((header === undefined && cookie === undefined && !mayBeBehind) || isForOperators(request.url)) done();
    else
      awaited(reader(), header, cookie, mayBeBehind).then(
        (refusal) => {
          if (refusal) answerRefusal(reply, refusal);
          else done();
        },
        (error: unknown) => {
          done(error instanceof Error ? error : new Error(String(error)));
        },
      );
  });
}

async function awaited(
  reader: AsOfResolver,
  header: FastifyRequest['headers'][string],
  cookie: string | undefined,
  mayBeBehind: boolean,
) {
  if (mayBeBehind) await reader.readToEnd();
  if (header !== undefined) {
    if (typeof header !== 'string' || !PLAIN_POSITION.test(header)) return NO_POSITION;
    const position = await reader.position({ atLeast: header });
    if (isRefusal(position)) return position;
  }
  return cookie !== undefined && (await reader.readOn(cookie)) === 'behind' ? BEHIND : undefined;
}

const NO_POSITION = refuse(
  'invalid-question',
  'Register-Position is a position as a posting was answered with it, such as 4182',
);

const BEHIND = refuse(
  'not-caught-up',
  'This process has not read as much of the log yet as you have seen of it: ask again in a moment',
);
