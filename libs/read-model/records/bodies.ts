import {
  bodyStream,
  isInForce,
  keysOfBody,
  recognitions,
  successions,
  type Recognition,
} from '@app/domain/subjects/body';
import { dayOf } from '@app/domain/values/day';
import { REGISTRAR, type EventOf } from '@app/domain/log/event-catalogue';
import { type LogView } from '@app/domain/log/log-view';
import { isRegistered } from '@app/domain/log/identity';
import { refuse, type Refusal } from '@app/domain/values/problem';
import { includes } from '@app/domain/values/timeline';
import { writtenRuns, type Run } from '@app/domain/values/written-run';

/**
 * What a body may post: these types, for these standards and qualifications, or for all if none are named.
 */
export type MayPost = EventOf<'BodyRecognised'>['data']['mayPost'];

/** A body as known at a position. */
export interface BodyRecord {
  readonly body: string;
  /**
   * The name of the recognition that began last; null for a registrar that was never recognised, and need not
   * be.
   */
  readonly name: string | null;
  /** What it may post on the log’s today; undefined before the first day. */
  readonly mayPost: MayPost;
  /** The effective recognitions, in log order. */
  readonly recognitions: readonly {
    readonly position: string;
    readonly name: string;
    readonly from: string;
    /** The days on which it counts; none if a later one replaced it before it began. */
    readonly days: readonly Run[];
    readonly mayPost: MayPost;
  }[];
  /** The effective successions, in log order: which bodies act in its place, from when on, and of what alone. */
  readonly succeededBy: readonly ({ readonly position: string } & EventOf<'BodySucceeded'>['data'])[];
}

const ANYTHING: MayPost = [{ types: '*' }];

/** The record of a body. */
export function bodyRecord(known: LogView, body: string): BodyRecord | Refusal {
  return isRegistered(known, body)
    ? recordOf(known, body)
    : refuse(
        'unknown-body',
        `${body} is not recognised at position ${known.position}: correct the slug, or ask the registrar`,
      );
}

/** The records of the registrar and of every body with an effective recognition, by key. */
export function bodyRecords(known: LogView): readonly BodyRecord[] {
  const bodies = new Set([REGISTRAR, ...known.bodies()]);
  return [...bodies]
    .filter((body) => isRegistered(known, body))
    .sort()
    .map((body) => recordOf(known, body));
}

function recordOf(known: LogView, body: string): BodyRecord {
  const { today } = known;
  const own = known.stream(bodyStream(body));
  const all = recognitions(own);
  const begun = all.filter(({ event }) => dayOf(event.data.from) <= (today ?? -Infinity));
  const present = today === undefined ? undefined : all.find(({ days }) => includes(days, today));
  return {
    body,
    name: (begun.at(-1) ?? all[0])?.event.data.name ?? null,
    mayPost: body === REGISTRAR ? ANYTHING : (present?.event.data.mayPost ?? []),
    recognitions: all.map(recognitionOf),
    succeededBy: successions(own).map(({ position, data }) => ({ position: String(position), ...data })),
  };
}

function recognitionOf({ event: { position, data }, days }: Recognition): BodyRecord['recognitions'][number] {
  const { name, from, mayPost } = data;
  return { position: String(position), name, from, days: writtenRuns(days), mayPost };
}

/** A key of a body as known at a position, without its secret or hash. */
export interface KeyRecord {
  readonly key: string;
  /** Position of its issue. */
  readonly issued: number;
  /** Its last day, by the log’s today; null if it has none. */
  readonly until: string | null;
  /** Whether it is in force on the log’s today. */
  readonly inForce: boolean;
  /** Position of its revocation. */
  readonly revoked: number | undefined;
}

/** The keys that a body was ever issued, in log order. */
export function keyRecords(known: LogView, body: string): readonly KeyRecord[] {
  return keysOfBody(known.stream(bodyStream(body))).map((issued) => {
    const { position, data } = issued.event;
    const { key, until = null } = data;
    return { key, issued: position, until, inForce: isInForce(issued, known.today), revoked: issued.revoked };
  });
}
