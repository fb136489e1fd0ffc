/// <reference types="jest" />
import {
  about,
  asking,
  given,
  matrix,
  organisation,
  P,
  today,
  type Data,
  type Posting,
} from '../../../../test/rules/given';

const [Q, R, FURTHER] = ['ukprn:10000002', 'ukprn:10000003', 'company:00000009'];
const begun = [
  asking({ asked: [], matrix: [{ of: 'provider', test: { accredited: 'matrix' } }] }),
  today('2026-09-01'),
  organisation(),
  organisation(Q, 'Another Ltd'),
  organisation(R, 'A third Ltd'),
];
const FIRST = begun.length;
const of = (type: string, data: Data, subject = P): Posting => ({ type, subject, data });
const closed = (on: string) => of('ProviderClosed', { on, reason: 'insolvency' });
const merged = (on: string, into = Q, subject = P) => of('ProviderMerged', { into, on }, subject);
const succeeded = (on: string, by = [Q], subject = P) =>
  of('ProviderSucceeded', { by, on, kind: 'split' }, subject);

describe('that others have taken the provider’s place is warned of', () => {
  const JUNE = { setting: 'asked', from: '2026-06-01', until: '2026-06-30' };
  const warned = (asked: Parameters<ReturnType<typeof given>['ask']>[0], ...postings: readonly Posting[]) =>
    given(...begun, ...postings).ask(asked).warnings;
  const by = (...positions: readonly number[]) =>
    positions.map((position) => ({ code: 'provider-succeeded', evidence: [String(position)] }));

  test('where it is closed on a day asked about: on none up to the last, on each after it', () => {
    expect(warned(JUNE, succeeded('2026-06-30'))).toEqual([]);
    expect(warned(JUNE, succeeded('2026-06-29'))).toEqual(by(FIRST));
    expect(warned(JUNE, succeeded('2025-06-29'))).toEqual(by(FIRST));
    expect(warned({ ...JUNE, until: '2026-06-29' }, succeeded('2026-06-29'))).toEqual([]);
  });

  test('by each merger and succession, in the order of the log, whichever of them has closed it', () => {
    const postings = [succeeded('2027-01-01', [R]), closed('2026-05-31'), merged('2026-06-15')];
    expect(warned(JUNE, ...postings)).toEqual(by(FIRST, FIRST + 2));
  });

  test('also under a further key', () => {
    const postings = [of('ProviderIdentified', { as: FURTHER }), succeeded('2026-05-31', [Q], FURTHER)];
    expect(warned(JUNE, ...postings)).toEqual(by(FIRST + 1));
  });

  test('not where it has only closed, nor of those that took its place', () => {
    expect(warned(JUNE, closed('2026-05-31'))).toEqual([]);
    expect(warned({ ...JUNE, provider: Q }, succeeded('2026-05-31'), merged('2026-05-31'))).toEqual([]);
  });

  test('no more once it is retracted, though the provider has closed', () => {
    const postings = [closed('2026-05-31'), succeeded('2026-05-31')];
    expect(warned(JUNE, ...postings, about('EventRetracted', FIRST + 1))).toEqual([]);
  });

  test('not while a dispute leaves it uncertain whether the provider is closed, and where a closing says so all the same', () => {
    const disputed = [succeeded('2026-05-31'), about('DisputeOpened', FIRST)];
    expect(warned(JUNE, ...disputed)).toEqual([]);
    expect(warned(JUNE, ...disputed, closed('2026-05-31'))).toEqual(by(FIRST));
  });

  test('not of days on which no edition has the setting, for nothing is asked on them', () => {
    const early = { setting: 'asked', from: '1999-12-01', until: '1999-12-31' };
    expect(warned(early, succeeded('1999-06-30'))).toEqual([]);
    expect(warned({ ...early, until: '2000-01-01' }, succeeded('1999-06-30'))).toEqual(by(FIRST));
  });

  test('after checks that were missed and appeals that are undecided', () => {
    const postings = [
      succeeded('2026-05-31'),
      matrix('Awarded', { kind: 'initial', from: '2026-01-01' }),
      matrix('Withdrawn', { from: '2026-02-01', reason: 'conduct', onAppeal: 'stays' }),
      about('AppealLodged', FIRST + 2, { on: '2026-03-01' }),
      of('ImprovementCheckMissed', { standard: 'matrix', reference: 'M-1', month: 12, on: '2026-02-01' }),
    ];
    expect(warned({ ...JUNE, setting: 'matrix' }, ...postings).map(({ code }) => code)).toEqual([
      'improvement-check-missed',
      'appeal-undecided',
      'provider-succeeded',
    ]);
  });
});
