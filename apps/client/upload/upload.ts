import { BrokenOff } from '../exit-codes';
import { Lines, type UploadFault, type UploadItem, type Upload } from './upload-source';
import { failure, linesIn, type Problem, type RegisterAt } from '../register';

/** The most events that were sent and not yet answered; it bounds memory whatever the size of the file. */
const MOST_ON_THE_WAY = 10_000;

/** A warning about an event that was taken. */
export interface Warned {
  readonly code: string;
  readonly detail: string;
}

/** The answer to an event that was taken. */
export interface Taken {
  readonly position: string;
  readonly warnings: readonly Warned[];
}

/**
 * Sends a load to the register. Each attempt goes on from the first event without an answer. An event that
 * was taken although its answer was lost is sent again, and is then a duplicate.
 */
export class Sending {
  /** What was read and not answered, in the order of the file. */
  readonly #waiting: UploadItem[] = [];
  readonly #source: AsyncIterator<readonly UploadItem[]>;
  /** How many of those the present attempt has sent. */
  #sent = 0;
  #read = false;
  #reading: Promise<void> | undefined;
  #room = Promise.withResolvers<undefined>();
  #answered = 0;
  /** A failure on this side, which no further attempt corrects. */
  #failed: unknown;

  constructor(
    private readonly register: RegisterAt,
    private readonly path: string,
    private readonly load: Upload,
    private readonly told: (item: UploadItem, answer: Taken | UploadFault) => void,
  ) {
    this.#source = load.items()[Symbol.asyncIterator]();
  }

  /** How many events were answered. */
  get answered(): number {
    return this.#answered;
  }

  /** Sends what was not answered; rejects with {@link BrokenOff} if some of it still has no answer. */
  async attempt(signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    this.#sent = 0;
    try {
      const { chunks } = await this.register.ask(
        this.path,
        { type: this.load.type, accept: 'application/x-ndjson', body: this.#body(over.signal) },
        AbortSignal.any([signal, over.signal]),
      );
      for await (const lines of linesIn(chunks)) {
        for (const line of lines) this.#take(JSON.parse(line) as Taken | Problem);
        this.#room.resolve(undefined);
      }
      if (this.#waiting.length > 0 || !this.#read) throw new BrokenOff('the answer ended too early');
    } catch (error) {
      throw this.#failed ?? error;
    } finally {
      over.abort();
      this.#room.resolve(undefined);
    }
  }

  #take(answer: Taken | Problem): void {
    // A refusal of the whole request, or of an event that may be taken later: the register looks at nothing
    // after it.
    if ('status' in answer && (answer.status === 401 || answer.status === 429 || answer.status >= 500))
      throw failure(answer, this.register.url);
    this.#settle(answer);
    this.#settleUnsent();
  }

  #settle(answer: Taken | UploadFault): void {
    const item = this.#waiting.shift();
    if (!item) throw new Error('The register answers more than was sent');
    if (this.#sent > 0) this.#sent--;
    this.#answered++;
    this.told(item, answer);
  }

  /** Settles events that are not sent, when their turn comes. */
  #settleUnsent(): void {
    for (let fault = this.#waiting[0]?.fault; fault; fault = this.#waiting[0]?.fault) this.#settle(fault);
  }

  async *#body(signal: AbortSignal): AsyncGenerator<string> {
    const lines = new Lines();
    if (this.load.header !== '') yield lines.put(this.load.header).text;
    while (!signal.aborted) {
      const unsent = this.#waiting.slice(this.#sent);
      this.#sent = this.#waiting.length;
      const text = unsent.map((item) => (item.fault ? '' : lines.put(item.text, item.line).text)).join('');
      if (text !== '') yield text;
      else if (this.#waiting.length >= MOST_ON_THE_WAY) {
        this.#room = Promise.withResolvers<undefined>();
        await this.#room.promise;
      } else if (this.#read) return;
      else await (this.#reading ??= this.#more());
    }
  }

  /** Reads on. What was read is kept even if the attempt that wanted it fails. */
  async #more(): Promise<void> {
    try {
      const next = await this.#source.next();
      if (next.done === true) this.#read = true;
      else this.#waiting.push(...next.value);
      this.#settleUnsent();
    } catch (error) {
      this.#failed = error;
      throw error;
    } finally {
      this.#reading = undefined;
    }
  }
}
