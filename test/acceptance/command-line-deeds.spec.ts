/// <reference types="jest" />
import { CommandLine } from './command-line';
import { accepted } from './refusal';

const cli = CommandLine.ofThisFile();

/** A provider with an award, and the award’s position. */
async function awarded(until?: string) {
  const ukprn = cli.ukprn();
  const subject = `ukprn:${ukprn}`;
  const registration = { name: 'Deeds', legalForm: 'other' };
  await accepted(cli.register, { type: 'ProviderRegistered', subject, data: registration });
  const data = {
    standard: 'matrix',
    reference: `D-${ukprn}`,
    from: '2026-01-01',
    kind: 'initial',
    ...(until === undefined ? {} : { until }),
  };
  const position = await accepted(cli.register, { type: 'AccreditationAwarded', subject, data });
  return {
    subject,
    reference: data.reference,
    position,
    of: ['--standard', 'matrix', '--reference', data.reference],
  };
}

/** The present data of an event. */
async function dataOf(position: string): Promise<unknown> {
  const { json } = await cli.register.ask(`/v1/events/${position}/history`);
  const { event } = json as { event: { data: object; corrected?: { data: object } } };
  return event.corrected?.data ?? event.data;
}

const recordedAt = (stdout: string) => /Recorded at position (\d+)/.exec(stdout)?.[1] ?? '';

describe('To correct an event', () => {
  test('only what is to be changed is said, as British days too, and all else stays as it stands', async () => {
    const { position } = await awarded('2027-12-31');
    const correct = ['correct', position, '--until', '31/01/2028', '--reason', 'wrong-end'];
    const before = (await cli.register.log()).length;
    const dry = await cli.client([...correct, '--dry-run']);
    expect(dry.code).toBe(0);
    expect(dry.stdout).toContain('until 2027-12-31 → 2028-01-31; clerical, wrong-end\nWould be recorded.\n');
    expect(dry.stdout).toContain('answers that would change on 1 September 2026: 1');
    expect(await cli.register.log()).toHaveLength(before);
    expect(await cli.client(correct)).toMatchObject({ code: 0 });
    expect(await dataOf(position)).toMatchObject({
      from: '2026-01-01',
      until: '2028-01-31',
      kind: 'initial',
    });
    await cli.client([
      'correct',
      position,
      '--set',
      'kind=Review',
      '--kind',
      'substantive',
      '--reason',
      'wrong-kind',
    ]);
    expect(await dataOf(position)).toMatchObject({ until: '2028-01-31', kind: 'review' });
    await cli.client(['correct', position, '--no-until', '--reason', 'no-end']);
    expect(await dataOf(position)).not.toHaveProperty('until');
  });

  test('giving the command again changes nothing, and correcting it back does', async () => {
    const { position } = await awarded('2027-12-31');
    const until = (day: string) => cli.client(['correct', position, '--until', day, '--reason', 'wrong-end']);
    await until('2028-01-31');
    const length = (await cli.register.log()).length;
    const again = await until('2028-01-31');
    expect(again).toMatchObject({ code: 0 });
    expect(again.stdout).toContain('says so already');
    expect(await cli.register.log()).toHaveLength(length);
    await until('2027-12-31');
    await until('2028-01-31');
    expect(await dataOf(position)).toMatchObject({ until: '2028-01-31' });
  });

  test('the event is named by its position, or by the id under which this body posted it', async () => {
    const { subject } = await awarded();
    const table = `id,subject,standard,reference,from,until,kind\nby-id-1,${subject},matrix,I-1,2026-01-01,2026-12-31,transfer\n`;
    const path = cli.file(table);
    await cli.client(['post', path, '--type', 'AccreditationAwarded']);
    const { stdout } = await cli.client([
      'correct',
      'by-id-1',
      '--until',
      '2027-01-31',
      '--reason',
      'wrong-end',
      '--json',
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ warnings: [] });
    const twin = cli.file(table.replace('I-1', 'I-2'));
    await cli.client(['post', twin, '--type', 'AccreditationAwarded']);
    const two = await cli.client(['retract', 'by-id-1', '--reason', 'posted-twice']);
    expect(two).toMatchObject({ code: 2, stdout: '' });
    expect(two.stderr).toMatch(
      /several events under the id by-id-1[^]*source file:table\d+\.csv\n.*source file:table/,
    );
    const source = `file:${twin.slice(twin.lastIndexOf('/') + 1)}`;
    const one = await cli.client(['retract', 'id:by-id-1', '--source', source, '--reason', 'posted-twice']);
    expect(one.code).toBe(0);
    expect(one.stdout).toContain(
      'which is the AccreditationAwarded from 2026-01-01, kind transfer, reference I-2',
    );
    expect(await cli.client(['retract', 'by-id-9', '--reason', 'wrong'])).toMatchObject({
      code: 1,
      stdout: '',
    });
  });

  test.each([
    [['--until', '31/02/2028'], 2, /--until 31\/02\/2028: give a day that exists/],
    [['--on', '2026-01-01'], 2, /is an AccreditationAwarded, which has no field on/],
    [['--no-from'], 2, /from: This field is missing/],
    [['--from', '2029-01-01'], 1, /invalid-interval/],
    [['--set', 'kind'], 2, /say it as --set field=value/],
    [['--set', 'until= '], 2, /say it as --set field=value.*--no-until/],
    [['--until', ''], 2, /--until: nothing is said/],
    [['--until', '\u00a0'], 2, /--until: nothing is said/],
    [['--set', 'until=2028-01-01', '--no-until'], 2, /both given and taken away/],
    [['--set', 'until=2028-01-01', '--until', '2029-01-01'], 2, /until is said twice/],
    [[], 2, /Say what is to be corrected/],
  ])('%j is refused in words', async (args, code, said) => {
    const { position } = await awarded('2027-12-31');
    const ended = await cli.client(['correct', position, ...args, '--reason', 'wrong-end']);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toMatch(said);
  });
});

describe('A deed of its own', () => {
  test('has no field that a script left empty: an award is not without an end for it', async () => {
    const { subject } = await awarded();
    const said = ['--standard', 'matrix', '--reference', 'E-1', '--from', '2026-09-01', '--kind', 'initial'];
    for (const until of ['', ' ', '\u00a0']) {
      const { code, stdout, stderr } = await cli.client(['award', subject, ...said, '--until', until]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain('--until: nothing is said. Say what it is, or leave the option out');
    }
  });

  test('suspends, lodges and decides an appeal, and reinstates', async () => {
    const { subject, of } = await awarded('2028-12-31');
    const suspend = [
      'suspend',
      subject,
      ...of,
      '--from',
      '01/10/2026',
      '--reason',
      'complaint',
      '--on-appeal',
      'Stands',
    ];
    const dry = await cli.client([...suspend, '--dry-run']);
    expect(dry.stdout).toContain('until 31 December 2028 → as asked until 30 September 2026');
    const suspended = recordedAt((await cli.client(suspend)).stdout);
    expect(await dataOf(suspended)).toMatchObject({ from: '2026-10-01', onAppeal: 'stands' });
    expect(await cli.client(['appeal', suspended, '--on', '02/10/2026'])).toMatchObject({ code: 0 });
    const decide = ['decide', suspended, '--on', '2026-10-05', '--outcome', 'dismissed'];
    expect(await cli.client(decide)).toMatchObject({ code: 0 });
    expect(await cli.client([...decide, '--id', 'once-more'])).toMatchObject({ code: 1, stdout: '' });
    const reinstate = ['reinstate', subject, ...of, '--from', '2026-12-01', '--json'];
    const { code, stdout } = await cli.client(reinstate);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ position: expect.stringMatching(/^\d+$/) as string });
  });

  test('given again it is not recorded twice, and after its retraction it says what to do', async () => {
    const { subject, of } = await awarded('2028-12-31');
    const withdraw = [
      'withdraw',
      subject,
      ...of,
      '--from',
      '2026-11-01',
      '--reason',
      'fee',
      '--on-appeal',
      'stays',
    ];
    const first = await cli.client(withdraw);
    const position = recordedAt(first.stdout);
    const again = await cli.client(withdraw);
    expect(again.code).toBe(0);
    expect(again.stdout).toContain(`Stood already, at position ${position}: nothing was recorded anew`);
    expect(await cli.client(['retract', position, '--reason', 'wrong-holder'])).toMatchObject({ code: 0 });
    const fallen = await cli.client(withdraw);
    expect(fallen.code).toBe(1);
    expect(fallen.stdout).toContain('was retracted. Give it another id with --id, or retract the retraction');
    expect(await cli.client([...withdraw, '--id', 'withdrawn-anew'])).toMatchObject({ code: 0 });
  });

  test('every type that fits into options can be recorded, and says all that it lacks at once', async () => {
    const { subject } = await awarded();
    const closed = await cli.client([
      'record',
      'ProviderClosed',
      subject,
      '--on',
      '30/11/2026',
      '--reason',
      'ceased',
    ]);
    expect(closed).toMatchObject({ code: 0 });
    const lacking = await cli.client(['record', 'AccreditationSuspended', subject, '--standard', 'matrix']);
    expect(lacking).toMatchObject({ code: 2, stdout: '' });
    expect(lacking.stderr).toMatch(
      /needs more:\n {2}--reference .*\n {2}--from .*\n {2}--reason .*\n {2}--on-appeal .*stays, stands/,
    );
    const unknown = await cli.client([
      'award',
      'ukprn:19999990',
      '--standard',
      'matrix',
      '--reference',
      'N-1',
      '--from',
      '2026-01-01',
      '--kind',
      'initial',
    ]);
    expect(unknown).toMatchObject({ code: 1, stdout: '' });
    expect(unknown.stderr).toContain('unknown-subject');
    const wrong = await cli.client([
      'award',
      '10000001',
      '--standard',
      'matrix',
      '--reference',
      'N-1',
      '--from',
      '2026-01-01',
      '--kind',
      'new',
    ]);
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.stderr).toMatch(/\n {2}subject: [^\n]*\n[^]*kind: .*initial/);
  });
});

describe('guidance-register history', () => {
  test('--mine lists what was posted with one’s key, also as a table with the fields as they stand now', async () => {
    const { subject } = await awarded();
    const path = cli.file(
      `id,subject,standard,reference,from,until,kind\nmine-1,${subject},matrix,M-77,2026-01-01,2026-12-31,transfer\n`,
    );
    await cli.client(['post', path, '--type', 'AccreditationAwarded']);
    await cli.client(['correct', 'mine-1', '--until', '2027-01-31', '--reason', 'wrong-end']);
    const source = `file:${path.slice(path.lastIndexOf('/') + 1)}`;
    const { code, stdout } = await cli.client(['history', '--mine', '--source', source, '--csv']);
    expect(code).toBe(0);
    const [header = '', row = '', ...rest] = stdout.split('\r\n');
    expect(header).toMatch(/^position,recordedAt,body,type,source,id,subject,stands,correctedBy,/);
    expect(row).toMatch(
      new RegExp(`,body:registrar,AccreditationAwarded,${source},mine-1,${subject},yes,\\d+,`),
    );
    expect(row.split(',')[header.split(',').indexOf('until')]).toBe('2027-01-31');
    expect(rest).toEqual(['']);
    const types = async (...args: readonly string[]) =>
      (await cli.client(['history', ...args, '--json'])).stdout
        .split('\n')
        .slice(0, -1)
        .map((line) => (JSON.parse(line) as { type: string }).type);
    expect(new Set(await types('body:registrar', '--type', 'EventCorrected'))).toEqual(
      new Set(['EventCorrected']),
    );
    expect((await types('--mine')).length).toBeGreaterThan(20);
    expect(await cli.client(['history', 'body:nobody'])).toMatchObject({ code: 2, stdout: '' });
    expect(await cli.client(['history', subject, '--mine'])).toMatchObject({ code: 2, stdout: '' });
    expect(await cli.client(['history', subject, '--type', 'EventCorrected'])).toMatchObject({
      code: 2,
      stdout: '',
    });
  });
});
