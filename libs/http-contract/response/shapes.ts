import { REASON_MEANINGS, REASONS } from '@app/domain/evaluation/v1/reason';
import { ATTRIBUTES } from '@app/domain/log/cloud-event';
import { DAY } from '@app/domain/values/keys';
import { described } from '@app/domain/values/meaning';
import { Type, type TProperties, type TSchema } from 'typebox';

/**
 * The shape of an answer. It is left open, because readers must tolerate the further fields of later
 * versions; a test holds the running register to exactly these fields.
 */
export const answerShape = <T extends TProperties>(properties: T, description: string) =>
  Type.Object(properties, { description });

/** The shape of what is asked. What no one knows is refused. */
export const requestShape = <T extends TProperties>(properties: T, description: string) =>
  Type.Object(properties, { additionalProperties: false, description });

/** The attributes of an event, each with what it means. */
export function withMeanings<P extends Partial<Readonly<Record<keyof typeof ATTRIBUTES, TSchema>>>>(
  properties: P,
): P {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [
      name,
      described(schema, ATTRIBUTES[name as keyof typeof ATTRIBUTES]),
    ]),
  ) as P;
}

export const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

export const POSITION = Type.String({
  pattern: '^(?:0|[1-9][0-9]{0,15})$',
  description: 'A place in the log, from 0, as a decimal string',
});

export const LINE = Type.Integer({
  minimum: 1,
  description: 'Of a row of a table: the line on which it begins; the header is 1',
});

export const ROW = Type.Optional(LINE);

export const UNREAD = Type.Optional(
  Type.Array(Type.String(), {
    description:
      'Of the first row that is answered, where there are any: the columns from which nothing is taken',
  }),
);

export const INSTANT = Type.String({ format: 'instant', description: 'An RFC 3339 instant, in UTC' });

export const EVIDENCE = Type.Array(POSITION, {
  description: 'Positions of the events that this is put down to, ascending: see `GET /v1/events/{position}`',
});

export const REASON = described(
  Type.Enum([...REASONS]),
  'Why a day is not covered. Where several apply, the first of this list.',
  REASON_MEANINGS,
);

export const RUN = answerShape(
  { from: DAY, until: DAY },
  'Days from one to another, both included; `9999-12-31` where nothing known ends them',
);

export const DAYS = Type.Array(RUN);

export const KNOWN_AT = answerShape(
  {
    position: Type.String({
      pattern: '^(?:-1|0|[1-9][0-9]{0,15})$',
      description: 'The last event known; −1 before the first',
    }),
    recordedAt: orNull(INSTANT),
    today: orNull(DAY),
  },
  'The moment of knowledge: the same question at the same position of the same log has the same answer',
);

export const NEXT = Type.Union([Type.String(), Type.Null()], {
  description: 'Give it as `after` for the next page; null on the last one',
});

/** Holds at compile time that the shapes here are those that the code answers with. */
export type Is<T, _Shape extends T> = true;
