import type { CellError } from '@app/tables/cells';
import { Ending, EXIT } from '../exit-codes';
import { inOptions, type UploadFault } from '../upload/upload-source';
import type { TableFile } from '../upload/table-file';

/**
 * Further columns for each row of a table: those of the one row of another table that has the same value in a
 * column.
 */
export interface Lookup {
  readonly file: string;
  /** The column by which the row is found. */
  readonly on: string;
  readonly columns: readonly string[];
  /** How the other table is read, if that is not evident; whole sentences. */
  readonly said: readonly string[];
  /** Why a row has none; undefined if it has. */
  fault(cells: readonly string[]): UploadFault | undefined;
  /** What the other table has for a row. */
  further(cells: readonly string[]): readonly string[];
}

interface Row {
  readonly line: number;
  readonly key: string;
  readonly cells: readonly string[];
}

/**
 * Reads the whole of another table, to be looked up by the column that both have. It adds only those columns
 * that the first table lacks.
 */
export async function lookupIn(
  file: string,
  table: TableFile,
  on: string,
  known: readonly string[],
): Promise<Lookup> {
  const at = known.indexOf(on);
  if (at < 0)
    throw new Ending(EXIT.usage, `There is no column ${on} to look up by: the table has ${known.join(', ')}`);
  const by = table.columns.indexOf(on);
  if (by < 0) throw new Ending(EXIT.usage, `${file} has no column ${on}, but ${table.columns.join(', ')}`);
  const further = table.columns.flatMap((name, i) => (name === '' || known.includes(name) ? [] : [i]));
  const both = table.columns.filter((name) => name !== '' && name !== on && known.includes(name));
  const found = new Map<string, Row[]>();
  const alike = new Map<string, Row>();
  for await (const part of table.rows()) {
    for (const row of part) {
      if ('refusal' in row)
        throw new Ending(EXIT.usage, `${file}, line ${row.line}: ${inOptions(row.refusal.detail)}`);
      const key = evened(row.cells[by] ?? '');
      if (key === '') continue;
      const its: Row = { line: row.line, key, cells: row.cells };
      const before = found.get(key);
      if (before) before.push(its);
      else found.set(key, [its]);
      alike.set(folded(key), its);
    }
  }
  const fault = (cells: readonly string[]): UploadFault | undefined => {
    const value = cells[at] ?? '';
    const key = evened(value);
    const its = found.get(key) ?? [];
    if (its.length === 1) return undefined;
    const detail =
      key === ''
        ? `The cell is empty, and by it the row is looked up in ${file}: fill it in`
        : its.length > 1
          ? `${key} stands on lines ${its.map(({ line }) => line).join(' and ')} of ${file}: leave one of them`
          : `${key} stands on no line of ${file}: add it there, or leave the row out${hintOf(key, alike.get(folded(key)))}`;
    const errors: readonly CellError[] = [{ pointer: '', code: 'malformed', detail, column: on, value }];
    return { code: 'malformed', detail, errors };
  };
  return {
    file,
    on,
    columns: further.map((i) => table.columns[i] ?? ''),
    said: [
      ...table.said,
      ...(both.length === 0
        ? []
        : [`Of ${file} nothing is taken from ${both.join(', ')}: the table itself has such a column.`]),
    ],
    fault,
    further(cells) {
      const [only] = found.get(evened(cells[at] ?? '')) ?? [];
      return further.map((i) => only?.cells[i] ?? '');
    },
  };
}

function hintOf(key: string, other: Row | undefined): string {
  if (!other) return '';
  const lost = key.replace(/^0+/, '') === other.key.replace(/^0+/, '');
  return `. ${other.key} stands on line ${other.line}: ${lost ? 'one of them has lost the zeros in front, as numbers do in a spreadsheet' : 'is it the same, written otherwise'}?`;
}

/**
 * A key without what no one sees: surrounding blanks of any kind, repeated blanks, and characters without a
 * width.
 */
function evened(text: string): string {
  return text
    .normalize('NFC')
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(/\s+/gu, ' ')
    .trim();
}

/** A key in a form that ignores leading zeros, case, blanks and hyphens. */
function folded(key: string): string {
  return key
    .replaceAll(/[\s\p{Pd}.]/gu, '')
    .replace(/^0+(?=.)/, '')
    .toLowerCase();
}
