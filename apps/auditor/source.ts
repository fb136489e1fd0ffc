import type { Finding } from '@app/transparency/finding';
import type { HashTile } from '@app/transparency/tiles';

/** More bytes than a checkpoint, a list of keys or a key set of any honest register has. */
export const MOST_NOTE_BYTES = 1 << 20;

/** The stored bytes of events that follow each other. */
export type Entries = readonly Buffer[];

/**
 * The public data of a log, wherever they come from; nothing of it is to be believed yet. A finding says that something is
 * there and not in its form, or is withheld. Each rejects with an `AuditEnd` if it cannot be read.
 */
export interface LogSource {
  /** What is read, in words. */
  readonly describe: string;
  /** Whether it gives the log as it is now, and not as it was when a file was written. */
  readonly isPresent: boolean;
  /** The signed note of the last checkpoint. */
  checkpoint(): Promise<string | Finding>;
  /** The signed note of the list of keys. */
  keyList(): Promise<string | Finding>;
  /** The key set of receipts. */
  jwks(): Promise<string | Finding>;
  /**
   * The first `size` events in order, 256 at a time and the rest at the end; fewer if there are fewer. Ends after a finding.
   */
  bundles(size: number): AsyncIterable<Entries | Finding>;
  /** The hashes of a tile as it was published; undefined if this source has none of its level. */
  tile(address: HashTile): Promise<Buffer | Finding | undefined>;
  close(): Promise<void>;
}
