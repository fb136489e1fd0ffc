import type { FastifyReply } from 'fastify';

/**
 * Links to the next page of a list (RFC 8288) if there is one: the address, with these parameters, of which
 * `cursor` says where the page begins.
 */
export function linkNext(
  reply: FastifyReply,
  path: string,
  parameters: Readonly<Record<string, string | null | undefined>>,
  cursor = 'after',
): void {
  if (typeof parameters[cursor] !== 'string') return;
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    typeof value === 'string' ? [`${name}=${encodeURIComponent(value)}`] : [],
  );
  void reply.header('link', `<${path}?${given.join('&')}>; rel="next"`);
}
