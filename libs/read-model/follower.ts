import type { EventLog } from '@app/event-store/event-log';
import { type EventIndex } from './index/event-index';
import type { Projection } from './projection';
import { LaterRelease, UnreadableEvent } from './index/checked-event';

/**
 * The state of the read model relative to the log: `lost` if it may be behind without knowing, `stopped` if
 * it never goes on.
 */
export type FollowerState = 'starting' | 'caught-up' | 'lost' | 'stopped';

/** How far somebody wants the register to be. */
type Goal = 'read' | 'checked';

/** Keeps an event index and projections at the head of a log; it depends on positions alone. */
export class Follower {
  readonly #log: EventLog;
  readonly #index: EventIndex;
  /** What it feeds besides the index. */
  readonly projections: readonly Projection[];
  readonly #stop = new AbortController();
  readonly #waiting = new Set<{
    readonly position: number;
    readonly goal: Goal;
    readonly done: (reached: boolean) => void;
  }>();
  /** Everything before this position has been checked: it is somewhere in the log only until the first `caught-up`. */
  #unchecked = Infinity;
  #state: FollowerState = 'starting';
  #failure: unknown;

  constructor(log: EventLog, index: EventIndex, projections: readonly Projection[] = []) {
    this.#log = log;
    this.#index = index;
    this.projections = projections;
  }

  get state(): FollowerState {
    return this.#state;
  }

  /** Why it has stopped permanently; undefined if it has not. */
  get failure(): unknown {
    return this.#failure;
  }

  /** What helps once it has stopped, for everybody to read. */
  get remedy(): string {
    return this.#failure instanceof LaterRelease
      ? 'A later release has written to the log: start that release in the place of this one'
      : 'This process does not follow the log any more: start it again';
  }

  /**
   * Follows until {@link stop}. Ends by itself, with the reason, only if the log holds something that this
   * version cannot read: going on would give wrong answers.
   */
  async run(): Promise<void> {
    try {
      for (const projection of this.projections) this.#index.replay(projection);
      for await (const page of this.#log.follow(this.#index.head, this.#stop.signal)) {
        if (page === 'caught-up') {
          this.#state = 'caught-up';
          this.#unchecked = Infinity;
        } else if (page === 'lost-touch') this.#state = 'lost';
        else {
          if (page.isUnchecked) this.#unchecked = Math.min(this.#unchecked, page.first);
          for (const [i, text] of page.events.entries()) {
            if (page.first + i > this.#index.head) this.#take(text, page.isUnchecked);
          }
        }
        this.#release();
      }
    } catch (error) {
      this.#failure = error;
      if (!(error instanceof UnreadableEvent)) throw error;
    } finally {
      this.#state = 'stopped';
      for (const { done } of this.#waiting) done(false);
    }
  }

  #take(text: string, isUnchecked = false): void {
    const event = isUnchecked ? this.#index.applyUnchecked(text) : this.#index.apply(text);
    for (const projection of this.projections) projection.apply(event.position, text, event);
  }

  stop(): void {
    this.#stop.abort();
  }

  /** Stops with a reason: what has been read so far is still answered, and nothing more is written. */
  fail(why: unknown): void {
    this.#failure ??= why;
    this.#state = 'stopped';
    this.stop();
  }

  #release(): void {
    for (const waiter of this.#waiting) {
      if (this.#has(waiter.position, waiter.goal)) waiter.done(true);
    }
  }

  #has(position: number, goal: Goal): boolean {
    return position <= this.#index.head && (goal === 'read' || position < this.#unchecked);
  }

  /**
   * Resolves to true once the register holds the position, with everything up to it checked; to false once the milliseconds
   * have passed, or if it never will. `goal`: `read` does not wait for the checks.
   */
  reached(position: number, milliseconds?: number, goal: Goal = 'checked'): Promise<boolean> {
    if (this.#has(position, goal)) return Promise.resolve(true);
    if (this.#state === 'stopped') return Promise.resolve(false);
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const waiter = {
        position,
        goal,
        done: (reached: boolean) => {
          clearTimeout(timer);
          this.#waiting.delete(waiter);
          resolve(reached);
        },
      };
      this.#waiting.add(waiter);
      if (milliseconds !== undefined) timer = setTimeout(waiter.done, milliseconds, false);
    });
  }
}
