import { partitionPoint } from '@app/domain/values/partition-point';

/** Positions in ascending order, in four bytes each, with room to grow. They are below 2³². */
export class PositionList {
  #positions: Uint32Array = new Uint32Array(16);
  #count = 0;

  static of(ascending: Iterable<number>): PositionList {
    const positions = new PositionList();
    for (const position of ascending) positions.push(position);
    return positions;
  }

  /** Adds a position after all others. */
  push(position: number): void {
    if (this.#count === this.#positions.length) {
      const positions = new Uint32Array(this.#count * 2);
      positions.set(this.#positions);
      this.#positions = positions;
    }
    this.#positions[this.#count++] = position;
  }

  /** The position at an index, below their count. */
  at(index: number): number {
    return this.#positions[index] ?? 0;
  }

  /** How many positions are at or before a given one. */
  countUpTo(position: number): number {
    return partitionPoint(this.#count, (index) => this.at(index) <= position);
  }

  /** Its positions, which never change. */
  get all(): Uint32Array {
    return this.#positions.subarray(0, this.#count);
  }
}
