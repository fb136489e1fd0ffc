import '@app/terminal/require-node';
import 'reflect-metadata';
import { beginOrigin, keysIn, rotateKeys, withKeysOf } from '@app/application/proofs/change-keys';
import { openLog } from '@app/application/stores/open';
import { Command, InvalidArgumentError } from 'commander';
import { isOrigin, NO_ORIGIN } from '../registry/settings';
import { run, usualStores } from './command';

async function withKeys(act: Parameters<typeof withKeysOf<readonly string[]>>[1]): Promise<void> {
  process.stdout.write(`${(await withKeysOf(usualStores(), act)).join('\n')}\n`);
}

const list = () =>
  withKeys(async (proofs) => {
    const keys = await keysIn(proofs);
    if (!keys) return ['There are no keys yet: the first start of a register makes them.'];
    const [list = ''] = keys.keyList.split('\n\n');
    return [list, '', `The verifier key to give to auditors: ${vkeyOf(keys)}`];
  });

const rotate = () =>
  withKeys(async (proofs) => {
    const keys = await rotateKeys(proofs, Date.now());
    return [
      `The new verifier key: ${vkeyOf(keys)}`,
      'For 30 days the former key signs each checkpoint beside it, and it has signed the list that names the new one (/log-keys): who trusts the former is led to this one. Publish it where you published the former, and keep a copy of the keys.',
    ];
  });

const begin = (origin: string) =>
  withKeys(async (proofs) => {
    const { store } = usualStores();
    const log = await openLog(store, undefined, { readOnly: true });
    try {
      const keys = await beginOrigin(proofs, origin, log);
      return [
        `The log is signed as ${origin} from its next start on. Its verifier key: ${vkeyOf(keys)}`,
        'No key of before vouches for this one: give it to every auditor, by another way than this register. Receipts of before name the former origin, whose list of keys is no longer given: say publicly when this was.',
      ];
    } finally {
      await log.close();
    }
  });

function vkeyOf({ logSigners: [newest] }: Awaited<ReturnType<typeof rotateKeys>>): string {
  return newest?.verifier.vkey ?? '';
}

function originOf(text: string): string {
  if (isOrigin(text)) return text;
  throw new InvalidArgumentError(NO_ORIGIN);
}

const command = new Command('npm run keys --')
  .description(
    'Shows and changes the keys by which the log and receipts are signed. Which log is meant, REGISTER_STORE and REGISTER_VAULT say; with a log in a file the register must be stopped.',
  )
  .addHelpText(
    'after',
    '\nExit codes: 0 it is done, 1 it is not, 2 wrong usage.\n\nExample:\n  npm run keys -- rotate',
  );
command.command('list', { isDefault: true }).description('shows every key there is').action(list);
command.command('rotate').description('adds a new key of the log and one of receipts').action(rotate);
command
  .command('begin')
  .description('begins another origin, with new keys')
  .argument('<origin>', 'the public address without its scheme, such as register.example', originOf)
  .action(begin);

run(command);
