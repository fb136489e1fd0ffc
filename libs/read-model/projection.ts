import type { RegisterEvent } from '@app/domain/log/event-catalogue';

/**
 * Something that is built from the events of the log, one by one in the order of their positions, and from nothing else:
 * whoever takes them later comes to the same. It holds no event back and refuses none, for each was checked before.
 *
 * One may later save what it holds together with its position, and load both at a start: it is given only what comes after.
 */
export interface Projection {
  readonly name: string;
  /** Position of the last event that it has taken; −1 before the first. */
  readonly position: number;
  /**
   * Takes the event of the next position: its stored bytes as text, and the event as rules see it. A start waits for this,
   * a million times: what takes long is noted here and done when it is asked for.
   */
  apply(position: number, text: string, event: RegisterEvent): void;
}
