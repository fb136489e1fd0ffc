import { dayOpened, keyIssued, logRestored, newSecret, builtInPolicies } from './registrar-postings';
import { type Day } from '@app/domain/values/day';
import { isRefusal, type Refusal } from '@app/domain/values/problem';
import type { TreeHead } from '@app/transparency/proof';
import type { Writer } from './writer';

export function notBegun(why: string): string {
  return `The new log could not be begun. ${why}. Start the register again; if it then shows no key, bring one in REGISTER_REGISTRAR_KEY`;
}

/**
 * Appends that the log was restored, once however many processes do it. Rejects if the log does not take it.
 */
export async function tellRestored(writer: Writer, { size, root }: TreeHead, reason: string): Promise<void> {
  const results = await writer.post('register', [logRestored(size, root, reason)], Infinity);
  // Under this id another process, or an earlier start, may have told it for another reason.
  if (isRefusal(results))
    throw new Error(
      `That the log was restored could not be written. ${results.detail}. Start the register again`,
    );
}

/**
 * Writes the first events of a new register, all at once or none: the built-in policies, the first day if the
 * calendar is automatic, and a key of the registrar unless the operator brings one. Resolves to the secret of
 * that key, which is kept nowhere else, or to undefined if none was made, for example because another process
 * was first. It waits until the log says whether it took them: if it gave up, the log might hold a key whose
 * secret no one knows.
 */
export async function bootstrap(
  writer: Writer,
  options: { readonly day: Day | undefined; readonly makeKey: boolean },
): Promise<string | undefined | Refusal> {
  const secret = options.makeKey ? newSecret() : undefined;
  const submissions = [
    ...builtInPolicies(),
    ...(options.day === undefined ? [] : [dayOpened(options.day)]),
    ...(secret === undefined ? [] : [keyIssued('registrar', 'first', secret)]),
  ];
  const results = await writer.post('register', submissions, Infinity);
  if (isRefusal(results)) return results;
  // If the key is a duplicate it is this very one: its hash is part of what was posted.
  return results.some(({ outcome }) => outcome === 'refused') ? undefined : secret;
}
