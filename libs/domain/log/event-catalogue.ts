import type { Static } from 'typebox';
import * as accreditation from '../subjects/accreditation';
import * as adviser from '../subjects/adviser';
import * as annotation from '../subjects/events-about-events';
import * as area from '../subjects/area';
import * as body from '../subjects/body';
import * as calendar from '../subjects/calendar';
import * as contract from '../subjects/contract';
import type { EventDefinition } from './event-definition';
import * as engagement from '../subjects/engagement';
import * as log from '../subjects/log';
import * as policy from '../subjects/policy';
import * as provider from '../subjects/provider';
import * as school from '../subjects/school';

/** Every event of the register (specification, section 3), by the name that bodies post. */
export const EVENTS = {
  ...provider.events,
  ...accreditation.events,
  ...adviser.events,
  ...engagement.events,
  ...school.events,
  ...area.events,
  ...contract.events,
  ...body.events,
  ...policy.events,
  ...calendar.events,
  ...log.events,
  ...annotation.events,
};

export type EventType = keyof typeof EVENTS;
export type DataOf<T extends EventType> = Static<(typeof EVENTS)[T]['data']>;

/** What every event says besides its type and data, as far as rules need it. */
interface Recorded {
  /** Its place in the log, from 0. */
  readonly position: number;
  readonly stream: string;
  readonly subject: string;
  /** Key of the body that posted it. */
  readonly body: string;
  /**
   * It repeats an earlier event under the same id. The log holds it, and every reader ignores it
   * (specification, section 3).
   */
  readonly repeats?: true;
}

/** An event; {@link LogView.stream} gives its data as last corrected. */
export type RegisterEvent = {
  [T in EventType]: Recorded & { readonly type: T; readonly data: DataOf<T> };
}[EventType];
export type EventOf<T extends EventType> = Extract<RegisterEvent, { readonly type: T }>;

/** The types with a given effect in their definitions. */
export type EventTypeWith<E> = {
  [T in EventType]: [Extract<(typeof EVENTS)[T]['effect'], E>] extends [never] ? never : T;
}[EventType];

export function isEventType(name: string): name is EventType {
  return Object.hasOwn(EVENTS, name);
}

/** The definition of a type, with the shape of its data left open. */
export function definitionOf(type: EventType): EventDefinition {
  return EVENTS[type];
}

/** The register's own body, and the source of what it posts by itself (specification, section 3). */
export const REGISTRAR = 'body:registrar';
export const OWN_SOURCE = '/register';
