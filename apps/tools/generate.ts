import '@app/terminal/require-node';
import 'reflect-metadata';
import { importHistory } from '@app/application/posting/history-import';
import { openLog } from '@app/application/stores/open';
import { Command, InvalidArgumentError } from 'commander';
import { usualFile } from './command';
import { settingsFrom } from '../registry/settings';
import { readableNumber, teller } from '@app/terminal/progress';
import { generated, MOST_EVENTS, populationFor } from '@app/synthetic/synthetic-log';

interface Options {
  readonly events: number;
  readonly seed: number;
  readonly store?: string;
}

/** Makes a parser for whole numbers within bounds, both included; errors are reported in commander’s way. */
function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = /^[0-9]{1,12}$/.test(text) ? Number(text) : NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(
      `Give a whole number from ${readableNumber(least)} to ${readableNumber(most)}.`,
    );
  };
}

function store(text: string): string {
  if (/^sqlite:.+/.test(text)) return text;
  throw new InvalidArgumentError('Give sqlite: and a file, such as sqlite:data/generated.db.');
}

/** The store that the environment names, or one beside the default one. */
function usualStore(): string {
  return process.env['REGISTER_STORE'] || process.env['REGISTER_STORE_FILE']
    ? `sqlite:${usualFile()}`
    : 'sqlite:data/generated.db';
}

/** Writes the register; resolves to whether all of it was written. */
async function generate({ events, seed, store = usualStore() }: Options): Promise<boolean> {
  const log = await openLog(settingsFrom({ REGISTER_STORE: store }).store);
  try {
    const before = (await log.head()) + 1;
    if (before > 0) {
      throw new Error(
        `${store} holds ${readableNumber(before)} events already, and a register is generated into a new one: name another file with --store or REGISTER_STORE, or remove that one`,
      );
    }
    const stop = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => {
        stop.abort();
      });
    const began = performance.now();
    const words = (done: number) => `${readableNumber(done)} of ${readableNumber(events)} events`;
    const told = teller(events, words(0));
    try {
      await importHistory(log, generated(events, seed), {
        told: (done) => {
          told.tell(done, () => words(done));
        },
        signal: stop.signal,
      });
    } finally {
      told.end();
    }
    const stand = (await log.head()) + 1;
    const seconds = (performance.now() - began) / 1_000;
    const { providers } = populationFor(events);
    process.stdout.write(
      [
        stand < events
          ? `Stopped: ${readableNumber(stand)} of ${readableNumber(events)} events stand in ${store}.`
          : `${readableNumber(stand)} events of ${readableNumber(providers)} ${providers === 1 ? 'provider' : 'providers'} stand in ${store}.`,
        `It took ${seconds.toFixed(1)} s, ${readableNumber(Math.round(stand / seconds))} events a second, every one of them judged.`,
        'Serve it with:',
        '',
        `  REGISTER_STORE=${store} REGISTER_CALENDAR=manual npm start`,
        '',
        '',
      ].join('\n'),
    );
    return stand === events;
  } finally {
    await log.close();
  }
}

const command = new Command('npm run generate --')
  .description(
    'Writes a register of invented providers, advisers and schools, of any size. Each event is judged by every rule, as if its body had posted it at its own time. The same number and seed give the same bytes.',
  )
  .requiredOption(
    '--events <number>',
    'how many events to write; they are of a provider for about every 55, besides the days',
    wholeNumber(1, MOST_EVENTS),
  )
  .option('--seed <number>', 'which of all such registers', wholeNumber(0, 4_294_967_295), 1)
  .option(
    '--store <store>',
    'where to write it, a store without events; unless given that of REGISTER_STORE, or sqlite:data/generated.db',
    store,
  )
  .addHelpText(
    'after',
    '\nExit codes: 0 all events stand, 1 they do not, 2 wrong usage.\n\nExample:\n  npm run generate -- --events 1000000 --store sqlite:data/million.db',
  )
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .action(async (options: Options) => {
    if (!(await generate(options))) process.exitCode = 1;
  });

process.umask(0o077);
command.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
