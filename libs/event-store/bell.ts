/**
 * Wakes those who wait in this process. A ring that no one waits for is lost, so look first and then wait, in
 * one turn.
 */
export class Bell {
  readonly #waiting = new Set<() => void>();

  ring(): void {
    for (const wake of this.#waiting) wake();
  }

  /**
   * Resolves at the next ring, when the signal ends, or after `atMost` milliseconds. The waiting does not
   * keep the process alive.
   */
  wait(signal: AbortSignal, atMost?: number): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        clearTimeout(timer);
        resolve();
      };
      const timer = atMost === undefined ? undefined : setTimeout(wake, atMost).unref();
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }
}
