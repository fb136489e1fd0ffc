import { earlierFieldErrors, ofWhatStands, storedFieldErrors } from './event-schemas';
import { invalid, errorsOf } from './schema-errors';
import { type ValidateFunction } from 'ajv';
import { Type, type Static } from 'typebox';
import { isEventType, type EventType, type RegisterEvent } from './event-catalogue';
import { upcast, versionOf } from './upcast';
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
    schema: Type.Integer({ minimum: 1 }),
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

/** What tells one submission from all others: a body posts under an id of a source once. */
export type SubmissionName = Pick<StoredEvent, 'body' | 'source' | 'id'>;

const isStored: ValidateFunction = ofWhatStands.compile(STORED);

/** What a log holds as text, not checked. Its data keep the form of their version: {@link asRecorded} brings them to the present one. */
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
  const { type, schema, subject, data } = event;
  const later = ofLaterRelease(event);
  if (later !== undefined) return invalid([{ pointer: '/schema', code: 'invalid-event', detail: later }]);
  const before = earlierFieldErrors(type, schema, data);
  const errors = before.length > 0 ? before : storedFieldErrors(type, subject, upcast(type, schema, data));
  if (errors.length > 0) return invalid(errors);
  const { event: named, against = named } = event.data;
  if (against === undefined || Number(against) < Number(event.position)) return event;
  const pointer = named === undefined ? '/data/against' : '/data/event';
  return invalid([{ pointer, code: 'invalid-event', detail: 'No event before this one has that position' }]);
}

/**
 * Says how a stored event shows that a later release wrote it; undefined if it does not. The `schema` of a
 * correction is the version of the type that it corrects, so it needs the log: see {@link ofLaterVersion}.
 */
export function ofLaterRelease(value: unknown): string | undefined {
  const { type, schema } = Object(value) as { readonly type?: unknown; readonly schema?: unknown };
  if (typeof type !== 'string' || !/^[A-Z][A-Za-z]{2,63}$/.test(type)) return undefined;
  if (!isEventType(type)) return `this release does not know events of the type ${type}`;
  if (type === 'EventCorrected' || !Number.isInteger(schema)) return undefined;
  return ofLaterVersion(type, Number(schema));
}

/** Says that a version of a type is later than this release knows; undefined if it is not. */
export function ofLaterVersion(type: EventType, version: number): string | undefined {
  const known = versionOf(type);
  return version > known
    ? `it has version ${version} of the data of ${type}, and this release knows version ${known}`
    : undefined;
}

/** A stored event in the form that rules use. */
export function asRecorded(stored: StoredEvent): RegisterEvent {
  const { position, stream, type, schema, subject, body } = stored;
  const data = upcast(type, schema, stored.data);
  return { position: Number(position), stream, type, subject, body, data } as RegisterEvent;
}
