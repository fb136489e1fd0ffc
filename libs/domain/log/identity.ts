import type { RegisterEvent } from './event-catalogue';
import { listNamed } from './memoized-by-list';
import { refuse, type Refusal } from '../values/problem';
import { A_PIECE, sorted, type Work } from '../values/work';
import type { IdentityView, LogView } from './log-view';

/**
 * Whether an effective event registered this key, so that events and questions may name it (specification,
 * section 4).
 */
export function isRegistered(known: IdentityView, key: string): boolean {
  if (key === 'body:registrar') return true;
  return known
    .identityStreams(key)
    .some(
      (stream) =>
        known.plainRegistration(stream) !== undefined ||
        known.stream(stream).some((event) => registers(event) === key),
    );
}

/** Refuses to register a key anew. `remedy`: what to do instead. */
export function registeredAlready(key: string, remedy: string, pointer = '/subject'): Refusal {
  return refuse('already-registered', `${key} is registered already: ${remedy}`, pointer);
}

/** Refuses to register the subject of an event anew, whose registration is to be corrected instead. */
export function registeredOnce({ subject }: RegisterEvent, known: LogView): Refusal | undefined {
  return isRegistered(known, subject)
    ? registeredAlready(subject, 'correct that registration instead')
    : undefined;
}

/** Position of the first standing event that registers the key. */
export function registrationOf(known: LogView, key: string): number | undefined {
  let first: number | undefined;
  for (const stream of known.identityStreams(key)) {
    const position =
      known.plainRegistration(stream) ?? known.stream(stream).find((one) => registers(one) === key)?.position;
    if (position !== undefined && position < (first ?? Infinity)) first = position;
  }
  return first;
}

/** Whether the events of a stream can say which keys belong together. */
export function isIdentityStream(name: string): boolean {
  return /^(?:provider|school|adviser|body)-/.test(name);
}

/** The key that an event registers. */
export function registers(event: RegisterEvent): string | undefined {
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
export function identifies(event: RegisterEvent): readonly [string, string] | undefined {
  if (event.type === 'ProviderIdentified') return [event.subject, event.data.as];
  if (event.type === 'AdviserMerged') return [event.subject, event.data.into];
  return undefined;
}

/** By key, the keys that the events of a stream give the same subject; undefined if they link none. */
function linksIn(events: readonly RegisterEvent[]): ReadonlyMap<string, readonly string[]> | undefined {
  let links: Map<string, string[]> | undefined;
  for (const event of events) {
    const pair = identifies(event);
    if (!pair) continue;
    const [one, other] = pair;
    links ??= new Map<string, string[]>();
    listNamed(links, one).push(other);
    listNamed(links, other).push(one);
  }
  return links;
}

/** All keys of one provider or adviser, and those among them that are registered. */
export interface Identity {
  /** The key that was registered first in front; keys without an effective registration come last. */
  readonly keys: readonly string[];
  readonly registered: ReadonlySet<string>;
}

/** The provider or adviser that has this key. Each stream that says who is who is read once, however many keys it names. */
export function identityOf(known: IdentityView, key: string): Identity {
  const keys = new Set([key]);
  const links = new Map<string, ReturnType<typeof linksIn>>();
  const registrations = new Map<string, number>();
  const registeredAt = (one: string, position: number) => {
    if (position < (registrations.get(one) ?? Infinity)) registrations.set(one, position);
  };
  for (const one of keys) {
    for (const stream of known.identityStreams(one)) {
      const plain = known.plainRegistration(stream);
      if (plain !== undefined) {
        registeredAt(one, plain);
        continue;
      }
      if (!links.has(stream)) {
        const events = known.stream(stream);
        links.set(stream, linksIn(events));
        for (const event of events) {
          const registered = registers(event);
          if (registered !== undefined) registeredAt(registered, event.position);
        }
      }
      for (const other of links.get(stream)?.get(one) ?? []) keys.add(other);
    }
  }
  const sorted = [...keys];
  const rank = (one: string) => registrations.get(one) ?? Infinity;
  if (sorted.length > 1) sorted.sort((a, b) => (rank(a) === rank(b) ? (a < b ? -1 : 1) : rank(a) - rank(b)));
  return { keys: sorted, registered: new Set(sorted.filter((one) => registrations.has(one))) };
}

/** The most keys of one provider or person: every question about them looks under each. */
export const MOST_KEYS = 50;

/**
 * All keys of the provider or adviser with this key. The one registered first comes first, and names the
 * subject in answers. A key without an effective registration comes after those that are registered.
 */
export function keysOf(known: IdentityView, key: string): readonly string[] {
  // Nearly every subject has one key, and every posting asks this.
  const isLinked = known
    .identityStreams(key)
    .some(
      (stream) =>
        known.plainRegistration(stream) === undefined &&
        known.stream(stream).some((event) => identifies(event)?.includes(key)),
    );
  return isLinked ? identityOf(known, key).keys : [key];
}

/** Refuses to give a subject more keys than it may have. */
export function tooManyKeys(subject: string, keys: number, pointer: string): Refusal | undefined {
  return keys > MOST_KEYS
    ? refuse(
        'too-many',
        `${subject} would have ${keys} keys, and may have ${MOST_KEYS}: retract those that are not its own, or leave this one out`,
        pointer,
      )
    : undefined;
}

/** The keys of each person or provider among these keys, once each, by first key. */
export function* persons(known: LogView, keys: readonly string[]): Work<readonly (readonly string[])[]> {
  const found = new Map<string, readonly string[]>();
  const seen = new Set<string>();
  for (const [i, key] of keys.entries()) {
    if (i % A_PIECE === A_PIECE - 1) yield A_PIECE;
    if (seen.has(key)) continue;
    const all = keysOf(known, key);
    for (const one of all) seen.add(one);
    found.set(all[0] ?? key, all);
  }
  return yield* sorted([...found.values()], byFirstKey);
}

/** Orders subjects by the key that was registered first. */
export function byFirstKey([a = '']: readonly string[], [b = '']: readonly string[]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
