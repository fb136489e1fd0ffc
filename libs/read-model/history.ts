import { keysAbout } from '@app/domain/after';
import { isAnnotation, targetOf } from '@app/domain/annotation';
import { only } from '@app/domain/decide';
import type { RegisterEvent } from '@app/domain/event';
import { keysOf, together, type Known } from '@app/domain/known';
import { refuse, type Refusal } from '@app/domain/problem';
import { nameOn, providerStreams } from '@app/domain/provider';
import type { StoredEvent } from '@app/domain/submission';
import type { Register } from './register';

/** A dispute of an event: by which event it was opened and, where it is not open any more, by which closed and how. */
export interface Dispute {
  readonly opened: string;
  readonly closed?: string;
  readonly outcome?: 'upheld' | 'dismissed';
}

/**
 * A stored event as it was posted, with `recordedAt` saying when the register knew and the days in its `data` when it
 * holds, and what has become of it since. Positions name the events that did it, which stand in the history too.
 */
export type HistoryEvent = StoredEvent & {
  /** Whether it counts: it was not retracted, no dispute of it was upheld, and it repeats nothing. */
  readonly stands: boolean;
  /** The data that count in place of its own, and the position of the correction that gave them, the latest. */
  readonly corrected?: { readonly data: Readonly<Record<string, unknown>>; readonly by: string };
  readonly retractedBy?: string;
  /** In the order of their opening; the last one may be open. */
  readonly disputes?: readonly Dispute[];
  /** The position of the event that was posted before it under the same source and id, and counts alone. */
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

/** Which part of a history is wanted. */
export interface HistoryPart {
  readonly after: number;
  readonly limit: number;
}

/**
 * The history of whoever has this key: what was recorded under any of its keys or names one of them, and every event
 * about those events. Nothing is left out for not standing any more, so a subject whose registration was retracted
 * still has one; nobody has one of whom nothing was ever recorded.
 */
export function history(
  register: Register,
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
      `Nothing is recorded of ${key} up to position ${position}: mend the key, or ask its body to register it`,
    );
  }
  const wanted = events.filter((event) => event.position > after);
  const page = wanted.slice(0, limit);
  const fates = new Map<string, Fates>();
  const fateOf = (event: RegisterEvent) => {
    const own = fates.get(event.stream) ?? fatesIn(known, event.stream);
    fates.set(event.stream, own);
    return own(event);
  };
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
    events: page.map((event) => {
      const stored = JSON.parse(register.text(event.position)) as StoredEvent;
      return {
        ...stored,
        ...fateOf(event),
        ...(event.repeats
          ? { repeats: String(register.submitted(stored.body, stored.source, stored.id)) }
          : {}),
      };
    }),
    next: wanted.length > limit ? String(page.at(-1)?.position) : null,
  };
}

/** What was recorded about any of the keys, by its own data or by those of a correction, with what is about that. */
function eventsAbout(known: Known, keys: readonly string[]): readonly RegisterEvent[] {
  const streams = new Set(keys.flatMap((key) => known.streamsAbout(key)));
  return [...streams]
    .flatMap((stream) => {
      const recorded = known.recorded(stream);
      const at = new Map(recorded.map((event) => [event.position, event]));
      const about = new Set<number>();
      for (const event of recorded) {
        if (!keysAbout(event, (position) => at.get(position)).some((key) => keys.includes(key))) continue;
        about.add(event.position);
        // A correction that names a key tells of an event that did not.
        if (isAnnotation(event)) about.add(targetOf(event));
      }
      for (const event of recorded)
        if (isAnnotation(event) && about.has(targetOf(event))) about.add(event.position);
      return recorded.filter(({ position }) => about.has(position));
    })
    .sort((a, b) => a.position - b.position);
}

type Fates = (event: RegisterEvent) => Omit<HistoryEvent, keyof StoredEvent>;

/** What has become of each event of a stream. */
function fatesIn(known: Known, stream: string): Fates {
  const events = known.stream(stream);
  const standing = new Set(events.map(({ position }) => position));
  const corrections = new Map(only(events, 'EventCorrected').map((event) => [targetOf(event), event]));
  const retractions = new Map(only(events, 'EventRetracted').map((event) => [targetOf(event), event]));
  const disputes = Map.groupBy(only(events, 'DisputeOpened', 'DisputeClosed'), targetOf);
  return ({ position }) => {
    const [correction, retraction] = [corrections.get(position), retractions.get(position)];
    const disputed: Dispute[] = [];
    let opened: string | undefined;
    for (const event of disputes.get(position) ?? []) {
      if (event.type === 'DisputeOpened') opened ??= String(event.position);
      else if (opened !== undefined) {
        disputed.push({ opened, closed: String(event.position), outcome: event.data.outcome });
        opened = undefined;
      }
    }
    if (opened !== undefined) disputed.push({ opened });
    return {
      stands: standing.has(position),
      ...(correction ? { corrected: { data: correction.data.data, by: String(correction.position) } } : {}),
      ...(retraction ? { retractedBy: String(retraction.position) } : {}),
      ...(disputed.length > 0 ? { disputes: disputed } : {}),
    };
  };
}
