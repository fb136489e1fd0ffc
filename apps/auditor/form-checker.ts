import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { checkBatch, type CheckedBatch, type EntryBatch } from './form-check';

/** Checks batches in the order in which they are given. */
export interface FormChecker {
  /** The batch is not to be used any more. */
  check(batch: EntryBatch): Promise<CheckedBatch>;
  close(): Promise<void>;
}

/** In this thread. */
export const HERE: FormChecker = {
  check: (batch) => Promise.resolve(checkBatch(batch)),
  close: () => Promise.resolve(),
};

/** Fewer events are checked before a thread has loaded the schemas. */
const WORTH_A_THREAD = 20_000;

/** The checker for a log of so many events. What is not built runs in this thread: a thread would not find its modules. */
export function formChecker(size: number): FormChecker {
  return size < WORTH_A_THREAD || extname(__filename) === '.ts' ? HERE : new FormThread();
}

class FormThread implements FormChecker {
  readonly #worker = new Worker(join(__dirname, 'form-worker.js'), {
    // What it makes is garbage at once.
    resourceLimits: { maxYoungGenerationSizeMb: 16 },
  });
  readonly #waiting: PromiseWithResolvers<CheckedBatch>[] = [];

  constructor() {
    this.#worker.on('message', (checked: CheckedBatch) => this.#waiting.shift()?.resolve(checked));
    this.#worker.on('error', (error) => {
      this.#end(error);
    });
    this.#worker.on('exit', () => {
      this.#end(new Error('the thread that checks the form of events has ended'));
    });
  }

  check(batch: EntryBatch): Promise<CheckedBatch> {
    const checked = Promise.withResolvers<CheckedBatch>();
    // Who ends early waits for none of them.
    checked.promise.catch(() => undefined);
    this.#waiting.push(checked);
    // The memory goes over with it: nothing is copied.
    this.#worker.postMessage(batch, [batch.bytes.buffer, batch.lengths.buffer] as ArrayBuffer[]);
    return checked.promise;
  }

  #end(error: unknown): void {
    for (const one of this.#waiting.splice(0)) one.reject(error);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
