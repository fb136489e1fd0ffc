import type { EventOf, EventType, RegisterEvent } from './event-catalogue';
import { type LogView } from './log-view';
import { keysOf } from './identity';
import { refuse, type Refusal } from '../values/problem';

/**
 * Judges an event of a type by the log as known before it; `event.position` is its intended place. Everything
 * that all types share (fields, references, authority, registration, intervals) has been judged before.
 */
export type Decide<T extends EventType> = (event: EventOf<T>, known: LogView) => Refusal | undefined;

export type Deciders<T extends EventType> = { readonly [K in T]?: Decide<K> };

/** The events of the given types among those given. */
export function only<T extends EventType>(events: readonly RegisterEvent[], ...types: T[]): EventOf<T>[] {
  return events.filter((event): event is EventOf<T> => (types as EventType[]).includes(event.type));
}

/**
 * Refuses an event if one of its fields names its own subject under another key (specification, section 3,
 * `same-subject`).
 */
export function isAnother(
  { subject }: RegisterEvent,
  field: string,
  key: string,
  known: LogView,
): Refusal | undefined {
  return keysOf(known, subject).includes(key)
    ? refuse(
        'same-subject',
        `${key} is a key of ${subject} itself: name another in ${field}, or leave this event out, for the two keys are one already`,
        `/data/${field}`,
      )
    : undefined;
}

/**
 * Refuses an event that acts on something without an effective grant (specification, section 3,
 * `no-such-award`).
 */
export function needsGrant(found: boolean, pointer: string, what: string, mend: string): Refusal | undefined {
  return found
    ? undefined
    : refuse('no-such-award', `No ${what} stands that this event could act on: ${mend}`, pointer);
}
