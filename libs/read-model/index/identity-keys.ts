import { adviserStreams } from '@app/domain/subjects/adviser';
import { bodyStream } from '@app/domain/subjects/body';
import { providerStreams } from '@app/domain/subjects/provider';

const SOMEBODY = /^(?:ukprn|company|charity|urn|adviser):/;

/** Whether a key is one of a provider or an adviser, and not one of the others that streams are found under. */
export function namesSomebody(key: string): boolean {
  return SOMEBODY.test(key);
}

/** Names of the identity streams that a key has for itself, whether they have begun or not. */
export function ownIdentityStreams(key: string): readonly string[] {
  if (key.startsWith('adviser:')) return adviserStreams([key]);
  return key.startsWith('body:') ? [bodyStream(key)] : providerStreams([key]);
}
