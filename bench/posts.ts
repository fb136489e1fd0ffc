import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writer } from '@app/application/posting/writer';
import { isRefusal } from '@app/domain/values/problem';
import { SqliteLog } from '@app/event-store/sqlite';
import { Follower } from '@app/read-model/follower';
import { EventIndex } from '@app/read-model/index/event-index';
import Database from 'better-sqlite3';
import { median, rate, report, whole } from './measure';
import { providerKey } from '@app/synthetic/names';

const ROUNDS = 7;
const ALONE = 400;
const TOGETHER = 4_000;
const POSTERS = 32;

/** Durable posts, each with every rule judged, beside single commits of the same bytes to the same disk by the binding itself. */
export async function posts(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'register-bench-'));
  const log = await SqliteLog.open(join(folder, 'register.db'));
  const register = new EventIndex();
  const follower = new Follower(log, register);
  const following = follower.run();
  const writer = new Writer(log, register, follower, { clock: Date.now, calendar: 'manual' });
  const raw = new Database(join(folder, 'raw.db'));
  raw.pragma('journal_mode = WAL');
  raw.pragma('synchronous = FULL');
  raw.exec('CREATE TABLE log (position INTEGER PRIMARY KEY, event TEXT NOT NULL) STRICT');
  const insert = raw.prepare('INSERT INTO log VALUES (?, ?)');
  let committed = 0;
  let posted = 0;

  const post = async () => {
    const n = posted++;
    const results = await writer.post('register', [
      {
        body: 'body:registrar',
        source: 'https://bench.example/feed',
        id: `e${n}`,
        type: 'ProviderRegistered',
        subject: providerKey(n),
        data: { name: `Invented Guidance ${n}`, legalForm: 'company' },
      },
    ]);
    if (isRefusal(results) || results[0]?.outcome !== 'accepted') throw new Error('a post was refused');
  };
  const postAlone = async () => {
    for (let i = 0; i < ALONE; i++) await post();
  };
  const postTogether = async () => {
    let left = TOGETHER;
    await Promise.all(
      Array.from({ length: POSTERS }, async () => {
        while (left-- > 0) await post();
      }),
    );
  };
  const text = 'x'.repeat(330);
  const commit = () => {
    for (let i = 0; i < ALONE; i++) insert.run(committed++, text);
  };

  const [alone, together, commits]: [number[], number[], number[]] = [[], [], []];
  await postAlone();
  for (let round = 0; round < ROUNDS; round++) {
    commits.push(await rate(ALONE, commit));
    alone.push(await rate(ALONE, postAlone));
    together.push(await rate(TOGETHER, postTogether));
  }
  await writer.idle();
  follower.stop();
  await following;
  await log.close();
  raw.close();
  rmSync(folder, { recursive: true });

  const ratio = (figures: readonly number[]) =>
    median(figures.map((figure, i) => figure / (commits[i] ?? NaN)));
  report('single commits a second, better-sqlite3 by itself', whole(median(commits)), 'the peer', true);
  report('durable posts a second, one poster', whole(median(alone)), '', true);
  report('  as a part of single commits', ratio(alone).toFixed(2), 'at least 0.80', ratio(alone) >= 0.8);
  report(`durable posts a second, ${POSTERS} posters`, whole(median(together)), '', true);
  report('  as a multiple of single commits', ratio(together).toFixed(2), 'at least 3', ratio(together) >= 3);
}
