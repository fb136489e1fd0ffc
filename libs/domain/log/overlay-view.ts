import {
  type UncommittedState,
  uncommittedState,
  goesOn,
  findIn,
  type StreamState,
} from './effective-events';
import { mostStreamsAbout } from '../subjects/adviser';
import { isAnnotation } from './annotations';
import { targetOf } from './annotation-target';
import {
  Count,
  NOTHING_POSTED,
  postedInAll,
  rowOf,
  sharedPlace,
  tallied,
  type PostedTallies,
  type EventRow,
} from './event-rows';
import { dayOf, type Day } from '../values/day';
import { definitionOf, type RegisterEvent } from './event-catalogue';
import { type LogView } from './log-view';
import { identifies, isIdentityStream } from './identity';

/** The log before its first event. */
export const EMPTY_VIEW: LogView = {
  position: -1,
  today: undefined,
  stream: () => [],
  recorded: () => [],
  streamsAbout: () => [],
  identityStreams: () => [],
  plainRegistration: () => undefined,
  disputed: () => [],
  find: () => undefined,
  bodies: () => [],
  policies: () => [],
  posted: () => NOTHING_POSTED,
  mostPosted: () => 0,
};

/**
 * The keys under which an event makes its stream found: its subject, and the keys in its data. A correction
 * adds those in the new data of its target; no key is ever removed again.
 */
export function keysAbout(
  event: RegisterEvent,
  find: (position: number) => RegisterEvent | undefined,
): readonly string[] {
  const target = isAnnotation(event) ? find(targetOf(event)) : event;
  if (!target) return [event.subject];
  const { about } = definitionOf(target.type);
  // Data that name no key are not read for it.
  if (about === undefined) return [event.subject];
  const named = about(event.type === 'EventCorrected' ? event.data.data : target.data);
  return [event.subject, ...named.filter((key) => key !== undefined)];
}

/** Whether an event may bear on which keys belong together: it says so of two, or is about another event, which may. */
export function mayIdentify(event: RegisterEvent): boolean {
  return isAnnotation(event) || identifies(event) !== undefined;
}

/**
 * The log with further events on top: those that a turn of the writer has accepted so far, or that a route
 * proposes. Their positions continue those of `base`, which does not change.
 */
export class OverlayView implements LogView {
  readonly #base: LogView;
  readonly #events: RegisterEvent[] = [];
  readonly #streams = new Map<
    string,
    { readonly events: RegisterEvent[]; standing: UncommittedState | undefined }
  >();
  readonly #about = new Map<string, Set<string>>();
  /** The streams among these that say which keys belong together. */
  readonly #identities = new Map<string, Set<string>>();
  readonly #policies = new Set<string>();
  /**
   * How many added events share a place, and the exact counts of each row and subject that had to be counted.
   */
  readonly #shared = new Map<number, number>();
  readonly #counts = new Map<string, Count>();
  #counted = 0;
  #today: Day | undefined;

  constructor(base: LogView, events: readonly RegisterEvent[] = []) {
    this.#base = base;
    this.#today = base.today;
    for (const event of events) this.add(event);
  }

  /** Adds one more event, which must have the next position. */
  add(event: RegisterEvent): void {
    if (event.position !== this.position + 1)
      throw new RangeError(`expected position ${this.position + 1}, not ${event.position}`);
    this.#events.push(event);
    if (event.type === 'DayOpened') this.#today = dayOf(event.data.date);
    if (event.type === 'PolicyEditionPublished') this.#policies.add(event.subject.slice('policy:'.length));
    const row = rowOf(event.type);
    if (row) {
      const place = sharedPlace(row, event.subject);
      this.#shared.set(place, (this.#shared.get(place) ?? 0) + 1);
    }
    const own = this.#streams.get(event.stream);
    if (own) {
      own.events.push(event);
      if (own.standing && !goesOn(own.standing, event)) own.standing = undefined;
    } else this.#streams.set(event.stream, { events: [event], standing: undefined });
    for (const key of keysAbout(event, (position) => this.find(position)?.event)) {
      const streams = this.#about.get(key) ?? new Set();
      if (streams.size >= mostStreamsAbout(key)) continue;
      this.#about.set(key, streams.add(event.stream));
      if (!isIdentityStream(event.stream) || (key !== event.subject && !mayIdentify(event))) continue;
      this.#identities.set(key, (this.#identities.get(key) ?? new Set()).add(event.stream));
    }
  }

  /** Counts the events that were not counted yet. */
  #count(): void {
    for (let event = this.#events[this.#counted]; event; event = this.#events[++this.#counted]) {
      const row = rowOf(event.type);
      if (!row) continue;
      const name = tallied(row, event.subject);
      const count = this.#counts.get(name) ?? new Count();
      this.#counts.set(name, count);
      count.add(event);
    }
  }

  get position(): number {
    return this.#base.position + this.#events.length;
  }

  get today(): Day | undefined {
    return this.#today;
  }

  /** Names of the streams to which events were added. */
  get touched(): Iterable<string> {
    return this.#streams.keys();
  }

  /** How many events were recorded in a stream, which is the revision of the next one. */
  countOf(stream: string): number {
    return this.#base.recorded(stream).length + (this.#streams.get(stream)?.events.length ?? 0);
  }

  recorded(stream: string): readonly RegisterEvent[] {
    return [...this.#base.recorded(stream), ...(this.#streams.get(stream)?.events ?? [])];
  }

  #standing(stream: string): StreamState | undefined {
    const own = this.#streams.get(stream);
    return own && (own.standing ??= uncommittedState(this.recorded(stream)));
  }

  stream(name: string): readonly RegisterEvent[] {
    return this.#standing(name)?.events ?? this.#base.stream(name);
  }

  disputed(stream: string): readonly number[] {
    return this.#standing(stream)?.disputed ?? this.#base.disputed(stream);
  }

  streamsAbout(key: string): readonly string[] {
    const [base, own] = [this.#base.streamsAbout(key), this.#about.get(key)];
    return own ? [...new Set([...base, ...own])] : base;
  }

  identityStreams(key: string): readonly string[] {
    const [base, own] = [this.#base.identityStreams(key), this.#identities.get(key)];
    return own ? [...new Set([...base, ...own])] : base;
  }

  plainRegistration(stream: string): number | undefined {
    return this.#streams.has(stream) ? undefined : this.#base.plainRegistration(stream);
  }

  find(position: number) {
    const stream = (this.#events[position - this.#base.position - 1] ?? this.#base.find(position)?.event)
      ?.stream;
    const found = stream === undefined ? undefined : this.#standing(stream);
    return found ? findIn(found, position) : this.#base.find(position);
  }

  bodies(): readonly string[] {
    const own = this.#events.flatMap(({ type, subject }) => (type === 'BodyRecognised' ? [subject] : []));
    return own.length === 0 ? this.#base.bodies() : [...new Set([...this.#base.bodies(), ...own])].sort();
  }

  policies(): readonly string[] {
    const own = this.#policies;
    return own.size === 0 ? this.#base.policies() : [...own.union(new Set(this.#base.policies()))].sort();
  }

  mostPosted(place: number): number {
    return this.#base.mostPosted(place) + (this.#shared.get(place) ?? 0);
  }

  posted(row: EventRow, subject: string): PostedTallies {
    this.#count();
    const own = this.#counts.get(tallied(row, subject));
    return own ? postedInAll(this.#base.posted(row, subject), own) : this.#base.posted(row, subject);
  }
}
