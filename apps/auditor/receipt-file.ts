import { createReadStream } from 'node:fs';
import { fromUtf8 } from '@app/transparency/encodings';
import { finding, isFinding, type Finding } from '@app/transparency/finding';
import { cannotBe } from './exit-codes';

/** More bytes than any answer has, and few enough to hold: whoever sent the file is not trusted. */
const MOST_BYTES = 1 << 24;

/**
 * The receipt in a file, or on standard input (`-`), without the newline after it; no more is read than a receipt may have. Finding:
 * `malformed-receipt`. Ends the program if the file cannot be read.
 */
export async function receiptIn(
  file: string,
  input: AsyncIterable<Uint8Array> = process.stdin,
): Promise<string | Finding> {
  try {
    const bytes = await bounded(file === '-' ? input : createReadStream(file));
    return isFinding(bytes) ? bytes : textOf(bytes);
  } catch (error) {
    throw cannotBe('read', file, error);
  }
}

async function bounded(chunks: AsyncIterable<Uint8Array>): Promise<Buffer | Finding> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of chunks) {
    length += part.byteLength;
    if (length > MOST_BYTES) return malformed(`it is longer than ${MOST_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function textOf(bytes: Buffer): string | Finding {
  return fromUtf8(bytes)?.replace(/\r?\n$/, '') ?? malformed('it is not UTF-8');
}

function malformed(why: string): Finding {
  return finding('malformed-receipt', `This is no receipt: ${why}`);
}
