import { createReadStream } from 'node:fs';
import { unreadable } from '../exit-codes';

/** What a look through the whole of a file shows. */
export interface TextSurvey {
  /** Its first bytes. */
  readonly head: Uint8Array;
  /** How many lines are not blank; line breaks within quotes do not count. */
  readonly lines: number;
  /** Whether the file begins with a byte-order mark, or is UTF-16 without one. */
  readonly isMarked: boolean;
  readonly encoding: Found;
}

/**
 * The encoding of a file, as far as its bytes tell. `whole`: valid UTF-8 or UTF-16; `shows` if characters
 * beyond ASCII, or a mark, prove it. `broken`: UTF-8 except for bytes on some lines. `old`: an encoding from
 * before Unicode, told by its letters or, if several make sense, by its line ends. `doubtful`: no one can
 * say.
 */
type Found =
  | { readonly is: 'whole'; readonly shows: boolean }
  | { readonly is: 'broken'; readonly lines: readonly number[] }
  | { readonly is: 'old'; readonly charset: Old; readonly byLineEnds: boolean }
  | { readonly is: 'doubtful'; readonly line: number };

type Old = 'macintosh' | 'windows-1252';

const [TAB, LF, CR, SPACE, QUOTE] = [0x09, 0x0a, 0x0d, 0x20, 0x22];
const ASCII_END = 0x80;
const HEAD = 512;

/** Looks through a file. What its encoding is, is proposed here; whoever reads it says what was taken. */
export async function survey(file: string): Promise<TextSurvey> {
  const bytes = new Unicode();
  let [lines, carriageReturns, lineFeeds, line] = [0, 0, 0, 1];
  let [isUtf16, isMarked, quoted, blank] = [false, false, false, true];
  let before = 0;
  let head: Uint8Array | undefined;
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      if (!head) {
        head = chunk.subarray(0, HEAD);
        isUtf16 = hasUtf16(chunk);
        isMarked = isUtf16 || (chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf);
      }
      for (const byte of chunk) {
        if (!isUtf16) bytes.take(byte, line);
        if (byte === QUOTE) quoted = !quoted;
        if (byte === LF || byte === CR) {
          if (byte === CR) carriageReturns++;
          else if (before === CR) carriageReturns--;
          else lineFeeds++;
          if (byte === CR || before !== CR) line++;
          if (!quoted && !blank) {
            lines++;
            blank = true;
          }
        } else if (byte !== 0 && byte !== SPACE && byte !== TAB) blank = false;
        if (byte !== 0) before = byte;
      }
    }
  } catch (error) {
    throw unreadable(file, error);
  }
  if (!blank) lines++;
  bytes.take(LF, line);
  return {
    head: head ?? new Uint8Array(),
    lines,
    isMarked,
    encoding: isUtf16 ? { is: 'whole', shows: true } : bytes.found(carriageReturns > lineFeeds),
  };
}

function hasUtf16([first, second]: Uint8Array): boolean {
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  return (first === 0) !== (second === 0) && first !== undefined && second !== undefined;
}

/** The most lines with broken bytes that are named. */
const MOST_NAMED = 10_000;

/**
 * Counts the characters of UTF-8 (RFC 3629) beyond ASCII and the bytes that are not UTF-8, and how the bytes
 * would read in old encodings.
 */
class Unicode {
  #characters = 0;
  #broken = 0;
  readonly #lines = new Set<number>();
  /** How many bytes of the present character are missing, and the bounds of the next one. */
  #missing = 0;
  #least = 0x80;
  #most = 0xbf;
  #before = SPACE;
  /** How often each byte beyond ASCII comes right after a small letter, and how often elsewhere. */
  readonly #afterSmall = new Uint32Array(256);
  readonly #elsewhere = new Uint32Array(256);

  take(byte: number, line: number): void {
    if (byte >= ASCII_END) {
      const counts = isSmall(this.#before) ? this.#afterSmall : this.#elsewhere;
      counts[byte] = (counts[byte] ?? 0) + 1;
    }
    this.#before = byte;
    if (this.#missing > 0) {
      if (byte >= this.#least && byte <= this.#most) {
        [this.#least, this.#most] = [0x80, 0xbf];
        if (--this.#missing === 0) this.#characters++;
        return;
      }
      this.#break(line);
    }
    if (byte < ASCII_END) return;
    [this.#least, this.#most] = [0x80, 0xbf];
    if (byte >= 0xc2 && byte <= 0xdf) this.#missing = 1;
    else if (byte >= 0xe0 && byte <= 0xef) this.#missing = 2;
    else if (byte >= 0xf0 && byte <= 0xf4) this.#missing = 3;
    else this.#break(line);
    if (byte === 0xe0) this.#least = 0xa0;
    if (byte === 0xed) this.#most = 0x9f;
    if (byte === 0xf0) this.#least = 0x90;
    if (byte === 0xf4) this.#most = 0x8f;
  }

  #break(line: number): void {
    this.#missing = 0;
    this.#broken++;
    if (this.#lines.size < MOST_NAMED) this.#lines.add(line);
  }

  found(endsAsOldMac: boolean): Found {
    const lines = [...this.#lines];
    if (this.#broken === 0) return { is: 'whole', shows: this.#characters > 0 };
    if (this.#characters >= this.#broken) return { is: 'broken', lines };
    const doubtful = { is: 'doubtful', line: lines[0] ?? 1 } as const;
    // A text in an old encoding hardly ever contains a valid UTF-8 character by chance.
    if (this.#characters > 0) return doubtful;
    const [windows, mac] = [this.#makesSense('windows-1252'), this.#makesSense('macintosh')];
    if (windows && mac)
      return { is: 'old', charset: endsAsOldMac ? 'macintosh' : 'windows-1252', byLineEnds: true };
    if (windows) return { is: 'old', charset: 'windows-1252', byLineEnds: false };
    return mac && endsAsOldMac ? { is: 'old', charset: 'macintosh', byLineEnds: true } : doubtful;
  }

  /**
   * Whether every byte reads as a letter or sign that names and remarks contain, and no capital follows a
   * small letter.
   */
  #makesSense(charset: Old): boolean {
    const decoder = new TextDecoder(charset);
    for (let byte = ASCII_END; byte < 256; byte++) {
      const character = decoder.decode(Uint8Array.of(byte));
      const [small = 0, elsewhere = 0] = [this.#afterSmall[byte], this.#elsewhere[byte]];
      if (small + elsewhere > 0 && !USUAL.test(character)) return false;
      if (small > 0 && CAPITAL.test(character)) return false;
    }
    return true;
  }
}

const USUAL = /[À-ÖØ-öø-ÿŒœŠšŽžŸ\u00a0‘’“”–—…•£€°·©®™¼½¾§ªº«»¡¿´]/;
const CAPITAL = /[À-ÖØ-ÞŒŠŽŸ]/;

function isSmall(byte: number): boolean {
  return byte >= 0x61 && byte <= 0x7a;
}
