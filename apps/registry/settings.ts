/** What the operator sets, from the environment (design, section 7). */
export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly store: { readonly kind: 'sqlite'; readonly file: string } | { readonly kind: 'memory' };
  readonly registrarKey: string | undefined;
  /** The policy of a question that names none. */
  readonly policy: string;
  readonly calendar: 'auto' | 'manual';
  /** What is logged: this and what is graver. At `debug` every request is a line. */
  readonly logLevel: LogLevel;
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

/** Under which the settings are injected. */
export const SETTINGS = Symbol('settings');

/** The settings of an environment; throws, and says how to mend it, where one is wrong. */
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
    throw new Error('REGISTER_CALENDAR must be auto or manual');
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
  if (logLevel === undefined) throw new Error(`LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}`);
  return {
    host: read('HOST', '127.0.0.1'),
    port: Number(port),
    store: storeOf(read('REGISTER_STORE', 'sqlite:data/register.db')),
    registrarKey: registrarKey === '' ? undefined : registrarKey,
    policy,
    calendar,
    logLevel,
  };
}

function storeOf(setting: string): Settings['store'] {
  if (setting === 'memory:') return { kind: 'memory' };
  const file = /^sqlite:(.+)$/.exec(setting)?.[1];
  if (file !== undefined) return { kind: 'sqlite', file };
  throw new Error('REGISTER_STORE must be sqlite: and a file, such as sqlite:data/register.db, or memory:');
}
