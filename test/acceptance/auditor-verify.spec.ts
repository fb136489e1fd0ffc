/// <reference types="jest" />
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { formatBundle, parseBundle } from '@app/transparency/entry-bundle';
import { checkBatch } from '../../apps/auditor/form-check';
import type * as FormCheckers from '../../apps/auditor/form-checker';
import { logSigner } from '../proofs/signers';
import { Auditor, printedKey, sound } from './auditor';
import { Host, type Ended } from './host';
import { RegisterProcess, temporaryFolder } from './process';
import { accepted, endSound, headOf, openDay } from './refusal';
import { run } from './program';

/** A running register, checked by somebody who has nothing but its address and a key. */

let register: RegisterProcess;
let auditor: Auditor;
let host: Host;
let proxy: Server;
let proxied: string;
/** What the proxy makes of an answer of the register, by path. */
let tampering: (path: string, body: Buffer) => Buffer;
const folder = temporaryFolder();
const P = 'ukprn:10000001';
const state = join(folder.path, 'state.json');
const file = (name: string) => join(folder.path, name);

const command = (...args: readonly string[]): Promise<Ended> =>
  host.run(args, { GUIDANCE_AUDITOR_KEY: auditor.key.vkey });
const unchanged = (_path: string, body: Buffer) => body;

async function findings(ended: Promise<Ended>): Promise<readonly string[]> {
  const { code, stdout, stderr } = await ended;
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  const told = JSON.parse(stdout) as {
    sound: boolean;
    findings: readonly { code: string; position?: number }[];
  };
  expect(told.sound).toBe(false);
  return told.findings.map(({ code, position }) => (position === undefined ? code : `${code}@${position}`));
}

beforeAll(async () => {
  register = await RegisterProcess.start({ REGISTER_ORIGIN: 'register.example' });
  auditor = new Auditor(register, printedKey(register));
  host = new Host('auditor/main');
  await openDay(register, '2026-09-01');
  await accepted(register, {
    type: 'ProviderRegistered',
    subject: P,
    data: { name: 'Example Guidance', legalForm: 'company' },
  });
  await load(300);
  tampering = unchanged;
  proxy = createServer((request, response) => {
    const path = request.url ?? '';
    void fetch(register.url + path).then(async (answer) => {
      const body = Buffer.from(await answer.arrayBuffer());
      response.writeHead(answer.status).end(tampering(path, body));
    });
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  proxied = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
});
afterAll(async () => {
  proxy.close();
  host.end();
  folder.remove();
  await endSound(register);
});
beforeEach(() => {
  tampering = unchanged;
});

let loaded = 0;
/** Registers so many advisers, and waits until a checkpoint covers them. */
async function load(count: number): Promise<void> {
  const lines = Array.from({ length: count }, () => {
    const name = `load${String(loaded++).padStart(6, '0')}`;
    return { id: name, source: '/load', type: 'AdviserRegistered', subject: `adviser:${name}`, data: {} };
  });
  await register.postLines(lines);
  await auditor.covering((await headOf(register)) + 1);
}

describe('guidance-auditor verify', () => {
  test('finds a register sound, and the next time that it went on', async () => {
    const { size } = await auditor.checkpoint();
    const first = await command('verify', register.url, '--state', state);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toContain(
      `Sound: the log of register.example, ${size} events, as ${register.url} gives it.`,
    );
    expect(first.stdout).toContain('Nothing that was seen before');
    await load(300);
    const second = await command('verify', register.url, '--state', state);
    expect(second).toMatchObject({ code: 0, stderr: '' });
    expect(second.stdout).toContain(`It goes on from the ${size} events that were seen before.`);
    const again = await command('verify', register.url, '--state', state, '--json', '--progress');
    expect(JSON.parse(again.stdout)).toMatchObject({
      sound: true,
      origin: 'register.example',
      size: size + 300,
      seenBefore: size + 300,
      key: auditor.key.vkey,
      findings: [],
      notes: { count: 0 },
    });
  });

  test('finds an event that was changed on the way, or dropped, and changes nothing that it keeps', async () => {
    const kept = readFileSync(state, 'utf8');
    tampering = (path, body) => {
      if (!path.startsWith('/tile/entries/001')) return body;
      const width = Number(/\.p\/(\d+)/.exec(path)?.[1] ?? 256);
      const entries = sound(parseBundle(body, width)).map(String);
      return formatBundle(entries.with(20, (entries[20] ?? '').replace('adviser:load', 'adviser:lord')));
    };
    expect(await findings(command('verify', proxied, '--state', state, '--json'))).toContain(
      'changed-event@276',
    );
    tampering = (path, body) => (path.startsWith('/tile/entries/001') ? body.subarray(1) : body);
    expect(await findings(command('verify', proxied, '--state', state, '--json'))).toEqual([
      'malformed-bundle@256',
    ]);
    const words = await command('verify', proxied, '--state', state);
    expect(words.code).toBe(1);
    expect(words.stdout).toContain('NOT sound: the log of register.example');
    expect(words.stdout).toContain('malformed-bundle at 256: ');
    expect(readFileSync(state, 'utf8')).toBe(kept);
  });

  test('finds a register that shows what it showed before, and one that shows what no key of it has signed', async () => {
    const before = (await register.ask('/checkpoint')).text;
    const { size } = await auditor.checkpoint();
    await load(5);
    expect((await command('verify', register.url, '--state', state)).code).toBe(0);
    tampering = (path, body) => (path === '/checkpoint' ? Buffer.from(before) : body);
    expect(await findings(command('verify', proxied, '--state', state, '--json'))).toEqual([
      `rollback@${size}`,
    ]);
    expect((await command('verify', proxied, '--state', state, '--forget')).code).toBe(0);
    tampering = (path, body) =>
      path === '/checkpoint' ? Buffer.from(String(body).replace(/\n\d+\n/, '\n7\n')) : body;
    expect(await findings(command('verify', proxied, '--no-state', '--json'))).toEqual(['bad-signature']);
    const key = ['--key', logSigner('stranger', 'register.example').verifier.vkey];
    expect(await findings(command('verify', proxied, '--no-state', '--json', ...key))).toEqual([
      'unknown-key',
    ]);
  });

  test('says what is wrong with how it is used, and what cannot be read', async () => {
    const keyless = (...args: readonly string[]) => host.run(['verify', ...args], {});
    const unknown = await keyless(register.url, '--no-state');
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown.stderr).toContain('No verifier key of register.example is known here');
    const first = await keyless(register.url, '--state', file('first.json'), '--trust-first');
    expect(first.code).toBe(0);
    expect(first.stdout).toContain('taken on first use');
    expect((await keyless(register.url, '--state', file('first.json'))).stdout).toContain('It goes on from');
    expect(await keyless(register.url, '--key', 'x')).toMatchObject({ code: 2 });
    expect(await keyless('--nonsense')).toMatchObject({ code: 2 });
    const missing = await keyless(file('none.zip'), '--no-state');
    expect(missing).toMatchObject({
      code: 3,
      stderr: `${file('none.zip')} cannot be read: there is no such file.\n`,
    });
    writeFileSync(file('broken.json'), '{');
    expect(await keyless(register.url, '--state', file('broken.json'))).toMatchObject({ code: 3 });
    expect(await command('verify', `${register.url}/nothing-here`)).toMatchObject({ code: 3 });
  });

  test('checks the form of events in another thread as in this one, and tells where that ends', async () => {
    const built = jest.requireActual<typeof FormCheckers>(
      join(__dirname, '..', '..', 'dist', 'apps', 'auditor', 'form-checker.js'),
    );
    const entries = (await auditor.entries(300)).map((entry) => Buffer.from(entry));
    const batchOf = (some: readonly Buffer[]) => ({
      first: 0,
      bytes: new Uint8Array(Buffer.concat(some)),
      lengths: Uint16Array.from(some, ({ byteLength }) => byteLength),
    });
    const flawed = entries.with(7, Buffer.from('{}'));
    const checker = built.formChecker(20_000);
    const [whole, broken] = await Promise.all([entries, flawed].map((some) => checker.check(batchOf(some))));
    expect(whole).toEqual(checkBatch(batchOf(entries)));
    expect(whole?.flaw).toBeUndefined();
    expect(broken).toEqual(checkBatch(batchOf(flawed)));
    expect(broken?.flaw).toMatchObject({ code: 'malformed-event', position: 7 });
    await checker.close();
  });

  test('runs as it is installed', async () => {
    const running = run('auditor/main', [
      'verify',
      register.url,
      '--key',
      auditor.key.vkey,
      '--no-state',
      '--progress',
    ]);
    expect(await running.ended).toBe(0);
    expect(running.printed.stdout).toContain('Sound');
  });
});

const QUERY = 'setting=school-commissioned&from=2026-09-01&until=2027-07-20';

describe('guidance-auditor receipt', () => {
  async function receiptOf(name: string, query = QUERY, provider = P): Promise<string> {
    const reply = await register.ask(`/v1/providers/${provider}/eligibility?${query}`, {
      headers: { accept: 'application/jose' },
    });
    expect(reply.status).toBe(200);
    writeFileSync(file(name), reply.text);
    return file(name);
  }

  test.each([
    ['an answer', QUERY, P],
    ['answers under every policy', `${QUERY}&policy=all`, P],
    ['an answer at an earlier moment', `${QUERY}&knownAt=12`, P],
    ['that no one of that key was registered', QUERY, 'ukprn:19999999'],
  ])('says that the log says so, of %s', async (_, query, provider) => {
    const ended = await command(
      'receipt',
      await receiptOf('receipt.jws', query, provider),
      register.url,
      '--no-state',
    );
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toContain('Genuine: register.example gave this receipt');
    expect(ended.stdout).toContain('It says what the log says');
  });

  test('says which is none, and only that it is genuine where no register is asked', async () => {
    const path = await receiptOf('receipt.jws');
    const offline = await command('receipt', path, '--state', state);
    expect(offline).toMatchObject({ code: 0, stderr: '' });
    expect(offline.stdout).toContain('Whether the log says so is not told');
    expect(await command('receipt', path, register.url, '--offline', '--no-state')).toMatchObject({
      code: 4,
    });
    writeFileSync(
      file('changed.jws'),
      readFileSync(path, 'utf8').replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
    );
    for (const where of [[register.url], []])
      expect(
        await findings(command('receipt', file('changed.jws'), ...where, '--state', state, '--json')),
      ).toEqual([expect.stringMatching(/bad-signature|malformed-receipt/)]);
    expect(await command('receipt', file('none.jws'))).toMatchObject({ code: 3 });
    writeFileSync(file('long.jws'), '.'.repeat(2 ** 25));
    expect(await findings(command('receipt', file('long.jws'), register.url, '--json'))).toEqual([
      'malformed-receipt',
    ]);
  });

  test('lets nothing that a receipt says steer a terminal', async () => {
    const [header = '', payload = '', signature = ''] = readFileSync(await receiptOf('receipt.jws'), 'utf8')
      .trim()
      .split('.');
    const claims = Buffer.from(payload, 'base64url').toString();
    const changed = claims.replace('"origin":"', '"origin":"\u009b31m\u202e');
    const jws = [header, Buffer.from(changed).toString('base64url'), signature].join('.');
    writeFileSync(file('steering.jws'), jws);
    const { code, stdout, stderr } = await command('receipt', file('steering.jws'), '--state', state);
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toContain('No keys of "[U+009B]31m[U+202E]register.example"');
    expect(stderr).not.toMatch(/[\u009b\u202e]/u);
  });

  test('reads it from an export too, as verify does, without the register', async () => {
    const path = await receiptOf('receipt.jws');
    const exported = await command('export', register.url, file('log.zip'), '--json');
    expect(exported).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(exported.stdout)).toMatchObject({ origin: 'register.example', file: file('log.zip') });
    expect(await command('export', register.url, file('log.zip'))).toMatchObject({ code: 2 });
    expect(await command('verify', file('log.zip'), '--state', state)).toMatchObject({ code: 0 });
    expect(await command('receipt', path, file('log.zip'), '--state', state)).toMatchObject({ code: 0 });
    await load(1);
    const later = await command('receipt', await receiptOf('later.jws'), file('log.zip'), '--state', state);
    expect(later.code).toBe(4);
    expect(later.stdout).toContain('name the register, or a later export');
  });
});
