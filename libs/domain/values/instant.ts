import { digits, parseDay } from './day';

const INSTANT = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

/**
 * Milliseconds since 1970 of an RFC 3339 instant, fractions of a millisecond dropped; undefined if the text
 * is none.
 */
export function parseInstant(text: string): number | undefined {
  // The form that the register itself writes, and of which it reads a million at a start.
  if (
    text.length === 24 &&
    text[10] === 'T' &&
    text[13] === ':' &&
    text[16] === ':' &&
    text[19] === '.' &&
    text[23] === 'Z'
  ) {
    const day = parseDay(text.slice(0, 10));
    const [hour, minute, second] = [digits(text, 11, 13), digits(text, 14, 16), digits(text, 17, 19)];
    const time = ((hour * 60 + minute) * 60 + second) * 1000 + digits(text, 20, 23);
    if (day !== undefined && hour < 24 && minute < 60 && second < 60 && time >= 0)
      return day * 86_400_000 + time;
  }
  const match = INSTANT.exec(text);
  if (!match) return undefined;
  const [, day = '', hour, minute, second, fraction = '', zone = ''] = match;
  const [, offsetHour = '0', offsetMinute = '0'] = /^[+-](\d{2}):(\d{2})$/.exec(zone) ?? [];
  if (
    Number(hour) > 23 ||
    Number(minute) > 59 ||
    Number(second) > 60 ||
    Number(offsetHour) > 23 ||
    Number(offsetMinute) > 59
  ) {
    return undefined;
  }
  const midnight = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== day) return undefined;
  const milliseconds = Number(fraction.slice(1, 4).padEnd(3, '0'));
  const offset = (zone.startsWith('-') ? -1 : 1) * (Number(offsetHour) * 60 + Number(offsetMinute));
  return (
    midnight + ((Number(hour) * 60 + Number(minute) - offset) * 60 + Number(second)) * 1000 + milliseconds
  );
}
