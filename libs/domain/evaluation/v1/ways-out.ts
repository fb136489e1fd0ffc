import type { Day } from '../../values/day';
import type { Days } from '../../values/timeline';

/** An edge from one place to another on some days. Places are numbered from 0. */
export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly days: Days;
}

/** An edge from a place to the outside. */
export interface Exit {
  readonly from: number;
  readonly days: Days;
}

/**
 * The days on which ways lead out: from each place, and for each pair from the place `to` without passing
 * `from`.
 */
export interface WaysOut {
  readonly ofPlaces: readonly Days[];
  readonly ofPairs: readonly Days[];
}

/**
 * The days on which ways lead out of places that may form circles. On each stretch of days without a change,
 * one walk settles everything: one place comes before another on every way if it dominates it, seen from
 * outside (T. Lengauer and R. E. Tarjan, “A fast algorithm for finding dominators in a flowgraph”, 1979). A
 * separate walk without each place would take quadratic time.
 */
export function waysOut(
  places: number,
  ways: readonly Edge[],
  exits: readonly Exit[],
  pairs: readonly Pick<Edge, 'from' | 'to'>[],
): WaysOut {
  const [ofPlaces, ofPairs] = [listsOf(places), listsOf(pairs.length)];
  const outside = places;
  const all = [...ways, ...exits.map(({ from, days }): Edge => ({ from, to: outside, days }))];
  const changes = all
    .flatMap((way, index) => way.days.map((day, i) => ({ day: day + (i % 2), index })))
    .sort((a, b) => a.day - b.day);
  const isOpen = new Uint8Array(all.length);
  for (let i = 0; i < changes.length;) {
    const day = changes[i]?.day ?? NaN;
    for (let change = changes[i]; change?.day === day; change = changes[++i])
      isOpen[change.index] = 1 - (isOpen[change.index] ?? 0);
    const until = (changes[i]?.day ?? NaN) - 1;
    if (Number.isNaN(until)) break;
    const dominators = dominatorsFrom(
      outside,
      all.filter((_, index) => isOpen[index] === 1),
    );
    ofPlaces.forEach((days, place) => {
      if (dominators.reaches(place)) add(days, day, until);
    });
    pairs.forEach(({ from, to }, pair) => {
      const days = ofPairs[pair];
      if (days && dominators.reaches(to) && !dominators.dominates(from, to)) add(days, day, until);
    });
  }
  return { ofPlaces, ofPairs };
}

function listsOf(count: number): Day[][] {
  return Array.from({ length: count }, () => []);
}

/** Appends a stretch of days after all others. */
function add(days: Day[], from: Day, until: Day): void {
  if (days.at(-1) === from - 1) days[days.length - 1] = until;
  else days.push(from, until);
}

/**
 * The places that are reached from a root (the last number) against the direction of the edges, and which of
 * them come before which on every way.
 */
function dominatorsFrom(root: number, ways: readonly Pick<Edge, 'from' | 'to'>[]) {
  const count = root + 1;
  const [next, before] = [adjacent(count, ways, 'to', 'from'), adjacent(count, ways, 'from', 'to')];
  /**
   * By place, its number in the order of the walk, −1 if it is not reached; the other arrays are indexed by
   * that number.
   */
  const numberOf = new Int32Array(count).fill(-1);
  const placeOf: number[] = [];
  const parent = new Int32Array(count);
  const stack: (readonly [place: number, from: number])[] = [[root, 0]];
  for (let top = stack.pop(); top; top = stack.pop()) {
    const [place, from] = top;
    if (numberOf[place] !== -1) continue;
    const number = placeOf.push(place) - 1;
    [numberOf[place], parent[number]] = [number, from];
    for (const other of next(place)) if (numberOf[other] === -1) stack.push([other, number]);
  }
  const reached = placeOf.length;
  const semi = Int32Array.from({ length: reached }, (_, number) => number);
  const best = Int32Array.from({ length: reached }, (_, number) => number);
  const ancestor = new Int32Array(reached).fill(-1);
  const dominator = new Int32Array(reached);
  const buckets = listsOf(reached);
  /**
   * The number with the least semidominator on the path from a number up to the first without an ancestor so
   * far.
   */
  const least = (number: number): number => {
    if (ancestor[number] === -1) return number;
    const path: number[] = [];
    let top = number;
    while (ancestor[ancestor[top] ?? 0] !== -1) {
      path.push(top);
      top = ancestor[top] ?? 0;
    }
    for (let one = path.pop(); one !== undefined; one = path.pop()) {
      const above = ancestor[one] ?? 0;
      if ((semi[best[above] ?? 0] ?? 0) < (semi[best[one] ?? 0] ?? 0)) best[one] = best[above] ?? 0;
      ancestor[one] = ancestor[above] ?? 0;
    }
    return best[number] ?? 0;
  };
  for (let number = reached - 1; number > 0; number--) {
    for (const place of before(placeOf[number] ?? 0)) {
      const one = numberOf[place] ?? -1;
      if (one !== -1) semi[number] = Math.min(semi[number] ?? 0, semi[least(one)] ?? 0);
    }
    buckets[semi[number] ?? 0]?.push(number);
    const above = parent[number] ?? 0;
    ancestor[number] = above;
    for (const one of buckets[above]?.splice(0) ?? []) {
      const lowest = least(one);
      dominator[one] = (semi[lowest] ?? 0) < (semi[one] ?? 0) ? lowest : above;
    }
  }
  // A dominator always comes earlier, so each number’s place in a walk of the dominator tree follows from the
  // sizes of the subtrees.
  const size = new Int32Array(reached).fill(1);
  const begin = new Int32Array(reached);
  for (let number = 1; number < reached; number++)
    if (dominator[number] !== semi[number]) dominator[number] = dominator[dominator[number] ?? 0] ?? 0;
  for (let number = reached - 1; number > 0; number--)
    size[dominator[number] ?? 0] = (size[dominator[number] ?? 0] ?? 0) + (size[number] ?? 0);
  const free = Int32Array.from({ length: reached }, () => 1);
  for (let number = 1; number < reached; number++) {
    const above = dominator[number] ?? 0;
    begin[number] = free[above] ?? 0;
    free[above] = (free[above] ?? 0) + (size[number] ?? 0);
    free[number] = (begin[number] ?? 0) + 1;
  }
  return {
    reaches: (place: number) => numberOf[place] !== -1,
    /**
     * Whether the first comes before the second, which is reached, on every way; each comes before itself.
     */
    dominates(first: number, second: number): boolean {
      const [one, other] = [numberOf[first] ?? -1, numberOf[second] ?? -1];
      if (one === -1) return false;
      const [from, at] = [begin[one] ?? 0, begin[other] ?? 0];
      return from <= at && at < from + (size[one] ?? 0);
    },
  };
}

/** The neighbours of each place, from one end of the edges to the other. */
function adjacent(
  count: number,
  ways: readonly Pick<Edge, 'from' | 'to'>[],
  one: 'from' | 'to',
  other: 'from' | 'to',
): (place: number) => Int32Array {
  const begin = new Int32Array(count + 1);
  for (const way of ways) begin[way[one] + 1] = (begin[way[one] + 1] ?? 0) + 1;
  for (let place = 0; place < count; place++)
    begin[place + 1] = (begin[place + 1] ?? 0) + (begin[place] ?? 0);
  const filled = begin.slice();
  const places = new Int32Array(ways.length);
  for (const way of ways) {
    const at = filled[way[one]] ?? 0;
    places[at] = way[other];
    filled[way[one]] = at + 1;
  }
  return (place) => places.subarray(begin[place] ?? 0, begin[place + 1] ?? 0);
}
