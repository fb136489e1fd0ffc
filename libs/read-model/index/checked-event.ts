import type { RegisterEvent } from '@app/domain/log/event-catalogue';
import { isRefusal } from '@app/domain/values/problem';
import { asRecorded, readStored, storedValue, type StoredEvent } from '@app/domain/log/stored-event';
import { flawInWords } from './stored-place';

/** The log holds something that this version cannot read: the register must not go on answering. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent';
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
  const stored = readStored(parsed(text, position));
  if (isRefusal(stored)) {
    const [{ pointer, detail } = { pointer: '', detail: stored.detail }] = stored.errors ?? [];
    throw new UnreadableEvent(
      `The event at ${position} is not one of this version’s: ${pointer === '' ? 'the whole' : pointer} (${detail})`,
    );
  }
  if (stored.position !== String(position))
    throw new UnreadableEvent(flawInWords(position, `it says that it is the event at ${stored.position}`));
  return { text, stored, event: asRecorded(stored) };
}

function parsed(text: string, position: number): unknown {
  try {
    return storedValue(text);
  } catch {
    throw new UnreadableEvent(flawInWords(position, 'it is not JSON'));
  }
}
