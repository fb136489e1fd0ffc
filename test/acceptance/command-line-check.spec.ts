/// <reference types="jest" />
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CommandLine } from './command-line';
import { REGISTRAR_KEY } from './process';
import { accepted } from './refusal';

const cli = CommandLine.ofThisFile();

describe('guidance-register check and history', () => {
  const UKPRN = cli.ukprn();
  const OTHER = cli.ukprn();
  beforeAll(async () => {
    const name = 'Checked Guidance';
    await accepted(cli.register, {
      type: 'ProviderRegistered',
      subject: `ukprn:${UKPRN}`,
      data: { name, legalForm: 'other' },
    });
    await accepted(cli.register, {
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
    const at = await accepted(cli.register, {
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
    await accepted(cli.register, { type: 'EventCorrected', subject: `ukprn:${UKPRN}`, data: corrected });
    await accepted(cli.register, {
      type: 'DisputeOpened',
      subject: `ukprn:${UKPRN}`,
      data: { event: at, reason: 'wrong-holder' },
    });
  });

  test('an answer comes in words, with an address at which it stays, and its outcome is the exit code', async () => {
    const check = (ukprn: string, ...days: readonly string[]) =>
      cli.client(['check', `ukprn:${ukprn}`, '--setting', 'publicly-funded', ...days]);
    const { code, stdout } = await check(OTHER, '--on', '2026-10-01');
    expect(code).toBe(1);
    expect(stdout).toContain('What is proposed would not be met, on that day.');
    const page = await fetch(/^To keep: (\S+)$/m.exec(stdout)?.[1] ?? '');
    expect(await page.text()).toContain('would not be met, on that day');
    const kept = await fetch(/^To keep as JSON: (\S+)$/m.exec(stdout)?.[1] ?? '');
    expect(await kept.json()).toMatchObject({ outcome: 'not-eligible' });
    expect(await check(UKPRN, '--on', '2026-10-01')).toMatchObject({ code: 3 });
    expect(await check(UKPRN, '--from', '2026-10-01')).toMatchObject({ code: 2, stdout: '' });
    expect(await check('19999999')).toMatchObject({ code: 2, stdout: '' });
    const before = await cli.client([
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

  test.each([
    ['a number alone', (ukprn: string) => [ukprn]],
    ['a number with what it is', (ukprn: string) => [`UKPRN: ${ukprn}`]],
    ['words without quotes', (ukprn: string) => ['ukprn', ukprn]],
    ['a key in capitals', (ukprn: string) => [`UKPRN:${ukprn}`]],
  ])('%s is read as the key that it is', async (_, said) => {
    const { code, stdout, stderr } = await cli.client([
      'check',
      ...said(OTHER),
      '--setting',
      'private',
      '--on',
      '01/10/2026',
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^May Other .*, on 1 October 2026\?/);
    expect(stderr).toContain(`is read as ukprn:${OTHER}`);
  });

  test('a name is never taken for the provider that it resembles: its keys are shown to choose from', async () => {
    for (const name of ['Checked Guidance', 'checked guidanse']) {
      const { code, stdout, stderr } = await cli.client(['check', name, '--setting', 'private']);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(`\n  ukprn:${UKPRN}  Checked Guidance\n`);
    }
    const noOne = await cli.client(['check', 'Zzyzx Institute', '--setting', 'private']);
    expect(noOne).toMatchObject({ code: 2, stdout: '' });
    expect(noOne.stderr).toContain('No provider is registered whose name is like “Zzyzx Institute”');
  });

  test('a number under which no one is registered says so of every kind that it may be', async () => {
    const { code, stderr } = await cli.client(['check', '19999999', '--setting', 'private']);
    expect(code).toBe(2);
    expect(stderr).toContain('No one is registered under ukprn:19999999 or company:19999999');
    expect(await cli.client(['check', 'nosuch.csv', '--setting', 'private'])).toMatchObject({
      code: 66,
      stdout: '',
    });
  });

  test('a refusal says what is wrong with each option, and one that is mistyped what it resembles', async () => {
    const wrong = await cli.client(['check', `ukprn:${OTHER}`, '--setting', 'Private!', '--adviser', 'x']);
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.stderr).toMatch(/\n {2}setting: A code/);
    expect(wrong.stderr).toMatch(/\n {2}adviser: /);
    const mistyped = await cli.client(['check', `ukprn:${OTHER}`, '--seting', 'private']);
    expect(mistyped).toMatchObject({ code: 2, stdout: '' });
    expect(mistyped.stderr).toContain('Did you mean --setting?');
    const day = await cli.client(['check', `ukprn:${OTHER}`, '--setting', 'private', '--on', '31/02/2026']);
    expect(day.stderr).toContain('--on 31/02/2026: give a day that exists, like 2026-09-01');
    const output = await cli.client(['check', `ukprn:${OTHER}`, '--setting', 'private', '-o', 'x.csv']);
    expect(output.stderr).toContain('--output: these are for a table');
  });

  test('an option is for the rows that say nothing, and a row that says another is not answered', async () => {
    const list = cli.file(
      `provider,setting,on\nukprn:${OTHER},publicly-funded,2026-10-01\nukprn:${OTHER},,01/10/2026\n`,
    );
    const both = await cli.client(['check', list, '--setting', 'private']);
    expect(both.code).toBe(1);
    expect(both.stdout).toMatch(/publicly-funded,2026-10-01,,.*invalid-question: setting.*private/);
    expect(both.stdout).toMatch(/,,01\/10\/2026,eligible,/);
    const said = cli.file(`provider,setting\nukprn:${OTHER},private\n`);
    expect(await cli.client(['check', said])).toMatchObject({ code: 0 });
    const lacking = await cli.client(['check', cli.file(`provider\nukprn:${OTHER}\n`)]);
    expect(lacking).toMatchObject({ code: 2, stdout: '' });
    expect(lacking.stderr).toContain('--setting');
  });

  test('a register that would answer the option in such a row is not asked', async () => {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, reply) => {
      asked.push(request.url);
      reply.writeHead(200, { 'content-location': '/v1/policies?knownAt=22' }).end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const earlier = cli.environment(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const list = cli.file(`provider,setting\nukprn:${OTHER},publicly-funded\nukprn:${OTHER},private\n`);
    const { code, stdout, stderr } = await cli.client(['check', list, '--setting', 'private'], earlier);
    server.close();
    expect({ code, stdout, asked }).toEqual({ code: 2, stdout: '', asked: ['/v1/policies'] });
    expect(stderr).toMatch(/line 2: .*of an earlier release.*leave the option out/);
  });

  test('a column that resembles a field stops the list, and others are kept and told', async () => {
    const rows = `provider,setting,From,Until,Owner\nukprn:${OTHER},private,2026-10-01,2026-10-31,Ann\n`;
    const stopped = await cli.client(['check', cli.file(rows)]);
    expect(stopped).toMatchObject({ code: 2, stdout: '' });
    expect(stopped.stderr).toMatch(/From resembles from, Until resembles until/);
    const mapped = await cli.client([
      'check',
      cli.file(rows),
      '--map',
      'from={From}',
      '--map',
      'until={Until}',
    ]);
    expect(mapped.code).toBe(0);
    expect(mapped.stderr).toContain('Nothing is taken from the column Owner');
    const again = await cli.client([
      'check',
      cli.file(mapped.stdout),
      '--map',
      'from={From}',
      '--map',
      'until={Until}',
      '--json',
    ]);
    expect(again.stderr).not.toContain('outcome,');
    expect(JSON.parse(again.stdout)).toMatchObject({
      outcome: 'eligible',
      from: '2026-10-01',
      until: '2026-10-31',
    });
  });

  describe('under several policies', () => {
    const SCHOOL = 'urn:100001';
    const PERSON = 'adviser:c4b1e5q8';
    const ALL = ['england-statute', 'england-funding', 'england-guidance', 'cmqa-2017'];
    const asked = (setting: string, ...more: readonly string[]) =>
      cli.client(['check', `ukprn:${OTHER}`, '--setting', setting, '--on', '2026-10-01', ...more]);
    beforeAll(async () => {
      const school = { name: 'North School', phase: 'secondary', area: 'area:E10000014' };
      await accepted(cli.register, { type: 'SchoolRegistered', subject: SCHOOL, data: school });
      await accepted(cli.register, { type: 'AdviserRegistered', subject: PERSON, data: {} });
      for (const provider of [SCHOOL, `ukprn:${OTHER}`])
        await accepted(cli.register, {
          type: 'EngagementStarted',
          subject: PERSON,
          data: { provider, from: '2026-01-01', basis: 'employed' },
        });
    });

    test('an answer comes under each, with the address at which all of them stay', async () => {
      const { code, stdout } = await asked('school-commissioned', '--policy', 'all');
      expect(code).toBe(1);
      expect([...stdout.matchAll(/^Under (\S+):$/gm)].map(([, id]) => id)).toEqual(ALL);
      expect(stdout.match(/^May Other /gm)).toHaveLength(1);
      // What they say comes first, in a sentence that can be quoted.
      expect(stdout.split('\n').slice(1, 3)).toEqual([
        '',
        expect.stringMatching(
          /^The law: met, so far as can be said while no school is named\. Public funding: /,
        ),
      ]);
      expect(stdout).toContain(
        'Not covered by england-statute, and to be seen to elsewhere:\n- Criminal record and barred list checks',
      );
      expect(stdout).not.toContain('Not covered by cmqa-2017');
      const kept = await fetch(/^To keep as JSON: (\S+)$/m.exec(stdout)?.[1] ?? '');
      const { answers } = (await kept.json()) as { answers: { policy: { id: string } }[] };
      expect(answers.map(({ policy }) => policy.id)).toEqual(ALL);
      const json = await asked('school-commissioned', '--policy', 'all', '--json');
      expect(JSON.parse(json.stdout)).toEqual({ answers });
      expect(json.code).toBe(1);
    });

    test.each<[setting: string, policies: readonly string[], code: number]>([
      ['private', ['cmqa-2017'], 0],
      ['private', ['cmqa-2017', 'england-statute'], 3],
      ['school-commissioned', ['england-statute'], 0],
      ['school-commissioned', ['england-statute', 'england-funding'], 3],
      ['school-commissioned', ['england-statute', 'england-funding', 'cmqa-2017'], 1],
      ['national-careers-service', ['england-funding'], 3],
    ])('in %s under %j the exit code is %i, that of the worst', async (setting, policies, code) => {
      const options = policies.flatMap((policy) => ['--policy', policy]);
      expect((await asked(setting, ...options)).code).toBe(code);
      const list = cli.file(`provider,setting,on\nukprn:${OTHER},${setting},2026-10-01\n`);
      for (const json of [[], ['--json']])
        expect((await cli.client(['check', list, ...options, ...json])).code).toBe(code);
    });

    test('none of which has the setting, or one of which is unknown, are refused', async () => {
      expect(await asked('private', '--policy', 'england-statute')).toMatchObject({ code: 2, stdout: '' });
      const unknown = await asked('private', '--policy', 'cmqa-2017', '--policy', 'nothing');
      expect(unknown).toMatchObject({ code: 2, stdout: '' });
      expect(unknown.stderr).toContain('No edition of the policy nothing stands');
    });

    test('the school that asks is named by an option, of a list in a column or by an option', async () => {
      const person = ['--adviser', PERSON, '--policy', 'england-statute'];
      expect(await asked('school-commissioned', ...person)).toMatchObject({ code: 0 });
      const hers = await asked('school-commissioned', ...person, '--school', SCHOOL);
      expect(hers.code).toBe(1);
      expect(hers.stdout).toContain('What the law asks is not met, on that day.');
      const list = cli.file(
        `provider,setting,on,school\nukprn:${OTHER},school-commissioned,2026-10-01,${SCHOOL}\nukprn:${OTHER},school-commissioned,2026-10-01,\n`,
      );
      const asColumn = await cli.client(['check', list, ...person]);
      expect(asColumn.stderr).toContain('not-eligible 1, eligible 1');
      const asOption = await cli.client(['check', list, ...person, '--school', SCHOOL]);
      expect(asOption.stderr).toContain('not-eligible 2');
    });

    test('a list comes back with the columns of each, and is counted by each', async () => {
      const list = cli.file(
        `provider,setting,on\nukprn:${OTHER},school-commissioned,2026-10-01\nukprn:${OTHER},private,2026-10-01\nnobody,private,2026-10-01\n`,
      );
      const out = join(cli.folder, 'several.csv');
      const options = ['--policy', 'cmqa-2017', '--policy', 'england-statute'];
      const { code, stderr } = await cli.client(['check', list, ...options, '-o', out]);
      expect(code).toBe(1);
      const counts =
        'england-statute: eligible 1, silent 1; cmqa-2017: not-eligible 1, eligible 1; not answered 1';
      expect(stderr).toContain(`${counts}: ${out}`);
      const written = readFileSync(out, 'utf8');
      expect(written).toMatch(/^provider,setting,on,outcome.england-statute,outcome.cmqa-2017,eligibleUntil/);
      const again = await cli.client(['check', out, ...options, '-o', out.replace('.csv', '2.csv')]);
      expect(again.stderr).not.toContain('outcome.');
      expect(readFileSync(out.replace('.csv', '2.csv'), 'utf8')).toBe(written);
      const json = await cli.client(['check', list, ...options, '--json']);
      expect(json.stderr).toContain(counts);
    });
  });

  test('what is set in the environment may have a line end behind it, and is told in words where it is no key', async () => {
    const settings = {
      GUIDANCE_REGISTER_URL: ` ${cli.register.url}/\r\n`,
      GUIDANCE_REGISTER_KEY: `${REGISTRAR_KEY}\r`,
    };
    expect(await cli.client(['history', '--mine', '--type', 'DayOpened'], settings)).toMatchObject({
      code: 0,
    });
    for (const key of ['two words', 'caf\u00e9', 'a\u0000b'.replace('\u0000', '\n')]) {
      const { code, stderr } = await cli.client(['history', '--mine'], {
        ...settings,
        GUIDANCE_REGISTER_KEY: key,
      });
      expect(code).toBe(2);
      expect(stderr).toContain(
        'The key, in GUIDANCE_REGISTER_KEY or as --key, has a character that no key has',
      );
      expect(stderr).not.toContain(key);
    }
    for (const quote of ['"', "'"]) {
      const quoted = { ...settings, GUIDANCE_REGISTER_KEY: `${quote}${REGISTRAR_KEY}${quote}\r` };
      const { code, stderr } = await cli.client(['history', '--mine'], quoted);
      expect(code).toBe(2);
      expect(stderr).toContain('stands in quotes, which belong to no key: leave them out');
    }
    for (const more of ['/v1', '/v1/', '/?a=b', '/#a']) {
      const elsewhere = { ...settings, GUIDANCE_REGISTER_URL: `${cli.register.url}${more}` };
      const { code, stderr } = await cli.client(['history', '--mine'], elsewhere);
      expect(code).toBe(2);
      expect(stderr).toContain('Give the address of the register itself, without /v1, ? and #.');
    }
  });

  test('a list comes back with the answers beside each row', async () => {
    const list = cli.file(Buffer.from(`Who,UKPRN\r\nCaf\xe9,${OTHER}\r\nNobody,x\r\n`, 'latin1'));
    const out = join(cli.folder, 'answers.csv');
    const asked = ['--setting', 'private', '--on', '2026-10-01', '--map', 'provider=ukprn:{UKPRN}'];
    const { code, stdout, stderr } = await cli.client(['check', list, ...asked, '-o', out]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('eligible 1, not answered 1');
    const written = readFileSync(out, 'utf8');
    const [header, first, second] = written.split('\r\n');
    expect(header).toMatch(/^\uFEFFWho,UKPRN,outcome,eligibleUntil,/);
    expect(first).toMatch(new RegExp(`^Café,${OTHER},eligible,`));
    expect(second).toMatch(/^Nobody,x,,.*invalid-question/);
    expect(existsSync(`${out}.unfinished`)).toBe(false);
    const again = await cli.client(['check', list, ...asked, '-o', out]);
    expect(again).toMatchObject({ code: 2, stdout: '' });
    expect(again.stderr).toContain('--force');
    expect(await cli.client(['check', list, ...asked, '-o', out, '--force'])).toMatchObject({ code: 1 });
    expect(readFileSync(out, 'utf8')).toBe(written);
  });

  test('a list is never written over by its answers, and one in UTF-8 without a mark gets none', async () => {
    const content = `UKPRN\n${OTHER}\n`;
    const list = cli.file(content);
    const asked = ['--setting', 'private', '--on', '2026-10-01', '--map', 'provider=ukprn:{UKPRN}', '-o'];
    for (const force of [[], ['--force']])
      expect(await cli.client(['check', list, ...asked, list, ...force])).toMatchObject({ code: 2 });
    expect(readFileSync(list, 'utf8')).toBe(content);
    const out = join(cli.folder, 'unmarked.csv');
    expect(await cli.client(['check', list, ...asked, out])).toMatchObject({ code: 0 });
    expect(readFileSync(out, 'utf8')).toMatch(/^UKPRN,outcome/);
    const marked = cli.file(`\uFEFF${content}`);
    expect(await cli.client(['check', marked, ...asked, out, '--force'])).toMatchObject({ code: 0 });
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
    await cli.client(['check', `ukprn:${OTHER}`, '--setting', 'private'], cli.environment(url, 'mine'));
    await cli.client(['history', `ukprn:${OTHER}`], cli.environment(url, 'mine'));
    await cli.client(['history', `ukprn:${OTHER}`], { GUIDANCE_REGISTER_URL: url });
    server.close();
    expect(sent).toEqual(['Bearer mine', 'Bearer mine', undefined]);
  });

  test('a history says when, by whom and what, and what became of it', async () => {
    const { code, stdout } = await cli.client(['history', `ukprn:${UKPRN}`]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^\d+ {2}.* \(London time\), body:registrar\n {2}AccreditationAwarded of ukprn:\d+\n {4}.*until 2027-12-31.*\n {4}corrected: until 2026-12-31 \(.*by \d+.*\)\n {4}disputed \(opened \d+/m,
    );
    expect(stdout).not.toMatch(/[0-9]T[0-9]{2}:/);
    const json = await cli.client(['history', `ukprn:${UKPRN}`, '--json']);
    expect(
      json.stdout
        .split('\n')
        .slice(0, -1)
        .map((line) => (JSON.parse(line) as { type: string }).type),
    ).toEqual(['ProviderRegistered', 'AccreditationAwarded', 'EventCorrected', 'DisputeOpened']);
    expect(await cli.client(['history', 'ukprn:19999998'])).toMatchObject({ code: 2, stdout: '' });
  });
});
