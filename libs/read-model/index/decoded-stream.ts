import { continued, effectiveEvents, type StreamState } from '@app/domain/log/effective-events';
import { isAnnotation } from '@app/domain/log/annotations';
import type { RegisterEvent } from '@app/domain/log/event-catalogue';

/**
 * A stream as far as it has been decoded, up to its last event. A list that was asked for never changes: where the stream
 * goes on after that, it goes on in a copy, made once however many events come before the next who asks.
 */
export class DecodedStream {
  #recorded: RegisterEvent[];
  #wasAsked = false;
  #standing: StreamState | undefined;
  /** What stood when it was asked for last, where one event has come since. */
  #before: { readonly standing: StreamState; readonly event: RegisterEvent } | undefined;

  /** `isPlain`: whether all that was recorded stands, as the first event of a stream does. */
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
    // To find anew what stands of that is less than to go on with it.
    const isLost = wasPlain || event.repeats;
    this.#before = this.#standing && !isLost ? { standing: this.#standing, event } : undefined;
    if (this.#wasAsked) this.#recorded = [...this.#recorded, event];
    else this.#recorded.push(event);
    this.#wasAsked = false;
    // All that was recorded stands, still.
    this.#standing = wasPlain && !event.repeats && !isAnnotation(event) ? plain(this.#recorded) : undefined;
  }
}

function plain(events: readonly RegisterEvent[]): StreamState {
  return { events, fallen: NO_EVENTS, disputed: NO_POSITIONS };
}

const NO_EVENTS: readonly RegisterEvent[] = [];

const NO_POSITIONS: readonly number[] = [];
