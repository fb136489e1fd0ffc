import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { connected, startOwnPostgres, whatPostgresNeeds } from '../../bench/own-postgres';

/** A real server. */
export interface Server {
  /** The address of a new schema. */
  newAddress(): string;
  /** Runs a statement as the owner of the database. */
  ask<Row extends object>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  another(): Promise<Client>;
  /** The server’s files that contain a text, without its write-ahead log; undefined if they are not on this machine. */
  filesWith(text: string): Promise<readonly string[] | undefined>;
  /** Drops the schemas of all addresses, and stops the server if the tests started it. */
  stop(): Promise<void>;
}

const NAMED = process.env['POSTGRES_URL'] ?? '';

/** Why there is no server to test with; undefined if POSTGRES_URL names one, or the tests can start one. */
export function whyNoServer(): string | undefined {
  if (NAMED !== '') return undefined;
  const needed = whatPostgresNeeds();
  return 'missing' in needed
    ? `${needed.missing}: set POSTGRES_URL, and run npm run test:postgres`
    : undefined;
}

/** Connects to the server that POSTGRES_URL names, such as `postgres://postgres@127.0.0.1:5432/postgres`, or starts one. */
export async function startServer(): Promise<Server> {
  if (NAMED !== '') return serving(NAMED, () => Promise.resolve());
  const own = startOwnPostgres({ fsync: 'off', max_connections: '100', autovacuum: 'off' });
  if ('missing' in own) throw new Error(own.missing);
  await (await connected(own.folder)).end();
  return serving(`postgres://bench@${encodeURIComponent(own.folder)}/postgres`, () => own.stop());
}

async function serving(base: string, stop: () => Promise<void>): Promise<Server> {
  const another = async () => {
    const client = new Client({ connectionString: base });
    await client.connect();
    return client;
  };
  const client = await another();
  const ask = async <Row extends object>(text: string, values: readonly unknown[] = []) =>
    (await client.query<Row>(text, [...values])).rows;
  const made: string[] = [];
  return {
    ask,
    another,
    newAddress: () => {
      const url = new URL(base);
      const schema = `test_${randomUUID().replaceAll('-', '')}`;
      made.push(schema);
      url.searchParams.set('schema', schema);
      return url.href;
    },
    filesWith: async (text) => {
      await ask('CHECKPOINT');
      const [said] = await ask<{ data_directory: string }>('SHOW data_directory');
      const folder = said?.data_directory ?? '';
      return existsSync(join(folder, 'global')) ? filesIn(folder, text) : undefined;
    },
    stop: async () => {
      for (const schema of made) await ask(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
      await client.end();
      await stop();
    },
  };
}

export function schemaOf(address: string): string {
  return new URL(address).searchParams.get('schema') ?? '';
}

function filesIn(folder: string, text: string): readonly string[] {
  const bytes = Buffer.from(text);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.startsWith('pg_wal'))
    .filter((name) => {
      const stat = statSync(join(folder, name), { throwIfNoEntry: false });
      return stat?.isFile() === true && readFileSync(join(folder, name)).includes(bytes);
    });
}
