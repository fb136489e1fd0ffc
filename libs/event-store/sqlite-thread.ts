import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { LogUnavailable, type Append, type StoreFault } from './event-log';
import {
  faultOf,
  type DigestRequest,
  type ThreadSettings,
  type WriterAnswer,
  type WriterRequest,
} from './sqlite-writer';
import { LITTLE_LASTS, startThread } from './thread';

/**
 * The thread that writes, as the serving thread sees it. It keeps the process alive only while it has work.
 */
export class WritingThread {
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  #settle: ((outcome: Append) => void) | undefined;
  #alive = true;
  /** Those who wait for a digest, by its position. */
  readonly #digests = new Map<number, (digest: string | undefined) => void>();
  /** How many wait for something of it. */
  #awaited = 0;

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
    const worker = startThread(join(__dirname, 'sqlite-writer'), settings, LITTLE_LASTS);
    this.#worker = worker;
    let fault: StoreFault = { detail: `The log ${settings.file} cannot be written: the thread was ended.` };
    worker.on('message', (answer: WriterAnswer) => {
      if (answer === null) {
        worker.unref();
        ready(this);
      } else if ('digestUpTo' in answer) {
        this.#digests.get(answer.digestUpTo)?.(answer.digest);
      } else if (answer.outcome === 'unknown') {
        // The thread now closes the file; only then may another one begin.
        fault = answer;
      } else {
        this.#settle?.(answer);
      }
    });
    worker.on('error', (error) => {
      fault = faultOf(`The log ${settings.file} cannot be written`, error);
    });
    this.#ended = new Promise((resolve) => {
      worker.on('exit', () => {
        this.#alive = false;
        for (const digested of this.#digests.values()) digested(undefined);
        failed(new LogUnavailable(fault.detail));
        this.#settle?.({ outcome: 'unknown', detail: fault.detail, why: fault.why });
        resolve();
      });
    });
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Waits for something that the thread does: a process that waits for nothing else would end meanwhile. */
  async #awaiting<T>(done: Promise<T>): Promise<T> {
    if (this.#awaited++ === 0) this.#worker.ref();
    try {
      return await done;
    } finally {
      if (--this.#awaited === 0) this.#worker.unref();
    }
  }

  /** SHA-256 over the leaf hashes of all rows up to a position; undefined if they could not be read. */
  async digest(position: number): Promise<string | undefined> {
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    this.#digests.set(position, resolve);
    if (!this.#alive) resolve(undefined);
    else this.#worker.postMessage({ digestUpTo: position } satisfies DigestRequest);
    const digest = await this.#awaiting(promise);
    this.#digests.delete(position);
    return digest;
  }

  /** Does a request; `unknown` if the thread dies meanwhile. One call may be in flight. */
  do(request: WriterRequest): Promise<Append> {
    const { promise, resolve } = Promise.withResolvers<Append>();
    this.#settle = resolve;
    this.#worker.postMessage(request);
    return this.#awaiting(promise);
  }

  /** Resolves when the thread has closed the file, by itself or because it was told to. */
  async end(): Promise<void> {
    this.#worker.postMessage(null);
    await this.#awaiting(this.#ended);
  }
}
