/** The first room for bytes that are collected. */
const FIRST = 1_024;

/**
 * Bytes that are put one after the other into one piece of memory, which is doubled where it is full: a byte takes at most
 * two, in however small pieces it comes.
 */
export class Growing {
  #room = Buffer.alloc(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Bytes that would be held with so many more. */
  roomWith(more: number): number {
    const length = this.#length + more;
    return length <= this.#room.length ? this.#room.length : Math.max(FIRST, this.#room.length * 2, length);
  }

  append(bytes: Uint8Array): void {
    const size = this.roomWith(bytes.length);
    if (size !== this.#room.length) {
      const room = Buffer.allocUnsafe(size);
      room.set(this.#room.subarray(0, this.#length));
      this.#room = room;
    }
    this.#room.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** All of them, and begins anew: they stay as they are. */
  take(): Buffer {
    const taken = this.#room.subarray(0, this.#length);
    this.#room = Buffer.alloc(0);
    this.#length = 0;
    return taken;
  }
}
