import { ofWhatStands, storedFieldErrors } from './event-schemas';
import { invalid, errorsOf } from './schema-errors';
import { type ValidateFunction } from 'ajv';
import { Type, type Static } from 'typebox';
import { type EventType, type RegisterEvent } from './event-catalogue';
import { BODY_KEY } from '../values/keys';
import { type Refusal } from '../values/problem';
import { ENVELOPE } from './envelope';

/** The shape of a stored event; the schema of its type says what `data` holds. */
export const STORED = Type.Object(
  {
    position: Type.String({ pattern: '^(?:0|[1-9][0-9]{0,15})$' }),
    stream: Type.String(),
    revision: Type.Integer({ minimum: 0 }),
    type: ENVELOPE.properties.type,
    schema: Type.Literal(1),
    subject: Type.String(),
    body: BODY_KEY,
    source: ENVELOPE.properties.source,
    id: ENVELOPE.properties.id,
    time: ENVELOPE.properties.time,
    recordedAt: Type.String({ format: 'instant' }),
    data: Type.Object({}),
  },
  { additionalProperties: false },
);

/** A stored event, as every reader sees it (specification, section 3). */
export type StoredEvent = Omit<Static<typeof STORED>, 'type' | 'data'> & {
  readonly type: EventType;
  readonly data: Readonly<Record<string, unknown>>;
};

const isStored: ValidateFunction = ofWhatStands.compile(STORED);

/**
 * What a log holds as text, not checked. All that reads stored events begins here: it is the one place for bringing the
 * form of an earlier version to this one’s.
 */
export function storedValue(text: string): unknown {
  return JSON.parse(text);
}

/** A stored event that was checked when it was first read or written: it is not checked again. */
export function storedAgain(text: string): StoredEvent {
  return storedValue(text) as StoredEvent;
}

/** Checks what was read from a log, wherever it came from; the stored event, or what is wrong with it. */
export function readStored(value: unknown): StoredEvent | Refusal {
  if (!isStored(value)) return invalid(errorsOf(isStored.errors, ''));
  const event = value as StoredEvent;
  const errors = storedFieldErrors(event.type, event.subject, event.data);
  if (errors.length > 0) return invalid(errors);
  const { event: named, against = named } = event.data;
  if (against === undefined || Number(against) < Number(event.position)) return event;
  const pointer = named === undefined ? '/data/against' : '/data/event';
  return invalid([{ pointer, code: 'invalid-event', detail: 'No event before this one has that position' }]);
}

/** A stored event in the form that rules use. */
export function asRecorded({ position, stream, type, subject, body, data }: StoredEvent): RegisterEvent {
  return { position: Number(position), stream, type, subject, body, data } as RegisterEvent;
}
