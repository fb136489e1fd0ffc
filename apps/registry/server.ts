import { type ApplicationOptions } from '@app/application/options';
import { refuse } from '@app/http-contract/problem/refusal-error';
import { Lifecycle } from '@app/application/lifecycle';
import { Attempts } from '@app/application/access/attempts';
import { JOSE } from '@app/http-contract/media-types';
import { documentedPath, routeNameOf } from '@app/http-contract/openapi/document';
import { AsOfResolver } from '@app/read-model/as-of';
import { MemoryAccessRecord } from '@app/application/access/memory-access-record';
import { Persons } from '@app/application/vault/persons';
import { ToldNames, ToldVault } from '@app/application/vault/told-vault';
import { filesOf, openBeside, openProofs, type Beside } from '@app/application/stores/open';
import type { LoggerService } from '@nestjs/common';
import { Timekeeper } from '@app/application/posting/timekeeper';
import { Writer } from '@app/application/posting/writer';
import { DiscoveryService, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { refuseUnread, type Admission } from './http/admission';
import { boundAnswers } from './http/answer-bounds';
import { credentialBy, isBearer, recordRefusals } from './http/caller';
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
import { awaitTokens } from './http/position-token';
import { Metrics, type AnsweredRequest } from './http/metrics';
import { version } from '../../package.json';
import { handOn } from './readers/hand-on';
import type { ReaderLink } from './readers/reader-link';
import type { ReaderProcesses } from './readers/reader-processes';
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
  /** Receives the verifier key when the log is signed for the first time. */
  readonly showVerifierKey?: (vkey: string) => void;
  /** Ends the process with a reason. */
  readonly end?: (why: unknown) => void;
  /** Called for every answered request. */
  readonly answered?: (request: AnsweredRequest) => void;
  /** Of the process that writes for readers: who they are, and the address, on this machine alone, at which it listens for them. */
  readonly writes?: { readonly readers: ReaderProcesses; readonly at: string };
  /** Of a reader: what ties it to the process that writes, and the address of that. */
  readonly reads?: { readonly link: ReaderLink; readonly writer: string };
}

/** The milliseconds that a stopping server waits for requests in progress. */
const LONGEST_GOODBYE = 3_000;

/**
 * A server that listens at once, so that it can report its progress, and answers questions once the log is
 * read. `started` rejects if that fails, and resolves to false if it was stopped before.
 */
export async function serve(
  settings: Settings,
  surroundings: Surroundings,
): Promise<{ readonly app: NestFastifyApplication; readonly started: Promise<boolean> }> {
  const { log, clock, sinceBoot, logger, showSecret, showVerifierKey, end, writes, reads } = surroundings;
  const { store, calendar, openUntil, policy, cacheBytes, registrarKey, origin, witnesses } = settings;
  const { vault, access, drawnKeys }: Beside = reads
    ? { vault: new ToldVault(reads.link.names), access: new MemoryAccessRecord() }
    : openBeside(settings.vault);
  const { adapter, connections } = adapterOf(settings, writes !== undefined);
  const metrics = new Metrics(settings, connections, writes?.readers);
  await prepare(adapter.getInstance(), () => app, settings, metrics, surroundings);
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.of(settings, metrics, {
      log,
      vault,
      access,
      ...(drawnKeys && { drawnKeys }),
      clock,
      sinceBoot,
      calendar,
      openUntil,
      policy,
      ...(store.kind === 'sqlite' && { snapshot: { file: filesOf(store.file).snapshot, release: version } }),
      cacheBytes,
      registrarKey,
      showSecret,
      proofs: reads ? undefined : openProofs(settings.store, settings.vault),
      origin,
      witnesses,
      ...(showVerifierKey && { showVerifierKey }),
      ...(end && { end }),
      readers: writes?.readers,
      admitted: reads && (() => reads.link.admitted()),
    }),
    adapter,
    { bodyParser: false, logger },
  );
  if (writes) await app.listen(writes.at);
  else await listen(app, settings);
  const operation = app.get(Lifecycle);
  const persons = app.get(Persons);
  writes?.readers.tellNames(new ToldNames(persons));
  reads?.link.join(
    (position) => operation.reached(position),
    () => metrics.measured(operation, app.get(Writer), app.get(Timekeeper)),
    () => persons.look(),
  );
  return { app, started: operation.start() };
}

/** Looks something up at the first call, and remembers it. */
function found<T>(find: () => T): () => T {
  let one: T | undefined;
  return () => (one ??= find());
}

/** What the server does with every request before, and after, Nest has it. */
async function prepare(
  server: FastifyInstance,
  app: () => NestFastifyApplication,
  settings: Settings,
  metrics: Metrics,
  { answered, reads }: Surroundings,
): Promise<void> {
  const admissionOf = admissions(app);
  const isKeyed = (request: FastifyRequest) => admissionOf(request)?.keyed === true;
  const moments = found(() => app().get(AsOfResolver));
  if (reads) handOn(server, reads.writer, (request) => isKeyed(request) || asksOfWriter(request));
  metrics.watch(server, answered);
  rememberRoutes(server);
  const writer = found(() => app().get(Writer));
  const attempts = found(() => app().get(Attempts));
  countRequests(server, settings, (hash) => writer().credentialOf(hash));
  recordRefusals(server, attempts, isKeyed, (hash) => writer().issuedWith(hash));
  await takeHabits(server, moments);
  boundAnswers(server);
  awaitTokens(
    server,
    moments,
    (request) => isBearer(request) && credentialBy(request) === undefined && isKeyed(request),
  );
  ignoreExpectations(server);
  stopInTime(server);
  refuseUnread(
    server,
    admissionOf,
    found(() => ({ writer: app().get(Writer), operation: app().get(Lifecycle) })),
  );
  takeBodies(server, (request) => admissionOf(request)?.takes !== undefined);
  if (settings.notice !== undefined) sayOnPages(server, settings.notice);
}

/** The server below Nest. `isForReaders`: readers alone come to it. */
function adapterOf({ trustProxy }: Settings, isForReaders: boolean) {
  const isTrusted = trusted(trustProxy);
  // Who comes by way of a reader has no address of its own here: the reader says it.
  const isProxy = isForReaders
    ? (address: string | undefined) => address === undefined || isTrusted(address)
    : isTrusted;
  const connections = new Connections(isProxy, isForReaders);
  const adapter = new FastifyAdapter({
    // As long as an address may be: an overlong key is refused like any wrong key.
    routerOptions: { maxParamLength: 16_384 },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    // Node’s own refusal of a missing Host header is empty; the conventions refuse it as a problem.
    serverFactory: (handler: Handler, { keepAliveTimeout = 0 }: { readonly keepAliveTimeout?: number }) =>
      // A connection of a reader’s is never closed under a request that is on its way.
      connections.serve(handler, { requireHostHeader: false }, isForReaders ? 0 : keepAliveTimeout),
    genReqId: requestId,
    frameworkErrors: answerUnreadable,
    clientErrorHandler: answerNoRequest,
    trustProxy: (trustProxy.length > 0 || isForReaders) && isProxy,
  });
  return { adapter, connections };
}

/** How the register is, its process that writes knows; and it alone has the keys of the log, and its tree. */
function asksOfWriter({ routeOptions: { url = '' }, headers }: FastifyRequest): boolean {
  return OF_WRITER.includes(url) || (headers.accept?.includes(JOSE) === true && url.endsWith('/eligibility'));
}

const OF_WRITER = [
  '/health/ready',
  '/metrics',
  '/checkpoint',
  '/tile/*',
  '/log-keys',
  '/.well-known/jwks.json',
  '/receipt',
];

/** Finds what the route of a request says of those that it takes, as its controller declares it. */
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
    const path = documentedPath(url);
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
