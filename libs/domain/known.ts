import type { Posted, Row } from './bounds';
import type { Day } from './day';
import type { RegisterEvent } from './event';
import { listed } from './kept';
import { refuse, type Refusal } from './problem';

/**
 * The log as known at one position: the only thing that rules read. Everything it gives is what **stands**,
 * with its data as last corrected (design, section 5), in log order; it never changes.
 */
export interface Known {
  /** The position up to which events are known; −1 before the first. */
  readonly position: number;
  /** The date of the last `DayOpened`; nothing before the first. */
  readonly today: Day | undefined;
  /** What stands in a stream. */
  stream(name: string): readonly RegisterEvent[];
  /** All that was recorded in a stream, as it was recorded, whether it stands or not. */
  recorded(stream: string): readonly RegisterEvent[];
  /** Names of the streams that are about a key: its own, and those whose events name it. */
  streamsAbout(key: string): readonly string[];
  /** Of those, the ones that say who is who. */
  identityStreams(key: string): readonly string[];
  /** Positions of the events of a stream under an open dispute; what does not stand any more is under none. */
  disputed(stream: string): readonly number[];
  /** The event at a position, with its data as last corrected, and whether it stands. */
  find(position: number): { readonly event: RegisterEvent; readonly stands: boolean } | undefined;
  /** Keys of the bodies of which a recognition was ever recorded, sorted; some may not be recognised any more. */
  bodies(): readonly string[];
  /** Ids of the policies of which an edition was ever recorded, sorted; of some none may stand any more. */
  policies(): readonly string[];
  /** How many events of a row were recorded about a subject, whether they stand or not; what repeats another is none. */
  posted(row: Row, subject: string): Posted;
  /** No more of either kind, by all bodies together, of what shares a {@link sharedPlace}: it is told without counting. */
  mostPosted(place: number): number;
}

/** What stands in several streams, in log order. */
export function together(known: Known, streams: readonly string[]): readonly RegisterEvent[] {
  const [only, ...more] = streams;
  if (only === undefined) return [];
  if (more.length === 0) return known.stream(only);
  return streams.flatMap((stream) => known.stream(stream)).sort((a, b) => a.position - b.position);
}

/** Whether something standing opened this key to posting and asking (design, section 4). */
export function isRegistered(known: Known, key: string): boolean {
  if (key === 'body:registrar') return true;
  return known
    .identityStreams(key)
    .some((stream) => known.stream(stream).some((event) => registers(event) === key));
}

/** Position of the first standing event that registers the key. */
export function registrationOf(known: Known, key: string): number | undefined {
  let first: number | undefined;
  for (const stream of known.identityStreams(key)) {
    const event = known.stream(stream).find((one) => registers(one) === key);
    if (event && event.position < (first ?? Infinity)) first = event.position;
  }
  return first;
}

/** Whether the events of a stream say who is who. */
export function isIdentityStream(name: string): boolean {
  return /^(?:provider|school|adviser|body)-/.test(name);
}

/** The key that an event registers. */
function registers(event: RegisterEvent): string | undefined {
  switch (event.type) {
    case 'ProviderRegistered':
    case 'SchoolRegistered':
    case 'AdviserRegistered':
    case 'BodyRecognised':
      return event.subject;
    case 'ProviderIdentified':
      return event.data.as;
    default:
      return undefined;
  }
}

/** The keys that an event says are one subject, from its position on. */
function identifies(event: RegisterEvent): readonly [string, string] | undefined {
  if (event.type === 'ProviderIdentified') return [event.subject, event.data.as];
  if (event.type === 'AdviserMerged') return [event.subject, event.data.into];
  return undefined;
}

/** So many keys has one provider or one person at the most: everything asked of them is looked for under each. */
export const MOST_KEYS = 50;

/**
 * All keys of the provider or adviser that has this one, the key that was registered first in front: by it the
 * subject goes in answers. A key whose registration does not stand comes after those that are registered.
 */
export function keysOf(known: Known, key: string): readonly string[] {
  // Nearly everybody has one key, and no event says otherwise.
  const isAlone = known
    .identityStreams(key)
    .every((stream) => !known.stream(stream).some((event) => identifies(event) !== undefined));
  if (isAlone) return [key];
  const keys = new Set([key]);
  const streams = new Set<string>();
  /** The keys that are one with each of those that were met. */
  const others = new Map<string, string[]>();
  for (const one of keys) {
    for (const stream of known.identityStreams(one)) {
      if (streams.has(stream)) continue;
      streams.add(stream);
      for (const event of known.stream(stream)) {
        const pair = identifies(event);
        if (!pair) continue;
        const [first, second] = pair;
        listed(others, first).push(second);
        listed(others, second).push(first);
      }
    }
    for (const other of others.get(one) ?? []) keys.add(other);
  }
  if (keys.size === 1) return [key];
  const order = new Map<string, number>();
  for (const stream of streams) {
    for (const event of known.stream(stream)) {
      const registered = registers(event);
      if (registered !== undefined && event.position < (order.get(registered) ?? Infinity))
        order.set(registered, event.position);
    }
  }
  return [...keys].sort((a, b) => {
    const [first, second] = [order.get(a) ?? Infinity, order.get(b) ?? Infinity];
    return first === second ? (a < b ? -1 : 1) : first - second;
  });
}

/** Refuses to make further keys those of a subject that would have too many then. */
export function tooManyKeys(subject: string, keys: number, pointer: string): Refusal | undefined {
  return keys > MOST_KEYS
    ? refuse(
        'too-many',
        `${subject} would have ${keys} keys, and may have ${MOST_KEYS}: retract those that are not its own, or leave this one out`,
        pointer,
      )
    : undefined;
}

/** The keys of each person or provider that these keys stand for, once each, by first key. */
export function persons(known: Known, keys: readonly string[]): readonly (readonly string[])[] {
  const found = new Map<string, readonly string[]>();
  const seen = new Set<string>();
  for (const key of keys) {
    if (seen.has(key)) continue;
    const all = keysOf(known, key);
    for (const one of all) seen.add(one);
    found.set(all[0] ?? key, all);
  }
  return [...found.values()].sort(byFirstKey);
}

/** Orders subjects by the key that was registered first. */
export function byFirstKey([a = '']: readonly string[], [b = '']: readonly string[]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
