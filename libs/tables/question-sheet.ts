import { isRefusal, refuse, type Refusal } from '@app/domain/values/problem';
import type { QuestionResult, SentQuestion } from '@app/application/asking/ask-many';
import {
  afterMonthFirst,
  cellsOf,
  dayCellsIn,
  readCells,
  type CellError,
  type CellForm,
  type DayCell,
} from './cells';
import { refusalOf, surveyColumns, type Said, type HeaderSurvey } from './columns';
import type { DayForm } from './days';
import { inert } from './inert';
import { columnsInWords, type Mapping } from './mapping';
import { lineOf, type BrokenRow, type TableRow, type Table } from './table';

const DAY: CellForm = { kind: 'day' };
const TEXT: CellForm = { kind: 'text' };
const FORMS: ReadonlyMap<string, CellForm> = new Map<string, CellForm>([
  ['provider', TEXT],
  ['setting', TEXT],
  ['on', DAY],
  ['from', DAY],
  ['until', DAY],
  ['advisers', { kind: 'list' }],
  ['knownAt', TEXT],
  ['policy', TEXT],
]);
const ANSWER_COLUMNS = [
  'outcome',
  'eligibleUntil',
  'gapFrom',
  'gapUntil',
  'requirement',
  'reason',
  'gaps',
  'registeredName',
  'knownAtPosition',
  'problem',
] as const;
const BRIEF_COLUMNS = ['outcome', 'eligibleUntil', 'problem'] as const;

type Column = (typeof ANSWER_COLUMNS)[number];
type Cells = Readonly<Partial<Record<Column, string | null>>>;

/**
 * Rows that are questions, and are returned with their answers (specification, section 7, “Tables of
 * questions”).
 */
export interface QuestionSheet {
  /** The line that names the columns. */
  readonly header: string;
  /** The asker’s own columns, which no field comes from. */
  readonly unknownColumns: readonly string[];
  /**
   * The question of a row. Each row is read once and in order: after one with a day that can only have the
   * month first, no other is read.
   */
  questionIn(row: TableRow | BrokenRow): SentQuestion;
  /** An answer, or why there is none in words of the row’s cells. */
  explained(answer: QuestionResult, row: TableRow): QuestionResult;
  /** A row with its answer, as a line. Of the days that are not covered it has the first ones, and why, and all in one cell. */
  answered(row: TableRow, answer: QuestionResult): string;
}

/** What the user says of a table of questions. `brief`: selects the columns of the answers. */
export interface QuestionSheetSaid extends Said {
  readonly dates?: DayForm | undefined;
  readonly brief: boolean;
}

/** What the header of a table says of questions. Columns that the asker has for something else are kept. */
export function surveyQuestions(columns: readonly string[], said: Said): HeaderSurvey | Refusal {
  return surveyColumns(columns, said, {
    fields: [...FORMS.keys()],
    code: 'invalid-question',
    isDoubtful: (resembles) => resembles?.by === 'form' || resembles?.by === 'singular',
  });
}

/** The days in a row of a table, as they are written. */
export function questionDaysIn(
  { mapping }: HeaderSurvey,
  columns: readonly string[],
  { cells }: TableRow,
): readonly DayCell[] {
  return dayCellsIn(cells, mapping, formOf, columns);
}

function formOf(field: string): CellForm {
  return FORMS.get(field) ?? TEXT;
}

/**
 * Finds how to read the columns of a table as questions. `malformed` if a column resembles a field but is not
 * read, so that no question is answered that was not asked.
 */
export function questionSheet(
  { columns, delimiter, marked }: Table,
  said: QuestionSheetSaid,
): QuestionSheet | Refusal {
  const survey = surveyQuestions(columns, said);
  if (isRefusal(survey)) return survey;
  const refusal = refusalOf(survey, 'a question');
  if (refusal) return refusal;
  const { mapping, ignored, others } = survey;
  const missing = ['provider', 'setting'].filter((field) => !mapping.has(field));
  if (missing.length > 0) {
    return refuse(
      'invalid-question',
      `No column is called ${missing.join(' or ')}, but ${columnsInWords(columns)}: name them so, or map them, as map=provider=ukprn:{UKPRN} or map=setting=school-commissioned`,
    );
  }
  const added: readonly Column[] = said.brief ? BRIEF_COLUMNS : ANSWER_COLUMNS;
  const own = columns.length - answersIn(columns, mapping);
  const written = (cells: readonly string[]) => `${lineOf(cells, delimiter)}\r\n`;
  const isAdded = (name: string) => added.some((column) => column === name);
  const names = columns.slice(0, own).map((name) => (isAdded(name) ? `${name} (yours)` : name));
  const unknown = new Set([...ignored, ...others.map(({ name }) => name)]);
  let doubt: Refusal | undefined;
  return {
    header: (marked ? '\uFEFF' : '') + written([...names, ...added]),
    unknownColumns: columns.slice(0, own).filter((name) => unknown.has(name)),
    questionIn(row) {
      if ('refusal' in row) return row.refusal;
      if (doubt) return doubt;
      const { values, faults } = readCells(row.cells, mapping, formOf, said.dates);
      if ([...faults.values()].some(({ isMonthFirst }) => isMonthFirst)) doubt = afterMonthFirst(row);
      return { value: Object.fromEntries(values) };
    },
    explained: (answer, row) =>
      isRefusal(answer) ? explained(answer, row, mapping, columns, said.dates) : answer,
    answered(row, answer) {
      const cells = cellsIn(answer);
      return written([
        ...names.map((_, i) => row.cells[i] ?? ''),
        ...added.map((column) => cells[column] ?? ''),
      ]);
    },
  };
}

/**
 * The number of columns at the end that hold the answers of an earlier run; new answers replace them. If a
 * question is made from one of them, they are the asker’s own and are kept.
 */
function answersIn(columns: readonly string[], mapping: Mapping): number {
  const used = new Set([...mapping.values()].flatMap(({ template, own }) => [...template, own]));
  const are = [ANSWER_COLUMNS, BRIEF_COLUMNS].find((answers) => {
    const first = columns.length - answers.length;
    return first >= 0 && answers.every((name, i) => columns[first + i] === name && !used.has(first + i));
  });
  return are?.length ?? 0;
}

/** A refusal with the column and the cell of each wrong field, and how to correct it. */
function explained(
  refusal: Refusal,
  { line, cells }: TableRow,
  mapping: Mapping,
  columns: readonly string[],
  dates: DayForm | undefined,
): Refusal {
  if (!refusal.errors) return refusal;
  const isOfForm = refusal.code === 'invalid-question';
  const { faults } = readCells(cells, mapping, formOf, dates);
  const errors = refusal.errors.map((error): CellError => {
    const [, field = ''] = /^\/([^/]+)/.exec(error.pointer) ?? [];
    const source = mapping.get(field);
    if (!source) return error;
    const from = cellsOf(source, cells, columns);
    const detail = (isOfForm ? faults.get(field)?.detail : undefined) ?? hintOf(field, from) ?? error.detail;
    return { ...error, detail, ...from };
  });
  if (!isOfForm) return { ...refusal, errors };
  const names = new Set(errors.map(({ column, pointer }) => column ?? pointer.slice(1)));
  return { ...refusal, errors, detail: `Correct ${[...names].join(', ')} on line ${line}, and ask again` };
}

/** A hint for a cell that should be the key of a provider, and was perhaps meant as one. */
function hintOf(field: string, { column = '', value = '' }: ReturnType<typeof cellsOf>): string | undefined {
  if (field !== 'provider') return undefined;
  if (value === '') return 'The cell is empty: give the key of a provider, such as ukprn:10000001';
  if (/^1[0-9]{7}$/.test(value))
    return `A key says of what kind it is: write ukprn:${value}, or map the column (map=provider=ukprn:{${column}})`;
  if (/\p{L}/u.test(value) && !value.includes(':'))
    return 'This is no key but perhaps a name: look the provider up by it, and give the key, such as ukprn:10000001';
  return undefined;
}

/** The parts of a whole answer that have columns of their own. */
interface Told {
  readonly outcome: string;
  readonly eligibleUntil: string | null;
  readonly provider: { readonly name: string | null };
  readonly knownAt: { readonly position: string };
  readonly gaps: readonly {
    readonly from: string;
    readonly until: string;
    readonly requirement: string;
    readonly reason: string;
  }[];
}

function cellsIn(answer: QuestionResult): Cells {
  if (isRefusal(answer)) return { problem: problemIn(answer) };
  if ('answers' in answer) return {};
  if (!('text' in answer)) return answer;
  const { outcome, eligibleUntil, provider, knownAt, gaps } = JSON.parse(answer.text) as Told;
  const [gap] = gaps;
  return {
    outcome,
    eligibleUntil,
    ...(gap
      ? {
          gapFrom: gap.from,
          gapUntil: gap.until,
          requirement: gap.requirement,
          reason: gap.reason,
          gaps: gaps.map(gapInACell).join('; '),
        }
      : {}),
    registeredName: provider.name && inert(provider.name),
    knownAtPosition: knownAt.position,
  };
}

function gapInACell({ from, until, requirement, reason }: Told['gaps'][number]): string {
  return `${from}/${until} ${requirement} ${reason}`;
}

/** What is wrong with each field: the column, its cell, and how to correct it. */
function problemIn({ code, detail, errors = [] }: Refusal): string {
  const said = errors.map((error: CellError) => {
    const where = error.column ?? error.pointer.slice(1);
    const value = error.value === undefined || error.value === '' ? '' : ` (${error.value})`;
    return where === '' ? error.detail : `${where}${value}: ${error.detail}`;
  });
  return `${code}: ${said.length > 0 ? [...new Set(said)].join('; ') : detail}`;
}
