import { type Annotation } from './annotations';

/** The position of the event that an annotation names, its reference resolved. */
export function targetOf(event: Annotation): number {
  return Number('against' in event.data ? event.data.against : event.data.event);
}
