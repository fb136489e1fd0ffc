import { isAnnotation } from '@app/domain/log/annotations';
import { checked, UnreadableEvent } from './checked-event';
import { flawInWords, inAnotherStream } from './stored-place';

/**
 * What is wrong with the form of what stands in the log at a position, or with the stream that it names, in words; undefined
 * if nothing is. It needs no other event, so that another thread can tell: together with what
 * {@link EventIndex.applyUnchecked} checks itself, nothing is left.
 */
export function flawOf(text: string, position: number): string | undefined {
  try {
    const { event } = checked(text, position);
    const strayed = isAnnotation(event) ? undefined : inAnotherStream(event, undefined);
    return strayed === undefined ? undefined : flawInWords(position, strayed);
  } catch (error) {
    if (error instanceof UnreadableEvent) return error.message;
    throw error;
  }
}
