import { once } from 'node:events';
import type { AskNames } from '@app/application/vault/told-vault';
import type { Changes, Kept } from '@app/application/vault/vault';
import type { FromReader, Measured, ToReader } from './messages';

/** The first message to a reader. */
export type Beginning = Extract<ToReader, { readonly tell: 'begin' }>;

/** Resolves to the first message from the process that started this one. Rejects if that is another message. */
export async function beginning(): Promise<Beginning> {
  const [first] = (await once(process, 'message')) as [ToReader];
  if (first.tell !== 'begin') throw new Error('a reader is told first what it is');
  return first;
}

/**
 * The link from a reader to the process that writes. It reports each position that the reader has reached, and ends the reader
 * together with the other process: alone, a reader could not know what was acknowledged.
 */
export class ReaderLink {
  readonly #look: () => void;
  readonly #admitted = Promise.withResolvers<number>();
  #reached: ((position: number) => Promise<boolean>) | undefined;
  #measure: (() => Promise<Measured>) | undefined;
  #lookAtNames: () => Promise<void> = () => Promise.resolve();
  #head = -1;
  #questions = 0;
  /** The receivers of answers, by the number of the question. */
  readonly #asked = new Map<number, (answer: never) => void>();

  /** Asks the other process for the public entries of the vault. */
  readonly names: AskNames = {
    after: (after) => this.#ask<Changes | undefined>((question) => ({ tell: 'changed?', question, after })),
    all: () => this.#ask<readonly Kept[] | undefined>((question) => ({ tell: 'kept?', question })),
  };

  /** `look` makes the log look for events that the other process has written. */
  constructor(look: () => void) {
    this.#look = look;
    process.on('message', (message: ToReader) => {
      this.#hear(message);
    });
    // The other process may be gone: a message to it is lost then.
    process.on('error', () => undefined);
    process.once('disconnect', () => process.exit(0));
  }

  /**
   * `reached` resolves to true once this process holds a position. `measure` gives its metrics. `lookAtNames` resolves once
   * this process shows no name that was erased before the call.
   */
  join(
    reached: (position: number) => Promise<boolean>,
    measure: () => Promise<Measured>,
    lookAtNames: () => Promise<void>,
  ): void {
    this.#reached = reached;
    this.#lookAtNames = lookAtNames;
    this.#measure = measure;
    this.#follow(this.#head);
  }

  /** Asks to be admitted. Resolves to the position that this process must hold before it answers. */
  admitted(): Promise<number> {
    send({ tell: 'admit' });
    return this.#admitted.promise;
  }

  #hear(message: ToReader): void {
    if (message.tell === 'admitted') this.#admitted.resolve(message.position);
    if (message.tell === 'head' || message.tell === 'admitted') this.#follow(message.position);
    if (message.tell === 'answer') send({ tell: 'alive' });
    if (message.tell === 'changed') this.#answered(message.question, message.changes);
    if (message.tell === 'kept') this.#answered(message.question, message.kept);
    if (message.tell === 'look') {
      const { question } = message;
      void this.#lookAtNames().then(() => {
        send({ tell: 'looked', question });
      });
    }
    if (message.tell === 'measure') void this.#measured(message.question);
  }

  #ask<T>(message: (question: number) => FromReader): Promise<T> {
    return new Promise((resolve) => {
      const question = this.#questions++;
      this.#asked.set(question, resolve);
      send(message(question));
    });
  }

  #answered(question: number, answer: unknown): void {
    this.#asked.get(question)?.(answer as never);
    this.#asked.delete(question);
  }

  #follow(position: number): void {
    this.#head = Math.max(this.#head, position);
    this.#look();
    void this.#reached?.(position).then((isHeld) => {
      if (isHeld) send({ tell: 'held', position });
    });
  }

  async #measured(question: number): Promise<void> {
    const metrics = await this.#measure?.();
    if (metrics) send({ tell: 'measured', question, metrics });
  }
}

function send(message: FromReader): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}
