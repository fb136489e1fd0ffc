import { continued, effectiveEvents, type StreamState } from '@app/domain/log/effective-events';
import { isAnnotation } from '@app/domain/log/annotations';
import type { RegisterEvent } from '@app/domain/log/event-catalogue';

/**
 * A stream, decoded up to its last event. A list that was handed out never changes: if the stream continues
 * later, it continues in a copy, made once however many events come before the next reader.
 */
export class DecodedStream {
  #recorded: RegisterEvent[];
  #wasAsked = false;
  #standing: StreamState | undefined;
  /** The state that was handed out last, if one event has come since. */
  #before: { readonly standing: StreamState; readonly event: RegisterEvent } | undefined;

  /** `isPlain`: whether everything recorded is effective, as the first event of a stream is. */
  constructor(recorded: RegisterEvent[], isPlain = false) {
    this.#recorded = recorded;
    if (isPlain) this.#standing = plain(recorded);
  }

  get count(): number {
    return this.#recorded.length;
  }

  get recorded(): readonly RegisterEvent[] {
    this.#wasAsked = true;
    return this.#recorded;
  }

  get standing(): StreamState {
    this.#standing ??=
      (this.#before && continued(this.#before.standing, this.#before.event)) ??
      effectiveEvents(this.recorded);
    this.#before = undefined;
    this.#wasAsked ||= this.#standing.events === this.#recorded;
    return this.#standing;
  }

  add(event: RegisterEvent): void {
    const wasPlain = this.#standing?.events === this.#recorded;
    // Computing the state again costs less than continuing it.
    const isLost = wasPlain || event.repeats;
    this.#before = this.#standing && !isLost ? { standing: this.#standing, event } : undefined;
    if (this.#wasAsked) this.#recorded = [...this.#recorded, event];
    else this.#recorded.push(event);
    this.#wasAsked = false;
    // Everything recorded is still effective.
    this.#standing = wasPlain && !event.repeats && !isAnnotation(event) ? plain(this.#recorded) : undefined;
  }
}

function plain(events: readonly RegisterEvent[]): StreamState {
  return { events, fallen: NO_EVENTS, disputed: NO_POSITIONS };
}

const NO_EVENTS: readonly RegisterEvent[] = [];

const NO_POSITIONS: readonly number[] = [];
