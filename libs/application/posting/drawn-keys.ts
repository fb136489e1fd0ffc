/** The secret that was drawn for a key which is asked for; once the key is issued, where that stands in the log. */
export interface DrawnKey {
  readonly secret: string;
  readonly position?: number;
}

/** A request for a key that its sender has named, so that it may be sent again. */
export interface NamedRequest {
  /** The hash of all that makes it the same request. */
  readonly name: string;
  /** 32 bytes that only who sends it can make: under these what is remembered of it is sealed where it leaves the process. */
  readonly sealing: Buffer;
}

/** For so many milliseconds a secret can be given again. */
export const DRAWN_REMEMBERED_MS = 10 * 60_000;

/**
 * Secrets of keys that are being issued, or were in the last ten minutes: they are nowhere else but in the answer, which may
 * have been lost on its way. A secret is drawn and remembered before its key is issued, so that whoever asks again, also at
 * the same moment and in another process, issues the same key and gives the same answer. Calls reject with
 * {@link DrawnKeysUnavailable}.
 */
export interface DrawnKeys {
  /** What is remembered of a request; where nothing is, it is this secret from now on. */
  drawn(request: NamedRequest, secret: string): Promise<DrawnKey>;

  /** Its key is issued: it is remembered with its position, for ten minutes from now. */
  issued(request: NamedRequest, drawn: Required<DrawnKey>): Promise<void>;

  close(): Promise<void>;
}

export class DrawnKeysUnavailable extends Error {
  override readonly name = 'DrawnKeysUnavailable';
}

/** Under which the application finds them. */
export const DRAWN_KEYS = Symbol('drawn keys');
