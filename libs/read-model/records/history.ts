import { keysAbout } from '@app/domain/log/overlay-view';
import { isAnnotation } from '@app/domain/log/annotations';
import { targetOf } from '@app/domain/log/annotation-target';
import { only } from '@app/domain/log/decider';
import type { EventOf, RegisterEvent } from '@app/domain/log/event-catalogue';
import { together, type LogView } from '@app/domain/log/log-view';
import { keysOf } from '@app/domain/log/identity';
import { refuse, type Refusal } from '@app/domain/values/problem';
import { nameOn, providerStreams, succeeding } from '@app/domain/subjects/provider';
import { storedAgain, type StoredEvent } from '@app/domain/log/stored-event';
import type { EventIndex } from '../index/event-index';

/** An event that did something to another: its position, who posted it, and when the register knew, RFC 3339. */
export interface Attribution {
  readonly by: string;
  readonly body: string;
  readonly recordedAt: string;
}

/** A correction: the data that it gives, whole, and why. */
export interface Correction extends Attribution {
  readonly data: Readonly<Record<string, unknown>>;
  readonly kind: 'clerical' | 'substantive';
  readonly reason: string;
}

/** A retraction of an event, and why. */
export interface Retraction extends Attribution {
  readonly reason: string;
}

/** A dispute of an event: the event that opened it and, if it is closed, the event that closed it and how. */
export interface Dispute {
  readonly opened: string;
  readonly closed?: string;
  readonly outcome?: 'upheld' | 'dismissed';
  readonly opening: Attribution & { readonly reason: string };
  readonly closing?: Attribution;
}

/**
 * The appeal that counts against an event: the days of its lodging and, if it is decided, of its decision.
 */
export interface Appealed {
  readonly lodging: Attribution & { readonly on: string };
  readonly decision?: Attribution & { readonly on: string; readonly outcome: 'upheld' | 'dismissed' };
}

/**
 * A stored event as it was posted (its `recordedAt` says when the register knew it, the days in its `data`
 * when it holds), and what has become of it since. Positions name the events that changed it, which are in
 * the history too.
 */
export type HistoryEvent = StoredEvent & {
  /** Whether it is effective: it was not retracted, no dispute of it was upheld, and it repeats nothing. */
  readonly stands: boolean;
  /** The correction that counts, the latest effective one: its data replace the event’s own. */
  readonly corrected?: Correction;
  /** If there were others: every correction of it, in log order, so that all its versions can be seen. */
  readonly corrections?: readonly (Correction & { readonly stands: boolean })[];
  readonly retractedBy?: string;
  readonly retracted?: Retraction;
  /**
   * If there were others: every retraction of it, in log order. A retraction that is not effective was itself
   * retracted, which brought the event back: `retracted` names the event that did so.
   */
  readonly retractions?: readonly (Retraction & {
    readonly stands: boolean;
    readonly retracted?: Retraction;
  })[];
  /** In the order of their opening; the last one may be open. */
  readonly disputes?: readonly Dispute[];
  readonly appealed?: Appealed;
  /** The position of the earlier event with the same source and id, which alone counts. */
  readonly repeats?: string;
};

/** The events about one provider or adviser as known at a position, in log order. */
export interface History {
  readonly provider?: { readonly key: string; readonly name: string | null };
  readonly adviser?: string;
  /** All its keys, the one registered first in front. */
  readonly keys: readonly string[];
  readonly events: readonly HistoryEvent[];
  /** The position after which the next page begins; null on the last one. */
  readonly next: string | null;
}

/** Which part of a history to give. */
export interface HistoryPart {
  readonly after: number;
  readonly limit: number;
}

/**
 * The history of the subject with this key: everything that was recorded under any of its keys or names one
 * of them, and every event about those events. It includes events that are no longer effective, so a subject
 * whose registration was retracted still has a history; a subject without any recorded event has none.
 */
export function history(
  register: EventIndex,
  position: number,
  key: string,
  { after, limit }: HistoryPart,
): History | Refusal {
  const known = register.at(position);
  const keys = keysOf(known, key);
  const events = eventsAbout(known, keys);
  const isAdviser = key.startsWith('adviser:');
  if (events.length === 0) {
    return refuse(
      isAdviser ? 'unknown-adviser' : 'unknown-provider',
      `Nothing is recorded of ${key} up to position ${position}: correct the key, or ask its body to register it`,
    );
  }
  const wanted = events.filter((event) => event.position > after);
  const page = wanted.slice(0, limit);
  const [first = key] = keys;
  return {
    ...(isAdviser
      ? { adviser: first }
      : {
          provider: {
            key: first,
            name: nameOn(together(known, providerStreams(keys)), known.today ?? -Infinity),
          },
        }),
    keys,
    events: page.map(historyIn(register, known)),
    next: wanted.length > limit ? String(page.at(-1)?.position) : null,
  };
}

/**
 * What was recorded about any of the keys, by its own data or by a correction’s, with the events about that.
 */
function eventsAbout(known: LogView, keys: readonly string[]): readonly RegisterEvent[] {
  // Those whose place it took name it under a key of its own.
  const own = new Set(keys.flatMap((key) => [key, succeeding(key)]));
  const streams = new Set([...own].flatMap((key) => known.streamsAbout(key)));
  return [...streams]
    .flatMap((stream) => {
      const recorded = known.recorded(stream);
      const at = new Map(recorded.map((event) => [event.position, event]));
      const about = new Set<number>();
      for (const event of recorded) {
        if (!keysAbout(event, (position) => at.get(position)).some((key) => own.has(key))) continue;
        about.add(event.position);
        // A correction may name a key that its target did not.
        if (isAnnotation(event)) about.add(targetOf(event));
      }
      for (const event of recorded)
        if (isAnnotation(event) && about.has(targetOf(event))) about.add(event.position);
      return recorded.filter(({ position }) => about.has(position));
    })
    .sort((a, b) => a.position - b.position);
}

/** One event with its fate, as known at a position. */
export function eventHistory(
  register: EventIndex,
  position: number,
  event: number,
): { readonly event: HistoryEvent } | Refusal {
  return event <= position
    ? { event: historyIn(register, register.at(position))({ position: event }) }
    : unknownEvent(event, position);
}

export function unknownEvent(event: number, known: number): Refusal {
  const where = Number.isSafeInteger(event) ? `at ${event}` : 'so far on';
  const last = known < 0 ? 'the log is empty' : `the last one is ${known}`;
  return refuse('unknown-event', `No event stands ${where} yet: ${last}`);
}

type Fates = (position: number) => Omit<HistoryEvent, keyof StoredEvent>;

/** The given events as known at a position, each as it is stored and with what has become of it. */
export function historyIn(
  register: EventIndex,
  known: LogView,
): (event: { readonly position: number }) => HistoryEvent {
  const fates = new Map<string, Fates>();
  return ({ position }) => {
    const stored = storedAgain(register.text(position));
    const own = fates.get(stored.stream) ?? fatesIn(register, known, stored.stream);
    fates.set(stored.stream, own);
    const first = register.submitted(stored.body, stored.source, stored.id);
    return { ...stored, ...own(position), ...(first === position ? {} : { repeats: String(first) }) };
  };
}

/** What has become of each event of a stream. */
function fatesIn(register: EventIndex, known: LogView, stream: string): Fates {
  const events = known.stream(stream);
  const standing = new Set(events.map(({ position }) => position));
  const posted = known.recorded(stream).filter(({ repeats }) => !repeats);
  const corrections = Map.groupBy(only(posted, 'EventCorrected'), targetOf);
  const retractions = Map.groupBy(only(posted, 'EventRetracted'), targetOf);
  const disputes = Map.groupBy(only(events, 'DisputeOpened', 'DisputeClosed'), targetOf);
  const appeals = Map.groupBy(only(events, 'AppealLodged', 'AppealDecided'), targetOf);
  const mark = ({ position, body }: RegisterEvent): Attribution => ({
    by: String(position),
    body,
    recordedAt: register.recordedAt(position) ?? '',
  });
  const retractionsOf = (position: number) =>
    (retractions.get(position) ?? []).map((event) => ({
      ...mark(event),
      reason: event.data.reason,
      stands: standing.has(event.position),
    }));
  return (position) => {
    const corrected = (corrections.get(position) ?? []).map((event) => {
      const { data, kind, reason } = event.data;
      return { data, ...mark(event), kind, reason, stands: standing.has(event.position) };
    });
    const retracted = retractionsOf(position).map((retraction) => {
      const broughtBack = standingOf(retractionsOf(Number(retraction.by)));
      return { ...retraction, ...(broughtBack ? { retracted: broughtBack } : {}) };
    });
    const [correction, retraction] = [standingOf(corrected), standingOf(retracted)];
    const disputed = disputesIn(disputes.get(position) ?? [], mark);
    const appealed = appealIn(appeals.get(position) ?? [], mark);
    return {
      stands: standing.has(position),
      ...(correction ? { corrected: correction } : {}),
      ...(corrected.length > (correction ? 1 : 0) ? { corrections: corrected } : {}),
      ...(retraction ? { retractedBy: retraction.by, retracted: retraction } : {}),
      ...(retracted.length > (retraction ? 1 : 0) ? { retractions: retracted } : {}),
      ...(disputed.length > 0 ? { disputes: disputed } : {}),
      ...(appealed ? { appealed } : {}),
    };
  };
}

/** The latest of them that stands. */
function standingOf<T extends Attribution & { readonly stands: boolean }>(marks: readonly T[]) {
  const latest = marks.findLast((mark) => mark.stands);
  if (!latest) return undefined;
  const { stands: _, ...mark } = latest;
  return mark;
}

type Marking = (event: RegisterEvent) => Attribution;

function disputesIn(
  events: readonly EventOf<'DisputeOpened' | 'DisputeClosed'>[],
  mark: Marking,
): readonly Dispute[] {
  const disputes: Dispute[] = [];
  let open: Dispute | undefined;
  for (const event of events) {
    if (event.type === 'DisputeOpened') {
      open ??= { opened: String(event.position), opening: { ...mark(event), reason: event.data.reason } };
    } else if (open) {
      const { opened, opening } = open;
      const { outcome } = event.data;
      disputes.push({ opened, closed: String(event.position), outcome, opening, closing: mark(event) });
      open = undefined;
    }
  }
  return open ? [...disputes, open] : disputes;
}

/** The first effective lodging, and the first decision after it (specification, section 4, “Appeals”). */
function appealIn(
  events: readonly EventOf<'AppealLodged' | 'AppealDecided'>[],
  mark: Marking,
): Appealed | undefined {
  const lodged = only(events, 'AppealLodged')[0];
  if (!lodged) return undefined;
  const decided = only(events, 'AppealDecided').find(({ position }) => position > lodged.position);
  return {
    lodging: { ...mark(lodged), on: lodged.data.on },
    ...(decided
      ? { decision: { ...mark(decided), on: decided.data.on, outcome: decided.data.outcome } }
      : {}),
  };
}
