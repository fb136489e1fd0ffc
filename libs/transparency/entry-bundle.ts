import { viewOf } from './encodings';
import { finding, type Finding } from './finding';

/** An entry bundle (C2SP tlog-tiles, “Log entries”): each entry after its length as a big-endian uint16. */

const LENGTH_BYTES = 2;
/** What the length has room for. */
export const LONGEST_ENTRY_BYTES = 0xffff;

/** Throws a RangeError if an entry is longer than {@link LONGEST_ENTRY_BYTES}: the log takes none. */
export function formatBundle(entries: readonly (string | Uint8Array)[]): Buffer {
  return Buffer.concat(
    entries.flatMap((entry) => {
      const bytes = typeof entry === 'string' ? Buffer.from(entry, 'utf8') : entry;
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt16BE(bytes.byteLength);
      return [length, bytes];
    }),
  );
}

/** The `width` entries of a bundle, which must hold them and nothing after them. They share its memory. */
export function parseBundle(bundle: Uint8Array, width: number): readonly Buffer[] | Finding {
  const bytes = viewOf(bundle);
  const entries: Buffer[] = [];
  let at = 0;
  while (at + LENGTH_BYTES <= bytes.byteLength && entries.length < width) {
    const from = at + LENGTH_BYTES;
    at = from + bytes.readUInt16BE(at);
    if (at > bytes.byteLength) break;
    entries.push(bytes.subarray(from, at));
  }
  return at === bytes.byteLength && entries.length === width
    ? entries
    : finding('malformed-bundle', `The bundle does not hold exactly ${width} entries`);
}
