/// <reference types="jest" />
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { eventsOf } from '@app/event-store/event-log.contract';
import { SqliteLog } from '@app/event-store/sqlite';
import { Host } from './host';
import { RegisterProcess, temporaryFolder } from './process';
import { accepted, endSound, openDay } from './refusal';

/** The log of a register is copied by its operator’s command, also while the register runs. */

let folder: ReturnType<typeof temporaryFolder>;
const file = (name: string) => join(folder.path, name);
let host: Host | undefined;
const copy = (...args: readonly string[]) => (host ??= new Host('tools/copy')).run(args, {});
const copied = (from: string, to: string) =>
  copy('--from', `sqlite:${file(from)}`, '--to', `sqlite:${file(to)}`);

async function textsIn(name: string): Promise<readonly string[]> {
  const log = await SqliteLog.open(file(name), { readOnly: true });
  try {
    return await eventsOf(log);
  } finally {
    await log.close();
  }
}

beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  folder.remove();
});
afterAll(() => host?.end());

test('a copy of a running register is its log, byte for byte, is brought up to date by the same command, and starts as a register', async () => {
  const register = await RegisterProcess.start({ REGISTER_STORE: `sqlite:${file('one.db')}` });
  try {
    await openDay(register, '2026-09-01');
    const first = await copied('one.db', 'two.db');
    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout).toContain('were read again and are the same, byte for byte.');
    expect(first.stdout).toContain(
      `If it is not set, stop the register and move ${file('one.vault.db')}, ${file('one.access.db')} and ${file('one.erasures')}`,
    );
    await accepted(register, { type: 'AdviserRegistered', subject: 'adviser:example0001', data: {} });
  } finally {
    await endSound(register);
  }
  const again = await copied('one.db', 'two.db');
  expect(again).toMatchObject({ code: 0 });
  expect(again.stdout).toContain(': 1 events were copied');
  expect(await textsIn('two.db')).toEqual(await textsIn('one.db'));
  const moved = await RegisterProcess.start({ REGISTER_STORE: `sqlite:${file('two.db')}` });
  const adviser = await moved.ask('/v1/advisers/adviser:example0001');
  await endSound(moved);
  expect(adviser.status).toBe(200);
});

test('the keys of the log are copied if they are asked for, once the register is stopped, and sign on', async () => {
  const keyed = (to: string) =>
    copy('--from', `sqlite:${file('one.db')}`, '--to', `sqlite:${file(to)}`, '--with-keys');
  const keys = async (name: string) => {
    const register = await RegisterProcess.start({ REGISTER_STORE: `sqlite:${file(name)}` });
    const list = (await register.ask('/log-keys')).text;
    await endSound(register);
    return list;
  };
  const register = await RegisterProcess.start({ REGISTER_STORE: `sqlite:${file('one.db')}` });
  await openDay(register, '2026-09-01');
  const list = (await register.ask('/log-keys')).text;
  expect(await keyed('two.db')).toMatchObject({ code: 1 });
  expect(readdirSync(folder.path)).not.toContain('two.keys');
  await endSound(register);
  const without = await copied('one.db', 'three.db');
  expect(without.stdout).toContain('Nor are the keys copied by which the log is signed');
  const done = await keyed('two.db');
  expect(done).toMatchObject({ code: 0 });
  expect(done.stdout).toMatch(/The keys of unnamed\.invalid\/\w+ and its last checkpoint were copied too\./);
  expect(await keyed('two.db')).toMatchObject({ code: 0 });
  expect(await keys('two.db')).toBe(list);
  expect(await keys('three.db')).not.toBe(list);
  const other = await keyed('three.db');
  expect(other.code).toBe(1);
  expect(other.stderr).toContain('The target has other keys already');
});

test('a target that a register writes, or that holds another log, is refused and stays as it is', async () => {
  const one = await RegisterProcess.start({ REGISTER_STORE: `sqlite:${file('one.db')}` });
  try {
    await openDay(one, '2026-09-01');
    const other = await RegisterProcess.start({ REGISTER_STORE: `sqlite:${file('other.db')}` });
    try {
      const busy = await copied('one.db', 'other.db');
      expect(busy.code).toBe(1);
      expect(busy.stderr).toContain(file('other.db'));
    } finally {
      await endSound(other);
    }
    const before = await textsIn('other.db');
    const refused = await copied('one.db', 'other.db');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('it is another log. Nothing was written');
    expect(await textsIn('other.db')).toEqual(before);
  } finally {
    await endSound(one);
  }
});

test.each([
  [[], '--from'],
  [['--from', 'sqlite:a.db'], '--to'],
  [['--from', 'memory:', '--to', 'sqlite:a.db'], 'names no store: give sqlite: and a file'],
  [
    ['--from', 'sqlite:a.db', '--to', 'kurrentdb://u:swordfish@a?stream=$all'],
    'names no store: give sqlite: and a file',
  ],
  [['--from', 'sqlite:a.db', '--to', 'sqlite:a.db'], 'name the same store'],
])('used wrongly it ends with 2 and makes nothing: %j', async (args, words) => {
  const { code, stderr } = await copy(...args);
  expect({ code, words: stderr.includes(words) }).toEqual({ code: 2, words: true });
  expect(stderr).not.toContain('swordfish');
  expect(readdirSync(folder.path)).toEqual([]);
});

test('a source that is not there is told, and nothing is made in its place', async () => {
  const { code, stderr } = await copied('none.db', 'two.db');
  expect(code).toBe(1);
  expect(stderr).toContain(file('none.db'));
  expect(readdirSync(folder.path)).toEqual([]);
});
