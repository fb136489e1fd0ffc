/// <reference types="jest" />
import {
  A,
  about,
  asking,
  given,
  organisation,
  P,
  person,
  school,
  today,
  type Data,
  type Posting,
} from '../../../test/rules/given';
import { formatDay } from '../values/day';
import { careersLeaders, commissioners, commissions, programmes } from './school';

const [S, OTHER, NO_SCHOOL, UKPRN] = ['urn:100001', 'urn:100002', 'urn:999999', 'ukprn:10000077'];
const [NO_ONE, NO_ADVISER] = ['ukprn:19999999', 'adviser:nobodyatall'];
const begun = [
  asking({ asked: [] }),
  today('2026-09-01'),
  organisation(),
  person(),
  school(S),
  school(OTHER),
];
const FIRST = begun.length;
const of = (type: string, data: Data, subject = S): Posting => ({ type, subject, data });
const agreed = (data: Data = {}, subject = S) =>
  of(
    'CommissionAgreed',
    { reference: 'R-1', provider: P, setting: 'private', from: '2026-09-01', until: '2027-07-20', ...data },
    subject,
  );
const ended = (subject = S, reference = 'R-1') =>
  of('CommissionEnded', { reference, on: '2027-01-31' }, subject);
const appointed = (appointment = 'A-1', subject = S) =>
  of('CareersLeaderAppointed', { appointment, from: '2026-09-01' }, subject);
const left = (appointment = 'A-1', subject = S) =>
  of('CareersLeaderEnded', { appointment, on: '2027-01-31' }, subject);
const mapped = (data: Data = {}) =>
  of('ProgrammeMapped', { framework: 'cdi', ages: [11, 18], from: '2026-09-01', ...data });
const further: Posting = of('ProviderIdentified', { as: UKPRN });
const told = (posting: Posting, ...postings: readonly Posting[]) =>
  given(...begun, ...postings).told(posting);

test('a school is registered once, as a school, until that is retracted', () => {
  expect(told(school(S))).toBe('already-registered /subject');
  expect(told(school(NO_SCHOOL))).toBe('accepted');
  expect(told(school(P))).toBe('invalid-event /subject');
  expect(told(organisation(NO_SCHOOL))).toBe('invalid-event /subject');
  expect(told(school(S), about('EventRetracted', 4, {}, S))).toBe('accepted');
});

test('a school is a provider: it closes, and answers are given of it', () => {
  const closed: Posting = {
    type: 'ProviderClosed',
    subject: S,
    data: { on: '2026-06-30', reason: 'merged' },
  };
  const asked = { provider: S, setting: 'asked', from: '2026-06-01', until: '2026-07-31' };
  expect(given(...begun).covered(asked)).toEqual(['2026-06-01 to 2026-07-31']);
  expect(given(...begun, closed).covered(asked)).toEqual(['2026-06-01 to 2026-06-30']);
  expect(given(...begun).ask(asked).provider.name).toBe('A School');
});

test.each([agreed(), ended(), appointed(), left(), mapped()].map((one) => [one.type, one] as const))(
  '%s is about a school that is registered',
  (_, posting) => {
    expect(told({ ...posting, subject: NO_SCHOOL })).toBe('unknown-subject /subject');
    expect(told({ ...posting, subject: P })).toBe('invalid-event /subject');
  },
);

describe('a commission', () => {
  test('names a provider and advisers who are registered', () => {
    expect(told(agreed())).toBe('accepted');
    expect(told(agreed({ provider: NO_ONE }))).toBe('unknown-subject /data/provider');
    expect(told(agreed({ advisers: [A] }))).toBe('accepted');
    expect(told(agreed({ advisers: [A, NO_ADVISER] }))).toBe('unknown-subject /data/advisers');
    expect(told(agreed({ advisers: [] }))).toBe('invalid-event /data/advisers');
  });

  test('ends on its first day at the earliest', () => {
    expect(told(agreed({ until: '2026-08-31' }))).toBe('invalid-interval /data/until');
    expect(told(agreed({ until: '2026-09-01' }))).toBe('accepted');
  });

  test.each<[string, readonly Posting[], string]>([
    ['where none is agreed', [], 'no-such-award /data/reference'],
    ['under another reference', [agreed({ reference: 'R-2' })], 'no-such-award /data/reference'],
    ['of another school', [agreed({}, OTHER)], 'no-such-award /data/reference'],
    ['that is retracted', [agreed(), about('EventRetracted', FIRST, {}, S)], 'no-such-award /data/reference'],
    ['that is an appointment', [appointed('R-1')], 'no-such-award /data/reference'],
    ['of its own', [agreed({ reference: 'R-2' }), agreed()], 'accepted'],
  ])('ends, or not: one %s', (_, postings, expected) => {
    expect(told(ended(), ...postings)).toBe(expected);
  });
});

describe('a careers leader', () => {
  test.each<[string, readonly Posting[], string]>([
    ['where none is appointed', [], 'no-such-award /data/appointment'],
    ['of another name', [appointed('A-2')], 'no-such-award /data/appointment'],
    ['of another school', [appointed('A-1', OTHER)], 'no-such-award /data/appointment'],
    [
      'that is retracted',
      [appointed(), about('EventRetracted', FIRST, {}, S)],
      'no-such-award /data/appointment',
    ],
    ['of its own', [appointed('A-2'), appointed()], 'accepted'],
  ])('leaves, or not: an appointment %s', (_, postings, expected) => {
    expect(told(left(), ...postings)).toBe(expected);
  });
});

test('what a school has agreed is found though it has a further key', () => {
  expect(told(ended(), agreed(), further)).toBe('accepted');
  expect(told(left(), appointed(), further)).toBe('accepted');
});

describe('a programme', () => {
  test('gives the lower age first, and may be of one', () => {
    expect(told(mapped({ ages: [18, 11] }))).toBe('invalid-event /data/ages');
    expect(told(mapped({ ages: [11, 11] }))).toBe('accepted');
    expect(told(mapped({ ages: [0, 150] }))).toBe('accepted');
    expect(told(mapped({ ages: [11, 151] }))).toBe('invalid-event /data/ages/1');
    expect(told(mapped({ ages: [-1, 11] }))).toBe('invalid-event /data/ages/0');
  });
  test('ends on its first day at the earliest', () => {
    expect(told(mapped({ until: '2026-08-31' }))).toBe('invalid-interval /data/until');
    expect(told(mapped({ until: '2026-09-01' }))).toBe('accepted');
  });
});

test('no dispute of what a school does would change an answer', () => {
  for (const posting of [agreed(), appointed(), mapped()])
    expect(told(about('DisputeOpened', FIRST, {}, S), posting)).toBe('not-disputable /data/event');
});

describe('a record of a school holds', () => {
  const own = (...postings: readonly Posting[]) =>
    given(...begun, ...postings)
      .known()
      .stream(`school-${S.slice('urn:'.length)}`);
  const untils = (records: readonly { readonly until: number }[]) =>
    records.map(({ until }) => formatDay(until));

  test('a commission: up to its last day, or to that of an end after it that names it, whichever is earlier', () => {
    const until = (...postings: readonly Posting[]) => untils(commissions(own(...postings)));
    const end = (on: string, reference = 'R-1') => of('CommissionEnded', { reference, on });
    expect(until(agreed())).toEqual(['2027-07-20']);
    expect(until(agreed(), ended())).toEqual(['2027-01-31']);
    expect(until(agreed(), end('2028-01-31'))).toEqual(['2027-07-20']);
    expect(until(agreed(), end('2027-03-31'), end('2027-02-28'))).toEqual(['2027-02-28']);
    expect(until(agreed({ reference: 'R-2' }), agreed(), end('2027-03-31', 'R-2'))).toEqual([
      '2027-03-31',
      '2027-07-20',
    ]);
  });

  test('not to an end that was posted before it', () => {
    const again = [agreed(), ended(), agreed({ from: '2027-02-01' })];
    expect(untils(commissions(own(...again)))).toEqual(['2027-01-31', '2027-07-20']);
  });

  test('a careers leader: to the day of the end, if there is one; a programme: to its last day, if it has one', () => {
    expect(untils(careersLeaders(own(appointed(), appointed('A-2'), left())))).toEqual([
      '2027-01-31',
      '9999-12-31',
    ]);
    expect(untils(programmes(own(mapped({ until: '2027-08-31' }), mapped())))).toEqual([
      '2027-08-31',
      '9999-12-31',
    ]);
  });
});

test('the schools that commissioned a provider are known under it, also once a correction has named it', () => {
  const known = given(
    ...begun,
    agreed(),
    agreed({ provider: S }, OTHER),
    about('EventCorrected', FIRST + 1, { data: agreed().data, kind: 'clerical', reason: 'mistake' }, OTHER),
  ).known();
  expect(commissioners(known, [P])).toEqual([S, OTHER]);
  expect(commissioners(known, [NO_ONE])).toEqual([]);
});
