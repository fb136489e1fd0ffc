import { refuse, type FieldError, type Refusal } from '@app/domain/values/problem';
import { readDay, type DayForm } from './days';
import type { FieldSource, Mapping, Template } from './mapping';
import type { TableRow } from './table';

/** How to read the cell of a field. */
export type CellForm =
  | { readonly kind: 'text' | 'day' | 'number' | 'list' | 'numbers' }
  /** One of a few words, in any case. */
  | { readonly kind: 'word'; readonly words: readonly string[] };

/** What is wrong with a field in a row. */
interface Fault {
  readonly detail: string;
  /** Whether the day can only have the month first: then all days of the table are in doubt. */
  readonly isMonthFirst: boolean;
}

/** The fields of a row. */
interface Reading {
  /** By field. An unreadable field gets a value that no field may have, so that it is refused. */
  readonly values: ReadonlyMap<string, unknown>;
  readonly faults: ReadonlyMap<string, Fault>;
  /** The number of characters of all fields. */
  readonly length: number;
}

/** An error of a field, with the column and cell that it comes from. */
export type CellError = FieldError & { readonly column?: string; readonly value?: string };

/** The value of a field that cannot be read: no field may have it. */
export const NO_FIELD_VALUE = false;

/** Reads the fields of a row; an empty cell gives no field. */
export function readCells(
  cells: readonly string[],
  mapping: Mapping,
  formOf: (field: string) => CellForm,
  dates: DayForm | undefined,
): Reading {
  const values = new Map<string, unknown>();
  const faults = new Map<string, Fault>();
  let length = 0;
  for (const [field, source] of mapping) {
    const form = formOf(field);
    const read = fieldIn(field, cells, source, form, dates);
    if (read === undefined) continue;
    if ('detail' in read) faults.set(field, read);
    else length += read.length;
    values.set(field, 'detail' in read ? NO_FIELD_VALUE : read.value);
  }
  return { values, faults, length };
}

/** Why no row is read after one whose day can only be read with the month first. */
export function afterMonthFirst({ line }: TableRow): Refusal {
  return refuse(
    'malformed',
    `Nothing of the table is read from line ${line} on, where a day has the month first: write all its days like 2026-09-01 or, day first, like 01/09/2026, and send it again`,
  );
}

type Read = { readonly value: unknown; readonly length: number } | Fault;

function fieldIn(
  field: string,
  cells: readonly string[],
  { template, own }: FieldSource,
  form: CellForm,
  dates: DayForm | undefined,
): Read | undefined {
  const text = textIn(field, cells, template, form);
  if (typeof text === 'object') return text;
  const its = own === undefined ? '' : (cells[own] ?? '');
  const said = text === undefined ? undefined : valueOf(text, form, dates);
  if (its === '') return said;
  const itself = valueOf(its, form, dates);
  if (said === undefined || 'detail' in said || 'detail' in itself)
    return said && 'detail' in said ? said : itself;
  if (JSON.stringify(said.value) === JSON.stringify(itself.value)) return said;
  return {
    detail: `The column of this name says ${its}, and map says ${text ?? ''}: correct one of them, or leave the column out with ignore=${field}`,
    isMonthFirst: false,
  };
}

/**
 * The text that a template gives for a row; undefined if all its cells are empty and it has no text of its
 * own. If some are empty it is a fault: half of a field is never taken for the whole.
 */
function textIn(
  field: string,
  cells: readonly string[],
  template: Template,
  form: CellForm,
): string | undefined | Fault {
  const [only] = template;
  if (template.length === 1 && typeof only === 'number') return cells[only] === '' ? undefined : cells[only];
  const columns = template.filter((part) => typeof part === 'number');
  const empty = columns.filter((column) => (cells[column] ?? '') === '').length;
  const isEmpty = columns.length > 0 && empty === columns.length;
  // Separators between list items do not count as text of their own: an empty item is left out.
  const isText = (part: string | number) =>
    typeof part === 'string' && !(form.kind === 'list' && /^\s*;\s*$/.test(part));
  const hasText = template.some(isText);
  if (isEmpty && !hasText) return undefined;
  if (empty > 0 && (hasText || form.kind !== 'list')) {
    const detail = `A cell that ${field} is made of is empty: fill it in, or leave the row out`;
    return { detail, isMonthFirst: false };
  }
  return template.map((part) => (typeof part === 'number' ? (cells[part] ?? '') : part)).join('');
}

/** The value of a text. A text without the form of its field stays as it is, and is refused for that. */
function valueOf(text: string, form: CellForm, dates: DayForm | undefined): Read {
  const { length } = text;
  switch (form.kind) {
    case 'text':
      return { value: text, length };
    case 'day': {
      const read = readDay(text, dates);
      return 'day' in read
        ? { value: read.day, length }
        : { detail: read.fault, isMonthFirst: read.isMonthFirst };
    }
    case 'number':
      return { value: numberOf(text), length };
    case 'list':
      return { value: itemsOf(text), length };
    case 'numbers':
      return { value: itemsOf(text).map(numberOf), length };
    case 'word': {
      const folded = text.toLowerCase();
      return { value: form.words.find((word) => word.toLowerCase() === folded) ?? text, length };
    }
  }
}

/** Leaves out empty items, like empty cells. */
function itemsOf(text: string): string[] {
  return text.split(';').flatMap((item) => item.trim() || []);
}

function numberOf(text: string): unknown {
  return /^-?[0-9]{1,15}$/.test(text) ? Number(text) : text;
}

/**
 * The columns that a field comes from, and their cells, in the form of an error; undefined if it is only
 * text.
 */
export function cellsOf(
  { template, own }: FieldSource,
  cells: readonly string[],
  columns: readonly string[],
): { readonly column?: string; readonly value?: string } {
  const from = [...template, own].filter((part) => typeof part === 'number');
  return from.length === 0
    ? {}
    : {
        column: from.map((column) => columns[column] ?? '').join(', '),
        value: from.map((column) => cells[column] ?? '').join(', '),
      };
}

/** A day of a row, in the text of its cell. */
export interface DayCell {
  readonly field: string;
  readonly column: string;
  readonly text: string;
}

/** The days that a row has, as they stand there: of a column the days of all its rows show how they are written. */
export function dayCellsIn(
  cells: readonly string[],
  mapping: Mapping,
  formOf: (field: string) => CellForm,
  columns: readonly string[],
): readonly DayCell[] {
  return [...mapping].flatMap(([field, source]) => {
    const form = formOf(field);
    if (form.kind !== 'day') return [];
    const said = textIn(field, cells, source.template, form);
    const texts = [
      ...(typeof said === 'string' ? [{ text: said, source: { template: source.template } }] : []),
      ...(source.own === undefined
        ? []
        : [{ text: cells[source.own] ?? '', source: { template: [source.own] } }]),
    ];
    return texts.flatMap(({ text, source: from }) =>
      text === '' ? [] : [{ field, column: cellsOf(from, cells, columns).column ?? '', text }],
    );
  });
}
