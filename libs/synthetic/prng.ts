/** mulberry32: small, and equal on every machine. One seed always gives the same throws. */
export class Dice {
  #state: number;

  /** The seed, purpose and number together decide the throws. */
  constructor(seed: number, purpose: string, number: number) {
    let state = mixed(seed | 0);
    for (let i = 0; i < purpose.length; i++) state = mixed((state * 31 + purpose.charCodeAt(i)) | 0);
    this.#state = mixed((state ^ Math.imul(number + 1, 0x9e3779b1)) | 0) | 0;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    return mixed(this.#state) / 4_294_967_296;
  }

  /** A whole number from 0 to below the limit. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** A whole number from the one to the other, both included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  one<T>(from: readonly T[]): T {
    const chosen = from[this.below(from.length)];
    if (chosen === undefined) throw new Error('there is nothing to choose from');
    return chosen;
  }
}

function mixed(state: number): number {
  let bits = Math.imul(state ^ (state >>> 15), 1 | state);
  bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
  return (bits ^ (bits >>> 14)) >>> 0;
}
