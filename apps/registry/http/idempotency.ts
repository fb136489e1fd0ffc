import { refuse, Refused } from '@app/http-contract/problem/refusal-error';
import type { FastifyRequest } from 'fastify';

const LONGEST = 256;

/**
 * What the sender calls a request that makes something, so that it is made once however often it is sent: its
 * `Idempotency-Key`, where it has one. Written as the string of a structured header (RFC 9651), `"k"`, it is the same as
 * `k`. Throws where it is empty, for everybody whose program left it unset would share it.
 */
export function idempotencyKeyOf({ headers }: FastifyRequest): string | undefined {
  const sent = headers['idempotency-key']?.toString().trim();
  if (sent === undefined) return undefined;
  const [, quoted] = /^"((?:[^"\\]|\\["\\])*)"$/.exec(sent) ?? [];
  const key = (quoted?.replaceAll(/\\(.)/g, '$1') ?? sent).trim();
  if (/^[ -~]+$/.test(key) && key.length <= LONGEST) return key;
  throw new Refused(
    refuse(
      'invalid-question',
      `An Idempotency-Key has 1 to ${LONGEST} printable ASCII characters, such as those of a UUID: give each request its own, or leave the header out`,
    ),
  );
}
