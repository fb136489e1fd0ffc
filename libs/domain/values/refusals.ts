import { refuse, type Refusal } from './problem';

/**
 * The refusals whose sentences are used in several places. `position`: the one at which the key is unknown.
 */

export function unknownProvider(key: string, position: number): Refusal {
  return refuse(
    'unknown-provider',
    `${key} is not registered at position ${position}: search for it, or ask its body to register it`,
  );
}

export function unknownAdviser(key: string, position: number): Refusal {
  return refuse(
    'unknown-adviser',
    `${key} is not registered at position ${position}: correct the key, or ask the adviser’s body to register it`,
  );
}

export function unknownPolicy(id: string, position: number): Refusal {
  return refuse('unknown-policy', `No edition of the policy ${id} stands at position ${position}`);
}
