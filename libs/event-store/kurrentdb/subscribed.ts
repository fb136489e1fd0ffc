import type { ResolvedEvent, StreamSubscription } from '@kurrent/kurrentdb-client';
import { Bell } from '../bell';
import type { EngineClient } from './engine-client';

/** So many events wait here at the most, of the largest 32 MiB; beyond that the engine is told to wait. */
const MOST_WAITING = 500;

/** A subscription to a stream, and what it gave and no one has taken yet. It never resumes: once it ends another one is made. */
export class Subscribed {
  readonly #client: EngineClient;
  readonly #subscription: StreamSubscription;
  #waiting: ResolvedEvent[] = [];
  #hasEnded = false;
  readonly #bell = new Bell();

  /** `first`: the position from which on it gives events. */
  constructor(client: EngineClient, stream: string, first: number) {
    this.#client = client;
    this.#subscription = client.subscribeToStream(stream, {
      // Exclusive here, though inclusive where the client reads.
      fromRevision: first === 0 ? 'start' : BigInt(first - 1),
    });
    const end = () => {
      this.#hasEnded = true;
      this.#bell.ring();
    };
    // For good: a second error follows the first, and one that no one listens for would end the process.
    this.#subscription.on('error', end);
    this.#subscription.on('end', end);
    this.#subscription.on('close', end);
    this.#subscription.on('data', (event: ResolvedEvent) => {
      this.#waiting.push(event);
      if (this.#waiting.length >= MOST_WAITING) this.#subscription.pause();
      this.#bell.ring();
    });
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /**
   * Takes all that waits, once anything does; nothing if nothing came for so many milliseconds, or the signal has ended. `ended`
   * where nothing waits and nothing will come.
   */
  async take(milliseconds: number, signal: AbortSignal): Promise<readonly ResolvedEvent[] | 'ended'> {
    if (this.isEmpty && !this.#hasEnded) await this.#bell.wait(signal, milliseconds);
    if (this.isEmpty) return this.#hasEnded ? 'ended' : [];
    const taken = this.#waiting;
    this.#waiting = [];
    this.#subscription.resume();
    return taken;
  }

  /** Lets go of it, and of its client, which serves nothing else. Neither is waited for: they may wait for what never answers. */
  end(): void {
    this.#hasEnded = true;
    this.#subscription.unsubscribe().catch(() => undefined);
    this.#client.dispose().catch(() => undefined);
  }
}
