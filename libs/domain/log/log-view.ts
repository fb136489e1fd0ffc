import type { PostedTallies, EventRow } from './event-rows';
import type { Day } from '../values/day';
import type { RegisterEvent } from './event-catalogue';

/**
 * The log as known at one position: the only thing that rules read. Unless it says otherwise, a member gives
 * the **effective** events, with their data as last corrected (specification, section 5), in log order. A
 * view never changes.
 */
export interface LogView {
  /** The position up to which events are known; −1 before the first. */
  readonly position: number;
  /** The date of the last `DayOpened`; undefined before the first. */
  readonly today: Day | undefined;
  /** The effective events of a stream. */
  stream(name: string): readonly RegisterEvent[];
  /** All events of a stream, as they were recorded, effective or not. */
  recorded(stream: string): readonly RegisterEvent[];
  /** Names of the streams that are about a key: its own, and those whose events name it. */
  streamsAbout(key: string): readonly string[];
  /** The streams among these that say which keys belong together. */
  identityStreams(key: string): readonly string[];
  /**
   * Position of the registration of its subject with which a stream begins, if it stands and nothing else in the stream says
   * who is who, so that its events need not be read for that; undefined where they must be.
   */
  plainRegistration(stream: string): number | undefined;
  /** Positions of the effective events of a stream under an open dispute. */
  disputed(stream: string): readonly number[];
  /** The event at a position, with its data as last corrected, and whether it is effective. */
  find(position: number): { readonly event: RegisterEvent; readonly stands: boolean } | undefined;
  /** Keys of the bodies of which a recognition was ever recorded, sorted; some may not be recognised any more. */
  bodies(): readonly string[];
  /**
   * Ids of the policies of which an edition was ever recorded, sorted; some may have no effective edition any
   * more.
   */
  policies(): readonly string[];
  /** How many events of a row were recorded about a subject, whether they stand or not; what repeats another is none. */
  posted(row: EventRow, subject: string): PostedTallies;
  /** No more of either kind, by all bodies together, of what shares a {@link sharedPlace}: it is told without counting. */
  mostPosted(place: number): number;
}

/** As much of a view as says which keys are one subject’s, and which of them are registered. */
export type IdentityView = Pick<LogView, 'stream' | 'identityStreams' | 'plainRegistration'>;

/** As much of a view as says who may post what. */
export type AuthorityView = IdentityView & Pick<LogView, 'today' | 'recorded' | 'find'>;

/** The effective events of several streams, in log order. */
export function together(
  known: Pick<LogView, 'stream'>,
  streams: readonly string[],
): readonly RegisterEvent[] {
  const [only, ...more] = streams;
  if (only === undefined) return [];
  if (more.length === 0) return known.stream(only);
  return streams.flatMap((stream) => known.stream(stream)).sort((a, b) => a.position - b.position);
}
