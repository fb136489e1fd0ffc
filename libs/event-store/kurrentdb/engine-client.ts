import type { KurrentDBClient } from '@kurrent/kurrentdb-client';

/** What the log uses of the vendor’s client. */
export type EngineClient = Pick<
  KurrentDBClient,
  'appendToStream' | 'readStream' | 'subscribeToStream' | 'dispose'
>;

/**
 * A client that is made when it is first needed, and made anew once it has failed: its reading and its appending go through
 * connections of their own, neither of which gets over every loss.
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

  /** Gives up a client that failed, unless another one has taken its place already. */
  renew(failed: EngineClient): void {
    if (this.#client === failed) this.end();
  }

  end(): void {
    const ended = this.#client;
    this.#client = undefined;
    // It may wait for what never answers.
    ended?.dispose().catch(() => undefined);
  }
}

/**
 * Resolves as a call does. Rejects if it takes longer than so many milliseconds, or if the signal ends first: the client’s own
 * limit is kept by the server alone, and a call to a frozen one never ends.
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
