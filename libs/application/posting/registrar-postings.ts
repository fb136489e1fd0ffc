import { randomBytes, hash } from 'node:crypto';
import { LOG } from '@app/domain/subjects/log';
import { CALENDAR } from '@app/domain/subjects/calendar';
import { BUILT_IN } from '@app/domain/policies/built-in';
import { formatDay, type Day } from '@app/domain/values/day';
import { OWN_SOURCE, REGISTRAR } from '@app/domain/log/event-catalogue';
import type { Submission } from '@app/domain/log/cloud-event';
import { hashOfSecret } from '../access/credential';

/**
 * A posting of the register itself (specification, section 3). Its id is the same in every process, so that
 * it is recorded once.
 */
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

/** That the log was restored; `root`: 32 bytes, of the checkpoint that is given up. */
export function logRestored(size: number, root: Uint8Array, reason: string): Submission {
  const bytes = Buffer.from(root);
  return ownSubmission(`restored-${size}-${bytes.toString('hex', 0, 4)}`, 'LogRestored', LOG, {
    size: String(size),
    root: bytes.toString('base64'),
    reason,
  });
}

/** The issue of a key of a body; only the hash of its secret is kept. */
export function keyIssued(slug: string, key: string, secret: string, until?: string): Submission {
  const data = { key, hash: hashOfSecret(secret), ...(until === undefined ? {} : { until }) };
  return ownSubmission(idOf('key', slug, key), 'BodyKeyIssued', `body:${slug}`, data);
}

export function keyRevoked(slug: string, key: string): Submission {
  return ownSubmission(idOf('revoked', slug, key), 'BodyKeyRevoked', `body:${slug}`, { key });
}

/**
 * A secret of 256 random bits: 43 characters that need no quoting anywhere, after `grk_`, by which scanners
 * recognise a leaked one.
 */
export function newSecret(): string {
  return `grk_${randomBytes(32).toString('base64url')}`;
}

/** The publications of the built-in policies, with which every register begins. */
export function builtInPolicies(): readonly Submission[] {
  return BUILT_IN.map(({ id, edition, effectiveFrom, policy }) =>
    ownSubmission(`policy-${id}-${edition}`, 'PolicyEditionPublished', `policy:${id}`, {
      edition,
      effectiveFrom,
      policy,
    }),
  );
}

/**
 * The id of an event about a key. No code has a colon, so no two keys share an id; if the two codes are too
 * long for an id, it has their hash.
 */
export function idOf(what: 'key' | 'revoked', slug: string, key: string): string {
  const name = `${slug}:${key}`;
  const id = `${what}:${name}`;
  return id.length <= LONGEST_ID ? id : `${what}:${hash('sha256', name)}`;
}

const LONGEST_ID = 128;
