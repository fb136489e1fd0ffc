/// <reference types="jest" />
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteLog } from '@app/event-store/sqlite';
import Database from 'better-sqlite3';
import { SqliteAccessRecord } from './access/sqlite-access-record';
import { backUp, NotDone, restore, type Manifest } from './backup';
import { record } from './chronicle';
import { dayOpened } from './first-start';
import { filesOf, openVault } from './store';

const NOON = Date.UTC(2026, 8, 1, 12);
const ADVISER = { key: 'adviser:example0001', registration: 1 };
const EXAMPLE = { name: 'Example Person', public: true };

let folder: string;
const at = (...names: readonly string[]) => join(folder, ...names);
const log = () => at('data', 'register.db');
const made = (target = at('backup'), signal = new AbortController().signal) =>
  backUp(log(), target, { now: NOON, release: '0.0.0', tell: () => undefined, signal });
const restored = (replaced: string | undefined = at('old'), withoutErasures = false) =>
  restore(at('backup'), log(), { replaced, withoutErasures, tell: () => undefined });

/** A register that is stopped: a log of four days, and a vault with a person. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'backup-'));
  const file = await SqliteLog.open(log());
  await record(
    file,
    [0, 1, 2, 3].map((day) => ({ at: NOON + day * 86_400_000, ...dayOpened(20_000 + day) })),
  );
  await file.close();
  await inVault((vault) => vault.put(ADVISER, [], EXAMPLE));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function inVault<T>(look: (vault: ReturnType<typeof openVault>) => Promise<T>): Promise<T> {
  const vault = openVault({ kind: 'sqlite', file: log() });
  try {
    return await look(vault);
  } finally {
    await vault.close();
  }
}

/** Every file of the register, but for what SQLite has beside them. */
const contents = () =>
  Object.fromEntries(
    readdirSync(at('data'))
      .filter((name) => !/-(?:lock|shm|wal)$/.test(name))
      .map((name) => [name, readFileSync(at('data', name)).toString('base64')]),
  );

describe('a backup', () => {
  test('says what it holds, when it was made, by which release, and up to where', async () => {
    const manifest = await made();
    expect(manifest).toMatchObject({
      made: new Date(NOON).toISOString(),
      release: '0.0.0',
      head: '3',
      recordedAt: new Date(NOON + 3 * 86_400_000).toISOString(),
      files: [{ holds: 'log' }, { holds: 'vault' }],
    });
    expect(JSON.parse(readFileSync(at('backup', 'manifest.json'), 'utf8'))).toEqual(manifest);
  });

  test('has the record of access too, where there is one', async () => {
    const access = SqliteAccessRecord.open(filesOf(log()).access);
    await access.add([], [{ body: 'body:example', key: 'first', at: '2026-09-01T12:00:00.000Z' }], 10);
    await access.close();
    expect((await made()).files.map(({ holds }) => holds)).toEqual(['log', 'vault', 'access']);
    await restored();
    const back = new Database(filesOf(log()).access, { readonly: true });
    expect(back.prepare('SELECT count(*) FROM use').pluck().get()).toBe(1);
    back.close();
  });

  test('is not made where anything is there, nor of a log that is damaged, and leaves nothing behind then', async () => {
    mkdirSync(at('backup'));
    writeFileSync(at('backup', 'note'), '');
    await expect(made()).rejects.toBeInstanceOf(NotDone);
    const database = new Database(log());
    database.exec('UPDATE log SET position = 9 WHERE position = 3');
    database.close();
    await expect(made(at('other'))).rejects.toThrow('events are missing');
    expect(readdirSync(folder).sort()).toEqual(['backup', 'data']);
    expect(readdirSync(at('backup'))).toEqual(['note']);
  });

  test('that is stopped leaves nothing of a person behind', async () => {
    const stop = new AbortController();
    stop.abort(new Error('Stopped'));
    await expect(made(at('backup'), stop.signal)).rejects.toThrow('Stopped');
    expect(readdirSync(folder)).toEqual(['data']);
  });
});

describe('nothing is changed by a backup', () => {
  const refused = async (says: string) => {
    const before = contents();
    await expect(restored()).rejects.toThrow(says);
    expect(contents()).toEqual(before);
    expect(existsSync(at('old'))).toBe(false);
  };
  let whole: Buffer;
  let manifest: Manifest;
  beforeEach(async () => {
    manifest = await made();
    whole = readFileSync(at('backup', 'register.db'));
  });

  /** Changes the log of the backup, and gives its new digest out for the right one. */
  const forged = (sql: string) => {
    const file = at('backup', 'register.db');
    writeFileSync(file, whole);
    const database = new Database(file);
    database.exec(sql);
    database.close();
    const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
    const files = manifest.files.map((one) =>
      one.holds === 'log' ? { ...one, bytes: statSync(file).size, sha256 } : one,
    );
    writeFileSync(at('backup', 'manifest.json'), JSON.stringify({ ...manifest, files }));
  };

  test('of which a file is missing, or is not what it was', async () => {
    appendFileSync(at('backup', 'register.db'), 'x');
    await refused('is not what it was');
    rmSync(at('backup', 'register.db'));
    await refused('is missing in the backup');
  });

  test.each([
    ['has a gap', 'DELETE FROM log WHERE position = 2', 'events are missing'],
    [
      'has an event that this release does not know',
      `UPDATE log SET event = replace(event, 'DayOpened', 'DayClosed')`,
      'is not one of this version’s',
    ],
    ['is shorter than it was', 'DELETE FROM log WHERE position = 3', 'its manifest says'],
  ])('whose log %s', async (_, sql, says) => {
    forged(sql);
    await refused(says);
  });

  test.each(['', '{', '{}', '[]'])('whose manifest is %j', async (text) => {
    writeFileSync(at('backup', 'manifest.json'), text);
    await refused('is not the manifest of a backup');
  });

  test('whose manifest is of a later form, or leads out of its folder', async () => {
    writeFileSync(at('backup', 'manifest.json'), JSON.stringify({ ...manifest, format: 2 }));
    await refused('is not the manifest of a backup');
    const files = manifest.files.map((one) => ({ ...one, name: '../data/register.db' }));
    writeFileSync(at('backup', 'manifest.json'), JSON.stringify({ ...manifest, files }));
    await refused('is not the manifest of a backup');
  });

  test('where the folder for what is replaced has such files already', async () => {
    mkdirSync(at('old'));
    writeFileSync(at('old', 'register.db'), 'an older one');
    const before = contents();
    await expect(restored()).rejects.toThrow('name another folder');
    expect([contents(), readFileSync(at('old', 'register.db'), 'utf8')]).toEqual([before, 'an older one']);
  });
});

describe('a restored vault', () => {
  test('lacks who was erased since, by the list alone, by the replaced vault alone, and by both', async () => {
    await made();
    await inVault((vault) => vault.erase([ADVISER.key], '2026-09-03T12:00:00.000Z'));
    const list = readFileSync(filesOf(log()).erasures);
    const vault = readFileSync(filesOf(log()).vault);
    const cases = [
      { list, vault },
      { list, vault: undefined },
      { list: undefined, vault },
      { list, vault: Buffer.from('damaged') },
    ];
    for (const left of cases) {
      rmSync(at('data'), { recursive: true });
      mkdirSync(at('data'));
      rmSync(at('old'), { recursive: true, force: true });
      if (left.list) writeFileSync(filesOf(log()).erasures, left.list);
      if (left.vault) writeFileSync(filesOf(log()).vault, left.vault);
      expect((await restored()).erasedAgain).toBe(1);
      expect(await inVault((one) => one.kept())).toEqual([]);
      expect(readFileSync(filesOf(log()).vault).includes(EXAMPLE.name)).toBe(false);
      expect(readFileSync(filesOf(log()).erasures)).toEqual(list);
    }
  });

  test('has who was put again after an erasure that the backup knows of', async () => {
    await inVault(async (vault) => {
      await vault.erase([ADVISER.key], '2026-09-01T12:00:00.000Z');
      await vault.put(ADVISER, [], EXAMPLE);
    });
    await made();
    expect((await restored()).erasedAgain).toBe(0);
    expect(await inVault((vault) => vault.kept())).toHaveLength(1);
  });
});
