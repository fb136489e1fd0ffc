import { Postgres, type PostgresTables } from '../stores/postgres';
import {
  AccessUnavailable,
  type AccessRecord,
  type Attempt,
  type AttemptsAsked,
  type KeptAttempt,
  type KeyUse,
} from './access-record';

const TABLES: PostgresTables = {
  name: 'access',
  layout: 1,
  made: `
    CREATE TABLE attempt (
      number bigint PRIMARY KEY,
      at text COLLATE "C" NOT NULL,
      code text COLLATE "C" NOT NULL,
      count integer NOT NULL,
      body text COLLATE "C",
      key text,
      address text,
      method text,
      route text,
      request text
    );
    CREATE INDEX attempt_by_code ON attempt (code, number);
    CREATE INDEX attempt_by_body ON attempt (body, number) WHERE body IS NOT NULL;
    CREATE TABLE last_attempt (number bigint NOT NULL);
    INSERT INTO last_attempt (number) VALUES (0);
    CREATE TABLE use (
      body text COLLATE "C" NOT NULL,
      key text COLLATE "C" NOT NULL,
      at text COLLATE "C" NOT NULL,
      PRIMARY KEY (body, key)
    );
  `,
};

/** Two, so that what is added every second does not wait for a page that is read. */
const CONNECTIONS = 2;

type KeptRow = Omit<KeptAttempt, 'number'> & { readonly number: string };

/**
 * An access record in PostgreSQL, which any number of processes may use at the same time. Additions are alone, so that numbers
 * ascend without a gap in the order of the additions: by these numbers the record knows which attempts exceed the most. What
 * was added is durable. If the connection breaks during an addition, that may be in the record, and adding it again repeats
 * it.
 */
export class PostgresAccessRecord implements AccessRecord {
  readonly #database: Postgres;

  /**
   * The record at an address `postgres://…`. The first call connects, and creates the tables if there are none. Throws if
   * the address is none. Calls reject with `PostgresLayoutUnknown` if another release made the tables.
   */
  static open(address: string): PostgresAccessRecord {
    return new PostgresAccessRecord(
      new Postgres(address, TABLES, {
        connections: CONNECTIONS,
        unavailable: (why) => new AccessUnavailable(`The access record cannot be had in ${why}.`),
      }),
    );
  }

  private constructor(database: Postgres) {
    this.#database = database;
  }

  add(attempts: readonly Attempt[], uses: readonly KeyUse[], most: number): Promise<void> {
    const given = structuredClone({ attempts, uses });
    return this.#database.transaction(
      async (query) => {
        if (given.attempts.length > 0) {
          const [counted] = await query<{ number: string }>(
            'UPDATE last_attempt SET number = number + $1 RETURNING number',
            [given.attempts.length],
          );
          const last = Number(counted?.number);
          const first = last - given.attempts.length + 1;
          await query(
            `INSERT INTO attempt (number, at, code, count, body, key, address, method, route, request)
             SELECT number, at, code, count, body, key, address, method, route, request
             FROM jsonb_populate_recordset(NULL::attempt, $1)`,
            [JSON.stringify(given.attempts.map((one, i) => ({ ...one, number: first + i })))],
          );
          await query('DELETE FROM attempt WHERE number <= $1', [last - most]);
        }
        if (given.uses.length > 0)
          await query(
            `INSERT INTO use (body, key, at)
             SELECT body, key, max(at) FROM jsonb_populate_recordset(NULL::use, $1) GROUP BY body, key
             ON CONFLICT (body, key) DO UPDATE SET at = greatest(use.at, excluded.at)`,
            [JSON.stringify(given.uses)],
          );
      },
      { alone: true },
    );
  }

  attempts({ before, limit, code, body }: AttemptsAsked): Promise<readonly KeptAttempt[]> {
    const wanted = Object.entries({ 'number <': before, 'code =': code, 'body =': body }).filter(
      ([, value]) => value !== undefined,
    );
    const where = wanted.map(([is], i) => `${is} $${i + 1}`).join(' AND ');
    return this.#database.transaction(
      async (query) => {
        const rows = await query<KeptRow>(
          `SELECT * FROM attempt ${where && `WHERE ${where}`} ORDER BY number DESC LIMIT ${limit}`,
          wanted.map(([, value]) => value),
        );
        return rows.map((row) => ({ ...row, number: Number(row.number) }));
      },
      { alone: false },
    );
  }

  uses(body?: string): Promise<readonly KeyUse[]> {
    return this.#database.transaction(
      (query) =>
        query<KeyUse>(
          'SELECT body, key, at FROM use WHERE $1::text IS NULL OR body = $1 ORDER BY body, key',
          [body ?? null],
        ),
      { alone: false },
    );
  }

  forget(before: string, most: number): Promise<number> {
    return this.#database.transaction(
      async (query) => {
        const gone = await query(
          `DELETE FROM attempt WHERE at < $1 AND
           number IN (SELECT number FROM attempt ORDER BY number LIMIT $2) RETURNING number`,
          [before, most],
        );
        return gone.length;
      },
      { alone: true },
    );
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}
