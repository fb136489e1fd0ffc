import { isRefusal } from '@app/http-contract/problem/refusal-error';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { lineOf, readTable, type BrokenRow, type TableRow, type Table } from '@app/tables/table';
import { decided } from '../asking';
import { Ending, EXIT, unreadable } from '../exit-codes';
import { inOptions } from './upload-source';
import { linesInWords } from '../post/look';
import { survey, type TextSurvey } from './sniff';
import { kindOf, readSheet } from './workbook';

/** How a file is to be read, as far as somebody said it. */
export interface TableReadingOptions {
  readonly encoding?: string | undefined;
  readonly delimiter?: string | undefined;
  readonly sheet?: string | undefined;
  /** Whether it is the table to look up in, for which no option says how to read it. */
  readonly isOther?: boolean;
}

/** A file that holds a table, already examined: it can be read from its beginning any number of times. */
export interface TableFile {
  readonly columns: readonly string[];
  readonly delimiter: string;
  /** Whether it is for a spreadsheet program that takes it for UTF-8 only with a mark. */
  readonly isMarked: boolean;
  /** How it is read, if that is not evident; whole sentences. */
  readonly said: readonly string[];
  /** The lines with bytes that are not UTF-8, although the file is. */
  readonly broken: readonly number[];
  rows(): AsyncIterable<readonly (TableRow | BrokenRow)[]>;
}

const DELIMITERS: Readonly<Record<string, string>> = {
  comma: ',',
  semicolon: ';',
  tab: '\t',
  '\\t': '\t',
  pipe: '|',
};

/** The delimiter that an option names; undefined if it names none. */
export function delimiterIn(text: string): string | undefined {
  const said = Object.hasOwn(DELIMITERS, text) ? DELIMITERS[text] : text;
  return said?.length === 1 && !/["\r\n]/.test(said) ? said : undefined;
}

/** Opens a file as a table: a text in any encoding, or an Excel workbook whatever the file is called. Ends the program where it is none. */
export async function tableFile(file: string, manner: TableReadingOptions): Promise<TableFile> {
  const found = await survey(file);
  const kind = kindOf(found.head);
  if (kind === 'zip') return workbook(file, manner);
  if (kind) throw new Ending(EXIT.usage, `${file} ${kind.cannot}`);
  if (manner.sheet !== undefined) throw new Ending(EXIT.usage, `${file} is no workbook: leave --sheet out`);
  return text(file, found, manner);
}

async function text(file: string, found: TextSurvey, manner: TableReadingOptions): Promise<TableFile> {
  const { charset, said } = await encodingOf(file, found, manner);
  const delimiter = manner.delimiter ?? (await delimiterOf(file, charset, manner));
  const open = () => opened(file, createReadStream(file) as AsyncIterable<Buffer>, charset, delimiter);
  const table = await open();
  table.close();
  return {
    columns: table.columns,
    delimiter: table.delimiter,
    isMarked: found.isMarked || (charset !== undefined && !/^utf-?8$/i.test(charset)),
    said,
    broken: manner.encoding === undefined && found.encoding.is === 'broken' ? found.encoding.lines : [],
    async *rows() {
      yield* (await open()).rows;
    },
  };
}

/** The encoding to read a file in, and what to tell of it. Asks if the bytes do not decide it. */
async function encodingOf(
  file: string,
  { encoding }: TextSurvey,
  { encoding: given, isOther }: TableReadingOptions,
): Promise<{ readonly charset?: string; readonly said: readonly string[] }> {
  if (given !== undefined) {
    // A script may go on naming the encoding of an older table for a newer one in UTF-8: all its names would
    // be garbled.
    const isUnicode = (encoding.is === 'whole' && encoding.shows) || encoding.is === 'broken';
    if (isUnicode && !/^utf-?(?:8|16)/i.test(given.trim()))
      throw new Ending(
        EXIT.usage,
        `${file} is in UTF-8 or UTF-16${encoding.is === 'broken' ? `, but for bytes on ${linesInWords(encoding.lines)}` : ''}, and not in ${given}, in which its letters would come out wrong: leave --encoding out${encoding.is === 'broken' ? ', and correct those lines' : ''}`,
      );
    return { charset: given, said: [] };
  }
  switch (encoding.is) {
    case 'whole':
    case 'broken':
      return { said: [] };
    case 'old':
      return {
        charset: encoding.charset,
        said: [
          `${file} is neither UTF-8 nor UTF-16. It is read as ${encoding.charset}${encoding.byLineEnds && encoding.charset === 'macintosh' ? ', for its lines end as on an old Mac' : ''}; where letters come out wrong, ${isOther ? 'save it as CSV UTF-8' : 'say --encoding'}.`,
        ],
      };
    case 'doubtful':
      return {
        charset: await decided(
          `In which encoding is ${file}? Its bytes do not tell; line ${encoding.line} is one that differs.`,
          ['windows-1252', 'macintosh', 'utf-8'].map((value) => ({ value, label: value })),
          `${file} is neither UTF-8 nor UTF-16, and its bytes do not tell which encoding it is in (see line ${encoding.line}): ${isOther ? '' : 'say it, as --encoding windows-1252, macintosh or utf-8, or '}save the file as CSV UTF-8`,
        ),
        said: [],
      };
  }
}

/** The number of rows that show whether a delimiter is right. */
const ENOUGH_ROWS = 200;

/**
 * The delimiter of a table whose header alone could mislead, for example because names have commas in them;
 * undefined if the header may decide.
 */
async function delimiterOf(
  file: string,
  charset: string | undefined,
  { isOther }: TableReadingOptions,
): Promise<string | undefined> {
  const fits: string[] = [];
  for (const delimiter of [',', ';', '\t']) {
    const stream = createReadStream(file);
    const table = await readTable(stream as AsyncIterable<Buffer>, charset, delimiter).catch(
      (error: unknown) => {
        throw unreadable(file, error);
      },
    );
    if (isRefusal(table) || table.columns.length < 2) {
      stream.destroy();
      continue;
    }
    // The table names its delimiter itself.
    if (table.delimiter !== delimiter) {
      stream.destroy();
      return undefined;
    }
    let [rows, misfits] = [0, 0];
    for await (const part of table.rows) {
      rows += part.length;
      misfits += part.filter((row) => 'refusal' in row).length;
      if (rows >= ENOUGH_ROWS) break;
    }
    stream.destroy();
    if (rows > 0 && misfits * 2 < rows) fits.push(delimiter);
  }
  if (fits.length < 2) return fits[0];
  const name = (delimiter: string) => (delimiter === '\t' ? 'tab' : delimiter);
  return decided(
    `What stands between the cells of ${file}?`,
    fits.map((value) => ({ value, label: name(value) })),
    `${file} can be read with ${fits.map((one) => `“${name(one)}”`).join(' and with ')} between its cells: ${isOther ? `write it with one alone, or ‘sep=${fits[0] ?? ''}’ as its first line` : `say which, as --delimiter '${name(fits[0] ?? '')}'`}`,
  );
}

/** Opens a file as a table; ends the program if there is none. */
async function opened(
  file: string,
  chunks: AsyncIterable<Buffer>,
  charset?: string,
  delimiter?: string,
): Promise<Table & { close: () => void }> {
  const table = await readTable(chunks, charset, delimiter).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  if (isRefusal(table)) throw new Ending(EXIT.usage, `${file}: ${inOptions(table.detail)}`);
  return {
    ...table,
    close: () => {
      if ('destroy' in chunks) (chunks as unknown as { destroy: () => void }).destroy();
    },
  };
}

/**
 * A workbook as the table that its sheet would be if it were saved as CSV, each row with its number in the
 * sheet.
 */
async function workbook(
  file: string,
  { encoding, delimiter, sheet: wanted, isOther }: TableReadingOptions,
): Promise<TableFile> {
  const needless = [
    ...(encoding === undefined ? [] : ['--encoding']),
    ...(delimiter === undefined ? [] : ['--delimiter']),
  ];
  if (needless.length > 0)
    throw new Ending(
      EXIT.usage,
      `${file} is an Excel workbook, which has neither: leave ${needless.join(' and ')} out`,
    );
  const bytes = await readFile(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  const { name, sheets, rows } = await readSheet(file, bytes, wanted);
  const others = sheets.filter((one) => one !== name);
  const another =
    others.length === 0
      ? ''
      : `, and not ${others.join(', ')} (${isOther ? 'move the one that is meant to the front' : '--sheet names another'})`;
  const [header, ...further] = rows.flatMap((cells, i) =>
    cells.every((cell) => cell === '') ? [] : [{ cells, line: i + 1 }],
  );
  if (!header)
    throw new Ending(EXIT.usage, `${file}: nothing stands in its sheet ${name}, which is read${another}`);
  const width = (cells: readonly string[]) => cells.findLastIndex((cell) => cell !== '') + 1;
  const wider = further.find(({ cells }) => width(cells) > 1);
  if (header.cells.filter((cell) => cell !== '').length === 1 && wider)
    throw new Ending(
      EXIT.usage,
      `${file}: row ${header.line} of its sheet ${name} holds “${header.cells.find((cell) => cell !== '') ?? ''}” alone, and row ${wider.line} more. The first row that holds anything names the columns: delete what stands above that`,
    );
  // Trailing empty cells beyond the header are no cells.
  const least = width(header.cells);
  const filled = [header, ...further].map(({ cells, line }) => ({
    cells: cells.slice(0, Math.max(width(cells), least)),
    line,
  }));
  const lines = filled.map(({ cells }) => `${lineOf(cells, ',')}\n`);
  // The row numbers in the sheet, by line of the table.
  const numbers = new Map<number, number>();
  let at = 1;
  for (const [i, { line }] of filled.entries()) {
    numbers.set(at, line);
    at += lines[i]?.split(/\r\n|\r|\n/).length ?? 1;
    at -= 1;
  }
  const open = () => opened(file, chunked(lines), 'utf-8', ',');
  const { columns } = await open();
  return {
    columns,
    delimiter: ',',
    isMarked: true,
    said: [`${file} is an Excel workbook: its sheet ${name} is read${another}.`],
    broken: [],
    async *rows() {
      for await (const part of (await open()).rows)
        yield part.map((row) => ({ ...row, line: numbers.get(row.line) ?? row.line }));
    },
  };
}

async function* chunked(lines: readonly string[]): AsyncGenerator<Buffer> {
  const most = 1_000;
  for (let i = 0; i < lines.length; i += most)
    yield await Promise.resolve(Buffer.from(lines.slice(i, i + most).join('')));
}
