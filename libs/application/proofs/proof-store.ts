import type { KeyRing } from './key-ring';

/** What a register keeps of its proofs, outside the log. */
export interface ProofState {
  /** Absent before the first start that signs. */
  readonly keys?: KeyRing | undefined;
  /** The last checkpoint that was signed: a note, byte for byte. */
  readonly checkpoint?: string | undefined;
  /** The one that an operator gave up by restoring the log, until the log says so. */
  readonly givenUp?: GivenUp | undefined;
}

export interface GivenUp {
  /** A note. */
  readonly checkpoint: string;
  /** A code. */
  readonly reason: string;
}

/** A state, and what tells whether it is still the one that is kept. */
export interface KeptState extends ProofState {
  readonly version: string;
}

/**
 * Keeps the state of the proofs of one log, for every process that signs for it. Its calls reject with
 * {@link ProofsUnavailable} if the store does not answer, and with {@link ProofsDamaged} if it holds something else than was
 * kept.
 */
export interface ProofStore {
  read(): Promise<KeptState>;

  /**
   * Replaces the state if it is still that of a version, and resolves to whether it did. What is kept, every process reads
   * from then on.
   */
  keep(state: ProofState, version: string): Promise<boolean>;

  close(): Promise<void>;
}

export class ProofsUnavailable extends Error {
  override readonly name = 'ProofsUnavailable';
}

/** Trying again does not help; the message says what does. */
export class ProofsDamaged extends Error {
  override readonly name = 'ProofsDamaged';
}
