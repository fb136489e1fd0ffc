import type { CellValue } from 'read-excel-file/universal';
import { Ending, EXIT } from '../exit-codes';

/** A sheet of a workbook: the texts that its cells show. */
export interface Sheet {
  readonly name: string;
  /** The names of all sheets that are not hidden, in their order. */
  readonly sheets: readonly string[];
  /** Its rows from the first of the sheet on, so that a row’s index is its number less one. */
  readonly rows: readonly (readonly string[])[];
}

/**
 * The bytes beyond which a workbook is not read; a larger one can be saved as CSV, which is read row by row.
 */
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_UNZIPPED = 256 * 1024 * 1024;
const MOST_CELLS = 3_000_000;

const SAVE_AS = 'Save it as an Excel workbook (.xlsx), or as CSV UTF-8';

/** What a cell shows if its formula failed, if the file holds no value for it, or if it is merged into another. */
const FAULTS = /^#(?:N\/A|REF!|DIV\/0!|VALUE!|NAME\?|NULL!|NUM!|SPILL!|CALC!|NOT CALCULATED|MERGED)$/;
const NOT_CALCULATED = '#NOT CALCULATED';
/**
 * The text of a cell that is merged into another, which holds the only value. It is not empty, so that an
 * award in such a row is not taken for one without an end.
 */
export const MERGED = '#MERGED';

/** What is wrong with a cell that shows an error instead of a value; undefined if it shows none. */
export function cellFault(text: string): string | undefined {
  if (!FAULTS.test(text)) return undefined;
  if (text === MERGED)
    return 'This cell is merged with others, and the file has a value for the first of them alone: unmerge them, and fill each in';
  return text === NOT_CALCULATED
    ? 'The file does not hold what this formula gives: open it in the spreadsheet program, save it, and use it again'
    : `The formula gives ${text}: correct it, or clear the cell`;
}

/**
 * `zip`, as workbooks are, by the first bytes of a file; or in words which other binary file it is; undefined
 * if it may be text.
 */
export function kindOf(head: Uint8Array): 'zip' | { readonly cannot: string } | undefined {
  const begins = (...bytes: readonly number[]) => bytes.every((byte, i) => head[i] === byte);
  if (begins(0x50, 0x4b, 0x03, 0x04) || begins(0x50, 0x4b, 0x05, 0x06)) return 'zip';
  if (begins(0xd0, 0xcf, 0x11, 0xe0))
    return {
      cannot: `is an Excel workbook of the old form (.xls), or one that a password protects. ${SAVE_AS}, without a password`,
    };
  if (begins(0x25, 0x50, 0x44, 0x46)) return { cannot: `is a PDF. ${SAVE_AS}` };
  const text = Buffer.from(head)
    .toString('latin1')
    .replace(/^(?:\xef\xbb\xbf)?\s*/, '');
  if (/^<(?:\?xml|!doctype|html|table|head|body)\b/i.test(text))
    return {
      cannot: `is a page, and no table, whatever its name is. Open it in a spreadsheet program. ${SAVE_AS}`,
    };
  return undefined;
}

/**
 * Reads a sheet of an Excel workbook (ISO/IEC 29500): the named one, or the first that is not hidden. Days
 * come out as `2026-09-01`, numbers with all their digits, formulas as their value, and errors as they are
 * shown. Ends the program, in words, if the file is no workbook or too large.
 */
export async function readSheet(file: string, bytes: Uint8Array, wanted: string | undefined): Promise<Sheet> {
  const { files, names, merged } = await unpacked(file, bytes);
  const { default: read } = await import('read-excel-file/universal');
  const found = await read(files, { trim: false, parseNumber: numberAs }).catch((error: unknown) => {
    throw refused(
      file,
      `cannot be read as a workbook: ${error instanceof Error ? error.message : ''}. ${SAVE_AS}`,
    );
  });
  const hidden = found.length === names.length ? names.map(({ hidden }) => hidden) : [];
  const shown = found.filter((_, i) => hidden[i] !== true);
  const sheets = shown.map(({ sheet }) => sheet);
  const sheet =
    wanted === undefined
      ? shown[0]
      : (found.find((one) => one.sheet === wanted) ??
        found.find((one) => one.sheet.trim().toLowerCase() === wanted.trim().toLowerCase()));
  if (!sheet)
    throw refused(
      file,
      wanted === undefined
        ? 'has no sheet'
        : `has no sheet ${wanted}, but ${sheets.join(', ')}: name one with --sheet`,
    );
  const part = found.length === names.length ? names[found.indexOf(sheet)]?.part : undefined;
  const rows = sheet.data.map((row) => row.map(shownAs));
  return { name: sheet.sheet, sheets, rows: withMerged(rows, merged.get(part ?? '') ?? []) };
}

function refused(file: string, what: string): Ending {
  return new Ending(EXIT.usage, `${file} ${what}`);
}

/** Matches the files within a workbook that are needed; pictures, for example, are not. */
const NEEDED = /\.xml(?:\.rels)?$/;

/**
 * Unpacks a workbook’s parts within bounds, and packs them again with their sheets made {@link readable};
 * also returns the names of the sheets.
 */
async function unpacked(
  file: string,
  bytes: Uint8Array,
): Promise<{
  readonly files: ArrayBuffer;
  readonly names: readonly { readonly hidden: boolean; readonly part: string }[];
  /** The ranges of merged cells, by the part of the sheet. */
  readonly merged: ReadonlyMap<string, readonly Range[]>;
}> {
  if (bytes.length > MOST_BYTES) throw tooLarge(file);
  const { strFromU8, strToU8, unzipSync, zipSync } = await import('fflate');
  const all: string[] = [];
  let size = 0;
  let parts: ReturnType<typeof unzipSync>;
  try {
    parts = unzipSync(bytes, {
      filter({ name, originalSize }) {
        all.push(name);
        if (!NEEDED.test(name)) return false;
        // No part is unpacked beyond this, whatever it holds.
        size += originalSize;
        if (size > MOST_UNZIPPED) throw tooLarge(file);
        return true;
      },
    });
  } catch (error) {
    if (error instanceof Ending) throw error;
    throw refused(file, `is a zip that is damaged. ${SAVE_AS} anew`);
  }
  const workbook = parts['xl/workbook.xml'];
  if (!workbook) throw refused(file, `${otherZip(all)} ${SAVE_AS}`);
  const merged = new Map<string, readonly Range[]>();
  let cells = 0;
  const readied = Object.entries(parts).map(([name, part]): [string, Uint8Array] => {
    if (!/^xl\/worksheets\/[^/]+\.xml$/.test(name)) return [name, part];
    const text = readable(withoutEmpty(strFromU8(part)));
    cells += [...text.matchAll(/<(?:\w+:)?c\b/g)].length;
    if (cells > MOST_CELLS) throw tooLarge(file);
    const { row, column } = lastOf(text);
    if (row * column > MOST_CELLS)
      throw refused(
        file,
        `has a sheet in which something stands as far off as row ${row} and column ${column}: clear what is no part of the table, or save the sheet as CSV UTF-8`,
      );
    merged.set(name, mergedIn(text));
    return [name, strToU8(text)];
  });
  const targets = new Map(
    [
      ...strFromU8(parts['xl/_rels/workbook.xml.rels'] ?? new Uint8Array()).matchAll(
        /<(?:\w+:)?Relationship\b[^>]*>/g,
      ),
    ].map(([said]) => [valueOf('Id', said), `xl/${valueOf('Target', said).replace(/^\/xl\//, '')}`]),
  );
  const names = [...strFromU8(workbook).matchAll(/<(?:\w+:)?sheet\b([^>]*)>/g)].map(([, said = '']) => ({
    hidden: /\bstate=["'](?:hidden|veryHidden)["']/.test(said),
    part: targets.get(valueOf('\\w+:id', said)) ?? '',
  }));
  const packed = zipSync(Object.fromEntries(readied), { level: 0 });
  return { files: packed.buffer, names, merged };
}

function tooLarge(file: string): Ending {
  return refused(
    file,
    `is a workbook with more than ${MOST_CELLS.toLocaleString('en-GB')} cells or ${MOST_UNZIPPED / 1024 / 1024} MB. Save the sheet as CSV UTF-8, which may be of any length`,
  );
}

/** The value of an attribute. */
function valueOf(attribute: string, said: string): string {
  return new RegExp(`\\s${attribute}=["']([^"']*)["']`).exec(said)?.[1] ?? '';
}

/** A range of cells, both ends included, counted from 0. */
interface Range {
  readonly rows: readonly [number, number];
  readonly columns: readonly [number, number];
}

/** A sheet without empty cells and rows: some programs write every row that there could be. */
function withoutEmpty(sheet: string): string {
  return sheet
    .replaceAll(/<((?:\w+:)?)c\b[^>]*\br=["'][A-Z]+[0-9]+["'][^>]*(?:\/>|(?<!\/)>\s*<\/\1c>)/g, '')
    .replaceAll(/<((?:\w+:)?)row\b[^>]*\br=["'][0-9]+["'][^>]*(?:\/>|(?<!\/)>\s*<\/\1row>)/g, '');
}

/** The last row and column of a sheet. */
function lastOf(sheet: string): { readonly row: number; readonly column: number } {
  let [row, column] = [0, 0];
  for (const [, letters = '', number = ''] of sheet.matchAll(
    /<(?:\w+:)?c\b[^>]*?\br=["']([A-Z]+)([0-9]+)["']/g,
  )) {
    row = Math.max(row, Number(number));
    column = Math.max(column, columnOf(letters) + 1);
  }
  return { row, column };
}

/** The index of a column by its letters, from 0. */
function columnOf(letters: string): number {
  return Array.from(letters).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

function mergedIn(sheet: string): readonly Range[] {
  return [
    ...sheet.matchAll(/<(?:\w+:)?mergeCell\b[^>]*?\bref=["']([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)["']/g),
  ].map(([, left = '', top = '', right = '', bottom = '']) => ({
    rows: [Number(top) - 1, Number(bottom) - 1],
    columns: [columnOf(left), columnOf(right)],
  }));
}

/**
 * Rows in which each merged cell shows {@link MERGED}, except in the header and in rows that hold nothing
 * else.
 */
function withMerged(
  rows: readonly (readonly string[])[],
  ranges: readonly Range[],
): readonly (readonly string[])[] {
  const header = rows.findIndex((row) => row.some((cell) => cell !== ''));
  const shown = rows.map((row) => [...row]);
  for (const {
    rows: [top, bottom],
    columns: [left, right],
  } of ranges) {
    if ((rows[top]?.[left] ?? '') === '') continue;
    for (let at = Math.max(top, header + 1); at <= Math.min(bottom, rows.length - 1); at++) {
      const [before, after] = [rows[at] ?? [], shown[at] ?? []];
      if (before.every((cell) => cell === '')) continue;
      for (let i = left; i <= Math.min(right, before.length - 1); i++)
        if (before[i] === '' && (at > top || i > left)) after[i] = MERGED;
    }
  }
  return shown;
}

/** What a zip is, in words, if it is no workbook of this form. */
function otherZip(names: readonly string[]): string {
  if (names.includes('xl/workbook.bin')) return 'is a binary Excel workbook (.xlsb).';
  if (names.includes('content.xml') && names.includes('mimetype')) return 'is of OpenDocument (.ods).';
  if (names.some((name) => name.endsWith('.iwa') || name === 'Index.zip')) return 'is of Numbers (.numbers).';
  if (names.some((name) => name.startsWith('word/'))) return 'is a Word document.';
  return 'is a zip, and no workbook. Unpack it, or';
}

/**
 * A sheet in which errors, and formulas that were never calculated, are texts. The library would read these
 * cells as empty, and an award whose end shows #N/A would have none.
 */
function readable(sheet: string): string {
  return sheet
    .replaceAll(/(<(?:\w+:)?c\b[^>]*?\bt=)(["'])e\2/g, '$1$2str$2')
    .replaceAll(
      /<((?:\w+:)?)c\b([^>]*)>\s*<\1f\b(?:[^>]*\/>|[^>]*>[^<]*<\/\1f>)\s*(<\1v\s*\/>|<\1v>\s*<\/\1v>)?\s*<\/\1c>/g,
      (cell, prefix: string, attributes: string, value?: string) =>
        // The value of a formula may be an empty text.
        value !== undefined && /\bt=["']str["']/.test(attributes)
          ? cell
          : `<${prefix}c${attributes.replace(/\s\bt=["'][^"']*["']/, '')} t="str"><${prefix}v>${NOT_CALCULATED}</${prefix}v></${prefix}c>`,
    );
}

function shownAs(cell: CellValue<string> | null): string {
  // The library’s types give the constructor of dates instead of a date.
  const value = cell as string | boolean | Date | null;
  if (value === null) return '';
  if (value instanceof Date) return dayAs(value);
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  return value;
}

/**
 * A number with at most the digits that a spreadsheet shows, and never in exponential form: a UKPRN is not
 * 1.0E7.
 */
function numberAs(text: string): string {
  const number = Number(text);
  if (Number.isNaN(number)) return text;
  return Number.isSafeInteger(number) ? String(number) : String(Number(number.toPrecision(15)));
}

/** A day, which a workbook keeps without a time zone; a time of day follows it if there is one. */
function dayAs(date: Date): string {
  const text = new Date(Math.round(date.getTime() / 1_000) * 1_000).toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text.slice(0, 19).replace('T', ' ');
}
