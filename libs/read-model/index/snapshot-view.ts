import type { DecodedStream } from './decoded-stream';
import { findIn, effectiveEvents } from '@app/domain/log/effective-events';
import { type PostedTallies, type EventRow } from '@app/domain/log/event-rows';
import { type Day } from '@app/domain/values/day';
import type { RegisterEvent } from '@app/domain/log/event-catalogue';
import { type LogView } from '@app/domain/log/log-view';
import type { EventIndex } from './event-index';

/** The log as known at one position, read from the register that holds it. */
export class SnapshotView implements LogView {
  readonly #register: EventIndex;
  /** The streams that go on after the position; most views need none. */
  #cut: Map<string, Pick<DecodedStream, 'recorded' | 'standing'>> | undefined;
  readonly today: Day | undefined;

  constructor(
    register: EventIndex,
    readonly position: number,
  ) {
    this.#register = register;
    this.today = register.todayAt(position);
  }

  #decoded(name: string): Pick<DecodedStream, 'recorded' | 'standing'> {
    if (this.#register.head === this.position || this.#register.lastOf(name) <= this.position)
      return this.#register.decoded(name);
    this.#cut ??= new Map();
    let cut = this.#cut.get(name);
    if (!cut) {
      const recorded = this.#register
        .decoded(name)
        .recorded.filter(({ position }) => position <= this.position);
      this.#cut.set(name, (cut = { recorded, standing: effectiveEvents(recorded) }));
    }
    return cut;
  }

  stream(name: string): readonly RegisterEvent[] {
    return this.#decoded(name).standing.events;
  }

  recorded(stream: string): readonly RegisterEvent[] {
    return this.#decoded(stream).recorded;
  }

  disputed(stream: string): readonly number[] {
    return this.#decoded(stream).standing.disputed;
  }

  streamsAbout(key: string): readonly string[] {
    return this.#register.streamsAbout(key);
  }

  identityStreams(key: string): readonly string[] {
    return this.#register.identityStreams(key);
  }

  plainRegistration(stream: string): number | undefined {
    const position = this.#register.plainRegistration(stream);
    return position !== undefined && position <= this.position ? position : undefined;
  }

  bodies(): readonly string[] {
    return this.#register.bodiesAt(this.position);
  }

  policies(): readonly string[] {
    return this.#register.policiesAt(this.position);
  }

  posted(row: EventRow, subject: string): PostedTallies {
    return this.#register.posted(row, subject, this);
  }

  mostPosted(place: number): number {
    return this.#register.mostPosted(place);
  }

  find(position: number): ReturnType<LogView['find']> {
    if (position > this.position) return undefined;
    return findIn(this.#decoded(this.#register.streamAt(position)).standing, position);
  }
}
