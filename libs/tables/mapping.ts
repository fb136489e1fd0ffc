import { refuse, type Refusal } from '@app/domain/values/problem';

/** How a field is made from the cells of a row: literal text, and columns by their number. */
export type Template = readonly (string | number)[];

/** A template repeats its columns: a short row must not become a long one. */
const MOST_PARTS = 32;

/** Where a field comes from: its mapping, or the column of its name. */
export interface FieldSource {
  readonly template: Template;
  /**
   * The column of its name, if there is a mapping besides: a row in which both say something must not
   * contradict itself.
   */
  readonly own?: number;
}

/** Where each field comes from. */
export type Mapping = ReadonlyMap<string, FieldSource>;

/** The code for a wrong mapping, which depends on what the table is for. */
export type AskedCode = 'invalid-event' | 'invalid-question';

/**
 * Reads where fields come from, each as `field=template`. A template is text in which `{Column}` stands for
 * the cell of that column, such as `subject=ukprn:{UKPRN}`. Without a template, a field comes from the column
 * of its name. `ignored`: the columns to leave out, by number.
 */
export function readMapping(
  said: readonly string[],
  fields: readonly string[],
  columns: readonly string[],
  ignored: ReadonlySet<number>,
  code: AskedCode,
): Mapping | Refusal {
  const mapping = new Map<string, FieldSource>();
  for (const one of said) {
    const [, field = '', text = ''] = /^([^=]*)=([^]*)$/.exec(one) ?? [];
    if (!fields.includes(field)) {
      return refuse(
        code,
        `There is no field ${field}: map one of ${fields.join(', ')}, as field=template`,
        '/map',
      );
    }
    if (mapping.has(field))
      return refuse(code, `The field ${field} is mapped twice: say once where it comes from`, '/map');
    const template = templateOf(text, columns, ignored);
    if (typeof template === 'string') return refuse(code, `${field}: ${template}`, '/map');
    mapping.set(field, { template });
  }
  for (const field of fields) {
    const its = columns.flatMap((name, i) => (name === field && !ignored.has(i) ? [i] : []));
    const [own, twin] = its;
    if (own === undefined) continue;
    if (twin !== undefined)
      return refuse(
        code,
        `The column ${field} stands twice: leave one of them out of the table, or name them differently`,
      );
    const mapped = mapping.get(field)?.template;
    mapping.set(
      field,
      mapped ? { template: mapped, ...(mapped.includes(own) ? {} : { own }) } : { template: [own] },
    );
  }
  return mapping;
}

/** The parts of a template, or what is wrong with it. */
function templateOf(
  text: string,
  columns: readonly string[],
  ignored: ReadonlySet<number>,
): Template | string {
  if (text.trim() === '')
    return 'Nothing stands after the =: say a text or a {Column}, or leave this map out';
  const parts: (string | number)[] = [];
  for (const part of text.split(/(\{[^{}]*\})/).filter((one) => one !== '')) {
    const name = /^\{([^]*)\}$/.exec(part)?.[1];
    if (name === undefined) {
      if (/[{}]/.test(part)) return 'A brace stands alone: a column is written {Column}';
      parts.push(part);
      continue;
    }
    const [column, twin] = columnsCalled(name, columns);
    if (column === undefined) return noColumn(name, columns);
    if (twin !== undefined) return `Two columns are called ${name}: name them differently`;
    if (ignored.has(column)) return `The column ${name} is mapped, and left out by ignore=: say one of them`;
    parts.push(column);
  }
  return parts.length > MOST_PARTS ? `The text has more than ${MOST_PARTS} parts: use fewer columns` : parts;
}

/** The columns with a name, by number, regardless of blanks and line breaks in it. */
export function columnsCalled(name: string, columns: readonly string[]): readonly number[] {
  const wanted = evened(name);
  return wanted === '' ? [] : columns.flatMap((column, i) => (evened(column) === wanted ? [i] : []));
}

function evened(name: string): string {
  return name.normalize('NFC').replace(/\s+/gu, ' ').trim();
}

export function noColumn(name: string, columns: readonly string[]): string {
  return `There is no column ${name}: the header has ${columnsInWords(columns)}, and small and capital letters are two`;
}

/** The names of columns, as a sentence has them. */
export function columnsInWords(columns: readonly string[]): string {
  return columns.filter((name) => name !== '').join(', ');
}
