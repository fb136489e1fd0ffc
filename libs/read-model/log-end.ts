import type { EventLog } from '@app/event-store/event-log';

/**
 * Says where the log ends, however many ask at once: at most one question is on its way to the store. Who asks while one is
 * gets the answer to the next, for the log may have gone on since the first was asked.
 */
export class LogEnd {
  readonly #log: Pick<EventLog, 'head'>;
  #asked: Promise<number> | undefined;
  #next: Promise<number> | undefined;

  constructor(log: Pick<EventLog, 'head'>) {
    this.#log = log;
  }

  /** The position of the last event at some moment from now on. Rejects as {@link EventLog.head} does. */
  position(): Promise<number> {
    if (this.#asked === undefined) return this.#ask();
    this.#next ??= this.#asked.then(
      () => this.#ask(),
      () => this.#ask(),
    );
    return this.#next;
  }

  #ask(): Promise<number> {
    this.#next = undefined;
    const asked = this.#log.head().finally(() => {
      if (this.#asked === asked) this.#asked = undefined;
    });
    this.#asked = asked;
    return asked;
  }
}
