import '@app/terminal/require-node';
import { DAY_FORMS } from '@app/tables/days';
import { Command, InvalidArgumentError, Option } from 'commander';
import { stopping } from '@app/terminal/stopping';
import { version } from '../../package.json';
import { withSecrets } from '@app/terminal/secret';
import { checkProvider, type CheckOptions } from './check/check';
import { checkTable } from './check/check-table';
import { addDeeds, deedOptions } from './post/deed-commands';
import { Ending, EXIT } from './exit-codes';
import { printHistory, type HistoryOptions } from './history';
import { BY_COMMAND } from './post/deeds';
import { post, type PostOptions } from './post/post';
import { printSuccession, type SuccessionOptions } from './succession';
import { publishPolicies, type PublishOptions } from './post/publish-policies';
import { delimiterIn } from './upload/table-file';
import { template } from './post/template';
import { isTable } from './whom';

const KEY = 'GUIDANCE_REGISTER_KEY';

/**
 * The key from the environment, or from the file that the environment names. Ends the program if that cannot
 * be read.
 */
try {
  const { environment, warnings } = withSecrets(process.env, [KEY]);
  process.env[KEY] = environment[KEY] ?? '';
  for (const sentence of warnings) process.stderr.write(`${sentence}.\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}.\n`);
  process.exit(EXIT.usage);
}

/**
 * The values set in the environment, without the line ends and blanks that an editor or a copy leaves around
 * them; a blank value counts as not set.
 */
for (const name of ['GUIDANCE_REGISTER_URL', KEY]) {
  const said = process.env[name]?.trim();
  if (said === undefined || said === '') Reflect.deleteProperty(process.env, name);
  else process.env[name] = said;
}

const URL_OPTION = () =>
  new Option('--url <address>', 'where the register is')
    .env('GUIDANCE_REGISTER_URL')
    .default('http://127.0.0.1:3000')
    .argParser(address);

const KEY_OPTION = (what: string) =>
  new Option('--key <key>', `${what}. Others on this machine can see a command line: rather set the variable`)
    .env(KEY)
    .argParser((text: string) => text.trim());

const DATES_OPTION = () =>
  new Option(
    '--dates <form>',
    'take days in this form alone: iso, such as 2026-02-28, or dmy, such as 28/02/2026 (else both)',
  ).choices([...DAY_FORMS]);

function address(text: string): string {
  const said = text.trim();
  const url = URL.canParse(said) ? new URL(said) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw new InvalidArgumentError('Give an address such as https://register.example.');
  if (url.search !== '' || url.hash !== '' || /\/v1\/*$/.test(url.pathname))
    throw new InvalidArgumentError('Give the address of the register itself, without /v1, ? and #.');
  return said.replace(/\/+$/, '');
}

function several(one: string, before: readonly string[]): readonly string[] {
  return [...before, one];
}

function seconds(text: string): number {
  if (/^[0-9]{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number of seconds.');
}

function delimiter(text: string): string {
  const said = delimiterIn(text);
  if (said !== undefined) return said;
  throw new InvalidArgumentError('Give one character, or comma, semicolon, tab or pipe.');
}

/** Options that say how a table is read. */
function tabular(command: Command): Command {
  return command
    .option(
      '--map <field=text>',
      'where a field comes from: text, in which {Column} stands for the cell of that column (repeats)',
      several,
      [],
    )
    .option('--ignore <column>', 'leave a column out; * for all that are not read (repeats)', several, [])
    .addOption(DATES_OPTION())
    .option('--encoding <name>', 'in which encoding the file is, such as windows-1252 or macintosh')
    .addOption(
      new Option('--delimiter <character>', 'what stands between the cells, such as ; or tab').argParser(
        delimiter,
      ),
    )
    .option('--sheet <name>', 'of a workbook: which sheet (default: the first)');
}

async function ended(work: (signal: AbortSignal) => Promise<number>): Promise<void> {
  const signal = stopping();
  try {
    process.exitCode = await work(signal);
  } catch (error) {
    if (error instanceof Ending) {
      // A sentence ends in a full stop; a list keeps its own ending.
      const end = /[.?]$|\n/.test(error.message) ? '' : '.';
      process.stderr.write(`${error.message}${end}\n`);
      process.exitCode = error.code;
    } else if (signal.aborted) process.exitCode = EXIT.interrupted;
    else throw error;
  }
}

/** Ends the program if there is no key to post with. */
function keyed<T extends { readonly key?: string }>(
  given: T,
  command: Command,
): T & { readonly key: string } {
  const { key = '' } = given;
  if (key === '')
    command.error(
      'error: say the key to post with, in GUIDANCE_REGISTER_KEY, in the file of GUIDANCE_REGISTER_KEY_FILE or as --key',
    );
  return { ...given, key };
}

const program = new Command('guidance-register')
  .description('Posts events to a guidance register, from a spreadsheet or one by one, and asks it.')
  .version(version)
  .hook('preAction', () => {
    Reflect.deleteProperty(process.env, KEY);
  })
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? EXIT.done : EXIT.usage))
  .showHelpAfterError('(--help says how it is used)')
  .addHelpText(
    'after',
    `
Environment:
  GUIDANCE_REGISTER_URL  where the register is
  GUIDANCE_REGISTER_KEY  the key to post and ask with; better than --key, which others on this machine can see
  GUIDANCE_REGISTER_KEY_FILE  a file that has the key and nothing else, instead

Exit codes:
  0 done, 1 refused or not eligible, 2 wrong usage, 3 neither yes nor no can be said, 66 no such file,
  69 the register is not reached, 70 a fault of this program, 74 a file cannot be written, 75 not now,
  77 the key is refused, 130 stopped

Example:
  guidance-register check ukprn:10000001 --setting school-commissioned`,
  );

tabular(
  program
    .command('post')
    .summary('post events, a row of a table each')
    .description(
      'Posts the rows of a table as events of one type: a CSV in any encoding, with any line ends and delimiter, or an Excel workbook (.xlsx). Days are written 2026-09-01 or 01/09/2026. Files .ndjson, .jsonl and .json are taken for CloudEvents, and need no --type; “-” is standard input.\n\nThe whole file is looked through before any of it is sent. What is doubtful is asked about on a terminal; elsewhere nothing is sent, and it is said which option decides it. Only the columns that are read are sent.\n\nPosting a file again does only what is missing. Where the connection breaks, it goes on by itself. Rows that are refused are written to FILE.problems.csv, each with what was wrong and how to correct it: correct them there, and post that file with the same options. A later run replaces it; one that you have corrected and not posted is kept as FILE.problems.edited.csv.',
    )
    .argument('<file>', 'the file, or - for standard input')
    .option('--type <type>', 'which type of event the rows are, such as AccreditationAwarded')
    .option(
      '--source <source>',
      'of which source they are, a URI reference (default: file: and the file’s name). Source and ids are public permanently: let no names of people be in them',
    ),
)
  .option('--with <file>', 'another table, whose columns can be mapped too')
  .option('--on <column>', 'the column by which its rows are looked up; both tables have it')
  .addOption(KEY_OPTION('the key to post with'))
  .addOption(URL_OPTION())
  .option('--dry-run', 'have everything judged and write nothing; says what would change')
  .option('--json', 'print what became of it as one line of JSON')
  .option('--patience <seconds>', 'give up where it got no further for so long', seconds, 300)
  .addHelpText(
    'after',
    `
Exit codes:
  0 all stands, 1 some is refused or was retracted before, 2 wrong usage, or something is doubtful and nothing was sent,
  66 no such file, 69 the register is not reached, 74 a file cannot be written, 75 given up for now (give the same
  command again), 77 the key is refused

Example:
  guidance-register post awards.xlsx --type AccreditationAwarded \\
    --map 'id={No}' --map 'subject=ukprn:{UKPRN}' --map 'reference={No}' --map 'from={Start}' \\
    --map standard=matrix --map kind=initial --ignore Remarks`,
  )
  .action((file: string, given: Omit<PostOptions, 'key'> & { readonly key?: string }, command: Command) => {
    if ((given.with === undefined) !== (given.on === undefined))
      command.error('error: --with and --on go together: another table, and the column to look up by');
    const options = keyed(given, command);
    return ended((signal) => post(file, options, signal));
  });

addDeeds(
  program,
  (command) =>
    deedOptions(command)
      .addOption(KEY_OPTION('the key to post with'))
      .addOption(URL_OPTION())
      .hook('preAction', (_, deed) => {
        keyed(deed.opts(), deed);
      }),
  ended,
);

tabular(
  program
    .command('check')
    .summary('ask whether a provider may deliver guidance')
    .description(
      'Says whether a provider may deliver guidance in a setting, on a day or on every day of a window (today unless said), with why not, and the addresses at which the answer stays. A provider is named by its key, by its number however it is written, or by its name, of which the keys are shown to choose from. Of a table, a CSV or an Excel workbook, it asks about every row, and gives the table back with the answers beside.',
    )
    .argument('<provider...>', 'its key, such as ukprn:10000001, its name, or a file')
    .option(
      '--setting <setting>',
      'how guidance is delivered, such as school-commissioned; of a file: in rows that do not say it',
    )
    .option('--on <day>', 'the day')
    .option('--from <day>', 'the first day of a window')
    .option('--until <day>', 'its last day')
    .option('--adviser <key>', 'an adviser who is to deliver it (repeats)', several, [])
    .option('--school <key>', 'the school that asks: whether an adviser is independent is said of it')
    .option(
      '--policy <id>',
      'under which policy (repeats; all: under every one); of a file: in rows that name none',
      several,
      [],
    )
    .option('--known-at <moment>', 'as known then: a position, or an instant such as 2026-09-01T09:00:00Z'),
)
  .option('-o, --output <file>', 'of a file: where to write the answers, else to standard output')
  .option('--force', 'replace the file of --output where it is there already')
  .option('--json', 'print the answer as it comes; of a file, one a line')
  .addOption(KEY_OPTION('a key, where the register counts requests by it'))
  .addOption(URL_OPTION())
  .addHelpText(
    'after',
    `
Exit codes:
  0 eligible, 1 not eligible, 3 it cannot be said yet, or the policy says nothing of some day; of a file or of
  several policies the worst of 1 (rows that were not answered too), 3 and 0; 2 wrong usage, an unknown
  provider, or a name of which a key is to be chosen, 66 no such file, 69 the register is not reached,
  74 a file cannot be written, 75 no answer for now, 77 the key is refused

Examples:
  guidance-register check ukprn:10000001 --setting school-commissioned --from 2026-09-01 --until 2027-07-20
  guidance-register check ukprn:10000001 --setting school-commissioned --school urn:100001 --policy all
  guidance-register check list.csv --setting publicly-funded --map 'provider=ukprn:{UKPRN}' -o answers.csv`,
  )
  .action((said: readonly string[], options: CheckOptions) =>
    ended((signal) => {
      const provider = said.join(' ');
      return isTable(provider)
        ? checkTable(provider, options, signal)
        : checkProvider(provider, options, signal);
    }),
  );

program
  .command('history')
  .summary('list what was recorded about someone, or what a body posted')
  .description(
    'Lists the events about a provider or an adviser, or those that a body posted, in the order in which they were recorded: when, by whom, what, and what became of it since.',
  )
  .argument('[key...]', 'such as ukprn:10000001, adviser:k7m2p9q4 or body:matrix')
  .option('--mine', 'what was posted with this key’s body')
  .option('--type <type>', 'of a body: of this type only')
  .option('--source <source>', 'of a body: of this source only')
  .option('--known-at <moment>', 'as known then: a position, or an instant such as 2026-09-01T09:00:00Z')
  .addOption(new Option('--csv', 'print a table, with the fields as they stand now').conflicts('json'))
  .option('--json', 'print each event as JSON, one a line')
  .addOption(KEY_OPTION('a key, for --mine, or where the register counts requests by it'))
  .addOption(URL_OPTION())
  .addHelpText(
    'after',
    `
Exit codes:
  0 done, 2 wrong usage or an unknown key, 69 the register is not reached, 75 no answer for now,
  77 the key is refused

Examples:
  guidance-register history ukprn:10000001 --known-at 2026-09-01T09:00:00Z
  guidance-register history --mine --type AccreditationAwarded --csv > posted.csv`,
  )
  .action((said: readonly string[], given: HistoryOptions, command: Command) => {
    const key = said.length === 0 ? undefined : said.join(' ');
    if ((key === undefined) === (given.mine !== true))
      command.error('error: say of whom, such as ukprn:10000001 or body:matrix, or --mine');
    const options = given.mine === true ? keyed(given, command) : given;
    return ended((signal) => printHistory(key, options, signal));
  });

program
  .command('publish-policies')
  .summary('publish the built-in policies that a register lacks')
  .description(
    'Publishes, into a register that an older release has begun, the editions of the built-in policies that came since: of each policy those that are later than all that stand there. Where another edition has the number of a built-in one, or an earlier one is missing, nothing of that policy is published, and it is said. It shows first what would be published, and whose answers that would change. The key is the registrar’s.',
  )
  .addOption(KEY_OPTION('the registrar’s key'))
  .addOption(URL_OPTION())
  .option('--dry-run', 'show it, and publish nothing')
  .option('--yes', 'publish without asking')
  .option('--json', 'print what became of it as one line of JSON')
  .addHelpText(
    'after',
    `
The same command given again publishes nothing twice. Exit codes:
  0 every edition stands, or would, 1 nothing of some policy can be published, or it was retracted before, 2 wrong usage, or not
  confirmed, 69 the register is not reached, 75 no answer for now (give the same command again), 77 the key is refused

Example:
  guidance-register publish-policies --dry-run`,
  )
  .action((given: Omit<PublishOptions, 'key'> & { readonly key?: string }, command: Command) => {
    const options = keyed(given, command);
    return ended((signal) => publishPolicies(options, signal));
  });

program
  .command('succession')
  .summary('show what to post for whoever took the place of a provider')
  .description(
    'Shows what has to be posted for a provider that took the place of another one: nothing passes over by itself. It says which body may post what, and what is left out, and writes the events as a file that post takes. It posts nothing: try the file with post --dry-run, and let each body post its own.',
  )
  .argument('<provider...>', 'the one that has closed: its key, such as urn:123456, or its name')
  .option('--to <provider>', 'which of those that took its place, where there are several')
  .option('--body <key>', 'only what this body may post, such as body:matrix')
  .option('-o, --output <file>', 'write the events to this file: .ndjson, a line each, or .json, a batch')
  .option('--force', 'replace the file of --output where it is there already')
  .option('--source <source>', 'of which source the events are, a URI reference', BY_COMMAND)
  .option('--ids <prefix>', 'with what their ids begin; the rest is made of what is posted')
  .option('--known-at <moment>', 'as known then: a position, or an instant such as 2026-09-01T09:00:00Z')
  .option('--json', 'print the proposal as JSON')
  .addOption(KEY_OPTION('a key, where the register counts requests by it'))
  .addOption(URL_OPTION())
  .addHelpText(
    'after',
    `
Exit codes:
  0 done, 2 wrong usage, an unknown provider, one whose place nobody took, or several did and none is named,
  69 the register is not reached, 74 a file cannot be written, 75 no answer for now, 77 the key is refused

Example:
  guidance-register succession urn:123456 --to urn:123457 --body body:matrix -o awards.ndjson`,
  )
  .action((said: readonly string[], options: SuccessionOptions) =>
    ended((signal) => printSuccession(said.join(' '), options, signal)),
  );

program
  .command('template')
  .summary('print the header of a table of events')
  .description(
    'Prints the header of a table of events of a type; without a type, which types there are. It asks no register.',
  )
  .argument('[type]', 'such as AccreditationAwarded')
  .option('--json', 'print it as JSON')
  .addHelpText(
    'after',
    `
Exit codes:
  0 done, 2 no such type, or one that is no table

Example:
  guidance-register template AccreditationAwarded > awards.csv`,
  )
  .action((type: string | undefined, { json = false }: { readonly json?: boolean }) =>
    ended(() => {
      process.stdout.write(template(type, json));
      return Promise.resolve(EXIT.done);
    }),
  );

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader that stops early, such as head, has what it wanted.
  process.exit(error.code === 'EPIPE' ? process.exitCode : EXIT.unwritable);
});

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(70);
});
