import { isIP } from 'node:net';
import { storeOf, vaultOf, type Store, type VaultStore } from '@app/application/stores/store';
import { witnessesOf, type Witness } from '@app/application/proofs/witnesses';
import { wordMeant } from '@app/http-contract/typed';
import { fileSetting, withSecrets } from '@app/terminal/secret';

/** The operator’s settings, from the environment (specification, section 7). */
export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly store: Store;
  /** Where persons, refusals and uses of keys are kept. */
  readonly vault: VaultStore;
  readonly registrarKey: string | undefined;
  /** The policy of a question that names none. */
  readonly policy: string;
  readonly calendar: 'auto' | 'manual';
  /** `YYYY-MM-DD`: days up to and including it are opened, however many wait. */
  readonly openUntil: string | undefined;
  /** The requests a minute that a key, or an address without a key in force, may make. */
  readonly limitPerKey: number;
  readonly limitPerAddress: number;
  /**
   * The proxies that are believed about the address of a request: addresses, networks, or names of networks.
   */
  readonly trustProxy: readonly string[];
  /** So many processes beside the one that writes answer questions. */
  readonly readers: number;
  /** The bytes that what is kept of answers may take, in each process. */
  readonly cacheBytes: number;
  /** The name of the log in proofs; undefined where the kept one, or none, is meant. */
  readonly origin?: string | undefined;
  /** Who is asked to cosign each checkpoint of the log. */
  readonly witnesses?: readonly Witness[];
  /** What is logged: this and what is graver. At `debug` every request is a line. */
  readonly logLevel: LogLevel;
  /** A notice at the top of every page, if something is to be said of the whole register. */
  readonly notice?: string;
}

/** More requests than a process can answer in a minute. */
const NO_LIMIT = '2000000';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

/** The injection token of the settings. */
export const SETTINGS = Symbol('settings');

/** What is secret, an address that may hold a password too: each may come from a file (specification, section 7). */
const SECRETS = ['REGISTER_REGISTRAR_KEY', 'REGISTER_STORE', 'REGISTER_VAULT'] as const;

/** Every setting that this release reads and whose name begins with `REGISTER_`. */
const NAMES = [
  'REGISTER_STORE',
  'REGISTER_VAULT',
  'REGISTER_REGISTRAR_KEY',
  'REGISTER_POLICY',
  'REGISTER_CALENDAR',
  'REGISTER_OPEN_UNTIL',
  'REGISTER_LIMIT_PER_KEY',
  'REGISTER_LIMIT_PER_ADDRESS',
  'REGISTER_TRUST_PROXY',
  'REGISTER_READERS',
  'REGISTER_CACHE_MB',
  'REGISTER_ORIGIN',
  'REGISTER_WITNESSES',
  ...SECRETS.map(fileSetting),
];
const PREFIX = 'REGISTER_'.length;

/**
 * Environment variables that look like settings of the register and are none: a sentence each, with the
 * setting that it resembles. The value is left out, because it may be a secret.
 */
export function unknownSettings(
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  return Object.keys(environment)
    .filter((name) => !NAMES.some((one) => one === name))
    .filter((name) => /^REGISTER_/i.test(name) || wordMeant(name, NAMES) !== undefined)
    .sort()
    .map((name) => {
      const meant = wordMeant(
        name.slice(PREFIX),
        NAMES.map((one) => one.slice(PREFIX)),
      );
      const hint =
        meant === undefined ? `those that there are: ${NAMES.join(', ')}` : `did you mean REGISTER_${meant}?`;
      return `${name} is no setting of this release, and is passed over: ${hint}`;
    });
}

/**
 * The settings of this process, and sentences about them for its operator; throws as {@link settingsFrom}.
 * Secrets are removed from the environment, so that neither code in this process nor processes that it starts
 * find them there.
 */
export function ownSettings(): { readonly settings: Settings; readonly warnings: readonly string[] } {
  const unknown = unknownSettings(process.env);
  const { environment, warnings } = withSecrets(process.env, SECRETS);
  for (const name of SECRETS) Reflect.deleteProperty(process.env, name);
  return { settings: settingsFrom(environment), warnings: [...unknown, ...warnings] };
}

/** The settings of an environment; throws if one is wrong, and says how to correct it. */
export function settingsFrom(environment: Readonly<Record<string, string | undefined>>): Settings {
  const read = (name: string, otherwise: string) => {
    const value = environment[name];
    return value === undefined || value === '' ? otherwise : value;
  };
  const port = read('PORT', '3000');
  if (!/^[0-9]{1,5}$/.test(port) || Number(port) > 65_535)
    throw new Error('PORT must be a number from 0 to 65535');
  const calendar = read('REGISTER_CALENDAR', 'auto');
  if (calendar !== 'auto' && calendar !== 'manual')
    throw new Error(`REGISTER_CALENDAR must be auto or manual${meaning(calendar, ['auto', 'manual'])}`);
  const openUntil = read('REGISTER_OPEN_UNTIL', '');
  if (openUntil !== '' && !isDate(openUntil))
    throw new Error('REGISTER_OPEN_UNTIL must be a day from 1900 to 9999, such as 2026-09-01');
  const registrarKey = read('REGISTER_REGISTRAR_KEY', '');
  if (registrarKey !== '' && !/^[\x21-\x7e]{16,}$/.test(registrarKey)) {
    throw new Error(
      'REGISTER_REGISTRAR_KEY must have 16 or more printable ASCII characters, none of them a space',
    );
  }
  const policy = read('REGISTER_POLICY', 'cmqa-2017');
  if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(policy))
    throw new Error('REGISTER_POLICY must be the id of a policy, such as cmqa-2017');
  const wanted = read('LOG_LEVEL', 'info');
  const logLevel = LOG_LEVELS.find((level) => level === wanted);
  if (logLevel === undefined)
    throw new Error(`LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}${meaning(wanted, LOG_LEVELS)}`);
  const limit = (name: string) => {
    const value = read(name, NO_LIMIT);
    if (!/^[1-9][0-9]{0,8}$/.test(value))
      throw new Error(`${name} must be a number of requests a minute, from 1 to 999999999`);
    return Number(value);
  };
  const store = storeOf(read('REGISTER_STORE', 'sqlite:data/register.db'));
  return {
    host: read('HOST', '127.0.0.1'),
    port: Number(port),
    store,
    vault: vaultOf(read('REGISTER_VAULT', ''), store),
    registrarKey: registrarKey === '' ? undefined : registrarKey,
    policy,
    calendar,
    openUntil: openUntil === '' ? undefined : openUntil,
    limitPerKey: limit('REGISTER_LIMIT_PER_KEY'),
    limitPerAddress: limit('REGISTER_LIMIT_PER_ADDRESS'),
    trustProxy: proxiesOf(read('REGISTER_TRUST_PROXY', '')),
    readers: readersOf(read('REGISTER_READERS', '0'), store),
    cacheBytes: cacheOf(read('REGISTER_CACHE_MB', '256')),
    origin: originOf(read('REGISTER_ORIGIN', '')),
    witnesses: witnessesOf(read('REGISTER_WITNESSES', '')),
    logLevel,
  };
}

function isDate(text: string): boolean {
  if (!/^(?:19|[2-9][0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}$/.test(text)) return false;
  try {
    return Temporal.PlainDate.from(text).toString() === text;
  } catch {
    return false;
  }
}

/** Which of the allowed values a value resembles, for the end of a sentence. */
function meaning(value: string, values: readonly string[]): string {
  const meant = wordMeant(value, values);
  return meant === undefined ? '' : `: did you mean ${meant}?`;
}

/** More than any machine has cores for. */
const MOST_READERS = 64;

function readersOf(setting: string, store: Store): number {
  if (!/^[0-9]{1,2}$/.test(setting) || Number(setting) > MOST_READERS)
    throw new Error(`REGISTER_READERS must be a number from 0 to ${MOST_READERS}, at most one for each core`);
  if (setting !== '0' && store.kind === 'memory')
    throw new Error('REGISTER_READERS is not for memory:, which no other process can read: leave it out');
  return Number(setting);
}

/** Bounds of `REGISTER_CACHE_MB`. */
const LEAST_CACHE = 16;
const MOST_CACHE = 65_536;

function cacheOf(setting: string): number {
  const megabytes = Number(setting);
  if (!/^[1-9][0-9]{1,4}$/.test(setting) || megabytes < LEAST_CACHE || megabytes > MOST_CACHE)
    throw new Error(
      `REGISTER_CACHE_MB must be a whole number of megabytes from ${LEAST_CACHE} to ${MOST_CACHE}`,
    );
  return megabytes * 1024 * 1024;
}

/** A name as the first line of a checkpoint and as the name of a key, which have no spaces and no plus signs. */
const ORIGIN = /^[\w.\-~%]+(?::[0-9]{1,5})?(?:\/[\w.\-~%]+)*$/;
const LONGEST_ORIGIN = 200;

function originOf(setting: string): string | undefined {
  if (setting === '') return undefined;
  if (!isOrigin(setting)) throw new Error(`REGISTER_ORIGIN is no origin. ${NO_ORIGIN}`);
  return setting;
}

/** Whether a text can be the name of a log. */
export function isOrigin(text: string): boolean {
  return ORIGIN.test(text) && text.length <= LONGEST_ORIGIN;
}

/** What to do about a text that cannot. */
export const NO_ORIGIN =
  'Give the public address of the register without its scheme and without a slash at the end, such as register.example.';

function proxiesOf(setting: string): readonly string[] {
  const proxies = setting
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  for (const proxy of proxies) {
    const [address = '', bits, ...more] = proxy.split('/');
    const length = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
    const isNetwork = bits === undefined || (/^[0-9]{1,3}$/.test(bits) && Number(bits) <= length);
    if (!NETWORKS.includes(proxy) && (length < 0 || !isNetwork || more.length > 0))
      throw new Error(
        `REGISTER_TRUST_PROXY must name proxies by address or network, such as 10.0.0.7 or 10.0.0.0/8, or by ${NETWORKS.join(', ')}, with commas between them`,
      );
  }
  return proxies;
}

const NETWORKS = ['loopback', 'linklocal', 'uniquelocal'];
