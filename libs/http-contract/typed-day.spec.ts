import { typedDay, typedMoment } from './typed-day';

describe('A day that somebody typed', () => {
  it.each([
    '2026-09-01',
    '2026/09/01',
    '2026-9-1',
    '01/09/2026',
    '1/9/2026',
    '1.9.2026',
    '01-09-2026',
    '1 9 2026',
    '1 September 2026',
    '1 Sep 2026',
    '1 Sept. 2026',
    '01 SEPTEMBER 2026',
    '1st September 2026',
    '1st of September, 2026',
    'Tuesday 1 September 2026',
    'Tuesday, 1 September 2026',
    'Tue 1 September 2026',
    'Tues. 1 Sept 2026',
    'Tue, 01/09/2026',
    '1-Sep-2026',
    '1sep2026',
    'September 1, 2026',
    'Sep 1st 2026',
    ' 1\u00a0September\u20092026 ',
    '\u202a01/09/2026\u202c',
  ])('is read from %j', (text) => {
    expect(typedDay(text)).toEqual({ day: '2026-09-01' });
  });

  it('has its day first, never its month', () => {
    expect(typedDay('03/04/2026')).toEqual({ day: '2026-04-03' });
    expect(typedDay('09/13/2026')).toEqual({
      fault: 'There is no month 13: give the day first, like 14/03/2026',
    });
    expect(typedDay('2026-13-09')).toEqual({
      fault: 'There is no month 13: give the month before the day, like 2026-09-01',
    });
  });

  it.each([
    ['30/02/2027', 'There is no 30 February 2027: give a day that exists'],
    ['2027-02-30', 'There is no 30 February 2027: give a day that exists'],
    ['31 June 2027', 'There is no 31 June 2027: give a day that exists'],
    ['29 Feb 2027', 'There is no 29 February 2027: give a day that exists'],
    ['0/1/2027', 'There is no 0 January 2027: give a day that exists'],
    ['1/9/26', 'Write the year in full, like 2026'],
    ['1 Sep 26', 'Write the year in full, like 2026'],
    ['1/9/20266', 'Write the year in full, like 2026'],
    ['1899-12-31', 'The register knows the days from 1 January 1900 on'],
  ])('%j is wrong, and it is said how: %s', (text, fault) => {
    expect(typedDay(text)).toEqual({ fault });
  });

  it.each([
    'tomorrow',
    'x',
    '2026',
    '20260901',
    'September 2026',
    '1 Septembre 2026',
    '2026-09-01T00:00:00Z',
    '46054',
    '1 ma y 2026',
  ])('is not guessed at: %j', (text) => {
    expect(typedDay(text)).toEqual({
      fault: 'Write the day like 1 September 2026, 01/09/2026 or 2026-09-01',
    });
  });
});

const faultOf = (text: string) => {
  const read = typedMoment(text);
  return 'fault' in read ? read.fault : undefined;
};

describe('A moment that somebody typed', () => {
  it.each(['4182', '0', '2025-07-02T12:00:00Z', '2025-07-02T12:00:00.123+01:00', '4182-abcdef01'])(
    'is taken as it is where it is exact: %s',
    (text) => {
      expect(typedMoment(text)).toEqual({ knownAt: text });
    },
  );

  it('has the plus back that an address took for a blank', () => {
    expect(typedMoment('2025-07-02T12:00:00 01:00')).toEqual({ knownAt: '2025-07-02T12:00:00+01:00' });
  });

  it.each(['event 4182', 'Event 4182', 'position 4182', '#4182', 'no. 4182'])(
    'may be the number of an event: %s',
    (text) => {
      expect(typedMoment(text)).toEqual({ knownAt: '4182' });
    },
  );

  it.each(['2025-07-02', '02/07/2025', '2 July 2025', '2.7.2025'])(
    'may be a day in London, to its end: %s',
    (text) => {
      expect(typedMoment(text)).toEqual({ from: '2025-07-01T23:00:00Z', until: '2025-07-02T22:59:59.999Z' });
    },
  );

  it('is a day of London in winter, and of 23 hours where the clocks go forward', () => {
    expect(typedMoment('2 January 2025')).toEqual({
      from: '2025-01-02T00:00:00Z',
      until: '2025-01-02T23:59:59.999Z',
    });
    expect(typedMoment('30 March 2025')).toEqual({
      from: '2025-03-30T00:00:00Z',
      until: '2025-03-30T22:59:59.999Z',
    });
  });

  it.each([
    '2025-07-02T14:30',
    '2025-07-02 14:30',
    '2 July 2025 at 14:30',
    '2 July 2025, 14:30',
    '02/07/2025 14.30',
    '2 July 2025 at 2:30pm',
    '2 July 2025 2.30 pm',
    '2 July 2025 at 14:30 (London time)',
    '2025-07-02T13:30Z',
  ])('may be a minute of a day, to its end: %s', (text) => {
    expect(typedMoment(text)).toEqual({ from: '2025-07-02T13:30:00Z', until: '2025-07-02T13:30:59.999Z' });
  });

  it('may be a second, or an hour of the afternoon', () => {
    expect(typedMoment('2 July 2025 at 14:30:07')).toEqual({
      from: '2025-07-02T13:30:07Z',
      until: '2025-07-02T13:30:07.999Z',
    });
    expect(typedMoment('2 July 2025 at 3pm')).toEqual({
      from: '2025-07-02T14:00:00Z',
      until: '2025-07-02T14:00:59.999Z',
    });
    expect(typedMoment('2 July 2025 at 12am')).toEqual({
      from: '2025-07-01T23:00:00Z',
      until: '2025-07-01T23:00:59.999Z',
    });
  });

  it.each(['yesterday', 'x', '14:30', '-1', '04182', 'July', '2 July 2025 at noon'])(
    'is not guessed at: %j',
    (text) => {
      expect(faultOf(text)).toMatch(/^Write a day, like 2 July 2025/);
    },
  );

  it.each([
    ['2 July 2025 at 25:00', /There is no such time/],
    ['2 July 2025 at 13pm', /There is no such time/],
    ['31 June 2025', /There is no 31 June 2025/],
    ['31 June 2025 at 14:30', /There is no 31 June 2025/],
    ['07/31/2025', /no month 31/],
  ])('%j is wrong, and it is said how', (text, fault) => {
    expect(faultOf(text)).toMatch(fault);
  });
});
