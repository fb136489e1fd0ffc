import { formatDay, LAST_DAY, parseDay } from '@app/domain/values/day';
import fc from 'fast-check';
import { judgeDays, readDay } from './days';

const FIRST = parseDay('1900-01-01') ?? 0;
const days = fc.integer({ min: FIRST, max: LAST_DAY }).map((day) => {
  const iso = formatDay(day);
  const [year = '', month = '', its = ''] = iso.split('-');
  return { iso, year, month, its };
});
const SHORT = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

describe('A day in a table', () => {
  test('is the same in each form in which it can be read', () => {
    fc.assert(
      fc.property(
        days,
        fc.constantFrom('/', '.', '-'),
        fc.boolean(),
        ({ iso, year, month, its }, between, isShort) => {
          const [first, second] = isShort ? [Number(its), Number(month)] : [its, month];
          expect(readDay(iso, 'iso')).toEqual({ day: iso });
          expect(readDay(`${year}/${month}/${its}`, undefined)).toEqual({ day: iso });
          expect(readDay([first, second, year].join(between), 'dmy')).toEqual({ day: iso });
          expect(readDay(`${first} ${SHORT[Number(month) - 1] ?? ''} ${year}`, undefined)).toEqual({
            day: iso,
          });
        },
      ),
    );
  });

  test('is never read with the month first', () => {
    fc.assert(
      fc.property(days, fc.constantFrom('/', '.', '-'), ({ year, month, its }, between) => {
        const read = readDay([month, its, year].join(between), undefined);
        if (Number(its) > 12) expect(read).toMatchObject({ isMonthFirst: true });
        else expect(read).toEqual({ day: `${year}-${its}-${month}` });
      }),
    );
  });

  test('has no time of day, no two digits for a year, no other month’s name, and none is a number', () => {
    for (const text of ['01/09/26', '46054', '45000.5', '2026', '20260901', '1 Septembre 2026', '31/04/2026'])
      expect(readDay(text, undefined)).toMatchObject({ isMonthFirst: false });
    for (const text of [
      '2026-9-1',
      '2026.09.01',
      '01/09-2026',
      '2026-09-01T00:00:00Z',
      '0026-09-01',
      'x',
      '1899-12-31',
    ])
      expect(readDay(text, undefined)).toMatchObject({ isMonthFirst: false });
  });

  test('that a spreadsheet has as a number is told as the day that it may be', () => {
    expect(readDay('46054', undefined)).toMatchObject({
      fault: expect.stringContaining('2026-02-01') as string,
    });
  });
});

describe('All days of a column', () => {
  test('show how they are written', () => {
    expect(judgeDays(['2026-09-01', '', '03/03/2026'])).toEqual({});
    expect(judgeDays(['03/04/2026', '2026-09-01'])).toEqual({ ambiguous: '03/04/2026' });
    expect(judgeDays(['03/04/2026', '31/08/2026', '1 Feb 2026'])).toEqual({
      ambiguous: '03/04/2026',
      dayFirst: '31/08/2026',
    });
    expect(judgeDays(['03/04/2026', '08/31/2026', 'never', '09/30/2026'])).toEqual({
      ambiguous: '03/04/2026',
      monthFirst: '08/31/2026',
      unreadable: 'never',
    });
  });
});
