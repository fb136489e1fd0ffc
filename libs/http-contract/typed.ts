import { ADVISER_KEY, PROVIDER_KEY } from '@app/domain/values/keys';
import { foldedName, mayBeSameName } from '@app/domain/values/folded-name';
import { resembling } from '@app/domain/values/resemblance';
import { typedKeys, type TypedKey } from '@app/domain/values/typed-key';
import type { FoundProvider } from '@app/read-model/search/provider-search';

const A_KEY = new RegExp(`${PROVIDER_KEY.pattern}|${ADVISER_KEY.pattern}`);

/** The kind of subject that a key is for. */
export type KindOfKey = 'provider' | 'adviser' | 'body' | 'area' | 'policy';

/** The kinds by the prefix of a key. */
const KINDS: ReadonlyMap<string, KindOfKey> = new Map([
  ['ukprn', 'provider'],
  ['company', 'provider'],
  ['charity', 'provider'],
  ['urn', 'provider'],
  ['adviser', 'adviser'],
  ['body', 'body'],
  ['area', 'area'],
  ['policy', 'policy'],
]);

/** The kind of a key by its prefix; undefined if a text of the log is not written like a key. */
export function kindOfKey(text: string): KindOfKey | undefined {
  return KINDS.get(/^([a-z]+):[A-Za-z0-9-]+$/.exec(text)?.[1] ?? '');
}

/**
 * The kind of key that somebody began to type, whatever follows the colon; undefined if it is none, or more
 * than one word.
 */
export function kindTyped(text: string): KindOfKey | undefined {
  return KINDS.get(/^([a-z]+):\S+$/.exec(text)?.[1] ?? '');
}

/** The position of an event as it is typed. */
export const TYPED_POSITION = /^(?:0|[1-9][0-9]{0,14})$/;

/** What the key of a provider looks like. */
export const PROVIDER_FORM: string = PROVIDER_KEY.description;

/** Whether a text is the key of a provider or an adviser as the register writes it. */
export function isKey(text: string): boolean {
  return A_KEY.test(text);
}

/** The keys that a typed number may mean; undefined if the text is no number. */
export function keysTyped(text: string): readonly TypedKey[] | undefined {
  return typedKeys(text);
}

/** That key of a provider as which the typed text was meant, in any spelling; undefined if it is none. */
export function keyMeant(typed: string, { keys }: Pick<FoundProvider, 'keys'>): string | undefined {
  return typedKeys(typed)?.find(({ key }) => keys.includes(key))?.key;
}

/** Whether the typed text is, in any spelling, a complete name or number of the provider that it found. */
export function isWhole(typed: string, found: FoundProvider): boolean {
  if (keyMeant(typed, found) !== undefined) return true;
  const { matched } = found;
  return matched !== null && mayBeSameName(foldedName(typed), foldedName(matched));
}

/** The known word that another was meant to be; undefined if none is near. */
export function wordMeant(word: string, words: Iterable<string>): string | undefined {
  return resembling(word, words);
}
