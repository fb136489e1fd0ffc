import type { FastifyReply } from 'fastify';

/**
 * Says where the next page of a list is (RFC 8288), where there is one: at the address, with these parameters, of which
 * `cursor` says where it begins.
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
