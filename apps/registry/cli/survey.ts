import { createReadStream } from 'node:fs';
import { unreadable } from './ending';

/** What a look through the whole of a file shows. */
export interface Survey {
  /** How many lines are not blank, line breaks within quotes not counting. */
  readonly lines: number;
  /** Whether it begins with a byte-order mark, or is UTF-16 without one. */
  readonly isMarked: boolean;
  /** In which encoding it is, where it does not show that by itself. */
  readonly charset?: 'macintosh' | 'windows-1252';
}

const [TAB, LF, CR, SPACE, QUOTE] = [0x09, 0x0a, 0x0d, 0x20, 0x22];

/**
 * Looks through a file. What is neither UTF-8 nor UTF-16 is of an old Mac where its lines end as they did there, and else
 * of an old Windows: its bytes say nothing surer, so whoever uses it says what was taken.
 */
export async function survey(file: string): Promise<Survey> {
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  let [lines, carriageReturns, lineFeeds] = [0, 0, 0];
  let [isUtf8, isUtf16, isMarked, quoted, blank, begun] = [true, false, false, false, true, false];
  let before = 0;
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      if (!begun) {
        isUtf16 = hasUtf16(chunk);
        isMarked = isUtf16 || (chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf);
      }
      begun = true;
      if (isUtf8 && !isUtf16) isUtf8 = isText(utf8, chunk);
      for (const byte of chunk) {
        if (byte === QUOTE) quoted = !quoted;
        if (byte === LF || byte === CR) {
          if (byte === CR) carriageReturns++;
          else if (before === CR) carriageReturns--;
          else lineFeeds++;
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
  if (isUtf8 || isUtf16) return { lines, isMarked };
  return { lines, isMarked, charset: carriageReturns > lineFeeds ? 'macintosh' : 'windows-1252' };
}

function hasUtf16([first, second]: Uint8Array): boolean {
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  return (first === 0) !== (second === 0) && first !== undefined && second !== undefined;
}

function isText(decoder: TextDecoder, chunk: Uint8Array): boolean {
  try {
    decoder.decode(chunk, { stream: true });
    return true;
  } catch {
    return false;
  }
}
