/// <reference types="jest" />
import { join } from 'node:path';
import canonicalize from 'canonicalize';
import { Auditor, printedKey } from './auditor';
import { Host, type Ended } from './host';
import { RegisterProcess, temporaryFolder } from './process';
import { logSigner } from '../proofs/signers';
import { accepted, endSound, headOf, openDay } from './refusal';

/** What whoever has only the public data of a register finds out by the rules, beside what the register says. */

let register: RegisterProcess;
let auditor: Auditor;
let host: Host;
const folder = temporaryFolder();
const [P, Q, A] = ['ukprn:10000001', 'ukprn:10000002', 'adviser:aaaaaaaa'];

const command = (...args: readonly string[]): Promise<Ended> =>
  host.run([...args, '--no-state'], {
    GUIDANCE_REGISTER_URL: register.url,
    GUIDANCE_AUDITOR_KEY: auditor.key.vkey,
  });

beforeAll(async () => {
  register = await RegisterProcess.start({ REGISTER_ORIGIN: 'register.example' });
  auditor = new Auditor(register, printedKey(register));
  host = new Host('auditor/main');
  await openDay(register, '2026-09-01');
  const post = (type: string, subject: string, data: Record<string, unknown>) =>
    accepted(register, { type, subject, data });
  const award = { standard: 'matrix', reference: 'M-1' };
  for (const key of [P, Q])
    await post('ProviderRegistered', key, { name: `Example ${key}`, legalForm: 'company' });
  await post('AdviserRegistered', A, {});
  await post('AccreditationAwarded', P, {
    ...award,
    from: '2026-01-01',
    until: '2027-12-31',
    kind: 'initial',
  });
  await post('EngagementStarted', A, { provider: P, from: '2026-01-01', basis: 'contracted' });
  await post('QualificationAwarded', A, {
    qualification: 'l6-dcgd',
    awardedOn: '2025-06-01',
    certificate: 'C-1',
  });
  await openDay(register, '2026-09-02');
  await post('AccreditationSuspended', P, {
    ...award,
    from: '2026-09-02',
    reason: 'conduct',
    onAppeal: 'stands',
  });
  await openDay(register, '2026-09-03');
  await auditor.covering((await headOf(register)) + 1);
});
afterAll(async () => {
  host.end();
  folder.remove();
  await endSound(register);
});

/** Questions, as the register is asked them and as the command is. */
const QUESTIONS: readonly (readonly [string, ...string[]])[] = [
  [P, 'setting=publicly-funded'],
  [P, 'setting=school-commissioned', 'from=2026-01-01', 'until=2027-07-20', `adviser=${A}`],
  [P, 'setting=school-commissioned', 'on=2026-09-02', 'policy=all'],
  [P, 'setting=school-commissioned', 'policy=england-guidance', 'policy=cmqa-2017'],
  [Q, 'setting=national-careers-service', 'on=2026-09-02'],
  ['ukprn:10000009', 'setting=publicly-funded', 'on=2026-09-02'],
];

describe('guidance-auditor answer', () => {
  test.each(QUESTIONS.map((one) => [one.join(' '), one] as const))(
    'gives the bytes of the register and its receipts: %s',
    async (_, [provider, ...query]) => {
      const head = await headOf(register);
      for (const position of [head, head - 2, head - 6, head - 9]) {
        const path = `/v1/providers/${provider}/eligibility?${[...query, `knownAt=${position}`].join('&')}`;
        const reply = await register.ask(path);
        const { stdout, stderr } = await command(
          'answer',
          ...['--json', '--provider', provider, '--at', String(position)],
          ...query.flatMap((one) => [`--${one.slice(0, one.indexOf('='))}`, one.slice(one.indexOf('=') + 1)]),
        );
        if (reply.status !== 200) {
          const { code, detail } = reply.json as { code: string; detail: string };
          expect({ stderr, told: JSON.parse(stdout) as unknown }).toEqual({
            stderr: '',
            told: { problem: expect.objectContaining({ code, detail }) as unknown },
          });
          continue;
        }
        expect({ stderr, stdout }).toEqual({ stderr: '', stdout: `${reply.text}\n` });
        const receipt = await auditor.receipt(
          (await register.ask(path, { headers: { accept: 'application/jose' } })).text,
        );
        expect(canonicalize(receipt.payload.answer)).toBe(canonicalize(JSON.parse(stdout)));
      }
    },
  );

  test('tells it in the words of the other command line, and says yes or no by its exit code', async () => {
    const at = async (position: number, ...more: readonly string[]) => {
      const asked = ['--provider', P, '--setting', 'publicly-funded', '--at', String(position)];
      return command('answer', ...asked, ...more);
    };
    const head = await headOf(register);
    const [yes, no, never] = [await at(head - 3), await at(head - 1), await at(head + 1)];
    expect([yes.code, no.code, never.code]).toEqual([0, 1, 4]);
    expect(yes.stdout).toMatch(/Example ukprn:10000001/);
    expect(no.stdout).toMatch(/suspended/);
    expect(never.stderr).toMatch(/cannot be told/);
    expect((await at(head, '--policy', 'none-such')).code).toBe(4);
    expect((await at(head, '--on', 'tomorrow')).code).toBe(2);
  });

  test('tells nothing if the key is not the one of this log', async () => {
    const { vkey } = logSigner('another', 'register.example').verifier;
    const asked = ['--provider', P, '--setting', 'publicly-funded', '--json', '--key', vkey];
    const { code, stdout } = await command('answer', ...asked);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ sound: false, findings: [{ code: 'unknown-key' }] });
  });

  test('tells the same from an export, without the register', async () => {
    const file = join(folder.path, 'register.zip');
    expect((await host.run(['export', register.url, file], {})).code).toBe(0);
    const asked = ['--provider', P, '--setting', 'publicly-funded', '--json'];
    const [online, offline] = [await command('answer', ...asked), await command('answer', file, ...asked)];
    expect(offline.stdout).toBe(online.stdout);
    expect(JSON.parse(offline.stdout)).toMatchObject({ outcome: 'not-eligible' });
  });
});

describe('guidance-auditor replay', () => {
  test('gives the stored events, byte for byte', async () => {
    const log = await register.log();
    const { stdout, code } = await command('replay', '--json', '--from', '3');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: log
        .slice(3)
        .map((line) => `${line}\n`)
        .join(''),
    });
  });

  test('tells in words what was recorded about a provider', async () => {
    const { stdout } = await command('replay', '--provider', Q);
    expect(stdout).toMatch(/^\d+ {2}Provider registered: ukprn:10000002\n/);
    expect(stdout.match(/posted by/g)).toHaveLength(1);
  });
});

describe('guidance-auditor diff', () => {
  test('says which answers changed, and by which event', async () => {
    const head = await headOf(register);
    const asked = ['--json', '--setting', 'publicly-funded', '--policy', 'cmqa-2017'];
    const { stdout, code } = await command('diff', String(head - 3), 'head', ...asked);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      knownAt: { before: { position: String(head - 3) }, after: { position: String(head) } },
      changed: [
        {
          provider: { key: P },
          before: { outcome: 'eligible' },
          after: { outcome: 'not-eligible' },
          by: [{ position: String(head - 1), type: 'AccreditationSuspended' }],
        },
      ],
    });
    const path = `/v1/compare?before=${head - 3}&after=${head}&setting=publicly-funded`;
    expect((await register.ask(path)).json).toMatchObject({
      providers: [{ provider: { key: P }, because: [String(head - 1)] }],
    });
  });
});
