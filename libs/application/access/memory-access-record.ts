import {
  AccessUnavailable,
  type AccessRecord,
  type Attempt,
  type AttemptsAsked,
  type KeptAttempt,
  type KeyUse,
} from './access-record';

/** An access record for tests, and beside a log in memory: it is as durable as the process. */
export class MemoryAccessRecord implements AccessRecord {
  #attempts: readonly KeptAttempt[] = [];
  #last = 0;
  readonly #uses = new Map<string, KeyUse>();
  #closed = false;

  add(attempts: readonly Attempt[], uses: readonly KeyUse[], most: number): Promise<void> {
    return this.#done(() => {
      const added = attempts.map((attempt) => ({ ...attempt, number: ++this.#last }));
      this.#attempts = [...this.#attempts, ...added].slice(-most);
      for (const use of uses) {
        const name = `${use.body} ${use.key}`;
        if ((this.#uses.get(name)?.at ?? '') < use.at) this.#uses.set(name, { ...use });
      }
    });
  }

  attempts({ before = Infinity, limit, code, body }: AttemptsAsked): Promise<readonly KeptAttempt[]> {
    return this.#done(() =>
      this.#attempts
        .filter(
          (one) =>
            one.number < before &&
            (code === undefined || one.code === code) &&
            (body === undefined || one.body === body),
        )
        .toReversed()
        .slice(0, limit),
    );
  }

  uses(body?: string): Promise<readonly KeyUse[]> {
    return this.#done(() =>
      [...this.#uses]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([, use]) => (body === undefined || use.body === body ? [use] : [])),
    );
  }

  forget(before: string, most: number): Promise<number> {
    return this.#done(() => {
      const old = new Set(this.#attempts.filter(({ at }) => at < before).slice(0, most));
      this.#attempts = this.#attempts.filter((one) => !old.has(one));
      return old.size;
    });
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  #done<T>(work: () => T): Promise<T> {
    return this.#closed
      ? Promise.reject(new AccessUnavailable('The access record is closed.'))
      : Promise.resolve(work());
  }
}
