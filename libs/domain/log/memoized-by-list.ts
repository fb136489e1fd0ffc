import type { RegisterEvent } from './event-catalogue';

/** Below this length computing again costs less than keeping the result as a rule, and most lists are that short. */
const LEAST_KEPT = 16;

/**
 * Computes something from a list of events, one after the other, and keeps it as long as the list exists.
 * Asked again, it looks only at the events that came since. A list may only ever grow at its end, as those of
 * `LogView.stream` do. `least`: the length from which on the result is kept.
 */
export function memoizedByList<T>(
  begin: () => T,
  take: (state: T, event: RegisterEvent) => void,
  least = LEAST_KEPT,
): (events: readonly RegisterEvent[]) => T {
  const kept = new WeakMap<readonly RegisterEvent[], { readonly state: T; taken: number }>();
  return (events) => {
    if (events.length < least) {
      const state = begin();
      for (const event of events) take(state, event);
      return state;
    }
    let found = kept.get(events);
    if (!found) kept.set(events, (found = { state: begin(), taken: 0 }));
    for (let event = events[found.taken]; event; event = events[++found.taken]) take(found.state, event);
    return found.state;
  };
}

/** The list of a name, which is there from then on. */
export function listNamed<T>(lists: Map<string, T[]>, name: string): T[] {
  const found = lists.get(name);
  if (found) return found;
  const list: T[] = [];
  lists.set(name, list);
  return list;
}
