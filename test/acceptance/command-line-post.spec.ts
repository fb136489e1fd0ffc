/// <reference types="jest" />
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, request as send, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { CommandLine, REGISTER, sourceOf } from './command-line';
import { REGISTRAR_KEY } from './process';
import { run } from './program';

const cli = CommandLine.ofThisFile();

describe('guidance-register post', () => {
  test('posts the rows of a table, says under which source, and the second time that all stand', async () => {
    const { table, ukprns } = cli.providers(3);
    const path = cli.file(table);
    const source = sourceOf(path);
    const first = await cli.client(['post', path, ...REGISTER]);
    expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining('accepted: 3\n') as string });
    expect(first.stderr).toContain(source);
    expect(await cli.standing(source)).toEqual({ events: 3, ids: 3 });
    expect(await cli.nameOf(ukprns[2] ?? '')).toBe('Example 3');
    const second = await cli.client(['post', path, ...REGISTER]);
    expect(second.code).toBe(0);
    expect(second.stdout).toMatch(/^accepted: 0\nthere already: 3\nrefused: 0\nlast position: \d+\n$/);
    expect(readdirSync(cli.folder).filter((name) => name.includes('problems'))).toEqual([]);
  });

  test('writes what is refused beside the file, and takes it once it was corrected there', async () => {
    const ukprns = [cli.ukprn(), cli.ukprn(), cli.ukprn()];
    const path = cli.file(
      [
        'No;UKPRN;Name;Remark',
        `1;${ukprns[0]};One;`,
        '2;123;"Two; with more";x',
        `3;${ukprns[2]};Three;"a\nb"`,
        `4;${ukprns[1]};F`,
        '',
      ].join('\r\n'),
    );
    const posting = [...REGISTER, '--ignore', 'Remark'];
    const { code, stdout, stderr } = await cli.client(['post', path, ...posting]);
    expect(code).toBe(1);
    expect(stdout).toContain('accepted: 2\nthere already: 0\nrefused: 2\n');
    expect(stdout).toMatch(/line 3: invalid-event\. UKPRN \(123\): .*8 digits/);
    expect(stdout).toMatch(/line 6: malformed/);
    expect(stderr).toContain(
      '4 rows, each of which becomes a ProviderRegistered. Left out, and not sent: Remark.',
    );
    expect(stderr).toMatch(/The source is file:\S+, .*public permanently/);
    expect(stderr).toContain(`Correct the rows in ${path}.problems.csv`);
    const problems = `${path}.problems.csv`;
    const [header, two = '', four, ...rest] = readFileSync(problems, 'utf8').split('\r\n');
    expect(header).toBe('\uFEFFline;reason;mend;column;No;UKPRN;Name;Remark');
    expect(two).toMatch(/^3;invalid-event;.*;UKPRN;2;123;"Two; with more";x$/);
    expect(four).toMatch(/^6;malformed;.*;;4;\d+;F$/);
    expect(rest).toEqual(['']);

    const again = await cli.client(['post', problems, ...posting]);
    expect(again.stdout).toContain('accepted: 0\nthere already: 0\nrefused: 2\n');
    expect(readFileSync(problems, 'utf8').split('\r\n')).toHaveLength(4);
    writeFileSync(problems, [header, two.replace(';123;', `;${cli.ukprn()};`), `${four};`, ''].join('\r\n'));
    const corrected = await cli.client(['post', problems, ...posting]);
    expect(corrected).toMatchObject({ code: 0, stdout: expect.stringContaining('accepted: 2\n') as string });
    expect(await cli.standing(sourceOf(path))).toEqual({ events: 4, ids: 4 });
    expect(await cli.nameOf(ukprns[1] ?? '')).toBe('F');
  });

  test('posts events in JSON, from a file and from standard input', async () => {
    const events = [1, 2].map((i) => ({
      specversion: '1.0',
      source: '/json',
      id: String(i),
      type: 'ProviderRegistered',
      subject: `ukprn:${cli.ukprn()}`,
      data: { name: 'J', legalForm: 'other' },
    }));
    const lines = `${JSON.stringify(events[0])}\n\n{"id":\n${JSON.stringify({ ...events[1], subject: 'ukprn:1' })}\n`;
    const path = cli.file(lines, 'ndjson');
    const { code, stdout } = await cli.client(['post', path]);
    expect(code).toBe(1);
    expect(stdout).toContain('accepted: 1\nthere already: 0\nrefused: 2\n');
    const problems = readFileSync(`${path}.problems.ndjson`, 'utf8').split('\n');
    expect(JSON.parse(problems[0] ?? '')).toMatchObject({ line: 3, reason: 'malformed', text: '{"id":' });
    expect(JSON.parse(problems[1] ?? '')).toMatchObject({ line: 4, reason: 'invalid-event', id: '2' });
    const wide = cli.file(Buffer.from(`\uFEFF${JSON.stringify(events[0])}\r\n`, 'utf16le'), 'ndjson');
    expect(await cli.client(['post', wide])).toMatchObject({ code: 0 });
    const array = await cli.client(['post', cli.file(JSON.stringify(events), 'json')]);
    expect(array.stdout).toContain('accepted: 1\nthere already: 1\nrefused: 0\n');
    const { table } = cli.providers(2);
    const piped = spawnSync(
      process.execPath,
      [
        join(__dirname, '..', '..', 'dist/apps/client/main.js'),
        'post',
        '-',
        '--source',
        '/piped',
        ...REGISTER,
      ],
      { input: table, encoding: 'utf8', env: { ...process.env, ...cli.environment() } },
    );
    expect(piped).toMatchObject({ status: 0, stdout: expect.stringContaining('accepted: 2\n') as string });
  });

  test('with --dry-run says what would be refused, and writes nothing into the log', async () => {
    const { table } = cli.providers(2);
    const path = cli.file(`${table}\n3,x,Three\n`);
    const before = (await cli.register.log()).length;
    const { code, stdout } = await cli.client(['post', path, ...REGISTER, '--dry-run']);
    expect(code).toBe(1);
    expect(stdout).toContain(
      'would be accepted: 2\nthere already: 0\nrefused: 1\n  line 5: invalid-event. UKPRN (x): ',
    );
    expect(readFileSync(`${path}.problems.csv`, 'utf8')).toMatch(/\r\n5,invalid-event,/);
    expect(stdout).toContain(
      [
        'answers that would change on 2026-09-01: 4',
        '  under england-statute:',
        '    school-commissioned: 2 gained',
        '  under cmqa-2017:',
        '    private: 2 gained',
        '  none under england-funding, england-guidance',
        '  Example 1, school-commissioned under england-statute, from 1 September 2026: not registered → eligible with no end known',
        '',
      ].join('\n'),
    );
    expect(await cli.register.log()).toHaveLength(before);
    await cli.client(['post', path, ...REGISTER, '--dry-run']);
    await cli.client(['post', path, ...REGISTER]);
    // What is there already changes nothing, under whatever policy.
    expect((await cli.client(['post', path, ...REGISTER, '--dry-run'])).stdout).toMatch(
      /^answers that would change on 2026-09-01: none, under none of the policies england-statute, england-funding, england-guidance, cmqa-2017$/m,
    );
    expect(readdirSync(cli.folder).filter((name) => name.startsWith(`${basename(path)}.`))).toEqual([
      `${basename(path)}.problems.csv`,
    ]);
  });

  test('there is one file of problems for each, and what somebody has corrected in it is not lost', async () => {
    const ukprns = [cli.ukprn(), cli.ukprn()];
    const path = cli.file(`No,UKPRN,Name\n1,x,One\n2,y,Two\n3,${ukprns[0]},Three\n`);
    const files = () => readdirSync(cli.folder).filter((name) => name.startsWith(`${basename(path)}.`));
    const problems = `${basename(path)}.problems.csv`;
    await cli.client(['post', path, ...REGISTER]);
    writeFileSync(path, `No,UKPRN,Name\n1,x,One\n3,${ukprns[0]},Three\n`);
    await cli.client(['post', path, ...REGISTER]);
    expect(files()).toEqual([problems]);
    expect(readFileSync(`${path}.problems.csv`, 'utf8').split('\r\n')).toHaveLength(3);
    const corrected = readFileSync(`${path}.problems.csv`, 'utf8').replace(',x,', `,${ukprns[1]},`);
    writeFileSync(`${path}.problems.csv`, corrected);
    writeFileSync(path, 'No,UKPRN,Name\n4,z,Four\n');
    await cli.client(['post', path, ...REGISTER]);
    expect(files()).toEqual([problems, `${basename(path)}.problems.edited.csv`]);
    const edited = `${path}.problems.edited.csv`;
    expect(readFileSync(edited, 'utf8')).toBe(corrected);
    expect(await cli.client(['post', edited, ...REGISTER])).toMatchObject({ code: 0 });
    expect(await cli.standing(sourceOf(path))).toEqual({ events: 2, ids: 2 });
    writeFileSync(path, `No,UKPRN,Name\n3,${ukprns[0]},Three\n`);
    expect(await cli.client(['post', path, ...REGISTER])).toMatchObject({ code: 0 });
    expect(files()).toEqual([`${basename(path)}.problems.edited.csv`]);
  });

  test('a trial with a file of problems leaves it as it was corrected', async () => {
    const ukprns = [cli.ukprn(), cli.ukprn()];
    const path = cli.file('No,UKPRN,Name\n1,x,One\n2,y,Two\n');
    await cli.client(['post', path, ...REGISTER]);
    const problems = `${path}.problems.csv`;
    const corrected = readFileSync(problems, 'utf8').replace(',x,', `,${ukprns[0]},`);
    for (const file of [problems, `${path}.problems.edited.csv`]) {
      writeFileSync(file, corrected);
      const trial = await cli.client(['post', file, ...REGISTER, '--dry-run']);
      expect(trial.stdout).toContain('would be accepted: 1\nthere already: 0\nrefused: 1\n');
      expect(readFileSync(problems, 'utf8')).toBe(corrected);
      expect(readFileSync(file, 'utf8')).toBe(corrected);
    }
    expect((await cli.client(['post', problems, ...REGISTER])).stdout).toContain('accepted: 1\n');
    expect(readFileSync(problems, 'utf8').split('\r\n')).toHaveLength(3);
    expect(readdirSync(cli.folder).filter((name) => name.endsWith('.unfinished'))).toEqual([]);
  });

  test('a whole export under another name ends with 0 where its source is said', async () => {
    const { table } = cli.providers(3);
    expect(await cli.client(['post', cli.file(table), ...REGISTER, '--source', '/export'])).toMatchObject({
      code: 0,
    });
    const next = cli.file(table);
    expect(await cli.client(['post', next, ...REGISTER, '--source', '/export'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('there already: 3\n') as string,
    });
    const other = await cli.client(['post', next, ...REGISTER]);
    expect(other).toMatchObject({ code: 1 });
    expect(other.stderr).toContain('if this file had another name before, say --source as it was then');
  });

  test('what was retracted before is not told as taken', async () => {
    const path = cli.file(cli.providers(2).table);
    await cli.client(['post', path, ...REGISTER]);
    const load = { source: sourceOf(path), reason: 'posted-twice' };
    const retracted = await fetch(`${cli.register.url}/v1/bodies/registrar/retractions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${REGISTRAR_KEY}` },
      body: JSON.stringify(load),
    });
    expect(retracted.status).toBe(200);
    const { code, stdout } = await cli.client(['post', path, ...REGISTER]);
    expect(code).toBe(1);
    expect(stdout).toContain(
      'accepted: 0\nthere already: 0\nnot taken, retracted before: 2 (give new ids, or retract the retraction)\nrefused: 0\n',
    );
    const dry = await cli.client(['post', path, ...REGISTER, '--dry-run', '--json']);
    expect(dry.code).toBe(1);
    expect(JSON.parse(dry.stdout)).toMatchObject({ accepted: 0, duplicates: 0, retracted: 2, refused: 0 });
  });

  test('every warning is told with its line, or stands in a file where they are many', async () => {
    const ukprn = cli.ukprn();
    const registration = cli.file(`No,UKPRN,Name\n1,${ukprn},Warned\n`);
    await cli.client(['post', registration, ...REGISTER]);
    const award = (count: number) =>
      [
        'id,subject,standard,reference,from,kind',
        ...Array.from(
          { length: count },
          (_, i) => `u${count}-${i},ukprn:${ukprn},matrix,${count}/${i},2026-01-01,initial`,
        ),
        '',
      ].join('\n');
    const post = async (count: number, ...more: readonly string[]) => {
      const path = cli.file(award(count));
      return { path, ...(await cli.client(['post', path, '--type', 'AccreditationAwarded', ...more])) };
    };
    const few = await post(2);
    expect(few.code).toBe(0);
    expect(few.stdout).toMatch(/with the warning [a-z-]+: 2\n {2}line 2: .*\n {2}line 3: /);
    const many = await post(30, '--dry-run');
    expect(many.stdout).toContain('  and 10 more\n');
    expect(many.stdout).toContain(`warnings: ${many.path}.warnings.csv`);
    expect(readFileSync(`${many.path}.warnings.csv`, 'utf8')).toMatch(
      /^\uFEFFline,code,detail\r\n2,[^]*\r\n31,/,
    );
    const json = JSON.parse((await post(3, '--json')).stdout) as object;
    expect(json).toMatchObject({
      accepted: 3,
      warned: 3,
      warnings: [{ line: 2 }, { line: 3 }, { line: 4 }],
      problems: null,
    });
  });

  test('says of what a rule refuses how to go on, and nothing twice', async () => {
    const path = cli.file(`No,UKPRN\n1,${cli.ukprn()}\n`);
    const award = ['standard=matrix', 'reference={No}', 'from=2026-09-01', 'kind=initial', 'id={No}'];
    const maps = ['subject=ukprn:{UKPRN}', ...award].flatMap((map) => ['--map', map]);
    const rule = await cli.client(['post', path, '--type', 'AccreditationAwarded', ...maps]);
    expect(rule.code).toBe(1);
    expect(rule.stderr).not.toContain('Correct the rows');
    expect(rule.stderr).toContain('unknown-subject: Register first');
    const wrong = cli.file('No,UKPRN\n1,1000007\n');
    const twice = ['subject=ukprn:{UKPRN}', 'into=ukprn:{UKPRN}', 'on=2026-09-01', 'id={No}'];
    const form = await cli.client([
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
    [['--type', 'ProviderRegistered', '--map', 'id={No}'], 'No column has subject, legalForm'],
    [[...REGISTER, '--with', 'other.csv'], '--with and --on'],
    [[], '--type'],
  ])('with %j says before anything is sent what is wrong', async (args, hint) => {
    const before = (await cli.register.log()).length;
    const { code, stdout, stderr } = await cli.client(['post', cli.file(cli.providers(1).table), ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(hint);
    expect(await cli.register.log()).toHaveLength(before);
  });

  test('ends as Unix has it where the key is refused, there is no register, or no file', async () => {
    const path = cli.file(cli.providers(1).table);
    const refused = await cli.client(
      ['post', path, ...REGISTER],
      cli.environment(cli.register.url, 'a-key-that-is-wrong'),
    );
    expect(refused).toMatchObject({ code: 77, stdout: '' });
    expect(refused.stderr).toContain('The key is refused');
    const keyless = await cli.client(['post', path, ...REGISTER], {
      GUIDANCE_REGISTER_URL: cli.register.url,
    });
    expect(keyless.code).toBe(2);
    expect(keyless.stderr).toContain('GUIDANCE_REGISTER_KEY');
    const noOne = await cli.client(['post', path, ...REGISTER], cli.environment('http://127.0.0.1:9'));
    expect(noOne).toMatchObject({ code: 69, stdout: '' });
    expect(noOne.stderr).toContain('http://127.0.0.1:9 cannot be reached');
    const missing = await cli.client(['post', `${path}.not`, ...REGISTER]);
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
    const passed = send(cli.register.url + (url ?? ''), { method, headers, agent: false }, (answer) => {
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
    const { table } = cli.providers(5_000);
    const path = cli.file(`${table}5001,x,Wrong\n`);
    const proxy = await troubled([
      { bytes: 30_000 },
      { status: 429 },
      { bytes: 400_001 },
      { status: 503 },
      { bytes: 100 },
    ]);
    const { code, stdout, stderr } = await cli.client(
      ['post', path, ...REGISTER],
      cli.environment(proxy.url),
    );
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
    expect(await cli.standing(sourceOf(path))).toEqual({ events: 5_000, ids: 5_000 });
  });

  test('it is given up after a while, and says how to go on', async () => {
    const proxy = await troubled(Array.from({ length: 50 }, () => ({ status: 503 })));
    const path = cli.file(cli.providers(1).table);
    const { code, stdout, stderr } = await cli.client(
      ['post', path, ...REGISTER, '--patience', '1'],
      cli.environment(proxy.url),
    );
    proxy.close();
    expect(code).toBe(75);
    expect(stdout).toContain('accepted: at least 0\n');
    expect(stderr).toContain('give the same command again');
  });

  test('a file of problems that was posted in part loses none of its rows', async () => {
    const { table } = cli.providers(2);
    const [header = '', ...rows] = table.trim().split('\n');
    // The first is answered by the client itself, and of the others the answer is cut off.
    const was = [
      `line,reason,mend,column,${header}`,
      '2,malformed,,,,,',
      ...rows.map((row) => `,,,,${row}`),
      '',
    ];
    const path = `${cli.file('')}.problems.csv`;
    writeFileSync(path, was.join('\n'));
    const proxy = await troubled([{ bytes: 1 }, ...Array.from({ length: 50 }, () => ({ status: 503 }))]);
    const broken = await cli.client(
      ['post', path, ...REGISTER, '--patience', '1'],
      cli.environment(proxy.url),
    );
    proxy.close();
    expect(broken.code).toBe(75);
    expect(broken.stdout).toContain('refused: at least 1\n');
    expect(readFileSync(path, 'utf8')).toBe(was.join('\n'));
    const { code, stdout } = await cli.client(['post', path, ...REGISTER]);
    expect(code).toBe(1);
    expect(stdout).toContain('refused: 1\n');
    expect(readFileSync(path, 'utf8').split('\r\n')).toHaveLength(3);
    expect(await cli.standing(sourceOf(path.replace('.problems.csv', '')))).toEqual({ events: 2, ids: 2 });
  });

  test('Ctrl-C ends it, and it says how far it came', async () => {
    const proxy = await troubled(Array.from({ length: 50 }, () => ({ status: 503 })));
    const running = run(
      'client/main',
      ['post', cli.file(cli.providers(1).table), ...REGISTER],
      cli.environment(proxy.url),
    );
    await running.until(/Trying again/);
    running.kill('SIGINT');
    expect(await running.ended).toBe(130);
    proxy.close();
    expect(running.printed.stdout).toContain('accepted: at least 0\n');
    expect(running.printed.stderr).toContain('give the same command again');
  });
});
