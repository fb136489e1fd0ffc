import type { FastifyInstance, FastifyRequest } from 'fastify';

const routes = new WeakMap<
  FastifyInstance['server'],
  { readonly method: string; readonly pattern: RegExp }[]
>();

/** Remembers each route of a server as it is made, so that a wrong method is told from a wrong address. */
export function rememberRoutes(server: FastifyInstance): void {
  const known: { method: string; pattern: RegExp }[] = [];
  routes.set(server.server, known);
  server.addHook('onRoute', ({ method, url }) => {
    if (url.includes('*')) return;
    const pattern = new RegExp(`^${url.replaceAll('.', '\\.').replace(/:[a-z]+/gi, '[^/]+')}$`);
    for (const one of [method].flat()) known.push({ method: one, pattern });
  });
}

/** The methods that the address of a request answers. */
export function allowedMethods({ server, url }: FastifyRequest): string[] {
  const [path = ''] = url.split('?');
  const methods = (routes.get(server.server) ?? []).flatMap(({ method, pattern }) =>
    pattern.test(path) ? [method] : [],
  );
  return [...new Set(methods)].sort();
}
