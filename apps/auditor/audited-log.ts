import { isAnnotation } from '@app/domain/log/annotations';
import { findIn } from '@app/domain/log/effective-events';
import { EVENTS, type EventType, type RegisterEvent } from '@app/domain/log/event-catalogue';
import type { AuthorityView, LogView } from '@app/domain/log/log-view';
import { dayOf, type Day } from '@app/domain/values/day';
import { DecodedStream } from '@app/read-model/index/decoded-stream';
import { DecodedStreams, type Decoded } from '@app/read-model/index/decoded-streams';
import { grown } from '@app/read-model/index/grown';
import { namesSomebody, ownIdentityStreams } from '@app/read-model/index/identity-keys';
import { ownCopy } from '@app/read-model/index/own-copy';
import { StreamChains } from '@app/read-model/index/stream-chains';

const TYPES = Object.keys(EVENTS) as EventType[];
const NUMBER_OF = new Map(TYPES.map((type, number) => [type, number]));

type Data = RegisterEvent['data'];

/** Texts, or whatever else repeats, each held once and known by a number. */
class Numbered<T> {
  readonly #numbers = new Map<string, number>();
  readonly values: T[] = [];

  of(name: string, make: (name: string) => T): number {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      const own = ownCopy(name);
      number = this.values.push(make(own)) - 1;
      this.#numbers.set(own, number);
    }
    return number;
  }
}

const asItIs = (name: string) => name;
const NO_DATA = {} as Data;

/**
 * As much of a log as says who may post what, at its end: a few dozen bytes an event, however long the events are. Of their
 * data it keeps the standard or qualification, the certificate, what names another key or event, and all that is about a body.
 */
export class AuditedLog implements AuthorityView {
  readonly #streams = new StreamChains();
  /** By position: the number of its type, of its body, of its stream, and of what is kept of its data. */
  #types: Uint32Array = new Uint32Array(1024);
  #bodies: Uint32Array = new Uint32Array(1024);
  #streamOf: Uint32Array = new Uint32Array(1024);
  #matters: Uint32Array = new Uint32Array(1024);
  #count = 0;
  readonly #bodyNames = new Numbered<string>();
  readonly #subjects: string[] = [];
  /** Standards and qualifications, each as data: nearly all events have the same few. The first is none. */
  readonly #codes = new Numbered<Data>();
  /** What is kept of the data of an event, if it is more than that. */
  readonly #kept = new Map<number, Data>();
  /** The subjects of events that are not about the first subject of their stream. */
  readonly #otherSubjects = new Map<number, string>();
  readonly #repeats = new Set<number>();
  /** By key: the streams that name it, and are not its own. */
  readonly #namedIn = new Map<string, Set<string>>();
  readonly #decoded = new DecodedStreams((stream) => this.#decode(stream));
  today: Day | undefined;

  constructor() {
    this.#codes.of('', () => NO_DATA);
  }

  get count(): number {
    return this.#count;
  }

  /** The number of a stream; undefined if it has not begun. */
  streamNumber(name: string): number | undefined {
    return this.#streams.number(name);
  }

  /** How many events are in the stream that has a number. */
  countIn(stream: number | undefined): number {
    return this.#streams.count(stream);
  }

  /** The stream of an event. */
  streamAt(position: number): string {
    return this.#streams.name(this.#streamOf[position] ?? NaN);
  }

  /** The type and the subject of an event. */
  kindAt(position: number): Pick<RegisterEvent, 'type' | 'subject'> {
    return {
      type: TYPES[this.#types[position] ?? NaN] ?? 'EventRetracted',
      subject: this.#otherSubjects.get(position) ?? this.#subjects[this.#streamOf[position] ?? NaN] ?? '',
    };
  }

  /** Adds the event of the next position. `found`: the number of its stream, if that has begun. */
  add(event: RegisterEvent, found: number | undefined): void {
    const position = this.#count;
    if (position === this.#types.length) {
      this.#types = grown(this.#types);
      this.#bodies = grown(this.#bodies);
      this.#streamOf = grown(this.#streamOf);
      this.#matters = grown(this.#matters);
    }
    const stream = this.#streams.add(event.stream, found);
    if (found === undefined) this.#subjects[stream] = ownCopy(event.subject);
    else if (this.#subjects[stream] !== event.subject)
      this.#otherSubjects.set(position, ownCopy(event.subject));
    this.#types[position] = NUMBER_OF.get(event.type) ?? NaN;
    this.#bodies[position] = this.#bodyNames.of(event.body, asItIs);
    this.#streamOf[position] = stream;
    this.#keepData(event);
    if (event.repeats) this.#repeats.add(position);
    this.#count++;
    if (event.type === 'DayOpened' && !event.repeats) this.today = dayOf(event.data.date);
    // Streams that are asked for are asked for again where events about events follow each other.
    if (isAnnotation(event)) this.#decoded.keepUp(stream, this.#event(position));
    else if (found !== undefined) this.#decoded.forget(stream);
  }

  #keepData(event: RegisterEvent): void {
    const kept = keptOf(event);
    if (kept.type === 'code') this.#matters[event.position] = this.#codes.of(kept.name, () => kept.data);
    else this.#kept.set(event.position, kept.data);
    const { as, into } = namedIn(kept.data);
    for (const key of [as, into]) {
      if (typeof key !== 'string' || key === event.subject || !namesSomebody(key)) continue;
      let streams = this.#namedIn.get(key);
      if (!streams) this.#namedIn.set(key, (streams = new Set()));
      streams.add(event.stream);
    }
  }

  stream(name: string): readonly RegisterEvent[] {
    return this.#get(name).standing.events;
  }

  recorded(name: string): readonly RegisterEvent[] {
    return this.#get(name).recorded;
  }

  identityStreams(key: string): readonly string[] {
    const own = ownIdentityStreams(key).filter((name) => this.#streams.number(name) !== undefined);
    const named = this.#namedIn.get(key);
    return named === undefined ? own : [...own, ...named];
  }

  plainRegistration(): undefined {
    return undefined;
  }

  find(position: number): ReturnType<LogView['find']> {
    return position < this.#count ? findIn(this.#get(this.streamAt(position)).standing, position) : undefined;
  }

  #get(name: string): DecodedStream {
    const number = this.#streams.number(name);
    return number === undefined ? EMPTY : this.#decoded.get(number);
  }

  #decode(stream: number): Decoded {
    const recorded: RegisterEvent[] = [];
    for (let position = this.#streams.last(stream); position >= 0; position = this.#streams.before(position))
      recorded.push(this.#event(position));
    return { stream: new DecodedStream(recorded.reverse()), bytes: 0 };
  }

  #event(position: number): RegisterEvent {
    const event = {
      position,
      stream: this.streamAt(position),
      ...this.kindAt(position),
      body: this.#bodyNames.values[this.#bodies[position] ?? NaN] ?? '',
      data: this.#kept.get(position) ?? this.#codes.values[this.#matters[position] ?? 0] ?? NO_DATA,
    } as RegisterEvent;
    return this.#repeats.has(position) ? { ...event, repeats: true } : event;
  }
}

const EMPTY = new DecodedStream([]);

/** The streams of bodies, and of the log itself: few events, and all that they say is asked for. */
const KEPT_WHOLE = /^(?:body-|log$)/;

type Fields = Readonly<Record<string, unknown>>;

/** What is kept of the data of an event: a code, by which many events share it, or more. */
function keptOf(event: RegisterEvent): {
  readonly type: 'code' | 'own';
  readonly name: string;
  readonly data: Data;
} {
  if (KEPT_WHOLE.test(event.stream)) return { type: 'own', name: '', data: event.data };
  const data = event.data as Fields;
  if (isAnnotation(event)) {
    const named = { ...('against' in data ? { against: data['against'] } : { event: data['event'] }) };
    const { data: corrected } = data;
    const kept = {
      ...named,
      ...(data['outcome'] === undefined ? {} : { outcome: data['outcome'] }),
      ...(corrected === undefined ? {} : { data: narrowed(corrected as Fields) }),
    };
    return { type: 'own', name: '', data: kept };
  }
  const kept = narrowed(data) as unknown as Data;
  const [[name, value] = ['', ''], ...more] = Object.entries(kept);
  return name === '' || (more.length === 0 && (name === 'standard' || name === 'qualification'))
    ? { type: 'code', name: name === '' ? '' : `${name}:${String(value)}`, data: kept }
    : { type: 'own', name: '', data: kept };
}

/** The fields by which an event says what it concerns, and whose keys belong together. */
const NARROW = ['standard', 'qualification', 'certificate', 'as', 'into'];

function narrowed(data: Fields): Fields {
  return Object.fromEntries(NARROW.flatMap((name) => (name in data ? [[name, ownText(data[name])]] : [])));
}

function ownText(value: unknown): unknown {
  return typeof value === 'string' ? ownCopy(value) : value;
}

function namedIn(data: Data): { readonly as?: unknown; readonly into?: unknown } {
  const { data: corrected = data } = data as unknown as { readonly data?: object };
  return corrected;
}
