import { formatDay, parseDay } from '@app/domain/values/day';

/**
 * The forms in which a table may write days: the year first, or the day first (specification, section 7,
 * `dates=`).
 */
export const DAY_FORMS = ['iso', 'dmy'] as const;
export type DayForm = (typeof DAY_FORMS)[number];

/** A day as the register writes it, or what is wrong with a text that is no day, and how to correct it. */
export type ReadDay = { readonly day: string } | { readonly fault: string; readonly isMonthFirst: boolean };

const YEAR_FIRST = /^([0-9]{4})([-/])([0-9]{2})\2([0-9]{2})$/;
const IN_NUMBERS = /^([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})$/;
const BY_NAME = /^([0-9]{1,2})(?:\s+([a-z]+)\s+|-([a-z]+)-)([0-9]{4})$/i;
const BY_NAME_MONTH_FIRST = /^([a-z]+)\.?\s+[0-9]{1,2}(?:st|nd|rd|th)?,?\s+[0-9]{4}$/i;
/** A time of day, which exports append to days. */
const TIME = /(?:\s+|T)[0-9]{1,2}:[0-9]{2}.*$/i;
const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
] as const;

/**
 * Reads a day in one form, or in both if none is given: `iso` is `2026-02-28` or `2026/02/28`; `dmy` is
 * `28/02/2026`, also with `.` or `-` and without leading zeros, or `28 Feb 2026`, also with the month’s whole
 * name. It never guesses: `03/04/2026` is the third of April.
 */
export function readDay(text: string, form: DayForm | undefined): ReadDay {
  const read = dayIn(text);
  if (read && (form === undefined || read.form === form)) return { day: read.day };
  return { fault: faultIn(text, read?.form, form), isMonthFirst: isMonthFirst(text) };
}

function dayIn(text: string): { readonly day: string; readonly form: DayForm } | undefined {
  const [, year, , month = '', day = ''] = YEAR_FIRST.exec(text) ?? [];
  if (year !== undefined) return written(year, month, day, 'iso');
  const [, first = '', , second = '', last = ''] = IN_NUMBERS.exec(text) ?? [];
  if (last.length === 4) return written(last, second, first, 'dmy');
  const [, its = '', blank, hyphen, of = ''] = BY_NAME.exec(text) ?? [];
  const named = monthOf(blank ?? hyphen ?? '');
  return named === undefined ? undefined : written(of, String(named), its, 'dmy');
}

function written(year: string, month: string, day: string, form: DayForm) {
  const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return parseDay(iso) === undefined ? undefined : { day: iso, form };
}

/** The month with this English name, long or short, from 1. */
function monthOf(name: string): number | undefined {
  const wanted = name.toLowerCase() === 'sept' ? 'sep' : name.toLowerCase();
  const found = MONTHS.findIndex((month) => wanted === month || wanted === month.slice(0, 3));
  return found < 0 ? undefined : found + 1;
}

/** Whether a text is a day that can only have the month first. */
function isMonthFirst(text: string): boolean {
  const day = text.replace(TIME, '');
  const [, name] = BY_NAME_MONTH_FIRST.exec(day) ?? [];
  if (name !== undefined) return monthOf(name) !== undefined;
  const [, month = '', , its = '', year = ''] = IN_NUMBERS.exec(day) ?? [];
  if (Number(its) <= 12) return false;
  return written(year.length === 2 ? `20${year}` : year, month, its, 'dmy') !== undefined;
}

const EXAMPLES: Readonly<Record<DayForm, string>> = {
  iso: 'like 2026-09-01',
  dmy: 'day first, like 01/09/2026',
};

/** What a text that is no day looks like. */
function faultIn(text: string, is: DayForm | undefined, wanted: DayForm | undefined): string {
  if (is !== undefined && wanted !== undefined)
    return `dates=${wanted} reads days that are written ${EXAMPLES[wanted]}: write it so, or leave dates out`;
  if (isMonthFirst(text))
    return `${text} has the month first, and days are read day first or year first: nothing of the table is read from here on. Write all its days like 2026-09-01 or, day first, like 01/09/2026, and send it again; look at the rows before this one too, whose days were read day first`;
  if (TIME.test(text)) return 'A time of day follows the day: leave it out, and write 2026-09-01';
  const [, first = '', , second = '', year = ''] = IN_NUMBERS.exec(text) ?? [];
  if (year.length === 2) return 'Write the year with four digits, like 14/03/2026';
  if (Number(first) > 12 && Number(second) > 12)
    return `There is no month ${second}: give the day first, like 14/03/2026`;
  if (/^[0-9]{5,6}(?:\.[0-9]+)?$/.test(text)) return serialFault(text);
  if (/^[0-9]{8}$/.test(text)) return 'Write the day with hyphens, like 2026-09-01';
  if (/^[0-9]{4}$/.test(text)) return 'This is a year: write a whole day, like 2026-09-01';
  if (/^[0-9]{4}([-/.])[0-9]{1,2}\1[0-9]{1,2}$/.test(text) && !YEAR_FIRST.test(text))
    return 'With the year first, write hyphens, and month and day with two digits, like 2026-09-01';
  return wanted === undefined
    ? 'A day that exists, from 1900 to 9999, written like 2026-09-01 or, day first, like 01/09/2026'
    : `A day that exists, from 1900 to 9999, written ${EXAMPLES[wanted]}`;
}

/** Spreadsheets count days from 1899-12-30, except for the first sixty. */
const SERIAL_ZERO = parseDay('1900-01-01') ?? 0;

function serialFault(text: string): string {
  const day = SERIAL_ZERO - 2 + Math.floor(Number(text));
  const meant = day > 100_000 ? '' : ` (perhaps for ${formatDay(day)})`;
  return `This looks like the number that a spreadsheet keeps for a day${meant}: format the column as dates, such as 2026-09-01, and save the table again`;
}

/** What the days of a column show of how they are written. */
export interface JudgedDays {
  /** The first that can only have the month first. If there is one, no day in figures can be trusted. */
  readonly monthFirst: string | undefined;
  /** The first that can only have the day first. */
  readonly dayFirst: string | undefined;
  /** The first that would be another day if the month came first; it is read with the day first. */
  readonly ambiguous: string | undefined;
  /** The first that is no day in any form. */
  readonly unreadable: string | undefined;
}

/** Examines all days of a column, without empty cells. */
export function judgeDays(texts: Iterable<string>): JudgedDays {
  let judged: JudgedDays = {
    monthFirst: undefined,
    dayFirst: undefined,
    ambiguous: undefined,
    unreadable: undefined,
  };
  for (const text of texts) {
    const kind = kindOf(text);
    if (kind !== undefined && judged[kind] === undefined) judged = { ...judged, [kind]: text };
  }
  return judged;
}

function kindOf(text: string): keyof JudgedDays | undefined {
  if (text === '') return undefined;
  if (isMonthFirst(text)) return 'monthFirst';
  if (!dayIn(text)) return 'unreadable';
  const [, day, , month] = IN_NUMBERS.exec(text) ?? [];
  if (day === undefined) return undefined;
  if (Number(day) > 12) return 'dayFirst';
  return Number(day) === Number(month) ? undefined : 'ambiguous';
}
