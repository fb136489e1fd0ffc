import { refuse, type Refusal } from '@app/domain/values/problem';

/** A text as UTF-8 without a byte-order mark, in parts as they come. */
export interface Text {
  readonly chunks: AsyncIterable<Buffer>;
  /** Whether it began with a mark: then its sender expects one in the answer too. */
  readonly marked: boolean;
}

const MARKS: readonly (readonly [encoding: string, mark: readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];
const LONGEST_MARK = 3;

/**
 * Reads a text in the encoding in which it was saved: as its byte-order mark says; else as `charset` says,
 * any name of the WHATWG Encoding Standard; else UTF-16 if every other of its first bytes is zero; else
 * UTF-8. Other encodings are not guessed: they give U+FFFD in UTF-8, and whoever reads the cell refuses it.
 */
export async function readText(
  source: AsyncIterable<Uint8Array>,
  charset: string | undefined,
): Promise<Text | Refusal> {
  const iterator = source[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < LONGEST_MARK) {
    const next = await iterator.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  const [marked, mark] = MARKS.find(([, bytes]) => bytes.every((byte, i) => head[i] === byte)) ?? [];
  const encoding = marked ?? charset ?? withoutMark(head);
  const decoder = decoderOf(encoding);
  if (!decoder)
    return refuse(
      'malformed',
      `No encoding is called ${encoding}: save the table as UTF-8, or name another such as windows-1252 or macintosh as charset`,
    );
  const rest = head.subarray(mark?.length ?? 0);
  return {
    marked: marked !== undefined,
    chunks: decoder.encoding === 'utf-8' ? following(rest, iterator) : decoded(rest, iterator, decoder),
  };
}

function withoutMark([first, second]: Uint8Array): string {
  if (first !== 0 && second === 0) return 'utf-16le';
  return first === 0 && second !== 0 && second !== undefined ? 'utf-16be' : 'utf-8';
}

function decoderOf(encoding: string): TextDecoder | undefined {
  try {
    return new TextDecoder(encoding);
  } catch {
    return undefined;
  }
}

async function* following(
  head: Buffer,
  iterator: AsyncIterator<Uint8Array>,
): AsyncGenerator<Buffer, void, undefined> {
  if (head.length > 0) yield head;
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
    yield Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
}

async function* decoded(
  head: Buffer,
  iterator: AsyncIterator<Uint8Array>,
  decoder: TextDecoder,
): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of following(head, iterator))
    yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}
