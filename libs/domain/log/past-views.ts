import { findIn, effectiveEvents, type StreamState } from './effective-events';
import { dayOf } from '../values/day';
import { type RegisterEvent } from './event-catalogue';
import { type LogView } from './log-view';

/**
 * The events before a position that are effective now: a correction is judged against them (specification,
 * section 5).
 */
export function before(known: LogView, position: number): LogView {
  const earlier = (event: RegisterEvent) => event.position < position;
  return {
    position: position - 1,
    today: known.today,
    stream: (name) => known.stream(name).filter(earlier),
    recorded: (name) => known.recorded(name).filter(earlier),
    streamsAbout: (key) => known.streamsAbout(key),
    identityStreams: (key) => known.identityStreams(key),
    plainRegistration: () => undefined,
    disputed: (name) => known.disputed(name).filter((one) => one < position),
    find: (one) => (one < position ? known.find(one) : undefined),
    bodies: () => known.bodies(),
    policies: () => known.policies(),
    posted: (row, subject) => known.posted(row, subject),
    mostPosted: (place) => known.mostPosted(place),
  };
}

/** What was known right before a position. Unlike in {@link before}, nothing that came later bears on it. */
export function formerly(known: LogView, position: number): LogView {
  const at = new Map<string, StreamState>();
  const earlier = before(known, position);
  const standingThen = (name: string): StreamState => {
    const found = at.get(name) ?? effectiveEvents(earlier.recorded(name));
    at.set(name, found);
    return found;
  };
  return {
    ...earlier,
    get today() {
      // No day is ever undone, so the last one recorded before the position was effective then.
      const day = known
        .recorded('calendar')
        .findLast((event) => event.type === 'DayOpened' && event.position < position);
      return day?.type === 'DayOpened' ? dayOf(day.data.date) : undefined;
    },
    stream: (name) => standingThen(name).events,
    disputed: (name) => standingThen(name).disputed,
    find(one) {
      const stream = one < position ? known.find(one)?.event.stream : undefined;
      return stream === undefined ? undefined : findIn(standingThen(stream), one);
    },
  };
}
