/**
 * Strict readers: a text is taken only if writing what was read gives the same text. So nothing that is
 * signed or hashed can be written in two ways. Each returns undefined if the text is not in that form.
 */

/** Base64 with padding and without line breaks (RFC 4648, section 4). */
export function fromBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

/** Base64url without padding (RFC 7515, section 2). */
export function fromBase64Url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}

export function toBase64(bytes: Uint8Array): string {
  return viewOf(bytes).toString('base64');
}

export function toBase64Url(bytes: Uint8Array): string {
  return viewOf(bytes).toString('base64url');
}

/**
 * A size or position: ASCII digits without leading zeros. The specifications allow up to 2^63 − 1; numbers
 * beyond 2^53 − 1, which no log reaches, are not taken, as JavaScript would round them.
 */
export function fromDecimal(text: string): number | undefined {
  if (!/^(?:0|[1-9][0-9]{0,15})$/.test(text)) return undefined;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** UTF-8, a byte order mark kept as a character. */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  const text = viewOf(bytes).toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : undefined;
}

/** The same memory as a Buffer. */
export function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
