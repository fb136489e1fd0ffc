import { dayOpened, keyIssued, newSecret, builtInPolicy } from './registrar-postings';
import { type Day } from '@app/domain/values/day';
import { isRefusal, type Refusal } from '@app/domain/values/problem';
import type { Writer } from './writer';

/**
 * Writes what a new register begins with, all at once or nothing: the built-in policy, the day where the calendar
 * opens by itself, and a key of the registrar’s unless one is brought. Resolves to the secret of that key, which is
 * nowhere else; to nothing where none was made, also because another process was first. It waits for as long as
 * no one can say whether it was taken: given up, the key may stand in the log all the same, and its secret be nowhere.
 */
export async function bootstrap(
  writer: Writer,
  options: { readonly day: Day | undefined; readonly makeKey: boolean },
): Promise<string | undefined | Refusal> {
  const secret = options.makeKey ? newSecret() : undefined;
  const submissions = [
    builtInPolicy(),
    ...(options.day === undefined ? [] : [dayOpened(options.day)]),
    ...(secret === undefined ? [] : [keyIssued('registrar', 'first', secret)]),
  ];
  const results = await writer.post('register', submissions, Infinity);
  if (isRefusal(results)) return results;
  // A duplicate of the key is this one: its hash is part of what was posted.
  return results.some(({ outcome }) => outcome === 'refused') ? undefined : secret;
}
