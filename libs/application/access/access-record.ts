import type { ProblemCode } from '@app/domain/values/problem';

/**
 * A refused attempt to write, or to read what is not for everybody; or a number of them that are alike. It says who
 * tried, and nothing of what was sent: no key, no hash, no subject, no content.
 */
export interface Attempt {
  /** An RFC 3339 instant; of several the latest. */
  readonly at: string;
  readonly code: ProblemCode;
  /** How many: of a batch its events, of attempts that came too fast to be kept one by one all of them. */
  readonly count: number;
  /** Whose key was brought, be it revoked or expired (`bad-key` then); null where it is none in the log. */
  readonly body: string | null;
  /** The name of the key; null of one that has none in the log too. */
  readonly key: string | null;
  /** From where; null where many are summed. */
  readonly address: string | null;
  readonly method: string | null;
  /** The pattern of the route, `none` where there is no such route. */
  readonly route: string | null;
  /** The id of the request. */
  readonly request: string | null;
}

/** An attempt as it is kept. `number`: its place; numbers ascend, and are never given again. */
export interface KeptAttempt extends Attempt {
  readonly number: number;
}

/** That a key was last used at an RFC 3339 instant. */
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
 * The access record: refused attempts and the last use of each key, beside the log as the vault is. What was added
 * survives the process; a loss of power may take the last of it. Every call rejects with {@link AccessUnavailable} where
 * the store does not answer; it was done then or not, as a whole.
 */
export interface AccessRecord {
  /**
   * Adds attempts, in order, and the uses of keys that are later than those that are known; of the oldest attempts it lets go
   * of those beyond `most`.
   */
  add(attempts: readonly Attempt[], uses: readonly KeyUse[], most: number): Promise<void>;

  /** At most `limit` of those asked for, the last added first. */
  attempts(asked: AttemptsAsked): Promise<readonly KeptAttempt[]>;

  /** The last use of every key that was used, or of every one of a body, by body and name. */
  uses(body?: string): Promise<readonly KeyUse[]>;

  /** Deletes attempts from before an instant, the oldest first and so many at the most; says how many it were. */
  forget(before: string, most: number): Promise<number>;

  /** Lets go of the store. After it the record is unavailable. */
  close(): Promise<void>;
}

export class AccessUnavailable extends Error {
  override readonly name = 'AccessUnavailable';
}
