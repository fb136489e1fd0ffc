/// <reference types="jest" />
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RegisterProcess, temporaryFolder } from './process';
import { run } from './program';

const SECRET = 'the-registrar-of-a-file';
const { path: folder, remove } = temporaryFolder();
const file = join(folder, 'registrar.key');

beforeEach(() => {
  writeFileSync(file, `${SECRET}\n`);
  chmodSync(file, 0o600);
});
afterAll(remove);

const FROM_FILE = { REGISTER_REGISTRAR_KEY: '', REGISTER_REGISTRAR_KEY_FILE: file };
const adviser = (id: string) => ({
  source: '/tests',
  id,
  type: 'AdviserRegistered',
  subject: `adviser:${id.repeat(8)}`,
  data: {},
});

test('the registrar’s key comes from a file, is printed nowhere, and is in no environment', async () => {
  // Of a new log that lasts there would be a warning.
  const register = await RegisterProcess.start({ ...FROM_FILE, REGISTER_STORE: 'memory:' });
  expect((await register.post(adviser('a'), { key: SECRET })).status).toBe(201);
  expect((await register.post(adviser('b'), { key: `${SECRET}x` })).status).toBe(401);
  if (process.platform === 'linux')
    expect(readFileSync(`/proc/${register.pid}/environ`, 'utf8')).not.toContain(SECRET);
  expect(register.output.join('\n')).not.toMatch(/"level":40/);
  expect(await register.stop()).toBe(0);
  expect(register.output.join('\n')).not.toContain(SECRET);
});

test('a file that others can read is taken, and warned of', async () => {
  chmodSync(file, 0o644);
  const register = await RegisterProcess.start(FROM_FILE);
  expect((await register.post(adviser('a'), { key: SECRET })).status).toBe(201);
  expect(register.output.join('\n')).toMatch(/"level":40.*registrar\.key.*chmod 600/);
  await register.stop();
});

test.each([
  ['a setting and its file', { REGISTER_REGISTRAR_KEY: SECRET }, 'are both set'],
  [
    'a file that is not there',
    { REGISTER_REGISTRAR_KEY_FILE: join(folder, 'none') },
    'there is no such file',
  ],
])('%s keep a start from being made, in words', async (_, settings, said) => {
  const register = RegisterProcess.launch({ ...FROM_FILE, ...settings });
  expect(await register.ended).toBe(1);
  expect(register.stderr).toContain(said);
  expect(register.stderr).not.toContain(SECRET);
  expect(register.stderr).not.toMatch(/^\s+at /m);
});

test('a key that is wrong in its file is refused without being shown', async () => {
  writeFileSync(file, 'short');
  const register = RegisterProcess.launch(FROM_FILE);
  expect(await register.ended).toBe(1);
  expect(register.stderr).toContain('REGISTER_REGISTRAR_KEY must have 16 or more');
  expect(register.stderr).not.toContain('short');
});

test('the address of the store comes from a file for the register and its commands alike', async () => {
  const store = join(folder, 'store');
  writeFileSync(store, `sqlite:${join(folder, 'data', 'register.db')}\n`, { mode: 0o600 });
  const settings = { REGISTER_STORE: '', REGISTER_STORE_FILE: store };
  const register = await RegisterProcess.start(settings);
  const backup = run('tools/backup', [join(folder, 'backup')], settings);
  expect(await backup.ended).toBe(0);
  expect(backup.printed.stdout).toContain('holds the register up to position');
  await register.stop();
});

test('the client’s key comes from a file, and is refused in words where it cannot', async () => {
  const register = await RegisterProcess.start({ REGISTER_REGISTRAR_KEY: SECRET });
  const posted = (settings: Readonly<Record<string, string>>) =>
    run('client/main', ['post', events], { GUIDANCE_REGISTER_URL: register.url, ...settings });
  const events = join(folder, 'events.ndjson');
  writeFileSync(events, `${JSON.stringify({ specversion: '1.0', ...adviser('c') })}\n`);

  const done = posted({ GUIDANCE_REGISTER_KEY_FILE: file });
  expect([await done.ended, done.printed.stderr]).toEqual([0, expect.not.stringContaining('chmod')]);
  for (const [settings, said] of [
    [{ GUIDANCE_REGISTER_KEY_FILE: file, GUIDANCE_REGISTER_KEY: SECRET }, 'are both set'],
    [{ GUIDANCE_REGISTER_KEY_FILE: folder }, 'it is a folder'],
  ] as const) {
    const refused = posted(settings);
    expect(await refused.ended).toBe(2);
    expect(refused.printed.stderr).toContain(said);
    expect(refused.printed.stderr).not.toContain(SECRET);
  }
  await register.stop();
});
