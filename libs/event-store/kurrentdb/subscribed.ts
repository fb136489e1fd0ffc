import type { ResolvedEvent, StreamSubscription } from '@kurrent/kurrentdb-client';
import { Bell } from '../bell';
import type { EngineClient } from './engine-client';

/** The most events that wait here, 32 MiB of the largest: then the engine has to wait. */
const MOST_WAITING = 500;

/** A subscription to a stream, and the events that it delivered and no one has taken. Once it has ended, it never resumes. */
export class Subscribed {
  readonly #subscription: StreamSubscription;
  #waiting: ResolvedEvent[] = [];
  #hasEnded = false;
  #error: unknown;
  readonly #bell = new Bell();

  /** `first`: the position of the first event that it delivers. */
  constructor(client: EngineClient, stream: string, first: number) {
    this.#subscription = client.subscribeToStream(stream, {
      // A subscription excludes its start, while a reading includes it.
      fromRevision: first === 0 ? 'start' : BigInt(first - 1),
    });
    const end = () => {
      this.#hasEnded = true;
      this.#bell.ring();
    };
    // `on`, not `once`: a second error follows the first, and without a listener it would end the process.
    this.#subscription.on('error', (error) => {
      this.#error ??= error;
      end();
    });
    this.#subscription.on('end', end);
    this.#subscription.on('close', end);
    this.#subscription.on('data', (event: ResolvedEvent) => {
      this.#waiting.push(event);
      if (this.#waiting.length >= MOST_WAITING) this.#subscription.pause();
      this.#bell.ring();
    });
  }

  /** The first error with which it ended; undefined if there was none. */
  get error(): unknown {
    return this.#error;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /**
   * Takes all events that wait, as soon as there is one. Empty if none came within `milliseconds`, or the signal aborted;
   * `ended` if none waits and none will come.
   */
  async take(milliseconds: number, signal: AbortSignal): Promise<readonly ResolvedEvent[] | 'ended'> {
    if (this.isEmpty && !this.#hasEnded) await this.#bell.wait(signal, milliseconds);
    if (this.isEmpty) return this.#hasEnded ? 'ended' : [];
    const taken = this.#waiting;
    this.#waiting = [];
    this.#subscription.resume();
    return taken;
  }

  /** Ends the subscription. Not awaited: a frozen server never answers. */
  end(): void {
    this.#hasEnded = true;
    this.#subscription.unsubscribe().catch(() => undefined);
  }
}
