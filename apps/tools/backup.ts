import '@app/terminal/require-node';
import 'reflect-metadata';
import { backUp } from '@app/application/stores/backup';
import { Command } from 'commander';
import { version } from '../../package.json';
import { fileOfStore, run, tell, usualFile } from './command';

interface Options {
  readonly store?: string;
  readonly withKeys?: boolean;
}

async function make(target: string, { store = usualFile(), withKeys = false }: Options): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      stop.abort(new Error('Stopped: there is no backup, and nothing is left of it.'));
    });
  const manifest = await backUp(store, target, {
    now: Date.now(),
    release: version,
    withKeys,
    tell,
    signal: stop.signal,
  });
  const { head, recordedAt, files } = manifest;
  process.stdout.write(
    [
      head === '-1'
        ? `${target} holds a register without events.`
        : `${target} holds the register up to position ${head}, recorded at ${recordedAt ?? ''}.`,
      `${files.map(({ name }) => name).join(', ')}: each was read from end to end.`,
      'Copy it to another machine. The list of erasures is not in it: keep a copy of that apart.',
      withKeys
        ? 'THE PRIVATE KEYS OF THE LOG ARE IN IT: whoever has it can sign in the register’s name. Keep it as you keep them, and where few can read it.'
        : 'Nor are the keys by which the log is signed: keep a copy of them apart as well, or ask for them with --with-keys.',
      '',
    ].join('\n'),
  );
}

run(
  new Command('npm run backup --')
    .description(
      'Makes a backup of the log, the vault and the record of access, also while the register runs, and reads all of it to prove that it is whole.',
    )
    .argument('<target-folder>', 'the folder to make, which must not be there yet')
    .option(
      '--store <store>',
      'which store; unless given that of REGISTER_STORE, or sqlite:data/register.db',
      fileOfStore,
    )
    .option(
      '--with-keys',
      'the private keys of the log too: whoever has the backup can then sign in the register’s name',
    )
    .addHelpText(
      'after',
      '\nExit codes: 0 the backup is whole, 1 there is none, 2 wrong usage.\n\nExample:\n  npm run backup -- /backups/2026-09-01',
    )
    .action(make),
);
