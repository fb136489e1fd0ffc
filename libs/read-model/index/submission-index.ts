import { UnfitSnapshot, type SavedSections, type Savable, type Sections } from '../snapshot/sections';
import { SipHash } from './sip-hash';

/** The number of pairs of body and source whose hashes are remembered: a few hundred bytes each at most. */
const MOST_BEGINNINGS = 1_024;

interface Begun {
  readonly low: number;
  readonly high: number;
}

/**
 * Finds the position of the event that a body posted from a source under an id (together its name), in twelve
 * bytes a slot and without keeping the names: an open hash table whose hits the caller confirms. Posters
 * choose the names, so the hash is keyed: no one can make many names with one hash. A lookup costs one
 * confirmation if the name is there and, except once in 2⁶⁴, none if it is not. Positions are below 2³² − 1.
 */
export class SubmissionIndex implements Savable {
  #key: Uint8Array;
  #hash: SipHash;
  #lows: Uint32Array = new Uint32Array(4096);
  #highs: Uint32Array = new Uint32Array(4096);
  /** Each position plus one, so that 0 is a free slot. */
  #positions: Uint32Array = new Uint32Array(4096);
  #count = 0;

  /** The hashes of pairs of body and source that were posted from lately. */
  #begun = new Map<string, Map<string, Begun>>();
  #beginnings = 0;

  /** `key`: 16 random bytes that no poster can know. */
  constructor(key: Uint8Array) {
    this.#key = key;
    this.#hash = new SipHash(key);
  }

  /**
   * Hashes the name of a submission. Most submissions share a few bodies and sources, which are hashed once.
   */
  #hashOf(body: string, source: string, id: string): void {
    let of = this.#begun.get(body);
    let begun = of?.get(source);
    if (!begun) {
      if (this.#beginnings === MOST_BEGINNINGS) {
        this.#begun = new Map();
        this.#beginnings = 0;
        of = undefined;
      }
      this.#hash.hash(`${body}\n${source}`);
      begun = { low: this.#hash.low, high: this.#hash.high };
      if (!of) this.#begun.set(body, (of = new Map<string, Begun>()));
      of.set(source, begun);
      this.#beginnings++;
    }
    this.#hash.hash(id, begun.low, begun.high);
  }

  /**
   * Adds the position of a submission; false, and nothing is added, if there is one that `confirm` says is
   * the same.
   */
  add(
    body: string,
    source: string,
    id: string,
    position: number,
    confirm: (position: number) => boolean,
  ): boolean {
    if (this.#count * 4 >= this.#positions.length * 3) this.#grow();
    this.#hashOf(body, source, id);
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

  /** The first position with such a name that `confirm` says is the one. */
  find(body: string, source: string, id: string, confirm: (position: number) => boolean): number | undefined {
    this.#hashOf(body, source, id);
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

  /** The key is saved too: the hashes are worth nothing without it. */
  save(): Sections {
    return new Map([
      ['key', Uint32Array.from(this.#key)],
      ['lows', this.#lows.slice()],
      ['highs', this.#highs.slice()],
      ['positions', this.#positions.slice()],
    ]);
  }

  load(saved: SavedSections): void {
    const { length } = saved.exactly('positions');
    if (length < 4096 || (length & (length - 1)) !== 0)
      throw new UnfitSnapshot(`it has ${length} slots for submissions`);
    this.#key = Uint8Array.from(saved.exactly('key', 16));
    this.#hash = new SipHash(this.#key);
    this.#begun.clear();
    this.#beginnings = 0;
    // A table has as many slots as it has: no room beside them.
    this.#lows = saved.exactly('lows', length).slice();
    this.#highs = saved.exactly('highs', length).slice();
    this.#positions = saved.exactly('positions').slice();
    this.#count = this.#positions.reduce((count, entry) => (entry === 0 ? count : count + 1), 0);
  }
}
