import '@app/terminal/require-node';
import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { giveUpCheckpoint, TAKEN } from '@app/application/proofs/give-up';
import { openProofs } from '@app/application/stores/open';
import { restore, takeAsItIs, type Restored } from '@app/application/stores/restore';
import { Command } from 'commander';
import { fileOfStore, reasonOf, run, tell, usualFile, usualStores } from './command';

interface Options {
  readonly store?: string;
  readonly replaced?: string;
  readonly withoutErasures?: boolean;
  readonly withKeys?: boolean;
  readonly asItIs?: boolean;
  readonly reason?: string;
}

async function done(source: string | undefined, options: Options): Promise<void> {
  if (source !== undefined && options.asItIs !== true) await put(source, options);
  else if (source === undefined && options.asItIs === true) await take(options);
  else command.error('error: give a source-folder, or --as-it-is, and not both');
}

/** Over an engine there is no file to check: its own backup was restored, and only what was signed is given up. */
async function takeInEngine(reason = TAKEN): Promise<void> {
  const { store, vault } = usualStores();
  const proofs = openProofs(store, vault);
  if (!proofs) throw new Error('Name the vault with REGISTER_VAULT: the last checkpoint is kept there');
  try {
    const givenUp = await giveUpCheckpoint(proofs, await proofs.read(), reason);
    process.stdout.write(
      givenUp === undefined
        ? 'No checkpoint was signed: there is nothing to give up.\n'
        : `${toldOfGivenUp(givenUp)}\nStart the registers.\n`,
    );
  } finally {
    await proofs.close();
  }
}

function toldOfGivenUp(events: number): string {
  return `A checkpoint of ${events} events was signed. Where the log no longer has them all, the register says so in it when it starts (LogRestored): auditors who hold that checkpoint see by it that this was you.`;
}

async function take({ store, reason }: Options): Promise<void> {
  if (store === undefined && usualStores().store.kind === 'kurrentdb') return takeInEngine(reason);
  await takeFile(store ?? usualFile(), reason);
}

async function takeFile(store: string, reason: string | undefined): Promise<void> {
  const { head, recordedAt, before, givenUp } = await takeAsItIs(store, { tell, reason });
  process.stdout.write(
    [
      recordedAt === null
        ? `The log at ${store} is taken as it is: it has no events.`
        : `The log at ${store} is taken as it is: it ends at position ${head}, recorded at ${recordedAt}, and all of it is whole.`,
      before === undefined || before <= Number(head)
        ? 'What it lacks, if anything, is given up.'
        : `It went on to position ${before}, at the least: what stood after position ${head} is given up, and these positions will be given again.`,
      `Start it, and ask the bodies to post again, under the same ids, what they posted ${recordedAt === null ? 'to it' : `after ${recordedAt}`}. Say publicly when this was, and up to which position the register is what it was.`,
      ...(givenUp === undefined ? [] : [toldOfGivenUp(givenUp)]),
      '',
    ].join('\n'),
  );
}

async function put(
  source: string,
  { store = usualFile(), replaced, withoutErasures = false, withKeys = false, reason }: Options,
): Promise<void> {
  const { manifest, erasedAgain, passedOver, givenUp, keys } = await restore(source, store, {
    replaced,
    withoutErasures,
    withKeys,
    reason,
    tell,
  });
  const { made, head, recordedAt } = manifest;
  process.stdout.write(
    [
      `The register of ${made} is in place at ${store}, up to position ${head}.`,
      erasedAgain === 0
        ? 'No one was erased since.'
        : `Who was erased since is erased in it again: ${erasedAgain} ${erasedAgain === 1 ? 'erasure' : 'erasures'}.`,
      ...(passedOver === 0
        ? []
        : [
            'The last line of the list of erasures was cut off, and was passed over: no erasure that was said to be done is in it. If a copy of the list ends otherwise, put that in its place and restore again.',
          ]),
      recordedAt === null
        ? 'It has no events.'
        : `Start it, and ask the bodies to post again, under the same ids, what they posted after ${recordedAt}.`,
      `What was recorded after position ${head} is gone from this register, and these positions will be given again. An address that was given out for an answer at one of them names the event that stood there (knownAt=4182-1a2b3c4d): it is refused with 409 other-log from then on, and with 503 not-caught-up before. An auditor who kept such an answer, or a copy of the log, sees that it was restored: say publicly when, and up to which position.`,
      ...(givenUp === undefined ? [] : [toldOfGivenUp(givenUp)]),
      ...(keys === undefined ? [] : [TOLD_OF_KEYS[keys]]),
      ...(replaced === undefined || !existsSync(replaced)
        ? []
        : [
            `${replaced} holds the former register, names of persons too, and erasures do not reach it: delete it when it is not needed any more.`,
          ]),
      '',
    ].join('\n'),
  );
}

const TOLD_OF_KEYS: Readonly<Record<NonNullable<Restored['keys']>, string>> = {
  brought:
    'The keys of the log are back. No other register may sign with them: start this one only where the former is gone. What that signed after the backup, only its register.head knows: if you have it, put it beside the log, and say npm run restore -- --as-it-is, so that the register owns up to what is lost (LogRestored).',
  'left out':
    'The keys of the log are in the backup, and were left there: to bring them back, say --with-keys. A rehearsal must not have them.',
  'older than those that are there':
    'The keys that are here stay, for those of the backup may lack a later one.',
};

const command = new Command('npm run restore --')
  .description(
    'Puts a backup in the place of a register that is stopped. All of it is checked first, who was erased since is erased in it again, and nothing is written over.',
  )
  .argument('[source-folder]', 'the folder that npm run backup made')
  .option(
    '--store <store>',
    'which store; unless given that of REGISTER_STORE, or sqlite:data/register.db',
    fileOfStore,
  )
  .option(
    '--replaced <folder>',
    'where the present files are moved to, or have been moved to: what that vault knows of erasures counts',
  )
  .option('--without-erasures', 'the list of erasures and the vault that is replaced are lost')
  .option('--with-keys', 'the keys of the log too, if they are in the backup and none are here')
  .option(
    '--as-it-is',
    'in the place of a folder: no backup is put back, and the log that is there is taken as it is, though it lacks what was acknowledged',
  )
  .option(
    '--reason <code>',
    'why, as the log tells auditors; unless given restored-from-backup, or taken-as-it-is',
    reasonOf,
  )
  .addHelpText(
    'after',
    '\nExit codes: 0 it is in place, 1 it is not, 2 wrong usage.\n\nExamples:\n  npm run restore -- /backups/2026-09-01 --replaced data/replaced\n  npm run restore -- --as-it-is',
  )
  .action(done);

run(command);
