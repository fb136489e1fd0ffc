import { OverlayView } from '@app/domain/log/overlay-view';
import type { Bounds } from '@app/domain/admission/subject-bounds';
import type { Day } from '@app/domain/values/day';
import type { RegisterEvent } from '@app/domain/log/event-catalogue';
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

/** Where a submission stands in the log, now or from the first time that it was posted. */
export interface RecordedEvent {
  readonly outcome: 'accepted' | 'duplicate';
  /** Whether it stood in the log before any of what it was judged with. */
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

/** What a body sent: a submission, or why its form is wrong already. */
export type PendingPost = Submission | Refusal;

/** An event as it will stand in the log. */
interface Taken extends Checked {
  readonly bytes: number;
}

/** What a draft goes on from: the log up to a position, and what was posted under which id in it. */
interface Base {
  readonly known: LogView;
  /** Position up to which the log is written; that of `known` where nothing is said. */
  readonly written?: number;
  /** How many events a body may post; those of every register where nothing is said. */
  readonly bounds?: Bounds | undefined;
  submitted(body: string, source: string, id: string): StoredEvent | undefined;
}

/** What a register knows at its head. */
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

/** Events judged one on top of the other, as they would follow the log: nothing of it is written. */
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
   * `recordedAt`: when its events are recorded, RFC 3339; `latestDay`: the last day that may be opened, where there is
   * one; `room`: how many bytes it holds, those of one append unless nothing of it is to be written.
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

  /** The same, and what its events added. */
  get after(): OverlayView {
    return this.#after;
  }

  get written(): number {
    return this.#base.written ?? this.#base.known.position;
  }

  get bounds(): Bounds | undefined {
    return this.#base.bounds;
  }

  /** What is known without its events. */
  get base(): LogView {
    return this.#base.known;
  }

  /** Its events, in order; none of what is never written. */
  get taken(): readonly Taken[] {
    return this.#taken;
  }

  /** The stored bytes of them, as text. */
  get texts(): readonly string[] {
    return this.#taken.map(({ text }) => text);
  }

  submitted(body: string, source: string, id: string): StoredEvent | undefined {
    return this.#submitted.get(`${body}\n${source}\n${id}`) ?? this.#base.submitted(body, source, id);
  }

  /** Judges a submission, and takes it in where it is accepted; `full` where it may be, but not in this append. */
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
    // Whoever made it: what a start would refuse to read is never written.
    const read = readStored(stored);
    if (isRefusal(read)) throw new Error(`an event was made that could not be read again: ${read.detail}`);
    if (this.#bytes + bytes > this.#room) return 'full';
    this.#add({ stored, event: asRecorded(stored), text, bytes });
    return this.#recorded('accepted', stored, judgement.warnings);
  }

  /**
   * Takes in all of an atomic batch or, where anything is refused, nothing: then the results say what would be refused,
   * the good ones before it counting. `full` where they may be taken, but not in this append.
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

  #stored(submission: Submission, event: RegisterEvent): StoredEvent {
    const { source, id, time } = submission;
    const { position, stream, type, subject, body, data } = event;
    return {
      position: String(position),
      stream,
      revision: this.#after.countOf(stream),
      type,
      schema: 1,
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
    // What is never written need not be kept as it would be.
    if (this.#room !== Infinity) this.#taken.push(taken);
    this.#bytes += taken.bytes;
  }
}
