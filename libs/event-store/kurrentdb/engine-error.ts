/** The outcome of an append that failed. */
export type FailedAppend = 'moved' | 'unavailable' | 'unknown';

/** The kind of a client’s error; undefined for any other error. The client’s errors have no messages to rely on. */
export function typeOf(error: unknown): string | undefined {
  const type = typeof error === 'object' && error !== null && 'type' in error ? error.type : undefined;
  return typeof type === 'string' ? type : undefined;
}

/** Kinds of error by which the server says that it has written nothing. */
const NOT_WRITTEN = [
  'access-denied',
  'stream-deleted',
  'stream-tombstoned',
  'maximum-append-size-exceeded',
  'append-record-size-exceeded',
  'not-leader',
  'no-stream',
];

/** Words of failures that occur before anything is sent: the client gives them no common class. */
const NOT_SENT =
  /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|Failed to discover|Name resolution failed|Server Is Not Ready|client error \(Connect\)/i;

/**
 * Whether an append that failed found the head moved, or has certainly written nothing. After every other failure the
 * outcome is unknown: the call, or its answer, may have been lost on the way.
 */
export function outcomeOf(error: unknown): FailedAppend {
  const type = typeOf(error);
  if (type === 'wrong-expected-version') return 'moved';
  return (type !== undefined && NOT_WRITTEN.includes(type)) || NOT_SENT.test(wordsOf(error))
    ? 'unavailable'
    : 'unknown';
}

/** What an error tells an operator: its kind, and its message if it has one. */
export function wordsOf(error: unknown): string {
  const says = error instanceof Error ? error.message : String(error);
  return [typeOf(error), says].filter((part) => part !== undefined && part !== '').join(': ');
}
