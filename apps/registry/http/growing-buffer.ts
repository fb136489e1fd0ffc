/** The initial bytes of the buffer. */
const FIRST = 1_024;

/**
 * Collects bytes in one piece of memory, which is doubled when it is full: each byte takes at most two,
 * however small the pieces are.
 */
export class Growing {
  #room = Buffer.alloc(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The size that the buffer would have with `more` further bytes. */
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

  /** Returns all bytes, which it never changes again, and starts with an empty buffer. */
  take(): Buffer {
    const taken = this.#room.subarray(0, this.#length);
    this.#room = Buffer.alloc(0);
    this.#length = 0;
    return taken;
  }
}
