import { definitionOf, EVENTS, isEventType, type EventType } from '@app/domain/log/event-catalogue';
import { isRefusal } from '@app/domain/values/problem';
import { headerOf } from './event-sheet';

/** A field of an event’s data, as an option of a command line. */
export interface TypedField {
  readonly name: string;
  /** Its option, without the hyphens. */
  readonly flag: string;
  readonly isRequired: boolean;
  /** Its description, if the schema has one. */
  readonly description: string;
  /** Its allowed values, if they are a fixed list. */
  readonly choices: readonly string[];
}

/** The part of a JSON Schema that matters here. */
interface Shape {
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly { readonly const?: unknown }[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
}

/**
 * The types with flat data, which fit into a row of a table or into options, in the order of the subjects.
 */
export const FLAT_TYPES: readonly EventType[] = Object.keys(EVENTS).filter(
  (type): type is EventType => isEventType(type) && !isRefusal(headerOf(type)),
);

/** The type with flat data that has a name; undefined if none has. */
export function flatType(name: string): EventType | undefined {
  return FLAT_TYPES.find((type) => type === name);
}

/** The fields of a type’s data, the required ones first. */
export function fieldsOf(type: EventType): readonly TypedField[] {
  const { properties = {}, required = [] } = definitionOf(type).data as Shape;
  return Object.entries(properties)
    .map(([name, shape]): TypedField => ({
      name,
      flag: flagOf(name),
      isRequired: required.includes(name),
      description: (shape.description ?? '').replaceAll('`', ''),
      choices: (shape.enum ?? shape.anyOf?.map((one) => one.const) ?? []).flatMap((choice) =>
        typeof choice === 'string' || typeof choice === 'number' ? [String(choice)] : [],
      ),
    }))
    .sort((one, other) => Number(other.isRequired) - Number(one.isRequired));
}

/** `expectedEnd` as `expected-end`. */
export function flagOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The field by which an event about an event names it; undefined for other types. */
export function namingField(type: EventType): 'event' | 'against' | undefined {
  const { properties = {} } = definitionOf(type).data as Shape;
  return 'against' in properties ? 'against' : 'event' in properties ? 'event' : undefined;
}
