import type { RegisterEvent } from '@app/domain/log/event-catalogue';
import type { Savable } from './snapshot/sections';

/**
 * Something that is built from the events of the log alone, one by one in the order of their positions:
 * building it again gives the same. It holds no event back and refuses none, because each was checked before.
 *
 * It can be saved with a snapshot, and loaded at a start; then it receives only later events.
 */
export interface Projection extends Savable {
  readonly name: string;
  /** Position of the last event that it has received; −1 before the first. */
  readonly position: number;
  /**
   * Receives the event of the next position: its stored bytes as text, and the event in the form of the
   * rules. A start waits for this a million times, so slow work is only noted here, and done when it is asked
   * for.
   */
  apply(position: number, text: string, event: RegisterEvent): void;
}
