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
  // A test checks the register’s own schemas against the meta-schema, so that no start needs to.
  meta: false,
  validateSchema: false,
  // All patterns are ASCII, and a start checks a million events with them.
  unicodeRegExp: false,
};

export const ofPostings = new Ajv({ ...OPTIONS, formats: FORMATS });

/**
 * Recorded events were taken by the rules of their time, and are read by them (specification, section 8).
 * This lists every rule of a posting or a correction that has become narrower since.
 */
export const ofWhatStands = new Ajv({
  ...OPTIONS,
  formats: { ...FORMATS, name: (text: string) => isLine(text, LONGEST_NAME) },
});

/**
 * Compiles the schema of a type when it is first needed: a start does not wait for types that its log does
 * not hold.
 */
function compiled(ajv: Ajv, schemaOf: (type: EventType) => TSchema): (type: EventType) => ValidateFunction {
  const validators = new Map<EventType, ValidateFunction>();
  return (type) => {
    let validate = validators.get(type);
    if (!validate) validators.set(type, (validate = ajv.compile(schemaOf(type))));
    return validate;
  };
}

/** Says what is wrong with the subject and the fields of an event of a type; undefined if nothing is. */
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

/** Checks what a body posts, or what a correction would put in its place. */
export const fieldErrors: FieldCheck = fieldCheck(ofPostings);

/** Checks data of an earlier version of their type; data of the present version have no faults here. */
export function earlierFieldErrors(type: EventType, version: number, data: unknown): readonly FieldError[] {
  const form = definitionOf(type).earlier?.[version - 1];
  if (form === undefined) return [];
  // It keeps what it has compiled.
  const isOfForm = ofWhatStands.compile(form.data);
  return isOfForm(data) ? [] : errorsOf(isOfForm.errors, '/data');
}

/** Checks what a log holds. */
export const storedFieldErrors: FieldCheck = fieldCheck(ofWhatStands);
