import { only } from './decider';
import { type EventOf, type RegisterEvent } from './event-catalogue';
import { isAnnotation, asCorrected } from './annotations';
import { targetOf } from './annotation-target';
import { partitionPoint } from '../values/partition-point';
import { type LogView } from './log-view';

/** What became of the events of a stream (specification, section 5). */
export interface StreamState {
  /** The effective events, with their data as last corrected, in log order. */
  readonly events: readonly RegisterEvent[];
  /** The events that are no longer effective, with their data as last corrected. */
  readonly fallen: readonly RegisterEvent[];
  /** Positions of the effective events under an open dispute. */
  readonly disputed: readonly number[];
}

/**
 * The effective events of all that was recorded in a stream. Only a later event can undo an event, so one
 * walk from the end decides.
 */
export function effectiveEvents(all: readonly RegisterEvent[]): StreamState {
  const recorded = all.some(({ repeats }) => repeats) ? all.filter(({ repeats }) => !repeats) : all;
  if (!recorded.some(isAnnotation)) return { events: recorded, fallen: [], disputed: [] };
  const disputes = Map.groupBy(only(recorded, 'DisputeOpened', 'DisputeClosed'), targetOf);
  const fallen = new Set<number>();
  const corrections = new Map<number, RegisterEvent['data']>();
  const open: number[] = [];
  for (const event of recorded.toReversed()) {
    // Everything after this event has been decided, so it is known which of these disputes are effective.
    const about = disputes.get(event.position);
    if (about) {
      const standingDisputes = about.filter(({ position }) => !fallen.has(position));
      if (isUpheld(standingDisputes)) fallen.add(event.position);
      if (!fallen.has(event.position) && isOpen(standingDisputes)) open.push(event.position);
    }
    if (fallen.has(event.position)) continue;
    if (event.type === 'EventRetracted') fallen.add(targetOf(event));
    if (event.type === 'EventCorrected' && !corrections.has(targetOf(event))) {
      corrections.set(targetOf(event), event.data.data);
    }
  }
  const corrected = recorded.map((event) => {
    const data = corrections.get(event.position);
    return data ? ({ ...event, data } as RegisterEvent) : event;
  });
  return {
    events: corrected.filter(({ position }) => !fallen.has(position)),
    fallen: corrected.filter(({ position }) => fallen.has(position)),
    disputed: open.sort((a, b) => a - b),
  };
}

/**
 * Whether a closing upheld a dispute that was open before it. A closing without an open dispute changes
 * nothing.
 */
export function isUpheld(disputes: readonly EventOf<'DisputeOpened' | 'DisputeClosed'>[]): boolean {
  return disputes.some(
    (event, i) =>
      event.type === 'DisputeClosed' &&
      event.data.outcome === 'upheld' &&
      disputes[i - 1]?.type === 'DisputeOpened',
  );
}

function isOpen(disputes: readonly EventOf<'DisputeOpened' | 'DisputeClosed'>[]): boolean {
  return disputes.at(-1)?.type === 'DisputeOpened';
}

/**
 * The state of a stream that is being extended, in lists of its own, because a whole load may be about one
 * subject. While events are only added, the list of effective events grows at its end; any other change makes
 * a new list.
 */
export interface UncommittedState {
  events: RegisterEvent[];
  fallen: readonly RegisterEvent[];
  disputed: readonly number[];
}

export function uncommittedState(recorded: readonly RegisterEvent[]): UncommittedState {
  const { events, fallen, disputed } = effectiveEvents(recorded);
  return { events: [...events], fallen, disputed };
}

/** The state after one more event; undefined if that requires reading the whole stream again. */
export function continued(
  { events, fallen, disputed }: StreamState,
  event: RegisterEvent,
): StreamState | undefined {
  const own = { events: [...events], fallen, disputed };
  return goesOn(own, event) ? own : undefined;
}

/** Adds one more event to the state; false if its effect requires reading the whole stream again. */
export function goesOn(own: UncommittedState, event: RegisterEvent): boolean {
  if (isAnnotation(event) && event.type !== 'AppealLodged' && event.type !== 'AppealDecided') {
    const { events, disputed } = own;
    const at = placeOf(events, targetOf(event));
    const target = events[at];
    if (target?.position !== targetOf(event) || isAnnotation(target)) return false;
    const { position } = target;
    const isOpen = disputed.includes(position);
    switch (event.type) {
      case 'EventCorrected':
        own.events = events.with(at, asCorrected(target, event));
        break;
      case 'DisputeOpened':
        if (!isOpen) own.disputed = [...disputed, position].sort((a, b) => a - b);
        break;
      case 'DisputeClosed':
      case 'EventRetracted':
        if (isOpen) own.disputed = disputed.filter((one) => one !== position);
        if (event.type === 'DisputeClosed' && (!isOpen || event.data.outcome === 'dismissed')) break;
        own.events = events.toSpliced(at, 1);
        own.fallen = own.fallen.toSpliced(placeOf(own.fallen, position), 0, target);
        break;
    }
  }
  own.events.push(event);
  return true;
}

/** The index that an event of a position has, or would have, among events in log order. */
function placeOf(events: readonly RegisterEvent[], position: number): number {
  return partitionPoint(events.length, (index) => (events[index]?.position ?? Infinity) < position);
}

/** An event of a stream, with its data as last corrected, and whether it is effective. */
export function findIn({ events, fallen }: StreamState, position: number): ReturnType<LogView['find']> {
  const event = events[placeOf(events, position)];
  if (event?.position === position) return { event, stands: true };
  const gone = fallen[placeOf(fallen, position)];
  return gone?.position === position ? { event: gone, stands: false } : undefined;
}
