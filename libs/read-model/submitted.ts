import { SipHash } from './sip-hash';

/**
 * Finds the position of what was posted under a name, in twelve bytes a slot and without keeping the names: an open hash
 * table whose hits the caller confirms. Whoever posts chooses the names, so that the hash is keyed: no one can make many
 * names of one hash, and a name costs one confirmation where it stands and, but for one time in 2⁶⁴, none where it does
 * not. Positions are below 2³² − 1.
 */
export class SubmittedIndex {
  readonly #hash: SipHash;
  #lows = new Uint32Array(4096);
  #highs = new Uint32Array(4096);
  /** A position and one, so that 0 is a free slot. */
  #positions = new Uint32Array(4096);
  #count = 0;

  /** `key`: 16 random bytes that no one who posts can know. */
  constructor(key: Uint8Array) {
    this.#hash = new SipHash(key);
  }

  /** Adds a position under a name, unless one for which `confirm` says that it is the same stands there: false then. */
  add(name: string, position: number, confirm: (position: number) => boolean): boolean {
    if (this.#count * 4 >= this.#positions.length * 3) this.#grow();
    this.#hash.hash(name);
    const { low, high } = this.#hash;
    if (this.#find(low, high, confirm) !== undefined) return false;
    this.#put(low, high, position + 1);
    this.#count++;
    return true;
  }

  #put(low: number, high: number, entry: number): void {
    const mask = this.#positions.length - 1;
    let slot = low & mask;
    while (this.#positions[slot] !== 0) slot = (slot + 1) & mask;
    this.#lows[slot] = low;
    this.#highs[slot] = high;
    this.#positions[slot] = entry;
  }

  #grow(): void {
    const [lows, highs, positions] = [this.#lows, this.#highs, this.#positions];
    this.#lows = new Uint32Array(positions.length * 2);
    this.#highs = new Uint32Array(positions.length * 2);
    this.#positions = new Uint32Array(positions.length * 2);
    for (const [slot, entry] of positions.entries())
      if (entry !== 0) this.#put(lows[slot] ?? 0, highs[slot] ?? 0, entry);
  }

  /** The first position added under the name for which `confirm` says that it is the one. */
  find(name: string, confirm: (position: number) => boolean): number | undefined {
    this.#hash.hash(name);
    return this.#find(this.#hash.low, this.#hash.high, confirm);
  }

  #find(low: number, high: number, confirm: (position: number) => boolean): number | undefined {
    const mask = this.#positions.length - 1;
    for (let slot = low & mask; this.#positions[slot] !== 0; slot = (slot + 1) & mask) {
      if (this.#lows[slot] !== low || this.#highs[slot] !== high) continue;
      const position = (this.#positions[slot] ?? 0) - 1;
      if (confirm(position)) return position;
    }
    return undefined;
  }
}
