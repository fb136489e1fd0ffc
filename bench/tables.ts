import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as ask, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { providerKey } from '@app/synthetic/names';
import { median, rate, report, whole } from './measure';
import { KEY, startRegister, type RegisterProcess } from './register-process';
import { residentWhile } from './resident';

const ROWS = 100_000;
const ROUNDS = 3;
/** The table of which memory is watched has so many rows, of so many events again and again. */
const MANY = 1_000_000;
const AGAIN = 10_000;
/** Rows of a chunk. */
const CHUNK = 1_000;

const REGISTRATIONS: Table = {
  type: 'ProviderRegistered',
  header: 'id,subject,name,legalForm',
  row: (n) => `p${n},${providerKey(n)},Invented Guidance ${n},company`,
};
const AWARDS: Table = {
  type: 'AccreditationAwarded',
  header: 'id,subject,standard,reference,from,until,kind',
  row: (n) => `a${n},${providerKey(n)},matrix,M-${n},15/03/2024,14/03/2027,initial`,
};

interface Table {
  readonly type: string;
  readonly header: string;
  readonly row: (n: number) => string;
}

/**
 * Tables as spreadsheets save them, in one request each to a fresh register over HTTP: every row judged by every rule and
 * durable before it is counted. The dry run of a table, with whose answers it would change, is measured beside the posting
 * of the same.
 */
export async function tables(): Promise<void> {
  const [registered, tried, awarded]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < ROUNDS; round++) {
    const folder = mkdtempSync(join(tmpdir(), 'register-bench-'));
    const register = await startRegister(`sqlite:${join(folder, 'register.db')}`);
    await openDay(register);
    registered.push(await rate(ROWS, () => post(register, REGISTRATIONS, ROWS)));
    tried.push(await rate(ROWS, () => post(register, AWARDS, ROWS, '&dryRun=true')));
    awarded.push(await rate(ROWS, () => post(register, AWARDS, ROWS)));
    if (round === ROUNDS - 1) await watchMemory(register);
    await register.stop();
    rmSync(folder, { recursive: true });
  }
  reportRows('rows a second, registrations in a table', registered);
  reportRows('rows a second, awards in a table', awarded);
  const times = median(awarded.map((figure, i) => figure / (tried[i] ?? NaN)));
  report('  their dry run with effects, × the posting', times.toFixed(2), 'at most 3', times <= 3);
}

function reportRows(what: string, rates: readonly number[]): void {
  report(what, whole(median(rates)), 'at least 30,000', median(rates) >= 30_000);
}

async function watchMemory(register: RegisterProcess): Promise<void> {
  const again = { ...AWARDS, row: (n: number) => AWARDS.row(n % AGAIN) };
  // The heap of a process takes its room at the first of them.
  await post(register, again, ROWS);
  const resident = await residentWhile(register, () => post(register, again, MANY));
  const quarter = resident.length >> 2;
  const growth = median(resident.slice(-quarter)) / median(resident.slice(0, quarter));
  report(
    `memory over the last quarter of ${whole(MANY)} rows, × the first`,
    growth.toFixed(2),
    'at most 1.1',
    growth <= 1.1,
  );
}

async function openDay({ port }: RegisterProcess): Promise<void> {
  await fetch(`http://127.0.0.1:${port}/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify({
      specversion: '1.0',
      type: 'DayOpened',
      subject: 'calendar:england',
      source: '/bench',
      id: 'first',
      data: { date: '2026-09-01' },
    }),
  });
}

async function post(
  { port }: RegisterProcess,
  { type, header, row }: Table,
  rows: number,
  more = '',
): Promise<void> {
  const request = ask({
    port,
    host: '127.0.0.1',
    path: `/v1/events/csv?type=${type}&source=/bench${more}`,
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'text/csv' },
  });
  Readable.from(chunks(header, row, rows), { objectMode: false }).pipe(request);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const answer = await text(response);
  const { accepted = 0, duplicates = 0 } = JSON.parse(answer) as { accepted?: number; duplicates?: number };
  if (accepted + duplicates !== rows) throw new Error(`${accepted} of ${rows}: ${answer.slice(0, 500)}`);
}

function* chunks(header: string, row: Table['row'], rows: number): Generator<string> {
  yield `${header}\n`;
  for (let first = 0; first < rows; first += CHUNK)
    yield Array.from({ length: Math.min(CHUNK, rows - first) }, (_, i) => `${row(first + i)}\n`).join('');
}
