/// <reference types="jest" />
import {
  A,
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
import { accreditationStreams, holderIn } from './accreditation';

const [Q, FURTHER, NO_ONE] = ['ukprn:10000002', 'company:00000009', 'ukprn:19999999'];
const begun = [
  asking({
    accredited: [{ of: 'provider', test: { accredited: 'matrix' } }],
    adults: [{ of: 'provider', test: { accredited: 'matrix', scope: 'adults' } }],
    applied: [{ of: 'provider', test: { applied: 'matrix' } }],
    'applied-recently': [{ of: 'provider', test: { applied: 'matrix', withinMonths: 6 } }],
  }),
  today('2026-09-01'),
  organisation(),
  organisation(Q, 'Another Ltd'),
];
/** The position of the first event after those. */
const FIRST = begun.length;
const award = awarded('2026-01-01', '2026-12-31');
const further: Posting = { type: 'ProviderIdentified', subject: P, data: { as: FURTHER } };

const suspended = (from: string, data: Data = {}) =>
  matrix('Suspended', { from, reason: 'complaint', onAppeal: 'stays', ...data });
const withdrawn = (from: string, data: Data = {}) =>
  matrix('Withdrawn', { from, reason: 'complaint', onAppeal: 'stays', ...data });
const reinstated = (from: string, data: Data = {}) => matrix('Reinstated', { from, ...data });
const extended = (until: string, data: Data = {}) =>
  matrix('Extended', { until, reason: 'review-late', ...data });
const voided = matrix('Voided', { reason: 'error' });
const check = (what: string, on = '2026-06-01'): Posting => ({
  type: `ImprovementCheck${what}`,
  subject: P,
  data: { standard: 'matrix', reference: 'M-1', month: 12, on },
});

/** The days from 2025 to 2028 on which the provider is accredited, once this has been posted. */
const days = (postings: readonly Posting[], setting = 'accredited', provider = P) =>
  given(...begun, ...postings).covered({ provider, setting, from: '2025-01-01', until: '2028-12-31' });

describe('a holder is accredited', () => {
  test.each<[string, readonly Posting[], readonly string[]]>([
    ['on no day without an award', [], []],
    ['from the first day of an award to its last', [award], ['2026-01-01 to 2026-12-31']],
    ['on the one day of an award', [awarded('2026-01-01', '2026-01-01')], ['2026-01-01 to 2026-01-01']],
    ['without end if none is given', [awarded('2026-01-01')], ['2026-01-01 to 2028-12-31']],
    [
      'on the days of all of its awards',
      [award, awarded('2027-01-01', '2027-01-31'), awarded('2028-01-01', '2028-01-31')],
      ['2026-01-01 to 2027-01-31', '2028-01-01 to 2028-01-31'],
    ],
    ['not by an award of another', [awarded('2026-01-01', undefined, {}, Q)], []],
    ['not by another standard', [awarded('2026-01-01', undefined, { standard: 'quality-in-careers' })], []],
    [
      'also by an award under a further key',
      [further, { ...award, subject: FURTHER }],
      ['2026-01-01 to 2026-12-31'],
    ],
    [
      'as the award was last corrected',
      [award, corrected(FIRST, { ...award.data, from: '2026-02-01' })],
      ['2026-02-01 to 2026-12-31'],
    ],
    ['not once the award is retracted', [award, about('EventRetracted', FIRST)], []],
  ])('%s', (_, postings, covered) => {
    expect(days(postings)).toEqual(covered);
  });

  test.each<[string, readonly string[] | undefined, readonly string[]]>([
    ['an award without a scope', undefined, ['2026-01-01 to 2026-12-31']],
    ['an award whose scope names it', ['young-people', 'adults'], ['2026-01-01 to 2026-12-31']],
    ['no award whose scope does not', ['young-people'], []],
  ])('for a scope by %s', (_, scope, covered) => {
    expect(days([awarded('2026-01-01', '2026-12-31', scope ? { scope } : {})], 'adults')).toEqual(covered);
  });
});

describe('until it is taken away', () => {
  const BLOCKS: readonly [string, (from: string) => Posting][] = [
    ['suspended', suspended],
    ['withdrawn', withdrawn],
    ['surrendered', (from) => matrix('Surrendered', { from })],
    ['lapsed', (from) => matrix('Lapsed', { from, reason: 'fees' })],
    ['transferred', (from) => matrix('Transferred', { from, to: Q })],
  ];
  describe.each(BLOCKS)('%s', (_, block) => {
    test.each<[string, string, readonly string[]]>([
      ['before its first day: on no day', '2025-12-31', []],
      ['from its first day: on no day', '2026-01-01', []],
      ['from its second day: on the first alone', '2026-01-02', ['2026-01-01 to 2026-01-01']],
      ['from its last day: up to the day before', '2026-12-31', ['2026-01-01 to 2026-12-30']],
      ['from the day after its last: on all days', '2027-01-01', ['2026-01-01 to 2026-12-31']],
    ])('%s', (_, from, covered) => {
      expect(days([award, block(from)])).toEqual(covered);
    });

    test('which takes nothing from an award after it, from another reference or from another holder', () => {
      const anew = awarded('2027-01-01', '2027-12-31');
      expect(days([award, block('2026-01-01'), anew])).toEqual(['2027-01-01 to 2027-12-31']);
      const other = awarded('2026-01-01', '2026-12-31', { reference: 'M-2' });
      expect(days([award, other, block('2026-01-01')])).toEqual(['2026-01-01 to 2026-12-31']);
      const its = { ...award, subject: Q };
      expect(days([award, its, block('2026-01-01')], 'accredited', Q)).toEqual(['2026-01-01 to 2026-12-31']);
    });

    test('and not once that is retracted', () => {
      expect(days([award, block('2026-03-01'), about('EventRetracted', FIRST + 1)])).toEqual([
        '2026-01-01 to 2026-12-31',
      ]);
    });
  });

  test('the holder to whom it is transferred needs an award of its own', () => {
    expect(days([award, matrix('Transferred', { from: '2026-03-01', to: Q })], 'accredited', Q)).toEqual([]);
  });

  test('voided: on no day, and only by the awards before that', () => {
    expect(days([award, voided])).toEqual([]);
    expect(days([award, voided, awarded('2026-05-01', '2026-05-31')])).toEqual(['2026-05-01 to 2026-05-31']);
  });

  test.each(['Missed', 'Completed'])('but not by a check that was %s', (what) => {
    expect(days([award, check(what)])).toEqual(['2026-01-01 to 2026-12-31']);
  });
});

describe('a reinstatement', () => {
  test('ends every suspension before it, from its day on', () => {
    const twice = [award, suspended('2026-03-01'), suspended('2026-04-01')];
    expect(days([...twice, reinstated('2026-05-01')])).toEqual([
      '2026-01-01 to 2026-02-28',
      '2026-05-01 to 2026-12-31',
    ]);
  });

  test('from the first day of the suspension, leaves nothing of it', () => {
    expect(days([award, suspended('2026-03-01'), reinstated('2026-03-01')])).toEqual([
      '2026-01-01 to 2026-12-31',
    ]);
  });

  test('ends no suspension after it, and no withdrawal', () => {
    expect(days([award, suspended('2026-03-01'), reinstated('2026-04-01'), suspended('2026-06-01')])).toEqual(
      ['2026-01-01 to 2026-02-28', '2026-04-01 to 2026-05-31'],
    );
    expect(days([award, suspended('2026-03-01'), withdrawn('2026-05-01'), reinstated('2026-04-01')])).toEqual(
      ['2026-01-01 to 2026-02-28', '2026-04-01 to 2026-04-30'],
    );
  });
});

describe('an extension', () => {
  test('moves the last day of the award', () => {
    expect(days([award, extended('2027-03-31')])).toEqual(['2026-01-01 to 2027-03-31']);
  });
  test('moves the last award of the reference before it, and no other', () => {
    const later = awarded('2027-06-01', '2027-06-30');
    expect(days([award, later, extended('2027-07-31')])).toEqual([
      '2026-01-01 to 2026-12-31',
      '2027-06-01 to 2027-07-31',
    ]);
  });
  test('is hidden by what hid the award before it', () => {
    expect(days([award, suspended('2026-03-01'), extended('2027-03-31')])).toEqual([
      '2026-01-01 to 2026-02-28',
    ]);
  });
});

describe('an appeal against a suspension or withdrawal', () => {
  const lodged = about('AppealLodged', FIRST + 1, { on: '2026-04-01' });
  const decided = (outcome: string) => about('AppealDecided', FIRST + 1, { on: '2026-06-01', outcome });
  test.each<[string, string, readonly Posting[], readonly string[]]>([
    [
      'is lodged and stays it: it counts again from the lodging on',
      'stays',
      [lodged],
      ['2026-01-01 to 2026-02-28', '2026-04-01 to 2026-12-31'],
    ],
    [
      'is dismissed, and had stayed it: only in between',
      'stays',
      [lodged, decided('dismissed')],
      ['2026-01-01 to 2026-02-28', '2026-04-01 to 2026-05-31'],
    ],
    ['is lodged and lets it stand: nothing changes', 'stands', [lodged], ['2026-01-01 to 2026-02-28']],
    [
      'is upheld: it is as if it had never been',
      'stands',
      [lodged, decided('upheld')],
      ['2026-01-01 to 2026-12-31'],
    ],
    ['is upheld, and had stayed it', 'stays', [lodged, decided('upheld')], ['2026-01-01 to 2026-12-31']],
  ])('%s', (_, onAppeal, appeal, covered) => {
    for (const block of [suspended, withdrawn])
      expect(days([award, block('2026-03-01', { onAppeal }), ...appeal])).toEqual(covered);
  });
});

describe('an application counts', () => {
  const applied = matrix('Applied', { on: '2026-08-31' });
  test('from its day on, without end', () => {
    expect(days([applied], 'applied')).toEqual(['2026-08-31 to 2028-12-31']);
  });
  test('for the months that a policy gives it, the last of which ends on the day before the same day of the month', () => {
    expect(days([matrix('Applied', { on: '2026-03-15' })], 'applied-recently')).toEqual([
      '2026-03-15 to 2026-09-14',
    ]);
  });
  test('but not as an award, nor an award as one', () => {
    expect(days([applied])).toEqual([]);
    expect(days([award], 'applied')).toEqual([]);
  });
});

// ---------------------------------------------------------------------------------------------------------------
// What is refused, and what is warned of
// ---------------------------------------------------------------------------------------------------------------

const told = (posting: Posting, ...postings: readonly Posting[]) =>
  given(...begun, ...postings).told(posting);

/** What acts on an award, in sound words. */
const ACTS = [
  extended('2030-01-01'),
  suspended('2026-06-01'),
  reinstated('2026-06-01'),
  withdrawn('2026-06-01'),
  matrix('Surrendered', { from: '2026-06-01' }),
  matrix('Lapsed', { from: '2026-06-01', reason: 'fees' }),
  voided,
  matrix('Transferred', { from: '2026-06-01', to: Q }),
  check('Completed'),
  check('Missed'),
].map((one) => [one.type, one] as const);

describe('an award', () => {
  const twice = (from: string, until?: string, data: Data = {}, subject = P) =>
    awarded(from, until, { kind: 'review', ...data }, subject);

  test.each<[string, Posting]>([
    ['the same days', twice('2026-01-01', '2026-12-31')],
    ['its last day', twice('2026-12-31', '2027-12-31')],
    ['its first day', twice('2025-01-01', '2026-01-01')],
    ['all of its days and more', twice('2020-01-01')],
    ['one day within', twice('2026-06-01', '2026-06-01')],
  ])('is refused if one of the reference counts on %s', (_, again) => {
    expect(told(again, award)).toBe('overlapping-award /data/from');
  });

  test('is taken on the day after, on the day before, and under another reference, standard or holder', () => {
    const elsewhere = [
      twice('2027-01-01'),
      twice('2025-01-01', '2025-12-31'),
      twice('2026-01-01', undefined, { reference: 'M-2' }),
      twice('2026-01-01', undefined, { standard: 'quality-in-careers' }),
      twice('2026-01-01', undefined, {}, Q),
    ];
    for (const again of elsewhere) expect(told(again, award)).toBe('accepted');
  });

  test('is refused under a further key of the holder', () => {
    expect(told(twice('2026-06-01', undefined, {}, FURTHER), award, further)).toBe(
      'overlapping-award /data/from',
    );
  });

  test('is taken on days on which the other is voided, withdrawn, suspended or retracted, and on no other', () => {
    const anew = twice('2026-06-01', '2026-06-30');
    expect(told(anew, award, voided)).toBe('accepted');
    expect(told(anew, award, about('EventRetracted', FIRST))).toBe('accepted');
    for (const block of [withdrawn, suspended]) {
      expect(told(anew, award, block('2026-06-01'))).toBe('accepted');
      expect(told(anew, award, block('2026-06-02'))).toBe('overlapping-award /data/from');
    }
    expect(told(anew, award, suspended('2026-02-01'), reinstated('2026-06-30'))).toBe(
      'overlapping-award /data/from',
    );
    expect(told(anew, award, suspended('2026-02-01'), reinstated('2026-07-01'))).toBe('accepted');
  });

  test('is refused on days that an appeal or an extension gave back', () => {
    const anew = twice('2026-06-01', '2026-06-30');
    const lodged = about('AppealLodged', FIRST + 1, { on: '2026-06-30' });
    expect(told(anew, award, withdrawn('2026-06-01'), lodged)).toBe('overlapping-award /data/from');
    const decided = about('AppealDecided', FIRST + 1, { on: '2026-06-30', outcome: 'dismissed' });
    expect(told(anew, award, withdrawn('2026-06-01'), lodged, decided)).toBe('accepted');
    expect(told(twice('2027-03-31'), award, extended('2027-03-31'))).toBe('overlapping-award /data/from');
    expect(told(twice('2027-04-01'), award, extended('2027-03-31'))).toBe('accepted');
  });

  test('ends on its first day at the earliest', () => {
    expect(told(awarded('2026-09-01', '2026-08-31'))).toBe('invalid-interval /data/until');
    expect(told(awarded('2026-09-01', '2026-09-01'))).toBe('accepted');
  });

  test('is warned of if its reference is none of the usual form, or the standard one that no policy names', () => {
    expect(told(awarded('2026-01-01', undefined, { reference: 'MATRIX-ONE' }))).toBe(
      'accepted: unusual-reference /data/reference',
    );
    expect(told(awarded('2026-01-01', undefined, { standard: 'martix' }))).toBe(
      'accepted: unknown-standard /data/standard',
    );
  });
});

describe('what acts on an award', () => {
  const NO_AWARD = 'no-such-award /data/reference';

  test.each(ACTS)('%s needs one of its reference, standard and holder', (_, act) => {
    expect(told(act)).toBe(NO_AWARD);
    expect(told(act, awarded('2026-01-01', undefined, { reference: 'M-2' }))).toBe(NO_AWARD);
    expect(told(act, awarded('2026-01-01', undefined, { standard: 'quality-in-careers' }))).toBe(NO_AWARD);
    expect(told(act, awarded('2026-01-01', undefined, {}, Q))).toBe(NO_AWARD);
    expect(told(act, matrix('Applied', { on: '2026-01-01', reference: 'M-1' }))).toBe(NO_AWARD);
  });

  test.each(ACTS)('%s does not find one that is voided or retracted', (_, act) => {
    expect(told(act, award, voided)).toBe(NO_AWARD);
    expect(told(act, award, about('EventRetracted', FIRST))).toBe(NO_AWARD);
  });

  test.each(ACTS)('%s finds the one after a voiding, and one under a further key', (_, act) => {
    const block = act.type === 'AccreditationReinstated' ? [suspended('2026-05-01')] : [];
    expect(told(act, award, voided, award, ...block)).toBe('accepted');
    expect(told({ ...act, subject: FURTHER }, award, further, ...block)).toBe('accepted');
  });

  test.each([
    ...ACTS,
    ['Applied', matrix('Applied', { on: '2026-06-01' })] as const,
    ['Awarded', award] as const,
  ])('%s is about a provider that is registered', (_, act) => {
    expect(told({ ...act, subject: NO_ONE })).toBe('unknown-subject /subject');
    expect(told({ ...act, subject: A })).toBe('invalid-event /subject');
  });
});

describe('a transfer', () => {
  const to = (key: string) => matrix('Transferred', { from: '2026-03-01', to: key });
  test('goes to another provider, which is registered', () => {
    expect(told(to(NO_ONE), award)).toBe('unknown-subject /data/to');
    expect(told(to(P), award)).toBe('invalid-event /data/to');
    expect(told(to(FURTHER), award, further)).toBe('same-subject /data/to');
    expect(told(to(Q), award)).toBe('accepted');
  });
});

describe('a reinstatement is refused', () => {
  const NOTHING = 'not-suspended /data/reference';
  test.each<[string, readonly Posting[]]>([
    ['if nothing is suspended', []],
    ['if the award is withdrawn', [withdrawn('2026-03-01')]],
    ['if the suspension is lifted already', [suspended('2026-03-01'), reinstated('2026-04-01')]],
    ['if the suspension is retracted', [suspended('2026-03-01'), about('EventRetracted', FIRST + 1)]],
    [
      'if another reference is suspended',
      [awarded('2026-01-01', undefined, { reference: 'M-2' }), suspended('2026-03-01', { reference: 'M-2' })],
    ],
  ])('%s', (_, postings) => {
    expect(told(reinstated('2026-06-01'), award, ...postings)).toBe(NOTHING);
  });

  test('and taken once the award is suspended again', () => {
    const again = [suspended('2026-03-01'), reinstated('2026-04-01'), suspended('2026-05-01')];
    expect(told(reinstated('2026-06-01'), award, ...again)).toBe('accepted');
  });
});

describe('an extension is refused', () => {
  const SHORTER = 'extension-shortens /data/until';
  test('if it ends before the award, or before the extension before it', () => {
    expect(told(extended('2026-12-30'), award)).toBe(SHORTER);
    expect(told(extended('2026-12-31'), award)).toBe('accepted');
    expect(told(extended('2027-06-29'), award, extended('2027-06-30'))).toBe(SHORTER);
    expect(told(extended('2027-06-30'), award, extended('2027-06-30'))).toBe('accepted');
  });
  test('if the award has no end', () => {
    expect(told(extended('2030-01-01'), awarded('2026-01-01'))).toBe(SHORTER);
    expect(told(extended('9999-12-31'), awarded('2026-01-01'))).toBe(SHORTER);
  });
  test('and moves again what was extended to the last day there is', () => {
    expect(told(extended('9999-12-31'), award, extended('9999-12-31'))).toBe('accepted');
  });
});

test.each([
  ['an application', (on: string) => matrix('Applied', { on })],
  ['a check that was made', (on: string) => check('Completed', on)],
  ['a check that was missed', (on: string) => check('Missed', on)],
])('%s is warned of if its day is after today', (_, of) => {
  expect(told(of('2026-09-01'), award)).toBe('accepted');
  expect(told(of('2026-09-02'), award)).toBe('accepted: future-date /data/on');
});

describe('a correction', () => {
  test('is judged as the award that it makes', () => {
    const later = awarded('2027-01-01', '2027-12-31');
    const to = (data: Data) => corrected(FIRST + 1, { ...later.data, ...data });
    expect(told(to({ from: '2026-12-31' }), award, later)).toBe('overlapping-award /data/data/from');
    expect(told(to({ from: '2028-01-01' }), award, later)).toBe('invalid-interval /data/data/until');
    expect(told(to({ standard: 'quality-in-careers' }), award, later)).toBe('other-stream /data/data');
    expect(told(to({ reference: 'M-9' }), award, later)).toBe('accepted');
  });

  test('of what acts on an award leads to one', () => {
    const to = (reference: string) => corrected(FIRST + 1, { ...suspended('2026-06-01').data, reference });
    expect(told(to('M-9'), award, suspended('2026-06-01'))).toBe('no-such-award /data/data/reference');
  });
});

describe('an appeal is taken', () => {
  test('against a suspension or withdrawal, and against nothing else', () => {
    const lodged = about('AppealLodged', FIRST + 1, { on: '2026-07-01' });
    for (const [type, act] of ACTS) {
      if (type === 'AccreditationReinstated') continue;
      const appealable = type === 'AccreditationSuspended' || type === 'AccreditationWithdrawn';
      expect([type, told(lodged, award, act)]).toEqual([
        type,
        appealable ? 'accepted' : 'not-appealable /data/against',
      ]);
    }
    expect(told(about('AppealLodged', FIRST, { on: '2026-07-01' }), award)).toBe(
      'not-appealable /data/against',
    );
  });
});

test('the streams of a holder’s dealings with a standard tell its key', () => {
  const streams = accreditationStreams([P, 'urn:100001'], 'quality-in-careers');
  expect(streams).toEqual([
    `accreditation-quality-in-careers-${P}`,
    'accreditation-quality-in-careers-urn:100001',
  ]);
  expect(streams.map(holderIn)).toEqual([P, 'urn:100001']);
  expect(accreditationStreams([P], 'matrix').map(holderIn)).toEqual([P]);
  expect(holderIn(`provider-${P}`)).toBeUndefined();
});
