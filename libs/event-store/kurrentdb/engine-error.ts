/** What became of an append that failed. */
export type FailedAppend = 'moved' | 'unavailable' | 'unknown';

/** The kind of an error of the client’s; undefined of any other error. Its classes have no messages one could go by. */
export function typeOf(error: unknown): string | undefined {
  const type = typeof error === 'object' && error !== null && 'type' in error ? error.type : undefined;
  return typeof type === 'string' ? type : undefined;
}

/** Kinds of error with which the server says that it has written nothing. */
const NOT_WRITTEN = [
  'access-denied',
  'stream-deleted',
  'stream-tombstoned',
  'maximum-append-size-exceeded',
  'append-record-size-exceeded',
  'not-leader',
  'no-stream',
];

/** Words of failures that come before anything was sent, whatever class the client gives them. */
const NOT_SENT =
  /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|Failed to discover|Name resolution failed|Server Is Not Ready|client error \(Connect\)/i;

/**
 * Whether an append that failed found the head moved, or has certainly written nothing. Of every other failure it is not
 * known: the call may have been lost on its way there, or the answer on its way back.
 */
export function outcomeOf(error: unknown): FailedAppend {
  const type = typeOf(error);
  if (type === 'wrong-expected-version') return 'moved';
  return (type !== undefined && NOT_WRITTEN.includes(type)) || NOT_SENT.test(wordsOf(error))
    ? 'unavailable'
    : 'unknown';
}

/** What an error says, for an operator: its kind, and its words where it has some. */
export function wordsOf(error: unknown): string {
  const says = error instanceof Error ? error.message : String(error);
  return [typeOf(error), says].filter((part) => part !== undefined && part !== '').join(': ');
}
