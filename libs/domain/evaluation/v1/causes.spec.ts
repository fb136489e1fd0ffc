/// <reference types="jest" />
import {
  A,
  awarded,
  corrected,
  edition,
  engagement,
  given,
  matrix,
  organisation,
  P,
  person,
  qualification,
  today,
  type Posting,
} from '../../../../test/rules/given';

const Q = 'ukprn:10000002';
const AWARD = 3;
const begun = [edition(1, '2017-10-01'), today('2026-09-01'), organisation()];
const award = awarded('2026-01-01', '2026-06-30');

/** Why the provider is not accredited on a day, and the positions that show it. */
function reasonOn(day: string, ...postings: readonly Posting[]): [string | undefined, string[] | undefined] {
  const told = given(...begun, ...postings)
    .ask({ from: day })
    .requirements.find(({ id }) => id === 'matrix-accredited');
  return [told?.gaps[0]?.reason, told?.gaps[0]?.evidence.slice()];
}

describe('a provider is not accredited', () => {
  test('where nothing was ever awarded, which nothing shows', () => {
    expect(reasonOn('2026-03-01')).toEqual(['accreditation-never-awarded', []]);
  });

  test('from the day after its award ends: the accreditation has expired', () => {
    expect(reasonOn('2026-06-30', award)).toEqual([undefined, undefined]);
    expect(reasonOn('2026-07-01', award)).toEqual(['accreditation-expired', [String(AWARD)]]);
    expect(reasonOn('2030-01-01', award)).toEqual(['accreditation-expired', [String(AWARD)]]);
  });

  test('until the last day as extended, shown by the award and its last extension', () => {
    const extended = matrix('Extended', { until: '2026-08-31', reason: 'review' });
    expect(reasonOn('2026-08-31', award, extended)).toEqual([undefined, undefined]);
    expect(reasonOn('2026-09-01', award, extended)).toEqual([
      'accreditation-expired',
      [String(AWARD), String(AWARD + 1)],
    ]);
  });

  test('since the one that ended last before the day, where several have ended', () => {
    const later = awarded('2026-07-01', '2026-07-31');
    expect(reasonOn('2026-08-15', award, later)).toEqual(['accreditation-expired', [String(AWARD + 1)]]);
  });

  test('before the award begins: it has not started, shown by the one that begins next', () => {
    const next = awarded('2026-10-01', '2026-12-31');
    expect(reasonOn('2025-12-31', award, next)).toEqual(['accreditation-not-started', [String(AWARD)]]);
  });

  test('between two awards: the one has expired, which comes before that the other has not started', () => {
    const next = awarded('2026-10-01', '2026-12-31');
    expect(reasonOn('2026-08-01', award, next)).toEqual(['accreditation-expired', [String(AWARD)]]);
  });

  test.each([
    ['Suspended', { from: '2026-03-01', reason: 'review', onAppeal: 'stays' }, 'accreditation-suspended'],
    ['Withdrawn', { from: '2026-03-01', reason: 'review', onAppeal: 'stays' }, 'accreditation-withdrawn'],
    ['Surrendered', { from: '2026-03-01' }, 'accreditation-surrendered'],
    ['Lapsed', { from: '2026-03-01', reason: 'review' }, 'accreditation-lapsed'],
    ['Transferred', { from: '2026-03-01', to: Q }, 'accreditation-transferred'],
  ])('from the day on which it is %s, with that as the reason', (verb, data, reason) => {
    const ended = [organisation(Q, 'Another Ltd'), award, matrix(verb, data)];
    expect(reasonOn('2026-02-28', ...ended)).toEqual([undefined, undefined]);
    expect(reasonOn('2026-03-01', ...ended)).toEqual([reason, [String(AWARD + 2)]]);
  });

  test('on no day, once it is voided: also on those before', () => {
    expect(reasonOn('2026-01-01', award, matrix('Voided', { reason: 'review' }))).toEqual([
      'accreditation-voided',
      [String(AWARD + 1)],
    ]);
  });

  test('by an award that a correction left without days, which shows nothing, before, during or after it', () => {
    const extended = matrix('Extended', { until: '2026-08-31', reason: 'review' });
    const later = corrected(AWARD, awarded('2026-10-01', '2026-12-31').data);
    for (const day of ['2026-05-01', '2026-09-15', '2026-11-01', '2027-02-01'])
      expect(reasonOn(day, award, extended, later)).toEqual(['accreditation-never-awarded', []]);
  });

  test('but is again from the day of a reinstatement on', () => {
    const suspended = matrix('Suspended', { from: '2026-03-01', reason: 'review', onAppeal: 'stays' });
    const reinstated = matrix('Reinstated', { from: '2026-04-01' });
    expect(reasonOn('2026-03-31', award, suspended, reinstated)[0]).toBe('accreditation-suspended');
    expect(reasonOn('2026-04-01', award, suspended, reinstated)[0]).toBeUndefined();
  });
});

describe('an adviser is not qualified', () => {
  const reasonOfAdviser = (day: string, ...postings: readonly Posting[]) =>
    given(...begun, person(), engagement('2020-01-01'), ...postings)
      .ask({ provider: P, setting: 'school-commissioned', from: day })
      .engaged.find(({ adviser }) => adviser === A)?.gaps[0]?.reason;

  test.each([
    ['where nothing was ever awarded or claimed', [], 'no-qualification'],
    ['before the day of the award', [qualification('2026-03-02')], 'qualification-not-started'],
    [
      'by a qualification that no edition accepts',
      [qualification('2020-01-01', { qualification: 'l4-dcia' })],
      'qualification-not-accepted',
    ],
  ])('%s', (_, postings, reason) => {
    expect(reasonOfAdviser('2026-03-01', ...postings)).toBe(reason);
  });
});
