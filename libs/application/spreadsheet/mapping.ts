import { refuse, type Refusal } from '@app/domain/problem';

/** How a field is made of the cells of a row: text that stands as it is, and columns by their number. */
export type Template = readonly (string | number)[];

/** A template repeats what it is made of: a short row must not become a long one. */
const MOST_PARTS = 32;

/** Where each field comes from. */
export type Mapping = ReadonlyMap<string, Template>;

/**
 * Reads what was said of where fields come from, each as `field=template`; a template is text in which `{Column}` stands
 * for the cell of that column, such as `subject=ukprn:{UKPRN}`. Without a template a field comes from the column of its
 * name. `code`: with which code what is wrong is refused.
 */
export function readMapping(
  said: readonly string[],
  fields: readonly string[],
  columns: readonly string[],
  code: 'invalid-event' | 'invalid-question',
): Mapping | Refusal {
  const mapping = new Map<string, Template>();
  for (const one of said) {
    const [, field = '', template = ''] = /^([^=]*)=([^]*)$/.exec(one) ?? [];
    if (!fields.includes(field)) {
      return refuse(
        code,
        `There is no field ${field}: map one of ${fields.join(', ')}, as field=template`,
        '/map',
      );
    }
    const parts: (string | number)[] = [];
    for (const part of template.split(/(\{[^{}]*\})/).filter((text) => text !== '')) {
      const name = /^\{([^]*)\}$/.exec(part)?.[1]?.trim();
      if (name === undefined) parts.push(part);
      else if (columns.includes(name)) parts.push(columns.indexOf(name));
      else return refuse(code, `There is no column ${name}: the header has ${listed(columns)}`, '/map');
    }
    if (parts.length > MOST_PARTS)
      return refuse(
        code,
        `The text for ${field} has more than ${MOST_PARTS} parts: use fewer columns`,
        '/map',
      );
    mapping.set(field, parts);
  }
  for (const field of fields) {
    if (mapping.has(field) || !columns.includes(field)) continue;
    if (columns.indexOf(field) !== columns.lastIndexOf(field))
      return refuse(
        code,
        `The column ${field} stands twice: leave one of them out, or name them differently`,
      );
    mapping.set(field, [columns.indexOf(field)]);
  }
  return mapping;
}

/** The names of columns, as a sentence has them. */
export function listed(columns: readonly string[]): string {
  return columns.filter((name) => name !== '').join(', ');
}

/** The columns of the header from which nothing comes, those without a name left out. */
export function unmapped(mapping: Mapping, columns: readonly string[]): readonly string[] {
  const used = new Set([...mapping.values()].flat());
  return columns.filter((name, i) => name !== '' && !used.has(i));
}

/** What a field says in a row; nothing where every cell that it is made of is empty. */
export function textIn(cells: readonly string[], template: Template): string | undefined {
  const [only] = template;
  if (template.length === 1 && typeof only === 'number') return cells[only] === '' ? undefined : cells[only];
  const columns = template.filter((part) => typeof part === 'number');
  if (columns.length > 0 && columns.every((column) => cells[column] === '')) return undefined;
  return template.map((part) => (typeof part === 'number' ? (cells[part] ?? '') : part)).join('');
}

/**
 * The day in a cell as the register writes days. DD/MM/YYYY, with or without leading zeros, is day, month and year and
 * never the other way round, so that 3/4/2026 is the third of April; what has neither form stays as it is, and is refused
 * as that.
 */
export function isoDay(text: string): string {
  const [, day = '', month = '', year = ''] = /^([0-9]{1,2})\/([0-9]{1,2})\/([0-9]{4})$/.exec(text) ?? [];
  return year === '' ? text : `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}
