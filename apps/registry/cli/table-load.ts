import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { lineOf, readTable, type BrokenRow, type Row, type Table } from '@app/application/spreadsheet/table';
import { Ending, EXIT, unreadable } from './ending';
import { columnsOf, mendOf, type Item, type Load } from './load';

/** The columns that a table of problems has in front of those of the table that was posted. */
const SAID = ['line', 'reason', 'mend', 'column'] as const;
/** A table as it is sent has these between its cells. */
const DELIMITER = ',';

/** Further columns for each row of a table: those of the row of another table that says the same in a column. */
export interface Lookup {
  readonly on: string;
  readonly columns: readonly string[];
  of(key: string): readonly string[] | { readonly lines: readonly number[] } | undefined;
}

/** A file as a table; ends the program where there is none. */
async function open(file: string, charset: string | undefined): Promise<Table & { close: () => void }> {
  const stream = createReadStream(file);
  const table = await readTable(stream as AsyncIterable<Buffer>, charset).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  if ('code' in table) throw new Ending(EXIT.usage, `${file}: ${table.detail}`);
  return { ...table, close: () => stream.destroy() };
}

/** Reads the whole of another table, by the column that both have. Of its columns those come along that the first has not. */
export async function lookupIn(
  file: string,
  on: string,
  charset: string | undefined,
  known: readonly string[],
): Promise<Lookup> {
  const { columns, rows } = await open(file, charset);
  if (!known.includes(on))
    throw new Ending(EXIT.usage, `There is no column ${on} to look up by: the table has ${known.join(', ')}`);
  const by = columns.indexOf(on);
  if (by < 0) throw new Ending(EXIT.usage, `${file} has no column ${on}, but ${columns.join(', ')}`);
  const further = columns.flatMap((name, i) => (name === '' || known.includes(name) ? [] : [i]));
  const found = new Map<string, Row[]>();
  for await (const part of rows) {
    for (const row of part) {
      if ('refusal' in row) throw new Ending(EXIT.usage, `${file}, line ${row.line}: ${row.refusal.detail}`);
      const key = row.cells[by] ?? '';
      if (key === '') continue;
      found.set(key, [...(found.get(key) ?? []), row]);
    }
  }
  return {
    on,
    columns: further.map((i) => columns[i] ?? ''),
    of(key) {
      const its = found.get(key);
      const [only] = its ?? [];
      if (!its || !only) return undefined;
      if (its.length > 1) return { lines: its.map(({ line }) => line) };
      return further.map((i) => only.cells[i] ?? '');
    },
  };
}

/** The columns of a table, without those that say what was wrong with its rows when they were posted before. */
export async function columnsIn(file: string, charset: string | undefined): Promise<readonly string[]> {
  const { columns, close } = await open(file, charset);
  close();
  return columns.slice(saidIn(columns));
}

function saidIn(columns: readonly string[]): number {
  return SAID.every((name, i) => columns[i] === name) ? SAID.length : 0;
}

/** A table of events, each row one. `count`: how many rows it has, about. */
export async function tableLoad(
  file: string,
  charset: string | undefined,
  count: number,
  lookup: Lookup | undefined,
): Promise<Load> {
  const { columns, delimiter, close } = await open(file, charset);
  close();
  const own = columns.slice(saidIn(columns));
  return {
    path: '/v1/events/csv',
    type: 'text/csv',
    header: lineOf([...own, ...(lookup?.columns ?? [])], DELIMITER),
    columns: own,
    count,
    async *items() {
      const { rows } = await open(file, charset);
      const on = lookup ? own.indexOf(lookup.on) : -1;
      for await (const part of rows)
        yield part.map((row) => itemOf(row, columns.length - own.length, lookup, on));
    },
    problems: {
      ending: '.csv',
      // Spreadsheets take a table for UTF-8 where a mark says so.
      header: `\uFEFF${lineOf([...SAID, ...own], delimiter)}\r\n`,
      written: ({ line, cells }, fault) =>
        `${lineOf([String(line), fault.code, mendOf(fault), columnsOf(fault), ...cells], delimiter)}\r\n`,
    },
  };
}

function itemOf(row: Row | BrokenRow, said: number, lookup: Lookup | undefined, on: number): Item {
  const { line } = row;
  const cells = row.cells.slice(said);
  if ('refusal' in row) return { line, cells, text: '', fault: row.refusal };
  if (!lookup) return { line, cells, text: lineOf(cells, DELIMITER) };
  const key = cells[on] ?? '';
  const further = lookup.of(key);
  if (further && 'lines' in further) {
    return {
      line,
      cells,
      text: '',
      fault: {
        code: 'malformed',
        detail: `${lookup.on}: ${key} stands on lines ${further.lines.join(' and ')} of the other table: leave one of them`,
      },
    };
  }
  return { line, cells, text: lineOf([...cells, ...(further ?? lookup.columns.map(() => ''))], DELIMITER) };
}

/** A file’s name without what a file of problems has at its end: both are of one source. */
export function nameOf(file: string): string {
  return file.replace(PROBLEMS, '');
}

const PROBLEMS = /\.problems(?:-[0-9]+)?\.(?:csv|ndjson)$/;

/** The source of the events of a file for which none is given. */
export function sourceOf(file: string): string {
  return `file:${encodeURIComponent(basename(nameOf(file)).normalize('NFC'))}`;
}
