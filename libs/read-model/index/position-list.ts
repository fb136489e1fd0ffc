import { partitionPoint } from '@app/domain/values/partition-point';

/** Positions in ascending order, in four bytes each and room to grow into. They are below 2³². */
export class PositionList {
  #positions = new Uint32Array(16);
  #count = 0;

  static of(ascending: Iterable<number>): PositionList {
    const positions = new PositionList();
    for (const position of ascending) positions.push(position);
    return positions;
  }

  /** Takes a position after all those it has. */
  push(position: number): void {
    if (this.#count === this.#positions.length) {
      const positions = new Uint32Array(this.#count * 2);
      positions.set(this.#positions);
      this.#positions = positions;
    }
    this.#positions[this.#count++] = position;
  }

  /** The one at a place among them, from 0, below their count. */
  at(index: number): number {
    return this.#positions[index] ?? 0;
  }

  /** How many of them are at or before a position. */
  countUpTo(position: number): number {
    return partitionPoint(this.#count, (index) => this.at(index) <= position);
  }
}
