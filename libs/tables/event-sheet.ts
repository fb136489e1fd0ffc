import { definitionOf, EVENTS, isEventType, type EventType } from '@app/domain/log/event-catalogue';
import { isRefusal, refuse, type Refusal } from '@app/domain/values/problem';
import { isSource } from '@app/domain/log/cloud-event';
import type { SentEvent } from '@app/application/posting/post-events';
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
import { columnsInWords, type Mapping } from './mapping';
import { resembling } from '@app/domain/values/resemblance';
import type { TableRow } from './table';

/** Rows that are events of one type and source (specification, section 7, `POST /v1/events/csv`). */
export interface EventSheet {
  /** The columns that no field comes from. */
  readonly unknownColumns: readonly string[];
  /** The required fields of the type for which there is no column. */
  readonly missingColumns: readonly string[];
  /**
   * The CloudEvent of a row. Each row is read once and in order: after one with a day that can only have the
   * month first, no other is read.
   */
  eventIn(row: TableRow): SentEvent;
  /** A refusal of a row in words of its cells. */
  explained(refusal: Refusal, row: TableRow): Refusal;
}

/** What the user says of a table of events: its columns, and the form of its days, both forms by default. */
export interface EventSheetSaid extends Said {
  readonly dates?: DayForm | undefined;
}

/** The header of a table of events of a type; `invalid-event` if the data of the type are not flat. */
export function headerOf(type: string | undefined): readonly string[] | Refusal {
  const forms = formsOf(type);
  return isRefusal(forms) ? forms : [...forms.fields.keys()];
}

/**
 * What the header of a table says of events of a type; `invalid-event` if the data of the type are not flat.
 */
export function surveyEvents(
  type: string | undefined,
  columns: readonly string[],
  said: Said,
): HeaderSurvey | Refusal {
  const form = formsOf(type);
  return isRefusal(form) ? form : surveyed(form, columns, said);
}

function surveyed({ fields }: RowForm, columns: readonly string[], said: Said): HeaderSurvey | Refusal {
  return surveyColumns(columns, said, {
    fields: [...fields.keys()],
    code: 'invalid-event',
    isDoubtful: (resembles) => said.map.length === 0 || resembles?.by === 'form',
  });
}

/** The days in a row of a table, as they are written. */
export function eventDaysIn(
  type: string | undefined,
  { mapping }: HeaderSurvey,
  columns: readonly string[],
  { cells }: TableRow,
): readonly DayCell[] {
  const form = formsOf(type);
  return isRefusal(form) ? [] : dayCellsIn(cells, mapping, (field) => formIn(form, field), columns);
}

/**
 * Finds how to read the columns of a table as events. `malformed` if a column may have been meant but is not
 * read, so that no award loses its end because the column has another spelling.
 */
export function eventSheet(
  type: string | undefined,
  source: string | undefined,
  columns: readonly string[],
  said: EventSheetSaid,
): EventSheet | Refusal {
  const form = formsOf(type);
  if (isRefusal(form)) return form;
  if (!isSource(source)) {
    return refuse(
      'invalid-event',
      'Say from which source the events are, as source=: a URI reference of at most 256 ASCII characters',
      '/source',
    );
  }
  const survey = surveyed(form, columns, said);
  if (isRefusal(survey)) return survey;
  const refusal = refusalOf(survey, form.type);
  if (refusal) return refusal;
  const { mapping, ignored, others, nameless } = survey;
  if (mapping.size === 0) {
    return refuse(
      'invalid-event',
      `No column is called ${[...form.fields.keys()].join(', ')}, but ${columnsInWords(columns)}: name them exactly so, small and capital letters too, or map them as map=field={Column}`,
    );
  }
  const unknown = new Set([...ignored, ...others.map(({ name }) => name)]);
  let doubt: Refusal | undefined;
  return {
    unknownColumns: columns.filter((name) => unknown.has(name)),
    missingColumns: form.required.filter((field) => !mapping.has(field)),
    eventIn(row) {
      if (doubt) return doubt;
      const stray =
        said.map.length > 0 ? undefined : nameless.find((column) => (row.cells[column] ?? '') !== '');
      if (stray !== undefined) return strayText(row, stray);
      const { values, faults, length } = readCells(
        row.cells,
        mapping,
        (field) => formIn(form, field),
        said.dates,
      );
      if ([...faults.values()].some(({ isMonthFirst }) => isMonthFirst)) doubt = afterMonthFirst(row);
      return eventOf(form, source, values, length);
    },
    explained: (refusal, row) => explained(refusal, row, form, mapping, columns, said.dates),
  };
}

function strayText({ cells }: TableRow, column: number): Refusal {
  return refuse(
    'malformed',
    `Column ${column + 1} has no name, and ${cells[column] ?? ''} stands in it: name the column, empty the cell, or leave such columns out with ignore=*`,
  );
}

/** The form of the rows of one type. */
interface RowForm {
  readonly type: EventType;
  /** The fields that a row may have, `id` and `subject` first, by name. */
  readonly fields: ReadonlyMap<string, CellForm>;
  readonly required: readonly string[];
}

function formsOf(type: string | undefined): RowForm | Refusal {
  if (type === undefined || !isEventType(type)) return refuse('invalid-event', noType(type), '/type');
  const { data } = definitionOf(type);
  const { properties, required } = data as Shape;
  const fields = new Map<string, CellForm>([
    ['id', TEXT],
    ['subject', TEXT],
  ]);
  for (const [name, shape] of Object.entries(properties ?? {})) {
    const form = cellForm(shape);
    if (form === undefined) {
      return refuse(
        'invalid-event',
        `The field ${name} of ${type} does not fit into a cell: post such events as JSON`,
        '/type',
      );
    }
    fields.set(name, form);
  }
  return { type, fields, required: ['id', 'subject', ...(required ?? [])] };
}

const TEXT: CellForm = { kind: 'text' };

function formIn({ fields }: RowForm, field: string): CellForm {
  return fields.get(field) ?? TEXT;
}

/** The refusal of an unknown type; it names a known one that is similar. */
function noType(type: string | undefined): string {
  const ask = 'say of which type the events are, such as type=AccreditationAwarded';
  if (type === undefined || !/^[A-Za-z-]{1,64}$/.test(type)) return `S${ask.slice(1)}`;
  const meant = resembling(type, Object.keys(EVENTS));
  return `There is no type ${type}${meant === undefined ? `: ${ask}` : `; did you mean ${meant}?`}`;
}

/** The part of a JSON Schema that matters here. */
interface Shape {
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Shape[];
  readonly const?: unknown;
  readonly items?: Shape | readonly Shape[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
}

function cellForm(shape: Shape): CellForm | undefined {
  const { type, format, items, anyOf = [] } = shape;
  const values = shape.enum ?? anyOf.map((one) => one.const);
  const [first] = values;
  if (type === 'integer' || typeof first === 'number') return { kind: 'number' };
  if (type === 'array') {
    const kinds = new Set([items ?? []].flat().map((item) => cellForm(item)?.kind));
    return kinds.has('number') ? { kind: 'numbers' } : kinds.has('text') ? { kind: 'list' } : undefined;
  }
  const words = values.filter((value) => typeof value === 'string');
  if (words.length > 0 && words.length === values.length) return { kind: 'word', words };
  if (type !== 'string' && typeof first !== 'string') return undefined;
  return format === 'day' ? { kind: 'day' } : TEXT;
}

function eventOf(
  { type }: RowForm,
  source: string,
  values: ReadonlyMap<string, unknown>,
  length: number,
): Exclude<SentEvent, Refusal> {
  const data: Record<string, unknown> = {};
  const event: Record<string, unknown> = { specversion: '1.0', type, source, data };
  for (const [field, value] of values) {
    if (field === 'id' || field === 'subject') event[field] = value;
    else data[field] = value;
  }
  // One character takes three bytes at most.
  return { value: event, bytes: length * 3 };
}

/** A refusal with the column and the cell of each wrong field. */
function explained(
  refusal: Refusal,
  { line, cells }: TableRow,
  form: RowForm,
  mapping: Mapping,
  columns: readonly string[],
  dates: DayForm | undefined,
): Refusal {
  if (!refusal.errors) return refusal;
  const isOfForm = refusal.code === 'invalid-event';
  const { faults } = readCells(cells, mapping, (field) => formIn(form, field), dates);
  const errors = refusal.errors.map((error): CellError => {
    const field = /^\/(?:data\/)?([^/]+)/.exec(error.pointer)?.[1] ?? '';
    const source = mapping.get(field);
    if (!source)
      return form.fields.has(field)
        ? { ...error, detail: `No column has this field: add the column ${field}, or map it` }
        : error;
    const detail = isOfForm ? faults.get(field)?.detail : undefined;
    return { ...error, ...(detail === undefined ? {} : { detail }), ...cellsOf(source, cells, columns) };
  });
  if (!isOfForm) return { ...refusal, errors };
  const names = new Set(errors.map(({ column, pointer }) => column ?? pointer.replace(/^\/(?:data\/)?/, '')));
  return {
    ...refusal,
    errors,
    detail: `Correct ${[...names].join(', ')} on line ${line}, and post the table again`,
  };
}
