import cluster, { type Worker } from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Readers } from '@app/application/readers';
import type { ToldNames } from '@app/application/vault/told-vault';
import type { LoggerService } from '@nestjs/common';
import type { Settings } from '../settings';
import type { FromReader, Measured, ToReader } from './messages';

/** After so many milliseconds a reader that does not hold what was written is ended: its answers would be out of date. */
const LONGEST_LAG = 2_000;
/** The milliseconds before a reader that has ended is replaced. */
const PAUSE = 500;
/** The longest wait for the metrics of a reader, in milliseconds. */
const LONGEST_MEASURING = 1_000;
/** The milliseconds between two questions to a reader whether it answers. */
const ASKED_EVERY = 1_000;
/** A reader that has left more questions in a row unanswered is frozen, and is ended, since connections wait for it. */
const MOST_UNANSWERED = 5;
/** The same bound for a reader that starts, which a busy machine slows down: no connection waits for it yet. */
const MOST_UNANSWERED_AT_START = 60;
/** The milliseconds for which readers may finish when the register stops. */
const LONGEST_GOODBYE = 8_000;

/** One reader, as the process that writes knows it. */
interface Reader {
  readonly worker: Worker;
  /** The last position that it has reported. */
  held: number;
  /** Whether it may answer, so that acknowledgements wait for it. */
  isAdmitted: boolean;
  /** The questions in a row that it has not answered. */
  unanswered: number;
  /** The requests to look at the vault again that it has not answered. */
  readonly looking: Set<number>;
  readonly waiting: Set<() => void>;
  readonly ended: Promise<void>;
}

/**
 * Starts the processes that read, which share the port by `node:cluster`, and replaces each that ends. An acknowledgement waits
 * until all admitted readers hold the event. A reader that lags behind or is frozen is ended before the acknowledgement.
 */
export class ReaderProcesses implements Readers {
  readonly #settings: Settings;
  readonly #writer: string;
  readonly #logger: LoggerService;
  readonly #readers = new Set<Reader>();
  readonly #measuring = new Map<number, (metrics: Measured) => void>();
  #questions = 0;
  #names: ToldNames | undefined;
  #head = -1;
  #isStopping = false;

  /** `writer`: the socket at which the process that writes listens for readers. */
  constructor(settings: Settings, writer: string, logger: LoggerService) {
    this.#settings = settings;
    this.#writer = writer;
    this.#logger = logger;
    // Each reader accepts for itself, so no connection waits for a frozen one. By its other policy Node accepts in this process
    // and hands on: the connection that a frozen reader has not yet taken would stay open without an answer, even after its end.
    cluster.schedulingPolicy = cluster.SCHED_NONE;
    cluster.setupPrimary({ serialization: 'advanced' });
  }

  start(): void {
    for (let i = 0; i < this.#settings.readers; i++) this.#begin();
    // Counts questions instead of time: after a suspension of the machine no reader is late.
    setInterval(() => {
      for (const reader of this.#readers) this.#ask(reader);
    }, ASKED_EVERY).unref();
  }

  #ask(reader: Reader): void {
    const most = reader.isAdmitted ? MOST_UNANSWERED : MOST_UNANSWERED_AT_START;
    if (reader.unanswered++ >= most) this.#endNow(reader, 'does not answer');
    else this.#tell(reader, { tell: 'answer' });
  }

  #endNow({ worker }: Reader, why: string): void {
    this.#logger.error(`a reader ${why}, and is ended`, 'readers');
    worker.process.kill('SIGKILL');
  }

  /** Sets from where readers get the public entries of the vault. */
  tellNames(names: ToldNames): void {
    this.#names = names;
  }

  /** The number of readers that may answer. */
  get answering(): number {
    return [...this.#readers].filter(({ isAdmitted }) => isAdmitted).length;
  }

  #begin(): void {
    const worker = cluster.fork();
    const { promise: ended, resolve } = Promise.withResolvers<undefined>();
    const reader: Reader = {
      worker,
      held: -1,
      isAdmitted: false,
      unanswered: 0,
      looking: new Set(),
      waiting: new Set(),
      ended,
    };
    this.#readers.add(reader);
    worker.on('message', (message: FromReader) => {
      this.#hear(reader, message);
    });
    // A worker that takes no more messages is ending.
    worker.on('error', () => undefined);
    worker.once('exit', (code: number, signal: string | null) => {
      this.#readers.delete(reader);
      resolve(undefined);
      for (const wake of reader.waiting) wake();
      if (this.#isStopping) return;
      this.#logger.error(
        `a reader ended (${signal ?? `exit status ${code}`}): another one is started in its place`,
        'readers',
      );
      setTimeout(() => {
        if (!this.#isStopping) this.#begin();
      }, PAUSE);
    });
    this.#tell(reader, { tell: 'begin', settings: this.#settings, writer: this.#writer });
    this.#tell(reader, { tell: 'head', position: this.#head });
  }

  #tell({ worker }: Reader, message: ToReader): void {
    if (worker.isConnected()) worker.send(message, () => undefined);
  }

  #hear(reader: Reader, message: FromReader): void {
    reader.unanswered = 0;
    if (message.tell === 'held') {
      reader.held = Math.max(reader.held, message.position);
      for (const wake of reader.waiting) wake();
    } else if (message.tell === 'admit') {
      // No later position is acknowledged without this reader; up to this one it reads before it answers.
      reader.isAdmitted = true;
      this.#tell(reader, { tell: 'admitted', position: this.#head });
    } else if (message.tell === 'looked') {
      reader.looking.delete(message.question);
      for (const wake of reader.waiting) wake();
    } else if (message.tell === 'changed?') {
      const { question, after } = message;
      this.#tell(reader, { tell: 'changed', question, changes: this.#names?.after(after) });
    } else if (message.tell === 'kept?') {
      this.#tell(reader, { tell: 'kept', question: message.question, kept: this.#names?.all });
    } else if (message.tell === 'measured') {
      this.#measuring.get(message.question)?.(message.metrics);
    }
  }

  async hold(position: number): Promise<void> {
    const isNews = position > this.#head;
    this.#head = Math.max(this.#head, position);
    const behind = [...this.#readers].filter(({ isAdmitted, held }) => isAdmitted && held < position);
    if (isNews) for (const reader of this.#readers) this.#tell(reader, { tell: 'head', position });
    const holds = (reader: Reader) => reader.held >= position;
    await Promise.all(behind.map((reader) => this.#until(reader, holds, 'does not keep up with the log')));
  }

  async look(): Promise<void> {
    const question = this.#questions++;
    const all = [...this.#readers].filter(({ isAdmitted }) => isAdmitted);
    for (const reader of all) {
      reader.looking.add(question);
      this.#tell(reader, { tell: 'look', question });
    }
    const hasLooked = ({ looking }: Reader) => !looking.has(question);
    await Promise.all(all.map((reader) => this.#until(reader, hasLooked, 'does not see what was erased')));
  }

  /** Resolves once a condition holds, or the reader is gone. A reader that is too late is ended. */
  #until(reader: Reader, isSo: (reader: Reader) => boolean, why: string): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#endNow(reader, why);
      }, LONGEST_LAG);
      const look = () => {
        if (!isSo(reader) && this.#readers.has(reader)) return;
        clearTimeout(timer);
        reader.waiting.delete(look);
        resolve();
      };
      reader.waiting.add(look);
      look();
    });
  }

  /** The metrics of all readers, without those that do not answer in time. */
  async measured(): Promise<readonly Measured[]> {
    const all = [...this.#readers].map((reader) => this.#measure(reader));
    return (await Promise.all(all)).filter((metrics) => metrics !== undefined);
  }

  async #measure(reader: Reader): Promise<Measured | undefined> {
    const question = this.#questions++;
    const { promise, resolve } = Promise.withResolvers<Measured>();
    this.#measuring.set(question, resolve);
    this.#tell(reader, { tell: 'measure', question });
    try {
      return await Promise.race([promise, sleep(LONGEST_MEASURING, undefined, { ref: false })]);
    } finally {
      this.#measuring.delete(question);
    }
  }

  /** Lets readers answer the requests in progress, and resolves once all have ended. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const readers = [...this.#readers];
    for (const { worker } of readers) worker.process.kill('SIGTERM');
    const late = setTimeout(() => {
      for (const { worker } of this.#readers) worker.process.kill('SIGKILL');
    }, LONGEST_GOODBYE);
    await Promise.all(readers.map(({ ended }) => ended));
    clearTimeout(late);
  }
}
