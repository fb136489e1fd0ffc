/** The secret that was drawn for a requested key and, once the key is issued, the position of that event. */
export interface DrawnKey {
  readonly secret: string;
  readonly position?: number;
}

/** A request for a key with a name from its sender, who may send it again. */
export interface NamedRequest {
  /** The hash of everything that identifies the request. */
  readonly name: string;
  /** 32 bytes that only the sender can derive. With these, whatever is remembered outside the process is encrypted. */
  readonly sealing: Buffer;
}

/** The milliseconds for which a secret can be given again. */
export const DRAWN_REMEMBERED_MS = 10 * 60_000;

/**
 * Secrets of keys that are being issued, or were issued in the last ten minutes. Otherwise a secret is only in the answer,
 * which may be lost on its way. A secret is remembered before its key is issued, so that a repeated request, even at the same
 * moment in another process, issues the same key and gets the same answer. Calls reject with {@link DrawnKeysUnavailable}.
 */
export interface DrawnKeys {
  /** The secret that is remembered of a request; if there is none, this one, which is remembered from now on. */
  drawn(request: NamedRequest, secret: string): Promise<DrawnKey>;

  /** Remembers the position of the issued key, and its secret for ten minutes from now. */
  issued(request: NamedRequest, drawn: Required<DrawnKey>): Promise<void>;

  close(): Promise<void>;
}

export class DrawnKeysUnavailable extends Error {
  override readonly name = 'DrawnKeysUnavailable';
}

/** The token by which the application injects {@link DrawnKeys}. */
export const DRAWN_KEYS = Symbol('drawn keys');
