import { Type } from 'typebox';
import { dayOf, LAST_DAY, type Day } from '../values/day';
import { only } from '../log/decider';
import { define } from '../log/event-definition';
import type { EventOf, RegisterEvent } from '../log/event-catalogue';
import { BODY_KEY, CODE, CODES, DAY, fields, NAME } from '../values/keys';
import { memoizedByList, listNamed } from '../log/memoized-by-list';
import { described, OWN_REASON } from '../values/meaning';
import type { LogView } from '../log/log-view';
import { refuse, type Refusal } from '../values/problem';
import { includes, span, unionOf, type Days } from '../values/timeline';

const stream = (subject: string) => `body-${subject.slice('body:'.length)}`;
const about = { subject: BODY_KEY, stream, registrarOnly: true } as const;

export const events = {
  BodyRecognised: define({
    ...about,
    meaning:
      'A body is recognised, and this is what it may post. Of its recognitions that have begun, the one that stands last in the log says all of it, and those before it nothing.',
    data: fields({
      name: described(NAME, 'What the body is called.'),
      mayPost: described(
        Type.Array(
          fields({
            types: described(
              Type.Union(
                [
                  Type.Literal('*'),
                  Type.Array(Type.String({ format: 'event-type', description: 'The name of an event' }), {
                    minItems: 1,
                  }),
                ],
                {
                  description: '"*", or a list of one or more names of events',
                },
              ),
              'The types of event that it may post; `"*"` for every one that is not the registrar’s alone, and beside `standards` or `qualifications` for every one that carries such a standard or qualification, and no other.',
            ),
            standards: Type.Optional(
              described(
                CODES,
                'The standards of which it may post them. Absent: of any standard, but beside `"*"` and `qualifications`: of none. A type that is named and carries no standard is not narrowed by them.',
              ),
            ),
            qualifications: Type.Optional(
              described(
                CODES,
                'The qualifications of which it may post them. Absent: of any qualification, but beside `"*"` and `standards`: of none. A type that is named and carries no qualification is not narrowed by them.',
              ),
            ),
          }),
        ),
        'What it may post: whatever one of these entries allows. An empty list allows nothing.',
      ),
      from: described(
        DAY,
        'The first day on which it holds. A fact has to be allowed today and on its own first day: begin before the earliest fact that the body is to post.',
      ),
    }),
  }),
  BodyRecognitionEnded: define({
    ...about,
    meaning:
      'The recognitions of the body before it have ended, and it may post nothing any more. What it has posted stands.',
    needs: ['subject'],
    data: fields({
      on: described(DAY, 'The last day on which they hold; they still hold on that day.'),
      reason: OWN_REASON,
    }),
  }),
  BodySucceeded: define({
    ...about,
    meaning:
      'Another body has taken over from this one: from a day on it corrects and retracts what this one has posted, and without a limit it also keeps what is known of the persons whom this one registered. What it may post is for its own recognition to say, and this body keeps what it has.',
    needs: ['subject', 'by'],
    data: fields({
      by: described(BODY_KEY, 'The body that has taken over. It is recognised, too.'),
      from: described(DAY, 'The first day, by the log’s today, on which it acts in the place of this one.'),
      standards: Type.Optional(
        described(
          CODES,
          'The standards that it has taken over: only what carries one of them, or one of `qualifications`. Absent: without `qualifications` it has taken over everything, else nothing of a standard.',
        ),
      ),
      qualifications: Type.Optional(
        described(
          CODES,
          'The qualifications that it has taken over: only what carries one of them, or one of `standards`. Absent: without `standards` it has taken over everything, else nothing of a qualification.',
        ),
      ),
    }),
    check: (subject, { by }) =>
      by === subject ? [{ pointer: '/data/by', detail: 'Name another body than the subject' }] : [],
  }),
  BodyKeyIssued: define({
    ...about,
    meaning:
      'A key opens the register to the body. Ask for one at `POST /v1/bodies/{slug}/keys`, which makes the secret and posts this.',
    needs: ['subject'],
    about: ({ hash }) => [hash],
    data: fields({
      key: described(CODE, 'What the key is called, to revoke it by.'),
      hash: described(
        Type.String({
          pattern: '^sha256:[0-9a-f]{64}$',
          description: 'sha256: and the SHA-256 of the secret, in hexadecimal',
        }),
        'The hash by which the secret is known again. The secret itself stands nowhere.',
      ),
      until: Type.Optional(
        described(
          DAY,
          'The last day, by the log’s today, on which the key opens anything; it still does on that day. Absent: until it is revoked.',
        ),
      ),
    }),
  }),
  BodyKeyRevoked: define({
    ...about,
    meaning: 'A key of the body opens nothing any more, from this event on.',
    needs: ['subject'],
    data: fields({ key: described(CODE, 'What the key is called, as its issue says.') }),
  }),
};

/** The stream of a body's recognition and keys. */
export function bodyStream(body: string): string {
  return stream(body);
}

/**
 * What an event concerns (specification, section 3, “Who may post what”): a standard; a qualification, which
 * is undefined for a certificate that no one was awarded; neither; or unknown, if it is about an event that
 * is not in the log.
 */
export type Matter =
  | { readonly of: 'standard'; readonly code: string }
  | { readonly of: 'qualification'; readonly code: string | undefined }
  | { readonly of: 'neither' }
  | { readonly of: 'unknown' };

/**
 * A recognition and its days: it counts until a later effective one begins, or until its ending
 * (specification, section 3, “Who may post what”).
 */
export interface Recognition {
  readonly event: EventOf<'BodyRecognised'>;
  /** The days on which it decides what the body may post: one run, or none. */
  readonly days: Days;
}

/** An issued key, and the position of the first revocation after it. */
interface IssuedKey {
  readonly event: EventOf<'BodyKeyIssued'>;
  revoked: number | undefined;
}

/** The recognitions, successions and keys of a body, kept so that no request searches its stream for them. */
interface Account {
  readonly recognised: (EventOf<'BodyRecognised'> | EventOf<'BodyRecognitionEnded'>)[];
  recognitions: readonly Recognition[] | undefined;
  readonly successions: EventOf<'BodySucceeded'>[];
  readonly keys: IssuedKey[];
  /** By name and by hash, in log order. */
  readonly byName: Map<string, IssuedKey[]>;
  readonly byHash: Map<string, IssuedKey[]>;
  /** By name, the position of the first revocation. */
  readonly revoked: Map<string, number>;
}

const accountOf = memoizedByList<Account>(
  () => ({
    recognised: [],
    recognitions: undefined,
    successions: [],
    keys: [],
    byName: new Map(),
    byHash: new Map(),
    revoked: new Map(),
  }),
  (account, event) => {
    switch (event.type) {
      case 'BodyRecognised':
      case 'BodyRecognitionEnded':
        account.recognised.push(event);
        account.recognitions = undefined;
        break;
      case 'BodySucceeded':
        account.successions.push(event);
        break;
      case 'BodyKeyIssued': {
        const issued: IssuedKey = { event, revoked: undefined };
        account.keys.push(issued);
        listNamed(account.byName, event.data.key).push(issued);
        listNamed(account.byHash, event.data.hash).push(issued);
        break;
      }
      case 'BodyKeyRevoked': {
        const { key } = event.data;
        if (!account.revoked.has(key)) account.revoked.set(key, event.position);
        for (const issued of account.byName.get(key) ?? []) issued.revoked ??= event.position;
        break;
      }
    }
  },
  // There are few bodies, and with each event that is posted one of them is asked for.
  1,
);

/** The effective recognitions in a body's stream, in log order. At most one of them counts on a day. */
export function recognitions(events: readonly RegisterEvent[]): readonly Recognition[] {
  const account = accountOf(events);
  return (account.recognitions ??= recognitionsIn(account.recognised));
}

/**
 * Each lasts until an effective ending after it, or until the day before a later effective recognition
 * begins.
 */
function recognitionsIn(events: Account['recognised']): readonly Recognition[] {
  let last = LAST_DAY;
  return events
    .toReversed()
    .flatMap((event): Recognition[] => {
      if (event.type === 'BodyRecognitionEnded') {
        last = Math.min(last, dayOf(event.data.on));
        return [];
      }
      const from = dayOf(event.data.from);
      const days = span(from, last);
      last = Math.min(last, from - 1);
      return [{ event, days }];
    })
    .reverse();
}

type Entry = EventOf<'BodyRecognised'>['data']['mayPost'][number];

function allows({ event }: Recognition, type: string, matter: Matter): boolean {
  return event.data.mayPost.some((entry) =>
    entry.types === '*' ? isOpen(entry, matter) : entry.types.includes(type) && fits(entry, matter),
  );
}

/**
 * Whether an entry for all types opens a matter: if it names standards or qualifications, it opens only
 * events that carry one.
 */
function isOpen(entry: Entry, matter: Matter): boolean {
  const { standards, qualifications } = entry;
  if (standards === undefined && qualifications === undefined) return true;
  switch (matter.of) {
    case 'standard':
      return standards !== undefined && fits(entry, matter);
    case 'qualification':
      return qualifications !== undefined && fits(entry, matter);
    case 'neither':
      return false;
    case 'unknown':
      return true;
  }
}

/**
 * Whether the standards and qualifications of an entry allow a matter; neither excludes events that carry
 * none.
 */
function fits({ standards, qualifications }: Entry, matter: Matter): boolean {
  if (matter.of !== 'standard' && matter.of !== 'qualification') return true;
  const named = matter.of === 'standard' ? standards : qualifications;
  return named === undefined || matter.code === undefined || named.includes(matter.code);
}

/** Whether a body may post a type of event on a day, by the effective events of its stream. */
export function mayPost(events: readonly RegisterEvent[], type: string, matter: Matter, day: Day): boolean {
  const recognition = recognitions(events).find(({ days }) => includes(days, day));
  return recognition !== undefined && allows(recognition, type, matter);
}

/** All days on which a body may post it. */
export function daysAllowed(events: readonly RegisterEvent[], type: string, matter: Matter): Days {
  const allowing = recognitions(events).filter((recognition) => allows(recognition, type, matter));
  return unionOf(allowing.map(({ days }) => days));
}

/** The effective successions in a body's stream, in log order: who has taken over from it, or will. */
export function successions(events: readonly RegisterEvent[]): readonly EventOf<'BodySucceeded'>[] {
  return accountOf(events).successions;
}

/** Whether a succession is of a matter: of any if it has no limit, else of what carries a code that it names. */
function isOf({ data }: EventOf<'BodySucceeded'>, matter: Matter): boolean {
  const { standards, qualifications } = data;
  if (standards === undefined && qualifications === undefined) return true;
  if (matter.of !== 'standard' && matter.of !== 'qualification') return false;
  const named = matter.of === 'standard' ? standards : qualifications;
  return matter.code !== undefined && (named?.includes(matter.code) ?? false);
}

/**
 * Whether a body acts today in the place of another, or is that one: whether it has succeeded it in a matter, also
 * through several successions of that matter (specification, section 5). Successions may form circles.
 */
export function actsFor(
  known: Pick<LogView, 'stream' | 'today'>,
  body: string,
  former: string,
  matter: Matter,
): boolean {
  const found = new Set([former]);
  for (const one of found) {
    if (one === body) return true;
    for (const succession of successions(known.stream(stream(one))))
      if (dayOf(succession.data.from) <= (known.today ?? -Infinity) && isOf(succession, matter))
        found.add(succession.data.by);
  }
  return false;
}

/** The name of a body by the last of its effective recognitions; undefined if there is none. */
export function bodyName(events: readonly RegisterEvent[]): string | undefined {
  return only(events, 'BodyRecognised').at(-1)?.data.name;
}

/** The position of the event that issued a body a key of a name, under any id. */
export function issuedUnder(events: readonly RegisterEvent[], key: string): number | undefined {
  return accountOf(events).byName.get(key)?.[0]?.event.position;
}

/** The position of the event that revoked it. */
export function revokedUnder(events: readonly RegisterEvent[], key: string): number | undefined {
  return accountOf(events).revoked.get(key);
}

/**
 * Refuses to issue a second key of one name to a body, under any id: a revocation could not say which it
 * means.
 */
export function issuedBefore(event: RegisterEvent, known: LogView): Refusal | undefined {
  if (event.type !== 'BodyKeyIssued') return undefined;
  const { subject, data } = event;
  return issuedUnder(known.stream(stream(subject)), data.key) === undefined
    ? undefined
    : refuse(
        'same-id-different-content',
        `A key ${data.key} of ${subject} was issued already, and its secret is shown once only: issue one of another name, and revoke that one`,
        '/data/key',
      );
}

/** The keys that a body was ever issued, in log order, each with the position of its revocation. */
export function keysOfBody(events: readonly RegisterEvent[]): readonly Readonly<IssuedKey>[] {
  return accountOf(events).keys;
}

/** Those of them that have a hash. */
export function keysWithHash(events: readonly RegisterEvent[], hash: string): readonly Readonly<IssuedKey>[] {
  return accountOf(events).byHash.get(hash) ?? [];
}

/**
 * Whether a key is in force on a day: it was not revoked since it was issued, and its last day is not over.
 */
export function isInForce({ event, revoked }: Readonly<IssuedKey>, today: Day | undefined): boolean {
  const { until } = event.data;
  return revoked === undefined && (until === undefined || today === undefined || dayOf(until) >= today);
}
