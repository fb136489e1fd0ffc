/// <reference types="jest" />
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, request as send, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { REGISTRAR_KEY, RegisterProcess, temporaryFolder } from './process';
import { run } from './program';
import { accepted, endSound, openDay } from './refusal';

/** The client for the command line, as its users run it, and a register. */
let register: RegisterProcess;
let folder: ReturnType<typeof temporaryFolder>;
beforeAll(async () => {
  register = await RegisterProcess.start();
  folder = temporaryFolder();
  await openDay(register, '2026-09-01');
});
afterAll(async () => {
  folder.remove();
  await endSound(register);
});

const environment = (url = register.url, key = REGISTRAR_KEY) => ({
  GUIDANCE_REGISTER_URL: url,
  GUIDANCE_REGISTER_KEY: key,
});

async function client(args: readonly string[], settings: Readonly<Record<string, string>> = environment()) {
  const running = run('cli/main', args, settings);
  const code = await running.ended;
  return { code, ...running.printed };
}

let files = 0;
/** A file of its own, that holds this. */
function file(content: string | Buffer, ending = 'csv'): string {
  const path = join(folder.path, `table${++files}.${ending}`);
  writeFileSync(path, content);
  return path;
}

let keys = 30_000_000;
const key = () => `1${String(keys++ % 10_000_000).padStart(7, '0')}`;
const MAP = [
  '--map',
  'id={No}',
  '--map',
  'subject=ukprn:{UKPRN}',
  '--map',
  'name={Name}',
  '--map',
  'legalForm=other',
];
const REGISTER = ['--type', 'ProviderRegistered', ...MAP];

/** A table of providers that no other test has. */
function providers(
  count: number,
  name = 'Example',
): { readonly table: string; readonly ukprns: readonly string[] } {
  const ukprns = Array.from({ length: count }, key);
  return {
    ukprns,
    table: ['No,UKPRN,Name', ...ukprns.map((one, i) => `${i + 1},${one},${name} ${i + 1}`), ''].join('\n'),
  };
}

/** Of how many events the log consists that were posted of a source, and how many ids those have. */
async function standing(source: string): Promise<{ readonly events: number; readonly ids: number }> {
  const events = (await register.log())
    .map((line) => JSON.parse(line) as { source: string; id: string })
    .filter((event) => event.source === source);
  return { events: events.length, ids: new Set(events.map(({ id }) => id)).size };
}

const nameOf = async (ukprn: string) =>
  ((await register.ask(`/v1/providers?q=ukprn:${ukprn}`)).json as { providers: readonly { name: string }[] })
    .providers[0]?.name;

describe('guidance-register post', () => {
  test('posts the rows of a table, says under which source, and the second time that all stand', async () => {
    const { table, ukprns } = providers(3);
    const path = file(table);
    const source = `file:table${files}.csv`;
    const first = await client(['post', path, ...REGISTER]);
    expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining('accepted: 3\n') as string });
    expect(first.stderr).toContain(source);
    expect(await standing(source)).toEqual({ events: 3, ids: 3 });
    expect(await nameOf(ukprns[2] ?? '')).toBe('Example 3');
    const second = await client(['post', path, ...REGISTER]);
    expect(second.code).toBe(0);
    expect(second.stdout).toMatch(/^accepted: 0\nthere already: 3\nrefused: 0\nlast position: \d+\n$/);
    expect(readdirSync(folder.path).filter((name) => name.includes('problems'))).toEqual([]);
  });

  test('writes what is refused beside the file, and takes it once it was mended there', async () => {
    const ukprns = [key(), key(), key()];
    const path = file(
      [
        'No;UKPRN;Name;Remark',
        `1;${ukprns[0]};One;`,
        '2;123;"Two; with more";x',
        `3;${ukprns[2]};Three;"a\nb"`,
        `4;${ukprns[1]};F`,
        '',
      ].join('\r\n'),
    );
    const { code, stdout, stderr } = await client(['post', path, ...REGISTER]);
    expect(code).toBe(1);
    expect(stdout).toContain('accepted: 2\nthere already: 0\nrefused: 2\n');
    expect(stdout).toMatch(/line 3: invalid-event\. UKPRN \(123\): .*8 digits/);
    expect(stdout).toMatch(/line 6: malformed/);
    expect(stderr).toContain('Nothing is taken from the columns Remark.');
    expect(stderr).toMatch(/The source is file:\S+, .*public for ever/);
    expect(stderr).toContain(`Mend the rows in ${path}.problems.csv`);
    const problems = `${path}.problems.csv`;
    const [header, two = '', four, ...rest] = readFileSync(problems, 'utf8').split('\r\n');
    expect(header).toBe('\uFEFFline;reason;mend;column;No;UKPRN;Name;Remark');
    expect(two).toMatch(/^3;invalid-event;.*;UKPRN;2;123;"Two; with more";x$/);
    expect(four).toMatch(/^6;malformed;.*;;4;\d+;F$/);
    expect(rest).toEqual(['']);

    const again = await client(['post', problems, ...REGISTER]);
    expect(again.stdout).toContain('accepted: 0\nthere already: 0\nrefused: 2\n');
    expect(readFileSync(`${path}.problems-2.csv`, 'utf8').split('\r\n')).toHaveLength(4);
    writeFileSync(problems, [header, two.replace(';123;', `;${key()};`), `${four};`, ''].join('\r\n'));
    const mended = await client(['post', problems, ...REGISTER]);
    expect(mended).toMatchObject({ code: 0, stdout: expect.stringContaining('accepted: 2\n') as string });
    expect(await standing(`file:table${files}.csv`)).toEqual({ events: 4, ids: 4 });
    expect(await nameOf(ukprns[1] ?? '')).toBe('F');
  });

  test.each([
    ['windows-1252', Buffer.from('No,UKPRN,Name\r\n1,@,Caf\xe9\r\n', 'latin1'), 'windows-1252'],
    ['of an old Mac', Buffer.from('No,UKPRN,Name\r1,@,Caf\x8e\r', 'latin1'), 'macintosh'],
    ['UTF-16', Buffer.from('\uFEFFNo,UKPRN,Name\r\n1,@,Café\r\n', 'utf16le'), ''],
    ['UTF-8', Buffer.from('\uFEFFNo,UKPRN,Name\n1,@,Café'), ''],
  ])('reads a table that is %s, and says where it guessed', async (_, bytes, guessed) => {
    const ukprn = key();
    const wide = guessed === '' && bytes[0] === 0xff;
    const content = Buffer.from(
      bytes.toString(wide ? 'utf16le' : 'latin1').replace('@', ukprn),
      wide ? 'utf16le' : 'latin1',
    );
    const { code, stderr } = await client(['post', file(content), ...REGISTER]);
    expect(code).toBe(0);
    if (guessed === '') expect(stderr).not.toContain('neither');
    else expect(stderr).toContain(`It is read as ${guessed}`);
    expect(await nameOf(ukprn)).toBe('Café');
  });

  test('reads a table in the encoding that it is told', async () => {
    const ukprn = key();
    const path = file(Buffer.from(`No,UKPRN,Name\n1,${ukprn},Caf\x8e\n`, 'latin1'));
    expect((await client(['post', path, ...REGISTER, '--encoding', 'macintosh'])).code).toBe(0);
    expect(await nameOf(ukprn)).toBe('Café');
  });

  test('looks further columns up in another table', async () => {
    const ukprn = key();
    const path = file('No,Org,From\n1,A,01/09/2026\n2,B,01/09/2026\n3,C,01/09/2026\n');
    const other = file(`Org,UKPRN\nA,${ukprn}\nB,${key()}\nB,${key()}\n`);
    await accepted(register, {
      type: 'ProviderRegistered',
      subject: `ukprn:${ukprn}`,
      data: { name: 'A', legalForm: 'other' },
    });
    const awards = ['--type', 'AccreditationAwarded', '--with', other, '--on', 'Org'];
    const map = [
      'id={No}',
      'subject=ukprn:{UKPRN}',
      'standard=matrix',
      'reference=M/{No}',
      'from={From}',
      'kind=initial',
    ];
    const { code, stdout } = await client(['post', path, ...awards, ...map.flatMap((one) => ['--map', one])]);
    expect(code).toBe(1);
    expect(stdout).toContain('accepted: 1\nthere already: 0\nrefused: 2\n');
    expect(stdout).toMatch(/line 3: malformed.*B stands on lines 3 and 4/);
    expect(stdout).toMatch(/line 4: invalid-event/);
    expect(readFileSync(`${path}.problems.csv`, 'utf8')).toContain('column,No,Org,From\r\n');
  });

  test('posts events in JSON, from a file and from standard input', async () => {
    const events = [1, 2].map((i) => ({
      specversion: '1.0',
      source: '/json',
      id: String(i),
      type: 'ProviderRegistered',
      subject: `ukprn:${key()}`,
      data: { name: 'J', legalForm: 'other' },
    }));
    const lines = `${JSON.stringify(events[0])}\n\n{"id":\n${JSON.stringify({ ...events[1], subject: 'ukprn:1' })}\n`;
    const path = file(lines, 'ndjson');
    const { code, stdout } = await client(['post', path]);
    expect(code).toBe(1);
    expect(stdout).toContain('accepted: 1\nthere already: 0\nrefused: 2\n');
    const problems = readFileSync(`${path}.problems.ndjson`, 'utf8').split('\n');
    expect(JSON.parse(problems[0] ?? '')).toMatchObject({ line: 3, reason: 'malformed', text: '{"id":' });
    expect(JSON.parse(problems[1] ?? '')).toMatchObject({ line: 4, reason: 'invalid-event', id: '2' });
    const array = await client(['post', file(JSON.stringify(events), 'json')]);
    expect(array.stdout).toContain('accepted: 1\nthere already: 1\nrefused: 0\n');
    const { table } = providers(2);
    const piped = spawnSync(
      process.execPath,
      [
        join(__dirname, '..', '..', 'dist/apps/registry/cli/main.js'),
        'post',
        '-',
        '--source',
        '/piped',
        ...REGISTER,
      ],
      { input: table, encoding: 'utf8', env: { ...process.env, ...environment() } },
    );
    expect(piped).toMatchObject({ status: 0, stdout: expect.stringContaining('accepted: 2\n') as string });
  });

  test('with --dry-run says what would be refused, and writes nothing into the log', async () => {
    const { table } = providers(2);
    const path = file(`${table}\n3,x,Three\n`);
    const before = (await register.log()).length;
    const { code, stdout } = await client(['post', path, ...REGISTER, '--dry-run']);
    expect(code).toBe(1);
    expect(stdout).toContain(
      'would be accepted: 2\nthere already: 0\nrefused: 1\n  line 5: invalid-event. UKPRN (x): ',
    );
    expect(readFileSync(`${path}.problems.csv`, 'utf8')).toMatch(/\r\n5,invalid-event,/);
    expect(stdout).toMatch(/^answers that would change on 2026-09-01: 2$/m);
    expect(stdout).toMatch(
      /^ {2}Example 1, private, from 1 September 2026: not registered → eligible with no end known$/m,
    );
    expect(await register.log()).toHaveLength(before);
    await client(['post', path, ...REGISTER, '--dry-run']);
    await client(['post', path, ...REGISTER]);
    expect(readdirSync(folder.path).filter((name) => name.includes(`table${files}.csv.problems`))).toEqual([
      `table${files}.csv.problems.csv`,
    ]);
  });

  test('says of what a rule refuses how to go on, and nothing twice', async () => {
    const path = file(`No,UKPRN\n1,${key()}\n`);
    const award = ['standard=matrix', 'reference={No}', 'from=2026-09-01', 'kind=initial', 'id={No}'];
    const maps = ['subject=ukprn:{UKPRN}', ...award].flatMap((map) => ['--map', map]);
    const rule = await client(['post', path, '--type', 'AccreditationAwarded', ...maps]);
    expect(rule.code).toBe(1);
    expect(rule.stderr).not.toContain('Mend the rows');
    expect(rule.stderr).toContain('unknown-subject: Register first');
    const wrong = file('No,UKPRN\n1,1000007\n');
    const twice = ['subject=ukprn:{UKPRN}', 'into=ukprn:{UKPRN}', 'on=2026-09-01', 'id={No}'];
    const form = await client([
      'post',
      wrong,
      '--type',
      'ProviderMerged',
      ...twice.flatMap((map) => ['--map', map]),
    ]);
    expect(form.stdout.match(/UKPRN \(1000007\)/g)).toHaveLength(1);
  });

  test.each([
    [['--type', 'Nothing', '--map', 'id={No}'], 'There is no type Nothing: say of which type'],
    [['--type', 'ProviderRegisterd', '--map', 'id={No}'], 'did you mean ProviderRegistered?'],
    [['--type', 'ProviderRegistered', '--map', 'id={Number}'], 'There is no column Number'],
    [
      ['--type', 'ProviderRegistered', '--map', 'id={No}', '--map', 'name={Name}'],
      'No column has subject, legalForm',
    ],
    [['--type', 'ProviderRegistered', '--map', 'id={No}'], 'Name resembles name'],
    [[...REGISTER, '--with', 'other.csv'], '--with and --on'],
    [[], '--type'],
  ])('with %j says before anything is sent what is wrong', async (args, hint) => {
    const before = (await register.log()).length;
    const { code, stdout, stderr } = await client(['post', file(providers(1).table), ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(hint);
    expect(await register.log()).toHaveLength(before);
  });

  test('ends as Unix has it where the key is refused, there is no register, or no file', async () => {
    const path = file(providers(1).table);
    const refused = await client(
      ['post', path, ...REGISTER],
      environment(register.url, 'a-key-that-is-wrong'),
    );
    expect(refused).toMatchObject({ code: 77, stdout: '' });
    expect(refused.stderr).toContain('The key is refused');
    const keyless = await client(['post', path, ...REGISTER], { GUIDANCE_REGISTER_URL: register.url });
    expect(keyless.code).toBe(2);
    expect(keyless.stderr).toContain('GUIDANCE_REGISTER_KEY');
    const nobody = await client(['post', path, ...REGISTER], environment('http://127.0.0.1:9'));
    expect(nobody).toMatchObject({ code: 69, stdout: '' });
    expect(nobody.stderr).toContain('http://127.0.0.1:9 cannot be reached');
    const missing = await client(['post', `${path}.not`, ...REGISTER]);
    expect(missing).toMatchObject({ code: 66, stdout: '' });
  });
});

/** What becomes of a posting: it is answered so, or its answer is cut off after so many bytes. */
type Mishap = { readonly status: number } | { readonly bytes: number };

/** Stands before the register, and does one of these to each posting in turn; lets by what comes after them. */
async function troubled(
  mishaps: readonly Mishap[],
): Promise<{ readonly url: string; readonly left: Mishap[]; close: () => void }> {
  const left = [...mishaps];
  const server: Server = createServer((request, reply) => {
    const trouble = request.method === 'POST' && !request.url?.includes('dryRun') ? left.shift() : undefined;
    if (trouble && 'status' in trouble) {
      const problem = { code: 'unavailable', detail: 'Not now', status: trouble.status };
      reply
        .writeHead(trouble.status, { 'retry-after': '1', connection: 'close' })
        .end(JSON.stringify(problem));
      return;
    }
    const { url, method, headers } = request;
    const passed = send(register.url + (url ?? ''), { method, headers, agent: false }, (answer) => {
      reply.writeHead(answer.statusCode ?? 500, answer.headers);
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        const keep = trouble ? chunk.subarray(0, Math.max(trouble.bytes - bytes, 0)) : chunk;
        bytes += chunk.length;
        reply.write(keep);
        if (trouble && bytes >= trouble.bytes) {
          request.socket.destroy();
          passed.destroy();
        }
      });
      answer.on('end', () => reply.end());
      answer.on('error', () => reply.destroy());
    });
    passed.on('error', () => reply.destroy());
    request.on('error', () => passed.destroy());
    request.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    left,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

describe('where the connection is troubled', () => {
  test('a posting goes on from the first row that was not answered, and loses and doubles nothing', async () => {
    const { table } = providers(5_000);
    const path = file(`${table}5001,x,Wrong\n`);
    const proxy = await troubled([
      { bytes: 30_000 },
      { status: 429 },
      { bytes: 400_001 },
      { status: 503 },
      { bytes: 100 },
    ]);
    const { code, stdout, stderr } = await client(['post', path, ...REGISTER], environment(proxy.url));
    proxy.close();
    expect(proxy.left).toEqual([]);
    expect(stderr.match(/Trying again in/g)).toHaveLength(5);
    expect({ code, stdout }).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(
        'accepted: 5,000\nthere already: 0\nrefused: 1\n  line 5002:',
      ) as string,
    });
    expect(readFileSync(`${path}.problems.csv`, 'utf8').split('\r\n')).toHaveLength(3);
    expect(await standing(`file:table${files}.csv`)).toEqual({ events: 5_000, ids: 5_000 });
  });

  test('it is given up after a while, and says how to go on', async () => {
    const proxy = await troubled(Array.from({ length: 50 }, () => ({ status: 503 })));
    const path = file(providers(1).table);
    const { code, stdout, stderr } = await client(
      ['post', path, ...REGISTER, '--patience', '1'],
      environment(proxy.url),
    );
    proxy.close();
    expect(code).toBe(75);
    expect(stdout).toContain('accepted: at least 0\n');
    expect(stderr).toContain('give the same command again');
  });

  test('Ctrl-C ends it, and it says how far it came', async () => {
    const proxy = await troubled(Array.from({ length: 50 }, () => ({ status: 503 })));
    const running = run('cli/main', ['post', file(providers(1).table), ...REGISTER], environment(proxy.url));
    await running.until(/Trying again/);
    running.kill('SIGINT');
    expect(await running.ended).toBe(130);
    proxy.close();
    expect(running.printed.stdout).toContain('accepted: at least 0\n');
    expect(running.printed.stderr).toContain('give the same command again');
  });
});

describe('guidance-register check and history', () => {
  const UKPRN = key();
  const OTHER = key();
  beforeAll(async () => {
    const name = 'Checked Guidance';
    await accepted(register, {
      type: 'ProviderRegistered',
      subject: `ukprn:${UKPRN}`,
      data: { name, legalForm: 'other' },
    });
    await accepted(register, {
      type: 'ProviderRegistered',
      subject: `ukprn:${OTHER}`,
      data: { name: 'Other', legalForm: 'other' },
    });
    const award = {
      standard: 'matrix',
      reference: 'C-1',
      from: '2026-01-01',
      until: '2027-12-31',
      kind: 'initial',
    };
    const at = await accepted(register, {
      type: 'AccreditationAwarded',
      subject: `ukprn:${UKPRN}`,
      data: award,
    });
    const corrected = {
      event: at,
      data: { ...award, until: '2026-12-31' },
      kind: 'clerical',
      reason: 'typing-error',
    };
    await accepted(register, { type: 'EventCorrected', subject: `ukprn:${UKPRN}`, data: corrected });
    await accepted(register, {
      type: 'DisputeOpened',
      subject: `ukprn:${UKPRN}`,
      data: { event: at, reason: 'wrong-holder' },
    });
  });

  test('an answer comes in words, with an address at which it stays, and its outcome is the exit code', async () => {
    const check = (ukprn: string, ...days: readonly string[]) =>
      client(['check', `ukprn:${ukprn}`, '--setting', 'publicly-funded', ...days]);
    const { code, stdout } = await check(OTHER, '--on', '2026-10-01');
    expect(code).toBe(1);
    expect(stdout).toContain('No, not on that day.');
    const kept = /^To keep: (\S+)$/m.exec(stdout)?.[1] ?? '';
    expect(await (await fetch(kept)).json()).toMatchObject({ outcome: 'not-eligible' });
    expect(await check(UKPRN, '--on', '2026-10-01')).toMatchObject({ code: 3 });
    expect(await check(UKPRN, '--from', '2026-10-01')).toMatchObject({ code: 2, stdout: '' });
    expect(await check('19999999')).toMatchObject({ code: 2, stdout: '' });
    const before = await client([
      'check',
      `ukprn:${OTHER}`,
      '--setting',
      'private',
      '--on',
      '2026-10-01',
      '--json',
    ]);
    expect(before.code).toBe(0);
    expect(JSON.parse(before.stdout)).toMatchObject({ outcome: 'eligible', setting: 'private' });
  });

  test('a list comes back with the answers beside each row', async () => {
    const list = file(Buffer.from(`Who,UKPRN\r\nCaf\xe9,${OTHER}\r\nNobody,x\r\n`, 'latin1'));
    const out = join(folder.path, 'answers.csv');
    const asked = ['--setting', 'private', '--on', '2026-10-01', '--map', 'provider=ukprn:{UKPRN}'];
    const { code, stdout, stderr } = await client(['check', list, ...asked, '-o', out]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('eligible 1, not answered 1');
    const written = readFileSync(out, 'utf8');
    const [header, first, second] = written.split('\r\n');
    expect(header).toMatch(/^\uFEFFWho,UKPRN,outcome,eligibleUntil,/);
    expect(first).toMatch(new RegExp(`^Café,${OTHER},eligible,`));
    expect(second).toMatch(/^Nobody,x,,.*invalid-question/);
    expect(existsSync(`${out}.unfinished`)).toBe(false);
    const again = await client(['check', list, ...asked, '-o', out]);
    expect(again).toMatchObject({ code: 2, stdout: '' });
    expect(again.stderr).toContain('--force');
    expect(await client(['check', list, ...asked, '-o', out, '--force'])).toMatchObject({ code: 1 });
    expect(readFileSync(out, 'utf8')).toBe(written);
  });

  test('a list is never written over by its answers, and one in UTF-8 without a mark gets none', async () => {
    const content = `UKPRN\n${OTHER}\n`;
    const list = file(content);
    const asked = ['--setting', 'private', '--on', '2026-10-01', '--map', 'provider=ukprn:{UKPRN}', '-o'];
    for (const force of [[], ['--force']])
      expect(await client(['check', list, ...asked, list, ...force])).toMatchObject({ code: 2 });
    expect(readFileSync(list, 'utf8')).toBe(content);
    const out = join(folder.path, 'unmarked.csv');
    expect(await client(['check', list, ...asked, out])).toMatchObject({ code: 0 });
    expect(readFileSync(out, 'utf8')).toMatch(/^UKPRN,outcome/);
    const marked = file(`\uFEFF${content}`);
    expect(await client(['check', marked, ...asked, out, '--force'])).toMatchObject({ code: 0 });
    expect(readFileSync(out, 'utf8')).toMatch(/^\uFEFFUKPRN,outcome/);
  });

  test('a key is sent where one is set', async () => {
    const sent: (string | undefined)[] = [];
    const server = createServer((request, reply) => {
      sent.push(request.headers.authorization);
      reply.writeHead(404).end('{"code":"unknown-provider","detail":"There is none"}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await client(['check', `ukprn:${OTHER}`, '--setting', 'private'], environment(url, 'mine'));
    await client(['history', `ukprn:${OTHER}`], environment(url, 'mine'));
    await client(['history', `ukprn:${OTHER}`], { GUIDANCE_REGISTER_URL: url });
    server.close();
    expect(sent).toEqual(['Bearer mine', 'Bearer mine', undefined]);
  });

  test('a history says when, by whom and what, and what became of it', async () => {
    const { code, stdout } = await client(['history', `ukprn:${UKPRN}`]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^\d+ {2}.* \(London time\), body:registrar\n {2}AccreditationAwarded of ukprn:\d+\n {4}.*until 2027-12-31.*\n {4}corrected: until 2026-12-31 \(.*by \d+.*\)\n {4}disputed \(opened \d+/m,
    );
    expect(stdout).not.toMatch(/[0-9]T[0-9]{2}:/);
    const json = await client(['history', `ukprn:${UKPRN}`, '--json']);
    expect(
      json.stdout
        .split('\n')
        .slice(0, -1)
        .map((line) => (JSON.parse(line) as { type: string }).type),
    ).toEqual(['ProviderRegistered', 'AccreditationAwarded', 'EventCorrected', 'DisputeOpened']);
    expect(await client(['history', 'ukprn:19999998'])).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('guidance-register', () => {
  test('prints the header of a table, and its version', async () => {
    expect(await client(['template', 'ProviderMerged'])).toMatchObject({
      code: 0,
      stdout: 'id,subject,into,on\r\n',
    });
    expect(await client(['template', 'Nothing'])).toMatchObject({ code: 2, stdout: '' });
    expect((await client(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test.each(['post', 'check', 'history', 'template'])(
    '%s tells how it is used, with an example',
    async (command) => {
      const { code, stdout } = await client([command, '--help']);
      expect(code).toBe(0);
      expect(stdout).toContain(`guidance-register ${command} `);
      expect(stdout).toMatch(/\nExamples?:\n/);
      // What is in the environment is secret.
      expect(stdout).not.toContain(REGISTRAR_KEY);
    },
  );

  test('says what is wrong with how it is used', async () => {
    for (const args of [[], ['put'], ['post'], ['check', 'ukprn:10000001'], ['history', 'a', '--colour']])
      expect(await client(args)).toMatchObject({ code: 2, stdout: '' });
  });
});
