import { OverlayView } from '@app/domain/log/overlay-view';
import type { Bounds } from '@app/domain/admission/subject-bounds';
import type { Day } from '@app/domain/values/day';
import type { EventType, RegisterEvent } from '@app/domain/log/event-catalogue';
import { targetOf } from '@app/domain/log/annotation-target';
import { versionOf } from '@app/domain/log/upcast';
import { judge } from '@app/domain/admission/judge';
import { opens } from '@app/domain/admission/opens';
import type { LogView } from '@app/domain/log/log-view';
import { isRefusal, refuse, type Refusal, type Warning } from '@app/domain/values/problem';
import { type Submission } from '@app/domain/log/cloud-event';
import { asRecorded, readStored, storedAgain, type StoredEvent } from '@app/domain/log/stored-event';
import { MOST_BYTES_AN_APPEND, MOST_BYTES_AN_EVENT } from '@app/event-store/event-log';
import type { EventIndex } from '@app/read-model/index/event-index';
import type { Checked } from '@app/read-model/index/checked-event';
import { canonical } from '@app/domain/log/canonical';

/** The place of a submission in the log: its new one or, for a duplicate, that of the first posting. */
export interface RecordedEvent {
  readonly outcome: 'accepted' | 'duplicate';
  /** Whether the log held it before the events that it was judged with. */
  readonly stood: boolean;
  readonly id: string;
  readonly position: number;
  readonly stream: string;
  readonly revision: number;
  readonly recordedAt: string;
  readonly warnings: readonly Warning[];
  /** Of a recognition: what it opens, in sentences. */
  readonly opens?: readonly string[];
}

export type PostResult = RecordedEvent | { readonly outcome: 'refused'; readonly refusal: Refusal };

/** What a body sent: a submission, or the refusal of one with a wrong form. */
export type PendingPost = Submission | Refusal;

/** An event as the log will hold it. */
interface Taken extends Checked {
  readonly bytes: number;
}

/** What a draft builds on: the log up to a position, and which ids it holds. */
interface Base {
  readonly known: LogView;
  /** The position up to which the log is written; by default that of `known`. */
  readonly written?: number;
  /** How many events a body may post; by default the bounds of every register. */
  readonly bounds?: Bounds | undefined;
  submitted(body: string, source: string, id: string): StoredEvent | undefined;
}

/** The base that a register has at its head. */
export function headOf(register: EventIndex): Base {
  const head = register.head;
  return {
    known: register.at(head),
    submitted(body, source, id) {
      const position = register.submitted(body, source, id);
      return position === undefined || position > head ? undefined : storedAgain(register.text(position));
    },
  };
}

/** Events judged one on top of the other, as they would follow the log. None of them is written yet. */
export class PendingAppend implements Base {
  readonly #base: Base;
  readonly #recordedAt: string;
  readonly #latestDay: Day | undefined;
  readonly #after: OverlayView;
  readonly #submitted = new Map<string, StoredEvent>();
  readonly #taken: Taken[] = [];
  readonly #room: number;
  #bytes = 0;

  /**
   * `recordedAt`: the recorded time of its events, RFC 3339. `latestDay`: the last day that may be opened, if
   * there is a limit. `room`: the bytes that it holds; by default those of one append, unless it is never
   * written.
   */
  constructor(base: Base, recordedAt: string, latestDay: Day | undefined, room = MOST_BYTES_AN_APPEND) {
    this.#room = room;
    this.#base = base;
    this.#recordedAt = recordedAt;
    this.#latestDay = latestDay;
    this.#after = new OverlayView(base.known);
  }

  get known(): LogView {
    return this.#after;
  }

  /** The log with its events on top. */
  get after(): OverlayView {
    return this.#after;
  }

  get written(): number {
    return this.#base.written ?? this.#base.known.position;
  }

  get bounds(): Bounds | undefined {
    return this.#base.bounds;
  }

  /** The log without its events. */
  get base(): LogView {
    return this.#base.known;
  }

  /** Its events, in order; none if they will never be written. */
  get taken(): readonly Taken[] {
    return this.#taken;
  }

  /** The stored bytes of its events, as text. */
  get texts(): readonly string[] {
    return this.#taken.map(({ text }) => text);
  }

  submitted(body: string, source: string, id: string): StoredEvent | undefined {
    return this.#submitted.get(`${body}\n${source}\n${id}`) ?? this.#base.submitted(body, source, id);
  }

  /**
   * Judges a submission, and adds it if it is accepted; `full` if it may be accepted, but does not fit into
   * this append.
   */
  take(submission: PendingPost): PostResult | 'full' {
    if (isRefusal(submission)) return { outcome: 'refused', refusal: submission };
    const judgement = judge(submission, {
      known: this.#after,
      written: this.written,
      latestDay: this.#latestDay,
      bounds: this.bounds,
      submitted: (body, source, id) => {
        const stored = this.submitted(body, source, id);
        return stored && asRecorded(stored);
      },
    });
    if (judgement.verdict === 'refused') return { outcome: 'refused', refusal: judgement.refusal };
    if (judgement.verdict === 'duplicate') {
      const first = this.submitted(submission.body, submission.source, submission.id);
      if (!first) throw new Error('what was posted before is not found again');
      return this.#recorded('duplicate', first, judgement.warnings);
    }
    const { text, stored } = canonical(this.#stored(submission, judgement.event));
    const bytes = Buffer.byteLength(text);
    if (bytes > MOST_BYTES_AN_EVENT) {
      return {
        outcome: 'refused',
        refusal: refuse(
          'too-large',
          `The event would take ${bytes} bytes in the log, and may take ${MOST_BYTES_AN_EVENT}: shorten its lists`,
        ),
      };
    }
    // An event that a start would refuse to read is never written, whoever made it.
    const read = readStored(stored);
    if (isRefusal(read)) throw new Error(`an event was made that could not be read again: ${read.detail}`);
    if (this.#bytes + bytes > this.#room) return 'full';
    this.#add({ stored, event: asRecorded(stored), text, bytes });
    return this.#recorded('accepted', stored, judgement.warnings);
  }

  /**
   * Adds all of an atomic batch, or nothing if any of it is refused. Then the results say what would be
   * refused if the good ones before it were taken. `full` if the batch may be taken, but not in this append.
   */
  takeAll(candidates: readonly PendingPost[]): readonly PostResult[] | 'full' {
    const trial = new PendingAppend(this, this.#recordedAt, this.#latestDay);
    const results: PostResult[] = [];
    for (const candidate of candidates) {
      const result = trial.take(candidate);
      if (result === 'full') return 'full';
      results.push(result);
    }
    if (results.some(({ outcome }) => outcome === 'refused')) return results;
    if (this.#bytes + trial.#bytes > this.#room) return 'full';
    for (const { stored, event, text, bytes } of trial.#taken) this.#add({ stored, event, text, bytes });
    return results;
  }

  /** The type whose form the data of an event have: those of a correction have the form of its target’s. */
  #typeOfData(event: RegisterEvent): EventType {
    const target = event.type === 'EventCorrected' ? this.#after.find(targetOf(event))?.event : undefined;
    return target?.type ?? event.type;
  }

  #stored(submission: Submission, event: RegisterEvent): StoredEvent {
    const { source, id, time } = submission;
    const { position, stream, type, subject, body, data } = event;
    return {
      position: String(position),
      stream,
      revision: this.#after.countOf(stream),
      type,
      schema: versionOf(this.#typeOfData(event)),
      subject,
      body,
      source,
      id,
      ...(time === undefined ? {} : { time }),
      recordedAt: this.#recordedAt,
      data: data as StoredEvent['data'],
    };
  }

  #recorded(
    outcome: RecordedEvent['outcome'],
    stored: StoredEvent,
    warnings: readonly Warning[],
  ): RecordedEvent {
    const { id, stream, revision, recordedAt } = stored;
    const position = Number(stored.position);
    const recorded = { outcome, stood: position <= this.written, id, position, stream, revision, recordedAt };
    const event = asRecorded(stored);
    return event.type === 'BodyRecognised'
      ? { ...recorded, warnings, opens: opens(event.data) }
      : { ...recorded, warnings };
  }

  #add(taken: Taken): void {
    const { body, source, id } = taken.stored;
    this.#after.add(taken.event);
    this.#submitted.set(`${body}\n${source}\n${id}`, taken.stored);
    // Events that will never be written need not be kept.
    if (this.#room !== Infinity) this.#taken.push(taken);
    this.#bytes += taken.bytes;
  }
}
