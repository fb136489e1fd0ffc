import { ENVELOPE } from './envelope';
import { type StoredEvent } from './stored-event';
import { ofPostings, type FieldCheck, fieldErrors } from './event-schemas';
import { invalid, errorsOf, escaped } from './schema-errors';
import { type ValidateFunction } from 'ajv';
import { type Static } from 'typebox';
import { type EventType } from './event-catalogue';
import { refuse, type FieldError, type Refusal } from '../values/problem';

/**
 * An event that a body wants recorded, its form checked but not yet judged (specification, section 3): a
 * known type, a subject, and data of the right shape. References to events may still be `id:…`.
 */
export interface Submission {
  readonly body: string;
  readonly source: string;
  readonly id: string;
  readonly time?: string;
  readonly type: EventType;
  readonly subject: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Why it is refused, unless it repeats an event that an earlier release took by its rules. */
  readonly fault?: Refusal;
}

const isEnvelope: ValidateFunction = ofPostings.compile(ENVELOPE);
const isSourceText: ValidateFunction = ofPostings.compile(ENVELOPE.properties.source);

/** Whether a value can be the source of events: a URI reference of at most 256 printable ASCII characters. */
export function isSource(value: unknown): value is string {
  return isSourceText(value);
}

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

/**
 * Checks the form of one CloudEvent (structured mode) as a body posts it. Unknown attributes are ignored; one
 * that is `null` counts as absent, as the JSON format of CloudEvents says. `check`: the rules for its fields,
 * by default those of postings.
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

/** Deeper than the data of any event, even of a policy or a correction, needs to be nested. */
const DEEPEST = 64;

/** Refuses data that is nested too deeply to be checked. */
export function tooDeep(pointer: string): Refusal {
  return refuse('invalid-event', `Data may be nested ${DEEPEST} deep: make it flatter`, pointer);
}

/**
 * The first place in a value that has no RFC 8785 form or is nested too deeply; undefined if there is none.
 */
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
