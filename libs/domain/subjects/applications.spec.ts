/// <reference types="jest" />
import fc from 'fast-check';
import {
  about,
  asking,
  awarded,
  corrected,
  given,
  matrix,
  organisation,
  P,
  today,
  type Data,
  type Posting,
} from '../../../test/rules/given';
import { isEnd } from '../log/event-rows';
import { addMonths, dayOf, formatDay, type Day } from '../values/day';

const [FURTHER, ANOTHER] = ['company:00000009', 'ukprn:10000002'];
const begun = [
  asking({
    applied: [{ of: 'provider', test: { applied: 'matrix' } }],
    'applied-recently': [{ of: 'provider', test: { applied: 'matrix', withinMonths: 6 } }],
    either: [{ of: 'provider', test: { any: [{ accredited: 'matrix' }, { applied: 'matrix' }] } }],
  }),
  today('2026-09-01'),
  organisation(),
  organisation(ANOTHER, 'Another Ltd'),
];
/** The position of the first event after those. */
const FIRST = begun.length;

const applied = (on: string, data: Data = {}, subject = P) => matrix('Applied', { on, ...data }, subject);
/** Under no reference, if none is given. */
const ended = (on: string, data: Data = {}, subject = P): Posting => ({
  type: 'AccreditationApplicationEnded',
  subject,
  data: { standard: 'matrix', on, outcome: 'refused', ...data },
});
const [ONE, OTHER] = [{ reference: 'A-1' }, { reference: 'A-2' }];

const YEAR = { provider: P, from: '2026-01-01', until: '2026-12-31' };
const days = (postings: readonly Posting[], setting = 'applied') =>
  given(...begun, ...postings).covered({ ...YEAR, setting });
/** Each gap as its days, its reason, and how far after the first of these postings its evidence stands. */
const gaps = (postings: readonly Posting[], setting = 'applied') =>
  given(...begun, ...postings)
    .ask({ ...YEAR, setting })
    .gaps.map(({ from, until, reason, evidence }) =>
      [`${from} to ${until}`, reason, ...evidence.map((one) => Number(one) - FIRST)].join(' '),
    );

describe('an application that has ended counts', () => {
  test.each<[string, readonly Posting[], readonly string[]]>([
    ['up to the day of its end', [applied('2026-02-01'), ended('2026-05-31')], ['2026-02-01 to 2026-05-31']],
    ['on the one day of both', [applied('2026-02-01'), ended('2026-02-01')], ['2026-02-01 to 2026-02-01']],
    ['on no day after an end that is before it', [applied('2026-02-01'), ended('2026-01-31')], []],
    [
      'up to the earliest of several ends, whichever was posted first',
      [applied('2026-02-01'), ended('2026-05-31'), ended('2026-03-31'), ended('2026-04-30')],
      ['2026-02-01 to 2026-03-31'],
    ],
    [
      'although another end is before it in the log, which bears on those before alone',
      [applied('2026-01-10'), ended('2026-01-31'), applied('2026-01-20')],
      ['2026-01-10 to 2026-12-31'],
    ],
    [
      'where its own reference is not the one that the end names',
      [applied('2026-02-01', ONE), applied('2026-03-01', OTHER), ended('2026-02-10', ONE)],
      ['2026-02-01 to 2026-02-10', '2026-03-01 to 2026-12-31'],
    ],
    [
      'where it has no reference, and the end names one',
      [applied('2026-02-01'), applied('2026-01-10', ONE), ended('2026-01-20', ONE)],
      ['2026-01-10 to 2026-01-20', '2026-02-01 to 2026-12-31'],
    ],
    [
      'up to an end that names none, whatever its reference is',
      [applied('2026-02-01', ONE), applied('2026-03-01'), ended('2026-05-31')],
      ['2026-02-01 to 2026-05-31'],
    ],
    [
      'up to an end that names it, which is before one that names none',
      [applied('2026-02-01', ONE), ended('2026-05-31'), ended('2026-03-31', ONE)],
      ['2026-02-01 to 2026-03-31'],
    ],
  ])('%s', (_, postings, covered) => {
    expect(days(postings)).toEqual(covered);
  });

  test('for the months that a policy gives it, or up to its end, whatever is first', () => {
    const six = applied('2026-02-01');
    expect(days([six, ended('2026-05-31')], 'applied-recently')).toEqual(['2026-02-01 to 2026-05-31']);
    expect(days([six, ended('2026-09-30')], 'applied-recently')).toEqual(['2026-02-01 to 2026-07-31']);
  });

  test('in the same way under every key of its holder, and not for another holder', () => {
    const further: Posting = { type: 'ProviderIdentified', subject: P, data: { as: FURTHER } };
    expect(days([further, applied('2026-02-01'), ended('2026-05-31', {}, FURTHER)])).toEqual([
      '2026-02-01 to 2026-05-31',
    ]);
    const ofAnother = [applied('2026-02-01', {}, ANOTHER), ended('2026-05-31', {}, ANOTHER)];
    expect(days([applied('2026-02-01'), ...ofAnother])).toEqual(['2026-02-01 to 2026-12-31']);
  });

  test('and so does one for another standard', () => {
    const other = { standard: 'another' };
    expect(days([applied('2026-02-01'), applied('2026-02-01', other), ended('2026-05-31', other)])).toEqual([
      '2026-02-01 to 2026-12-31',
    ]);
  });

  test('with every outcome: an award that was made goes on by itself', () => {
    for (const outcome of ['awarded', 'refused', 'withdrawn', 'expired'])
      expect(days([applied('2026-02-01'), ended('2026-05-31', { outcome })])).toEqual([
        '2026-02-01 to 2026-05-31',
      ]);
    const award = awarded('2026-05-01', '2026-08-31');
    expect(
      days([applied('2026-02-01'), award, ended('2026-05-31', { outcome: 'awarded' })], 'either'),
    ).toEqual(['2026-02-01 to 2026-08-31']);
  });
});

describe('where an application does not count, the reason', () => {
  test('is the end from the day after it on, once the application has begun', () => {
    expect(gaps([applied('2026-02-01'), ended('2026-05-31')])).toEqual([
      '2026-01-01 to 2026-01-31 applied-not-met',
      '2026-06-01 to 2026-12-31 application-ended 1',
    ]);
    expect(gaps([applied('2026-02-01'), ended('2025-05-31')])).toEqual([
      '2026-01-01 to 2026-01-31 applied-not-met',
      '2026-02-01 to 2026-12-31 application-ended 1',
    ]);
  });

  test('is no end on days before it, also where the months of the policy are over', () => {
    expect(gaps([applied('2026-02-01'), ended('2026-09-30')], 'applied-recently')).toEqual([
      '2026-01-01 to 2026-01-31 applied-not-met',
      '2026-08-01 to 2026-09-30 applied-not-met',
      '2026-10-01 to 2026-12-31 application-ended 1',
    ]);
  });

  test('rests on each end that hides some application on one of the days, and on no other', () => {
    const two = [applied('2026-02-01', ONE), applied('2026-08-01', OTHER)];
    const ends = [ended('2026-03-31', ONE), ended('2026-04-30'), ended('2026-05-31', OTHER)];
    expect(gaps([...two, ...ends])).toEqual([
      '2026-01-01 to 2026-01-31 applied-not-met',
      '2026-04-01 to 2026-12-31 application-ended 2 3 4',
    ]);
    expect(gaps([...two, ended('2026-03-31', ONE), ended('2026-09-30', OTHER)])).toEqual([
      '2026-01-01 to 2026-01-31 applied-not-met',
      '2026-04-01 to 2026-07-31 application-ended 2',
      '2026-10-01 to 2026-12-31 application-ended 2 3',
    ]);
  });
});

describe('an end of an application', () => {
  test('that is corrected, retracted or found wrong hides what it then says', () => {
    const both = [applied('2026-02-01'), ended('2026-05-31')];
    const later = { standard: 'matrix', on: '2026-06-30', outcome: 'refused' };
    expect(days([...both, corrected(FIRST + 1, later)])).toEqual(['2026-02-01 to 2026-06-30']);
    expect(days([...both, about('EventRetracted', FIRST + 1)])).toEqual(['2026-02-01 to 2026-12-31']);
    const disputed = [...both, about('DisputeOpened', FIRST + 1)];
    expect(days([...disputed, about('DisputeClosed', FIRST + 1, { outcome: 'upheld' })])).toEqual([
      '2026-02-01 to 2026-12-31',
    ]);
    expect(days([...disputed, about('DisputeClosed', FIRST + 1, { outcome: 'dismissed' })])).toEqual([
      '2026-02-01 to 2026-05-31',
    ]);
  });

  test('in dispute leaves the days that it hides uncertain, and with the application all of them', () => {
    const uncertain = (...postings: readonly Posting[]) =>
      given(...begun, applied('2026-02-01'), ended('2026-05-31'), ...postings)
        .ask({ ...YEAR, setting: 'applied' })
        .uncertain.map(({ from, until }) => `${from} to ${until}`);
    expect(uncertain(about('DisputeOpened', FIRST + 1))).toEqual(['2026-06-01 to 2026-12-31']);
    expect(uncertain(about('DisputeOpened', FIRST))).toEqual(['2026-02-01 to 2026-05-31']);
    expect(uncertain(about('DisputeOpened', FIRST), about('DisputeOpened', FIRST + 1))).toEqual([
      '2026-02-01 to 2026-12-31',
    ]);
  });

  test('is refused where no application stands before it on which it bears', () => {
    const world = given(...begun, applied('2026-02-01', ONE));
    expect(given(...begun).told(ended('2026-05-31'))).toBe('no-such-award /data/standard');
    expect(world.told(ended('2026-05-31', OTHER))).toBe('no-such-award /data/reference');
    expect(world.told(ended('2026-05-31', { standard: 'quality-in-careers' }))).toBe(
      'no-such-award /data/standard',
    );
    expect(world.told(ended('2026-05-31', {}, ANOTHER))).toBe('no-such-award /data/standard');
    expect(given(...begun, applied('2026-02-01')).told(ended('2026-05-31', ONE))).toBe(
      'no-such-award /data/reference',
    );
    expect(given(...begun, awarded('2026-01-01')).told(ended('2026-05-31', { reference: 'M-1' }))).toBe(
      'no-such-award /data/reference',
    );
    expect(world.and(about('EventRetracted', FIRST)).told(ended('2026-05-31', ONE))).toBe(
      'no-such-award /data/reference',
    );
  });

  test('is accepted where one does, ended already or not, and however its days lie', () => {
    const world = given(...begun, applied('2026-02-01', ONE), ended('2026-05-31', ONE));
    for (const reference of [ONE, {}])
      for (const on of ['2020-01-01', '2026-05-31', '2026-08-31'])
        expect(world.told(ended(on, reference))).toBe('accepted');
  });

  test('after today is warned of, for it tells of what has happened', () => {
    const world = given(...begun, applied('2026-02-01'));
    expect(world.told(ended('2026-09-01'))).toBe('accepted');
    expect(world.told(ended('2026-09-02'))).toBe('accepted: future-date /data/on');
  });

  test('of an unknown outcome, or of none, is refused', () => {
    const world = given(...begun, applied('2026-02-01'));
    expect(world.told(ended('2026-05-31', { outcome: 'lost' }))).toBe('invalid-event /data/outcome');
  });

  test('is counted with what ends something', () => {
    expect(isEnd('AccreditationApplicationEnded')).toBe(true);
    expect(isEnd('AccreditationApplied')).toBe(false);
  });
});

describe('of every history', () => {
  const first = dayOf('2026-01-01');
  const told = fc.record({
    isEnd: fc.boolean(),
    reference: fc.constantFrom<Data>({}, ONE, OTHER),
    on: fc.nat(40).map((days) => first + days),
  });
  type Told = typeof told extends fc.Arbitrary<infer T> ? T : never;
  const bearsOn = (end: Told, one: Told) =>
    end.isEnd && !one.isEnd && [undefined, one.reference['reference']].includes(end.reference['reference']);

  test('an application counts on a day if it has begun, is young enough, and no end after it on which it bears is over', () => {
    fc.assert(
      fc.property(fc.array(told, { maxLength: 8 }), (all) => {
        const history = all.filter(
          (one, i) => !one.isEnd || all.slice(0, i).some((before) => bearsOn(one, before)),
        );
        const counts = (day: Day, months = Infinity) =>
          history.some(
            (one, i) =>
              !one.isEnd &&
              one.on <= day &&
              (months === Infinity || day < addMonths(one.on, months)) &&
              history.slice(i).every((end) => !bearsOn(end, one) || day <= end.on),
          );
        const world = given(
          ...begun,
          ...history.map(({ isEnd, on, reference }) => (isEnd ? ended : applied)(formatDay(on), reference)),
        );
        const days = Array.from({ length: 300 }, (_, i) => first + i);
        for (const [setting, months] of [['applied'], ['applied-recently', 6]] as const) {
          const { covered } = world.ask({ ...YEAR, setting });
          const isCovered = (day: string) => covered.some(({ from, until }) => from <= day && day <= until);
          expect(days.filter((day) => isCovered(formatDay(day)))).toEqual(
            days.filter((day) => counts(day, months)),
          );
        }
      }),
      { numRuns: 100 },
    );
  });
});
