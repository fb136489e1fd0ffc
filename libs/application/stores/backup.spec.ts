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
import { leafHash } from '@app/event-store/leaf';
import { SqliteLog } from '@app/event-store/sqlite';
import Database from 'better-sqlite3';
import { SqliteAccessRecord } from '../access/sqlite-access-record';
import { backUp } from './backup';
import { restore, takeAsItIs } from './restore';
import { NotDone, type Manifest } from './backup-files';
import { importHistory } from '../posting/history-import';
import { dayOpened } from '../posting/registrar-postings';
import { filesOf } from './open';
import { ErasureList } from '../vault/erasure-list';
import { SqliteVault } from '../vault/sqlite-vault';

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

/** A stopped register: a log of four days, and a vault with a person. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'backup-'));
  const file = await SqliteLog.open(log());
  await importHistory(
    file,
    [0, 1, 2, 3].map((day) => ({ at: NOON + day * 86_400_000, ...dayOpened(20_000 + day) })),
  );
  await file.close();
  await inVault((vault) => vault.put(ADVISER, [], EXAMPLE));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function inVault<T>(look: (vault: SqliteVault) => Promise<T>): Promise<T> {
  const files = filesOf(log());
  const vault = SqliteVault.open(files.vault, ErasureList.open(files.erasures));
  try {
    return await look(vault);
  } finally {
    await vault.close();
  }
}

/** Every file of the register, except those that SQLite keeps beside them. */
const contents = () =>
  Object.fromEntries(
    readdirSync(at('data'))
      .filter((name) => !/-(?:lock|shm|wal)$/.test(name))
      .map((name) => [name, readFileSync(at('data', name)).toString('base64')]),
  );

describe('a backup', () => {
  test('says which files it has, when and by which release it was made, and how far its log goes', async () => {
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

  test('includes the access record, if there is one', async () => {
    const access = SqliteAccessRecord.open(filesOf(log()).access);
    await access.add([], [{ body: 'body:example', key: 'first', at: '2026-09-01T12:00:00.000Z' }], 10);
    await access.close();
    expect((await made()).files.map(({ holds }) => holds)).toEqual(['log', 'vault', 'access']);
    await restored();
    const back = new Database(filesOf(log()).access, { readonly: true });
    expect(back.prepare('SELECT count(*) FROM use').pluck().get()).toBe(1);
    back.close();
  });

  test('is not made in a folder with files, nor of a damaged log, and then leaves nothing behind', async () => {
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

  test('that is stopped leaves no personal data behind', async () => {
    const stop = new AbortController();
    stop.abort(new Error('Stopped'));
    await expect(made(at('backup'), stop.signal)).rejects.toThrow('Stopped');
    expect(readdirSync(folder)).toEqual(['data']);
  });
});

describe('a restore changes nothing if it is given a backup', () => {
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

  /** Changes the log of the backup, and records the new digest as the right one. */
  const forged = (sql: string) => {
    const file = at('backup', 'register.db');
    writeFileSync(file, whole);
    const database = new Database(file);
    database.function('leaf', (event) => Buffer.from(leafHash(String(event)), 'hex'));
    database.exec(sql);
    database.close();
    const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
    const files = manifest.files.map((one) =>
      one.holds === 'log' ? { ...one, bytes: statSync(file).size, sha256 } : one,
    );
    writeFileSync(at('backup', 'manifest.json'), JSON.stringify({ ...manifest, files }));
  };

  test('that lacks a file, or has a changed one', async () => {
    appendFileSync(at('backup', 'register.db'), 'x');
    await refused('is not what it was when it was made: choose another backup');
    rmSync(at('backup', 'register.db'));
    await refused('is missing in the backup: choose another backup');
  });

  test.each([
    ['has a gap', 'DELETE FROM log WHERE position = 2', 'events are missing'],
    [
      'has an event that this release does not know',
      `UPDATE log SET event = replace(event, 'DayOpened', 'DayClosed'); UPDATE log SET hash = leaf(event)`,
      'was written by a later release',
    ],
    [
      'has an event that was edited',
      `UPDATE log SET event = replace(event, '2024', '2025')`,
      'is not what was written',
    ],
    [
      'has an event that was edited with its hash',
      `UPDATE log SET event = replace(event, '"revision":2', '"revision":1'); UPDATE log SET hash = leaf(event)`,
      'cannot stand there',
    ],
    [
      'is not in the form in which a register writes',
      `UPDATE log SET event = replace(event, ',"id"', ', "id"'); UPDATE log SET hash = leaf(event)`,
      'not in the form',
    ],
    [
      'would be changed by what is appended to it',
      `CREATE TRIGGER bend AFTER INSERT ON log BEGIN UPDATE log SET event = '' WHERE position = new.position; END`,
      'it has a trigger bend',
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

  test('and a folder for the replaced files that has such files already', async () => {
    mkdirSync(at('old'));
    writeFileSync(at('old', 'register.db'), 'an older one');
    const before = contents();
    await expect(restored()).rejects.toThrow('name another folder');
    expect([contents(), readFileSync(at('old', 'register.db'), 'utf8')]).toEqual([before, 'an older one']);
  });
});

describe('a log that lacks what was acknowledged', () => {
  /** Deletes the end of the log, as an older copy would lack it. */
  const shortened = () => {
    const database = new Database(log());
    database.exec('DELETE FROM log WHERE position > 1');
    database.close();
  };
  const opening = async () => {
    const file = await SqliteLog.open(log());
    const head = await file.head();
    await file.close();
    return head;
  };

  test('is refused by a start and by a backup, until the operator takes it as it is', async () => {
    shortened();
    await expect(opening()).rejects.toThrow('--as-it-is');
    await expect(made()).rejects.toThrow('or not all of it');
    expect(await takeAsItIs(log(), { tell: () => undefined })).toEqual({
      head: '1',
      recordedAt: new Date(NOON + 86_400_000).toISOString(),
      before: 3,
    });
    expect(await opening()).toBe(1);
    expect((await made()).head).toBe('1');
  });

  test('is not taken as it is if it is not whole', async () => {
    const database = new Database(log());
    database.exec(`UPDATE log SET event = replace(event, '2024', '2025') WHERE position = 3`);
    database.close();
    await expect(takeAsItIs(log(), { tell: () => undefined })).rejects.toThrow('is not what was written');
    await expect(opening()).rejects.toThrow();
  });

  test('starts after a restore, which replaces the head', async () => {
    await made();
    const file = await SqliteLog.open(log());
    await importHistory(file, [{ at: NOON + 5 * 86_400_000, ...dayOpened(20_004) }]);
    await file.close();
    await restored();
    expect(readFileSync(filesOf(log()).head, 'utf8')).toContain('"position":"3"');
    expect(readFileSync(at('old', 'register.head'), 'utf8')).toContain('"position":"4"');
    expect(await opening()).toBe(3);
  });
});

test('only its own user can open the files of a register and of its backup, whatever the umask', async () => {
  const umask = process.umask(0);
  try {
    rmSync(at('data'), { recursive: true });
    const file = await SqliteLog.open(log());
    await importHistory(file, [{ at: NOON, ...dayOpened(20_000) }]);
    await inVault((vault) => vault.put(ADVISER, [], EXAMPLE));
    const access = SqliteAccessRecord.open(filesOf(log()).access);
    const names = readdirSync(at('data'));
    expect(names).toEqual(
      expect.arrayContaining(['register.db-wal', 'register.db-shm', 'register.db-lock', 'register.head']),
    );
    await access.close();
    await file.close();
    await made();
    await restored();
    for (const folderOf of ['data', 'backup', 'old'])
      for (const path of [at(folderOf), ...readdirSync(at(folderOf)).map((name) => at(folderOf, name))])
        expect([path, statSync(path).mode & 0o077]).toEqual([path, 0]);
  } finally {
    process.umask(umask);
  }
});

describe('a restored vault', () => {
  test('lacks persons erased since, by the list, by the replaced vault, or by both', async () => {
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

  test.each([
    ['lost its last line break', (list: string) => list.trimEnd(), 0],
    ['has the line ends of another system', (list: string) => list.replaceAll('\n', '\r\n'), 0],
    ['was cut off in a further line', (list: string) => `${list}2026-09-04T12:00:00.000Z adv`, 1],
  ])('lacks persons erased since, also if the list %s', async (_, change, passedOver) => {
    await made();
    await inVault((vault) => vault.erase([ADVISER.key], '2026-09-03T12:00:00.000Z'));
    const list = change(readFileSync(filesOf(log()).erasures, 'utf8'));
    rmSync(at('data'), { recursive: true });
    mkdirSync(at('data'));
    writeFileSync(filesOf(log()).erasures, list);
    expect(await restored()).toMatchObject({ erasedAgain: 1, passedOver });
    expect(await inVault((one) => one.kept())).toEqual([]);
  });

  test('keeps a person who was put again after an erasure that the backup knows of', async () => {
    await inVault(async (vault) => {
      await vault.erase([ADVISER.key], '2026-09-01T12:00:00.000Z');
      await vault.put(ADVISER, [], EXAMPLE);
    });
    await made();
    expect((await restored()).erasedAgain).toBe(0);
    expect(await inVault((vault) => vault.kept())).toHaveLength(1);
  });
});
