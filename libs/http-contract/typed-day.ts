import { parseDay } from '@app/domain/values/day';
import { parseInstant } from '@app/domain/values/instant';
import { PLAIN_POSITION } from '@app/read-model/as-of';

/** What was typed cannot be read; says how to write it. */
export interface Misread {
  readonly fault: string;
}

const FORM = 'Write the day like 1 September 2026, 01/09/2026 or 2026-09-01';
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

const YEAR_FIRST = /^([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})$/;
const DAY_FIRST = /^([0-9]{1,2})(?: ?[-/.] ?| )([0-9]{1,2})(?: ?[-/.] ?| )([0-9]+)$/;
const WITH_MONTH = /^([0-9]{1,2})(?:st|nd|rd|th)?(?: of)?[ -]?([a-z]{3,})[.,]?[ -]?([0-9]+)$/;
const MONTH_FIRST = /^([a-z]{3,})[.,]? ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]+)$/;

/** A day of the week before a date. */
const WEEKDAY = /^(?:[a-z]+day|mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)[.,]? /;

/**
 * The day that somebody typed, as `YYYY-MM-DD`: in figures, with the day or the year first, or with the
 * month’s name.
 */
export function typedDay(text: string): { readonly day: string } | Misread {
  const plain = plainly(text).replace(WEEKDAY, '');
  const yearFirst = YEAR_FIRST.exec(plain);
  if (yearFirst)
    return dayOf(yearFirst[1], yearFirst[3], yearFirst[4], 'give the month before the day, like 2026-09-01');
  const dayFirst = DAY_FIRST.exec(plain);
  if (dayFirst) return dayOf(dayFirst[3], dayFirst[2], dayFirst[1], 'give the day first, like 14/03/2026');
  const [, day, named, year] = WITH_MONTH.exec(plain) ?? reordered(MONTH_FIRST.exec(plain)) ?? [];
  const month = MONTHS.findIndex(
    (name) => named !== undefined && name.toLowerCase().startsWith(named.replace(/^sept$/, 'sep')),
  );
  if (month < 0) return { fault: FORM };
  return dayOf(year, String(month + 1), day, '');
}

function reordered(match: RegExpExecArray | null): readonly (string | undefined)[] | undefined {
  return match === null ? undefined : [match[0], match[2], match[1], match[3]];
}

function dayOf(year = '', month = '', day = '', order: string): { readonly day: string } | Misread {
  if (year.length !== 4) return { fault: 'Write the year in full, like 2026' };
  if (Number(month) > 12 || Number(month) < 1) return { fault: `There is no month ${month}: ${order}` };
  const read = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  if (parseDay(read) !== undefined) return { day: read };
  if (Number(year) < 1900) return { fault: 'The register knows the days from 1 January 1900 on' };
  return { fault: `There is no ${Number(day)} ${MONTHS[Number(month) - 1]} ${year}: give a day that exists` };
}

/** A typed moment in the form that a question uses. */
export type TypedMoment =
  | { readonly knownAt: string }
  /** A day or a minute in London, as its first and last instant; its end counts. */
  | { readonly from: string; readonly until: string };

const MOMENT =
  'Write a day, like 2 July 2025, a day with a time, like 2 July 2025 at 14:30, or the number of an event, like 4182';
const TIME =
  /^(.*?)[ ,]*(?:\bat |t| )([0-9]{1,2})(?:[:.]([0-9]{2})(?:[:.]([0-9]{2})(?:\.[0-9]+)?)?)? ?(am|pm)?(?: ?\(?(london time|z|utc|gmt)\)?)?$/;

/**
 * The moment of knowledge that somebody typed: a position of the log, with or without the digits that say
 * which log is meant, an RFC 3339 instant, or a day in London, with or without a time.
 */
export function typedMoment(text: string): TypedMoment | Misread {
  // A + in an address is a blank.
  const exact = text
    .trim()
    .replace(/ ([0-9]{2}:[0-9]{2})$/, (whole, offset: string) => (text.includes('T') ? `+${offset}` : whole));
  if (PLAIN_POSITION.test(exact) || /^[0-9]+-[0-9a-f]{8}$/.test(exact) || parseInstant(exact) !== undefined)
    return { knownAt: exact };
  const plain = plainly(text);
  const [, number] =
    /^(?:as known at |known at )?(?:event|position|no\.?|number|#) ?(?:no\.? ?)?([0-9]+)$/.exec(plain) ?? [];
  if (number !== undefined && PLAIN_POSITION.test(number)) return { knownAt: number };
  const whole = typedDay(plain);
  if ('day' in whole) return momentsOf(whole.day, Temporal.PlainTime.from('00:00'), { days: 1 }, LONDON);
  const [, date = '', hour = '', minute, second, half, zone = ''] = TIME.exec(plain) ?? [];
  if (date === '' || (minute === undefined && half === undefined))
    return { fault: /[0-9]/.test(plain) && whole.fault !== FORM ? whole.fault : MOMENT };
  const read = typedDay(date);
  if ('fault' in read) return read.fault === FORM ? { fault: MOMENT } : read;
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half === 'pm' ? 12 : 0);
  if (
    hours > 23 ||
    Number(minute ?? 0) > 59 ||
    Number(second ?? 0) > 59 ||
    (half !== undefined && Number(hour) > 12)
  )
    return { fault: `There is no such time of the day: ${MOMENT.charAt(0).toLowerCase()}${MOMENT.slice(1)}` };
  const time = Temporal.PlainTime.from({
    hour: hours,
    minute: Number(minute ?? 0),
    second: Number(second ?? 0),
  });
  const length = second === undefined ? { minutes: 1 } : { seconds: 1 };
  return momentsOf(read.day, time, length, ['z', 'utc', 'gmt'].includes(zone) ? 'UTC' : LONDON);
}

const LONDON = 'Europe/London';

function momentsOf(
  day: string,
  time: Temporal.PlainTime,
  length: Temporal.DurationLike,
  zone: string,
): TypedMoment {
  const from = Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: zone, plainTime: time });
  const until = from.add(length).subtract({ milliseconds: 1 });
  return { from: from.toInstant().toString(), until: until.toInstant().toString() };
}

/** The typed text in small letters, without invisible characters, and with single blanks. */
function plainly(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
    .replaceAll(/\p{Pd}/gu, '-')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .toLowerCase();
}
