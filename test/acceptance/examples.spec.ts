/// <reference types="jest" />
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RegisterProcess, REGISTRAR_KEY } from './process';

const EXAMPLES = join(__dirname, '..', '..', 'examples');
const EVENT = join(EXAMPLES, 'event.json');
const { subject: SUBJECT } = JSON.parse(readFileSync(EVENT, 'utf8')) as { readonly subject: string };

/** A language of the examples: how their files end, and what runs them. */
interface Language {
  readonly name: string;
  readonly ending: string;
  readonly program: string;
  /** What has to be on the machine besides. */
  readonly needs?: string;
}

const LANGUAGES: readonly Language[] = [
  { name: 'Node', ending: 'mjs', program: process.execPath },
  { name: 'sh', ending: 'sh', program: 'sh', needs: 'curl' },
  { name: 'Python', ending: 'py', program: 'python3' },
];

function isFound(program: string): boolean {
  return spawnSync(program, ['--version']).error === undefined;
}

/** A machine may lack curl or Python; Node runs everywhere. */
const FOUND = LANGUAGES.filter(({ program, needs }) => isFound(program) && (!needs || isFound(needs)));

let register: RegisterProcess;
const started: ChildProcess[] = [];

beforeAll(async () => {
  register = await RegisterProcess.start();
  const posted = await register.postLines([
    event('1', 'DayOpened', 'calendar:england', { date: '2026-09-01' }),
    event('2', 'ProviderRegistered', 'ukprn:10000001', { name: 'Example Guidance', legalForm: 'company' }),
    event('3', 'AccreditationAwarded', 'ukprn:10000001', {
      standard: 'matrix',
      reference: 'M-1',
      from: '2024-03-15',
      until: '2027-03-14',
      kind: 'initial',
    }),
  ]);
  expect(posted.json).toMatchObject({ accepted: 3 });
});
afterAll(async () => {
  for (const child of started) if (child.exitCode === null && child.signalCode === null) stop(child);
  await register.stop();
});

/** Stops a process with all that it has started. */
function stop({ pid }: ChildProcess): void {
  if (pid !== undefined) process.kill(-pid);
}

function event(id: string, type: string, subject: string, data: object) {
  return { source: '/tests', id, type, subject, data };
}

function start({ program, ending }: Language, example: string, args: readonly string[], key = REGISTRAR_KEY) {
  const child = spawn(program, [join(EXAMPLES, `${example}.${ending}`), ...args], {
    env: {
      PATH: process.env['PATH'],
      GUIDANCE_REGISTER_URL: register.url,
      GUIDANCE_REGISTER_KEY: key,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  started.push(child);
  return child;
}

/** What a process has printed by now, and by when a text is there. */
function printedBy(child: ChildProcess) {
  const printed = { text: '' };
  const ended = new Promise((resolve) => child.once('exit', resolve));
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed.text += text;
      child.emit('printed');
    });
  return {
    get text() {
      return printed.text;
    },
    async until(text: string) {
      while (!printed.text.includes(text)) {
        await Promise.race([once(child, 'printed'), ended]);
        if (child.exitCode !== null) throw new Error(`it ended: ${printed.text}`);
      }
    },
  };
}

async function run(...started: Parameters<typeof start>): Promise<{ code: number | null; printed: string }> {
  const child = start(...started);
  const printed = printedBy(child);
  await once(child, 'close');
  return { code: child.exitCode, printed: printed.text };
}

test('the example in Node is run, and there is each example in each language', () => {
  expect(FOUND.map(({ name }) => name)).toContain('Node');
  for (const { ending } of LANGUAGES)
    for (const example of ['ask', 'post', 'follow']) {
      const lines = readFileSync(join(EXAMPLES, `${example}.${ending}`), 'utf8').split('\n');
      expect(lines.length).toBeLessThan(30);
    }
});

describe.each(FOUND)('the example in $name', (language) => {
  test('asks', async () => {
    const asked = ['ukprn:10000001', 'publicly-funded', '2026-09-01', '2027-07-20'];
    const { code, printed } = await run(language, 'ask', asked);
    expect(printed).toContain('not-eligible');
    expect(printed).toContain('2027-03-15');
    expect(printed).toContain('accreditation-expired');
    expect(code).toBe(0);
  });

  test('asks about today', async () => {
    const { code, printed } = await run(language, 'ask', ['ukprn:10000001', 'publicly-funded']);
    expect(printed).toMatch(/^eligible|"outcome":"eligible"/);
    expect(code).toBe(0);
  });

  test('does not take a refusal for an answer', async () => {
    const { code } = await run(language, 'ask', ['ukprn:10000009', 'publicly-funded']);
    expect(code).not.toBe(0);
  });

  test('posts an event, and again without harm', async () => {
    const first = await run(language, 'post', [EVENT]);
    const again = await run(language, 'post', [EVENT]);
    expect([first.code, again.code]).toEqual([0, 0]);
    const log = await register.log();
    const posted = log.filter((line) => line.includes(`"subject":"${SUBJECT}"`));
    expect(posted).toHaveLength(1);
    const { position } = JSON.parse(posted[0] ?? '{}') as { readonly position: string };
    for (const { printed } of [first, again]) expect(printed).toContain(position);
  });

  test('says what was refused', async () => {
    const { code, printed } = await run(language, 'post', [EVENT], 'no key of this register');
    expect(printed).toContain('bad-key');
    expect(code).not.toBe(0);
  });

  test('follows the log', async () => {
    const child = start(language, 'follow', []);
    const printed = printedBy(child);
    await printed.until('PolicyEditionPublished');
    await printed.until('AccreditationAwarded');
    const adviser = `adviser:follow${language.ending.padEnd(4, '0')}`;
    expect(printed.text).not.toContain(adviser);
    await register.post(event(adviser, 'AdviserRegistered', adviser, {}));
    await printed.until(adviser);
    stop(child);
    await once(child, 'close');
    expect(printed.text.match(/PolicyEditionPublished/g)).toHaveLength(10);
  });
});
