/// <reference types="jest" />
import type { Answer } from '@app/domain/evaluation/v1/answer-shape';
import { digestOf } from '@app/domain/subjects/policy';
import { type Policy } from '@app/domain/subjects/policy-document';
import { REASONS, type Reason } from '@app/domain/evaluation/v1/reason';
import CMQA_2017 from '@app/domain/policies/cmqa-2017.json';
import fc from 'fast-check';
import {
  daysInWords,
  instantInWords,
  isLostBefore,
  knownInWords,
  lengthOf,
  questionInWords,
  reasonInWords,
  reasonsInWords,
  requirementInWords,
  stretchesOf,
  verdictInWords,
  capitalised,
} from './words';

/** The edition whose requirements have words. */
const BUILT_IN = {
  edition: 1,
  digest: digestOf(CMQA_2017 as unknown as Policy),
  strength: 'proposal',
} as const;

/**
 * Example Guidance, asked about for a school year by a school that commissions it; eligible unless a test
 * says otherwise.
 */
const YEAR = { from: '2026-09-01', until: '2027-07-20' };
const ELIGIBLE: Answer = {
  provider: { key: 'ukprn:10000001', name: 'Example Guidance' },
  setting: 'school-commissioned',
  ...YEAR,
  advisers: [],
  knownAt: { position: '4182', recordedAt: '2026-09-01T09:00:01.204Z', today: '2026-09-01' },
  policy: { id: 'cmqa-2017', editions: [BUILT_IN] },
  evaluator: '1',
  outcome: 'eligible',
  eligibleUntil: '2028-03-14',
  covered: [YEAR],
  gaps: [],
  uncertain: [],
  requirements: [
    {
      id: 'matrix-accredited',
      of: 'provider',
      binding: 'must',
      cites: 'CMQA-5',
      covered: [YEAR],
      gaps: [],
      uncertain: [],
    },
  ],
  engaged: [],
  subcontractors: [],
  advice: [],
  warnings: [],
};

const AUTUMN = { from: '2026-09-01', until: '2026-12-31' };
const SPRING = { from: '2027-01-01', until: '2027-07-20' };

const expired = (run: { from: string; until: string }): Answer['gaps'][number] => ({
  ...run,
  requirement: 'matrix-accredited',
  reason: 'accreditation-expired',
  evidence: ['412'],
});
const NOT_IN_SPRING: Answer = {
  ...ELIGIBLE,
  outcome: 'not-eligible',
  eligibleUntil: '2026-12-31',
  covered: [AUTUMN],
  gaps: [expired(SPRING)],
};
const disputed = (evidence: readonly string[]): Answer => ({
  ...ELIGIBLE,
  outcome: 'indeterminate',
  covered: [],
  eligibleUntil: null,
  uncertain: [{ ...YEAR, requirement: 'matrix-accredited', evidence }],
});

describe('the beginning of a line', () => {
  test.each([
    ['nothing is missing', 'Nothing is missing'],
    ['adviser:aaaaaaaa is engaged', 'adviser:aaaaaaaa is engaged'],
    ['', ''],
  ])('has a capital, unless a key stands there: %s', (words, line) => {
    expect(capitalised(words)).toBe(line);
  });
});

describe('the question', () => {
  test('is asked as a person would', () => {
    expect(questionInWords(ELIGIBLE)).toBe(
      'May Example Guidance deliver guidance that a school commissions, on every day from 1 September 2026 to 20 July 2027?',
    );
  });

  test('is of one day where it is', () => {
    expect(questionInWords({ ...ELIGIBLE, until: '2026-09-01' })).toBe(
      'May Example Guidance deliver guidance that a school commissions, on 1 September 2026?',
    );
  });

  test('has no end where none is asked for', () => {
    expect(questionInWords({ ...ELIGIBLE, until: '9999-12-31' })).toMatch(
      /, on every day from 1 September 2026 on\?$/,
    );
  });

  test('names the advisers who are to come', () => {
    expect(questionInWords({ ...ELIGIBLE, advisers: ['adviser:aaaaaaaa'] })).toContain(
      ', with adviser:aaaaaaaa as its adviser, on',
    );
    expect(questionInWords({ ...ELIGIBLE, advisers: ['adviser:aaaaaaaa', 'adviser:bbbbbbbb'] })).toContain(
      ', with adviser:aaaaaaaa and adviser:bbbbbbbb as its advisers, on',
    );
  });

  test('calls a sole trader by its key', () => {
    expect(questionInWords({ ...ELIGIBLE, provider: { key: 'ukprn:10000004', name: null } })).toMatch(
      /^May ukprn:10000004 deliver /,
    );
  });

  test('names the school that asks, by its name where it is known', () => {
    const asked = { ...ELIGIBLE, school: 'urn:123456' };
    expect(questionInWords(asked)).toContain('that a school commissions, for urn:123456, on');
    expect(questionInWords(asked, new Map([['urn:123456', 'Example High']]))).toContain(
      ', for Example High, on',
    );
  });
});

describe('the verdict', () => {
  test.each<[string, Answer]>([
    [
      'What is proposed would be met, on every day; as things stand, it stays so until the end of 14 March 2028.',
      ELIGIBLE,
    ],
    [
      'What is proposed would be met, on every day; as things stand, with no end known.',
      { ...ELIGIBLE, eligibleUntil: '9999-12-31' },
    ],
    [
      'What is proposed would be met, on that day; as things stand, with no end known.',
      { ...ELIGIBLE, until: '2026-09-01', covered: [], eligibleUntil: '9999-12-31' },
    ],
    [
      'What is proposed would not be met on every day: would be met from 1 September to 31 December 2026, would not be met from 1 January to 20 July 2027.',
      NOT_IN_SPRING,
    ],
    [
      'What is proposed would not be met, on none of those days.',
      { ...NOT_IN_SPRING, covered: [], gaps: [expired(YEAR)] },
    ],
    [
      'What is proposed would not be met, on that day.',
      {
        ...NOT_IN_SPRING,
        until: '2026-09-01',
        covered: [],
        gaps: [expired({ from: '2026-09-01', until: '2026-09-01' })],
      },
    ],
    ['It cannot be said yet: a dispute is open that decides it.', disputed(['412'])],
    ['It cannot be said yet: disputes are open that decide it.', disputed(['412', '415'])],
    [
      'It cannot be said yet: a dispute is open that decides it on some of the days; would be met from 1 September to 31 December 2026, it cannot be said yet from 1 January to 20 July 2027.',
      {
        ...disputed(['412']),
        covered: [AUTUMN],
        uncertain: [{ ...SPRING, requirement: 'matrix-accredited', evidence: ['412'] }],
      },
    ],
  ])('is: %s', (words, answer) => {
    expect(verdictInWords(answer)).toBe(words);
  });

  test('counts the days where it changes too often to be told', () => {
    const months = ['09', '10', '11', '12'];
    const covered = months.map((month) => ({ from: `2026-${month}-02`, until: `2026-${month}-20` }));
    const starts = ['2026-09-01', '2026-09-21', '2026-10-21', '2026-11-21', '2026-12-21'];
    const ends = ['2026-09-01', '2026-10-01', '2026-11-01', '2026-12-01', '2026-12-31'];
    const gaps = starts.map((from, i) => expired({ from, until: ends[i] ?? '' }));
    const answer = { ...NOT_IN_SPRING, ...AUTUMN, covered, gaps };
    expect(verdictInWords(answer)).toBe(
      'What is proposed would not be met on every day: would not be met on 46 days, would be met on 76 days.',
    );
  });
});

describe('the days', () => {
  test('are told as shortly as they can be', () => {
    const said = (from: string, until: string) => daysInWords({ from, until });
    expect(said('2026-09-01', '2026-09-01')).toBe('on 1 September 2026');
    expect(said('2026-09-01', '2026-09-19')).toBe('from 1 to 19 September 2026');
    expect(said('2026-09-01', '2026-12-19')).toBe('from 1 September to 19 December 2026');
    expect(said('2026-09-01', '2027-09-01')).toBe('from 1 September 2026 to 1 September 2027');
    expect(said('2026-09-01', '9999-12-31')).toBe('from 1 September 2026 with no end known');
  });

  test('are each in one stretch, also where requirements fail over one another and a dispute is open besides', () => {
    const answer: Answer = {
      ...NOT_IN_SPRING,
      until: '9999-12-31',
      gaps: [
        expired({ from: '2027-01-01', until: '2027-03-31' }),
        { ...expired({ from: '2027-02-01', until: '2027-04-30' }), requirement: 'subcontractors-accredited' },
      ],
      uncertain: [
        {
          from: '2027-04-01',
          until: '9999-12-31',
          requirement: 'adviser-qualified',
          evidence: ['9'],
        },
      ],
    };
    expect(stretchesOf(answer)).toEqual([
      { ...AUTUMN, answer: 'yes' },
      { from: '2027-01-01', until: '2027-04-30', answer: 'no' },
      { from: '2027-05-01', until: '9999-12-31', answer: 'unknown' },
    ]);
  });
});

describe('the days of a provider about which much was recorded', () => {
  const nth = (days: number) => Temporal.PlainDate.from('1900-01-01').add({ days }).toString();
  const on = (days: number) => ({ from: nth(days), until: nth(days) });

  test('are answered each as the day is, however the runs lie, and no stretch is like the one before', () => {
    const kinds = fc.constantFrom('yes', 'no', 'unknown');
    fc.assert(
      fc.property(fc.array(kinds, { minLength: 1, maxLength: 40 }), (days) => {
        const of = (kind: string) => days.flatMap((one, i) => (one === kind ? [on(i)] : []));
        // The gaps of two requirements overlap.
        const gaps = [...of('no'), ...of('no').toReversed()].map(expired);
        const uncertain = of('unknown').map((run) => ({
          ...run,
          requirement: 'matrix-accredited',
          evidence: ['9'],
        }));
        const window = { from: nth(0), until: nth(days.length - 1) };
        const stretches = stretchesOf({ ...NOT_IN_SPRING, ...window, covered: of('yes'), gaps, uncertain });
        const answered = stretches.flatMap((run) => Array<string>(lengthOf(run)).fill(run.answer));
        expect(answered).toEqual(days);
        for (const [i, { answer }] of stretches.entries()) expect(answer).not.toBe(stretches[i + 1]?.answer);
      }),
    );
  });

  test('are told apart at once, also where the answer changes on each of sixty thousand', () => {
    const gaps = Array.from({ length: 30_000 }, (_, i) => expired(on(2 * i)));
    const covered = gaps.map((_, i) => on(2 * i + 1));
    const answer = { ...NOT_IN_SPRING, from: nth(0), until: nth(59_999), gaps, covered };
    expect(stretchesOf(answer)).toHaveLength(60_000);
  });
});

describe('the reasons', () => {
  test('are none where the answer is yes', () => {
    expect(reasonsInWords(ELIGIBLE)).toEqual([]);
  });

  test('say on which days, why, what the policy asks, where from, and which event shows it', () => {
    expect(reasonsInWords(NOT_IN_SPRING)).toEqual([
      'Would not be met from 1 January to 20 July 2027, because the accreditation ends on 31 December 2026 unless renewed: it is proposed that the provider is accredited to the matrix Standard (CMQA-5; event 412).',
    ]);
  });

  test('tell one event from several', () => {
    const gaps = [{ ...expired(SPRING), evidence: ['412', '415', '420'] }];
    expect(reasonsInWords({ ...NOT_IN_SPRING, gaps })[0]).toMatch(/; events 412, 415 and 420\)\.$/);
    expect(reasonsInWords(disputed(['412']))[0]).toContain('because event 412 is disputed');
    expect(reasonsInWords(disputed(['412', '415']))[0]).toContain('because events 412 and 415 are disputed');
  });

  test('tell apart what the register asks itself', () => {
    const closed = {
      ...SPRING,
      requirement: 'provider-open',
      reason: 'provider-closed',
      evidence: ['9'],
    } as const;
    expect(reasonsInWords({ ...NOT_IN_SPRING, gaps: [closed] })).toEqual([
      'The register itself asks that the provider is open: not so from 1 January to 20 July 2027, because the provider closes at the end of 31 December 2026 (event 9).',
    ]);
    const away = {
      ...SPRING,
      requirement: 'adviser-qualified',
      reason: 'adviser-not-engaged',
      evidence: [],
    } as const;
    expect(reasonsInWords({ ...NOT_IN_SPRING, gaps: [away] })).toEqual([
      'The register itself asks that each adviser who is named is engaged by the provider: not so from 1 January to 20 July 2027.',
    ]);
  });

  test('give each adviser’s own reason where it is put down to them, and only for those days', () => {
    const gap = {
      ...SPRING,
      requirement: 'adviser-qualified',
      reason: 'no-qualified-adviser',
      evidence: ['9'],
    } as const;
    const adviser = 'adviser:aaaaaaaa';
    const failing = { ...YEAR, reason: 'qualification-only-claimed' } as const;
    const inAutumn = { ...AUTUMN, reason: 'qualification-not-started' } as const;
    const answer: Answer = {
      ...NOT_IN_SPRING,
      gaps: [gap],
      engaged: [
        { adviser, days: [YEAR], gaps: [failing], grounds: [] },
        { adviser: 'adviser:bbbbbbbb', days: [YEAR], gaps: [inAutumn], grounds: [] },
      ],
    };
    expect(reasonsInWords(answer)).toEqual([
      expect.stringMatching(/^Would not be met from 1 January to 20 July 2027, because no adviser/),
      'Of adviser:aaaaaaaa from 1 September 2026 to 20 July 2027: the adviser’s qualification is only claimed, and no awarding body has confirmed it.',
    ]);
    expect(reasonsInWords({ ...answer, gaps: NOT_IN_SPRING.gaps })).toHaveLength(1);
  });

  test.each(REASONS)('have words of their own for %s', (reason) => {
    const words = reasonInWords(reason);
    expect(words).not.toContain(reason);
    expect(REASONS.filter((other) => reasonInWords(other) === words)).toEqual([reason]);
    const knownAt = { ...ELIGIBLE.knownAt, today: '2027-07-20' };
    const gaps = [{ ...expired(SPRING), reason }];
    expect(reasonsInWords({ ...NOT_IN_SPRING, knownAt, gaps })[0]).toContain(
      reason === 'accreditation-not-started'
        ? 'accreditation'
        : reason === 'adviser-not-engaged'
          ? 'each adviser who is named is engaged'
          : words,
    );
  });

  test.each(REASONS)('do not tell as past what is still to come: %s', (reason) => {
    const today = '2026-09-01';
    const when = (from: string, on?: string) => ({ today, gap: { from, until: '2027-12-31' }, on });
    for (const words of [
      reasonInWords(reason, when('2027-01-01', '2026-12-31')),
      reasonInWords(reason, when('2027-01-01')),
    ])
      expect(words).not.toMatch(/has (?:run out|been|closed|passed|lapsed)|(?<!will be )no longer enrolled/);
    if (reason === 'accreditation-not-started') return;
    // What happened before today is past, whenever the days of the question begin.
    for (const past of [
      when('2026-09-01', '2026-08-31'),
      when('2027-01-01', '2026-08-31'),
      when('2026-08-01'),
    ])
      expect(reasonInWords(reason, past)).toBe(reasonInWords(reason));
  });

  test('say on which day what ends has its last', () => {
    const gap = { from: '2027-03-15', until: '2027-07-20' };
    const when = { today: '2026-09-01', gap, on: '2027-03-14' };
    expect(reasonInWords('accreditation-expired', when)).toBe(
      'the accreditation ends on 14 March 2027 unless renewed',
    );
    expect(reasonInWords('accreditation-expired', { ...when, today: '2027-03-14' })).toContain(
      'ends on 14 March 2027',
    );
    expect(reasonInWords('accreditation-expired', { ...when, today: '2027-03-15' })).toBe(
      'the accreditation has run out',
    );
  });

  test('never say that what was lost before is held until its last day', () => {
    const lost = { from: '2026-09-01', until: '2026-09-30', reason: 'accreditation-withdrawn' } as const;
    const expired = { from: '2026-10-01', until: '2027-07-20', reason: 'accreditation-expired' } as const;
    const requirement = (reason: Reason): Answer['requirements'][number] => ({
      id: 'matrix-accredited',
      of: 'provider',
      binding: 'must',
      cites: 'CMQA-5',
      covered: [],
      gaps: [
        { ...lost, reason, evidence: ['411'] },
        { ...expired, evidence: ['400'] },
      ],
      uncertain: [],
      grounds: [],
    });
    const isLost = (reason: Reason) =>
      isLostBefore({ ...ELIGIBLE, requirements: [requirement(reason)] }, expired, '2026-09-30');
    expect(isLost('accreditation-withdrawn')).toBe(true);
    expect(isLost('accreditation-transferred')).toBe(true);
    expect(isLost('accreditation-suspended')).toBe(false);
    const when = { today: '2026-09-01', gap: expired, on: '2026-09-30', isLost: true };
    expect(reasonInWords('accreditation-expired', when)).toBe(
      'the accreditation would have ended on 30 September 2026 in any case',
    );
  });
});

describe('a requirement', () => {
  const ids = [
    ...Object.values(CMQA_2017.settings).flatMap((requirements) => requirements.map(({ id }) => id)),
    'provider-open',
    'policy-in-force',
  ];

  test.each([...new Set(ids)])('of cmqa-2017 is said in words: %s', (id) => {
    for (const advisers of [[], ['adviser:aaaaaaaa']])
      expect(requirementInWords({ ...ELIGIBLE, advisers }, id)).not.toContain(id);
  });

  test('of advisers is of those who are named', () => {
    expect(requirementInWords({ ...ELIGIBLE, advisers: ['adviser:aaaaaaaa'] }, 'adviser-qualified')).toBe(
      'each adviser named is qualified for personal guidance',
    );
  });

  test.each<[string, Answer['policy']['editions']]>([
    ['of another policy', [{ ...BUILT_IN, digest: 'sha256:1' }]],
    [
      'of another edition',
      [
        { ...BUILT_IN, edition: 2, digest: 'sha256:1' },
        { ...BUILT_IN, edition: 1 },
      ],
    ],
  ])('%s goes by its id: the same id may mean something else there', (_, editions) => {
    const policy = { ...ELIGIBLE.policy, editions };
    for (const id of ['matrix-accredited', 'constructor'])
      expect(requirementInWords({ ...ELIGIBLE, policy }, id)).toBe(`the requirement ${id} is met`);
  });
});

describe('what was known', () => {
  test('is said with its position, its time in London, and the weight of the policy', () => {
    expect(knownInWords(ELIGIBLE)).toBe(
      'As recorded up to event 4182, on 1 September 2026 at 10:00 (London time); under the policy cmqa-2017, edition 1, a proposal and not law.',
    );
  });

  test('is on the day that it is in London, in summer and in winter', () => {
    expect(instantInWords('2026-06-30T23:30:00.000Z')).toBe('1 July 2026 at 00:30 (London time)');
    expect(instantInWords('2026-12-31T23:30:59.999Z')).toBe('31 December 2026 at 23:30 (London time)');
  });

  test('names each edition that decides, and says where none does', () => {
    const editions = [
      ...ELIGIBLE.policy.editions,
      { edition: 2, digest: 'sha256:1', strength: 'funding-condition' },
    ];
    const policy = { id: 'cmqa-2017', editions };
    expect(knownInWords({ ...ELIGIBLE, policy })).toMatch(
      /edition 1, a proposal and not law, and edition 2, a condition of funding\.$/,
    );
    expect(knownInWords({ ...ELIGIBLE, policy: { id: 'cmqa-2017', editions: [] } })).toMatch(
      /of which no edition is in force on those days\.$/,
    );
  });
});
