import { only } from '@app/domain/log/decider';
import { OWN_SOURCE, REGISTRAR } from '@app/domain/log/event-catalogue';
import { together, type LogView } from '@app/domain/log/log-view';
import type { EventIndex } from '@app/read-model/index/event-index';
import type { Minting, RegisteredKey } from './vault';

/** A key under which a person is registered, and the body that registered it. */
export interface Registered extends RegisteredKey {
  readonly body: string;
}

/**
 * Those of a person’s keys under which the person is registered, the one registered first in front; personal
 * data are kept under these. A key that belongs to the person only by an identification is not among them: it
 * goes when the identification goes, and whoever posted that has registered no one.
 */
export function registeredKeys(known: LogView, keys: readonly string[]): readonly Registered[] {
  const events = together(known, [...new Set(keys.flatMap((key) => known.identityStreams(key)))]);
  const own = new Set(keys);
  const registered = new Map<string, Registered>();
  for (const { subject, position, body } of only(events, 'AdviserRegistered', 'ProviderRegistered'))
    if (own.has(subject) && !registered.has(subject))
      registered.set(subject, { key: subject, registration: position, body });
  return [...registered.values()];
}

/**
 * The id under which the register posts that it registered an adviser whose key it minted (specification,
 * section 3).
 */
export function mintingId(key: string): string {
  return `adviser-${key.slice('adviser:'.length)}`;
}

/**
 * As {@link registeredKeys}, with the body that the person belongs to. A minted key belongs to the body that
 * asked for it, although the log says that the register registered it. If no one knows any more who asked,
 * the key is the registrar’s; so it is if the registrar registered it again by an event of its own.
 */
export function ownedKeys(
  register: EventIndex,
  keys: readonly Registered[],
  mintings: readonly Minting[],
): readonly Registered[] {
  const minters = new Map(mintings.map(({ key, body }) => [key, body]));
  return keys.map((one) => {
    const minter = minters.get(one.key);
    const isMinted = register.submitted(REGISTRAR, OWN_SOURCE, mintingId(one.key)) === one.registration;
    return minter !== undefined && isMinted ? { ...one, body: minter } : one;
  });
}
