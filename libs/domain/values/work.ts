/**
 * A long work that others may interrupt. Each time it rests it yields how much it has looked at since the
 * last rest, in single values or things that take about as long. Whoever stops iterating ends it.
 */
export type Work<T> = Generator<number, T, void>;

/**
 * The number of things that are looked at between two rests if each takes about as long as a single value, a
 * few microseconds: all of them take less than a millisecond. Shorter lists, which are the rule, cause no
 * rest.
 */
export const A_PIECE = 16;

/** Counts what a work looks at, so that it rests only after enough of it. */
export class Pace {
  #lookedAt = 0;

  /** Adds to the count; returns whether it is time for a rest. */
  after(lookedAt: number): boolean {
    this.#lookedAt += lookedAt;
    return this.#lookedAt >= A_PIECE;
  }

  /**
   * The count since the last rest, to be yielded at this one, and also at the end, so that everything is
   * counted.
   */
  rest(): number {
    const lookedAt = this.#lookedAt;
    this.#lookedAt = 0;
    return lookedAt;
  }
}

/** Whether a result is a work that is still to be done. */
export function isWork<T extends object>(found: T | Work<T>): found is Work<T> {
  return 'next' in found && typeof found.next === 'function';
}

/** Does all of a work at once, because it delays no one or is known to be small. */
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

/** Maps a list as `Array.flatMap` does, and rests now and then. */
export function* flatMapped<T, U>(list: readonly T[], make: (one: T) => readonly U[]): Work<U[]> {
  if (list.length <= A_PIECE) return list.flatMap(make);
  const made: U[] = [];
  yield* eachInPieces(list, A_PIECE, (one) => {
    for (const part of make(one)) made.push(part);
  });
  return made;
}

/** Groups a list as `Map.groupBy` does. */
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

/** The size of a group that is combined at once, which is faster than combining items one by one. */
const A_GROUP = 128;

/** Combines very many items group by group; the grouping must not matter to the result. */
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

/**
 * A list in order, with equal items in their original order. Longer lists are sorted in pieces, which are
 * then merged.
 */
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

/** The number of items that are sorted at once. */
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

/** The text that `JSON.stringify` writes; long lists are written in pieces. */
export function* jsonInPieces(value: object): Work<string> {
  if (!isLong(value)) return JSON.stringify(value);
  // Joined one after the other: the engine copies the parts of such a text only once, when it is read.
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

/** Whether a value holds a list of more than {@link A_PIECE}. */
function isLong(value: unknown): boolean {
  if (!isObject(value)) return false;
  if (!Array.isArray(value)) return Object.values(value).some(isLong);
  return value.length > A_PIECE || (isObject(value[0]) && value.some(isLong));
}
