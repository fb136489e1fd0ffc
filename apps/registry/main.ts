import './runtime';
import 'reflect-metadata';
import { openLog } from '@app/application/store';
import type { LogLevel, LoggerService } from '@nestjs/common';
import { pino, type Level, type Logger } from 'pino';
import { serve } from './server';
import { settingsFrom } from './settings';

const LEVELS: Readonly<Record<LogLevel, Level>> = {
  log: 'info',
  error: 'error',
  warn: 'warn',
  debug: 'debug',
  verbose: 'trace',
  fatal: 'fatal',
};

/** Nest’s log as JSON lines. What Nest says of its own wiring is of use to nobody who runs the register. */
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

const STOPPING = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

async function main(): Promise<void> {
  const settings = settingsFrom(process.env);
  const lines = pino({ base: null, level: settings.logLevel });
  const logger = loggerOf(lines);
  const { app, started } = await serve(settings, {
    log: await openLog(settings.store),
    clock: Date.now,
    logger,
    showSecret: (secret) => {
      // Printed, not logged: a log is kept, and read by more people than the one who starts the register.
      process.stdout.write(`\nThe registrar’s key, shown this once:\n\n  ${secret}\n\n`);
    },
    ...(lines.isLevelEnabled('debug')
      ? {
          answered: (request) => {
            lines.debug({ context: 'http', ...request }, 'answered');
          },
        }
      : {}),
  });
  for (const signal of STOPPING)
    process.once(signal, () => {
      lines.info({ context: 'register', signal }, 'stopping');
    });
  // In front of pino, which writes out at the exit what it was told, and nothing after.
  process.prependOnceListener('exit', (code) => {
    if (code === 0) lines.info({ context: 'register' }, 'stopped');
  });
  app.enableShutdownHooks([...STOPPING], { useProcessExit: true });
  const url = await app.getUrl();
  if (await started) logger.log(`listening on ${url}`, 'register');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
