/** What a search has gone through: in counts and not in time, so that the same problem has the same list everywhere. */
export interface SearchEffort {
  lookups: number;
  /** What is laid out, copied, filtered and sorted besides. */
  besides: number;
  /** All there was at the last rest. */
  rested: number;
}

/** So much is looked up at the most. */
const MOST_LOOKUPS = 3_000_000;
/** So much is gone through at the most, whatever for. A problem that has this many parts is none of a real provider’s. */
const MOST_EFFORT = 100_000_000;
/** So much is gone through between two rests: some tenths of a millisecond. */
export const EFFORT_A_REST = 10_000;
/** What is told at a rest: as much effort as takes about as long as to look at this many single values. */
export const A_REST = EFFORT_A_REST / 1_000;

export function newEffort(): SearchEffort {
  return { lookups: 0, besides: 0, rested: 0 };
}

/** Whether what is being looked at has to be left unfinished: it says nothing then. */
export function isTooMuch({ lookups, besides }: SearchEffort): boolean {
  return lookups + besides > MOST_EFFORT;
}

/** Whether nothing further is to be tried. */
export function isSpent(effort: SearchEffort): boolean {
  return effort.lookups > MOST_LOOKUPS || isTooMuch(effort);
}

/** Whether it is time for a rest. If it is, it counts as taken: the caller yields {@link A_REST}. */
export function restIsDue(effort: SearchEffort): boolean {
  const all = effort.lookups + effort.besides;
  if (all - effort.rested < EFFORT_A_REST) return false;
  effort.rested = all;
  return true;
}
