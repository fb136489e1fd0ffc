import { type ApplicationOptions } from '@app/application/options';
import { refuse } from '@app/http-contract/problem/refusal-error';
import { Lifecycle } from '@app/application/lifecycle';
import { Attempts } from '@app/application/access/attempts';
import { routeNameOf } from '@app/http-contract/openapi/document';
import { AsOfResolver } from '@app/read-model/as-of';
import { openAccess, openVault } from '@app/application/stores/open';
import type { LoggerService } from '@nestjs/common';
import { Writer } from '@app/application/posting/writer';
import { DiscoveryService, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { refuseUnread, type Admission } from './http/admission';
import { boundAnswers } from './http/answer-bounds';
import { recordRefusals } from './http/caller';
import { countRequests } from './http/rate-limit';
import { rememberRoutes } from './http/route-costs';
import { AppModule } from './app.module';
import { takeBodies } from './http/request-body';
import { requestId, takeHabits } from './http/conventions';
import { answerNoRequest, answerRefusal, answerUnreadable } from './http/problem-details';
import { trusted } from './http/client-address';
import { MOST_WAITING_TO_COME } from './http/budgets';
import { Connections } from './http/connections';
import { type Handler } from './http/connection';
import { Metrics, type AnsweredRequest } from './http/metrics';
import type { Settings } from './settings';
import { routesOf, type ControllerClass } from './web/layout/declared';
import { sayOnPages } from './web/layout/page';

export interface Surroundings {
  /** An open log, which now belongs to the server: it closes the log when it stops. */
  readonly log: ApplicationOptions['log'];
  readonly clock: ApplicationOptions['clock'];
  readonly sinceBoot: ApplicationOptions['sinceBoot'];
  readonly logger: LoggerService | false;
  /** Receives the secret of the registrar’s key that a first start made; it is shown nowhere else. */
  readonly showSecret: (secret: string) => void;
  /** Ends the process with a reason. */
  readonly end?: (why: unknown) => void;
  /** Called for every answered request. */
  readonly answered?: (request: AnsweredRequest) => void;
}

/** The milliseconds that a stopping server waits for requests in progress. */
const LONGEST_GOODBYE = 3_000;

/**
 * A server that listens at once, so that it can report its progress, and answers questions once the log is
 * read. `started` rejects if that fails, and resolves to false if it was stopped before.
 */
export async function serve(
  settings: Settings,
  { log, clock, sinceBoot, logger, showSecret, end, answered }: Surroundings,
): Promise<{ readonly app: NestFastifyApplication; readonly started: Promise<boolean> }> {
  const { calendar, openUntil, policy, registrarKey, trustProxy } = settings;
  const vault = openVault(settings.store);
  const access = openAccess(settings.store);
  const isProxy = trusted(trustProxy);
  const connections = new Connections(isProxy);
  const adapter = new FastifyAdapter({
    // As long as an address may be: an overlong key is refused like any wrong key.
    routerOptions: { maxParamLength: 16_384 },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    // Node’s own refusal of a missing Host header is empty; the conventions refuse it as a problem.
    serverFactory: (handler: Handler, { keepAliveTimeout = 0 }: { readonly keepAliveTimeout?: number }) =>
      connections.serve(handler, { requireHostHeader: false }, keepAliveTimeout),
    genReqId: requestId,
    frameworkErrors: answerUnreadable,
    clientErrorHandler: answerNoRequest,
    trustProxy: trustProxy.length > 0 && isProxy,
  });
  const metrics = new Metrics(settings, connections);
  metrics.watch(adapter.getInstance(), answered);
  rememberRoutes(adapter.getInstance());
  const writer = found(() => app.get(Writer));
  const attempts = found(() => app.get(Attempts));
  countRequests(adapter.getInstance(), settings, (hash) => writer().credentialOf(hash));
  const admissionOf = admissions(() => app);
  recordRefusals(
    adapter.getInstance(),
    attempts,
    (request) => admissionOf(request)?.keyed === true,
    (hash) => writer().issuedWith(hash),
  );
  await takeHabits(
    adapter.getInstance(),
    found(() => app.get(AsOfResolver)),
  );
  boundAnswers(adapter.getInstance());
  ignoreExpectations(adapter.getInstance());
  stopInTime(adapter.getInstance());
  refuseUnread(
    adapter.getInstance(),
    admissionOf,
    found(() => ({ writer: app.get(Writer), operation: app.get(Lifecycle) })),
  );
  takeBodies(adapter.getInstance(), (request) => admissionOf(request)?.takes !== undefined);
  if (settings.notice !== undefined) sayOnPages(adapter.getInstance(), settings.notice);
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.of(settings, metrics, {
      log,
      vault,
      access,
      clock,
      sinceBoot,
      calendar,
      openUntil,
      policy,
      registrarKey,
      showSecret,
      ...(end && { end }),
    }),
    adapter,
    { bodyParser: false, logger },
  );
  await listen(app, settings);
  return { app, started: app.get(Lifecycle).start() };
}

/** Looks something up at the first call, and remembers it. */
function found<T>(find: () => T): () => T {
  let one: T | undefined;
  return () => (one ??= find());
}

/** Finds the rules of a request’s route, as its controller declares them. */
function admissions(app: () => NestFastifyApplication): (request: FastifyRequest) => Admission | undefined {
  let declared: ReadonlyMap<string, Admission> | undefined;
  /** By method and pattern as the server knows them: each request needs it several times. */
  const known = new Map<string, Admission | undefined>();
  return ({ method, routeOptions: { url } }) => {
    if (url === undefined) return undefined;
    const route = `${method} ${url}`;
    const before = known.get(route);
    if (before || known.has(route)) return before;
    declared ??= new Map(
      app()
        .get(DiscoveryService)
        .getControllers()
        .flatMap(({ metatype }) => (metatype ? routesOf(metatype as ControllerClass) : []))
        .map((route) => [routeNameOf(route), route]),
    );
    const path = url.replace(/:([a-z]+)/gi, '{$1}');
    const admission = declared.get(routeNameOf({ method: method === 'HEAD' ? 'GET' : method, path }));
    known.set(route, admission);
    return admission;
  };
}

/** A request with an unknown expectation is answered like any other, as RFC 9110, section 10.1.1, allows. */
function ignoreExpectations({ server }: FastifyInstance): void {
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}

/**
 * When the server is told to stop: finishes requests in progress, refuses new ones, and waits for no client
 * long.
 */
function stopInTime(server: FastifyInstance): void {
  let stopping = false;
  server.addHook('preClose', (done) => {
    stopping = true;
    setTimeout(() => {
      server.server.closeAllConnections();
    }, LONGEST_GOODBYE).unref();
    done();
  });
  server.addHook('onRequest', (_request, reply, done) => {
    if (!stopping) {
      done();
      return;
    }
    void reply.header('connection', 'close');
    answerRefusal(
      reply,
      refuse('unavailable', 'The register is being stopped: send the same again a while later'),
    );
  });
}

async function listen(app: NestFastifyApplication, { host, port }: Settings): Promise<void> {
  try {
    await app.listen({ port, host, backlog: MOST_WAITING_TO_COME });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const why = WHY_NOT[code];
    if (why === undefined) throw error;
    throw new Error(`The register cannot listen on port ${port} of ${host}: ${why}`, { cause: error });
  }
}

const WHY_NOT: Readonly<Partial<Record<string, string>>> = {
  EADDRINUSE: 'another program does. End it, or set PORT to another number',
  EACCES: 'it is not allowed to. Set PORT to a number from 1024',
  EADDRNOTAVAIL: 'this machine has no such address. Set HOST to one of its own',
  ENOTFOUND: 'there is no such name. Set HOST to an address of this machine',
  EAI_AGAIN: 'its name cannot be looked up. Set HOST to an address of this machine',
};
