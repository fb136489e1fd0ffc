/// <reference types="jest" />
import {
  about,
  asking,
  awarded,
  contract,
  corrected,
  given,
  organisation,
  P,
  today,
  type Data,
  type Posting,
  type World,
} from '../../../test/rules/given';
import { writtenRuns } from '../values/written-run';
import { finished } from '../values/work';
import {
  contractedDays,
  contractStream,
  holders,
  LONGEST_CHAIN,
  referenceIn,
  referencesAbove,
  referencesBelow,
  referencesOf,
} from './contract';

const [Q, FURTHER, NO_ONE] = ['ukprn:10000002', 'company:00000009', 'ukprn:19999999'];
const begun = [
  asking({
    asked: [{ of: 'subcontractors', test: { accredited: 'matrix' } }],
    contracted: [{ of: 'provider', test: { contracted: 'ncs' } }],
    below: [{ of: 'subcontractors', test: { contracted: 'fund' } }],
  }),
  today('2026-09-01'),
  organisation(),
  organisation(Q, 'Another Ltd'),
];
const FIRST = begun.length;
const further: Posting = { type: 'ProviderIdentified', subject: P, data: { as: FURTHER } };
const of = (from: string, until: string, data: Data = {}, subject = P) =>
  contract(subject, 'N-1', undefined, { from, until, ...data });
const year = of('2026-01-01', '2026-12-31');
const ended = (on: string, subject = P, reference = 'N-1'): Posting => ({
  type: 'ContractEnded',
  subject,
  data: { reference, on },
});
const told = (posting: Posting, ...postings: readonly Posting[]) =>
  given(...begun, ...postings).told(posting);

/** The days on which a holder’s contract of the reference is in force. */
const days = (postings: readonly Posting[], holder: readonly string[] = [P]) =>
  writtenRuns(
    contractedDays(
      given(...begun, ...postings)
        .known()
        .stream(contractStream('N-1')),
      holder,
    ),
  ).map(({ from, until }) => `${from} to ${until}`);

describe('a contract is in force', () => {
  test.each<[string, readonly Posting[], readonly string[]]>([
    ['on no day without one', [], []],
    ['from its first day to its last', [year], ['2026-01-01 to 2026-12-31']],
    ['on the one day of it', [of('2026-01-01', '2026-01-01')], ['2026-01-01 to 2026-01-01']],
    [
      'to the day on which it ends, which is covered',
      [year, ended('2026-06-30')],
      ['2026-01-01 to 2026-06-30'],
    ],
    ['on its first day alone if it ends on it', [year, ended('2026-01-01')], ['2026-01-01 to 2026-01-01']],
    ['on no day if it ends before', [year, ended('2025-12-31')], []],
    ['to its last day if it is said to end later', [year, ended('2027-06-30')], ['2026-01-01 to 2026-12-31']],
    [
      'anew by a contract after the end',
      [year, ended('2026-06-30'), of('2026-08-01', '2027-01-31')],
      ['2026-01-01 to 2026-06-30', '2026-08-01 to 2027-01-31'],
    ],
    ['not by another’s, nor until another’s ends', [of('2026-01-01', '2026-12-31', {}, Q)], []],
    [
      'until its holder’s own ends, and not another’s',
      [year, of('2026-01-01', '2026-12-31', {}, Q), ended('2026-03-31', Q)],
      ['2026-01-01 to 2026-12-31'],
    ],
    ['not once it is retracted', [year, about('EventRetracted', FIRST)], []],
  ])('%s', (_, postings, covered) => {
    expect(days(postings)).toEqual(covered);
  });

  test('under all keys of its holder: an end under one ends what was awarded under another before it', () => {
    const postings = [year, further, ended('2026-06-30', FURTHER)];
    for (const keys of [
      [P, FURTHER],
      [FURTHER, P],
    ])
      expect(days(postings, keys)).toEqual(['2026-01-01 to 2026-06-30']);
    const anew = of('2026-08-01', '2026-12-31', {}, FURTHER);
    expect(days([...postings, anew], [P, FURTHER])).toEqual([
      '2026-01-01 to 2026-06-30',
      '2026-08-01 to 2026-12-31',
    ]);
  });
});

describe('a provider is contracted for a programme', () => {
  const YEAR = { from: '2026-01-01', until: '2026-12-31' };
  const asked = (postings: readonly Posting[], setting = 'contracted') =>
    given(...begun, ...postings).ask({ ...YEAR, setting });
  const runs = (list: readonly { readonly from: string; readonly until: string }[]) =>
    list.map(({ from, until }) => `${from} to ${until}`);
  const second = (from: string, until: string, data: Data = {}, subject = P) =>
    contract(subject, 'N-2', undefined, { from, until, ...data });

  test.each<[string, readonly Posting[], readonly string[]]>([
    ['on no day without a contract', [], []],
    [
      'on the days of every contract of it',
      [of('2026-01-01', '2026-03-31'), second('2026-03-01', '2026-06-30')],
      ['2026-01-01 to 2026-06-30'],
    ],
    [
      'to the last day of one that has ended',
      [year, second('2026-08-01', '2026-08-31'), ended('2026-06-30')],
      ['2026-01-01 to 2026-06-30', '2026-08-01 to 2026-08-31'],
    ],
    ['not by a contract of another programme', [of('2026-01-01', '2026-12-31', { programme: 'fund' })], []],
    [
      'by the programme as it was corrected',
      [year, corrected(FIRST, { ...year.data, programme: 'fund' })],
      [],
    ],
    [
      'not by another’s under the same reference, nor until that one ends',
      [of('2026-03-01', '2026-05-31'), of('2026-01-01', '2026-12-31', {}, Q), ended('2026-04-30', Q)],
      ['2026-03-01 to 2026-05-31'],
    ],
    [
      'by one below another’s, whether that one is in force or not',
      [contract(P, 'N-1', 'N-0', { from: '2026-02-01', until: '2026-02-28' })],
      ['2026-02-01 to 2026-02-28'],
    ],
    [
      'under all of its keys',
      [further, of('2026-02-01', '2026-08-31', {}, FURTHER), ended('2026-04-30')],
      ['2026-02-01 to 2026-04-30'],
    ],
    ['not once it is retracted', [year, about('EventRetracted', FIRST)], []],
  ])('%s', (_, postings, covered) => {
    expect(runs(asked(postings).covered)).toEqual(covered);
  });

  test('which rests on the contracts that count, and fails without evidence', () => {
    const both = [of('2026-02-01', '2026-04-30'), second('2026-04-01', '2026-06-30'), ended('2026-05-31')];
    const { requirements, gaps } = asked([
      ...both,
      { ...ended('2026-05-31'), data: { reference: 'N-2', on: '2026-05-31' } },
    ]);
    expect(requirements[0]?.grounds).toEqual([
      { from: '2026-02-01', until: '2026-03-31', evidence: [String(FIRST)] },
      { from: '2026-04-01', until: '2026-04-30', evidence: [String(FIRST), String(FIRST + 1)] },
      { from: '2026-05-01', until: '2026-05-31', evidence: [String(FIRST + 1)] },
    ]);
    expect(gaps.map(({ from, until, reason, evidence }) => [from, until, reason, ...evidence])).toEqual([
      ['2026-01-01', '2026-01-31', 'no-contract'],
      ['2026-06-01', '2026-12-31', 'no-contract'],
    ]);
  });

  test('unless a dispute leaves it open, in the stream of any contract that it ever held', () => {
    const uncertain = (...postings: readonly Posting[]) => runs(asked(postings).uncertain);
    const [early, late] = [of('2026-01-01', '2026-06-30'), second('2026-04-01', '2026-12-31')];
    expect(uncertain(early, late, about('DisputeOpened', FIRST))).toEqual(['2026-01-01 to 2026-03-31']);
    expect(uncertain(early, late, ended('2026-03-31'), about('DisputeOpened', FIRST + 2))).toEqual([]);
    expect(
      uncertain(early, ended('2026-03-31'), about('DisputeOpened', FIRST), about('DisputeOpened', FIRST + 1)),
    ).toEqual(['2026-01-01 to 2026-06-30']);
  });

  test('and with nine disputes open in these streams on no day can it be said, whosever contracts are disputed', () => {
    const theirs = Array.from({ length: 8 }, (_, i) =>
      of(`2026-${String(i + 1).padStart(2, '0')}-01`, `2026-${String(i + 1).padStart(2, '0')}-02`, {}, Q),
    );
    const disputes = theirs.map((_, i) => about('DisputeOpened', FIRST + 2 + i, {}, Q));
    const eight = [year, second('2026-01-01', '2026-01-31'), ...theirs, ...disputes];
    expect(asked(eight).outcome).toBe('eligible');
    const { outcome, uncertain } = asked([...eight, about('DisputeOpened', FIRST + 1)]);
    expect(outcome).toBe('indeterminate');
    expect(runs(uncertain)).toEqual(['2026-01-01 to 2026-12-31']);
    expect(uncertain[0]?.evidence).toHaveLength(9);
  });

  test('and so may each subcontractor be asked to be', () => {
    const under = contract(Q, 'N-2', 'N-1', { from: '2026-02-01', until: '2026-04-30' });
    const fund = contract(Q, 'N-3', undefined, {
      programme: 'fund',
      from: '2026-01-01',
      until: '2026-03-31',
    });
    const { covered, gaps, subcontractors } = asked([year, under, fund], 'below');
    expect(runs(covered)).toEqual(['2026-01-01 to 2026-03-31', '2026-05-01 to 2026-12-31']);
    expect(gaps.map(({ reason }) => reason)).toEqual(['subcontractor-fails']);
    expect(subcontractors).toEqual([
      {
        provider: Q,
        days: [{ from: '2026-02-01', until: '2026-04-30' }],
        gaps: [{ from: '2026-04-01', until: '2026-04-30', reason: 'no-contract' }],
        grounds: [{ from: '2026-02-01', until: '2026-03-31', evidence: [String(FIRST + 2)] }],
      },
    ]);
  });
});

describe('a contract', () => {
  const OVERLAP = 'overlapping-award /data/from';
  test.each<[string, Posting, string]>([
    ['its last day', of('2026-12-31', '2027-12-31'), OVERLAP],
    ['its first day', of('2025-01-01', '2026-01-01'), OVERLAP],
    ['one day within', of('2026-06-01', '2026-06-01'), OVERLAP],
    ['the day after', of('2027-01-01', '2027-12-31'), 'accepted'],
    ['the day before', of('2025-01-01', '2025-12-31'), 'accepted'],
    ['the days of another’s', of('2026-01-01', '2026-12-31', {}, Q), 'accepted'],
  ])('of the reference on %s', (_, again, expected) => {
    expect(told(again, year)).toBe(expected);
  });

  test('counts once under all keys of its holder, and again after its end', () => {
    expect(told({ ...year, subject: FURTHER }, year, further)).toBe(OVERLAP);
    const both = [year, further, of('2027-01-01', '2027-12-31', {}, FURTHER)];
    expect(told(of('2027-12-31', '2028-12-31'), ...both)).toBe(OVERLAP);
    expect(told(of('2028-01-01', '2028-12-31'), ...both)).toBe('accepted');
    expect(told(of('2026-06-30', '2026-12-31'), year, ended('2026-06-30'))).toBe(OVERLAP);
    expect(told(of('2026-07-01', '2026-12-31'), year, ended('2026-06-30'))).toBe('accepted');
    expect(told(year, year, about('EventRetracted', FIRST))).toBe('accepted');
  });

  test('is of a provider who is registered, and ends on its first day at the earliest', () => {
    expect(told({ ...year, subject: NO_ONE })).toBe('unknown-subject /subject');
    expect(told(of('2026-09-01', '2026-08-31'))).toBe('invalid-interval /data/until');
    expect(told(of('2026-09-01', '2026-09-01'))).toBe('accepted');
  });
});

describe('the end of a contract', () => {
  const NO_CONTRACT = 'no-such-award /data/reference';
  test.each<[string, readonly Posting[], string]>([
    ['of none', [], NO_CONTRACT],
    ['of another reference', [contract(P, 'N-2')], NO_CONTRACT],
    ['of another holder', [{ ...year, subject: Q }], NO_CONTRACT],
    ['of one that is retracted', [year, about('EventRetracted', FIRST)], NO_CONTRACT],
    ['of its own', [year], 'accepted'],
    ['of one that has ended', [year, ended('2026-05-31')], 'accepted'],
    ['of one under a further key', [further, { ...year, subject: FURTHER }], 'accepted'],
  ])('%s', (_, postings, expected) => {
    expect(told(ended('2026-06-30'), ...postings)).toBe(expected);
  });

  test('is of a provider who is registered', () => {
    expect(told(ended('2026-06-30', NO_ONE), year)).toBe('unknown-subject /subject');
  });
});

describe('a chain of contracts', () => {
  const CYCLE = 'contract-cycle /data/subcontractorOf';
  test('does not come back to where it began, whoever holds its links', () => {
    expect(told(contract(P, 'X-1', 'X-1'))).toBe(CYCLE);
    const chain = [contract(P, 'X-1', 'X-2'), contract(P, 'X-2', 'X-3')];
    expect(told(contract(Q, 'X-3', 'X-1'), ...chain)).toBe(CYCLE);
    expect(told(contract(Q, 'X-3', 'X-2'), ...chain)).toBe(CYCLE);
    expect(told(contract(Q, 'X-3', 'X-4'), ...chain)).toBe('accepted');
    expect(told(contract(Q, 'X-1', 'X-3'), ...chain)).toBe('accepted');
  });

  test('may stand under a contract that is not there yet', () => {
    expect(told(contract(P, 'X-1', 'not-there-yet'))).toBe('accepted');
  });

  test('that a correction closes is refused, and one that is retracted is none', () => {
    const chain = [contract(P, 'X-2'), contract(P, 'X-1', 'X-2'), contract(P, 'X-3', 'X-1')];
    const under = (reference: string) => contract(P, 'X-3', reference).data;
    expect(told(corrected(FIRST + 2, under('X-3')), ...chain)).toBe(
      'contract-cycle /data/data/subcontractorOf',
    );
    expect(told(corrected(FIRST + 2, under('X-2')), ...chain)).toBe('accepted');
    expect(told(contract(Q, 'X-2', 'X-1'), ...chain, about('EventRetracted', FIRST + 1))).toBe('accepted');
  });

  test('has so many links at the most, counted from where the new one joins', () => {
    const TOO_LONG = 'too-many /data/subcontractorOf';
    const links = (n: number) => Array.from({ length: n }, (_, i) => contract(P, `L-${i}`, `L-${i + 1}`));
    expect(told(contract(P, 'L-x', 'L-0'), ...links(LONGEST_CHAIN - 1))).toBe('accepted');
    expect(told(contract(P, 'L-x', 'L-0'), ...links(LONGEST_CHAIN))).toBe(TOO_LONG);
    const joins = contract(P, `L-${LONGEST_CHAIN - 1}`, 'L-top');
    expect(told(joins, ...links(LONGEST_CHAIN - 1))).toBe('accepted');
    expect(told({ ...joins }, ...links(LONGEST_CHAIN - 1), contract(P, 'L-top', 'L-higher'))).toBe(TOO_LONG);
    // Under a reference with several contracts, the longest counts.
    expect(told(contract(Q, 'L-5', 'short'), ...links(LONGEST_CHAIN))).toBe('accepted');
  });
});

describe('the contracts of a log', () => {
  const world: World = given(...begun, year, contract(Q, 'S-1', 'N-1'), contract(Q, 'S-2', 'N-1'));
  world.and(contract(P, 'S-1', 'N-0'), ended('2026-03-31', Q, 'S-2'));
  const known = world.known();

  test('are found by holder, by what stands above and by what stands below', () => {
    expect(finished(referencesOf(known, [P])).toSorted()).toEqual(['N-1', 'S-1']);
    expect(finished(referencesOf(known, [Q])).toSorted()).toEqual(['S-1', 'S-2']);
    expect(finished(referencesOf(known, [NO_ONE]))).toEqual([]);
    expect(holders(known, 'S-1')).toEqual([Q, P]);
    expect(referencesAbove(known, 'S-1')).toEqual(['N-1', 'N-0']);
    expect(referencesAbove(known, 'N-1')).toEqual([]);
    expect(finished(referencesBelow(known, 'N-1')).toSorted()).toEqual(['S-1', 'S-2']);
    expect(finished(referencesBelow(known, 'S-1'))).toEqual([]);
  });

  test('are found no more by what a correction or retraction took away', () => {
    const moved = given(...begun, contract(Q, 'S-1', 'N-1'), contract(Q, 'S-2', 'N-1'));
    moved.and(corrected(FIRST, contract(Q, 'S-1', 'N-9').data, Q), about('EventRetracted', FIRST + 1, {}, Q));
    expect(finished(referencesBelow(moved.known(), 'N-1'))).toEqual([]);
    expect(finished(referencesOf(moved.known(), [Q]))).toEqual(['S-1']);
  });

  test('stand in streams that tell their reference, and no other stream does', () => {
    expect(referenceIn(contractStream('N-1/a'))).toBe('N-1/a');
    expect(referenceIn(`provider-${P}`)).toBeUndefined();
  });
});

describe('what is asked of subcontractors', () => {
  const own = contract(P, 'N-1', undefined, { from: '2026-01-01', until: '2026-12-31' });
  const below = contract(Q, 'S-1', 'N-1', { from: '2026-03-01', until: '2026-03-31' });
  const covered = (...postings: readonly Posting[]) =>
    given(...begun, own, ...postings).covered({ setting: 'asked', from: '2026-01-01', until: '2026-12-31' });

  test('is asked on the days of a contract under the provider’s own', () => {
    expect(covered()).toEqual(['2026-01-01 to 2026-12-31']);
    expect(covered(below)).toEqual(['2026-01-01 to 2026-02-28', '2026-04-01 to 2026-12-31']);
    expect(covered(below, ended('2026-03-01', Q, 'S-1'))).toEqual([
      '2026-01-01 to 2026-02-28',
      '2026-03-02 to 2026-12-31',
    ]);
    expect(covered(below, awarded('2026-03-01', undefined, {}, Q))).toEqual(['2026-01-01 to 2026-12-31']);
    expect(covered(contract(Q, 'S-1', 'N-2'))).toEqual(['2026-01-01 to 2026-12-31']);
  });
});

test('a contract is disputed, and no appeal is taken against its end', () => {
  expect(told(about('DisputeOpened', FIRST), year)).toBe('accepted');
  expect(told(about('AppealLodged', FIRST + 1, { on: '2026-07-01' }), year, ended('2026-06-30'))).toBe(
    'not-appealable /data/against',
  );
});
