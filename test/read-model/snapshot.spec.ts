/// <reference types="jest" />
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { hash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteLog } from '@app/event-store/sqlite';
import { Follower } from '@app/read-model/follower';
import { EventIndex } from '@app/read-model/index/event-index';
import { ProviderSearch } from '@app/read-model/search/provider-search';
import { UnfitSnapshot } from '@app/read-model/snapshot/sections';
import { readSnapshot } from '@app/read-model/snapshot/snapshot-file';
import { Snapshots } from '@app/read-model/snapshot/snapshots';
import type { StoredEvent } from '@app/domain/log/stored-event';
import { everything } from './everything';
import { randomLog, registerOf } from './logs';

const folder = mkdtempSync(join(tmpdir(), 'snapshot-'));
const logs: SqliteLog[] = [];
let made = 0;

afterEach(async () => {
  for (const log of logs.splice(0)) await log.close();
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function logOf(texts: readonly string[]): Promise<string> {
  const file = join(folder, `${made++}.db`);
  const log = await SqliteLog.open(file);
  for (let at = 0; at < texts.length; at += 500) await log.append(texts.slice(at, at + 500), at - 1);
  await log.close();
  return file;
}

/** A read model of the log in a file, before it has read anything. */
async function modelOf(file: string, snapshot: string, release = '1.0.0') {
  const log = await SqliteLog.open(file);
  logs.push(log);
  const register = new EventIndex();
  const search = new ProviderSearch(register);
  const snapshots = new Snapshots({ file: snapshot, release }, log, log.rows, register, [search], 1);
  const follower = new Follower(log, register, [search]);
  const read = async () => {
    void follower.run();
    await follower.reached(await log.head());
    follower.stop();
  };
  return { log, register, search, snapshots, read };
}

/** A snapshot of a log, up to its head. */
async function saved(file: string): Promise<string> {
  const snapshot = join(folder, `${made++}.snapshot`);
  const { snapshots, read } = await modelOf(file, snapshot);
  await read();
  await snapshots.save();
  await logs.pop()?.close();
  return snapshot;
}

function found(search: ProviderSearch): unknown {
  return [undefined, 'trust', 'ltd'].map((text) => search.find({ text, after: undefined, limit: 500 }));
}

describe('a read model from a snapshot', () => {
  test.each([1, 2])('is the same as one that is read from nothing (history %i)', async (seed) => {
    const texts = randomLog(seed);
    const cut = Math.floor((texts.length * seed) / 3);
    const file = await logOf(texts.slice(0, cut));
    const snapshot = await saved(file);
    const { log, register, search, snapshots, read } = await modelOf(file, snapshot);
    expect(await snapshots.load()).toEqual({ outcome: 'loaded', position: cut - 1 });
    await log.append(texts.slice(cut), cut - 1);
    await read();

    const anew = registerOf(texts);
    const searched = new ProviderSearch(anew);
    anew.replay(searched);
    expect(everything(register, register.head, texts)).toEqual(everything(anew, anew.head, texts));
    expect(everything(register, cut >> 1, texts)).toEqual(everything(anew, cut >> 1, texts));
    expect(found(search)).toEqual(found(searched));
    for (const text of texts) {
      const { body, source, id, position, subject } = JSON.parse(text) as StoredEvent;
      const at = Number(position);
      expect(register.submitted(body, source, id)).toBe(at);
      expect(register.submitted(body, source, `${id}-other`)).toBeUndefined();
      expect([register.recordedAt(at), register.hash(at), register.todayAt(at)]).toEqual([
        anew.recordedAt(at),
        anew.hash(at),
        anew.todayAt(at),
      ]);
      expect(register.countAbout(subject)).toBe(anew.countAbout(subject));
      expect(register.identityStreams(subject)).toEqual(anew.identityStreams(subject));
      const [posted, postedAnew] = [register.postedBy(body), anew.postedBy(body)];
      expect(posted.countUpTo(at)).toBe(postedAnew.countUpTo(at));
    }
    for (let place = 0; place < 1 << 18; place += 7)
      expect(register.mostPosted(place)).toBe(anew.mostPosted(place));
    expect([...register.chains.touched(cut, anew.head)].sort()).toEqual(
      [...anew.chains.touched(cut, anew.head)].sort(),
    );

    await snapshots.fetch(new AbortController().signal);
    expect(snapshots.isChecking).toBe(true);
    await snapshots.verify();
    expect(snapshots.isChecking).toBe(false);
  });

  test('is saved again once events have come, and the first snapshot stays while it is checked', async () => {
    const texts = randomLog(5);
    const file = await logOf(texts.slice(0, 100));
    const snapshot = await saved(file);
    const { log, snapshots, read } = await modelOf(file, snapshot);
    await snapshots.load();
    await log.append(texts.slice(100), 99);
    await read();
    expect(snapshots.since).toBe(texts.length - 100);
    const before = readFileSync(snapshot);
    await snapshots.save();
    expect(readFileSync(snapshot)).toEqual(before);
    await snapshots.verify();
    await snapshots.save();
    expect(snapshots.since).toBe(0);
    await logs.pop()?.close();
    const again = await modelOf(file, snapshot);
    expect(await again.snapshots.load()).toEqual({ outcome: 'loaded', position: texts.length - 1 });
    expect(statSync(snapshot).mode & 0o777).toBe(0o600);
  });

  test('has a key for ids of its own, which is new where the log was read', async () => {
    const file = await logOf(randomLog(1));
    const [one, other] = [await saved(file), await saved(file)];
    expect(readFileSync(one).equals(readFileSync(other))).toBe(false);
  });
});

describe('a snapshot is not used', () => {
  const texts = randomLog(6);
  let file: string;
  let snapshot: string;
  let whole: Buffer;

  beforeAll(async () => {
    file = await logOf(texts);
    snapshot = await saved(file);
    whole = readFileSync(snapshot);
  });

  /** What comes of a start with these bytes for a snapshot; the log is then read as if there were none. */
  async function outcomeOf(bytes: Buffer, release?: string): Promise<unknown> {
    writeFileSync(snapshot, bytes);
    const { register, snapshots } = await modelOf(file, snapshot, release);
    const outcome = await snapshots.load();
    expect(register.head).toBe(outcome.outcome === 'loaded' ? texts.length - 1 : -1);
    await logs.pop()?.close();
    return outcome;
  }

  function read(bytes: Buffer) {
    writeFileSync(snapshot, bytes);
    return readSnapshot(snapshot);
  }

  /** The same content with another head line, and the checksum that belongs to it. */
  function withHead(change: (head: Record<string, unknown>) => Record<string, unknown>): Buffer {
    const end = whole.indexOf('\n') + 1;
    const line = JSON.stringify(
      change(JSON.parse(whole.toString('utf8', 0, end)) as Record<string, unknown>),
    );
    const head = Buffer.from(`${line.padEnd(Math.ceil((line.length + 1) / 8) * 8 - 1)}\n`);
    const content = Buffer.concat([head, whole.subarray(end, -65)]);
    return Buffer.concat([content, Buffer.from(`${hash('sha256', content)}\n`)]);
  }

  const unfit = (why: RegExp) => ({ outcome: 'unfit', why: expect.stringMatching(why) as string });

  test('if there is none', async () => {
    rmSync(snapshot);
    const { snapshots } = await modelOf(file, snapshot);
    expect(await snapshots.load()).toEqual({ outcome: 'none' });
  });

  test('if it is torn, at whatever length', async () => {
    for (let length = 0; length < whole.length; length += 1 + Math.floor(whole.length / 61))
      expect(() => read(whole.subarray(0, length))).toThrow(UnfitSnapshot);
    expect(await outcomeOf(whole.subarray(0, -1))).toEqual(unfit(/not whole|checksum/));
    expect(await outcomeOf(Buffer.concat([whole, Buffer.from('\n')]))).toEqual(unfit(/checksum/));
  });

  test('if any bit of it has flipped', () => {
    for (let at = 0; at < whole.length; at += 1 + Math.floor(whole.length / 61)) {
      const flipped = Buffer.from(whole);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
      expect(() => read(flipped)).toThrow(UnfitSnapshot);
    }
    expect(read(whole)?.origin.position).toBe(texts.length - 1);
  });

  test('if another release wrote it, or in another format, or with other parts', async () => {
    expect(await outcomeOf(whole, '1.0.1')).toEqual(unfit(/^release 1\.0\.0 wrote it$/));
    expect(await outcomeOf(withHead((head) => ({ ...head, format: 0 })))).toEqual(unfit(/^it has format 0,/));
    const renamed = withHead((head) => ({
      ...head,
      sections: (head['sections'] as { name: string }[]).map((one) =>
        one.name === 'index/streams/last' ? { ...one, name: 'index/streams/lost' } : one,
      ),
    }));
    expect(await outcomeOf(renamed)).toEqual(unfit(/^it has other parts/));
    expect(await outcomeOf(withHead((head) => head))).toEqual({
      outcome: 'loaded',
      position: texts.length - 1,
    });
  });

  test('if it is of another log, or of one that went on otherwise or not as far', async () => {
    const other = await saved(await logOf(randomLog(7)));
    expect(await outcomeOf(readFileSync(other))).toEqual(unfit(/another log|ends at/));
    const cut = await logOf(texts.slice(0, -3));
    copyFileSync(snapshot, join(folder, 'cut.snapshot'));
    writeFileSync(join(folder, 'cut.snapshot'), whole);
    const short = await modelOf(cut, join(folder, 'cut.snapshot'));
    expect(await short.snapshots.load()).toEqual(
      unfit(new RegExp(`^it goes to ${texts.length - 1}, and the log ends at ${texts.length - 4}$`)),
    );
    const last = JSON.parse(texts.at(-1) ?? '') as StoredEvent;
    const otherwise = await logOf([...texts.slice(0, -1), JSON.stringify({ ...last, id: 'another' })]);
    const forked = await modelOf(otherwise, join(folder, 'cut.snapshot'));
    expect(await forked.snapshots.load()).toEqual(
      unfit(new RegExp(`^another event stands in the log at ${texts.length - 1}$`)),
    );
  });

  test('and what stood in the log before its end when it was written is held against that', async () => {
    const [at, text] = [5, texts[5] ?? ''];
    const changed = await logOf([
      ...texts.slice(0, at),
      JSON.stringify({ ...(JSON.parse(text) as StoredEvent), id: 'another' }),
      ...texts.slice(at + 1),
    ]);
    writeFileSync(snapshot, whole);
    const { snapshots } = await modelOf(changed, snapshot);
    expect(await snapshots.load()).toMatchObject({ outcome: 'loaded' });
    await snapshots.fetch(new AbortController().signal);
    await expect(snapshots.verify()).rejects.toThrow('The log has other events up to');
    await snapshots.save();
    expect(readFileSync(snapshot)).toEqual(whole);
    expect(existsSync(`${snapshot}-new`)).toBe(false);
  });
});
