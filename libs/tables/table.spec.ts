import { isRefusal, type Refusal } from '@app/domain/values/problem';
import fc from 'fast-check';
import { readTable, type BrokenRow, type TableRow } from './table';

interface Read {
  readonly columns: readonly string[];
  readonly delimiter: string;
  readonly marked: boolean;
  readonly rows: readonly (TableRow | BrokenRow)[];
}

async function* inParts(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < bytes.length; i += size) yield await Promise.resolve(bytes.subarray(i, i + size));
}

async function read(
  text: string | Uint8Array,
  { charset, size = 7 }: { readonly charset?: string; readonly size?: number } = {},
): Promise<Read | Refusal> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const table = await readTable(inParts(bytes, size), charset);
  if (isRefusal(table)) return table;
  const rows: (TableRow | BrokenRow)[] = [];
  for await (const part of table.rows) rows.push(...part);
  return { ...table, rows };
}

async function rowsIn(...given: Parameters<typeof read>): Promise<readonly (TableRow | BrokenRow)[]> {
  const table = await read(...given);
  if (isRefusal(table)) throw new Error(table.detail);
  return table.rows;
}

const utf16 = (text: string, bigEndian = false) => {
  const bytes = Buffer.from(text, 'utf16le');
  return bigEndian ? bytes.swap16() : bytes;
};

describe('A table, however a spreadsheet saved it', () => {
  const ENCODINGS: Readonly<Record<string, (text: string) => Buffer>> = {
    'UTF-8': (text) => Buffer.from(text),
    'UTF-8 with a mark': (text) => Buffer.from(`\uFEFF${text}`),
    'UTF-16 with a mark': (text) => utf16(`\uFEFF${text}`),
    'UTF-16 with a mark, the other way round': (text) => utf16(`\uFEFF${text}`, true),
    'UTF-16 without a mark': (text) => utf16(text),
  };
  const cell = fc
    .string({ unit: 'grapheme', maxLength: 12 })
    .map((text) => text.normalize('NFC').replaceAll('\uFFFD', '').replaceAll('\uFEFF', '').trim());
  const tables = fc
    .array(fc.array(cell, { minLength: 3, maxLength: 3 }), { maxLength: 8 })
    .map((rows) => rows.filter((cells) => cells.some((text) => text !== '')));
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

  test.each(Object.keys(ENCODINGS))(
    'is read alike: %s, whatever its line ends, delimiters and parts',
    async (name) => {
      const encoded = ENCODINGS[name] ?? Buffer.from.bind(Buffer);
      await fc.assert(
        fc.asyncProperty(
          tables,
          fc.constantFrom('\n', '\r\n', '\r'),
          fc.constantFrom(',', ';', '\t'),
          fc.integer({ min: 1, max: 40 }),
          fc.boolean(),
          async (rows, end, delimiter, size, ended) => {
            const lines = [['Kurz', 'Länge', 'Größe'], ...rows].map((cells) =>
              cells.map(quoted).join(delimiter),
            );
            const table = await read(encoded(lines.join(end) + (ended ? end : '')), { size });
            expect(table).toMatchObject({
              columns: ['Kurz', 'Länge', 'Größe'],
              delimiter,
              rows: rows.map((cells) => ({ cells })),
            });
          },
        ),
        { numRuns: 40 },
      );
    },
  );

  test('may be in the encoding of an old Mac or an old Windows, where that is said', async () => {
    const bytes = Buffer.from([...Buffer.from('name\rCaf'), 0x8e]);
    expect(await rowsIn(bytes, { charset: 'macintosh' })).toEqual([{ line: 2, cells: ['Café'] }]);
    expect(
      await rowsIn(Buffer.from([...Buffer.from('name\nCaf'), 0xe9]), { charset: 'windows-1252' }),
    ).toEqual([{ line: 2, cells: ['Café'] }]);
  });

  test('is not guessed at where its bytes are no UTF-8: the row is refused, and the others are read', async () => {
    const rows = await rowsIn(
      Buffer.from([...Buffer.from('id,name\n1,Caf'), 0xe9, ...Buffer.from('\n2,Tea\n')]),
    );
    expect(rows).toMatchObject([
      { line: 2, refusal: { code: 'malformed', detail: expect.stringContaining('name') as string } },
      { line: 3, cells: ['2', 'Tea'] },
    ]);
  });

  test('says in which encodings it may be where one is named that no one knows', async () => {
    expect(await read('a\n1\n', { charset: 'klingon' })).toMatchObject({ code: 'malformed' });
  });

  test('has no header where nothing stands in it', async () => {
    expect(await read('')).toMatchObject({ code: 'malformed' });
    expect(await read('\n\n')).toMatchObject({ code: 'malformed' });
  });

  test('tells on which line each row begins, lines within quotes and blank ones counting', async () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const text = ['a,b', '1,2', '', '"x', '', 'y","z', 'w"', ',', '5,6', '7,8'].join(end);
      expect(await rowsIn(text)).toMatchObject([
        { line: 2, cells: ['1', '2'] },
        { line: 4, cells: [`x${end}${end}y`, `z${end}w`] },
        { line: 9, cells: ['5', '6'] },
        { line: 10, cells: ['7', '8'] },
      ]);
    }
  });

  test('passes over space around a cell, rows without anything in them, and cells beyond the header that are empty', async () => {
    expect(await rowsIn('a,b\n 1 ,\u00a02\n , \n3,4,,\n')).toEqual([
      { line: 2, cells: ['1', '2'] },
      { line: 4, cells: ['3', '4'] },
    ]);
  });

  test('writes a letter with an accent in one way, in whichever it was typed', async () => {
    expect(await rowsIn('a\nCafe\u0301\n')).toEqual([{ line: 2, cells: ['Caf\u00e9'] }]);
  });

  test('refuses a row with fewer or more cells than the header: a file cut off must not become an award without end', async () => {
    expect(await rowsIn('a,b,c\n1,2,3\n1,2\n1,2,3,4\n')).toMatchObject([
      { cells: ['1', '2', '3'] },
      { line: 3, cells: ['1', '2'], refusal: { code: 'malformed' } },
      { line: 4, cells: ['1', '2', '3', '4'], refusal: { code: 'malformed' } },
    ]);
  });

  test.each([
    ['a quote in the middle of a cell', 'a,b\n1,2\n3,4"5\n6,7\n'],
    ['more after a closing quote', 'a,b\n1,2\n"3"x,4\n6,7\n'],
    ['a quote that is never closed', 'a,b\n1,2\n3,"4\n6,7\n'],
  ])('ends at %s, and says on which line: no one knows where the next row begins', async (_, text) => {
    expect(await rowsIn(text)).toMatchObject([
      { line: 2, cells: ['1', '2'] },
      {
        line: 3,
        refusal: { code: 'malformed', detail: expect.stringContaining('nothing from it on') as string },
      },
    ]);
  });

  test.each([
    ['that has no end', 'a,'.repeat(40_000)],
    ['of more columns than anybody has', `${'a,'.repeat(300)}b\n1\n`],
    ['of thousands of columns without a name', `a,b${','.repeat(3_000)}\n1,2\n`],
    ['of what is a spreadsheet’s own file', 'PK\u0003\u0004,\n'],
  ])('has no header in a line %s', async (_, text) => {
    expect(await read(text, { size: 100 })).toMatchObject({ code: 'malformed' });
  });

  test('has hundreds of empty columns at its end as spreadsheets write them, and its rows may lack them', async () => {
    const empty = ','.repeat(300);
    expect(await read(`a,b${empty}\n1,2${empty}\n3,4\n5\n6,7,,8\n`, { size: 100 })).toMatchObject({
      columns: ['a', 'b'],
      rows: [{ cells: ['1', '2'] }, { cells: ['3', '4'] }, { refusal: {} }, { refusal: {} }],
    });
    expect(await read('a,b,,\n1,2\n3,4,5\n6\n')).toMatchObject({
      columns: ['a', 'b', '', ''],
      rows: [{ cells: ['1', '2', '', ''] }, { cells: ['3', '4', '5', ''] }, { refusal: {} }],
    });
  });

  test('has the delimiter of which the first row has as many as the header, whose names have others in them', async () => {
    const header = 'No (as printed, with dashes, no spaces);UKPRN;Start';
    for (const size of [1, 9, 1_000])
      expect(await read(`\n${header}\n\n1;17000002;"2026-01-01, or\nlater"\n`, { size })).toMatchObject({
        columns: ['No (as printed, with dashes, no spaces)', 'UKPRN', 'Start'],
        rows: [{ line: 4, cells: ['1', '17000002', '2026-01-01, or\nlater'] }],
      });
    expect(await read('a (x;y),b\n')).toMatchObject({ delimiter: ',' });
  });

  test('has its delimiter from a first line that says so, as some spreadsheets write it', async () => {
    for (const size of [1, 5, 7, 100])
      expect(await read('sep=;\r\na,x;b\r\n1;2\r\n', { size })).toMatchObject({
        columns: ['a,x', 'b'],
        rows: [{ line: 3, cells: ['1', '2'] }],
      });
  });

  test('has no cell that no event has room for', async () => {
    expect(await rowsIn(`a,b\n1,${'x'.repeat(70_000)}\n2,3\n`, { size: 65_536 })).toMatchObject([
      { line: 2, refusal: { code: 'too-large' } },
      { line: 3, cells: ['2', '3'] },
    ]);
  });

  test('ends at a row that never ends', async () => {
    const rows = await rowsIn(`a,b\n1,2\n3,"${'x'.repeat(1_100_000)}\n`, { size: 65_536 });
    expect(rows).toMatchObject([{ line: 2 }, { line: 3, refusal: { code: 'malformed' } }]);
  });

  test('gives no unfinished row where its source breaks off', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Buffer.from('a,b\n1,2\n3,4'));
      throw new Error('cut off');
    }
    const table = await readTable(broken());
    if (isRefusal(table)) throw new Error(table.detail);
    const rows: (TableRow | BrokenRow)[] = [];
    await expect(async () => {
      for await (const part of table.rows) rows.push(...part);
    }).rejects.toThrow('cut off');
    expect(rows).toEqual([{ line: 2, cells: ['1', '2'] }]);
  });
});
