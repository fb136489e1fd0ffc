/** A text with memory of its own: one that was cut out of another keeps the whole of that alive. */
export function ownCopy(text: string): string {
  return Buffer.from(text).toString();
}
