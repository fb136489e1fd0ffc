import { definitionOf, type EventType } from './event-catalogue';
import type { Data } from './event-definition';

/** The version of the data of a type in which this release writes its events. */
export function versionOf(type: EventType): number {
  return 1 + (definitionOf(type).earlier?.length ?? 0);
}

/** Data of an earlier version of their type, which have its form, in the form of this release. */
export function upcast(type: EventType, version: number, data: Data): Data {
  const { earlier } = definitionOf(type);
  // Nearly every type has one version, and a log is decoded event by event.
  if (earlier === undefined) return data;
  return earlier.slice(version - 1).reduce((form, { next }) => next(form), data);
}
