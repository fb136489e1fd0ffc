import { log } from '@clack/prompts';
import { InvalidArgumentError, type Command } from 'commander';
import { withSecrets } from '@app/terminal/secret';
import { settingsFrom, type Settings } from '../registry/settings';

/**
 * The file of a store; errors are reported in commander’s way. `sqlite:data/register.db` means
 * `data/register.db`.
 */
export function fileOfStore(text: string): string {
  const file = /^sqlite:(.+)$/.exec(text)?.[1];
  if (file !== undefined) return file;
  throw new InvalidArgumentError('Give sqlite: and a file, such as sqlite:data/register.db.');
}

/** Where the environment says that the log and the vault are. */
export function usualStores(): Pick<Settings, 'store' | 'vault'> {
  const { environment } = withSecrets(process.env, ['REGISTER_STORE', 'REGISTER_VAULT']);
  const { REGISTER_STORE, REGISTER_VAULT } = environment;
  return settingsFrom({ REGISTER_STORE, REGISTER_VAULT });
}

/** A reason for auditors; errors are reported in commander’s way. */
export function reasonOf(text: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,63}$/.test(text)) return text;
  throw new InvalidArgumentError('Give a code: a–z, 0–9 and hyphens, at most 64 characters.');
}

/** The file of the store that the environment names, or of the default one. */
export function usualFile(): string {
  const { environment } = withSecrets(process.env, ['REGISTER_STORE']);
  const { store } = settingsFrom({ REGISTER_STORE: environment['REGISTER_STORE'] });
  if (store.kind === 'sqlite') return store.file;
  throw new Error('REGISTER_STORE names no file: name a store with --store, such as sqlite:data/register.db');
}

/** Tells on stderr what is being done. */
export function tell(what: string): void {
  if (process.stderr.isTTY) log.step(what, { output: process.stderr });
  else process.stderr.write(`${what}\n`);
}

/**
 * Runs a command whose files are for its own user alone. Exit codes: 0 if it succeeded, 1 if it failed, 2 if
 * it was used wrongly.
 */
export function run(command: Command): void {
  process.umask(0o077);
  command.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
  command.parseAsync().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  });
}
