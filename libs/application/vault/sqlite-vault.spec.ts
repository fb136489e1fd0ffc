/// <reference types="jest" />
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { SqliteVault, VaultDamaged } from './sqlite-vault';
import { VaultFile, type Call } from './vault-file';
import { vaultContract } from './vault.contract';
import { VaultUnavailable } from './vault';

const directories: string[] = [];
const handles: SqliteVault[] = [];

function newFile(): string {
  const directory = mkdtempSync(join(tmpdir(), 'vault-'));
  directories.push(directory);
  return join(directory, 'register.vault.db');
}

function opened(file: string): SqliteVault {
  const vault = SqliteVault.open(file);
  handles.push(vault);
  return vault;
}

async function closeAll(): Promise<void> {
  for (const handle of handles.splice(0)) await handle.close();
}

afterEach(closeAll);
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

vaultContract('a vault in SQLite', () => {
  const file = newFile();
  return Promise.resolve({
    vault: opened(file),
    reopened: async () => {
      await closeAll();
      return opened(file);
    },
    done: closeAll,
  });
});

const A = { key: 'adviser:example0001', registration: 1 };
const EXAMPLE = { name: 'Example Person', contact: 'person@example.org', public: true };

describe('a vault in SQLite', () => {
  let file: string;
  beforeEach(() => {
    file = newFile();
  });

  /** A vault with an entry, closed. */
  const filled = async () => {
    const vault = opened(file);
    await vault.put(A, [], EXAMPLE);
    await closeAll();
  };

  test('makes the file, and the directories to it, for the eyes of its own user alone', async () => {
    const deeper = join(file, '..', 'a', 'b', 'register.vault.db');
    await opened(deeper).put(A, [], EXAMPLE);
    const directory = join(deeper, '..');
    expect(readdirSync(directory).sort()).toEqual([
      'register.vault.db',
      'register.vault.db-shm',
      'register.vault.db-wal',
    ]);
    for (const name of readdirSync(directory)) expect(statSync(join(directory, name)).mode & 0o077).toBe(0);
  });

  test('is one file when it is closed', async () => {
    await filled();
    expect(readdirSync(join(file, '..'))).toEqual(['register.vault.db']);
  });

  test('is read by others while it is open', async () => {
    await opened(file).put(A, [], EXAMPLE);
    expect(await opened(file).kept()).toEqual([
      { ...A, shown: { name: 'Example Person', contact: 'person@example.org' } },
    ]);
  });

  test('goes on where a backup has lost the mark of its write-ahead log', async () => {
    await filled();
    const backup = newFile();
    new Database(file, { readonly: true }).exec(`VACUUM INTO '${backup}'`);
    expect(await opened(backup).kept()).toHaveLength(1);
  });

  test('clears away what a crash left of one that was being made', async () => {
    writeFileSync(`${file}-new`, 'half of a vault');
    await filled();
    expect(readdirSync(join(file, '..'))).toEqual(['register.vault.db']);
  });

  /** Every byte in the files of the vault. */
  const bytes = () => {
    const directory = join(file, '..');
    return Buffer.concat(readdirSync(directory).map((name) => readFileSync(join(directory, name))));
  };
  const NOON = '2026-09-01T12:00:00.000Z';

  test.each([
    ['replaced', (vault: SqliteVault) => vault.put(A, [], { name: 'Other', public: false })],
    ['erased', (vault: SqliteVault) => vault.erase([A.key], NOON)],
  ])('has nothing left in any of its files, while it is open, of what is %s', async (_, change) => {
    const vault = opened(file);
    await vault.put(A, [], EXAMPLE);
    expect(bytes().includes(EXAMPLE.name)).toBe(true);
    await change(vault);
    expect(existsSync(`${file}-wal`)).toBe(true);
    for (const one of [EXAMPLE.name, EXAMPLE.contact]) expect(bytes().includes(one)).toBe(false);
  });

  test('nor what SQLite left of it elsewhere when it moved rows', async () => {
    const vault = opened(file);
    const keyOf = (i: number) => ({ key: `adviser:example${1000 + i}`, registration: 1 });
    for (let i = 0; i < 100; i++) {
      const name = `Example-${i}-${'x'.repeat((i * 37) % 180)}`;
      await vault.put(keyOf(i), [], { name, public: false });
    }
    const erased = Array.from({ length: 60 }, (_, i) => (i * 11) % 100);
    for (const i of erased) await vault.erase([keyOf(i).key], NOON);
    const left = bytes();
    expect(erased.filter((i) => left.includes(`Example-${i}-`))).toEqual([]);
    expect(await vault.kept()).toHaveLength(40);
  });

  test('nor what a crash left in the write-ahead log, once it is opened again', async () => {
    const crashing = opened(file);
    await crashing.put(A, [], EXAMPLE);
    const other = new Database(file);
    other.pragma('secure_delete = ON');
    other.exec('DELETE FROM person');
    expect(bytes().includes(EXAMPLE.name)).toBe(true);
    opened(file);
    expect(bytes().includes(EXAMPLE.name)).toBe(false);
    other.close();
  });

  test('says that it is not done while another program’s reading keeps it in the write-ahead log', async () => {
    const vault = opened(file);
    await vault.put(A, [], EXAMPLE);
    const other = new Database(file);
    other.exec('BEGIN; SELECT * FROM person;');
    other.prepare('SELECT * FROM person').all();
    await expect(vault.erase([A.key], NOON)).rejects.toThrow('another program is reading it');
    expect(() => opened(file)).toThrow(VaultUnavailable);
    other.close();
    await vault.erase([A.key], NOON);
    expect(bytes().includes(EXAMPLE.name)).toBe(false);
    expect(await vault.kept()).toEqual([]);
  });

  describe('is written anew', () => {
    const B = { key: 'adviser:example0002', registration: 2 };
    const put = (key: typeof A, name: string): Call => ({
      name: 'put',
      args: [key, [], { ...EXAMPLE, name }],
    });
    const erase = (key: string): Call => ({ name: 'erase', args: [[key], NOON] });
    /** How often the file was written anew while calls were answered: SQLite counts that in the file. */
    const writings = (...calls: Call[]) => {
      const version = () => {
        const reader = new Database(file, { readonly: true });
        const found = reader.pragma('schema_version', { simple: true }) as number;
        reader.close();
        return found;
      };
      const vault = new VaultFile({ file, list: undefined });
      const before = version();
      expect(vault.answer(calls).every((outcome) => 'value' in outcome)).toBe(true);
      const after = version();
      vault.close();
      return after - before;
    };
    beforeEach(filled);

    test('once for all who wait for it', () => {
      expect(writings(put(B, 'Second'))).toBe(0);
      expect(writings(put(A, 'Other'), erase(A.key), erase(B.key))).toBe(1);
      expect(bytes().includes('Second')).toBe(false);
    });

    test('not for an erasure of nothing, nor for what is kept already', () => {
      expect(writings(erase(B.key), put(A, EXAMPLE.name))).toBe(0);
      expect(writings(erase(A.key))).toBe(1);
      expect(writings(erase(A.key))).toBe(0);
    });
  });

  test('does each call by itself where all at once cannot be done', async () => {
    await filled();
    const vault = opened(file);
    const other = new Database(file);
    other.exec(`CREATE TRIGGER full BEFORE INSERT ON reading BEGIN SELECT RAISE(ABORT, 'no room'); END`);
    other.close();
    const B = { key: 'adviser:example0002', registration: 2 };
    const [first, reading, second] = await Promise.allSettled([
      vault.put(B, [], EXAMPLE),
      vault.read([A], { body: 'body:registrar', at: NOON }),
      vault.erase([A.key], NOON),
    ]);
    expect([first.status, reading.status, second.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await vault.kept()).map(({ key }) => key)).toEqual([B.key]);
  });

  test('is there again for the next call where its thread was lost', async () => {
    await filled();
    const vault = opened(file);
    const hidden = join(file, '..', 'hidden');
    renameSync(file, hidden);
    await expect(vault.kept()).rejects.toBeInstanceOf(VaultUnavailable);
    renameSync(hidden, file);
    expect(await vault.kept()).toHaveLength(1);
  });

  describe('is refused, and left as it is, where', () => {
    test.each([
      ['it is empty', () => Buffer.alloc(0), 'it is not the vault of a register'],
      ['it is no SQLite file', () => Buffer.alloc(8192, 'x'), 'not a database'],
      ['its end is missing', (whole: Buffer) => whole.subarray(0, 8192), 'is not whole'],
      [
        'its middle is damaged',
        (whole: Buffer) =>
          Buffer.concat([whole.subarray(0, 4096), Buffer.alloc(4096, 'x'), whole.subarray(8192)]),
        'is not whole',
      ],
    ])('%s', async (_, damage, says) => {
      await filled();
      const broken = damage(readFileSync(file));
      writeFileSync(file, broken);
      expect(() => opened(file)).toThrow(VaultDamaged);
      expect(() => opened(file)).toThrow(says);
      expect(() => opened(file)).toThrow(file);
      expect(readFileSync(file).equals(broken)).toBe(true);
    });

    test('it is another program’s, or of a release that does not exist yet', async () => {
      await filled();
      const change = (pragma: string) => {
        const database = new Database(file);
        database.pragma(pragma);
        database.close();
      };
      change('user_version = 2');
      expect(() => opened(file)).toThrow('its layout is 2');
      change('application_id = 1');
      expect(() => opened(file)).toThrow('it is not the vault of a register');
    });

    test.each([
      ['a table is missing in it', 'DROP TABLE reading', 'it has no table reading'],
      [
        'what is erased would come back in it',
        'CREATE TRIGGER keep AFTER DELETE ON person BEGIN INSERT INTO person VALUES (old.key, 1, old.name, old.contact, 1); END',
        'it has a trigger keep',
      ],
      ['it has a view', 'CREATE VIEW names AS SELECT name FROM person', 'it has a view names'],
      ['it has another table', 'CREATE TABLE copy (name TEXT)', 'it has a table copy'],
      ['a table has another column', 'ALTER TABLE person ADD COLUMN more TEXT', 'its table person is not'],
    ])('%s', async (_, sql, says) => {
      await filled();
      const database = new Database(file);
      database.exec(sql);
      database.close();
      expect(() => opened(file)).toThrow(VaultDamaged);
      expect(() => opened(file)).toThrow(says);
    });

    test('only the write-ahead log of one is left', () => {
      writeFileSync(`${file}-wal`, 'what was put last');
      expect(() => opened(file)).toThrow(VaultDamaged);
    });

    test('the path leads to a directory', () => {
      expect(() => opened(join(file, '..'))).toThrow(VaultUnavailable);
    });

    const asRoot = process.getuid?.() === 0;
    (asRoot ? test.skip : test)('it may not be written, and nothing is left beside it', async () => {
      await filled();
      chmodSync(file, 0o444);
      expect(() => opened(file)).toThrow('the user that the register runs as may not write there');
      expect(readdirSync(join(file, '..'))).toEqual(['register.vault.db']);
      chmodSync(file, 0o600);
      expect(await opened(file).kept()).toHaveLength(1);
    });
  });

  test('does nothing by halves: what cannot be recorded as read is not given', async () => {
    await filled();
    const vault = opened(file);
    const other = new Database(file);
    other.exec(`CREATE TRIGGER full BEFORE INSERT ON reading BEGIN SELECT RAISE(ABORT, 'no room'); END`);
    other.close();
    await expect(vault.read([A], { body: 'body:registrar', at: '' })).rejects.toBeInstanceOf(
      VaultUnavailable,
    );
    expect((await vault.readings([A.key])).items).toEqual([]);
  });
});
