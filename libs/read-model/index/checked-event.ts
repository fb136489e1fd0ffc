import type { EventOf, RegisterEvent } from '@app/domain/log/event-catalogue';
import { isRefusal } from '@app/domain/values/problem';
import {
  asRecorded,
  ofLaterRelease,
  ofLaterVersion,
  readStored,
  storedValue,
  type StoredEvent,
} from '@app/domain/log/stored-event';
import { earlierFieldErrors, storedFieldErrors } from '@app/domain/log/event-schemas';
import { upcast } from '@app/domain/log/upcast';
import { writtenIn } from '@app/domain/log/written-event';
import { flawInWords } from './stored-place';

/** The log holds something that this version cannot read: the register must not go on answering. */
export class UnreadableEvent extends Error {
  override readonly name: string = 'UnreadableEvent';
}

/** The log holds what a later release wrote: nothing of it is lost, and that release reads it. */
export class LaterRelease extends UnreadableEvent {
  override readonly name = 'LaterRelease';
}

/** An event that was checked and judged by this process, and its stored bytes as text. */
export interface Checked {
  readonly text: string;
  readonly stored: StoredEvent;
  readonly event: RegisterEvent;
}

/**
 * Reads and checks what the log holds at a position. Throws {@link UnreadableEvent} if that is no event of
 * this version.
 */
export function checked(text: string, position: number): Checked {
  const value = writtenIn(text)?.stored() ?? parsed(text, position);
  const stored = readStored(value);
  if (isRefusal(stored)) {
    const later = ofLaterRelease(value);
    if (later !== undefined) throw writtenLater(position, later);
    const [{ pointer, detail } = { pointer: '', detail: stored.detail }] = stored.errors ?? [];
    throw new UnreadableEvent(
      `The event at ${position} is not one of this version’s: ${pointer === '' ? 'the whole' : pointer} (${detail})`,
    );
  }
  if (stored.position !== String(position))
    throw new UnreadableEvent(flawInWords(position, `it says that it is the event at ${stored.position}`));
  return { text, stored, event: asRecorded(stored) };
}

/**
 * A correction with its new data, which replace those of the target and must have their form, in the present
 * form. `schema`: the version of the target’s type in which they were written. Throws {@link UnreadableEvent}.
 */
export function checkedCorrection(
  event: EventOf<'EventCorrected'>,
  schema: number,
  { type, subject }: Pick<StoredEvent, 'type' | 'subject'>,
): RegisterEvent {
  const { position, data } = event;
  const later = ofLaterVersion(type, schema);
  if (later !== undefined) throw writtenLater(position, later);
  const [before] = earlierFieldErrors(type, schema, data.data);
  const present = before ? data.data : upcast(type, schema, data.data);
  const [error = before] = before ? [] : storedFieldErrors(type, subject, present);
  if (error)
    throw new UnreadableEvent(
      `The event at ${position} corrects a ${type} to what is none: ${error.pointer}`,
    );
  return present === data.data ? event : { ...event, data: { ...data, data: present } };
}

function writtenLater(position: number, how: string): LaterRelease {
  return new LaterRelease(
    `The event at ${position} was written by a later release: ${how}. Nothing is lost: start that release here, or a later one. This release records nothing on this log, and answers no question about it from position ${position} on.`,
  );
}

function parsed(text: string, position: number): unknown {
  try {
    return storedValue(text);
  } catch {
    throw new UnreadableEvent(flawInWords(position, 'it is not JSON'));
  }
}
