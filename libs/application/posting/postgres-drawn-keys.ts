import { Postgres, type PostgresQuery, type PostgresTables } from '../stores/postgres';
import {
  DRAWN_REMEMBERED_MS,
  DrawnKeysUnavailable,
  type DrawnKey,
  type DrawnKeys,
  type NamedRequest,
} from './drawn-keys';
import { sealed, unsealed } from './sealed';

const TABLES: PostgresTables = {
  name: 'issued',
  layout: 1,
  made: `
    CREATE TABLE drawn_key (name text COLLATE "C" PRIMARY KEY, sealed bytea NOT NULL, until timestamptz NOT NULL);
    CREATE INDEX drawn_key_until ON drawn_key (until);
  `,
};

const FORGET_EVERY_MS = 60_000;
const UNTIL = `now() + interval '${DRAWN_REMEMBERED_MS} milliseconds'`;

/**
 * Drawn keys of several processes in PostgreSQL, for ten minutes by its clock. They are encrypted with a key that is derived
 * from the sender’s own secret, which no store holds: neither the database nor a copy of it reveals a drawn key, nor a deleted
 * one.
 */
export class PostgresDrawnKeys implements DrawnKeys {
  readonly #database: Postgres;
  readonly #forgetting: NodeJS.Timeout;

  /** The keys at an address `postgres://…`. The first call connects, and creates the table if there is none. Throws if the address is none. */
  static open(address: string): PostgresDrawnKeys {
    return new PostgresDrawnKeys(
      new Postgres(address, TABLES, {
        connections: 1,
        unavailable: (why) => new DrawnKeysUnavailable(`What was drawn for keys cannot be had in ${why}.`),
      }),
    );
  }

  private constructor(database: Postgres) {
    this.#database = database;
    this.#forgetting = setInterval(() => {
      // If that fails, a later try deletes them: no call returns them meanwhile.
      database.transaction(forgetOld, { alone: false }).catch(() => undefined);
    }, FORGET_EVERY_MS).unref();
  }

  drawn({ name, sealing }: NamedRequest, secret: string): Promise<DrawnKey> {
    const fresh = sealed(JSON.stringify({ secret }), sealing, name);
    return this.#database.transaction(
      async (query) => {
        await forgetOld(query);
        await query(
          `INSERT INTO drawn_key (name, sealed, until) VALUES ($1, $2, ${UNTIL}) ON CONFLICT DO NOTHING`,
          [name, fresh],
        );
        const [found] = await query<{ sealed: Buffer }>('SELECT sealed FROM drawn_key WHERE name = $1', [
          name,
        ]);
        if (found === undefined) throw new Error('it was deleted meanwhile');
        return JSON.parse(unsealed(found.sealed, sealing, name)) as DrawnKey;
      },
      { alone: false },
    );
  }

  async issued({ name, sealing }: NamedRequest, drawn: Required<DrawnKey>): Promise<void> {
    const bytes = sealed(JSON.stringify(drawn), sealing, name);
    await this.#database.transaction(
      (query) =>
        query(
          `INSERT INTO drawn_key (name, sealed, until) VALUES ($1, $2, ${UNTIL})
           ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed, until = excluded.until`,
          [name, bytes],
        ),
      { alone: false },
    );
  }

  async close(): Promise<void> {
    clearInterval(this.#forgetting);
    await this.#database.close();
  }
}

async function forgetOld(query: PostgresQuery): Promise<void> {
  await query('DELETE FROM drawn_key WHERE until <= now()');
}
