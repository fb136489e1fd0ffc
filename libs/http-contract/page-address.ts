import { stringify } from 'node:querystring';

/** An address of this register. What is empty or absent is left out; a list becomes as many parameters. */
export function addressOf(
  path: string,
  query: Readonly<Record<string, string | readonly string[] | undefined>>,
): string {
  const asked = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const text = stringify(Object.fromEntries(asked));
  return text === '' ? path : `${path}?${text.replaceAll('%3A', ':')}`;
}
