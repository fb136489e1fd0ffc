import { ADVISER_KEY, PROVIDER_KEY } from '@app/domain/values/keys';
import { foldedName, mayBeSameName } from '@app/domain/values/folded-name';
import { resembling } from '@app/domain/values/resemblance';
import { typedKeys, type TypedKey } from '@app/domain/values/typed-key';
import type { FoundProvider } from '@app/read-model/search/provider-search';

const A_KEY = new RegExp(`${PROVIDER_KEY.pattern}|${ADVISER_KEY.pattern}`);

/** What the key of a provider looks like. */
export const PROVIDER_FORM: string = PROVIDER_KEY.description;

/** Whether a text is the key of a provider or an adviser as the register writes it. */
export function isKey(text: string): boolean {
  return A_KEY.test(text);
}

/** The keys that a number may mean which somebody typed; nothing where it is no number. */
export function keysTyped(text: string): readonly TypedKey[] | undefined {
  return typedKeys(text);
}

/** Whether what was typed is, however it is written, a name or a number of the provider that was found by it. */
export function isWhole(typed: string, { matched, keys }: FoundProvider): boolean {
  if (typedKeys(typed)?.some(({ key }) => keys.includes(key))) return true;
  return matched !== null && mayBeSameName(foldedName(typed), foldedName(matched));
}

/** The one of the words that there are which was meant by another; nothing where none is near. */
export function wordMeant(word: string, words: Iterable<string>): string | undefined {
  return resembling(word, words);
}
