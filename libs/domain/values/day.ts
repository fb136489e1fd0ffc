/**
 * A civil day of Europe/London as a whole number: days since 1970-01-01. Facts hold on days, never at
 * times of day, so no time zone enters the rules (specification, section 1).
 */
export type Day = number;

/** Days from 1970-01-01 to the given day of the proleptic Gregorian calendar. */
function fromCivil(year: number, month: number, day: number): Day {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}

function toCivil(day: Day): { year: number; month: number; day: number } {
  const z = day + 719468;
  const era = Math.floor(z / 146097);
  const dayOfEra = z - era * 146097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const mp = Math.floor((5 * dayOfYear + 2) / 153);
  const month = mp < 10 ? mp + 3 : mp - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * mp + 2) / 5) + 1,
  };
}

function lengthOfMonth(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/**
 * The first and the last day that the register knows: 1900-01-01 and 9999-12-31. What never ends, ends on
 * `LAST_DAY`.
 */
export const FIRST_DAY: Day = fromCivil(1900, 1, 1);
export const LAST_DAY: Day = fromCivil(9999, 12, 31);

/** The number written at some indexes of a text; NaN if one of them holds no digit. */
export function digits(text: string, from: number, to: number): number {
  let number = 0;
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return NaN;
    number = number * 10 + digit;
  }
  return number;
}

/** The day written as `YYYY-MM-DD`; undefined if there is no such day between 1900-01-01 and 9999-12-31. */
export function parseDay(text: string): Day | undefined {
  if (text.length !== 10 || text[4] !== '-' || text[7] !== '-') return undefined;
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)];
  const exists = year >= 1900 && month >= 1 && month <= 12 && day >= 1 && day <= lengthOfMonth(year, month);
  return exists ? fromCivil(year, month, day) : undefined;
}

/** The day written as `YYYY-MM-DD`, from a text that was checked before. */
export function dayOf(text: string): Day {
  const day = parseDay(text);
  if (day === undefined) throw new RangeError(`not a day of the register: ${text}`);
  return day;
}

/** `YYYY-MM-DD`. */
export function formatDay(day: Day): string {
  // An answer names dozens of days, most of them of these years.
  return day >= 0 && day < WRITTEN ? (written[day] ??= writeDay(day)) : writeDay(day);
}

/** So many days from 1970-01-01 are written once: to the end of 2079. */
const WRITTEN = fromCivil(2080, 1, 1);
const written: (string | undefined)[] = new Array<string | undefined>(WRITTEN).fill(undefined);

function writeDay(day: Day): string {
  const civil = toCivil(day);
  return `${civil.year}-${String(civil.month).padStart(2, '0')}-${String(civil.day).padStart(2, '0')}`;
}

/**
 * The same day of the month, `months` later, or that month's last day; the day after {@link LAST_DAY} if the
 * result is later than that.
 */
export function addMonths(day: Day, months: number): Day {
  const civil = toCivil(day);
  const count = civil.year * 12 + (civil.month - 1) + months;
  const [year, month] = [Math.floor(count / 12), (count % 12) + 1];
  if (year > 9999) return LAST_DAY + 1;
  return fromCivil(year, month, Math.min(civil.day, lengthOfMonth(year, month)));
}
