import type { FastifyReply } from 'fastify';

/** Says where the next page of a list is (RFC 8288), where there is one: at the address, with these parameters. */
export function linkNext(
  reply: FastifyReply,
  path: string,
  parameters: { readonly [name: string]: string | null | undefined; readonly after: string | null },
): void {
  if (parameters.after === null) return;
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    typeof value === 'string' ? [`${name}=${encodeURIComponent(value)}`] : [],
  );
  void reply.header('link', `<${path}?${given.join('&')}>; rel="next"`);
}
