import type { CellValue } from 'read-excel-file/universal';
import { Ending, EXIT } from './ending';

/** A sheet of a workbook: what its cells show, as text. */
export interface Sheet {
  readonly name: string;
  /** The names of all that are not hidden, in their order. */
  readonly sheets: readonly string[];
  /** Its rows from the first of the sheet on, so that the place of a row is its number less one. */
  readonly rows: readonly (readonly string[])[];
}

/** What is not read of a workbook: so much can be saved as CSV, which is read row by row. */
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_UNZIPPED = 256 * 1024 * 1024;
const MOST_CELLS = 3_000_000;
const MOST_ROWS = 1_048_576;

const SAVE_AS = 'Save it as an Excel workbook (.xlsx), or as CSV UTF-8';

/** What a cell shows whose formula could not be worked out, or has no value in the file. */
const FAULTS = /^#(?:N\/A|REF!|DIV\/0!|VALUE!|NAME\?|NULL!|NUM!|SPILL!|CALC!|NOT CALCULATED)$/;
const NOT_CALCULATED = '#NOT CALCULATED';

/** What is wrong with a cell that shows an error in the place of a value; nothing where it shows none. */
export function cellFault(text: string): string | undefined {
  if (!FAULTS.test(text)) return undefined;
  return text === NOT_CALCULATED
    ? 'The file does not hold what this formula gives: open it in the spreadsheet program, save it, and use it again'
    : `The formula gives ${text}: correct it, or clear the cell`;
}

/** By the first bytes of a file, that it holds a workbook, or in words what else it is that holds no text; nothing where it may be text. */
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
 * Reads a sheet of an Excel workbook (ISO/IEC 29500): the one that is named, else the first that is not hidden. Days come
 * out as `2026-09-01`, numbers with all of their digits, formulas as their value, and errors as they are shown. Ends the
 * program, in words, where it is none or too large.
 */
export async function readSheet(file: string, bytes: Uint8Array, wanted: string | undefined): Promise<Sheet> {
  const { files, names } = await unpacked(file, bytes);
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
  return { name: sheet.sheet, sheets, rows: sheet.data.map((row) => row.map(shownAs)) };
}

function refused(file: string, what: string): Ending {
  return new Ending(EXIT.usage, `${file} ${what}`);
}

/** What is a file within a workbook of no use here, such as a picture. */
const NEEDED = /\.xml(?:\.rels)?$/;

/** A workbook’s parts within bounds, packed anew with what {@link readable} does to its sheets, and what its sheets are called. */
async function unpacked(
  file: string,
  bytes: Uint8Array,
): Promise<{ readonly files: ArrayBuffer; readonly names: readonly { readonly hidden: boolean }[] }> {
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
        // No more than this is unpacked of a part, whatever is in it.
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
  let cells = 0;
  const readied = Object.entries(parts).map(([name, part]): [string, Uint8Array] => {
    if (!/^xl\/worksheets\/[^/]+\.xml$/.test(name)) return [name, part];
    const text = strFromU8(part);
    cells += text.split(/<(?:\w+:)?c\b/).length - 1;
    if (cells > MOST_CELLS || lastRow(text) > MOST_ROWS) throw tooLarge(file);
    return [name, strToU8(readable(text))];
  });
  const names = [...strFromU8(workbook).matchAll(/<(?:\w+:)?sheet\b([^>]*)>/g)].map(([, said = '']) => ({
    hidden: /\bstate=["'](?:hidden|veryHidden)["']/.test(said),
  }));
  const packed = zipSync(Object.fromEntries(readied), { level: 0 });
  return { files: packed.buffer, names };
}

function tooLarge(file: string): Ending {
  return refused(
    file,
    `is a workbook with more than ${MOST_CELLS.toLocaleString('en-GB')} cells or ${MOST_UNZIPPED / 1024 / 1024} MB. Save the sheet as CSV UTF-8, which may be of any length`,
  );
}

function lastRow(sheet: string): number {
  let last = 0;
  for (const [, row = ''] of sheet.matchAll(/<(?:\w+:)?row\b[^>]*?\br=["']([0-9]+)["']/g))
    last = Math.max(last, Number(row));
  return last;
}

/** What a zip is that is no workbook of this form. */
function otherZip(names: readonly string[]): string {
  if (names.includes('xl/workbook.bin')) return 'is a binary Excel workbook (.xlsb).';
  if (names.includes('content.xml') && names.includes('mimetype')) return 'is of OpenDocument (.ods).';
  if (names.some((name) => name.endsWith('.iwa') || name === 'Index.zip')) return 'is of Numbers (.numbers).';
  if (names.some((name) => name.startsWith('word/'))) return 'is a Word document.';
  return 'is a zip, and no workbook. Unpack it, or';
}

/**
 * A sheet in which errors, and formulas that were never worked out, are texts: the library would read these cells as empty, and an
 * award whose end shows #N/A would have none.
 */
function readable(sheet: string): string {
  return sheet
    .replaceAll(/(<(?:\w+:)?c\b[^>]*?\bt=)(["'])e\2/g, '$1$2str$2')
    .replaceAll(
      /<((?:\w+:)?)c\b([^>]*)>\s*<\1f\b(?:[^>]*\/>|[^>]*>[^<]*<\/\1f>)\s*(<\1v\s*\/>|<\1v>\s*<\/\1v>)?\s*<\/\1c>/g,
      (cell, prefix: string, attributes: string, value?: string) =>
        // A formula may give an empty text.
        value !== undefined && /\bt=["']str["']/.test(attributes)
          ? cell
          : `<${prefix}c${attributes.replace(/\s\bt=["'][^"']*["']/, '')} t="str"><${prefix}v>${NOT_CALCULATED}</${prefix}v></${prefix}c>`,
    );
}

function shownAs(cell: CellValue<string> | null): string {
  // Its types take a day for the constructor of days.
  const value = cell as string | boolean | Date | null;
  if (value === null) return '';
  if (value instanceof Date) return dayAs(value);
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  return value;
}

/** A number with the digits that a spreadsheet shows at most, and never as a power of ten: a UKPRN is no 1.0E7. */
function numberAs(text: string): string {
  const number = Number(text);
  if (Number.isNaN(number)) return text;
  return Number.isSafeInteger(number) ? String(number) : String(Number(number.toPrecision(15)));
}

/** A day, which a workbook keeps without a time zone; one with a time of day has it after it. */
function dayAs(date: Date): string {
  const text = new Date(Math.round(date.getTime() / 1_000) * 1_000).toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text.slice(0, 19).replace('T', ' ');
}
