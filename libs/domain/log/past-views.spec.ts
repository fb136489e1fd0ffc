/// <reference types="jest" />
import { about, awarded, corrected, given, organisation, P, today } from '../../../test/rules/given';
import { dayOf } from '../values/day';
import { before, formerly } from './past-views';

const STREAM = `accreditation-matrix-${P}`;
const award = awarded('2026-01-01', '2026-12-31');
/** The award at 2 is disputed, corrected and, after the next day has begun, retracted. */
const known = given(
  today('2026-09-01'),
  organisation(),
  award,
  about('DisputeOpened', 2),
  corrected(2, awarded('2026-01-01', '2027-12-31').data),
  today('2026-09-02'),
  about('EventRetracted', 2),
).known();

describe('what was known right before a position', () => {
  test('is the day that was today then', () => {
    const days = [0, 1, 5, 6, 7].map((position) => formerly(known, position).today);
    const [first, second] = [dayOf('2026-09-01'), dayOf('2026-09-02')];
    expect(days).toEqual([undefined, first, first, second, second]);
  });

  test('is each event as it was last corrected then, and whether it stood', () => {
    const until = (position: number) => {
      const found = formerly(known, position).find(2);
      return found && [(found.event.data as { until?: string }).until, found.stands];
    };
    expect([2, 3, 4, 5, 6, 7].map(until)).toEqual([
      undefined,
      ['2026-12-31', true],
      ['2026-12-31', true],
      ['2027-12-31', true],
      ['2027-12-31', true],
      ['2027-12-31', false],
    ]);
    expect(formerly(known, 3).find(99)).toBeUndefined();
  });

  test('is what stood in a stream, and what was under an open dispute', () => {
    const at = (position: number) => {
      const then = formerly(known, position);
      return [then.stream(STREAM).map((event) => event.position), then.disputed(STREAM)];
    };
    expect([2, 3, 4, 7].map(at)).toEqual([
      [[], []],
      [[2], []],
      [[2, 3], [2]],
      [[3, 4, 6], []],
    ]);
  });
});

test('what now stands before a position is as it was corrected since, and without what has been retracted', () => {
  const earlier = before(known, 3);
  expect([earlier.position, earlier.today]).toEqual([2, dayOf('2026-09-02')]);
  expect(earlier.find(2)).toMatchObject({ stands: false, event: { data: { until: '2027-12-31' } } });
  expect(earlier.find(3)).toBeUndefined();
  expect([earlier.stream(STREAM), earlier.disputed(STREAM)]).toEqual([[], []]);
});
