import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writer } from '@app/application/posting/writer';
import { isRefusal } from '@app/domain/values/problem';
import { SqliteLog } from '@app/event-store/sqlite';
import { Follower } from '@app/read-model/follower';
import { EventIndex } from '@app/read-model/index/event-index';
import Database from 'better-sqlite3';
import { posted, type Load } from './load';
import { median, rate, report, whole } from './measure';
import { KEY, startRegister } from './register-process';
import { startUsual, type Usual } from './usual';
import { providerKey } from '@app/synthetic/names';

const ROUNDS = 7;
const ALONE = 400;
const TOGETHER = 4_000;
const POSTERS = 32;
const OVER_HTTP = 'HTTP/1.1\r\nContent-Type: ';

/**
 * Durable posts, each with every rule judged: over HTTP, beside the usual answer, which stores a row with one call of the
 * database; then in one process, beside single commits of the same bytes to the same disk by the binding itself.
 */
export async function posts(): Promise<void> {
  await overHttp();
  await inProcess();
}

async function overHttp(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'register-bench-'));
  const register = await startRegister(`sqlite:${join(folder, 'register.db')}`);
  let count = 0;
  const events = (length: number) =>
    Array.from({ length }, () => {
      const n = count++;
      return JSON.stringify({
        specversion: '1.0',
        source: 'https://bench.example/feed',
        id: `e${n}`,
        type: 'ProviderRegistered',
        subject: providerKey(n),
        data: { name: `Invented Guidance ${n}`, legalForm: 'company' },
      });
    });
  const head = `/v1/events ${OVER_HTTP}application/cloudevents+json\r\nAuthorization: Bearer ${KEY}`;
  const ours = (length: number, posters: number) => posted(register.port, head, events(length), posters);
  const theirs = (usual: Usual) =>
    posted(usual.port, `/events ${OVER_HTTP}application/json`, events(TOGETHER));
  const usual = await startUsual([], async (one) => (await theirs(one)).rate);
  const raw = rawTable(join(folder, 'raw.db'));
  await ours(TOGETHER, POSTERS);
  await ours(TOGETHER, POSTERS);
  const found = { alone: [] as Load[], together: [] as Load[], usual: [] as Load[] };
  const [commits, processor, processorOfUsual]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < ROUNDS; round++) {
    commits.push(
      await rate(ALONE, () => {
        raw.commit(ALONE);
      }),
    );
    found.alone.push(await ours(ALONE, 1));
    const before = await register.usage();
    found.together.push(await ours(TOGETHER, POSTERS));
    processor.push((((await register.usage()).processor - before.processor) / TOGETHER) * 1e6);
    if (!('port' in usual)) continue;
    const used = usual.processor();
    found.usual.push(await theirs(usual));
    processorOfUsual.push(((usual.processor() - used) / TOGETHER) * 1e6);
  }
  if ('port' in usual) await usual.stop();
  await register.stop();
  raw.close();
  rmSync(folder, { recursive: true });

  const figure = (loads: readonly Load[], name: keyof Load) => median(loads.map((one) => one[name]));
  const line = (what: string, loads: readonly Load[], costs: readonly number[] = []) => {
    const times = `p50 ${figure(loads, 'p50').toFixed(1)} ms, p99 ${figure(loads, 'p99').toFixed(1)} ms`;
    const cost = costs.length > 0 ? `, ${whole(median(costs))} µs of processor time` : '';
    report(what, whole(figure(loads, 'rate')), `${times}${cost}`, true);
  };
  line(`posts a second over HTTP, ${POSTERS} posters`, found.together, processor);
  if ('port' in usual) {
    line('posts a second, Fastify and PostgreSQL', found.usual, processorOfUsual);
    const multiple = median(found.together.map(({ rate }, i) => rate / (found.usual[i]?.rate ?? NaN)));
    report('  ours, as a multiple of those', multiple.toFixed(2), 'at least 2', multiple >= 2);
  } else report('  as a multiple of Fastify and PostgreSQL', '', `skipped: ${usual.missing}`, true);
  line('posts a second over HTTP, one poster', found.alone);
  const part = median(found.alone.map(({ rate }, i) => rate / (commits[i] ?? NaN)));
  report('  as a part of single commits of better-sqlite3', part.toFixed(2), 'at least 0.8', part >= 0.8);
}

/** A table of the binding itself, to which single rows of an event’s length are committed. */
function rawTable(file: string) {
  const raw = new Database(file);
  raw.pragma('journal_mode = WAL');
  raw.pragma('synchronous = FULL');
  raw.exec('CREATE TABLE log (position INTEGER PRIMARY KEY, event TEXT NOT NULL) STRICT');
  const insert = raw.prepare('INSERT INTO log VALUES (?, ?)');
  const text = 'x'.repeat(330);
  let committed = 0;
  return {
    commit(count: number) {
      for (let i = 0; i < count; i++) insert.run(committed++, text);
    },
    close: () => raw.close(),
  };
}

async function inProcess(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'register-bench-'));
  const log = await SqliteLog.open(join(folder, 'register.db'));
  const register = new EventIndex();
  const follower = new Follower(log, register);
  const following = follower.run();
  const writer = new Writer(log, register, follower, { clock: Date.now, calendar: 'manual' });
  const raw = rawTable(join(folder, 'raw.db'));
  let count = 0;

  const post = async () => {
    const n = count++;
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

  const [alone, together, commits]: [number[], number[], number[]] = [[], [], []];
  await postAlone();
  for (let round = 0; round < ROUNDS; round++) {
    commits.push(
      await rate(ALONE, () => {
        raw.commit(ALONE);
      }),
    );
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
  report('durable posts a second in process, one poster', whole(median(alone)), '', true);
  report('  as a part of single commits', ratio(alone).toFixed(2), 'at least 0.80', ratio(alone) >= 0.8);
  report(`durable posts a second in process, ${POSTERS} posters`, whole(median(together)), '', true);
  report('  as a multiple of single commits', ratio(together).toFixed(2), 'at least 3', ratio(together) >= 3);
}
