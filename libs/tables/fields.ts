import { definitionOf, EVENTS, isEventType, type EventType } from '@app/domain/log/event-catalogue';
import { isRefusal } from '@app/domain/values/problem';
import { headerOf } from './event-sheet';

/** A field of an event’s data, as somebody says it on a command line. */
export interface TypedField {
  readonly name: string;
  /** Its option, without the hyphens. */
  readonly flag: string;
  readonly isRequired: boolean;
  /** What it is, where the schema says it. */
  readonly description: string;
  /** What it may be, where that is a fixed list. */
  readonly choices: readonly string[];
}

/** What matters of a JSON Schema here. */
interface Shape {
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly { readonly const?: unknown }[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
}

/** The types whose data are flat, so that they fit into a row of a table or into options, in the order of the subjects. */
export const FLAT_TYPES: readonly EventType[] = Object.keys(EVENTS).filter(
  (type): type is EventType => isEventType(type) && !isRefusal(headerOf(type)),
);

/** The type of such data that has a name; undefined if none has. */
export function flatType(name: string): EventType | undefined {
  return FLAT_TYPES.find((type) => type === name);
}

/** The fields of a type’s data, those that every such event has in front. */
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

/** In which field an event about an event names it; undefined of other types. */
export function namingField(type: EventType): 'event' | 'against' | undefined {
  const { properties = {} } = definitionOf(type).data as Shape;
  return 'against' in properties ? 'against' : 'event' in properties ? 'event' : undefined;
}
