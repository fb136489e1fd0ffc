import type { KeptState, ProofState, ProofStore } from './proof-store';

/** Forgets everything with the process: of a log in memory, which is another one at each start. */
export class MemoryProofStore implements ProofStore {
  #state: ProofState = {};
  #version = 0;

  read(): Promise<KeptState> {
    return Promise.resolve({ ...this.#state, version: String(this.#version) });
  }

  keep(state: ProofState, version: string): Promise<boolean> {
    if (version !== String(this.#version)) return Promise.resolve(false);
    this.#state = state;
    this.#version++;
    return Promise.resolve(true);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
