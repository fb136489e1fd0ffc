/// <reference types="jest" />
import { execFile, spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printedKey } from './auditor';
import { RegisterProcess, temporaryFolder } from './process';
import { accepted, endSound, openDay } from './refusal';

/** The programs of docs/proof.md, which share no code with the register, check what it signs. */

const PROGRAM = join(__dirname, '..', '..', 'examples', 'proof', 'verify.py');
const REGISTER = join(__dirname, '..', '..', 'examples', 'proof', 'register');

/** That of the example, which stands in the page. */
const [, EXAMPLE_KEY = ''] =
  /^log (register\.example\+\S+)/m.exec(readFileSync(join(REGISTER, 'log-keys'), 'utf8')) ?? [];

async function verified(source: string, vkey: string, ...receipts: readonly string[]) {
  return new Promise<{ code: number; printed: string; complaint: string }>((resolve) => {
    const child = execFile('python3', ['-B', PROGRAM, source, vkey, ...receipts], (_, printed, complaint) => {
      resolve({ code: child.exitCode ?? -1, printed, complaint });
    });
  });
}

/** In which file of the example what is replaced, and by what. */
const CHANGES: readonly (readonly [file: string, before: string, after: string])[] = [
  ['v1/log', '10012345', '10012346'],
  ['checkpoint', 'B1sFv', 'B1sFw'],
  ['checkpoint', '\n3\n', '\n2\n'],
  ['checkpoint', 'V9sxf/ATwy', 'V9sxf/ATwz'],
  ['log-keys', ' 0 -', ' 1 -'],
  ['.well-known/jwks.json', '"x":"gTl3', '"x":"gTl4'],
  ['receipt-2.jws', '.eyJhbnN3', '.eyJhbnN4'],
  ['receipt-2.jws', '.18uHt', '.18uHu'],
];

// Python is no part of what the project needs: a machine that has none checks nothing here, and says so.
if (spawnSync('python3', ['--version']).error !== undefined)
  test.skip('the programs of docs/proof.md: there is no python3 on this machine', () => undefined);
else {
  test('a page of Python proves the worked example', async () => {
    const receipts = ['receipt-1.jws', 'receipt-2.jws'].map((name) => join(REGISTER, name));
    const { code, printed } = await verified(REGISTER, EXAMPLE_KEY, ...receipts);
    expect(printed.split('\n')).toEqual([
      'proven: 3 events of register.example',
      expect.stringMatching(/receipt-1\.jws, as known at 1: .*"unknown-provider"/),
      expect.stringMatching(/receipt-2\.jws, as known at 2: .*"outcome": "not-eligible"/),
      '',
    ]);
    expect(code).toBe(0);
  });

  test('and does not, with any byte changed', async () => {
    const folder = temporaryFolder();
    const told = CHANGES.map(async ([file, before, after], i) => {
      const copy = join(folder.path, String(i));
      cpSync(REGISTER, copy, { recursive: true });
      const text = readFileSync(join(copy, file), 'utf8');
      writeFileSync(join(copy, file), text.replace(before, after));
      const { code, printed, complaint } = await verified(copy, EXAMPLE_KEY, join(copy, 'receipt-2.jws'));
      const isProven = code !== 1 || !complaint.startsWith('NOT PROVEN: ') || printed.includes('as known at');
      return { file, after, isChanged: text.includes(before), isProven };
    });
    expect(await Promise.all(told)).toEqual(
      CHANGES.map(([file, , after]) => ({ file, after, isChanged: true, isProven: false })),
    );
    folder.remove();
  });

  test('and a running register with its receipts, by the key that it printed, and by no other', async () => {
    const register = await RegisterProcess.start({ REGISTER_ORIGIN: 'register.example' });
    const { vkey } = printedKey(register);
    await openDay(register, '2026-09-01');
    const position = await accepted(register, {
      type: 'ProviderRegistered',
      subject: 'ukprn:10000001',
      data: { name: 'Example Guidance', legalForm: 'company' },
    });
    const folder = temporaryFolder();
    const files = await Promise.all(
      [position, String(Number(position) - 1)].map(async (knownAt) => {
        const file = join(folder.path, `receipt-${knownAt}.jws`);
        const asked = `/v1/providers/ukprn:10000001/eligibility?setting=private&knownAt=${knownAt}`;
        const headers = { accept: 'application/jose' };
        writeFileSync(file, (await register.ask(asked, { headers })).text);
        return file;
      }),
    );
    const { code, printed, complaint } = await verified(`${register.url}/`, vkey, ...files);
    expect({ code, complaint }).toEqual({ code: 0, complaint: '' });
    expect(printed).toContain(`proven: ${Number(position) + 1} events of register.example`);
    expect(printed).toMatch(/"outcome": "(?:not-)?eligible"/);
    expect(printed).toContain('"unknown-provider"');
    expect((await verified(register.url, EXAMPLE_KEY)).complaint).toContain(
      'your verifier key has not signed',
    );
    folder.remove();
    await endSound(register);
  });
}
