import 'reflect-metadata';
import { subscribe } from 'node:diagnostics_channel';
import { GuardsConsumer } from '@nestjs/core/guards/guards-consumer';
import { PipesConsumer } from '@nestjs/core/pipes/pipes-consumer';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyInstance } from 'fastify';

/**
 * The register without one part of its way through HTTP, for bench/way.ts alone: what that part costs is what it costs
 * less without it. `LEFT_OUT` names the part; with `?` it says the names of all parts, one a line.
 */
const leftOut = process.env['LEFT_OUT'] ?? '';

/** Names a part, and returns whether it is left out. */
function isLeftOut(part: string): boolean {
  if (leftOut === '?') process.stdout.write(`part: ${part}\n`);
  return leftOut === part;
}

/** These run for every request; others when a route or a plugin is registered, or when the server stops. */
const OF_REQUESTS: readonly string[] = [
  'onRequest',
  'preParsing',
  'preValidation',
  'preHandler',
  'preSerialization',
  'onSend',
  'onResponse',
];

subscribe('fastify.initialization', (message) => {
  const { fastify } = message as { readonly fastify: FastifyInstance };
  const add = Reflect.get(fastify, 'addHook') as (...hook: unknown[]) => unknown;
  Reflect.set(fastify, 'addHook', function (this: FastifyInstance, ...hook: unknown[]) {
    const [name] = hook as [string];
    const isOfRequests = OF_REQUESTS.includes(name);
    return isOfRequests && isLeftOut(`${name} of ${adder()}`) ? this : add.apply(this, hook);
  });
});

/** The file and line that adds a hook. */
function adder(): string {
  const lines = (new Error().stack ?? '').split('\n').slice(3);
  const line = lines.find((one) => !one.includes('/node_modules/fastify/')) ?? '';
  return /(?:\/dist\/apps\/registry|node_modules)\/([^):]+:[0-9]+)/.exec(line)?.[1] ?? 'elsewhere';
}

if (isLeftOut('the guards of Nest')) GuardsConsumer.prototype.tryActivate = () => Promise.resolve(true);
if (isLeftOut('the pipes of Nest with class-validator'))
  PipesConsumer.prototype.apply = (value: unknown) => Promise.resolve(value as never);

type Handler = (query: unknown) => unknown;

if (isLeftOut('the query bus of Nest')) {
  const found = new Map<unknown, Handler>();
  const execute = function (this: QueryBus, query: object) {
    const known = found.get(query.constructor);
    if (known) return known(query);
    const handlers = Reflect.get(this, 'handlers') as ReadonlyMap<unknown, Handler>;
    const idOf = Reflect.get(this, 'getQueryId') as (query: object) => unknown;
    const handler = handlers.get(idOf.call(this, query));
    if (!handler) throw new Error(`nothing answers ${query.constructor.name}`);
    found.set(query.constructor, handler);
    return handler(query);
  };
  Reflect.set(QueryBus.prototype, 'execute', execute);
}

void import('../apps/registry/main.js');
