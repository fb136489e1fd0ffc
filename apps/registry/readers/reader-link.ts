import { once } from 'node:events';
import type { AskNames } from '@app/application/vault/told-vault';
import type { Changes, Kept } from '@app/application/vault/vault';
import type { FromReader, Measured, ToReader } from './messages';

/** What a reader is told first. */
export type Beginning = Extract<ToReader, { readonly tell: 'begin' }>;

/** Waits for what this process is told first by the one that started it. */
export async function beginning(): Promise<Beginning> {
  const [first] = (await once(process, 'message')) as [ToReader];
  if (first.tell !== 'begin') throw new Error('a reader is told first what it is');
  return first;
}

/**
 * What ties a reader to the process that writes. It says how far it has read whenever it is told that there is more, and ends
 * with the other: alone it could not know what was acknowledged.
 */
export class ReaderLink {
  readonly #look: () => void;
  readonly #admitted = Promise.withResolvers<number>();
  #reached: ((position: number) => Promise<boolean>) | undefined;
  #measure: (() => Promise<Measured>) | undefined;
  #lookAtNames: () => Promise<void> = () => Promise.resolve();
  #head = -1;
  #questions = 0;
  /** By question: takes the answer to it. */
  readonly #asked = new Map<number, (answer: never) => void>();

  /** Asks the other process what everybody may see of persons. */
  readonly names: AskNames = {
    after: (after) => this.#ask<Changes | undefined>((question) => ({ tell: 'changed?', question, after })),
    all: () => this.#ask<readonly Kept[] | undefined>((question) => ({ tell: 'kept?', question })),
  };

  /** `look`: has the log look for what the other process has written. */
  constructor(look: () => void) {
    this.#look = look;
    process.on('message', (message: ToReader) => {
      this.#hear(message);
    });
    // The other process may be gone: what is told it then is told to no one.
    process.on('error', () => undefined);
    process.once('disconnect', () => process.exit(0));
  }

  /**
   * `reached`: resolves to true once this process holds a position; `measure`: what it measures of itself; `lookAtNames`:
   * resolves once it shows nothing that was erased before.
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

  /** Asks to answer, and resolves to the position that the process has to hold before it does. */
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
