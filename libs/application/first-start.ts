import { randomBytes } from 'node:crypto';
import { CALENDAR } from '@app/domain/calendar';
import cmqa2017 from '@app/domain/cmqa-2017.json';
import { formatDay, type Day } from '@app/domain/day';
import { OWN_SOURCE, REGISTRAR } from '@app/domain/event';
import { isRefusal, type Refusal } from '@app/domain/problem';
import type { Submission } from '@app/domain/submission';
import { hashOfSecret } from './credential';
import type { Writer } from './writer';

/** What the register posts by itself (design, section 3): the same id in every process, so that it is done once. */
export function ownSubmission(
  id: string,
  type: Submission['type'],
  subject: string,
  data: Submission['data'],
): Submission {
  return { body: REGISTRAR, source: OWN_SOURCE, id, type, subject, data };
}

/** The opening of a day. */
export function dayOpened(day: Day): Submission {
  const date = formatDay(day);
  return ownSubmission(`day-${date}`, 'DayOpened', CALENDAR, { date });
}

/** A secret of 256 random bits: 43 characters that need no quoting anywhere, behind `grk_`, by which scanners know one that was leaked. */
export function newSecret(): string {
  return `grk_${randomBytes(32).toString('base64url')}`;
}

const BUILT_IN = { id: 'cmqa-2017', edition: 1, effectiveFrom: '2017-10-01' };

/** The publication of the built-in policy, with which every register begins. */
export function builtInPolicy(): Submission {
  const { id, edition, effectiveFrom } = BUILT_IN;
  return ownSubmission(`policy-${id}-${edition}`, 'PolicyEditionPublished', `policy:${id}`, {
    edition,
    effectiveFrom,
    policy: cmqa2017,
  });
}

/**
 * Writes what a new register begins with, all at once or nothing: the built-in policy, the day where the calendar
 * opens by itself, and a key of the registrar’s unless one is brought. Resolves to the secret of that key, which is
 * nowhere else; to nothing where none was made, also because another process was first. It waits for as long as
 * nobody can say whether it was taken: given up, the key may stand in the log all the same, and its secret be nowhere.
 */
export async function firstStart(
  writer: Writer,
  options: { readonly day: Day | undefined; readonly makeKey: boolean },
): Promise<string | undefined | Refusal> {
  const secret = options.makeKey ? newSecret() : undefined;
  const submissions = [
    builtInPolicy(),
    ...(options.day === undefined ? [] : [dayOpened(options.day)]),
    ...(secret === undefined
      ? []
      : [
          ownSubmission('key-registrar-first', 'BodyKeyIssued', REGISTRAR, {
            key: 'first',
            hash: hashOfSecret(secret),
          }),
        ]),
  ];
  const results = await writer.post('register', submissions, Infinity);
  if (isRefusal(results)) return results;
  // A duplicate of the key is this one: its hash is part of what was posted.
  return results.some(({ outcome }) => outcome === 'refused') ? undefined : secret;
}
