import { format, parse } from 'node:path';
import { keepBeside, keptBeside } from '@app/event-store/sqlite-head';
import { readSummed, writeSummed, type KeptObject } from '@app/event-store/summed-file';
import { readKeys } from './kept-keys';
import {
  ProofsDamaged,
  ProofsUnavailable,
  type GivenUp,
  type KeptState,
  type ProofState,
  type ProofStore,
} from './proof-store';

/** `register.keys` beside `register.db`. */
export function keysFileOf(file: string): string {
  const { dir, name } = parse(file);
  return format({ dir, name, ext: '.keys' });
}

/**
 * Keeps the keys in a file of their own, and the last checkpoint in that of the head: a copy of the log’s files is then no
 * copy of the keys. One process keeps at a time: the one that has the log, or a vault’s file, open for writing. The keys are
 * flushed; a checkpoint is not, and one that a loss of power takes is followed by one of the same log that is not shorter.
 */
export class FileProofStore implements ProofStore {
  readonly #file: string;
  /** What was kept last: no other process keeps anything meanwhile. */
  #state: ProofState | undefined;
  #version = 0;

  /** `file`: that of the log, or of a vault, after which the files are named. Nothing is read yet. */
  constructor(file: string) {
    this.#file = file;
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- so that what it throws is a rejection
  async read(): Promise<KeptState> {
    this.#state ??= this.#using(() => this.#readFiles());
    return { ...this.#state, version: String(this.#version) };
  }

  #readFiles(): ProofState {
    const file = keysFileOf(this.#file);
    const content = readSummed(file);
    if (content === 'damaged')
      throw new ProofsDamaged(
        `${file} is damaged, or no file: put back the copy that you have of it. Where there is none, move it away, and begin a new origin with new keys (npm run keys -- begin ORIGIN)`,
      );
    const { checkpoint, givenUp } = keptBeside(this.#file) as Readonly<{
      checkpoint?: string;
      givenUp?: GivenUp;
    }>;
    return { keys: content === 'missing' ? undefined : readKeys(content, file), checkpoint, givenUp };
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- as above
  async keep(state: ProofState, version: string): Promise<boolean> {
    if (version !== String(this.#version)) return false;
    this.#using(() => {
      const { keys, checkpoint, givenUp } = state;
      // The keys first: no checkpoint is ever kept whose key is not.
      if (keys && keys !== this.#state?.keys)
        writeSummed(keysFileOf(this.#file), { format: 1, ...keys } satisfies KeptObject, { flushed: true });
      keepBeside(this.#file, { checkpoint, givenUp });
    });
    this.#state = state;
    this.#version++;
    return true;
  }

  /** Does something with the files. Throws {@link ProofsUnavailable} if the system does not let it. */
  #using<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof Error) || !('syscall' in error)) throw error;
      throw new ProofsUnavailable(`The keys and the last checkpoint cannot be kept: ${error.message}.`, {
        cause: error,
      });
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
