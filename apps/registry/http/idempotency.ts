import { refuse, Refused } from '@app/http-contract/problem/refusal-error';
import type { FastifyRequest } from 'fastify';

const LONGEST = 256;

/**
 * The `Idempotency-Key` of a request, by which it creates something only once however often it is sent;
 * undefined if it has none. As the string of a structured header (RFC 9651), `"k"` is the same as `k`. Throws
 * if it is empty: all programs that leave it unset would share it.
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
