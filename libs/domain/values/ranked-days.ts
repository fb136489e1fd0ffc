import { partitionPoint } from './partition-point';
import { FIRST_DAY, LAST_DAY, type Day } from './day';
import type { Days } from './timeline';

/** Days, and a number that is told of each of them. */
export interface Ranked {
  readonly days: Days;
  readonly rank: number;
}

/** Of a day of which nothing tells a rank, where the highest is asked for, and where the lowest is. */
const LOWEST = -1;
const HIGHEST = 0x7fffffff;

/**
 * A rank for every day, which changes on few of them. It is made in the time that it takes to sort the runs of what
 * tells the ranks, and tells where they are below a limit without looking at every change.
 */
export class RankedDays {
  /** The first day of each piece of one rank; a last one stands after the last day. */
  readonly #edges: Float64Array;
  /** The least and the greatest rank of pieces, in trees: that of piece i at `size + i`, and of two nodes at half their number. */
  readonly #least: Int32Array;
  readonly #greatest: Int32Array;
  readonly #size: number;

  /** `told`: in the order of precedence, so that of several for one day the first counts; `otherwise`: where none is. */
  private constructor(told: readonly Ranked[], otherwise: number) {
    this.#edges = edgesOf(told);
    const pieces = this.#edges.length - 1;
    const ranks = new Int32Array(pieces).fill(otherwise);
    // The first piece from one on that has no rank yet: whole runs of those that have one are passed over.
    const next = Int32Array.from({ length: pieces + 1 }, (_, piece) => piece);
    const free = (piece: number): number => {
      let found = piece;
      while (next[found] !== found) found = next[found] ?? pieces;
      for (let at = piece; at !== found;) {
        const after = next[at] ?? pieces;
        next[at] = found;
        at = after;
      }
      return found;
    };
    for (const { days, rank } of told) {
      for (let i = 0; i < days.length; i += 2) {
        const end = this.#pieceOf((days[i + 1] ?? NaN) + 1);
        for (let piece = free(this.#pieceOf(days[i] ?? NaN)); piece < end; piece = free(piece)) {
          ranks[piece] = rank;
          next[piece] = piece + 1;
        }
      }
    }
    this.#size = 2 ** Math.ceil(Math.log2(pieces));
    this.#least = new Int32Array(this.#size * 2).fill(HIGHEST);
    this.#greatest = new Int32Array(this.#size * 2).fill(LOWEST);
    this.#least.set(ranks, this.#size);
    this.#greatest.set(ranks, this.#size);
    for (let node = this.#size - 1; node > 0; node--) {
      const [left, right] = [node * 2, node * 2 + 1];
      this.#least[node] = Math.min(this.#least[left] ?? HIGHEST, this.#least[right] ?? HIGHEST);
      this.#greatest[node] = Math.max(this.#greatest[left] ?? LOWEST, this.#greatest[right] ?? LOWEST);
    }
  }

  /** The highest rank told of each day, of ranks from 0 that ascend; −1 where none is. */
  static highest(told: readonly Ranked[]): RankedDays {
    return new RankedDays(told.toReversed(), LOWEST);
  }

  /** The lowest rank told of each day, of ranks from 0 that ascend; above every other where none is. */
  static lowest(told: readonly Ranked[]): RankedDays {
    return new RankedDays(told, HIGHEST);
  }

  /** Of some days, those whose rank is below a limit. */
  below(days: Days, limit: number): Days {
    const result: Day[] = [];
    for (let i = 0; i < days.length; i += 2) {
      const [from, until] = [days[i] ?? NaN, days[i + 1] ?? NaN];
      for (let piece = this.#pieceOf(from); ;) {
        const begin = this.#next(piece, (node) => (this.#least[node] ?? HIGHEST) < limit);
        const first = Math.max(from, this.#edge(begin));
        if (first > until) break;
        piece = this.#next(begin, (node) => (this.#greatest[node] ?? LOWEST) >= limit);
        result.push(first, Math.min(until, this.#edge(piece) - 1));
      }
    }
    return result;
  }

  /** The days on which the rank is above that which another tells. */
  above(other: RankedDays): Days {
    const result: Day[] = [];
    let isAbove = false;
    for (let [own, its] = [0, 0]; own < this.#edges.length - 1 && its < other.#edges.length - 1;) {
      const now = (this.#least[this.#size + own] ?? LOWEST) > (other.#least[other.#size + its] ?? LOWEST);
      if (now !== isAbove) {
        const edge = Math.max(this.#edge(own), other.#edge(its));
        result.push(now ? edge : edge - 1);
        isAbove = now;
      }
      const [end, itsEnd] = [this.#edge(own + 1), other.#edge(its + 1)];
      if (end <= itsEnd) own++;
      if (itsEnd <= end) its++;
    }
    if (isAbove) result.push(LAST_DAY);
    return result;
  }

  #edge(piece: number): Day {
    return this.#edges[piece] ?? Infinity;
  }

  /** The piece that a day lies in. */
  #pieceOf(day: Day): number {
    return partitionPoint(this.#edges.length, (piece) => this.#edge(piece) <= day) - 1;
  }

  /** The first piece from one on, or the number of them, at which something holds that holds of every node above it too. */
  #next(from: number, holds: (node: number) => boolean): number {
    const pieces = this.#edges.length - 1;
    if (from >= pieces) return pieces;
    let node = this.#size + from;
    while (!holds(node)) {
      while (node & 1) node >>= 1;
      if (node === 0) return pieces;
      node++;
    }
    while (node < this.#size) {
      node *= 2;
      if (!holds(node)) node++;
    }
    return Math.min(node - this.#size, pieces);
  }
}

/** The days on which some rank may change, and the day after the last: ascending, each once. */
function edgesOf(told: readonly Ranked[]): Float64Array {
  const edges = new Float64Array(told.reduce((sum, { days }) => sum + days.length, 2));
  edges.set([FIRST_DAY, LAST_DAY + 1]);
  let count = 2;
  for (const { days } of told)
    for (let i = 0; i < days.length; i++) edges[count++] = (days[i] ?? NaN) + (i % 2);
  edges.sort();
  let kept = 0;
  for (const edge of edges) if (kept === 0 || edges[kept - 1] !== edge) edges[kept++] = edge;
  return edges.slice(0, kept);
}
