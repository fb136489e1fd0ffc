import type { EventOf, EventType, RegisterEvent } from './event';
import type { Known } from './known';
import { refuse, type Refusal } from './problem';

/**
 * Judges an event of a type by the log as known before it; `event.position` is the place it is to have. What
 * every type shares (fields, references, authority, registration, intervals) has been judged already.
 */
export type Decide<T extends EventType> = (event: EventOf<T>, known: Known) => Refusal | undefined;

export type Deciders<T extends EventType> = { readonly [K in T]?: Decide<K> };

/** The events of the given types among those given. */
export function only<T extends EventType>(events: readonly RegisterEvent[], ...types: T[]): EventOf<T>[] {
  return events.filter((event): event is EventOf<T> => (types as EventType[]).includes(event.type));
}

/** Refuses an event that acts on something of which no grant stands (design, section 3, `no-such-award`). */
export function needsGrant(found: boolean, pointer: string, what: string, mend: string): Refusal | undefined {
  return found
    ? undefined
    : refuse('no-such-award', `No ${what} stands that this event could act on: ${mend}`, pointer);
}
