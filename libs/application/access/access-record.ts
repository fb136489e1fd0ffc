import type { ProblemCode } from '@app/domain/values/problem';

/**
 * A refused attempt to write, or to read what is not public; or several alike, as a number. It says who
 * tried, and nothing of what was sent: no key, no hash, no subject, no content.
 */
export interface Attempt {
  /** An RFC 3339 instant; for several attempts, the latest. */
  readonly at: string;
  readonly code: ProblemCode;
  /**
   * How many: for a batch, the number of its events; for attempts that came too fast to be kept one by one,
   * all of them.
   */
  readonly count: number;
  /**
   * Whose key was brought, even if it is revoked or expired (then the code is `bad-key`); null if the log has
   * no such key.
   */
  readonly body: string | null;
  /** The name of the key; null also for a registrar’s key that is not in the log. */
  readonly key: string | null;
  /** Where the attempt came from; null if several are summed. */
  readonly address: string | null;
  readonly method: string | null;
  /** The pattern of the route; `none` if there is no such route. */
  readonly route: string | null;
  /** The id of the request. */
  readonly request: string | null;
}

/** An attempt as it is kept. `number`: its place; numbers ascend, and are never reused. */
export interface KeptAttempt extends Attempt {
  readonly number: number;
}

/** The last use of a key, at an RFC 3339 instant. */
export interface KeyUse {
  readonly body: string;
  readonly key: string;
  readonly at: string;
}

/** Which attempts are asked for: those before a place, of a code, of a body. */
export interface AttemptsAsked {
  readonly before?: number | undefined;
  readonly limit: number;
  readonly code?: string | undefined;
  readonly body?: string | undefined;
}

/**
 * The access record: refused attempts and the last use of each key, kept beside the log as the vault is. What
 * was added survives the process; a loss of power may take the last of it. Every call rejects with {@link
 * AccessUnavailable} if the store does not answer; then it was either done as a whole or not at all.
 */
export interface AccessRecord {
  /**
   * Adds attempts, in order, and the uses of keys that are later than those that are known; of the oldest attempts it lets go
   * of those beyond `most`.
   */
  add(attempts: readonly Attempt[], uses: readonly KeyUse[], most: number): Promise<void>;

  /** At most `limit` of the attempts asked for, the last added first. */
  attempts(asked: AttemptsAsked): Promise<readonly KeptAttempt[]>;

  /** The last use of every key that was used, or of every one of a body, by body and name. */
  uses(body?: string): Promise<readonly KeyUse[]>;

  /**
   * Deletes attempts from before an instant, the oldest first, at most the given number; resolves to how many
   * were deleted.
   */
  forget(before: string, most: number): Promise<number>;

  /** Closes the store. After this the record is unavailable. */
  close(): Promise<void>;
}

export class AccessUnavailable extends Error {
  override readonly name = 'AccessUnavailable';
}
