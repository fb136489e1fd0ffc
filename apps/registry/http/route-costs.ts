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

/** What costs more than a plain read, which costs 1 of a limit, by method and route: about as many times as much work. */
const COSTS: Readonly<Partial<Record<string, number>>> = {
  'GET /v1/compare': 50,
  'POST /v1/policies/impact': 50,
  'POST /v1/eligibility': 10,
  'GET /v1/log': 5,
  'GET /v1/providers': 2,
};
/** What it costs besides to have the way to a yes looked for. */
const COST_OF_A_ROUTE = 20;

/** What a request to a route costs of the limit of whoever sends it. */
export function costOf(method: string, route: string, query: unknown): number {
  const plain = COSTLY.has(route) ? (COSTS[`${method === 'HEAD' ? 'GET' : method} ${route}`] ?? 1) : 1;
  return (query as { readonly route?: unknown }).route === 'true' ? plain + COST_OF_A_ROUTE : plain;
}

const COSTLY = new Set(Object.keys(COSTS).map((name) => name.split(' ', 2)[1]));

/**
 * Whether requests to an address are counted and limited: all but those about how the register is, which are counted by
 * themselves, and what is a few bytes that stand ready, of which a refusal would cost as much.
 */
export function isLimited(address: string): boolean {
  return !isForOperators(address) && !/^\/(?:favicon\.ico|robots\.txt)(?:\?|$)/.test(address);
}

/** Whether an address answers whoever asks, and however often: that the process lives. */
export function isAlwaysAnswered(address: string): boolean {
  return /^\/health\/live(?:[/?]|$)/.test(address);
}

/** Whether an address tells those who run the register how it is just now: pages of other origins have no use for it. */
export function isForOperators(address: string): boolean {
  return /^\/(?:health|metrics)(?:[/?]|$)/.test(address);
}
