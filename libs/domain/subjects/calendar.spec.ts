/// <reference types="jest" />
import { about, given, recognised, today, type Posting } from '../../../test/rules/given';

const told = (posting: Posting, ...postings: readonly Posting[]) => given(...postings).told(posting);

describe('a day', () => {
  test.each(['2000-01-01', '2026-09-01', '9999-12-31'])('may be any if it is the first: %s', (day) => {
    expect(told(today(day))).toBe('accepted');
  });

  test.each<[string, string, string]>([
    ['the day after the last', '2026-09-02', 'accepted'],
    ['the last one again', '2026-09-01', 'day-out-of-order /data/date'],
    ['the day before', '2026-08-31', 'day-out-of-order /data/date'],
    ['a day that leaves one out', '2026-09-03', 'day-out-of-order /data/date'],
    ['the same day of the next year', '2027-09-01', 'day-out-of-order /data/date'],
  ])('follows the last: %s', (_, day, expected) => {
    expect(told(today(day), today('2026-08-31'), today('2026-09-01'))).toBe(expected);
  });

  test('follows the last of a month and of a February', () => {
    expect(told(today('2028-02-29'), today('2028-02-28'))).toBe('accepted');
    expect(told(today('2028-03-01'), today('2028-02-28'))).toBe('day-out-of-order /data/date');
    expect(told(today('2027-01-01'), today('2026-12-31'))).toBe('accepted');
  });

  test('is told which one opens next', () => {
    expect(given(today('2026-12-31')).detail(today('2026-12-31'))).toContain('2027-01-01');
  });

  test('that does not exist is none', () => {
    expect(told(today('2026-02-29'))).toBe('invalid-event /data/date');
  });

  test('is today until the next is opened', () => {
    const world = given();
    expect(world.known().today).toBeUndefined();
    world.and(today('1970-01-02'));
    expect(world.known().today).toBe(1);
    world.and(today('1970-01-03'));
    expect([world.known().today, world.known(0).today]).toEqual([2, 1]);
  });

  test('is the registrar’s alone, is neither corrected nor retracted, and has no dispute', () => {
    const calendar = 'calendar:england';
    const world = given(today('2026-09-01'), recognised('body:all', '2000-01-01', [{ types: '*' }]));
    expect(world.told({ ...today('2026-09-02'), body: 'body:all' })).toBe('not-recognised /type');
    const correction = {
      type: 'EventCorrected',
      subject: calendar,
      data: { event: '0', data: { date: '2026-08-01' }, kind: 'clerical', reason: 'mistake' },
    };
    expect(world.told(correction)).toBe('not-correctable /data/event');
    expect(world.told(about('EventRetracted', 0, {}, calendar))).toBe('not-correctable /data/event');
    expect(world.told(about('DisputeOpened', 0, {}, calendar))).toBe('not-disputable /data/event');
  });

  test('is of the one calendar there is', () => {
    expect(told({ ...today('2026-09-01'), subject: 'calendar:wales' })).toBe('invalid-event /subject');
  });
});
