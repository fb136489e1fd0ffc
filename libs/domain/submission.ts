import Ajv, { type ErrorObject, type Options, type ValidateFunction } from 'ajv';
import { Type, type Static, type TSchema } from 'typebox';
import { digits, parseDay } from './day';
import { definitionOf, EVENTS, isEventType, type EventType, type RegisterEvent } from './event';
import { BODY_KEY, isLine, LONGEST_NAME, nameFault } from './keys';
import { inWords, refuse, type FieldError, type Refusal } from './problem';
import { insteadOf, resembling } from './resemblance';

/**
 * What a body asks to have recorded, its form checked but not yet judged (design, section 3): a known type,
 * a subject and data of the right shape. References to events may still be `id:…`.
 */
export interface Submission {
  readonly body: string;
  readonly source: string;
  readonly id: string;
  readonly time?: string;
  readonly type: EventType;
  readonly subject: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Why it is refused, unless it repeats what an earlier release has taken by the rules of its time. */
  readonly fault?: Refusal;
}

const FORMATS = {
  day: (text: string) => parseDay(text) !== undefined,
  name: (text: string) => nameFault(text) === undefined,
  text: (text: string) => text.isWellFormed(),
  'event-type': isEventType,
  'uri-reference': (text: string) =>
    /^[\w\-.~:/?#[\]@!$&'()*+,;=%]+$/.test(text) && !/%(?![0-9A-Fa-f]{2})/.test(text),
  instant: (text: string) => parseInstant(text) !== undefined,
  'json-media-type': (text: string) => /^application\/(?:json|[^;]+\+json)\s*(?:;.*)?$/i.test(text),
};
const OPTIONS: Options = {
  allErrors: true,
  strict: true,
  strictTypes: false,
  verbose: true,
  // The schemas are the register’s own, and a test holds them against the schema of schemas: no start waits for that.
  meta: false,
  validateSchema: false,
  // All patterns are of ASCII; a million events are checked with them at a start.
  unicodeRegExp: false,
};
const ofPostings = new Ajv({ ...OPTIONS, formats: FORMATS });
/**
 * What stands in a log was taken by the rules of its time, and is read by them (design, section 8). All in which those of
 * a posting, or of a correction, have been made narrower since stands here.
 */
const ofWhatStands = new Ajv({
  ...OPTIONS,
  formats: { ...FORMATS, name: (text: string) => isLine(text, LONGEST_NAME) },
});

const INSTANT = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

/** Milliseconds since 1970 of an RFC 3339 instant, any fraction of one dropped; nothing where it is none. */
export function parseInstant(text: string): number | undefined {
  // The form in which the register writes instants itself, and reads a million of them at its start.
  if (
    text.length === 24 &&
    text[10] === 'T' &&
    text[13] === ':' &&
    text[16] === ':' &&
    text[19] === '.' &&
    text[23] === 'Z'
  ) {
    const day = parseDay(text.slice(0, 10));
    const [hour, minute, second] = [digits(text, 11, 13), digits(text, 14, 16), digits(text, 17, 19)];
    const time = ((hour * 60 + minute) * 60 + second) * 1000 + digits(text, 20, 23);
    if (day !== undefined && hour < 24 && minute < 60 && second < 60 && time >= 0)
      return day * 86_400_000 + time;
  }
  const match = INSTANT.exec(text);
  if (!match) return undefined;
  const [, day = '', hour, minute, second, fraction = '', zone = ''] = match;
  const [, offsetHour = '0', offsetMinute = '0'] = /^[+-](\d{2}):(\d{2})$/.exec(zone) ?? [];
  if (
    Number(hour) > 23 ||
    Number(minute) > 59 ||
    Number(second) > 60 ||
    Number(offsetHour) > 23 ||
    Number(offsetMinute) > 59
  ) {
    return undefined;
  }
  const midnight = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== day) return undefined;
  const milliseconds = Number(fraction.slice(1, 4).padEnd(3, '0'));
  const offset = (zone.startsWith('-') ? -1 : 1) * (Number(offsetHour) * 60 + Number(offsetMinute));
  return (
    midnight + ((Number(hour) * 60 + Number(minute) - offset) * 60 + Number(second)) * 1000 + milliseconds
  );
}

/** The attributes of a CloudEvent that a body posts (structured mode). */
export const ENVELOPE = Type.Object({
  specversion: Type.Literal('1.0', { description: 'The version of CloudEvents: "1.0"' }),
  id: Type.String({
    pattern: '^[!-?A-~]{1,128}$',
    description:
      '1–128 printable ASCII characters without @ and spaces, for an id stands in the log permanently',
  }),
  source: Type.String({
    format: 'uri-reference',
    maxLength: 256,
    description:
      'A URI reference of at most 256 printable ASCII characters, without spaces, such as https://body.example/feed or /feed',
  }),
  type: Type.String({ format: 'event-type', description: 'The name of an event' }),
  subject: Type.String({ description: 'The key of the subject' }),
  time: Type.Optional(Type.String({ format: 'instant', maxLength: 64, description: 'An RFC 3339 instant' })),
  datacontenttype: Type.Optional(
    Type.String({ format: 'json-media-type', description: 'application/json, for the data are JSON' }),
  ),
  data: Type.Object({}, { description: 'The fields of the event, as a JSON object' }),
});

const isEnvelope: ValidateFunction = ofPostings.compile(ENVELOPE);
const isSourceText: ValidateFunction = ofPostings.compile(ENVELOPE.properties.source);

/** Whether a value can be the source of events: a URI reference of at most 256 printable ASCII characters. */
export function isSource(value: unknown): value is string {
  return isSourceText(value);
}

/** Compiles the schema of a type when it is first met: a start waits for none that its log does not hold. */
function compiled(ajv: Ajv, schemaOf: (type: EventType) => TSchema): (type: EventType) => ValidateFunction {
  const validators = new Map<EventType, ValidateFunction>();
  return (type) => {
    let validate = validators.get(type);
    if (!validate) validators.set(type, (validate = ajv.compile(schemaOf(type))));
    return validate;
  };
}

/** Says what is wrong with the subject and the fields of an event of a type; nothing where they are sound. */
type FieldCheck = (type: EventType, subject: string, data: unknown) => readonly FieldError[];

function fieldCheck(ajv: Ajv): FieldCheck {
  const isData = compiled(ajv, (type) => EVENTS[type].data);
  const isSubject = compiled(ajv, (type) => EVENTS[type].subject);
  return (type, subject, data) => {
    const ofSubject = isSubject(type);
    const ofData = isData(type);
    const [isOfType, isFilled] = [ofSubject(subject), ofData(data)];
    if (isOfType && isFilled) {
      const flaws = definitionOf(type).check?.(subject, data);
      return flaws ? flaws.map((flaw) => ({ ...flaw, code: 'invalid-event' })) : [];
    }
    const detail = hint(EVENTS[type].subject) ?? 'A wrong key';
    return [
      ...(isOfType ? [] : [{ pointer: '/subject', code: 'invalid-event', detail }]),
      ...(isFilled ? [] : errorsOf(ofData.errors, '/data')),
    ];
  };
}

/** Of what a body posts, or would have a correction put in the place of what it posted. */
export const fieldErrors: FieldCheck = fieldCheck(ofPostings);

/** Of what stands in a log. */
export const storedFieldErrors: FieldCheck = fieldCheck(ofWhatStands);

/** The shape of a stored event; its type’s own schema says what `data` holds. */
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

/** A stored event, as every reader sees it (design, section 3). */
export type StoredEvent = Omit<Static<typeof STORED>, 'type' | 'data'> & {
  readonly type: EventType;
  readonly data: Readonly<Record<string, unknown>>;
};

/** What each attribute of an event means, as it is posted and as it is stored. */
export const ATTRIBUTES: Readonly<Record<keyof Static<typeof ENVELOPE> | keyof StoredEvent, string>> = {
  specversion: 'How the event is written around its `data`.',
  id: 'What its body calls it: one id for one event of a source. The same posted again under it changes nothing and gives the first answer; anything else is refused.',
  source:
    'Where it comes from, such as the address of your system or of one load. Events of one source can be retracted together.',
  type: 'What happened. It says which fields `data` has.',
  subject: 'Who or what it happened to, by its key.',
  time: 'When it happened by its body’s own clock. It is kept and decides nothing. Absent: no such time is known.',
  datacontenttype: 'How `data` is written, which is JSON. It is not kept. Absent: it is JSON too.',
  data: 'The fields of its type.',
  position: 'Its place in the log, from 0, as a decimal string.',
  stream: 'The part of the log about one subject to which it belongs.',
  revision: 'Its place in that stream, from 0.',
  schema:
    'The version of the shape of its data. Another number comes where an old event would else be read otherwise.',
  body: 'Who posted it, by its key.',
  recordedAt: 'When the log took it, in UTC. From one event to the next it never goes back.',
};

const isStored: ValidateFunction = ofWhatStands.compile(STORED);

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

/** A stored event as rules see it. */
export function asRecorded({ position, stream, type, subject, body, data }: StoredEvent): RegisterEvent {
  return { position: Number(position), stream, type, subject, body, data } as RegisterEvent;
}

/**
 * Checks the form of one CloudEvent (structured mode) as a body posts it. Attributes that are not ours are ignored; one
 * that is `null` is absent, as the JSON format of CloudEvents has it. `check`: by which rules its fields are, those of postings
 * unless others are given.
 */
export function readSubmission(
  body: string,
  value: unknown,
  check: FieldCheck = fieldErrors,
): Submission | Refusal {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return noEvent(value);
  const sent = withoutNulls(value);
  const flaws = isEnvelope(sent) ? [] : errorsOf(isEnvelope.errors, '');
  if ('data_base64' in sent)
    return invalid([IN_BASE64, ...flaws.filter(({ pointer }) => pointer !== '/data')]);
  const broken = (field: string) => flaws.some(({ pointer }) => pointer === field);
  if (broken('/type') || broken('/data')) return invalid(flaws);
  const { type, subject, data, source, id, time } = sent as Static<typeof ENVELOPE> & { type: EventType };
  const errors = [...flaws, ...check(type, subject, data).filter(({ pointer }) => !broken(pointer))];
  if (errors.length > 0) return invalid(errors);
  const unsound = unsoundness(data, '/data', 0);
  if (unsound) return invalid([unsound]);
  return {
    body,
    source,
    id,
    type,
    subject,
    data: data as Submission['data'],
    ...(time === undefined ? {} : { time }),
  };
}

const IN_BASE64: FieldError = {
  pointer: '/data_base64',
  code: 'invalid-event',
  detail: 'Leave it out, and give the fields as a JSON object in data: nothing is read in base64',
};

function noEvent(value: unknown): Refusal {
  const several =
    'post several events in one list as application/cloudevents-batch+json, or one a line as application/x-ndjson';
  return refuse(
    'invalid-event',
    `An event is a JSON object${Array.isArray(value) ? `, and this is a list: ${several}` : ', and this is none'}`,
    '',
  );
}

function withoutNulls(sent: object): object {
  const attributes = sent as Readonly<Record<string, unknown>>;
  for (const name in attributes)
    if (attributes[name] === null)
      return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== null));
  return attributes;
}

/** Deeper than the data of any event has reason to be nested, those of a policy or a correction too. */
const DEEPEST = 64;

/** Refuses data that is nested too deep to be looked into. */
export function tooDeep(pointer: string): Refusal {
  return refuse('invalid-event', `Data may be nested ${DEEPEST} deep: make it flatter`, pointer);
}

/** The first place in a value that has no RFC 8785 form, or is too deep to be looked into; nothing where it is sound. */
function unsoundness(value: unknown, pointer: string, depth: number): FieldError | undefined {
  const wrong = (detail: string) => ({ pointer, code: 'invalid-event', detail });
  if (typeof value === 'number' && !Number.isFinite(value))
    return wrong('A number as large as that cannot be kept');
  if (typeof value === 'string' && !value.isWellFormed()) return wrong('A lone surrogate is no character');
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth === DEEPEST) return tooDeep(pointer).errors?.[0];
  for (const [name, member] of Object.entries(value)) {
    const at = `${pointer}/${escaped(name)}`;
    const found = unsoundness(name, at, depth + 1) ?? unsoundness(member, at, depth + 1);
    if (found) return found;
  }
  return undefined;
}

export function invalid(errors: readonly FieldError[]): Refusal {
  return {
    code: 'invalid-event',
    detail: `Correct ${inWords(errors)}, and post the event again under the same id`,
    errors,
  };
}

function hint(schema: object): string | undefined {
  return 'description' in schema && typeof schema.description === 'string' ? schema.description : undefined;
}

/** One error a field: the words of the schema where it has some, else the validator's. */
function errorsOf(errors: readonly ErrorObject[] | null | undefined, at: string): readonly FieldError[] {
  const byField = new Map<string, FieldError>();
  for (const { instancePath, keyword, params, message, parentSchema, data } of withoutBranches(
    errors ?? [],
  )) {
    const part =
      keyword === 'required'
        ? `/${escaped(params['missingProperty'])}`
        : keyword === 'additionalProperties'
          ? `/${escaped(params['additionalProperty'])}`
          : '';
    const pointer = `${at}${instancePath}${part}`;
    if (byField.has(pointer)) continue;
    const detail =
      keyword === 'required'
        ? `This field is missing${missingChoice(parentSchema, params['missingProperty'])}`
        : keyword === 'additionalProperties'
          ? parentSchema && 'patternProperties' in parentSchema
            ? 'This is named by a code: a–z, 0–9 and hyphens, at most 64 characters'
            : `There is no such field: ${insteadOf(String(params['additionalProperty']), fieldsOf(parentSchema))}`
          : keyword === 'enum'
            ? oneOf(params['allowedValues'], parentSchema)
            : (ofText(params['format'], data) ??
              (parentSchema && hint(parentSchema)) ??
              message ??
              'Wrong value');
    byField.set(pointer, { pointer, code: 'invalid-event', detail });
  }
  return [...byField.values()];
}

function fieldsOf(schema: object = {}): readonly string[] {
  return 'properties' in schema ? Object.keys(schema.properties as object) : [];
}

/** What is wrong with a text of a form, where more can be said than what that form is. */
function ofText(format: unknown, text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  if (format === 'name') return nameFault(text);
  if (format !== 'event-type') return undefined;
  const meant = resembling(text, Object.keys(EVENTS));
  return `There is no such event: ${meant === undefined ? 'see /docs for their names' : `did you mean ${meant}?`}`;
}

/** What may stand where a value is none of a fixed list, and what that means where the names do not say it. */
function oneOf(values: unknown, schema: object = {}): string {
  const means = hint(schema);
  return `One of ${(values as unknown[]).join(', ')}${means === undefined ? '' : `. ${means}`}`;
}

/** The same of a field that is missing, where it is of a fixed list. */
function missingChoice(parent: object | undefined, field: unknown): string {
  const { properties = {} } = (parent ?? {}) as { properties?: Readonly<Record<string, object>> };
  const schema = properties[String(field)];
  return schema && 'enum' in schema ? `: o${oneOf(schema.enum, schema).slice(1)}` : '';
}

/** Of a choice between forms, what is wrong inside of it or, where nothing is, that it is none of them. */
function withoutBranches(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const choices = new Set(
    errors.filter(({ keyword }) => keyword === 'anyOf').map(({ instancePath }) => instancePath),
  );
  if (choices.size === 0) return errors;
  return errors.filter(
    ({ keyword, instancePath }) =>
      !choices.has(instancePath) ||
      (keyword === 'anyOf' && !errors.some((other) => other.instancePath.startsWith(`${instancePath}/`))),
  );
}

/** A name as one step of a JSON Pointer (RFC 6901). */
export function escaped(name: unknown): string {
  return String(name).replaceAll('~', '~0').replaceAll('/', '~1');
}
