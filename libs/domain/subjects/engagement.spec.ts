/// <reference types="jest" />
import {
  A,
  about,
  asking,
  corrected,
  engagement,
  given,
  organisation,
  P,
  person,
  qualification,
  today,
  type Posting,
} from '../../../test/rules/given';
import { finished } from '../values/work';
import { engagementStreams, engagerIn, everEngaged, everEngagedWith } from './engagement';

const [Q, FURTHER, NO_ONE] = ['ukprn:10000002', 'company:00000009', 'ukprn:19999999'];
const [B, NO_ADVISER] = ['adviser:bbbbbbbb', 'adviser:nobodyatall'];
const begun = [
  asking({ asked: [{ of: 'every-adviser', test: { qualified: 'any' } }] }),
  today('2026-09-01'),
  organisation(),
  organisation(Q, 'Another Ltd'),
  person(),
  person(B),
  qualification('2000-01-01'),
];
const FIRST = begun.length;
const started = engagement('2026-01-01');
const ended = (on: string, provider = P, subject = A): Posting => ({
  type: 'EngagementEnded',
  subject,
  data: { provider, on },
});
const further: Posting = { type: 'ProviderIdentified', subject: P, data: { as: FURTHER } };
const merged: Posting = { type: 'AdviserMerged', subject: A, data: { into: B } };
const told = (posting: Posting, ...postings: readonly Posting[]) =>
  given(...begun, ...postings).told(posting);

describe('an adviser is engaged', () => {
  const WINDOW = { setting: 'asked', from: '2025-01-01', until: '2027-12-31' };
  test.each<[string, readonly Posting[], readonly string[]]>([
    ['on no day without an engagement', [], []],
    ['from its first day on', [started], ['2026-01-01 to 2027-12-31']],
    [
      'to the day on which it ends, which is covered',
      [started, ended('2026-06-30')],
      ['2026-01-01 to 2026-06-30'],
    ],
    ['on its first day alone if it ends on it', [started, ended('2026-01-01')], ['2026-01-01 to 2026-01-01']],
    ['on no day if it ends before', [started, ended('2025-12-31')], []],
    [
      'anew by an engagement after the end',
      [started, ended('2026-06-30'), engagement('2026-08-01')],
      ['2026-01-01 to 2026-06-30', '2026-08-01 to 2027-12-31'],
    ],
    [
      'until the end of all engagements before it',
      [started, engagement('2026-02-01'), ended('2026-06-30')],
      ['2026-01-01 to 2026-06-30'],
    ],
    [
      'not by another provider, nor until that engagement ends',
      [engagement('2025-01-01', Q), started, ended('2025-06-30', Q)],
      ['2026-01-01 to 2027-12-31'],
    ],
    [
      'under a further key of the provider',
      [further, engagement('2026-01-01', FURTHER), ended('2026-06-30')],
      ['2026-01-01 to 2026-06-30'],
    ],
    [
      'under a further key of the person',
      [merged, engagement('2026-01-01', P, B), ended('2026-06-30')],
      ['2026-01-01 to 2026-06-30'],
    ],
    [
      'as the engagement was last corrected',
      [started, corrected(FIRST, engagement('2026-02-01').data, A)],
      ['2026-02-01 to 2027-12-31'],
    ],
    ['not once it is retracted', [started, about('EventRetracted', FIRST, {}, A)], []],
  ])('%s', (_, postings, covered) => {
    const world = given(...begun, ...postings);
    expect(world.covered({ ...WINDOW, advisers: [A] })).toEqual(covered);
    // If no adviser is named, all engaged ones are asked about.
    expect(world.covered(WINDOW)).toEqual(covered);
  });
});

describe('the end of an engagement', () => {
  const NO_ENGAGEMENT = 'no-such-award /data/provider';
  test.each<[string, readonly Posting[], string]>([
    ['of none', [], NO_ENGAGEMENT],
    ['with another provider', [engagement('2026-01-01', Q)], NO_ENGAGEMENT],
    ['of another adviser', [engagement('2026-01-01', P, B)], NO_ENGAGEMENT],
    ['of one that is retracted', [started, about('EventRetracted', FIRST, {}, A)], NO_ENGAGEMENT],
    ['of its own', [started], 'accepted'],
    ['of one that has ended', [started, ended('2026-05-31')], 'accepted'],
    ['of one under a further key of the provider', [further, engagement('2026-01-01', FURTHER)], 'accepted'],
    ['of one under another key of the person', [engagement('2026-01-01', P, B), merged], 'accepted'],
  ])('%s', (_, postings, expected) => {
    expect(told(ended('2026-06-30'), ...postings)).toBe(expected);
  });
});

test('both, the adviser and the provider, are registered', () => {
  expect(told(engagement('2026-01-01', NO_ONE))).toBe('unknown-subject /data/provider');
  expect(told(engagement('2026-01-01', P, NO_ADVISER))).toBe('unknown-subject /subject');
  expect(told(ended('2026-01-01', NO_ONE))).toBe('unknown-subject /data/provider');
  expect(told(ended('2026-01-01', P, NO_ADVISER))).toBe('unknown-subject /subject');
  expect(told({ ...started, data: { ...started.data, basis: 'volunteer' } })).toBe(
    'invalid-event /data/basis',
  );
});

test('a correction leaves an engagement with its provider', () => {
  expect(told(corrected(FIRST, engagement('2026-01-01', Q).data, A), started)).toBe(
    'other-stream /data/data',
  );
});

test('those ever engaged with a provider, and by whom an adviser ever was, are found under any key', () => {
  const world = given(...begun, started, ended('2026-01-01'), engagement('2026-01-01', Q, B), further);
  world.and(engagement('2026-01-01', FURTHER, B), engagement('2026-03-01', Q));
  const known = world.known();
  expect(finished(everEngaged(known, [P]))).toEqual([A]);
  expect(finished(everEngaged(known, [P, FURTHER])).toSorted()).toEqual([A, B]);
  expect(finished(everEngaged(known, [Q])).toSorted()).toEqual([A, B]);
  expect(engagementStreams([A, B], [P, Q])).toHaveLength(4);
  expect(everEngagedWith(known, [A]).toSorted()).toEqual([P, Q]);
  expect(everEngagedWith(known, [A, B]).toSorted()).toEqual([FURTHER, P, Q]);
  expect(engagementStreams([A], [P]).map(engagerIn)).toEqual([P]);
  expect(engagerIn(`provider-${P}`)).toBeUndefined();
  world.and(about('EventRetracted', FIRST, {}, A));
  expect(everEngagedWith(world.known(), [A])).toEqual([Q]);
  expect(finished(everEngaged(world.known(), [P]))).toEqual([]);
});
