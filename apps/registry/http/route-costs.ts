import type { FastifyInstance, FastifyRequest } from 'fastify';

/** A route as it was registered, its parameters written `:name`. */
export interface MadeRoute {
  readonly method: string;
  readonly url: string;
}

const routes = new WeakMap<FastifyInstance['server'], (MadeRoute & { readonly pattern: RegExp })[]>();

/** Remembers each route of a server when it is registered, to tell a wrong method from a wrong address. */
export function rememberRoutes(server: FastifyInstance): void {
  const known: (MadeRoute & { readonly pattern: RegExp })[] = [];
  routes.set(server.server, known);
  server.addHook('onRoute', ({ method, url }) => {
    // One for every address answers `OPTIONS`.
    if (/^\/?\*$/.test(url)) return;
    const any = url
      .replaceAll('.', '\\.')
      .replace(/:[a-z]+/gi, '[^/]+')
      .replace(/\*$/, '.+');
    const pattern = new RegExp(`^${any}$`);
    for (const one of [method].flat()) known.push({ method: one, url, pattern });
  });
}

/** The routes of a server, as they were registered. */
export function routesMade(server: FastifyInstance['server']): readonly MadeRoute[] {
  return routes.get(server) ?? [];
}

/** The methods that the address of a request allows. */
export function allowedMethods({ server, url }: Pick<FastifyRequest, 'server' | 'url'>): string[] {
  const [path = ''] = url.split('?');
  const methods = (routes.get(server.server) ?? []).flatMap(({ method, pattern }) =>
    pattern.test(path) ? [method] : [],
  );
  return [...new Set(methods)].sort();
}

/** Costs above that of a plain read, which is 1, by method and route: roughly proportional to their work. */
const COSTS: Readonly<Partial<Record<string, number>>> = {
  'GET /v1/compare': 50,
  'POST /v1/policies/impact': 50,
  'POST /v1/eligibility': 10,
  'GET /v1/log': 5,
  'GET /v1/providers/:key/succession': 5,
  'GET /v1/providers/:key/eligibility/as-if-engaged': 2,
  'GET /v1/providers': 2,
};
/** The additional cost of asking for the route to a yes. */
const COST_OF_A_ROUTE = 20;

/** The cost of a request to a route, taken from its sender’s limit. */
export function costOf(method: string, route: string, query: unknown): number {
  const plain = COSTLY.has(route) ? (COSTS[`${method === 'HEAD' ? 'GET' : method} ${route}`] ?? 1) : 1;
  return (query as { readonly route?: unknown }).route === 'true' ? plain + COST_OF_A_ROUTE : plain;
}

const COSTLY = new Set(Object.keys(COSTS).map((name) => name.split(' ', 2)[1]));

/**
 * Whether requests to an address are counted and limited. Not limited are those for the state of the
 * register, which are counted separately, and those for a few prepared bytes, which cost no more than a
 * refusal.
 */
export function isLimited(address: string): boolean {
  return !isForOperators(address) && !/^\/(?:favicon\.ico|robots\.txt)(?:\?|$)/.test(address);
}

/** Whether an address answers everybody at any rate: that the process lives. */
export function isAlwaysAnswered(address: string): boolean {
  return /^\/health\/live(?:[/?]|$)/.test(address);
}

/**
 * Whether an address tells operators the present state of the register: pages of other origins do not need
 * it.
 */
export function isForOperators(address: string): boolean {
  return /^\/(?:health|metrics)(?:[/?]|$)/.test(address);
}
