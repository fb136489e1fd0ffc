/// <reference types="jest" />
import { readFileSync } from 'node:fs';
import { AWARD, CommandLine, mapped, REGISTER, sourceOf } from './command-line';
import { accepted } from './refusal';
import { workbookOf } from './workbook';

const cli = CommandLine.ofThisFile();

/** Everything that is posted is looked through first; here nothing was sent, and it was said which option decides it. */
async function stopped(args: readonly string[], ...said: readonly (string | RegExp)[]): Promise<void> {
  const before = (await cli.register.log()).length;
  const { code, stdout, stderr } = await cli.client(args);
  expect({ code, stdout, stderr }).toMatchObject({ code: 2, stdout: '' });
  for (const one of said) expect(stderr).toMatch(one);
  expect(await cli.register.log()).toHaveLength(before);
}

/** A provider that is registered. */
async function registered(): Promise<string> {
  const ukprn = cli.ukprn();
  const data = { name: 'Registered', legalForm: 'other' };
  await accepted(cli.register, { type: 'ProviderRegistered', subject: `ukprn:${ukprn}`, data });
  return ukprn;
}

/** What the award under a reference says of its days. */
async function daysOf(ukprn: string): Promise<readonly object[]> {
  const { json } = await cli.register.ask(`/v1/providers/ukprn:${ukprn}/history`);
  return (json as { events: readonly { type: string; data: { from: string; until?: string } }[] }).events
    .filter(({ type }) => type === 'AccreditationAwarded')
    .map(({ data: { from, until } }) => ({ from, ...(until === undefined ? {} : { until }) }));
}

describe('Before it sends a row the client looks at the columns', () => {
  const header = 'id,subject,standard,reference,from,Until,kind';
  const table = async () =>
    cli.file(`${header}\nu1,ukprn:${await registered()},matrix,UN-1,2026-09-01,2027-08-31,initial\n`);

  test('stops at one that resembles a field, until it is mapped or left out', async () => {
    const path = await table();
    const post = ['post', path, '--type', 'AccreditationAwarded'];
    await stopped(
      post,
      /Until resembles until/,
      /--map 'until=\{Until\}'/,
      /--ignore 'Until'/,
      /--ignore '\*'/,
    );
    const ukprn = /ukprn:(\d+)/.exec(readFileSync(path, 'utf8'))?.[1] ?? '';
    expect(await cli.client([...post, '--map', 'until={Until}'])).toMatchObject({ code: 0 });
    expect(await daysOf(ukprn)).toEqual([{ from: '2026-09-01', until: '2027-08-31' }]);
  });

  test('stops at one that resembles nothing, also where others are mapped, and sends none that is left out', async () => {
    const { table } = cli.providers(1);
    const path = cli.file(table.replace('Name\n', 'Name,Notes\n').replace(/ 1\n/, ' 1,private\n'));
    await stopped(['post', path, ...REGISTER], /the column Notes, and nothing was sent/);
    await stopped(['post', path, ...REGISTER, '--ignore', 'Note'], /There is no column Note/);
    for (const ignore of ['Notes', '*'])
      expect(await cli.client(['post', path, ...REGISTER, '--ignore', ignore])).toMatchObject({
        code: 0,
        stderr: expect.stringContaining('Left out, and not sent: Notes.') as string,
      });
  });

  test('stops at a column without a name in which something stands', async () => {
    const { table } = cli.providers(2);
    const empty = cli.file(table.replaceAll('\n', ',\n'));
    expect(await cli.client(['post', empty, ...REGISTER, '--dry-run'])).toMatchObject({ code: 0 });
    const filled = cli.file(table.replace('Name\n', 'Name,\n').replaceAll(/ (\d)\n/g, ' $1,x\n'));
    await stopped(
      ['post', filled, ...REGISTER],
      /without a name has something in it on lines 2, 3/,
      /--ignore '\*'/,
    );
  });

  test('puts values in other words where a map says so', async () => {
    const ukprn = await registered();
    const path = cli.file(
      `No,UKPRN,Start,Type\n1,${ukprn},01/09/2026,Reaccreditation\n2,${ukprn},01/09/2026,Initial\n3,${ukprn},01/09/2026,New\n`,
    );
    const maps = ['id=v{No}', 'subject=ukprn:{UKPRN}', 'reference=V{No}', 'from={Start}', 'standard=matrix'];
    const post = ['post', path, '--type', 'AccreditationAwarded', ...mapped(...maps)];
    const { code, stdout } = await cli.client([...post, ...mapped('kind={Type|reaccreditation=review}')]);
    expect(code).toBe(1);
    expect(stdout).toContain('accepted: 2\nthere already: 0\nrefused: 1\n');
    expect(stdout).toMatch(/line 4: invalid-event.*\(New\)/);
    await stopped([...post, ...mapped('kind={Typ|a=b}')], /There is no column Typ/);
    await stopped([...post, ...mapped('kind={Type|a}')], /write a as value=other/);
  });

  test('refuses a row in which nothing stands that is read, and goes on', async () => {
    const { table } = cli.providers(2);
    const path = cli.file(
      table.replace('Name\n', 'Name,Notes\n').replace(/ 1\n/, ' 1,\n,,,total\n').replace(/ 2\n/, ' 2,\n'),
    );
    const { code, stdout } = await cli.client(['post', path, ...REGISTER, '--ignore', 'Notes']);
    expect(code).toBe(1);
    expect(stdout).toContain(
      'accepted: 2\nthere already: 0\nrefused: 1\n  line 3: malformed. Every cell of this row that is read is empty',
    );
  });
});

describe('Before it sends a row the client looks at the days', () => {
  test.each(['08/31/2029', '8/31/2029', '08-31-2029', 'August 31, 2029'])(
    'stops at %s, which can only have the month first',
    async (day) => {
      const ukprn = await registered();
      const path = cli.file(
        `No,UKPRN,Start,End\n1,${ukprn},2026-01-01,03/04/2029\n2,${ukprn},2027-01-01,"${day}"\n`,
      );
      await stopped(
        ['post', path, ...AWARD],
        /line 3/,
        /the column End/,
        /03\/04\/2029 would be taken for 3 April 2029/,
        /--dates iso/,
      );
      await stopped(['post', path, ...AWARD, '--dry-run'], /month first/);
    },
  );

  test('reads days day first or year first, says so where it matters, and takes one form alone where it is told', async () => {
    const ukprn = await registered();
    const path = cli.file(
      `No,UKPRN,Start,End\n1,${ukprn},03/04/2026,31.12.2026\n2,${ukprn},2027/01/01,28 Feb 2027\n`,
    );
    const iso = await cli.client(['post', path, ...AWARD, '--dates', 'iso', '--dry-run']);
    expect(iso.stdout).toContain('refused: 2\n');
    const { code, stderr } = await cli.client(['post', path, ...AWARD]);
    expect(code).toBe(0);
    expect(stderr).toContain('Days are read day first: 03/04/2026 is 3 April 2026.');
    expect(await daysOf(ukprn)).toEqual([
      { from: '2026-04-03', until: '2026-12-31' },
      { from: '2027-01-01', until: '2027-02-28' },
    ]);
  });
});

describe('Before it sends a row the client says which would have no end', () => {
  test.each([
    ['until', ',2027-08-31', ', ', 'Line 3 has no until'],
    ['until', ',\u00a0', ',', 'No row has an until'],
    ['Notes', ',2027-08-31', ',', 'No row has an until'],
  ])('with the column %s', async (column, one, two, said) => {
    const [first, second] = [await registered(), await registered()];
    const path = cli.file(
      [
        `id,subject,standard,reference,from,kind,${column}`,
        `e1,ukprn:${first},matrix,EN-1,2026-09-01,initial${one}`,
        `e2,ukprn:${second},matrix,EN-2,2026-09-01,initial${two}`,
        '',
      ].join('\n'),
    );
    const post = ['post', path, '--type', 'AccreditationAwarded', '--ignore', '*'];
    for (const args of [[...post, '--dry-run'], post]) {
      const { code, stderr } = await cli.client(args);
      expect(code).toBe(0);
      expect(stderr).toContain(`${said}: without one an AccreditationAwarded never ends.`);
    }
  });

  test('and nothing where all have one', async () => {
    const path = cli.file(`No,UKPRN,Start,End\n1,${await registered()},2026-09-01,2027-08-31\n`);
    expect((await cli.client(['post', path, ...AWARD, '--dry-run'])).stderr).not.toContain('until');
  });
});

describe('Before it sends a row the client looks at the bytes', () => {
  test.each([
    ['windows-1252', Buffer.from('No,UKPRN,Name\r\n1,@,Caf\xe9\r\n', 'latin1'), 'windows-1252'],
    ['of an old Mac', Buffer.from('No,UKPRN,Name\r1,@,Caf\x8e\r', 'latin1'), 'macintosh'],
    ['UTF-16', Buffer.from('\uFEFFNo,UKPRN,Name\r\n1,@,Café\r\n', 'utf16le'), ''],
    ['UTF-8', Buffer.from('\uFEFFNo,UKPRN,Name\n1,@,Café'), ''],
  ])('reads a table that is %s, and says where it guessed', async (_, bytes, guessed) => {
    const ukprn = cli.ukprn();
    const wide = guessed === '' && bytes[0] === 0xff;
    const content = Buffer.from(
      bytes.toString(wide ? 'utf16le' : 'latin1').replace('@', ukprn),
      wide ? 'utf16le' : 'latin1',
    );
    const { code, stderr } = await cli.client(['post', cli.file(content), ...REGISTER]);
    expect(code).toBe(0);
    if (guessed === '') expect(stderr).not.toContain('neither');
    else expect(stderr).toContain(`It is read as ${guessed}`);
    expect(await cli.nameOf(ukprn)).toBe('Café');
  });

  test('reads a table in the encoding that it is told', async () => {
    const ukprn = cli.ukprn();
    const path = cli.file(Buffer.from(`No,UKPRN,Name\n1,${ukprn},Caf\x8e\n`, 'latin1'));
    expect((await cli.client(['post', path, ...REGISTER, '--encoding', 'macintosh'])).code).toBe(0);
    expect(await cli.nameOf(ukprn)).toBe('Café');
  });

  test('one byte that is not UTF-8 garbles nothing: its row is refused', async () => {
    const [one, two] = [cli.ukprn(), cli.ukprn()];
    const bytes = Buffer.concat([
      Buffer.from(`No,UKPRN,Name\n1,${one},Café Tŷ\n2,${two},Caf`),
      Buffer.from([0xe9]),
      Buffer.from(' Old\n'),
    ]);
    const path = cli.file(bytes);
    const { code, stdout, stderr } = await cli.client(['post', path, ...REGISTER]);
    expect(code).toBe(1);
    expect(stdout).toContain('accepted: 1\nthere already: 0\nrefused: 1\n  line 3: malformed');
    expect(stderr).toContain('Line 3 cannot be read');
    expect(await cli.nameOf(one)).toBe('Café Tŷ');
    const list = ['check', path, '--setting', 'private', '--map', 'provider=ukprn:{UKPRN}'];
    await stopped(list, /bytes on line 3/, /save the file as CSV UTF-8/);
    const told = ['post', path, ...REGISTER, '--encoding', 'windows-1252'];
    await stopped(told, /but for bytes on line 3, and not in windows-1252/, /leave --encoding out/);
  });

  test('a blank of Windows at the end of a cell makes no file one of an old Mac', async () => {
    const ukprn = cli.ukprn();
    const path = cli.file(Buffer.from(`No,UKPRN,Name\r1,${ukprn},Old Hall\xa0\r`, 'latin1'));
    const { code, stderr } = await cli.client(['post', path, ...REGISTER]);
    expect(code).toBe(0);
    expect(stderr).toContain('It is read as windows-1252');
    expect(await cli.nameOf(ukprn)).toBe('Old Hall');
  });

  test('a table in UTF-8 is not read in the encoding that older ones were in', async () => {
    const path = cli.file(`No,UKPRN,Name\n1,${cli.ukprn()},Café\n`);
    const post = ['post', path, ...REGISTER, '--encoding'];
    for (const other of ['windows-1252', 'latin1', 'macintosh'])
      await stopped([...post, other], /is in UTF-8 or UTF-16, and not in/, /leave --encoding out/);
    expect(await cli.client([...post, 'UTF8', '--dry-run'])).toMatchObject({ code: 0 });
    const plain = cli.file(`No,UKPRN,Name\n1,${cli.ukprn()},Cafe\n`);
    const said = ['post', plain, ...REGISTER, '--dry-run', '--encoding'];
    expect(await cli.client([...said, 'windows-1252'])).toMatchObject({ code: 0 });
    await stopped(
      [...said, 'windows-1251x'],
      /name another such as windows-1252 or macintosh with --encoding/,
    );
  });

  test('where the bytes do not tell, it stops and asks for the encoding', async () => {
    const path = cli.file(Buffer.from(`No,UKPRN,Name\n1,${cli.ukprn()},Caf\x8e\n`, 'latin1'));
    await stopped(['post', path, ...REGISTER], /see line 2/, /--encoding windows-1252, macintosh or utf-8/);
    const mostly = Buffer.from(`No,UKPRN,Name\n1,${cli.ukprn()},\xc3\xa9 \xe9 \xe8 \xe7\n`, 'latin1');
    await stopped(['post', cli.file(mostly), ...REGISTER], /--encoding/);
  });

  test('what stands between the cells is found by the rows, or asked for', async () => {
    const ukprn = cli.ukprn();
    const rows = `1;${ukprn};Acme, Advice\r\n`;
    const name = 'No (as printed, with dashes, no spaces)';
    const maps = mapped(`id={${name}}`, 'subject=ukprn:{UKPRN}', 'name={Name}', 'legalForm=other');
    const path = cli.file(`${name};UKPRN;Name\r\n${rows}`);
    expect(await cli.client(['post', path, '--type', 'ProviderRegistered', ...maps])).toMatchObject({
      code: 0,
    });
    expect(await cli.nameOf(ukprn)).toBe('Acme, Advice');
    const quoted = cli.file(`sep=;\r\n"No";"UKPRN";"Name";"remarks (a,b,c,d)"\r\n2;${cli.ukprn()};B;\r\n`);
    const noted = ['post', quoted, ...REGISTER, '--ignore', '*'];
    expect(await cli.client(noted)).toMatchObject({ code: 0 });
    const both = cli.file(
      `No,a;UKPRN;Name\n1,a;${cli.ukprn()};C\n`.replace(';Name', ';Name,b').replace(';C', ';C,d'),
    );
    await stopped(['post', both, ...REGISTER], /between its cells: say which, as --delimiter/);
    const told = cli.file(`No|UKPRN|Name\n3|${cli.ukprn()}|D\n`);
    expect(await cli.client(['post', told, ...REGISTER, '--delimiter', 'pipe'])).toMatchObject({ code: 0 });
  });

  test('a quote that is never closed sends nothing of what stands before it', async () => {
    const path = cli.file(`No,UKPRN,Name\n1,${cli.ukprn()},A\n2,${cli.ukprn()},"B\n`);
    await stopped(['post', path, ...REGISTER], /line 3: The quotes of this row do not match/);
  });
});

describe('With another table', () => {
  test('a row that the other table lacks is refused in words, and makes no award without an end', async () => {
    const [one, two, three] = [await registered(), await registered(), await registered()];
    const path = cli.file(
      `No,UKPRN,Start\n1,${one},2026-01-01\n2,${two},2026-01-01\n3,0${three},2026-01-01\n4,,2026-01-01\n`,
    );
    const ends = cli.file(`UKPRN,End\n\u00a0${one} ,31/12/2026\n${three},31/12/2026\n`);
    const { code, stdout, stderr } = await cli.client([
      'post',
      path,
      ...AWARD,
      '--with',
      ends,
      '--on',
      'UKPRN',
    ]);
    expect(code).toBe(1);
    expect(stdout).toContain('accepted: 1\nthere already: 0\nrefused: 3\n');
    expect(stdout).toMatch(/line 3: .*stands on no line/);
    expect(stdout).toMatch(/line 4: .*has lost the zeros in front/);
    expect(stdout).toMatch(/line 5: .*The cell is empty/);
    expect(stderr).toContain('Lines 3, 4, 5 will be refused');
    expect(readFileSync(`${path}.problems.csv`, 'utf8')).toContain(`,2,${two},2026-01-01\r\n`);
    expect(await daysOf(one)).toEqual([{ from: '2026-01-01', until: '2026-12-31' }]);
    expect(await daysOf(two)).toEqual([]);
  });

  test('its days are looked at like those of the table itself', async () => {
    const ukprn = await registered();
    const path = cli.file(`No,UKPRN,Start\n1,${ukprn},2026-01-01\n`);
    const ends = cli.file(`UKPRN,End\n${ukprn},12/31/2026\n`);
    await stopped(
      ['post', path, ...AWARD, '--with', ends, '--on', 'UKPRN'],
      /12\/31\/2026 in the column End/,
    );
  });

  test('looks further columns up in another table', async () => {
    const ukprn = cli.ukprn();
    const path = cli.file('No,Org,From\n1,A,01/09/2026\n2,B,01/09/2026\n3,C,01/09/2026\n');
    const other = cli.file(`Org,UKPRN,From\nA,${ukprn},\nB,${cli.ukprn()},\nB,${cli.ukprn()},\n`);
    await accepted(cli.register, {
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
    const { code, stdout, stderr } = await cli.client([
      'post',
      path,
      ...awards,
      ...map.flatMap((one) => ['--map', one]),
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain(`Of ${other} nothing is taken from From: the table itself has such a column.`);
    expect(stdout).toContain('accepted: 1\nthere already: 0\nrefused: 2\n');
    expect(stdout).toMatch(/line 3: malformed.*B stands on lines 3 and 4/);
    expect(stdout).toMatch(
      /line 4: malformed.*C stands on no line of .*: add it there, or leave the row out/,
    );
    expect(readFileSync(`${path}.problems.csv`, 'utf8')).toContain('column,No,Org,From\r\n');
  });
});

describe('An Excel workbook', () => {
  const rows = (...ukprns: readonly string[]) => [
    ['No', 'UKPRN', 'Start', 'End', 'Notes'],
    ...ukprns.map((ukprn, i) => [`x${i}`, Number(ukprn), { day: 46_266 + i }, { day: 46_630 }, 'fine']),
  ];
  const posting = [...AWARD, '--ignore', 'Notes'];

  test.each(['xlsx', 'csv'])(
    'is read whatever it is called (.%s): its days, its numbers as people see them, and its first sheet that is shown',
    async (ending) => {
      const ukprn = await registered();
      const sheets = [
        { name: 'Lists', rows: [['secret']], hidden: true },
        { name: 'Awards', rows: rows(ukprn) },
        { name: 'Old', rows: [['No']] },
      ];
      const path = cli.file(workbookOf(sheets), ending);
      const { code, stderr } = await cli.client(['post', path, ...posting]);
      expect(code).toBe(0);
      expect(stderr).toContain('its sheet Awards is read, and not Old (--sheet names another)');
      expect(await daysOf(ukprn)).toEqual([{ from: '2026-09-01', until: '2027-08-31' }]);
      expect(await cli.standing(sourceOf(path))).toEqual({ events: 1, ids: 1 });
    },
  );

  test('gives the sheet that is named, and names those there are', async () => {
    const ukprn = await registered();
    const path = cli.file(
      workbookOf([
        { name: 'Cover', rows: [['hello']] },
        { name: 'Data', rows: rows(ukprn) },
      ]),
      'xlsx',
    );
    await stopped(['post', path, ...posting, '--sheet', 'Dta'], /has no sheet Dta, but Cover, Data/);
    expect(await cli.client(['post', path, ...posting, '--sheet', 'data'])).toMatchObject({ code: 0 });
    await stopped(
      ['post', cli.file('id,subject\n'), ...posting, '--sheet', 'Data'],
      /is no workbook: leave --sheet out/,
    );
  });

  const sheet = (xml: string) => ({
    'xl/worksheets/sheet1.xml': `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">${xml}</worksheet>`,
  });
  const text = (at: string, content: string) => `<c r="${at}" t="inlineStr"><is><t>${content}</t></is></c>`;
  const head = ['No', 'UKPRN', 'Start', 'End'].map((name, i) => text(`${'ABCD'[i] ?? ''}1`, name)).join('');
  const award = (line: number, ukprn: string, ...days: readonly string[]) =>
    `<row r="${line}"><c r="A${line}"><v>${line}</v></c><c r="B${line}"><v>${ukprn}</v></c>${days.map((day, i) => text(`${'CD'[i] ?? ''}${line}`, day)).join('')}</row>`;

  test('has no award without an end for a cell that is merged with that above', async () => {
    const [one, two] = [await registered(), await registered()];
    const rows = award(2, one, '2026-09-01', '2027-08-31') + award(3, two, '2026-09-01');
    const xml = `<sheetData><row r="1">${head}</row>${rows}</sheetData><mergeCells count="1"><mergeCell ref="D2:D4"/></mergeCells>`;
    const path = cli.file(workbookOf([{ name: 'Awards', rows: [] }], sheet(xml)), 'xlsx');
    const { code, stdout } = await cli.client(['post', path, ...AWARD]);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /refused: 1\n {2}line 3: malformed\. End \(#MERGED\): .*unmerge them, and fill each in/,
    );
    expect(await daysOf(one)).toEqual([{ from: '2026-09-01', until: '2027-08-31' }]);
    expect(await daysOf(two)).toEqual([]);
  });

  test('gives cells back as they are that are merged in a column that is not asked about', async () => {
    const ukprn = await registered();
    const rows = [2, 3].map(
      (line) =>
        `<row r="${line}">${text(`A${line}`, `ukprn:${ukprn}`)}${line === 2 ? text('B2', 'North') : ''}</row>`,
    );
    const xml = `<sheetData><row r="1">${text('A1', 'provider')}${text('B1', 'Trust')}</row>${rows.join('')}</sheetData><mergeCells count="1"><mergeCell ref="B2:B3"/></mergeCells>`;
    const path = cli.file(workbookOf([{ name: 'Asked', rows: [] }], sheet(xml)), 'xlsx');
    const { code, stdout } = await cli.client(['check', path, '--setting', 'private']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/North,eligible,.*\r\nukprn:\d+,,eligible,/);
  });

  test('is read where every row there could be is written, with nothing in it', async () => {
    const ukprn = await registered();
    const empty = Array.from(
      { length: 200_000 },
      (_, i) =>
        `<row r="${i + 3}"><c r="A${i + 3}" s="1"/><c r="D${i + 3}" s="1"></c></row><row r="${i + 800_000}"/>`,
    );
    const xml = `<sheetData><row r="1">${head}</row>${award(2, ukprn, '2026-09-01', '2027-08-31')}${empty.join('')}</sheetData>`;
    const path = cli.file(workbookOf([{ name: 'Awards', rows: [] }], sheet(xml)), 'xlsx');
    expect(await cli.client(['post', path, ...AWARD])).toMatchObject({ code: 0 });
    expect(await daysOf(ukprn)).toEqual([{ from: '2026-09-01', until: '2027-08-31' }]);
  });

  test('says where something stands far off, what stands above the names of its columns, and that a sheet is empty', async () => {
    const far = sheet(
      `<sheetData><row r="1">${head}</row><row r="900000"><c r="XFD900000"><v>1</v></c></row></sheetData>`,
    );
    const asked = (bytes: Buffer) => ['post', cli.file(bytes, 'xlsx'), ...AWARD];
    await stopped(asked(workbookOf([{ name: 'x', rows: [] }], far)), /row 900000 and column 16384: clear/);
    const title = { name: 'Titled', rows: [['Awards'], [], ...rows(cli.ukprn())] };
    await stopped(
      asked(workbookOf([title])),
      /row 1 of its sheet Titled holds “Awards” alone, and row 3 more/,
    );
    const sheets = [
      { name: 'Cover', rows: [] },
      { name: 'Data', rows: rows(cli.ukprn()) },
    ];
    await stopped(
      asked(workbookOf(sheets)),
      /nothing stands in its sheet Cover, which is read, and not Data/,
    );
  });

  test('that lost the zeros in front of a number is told so', async () => {
    const rows = [
      ['No', 'Company', 'Name'],
      [1, 1_234_567, 'Zeros'],
    ];
    const path = cli.file(workbookOf([{ name: 'Sheet1', rows }]), 'xlsx');
    const maps = mapped('id={No}', 'subject=company:{Company}', 'name={Name}', 'legalForm=company');
    const { code, stdout } = await cli.client(['post', path, '--type', 'ProviderRegistered', ...maps]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/Company \(1234567\): .*Perhaps zeros in front were lost/);
  });

  test('never takes the error of a formula, or a formula that was never worked out, for an empty cell', async () => {
    const ukprn = await registered();
    const path = cli.file(
      workbookOf([
        {
          name: 'Awards',
          rows: [
            ['No', 'UKPRN', 'Start', 'End', 'Notes'],
            ['e1', Number(ukprn), { day: 46_266 }, { xml: '<c t="e"><f>1/0</f><v>#N/A</v></c>' }],
            [],
            ['e2', Number(ukprn), { day: 46_266 }, { xml: '<c s="1"><f>C4+364</f></c>' }],
            [
              'e3',
              { xml: '<c><f>B2</f><v>1.9E7</v></c>' },
              { day: 46_266 },
              { xml: '<c s="1"><f>C5+364</f><v>46630</v></c>' },
            ],
            [
              'e4',
              Number(ukprn),
              { day: 46_266 },
              { day: 46_630.5 },
              { xml: '<c t="e"><f>1/0</f><v>#REF!</v></c>' },
            ],
          ],
        },
      ]),
      'xlsx',
    );
    const { code, stdout } = await cli.client(['post', path, ...posting]);
    expect(code).toBe(1);
    expect(stdout).toContain('accepted: 0\nthere already: 0\nrefused: 4\n');
    expect(stdout).toMatch(/line 2: malformed\. End \(#N\/A\): The formula gives #N\/A/);
    expect(stdout).toMatch(/line 4: malformed\. End .*does not hold what this formula gives/);
    expect(stdout).toMatch(/line 5: unknown-subject\. UKPRN \(19000000\)/);
    expect(stdout).toMatch(/line 6: invalid-event\. End \(2027-08-31 12:00:00\): A time of day/);
  });

  test('is refused in words where it is damaged, too large or of another form, by post and by check', async () => {
    const zip = (name: string) => workbookOf([{ name: 'x', rows: [] }], { [name]: 'x' });
    const without = (bytes: Buffer) =>
      Buffer.from(bytes.toString('latin1').replaceAll('xl/workbook.xml', 'xl/other___.xml'), 'latin1');
    const far = workbookOf([{ name: 'x', rows: [] }], {
      'xl/worksheets/sheet1.xml':
        '<worksheet><sheetData><row r="99999999"><c r="A99999999"><v>1</v></c></row></sheetData></worksheet>',
    });
    const cases: readonly (readonly [Buffer, RegExp])[] = [
      [
        Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0]),
        /old form \(\.xls\).*\.xlsx.*CSV UTF-8/,
      ],
      [without(zip('mimetype')), /is a zip, and no workbook/],
      [without(workbookOf([], { mimetype: 'x', 'content.xml': 'x' })), /OpenDocument \(\.ods\)/],
      [without(zip('Index/Document.iwa')), /Numbers \(\.numbers\)/],
      [zip('x').subarray(0, 300), /damaged/],
      [Buffer.from('<html><table><tr><td>id</td></tr></table></html>'), /is a page, and no table/],
      [far, /row 99999999 and column 1: .*save the sheet as CSV UTF-8/],
    ];
    for (const [bytes, said] of cases) {
      await stopped(['post', cli.file(bytes, 'xlsx'), ...AWARD], said);
      await stopped(['check', cli.file(bytes), '--setting', 'private'], said);
    }
  });

  test('is answered as a table', async () => {
    const ukprn = await registered();
    const path = cli.file(
      workbookOf([
        {
          name: 'Asked',
          rows: [
            ['UKPRN', 'on', 'Who'],
            [Number(ukprn), { day: 46_266 }, 'Zoë'],
          ],
        },
      ]),
      'xlsx',
    );
    const { code, stdout } = await cli.client([
      'check',
      path,
      '--setting',
      'private',
      '--map',
      'provider=ukprn:{UKPRN}',
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain(`\r\n${ukprn},2026-09-01,Zoë,eligible,`);
  });
});
