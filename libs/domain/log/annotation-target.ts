import { type Annotation } from './annotations';

/** The position of the target of an annotation whose reference is resolved. */
export function targetOf(event: Annotation): number {
  return Number('against' in event.data ? event.data.against : event.data.event);
}
