import { hint, errorsOf } from './schema-errors';
import { parseInstant } from '../values/instant';
import Ajv from 'ajv';
import { type Options, type ValidateFunction } from 'ajv';
import { type TSchema } from 'typebox';
import { parseDay } from '../values/day';
import { definitionOf, EVENTS, isEventType, type EventType } from './event-catalogue';
import { isLine, LONGEST_NAME, nameFault } from '../values/keys';
import { type FieldError } from '../values/problem';

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

export const ofPostings = new Ajv({ ...OPTIONS, formats: FORMATS });

/**
 * What stands in a log was taken by the rules of its time, and is read by them (specification, section 8). All in which those of
 * a posting, or of a correction, have been made narrower since stands here.
 */
export const ofWhatStands = new Ajv({
  ...OPTIONS,
  formats: { ...FORMATS, name: (text: string) => isLine(text, LONGEST_NAME) },
});

/** Compiles the schema of a type when it is first met: a start waits for none that its log does not hold. */
function compiled(ajv: Ajv, schemaOf: (type: EventType) => TSchema): (type: EventType) => ValidateFunction {
  const validators = new Map<EventType, ValidateFunction>();
  return (type) => {
    let validate = validators.get(type);
    if (!validate) validators.set(type, (validate = ajv.compile(schemaOf(type))));
    return validate;
  };
}

/** Says what is wrong with the subject and the fields of an event of a type; undefined if they are sound. */
export type FieldCheck = (type: EventType, subject: string, data: unknown) => readonly FieldError[];

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
