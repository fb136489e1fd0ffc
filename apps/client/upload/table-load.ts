import { basename } from 'node:path';
import type { CellError } from '@app/tables/cells';
import { eventDaysIn, surveyEvents } from '@app/tables/event-sheet';
import type { HeaderSurvey } from '@app/tables/columns';
import { lineOf, type BrokenRow, type TableRow } from '@app/tables/table';
import { readableNumber } from '@app/terminal/progress';
import { Ending, EXIT } from '../exit-codes';
import { fieldsOf, flatType } from '@app/tables/fields';
import {
  columnsOf,
  inOptions,
  mendOf,
  type UploadFault,
  type UploadItem,
  type Upload,
} from './upload-source';
import { columnsDecided, linesInWords, SeenDays, type SaidOfTable } from '../post/look';
import type { Lookup } from '../check/lookup';
import type { TableFile } from './table-file';
import { derivedIn, type Derived } from '../post/values';
import { cellFault } from './workbook';

/** The columns that a table of problems has in front of those of the posted table. */
const SAID = ['line', 'reason', 'mend', 'column'] as const;
/** The delimiter of a table as it is sent. */
const DELIMITER = ',';

/** The columns of a table, without those that say what was wrong with its rows when they were posted before. */
export function ownColumns(columns: readonly string[]): readonly string[] {
  return columns.slice(SAID.every((name, i) => columns[i] === name) ? SAID.length : 0);
}

/** An examined table: how it is sent, and what to say of it before. */
export interface TableLoad {
  readonly load: Upload;
  /** Where fields come from, as it was decided. */
  readonly said: SaidOfTable;
  /** What will be done with it; whole sentences. */
  readonly plan: readonly string[];
}

/**
 * A table of events of one type, one a row. The whole of it is examined and everything doubtful is decided
 * before any of it is sent. Only the columns that fields come from are sent.
 */
export async function tableLoad(
  file: string,
  table: TableFile,
  type: string,
  saidFirst: SaidOfTable,
  lookup: Lookup | undefined,
): Promise<TableLoad> {
  const own = ownColumns(table.columns);
  const plain = [...own, ...(lookup?.columns ?? [])];
  const derived = derivedIn(saidFirst.map, plain);
  const columns = [...plain, ...derived.map(({ name }) => name)];
  // These columns serve to look something up or to derive it, so they count as read.
  const bases = new Set([...derived.map(({ from }) => plain[from]), lookup?.on]);
  const { said, survey } = await columnsDecided(
    file,
    saidFirst,
    (one) => surveyEvents(type, columns, one),
    // Of the other table, only a column that looks like a field is in doubt: the rest of its columns are not
    // meant to be read.
    ({ name, resembles }) => !bases.has(name) && (own.includes(name) || resembles?.by === 'form'),
    (there) => {
      const missing = requiredOf(type).filter((field) => !there.includes(field));
      return missing.length === 0
        ? undefined
        : `No column has ${missing.join(', ')}, which every such event has. Map them: --map '${missing[0] ?? ''}={Column}', or text that is the same in every row. The columns are ${own.filter((name) => name !== '').join(', ')}`;
    },
  );
  const used = usedIn(survey);
  const front = table.columns.length - own.length;
  const making: Making = { front, own, lookup, derived, used, columns };
  const items = async function* (): AsyncGenerator<readonly UploadItem[]> {
    for await (const part of table.rows()) yield part.map((row) => itemOf(row, making));
  };
  const load: Omit<Upload, 'count'> = {
    path: '/v1/events/csv',
    type: 'text/csv',
    header: quoted(used.map((column) => columns[column] ?? '')),
    columns: own,
    items,
    problems: problemsOf(own, table.delimiter),
  };
  const seen = await lookedThrough(file, table, type, survey, making);
  const { count, days, stray } = seen;
  days.refuse(file);
  if (stray.length > 0)
    throw new Ending(
      EXIT.usage,
      `${file}: a column without a name has something in it on ${linesInWords(stray)}, and nothing was sent. Name the column, or leave such columns out with --ignore '*'`,
    );
  const left = survey.ignored.filter((name) => own.includes(name) && name !== '');
  const plan = [
    ...table.said,
    ...(lookup?.said ?? []),
    ...planInWords(file, type, left, seen),
    ...(seen.unread.length === 0
      ? []
      : [
          `${capitalisedLines(seen.unread)} cannot be read and will be refused${table.broken.length === 0 ? '' : ': there are bytes that are not UTF-8, as the rest is'}.`,
        ]),
    ...(seen.unfound.length === 0 || !lookup
      ? []
      : [
          `${capitalisedLines(seen.unfound)} will be refused, for ${lookup.file} has not exactly one row for each.`,
        ]),
  ];
  return { load: { ...load, count }, said, plan };
}

/** The columns from which something comes, in the order in which they stand. */
function usedIn({ mapping }: HeaderSurvey): readonly number[] {
  return [...new Set([...mapping.values()].flatMap(({ template, own: column }) => [...template, column]))]
    .filter((part) => typeof part === 'number')
    .sort((one, other) => one - other);
}

/** How the file is written for what is refused of a table. */
function problemsOf(own: readonly string[], delimiter: string): Upload['problems'] {
  return {
    ending: '.csv',
    // Spreadsheets take a table for UTF-8 where a mark says so.
    header: `\uFEFF${lineOf([...SAID, ...own], delimiter)}\r\n`,
    written: ({ line, cells }, fault) =>
      `${lineOf([String(line), fault.code, mendOf(fault), columnsOf(fault), ...cells], delimiter)}\r\n`,
  };
}

/** What a table holds: how many rows, the days in them, and the lines of those of which something is to be said. */
interface SeenRows {
  readonly count: number;
  readonly days: SeenDays;
  readonly unread: readonly number[];
  /** Those for which another table has not exactly one row. */
  readonly unfound: readonly number[];
  /** Those with something in a column without a name. */
  readonly stray: readonly number[];
  readonly endless: readonly number[];
}

/** Looks through all rows. Ends the program where the table cannot be read on. */
async function lookedThrough(
  file: string,
  table: TableFile,
  type: string,
  survey: HeaderSurvey,
  making: Making,
): Promise<SeenRows> {
  const { front, lookup, columns } = making;
  const days = new SeenDays();
  let count = 0;
  const [unread, unfound, stray]: [number[], number[], number[]] = [[], [], []];
  const isEndless = endlessOf(type, survey);
  const endless: number[] = [];
  for await (const part of table.rows()) {
    for (const row of part) {
      count++;
      const cells = row.cells.slice(front);
      if ('refusal' in row && row.cells.length === 0)
        throw new Ending(
          EXIT.usage,
          `${file}, line ${row.line}: ${inOptions(row.refusal.detail)}. Nothing was sent`,
        );
      const isUnfound = lookup?.fault(cells) !== undefined;
      if ('refusal' in row) unread.push(row.line);
      else {
        const all = allOf(cells, making);
        days.take(eventDaysIn(type, survey, columns, { line: row.line, cells: all }), row.line);
        if (!isUnfound && isEndless(all)) endless.push(row.line);
      }
      if (isUnfound) unfound.push(row.line);
      if (survey.nameless.some((column) => (cells[column] ?? '') !== '')) stray.push(row.line);
    }
  }
  return { count, days, unread, unfound, stray, endless };
}

/** What its rows become. */
function planInWords(
  file: string,
  type: string,
  left: readonly string[],
  { count, days, endless }: SeenRows,
): readonly string[] {
  return [
    `${file}: ${readableNumber(count)} ${count === 1 ? 'row, which' : 'rows, each of which'} becomes ${/^[AEIOU]/.test(type) ? 'an' : 'a'} ${type}.`,
    ...(left.length === 0 ? [] : [`Left out, and not sent: ${left.join(', ')}.`]),
    ...[days.inWords() ?? []].flat(),
    ...(endless.length === 0
      ? []
      : [
          `${endless.length === count ? `No row has an until` : `${capitalisedLines(endless)} ${endless.length === 1 ? 'has' : 'have'} no until`}: without one ${/^[AEIOU]/.test(type) ? 'an' : 'a'} ${type} never ends.`,
        ]),
  ];
}

function capitalisedLines(lines: readonly number[]): string {
  const words = linesInWords(lines);
  return `L${words.slice(1)}`;
}

/** Whether the event of a row, by its cells, would have no end, where events of that type may go without. */
function endlessOf(type: string, { mapping }: HeaderSurvey): (cells: readonly string[]) => boolean {
  const known = flatType(type);
  const mayEnd = known && fieldsOf(known).some(({ name, isRequired }) => name === 'until' && !isRequired);
  if (!mayEnd) return () => false;
  const until = mapping.get('until');
  const parts = until ? [...until.template, ...(until.own === undefined ? [] : [until.own])] : [];
  return (cells) => parts.every((part) => typeof part === 'number' && (cells[part] ?? '') === '');
}

/** The fields that every event of a type has. */
function requiredOf(type: string): readonly string[] {
  const known = flatType(type);
  const required = known ? fieldsOf(known).filter(({ isRequired }) => isRequired) : [];
  return ['id', 'subject', ...required.map(({ name }) => name)];
}

/** A line of a table with every cell in quotes, so that no content is taken for a delimiter. */
export function quoted(cells: readonly string[]): string {
  return cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(DELIMITER);
}

/** How a row becomes what is sent. */
interface Making {
  /** The number of columns in front that say what was wrong before. */
  readonly front: number;
  readonly own: readonly string[];
  readonly lookup: Lookup | undefined;
  readonly derived: readonly Derived[];
  /** The places of the columns that are sent. */
  readonly used: readonly number[];
  readonly columns: readonly string[];
}

/** All cells of a row, with those that are looked up or derived. */
function allOf(cells: readonly string[], { own, lookup, derived }: Making): readonly string[] {
  const plain = [...own.map((_, i) => cells[i] ?? ''), ...(lookup?.further(cells) ?? [])];
  return [...plain, ...derived.map(({ from, of }) => of(plain[from] ?? ''))];
}

/** A row of which nothing would be sent: the register passes blank lines over. */
const NOTHING: UploadFault = {
  code: 'malformed',
  detail: 'Every cell of this row that is read is empty: fill them in, or leave the row out',
};

function itemOf(row: TableRow | BrokenRow, making: Making): UploadItem {
  const { front, lookup, used, columns } = making;
  const { line } = row;
  const cells = row.cells.slice(front);
  if ('refusal' in row) return { line, cells, text: '', fault: row.refusal };
  const fault = lookup?.fault(cells);
  if (fault) return { line, cells, text: '', fault };
  const all = allOf(cells, making);
  if (used.every((column) => all[column] === '')) return { line, cells, text: '', fault: NOTHING };
  const wrong = used.flatMap((column) => {
    const detail = cellFault(all[column] ?? '');
    return detail === undefined ? [] : [{ column, detail }];
  });
  if (wrong.length > 0) return { line, cells, text: '', fault: faultOf(wrong, all, columns) };
  return {
    line,
    cells,
    text: lineOf(
      used.map((column) => all[column] ?? ''),
      DELIMITER,
    ),
  };
}

/** The fault of a row with cells that show the error of a formula. */
function faultOf(
  wrong: readonly { readonly column: number; readonly detail: string }[],
  cells: readonly string[],
  columns: readonly string[],
): UploadFault {
  const errors = wrong.map(({ column, detail }): CellError => ({
    pointer: '',
    code: 'malformed',
    detail,
    column: columns[column] ?? '',
    value: cells[column] ?? '',
  }));
  return { code: 'malformed', detail: errors[0]?.detail ?? '', errors };
}

/** A file’s name without what a file of problems has at its end: both are of one source. */
export function originalNameOf(file: string): string {
  return file.replace(PROBLEMS, '');
}

const PROBLEMS = /\.problems(?:-[0-9]+|\.edited)?\.(?:csv|ndjson)$/;

/** The source of the events of a file for which none is given. */
export function sourceOf(file: string): string {
  return `file:${encodeURIComponent(basename(originalNameOf(file)).normalize('NFC'))}`;
}
