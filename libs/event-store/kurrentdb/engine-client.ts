import type { KurrentDBClient } from '@kurrent/kurrentdb-client';
import { typeOf } from './engine-error';

/** The part of the vendor’s client that the log uses. */
export type EngineClient = Pick<
  KurrentDBClient,
  'appendToStream' | 'readStream' | 'subscribeToStream' | 'dispose'
>;

/** A call was not answered within its time limit. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/**
 * A client that is created when it is first needed, and replaced after it has failed: no connection of the vendor’s client
 * recovers from every loss.
 *
 * A call without an answer ends, but only the second, fourth, eighth such call in a row, and so on, replaces the client. The
 * vendor’s client never closes its connections, so a server that is frozen for hours must not cost a client for every try.
 */
export class RenewedClient {
  readonly #connect: () => EngineClient;
  #client: EngineClient | undefined;
  /** The number of calls without an answer since the last answer. */
  #unanswered = 0;

  constructor(connect: () => EngineClient) {
    this.#connect = connect;
  }

  get client(): EngineClient {
    return (this.#client ??= this.#connect());
  }

  /** The client has answered. */
  answered(): void {
    this.#unanswered = 0;
  }

  /** A call of a client has failed. Without effect if another client has replaced it already. */
  failed(client: EngineClient, error: unknown): void {
    if (this.#client !== client) return;
    if (!isSilence(error) || isPowerOfTwo(++this.#unanswered)) this.#client = undefined;
    endCalls(client);
  }

  end(): void {
    if (this.#client) endCalls(this.#client);
    this.#client = undefined;
  }
}

/** Not awaited: a frozen server never answers it. */
function endCalls(client: EngineClient): void {
  client.dispose().catch(() => undefined);
}

/** Whether there was no answer in time, by our clock or by the server’s. */
function isSilence(error: unknown): boolean {
  return error instanceof NoAnswer || typeOf(error) === 'deadline-exceeded';
}

/** Of two and more. */
function isPowerOfTwo(count: number): boolean {
  return count > 1 && Number.isInteger(Math.log2(count));
}

/**
 * Settles as a call does. Rejects with {@link NoAnswer} if that takes longer than `milliseconds`, or if the signal aborts
 * first. Only the server enforces the client’s own deadline: a call to a frozen server never ends.
 */
export function settledWithin<T>(milliseconds: number, call: Promise<T>, signal?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      end();
      reject(new NoAnswer(`no answer within ${milliseconds} ms`));
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
