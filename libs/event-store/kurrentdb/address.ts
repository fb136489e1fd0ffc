/** Where a log lies in an engine: the address of the engine, as its client takes it, and the name of the stream. */
export interface EngineAddress {
  /** `kurrentdb://…` or `kurrentdb+discover://…`; it may hold a password. */
  readonly connection: string;
  readonly stream: string;
}

/** The stream of a register whose address names none. */
export const DEFAULT_STREAM = 'guidance-register';

const SCHEME = /^(?:kurrentdb|esdb)(\+discover)?:\/\//;
/** Names that start with `$` are the engine’s own; `-` would part a category from the rest (`guidance-register` is in the category `guidance`). */
const STREAM = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Whether a store is said to be in an engine of this kind. */
export function isEngineAddress(setting: string): boolean {
  return SCHEME.test(setting);
}

/**
 * Reads an address such as `kurrentdb://10.0.0.5:2113,10.0.0.6:2113?tls=false`; the older `esdb://` and `esdb+discover://` are
 * taken too. `stream=` names the stream, which is {@link DEFAULT_STREAM} otherwise: two registers may share an engine. All
 * other options are the client’s. Throws, without the password, where the address is none.
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

/** The address without a user and a password, for people to read; rather too little of it than a part of a password. */
export function withoutPassword(setting: string): string {
  return setting.replace(/^([a-z+]+:\/\/).*@/s, '$1');
}
