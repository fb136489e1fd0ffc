import type { EventOf, RegisterEvent } from './event-catalogue';
import { events } from '../subjects/events-about-events';

export type Annotation = EventOf<keyof typeof events>;

export function isAnnotation(event: RegisterEvent): event is Annotation {
  return Object.hasOwn(events, event.type);
}

/** The event with the data that a correction would give it. */
export function asCorrected(target: RegisterEvent, correction: RegisterEvent): RegisterEvent {
  return correction.type === 'EventCorrected'
    ? ({ ...target, data: correction.data.data } as RegisterEvent)
    : target;
}
