import type { FastifyInstance, FastifyRequest } from 'fastify';

/** A route as it was made, its parameters written `:name`. */
export interface MadeRoute {
  readonly method: string;
  readonly url: string;
}

const routes = new WeakMap<FastifyInstance['server'], (MadeRoute & { readonly pattern: RegExp })[]>();

/** Remembers each route of a server as it is made, so that a wrong method is told from a wrong address. */
export function rememberRoutes(server: FastifyInstance): void {
  const known: (MadeRoute & { readonly pattern: RegExp })[] = [];
  routes.set(server.server, known);
  server.addHook('onRoute', ({ method, url }) => {
    if (url.includes('*')) return;
    const pattern = new RegExp(`^${url.replaceAll('.', '\\.').replace(/:[a-z]+/gi, '[^/]+')}$`);
    for (const one of [method].flat()) known.push({ method: one, url, pattern });
  });
}

/** The routes of a server, as they were made. */
export function routesMade(server: FastifyInstance['server']): readonly MadeRoute[] {
  return routes.get(server) ?? [];
}

/** The methods that the address of a request answers. */
export function allowedMethods({ server, url }: Pick<FastifyRequest, 'server' | 'url'>): string[] {
  const [path = ''] = url.split('?');
  const methods = (routes.get(server.server) ?? []).flatMap(({ method, pattern }) =>
    pattern.test(path) ? [method] : [],
  );
  return [...new Set(methods)].sort();
}

/** Whether requests to an address are counted and limited: all questions and posts, the page that asks too. */
export function isLimited(address: string): boolean {
  return /^\/(?:$|\?|v1(?:[/?]|$))/.test(address);
}

/** Whether an address tells those who run the register how it is just now: pages of other origins have no use for it. */
export function isForOperators(address: string): boolean {
  return /^\/(?:health|metrics)(?:[/?]|$)/.test(address);
}
