import type { KurrentDBClient } from '@kurrent/kurrentdb-client';

/** The part of the vendor’s client that the log uses. */
export type EngineClient = Pick<
  KurrentDBClient,
  'appendToStream' | 'readStream' | 'subscribeToStream' | 'dispose'
>;

/**
 * A client that is created when it is first needed, and replaced after it has failed: no connection of the vendor’s client
 * recovers from every loss.
 */
export class RenewedClient {
  readonly #connect: () => EngineClient;
  #client: EngineClient | undefined;

  constructor(connect: () => EngineClient) {
    this.#connect = connect;
  }

  get client(): EngineClient {
    return (this.#client ??= this.#connect());
  }

  /** Drops a client that has failed, unless another one has replaced it already. */
  renew(failed: EngineClient): void {
    if (this.#client === failed) this.end();
  }

  end(): void {
    const ended = this.#client;
    this.#client = undefined;
    // Not awaited: a frozen server never answers it.
    ended?.dispose().catch(() => undefined);
  }
}

/**
 * Settles as a call does. Rejects if that takes longer than `milliseconds`, or if the signal aborts first. Only the server
 * enforces the client’s own deadline: a call to a frozen server never ends.
 */
export function settledWithin<T>(milliseconds: number, call: Promise<T>, signal?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      end();
      reject(new Error(`no answer within ${milliseconds} ms`));
    };
    const timer = setTimeout(giveUp, milliseconds);
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
    };
    if (signal?.aborted) giveUp();
    else signal?.addEventListener('abort', giveUp);
    call.then(resolve, reject).finally(end);
  });
}
