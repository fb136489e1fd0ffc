/// <reference types="jest" />
import { hash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { leafHash } from '@app/event-store/leaf';
import { successorFinding } from '@app/transparency/key-list';
import { parseVerifierKey } from '@app/transparency/note-keys';
import { Auditor, printedKey, sound } from './auditor';
import { REGISTRAR_KEY, RegisterProcess, temporaryFolder } from './process';
import { run } from './program';
import { accepted, endSound, openDay } from './refusal';

/** How a register guards what it has signed: over starts, restores, edited files and new keys. */

let folder: ReturnType<typeof temporaryFolder>;
let register: RegisterProcess | undefined;
const at = (...names: readonly string[]) => join(folder.path, ...names);
const store = () => ({ REGISTER_STORE: `sqlite:${at('register.db')}` });

beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  if (register) await endSound(register);
  register = undefined;
  folder.remove();
});

const start = async (environment: Readonly<Record<string, string>> = {}) =>
  (register = await RegisterProcess.start({ ...store(), ...environment }));
const stop = async () => {
  if (register) await endSound(register);
  register = undefined;
};
const adviser = (id: number) => ({
  type: 'AdviserRegistered',
  subject: `adviser:example${String(id).padStart(4, '0')}`,
  data: {},
});
async function acceptedMany(one: RegisterProcess, count: number): Promise<void> {
  const lines = Array.from({ length: count }, (_, i) =>
    JSON.stringify({ specversion: '1.0', source: '/many', id: `many-${i}`, ...adviser(100_000 + i) }),
  );
  const reply = await one.ask('/v1/events', {
    method: 'POST',
    headers: { authorization: `Bearer ${REGISTRAR_KEY}`, 'content-type': 'application/x-ndjson' },
    body: `${lines.join('\n')}\n`,
  });
  expect(reply.status).toBe(200);
}
/** What a start says that is refused. */
const refusal = async (environment: Readonly<Record<string, string>> = {}) => {
  const refused = RegisterProcess.launch({ ...store(), ...environment });
  await refused.listening.then(
    () => refused.stop(),
    () => undefined,
  );
  expect({ code: await refused.ended, out: refused.stdout }).toMatchObject({ code: 1 });
  return refused.stderr;
};
const command = async (name: string, ...args: readonly string[]) => {
  const ran = run(`tools/${name}`, args, store());
  expect({ code: await ran.ended, ...ran.printed }).toMatchObject({ code: 0 });
  return ran.printed.stdout;
};

/** A register that has signed some events, and is stopped. */
async function signed(): Promise<Auditor> {
  const one = await start({ REGISTER_ORIGIN: 'register.example' });
  const auditor = new Auditor(one, printedKey(one));
  await openDay(one, '2026-09-01');
  for (let id = 0; id < 3; id++) await accepted(one, adviser(id));
  await stop();
  return auditor;
}

test('the keys and the last checkpoint outlive a start, and the origin need not be named again', async () => {
  const { key } = await signed();
  expect(statSync(at('register.keys')).mode & 0o777).toBe(0o600);
  const kept = readFileSync(at('register.head'), 'utf8');
  expect(kept).not.toContain('PRIVATE');
  chmodSync(at('register.keys'), 0o644);
  const one = await start();
  expect(one.stdout).toContain(
    `other users of this machine may open ${at('register.keys')}: whoever reads or locks these files can see who persons are, sign in the name of the register`,
  );
  expect(one.stdout).not.toContain('"vkey"');
  const checkpoint = await new Auditor(one, key).checkpoint();
  expect(checkpoint.origin).toBe('register.example');
  expect(kept).toContain(`\\n${checkpoint.size}\\n`);
});

test('a log without a name is called after its first event', async () => {
  const one = await start();
  const [event = ''] = await one.log();
  const digits = hash('sha256', event).slice(0, 16);
  expect((await new Auditor(one, printedKey(one)).checkpoint()).origin).toBe(`unnamed.invalid/${digits}`);
});

test('another origin is refused, and so is what is none; the one step begins it with new keys', async () => {
  const { key } = await signed();
  const says = await refusal({ REGISTER_ORIGIN: 'register.test' });
  expect(says).toContain('REGISTER_ORIGIN=register.example');
  expect(says).toContain('npm run keys -- begin register.test');
  expect(await refusal({ REGISTER_ORIGIN: 'https://register.test/' })).toContain('without its scheme');
  const [, vkey = ''] = /verifier key: (\S+)/.exec(await command('keys', 'begin', 'register.test')) ?? [];
  const one = await start({ REGISTER_ORIGIN: 'register.test' });
  const auditor = new Auditor(one, sound(parseVerifierKey(vkey)));
  expect(await auditor.checkpoint()).toMatchObject({ origin: 'register.test' });
  await expect(new Auditor(one, key).checkpoint()).rejects.toThrow('unknown-key');
  expect((await auditor.keys()).lines).toHaveLength(2);
});

test('an old key is refused with an empty store, and so is a log whose keys are gone', async () => {
  await signed();
  const keys = readFileSync(at('register.keys'));
  for (const name of ['register.db', 'register.db-wal', 'register.db-shm', 'register.head'])
    rmSync(at(name), { force: true });
  expect(await refusal()).toContain('The log is empty, and there are keys of register.example');
  expect(readFileSync(at('register.keys'))).toEqual(keys);
});

test('keys that are lost are told, and not made anew in silence', async () => {
  await signed();
  rmSync(at('register.keys'));
  expect(await refusal()).toContain('the keys are missing');
  expect(existsSync(at('register.keys'))).toBe(false);
  await command('keys', 'begin', 'register.test');
  await start();
});

describe('a log that is not the one that was signed', () => {
  test('does not start if an older copy is in its place; a restore on purpose tells it in the log', async () => {
    const one = await start({ REGISTER_ORIGIN: 'register.example' });
    const auditor = new Auditor(one, printedKey(one));
    await openDay(one, '2026-09-01');
    await accepted(one, adviser(0));
    await stop();
    copyFileSync(at('register.db'), at('older.db'));
    const again = await start();
    for (let id = 1; id < 5; id++) await accepted(again, adviser(id));
    const lost = await new Auditor(again, auditor.key).covering((await again.log()).length);
    const keys = await new Auditor(again, auditor.key).keys();
    await stop();

    copyFileSync(at('older.db'), at('register.db'));
    // Even whoever copies the head too, but not the checkpoint in it, is found out.
    expect(await refusal()).toMatch(/it ends at [0-9]+, and .*npm run restore -- --as-it-is/);

    const said = await command('restore', '--as-it-is', '--reason', 'disk-lost');
    expect(said).toContain(`A checkpoint of ${lost.size} events was signed`);
    const restored = await start();
    const events = (await restored.log()).map((line) => JSON.parse(line) as Record<string, unknown>);
    const root = Buffer.from(lost.root);
    expect(events.at(-1)).toMatchObject({
      type: 'LogRestored',
      stream: 'log',
      subject: 'log:register',
      body: 'body:registrar',
      source: '/register',
      id: `restored-${lost.size}-${root.toString('hex').slice(0, 8)}`,
      data: { size: String(lost.size), root: root.toString('base64'), reason: 'disk-lost' },
    });
    const after = new Auditor(restored, auditor.key);
    expect((await after.checkpoint()).size).toBe(events.length);
    expect(events.length).toBeLessThan(lost.size);
    expect(successorFinding(keys, await after.keys())).toBeUndefined();
    await stop();
    const once = await start();
    expect((await once.log()).filter((line) => line.includes('LogRestored'))).toHaveLength(1);
  });

  test('does not start if an event was edited together with the hash beside it', async () => {
    await signed();
    const database = new Database(at('register.db'));
    const row = database.prepare('SELECT event FROM log WHERE position = 12').pluck().get() as string;
    const event = row.replace('adviser:example0001', 'adviser:example0009');
    expect(event).not.toBe(row);
    database
      .prepare('UPDATE log SET event = ?, hash = ? WHERE position = 12')
      .run(event.replace('adviser-example0001', 'adviser-example0009'), Buffer.alloc(32));
    const edited = database.prepare('SELECT event FROM log WHERE position = 12').pluck().get() as string;
    database.prepare('UPDATE log SET hash = ? WHERE position = 12').run(Buffer.from(leafHash(edited), 'hex'));
    database.close();
    expect(await refusal()).toContain('are not those of the checkpoint');
  });
});

test('a rotation is vouched for by the key of before, which signs on beside the new one', async () => {
  const { key } = await signed();
  const before = await start();
  const keys = await new Auditor(before, key).keys();
  const receipt = await before.ask('/v1/providers/ukprn:10000001/eligibility?setting=private', {
    headers: { accept: 'application/jose' },
  });
  await acceptedMany(before, 10_000);
  const refused = run('tools/keys', ['rotate'], store());
  expect(await refused.ended).toBe(1);
  expect(refused.printed.stderr).toContain('open for writing already');
  await stop();
  const [, vkey = ''] = /new verifier key: (\S+)/.exec(await command('keys', 'rotate')) ?? [];
  expect(await command('keys')).toContain(vkey);
  const after = await start();
  await accepted(after, adviser(7));
  const former = new Auditor(after, key);
  const auditor = new Auditor(after, sound(parseVerifierKey(vkey)));
  const size = (await after.log()).length;
  expect((await former.covering(size)).verified).toHaveLength(1);
  expect((await auditor.covering(size)).size).toBe(size);
  expect(successorFinding(keys, await former.keys())).toBeUndefined();
  expect((await auditor.keys()).lines.map(({ kind, lastSize }) => [kind, lastSize === undefined])).toEqual([
    ['log', true],
    ['receipt', false],
    ['log', true],
    ['receipt', true],
  ]);
  // A receipt of before stays genuine, and a new one is.
  expect((await auditor.receipt(receipt.text)).payload.problem?.code).toBe('unknown-provider');
  const next = await after.ask('/v1/providers/ukprn:10000001/eligibility?setting=private', {
    headers: { accept: 'application/jose' },
  });
  expect((await former.receipt(next.text)).kid).not.toBe((await auditor.receipt(receipt.text)).kid);
  // Whoever was handed the key of before finds that the log of now, ten thousand events later, says what it says.
  writeFileSync(at('before.jws'), receipt.text);
  const checked = run('auditor/main', [
    'receipt',
    at('before.jws'),
    after.url,
    '--key',
    key.vkey,
    '--no-state',
  ]);
  expect({ code: await checked.ended, ...checked.printed }).toMatchObject({ code: 0, stderr: '' });
  expect(checked.printed.stdout).toContain('It says what the log says');
});
