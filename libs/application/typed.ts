import { ADVISER_KEY, PROVIDER_KEY } from '@app/domain/keys';
import { typedKeys, type TypedKey } from '@app/domain/typed-key';

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
