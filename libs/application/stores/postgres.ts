import { hash } from 'node:crypto';
import { Pool, type PoolClient } from 'pg';

/** The tables of one adapter, and the number of their layout: another release may have another one. */
export interface PostgresTables {
  readonly name: 'vault' | 'access' | 'issued' | 'proofs';
  readonly layout: number;
  /** The statements that create them. */
  readonly made: string;
}

/** A database as an operator names it. */
export interface PostgresAddress {
  /** As the client reads it; it may contain a password. */
  readonly connection: string;
  readonly schema: string;
  /** Host, port, database and schema, for people to read. */
  readonly shown: string;
}

/** The schema of a register if its address names none. */
const DEFAULT_SCHEMA = 'guidance_register';
const SCHEMA = /^[a-z][a-z0-9_]{0,62}$/;
const SCHEME = /^postgres(?:ql)?:$/;

/** Whether a setting is an address of PostgreSQL, as far as its scheme tells. */
export function isPostgresAddress(setting: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(setting);
}

/**
 * Reads an address such as `postgres://register@10.0.0.5:5432/register?sslmode=verify-full`. `schema=` names the schema, by
 * default `guidance_register`, so that two registers can share a database. All other options go to the client. Throws if the
 * setting is no such address; the message contains no password.
 */
export function postgresAddress(setting: string): PostgresAddress {
  const url = URL.canParse(setting) ? new URL(setting) : undefined;
  const schema = url?.searchParams.get('schema') ?? DEFAULT_SCHEMA;
  if (url === undefined || !SCHEME.test(url.protocol) || !SCHEMA.test(schema)) {
    throw new Error(
      'The address of a PostgreSQL is written postgres://USER:PASSWORD@HOST:5432/DATABASE, with schema=NAME among its options if the tables are not in the schema guidance_register',
    );
  }
  url.searchParams.delete('schema');
  const host = url.host === '' ? 'its usual socket' : decodeURIComponent(url.host);
  return { connection: url.href, schema, shown: `${host}${url.pathname}, schema ${schema}` };
}

/** Runs a statement within a transaction. Resolves to its rows, each an object by column. */
export type PostgresQuery = <Row extends object>(text: string, values?: readonly unknown[]) => Promise<Row[]>;

/** Another release made the tables, with a layout that this one does not know. Trying again does not help; the message says what does. */
export class PostgresLayoutUnknown extends Error {
  override readonly name = 'PostgresLayoutUnknown';
}

export interface PostgresOptions {
  /** The most connections of a handle. */
  readonly connections: number;
  /** Creates the port’s error for a store that does not answer. */
  readonly unavailable: (why: string) => Error;
}

/** The longest wait for a connection, in milliseconds, also if all are in use. */
const LONGEST_CONNECT_MS = 3_000;
/** After this time the server ends a transaction whose process stands still, so that others need not wait longer. */
const LONGEST_STANDSTILL_MS = 2_000;
/** Longer than that: whoever waits for such a transaction still gets its turn. */
const LONGEST_LOCK_MS = 3_000;
const LONGEST_STATEMENT_MS = 5_000;
/** Longer than any statement: after this time without an answer the server itself is taken for frozen. */
const LONGEST_SILENCE_MS = 6_000;
const IDLE_MS = 30_000;

/**
 * The tables of one adapter in a PostgreSQL. All settings apply to a transaction, and none to a connection, so that a pooler
 * such as PgBouncer may stand between. The first transaction creates the tables; several processes may do that at once.
 *
 * Its errors tell the operator what to do. They contain neither the password nor a value of a row: the engine’s details, which
 * contain values, are not passed on.
 */
export class Postgres {
  readonly #pool: Pool;
  readonly #address: PostgresAddress;
  readonly #tables: PostgresTables;
  readonly #unavailable: (why: string) => Error;
  readonly #begin: string;
  readonly #turn: string;
  #ready: Promise<void> | undefined;
  #isClosed = false;

  /** Connects only at the first transaction. Throws if the address is none. */
  constructor(address: string, tables: PostgresTables, { connections, unavailable }: PostgresOptions) {
    this.#address = postgresAddress(address);
    this.#tables = tables;
    this.#unavailable = unavailable;
    this.#begin = beginning(this.#address.schema);
    this.#turn = turnOf(`${this.#address.schema} ${tables.name}`);
    this.#pool = new Pool({
      connectionString: this.#address.connection,
      max: connections,
      connectionTimeoutMillis: LONGEST_CONNECT_MS,
      query_timeout: LONGEST_SILENCE_MS,
      idleTimeoutMillis: IDLE_MS,
      allowExitOnIdle: true,
      keepAlive: true,
      application_name: `guidance-register ${tables.name}`,
    });
    // The next use of a broken connection rejects. Without a listener its error would end the process.
    this.#pool.on('error', () => undefined);
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
  }

  /** The address for people to read, without a password. */
  get shown(): string {
    return this.#address.shown;
  }

  /**
   * Does all of the work or none, and resolves once that is durable. `alone`: no two such transactions with these tables
   * overlap, in any process, and each sees what those before it have done.
   */
  async transaction<T>(
    work: (query: PostgresQuery) => Promise<T>,
    { alone }: { readonly alone: boolean },
  ): Promise<T> {
    await this.#prepared();
    return this.#run(alone ? this.#begin + this.#turn : this.#begin, work);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#pool.end();
  }

  /** Resolves once the tables exist. If they could not be created, the next transaction tries again. */
  #prepared(): Promise<void> {
    const making = (this.#ready ??= this.#make());
    making.catch(() => {
      if (this.#ready === making) this.#ready = undefined;
    });
    return making;
  }

  async #make(): Promise<void> {
    const { schema, shown } = this.#address;
    const { name, layout, made } = this.#tables;
    const known = await this.#run(this.#begin + turnOf(schema), async (query) => {
      // CREATE SCHEMA IF NOT EXISTS requires the right to create one even if it exists.
      const [there] = await query<{ schema: boolean }>('SELECT to_regnamespace($1) IS NOT NULL AS schema', [
        schema,
      ]);
      if (there?.schema !== true) await query(`CREATE SCHEMA ${schema}`);
      await query(
        'CREATE TABLE IF NOT EXISTS layout (name text COLLATE "C" PRIMARY KEY, number integer NOT NULL)',
      );
      const [found] = await query<{ number: number }>('SELECT number FROM layout WHERE name = $1', [name]);
      if (found) return found.number;
      await query(made);
      await query('INSERT INTO layout (name, number) VALUES ($1, $2)', [name, layout]);
      return layout;
    });
    if (known !== layout)
      throw new PostgresLayoutUnknown(
        `The tables of the ${name} in PostgreSQL (${shown}) have layout ${known}, and this release knows only ${layout}: start the release that made them, or name another schema`,
      );
  }

  async #run<T>(begin: string, work: (query: PostgresQuery) => Promise<T>): Promise<T> {
    let client: PoolClient | undefined;
    try {
      if (this.#isClosed) throw new Error('it is closed');
      client = await this.#pool.connect();
      const { query } = askingBy(client);
      await query(begin);
      const result = await work(query);
      await query('COMMIT');
      client.release();
      return result;
    } catch (error) {
      // With the connection the server ends its transaction, whatever state that is in.
      client?.release(true);
      throw this.#said(error);
    }
  }

  #said(error: unknown): Error {
    const code = codeOf(error);
    const message = error instanceof Error ? error.message : String(error);
    const why = WHY_NOT[code ?? message] ?? WHY_NOT[code?.slice(0, 2) ?? ''] ?? message;
    const said = this.#unavailable(`PostgreSQL (${this.#address.shown}): ${why}`);
    return code === undefined ? said : Object.assign(said, { code });
  }
}

function askingBy(client: PoolClient): { readonly query: PostgresQuery } {
  return {
    query: async <Row extends object>(text: string, values?: readonly unknown[]) => {
      const { rows } = await client.query<Row>(text, values === undefined ? undefined : [...values]);
      return rows;
    },
  };
}

function beginning(schema: string): string {
  return `BEGIN ISOLATION LEVEL READ COMMITTED;
    SET LOCAL statement_timeout = ${LONGEST_STATEMENT_MS};
    SET LOCAL lock_timeout = ${LONGEST_LOCK_MS};
    SET LOCAL idle_in_transaction_session_timeout = ${LONGEST_STANDSTILL_MS};
    SET LOCAL search_path = ${schema}, pg_temp;
    SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off';`;
}

/** Waits for the turn. It is a separate statement, so that later ones see what earlier turns have done. */
function turnOf(name: string): string {
  const key = Buffer.from(hash('sha256', name, 'buffer')).readBigInt64BE();
  return `SELECT pg_advisory_xact_lock(${key});`;
}

/** The code of an error: the engine’s, or the operating system’s. */
function codeOf(error: unknown): string | undefined {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** The cause of an error and what to do about it, by its code, the class of its code or, if it has no code, its message. */
const WHY_NOT: Readonly<Partial<Record<string, string>>> = {
  ECONNREFUSED: 'no server listens there. Start it, or correct the address',
  ENOTFOUND: 'there is no such host. Correct the address',
  EAI_AGAIN: 'the host cannot be looked up',
  ETIMEDOUT: 'the server does not answer',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  'Connection terminated unexpectedly': 'the connection was cut',
  'Client has encountered a connection error and is not queryable': 'the connection was cut',
  'Connection terminated due to connection timeout': 'the server does not answer',
  'Query read timeout': 'the server does not answer',
  'timeout exceeded when trying to connect':
    'no connection can be had: the server does not answer, or is slow',
  '22': 'it does not take a value',
  '23': 'it does not take a row',
  '25006': 'the server is a standby, which takes no writes. Name the primary in the address',
  '25P03': 'this process stood still, so that the server ended its transaction',
  '28': 'the server does not let this user in. Correct user and password, or pg_hba.conf',
  '3D000': 'there is no database of that name. Make it, or correct the address',
  '42501':
    'the user may not do that. Let it make schemas in the database, or make it the owner of the schema and of all that is in it',
  '53100': 'the server’s disk is full',
  '53300': 'the server has no connection left. Raise max_connections',
  '55P03': 'another program holds for long what this needs, such as a dump that is under way',
  '57014': 'a statement took too long',
  '57P01': 'the server was stopped',
  '57P03': 'the server is starting or stopping',
};
