import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { LogUnavailable, type Append, type StoreFault } from './event-log';
import { faultOf, type ThreadSettings, type WriterAnswer, type WriterRequest } from './sqlite-writer';

/** Compiled or not, as this file is. */
const KIND = extname(__filename);

/** The thread that writes, from where the log is served. It keeps the process alive only while it has work. */
export class WritingThread {
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  #settle: ((outcome: Append) => void) | undefined;
  #alive = true;
  #held = -1;
  readonly #whole = Promise.withResolvers<boolean | undefined>();

  /** Resolves when the thread is ready to write. Rejects with {@link LogUnavailable} when it cannot. */
  static start(settings: ThreadSettings): Promise<WritingThread> {
    const { promise, resolve, reject } = Promise.withResolvers<WritingThread>();
    new WritingThread(settings, resolve, reject);
    return promise;
  }

  private constructor(
    settings: ThreadSettings,
    ready: (thread: WritingThread) => void,
    failed: (error: LogUnavailable) => void,
  ) {
    const worker = new Worker(join(__dirname, `sqlite-writer${KIND}`), {
      workerData: settings,
      // As source it is an ES module by its syntax only, of which Node would warn each time.
      ...(KIND === '.ts' && { execArgv: ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'] }),
    });
    this.#worker = worker;
    let fault: StoreFault = { detail: `The log ${settings.file} cannot be written: the thread was ended.` };
    worker.on('message', (answer: WriterAnswer) => {
      if (answer === null) {
        worker.unref();
        ready(this);
      } else if ('held' in answer) {
        this.#held = answer.held;
      } else if ('isWhole' in answer) {
        this.#whole.resolve(answer.isWhole);
      } else if (answer.outcome === 'unknown') {
        // It lets go of the file now; only then may another one begin.
        fault = answer;
      } else {
        worker.unref();
        this.#settle?.(answer);
      }
    });
    worker.on('error', (error) => {
      fault = faultOf(`The log ${settings.file} cannot be written`, error);
    });
    this.#ended = new Promise((resolve) => {
      worker.on('exit', () => {
        this.#alive = false;
        this.#whole.resolve(undefined);
        failed(new LogUnavailable(fault.detail));
        this.#settle?.({ outcome: 'unknown', detail: fault.detail, why: fault.why });
        resolve();
      });
    });
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Whether no event was missing in the log when it began to look through it; undefined if it did not get to that. */
  get isWhole(): Promise<boolean | undefined> {
    return this.#whole.promise;
  }

  /** Every row up to this position has been held against its hash. */
  get held(): number {
    return this.#held;
  }

  /** `unknown` once the thread has died over it. One call may be in flight. */
  do(request: WriterRequest): Promise<Append> {
    return new Promise((resolve) => {
      this.#settle = resolve;
      this.#worker.ref();
      this.#worker.postMessage(request);
    });
  }

  /** Resolves when the thread has let go of the file, by itself or because it was told to. */
  async end(): Promise<void> {
    this.#worker.ref();
    this.#worker.postMessage(null);
    await this.#ended;
  }
}
