/**
 * Finds the position of what was posted under a name, in eight bytes a slot and without keeping the names: an open
 * hash table whose hits the caller confirms. Positions are below 2³² − 1.
 */
export class SubmittedIndex {
  #hashes = new Uint32Array(4096);
  /** A position and one, so that 0 is a free slot. */
  #positions = new Uint32Array(4096);
  #count = 0;

  /** Adds a position under a name, unless one for which `confirm` says that it is the same stands there: false then. */
  add(name: string, position: number, confirm: (position: number) => boolean): boolean {
    if (this.#count * 2 >= this.#positions.length) this.#grow();
    const hash = hashOf(name);
    if (this.#find(hash, confirm) !== undefined) return false;
    this.#put(hash, position + 1);
    this.#count++;
    return true;
  }

  #put(hash: number, entry: number): void {
    const mask = this.#positions.length - 1;
    let slot = hash & mask;
    while (this.#positions[slot] !== 0) slot = (slot + 1) & mask;
    this.#hashes[slot] = hash;
    this.#positions[slot] = entry;
  }

  #grow(): void {
    const [hashes, positions] = [this.#hashes, this.#positions];
    this.#hashes = new Uint32Array(hashes.length * 2);
    this.#positions = new Uint32Array(hashes.length * 2);
    positions.forEach((entry, slot) => {
      if (entry !== 0) this.#put(hashes[slot] ?? 0, entry);
    });
  }

  /** The first position added under the name for which `confirm` says that it is the one. */
  find(name: string, confirm: (position: number) => boolean): number | undefined {
    return this.#find(hashOf(name), confirm);
  }

  #find(hash: number, confirm: (position: number) => boolean): number | undefined {
    const mask = this.#positions.length - 1;
    for (let slot = hash & mask; this.#positions[slot] !== 0; slot = (slot + 1) & mask) {
      const position = (this.#positions[slot] ?? 0) - 1;
      if (this.#hashes[slot] === hash && confirm(position)) return position;
    }
    return undefined;
  }
}

/** FNV-1a over the UTF-16 code units, its bits mixed once more so that the low ones spread. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
