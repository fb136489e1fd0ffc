import { definitionOf, EVENTS, isEventType, type EventType } from '@app/domain/event';
import { isRefusal, refuse, type FieldError, type Refusal } from '@app/domain/problem';
import { isSource } from '@app/domain/submission';
import type { Sent } from '../post-events';
import { isoDay, listed, readMapping, textIn, unmapped, type Mapping } from './mapping';
import type { Row } from './table';

/** What is wrong with a field, with the column and the cell from which it comes. */
export type CellError = FieldError & { readonly column?: string; readonly value?: string };

/** How the cell of a field is read. */
type CellForm = 'text' | 'day' | 'number' | 'list' | 'numbers';

/** Rows that are events of one type and source (design, section 7, `POST /v1/events/csv`). */
export interface EventSheet {
  /** The columns that say nothing of the events. */
  readonly unknownColumns: readonly string[];
  /** The fields that every event of the type has, and no column. */
  readonly missingColumns: readonly string[];
  /** The CloudEvent that a row is. */
  eventIn(row: Row): Sent;
  /** A refusal of a row in words of its cells. */
  explained(refusal: Refusal, row: Row): Refusal;
}

/** The header of a table of events of a type; `invalid-event` where the type has no flat data. */
export function headerOf(type: string | undefined): readonly string[] | Refusal {
  const forms = formsOf(type);
  return isRefusal(forms) ? forms : [...forms.fields.keys()];
}

/** Finds how the columns of a table are to be read as events. `map`: as {@link readMapping} reads it. */
export function eventSheet(
  type: string | undefined,
  source: string | undefined,
  columns: readonly string[],
  map: readonly string[],
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
  const names = [...form.fields.keys()];
  const mapping = readMapping(map, names, columns, 'invalid-event');
  if (isRefusal(mapping)) return mapping;
  if (mapping.size === 0) {
    return refuse(
      'invalid-event',
      `No column is called ${names.join(', ')}, but ${listed(columns)}: name them exactly so, small and capital letters too, or map them as map=field={Column}`,
    );
  }
  return {
    unknownColumns: unmapped(mapping, columns),
    missingColumns: form.required.filter((field) => !mapping.has(field)),
    eventIn: (row) => eventOf(row, form, source, mapping),
    explained: (refusal, row) => explained(refusal, row, form, mapping, columns),
  };
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
    ['id', 'text'],
    ['subject', 'text'],
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

/** What is wrong with the name of a type; the one that was meant is said where it is close. */
function noType(type: string | undefined): string {
  const ask = 'say of which type the events are, such as type=AccreditationAwarded';
  if (type === undefined || !/^[A-Za-z-]{1,64}$/.test(type)) return `S${ask.slice(1)}`;
  const [meant] = Object.keys(EVENTS)
    .map((name) => ({ name, edits: edits(type.toLowerCase(), name.toLowerCase()) }))
    .filter(({ edits }) => edits <= MOST_EDITS)
    .sort((one, other) => one.edits - other.edits);
  return `There is no type ${type}${meant ? `; did you mean ${meant.name}?` : `: ${ask}`}`;
}

const MOST_EDITS = 3;

/** How many letters are to be put in, left out or exchanged to make one word another (V. I. Levenshtein, 1966). */
function edits(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (const [i, letter] of one.split('').entries()) {
    const next = [i + 1];
    for (const [j, its] of other.split('').entries()) {
      const exchanged = (row[j] ?? 0) + (letter === its ? 0 : 1);
      next.push(Math.min(exchanged, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** What matters of a JSON Schema here. */
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
  const [first] = shape.enum ?? anyOf.map((one) => one.const);
  if (type === 'integer' || typeof first === 'number') return 'number';
  if (type === 'array') {
    const forms = new Set([items ?? []].flat().map((item) => cellForm(item)));
    return forms.has('number') ? 'numbers' : forms.has('text') ? 'list' : undefined;
  }
  if (type !== 'string' && typeof first !== 'string') return undefined;
  return format === 'day' ? 'day' : 'text';
}

function eventOf(
  { cells }: Row,
  { type, fields }: RowForm,
  source: string,
  mapping: Mapping,
): Exclude<Sent, Refusal> {
  const data: Record<string, unknown> = {};
  const event: Record<string, unknown> = { specversion: '1.0', type, source, data };
  let bytes = 0;
  for (const [field, template] of mapping) {
    const text = textIn(cells, template);
    if (text === undefined) continue;
    bytes += text.length;
    if (field === 'id' || field === 'subject') event[field] = text;
    else data[field] = valueOf(text, fields.get(field) ?? 'text');
  }
  // One character takes three bytes at the most.
  return { value: event, bytes: bytes * 3 };
}

/** What a cell says. One that does not have the form of its field stays as it is, and is refused as that. */
function valueOf(text: string, form: CellForm): unknown {
  switch (form) {
    case 'text':
      return text;
    case 'day':
      return isoDay(text);
    case 'number':
      return numberOf(text);
    case 'list':
      return itemsOf(text);
    case 'numbers':
      return itemsOf(text).map(numberOf);
  }
}

/** An empty item is none, like an empty cell. */
function itemsOf(text: string): string[] {
  return text.split(';').flatMap((item) => item.trim() || []);
}

function numberOf(text: string): unknown {
  return /^-?[0-9]{1,15}$/.test(text) ? Number(text) : text;
}

/** A refusal with the column and the cell of each field that is wrong. */
function explained(
  refusal: Refusal,
  { line, cells }: Row,
  { fields }: RowForm,
  mapping: Mapping,
  columns: readonly string[],
): Refusal {
  if (!refusal.errors) return refusal;
  const errors = refusal.errors.map((error): CellError => {
    const field = /^\/(?:data\/)?([^/]+)/.exec(error.pointer)?.[1] ?? '';
    const template = mapping.get(field);
    if (!template)
      return fields.has(field)
        ? { ...error, detail: `No column has this field: add the column ${field}, or map it` }
        : error;
    const from = template.filter((part) => typeof part === 'number');
    const isDay = fields.get(field) === 'day' && refusal.code === 'invalid-event';
    const said = textIn(cells, template);
    return {
      ...error,
      ...(isDay && said !== undefined ? { detail: dayFault(said) } : {}),
      ...(from.length > 0
        ? {
            column: from.map((column) => columns[column] ?? '').join(', '),
            value: from.map((column) => cells[column] ?? '').join(', '),
          }
        : {}),
    };
  });
  if (refusal.code !== 'invalid-event') return { ...refusal, errors };
  const names = new Set(errors.map(({ column, pointer }) => column ?? pointer.replace(/^\/(?:data\/)?/, '')));
  return {
    ...refusal,
    errors,
    detail: `Mend ${[...names].join(', ')} on line ${line}, and post the table again`,
  };
}

/** What is wrong with a cell that is no day. */
function dayFault(text: string): string {
  const [, month, year = ''] = /^[0-9]{1,2}\/([0-9]{1,2})\/([0-9]+)$/.exec(text) ?? [];
  if (Number(month) > 12) return `There is no month ${month}: give the day first, like 14/03/2026`;
  if (year.length === 2) return 'Write the year with four digits, like 14/03/2026';
  return 'A day that exists, from 1900 to 9999, written like 2026-09-01 or, day and month first, like 01/09/2026';
}
