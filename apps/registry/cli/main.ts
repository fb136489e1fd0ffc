import '../runtime';
import { headerOf } from '@app/application/spreadsheet/event-sheet';
import { Command, InvalidArgumentError, Option } from 'commander';
import { version } from '../../../package.json';
import { checkProvider, checkTable, type CheckOptions } from './check';
import { Ending, EXIT } from './ending';
import { history, type HistoryOptions } from './history';
import { post, type PostOptions } from './post';

const URL_OPTION = () =>
  new Option('--url <address>', 'where the register is')
    .env('GUIDANCE_REGISTER_URL')
    .default('http://127.0.0.1:3000')
    .argParser(address);

const KEY_OPTION = (what: string) =>
  new Option(
    '--key <key>',
    `${what}. Others on this machine can see a command line: rather set the variable`,
  ).env('GUIDANCE_REGISTER_KEY');

function address(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && ['http:', 'https:'].includes(url.protocol)) return text.replace(/\/+$/, '');
  throw new InvalidArgumentError('Give an address such as https://register.example.');
}

function several(one: string, before: readonly string[]): readonly string[] {
  return [...before, one];
}

function seconds(text: string): number {
  if (/^[0-9]{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number of seconds.');
}

/** Stops what is under way at the first Ctrl-C; a second one ends the program at once. */
function stopping(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      stop.abort();
    });
  return stop.signal;
}

async function ended(work: (signal: AbortSignal) => Promise<number>): Promise<void> {
  const signal = stopping();
  try {
    process.exitCode = await work(signal);
  } catch (error) {
    if (error instanceof Ending) {
      process.stderr.write(`${error.message}.\n`.replace(/([.?])\.\n$/, '$1\n'));
      process.exitCode = error.code;
    } else if (signal.aborted) process.exitCode = EXIT.interrupted;
    else throw error;
  }
}

const program = new Command('guidance-register')
  .description('Posts events to a guidance register from a spreadsheet, and asks it.')
  .version(version)
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? EXIT.done : EXIT.usage))
  .showHelpAfterError('(--help says how it is used)')
  .addHelpText(
    'after',
    `
Environment:
  GUIDANCE_REGISTER_URL  where the register is
  GUIDANCE_REGISTER_KEY  the key to post and ask with; better than --key, which others on this machine can see

Example:
  guidance-register check ukprn:10000001 --setting school-commissioned`,
  );

program
  .command('post')
  .summary('post events, a row of a table each')
  .description(
    'Posts the rows of a table as events of one type. Any encoding, line ends and delimiter will do; days are written 2026-09-01 or 01/09/2026. Files .ndjson, .jsonl and .json are taken for CloudEvents, and need no --type; “-” is standard input.\n\nPosting a file again does only what is missing. Where the connection breaks, it goes on by itself. Rows that are refused are written to FILE.problems.csv (or -2, -3 …: one that is there is never touched, and none is made that says the same as one that is there), each with what was wrong and how to mend it: mend them there, and post that file with the same options.',
  )
  .argument('<file>', 'the file, or - for standard input')
  .option('--type <type>', 'which type of event the rows are, such as AccreditationAwarded')
  .option(
    '--source <source>',
    'of which source they are, a URI reference (default: file: and the file’s name). Source and ids are public for ever: let no names of people be in them',
  )
  .option(
    '--map <field=text>',
    'where a field comes from: text, in which {Column} stands for the cell of that column (repeats)',
    several,
    [],
  )
  .option('--with <file>', 'another table, whose columns can be mapped too')
  .option('--on <column>', 'the column by which its rows are looked up; both tables have it')
  .option('--encoding <name>', 'in which encoding the file is, such as windows-1252 or macintosh')
  .addOption(KEY_OPTION('the key to post with'))
  .addOption(URL_OPTION())
  .option('--dry-run', 'have everything judged and write nothing; says what would change')
  .option('--patience <seconds>', 'give up where it got no further for so long', seconds, 300)
  .addHelpText(
    'after',
    `
Exit codes:
  0 all stands, 1 some is refused, 2 wrong usage, 66 no such file, 69 the register is not reached,
  74 a file cannot be written, 75 given up for now (give the same command again), 77 the key is refused

Example:
  guidance-register post awards.csv --type AccreditationAwarded \\
    --map 'id={No}' --map 'subject=ukprn:{UKPRN}' --map 'reference={No}' --map 'from={Start}' \\
    --map standard=matrix --map kind=initial`,
  )
  .action(
    (
      file: string,
      { key, ...options }: Omit<PostOptions, 'key'> & { readonly key?: string },
      command: Command,
    ) => {
      if ((options.with === undefined) !== (options.on === undefined))
        command.error('error: --with and --on go together: another table, and the column to look up by');
      if (key === undefined || key === '')
        command.error('error: say the key to post with, in GUIDANCE_REGISTER_KEY or as --key');
      return ended((signal) => post(file, { ...options, key }, signal));
    },
  );

program
  .command('check')
  .summary('ask whether a provider may deliver guidance')
  .description(
    'Says whether a provider may deliver guidance in a setting, on a day or on every day of a window (today unless said), with why not, and the address at which the answer stays. Of a table it asks about every row, and gives the table back with the answers beside.',
  )
  .argument('<provider>', 'its key, such as ukprn:10000001, or a file')
  .requiredOption('--setting <setting>', 'how guidance is delivered, such as school-commissioned')
  .option('--on <day>', 'the day')
  .option('--from <day>', 'the first day of a window')
  .option('--until <day>', 'its last day')
  .option('--adviser <key>', 'an adviser who is to deliver it (repeats)', several, [])
  .option('--known-at <moment>', 'as known then: a position, or an instant such as 2026-09-01T09:00:00Z')
  .option('--map <field=text>', 'of a file: where provider and other fields come from (repeats)', several, [])
  .option('--encoding <name>', 'of a file: in which encoding it is')
  .option('-o, --output <file>', 'of a file: where to write the answers, else to standard output')
  .option('--force', 'replace the file of --output where it is there already')
  .option('--json', 'of a provider: print the answer as it comes')
  .addOption(KEY_OPTION('a key, where the register counts requests by it'))
  .addOption(URL_OPTION())
  .addHelpText(
    'after',
    `
Exit codes:
  0 eligible, 1 not eligible, 3 it cannot be said yet (of a file: 0 all are, 1 some are not or were not
  answered), 2 wrong usage or an unknown provider, 66 no such file, 69 the register is not reached,
  74 a file cannot be written, 75 no answer for now, 77 the key is refused

Examples:
  guidance-register check ukprn:10000001 --setting school-commissioned --from 2026-09-01 --until 2027-07-20
  guidance-register check list.csv --setting publicly-funded --map 'provider=ukprn:{UKPRN}' -o answers.csv`,
  )
  .action((provider: string, options: CheckOptions) =>
    ended((signal) =>
      /^(?:ukprn|company|charity|urn):/.test(provider)
        ? checkProvider(provider, options, signal)
        : checkTable(provider, options, signal),
    ),
  );

program
  .command('history')
  .summary('list what was recorded about a provider or an adviser')
  .description(
    'Lists the events about a provider or an adviser in the order in which they were recorded: when, by whom, what, and what became of it since.',
  )
  .argument('<key>', 'such as ukprn:10000001 or adviser:k7m2p9q4')
  .option('--known-at <moment>', 'as known then: a position, or an instant such as 2026-09-01T09:00:00Z')
  .option('--json', 'print each event as JSON, one a line')
  .addOption(KEY_OPTION('a key, where the register counts requests by it'))
  .addOption(URL_OPTION())
  .addHelpText(
    'after',
    `
Exit codes:
  0 done, 2 wrong usage or an unknown key, 69 the register is not reached, 75 no answer for now,
  77 the key is refused

Example:
  guidance-register history ukprn:10000001 --known-at 2026-09-01T09:00:00Z`,
  )
  .action((key: string, options: HistoryOptions) => ended((signal) => history(key, options, signal)));

program
  .command('template')
  .summary('print the header of a table of events')
  .description('Prints the header of a table of events of a type. It asks no register.')
  .argument('<type>', 'such as AccreditationAwarded')
  .addHelpText('after', '\nExample:\n  guidance-register template AccreditationAwarded > awards.csv')
  .action((type: string) =>
    ended(() => {
      const header = headerOf(type);
      if ('code' in header) throw new Ending(EXIT.usage, header.detail);
      process.stdout.write(`${header.join(',')}\r\n`);
      return Promise.resolve(EXIT.done);
    }),
  );

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever reads no further, such as head, has what it wanted.
  process.exit(error.code === 'EPIPE' ? process.exitCode : EXIT.unwritable);
});

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(70);
});
