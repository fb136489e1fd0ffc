/// <reference types="jest" />
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Host } from './host';
import { REGISTRAR_KEY, RegisterProcess, temporaryFolder } from './process';
import { accepted, endSound, headOf, openDay } from './refusal';

/** Backups, and who is erased in them: made of a running register, checked, and put back by the commands of operators. */

const PERSON = { name: 'Example Person Thistledown', contact: 'thistledown@example.org', public: true };
const OTHER = { name: 'Other Person Sedgewick', public: true };
const ADVISER = 'adviser:example0001';
const OTHER_ADVISER = 'adviser:example0002';

let folder: ReturnType<typeof temporaryFolder>;
let register: RegisterProcess | undefined;
const at = (...names: readonly string[]) => join(folder.path, ...names);
const store = () => `sqlite:${at('data', 'register.db')}`;
const started = async () => (register = await RegisterProcess.start({ REGISTER_STORE: store() }));
const stopped = async () => {
  if (register) await endSound(register);
  register = undefined;
};

beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  await stopped();
  folder.remove();
});

const running = () => {
  if (!register) throw new Error('the register does not run');
  return register;
};
const person = (subject: string, init: RequestInit = {}) =>
  running().ask(`/v1/advisers/${subject}/person`, {
    ...init,
    headers: { authorization: `Bearer ${REGISTRAR_KEY}`, 'content-type': 'application/json' },
  });
const put = async (subject: string, of: object) => {
  expect([201, 204]).toContain((await person(subject, { method: 'PUT', body: JSON.stringify(of) })).status);
};
const erase = async (subject: string) => {
  expect((await person(subject, { method: 'DELETE' })).status).toBe(204);
};
const shown = async (subject: string) =>
  ((await running().ask(`/v1/advisers/${subject}`)).json as { readonly person?: { readonly name: string } })
    .person?.name;
const begin = async () => {
  await started();
  await openDay(running(), '2026-09-01');
  for (const subject of [ADVISER, OTHER_ADVISER])
    await accepted(running(), { type: 'AdviserRegistered', subject, data: {} });
  await put(ADVISER, PERSON);
  await put(OTHER_ADVISER, OTHER);
};

const hosts: Partial<Record<'backup' | 'restore', Host>> = {};
afterAll(() => {
  for (const host of Object.values(hosts)) host.end();
});

function command(name: 'backup' | 'restore', ...args: readonly string[]) {
  return (hosts[name] ??= new Host(`tools/${name}`)).run(args, { REGISTER_STORE: store() });
}
const backedUp = async (name = 'backup') => {
  const done = await command('backup', at(name));
  expect(done).toMatchObject({ code: 0 });
  return done;
};

/** Whether any file of a folder contains a text, whatever the file is called. */
const stands = (text: string, where = at('data')) =>
  readdirSync(where).filter((name) => readFileSync(join(where, name)).includes(text));

test('a backup of a running register is the log, the vault, the access record and a manifest of them, and is written over by nothing', async () => {
  await begin();
  const posting = (async () => {
    for (let i = 0; i < 40; i++)
      await accepted(running(), { type: 'AdviserRegistered', subject: `adviser:while${1000 + i}`, data: {} });
  })();
  const { stdout } = await backedUp();
  await posting;
  expect(readdirSync(folder.path).sort()).toEqual(['backup', 'data']);
  expect(readdirSync(at('backup')).sort()).toEqual([
    'manifest.json',
    'register.access.db',
    'register.db',
    'register.vault.db',
  ]);
  expect(statSync(at('backup', 'register.vault.db')).mode & 0o077).toBe(0);
  const manifest = JSON.parse(readFileSync(at('backup', 'manifest.json'), 'utf8')) as {
    readonly head: string;
    readonly made: string;
    readonly recordedAt: string;
    readonly files: readonly { readonly name: string; readonly sha256: string; readonly bytes: number }[];
  };
  expect(manifest).toMatchObject({ what: 'backup of a guidance register', format: 1 });
  expect(stdout).toContain(`position ${manifest.head}`);
  for (const { name, sha256, bytes } of manifest.files) {
    const content = readFileSync(at('backup', name));
    expect([bytes, sha256]).toEqual([content.length, createHash('sha256').update(content).digest('hex')]);
  }
  const log = await running().log();
  expect(Number(manifest.head)).toBeLessThan(log.length);
  const copy = new Database(at('backup', 'register.db'), { readonly: true });
  const texts = copy.prepare('SELECT event FROM log ORDER BY position').pluck().all();
  copy.close();
  expect(texts).toEqual(log.slice(0, Number(manifest.head) + 1));

  const before = readFileSync(at('backup', 'manifest.json'));
  const again = await command('backup', at('backup'));
  expect(again).toMatchObject({ code: 1, stdout: '' });
  expect(again.stderr).toContain('there already');
  expect(readFileSync(at('backup', 'manifest.json')).equals(before)).toBe(true);
});

test('a restored register is what it was, and who was erased since is in none of its files', async () => {
  await begin();
  await backedUp();
  const log = await running().log();
  await accepted(running(), { type: 'AdviserRegistered', subject: 'adviser:later0001', data: {} });
  await erase(ADVISER);
  await stopped();
  expect(stands('Thistledown', at('backup'))).toEqual(['register.vault.db']);

  const refused = await command('restore', at('backup'));
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toContain('--replaced');
  const { code, stdout } = await command('restore', at('backup'), '--replaced', at('old'));
  expect([code, stdout]).toEqual([0, expect.stringContaining('1 erasure.')]);
  expect(stdout.trimEnd().split('\n').at(-1)).toMatch(
    /^\S+\/old holds the former register, names .* delete it/,
  );
  expect(stands(OTHER.name, at('old'))).not.toEqual([]);
  expect(readdirSync(at('data')).sort()).toEqual([
    'register.access.db',
    'register.db',
    'register.db-lock',
    'register.erasures',
    'register.head',
    'register.keys',
    'register.vault.db',
  ]);
  for (const text of ['Thistledown', 'thistledown']) expect(stands(text)).toEqual([]);
  expect(readdirSync(at('old'))).toEqual(expect.arrayContaining(['register.db', 'register.vault.db']));

  await started();
  const restored = await running().log();
  expect(restored.slice(0, -1)).toEqual(log);
  // What was posted after the backup had been signed.
  expect(restored.at(-1)).toContain('"type":"LogRestored"');
  expect([await shown(ADVISER), await shown(OTHER_ADVISER)]).toEqual([undefined, OTHER.name]);
  expect((await person(ADVISER)).status).toBe(404);
  expect(stands('Thistledown')).toEqual([]);
});

test('who was erased stays erased where the vault itself is lost, by the list that outlives it', async () => {
  await begin();
  await backedUp();
  await erase(ADVISER);
  expect(readFileSync(at('data', 'register.erasures'), 'utf8')).toMatch(
    new RegExp(`^20\\S+Z ${ADVISER}\\n$`),
  );
  await stopped();
  for (const name of readdirSync(at('data'))) if (name !== 'register.erasures') rmSync(at('data', name));
  expect(await command('restore', at('backup'))).toMatchObject({
    code: 0,
    stdout: expect.not.stringContaining('former register') as string,
  });
  expect(stands('Thistledown')).toEqual([]);
  await started();
  expect([await shown(ADVISER), await shown(OTHER_ADVISER)]).toEqual([undefined, OTHER.name]);
});

test('nor does a vault that is copied back by hand bring anybody back who was erased', async () => {
  await begin();
  await stopped();
  mkdirSync(at('copy'));
  copyFileSync(at('data', 'register.vault.db'), at('copy', 'register.vault.db'));
  await started();
  await erase(ADVISER);
  await stopped();
  copyFileSync(at('copy', 'register.vault.db'), at('data', 'register.vault.db'));
  expect(stands('Thistledown')).toEqual(['register.vault.db']);
  await started();
  expect(stands('Thistledown')).toEqual([]);
  expect([await shown(ADVISER), await shown(OTHER_ADVISER)]).toEqual([undefined, OTHER.name]);
});

test('where no one knows any more who was erased nothing is restored, unless somebody answers for that', async () => {
  await begin();
  await backedUp();
  await stopped();
  renameSync(at('data'), at('lost'));
  const refused = await command('restore', at('backup'));
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  for (const says of ['register.erasures', '--replaced', '--without-erasures'])
    expect(refused.stderr).toContain(says);
  expect(existsSync(at('data', 'register.db'))).toBe(false);
  expect(await command('restore', at('backup'), '--without-erasures')).toMatchObject({ code: 0 });
  await started();
  expect(await shown(ADVISER)).toBe(PERSON.name);
});

test('nothing is changed where the register runs', async () => {
  await begin();
  await backedUp();
  const names = readdirSync(at('data'));
  const { code, stdout, stderr } = await command('restore', at('backup'), '--replaced', at('old'));
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain('is open for writing already');
  expect(readdirSync(at('data'))).toEqual(names);
  expect(existsSync(at('old'))).toBe(false);
  expect(await shown(ADVISER)).toBe(PERSON.name);
});

test('a restore that was cut short keeps the register from beginning a new log, and can be done again', async () => {
  await begin();
  await backedUp();
  const head = await headOf(running());
  await stopped();
  mkdirSync(at('old'));
  renameSync(at('data', 'register.db'), at('old', 'register.db'));
  copyFileSync(at('backup', 'register.db'), at('data', 'register.db-restored'));
  const failing = RegisterProcess.launch({ REGISTER_STORE: store() });
  expect(await failing.ended).toBe(1);
  expect(failing.stderr).toContain('restore it again');
  expect(await command('restore', at('backup'), '--replaced', at('older'))).toMatchObject({ code: 0 });
  await started();
  expect(await headOf(running())).toBe(head);
});

test.each([
  ['backup', [], 2, 'target-folder'],
  ['backup', ['there', '--colour', 'red'], 2, '--colour'],
  ['backup', ['there', '--store', 'register.db'], 2, 'sqlite:data/register.db'],
  ['restore', [], 2, 'source-folder'],
  ['restore', ['nowhere', '--store', 'memory:'], 2, 'sqlite:data/register.db'],
  ['restore', ['nowhere'], 1, 'is no backup'],
] as const)('%s with %j ends with %i, and says what is wrong', async (name, args, code, says) => {
  const ended = await command(name, ...args);
  expect(ended).toMatchObject({ code, stdout: '' });
  expect(ended.stderr).toContain(says);
});

test.each(['backup', 'restore'] as const)('%s tells how it is used', async (name) => {
  const { code, stdout } = await command(name, '--help');
  expect(code).toBe(0);
  for (const said of ['--store', 'Exit codes', 'Example']) expect(stdout).toContain(said);
});

test('of a store that is not there nothing is made', async () => {
  const { code, stderr } = await command('backup', at('backup'), '--store', `sqlite:${at('nothing.db')}`);
  expect([code, stderr]).toEqual([1, expect.stringContaining('There is no log')]);
  expect(readdirSync(folder.path)).toEqual([]);
});

describe('the keys of the log', () => {
  const verifierKeys = async () =>
    (await running().ask('/log-keys')).text.split('\n').filter((line) => line.startsWith('log '));
  const keysAt = (...names: readonly string[]) => readFileSync(at(...names, 'register.keys'), 'utf8');
  const restored = (name: string, backup: string, ...more: readonly string[]) => {
    const target = ['--store', `sqlite:${at(name, 'register.db')}`, '--without-erasures'];
    return command('restore', at(backup), ...target, ...more);
  };

  test('are in a backup only if they are asked for, for their own user alone, and with a warning', async () => {
    await begin();
    expect((await backedUp()).stdout).toContain('ask for them with --with-keys');
    expect(existsSync(at('backup', 'register.keys'))).toBe(false);
    const { stdout } = await command('backup', at('keyed'), '--with-keys');
    expect(stdout).toContain('THE PRIVATE KEYS OF THE LOG ARE IN IT');
    expect(statSync(at('keyed', 'register.keys')).mode & 0o077).toBe(0);
    expect(keysAt('keyed')).toBe(keysAt('data'));
  });

  test('come back only if they are asked for, and sign there as they did', async () => {
    await begin();
    const before = await verifierKeys();
    await command('backup', at('keyed'), '--with-keys');
    await stopped();
    const without = await restored('rehearsal', 'keyed');
    expect(without.stdout).toContain('were left there: to bring them back, say --with-keys');
    expect(readdirSync(at('rehearsal')).filter((name) => name.includes('.keys'))).toEqual([]);
    const back = await restored('back', 'keyed', '--with-keys');
    expect(back.stdout).toContain('The keys of the log are back.');
    expect(statSync(at('back', 'register.keys')).mode & 0o077).toBe(0);
    register = await RegisterProcess.start({ REGISTER_STORE: `sqlite:${at('back', 'register.db')}` });
    expect(await verifierKeys()).toEqual(before);
    expect((await register.ask('/checkpoint')).status).toBe(200);
  });

  test('that are there stay, whatever the backup has', async () => {
    await begin();
    await command('backup', at('keyed'), '--with-keys');
    await stopped();
    const present = keysAt('data');
    const again = await command('restore', at('keyed'), '--replaced', at('data', 'replaced'), '--with-keys');
    expect(again.stdout).toContain('The keys that are here stay');
    expect(keysAt('data')).toBe(present);
    expect(readdirSync(at('data')).filter((name) => name.includes('.keys'))).toEqual(['register.keys']);
  });

  test('cannot be had from a backup that has none, nor before there are any', async () => {
    await begin();
    await backedUp();
    await stopped();
    const none = await restored('back', 'backup', '--with-keys');
    expect({ code: none.code, says: none.stderr }).toMatchObject({ code: 1 });
    expect(none.stderr).toContain('has no keys');
    expect(existsSync(at('back'))).toBe(false);
    renameSync(at('data', 'register.keys'), at('data', 'away'));
    const unkeyed = await command('backup', at('unkeyed'), '--with-keys');
    expect({ code: unkeyed.code, left: existsSync(at('unkeyed')) }).toEqual({ code: 1, left: false });
    expect(unkeyed.stderr).toContain('There are no keys at');
  });
});
