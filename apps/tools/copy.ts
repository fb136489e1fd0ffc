import '@app/terminal/require-node';
import 'reflect-metadata';
import { copyKeys, withKeysOf } from '@app/application/proofs/change-keys';
import { copyLog, type CopyStep } from '@app/application/stores/copy';
import { filesOf, openLog } from '@app/application/stores/open';
import { placeOf, storeOf, vaultOf, type Store } from '@app/application/stores/store';
import { readableNumber, teller } from '@app/terminal/progress';
import { withSecrets } from '@app/terminal/secret';
import { Command } from 'commander';
import { run, tell } from './command';

type Kept = Exclude<Store, { readonly kind: 'memory' }>;

interface Ends {
  readonly from: Kept;
  readonly to: Kept;
}

/** A store that outlives the command. What is wrong is told without the address, which may hold a password. */
function keptStore(option: '--from' | '--to', setting: string): Kept {
  try {
    const store = storeOf(setting);
    if (store.kind !== 'memory') return store;
  } catch {
    // What is wrong is said below.
  }
  return command.error(
    `error: ${option} names no store: give sqlite: and a file, such as sqlite:data/register.db, or the address of a KurrentDB, such as kurrentdb://10.0.0.5:2113?tls=false`,
  );
}

const inWords = (store: Kept) => (store.kind === 'sqlite' ? store.file : placeOf(store));

const PASSES: Record<CopyStep['doing'], string> = {
  checking: 'Compared with what the target holds already',
  copying: 'Copied',
  comparing: 'Read again in the target and compared',
};

interface Options {
  readonly from: string;
  readonly to: string;
  readonly withKeys?: boolean;
}

async function copy(options: Options): Promise<void> {
  const [from, to] = [keptStore('--from', options.from), keptStore('--to', options.to)];
  if (inWords(from) === inWords(to)) command.error('error: --from and --to name the same store');
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      stop.abort(new Error('Stopped. Give the same command again, and it goes on where it was.'));
    });
  // A file that a register writes can be read: nothing is held up by it.
  const source = await openLog(from, tell, { readOnly: true });
  let since: number;
  try {
    const target = await openLog(to, tell);
    try {
      since = await between(source, target, { from, to }, stop.signal);
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
  const told =
    options.withKeys !== true ? NO_KEYS : since > 0 ? KEYS_LATER : toldOfKeys(await keysBetween(from, to));
  process.stdout.write(`${told}\n`);
}

const NO_KEYS =
  'Nor are the keys copied by which the log is signed, and its last checkpoint: where they are not found beside the vault, a register on the copy makes new keys, and to every auditor it is another log. To move the register, stop it for good and say --with-keys.';
const KEYS_LATER =
  'The keys are not copied before the log is: stop that register first, and give the same command again.';

function toldOfKeys(origin: string | undefined): string {
  return origin === undefined
    ? 'There are no keys to copy: the first start of a register makes them.'
    : `The keys of ${origin} and its last checkpoint were copied too. Never start the former register again: two that sign under one name contradict each other, and auditors see it.`;
}

/** Copies the keys of a register that is stopped. Resolves to their origin; undefined if there are none. */
async function keysBetween(from: Kept, to: Kept): Promise<string | undefined> {
  const { environment } = withSecrets(process.env, ['REGISTER_VAULT']);
  const vault = environment['REGISTER_VAULT'] ?? '';
  // Of a log in a file they are beside it, wherever its vault is.
  const placed = (store: Kept) => ({ store, vault: vaultOf(store.kind === 'sqlite' ? '' : vault, store) });
  const keys = await withKeysOf(placed(from), (there) =>
    withKeysOf(placed(to), (here) => copyKeys(there, here)),
  );
  return keys?.ring.origin;
}

/** Resolves to how many events the source has got since. */
async function between(
  source: Awaited<ReturnType<typeof openLog>>,
  target: Awaited<ReturnType<typeof openLog>>,
  { from, to }: Ends,
  signal: AbortSignal,
): Promise<number> {
  // Every event is copied or compared, and then compared.
  const events = (await source.head()) + 1;
  const progress = teller(2 * events, 'Copying the log');
  try {
    const step = ({ doing, done, of }: CopyStep) => {
      const words = () => `${PASSES[doing]}: ${readableNumber(done)} of ${readableNumber(of)} events`;
      progress.tell(doing === 'comparing' ? events + done : done, words);
    };
    const { head, before, since } = await copyLog(source, target, { step, signal });
    process.stdout.write(
      [
        head < 0
          ? `${inWords(from)} has no events, and so has ${inWords(to)}.`
          : `${inWords(to)} holds the log of ${inWords(from)} up to position ${head}: ${head + 1 - before} events were copied, and all ${head + 1} were read again and are the same, byte for byte.`,
        ...(since > 0
          ? [
              `The source has got ${since} more since, because a register writes to it: stop that register, and give the same command again before you start one on the copy.`,
            ]
          : []),
        ...beside(from, to),
        '',
      ].join('\n'),
    );
    return since;
  } finally {
    progress.end();
  }
}

/** What does not come with the log, and how it is brought. No name that was erased comes back by it. */
function beside(from: Kept, to: Kept): readonly string[] {
  const what =
    'Names, erasures, readings, minted keys and the access record are beside the log, and are not copied.';
  const shared = `${what} If REGISTER_VAULT is a PostgreSQL, leave it as it is.`;
  if (from.kind === 'kurrentdb') {
    if (to.kind === 'kurrentdb') return [`${what} Leave REGISTER_VAULT as it is.`];
    const { vault, access, erasures } = filesOf(to.file);
    return [
      `${shared} If it is sqlite:FILE, stop the register, move all three of its files to ${vault}, ${access} and ${erasures} (the last one says who was erased), and start it on ${to.file} without REGISTER_VAULT.`,
    ];
  }
  const { vault, access, erasures } = filesOf(from.file);
  if (to.kind === 'kurrentdb')
    return [
      `${shared} If it is not set, they stay in ${vault}, ${access} and ${erasures}: start one register on the engine with REGISTER_VAULT=sqlite:${from.file}.`,
    ];
  const moved = filesOf(to.file);
  return [
    `${shared} If it is not set, stop the register and move ${vault}, ${access} and ${erasures} to ${moved.vault}, ${moved.access} and ${moved.erasures}: all three, for the last one says who was erased.`,
  ];
}

const command = new Command('npm run copy --')
  .description(
    'Copies the log of a register from one store into another one: the same events at the same positions, byte for byte. Cut short, it goes on where it was when it is given again.',
  )
  .requiredOption('--from <store>', 'the store to read, also while a register writes to it')
  .requiredOption('--to <store>', 'the store to fill, which holds nothing else')
  .option(
    '--with-keys',
    'the keys by which the log is signed too, of a register that is stopped for good; with a KurrentDB, to or from the vault of REGISTER_VAULT',
  )
  .addHelpText(
    'after',
    "\nExit codes: 0 the copy is whole, 1 it is not, 2 wrong usage.\n\nExample:\n  npm run copy -- --from sqlite:data/register.db --to 'kurrentdb://10.0.0.5:2113?tls=false'",
  )
  .action(copy);

run(command);
