import { EVERY_POLICY, type AskedPolicies } from '@app/domain/subjects/policy';
import { CODE } from '@app/domain/values/keys';
import { isRefusal, refuse, type Refusal } from '@app/domain/values/problem';
import type { QuestionResult, SentQuestion } from '@app/application/asking/ask-many';
import { answerColumns, answersAtEnd } from './answer-columns';
import {
  afterMonthFirst,
  cellsOf,
  dayCellsIn,
  readCells,
  NO_FIELD_VALUE,
  type CellError,
  type CellForm,
  type DayCell,
} from './cells';
import { refusalOf, surveyColumns, type Said, type HeaderSurvey } from './columns';
import type { DayForm } from './days';
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
  ['school', TEXT],
  ['policy', TEXT],
]);

/**
 * Rows that are questions, and are returned with their answers (specification, section 7, “Tables of
 * questions”).
 */
export interface QuestionSheet {
  /** The asker’s own columns, which no field comes from. */
  readonly unknownColumns: readonly string[];
  /**
   * The question of a row. Each row is read once and in order: after one with a day that can only have the
   * month first, no other is read.
   */
  questionIn(row: TableRow | BrokenRow): SentQuestion;
  /** An answer, or why there is none in words of the row’s cells. */
  explained(answer: QuestionResult, row: TableRow): QuestionResult;
  /** How the table is written with its answers; `policies`: in their order where several are asked. */
  besides(policies: readonly string[] | undefined): AnsweredSheet;
}

/** A table with its answers: its own columns, and those of the answers at the end. Lines have their ends. */
export interface AnsweredSheet {
  /** The line that names the columns. */
  readonly header: string;
  /** A row with its answer. */
  line(row: TableRow, answer: QuestionResult): string;
}

/** What the user says of a table of questions. `brief`: selects the columns of the answers. */
export interface QuestionSheetSaid extends Said {
  readonly dates?: DayForm | undefined;
  readonly brief: boolean;
  /** Under which policies all rows are asked, unless each says its own. */
  readonly policy?: AskedPolicies | undefined;
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
  const used = new Set([...mapping.values()].flatMap(({ template, own }) => [...template, own]));
  const own = columns.slice(0, columns.length - answersAtEnd(columns, (column) => used.has(column)));
  const unknown = new Set([...ignored, ...others.map(({ name }) => name)]);
  const written = (cells: readonly string[]) => `${lineOf(cells, delimiter)}\r\n`;
  const read = (cells: readonly string[]) => readQuestion(cells, mapping, said);
  let doubt: Refusal | undefined;
  return {
    unknownColumns: own.filter((name) => unknown.has(name)),
    questionIn(row) {
      if ('refusal' in row) return row.refusal;
      if (doubt) return doubt;
      const { values, faults } = read(row.cells);
      if ([...faults.values()].some(({ isMonthFirst }) => isMonthFirst)) doubt = afterMonthFirst(row);
      return { value: Object.fromEntries(values) };
    },
    explained: (answer, row) =>
      isRefusal(answer) ? explained(answer, row, mapping, columns, read(row.cells).faults) : answer,
    besides(policies) {
      const added = answerColumns(said.brief, policies);
      const names = own.map((name) => (added.names.includes(name) ? `${name} (yours)` : name));
      return {
        header: (marked ? '\uFEFF' : '') + written([...names, ...added.names]),
        line: (row, answer) => written([...names.map((_, i) => row.cells[i] ?? ''), ...added.cells(answer)]),
      };
    },
  };
}

/** The fields of a row. One policy that it says itself must not contradict what is said of the whole table. */
function readQuestion(
  cells: readonly string[],
  mapping: Mapping,
  { dates, policy }: QuestionSheetSaid,
): Pick<ReturnType<typeof readCells>, 'values' | 'faults'> {
  const { values, faults } = readCells(cells, mapping, formOf, dates);
  const detail = policyFault(values.get('policy'), policy);
  if (detail === undefined) return { values, faults };
  return {
    values: new Map([...values, ['policy', NO_FIELD_VALUE]]),
    faults: new Map([...faults, ['policy', { detail, isMonthFirst: false }]]),
  };
}

const AN_ID = new RegExp(CODE.pattern);

function policyFault(its: unknown, said: AskedPolicies | undefined): string | undefined {
  if (typeof its !== 'string') return undefined;
  if (its === EVERY_POLICY || !AN_ID.test(its))
    return 'A row holds the id of one policy: ask under several in the address, as policy=england-statute&policy=england-guidance or policy=all';
  return said === undefined || said === its
    ? undefined
    : `The row says ${its}, and policy says ${[said].flat().join(', ')} of the whole table: correct one of them, or leave the column out with ignore=policy`;
}

/** A refusal with the column and the cell of each wrong field, and how to correct it. */
function explained(
  refusal: Refusal,
  { line, cells }: TableRow,
  mapping: Mapping,
  columns: readonly string[],
  faults: ReturnType<typeof readCells>['faults'],
): Refusal {
  if (!refusal.errors) return refusal;
  const isOfForm = refusal.code === 'invalid-question';
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

/** A hint for a cell that should be the key of a provider or a school, and was perhaps meant as one. */
function hintOf(field: string, { column = '', value = '' }: ReturnType<typeof cellsOf>): string | undefined {
  if (field === 'school' && /^[1-9][0-9]{5}$/.test(value))
    return `A key says of what kind it is: write urn:${value}, or map the column (map=school=urn:{${column}})`;
  if (field === 'school' && isName(value))
    return 'This is no key but perhaps a name: give the key of the school, such as urn:100001, or leave the column out with ignore=school';
  if (field !== 'provider') return undefined;
  if (value === '') return 'The cell is empty: give the key of a provider, such as ukprn:10000001';
  if (/^1[0-9]{7}$/.test(value))
    return `A key says of what kind it is: write ukprn:${value}, or map the column (map=provider=ukprn:{${column}})`;
  if (isName(value))
    return 'This is no key but perhaps a name: look the provider up by it, and give the key, such as ukprn:10000001';
  return undefined;
}

function isName(value: string): boolean {
  return /\p{L}/u.test(value) && !value.includes(':');
}
