/** The bytes that each entry takes besides. */
const OVERHEAD = 512;

/**
 * The most recently used entries, by group and name, within a bound: when there is no room, the older half is
 * dropped at once. Asking for ever new things only makes others compute again. An entry that would take more
 * than a tenth of the room, such as the answer about a provider with a hundred thousand advisers, is not
 * kept.
 */
export class Recent<T> {
  readonly #room: number;
  readonly #sizeOf: (thing: T) => number;
  #young = new Map<string, Map<string, T>>();
  #old: ReadonlyMap<string, ReadonlyMap<string, T>> = new Map();
  #taken = 0;

  /** `room` and `sizeOf`: in bytes, approximately. */
  constructor(room: number, sizeOf: (thing: T) => number) {
    this.#room = room;
    this.#sizeOf = sizeOf;
  }

  get(group: string, name: string): T | undefined {
    const young = this.#young.get(group)?.get(name);
    if (young !== undefined) return young;
    const old = this.#old.get(group)?.get(name);
    if (old !== undefined) this.keep(group, name, old);
    return old;
  }

  /** Whether an entry of about this many bytes is kept at all. */
  hasRoomFor(size: number): boolean {
    return size * 10 <= this.#room;
  }

  keep(group: string, name: string, thing: T): void {
    const size = this.#sizeOf(thing) + OVERHEAD;
    if (!this.hasRoomFor(size)) return;
    const replaced = this.#young.get(group)?.get(name);
    if (replaced !== undefined) this.#taken -= this.#sizeOf(replaced) + OVERHEAD;
    if ((this.#taken + size) * 2 > this.#room) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#taken = 0;
    }
    const things = this.#young.get(group) ?? new Map<string, T>();
    this.#young.set(group, things);
    things.set(name, thing);
    this.#taken += size;
  }
}
