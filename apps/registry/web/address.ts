import { stringify } from 'node:querystring';
import type { FastifyRequest } from 'fastify';

/** An address of this register. What is empty or absent is left out; a list becomes as many parameters. */
export function addressOf(
  path: string,
  query: Readonly<Record<string, string | readonly string[] | undefined>>,
): string {
  const asked = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const text = stringify(Object.fromEntries(asked));
  return text === '' ? path : `${path}?${text.replaceAll('%3A', ':')}`;
}

/** Names, addresses of either kind, and a port: what a browser sends, and nothing that would mislead on paper. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?$/i;

/** Scheme and host of a request, before a path; nothing where the host is none. */
export function originOf({ protocol, host }: FastifyRequest): string {
  return HOST.test(host) ? `${protocol}://${host}` : '';
}
