/**
 * A long work that others may interrupt: wherever it comes to a rest it says how much it has looked at since the last
 * time, in single values or what takes about as long. Whoever stops asking it on ends it.
 */
export type Work<T> = Generator<number, T, void>;

/**
 * So many things are looked at between two rests where each takes about as long as a single value, some microseconds: all
 * of them take less than a millisecond. Where there are no more, which is the rule, nothing rests.
 */
export const A_PIECE = 16;

/** Counts what a work looks at, so that it comes to a rest after so much, and not after every little. */
export class Pace {
  #lookedAt = 0;

  /** Whether it is time for a rest, so much more having been looked at. */
  after(lookedAt: number): boolean {
    this.#lookedAt += lookedAt;
    return this.#lookedAt >= A_PIECE;
  }

  /** What was looked at since the last rest, to be told at this one; at the end too, so that all is counted. */
  rest(): number {
    const lookedAt = this.#lookedAt;
    this.#lookedAt = 0;
    return lookedAt;
  }
}

/** Whether something is still to be worked out. */
export function isWork<T extends object>(found: T | Work<T>): found is Work<T> {
  return 'next' in found && typeof found.next === 'function';
}

/** All of a work at once, for whom no one waits, or which is known to be small. */
export function finished<T>(work: Work<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** Gives `take` each of a list, and rests after every piece of it, by which so much was looked at. */
function* eachInPieces<T>(list: readonly T[], lookedAt: number, take: (one: T) => void): Work<void> {
  for (const [i, one] of list.entries()) {
    take(one);
    if (i % A_PIECE === A_PIECE - 1) yield lookedAt;
  }
}

/** What each of a list is made into. */
export function* mapped<T, U>(list: readonly T[], make: (one: T) => U): Work<U[]> {
  if (list.length <= A_PIECE) return list.map(make);
  const made: U[] = [];
  yield* eachInPieces(list, A_PIECE, (one) => {
    made.push(make(one));
  });
  return made;
}

/** The same where each is made into any number. */
export function* flatMapped<T, U>(list: readonly T[], make: (one: T) => readonly U[]): Work<U[]> {
  if (list.length <= A_PIECE) return list.flatMap(make);
  const made: U[] = [];
  yield* eachInPieces(list, A_PIECE, (one) => {
    for (const part of make(one)) made.push(part);
  });
  return made;
}

/** As `Map.groupBy` groups a list. */
export function* grouped<T, K>(list: readonly T[], by: (one: T) => K): Work<ReadonlyMap<K, readonly T[]>> {
  if (list.length <= A_PIECE) return Map.groupBy(list, by);
  const groups = new Map<K, T[]>();
  yield* eachInPieces(list, 1, (one) => {
    const key = by(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  });
  return groups;
}

/** So many are put together at once, which takes less than to look at each. */
const A_GROUP = 128;

/** One of very many, put together group by group, where it is the same however they are grouped. */
export function* inGroups<T>(list: readonly T[], together: (group: readonly T[]) => T): Work<T> {
  let left = list;
  while (left.length > A_GROUP) {
    const groups: T[] = [];
    for (let i = 0; i < left.length; i += A_GROUP) {
      groups.push(together(left.slice(i, i + A_GROUP)));
      yield 1;
    }
    left = groups;
  }
  return together(left);
}

/** A list in order; of what is equal the first comes first. Longer ones are sorted in pieces, which are merged then. */
export function* sorted<T>(list: readonly T[], compare: (a: T, b: T) => number): Work<T[]> {
  let parts: T[][] = [];
  for (let i = 0; i < list.length; i += MOST_SORTED) {
    if (i > 0) yield 1;
    parts.push(list.slice(i, i + MOST_SORTED).sort(compare));
  }
  while (parts.length > 1) {
    const merged: T[][] = [];
    for (let i = 0; i < parts.length; i += 2) {
      const [one = [], other] = [parts[i], parts[i + 1]];
      merged.push(other ? yield* merge(one, other, compare) : one);
    }
    parts = merged;
  }
  return parts[0] ?? [];
}

/** So many are sorted at once. */
const MOST_SORTED = 1_024;

function* merge<T>(one: readonly T[], other: readonly T[], compare: (a: T, b: T) => number): Work<T[]> {
  const result: T[] = [];
  for (let [i, j] = [0, 0]; ;) {
    if (i === one.length) return result.concat(other.slice(j));
    if (j === other.length) return result.concat(one.slice(i));
    const [a, b] = [one[i] as T, other[j] as T];
    if (compare(a, b) <= 0) i = result.push(a) - j;
    else j = result.push(b) - i;
    if (result.length % MOST_SORTED === 0) yield 1;
  }
}

/** As `JSON.stringify` writes it, long lists in pieces. */
export function* jsonInPieces(value: object): Work<string> {
  if (!isLong(value)) return JSON.stringify(value);
  // Joined one after the other: the language copies the parts of such a text once, where it is read.
  let text = '';
  const add = (part: string) => (text += text === '' ? part : `,${part}`);
  if (!Array.isArray(value)) {
    for (const [name, one] of Object.entries(value) as [string, unknown][]) {
      const part = isObject(one) ? yield* jsonInPieces(one) : (JSON.stringify(one) as string | undefined);
      if (part !== undefined) add(`${JSON.stringify(name)}:${part}`);
    }
    return `{${text}}`;
  }
  for (let i = 0; i < value.length;) {
    const piece: unknown[] = [];
    for (; i < value.length && piece.length < A_PIECE && !isLong(value[i]); i++) piece.push(value[i]);
    if (piece.length > 0) add(JSON.stringify(piece).slice(1, -1));
    else add(yield* jsonInPieces(value[i++] as object));
    yield 1;
  }
  return `[${text}]`;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Whether something holds a list of more than {@link A_PIECE}. */
function isLong(value: unknown): boolean {
  if (!isObject(value)) return false;
  if (!Array.isArray(value)) return Object.values(value).some(isLong);
  return value.length > A_PIECE || (isObject(value[0]) && value.some(isLong));
}
