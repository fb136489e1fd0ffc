import { isRefusal, refuse, type Refusal } from '@app/domain/values/problem';
import { CsvError, parse } from 'csv-parse';
import { readText } from './text';

/** A row of a table: the line on which it begins, the header being 1, and a cell for each column, without space around it. */
export interface TableRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** What stands in the place of a row that cannot be read: its cells as they were, so many as there are. */
export interface BrokenRow extends TableRow {
  readonly refusal: Refusal;
}

/** A table (RFC 4180) as spreadsheets save it. */
export interface Table {
  /** As the header names them. */
  readonly columns: readonly string[];
  readonly delimiter: string;
  /** Whether it began with a byte-order mark. */
  readonly marked: boolean;
  /**
   * Its rows as they come, without blank ones. The last may be broken, if no one can say where the next would
   * begin. Rejects if the source does; then it never gives an unfinished last row.
   */
  readonly rows: AsyncIterable<readonly (TableRow | BrokenRow)[]>;
}

/** The most bytes of a row: a quote that is never closed ends there. */
const LONGEST_ROW = 1024 * 1024;
const DELIMITERS = [',', ';', '\t'] as const;
const QUOTE = 0x22;
const LINE_ENDS: readonly number[] = [0x0a, 0x0d];

/**
 * Reads a table in any encoding of {@link readText}, with any line ends, and with commas, semicolons or tabs
 * between the cells: as a first line `sep=;` says, which some spreadsheets write, or else whichever occurs
 * most in the header; if the header has several kinds, the one that the first row has as often. `given`: the
 * delimiter, unless the table itself names one. `malformed` if there is no header.
 */
export async function readTable(
  source: AsyncIterable<Uint8Array>,
  charset?: string,
  given?: string,
): Promise<Table | Refusal> {
  const text = await readText(source, charset);
  if (isRefusal(text)) return text;
  const chunks = text.chunks[Symbol.asyncIterator]();
  const { head, line, delimiter } = await beginning(chunks, given);
  if (WORKBOOKS.some((bytes) => bytes.every((byte, i) => head[i] === byte)))
    return refuse('malformed', A_WORKBOOK);
  if (line === undefined) return refuse('malformed', NO_END_OF_HEADER);
  const said = /^sep=(.)$/.exec(line)?.[1];
  const parts = partsOf(head, chunks, new RowParser(delimiter));
  let first: readonly (TableRow | BrokenRow)[] = [];
  for (let next = await parts.next(); next.done !== true; next = await parts.next()) {
    first = [...first, ...next.value];
    if (first.length > (said === undefined ? 0 : 1)) break;
  }
  const [header, ...rows] = said === undefined ? first : first.slice(1);
  if (!header) return refuse('malformed', NO_HEADER);
  if ('refusal' in header) return header.refusal;
  const named = header.cells.findLastIndex((name) => name !== '') + 1;
  // Spreadsheets write empty columns at the end by the hundred; beyond the limit they are ignored.
  const isLong = header.cells.length > MOST_COLUMNS && header.cells.length <= MOST_EMPTY_COLUMNS;
  const columns = isLong ? header.cells.slice(0, named) : header.cells;
  if (columns.length > MOST_COLUMNS) {
    return refuse(
      'malformed',
      `The header has ${columns.length} columns: leave out what says nothing, at most ${MOST_COLUMNS} are read`,
    );
  }
  return {
    columns,
    delimiter,
    marked: text.marked,
    rows: (async function* () {
      yield await Promise.resolve(fitted(rows, columns, named));
      for await (const part of parts) yield fitted(part, columns, named);
    })(),
  };
}

/**
 * The most columns: every row is answered with a cell for each, and a few bytes must not become a long
 * answer.
 */
const MOST_COLUMNS = 256;
/** The most columns if those at the end have no name. */
const MOST_EMPTY_COLUMNS = 2_048;
const LONGEST_HEADER = 64 * 1024;
/** The most characters of a cell: no stored event has room for more. */
const LONGEST_CELL = 65_535;

const NO_HEADER =
  'There is no table: its first line names the columns, and every line after it is a row of cells';
/** The first bytes of spreadsheet files: a ZIP of XML, and the format before 2007. */
const WORKBOOKS: readonly (readonly number[])[] = [
  [0x50, 0x4b, 0x03, 0x04],
  [0xd0, 0xcf, 0x11, 0xe0],
];
const A_WORKBOOK =
  'This is a spreadsheet’s own file (such as .xlsx), and no text: save it as CSV UTF-8 in the spreadsheet, and send that';
const NO_END_OF_HEADER = `The first line names the columns, and has to end within ${LONGEST_HEADER} bytes: is a quote in it not closed?`;

/** The header, and the chunks up to its end as one; no header if it does not end in time. */
interface Beginning {
  readonly head: Buffer;
  readonly line: string | undefined;
  readonly delimiter: string;
}

async function beginning(chunks: AsyncIterator<Buffer>, given?: string): Promise<Beginning> {
  let head: Buffer = Buffer.alloc(0);
  let isWhole = false;
  /**
   * The first line from a byte on that is not blank, and where it ends; undefined if it does not end in time.
   */
  const lineFrom = async (from: number): Promise<{ text: string; end: number } | undefined> => {
    let [start, quoted] = [from, false];
    for (let at = from; ;) {
      for (; at < head.length; at++) {
        const byte = head[at] ?? 0;
        if (byte === QUOTE) quoted = !quoted;
        if (quoted || !LINE_ENDS.includes(byte)) continue;
        if (at > start) return { text: head.toString('utf8', start, at), end: at };
        start = at + 1;
      }
      if (isWhole) return { text: head.toString('utf8', start), end: at };
      if (head.length - from > LONGEST_HEADER) return undefined;
      const next = await chunks.next();
      if (next.done === true) isWhole = true;
      else head = Buffer.concat([head, next.value]);
    }
  };
  const first = await lineFrom(0);
  const line = first?.text;
  if (!first || line === undefined) return { head, line, delimiter: ',' };
  const said = /^sep=(.)$/.exec(line)?.[1];
  const counts = DELIMITERS.map((delimiter) => ({ delimiter, count: countOf(line, delimiter) }));
  const [most, other] = counts.filter(({ count }) => count > 0).sort((one, two) => two.count - one.count);
  if (said !== undefined || given !== undefined || !other)
    return { head, line, delimiter: said ?? given ?? most?.delimiter ?? ',' };
  // Names may contain commas too, so the first row must be divided like the header.
  const { text: row } = (await lineFrom(first.end)) ?? { text: '' };
  const same = counts.filter(({ delimiter, count }) => count > 0 && countOf(row, delimiter) === count);
  const [only] = same.length === 1 ? same : [];
  return { head, line, delimiter: (only ?? most)?.delimiter ?? ',' };
}

function countOf(line: string, delimiter: string): number {
  return line.replace(/"[^"]*"/g, '').split(delimiter).length - 1;
}

async function* partsOf(
  head: Buffer,
  chunks: AsyncIterator<Buffer>,
  parser: RowParser,
): AsyncGenerator<readonly (TableRow | BrokenRow)[], void, undefined> {
  yield await parser.take(head);
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
    // Reads the rest after a break without using it: a client that is disconnected while sending never learns
    // why.
    if (!parser.broken) yield await parser.take(next.value);
  }
  if (!parser.broken) yield await parser.end();
}

/**
 * Makes rows with a cell for each column, without blank rows; columns after the last named one may be
 * missing.
 */
function fitted(
  rows: readonly (TableRow | BrokenRow)[],
  columns: readonly string[],
  named: number,
): readonly (TableRow | BrokenRow)[] {
  return rows.flatMap((row) => {
    if ('refusal' in row) return [row];
    const { line, cells } = row;
    if (cells.every((cell) => cell === '')) return [];
    const refusal = misfit(cells, columns, named);
    if (refusal) return [{ line, cells, refusal }];
    return [cells.length === columns.length ? row : { line, cells: columns.map((_, i) => cells[i] ?? '') }];
  });
}

function misfit(cells: readonly string[], columns: readonly string[], named: number): Refusal | undefined {
  if (cells.length < named || cells.slice(columns.length).some((cell) => cell !== '')) {
    return refuse(
      'malformed',
      `The row has ${cells.length} cells and the header ${columns.length}: give each column a cell, put a cell with a delimiter in it in quotes, and post the table again`,
    );
  }
  const long = cells.findIndex((cell) => cell.length > LONGEST_CELL);
  if (long >= 0) {
    return refuse(
      'too-large',
      `The cell in the column ${columns[long] ?? ''} has more than ${LONGEST_CELL} characters, for which no event has room: shorten it`,
    );
  }
  const lost = cells.findIndex((cell) => cell.includes('\uFFFD'));
  return lost < 0
    ? undefined
    : refuse(
        'malformed',
        `The column ${columns[lost] ?? ''} has a character that is not UTF-8: save the table as UTF-8, or say in which encoding it is (Content-Type: text/csv; charset=windows-1252, macintosh for an old Mac), and post it again`,
      );
}

/** Splits a text into rows. Once it is broken it ignores further text. */
class RowParser {
  #rows: TableRow[] = [];
  #line = 1;
  #blank = 0;
  #lines = 0;
  #broken = false;
  readonly #parser: ReturnType<typeof parse>;

  constructor(delimiter: string) {
    this.#parser = parse({
      delimiter,
      max_record_size: LONGEST_ROW,
      on_record: (cells: string[], { lines, empty_lines }) => {
        this.#add(cells, lines, empty_lines);
        return null;
      },
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
    });
    this.#parser.resume();
    this.#parser.on('error', () => undefined);
  }

  get broken(): boolean {
    return this.#broken;
  }

  take(chunk: Buffer): Promise<readonly (TableRow | BrokenRow)[]> {
    return this.#after((done) => this.#parser.write(chunk, done));
  }

  end(): Promise<readonly (TableRow | BrokenRow)[]> {
    return this.#after((done) => this.#parser.end(done));
  }

  async #after(
    step: (done: (error?: Error | null) => void) => unknown,
  ): Promise<readonly (TableRow | BrokenRow)[]> {
    const error = await new Promise<Error | null | undefined>((resolve) => step(resolve));
    const rows = this.#rows;
    this.#rows = [];
    if (!error) return rows;
    this.#broken = true;
    return [...rows, { line: this.#line, cells: [], refusal: brokenBy(error) }];
  }

  /** Lines within quotes are counted here, because the parser counts Windows line ends twice. */
  #add(record: readonly string[], lines: number, blank: number): void {
    const line = this.#line + blank - this.#blank;
    const spans = lines - this.#lines - (blank - this.#blank) > 1;
    const within = spans ? record.reduce((sum, cell) => sum + cell.split(/\r\n|\n|\r/).length - 1, 0) : 0;
    this.#line = line + within + 1;
    this.#blank = blank;
    this.#lines = lines;
    this.#rows.push({ line, cells: record.map(tidied) });
  }
}

/** Removes blanks around a cell, and gives every accented letter one form. */
function tidied(cell: string): string {
  const trimmed = cell.trim();
  return /^[\x00-\x7f]*$/.test(trimmed) ? trimmed : trimmed.normalize('NFC');
}

function brokenBy(error: Error): Refusal {
  if (!(error instanceof CsvError)) throw error;
  const what =
    error.code === 'CSV_MAX_RECORD_SIZE'
      ? `This row has more than ${LONGEST_ROW} bytes: is a quote not closed?`
      : 'The quotes of this row do not match: put the whole cell in quotes, and write a quote within it twice.';
  return refuse(
    'malformed',
    `${what} What stands before it was read, and nothing from it on: correct it, and post the table again`,
  );
}

/** A line of a table (RFC 4180, section 2), without its end. */
export function lineOf(cells: readonly string[], delimiter: string): string {
  return cells.map((cell) => quoted(cell, delimiter)).join(delimiter);
}

function quoted(cell: string, delimiter: string): string {
  return cell.includes(delimiter) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
