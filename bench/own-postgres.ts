import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { familyOf } from './processor';

/** A PostgreSQL in a folder of its own, which is gone when it stops. Its user is `bench`, its socket in the folder. */
export interface OwnPostgres {
  readonly folder: string;
  /** The numbers of its processes. */
  processes(): readonly number[];
  stop(): Promise<void>;
}

/** Whoever runs as root runs the database, which refuses root, as one of these. */
const USERS = ['postgres', 'nobody'];

/** With what one is started, or why none can be. */
export function whatPostgresNeeds():
  { readonly programs: string; readonly user: User } | { readonly missing: string } {
  const programs = programsOfPostgres();
  if (programs === undefined) return { missing: 'no PostgreSQL on this machine' };
  const user = userOfDatabase();
  if (user === undefined)
    return { missing: `root may not run PostgreSQL, and there is no ${USERS.join(' or ')}` };
  return { programs, user };
}

/** Starts one, which answers a moment later, or says why not. */
export function startOwnPostgres(
  configured: Readonly<Record<string, string>>,
): OwnPostgres | { readonly missing: string } {
  const needed = whatPostgresNeeds();
  if ('missing' in needed) return needed;
  const { programs, user } = needed;
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const surroundings = { cwd: folder, env: { PATH: process.env['PATH'], LC_ALL: 'C' }, ...user };
  execFileSync(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'bench', '-A', 'trust', '-E', 'UTF8', '--no-sync'],
    { ...surroundings, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const settings = Object.entries({
    listen_addresses: '',
    unix_socket_directories: folder,
    ...configured,
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const database = spawn(join(programs, 'postgres'), ['-D', data, ...settings], {
    ...surroundings,
    stdio: 'ignore',
  });
  const abandon = () => {
    database.kill('SIGQUIT');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', abandon);
  return {
    folder,
    processes: () => familyOf(database.pid),
    stop: async () => {
      process.off('exit', abandon);
      const ended = once(database, 'exit');
      database.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

function programsOfPostgres(): string | undefined {
  const installed = '/usr/lib/postgresql';
  const versions = existsSync(installed) ? readdirSync(installed).sort((a, b) => Number(b) - Number(a)) : [];
  return [
    said('pg_config', '--bindir'),
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...versions.map((version) => join(installed, version, 'bin')),
  ].find(
    (place) =>
      place !== undefined && ['initdb', 'postgres'].every((program) => existsSync(join(place, program))),
  );
}

/** What a program says; undefined if there is none, or it fails. */
function said(program: string, ...options: string[]): string | undefined {
  try {
    return execFileSync(program, options, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}

interface User {
  readonly uid?: number;
  readonly gid?: number;
}

function userOfDatabase(): User | undefined {
  if (process.getuid?.() !== 0) return {};
  for (const name of USERS) {
    const [uid, gid] = [said('id', '-u', name), said('id', '-g', name)];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

const LONGEST_START = 30_000;

/** Waits until the database answers. */
export async function connected(folder: string): Promise<Client> {
  for (const end = performance.now() + LONGEST_START; ;) {
    const client = new Client({ host: folder, user: 'bench', database: 'postgres' });
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      if (performance.now() > end) throw error;
      await sleep(50);
    }
  }
}
