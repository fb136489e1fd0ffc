import type { Dice } from '../dice';
import type { Posting } from '../oracle/oracle';

/** A table of postings as somebody’s spreadsheet has saved it, and all that has to be said of it. */
export interface Sheet {
  readonly query: URLSearchParams;
  readonly contentType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The line on which each posting begins, the header being 1. */
  readonly lines: readonly number[];
  /** The columns that say nothing of the events, in their order. */
  readonly unknownColumns: readonly string[];
}

/** Types whose data do not fit into cells (specification, section 7: such are no table). */
const NOT_FLAT = ['BodyRecognised', 'PolicyEditionPublished', 'EventCorrected'];

export function isFlat({ type }: Posting): boolean {
  return !NOT_FLAT.includes(type);
}

const ENCODINGS: readonly (readonly [contentType: string, encode: (text: string) => Buffer])[] = [
  ['text/csv', (text) => Buffer.from(text)],
  ['text/csv; charset=UTF-8', (text) => Buffer.from(text)],
  ['text/csv', (text) => Buffer.from(`\uFEFF${text}`)],
  ['text/csv', (text) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
  ['text/csv', (text) => Buffer.from(text, 'utf16le')],
  ['text/csv', (text) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
  ['text/csv; charset=windows-1252', (text) => Buffer.from(text, 'latin1')],
  [
    'text/csv;charset="macintosh"',
    (text) => Buffer.from(Buffer.from(text, 'latin1').map((byte) => (byte === 0xe9 ? 0x8e : byte))),
  ],
];

/** Columns that people keep for themselves; one has two lines of its own. */
const REMARKS = ['Remarks', 'Région', 'Checked\nby', 'Row'];
const REMARK = ['', 'see file', 'café; "twice"', 'first, second', 'one\ntwo\n\nthree', '01/02/2003'];

const BLANK = /^\s*$/;

/**
 * Writes postings of one body, source and type as a table, one after the other: in a random encoding, with random line
 * ends and delimiter, quoted more than it needs to be, its columns in a random order, some of them under other names or
 * said in the address, days as either form, others between them that mean nothing, and blank lines.
 */
export function sheetOf(postings: readonly Posting[], dice: Dice): Sheet {
  const [first] = postings;
  if (first === undefined) throw new Error('a table of nothing');
  const query = new URLSearchParams({ type: first.type, source: first.source });
  const rows = postings.map(({ id, subject, data }) => new Map(Object.entries({ id, subject, ...data })));
  const columns = shuffled([...new Set(rows.flatMap((row) => [...row.keys()]))], dice).flatMap(
    (field): Column[] => {
      const texts = rows.map((row) => textOf(row.get(field), dice));
      const [one = ''] = texts;
      if (field !== 'id' && one !== '' && dice.chance(0.2) && texts.every((text) => text === one)) {
        query.append('map', `${field}=${one}`);
        return [];
      }
      if (dice.chance(0.7)) return [{ name: field, texts }];
      const name = `${field.toUpperCase()} of it`;
      const [prefix = ''] = /^[a-z]+:/.exec(one) ?? [];
      const isKey = prefix !== '' && texts.every((text) => text.startsWith(prefix));
      query.append('map', isKey ? `${field}=${prefix}{${name}}` : `${field}={${name}}`);
      return [{ name, texts: isKey ? texts.map((text) => text.slice(prefix.length)) : texts }];
    },
  );
  const remarks = REMARKS.filter(() => dice.chance(0.25));
  // What is no field is left out by name or with all others; where something is mapped, it may stand there unsaid.
  if (dice.chance(0.3)) query.append('ignore', '*');
  else if (!query.has('map') || dice.chance(0.3)) for (const name of remarks) query.append('ignore', name);
  for (const name of remarks) {
    columns.splice(dice.below(columns.length + 1), 0, {
      name,
      texts: rows.map(() => dice.one(REMARK)),
      means: 'nothing',
    });
  }
  return { query, ...written(columns, postings.length, dice) };
}

interface Column {
  readonly name: string;
  readonly texts: readonly string[];
  readonly means?: 'nothing';
}

function written(
  columns: readonly Column[],
  count: number,
  dice: Dice,
): Pick<Sheet, 'contentType' | 'bytes' | 'lines' | 'unknownColumns'> {
  const end = dice.one(['\n', '\r\n', '\r']);
  const delimiter = columns.length === 1 ? ',' : dice.one([',', ';', '\t']);
  const quoteAll = dice.chance(0.2);
  const cell = (text: string) => {
    const inLines = text.replaceAll('\n', end);
    const must = /["\r\n]/.test(inLines) || [',', ';', '\t'].some((one) => inLines.includes(one));
    const spaced = !must && dice.chance(0.05) ? ` ${inLines} ` : inLines;
    return must || quoteAll ? `"${inLines.replaceAll('"', '""')}"` : spaced;
  };
  const row = (texts: readonly string[]) => texts.map(cell).join(delimiter);
  const linesIn = (text: string) => text.split(end).length;
  let text = row(columns.map(({ name }) => name));
  const lines: number[] = [];
  for (let i = 0; i < count; i++) {
    while (dice.chance(0.05)) text += end;
    text += end;
    lines.push(linesIn(text));
    text += row(columns.map(({ texts }) => texts[i] ?? ''));
  }
  if (dice.chance(0.7)) text += end;
  const [contentType, encode] = dice.one(ENCODINGS);
  return {
    contentType,
    bytes: new Uint8Array(encode(text)),
    lines,
    unknownColumns: columns.filter(({ means }) => means).map(({ name }) => name.replaceAll('\n', end)),
  };
}

/** What a cell says of a field. */
function textOf(value: unknown, dice: Dice): string {
  if (Array.isArray(value)) return value.map((item) => textOf(item, dice)).join(dice.one([';', '; ']));
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return '';
  if (BLANK.test(value)) throw new Error('no cell can say this');
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value) ?? [];
  if (day === undefined) return value;
  const between = dice.one(['/', '.', '-']);
  return dice.one([value, value, `${year}/${month}/${day}`, `${day}${between}${month}${between}${year}`]);
}

/** In an order in which each column may be anywhere. */
export function shuffled<T>(from: readonly T[], dice: Dice): T[] {
  const left = [...from];
  return from.flatMap(() => left.splice(dice.below(left.length), 1));
}
