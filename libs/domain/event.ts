import type { Static } from 'typebox';
import * as accreditation from './accreditation';
import * as adviser from './adviser';
import * as annotation from './annotation';
import * as area from './area';
import * as body from './body';
import * as calendar from './calendar';
import * as contract from './contract';
import type { EventDefinition } from './definition';
import * as engagement from './engagement';
import * as policy from './policy';
import * as provider from './provider';
import * as school from './school';

/** Every event of the register (design, section 3), by the name that bodies post. */
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
  ...annotation.events,
};

export type EventType = keyof typeof EVENTS;
export type DataOf<T extends EventType> = Static<(typeof EVENTS)[T]['data']>;

/** What every event says beside its type and data, as far as rules need it. */
interface Recorded {
  /** Its place in the log, from 0. */
  readonly position: number;
  readonly stream: string;
  readonly subject: string;
  /** Key of the body that posted it. */
  readonly body: string;
  /** Posted before under the same id: it stands in the log, and every reader passes over it (design, section 3). */
  readonly repeats?: true;
}

/** An event, its data as last corrected when it comes out of {@link Known.stream}. */
export type RegisterEvent = {
  [T in EventType]: Recorded & { readonly type: T; readonly data: DataOf<T> };
}[EventType];
export type EventOf<T extends EventType> = Extract<RegisterEvent, { readonly type: T }>;

export function isEventType(name: string): name is EventType {
  return Object.hasOwn(EVENTS, name);
}

/** The definition of a type, its data's shape left open. */
export function definitionOf(type: EventType): EventDefinition {
  return EVENTS[type];
}

/** The register's own body, and the source of what it posts by itself (design, section 3). */
export const REGISTRAR = 'body:registrar';
export const OWN_SOURCE = '/register';
