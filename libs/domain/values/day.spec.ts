/// <reference types="jest" />
import * as fc from 'fast-check';
import { addMonths, dayOf, FIRST_DAY, formatDay, LAST_DAY, parseDay } from './day';

const day = () => fc.integer({ min: FIRST_DAY, max: LAST_DAY });
const epoch = Temporal.PlainDate.from('1970-01-01');
const plain = (n: number) => epoch.add({ days: n });

describe('a day', () => {
  const months = Array.from({ length: (9999 - 1900 + 1) * 12 }, (_, i) => ({
    year: 1900 + Math.floor(i / 12),
    month: (i % 12) + 1,
  }));

  test('follows on the day before, month after month, from 1900-01-01 to 9999-12-31', () => {
    let next = FIRST_DAY;
    const wrong: string[] = [];
    for (const { year, month } of months) {
      const written = (day: number) =>
        `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
      const last = Temporal.PlainYearMonth.from({ year, month }).daysInMonth;
      if (parseDay(written(1)) !== next || formatDay(next) !== written(1)) wrong.push(written(1));
      next += last;
      if (parseDay(written(last)) !== next - 1 || formatDay(next - 1) !== written(last))
        wrong.push(written(last));
      if (parseDay(written(last + 1)) !== undefined) wrong.push(written(last + 1));
    }
    expect({ wrong, last: next - 1 }).toEqual({ wrong: [], last: LAST_DAY });
  });

  test('is read as it was written: every day of the four hundred years after which the calendar repeats', () => {
    const cycle = Array.from({ length: 146_097 }, (_, i) => FIRST_DAY + i);
    expect(cycle.filter((n) => parseDay(formatDay(n)) !== n)).toEqual([]);
  });

  test('is counted from 1970-01-01', () => {
    fc.assert(fc.property(day(), (n) => formatDay(n) === plain(n).toString()));
  });

  test.each([
    '1899-12-31',
    '10000-01-01',
    '2026-02-29',
    '2100-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '2026-1-01',
    '2026/01/01',
    '20260101',
    ' 2026-01-01',
    '2026-01-01T00:00:00Z',
    '٢٠٢٦-٠١-٠١',
    '',
  ])('is never read from %j', (text) => {
    expect(parseDay(text)).toBeUndefined();
    expect(() => dayOf(text)).toThrow(RangeError);
  });

  test('some months later is the same day of that month, or the month’s last', () => {
    fc.assert(
      fc.property(day(), fc.integer({ min: 1, max: 1200 }), (n, months) => {
        const later = plain(n).add({ months }, { overflow: 'constrain' });
        return addMonths(n, months) === (later.year > 9999 ? LAST_DAY + 1 : epoch.until(later).days);
      }),
    );
  });

  test('so many months later that the register knows no such day is the day after the last', () => {
    expect(addMonths(LAST_DAY, 1)).toBe(LAST_DAY + 1);
    expect(addMonths(FIRST_DAY, Number.MAX_SAFE_INTEGER)).toBe(LAST_DAY + 1);
  });
});
