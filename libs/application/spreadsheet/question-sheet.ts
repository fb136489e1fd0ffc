import { isRefusal, refuse, type Refusal } from '@app/domain/problem';
import type { Answering, SentQuestion } from '../many-questions';
import { isoDay, listed, readMapping, textIn, type Mapping } from './mapping';
import { lineOf, type BrokenRow, type Row, type Table } from './table';

const FIELDS = ['provider', 'setting', 'on', 'from', 'until', 'advisers', 'knownAt', 'policy'] as const;
const ANSWER_COLUMNS = [
  'outcome',
  'eligibleUntil',
  'gapFrom',
  'gapUntil',
  'requirement',
  'reason',
  'registeredName',
  'knownAtPosition',
  'problem',
] as const;
const BRIEF_COLUMNS = ['outcome', 'eligibleUntil', 'problem'] as const;

type Column = (typeof ANSWER_COLUMNS)[number];
type Cells = Readonly<Partial<Record<Column, string | null>>>;

/** Rows that are questions, and come back with their answers beside them (design, section 7, `POST /v1/eligibility`). */
export interface QuestionSheet {
  /** The line that names the columns. */
  readonly header: string;
  questionIn(row: Row | BrokenRow): SentQuestion;
  /** A row with its answer, as a line. Of the days that are not covered it has the first ones, and why. */
  answered(row: Row, answer: ReturnType<Answering['answer']>): string;
}

/** Finds how the columns of a table are to be read as questions. `map`: as {@link readMapping} reads it. */
export function questionSheet(
  { columns, delimiter, marked }: Table,
  map: readonly string[],
  brief: boolean,
): QuestionSheet | Refusal {
  const mapping = readMapping(map, FIELDS, columns, 'invalid-question');
  if (isRefusal(mapping)) return mapping;
  const missing = ['provider', 'setting'].filter((field) => !mapping.has(field));
  if (missing.length > 0) {
    return refuse(
      'invalid-question',
      `No column is called ${missing.join(' or ')}, but ${listed(columns)}: name them so, or map them, as map=provider=ukprn:{UKPRN} or map=setting=school-commissioned`,
    );
  }
  const added: readonly Column[] = brief ? BRIEF_COLUMNS : ANSWER_COLUMNS;
  // A table that was answered before is answered anew.
  const kept = columns.flatMap((name, i) => (added.some((column) => column === name) ? [] : [i]));
  const written = (cells: readonly string[]) => `${lineOf(cells, delimiter)}\r\n`;
  return {
    header: (marked ? '\uFEFF' : '') + written([...kept.map((i) => columns[i] ?? ''), ...added]),
    questionIn: (row) => ('refusal' in row ? row.refusal : questionOf(row, mapping)),
    answered(row, answer) {
      const cells = cellsOf(answer);
      return written([...kept.map((i) => row.cells[i] ?? ''), ...added.map((column) => cells[column] ?? '')]);
    },
  };
}

function questionOf({ cells }: Row, mapping: Mapping): SentQuestion {
  const question: Record<string, unknown> = {};
  for (const [field, template] of mapping) {
    const text = textIn(cells, template);
    if (text === undefined) continue;
    question[field] =
      field === 'advisers'
        ? text.split(';').map((key) => key.trim())
        : DAYS.includes(field)
          ? isoDay(text)
          : text;
  }
  return { value: question };
}

const DAYS: readonly string[] = ['on', 'from', 'until'];

/** What a whole answer says that has a column of its own. */
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

function cellsOf(answer: ReturnType<Answering['answer']>): Cells {
  if ('code' in answer) return { problem: `${answer.code}: ${answer.detail}` };
  if (!('text' in answer)) return answer;
  const { outcome, eligibleUntil, provider, knownAt, gaps } = JSON.parse(answer.text) as Told;
  const [gap] = gaps;
  return {
    outcome,
    eligibleUntil,
    ...(gap
      ? { gapFrom: gap.from, gapUntil: gap.until, requirement: gap.requirement, reason: gap.reason }
      : {}),
    registeredName: provider.name && inert(provider.name),
    knownAtPosition: knownAt.position,
  };
}

/** A name that a spreadsheet would take for a formula, as a text: it is another’s, and whoever opens the table trusts this one. */
function inert(name: string): string {
  return /^[=+\-@\t\r]/.test(name) ? `'${name}` : name;
}
