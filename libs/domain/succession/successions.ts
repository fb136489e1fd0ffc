import { only } from '../log/decider';
import type { DataOf, RegisterEvent } from '../log/event-catalogue';
import { isRegistered, keysOf } from '../log/identity';
import { together, type LogView } from '../log/log-view';
import { closing, providerStreams, succeeding } from '../subjects/provider';
import { dayOf, type Day } from '../values/day';
import { flatMapped, sorted, type Work } from '../values/work';

/** That others took a provider’s place, by a merger or a succession that is effective. */
export interface Succession {
  /** Position of the event. */
  readonly position: number;
  /** The provider, by the key under which it was posted. */
  readonly provider: string;
  /** Those that took its place, by the keys with which they were named. */
  readonly by: readonly string[];
  /** The last day of the provider by this event. */
  readonly on: Day;
  readonly kind: DataOf<'ProviderSucceeded'>['kind'];
}

function successionsIn(events: readonly RegisterEvent[]): readonly Succession[] {
  return only(events, 'ProviderMerged', 'ProviderSucceeded').map((event) => {
    const { position, subject: provider, data } = event;
    const on = dayOf(data.on);
    return 'into' in data
      ? { position, provider, by: [data.into], on, kind: 'merger' }
      : { position, provider, by: data.by, on, kind: data.kind };
  });
}

/** By what others took the place of the provider with these keys, in log order. */
export function successionsOf(known: LogView, provider: readonly string[]): readonly Succession[] {
  return successionsIn(together(known, providerStreams(provider)));
}

/** By what the provider with these keys took the place of others, in log order: very many may have gone into one. */
export function* successionsTo(known: LogView, provider: readonly string[]): Work<readonly Succession[]> {
  const own = new Set(provider);
  const streams = new Set(provider.flatMap((key) => known.streamsAbout(succeeding(key))));
  const found = yield* flatMapped([...streams], (stream) =>
    successionsIn(known.stream(stream)).filter(({ by }) => by.some((key) => own.has(key))),
  );
  return yield* sorted(found, (a, b) => a.position - b.position);
}

/** The providers among some keys, each once by its first key, in the order of the list. */
export function firstKeys(known: LogView, keys: readonly string[]): readonly string[] {
  return [...new Set(keys.map((key) => keysOf(known, key)[0] ?? key))];
}

/**
 * The most providers that are looked at in following who took whose place. Whoever finds more had better ask about
 * those that were found.
 */
const MOST_FOLLOWED = 50;

/**
 * Who is there today in the place of a provider that is closed today, by first keys: those that took its place and
 * are open and registered, and in the place of those that are closed in their turn whoever took theirs. Each provider is
 * looked at once, so that a chain that comes back ends there, and {@link MOST_FOLLOWED} at most, the nearest
 * first. Empty for one that is open, and before the first day.
 */
export function inPlaceOf(known: LogView, provider: readonly string[]): readonly string[] {
  const { today } = known;
  if (today === undefined) return [];
  const open: string[] = [];
  const followed = new Set([provider[0] ?? '']);
  for (const first of followed) {
    const keys = first === provider[0] ? provider : keysOf(known, first);
    const own = together(known, providerStreams(keys));
    if ((closing(own)?.on ?? today) >= today) {
      if (isRegistered(known, first)) open.push(first);
      continue;
    }
    for (const next of firstKeys(
      known,
      successionsIn(own).flatMap(({ by }) => by),
    ))
      if (followed.size < MOST_FOLLOWED) followed.add(next);
  }
  return open.filter((key) => key !== provider[0]);
}
