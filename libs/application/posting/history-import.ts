import { formatDay, type Day } from '@app/domain/values/day';
import { readSubmission, type Submission } from '@app/domain/log/cloud-event';
import { MOST_BYTES_AN_APPEND, type EventLog } from '@app/event-store/event-log';
import { EventIndex } from '@app/read-model/index/event-index';
import { londonDay } from '@app/read-model/clock';
import { PendingAppend, headOf } from './pending-append';
import { builtInPolicies, dayOpened } from './registrar-postings';

/** A posting and its time: `at` is in milliseconds since 1970. */
export type DatedPosting = Submission & { readonly at: number };

export interface RecordOptions {
  /** Receives, now and then and at the end, how many events the log holds. */
  readonly told?: (events: number) => void;
  /** Ends the recording between two instants without an error; what was recorded before stays. */
  readonly signal?: AbortSignal;
}

/**
 * Records a history at its own times. Every posting is judged as the writer would have judged it then: its
 * form, its body’s authority and every rule. Its `recordedAt` is the posting’s own time, or a millisecond
 * after the one before. Postings must come in the order of `at`; those of one instant are recorded together.
 * Many are appended at once, because no one receives an answer in between and relies on it. Resolves to the
 * log when the last posting is written; until then no one else may write to it. Throws at the first posting
 * that is refused, and says which and why; what was recorded before stays.
 */
export async function importHistory(
  log: EventLog,
  postings: Iterable<DatedPosting>,
  { told, signal }: RecordOptions = {},
): Promise<EventLog> {
  const register = new EventIndex();
  for await (const { events } of log.read(-1)) for (const text of events) register.apply(text);
  let waiting: string[] = [];
  let bytes = 0;
  const append = async () => {
    if (waiting.length === 0) return;
    const { outcome } = await log.append(waiting, register.head - waiting.length);
    if (outcome !== 'appended')
      throw new Error(`The log did not take the events up to ${register.head}: ${outcome}`);
    [waiting, bytes] = [[], 0];
    told?.(register.head + 1);
  };
  let last = register.instantOf(register.head) ?? -Infinity;
  try {
    for (const instant of instants(postings)) {
      if (signal?.aborted === true) break;
      const [first] = instant;
      if (first && first.at < last) throw new Error(`${called(first)} comes before what stands already`);
      last = first?.at ?? last;
      for (let begin = 0; begin < instant.length;) {
        const texts = judged(register, instant, begin);
        const size = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
        if (bytes + size > MOST_BYTES_AN_APPEND) await append();
        for (const text of texts) register.apply(text);
        waiting.push(...texts);
        bytes += size;
        begin += texts.length;
      }
    }
  } finally {
    await append();
  }
  return log;
}

/** Judges the postings of an instant from one of them on, as many as one append holds. */
function judged(register: EventIndex, postings: readonly DatedPosting[], begin: number): readonly string[] {
  const at = Math.max(postings[0]?.at ?? 0, (register.instantOf(register.head) ?? -Infinity) + 1);
  const draft = new PendingAppend(headOf(register), new Date(at).toISOString(), undefined);
  for (let i = begin; i < postings.length; i++) {
    const posting = postings[i];
    if (!posting) break;
    const { at: _, body, ...event } = posting;
    const result = draft.take(readSubmission(body, { specversion: '1.0', ...event }));
    if (result === 'full') break;
    if (result.outcome === 'refused') {
      const { code, detail } = result.refusal;
      throw new Error(`${called(posting)} is refused as ${code}: ${detail}`);
    }
    if (result.outcome === 'duplicate') throw new Error(`${called(posting)} was posted before`);
  }
  return draft.texts;
}

/**
 * The postings, with those that the register makes by itself: the built-in policies at the beginning of the
 * first day, and each civil day of Europe/London from then on as it begins. A register that is started on
 * such a log finds nothing to do.
 */
export function* withDays(postings: Iterable<DatedPosting>): Generator<DatedPosting, void, undefined> {
  let next: { day: Day; begins: number } | undefined;
  for (const posting of postings) {
    if (next === undefined) {
      next = beginning(londonDay(posting.at));
      for (const policy of builtInPolicies()) yield { at: next.begins, ...policy };
    }
    for (; next.begins <= posting.at; next = beginning(next.day + 1))
      yield { at: next.begins, ...dayOpened(next.day) };
    yield posting;
  }
}

function beginning(day: Day): { day: Day; begins: number } {
  const { epochMilliseconds } = Temporal.PlainDate.from(formatDay(day)).toZonedDateTime('Europe/London');
  return { day, begins: epochMilliseconds };
}

function* instants(postings: Iterable<DatedPosting>): Generator<readonly DatedPosting[], void, undefined> {
  let instant: DatedPosting[] = [];
  for (const posting of postings) {
    if (instant.length > 0 && instant[0]?.at !== posting.at) {
      yield instant;
      instant = [];
    }
    instant.push(posting);
  }
  if (instant.length > 0) yield instant;
}

function called({ at, body, source, id, type, subject }: DatedPosting): string {
  return `${type} of ${subject}, posted by ${body} as ${source} ${id} at ${new Date(at).toISOString()},`;
}
