import { statSync } from 'node:fs';
import { isKey, keysTyped, PROVIDER_FORM } from '@app/http-contract/typed';
import { decided } from './asking';
import { Ending, EXIT } from './exit-codes';
import { pathOf, RegisterRefusal, type RegisterAt } from './register';

/** Whether an argument means a file: one that exists, or that is written like a file name. */
export function isTable(text: string): boolean {
  if (isKey(text)) return false;
  const there = statSync(text, { throwIfNoEntry: false });
  return (
    there !== undefined ||
    /\.(?:csv|tsv|tab|txt|xlsx?|xlsm|ods|numbers)$/i.test(text) ||
    /^\.{0,2}[/\\]/.test(text)
  );
}

interface Found {
  readonly key: string;
  readonly name: string | null;
  /** Who is there in its place, where it has closed; a number alone is not searched for. */
  readonly now?: readonly Pick<Found, 'key' | 'name'>[];
}

/** The number of providers that are offered. */
const OFFERED = 20;

/**
 * The key of the provider that somebody means, by a number in any form or by a name. A name is only searched
 * for, and never taken for a provider that it resembles: the person at the terminal chooses. If no one is
 * there, the program ends with the list.
 */
export async function providerMeant(
  register: RegisterAt,
  text: string,
  signal: AbortSignal,
): Promise<string> {
  if (text.startsWith('adviser:'))
    throw new Ending(
      EXIT.usage,
      `${text} is an adviser: ask about a provider, and name the adviser with --adviser ${text}; history ${text} lists what is recorded`,
    );
  if (isKey(text)) return text;
  const keys = keysTyped(text);
  if (keys?.length === 0)
    throw new Ending(EXIT.usage, `“${text}” has not the form of such a number: ${PROVIDER_FORM}`);
  const [only, ...more] = keys ?? [];
  // The kind was named, or no other kind of key has this form.
  if (only && more.length === 0) return said(text, only.key);
  if (keys) {
    const found: Found[] = [];
    for (const { key } of keys) found.push(...(await registered(register, key, signal)));
    const [one, ...others] = found;
    if (!one)
      throw new Ending(
        EXIT.usage,
        `No one is registered under ${keys.map(({ key }) => key).join(' or ')}: check the number, or look for the name`,
      );
    const isPadded = keys.some(({ key, padded }) => key === one.key && padded);
    if (others.length === 0 && !isPadded) return said(text, one.key);
    return chosen(`“${text}” may be of several kinds`, found);
  }
  const query = new URLSearchParams({ q: text, limit: String(OFFERED) }).toString();
  const { text: answer } = await register.text(`/v1/providers?${query}`, undefined, signal);
  const { providers, next } = JSON.parse(answer) as {
    readonly providers: readonly Found[];
    readonly next?: unknown;
  };
  if (providers.length === 0)
    throw new Ending(
      EXIT.usage,
      `No provider is registered whose name is like “${text}”: check how it is written, or ask by a key such as ukprn:10000001. If it is a file, there is no such file`,
    );
  return chosen(
    `“${text}” is a name, and an answer is about a key`,
    providers,
    typeof next === 'string' ? 'There are more: give more of the name.' : undefined,
  );
}

function said(text: string, key: string): string {
  process.stderr.write(`“${text}” is read as ${key}.\n`);
  return key;
}

async function registered(register: RegisterAt, key: string, signal: AbortSignal): Promise<readonly Found[]> {
  try {
    const { text } = await register.text(`/v1/providers/${pathOf(key)}`, undefined, signal);
    return [{ key, name: (JSON.parse(text) as { readonly provider: Found }).provider.name }];
  } catch (error) {
    if (error instanceof RegisterRefusal && error.problem.status === 404) return [];
    throw error;
  }
}

function chosen(why: string, found: readonly Found[], more?: string): Promise<string> {
  const list = found.map((one) => `  ${[one.key, one.name ?? [], nowInWords(one)].flat().join('  ')}`);
  return decided(
    `${why}. Which one?`,
    found.map((one) => ({
      value: one.key,
      label: [one.name === null ? one.key : `${one.name} (${one.key})`, ...nowInWords(one)].join('  '),
    })),
    [`${why}. Ask by the key that is meant:`, ...list, ...(more === undefined ? [] : [more])].join('\n'),
  );
}

/** Who is there now in the place of a provider that has closed. */
function nowInWords({ now = [] }: Found): readonly string[] {
  const called = now.map(({ key, name }) => (name === null ? key : `${name} (${key})`));
  return called.length === 0 ? [] : [`Now: ${called.join(', ')}`];
}
