/// <reference types="jest" />
import * as fc from 'fast-check';
import {
  A,
  about,
  awarded,
  contract,
  corrected,
  engagement,
  given,
  matrix,
  organisation,
  P,
  person,
  recognised,
  school,
  today,
  type Data,
  type Posting,
  type World,
} from '../../../test/rules/given';
import { casesOf, FILES, type WorkedCase } from '../../../test/vectors/cases';
import { BOUNDS } from '../admission/subject-bounds';
import { REGISTRAR } from '../log/event-catalogue';
import { isRefusal } from '../values/problem';
import { finished } from '../values/work';
import { proposalFor, type Proposal } from './proposal';

const [Q, R] = ['ukprn:10000002', 'ukprn:10000003'];
const [FURTHER, OF_Q] = ['company:00000009', 'company:00000008'];
const [OLD, NEW, THIRD] = ['urn:100001', 'urn:100002', 'urn:100003'];
const B = 'adviser:bbbbbbbb';
const begun = [
  today('2026-09-01'),
  organisation(),
  organisation(Q, 'Successor'),
  organisation(R, 'Another'),
  school(OLD),
  school(NEW),
  school(THIRD),
  person(),
  person(B),
];
const FIRST = begun.length;
const of = (type: string, data: Data, subject = P): Posting => ({ type, subject, data });
const succeeded = (on: string, by: readonly string[] = [Q], subject = P) =>
  of('ProviderSucceeded', { by, on, kind: 'conversion' }, subject);
const merged = (on: string, into = Q, subject = P) => of('ProviderMerged', { into, on }, subject);
const ended = (on: string, provider = P, subject = A) => of('EngagementEnded', { provider, on }, subject);
const academy = succeeded('2026-03-31', [NEW], OLD);

const asked = (world: World, from = P, to?: string) => {
  const work = proposalFor(world.known(), from, to);
  return isRefusal(work) ? work : finished(work);
};
const proposed = (world: World, from = P, to?: string): Proposal => {
  const found = asked(world, from, to);
  if (isRefusal(found)) throw new Error(`${found.code}: ${found.detail}`);
  return found;
};
/** What is proposed after these postings, each event as it is to be posted. */
const events = (postings: readonly Posting[], from = P, to?: string) =>
  proposed(given(...begun, ...postings), from, to).events.map(({ by: _, ...event }) => event);
const leftOut = (postings: readonly Posting[], from = P, to?: string) =>
  proposed(given(...begun, ...postings), from, to).leftOut.map(
    ({ position, reason }) => [Number(position) - FIRST, reason] as const,
  );
const code = (postings: readonly Posting[], from = P, to?: string) => {
  const found = asked(given(...begun, ...postings), from, to);
  return isRefusal(found)
    ? [found.code, ...(found.errors ?? []).map(({ pointer }) => pointer)].join(' ')
    : 'proposed';
};

describe('a proposal is made', () => {
  test('for whoever took the place of a provider, by a merger too', () => {
    expect(proposed(given(...begun, succeeded('2026-03-31')))).toEqual({
      from: P,
      to: Q,
      on: '2026-03-31',
      events: [],
      leftOut: [],
    });
    expect(proposed(given(...begun, merged('2026-03-31', R))).to).toBe(R);
  });

  test('of several for the one that is named, by any of its keys', () => {
    const split = [of('ProviderIdentified', { as: OF_Q }, Q), succeeded('2026-03-31', [OF_Q, R])];
    expect(code(split)).toBe('invalid-question /to');
    expect([Q, OF_Q, R].map((to) => proposed(given(...begun, ...split), P, to).to)).toEqual([Q, Q, R]);
    const twice = [
      of('ProviderIdentified', { as: OF_Q }, Q),
      succeeded('2026-03-31', [OF_Q]),
      merged('2026-05-31'),
    ];
    expect(proposed(given(...begun, ...twice)).to).toBe(Q);
  });

  test('under any key of the one that has closed', () => {
    const postings = [of('ProviderIdentified', { as: FURTHER }), succeeded('2026-03-31', [Q], FURTHER)];
    expect([P, FURTHER].map((key) => proposed(given(...begun, ...postings), key).from)).toEqual([P, P]);
  });

  test('for nobody else', () => {
    expect(code([])).toBe('not-found');
    expect(code([of('ProviderClosed', { on: '2026-03-31', reason: 'insolvency' })])).toBe('not-found');
    expect(code([succeeded('2026-03-31')], P, R)).toBe('not-found');
    expect(code([succeeded('2026-03-31')], P, P)).toBe('not-found');
    expect(code([succeeded('2026-03-31')], P, 'ukprn:19999999')).toBe('not-found');
    expect(code([succeeded('2026-03-31')], Q)).toBe('not-found');
    expect(code([succeeded('2026-03-31'), about('EventRetracted', FIRST)])).toBe('not-found');
    expect(code([], 'ukprn:19999999')).toBe('unknown-provider');
  });

  test('from the day after the earliest that names it', () => {
    const on = (to: string, ...postings: readonly Posting[]) =>
      proposed(given(...begun, ...postings), P, to).on;
    const all = [succeeded('2026-05-31', [Q, R]), merged('2026-03-31', R), succeeded('2026-06-30', [Q])];
    expect([on(Q, ...all), on(R, ...all)]).toEqual(['2026-05-31', '2026-03-31']);
    expect(on(Q, ...all, corrected(FIRST, succeeded('2026-07-31', [Q, R]).data))).toBe('2026-06-30');
    expect(on(Q, ...all, of('ProviderClosed', { on: '2026-01-31', reason: 'insolvency' }))).toBe(
      '2026-05-31',
    );
  });

  test('of nothing where no day comes after that', () => {
    expect(events([succeeded('9999-12-31'), engagement('2026-01-01')])).toEqual([]);
    expect(events([succeeded('9999-12-30'), engagement('2026-01-01')])).toHaveLength(1);
  });
});

describe('an engagement', () => {
  const start = (from: string, basis = 'employed', subject = A, provider = Q) =>
    of('EngagementStarted', { provider, from, basis }, subject);
  const end = (on: string) => ended(on, Q);

  test('goes on from the day after, on the same basis', () => {
    expect(events([engagement('2026-01-01'), succeeded('2026-03-31')])).toEqual([start('2026-04-01')]);
    const contracted = of('EngagementStarted', { provider: P, from: '2026-04-01', basis: 'contracted' }, B);
    expect(events([contracted, succeeded('2026-03-31')])).toEqual([start('2026-04-01', 'contracted', B)]);
    expect(events([engagement('2026-04-02'), succeeded('2026-03-31')])).toEqual([]);
  });

  test('has its end, where it has one on that day or after it', () => {
    const until = (on: string) => events([engagement('2026-01-01'), ended(on), succeeded('2026-03-31')]);
    expect(until('2026-03-31')).toEqual([]);
    expect(until('2026-04-01')).toEqual([start('2026-04-01'), end('2026-04-01')]);
    expect(until('2026-12-31')).toEqual([start('2026-04-01'), end('2026-12-31')]);
  });

  test('of one person is proposed as often as it differs, in the order of the log', () => {
    const self = of('EngagementStarted', { provider: P, from: '2026-02-01', basis: 'self' }, A);
    const twice = [engagement('2026-01-01'), ended('2026-05-31'), self, engagement('2026-03-01')];
    expect(events([...twice, succeeded('2026-03-31')])).toEqual([
      start('2026-04-01'),
      end('2026-05-31'),
      start('2026-04-01', 'self'),
      start('2026-04-01'),
    ]);
    const alike = [engagement('2026-01-01'), engagement('2026-02-01'), succeeded('2026-03-31')];
    expect([events(alike), leftOut(alike)]).toEqual([[start('2026-04-01')], [[1, 'there-already']]]);
  });

  test('is that of a person, by whichever key', () => {
    const one = [engagement('2026-01-01', P, B), of('AdviserMerged', { into: A }, B), ended('2026-06-30')];
    expect(events([...one, succeeded('2026-03-31')])).toEqual([start('2026-04-01'), end('2026-06-30')]);
  });

  test('is as it stands: as corrected, and while it is disputed', () => {
    const corrections = [
      engagement('2026-01-01'),
      corrected(FIRST, { provider: P, from: '2026-01-01', basis: 'self' }, A),
      about('DisputeOpened', FIRST, {}, A),
      succeeded('2026-03-31'),
    ];
    expect(events(corrections)).toEqual([start('2026-04-01', 'self')]);
    const gone = [engagement('2026-01-01'), about('EventRetracted', FIRST, {}, A), succeeded('2026-03-31')];
    expect(events(gone)).toEqual([]);
  });

  test('is not proposed where the successor has the adviser on that day', () => {
    const there = (from: string, ...more: readonly Posting[]) =>
      leftOut([engagement('2026-01-01'), engagement(from, Q), ...more, succeeded('2026-03-31')]);
    expect(there('2026-04-01')).toEqual([[0, 'there-already']]);
    expect(there('2026-04-02')).toEqual([]);
    expect(there('2025-01-01', end('2026-03-31'))).toEqual([]);
    expect(there('2025-01-01', end('2026-04-01'))).toEqual([[0, 'there-already']]);
  });

  test('nor where its end would end what the successor has from a later day on', () => {
    const later = [engagement('2026-01-01'), ended('2026-06-30'), engagement('2026-09-01', Q)];
    expect(leftOut([...later, succeeded('2026-03-31')])).toEqual([[0, 'there-already']]);
    expect(events([...later, succeeded('2026-03-31')])).toEqual([]);
    const forGood = [engagement('2026-01-01'), engagement('2026-09-01', Q), succeeded('2026-03-31')];
    expect(events(forGood)).toEqual([start('2026-04-01')]);
  });

  test('is of a school too', () => {
    expect(events([engagement('2026-01-01', OLD), academy], OLD)).toEqual([
      start('2026-04-01', 'employed', A, NEW),
    ]);
  });
});

describe('an award', () => {
  const taken = (data: Data, subject = Q): Posting =>
    matrix('Awarded', { kind: 'transfer', ...data }, subject);

  test('is taken on from the day after, under the same reference, with its scope and conditions', () => {
    const data = { scope: ['skills'], conditions: ['annual-visit'] };
    expect(events([awarded('2026-01-01', '2027-12-31', data), succeeded('2026-03-31')])).toEqual([
      taken({ ...data, from: '2026-04-01', until: '2027-12-31' }),
    ]);
    expect(events([awarded('2026-01-01'), succeeded('2026-03-31')])).toEqual([taken({ from: '2026-04-01' })]);
    expect(events([awarded('2026-01-01', '2026-03-31'), succeeded('2026-03-31')])).toEqual([]);
    expect(events([awarded('2026-04-02'), succeeded('2026-03-31')])).toEqual([]);
  });

  test('has the last day on which it holds: as extended, and as something ends it', () => {
    const award = awarded('2026-01-01', '2026-12-31');
    const until = (...postings: readonly Posting[]) =>
      events([award, ...postings, succeeded('2026-03-31')]).map(({ data }) => 'until' in data && data.until);
    const extended = matrix('Extended', { until: '2027-06-30', reason: 'late-review' });
    const blocked = (verb: string, from: string) =>
      matrix(verb, { from, reason: 'conduct', onAppeal: 'stands' });
    expect(until()).toEqual(['2026-12-31']);
    expect(until(extended)).toEqual(['2027-06-30']);
    expect(until(extended, blocked('Withdrawn', '2026-10-01'))).toEqual(['2026-09-30']);
    expect(until(blocked('Withdrawn', '2026-04-01'))).toEqual([]);
    expect(until(blocked('Suspended', '2026-05-01'))).toEqual(['2026-04-30']);
    expect(until(blocked('Suspended', '2026-05-01'), matrix('Reinstated', { from: '2026-06-01' }))).toEqual([
      '2026-12-31',
    ]);
    expect(until(matrix('Voided', { reason: 'error' }))).toEqual([]);
    expect(until(matrix('Transferred', { to: R, from: '2026-04-01' }))).toEqual([]);
  });

  test('is of every standard and reference', () => {
    const mark = { standard: 'quality-in-careers', reference: 'Q-1', kind: 'initial', from: '2026-01-01' };
    const postings = [
      awarded('2026-01-01', undefined, { reference: 'M-2' }),
      of('AccreditationAwarded', mark),
      awarded('2026-01-01'),
      succeeded('2026-03-31'),
    ];
    expect(events(postings)).toEqual([
      taken({ reference: 'M-2', from: '2026-04-01' }),
      { type: 'AccreditationAwarded', subject: Q, data: { ...mark, from: '2026-04-01', kind: 'transfer' } },
      taken({ from: '2026-04-01' }),
    ]);
  });

  test('is not proposed where the successor has that reference on the day, or would be refused it', () => {
    const there = (from: string, until?: string, data: Data = {}) =>
      leftOut([awarded('2026-01-01', '2026-12-31'), awarded(from, until, data, Q), succeeded('2026-03-31')]);
    expect(there('2026-04-01')).toEqual([[0, 'there-already']]);
    expect(there('2026-06-01')).toEqual([[0, 'overlapping-award']]);
    expect(there('2027-01-01')).toEqual([]);
    expect(there('2026-01-01', '2026-03-31')).toEqual([]);
    expect(there('2026-04-01', undefined, { reference: 'M-2' })).toEqual([]);
  });
});

describe('a commission', () => {
  const agreed = (reference: string, provider: string, data: Data = {}, subject = OLD): Posting =>
    of(
      'CommissionAgreed',
      {
        reference,
        provider,
        setting: 'school-commissioned',
        from: '2025-09-01',
        until: '2026-08-31',
        ...data,
      },
      subject,
    );
  const end = (reference: string, on: string, subject = OLD) =>
    of('CommissionEnded', { reference, on }, subject);

  test('of a school is that of its successor, with the same provider and advisers', () => {
    expect(events([agreed('C-1', R, { advisers: [A] }), academy], OLD)).toEqual([
      agreed('C-1', R, { advisers: [A], from: '2026-04-01' }, NEW),
    ]);
    expect(events([agreed('C-1', R, { until: '2026-04-01' }), academy], OLD)).toEqual([
      agreed('C-1', R, { from: '2026-04-01', until: '2026-04-01' }, NEW),
    ]);
    expect(events([agreed('C-1', R, { until: '2026-03-31' }), academy], OLD)).toEqual([]);
    expect(events([agreed('C-1', R, { from: '2026-04-02' }), academy], OLD)).toEqual([]);
  });

  test('lasts until its end', () => {
    expect(events([agreed('C-1', R), end('C-1', '2026-05-31'), academy], OLD)).toEqual([
      agreed('C-1', R, { from: '2026-04-01', until: '2026-05-31' }, NEW),
    ]);
    expect(events([agreed('C-1', R), end('C-1', '2026-03-31'), academy], OLD)).toEqual([]);
    const anew = [
      agreed('C-1', R),
      end('C-1', '2026-03-31'),
      agreed('C-1', R, { from: '2026-02-01' }),
      academy,
    ];
    expect(events(anew, OLD)).toEqual([agreed('C-1', R, { from: '2026-04-01' }, NEW)]);
    const other = [agreed('C-2', R), agreed('C-1', R), end('C-2', '2026-03-31'), academy];
    expect(events(other, OLD)).toEqual([agreed('C-1', R, { from: '2026-04-01' }, NEW)]);
  });

  test('of a school with the provider is one with its successor', () => {
    expect(events([agreed('C-1', P), agreed('C-2', R, {}, THIRD), succeeded('2026-03-31')])).toEqual([
      agreed('C-1', Q, { from: '2026-04-01' }),
    ]);
    const ends = [agreed('C-1', P), end('C-1', '2026-05-31'), succeeded('2026-03-31')];
    expect(events(ends)).toEqual([agreed('C-1', Q, { from: '2026-04-01', until: '2026-05-31' })]);
  });

  test('of a school with itself is its successor’s with that', () => {
    expect(events([agreed('C-1', OLD), academy], OLD)).toEqual([
      agreed('C-1', NEW, { from: '2026-04-01' }, NEW),
    ]);
  });

  test('follows a correction that names another provider', () => {
    const turned = [agreed('C-1', R), corrected(FIRST, agreed('C-1', P).data, OLD), succeeded('2026-03-31')];
    expect(events(turned)).toEqual([agreed('C-1', Q, { from: '2026-04-01' })]);
    const away = [agreed('C-1', P), corrected(FIRST, agreed('C-1', R).data, OLD), succeeded('2026-03-31')];
    expect(events(away)).toEqual([]);
  });

  test('is not proposed where it is there already, or the successor is no school', () => {
    const there = (posting: Posting) => leftOut([agreed('C-1', R), posting, academy], OLD);
    expect(there(agreed('C-1', Q, {}, NEW))).toEqual([[0, 'there-already']]);
    expect(there(agreed('C-2', R, {}, NEW))).toEqual([]);
    expect(there(agreed('C-1', R, { from: '2026-04-02' }, NEW))).toEqual([]);
    const withBoth = [agreed('C-1', P), agreed('C-1', Q), succeeded('2026-03-31')];
    expect(leftOut(withBoth)).toEqual([[0, 'there-already']]);
    expect(leftOut([agreed('C-1', R), succeeded('2026-03-31', [Q], OLD)], OLD)).toEqual([[0, 'no-school']]);
    const trust = [of('ProviderIdentified', { as: 'urn:100009' }, Q), agreed('C-1', R)];
    expect(events([...trust, succeeded('2026-03-31', [Q], OLD)], OLD)).toEqual([
      agreed('C-1', R, { from: '2026-04-01' }, 'urn:100009'),
    ]);
  });

  test('is not proposed with an adviser who is not registered any more', () => {
    const gone = [agreed('C-1', R, { advisers: [A] }), about('EventRetracted', FIRST - 2, {}, A), academy];
    expect(leftOut(gone, OLD)).toEqual([[0, 'unknown-subject']]);
  });
});

describe('a school’s careers leaders and programmes', () => {
  const leader = (appointment: string, from: string, subject = OLD) =>
    of('CareersLeaderAppointed', { appointment, from }, subject);
  const end = (appointment: string, on: string, subject = OLD) =>
    of('CareersLeaderEnded', { appointment, on }, subject);
  const mapped = (framework: string, data: Data = {}, subject = OLD) =>
    of('ProgrammeMapped', { framework, ages: [11, 16], from: '2025-09-01', ...data }, subject);

  test('are those of its successor, each as long as it holds', () => {
    const postings = [
      leader('CL-1', '2025-09-01'),
      leader('CL-2', '2025-09-01'),
      end('CL-2', '2026-06-30'),
      leader('CL-3', '2025-09-01'),
      end('CL-3', '2026-03-31'),
      mapped('cdi', { until: '2026-08-31' }),
      mapped('other'),
      mapped('past', { until: '2026-03-31' }),
      academy,
    ];
    expect(events(postings, OLD)).toEqual([
      leader('CL-1', '2026-04-01', NEW),
      leader('CL-2', '2026-04-01', NEW),
      end('CL-2', '2026-06-30', NEW),
      mapped('cdi', { from: '2026-04-01', until: '2026-08-31' }, NEW),
      mapped('other', { from: '2026-04-01' }, NEW),
    ]);
  });

  test('are left out where they are there, would be cut short, or the successor is no school', () => {
    const both = [leader('CL-1', '2025-09-01'), mapped('cdi')];
    expect(leftOut([...both, succeeded('2026-03-31', [Q], OLD)], OLD)).toEqual([
      [0, 'no-school'],
      [1, 'no-school'],
    ]);
    const there = [leader('CL-1', '2026-04-01', NEW), mapped('cdi', {}, NEW)];
    expect(leftOut([...both, ...there, academy], OLD)).toEqual([
      [0, 'there-already'],
      [1, 'there-already'],
    ]);
    const others = [leader('CL-2', '2026-04-01', NEW), mapped('cdi', { ages: [16, 18] }, NEW)];
    expect(leftOut([...both, ...others, academy], OLD)).toEqual([]);
    const later = [
      leader('CL-1', '2025-09-01'),
      end('CL-1', '2026-06-30'),
      leader('CL-1', '2026-09-01', NEW),
    ];
    expect(leftOut([...later, academy], OLD)).toEqual([[0, 'there-already']]);
  });

  test('are not of those that took the place of a provider that is none', () => {
    expect(events([leader('CL-1', '2025-09-01'), mapped('cdi'), succeeded('2026-03-31', [NEW])])).toEqual([]);
  });
});

describe('a contract', () => {
  const taken = (reference: string, data: Data = {}, above?: string) =>
    contract(Q, reference, above, { from: '2026-04-01', ...data });

  test('is that of the successor, under the same reference and the same contract above', () => {
    const postings = [contract(P, 'N-1'), contract(P, 'N-2', 'N-9'), succeeded('2026-03-31')];
    expect(events(postings)).toEqual([taken('N-1'), taken('N-2', {}, 'N-9')]);
  });

  test('lasts as long as it holds', () => {
    const end = (on: string) => of('ContractEnded', { reference: 'N-1', on });
    const until = (...postings: readonly Posting[]) =>
      events([contract(P, 'N-1'), ...postings, succeeded('2026-03-31')]);
    expect(until(end('2026-05-31'))).toEqual([taken('N-1', { until: '2026-05-31' })]);
    expect(until(end('2026-03-31'))).toEqual([]);
    expect(events([contract(P, 'N-1'), succeeded('2026-12-31')])).toEqual([]);
  });

  test('is not proposed where the successor has one of the reference on the day, or would be refused it', () => {
    const there = (data: Data) =>
      leftOut([contract(P, 'N-1'), contract(Q, 'N-1', undefined, data), succeeded('2026-03-31')]);
    expect(there({})).toEqual([[0, 'there-already']]);
    expect(there({ from: '2026-06-01' })).toEqual([[0, 'overlapping-award']]);
    expect(there({ until: '2026-03-31' })).toEqual([]);
  });
});

test('applications, certificates and what is not the provider’s own are no part of it', () => {
  const postings = [
    matrix('Applied', { on: '2026-01-01' }),
    of('QualificationAwarded', { qualification: 'qcg', awardedOn: '2020-01-01', certificate: 'C-1' }, A),
    engagement('2026-01-01', R),
    succeeded('2026-03-31'),
  ];
  expect(proposed(given(...begun, ...postings))).toMatchObject({ events: [], leftOut: [] });
});

test('all kinds come in one order, and what is left out by position', () => {
  const postings = [
    contract(P, 'N-1'),
    awarded('2026-01-01'),
    engagement('2026-01-01', P, B),
    contract(P, 'N-2'),
    engagement('2026-01-01'),
    contract(Q, 'N-1'),
    engagement('2026-01-01', Q),
    succeeded('2026-03-31'),
  ];
  expect(events(postings).map(({ type, subject }) => `${type} ${subject}`)).toEqual([
    `EngagementStarted ${B}`,
    `AccreditationAwarded ${Q}`,
    `ContractAwarded ${Q}`,
  ]);
  expect(leftOut(postings)).toEqual([
    [0, 'there-already'],
    [4, 'there-already'],
  ]);
});

test('a school that is not registered any more is one all the same', () => {
  const leader = of('CareersLeaderAppointed', { appointment: 'CL-1', from: '2025-09-01' }, OLD);
  const gone = [leader, academy, about('EventRetracted', 5, {}, NEW)];
  expect(leftOut(gone, OLD)).toEqual([[0, 'unknown-subject']]);
});

test('where the successor is not registered any more, everything is refused', () => {
  const gone = [engagement('2026-01-01'), awarded('2026-01-01'), contract(P, 'N-1'), succeeded('2026-03-31')];
  expect(leftOut([...gone, about('EventRetracted', 2, {}, Q)])).toEqual([
    [0, 'unknown-subject'],
    [1, 'unknown-subject'],
    [2, 'unknown-subject'],
  ]);
});

describe('who may post it', () => {
  const by = (postings: readonly Posting[]) =>
    proposed(given(...begun, ...postings)).events.map((one) => one.by.join(' '));
  const has = [engagement('2026-01-01'), ended('2026-10-31'), awarded('2026-01-01'), succeeded('2026-03-31')];

  test('is every body that may today and on the first day, of its standard; else the registrar', () => {
    expect(by(has)).toEqual([REGISTRAR, REGISTRAR, REGISTRAR]);
    const recognitions = [
      recognised('body:staff', '2026-01-01', [{ types: ['EngagementStarted'] }]),
      recognised('body:late', '2026-04-02', [{ types: ['EngagementStarted', 'EngagementEnded'] }]),
      recognised('body:matrix', '2020-01-01', [{ types: ['AccreditationAwarded'], standards: ['matrix'] }]),
      recognised('body:mark', '2020-01-01', [{ types: ['AccreditationAwarded'], standards: ['mark'] }]),
      recognised('body:all', '2020-01-01', [{ types: '*' }]),
    ];
    expect(by([...recognitions, ...has])).toEqual([
      'body:all body:staff',
      'body:all body:late',
      'body:all body:matrix',
    ]);
    const over = of('BodyRecognitionEnded', { on: '2026-08-31', reason: 'ended' }, 'body:all');
    expect(by([...recognitions, over, ...has])[0]).toBe('body:staff');
  });
});

test('a body that may post no more about the successor is none of those that may', () => {
  const award = [{ types: ['AccreditationApplied', 'AccreditationAwarded'] }];
  const bodies = ['body:full', 'body:free'].map((body) => recognised(body, '2020-01-01', award));
  const by = (world: World) => proposed(world).events.map((one) => one.by.join(' '));
  const has = [awarded('2026-01-01'), succeeded('2026-03-31')];
  const applied = Array.from({ length: BOUNDS.accreditation }, () => ({
    ...matrix('Applied', { on: '2026-01-01' }, Q),
    body: 'body:full',
  }));
  const world = given(...begun, ...bodies, ...has, ...applied.slice(1));
  expect(by(world)).toEqual(['body:free body:full']);
  world.and(...applied.slice(0, 1));
  expect(by(world)).toEqual(['body:free']);
  world.and(about('EventRetracted', FIRST + 1, {}, 'body:free'));
  expect(by(world)).toEqual([REGISTRAR]);
});

describe('whatever the log says', () => {
  const keys = { provider: [P, Q, R, OLD, NEW, FURTHER], adviser: [A, B], school: [OLD, NEW, THIRD] };
  const provider = fc.oneof(fc.constantFrom(P, OLD), fc.constantFrom(...keys.provider));
  const adviser = fc.constantFrom(...keys.adviser);
  const aSchool = fc.constantFrom(...keys.school);
  const month = (min: number, max: number) =>
    fc.integer({ min, max }).map((number) => `2026-${String(number).padStart(2, '0')}-01`);
  const day = fc.oneof({ weight: 3, arbitrary: month(1, 5) }, { weight: 1, arbitrary: month(6, 12) });
  const until = fc.oneof({ weight: 1, arbitrary: month(1, 5) }, { weight: 3, arbitrary: month(6, 12) });
  const name = fc.constantFrom('X-1', 'X-2');
  const standard = fc.constantFrom('matrix', 'mark');
  const type = (
    name: string,
    subject: fc.Arbitrary<string>,
    data: Readonly<Record<string, fc.Arbitrary<unknown>>>,
    optional: readonly string[] = [],
  ): fc.Arbitrary<Posting> => {
    const requiredKeys = Object.keys(data).filter((key) => !optional.includes(key));
    const drawn = fc.record<Data>(data, { requiredKeys }) as fc.Arbitrary<Data>;
    return fc.record({ type: fc.constant(name), subject, data: drawn });
  };
  const one = fc.constant;
  const ofAward = { standard, reference: name };
  const posting = fc.oneof(
    {
      weight: 4,
      arbitrary: type('EngagementStarted', adviser, {
        provider,
        from: day,
        basis: fc.constantFrom('employed', 'contracted'),
      }),
    },
    { weight: 2, arbitrary: type('EngagementEnded', adviser, { provider, on: day }) },
    {
      weight: 4,
      arbitrary: type(
        'AccreditationAwarded',
        provider,
        { ...ofAward, from: day, until, kind: one('initial'), scope: one(['skills']) },
        ['until', 'scope'],
      ),
    },
    type('AccreditationExtended', provider, { ...ofAward, until, reason: one('late') }),
    type('AccreditationSuspended', provider, {
      ...ofAward,
      from: day,
      reason: one('late'),
      onAppeal: fc.constantFrom('stays', 'stands'),
    }),
    type('AccreditationReinstated', provider, { ...ofAward, from: day }),
    type('AccreditationVoided', provider, { ...ofAward, reason: one('error') }),
    {
      weight: 4,
      arbitrary: type(
        'ContractAwarded',
        provider,
        {
          reference: name,
          programme: one('ncs'),
          services: one(['skills']),
          clientGroups: one(['adults']),
          from: day,
          until,
          subcontractorOf: name,
        },
        ['subcontractorOf'],
      ),
    },
    type('ContractEnded', provider, { reference: name, on: day }),
    {
      weight: 3,
      arbitrary: type(
        'CommissionAgreed',
        aSchool,
        {
          reference: name,
          provider,
          setting: one('school-commissioned'),
          from: day,
          until,
          advisers: one([A]),
        },
        ['advisers'],
      ),
    },
    type('CommissionEnded', aSchool, { reference: name, on: day }),
    { weight: 2, arbitrary: type('CareersLeaderAppointed', aSchool, { appointment: name, from: day }) },
    type('CareersLeaderEnded', aSchool, { appointment: name, on: day }),
    {
      weight: 2,
      arbitrary: type(
        'ProgrammeMapped',
        aSchool,
        { framework: one('cdi'), ages: one([11, 16]), from: day, until },
        ['until'],
      ),
    },
    type('AdviserMerged', one(A), { into: one(B) }),
    type('ProviderIdentified', one(Q), { as: one(FURTHER) }),
    {
      weight: 3,
      arbitrary: type('ProviderSucceeded', provider, {
        by: fc.uniqueArray(provider, { minLength: 1, maxLength: 2 }),
        on: day,
        kind: one('split'),
      }),
    },
    { weight: 2, arbitrary: type('ProviderMerged', provider, { into: provider, on: day }) },
  );
  /** What is done to an event of before: which one, by a lot. */
  const deed = fc.record({
    lot: fc.nat(),
    how: fc.constantFrom('EventRetracted', 'DisputeOpened', 'AppealLodged'),
  });
  const recognition = fc.record({
    body: fc.constantFrom('body:one', 'body:two'),
    from: fc.constantFrom('2026-01-01', '2026-06-01'),
    types: fc.constantFrom(
      '*',
      ['EngagementStarted', 'ContractAwarded'],
      ['AccreditationAwarded', 'EngagementEnded'],
    ),
    standards: fc.constantFrom(undefined, ['matrix']),
  });

  const history = fc
    .record({
      recognitions: fc.array(recognition, { maxLength: 2 }),
      lots: fc.array(fc.oneof({ weight: 6, arbitrary: posting }, { weight: 1, arbitrary: deed }), {
        minLength: 20,
        maxLength: 60,
      }),
    })
    .map(({ recognitions, lots }) => {
      const world = given(...begun);
      const told: Posting[] = [...begun];
      const tell = (one: Posting) => {
        if (world.when(one) !== 'accepted') return;
        world.and(one);
        told.push(one);
      };
      for (const { body, from, types, standards } of recognitions)
        tell(recognised(body, from, [{ types, ...(standards && { standards }) }]));
      // At least these have a successor, and something to hand over.
      for (const one of [P, OLD]) tell(succeeded('2026-05-01', [Q, NEW], one));
      for (const one of [engagement('2026-01-01'), awarded('2026-01-01'), contract(P, 'X-1')]) tell(one);
      for (const lot of lots) {
        if ('type' in lot) tell(lot);
        else {
          const target = world.events[lot.lot % world.events.length];
          const data = lot.how === 'AppealLodged' ? { on: '2026-02-01' } : {};
          if (target && target.position >= FIRST) tell(about(lot.how, target.position, data, target.subject));
        }
      }
      return { world, told };
    });

  /** Every pair of a provider and one that took its place. */
  const proposals = (world: World) =>
    keys.provider.flatMap((from) =>
      keys.provider.flatMap((to) => {
        const found = asked(world, from, to);
        return isRefusal(found) ? [] : [found];
      }),
    );

  test('each event of a proposal is accepted in its order, from whichever of its bodies, and nothing is left to propose', () => {
    fc.assert(
      fc.property(history, fc.nat(), ({ world, told }, lot) => {
        for (const proposal of proposals(world)) {
          for (const poster of [undefined, 0, lot]) {
            const then = given(...told);
            for (const { by, ...event } of proposal.events) {
              const body = poster === undefined ? REGISTRAR : (by[poster % by.length] ?? '');
              expect({ event, told: then.when({ ...event, body }) }).toEqual({ event, told: 'accepted' });
              then.and({ ...event, body });
            }
            const again = proposed(then, proposal.from, proposal.to);
            expect(again.events).toEqual([]);
            const before = new Map(proposal.leftOut.map(({ position, reason }) => [position, reason]));
            for (const { position, reason } of again.leftOut) {
              expect(['there-already', before.get(position)]).toContain(reason);
              before.delete(position);
            }
            expect([...before]).toEqual([]);
          }
        }
      }),
      { numRuns: 12 },
    );
  });
});

describe('of the worked histories', () => {
  const told = (cases: readonly WorkedCase[], name: string) => {
    const found = cases.find((one) => one.name.startsWith(name));
    return (found?.events ?? [])
      .filter(({ refused }) => refused === undefined)
      .map(({ refused: _, ...event }): Posting => ({ ...event, source: '/case' }));
  };
  const cases = casesOf('successions.json');
  const [school = [], split = [], closed = []] = ['A school becomes', 'A split', 'Closed, merged'].map(
    (name) => told(cases, name),
  );
  /** As known once so many of the events were posted. */
  const after = (events: readonly Posting[], count: number) =>
    given(today('2026-09-01'), ...events.slice(0, count));

  test('a school that becomes an academy hands its adviser over, until the academy has engaged her', () => {
    const from = 'urn:047000';
    expect(proposed(after(school, 6), from)).toMatchObject({
      to: 'urn:047001',
      on: '2019-08-31',
      events: [
        {
          type: 'EngagementStarted',
          data: { provider: 'urn:047001', from: '2019-09-01', basis: 'employed' },
        },
      ],
      leftOut: [],
    });
    expect(proposed(after(school, 7), from)).toMatchObject({
      events: [],
      leftOut: [{ position: '5', reason: 'there-already' }],
    });
  });

  test('a split is proposed for each of its successors, as they stand corrected', () => {
    const from = 'ukprn:10048000';
    const types = ['EngagementStarted', 'AccreditationAwarded'];
    const [before, then] = [after(split, 9), after(split, 10)];
    for (const [world, to, on] of [
      [before, 'ukprn:10048001', '2019-08-31'],
      [before, 'ukprn:10048002', '2019-08-31'],
      [then, 'ukprn:10048001', '2019-12-31'],
      [then, 'ukprn:10048003', '2019-12-31'],
    ] as const) {
      const found = proposed(world, from, to);
      expect([found.on, found.events.map(({ type }) => type)]).toEqual([on, types]);
    }
    expect(asked(then, from, 'ukprn:10048002')).toMatchObject({ code: 'not-found' });
  });

  test('a retracted merger is none of those by which a place was taken', () => {
    const from = 'ukprn:10049000';
    expect(proposed(after(closed, 10), from, 'ukprn:10049001').on).toBe('2019-07-31');
    expect(asked(after(closed, 11), from, 'ukprn:10049001')).toMatchObject({ code: 'not-found' });
    expect(proposed(after(closed, 11), from).on).toBe('2020-01-31');
  });

  test.each(FILES)('%s: whatever is proposed is accepted in its order', (file) => {
    for (const { events } of casesOf(file)) {
      const positions = new Map<string, string>();
      const world = given(today('2026-09-01'));
      for (const { refused, ...event } of events) {
        if (refused !== undefined) continue;
        const data = Object.entries(event.data).map(([field, value]) => [
          field,
          typeof value === 'string' ? (positions.get(value) ?? value) : value,
        ]);
        world.and({ ...event, source: '/case', data: Object.fromEntries(data) as Data });
        positions.set(`id:${event.id}`, String(world.head));
      }
      const providers = new Set(
        world.events.flatMap(({ type, subject }) =>
          /^(?:Provider|School)Registered$/.test(type) ? subject : [],
        ),
      );
      for (const from of providers)
        for (const to of providers) {
          const found = asked(world, from, to);
          if (isRefusal(found)) continue;
          const posted = found.events.map(({ by: _, ...event }) => event);
          for (const event of posted) world.and(event);
          expect(proposed(world, from, to).events).toEqual([]);
        }
    }
  });
});
