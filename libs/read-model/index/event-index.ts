import { UnreadableEvent, type Checked, checked, checkedCorrection } from './checked-event';
import { SnapshotView } from './snapshot-view';
import { DecodedStream } from './decoded-stream';
import { DecodedStreams, type Decoded } from './decoded-streams';
import { randomBytes } from 'node:crypto';
import { keysAbout, mayIdentify, EMPTY_VIEW } from '@app/domain/log/overlay-view';
import { mostStreamsAbout } from '@app/domain/subjects/adviser';
import { targetOf } from '@app/domain/log/annotation-target';
import { type PostedTallies, type EventRow } from '@app/domain/log/event-rows';
import type { Day } from '@app/domain/values/day';
import type { RegisterEvent } from '@app/domain/log/event-catalogue';
import { type LogView } from '@app/domain/log/log-view';
import { isIdentityStream } from '@app/domain/log/identity';
import { isAnnotation } from '@app/domain/log/annotations';
import { WrittenEvent, writtenIn } from '@app/domain/log/written-event';
import { asRecorded, storedAgain, type StoredEvent, type SubmissionName } from '@app/domain/log/stored-event';
import { parseInstant } from '@app/domain/values/instant';
import { flawInWords, misplaced } from './stored-place';
import type { Projection } from '../projection';
import { namesSomebody, ownIdentityStreams } from './identity-keys';
import { FirstMentions } from './first-mentions';
import { OpenedDays } from './opened-days';
import { PlainStreams } from './plain-streams';
import type { PositionList } from './position-list';
import { PostedBy } from './posted-by';
import type { SavedSections, Savable, Section, Sections } from '../snapshot/sections';
import { EventArena, type Rows } from './event-arena';
import { PostingsIndex } from './postings-index';
import { RecordedInstants } from './recorded-instants';
import { StreamChains } from './stream-chains';
import { SubmissionIndex } from './submission-index';
import { countOf, postedIn, Tallies } from './tallies';

/**
 * The log in memory, in the order of its positions, with everything to find any stream as known at any
 * position. It depends only on the log, and is the same whether it was built event by event or at once.
 */
export class EventIndex implements Savable {
  readonly #shelf = new EventArena();
  readonly #submitted: SubmissionIndex;
  readonly #instants = new RecordedInstants();
  readonly #streams = new StreamChains();
  readonly #about = new PostingsIndex();
  readonly #plain = new PlainStreams();
  /** The identity streams that may say of a key other than their subject whose it is. */
  readonly #namedIn = new PostingsIndex();
  readonly #repeats = new Set<number>();
  readonly #tallies = new Tallies();
  /** What each body posted. */
  readonly #posted = new PostedBy();
  readonly #days = new OpenedDays();
  /** The bodies of which a recognition was recorded, and the policies of which an edition was. */
  readonly #bodies = new FirstMentions('BodyRecognised');
  readonly #policies = new FirstMentions('PolicyEditionPublished');
  /** What views read beside the streams: it is fed with each event that is indexed, so that no view is ahead of it. */
  readonly #projections: readonly Projection[] = [this.#days, this.#bodies, this.#policies];
  /** What is saved and loaded under a name of its own. */
  get #parts(): readonly (readonly [string, Savable])[] {
    return [
      ['instants', this.#instants],
      ['streams', this.#streams],
      ['posted', this.#posted],
      ['about', this.#about],
      ['namedIn', this.#namedIn],
      ['plain', this.#plain],
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
    has: ({ body, source, id }: SubmissionName) => this.submitted(body, source, id) !== undefined,
  };
  #expected: { readonly first: number; readonly events: readonly Checked[] } = { first: 0, events: [] };

  /** `hashKey`: 16 bytes that no poster can know, for hashing the names of submissions; no answer depends on it. */
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
    const found = this.#streams.number(read.stream);
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
    const found = this.#streams.number(written.stream);
    const recordedAt = parseInstant(written.recordedAt) ?? NaN;
    const isInPlace = written.revision === this.#streams.count(found) && recordedAt >= this.#instants.last;
    // The whole check tells what is wrong. What the others say depends on earlier events.
    if (!isInPlace || written.type === 'DayOpened' || isAnnotation(event)) return this.apply(text);
    return this.#take(text, written, event, recordedAt, found, false);
  }

  /** Adds an event that belongs at the next position. `found`: the number of its stream, if that has begun. */
  #take(
    text: string,
    { body, source, id }: SubmissionName,
    read: RegisterEvent,
    recordedAt: number,
    found: number | undefined,
    isExpected: boolean,
  ): RegisterEvent {
    const position = this.head + 1;
    const begins = found === undefined;
    this.#shelf.push(text);
    const stream = this.#streams.add(read.stream, found);
    this.#instants.add(recordedAt);
    this.#posted.add(body, position);
    const isFirst = this.#submitted.add(body, source, id, position, (one) =>
      this.#isOf(one, body, source, id),
    );
    const event: RegisterEvent = isFirst ? read : repeated(read);
    if (isFirst) this.#index(event, stream, begins);
    else this.#repeats.add(position);
    this.#tallies.add(event, isFirst);
    for (const projection of this.#projections) projection.apply(position, text, event);
    if (isExpected && begins && isFirst) this.#decoded.begin(stream, event);
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
    const before = this.#before;
    before.inStream = this.#streams.count(stream);
    before.recordedAt = this.#instants.last;
    before.today = this.#days.last;
    const flaw = misplaced(stored, event, recordedAt, before);
    if (flaw !== undefined) throw new UnreadableEvent(flawInWords(event.position, flaw.words));
  }

  #index(event: RegisterEvent, stream: number, begins: boolean): void {
    const { position } = event;
    const isIdentity = isIdentityStream(event.stream);
    // A stream has one subject, known from its first event, except a stream with the contracts of one
    // reference.
    const isSubjectKnown = !begins && this.#repeats.size === 0 && !event.stream.startsWith('contract-');
    if (isIdentity) this.#plain.add(event, stream, begins);
    for (const key of keysAbout(event, (target) => (target < position ? this.#event(target) : undefined))) {
      if (key === event.subject && isSubjectKnown) continue;
      this.#about.add(key, stream, mostStreamsAbout(key));
      if (isIdentity && key !== event.subject && mayIdentify(event) && namesSomebody(key))
        this.#namedIn.add(key, stream, Infinity);
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
    return this.#shelf.hash(position);
  }

  #event(position: number): RegisterEvent {
    const stored = storedAgain(this.#shelf.text(position));
    const event = this.#withTarget(asRecorded(stored), stored);
    return this.#repeats.has(position) ? repeated(event) : event;
  }

  /** When the event at a position was recorded, RFC 3339; undefined before the first. */
  recordedAt(position: number): string | undefined {
    return this.#instants.textAt(position);
  }

  /** The same in milliseconds since 1970. */
  instantOf(position: number): number | undefined {
    return this.#instants.at(position);
  }

  /**
   * Position of the last event recorded at or before an instant, in milliseconds since 1970; −1 if there is
   * none.
   */
  positionAt(instant: number): number {
    return this.#instants.lastAt(instant);
  }

  /** Positions of everything that a body posted, also of events after the position of a question. */
  postedBy(body: string): Pick<PositionList, 'at' | 'countUpTo'> {
    return this.#posted.of(body);
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
    return this.#about.get(key).map((stream) => this.#streams.name(stream));
  }

  /** The identity streams among them. */
  identityStreams(key: string): readonly string[] {
    const own = ownIdentityStreams(key).filter((name) => this.#streams.number(name) !== undefined);
    return [...own, ...this.#namedIn.get(key).map((stream) => this.#streams.name(stream))];
  }

  /** How many streams are about a key; it only ever grows. */
  countAbout(key: string): number {
    return this.#about.count(key);
  }

  /** What was posted of a row about a subject up to a position, from what is known at it. */
  posted(row: EventRow, subject: string, known: LogView): PostedTallies {
    // The counts that are kept go up to the head.
    return known.position === this.head
      ? this.#tallies.posted(row, subject, known)
      : { by: (body) => countOf(postedIn(known, row, subject)).by(body) };
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

  /** All streams by name and number, also those that begin after the position of a question. */
  get chains(): Pick<StreamChains, 'names' | 'number' | 'last' | 'before' | 'touched'> {
    return this.#streams;
  }

  /** Position of the last event of a stream; −1 if there is none. */
  lastOf(stream: string): number {
    const number = this.#streams.number(stream);
    return number === undefined ? -1 : this.#streams.last(number);
  }

  /** Position of the registration with which a stream begins, if nothing else in it says who is who up to the head. */
  plainRegistration(stream: string): number | undefined {
    const number = this.#streams.number(stream);
    return number === undefined ? undefined : this.#plain.registration(number);
  }

  /** A stream at the head. */
  decoded(name: string): DecodedStream {
    const number = this.#streams.number(name);
    if (number === undefined) return EMPTY;
    return this.#decoded.get(number);
  }

  #decode(stream: number): Decoded {
    const recorded: RegisterEvent[] = [];
    let bytes = 0;
    for (
      let position = this.#streams.last(stream);
      position >= 0;
      position = this.#streams.before(position)
    ) {
      recorded.push(this.#event(position));
      bytes += this.#shelf.bytes(position).length;
    }
    recorded.reverse();
    return { stream: new DecodedStream(recorded), bytes };
  }

  /** Everything but the events themselves. */
  save(): Sections {
    const own = new Map<string, Section>([['repeats', Uint32Array.from(this.#repeats)]]);
    for (const [name, part] of this.#parts)
      for (const [section, content] of part.save()) own.set(`${name}/${section}`, content);
    return own;
  }

  /** `rows`: reads the events up to the position, each held against its hash: they are read when they are asked for. */
  load(saved: SavedSections, position: number, rows: Rows = () => []): void {
    for (const one of saved.exactly('repeats')) this.#repeats.add(one);
    for (const [name, part] of this.#parts) part.load(saved.of(name), position);
    this.#shelf.expect(position + 1, rows);
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

function repeated({ position, stream, type, subject, body, data }: RegisterEvent): RegisterEvent {
  return { position, stream, type, subject, body, data, repeats: true } as RegisterEvent;
}

const EMPTY = new DecodedStream([]);
