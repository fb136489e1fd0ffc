import { Type } from 'typebox';
import { dayOf, LAST_DAY, type Day } from './day';
import { only } from './decide';
import { define } from './definition';
import type { EventOf, RegisterEvent } from './event';
import { BODY_KEY, CODE, CODES, DAY, fields, NAME } from './keys';
import { includes, NO_DAYS, span, union, type Days } from './timeline';

const stream = (subject: string) => `body-${subject.slice('body:'.length)}`;
const about = { subject: BODY_KEY, stream, registrarOnly: true } as const;

export const events = {
  BodyRecognised: define({
    ...about,
    data: fields({
      name: NAME,
      mayPost: Type.Array(
        fields({
          types: Type.Union(
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
          standards: Type.Optional(CODES),
          qualifications: Type.Optional(CODES),
        }),
      ),
      from: DAY,
    }),
  }),
  BodyRecognitionEnded: define({ ...about, needs: ['subject'], data: fields({ on: DAY, reason: CODE }) }),
  BodyKeyIssued: define({
    ...about,
    needs: ['subject'],
    about: ({ hash }) => [hash],
    data: fields({
      key: CODE,
      hash: Type.String({
        pattern: '^sha256:[0-9a-f]{64}$',
        description: 'sha256: and the SHA-256 of the secret, in hexadecimal',
      }),
      until: Type.Optional(DAY),
    }),
  }),
  BodyKeyRevoked: define({ ...about, needs: ['subject'], data: fields({ key: CODE }) }),
};

/** The stream of a body's recognition and keys. */
export function bodyStream(body: string): string {
  return stream(body);
}

/** What an event is of: a standard, a qualification or neither. */
export interface Matter {
  readonly standard?: string | undefined;
  readonly qualification?: string | undefined;
}

/** A recognition as it counts: until a later one that stands has begun, or its ending (design, section 3, “Who may post what”). */
export interface Recognition {
  readonly event: EventOf<'BodyRecognised'>;
  /** The days on which it says what the body may post: one run, or none. */
  readonly days: Days;
}

/** The recognitions that stand in a body's stream, in log order. On a day, at most one of them counts. */
export function recognitions(events: readonly RegisterEvent[]): readonly Recognition[] {
  const recognised = only(events, 'BodyRecognised');
  const ended = only(events, 'BodyRecognitionEnded');
  return recognised.map((event) => {
    const after = ({ position }: RegisterEvent) => position > event.position;
    const last = Math.min(
      LAST_DAY,
      ...recognised.filter(after).map(({ data }) => dayOf(data.from) - 1),
      ...ended.filter(after).map(({ data }) => dayOf(data.on)),
    );
    return { event, days: span(dayOf(event.data.from), last) };
  });
}

function allows({ event }: Recognition, type: string, matter: Matter): boolean {
  const names = (list: readonly string[] | undefined, one: string | undefined) =>
    list === undefined || one === undefined || list.includes(one);
  return event.data.mayPost.some(
    ({ types, standards, qualifications }) =>
      (types === '*' || types.includes(type)) &&
      names(standards, matter.standard) &&
      names(qualifications, matter.qualification),
  );
}

/** Whether a body may post a type of event on a day, by what stands in its stream. */
export function mayPost(events: readonly RegisterEvent[], type: string, matter: Matter, day: Day): boolean {
  const recognition = recognitions(events).find(({ days }) => includes(days, day));
  return recognition !== undefined && allows(recognition, type, matter);
}

/** All days on which it may. */
export function daysAllowed(events: readonly RegisterEvent[], type: string, matter: Matter): Days {
  return recognitions(events)
    .filter((recognition) => allows(recognition, type, matter))
    .reduce<Days>((all, { days }) => union(all, days), NO_DAYS);
}

/** What a body is called by the last of its recognitions that stand; nothing where none does. */
export function bodyName(events: readonly RegisterEvent[]): string | undefined {
  return only(events, 'BodyRecognised').at(-1)?.data.name;
}

/** The keys of a body that open the register on a day: issued, not revoked since, not past their last day. */
export function keysInForce(events: readonly RegisterEvent[], today: Day | undefined) {
  const revoked = only(events, 'BodyKeyRevoked');
  return only(events, 'BodyKeyIssued').filter(
    ({ position, data: { key, until } }) =>
      !revoked.some((revocation) => revocation.position > position && revocation.data.key === key) &&
      (until === undefined || today === undefined || dayOf(until) >= today),
  );
}
