import { partitionPoint } from './partition-point';
import { FIRST_DAY, LAST_DAY, type Day } from './day';
import type { Days } from './timeline';

/** Days, and a rank for each of them. */
export interface Ranked {
  readonly days: Days;
  readonly rank: number;
}

/** The rank of a day without one, if the highest is asked for; the other constant if the lowest is. */
const LOWEST = -1;
const HIGHEST = 0x7fffffff;

/**
 * A rank for every day, which changes on few of them. It is built in the time of sorting the runs, and finds
 * the days below a limit without visiting every change.
 */
export class RankedDays {
  /** The first day of each piece of equal rank; the final entry is the day after the last day. */
  readonly #edges: Float64Array;
  /**
   * The least and the greatest rank of pieces, as trees: piece i is at `size + i`, and the parent of two
   * nodes is at half their index.
   */
  readonly #least: Int32Array;
  readonly #greatest: Int32Array;
  readonly #size: number;

  /**
   * `told`: in the order of precedence, so that the first of several for one day counts; `otherwise`: the
   * rank of days without one.
   */
  private constructor(told: readonly Ranked[], otherwise: number) {
    this.#edges = edgesOf(told);
    const pieces = this.#edges.length - 1;
    const ranks = new Int32Array(pieces).fill(otherwise);
    // The first piece from an index on without a rank; it skips whole runs that have one.
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

  /** The highest rank given for each day, from ranks that ascend from 0; −1 for days without one. */
  static highest(told: readonly Ranked[]): RankedDays {
    return new RankedDays(told.toReversed(), LOWEST);
  }

  /**
   * The lowest rank given for each day, from ranks that ascend from 0; above every other for days without
   * one.
   */
  static lowest(told: readonly Ranked[]): RankedDays {
    return new RankedDays(told, HIGHEST);
  }

  /** Those of some days whose rank is below a limit. */
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

  /** The days on which this rank is above the other’s. */
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

  /** The piece that contains a day. */
  #pieceOf(day: Day): number {
    return partitionPoint(this.#edges.length, (piece) => this.#edge(piece) <= day) - 1;
  }

  /**
   * The first piece from an index on for which something holds, or the number of pieces. If it holds for a
   * piece, it must hold for every node above it.
   */
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

/** The days on which some rank may change, and the day after the last: ascending, without repetition. */
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
