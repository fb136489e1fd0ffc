/** How many rounds follow each word of the message, and its end. */
export interface Rounds {
  readonly word: number;
  readonly end: number;
}

/**
 * SipHash-1-3, as keyed hash tables use it. More rounds would protect against someone who sees the hashes,
 * which no one does.
 */
const OF_TABLES: Rounds = { word: 1, end: 3 };

/**
 * SipHash (Aumasson and Bernstein, 2012) of texts, taken as their UTF-16 code units, two bytes each, the low
 * one first. Without the key no one can make two texts with one hash, or predict the bucket of a text.
 */
export class SipHash {
  /** The key, as four words of 32 bits. */
  readonly #k0: number;
  readonly #k1: number;
  readonly #k2: number;
  readonly #k3: number;
  readonly #rounds: Rounds;
  /** The two halves of the last hash, from 0 to 2³² − 1 each, so that no text needs an object. */
  low = 0;
  high = 0;

  /** `key`: 16 bytes that no one else can know. */
  constructor(key: Uint8Array, rounds = OF_TABLES) {
    if (key.length !== 16) throw new RangeError(`a key of SipHash has 16 bytes, not ${key.length}`);
    const bytes = new DataView(key.buffer, key.byteOffset, key.length);
    this.#k0 = bytes.getInt32(0, true);
    this.#k1 = bytes.getInt32(4, true);
    this.#k2 = bytes.getInt32(8, true);
    this.#k3 = bytes.getInt32(12, true);
    this.#rounds = rounds;
  }

  /**
   * Hashes a text, and leaves the hash in {@link low} and {@link high}. `low`, `high`: the hash of a
   * preceding text, which modifies the key, so that a common beginning of many texts is hashed once.
   */
  hash(text: string, low = 0, high = 0): void {
    const { word, end } = this.#rounds;
    const { length } = text;
    // Four words of 64 bits, each as a low and a high half, because JavaScript has no fast 64-bit integers.
    const k0 = this.#k0 ^ low;
    const k1 = this.#k1 ^ high;
    let a = k0 ^ 0x70736575;
    let A = k1 ^ 0x736f6d65;
    let b = this.#k2 ^ 0x6e646f6d;
    let B = this.#k3 ^ 0x646f7261;
    let c = k0 ^ 0x6e657261;
    let C = k1 ^ 0x6c796765;
    let d = this.#k2 ^ 0x79746573;
    let D = this.#k3 ^ 0x74656462;
    const whole = length & ~3;
    const last = whole + 4;
    for (let at = 0; at <= last; at += 4) {
      let least = 0;
      let most = 0;
      let rounds = word;
      if (at < whole) {
        least = text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16);
        most = text.charCodeAt(at + 2) | (text.charCodeAt(at + 3) << 16);
      } else if (at === whole) {
        // The rest of the text, with its length in bytes in the last byte.
        const left = length - whole;
        if (left > 0) least = text.charCodeAt(whole);
        if (left > 1) least |= text.charCodeAt(whole + 1) << 16;
        if (left > 2) most = text.charCodeAt(whole + 2);
        most |= length << 25;
      } else {
        c ^= 0xff;
        rounds = end;
      }
      d ^= least;
      D ^= most;
      for (let round = 0; round < rounds; round++) {
        let sum = (a >>> 0) + (b >>> 0);
        A = (A + B + (sum > 0xffffffff ? 1 : 0)) | 0;
        a = sum | 0;
        let half = b;
        b = ((b << 13) | (B >>> 19)) ^ a;
        B = ((B << 13) | (half >>> 19)) ^ A;
        half = a;
        a = A;
        A = half;
        sum = (c >>> 0) + (d >>> 0);
        C = (C + D + (sum > 0xffffffff ? 1 : 0)) | 0;
        c = sum | 0;
        half = d;
        d = ((d << 16) | (D >>> 16)) ^ c;
        D = ((D << 16) | (half >>> 16)) ^ C;
        sum = (a >>> 0) + (d >>> 0);
        A = (A + D + (sum > 0xffffffff ? 1 : 0)) | 0;
        a = sum | 0;
        half = d;
        d = ((d << 21) | (D >>> 11)) ^ a;
        D = ((D << 21) | (half >>> 11)) ^ A;
        sum = (c >>> 0) + (b >>> 0);
        C = (C + B + (sum > 0xffffffff ? 1 : 0)) | 0;
        c = sum | 0;
        half = b;
        b = ((b << 17) | (B >>> 15)) ^ c;
        B = ((B << 17) | (half >>> 15)) ^ C;
        half = c;
        c = C;
        C = half;
      }
      a ^= least;
      A ^= most;
    }
    this.low = (a ^ b ^ c ^ d) >>> 0;
    this.high = (A ^ B ^ C ^ D) >>> 0;
  }
}
