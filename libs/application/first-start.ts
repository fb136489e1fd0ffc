import { hash, randomBytes } from 'node:crypto';
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

/** The issue of a key of a body’s, of which nothing but the hash of its secret is kept. */
export function keyIssued(slug: string, key: string, secret: string, until?: string): Submission {
  const data = { key, hash: hashOfSecret(secret), ...(until === undefined ? {} : { until }) };
  return ownSubmission(idOf('key', slug, key), 'BodyKeyIssued', `body:${slug}`, data);
}

export function keyRevoked(slug: string, key: string): Submission {
  return ownSubmission(idOf('revoked', slug, key), 'BodyKeyRevoked', `body:${slug}`, { key });
}

/** No code has a colon, so that no two keys have one id; where the two codes are too long for an id, it has their hash. */
function idOf(what: 'key' | 'revoked', slug: string, key: string): string {
  const name = `${slug}:${key}`;
  const id = `${what}:${name}`;
  return id.length <= LONGEST_ID ? id : `${what}:${hash('sha256', name)}`;
}

const LONGEST_ID = 128;

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
    ...(secret === undefined ? [] : [keyIssued('registrar', 'first', secret)]),
  ];
  const results = await writer.post('register', submissions, Infinity);
  if (isRefusal(results)) return results;
  // A duplicate of the key is this one: its hash is part of what was posted.
  return results.some(({ outcome }) => outcome === 'refused') ? undefined : secret;
}
