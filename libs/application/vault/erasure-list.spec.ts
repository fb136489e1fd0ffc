/// <reference types="jest" />
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { ErasureList, ErasureListDamaged } from './erasure-list';
import { SqliteVault } from './sqlite-vault';
import { VaultUnavailable } from './vault';

const NOON = '2026-09-01T12:00:00.000Z';
const LATER = '2026-09-02T12:00:00.000Z';
const A = { key: 'adviser:example0001', registration: 1 };
const B = { key: 'ukprn:10000001', registration: 2 };
const EXAMPLE = { name: 'Example Person', contact: 'person@example.org', public: true };
const REQUEST = 'the hash of a request';

let folder: string;
let vaultFile: string;
let listFile: string;
const vaults: SqliteVault[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'erasures-'));
  vaultFile = join(folder, 'register.vault.db');
  listFile = join(folder, 'register.erasures');
});
afterEach(async () => {
  await closed();
  rmSync(folder, { recursive: true, force: true });
});

const closed = async () => {
  for (const vault of vaults.splice(0)) await vault.close();
};
const opened = () => {
  const vault = SqliteVault.open(vaultFile, ErasureList.open(listFile));
  vaults.push(vault);
  return vault;
};
const lines = () => readFileSync(listFile, 'utf8');
const bytes = () => Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));

describe('the list of erasures', () => {
  test('is made where there is none, for the eyes of its own user alone', () => {
    expect(ErasureList.open(join(folder, 'deeper', 'register.erasures')).all()).toEqual([]);
    expect(statSync(join(folder, 'deeper', 'register.erasures')).mode & 0o077).toBe(0);
  });

  test('in whose place a folder is, is not had, and it is said what to do', () => {
    mkdirSync(listFile);
    expect(opened).toThrow(ErasureListDamaged);
    expect(opened).toThrow(/register\.erasures, which is not a file.*move it away/);
    rmdirSync(listFile);
    expect(opened()).toBeInstanceOf(SqliteVault);
  });

  test('has a line an erasure, in the order in which they were added', () => {
    const list = ErasureList.open(listFile);
    list.add([{ key: A.key, at: NOON }]);
    list.add([
      { key: B.key, at: LATER },
      { key: A.key, at: LATER },
    ]);
    expect(lines()).toBe(`${NOON} ${A.key}\n${LATER} ${B.key}\n${LATER} ${A.key}\n`);
    expect(ErasureList.open(listFile).all()).toEqual([
      { key: A.key, at: NOON },
      { key: B.key, at: LATER },
      { key: A.key, at: LATER },
    ]);
  });

  test('passes over a line that was cut off, which was never said to be done, and goes on in its place', () => {
    const list = ErasureList.open(listFile);
    list.add([{ key: A.key, at: NOON }]);
    appendFileSync(listFile, `${LATER} adviser:exam`);
    expect(list.all()).toEqual([{ key: A.key, at: NOON }]);
    list.add([{ key: B.key, at: LATER }]);
    expect(lines()).toBe(`${NOON} ${A.key}\n${LATER} ${B.key}\n`);
  });

  const [FIRST, LAST] = [`${NOON} ${A.key}`, `${LATER} ${B.key}`];
  const BOTH = [
    { key: A.key, at: NOON },
    { key: B.key, at: LATER },
  ];

  test.each([
    ['line feeds', `${FIRST}\n${LAST}\n`],
    ['carriage returns and line feeds', `${FIRST}\r\n${LAST}\r\n`],
    ['carriage returns', `${FIRST}\r${LAST}\r`],
    ['nothing after its last line', `${FIRST}\n${LAST}`],
    ['the same, with carriage returns', `${FIRST}\r\n${LAST}`],
    ['a mark at its beginning', `\uFEFF${FIRST}\r\n${LAST}\r\n`],
  ])('is read, and goes on with a line of its own, where its lines end with %s', (_, text) => {
    writeFileSync(listFile, text);
    const list = ErasureList.open(listFile);
    expect(list.read()).toEqual({ erasures: BOTH, passedOver: 0 });
    list.add([{ key: A.key, at: LATER }]);
    expect(list.all()).toEqual([...BOTH, { key: A.key, at: LATER }]);
    expect(
      lines().endsWith(
        `${B.key}${text.endsWith(B.key) ? '\n' : text.slice(text.lastIndexOf(B.key) + B.key.length)}${LATER} ${A.key}\n`,
      ),
    ).toBe(true);
  });

  test('says how many lines it has passed over', () => {
    writeFileSync(listFile, `${FIRST}\n${LATER} adviser:exam`);
    expect(ErasureList.open(listFile).read().passedOver).toBe(1);
  });

  test.each([`${LATER} adviser:exam`, 'x', '\0\0\0\0'])(
    'that holds bytes and no whole line keeps a vault from being opened, and is left as it is',
    (text) => {
      writeFileSync(listFile, text);
      expect(() => opened()).toThrow(ErasureListDamaged);
      expect(() => opened()).toThrow('has no line that is an erasure');
      expect(lines()).toBe(text);
    },
  );

  test('goes on in a long list without reading all of it', () => {
    const many = Array.from({ length: 1_000 }, (_, i) => ({ key: `adviser:example${1000 + i}`, at: NOON }));
    const list = ErasureList.open(listFile);
    list.add(many);
    list.add([{ key: B.key, at: LATER }]);
    expect(list.all()).toEqual([...many, { key: B.key, at: LATER }]);
  });

  test.each(['no erasure', NOON, `${NOON} `, `${NOON} Example Person`, `yesterday ${A.key}`, ''])(
    'that has a line “%s” keeps a vault from being opened',
    (line) => {
      writeFileSync(listFile, `${NOON} ${A.key}\n${line}\n`);
      expect(() => opened()).toThrow(ErasureListDamaged);
      expect(() => opened()).toThrow('line 2');
      expect(lines()).toBe(`${NOON} ${A.key}\n${line}\n`);
    },
  );
});

describe('a vault with a list of erasures', () => {
  test('adds each erasure to it once, of every key of the person, and of whom it holds nothing', async () => {
    const vault = opened();
    await vault.put(A, [], EXAMPLE);
    await vault.erase([A.key, B.key], NOON);
    await vault.erase([A.key, B.key], LATER);
    for (const _ of [1, 2]) await vault.erase(['adviser:neverkept'], LATER);
    expect(lines()).toBe(`${NOON} ${A.key}\n${NOON} ${B.key}\n${LATER} adviser:neverkept\n`);
  });

  test('adds it anew once a backup was put in its place, for a newer one may hold again what this one does not', async () => {
    await opened().put(A, [], EXAMPLE);
    await opened().erase([A.key], NOON);
    await closed();
    SqliteVault.open(vaultFile, ErasureList.open(listFile), true);
    await opened().erase([A.key], LATER);
    expect(lines()).toBe(`${NOON} ${A.key}\n${LATER} ${A.key}\n`);
  });

  test('erases again, when an older file was put back, who was erased since, and nothing of them is left', async () => {
    await opened().put(A, [], EXAMPLE);
    await opened().put(B, [], { name: 'Other Example', public: false });
    await opened().mint({ key: A.key, body: 'body:example-assessors', at: NOON }, REQUEST);
    await closed();
    copyFileSync(vaultFile, join(folder, 'backup'));
    await opened().erase([A.key], LATER);
    await closed();
    copyFileSync(join(folder, 'backup'), vaultFile);
    rmSync(join(folder, 'backup'));
    expect(bytes().includes(EXAMPLE.name)).toBe(true);
    const vault = opened();
    for (const one of [EXAMPLE.name, EXAMPLE.contact, REQUEST]) expect(bytes().includes(one)).toBe(false);
    expect(await vault.kept()).toEqual([B]);
    expect(await vault.erasures([A.key])).toEqual([{ key: A.key, at: LATER }]);
  });

  test('leaves alone who was put again after an erasure, at every start', async () => {
    const vault = opened();
    await vault.put(A, [], EXAMPLE);
    await vault.erase([A.key], NOON);
    await vault.put(A, [], EXAMPLE);
    await closed();
    expect(await opened().kept()).toHaveLength(1);
    expect(await opened().erasures([A.key])).toEqual([{ key: A.key, at: NOON }]);
  });

  test('adds to it what the file knows of, where the list is the older one or is lost', async () => {
    await opened().put(A, [], EXAMPLE);
    await opened().erase([A.key], NOON);
    await closed();
    rmSync(listFile);
    opened();
    expect(lines()).toBe(`${NOON} ${A.key}\n`);
  });

  test('erases no one and says so where the list cannot be written', async () => {
    const vault = opened();
    await vault.put(A, [], EXAMPLE);
    rmSync(listFile);
    await expect(vault.erase([A.key], NOON)).rejects.toBeInstanceOf(VaultUnavailable);
    expect(await vault.kept()).toHaveLength(1);
  });

  test('does an erasure that was cut short before anything is put, and so never takes away what was put after it', async () => {
    const vault = opened();
    await vault.put(A, [], EXAMPLE);
    const other = new Database(vaultFile);
    other.exec('BEGIN; SELECT * FROM person;');
    other.prepare('SELECT * FROM person').all();
    await expect(vault.erase([A.key], NOON)).rejects.toThrow('another program');
    await expect(vault.put(A, [], EXAMPLE)).rejects.toThrow('another program');
    other.close();
    await vault.put(A, [], { name: 'Put Again', public: false });
    await closed();
    expect(await opened().kept()).toEqual([A]);
    expect(await opened().erasures([A.key])).toEqual([{ key: A.key, at: NOON }]);
    expect(bytes().includes(EXAMPLE.name)).toBe(false);
  });

  test('does at its start an erasure that a crash cut short', async () => {
    await opened().put(A, [], EXAMPLE);
    await closed();
    ErasureList.open(listFile).add([{ key: A.key, at: NOON }]);
    expect(await opened().kept()).toEqual([]);
  });
});
