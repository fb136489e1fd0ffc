import { type ErrorObject } from 'ajv';
import { EVENTS } from './event-catalogue';
import { nameFault } from '../values/keys';
import { refuse, errorsInWords, type FieldError, type Refusal } from '../values/problem';
import { insteadOf, resembling } from '../values/resemblance';

export function invalid(errors: readonly FieldError[]): Refusal {
  return refuse(
    'invalid-event',
    `Correct ${errorsInWords(errors)}, and post the event again under the same id`,
    errors,
  );
}

export function hint(schema: object): string | undefined {
  return 'description' in schema && typeof schema.description === 'string' ? schema.description : undefined;
}

/** One error for each field: in the words of the schema if it has some, else in the validator's. */
export function errorsOf(
  errors: readonly ErrorObject[] | null | undefined,
  at: string,
): readonly FieldError[] {
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

/** What is wrong with a text, if more can be said than which form it lacks. */
function ofText(format: unknown, text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  if (format === 'name') return nameFault(text);
  if (format !== 'event-type') return undefined;
  const meant = resembling(text, Object.keys(EVENTS));
  return `There is no such event: ${meant === undefined ? 'see /docs for their names' : `did you mean ${meant}?`}`;
}

/** The allowed values if a value is not in a fixed list, with their meaning if the names do not say it. */
function oneOf(values: unknown, schema: object = {}): string {
  const means = hint(schema);
  return `One of ${(values as unknown[]).join(', ')}${means === undefined ? '' : `. ${means}`}`;
}

/** As {@link oneOf}, for a missing field with a fixed list. */
function missingChoice(parent: object | undefined, field: unknown): string {
  const { properties = {} } = (parent ?? {}) as { properties?: Readonly<Record<string, object>> };
  const schema = properties[String(field)];
  return schema && 'enum' in schema ? `: o${oneOf(schema.enum, schema).slice(1)}` : '';
}

/**
 * For a choice between forms: what is wrong inside one of them or, if nothing is, that the value has none of
 * the forms.
 */
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
