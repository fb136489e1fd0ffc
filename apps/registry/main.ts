import '@app/terminal/require-node';
import 'reflect-metadata';
import cluster from 'node:cluster';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, uptime } from 'node:os';
import { dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Lifecycle } from '@app/application/lifecycle';
import { filesOf, openLog, openToOthers } from '@app/application/stores/open';
import { placeOf } from '@app/application/stores/store';
import type { LogLevel, LoggerService } from '@nestjs/common';
import { pino, type Level, type Logger } from 'pino';
import { version } from '../../package.json';
import { beginning, ReaderLink } from './readers/reader-link';
import { ReaderProcesses } from './readers/reader-processes';
import { serve, type Surroundings } from './server';
import { ownSettings, type Settings } from './settings';

const LEVELS: Readonly<Record<LogLevel, Level>> = {
  log: 'info',
  error: 'error',
  warn: 'warn',
  debug: 'debug',
  verbose: 'trace',
  fatal: 'fatal',
};

/** Nest’s log as JSON lines, without what Nest says of its own wiring, which no operator needs. */
function loggerOf(lines: Logger): LoggerService {
  const write =
    (level: LogLevel) =>
    (message: unknown, ...more: unknown[]) => {
      const context = more.findLast((one) => typeof one === 'string');
      if (context !== undefined && WIRING.includes(context)) return;
      lines[LEVELS[level]](
        { context, ...(message instanceof Error ? { err: message } : {}) },
        String(message),
      );
    };
  return {
    log: write('log'),
    error: write('error'),
    warn: write('warn'),
    debug: write('debug'),
    verbose: write('verbose'),
    fatal: write('fatal'),
  };
}

const WIRING = ['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication'];

/** The most characters of unwritten lines that are kept until they can be written. */
const MOST_KEPT_LINES = 1_048_576;

const STOPPING = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * The garbage among long-lived objects that V8 tolerates, in percent of what is in use. By default it lets
 * the heap grow to three times what is in use, and a stranger could provoke that.
 */
const MOST_GARBAGE = 50;

/**
 * V8 makes among the long-lived objects at once what was long-lived when most of it was kept. What the first answers need is
 * kept, and what later ones need is garbage: a process that had taken to that collected a hundred megabytes every second or two,
 * and took a quarter more time for each answer, for as long as it lived.
 */
const BORN_YOUNG = '--no-allocation-site-pretenuring';

async function main(): Promise<void> {
  setFlagsFromString(BORN_YOUNG);
  // Files that it makes are for its own user alone.
  process.umask(0o077);
  if (cluster.isWorker) return read();
  const { settings, warnings } = ownSettings();
  const lines = linesOf(settings);
  const logger = loggerOf(lines);
  for (const sentence of warnings) logger.warn(sentence, 'register');
  const log = await openLog(settings.store, (sentence) => {
    lines.warn({ context: 'register' }, sentence);
  });
  const shared = settings.readers > 0 ? readersOf(settings, logger) : undefined;
  const { app, started } = await serve(settings, {
    ...surroundings(log, lines),
    showSecret: (secret) => {
      // Printed and not logged: a log is kept, and read by more people than the one who starts the register.
      process.stdout.write(
        `\nThe registrar’s key, shown this once:\n\n  ${secret}\n\nKeep it. Next, recognise a body with it, and give that a key of its own: docs/operating.md, “Recognise a body”.\n\n`,
      );
    },
    showVerifierKey: (vkey) => {
      lines.info(
        { context: 'register', vkey },
        `the log is signed from now on, and checked with the verifier key ${vkey}: publish it where this register is not, docs/operating.md, “The keys of the log”`,
      );
    },
    end: (why) => {
      lines.fatal({ context: 'register' }, why instanceof Error ? why.message : String(why));
      end(why);
    },
    ...(shared && { writes: shared.writes }),
  });
  tellOfEnd(app, lines);
  const url = await (shared?.listening ?? app.getUrl());
  if (!(await started)) return;
  // Not before: while the log is read hardly anything of what is made is garbage.
  setFlagsFromString(`--heap-growing-percent=${MOST_GARBAGE}`);
  await tellOfStart(app.get(Lifecycle), settings, lines);
  logger.log(`listening on ${url}`, 'register');
}

/** What this process is when another one has started it to read beside it. */
async function read(): Promise<void> {
  const { settings, writer } = await beginning();
  const lines = linesOf(settings);
  const log = await openLog(settings.store, undefined, { readOnly: true });
  const { app, started } = await serve(settings, {
    ...surroundings(log, lines),
    showSecret: () => undefined,
    reads: { link: new ReaderLink(() => log.look?.()), writer },
  });
  app.enableShutdownHooks([...STOPPING], { useProcessExit: true });
  if (!(await started)) return;
  setFlagsFromString(`--heap-growing-percent=${MOST_GARBAGE}`);
}

function linesOf({ logLevel }: Settings): Logger {
  // Each line is out before what it tells of goes on: a line in flight could come after the last one, or never.
  const output = pino.destination({ sync: true, maxLength: MOST_KEPT_LINES });
  // A full disk under the output stops no register: lines wait until they can be written, and beyond that are dropped.
  output.on('error', () => undefined);
  return pino({ base: null, level: logLevel }, output);
}

/** What every process of a register has around it. */
function surroundings(log: Surroundings['log'], lines: Logger): Omit<Surroundings, 'showSecret'> {
  return {
    log,
    clock: Date.now,
    sinceBoot: () => uptime() * 1_000,
    logger: loggerOf(lines),
    ...(lines.isLevelEnabled('debug')
      ? {
          answered: (request) => {
            lines.debug({ context: 'http', ...request }, 'answered');
          },
        }
      : {}),
  };
}

/**
 * Starts the processes that read, and gives the place at which they find this one, a socket in a folder for its user alone.
 * `listening`: resolves to their address once one of them listens.
 */
function readersOf(
  settings: Settings,
  logger: LoggerService,
): { readonly writes: NonNullable<Surroundings['writes']>; readonly listening: Promise<string> } {
  const at =
    process.platform === 'win32'
      ? `\\\\.\\pipe\\guidance-register-${process.pid}`
      : join(mkdtempSync(join(tmpdir(), 'guidance-register-')), 'writer');
  const readers = new ReaderProcesses(settings, at, logger);
  process.once('exit', () => {
    if (process.platform !== 'win32') rmSync(dirname(at), { recursive: true, force: true });
  });
  // Before they start: one of them may listen before this process does.
  const listening = addressOfReaders();
  readers.start();
  return { writes: { readers, at }, listening };
}

/**
 * Where the first of the readers listens, and with it all of them. Rejects if one gives up before that: it has said why, such
 * as that the port is in use, and another in its place would say the same.
 */
function addressOfReaders(): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const ended = (_reader: unknown, code: number | null) => {
    if (code === 1) reject(new Error('No reader can be started, and so the register is ended'));
  };
  cluster.on('exit', ended);
  cluster.once('listening', (_reader, { address, port }) => {
    cluster.off('exit', ended);
    resolve(`http://${address.includes(':') ? `[${address}]` : address}:${port}`);
  });
  // It may be rejected before anyone waits for it.
  promise.catch(() => undefined);
  return promise;
}

function tellOfEnd(app: Awaited<ReturnType<typeof serve>>['app'], lines: Logger): void {
  for (const signal of STOPPING)
    process.once(signal, () => {
      lines.info({ context: 'register', signal }, 'stopping');
    });
  process.once('exit', (code) => {
    if (code === 0) lines.info({ context: 'register' }, 'stopped');
  });
  app.enableShutdownHooks([...STOPPING], { useProcessExit: true });
}

/** In `manual`, no waiting day would reveal a clock that was set years ahead. In milliseconds: 35 days. */
const LONG_AGO = 35 * 86_400_000;

/** Says what has been started, and everything that its operator may not have intended. */
async function tellOfStart(operation: Lifecycle, settings: Settings, lines: Logger): Promise<void> {
  const { store, vault, policy, calendar, openUntil, registrarKey } = settings;
  const where = store.kind === 'sqlite' ? filesOf(store.file).log : placeOf(store);
  const { position, today } = await operation.status();
  const events = position + 1;
  lines.info(
    { context: 'register', release: version, store: where, policy, calendar, events, today },
    `release ${version}: ${events} ${events === 1 ? 'event' : 'events'} in ${where}; today is ${today ?? 'not opened yet'}; policy ${policy}, calendar ${calendar}`,
  );
  const warn = (sentence: string) => {
    lines.warn({ context: 'register' }, sentence);
  };
  if (vault.kind === 'sqlite') {
    const open = openToOthers(vault.file);
    if (open.length > 0)
      warn(
        `other users of this machine may open ${open.join(', ')}: whoever reads or locks these files can see who persons are, sign in the name of the register, or keep it from starting. Take their rights away (chmod go= on each)`,
      );
  }
  if (vault.kind === 'none')
    warn(
      'there is no vault: persons cannot be kept, advisers not be minted, and refusals and uses of keys are forgotten at the end of this process. Set REGISTER_VAULT to a PostgreSQL, or to a file of this register’s own',
    );
  if (operation.isNew && store.kind !== 'memory')
    warn(
      `a new log was made in ${where}, and nothing is registered in it. Where a register was to be there, stop this one and correct REGISTER_STORE`,
    );
  if (operation.isNew && registrarKey !== undefined)
    lines.info(
      { context: 'register' },
      'next, recognise a body with the key of REGISTER_REGISTRAR_KEY: docs/operating.md, “Recognise a body”',
    );
  if (!operation.hasRegistrarKey)
    warn(
      'no registrar’s key is in force: no one can recognise bodies, issue keys or close disputes. Start the register with REGISTER_REGISTRAR_KEY',
    );
  if (openUntil !== undefined && today !== null && openUntil > today)
    warn(
      `REGISTER_OPEN_UNTIL=${openUntil} is still to come, and until then a clock that is set ahead is believed: start the register without it`,
    );
  const { missingPolicy, sinceLastEvent = 0 } = operation;
  if (calendar === 'manual' && sinceLastEvent > LONG_AGO)
    warn(
      `by the clock the last event was recorded ${Math.floor(sinceLastEvent / 86_400_000)} days ago. What is posted now is recorded at the clock’s time, and nothing can be recorded before it then. If the clock is wrong, stop the register and set it right`,
    );
  if (missingPolicy !== undefined)
    lines.error({ context: 'register' }, `${missingPolicy}. The register is not ready until then`);
}

function end(why: unknown): never {
  process.stderr.write(`${why instanceof Error ? why.message : String(why)}\n`);
  process.exit(1);
}

main().catch(end);
