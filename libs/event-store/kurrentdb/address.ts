/** Where an engine keeps a log: the address of the engine, as its client reads it, and the name of the stream. */
export interface EngineAddress {
  /** `kurrentdb://…` or `kurrentdb+discover://…`; it may contain a password. */
  readonly connection: string;
  readonly stream: string;
}

/** The stream of a register if its address names none. */
export const DEFAULT_STREAM = 'guidance-register';

const SCHEME = /^(?:kurrentdb|esdb)(\+discover)?:\/\//;
/** Names that start with `$` belong to the engine, which takes the part before a `-` for a category: `guidance-register` is in `guidance`. */
const STREAM = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Whether a setting is an address of such an engine, as far as its scheme tells. */
export function isEngineAddress(setting: string): boolean {
  return SCHEME.test(setting);
}

/**
 * Reads an address such as `kurrentdb://10.0.0.5:2113,10.0.0.6:2113?tls=false`, also with the older schemes `esdb://` and
 * `esdb+discover://`. `stream=` names the stream, by default {@link DEFAULT_STREAM}, so that two registers can share an
 * engine. All other options go to the client. Throws if the setting is no such address; the message contains no password.
 */
export function engineAddress(setting: string): EngineAddress {
  const discover = SCHEME.exec(setting)?.[1] ?? '';
  const [hosts = '', query = ''] = setting
    .replace(SCHEME, '')
    .replace(/\/+(?=\?|$)/, '')
    .split('?', 2);
  const options = query.split('&').filter((option) => option !== '');
  const named = options.filter((option) => option.startsWith('stream='));
  const stream = decodeURIComponent(named[0]?.slice('stream='.length) ?? DEFAULT_STREAM);
  if (!isEngineAddress(setting) || hosts === '' || named.length > 1 || !STREAM.test(stream)) {
    throw new Error(
      'The address of a KurrentDB is written kurrentdb://HOST:2113?tls=false or kurrentdb+discover://NAME:2113, with stream=NAME among its options if the log is not in the stream guidance-register',
    );
  }
  const others = options.filter((option) => !option.startsWith('stream='));
  return {
    connection: `kurrentdb${discover}://${hosts}${others.length > 0 ? `?${others.join('&')}` : ''}`,
    stream,
  };
}

/** The address without user and password, for people to read. In doubt it removes more than a password, never less. */
export function withoutPassword(setting: string): string {
  return setting.replace(/^([a-z+]+:\/\/).*@/s, '$1');
}
