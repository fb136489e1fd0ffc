import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as ask, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import Database from 'better-sqlite3';
import { generated } from '@app/synthetic/synthetic-log';
import { median, rate, report, whole } from './measure';
import { KEY, startRegister } from './register-process';
import { textsIn, worldOf } from './world';

const EVENTS = 200_000;
const ROUNDS = 3;
/** A chunk of a body, and a batch of the peer. */
const BATCH = 1_000;

/**
 * Many events in one request, as NDJSON to a fresh register over HTTP, each judged by every rule and durable before it is
 * counted; beside the same bytes put into a table by the binding itself, a thousand a commit.
 */
export async function bulk(): Promise<void> {
  const lines = [...generated(EVENTS, 1)].flatMap(({ body: _, at: _at, source, ...event }) =>
    // The policy is there from the first start on.
    event.type === 'PolicyEditionPublished'
      ? []
      : [`${JSON.stringify({ specversion: '1.0', source: `https://bench.example${source}`, ...event })}\n`],
  );
  const texts = await textsIn((await worldOf(EVENTS)).file);
  const [posted, put]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    const folder = mkdtempSync(join(tmpdir(), 'register-bench-'));
    const raw = join(folder, 'raw.db');
    put.push(
      await rate(texts.length, () => {
        putAll(raw, texts);
      }),
    );
    const register = await startRegister(`sqlite:${join(folder, 'register.db')}`);
    posted.push(await rate(lines.length, () => postAll(register.port, lines)));
    await register.stop();
    rmSync(folder, { recursive: true });
  }
  report(
    'rows a second, a thousand a commit, better-sqlite3 by itself',
    whole(median(put)),
    'the peer',
    true,
  );
  report(
    'events a second posted in one request over HTTP',
    whole(median(posted)),
    'at least 30,000',
    median(posted) >= 30_000,
  );
  report(
    '  as a part of those rows',
    median(posted.map((figure, i) => figure / (put[i] ?? NaN))).toFixed(2),
    '',
    true,
  );
}

function putAll(file: string, texts: readonly string[]): void {
  const raw = new Database(file);
  raw.pragma('journal_mode = WAL');
  raw.pragma('synchronous = FULL');
  raw.exec('CREATE TABLE log (position INTEGER PRIMARY KEY, event TEXT NOT NULL) STRICT');
  const insert = raw.prepare('INSERT INTO log VALUES (?, ?)');
  const commit = raw.transaction((first: number) => {
    for (let i = first; i < Math.min(first + BATCH, texts.length); i++) insert.run(i, texts[i]);
  });
  for (let first = 0; first < texts.length; first += BATCH) commit(first);
  raw.close();
}

async function postAll(port: number, lines: readonly string[]): Promise<void> {
  const request = ask({
    port,
    host: '127.0.0.1',
    path: '/v1/events',
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/x-ndjson' },
  });
  Readable.from(chunks(lines), { objectMode: false }).pipe(request);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const answer = JSON.parse(await text(response)) as {
    readonly accepted?: number;
    readonly rejected?: unknown[];
  };
  if (answer.accepted !== lines.length)
    throw new Error(
      `${answer.accepted ?? 0} of ${lines.length} were accepted: ${JSON.stringify(answer.rejected?.[0])}`,
    );
}

function* chunks(lines: readonly string[]): Generator<string> {
  for (let first = 0; first < lines.length; first += BATCH) yield lines.slice(first, first + BATCH).join('');
}
