import { hash } from 'node:crypto';
import { Pool, type PoolClient } from 'pg';

/** Tables that one adapter has, and the number of their layout: another release may have others. */
export interface PostgresTables {
  readonly name: 'vault' | 'access' | 'issued';
  readonly layout: number;
  /** Statements that make them, once. */
  readonly made: string;
}

/** Where a database lies, as an operator writes it. */
export interface PostgresAddress {
  /** As the client takes it; it may hold a password. */
  readonly connection: string;
  readonly schema: string;
  /** Host, port and database, for people to read. */
  readonly shown: string;
}

/** The schema of a register whose address names none. */
const DEFAULT_SCHEMA = 'guidance_register';
const SCHEMA = /^[a-z][a-z0-9_]{0,62}$/;
const SCHEME = /^postgres(?:ql)?:$/;

/** Whether it is said that something is kept in PostgreSQL. */
export function isPostgresAddress(setting: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(setting);
}

/**
 * Reads an address such as `postgres://register@10.0.0.5:5432/register?sslmode=verify-full`. `schema=` names the schema, which
 * is `guidance_register` otherwise: two registers may share a database. All other options are the client’s. Throws, without
 * the password, where the address is none.
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

/** Asks within a transaction; each row is an object by column. */
export type PostgresQuery = <Row extends object>(text: string, values?: readonly unknown[]) => Promise<Row[]>;

/** The tables are of a release that this one does not know. Trying again does not help; the message says what does. */
export class PostgresLayoutUnknown extends Error {
  override readonly name = 'PostgresLayoutUnknown';
}

/** How many connections a handle has at the most. */
export interface PostgresOptions {
  readonly connections: number;
  /** Makes the error by which the port says that its store cannot be had. */
  readonly unavailable: (why: string) => Error;
}

/** So long, in milliseconds, a connection may take, those that others use among it. */
const LONGEST_CONNECT_MS = 3_000;
/** A transaction whose process stands still is ended by the server after so long, so that it keeps no one else waiting. */
const LONGEST_STANDSTILL_MS = 2_000;
/** Longer than that, so that whoever waits for such a transaction still has its turn. */
const LONGEST_LOCK_MS = 3_000;
const LONGEST_STATEMENT_MS = 5_000;
/** Where the server says nothing at all, not even that a statement took too long. */
const LONGEST_SILENCE_MS = 6_000;
const IDLE_MS = 30_000;

/**
 * The tables of one adapter in a PostgreSQL, through a few connections of its own. Everything is set for one transaction at
 * a time, and nothing for a connection, so that a pooler such as PgBouncer may stand between. The tables are made by whoever
 * comes first; several may come at once.
 *
 * What it rejects with has words for the operator, and neither the password nor a value of a row: the engine’s details have
 * values in them, and are not passed on.
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

  /** Connects to nothing yet. Throws where the address is none. */
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
    // A connection that breaks is told of by whoever uses it next; an error that no one listens to would end the process.
    this.#pool.on('error', () => undefined);
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
  }

  /** For people to read: it has no password. */
  get shown(): string {
    return this.#address.shown;
  }

  /**
   * Does all of it or nothing, and resolves when it is durable. `alone`: no other transaction that is alone is under way
   * with these tables in any process, and what was done in such a one before is seen.
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

  /** The tables are there; where they could not be made the next one tries again. */
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
      // CREATE SCHEMA IF NOT EXISTS wants the right to make one also where there is one.
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
      // The server undoes what was not committed when the connection ends, whatever state it is in.
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

/** Waits, in a statement of its own: what comes after it sees what was done in the turns before. */
function turnOf(name: string): string {
  const key = Buffer.from(hash('sha256', name, 'buffer')).readBigInt64BE();
  return `SELECT pg_advisory_xact_lock(${key});`;
}

/** The engine’s code of an error, or the system’s. */
function codeOf(error: unknown): string | undefined {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** What an operator does about an error, by its code, the class of that, or, where the client has none, its message. */
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
