import { only } from '@app/domain/decide';
import { together, type Known } from '@app/domain/known';
import type { RegisteredKey } from './vault';

/** A key under which a person is registered, and the body that did that. */
export interface Registered extends RegisteredKey {
  readonly body: string;
}

/**
 * Those of a person’s keys under which the person is registered, the one registered first in front. What is kept is kept
 * under these. A key that an identification alone made one of the person’s is none of them: it goes when the
 * identification does, and whoever posted that has registered nobody.
 */
export function registeredKeys(known: Known, keys: readonly string[]): readonly Registered[] {
  const events = together(known, [...new Set(keys.flatMap((key) => known.identityStreams(key)))]);
  const registered = new Map<string, Registered>();
  for (const { subject, position, body } of only(events, 'AdviserRegistered', 'ProviderRegistered'))
    if (keys.includes(subject) && !registered.has(subject))
      registered.set(subject, { key: subject, registration: position, body });
  return [...registered.values()];
}
