import { Postgres, type PostgresTables } from '../stores/postgres';
import { readKeys } from './kept-keys';
import {
  ProofsUnavailable,
  type GivenUp,
  type KeptState,
  type ProofState,
  type ProofStore,
} from './proof-store';

/** One row, which is there from the first. */
const TABLES: PostgresTables = {
  name: 'proofs',
  layout: 1,
  made: `
    CREATE TABLE proof (
      one boolean PRIMARY KEY DEFAULT true CHECK (one),
      version bigint NOT NULL,
      keys text,
      checkpoint text,
      given_up text
    );
    INSERT INTO proof (version) VALUES (0);
  `,
};

/** Two, so that who asks for a checkpoint does not wait for one that is being signed. */
const CONNECTIONS = 2;

interface Row {
  readonly version: string;
  readonly keys: string | null;
  readonly checkpoint: string | null;
  readonly given_up: string | null;
}

/**
 * The state of the proofs in PostgreSQL, for any number of replicas: a replica keeps a checkpoint only in the place of the one
 * that it has read, so that all of them sign one order of checkpoints.
 */
export class PostgresProofStore implements ProofStore {
  readonly #database: Postgres;

  /** At an address `postgres://…`. The first call connects, and creates the table if there is none. Throws if the address is none. */
  static open(address: string): PostgresProofStore {
    return new PostgresProofStore(
      new Postgres(address, TABLES, {
        connections: CONNECTIONS,
        unavailable: (why) =>
          new ProofsUnavailable(`The keys and the last checkpoint cannot be had in ${why}.`),
      }),
    );
  }

  private constructor(database: Postgres) {
    this.#database = database;
  }

  async read(): Promise<KeptState> {
    const [row] = await this.#database.transaction(
      (query) => query<Row>('SELECT version, keys, checkpoint, given_up FROM proof'),
      { alone: false },
    );
    if (!row) throw new ProofsUnavailable('The row of the proofs is missing in PostgreSQL.');
    const { version, keys, checkpoint, given_up: givenUp } = row;
    return {
      version,
      keys: keys === null ? undefined : readKeys(JSON.parse(keys), 'The table proof in PostgreSQL'),
      checkpoint: checkpoint ?? undefined,
      givenUp: givenUp === null ? undefined : (JSON.parse(givenUp) as GivenUp),
    };
  }

  async keep({ keys, checkpoint, givenUp }: ProofState, version: string): Promise<boolean> {
    const kept = await this.#database.transaction(
      (query) =>
        query<Pick<Row, 'version'>>(
          `UPDATE proof SET version = version + 1, keys = $2, checkpoint = $3, given_up = $4
           WHERE version = $1 RETURNING version`,
          [
            version,
            keys ? JSON.stringify({ format: 1, ...keys }) : null,
            checkpoint ?? null,
            givenUp ? JSON.stringify(givenUp) : null,
          ],
        ),
      { alone: false },
    );
    return kept.length > 0;
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}
