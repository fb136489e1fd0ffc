import { MOST_BYTES_AN_APPEND, MOST_BYTES_AN_EVENT } from './event-log';

/**
 * Throws a `RangeError` for an append that no store accepts: no events, more than the limits, or text that is
 * no RFC 8785 text because it has a lone surrogate (which has no bytes) or a NUL (so that a NUL that is read
 * proves damage).
 */
export function checkAppendable(events: readonly string[], head: number): void {
  if (!Number.isSafeInteger(head) || head < -1) throw new RangeError(`${head} is not the position of a head`);
  if (events.length === 0) throw new RangeError('an append has at least one event');
  let bytes = 0;
  for (const event of events) {
    if (!event.isWellFormed()) throw new RangeError('an event has a lone surrogate');
    if (event.includes('\0')) throw new RangeError('an event has a NUL');
    const length = Buffer.byteLength(event);
    if (length > MOST_BYTES_AN_EVENT) throw new RangeError(`an event of ${length} bytes is too large`);
    bytes += length;
  }
  if (bytes > MOST_BYTES_AN_APPEND) throw new RangeError(`an append of ${bytes} bytes is too large`);
}

/** Throws a `RangeError` unless reading can begin after this position. */
export function checkAfter(after: number): void {
  if (!Number.isSafeInteger(after) || after < -1)
    throw new RangeError(`${after} is not a position to read after`);
}
