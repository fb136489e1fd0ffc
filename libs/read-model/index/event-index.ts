import { UnreadableEvent, type Checked, checked, checkedCorrection } from './checked-event';
import { SnapshotView } from './snapshot-view';
import { DecodedStream } from './decoded-stream';
import { DecodedStreams, type Decoded } from './decoded-streams';
import { hash, randomBytes } from 'node:crypto';
import { keysAbout, EMPTY_VIEW } from '@app/domain/log/overlay-view';
import { adviserStreams, mostStreamsAbout } from '@app/domain/subjects/adviser';
import { targetOf } from '@app/domain/log/annotation-target';
import { partitionPoint } from '@app/domain/values/partition-point';
import { bodyStream } from '@app/domain/subjects/body';
import { mayHold, rowOf, type PostedTallies, type EventRow } from '@app/domain/log/event-rows';
import type { Day } from '@app/domain/values/day';
import type { RegisterEvent } from '@app/domain/log/event-catalogue';
import { type LogView } from '@app/domain/log/log-view';
import { isIdentityStream } from '@app/domain/log/identity';
import { isAnnotation } from '@app/domain/log/annotations';
import { WrittenEvent, writtenIn } from '@app/domain/log/written-event';
import { ownCopy } from './own-copy';
import { providerStreams } from '@app/domain/subjects/provider';
import { asRecorded, storedAgain, type StoredEvent } from '@app/domain/log/stored-event';
import { parseInstant } from '@app/domain/values/instant';
import { flawInWords, misplaced } from './stored-place';
import type { Projection } from '../projection';
import { FirstMentions } from './first-mentions';
import { OpenedDays } from './opened-days';
import { PositionList } from './position-list';
import type { Loaded, Savable, Section, Sections } from '../snapshot/sections';
import { EventArena, type Rows } from './event-arena';
import { grown } from './grown';
import { PostingsIndex } from './postings-index';
import { SubmissionIndex } from './submission-index';
import { countOf, Tallies } from './tallies';

/**
 * The log in memory, in the order of its positions, with everything to find any stream as known at any
 * position. It depends only on the log, and is the same whether it was built event by event or at once.
 */
export class EventIndex implements Savable {
  readonly #shelf = new EventArena();
  readonly #submitted: SubmissionIndex;
  #recordedAt: Float64Array = new Float64Array(1024);
  /** The instant asked for last, and how it is written. */
  #written = { at: NaN, text: '' };
  /** The position whose hash was asked for last, which is nearly always the head. */
  #hashed = { position: -1, hex: '' };
  readonly #streams = new Map<string, number>();
  readonly #streamNames: string[] = [];
  /**
   * By stream number: its last position. By position: the position before it in its stream plus one; 0 for
   * none.
   */
  #last: Uint32Array = new Uint32Array(1024);
  #previous: Uint32Array = new Uint32Array(1024);
  /** By stream number: how many events it has. */
  #inStream: Uint32Array = new Uint32Array(1024);
  readonly #about = new PostingsIndex();
  /** The identity streams that name a key other than their subject. */
  readonly #namedIn = new PostingsIndex();
  readonly #repeats = new Set<number>();
  readonly #tallies = new Tallies();
  /** What each body posted. */
  readonly #posted = new Map<string, PositionList>();
  readonly #days = new OpenedDays();
  /** The bodies of which a recognition was recorded, and the policies of which an edition was. */
  readonly #bodies = new FirstMentions('BodyRecognised');
  readonly #policies = new FirstMentions('PolicyEditionPublished');
  /** What views read beside the streams: it is fed with each event that is indexed, so that no view is ahead of it. */
  readonly #projections: readonly Projection[] = [this.#days, this.#bodies, this.#policies];
  /** What is saved and loaded under a name of its own. */
  get #parts(): readonly (readonly [string, Savable])[] {
    return [
      ['about', this.#about],
      ['namedIn', this.#namedIn],
      ['submitted', this.#submitted],
      ['tallies', this.#tallies],
      ...this.#projections.map((projection) => [projection.name, projection] as const),
    ];
  }
  readonly #decoded = new DecodedStreams((stream) => this.#decode(stream));
  /** What stands before the event that is about to be taken: one object for all of them, for there are many. */
  readonly #before = {
    inStream: 0,
    recordedAt: -Infinity,
    today: undefined as Day | undefined,
    streamAt: (position: number) => this.streamAt(position),
    has: ({ body, source, id }: StoredEvent) => this.submitted(body, source, id) !== undefined,
  };
  #expected: { readonly first: number; readonly events: readonly Checked[] } = { first: 0, events: [] };

  /**
   * `hashKey`: 16 bytes that no poster can know, for hashing the names of submissions. Answers do not depend
   * on it; a saved index must save it too.
   */
  constructor(hashKey: Uint8Array = randomBytes(16)) {
    this.#submitted = new SubmissionIndex(hashKey);
  }

  /** Position of the last event; −1 before the first. */
  get head(): number {
    return this.#shelf.count - 1;
  }

  /**
   * Announces what is about to be appended from a position on. If exactly these bytes are then applied, they
   * are not read and checked again, because that was done before they were written.
   */
  expect(first: number, events: readonly Checked[]): void {
    this.#expected = { first, events };
  }

  /**
   * Applies the event of the next position, and returns it. Throws {@link UnreadableEvent}, and changes
   * nothing, if it cannot be read.
   */
  apply(text: string): RegisterEvent {
    const position = this.head + 1;
    const expected = this.#expected.events[position - this.#expected.first];
    const isExpected = expected?.text === text;
    const { stored, event: asStored } = isExpected ? expected : checked(text, position);
    const read = this.#withTarget(asStored, stored);
    const found = this.#streams.get(read.stream);
    const recordedAt = parseInstant(stored.recordedAt) ?? NaN;
    if (!isExpected) this.#checkPlace(stored, read, recordedAt, found);
    return this.#take(text, stored, read, recordedAt, found, isExpected);
  }

  /**
   * As {@link apply}, of an event whose form is checked elsewhere (form-flaw.ts) before anything that follows from it is told:
   * what the index does not need of it is not read. After an error nothing may be asked of the index.
   */
  applyUnchecked(text: string): RegisterEvent {
    try {
      return this.#takeUnchecked(text);
    } catch (error) {
      if (error instanceof UnreadableEvent) throw error;
      // It stumbled over something that no check had found yet.
      for (let position = 0; position <= this.head; position++) checked(this.text(position), position);
      checked(text, this.head + 1);
      throw error;
    }
  }

  #takeUnchecked(text: string): RegisterEvent {
    const position = this.head + 1;
    const written = writtenIn(text);
    if (written?.position !== position) return this.apply(text);
    const event = written as RegisterEvent;
    const found = this.#streams.get(written.stream);
    const recordedAt = parseInstant(written.recordedAt) ?? NaN;
    const before = position === 0 ? -Infinity : (this.#recordedAt[position - 1] ?? NaN);
    const inStream = found === undefined ? 0 : (this.#inStream[found] ?? 0);
    const isInPlace = written.revision === inStream && recordedAt >= before;
    // The whole check tells what is wrong. What the others say depends on earlier events.
    if (!isInPlace || written.type === 'DayOpened' || isAnnotation(event)) return this.apply(text);
    return this.#take(text, written, event, recordedAt, found, false);
  }

  /** Adds an event that belongs at the next position. `found`: the number of its stream, if that has begun. */
  #take(
    text: string,
    { body, source, id }: Pick<StoredEvent, 'body' | 'source' | 'id'>,
    read: RegisterEvent,
    recordedAt: number,
    found: number | undefined,
    isExpected: boolean,
  ): RegisterEvent {
    const position = this.head + 1;
    const known = this.#streamNames.length;
    const stream = found ?? this.#begun(read.stream);
    this.#grow(position, stream);
    this.#shelf.push(text);
    this.#recordedAt[position] = recordedAt;
    this.#inStream[stream] = (this.#inStream[stream] ?? 0) + 1;
    this.#previous[position] = this.#last[stream] ?? 0;
    this.#last[stream] = position + 1;
    this.#postedBy(body).push(position);
    const isFirst = this.#submitted.add(body, source, id, position, (one) =>
      this.#isOf(one, body, source, id),
    );
    const event: RegisterEvent = isFirst ? read : repeated(read);
    if (isFirst) this.#index(event, stream, stream === known);
    else this.#repeats.add(position);
    this.#tallies.add(event, isFirst);
    for (const projection of this.#projections) projection.apply(position, text, event);
    if (isExpected && stream === known && isFirst) this.#decoded.begin(stream, event);
    else if (read instanceof WrittenEvent) this.#decoded.forget(stream);
    else this.#decoded.keepUp(stream, event);
    return event;
  }

  /** Gives a projection those indexed events that it has not received yet. */
  replay(projection: Projection): void {
    for (let position = projection.position + 1; position <= this.head; position++)
      projection.apply(position, this.text(position), this.#event(position));
  }

  /** An event in the form that rules use: that of a correction depends on its target. */
  #withTarget(event: RegisterEvent, { schema }: StoredEvent): RegisterEvent {
    if (event.type !== 'EventCorrected' || targetOf(event) >= event.position) return event;
    return checkedCorrection(event, schema, storedAgain(this.#shelf.text(targetOf(event))));
  }

  /**
   * Checks the place of an event that this process has not judged itself. `stream`: the number of the stream
   * that it names.
   */
  #checkPlace(
    stored: StoredEvent,
    event: RegisterEvent,
    recordedAt: number,
    stream: number | undefined,
  ): void {
    const { position } = event;
    const before = this.#before;
    before.inStream = stream === undefined ? 0 : (this.#inStream[stream] ?? 0);
    before.recordedAt = position === 0 ? -Infinity : (this.#recordedAt[position - 1] ?? NaN);
    before.today = this.#days.last;
    const flaw = misplaced(stored, event, recordedAt, before);
    if (flaw !== undefined) throw new UnreadableEvent(flawInWords(position, flaw));
  }

  #index(event: RegisterEvent, stream: number, begins: boolean): void {
    const { position } = event;
    const isIdentity = isIdentityStream(event.stream);
    // A stream has one subject, known from its first event, except a stream with the contracts of one
    // reference.
    const isSubjectKnown = !begins && this.#repeats.size === 0 && !event.stream.startsWith('contract-');
    for (const key of keysAbout(event, (target) => (target < position ? this.#event(target) : undefined))) {
      if (key === event.subject && isSubjectKnown) continue;
      this.#about.add(key, stream, mostStreamsAbout(key));
      if (isIdentity && key !== event.subject && NAMES_SOMEBODY.test(key))
        this.#namedIn.add(key, stream, Infinity);
    }
  }

  #begun(name: string): number {
    const stream = ownCopy(name);
    this.#streams.set(stream, this.#streamNames.length);
    return this.#streamNames.push(stream) - 1;
  }

  #postedBy(body: string): PositionList {
    const found = this.#posted.get(body);
    if (found) return found;
    const positions = new PositionList();
    this.#posted.set(ownCopy(body), positions);
    return positions;
  }

  #grow(position: number, stream: number): void {
    if (position === this.#recordedAt.length) {
      const recordedAt = new Float64Array(position * 2);
      recordedAt.set(this.#recordedAt);
      this.#recordedAt = recordedAt;
      this.#previous = grown(this.#previous);
    }
    if (stream === this.#last.length) {
      this.#last = grown(this.#last);
      this.#inStream = grown(this.#inStream);
    }
  }

  /** The stored bytes of the event at a position up to the head, as text. */
  text(position: number): string {
    return this.#shelf.text(position);
  }

  /** Its bytes, without a copy: callers must not change them. */
  bytes(position: number): Buffer {
    return this.#shelf.bytes(position);
  }

  /** SHA-256 of the stored bytes at a position up to the head, in hexadecimal: it tells this log from any other. */
  hash(position: number): string {
    if (position !== this.#hashed.position)
      this.#hashed = { position, hex: hash('sha256', this.#shelf.bytes(position)) };
    return this.#hashed.hex;
  }

  #event(position: number): RegisterEvent {
    const stored = storedAgain(this.#shelf.text(position));
    const event = this.#withTarget(asRecorded(stored), stored);
    return this.#repeats.has(position) ? repeated(event) : event;
  }

  /** When the event at a position was recorded, RFC 3339; undefined before the first. */
  recordedAt(position: number): string | undefined {
    const at = this.instantOf(position);
    if (at === undefined) return undefined;
    // Nearly every answer is at the same moment, the head.
    if (at !== this.#written.at) this.#written = { at, text: new Date(at).toISOString() };
    return this.#written.text;
  }

  /** The same in milliseconds since 1970. */
  instantOf(position: number): number | undefined {
    return position <= this.head ? this.#recordedAt[position] : undefined;
  }

  /**
   * Position of the last event recorded at or before an instant, in milliseconds since 1970; −1 if there is
   * none.
   */
  positionAt(instant: number): number {
    return (
      partitionPoint(this.head + 1, (position) => (this.#recordedAt[position] ?? Infinity) <= instant) - 1
    );
  }

  /** Positions of everything that a body posted, also of events after the position of a question. */
  postedBy(body: string): Pick<PositionList, 'at' | 'countUpTo'> {
    return this.#posted.get(body) ?? NONE;
  }

  /** Position of what a body posted from a source under an id. */
  submitted(body: string, source: string, id: string): number | undefined {
    return this.#submitted.find(body, source, id, (one) => this.#isOf(one, body, source, id));
  }

  #isOf(position: number, body: string, source: string, id: string): boolean {
    const stored = storedAgain(this.#shelf.text(position));
    return stored.body === body && stored.source === source && stored.id === id;
  }

  /** What is known at a position, from −1 to the head. Later events never change it. */
  at(position: number): LogView {
    return position < 0 ? EMPTY_VIEW : new SnapshotView(this, position);
  }

  /** The date of the last day opened at or before a position. */
  todayAt(position: number): Day | undefined {
    return this.#days.at(position);
  }

  /** Names of the streams about a key, also of those that begin after the position of a question. */
  streamsAbout(key: string): readonly string[] {
    return this.#about.get(key).map((stream) => this.#streamNames[stream] ?? '');
  }

  /** The identity streams among them. */
  identityStreams(key: string): readonly string[] {
    const own = ownIdentityStreams(key).filter((name) => this.#streams.has(name));
    return [...own, ...this.#namedIn.get(key).map((stream) => this.#streamNames[stream] ?? '')];
  }

  /** How many streams are about a key; it only ever grows. */
  countAbout(key: string): number {
    return this.#about.count(key);
  }

  /** What was posted of a row about a subject up to a position, from what is known at it. */
  posted(row: EventRow, subject: string, known: LogView): PostedTallies {
    const events = function* () {
      for (const stream of known.streamsAbout(subject))
        if (mayHold(stream, row, subject))
          for (const event of known.recorded(stream))
            if (!event.repeats && event.subject === subject && rowOf(event.type) === row) yield event;
    };
    // The counts that are kept go up to the head.
    return known.position === this.head
      ? this.#tallies.posted(row, subject, events)
      : { by: (body) => countOf(events()).by(body) };
  }

  /** An upper bound on what was posted of the rows and subjects with a place. */
  mostPosted(place: number): number {
    return this.#tallies.most(place);
  }

  /** Keys of the bodies recognised at or before a position. */
  bodiesAt(position: number): readonly string[] {
    return this.#bodies.at(position);
  }

  /** Ids of the policies of which an edition was published at or before a position, sorted. */
  policiesAt(position: number): readonly string[] {
    return this.#policies.at(position).map((key) => key.slice('policy:'.length));
  }

  /** Names of the streams that got events after one position and up to another. */
  *touched(after: number, until: number): Generator<string> {
    for (const [stream, name] of this.#streamNames.entries()) {
      let entry = this.#last[stream] ?? 0;
      while (entry > until + 1) entry = this.#previous[entry - 1] ?? 0;
      if (entry > after + 1) yield name;
    }
  }

  /** Names of all streams, also of those that begin after the position of a question. */
  streams(): Iterable<string> {
    return this.#streamNames;
  }

  /** Position of the last event of a stream; −1 if there is none. */
  lastOf(stream: string): number {
    const number = this.#streams.get(stream);
    return number === undefined ? -1 : this.lastIn(number);
  }

  /** The number of a stream, which never changes; undefined if it has not begun. */
  streamNumber(stream: string): number | undefined {
    return this.#streams.get(stream);
  }

  /** Position of the last event of the stream that has a number. */
  lastIn(number: number): number {
    return (this.#last[number] ?? 0) - 1;
  }

  /** Position of the event before one in its stream; −1 if there is none. */
  beforeInStream(position: number): number {
    return (this.#previous[position] ?? 0) - 1;
  }

  /** A stream at the head. */
  decoded(name: string): DecodedStream {
    const number = this.#streams.get(name);
    if (number === undefined) return EMPTY;
    return this.#decoded.get(number);
  }

  #decode(stream: number): Decoded {
    const recorded: RegisterEvent[] = [];
    let bytes = 0;
    for (let entry = this.#last[stream] ?? 0; entry !== 0; entry = this.#previous[entry - 1] ?? 0) {
      recorded.push(this.#event(entry - 1));
      bytes += this.#shelf.bytes(entry - 1).length;
    }
    recorded.reverse();
    return { stream: new DecodedStream(recorded), bytes };
  }

  /** Everything but the events themselves. */
  save(): Sections {
    const { length } = this.#streamNames;
    const bodies = [...this.#posted.keys()];
    const own = new Map<string, Section>([
      ['recordedAt', this.#recordedAt.subarray(0, this.head + 1)],
      ['previous', this.#previous.subarray(0, this.head + 1)],
      ['streams', { texts: this.#streamNames, count: length }],
      ['last', this.#last.slice(0, length)],
      ['inStream', this.#inStream.slice(0, length)],
      ['repeats', Uint32Array.from(this.#repeats)],
      ['bodies', { texts: bodies, count: bodies.length }],
    ]);
    for (const [i, positions] of [...this.#posted.values()].entries()) own.set(`posted/${i}`, positions.all);
    for (const [name, part] of this.#parts)
      for (const [section, content] of part.save()) own.set(`${name}/${section}`, content);
    return own;
  }

  /** `rows`: reads the events up to the position, each held against its hash: they are read when they are asked for. */
  load(saved: Loaded, position: number, rows: Rows = () => []): void {
    const count = position + 1;
    this.#recordedAt = saved.fractions('recordedAt', count);
    this.#previous = saved.numbers('previous', count);
    for (const name of saved.texts('streams')) this.#streams.set(name, this.#streamNames.push(name) - 1);
    this.#last = saved.numbers('last', this.#streamNames.length);
    this.#inStream = saved.numbers('inStream', this.#streamNames.length);
    for (const one of saved.exactly('repeats')) this.#repeats.add(one);
    for (const [i, body] of saved.texts('bodies').entries())
      this.#posted.set(body, PositionList.of(saved.exactly(`posted/${i}`)));
    for (const [name, part] of this.#parts) part.load(saved.of(name), position);
    this.#shelf.expect(count, rows);
  }

  /** Reads the events between two positions into memory, as far as they are not there. Throws as reading does. */
  fetch(first: number, last: number): void {
    this.#shelf.fetch(first, last);
  }

  /** Stream of the event at a position. */
  streamAt(position: number): string {
    return this.#event(position).stream;
  }
}

/** Matches keys of providers and advisers, and not the other keys that streams are found under. */
const NAMES_SOMEBODY = /^(?:ukprn|company|charity|urn|adviser):/;

function repeated({ position, stream, type, subject, body, data }: RegisterEvent): RegisterEvent {
  return { position, stream, type, subject, body, data, repeats: true } as RegisterEvent;
}

const NONE = new PositionList();
const EMPTY = new DecodedStream([]);

function ownIdentityStreams(key: string): readonly string[] {
  if (key.startsWith('adviser:')) return adviserStreams([key]);
  return key.startsWith('body:') ? [bodyStream(key)] : providerStreams([key]);
}
