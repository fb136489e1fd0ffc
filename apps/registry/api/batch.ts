import type { TriedEffects } from '@app/application/asking/dry-run-effects';
import type { RecordedEvent, PostResult } from '@app/application/posting/pending-append';
import type { SentEvent } from '@app/application/posting/post-events';
import { Refused } from '@app/http-contract/problem/refusal-error';
import type { Refusal } from '@app/domain/values/problem';
import { problemOf, type ProblemDetails } from '@app/http-contract/problem/problems';

/** The most problems, and the most events with warnings, that the answer to a batch tells. */
const MOST_TOLD = 1_000;

/** How to take the events of a request. */
export interface Mode {
  readonly atomic: boolean;
  readonly dryRun: boolean;
}

/**
 * The place of an event in what was sent: its index from 0, or the line of a table on which it begins; for a
 * retraction, the position of its target.
 */
export type Place = { readonly index: number } | { readonly line: number } | { readonly position: string };

/** What was sent as one event of several, and where. */
export interface BatchItem {
  readonly place: Place;
  readonly sent: SentEvent;
  /** How many bytes it took, where several are streamed. */
  readonly bytes?: number;
  /** Puts a refusal into terms of what was sent, if that was not yet an event. */
  readonly explained?: (refusal: Refusal) => Refusal;
}

/** An event and its outcome. */
export interface Judged {
  readonly item: Pick<BatchItem, 'place'>;
  readonly result: PostResult;
}

/** An event that stands in the log or would; its position only where it stands. */
export interface PostedEvent {
  readonly id: string;
  readonly position: string | null;
  readonly stream: string;
  readonly revision: number;
  readonly recordedAt: string;
  readonly warnings: readonly { readonly code: string; readonly pointer?: string; readonly detail: string }[];
  /** For a recognition: what it opens, in sentences. */
  readonly opens?: readonly string[];
}

/** The outcome of several events (specification, section 7). */
export interface Batch {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly (Place & { readonly problem: ProblemDetails })[];
  readonly refused: number;
  /** How many of the events that were not refused have warnings. */
  readonly warned: number;
  readonly warnings: readonly (Place & Pick<PostedEvent, 'warnings'>)[];
  readonly lastPosition: string | null;
}

/** `isWritten`: whether accepted events were also written. */
export function posted(
  { stood, id, position, stream, revision, recordedAt, warnings, opens }: RecordedEvent,
  isWritten: boolean,
): PostedEvent {
  return {
    id,
    position: isWritten || stood ? String(position) : null,
    stream,
    revision,
    recordedAt,
    warnings,
    ...(opens === undefined ? {} : { opens }),
  };
}

/**
 * A line of JSON for each event; an event from a table has its line there. `ofAll`: what to say of all of
 * them, beside the first.
 */
export async function* lines(
  parts: AsyncIterable<readonly Judged[]>,
  mode: Mode,
  ofAll: object = {},
): AsyncGenerator<string, void, undefined> {
  let more = ofAll;
  try {
    for await (const part of parts) {
      // An atomic batch is one part: if anything in it is refused, nothing was written.
      const isWritten = !mode.dryRun && !(mode.atomic && part.some(isRefused));
      yield part
        .map(({ item: { place }, result }) => {
          const answer = result.outcome === 'refused' ? problemOf(result.refusal) : posted(result, isWritten);
          const told = 'line' in place ? { ...place, ...answer, ...more } : answer;
          more = {};
          return `${JSON.stringify(told)}\n`;
        })
        .join('');
    }
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    yield `${JSON.stringify(problemOf(error.refusal))}\n`;
  }
}

function isRefused({ result }: Judged): boolean {
  return result.outcome === 'refused';
}

/**
 * Counts the outcomes. If anything in an atomic batch is refused, nothing was taken, and its warnings are
 * those that the other events would have.
 */
export async function batchOf(parts: AsyncIterable<readonly Judged[]>, mode: Mode): Promise<Batch> {
  let [accepted, duplicates, refused, warned, last] = [0, 0, 0, 0, -1];
  const rejected: (Place & { readonly problem: ProblemDetails })[] = [];
  const warnings: (Place & Pick<PostedEvent, 'warnings'>)[] = [];
  for await (const part of parts) {
    for (const { item, result } of part) {
      if (result.outcome === 'refused') {
        refused++;
        if (rejected.length < MOST_TOLD) rejected.push({ ...item.place, problem: problemOf(result.refusal) });
      } else {
        if (result.outcome === 'accepted') accepted++;
        else duplicates++;
        if (result.warnings.length > 0) {
          warned++;
          if (warnings.length < MOST_TOLD) warnings.push({ ...item.place, warnings: result.warnings });
        }
        if (!mode.dryRun || result.stood) last = Math.max(last, result.position);
      }
    }
  }
  const told = { rejected, refused, warned, warnings };
  return mode.atomic && refused > 0
    ? { accepted: 0, duplicates: 0, ...told, lastPosition: null }
    : { accepted, duplicates, ...told, lastPosition: last < 0 ? null : String(last) };
}

/** Effects with their events named by place in what was sent, like rejected events. */
export function placed({ providers, ...effects }: TriedEffects, sent: readonly Place[]) {
  return {
    ...effects,
    providers: providers.map(({ places, ...change }) => ({
      ...change,
      events: places.flatMap((place) => sent[place] ?? []),
    })),
  };
}
