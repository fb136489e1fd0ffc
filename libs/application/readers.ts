/**
 * The processes that answer questions beside the one that writes, out of the same log (specification, section 7). None of them
 * answers by less of the log than has been acknowledged to anybody.
 */
export interface Readers {
  /** How many of them answer: one that has not read the log yet does not. */
  readonly answering: number;

  /** Resolves once every one of them that answers holds the position, or answers no more. */
  hold(position: number): Promise<void>;

  /** Resolves once every one of them that answers has looked at what is shown of persons, or answers no more. */
  look(): Promise<void>;

  /** Resolves once each of them has answered what it was asked, and has ended. */
  stop(): Promise<void>;
}
