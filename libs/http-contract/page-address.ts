import { stringify } from 'node:querystring';

/**
 * An address of this register. Empty and absent values are left out; a list becomes one parameter for each
 * item.
 */
export function addressOf(
  path: string,
  query: Readonly<Record<string, string | readonly string[] | undefined>>,
): string {
  const asked = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const text = stringify(Object.fromEntries(asked));
  return text === '' ? path : `${path}?${text.replaceAll('%3A', ':')}`;
}
