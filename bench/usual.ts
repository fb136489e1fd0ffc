import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { isRefusal } from '@app/domain/values/problem';
import { finished } from '@app/domain/values/work';
import { adviserRecord, providerRecord } from '@app/read-model/records/records';
import { EventIndex } from '@app/read-model/index/event-index';
import { connected, startOwnPostgres } from './own-postgres';
import { processorOf } from './processor';

/** What somebody would use who has no such register: a server over rows in a database that say what is so now. */
export interface Usual {
  readonly port: number;
  /** How many it has to the database. */
  readonly connections: number;
  /** The address of a question about a provider, with its query. */
  path(provider: string, question: Readonly<Record<string, string>>): string;
  /** Processor time that server and database have used, in seconds; NaN where the system does not tell. */
  processor(): number;
  stop(): Promise<void>;
}

/** Of these the number of connections to the database is taken that serves the most. */
const POOLS = [4, 8, 16];
/** Everything is in memory, and nothing goes on in the background while it is asked. */
const CONFIGURED = {
  shared_buffers: '512MB',
  max_connections: '40',
  jit: 'off',
  autovacuum: 'off',
  plan_cache_mode: 'force_generic_plan',
};

const TABLES = `
  CREATE TABLE provider (key text PRIMARY KEY, name text, open datemultirange NOT NULL);
  CREATE TABLE accreditation (provider text NOT NULL, standard text NOT NULL, days datemultirange NOT NULL);
  CREATE TABLE qualification (adviser text NOT NULL, code text NOT NULL, days datemultirange NOT NULL);
  CREATE TABLE engagement (provider text NOT NULL, adviser text NOT NULL, days datemultirange NOT NULL);`;
/** A provider or an adviser has a handful of rows: a tree that finds these, and holds their days, needs no other. */
const INDEXES = `
  CREATE INDEX ON accreditation (provider, standard) INCLUDE (days);
  CREATE INDEX ON qualification (adviser, code) INCLUDE (days);
  CREATE INDEX ON engagement (provider) INCLUDE (adviser, days);`;

/** What is posted becomes a row and, where it says so, what is so now: in one call, durable when it returns. */
const POSTING = `
  CREATE TABLE event (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text NOT NULL, id text NOT NULL, type text NOT NULL, subject text NOT NULL,
    recorded timestamptz NOT NULL DEFAULT now(), data jsonb NOT NULL, UNIQUE (source, id));
  CREATE FUNCTION record(source text, id text, type text, subject text, data jsonb) RETURNS bigint
  LANGUAGE plpgsql AS $$
  DECLARE at bigint;
  BEGIN
    IF type = 'ProviderRegistered' THEN
      INSERT INTO provider VALUES (subject, data->>'name', '{(,)}');
    END IF;
    INSERT INTO event (source, id, type, subject, data)
      VALUES (record.source, record.id, record.type, record.subject, record.data) RETURNING position INTO at;
    RETURN at;
  END $$;`;

/**
 * Starts it with what a log says as known at its end, in a database of its own that is gone when it stops; or says why
 * not. `rate` asks it, and says how many answers a second it gave.
 */
export async function startUsual(
  log: Iterable<string>,
  rate: (usual: Usual) => Promise<number>,
): Promise<Usual | { readonly missing: string }> {
  const database = startOwnPostgres(CONFIGURED);
  if ('missing' in database) return database;
  const { folder } = database;
  await fill(folder, log);

  let best = 0;
  let most = 0;
  for (const connections of POOLS) {
    const server = await serve(folder, connections);
    const found = await rate(server);
    await server.stop();
    if (found <= most) continue;
    best = connections;
    most = found;
  }
  const server = await serve(folder, best);
  return {
    ...server,
    processor: () => server.processor() + processorOf(database.processes()),
    stop: async () => {
      await server.stop();
      await database.stop();
    },
  };
}

interface Run {
  readonly from: string;
  readonly until: string;
}

const LAST_DAY = '9999-12-31';

/** As the database reads a set of days. */
function multirange(days: readonly Run[]): string {
  return `{${days.map(({ from, until }) => (until === LAST_DAY ? `[${from},)` : `[${from},${until}]`)).join()}}`;
}

/** Fills the tables with what a register of this log says of each provider and each adviser who works for one. */
async function fill(folder: string, log: Iterable<string>): Promise<void> {
  const register = new EventIndex();
  const keys = new Set<string>();
  for (const text of log) {
    register.apply(text);
    const { type, subject } = JSON.parse(text) as { readonly type: string; readonly subject: string };
    if (type === 'ProviderRegistered' || type === 'SchoolRegistered') keys.add(subject);
  }
  const known = register.at(register.head);
  const rows: Record<'provider' | 'accreditation' | 'qualification' | 'engagement', unknown[][]> = {
    provider: [],
    accreditation: [],
    qualification: [],
    engagement: [],
  };
  const advisers = new Set<string>();
  for (const key of keys) {
    const work = providerRecord(known, key);
    if (isRefusal(work)) continue;
    const record = finished(work);
    const open = record.openUntil === null ? '{(,)}' : `{(,${record.openUntil}]}`;
    rows.provider.push([key, record.provider.name, open]);
    for (const { standard, days } of record.accreditations)
      rows.accreditation.push([key, standard, multirange(days)]);
    for (const { adviser, days } of record.engaged) {
      advisers.add(adviser);
      rows.engagement.push([key, adviser, multirange(days)]);
    }
  }
  for (const adviser of advisers) {
    const record = adviserRecord(known, adviser);
    if (isRefusal(record)) continue;
    const sanctioned = multirange(record.sanctioned);
    for (const { qualification, days } of record.qualifications)
      rows.qualification.push([adviser, qualification, multirange(days), sanctioned]);
  }

  const client = await connected(folder);
  await client.query(TABLES);
  for (const [table, its] of Object.entries(rows)) {
    await client.query(
      `INSERT INTO ${table} SELECT a, b, days - coalesce(without, '{}')
         FROM unnest($1::text[], $2::text[], $3::datemultirange[], $4::datemultirange[]) AS r (a, b, days, without)
        WHERE NOT isempty(days - coalesce(without, '{}'))`,
      [0, 1, 2, 3].map((column) => its.map((row) => row[column])),
    );
  }
  await client.query(INDEXES);
  await client.query(POSTING);
  // So that what an index holds need not be looked up in its table too.
  await client.query('VACUUM ANALYZE');
  await client.end();
}

async function serve(folder: string, connections: number): Promise<Usual> {
  const server = fork(join(__dirname, 'usual-server.js'), [folder, String(connections)]);
  const [port] = (await once(server, 'message')) as [number];
  return {
    port,
    connections,
    path: (provider, question) =>
      `/providers/${provider}/eligibility?${new URLSearchParams(question).toString()}`,
    processor: () => processorOf([server.pid]),
    stop: async () => {
      server.disconnect();
      await once(server, 'exit');
    },
  };
}

interface Said {
  readonly outcome: string;
  readonly covered: readonly Run[];
}

/** Throws where the two, asked at these addresses, say different things. What is in dispute only the register knows. */
export async function expectAgreement(
  addresses: Iterable<readonly [register: string, usual: string]>,
): Promise<void> {
  for (const [register, usual] of addresses) {
    const [ours, theirs] = await Promise.all([register, usual].map(verdict));
    if (ours?.outcome === 'indeterminate') continue;
    if (JSON.stringify(ours) !== JSON.stringify(theirs))
      throw new Error(`${register}: ${JSON.stringify(ours)}, but ${usual}: ${JSON.stringify(theirs)}`);
  }
}

async function verdict(address: string): Promise<Said> {
  const { outcome, covered } = (await (await fetch(address)).json()) as Said;
  return { outcome, covered };
}
