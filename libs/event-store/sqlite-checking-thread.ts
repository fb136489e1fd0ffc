import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import type { CheckerSettings, Found } from './sqlite-checker';
import { LITTLE_LASTS, startThread } from './thread';

/** The thread that checks a log, as the serving thread sees it. It ends by itself, and keeps the process alive until then. */
export class CheckingThread {
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  #held = -1;
  #flaw: string | undefined;
  #isOver = false;
  /** Those who wait for a row to be held, or for the end of that. */
  readonly #waiting = new Set<() => void>();
  readonly #whole = Promise.withResolvers<boolean | undefined>();

  constructor(settings: CheckerSettings) {
    const worker = startThread(join(__dirname, 'sqlite-checker'), settings, LITTLE_LASTS);
    this.#worker = worker;
    worker.on('message', (found: Found) => {
      if ('held' in found) this.#held = found.held;
      else if ('flaw' in found) this.#flaw = found.flaw;
      else this.#whole.resolve(found.isWhole);
      this.#told();
    });
    // What it cannot do is done by whoever reads the rows.
    worker.on('error', () => undefined);
    this.#ended = new Promise((resolve) => {
      worker.on('exit', () => {
        this.#isOver = true;
        this.#whole.resolve(undefined);
        this.#told();
        resolve();
      });
    });
  }

  /** Whether no event was missing in the log when it began; undefined if it could not tell. */
  get isWhole(): Promise<boolean | undefined> {
    return this.#whole.promise;
  }

  /** Every row up to this position has been checked against its hash, and for its form, if that is to be. */
  get held(): number {
    return this.#held;
  }

  /** What is wrong with the form of the first row after those, in words; undefined if nothing was found. */
  get flaw(): string | undefined {
    return this.#flaw;
  }

  /** Resolves once the row at a position is held, or no more will be. */
  async holds(position: number): Promise<void> {
    while (this.#held < position && !this.#isOver)
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  #told(): void {
    for (const told of this.#waiting) told();
    this.#waiting.clear();
  }

  /** Resolves when it has closed the file, by itself or because of this. */
  async end(): Promise<void> {
    this.#worker.postMessage(null);
    await this.#ended;
  }
}
