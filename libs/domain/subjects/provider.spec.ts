/// <reference types="jest" />
import {
  A,
  about,
  asking,
  corrected,
  given,
  organisation,
  P,
  school,
  today,
  type Data,
  type Posting,
} from '../../../test/rules/given';
import { dayOf } from '../values/day';
import { isSoleTrader, nameOn, namesIn, providerIn, providerStreams } from './provider';

const [Q, FURTHER, NO_ONE] = ['ukprn:10000002', 'company:00000009', 'ukprn:19999999'];
const begun = [asking({ asked: [] }), today('2026-09-01'), organisation(), organisation(Q, 'Another Ltd')];
const FIRST = begun.length;
const of = (type: string, data: Data, subject = P): Posting => ({ type, subject, data });
const identified = (as: string, subject = P) => of('ProviderIdentified', { as }, subject);
const renamed = (name: string, from: string, subject = P) => of('ProviderRenamed', { name, from }, subject);
const closed = (on: string, subject = P) => of('ProviderClosed', { on, reason: 'insolvency' }, subject);
const merged = (on: string, into = Q, subject = P) => of('ProviderMerged', { into, on }, subject);
const succeeded = (on: string, by: readonly string[] = [Q], subject = P) =>
  of('ProviderSucceeded', { by, on, kind: 'conversion' }, subject);
const trader = of('ProviderRegistered', { legalForm: 'sole-trader' }, 'ukprn:10000003');
const told = (posting: Posting, ...postings: readonly Posting[]) =>
  given(...begun, ...postings).told(posting);

describe('a provider is open', () => {
  test.each<[string, readonly Posting[], readonly string[]]>([
    ['on all days if nothing closes it', [], ['2026-01-01 to 2026-12-31']],
    ['to the day on which it closes, which is covered', [closed('2026-06-30')], ['2026-01-01 to 2026-06-30']],
    ['to the day on which it merges, which is covered', [merged('2026-06-30')], ['2026-01-01 to 2026-06-30']],
    [
      'to the day after which another takes its place, which is covered',
      [succeeded('2026-06-30')],
      ['2026-01-01 to 2026-06-30'],
    ],
    ['on the first day alone', [closed('2026-01-01')], ['2026-01-01 to 2026-01-01']],
    ['on no day once it has closed before', [closed('2025-12-31')], []],
    [
      'to the earliest of several ends, whichever is posted first',
      [closed('2026-06-30'), merged('2026-03-31'), succeeded('2026-04-30'), closed('2026-09-30')],
      ['2026-01-01 to 2026-03-31'],
    ],
    [
      'to the end by a succession, where that is the earliest',
      [closed('2026-06-30'), succeeded('2026-03-31'), merged('2026-04-30')],
      ['2026-01-01 to 2026-03-31'],
    ],
    ['also if another merges into it', [merged('2026-06-30', P, Q)], ['2026-01-01 to 2026-12-31']],
    [
      'also if it takes the place of another',
      [succeeded('2026-06-30', [P], Q)],
      ['2026-01-01 to 2026-12-31'],
    ],
    [
      'to the succession as last corrected',
      [succeeded('2026-06-30'), corrected(FIRST, succeeded('2026-07-31').data)],
      ['2026-01-01 to 2026-07-31'],
    ],
    [
      'to an end under a further key',
      [identified(FURTHER), closed('2026-06-30', FURTHER)],
      ['2026-01-01 to 2026-06-30'],
    ],
    [
      'to the end as last corrected',
      [closed('2026-06-30'), corrected(FIRST, closed('2026-07-31').data)],
      ['2026-01-01 to 2026-07-31'],
    ],
    [
      'again once the end is retracted',
      [closed('2026-06-30'), about('EventRetracted', FIRST)],
      ['2026-01-01 to 2026-12-31'],
    ],
  ])('%s', (_, postings, covered) => {
    const asked = { setting: 'asked', from: '2026-01-01', until: '2026-12-31' };
    expect(given(...begun, ...postings).covered(asked)).toEqual(covered);
  });

  test('and closing is what its gap rests on: the earliest, of one day the first posted', () => {
    const world = given(...begun, closed('2026-06-30'), merged('2026-05-31'), closed('2026-05-31'));
    const [gap] = world.ask({ setting: 'asked', from: '2026-06-01' }).gaps;
    expect([gap?.reason, gap?.evidence]).toEqual(['provider-closed', [String(FIRST + 1)]]);
  });
});

describe('a key is registered once', () => {
  test('as a provider', () => {
    expect(told(organisation())).toBe('already-registered /subject');
    expect(told(organisation(NO_ONE))).toBe('accepted');
    expect(told(organisation(), about('EventRetracted', 2))).toBe('accepted');
  });

  test('as a further key too, which is new to the register', () => {
    expect(told(identified(FURTHER))).toBe('accepted');
    expect(told(organisation(FURTHER), identified(FURTHER))).toBe('already-registered /subject');
    expect(told(identified(FURTHER, Q), identified(FURTHER))).toBe('already-registered /data/as');
    expect(told(identified(FURTHER), identified(FURTHER))).toBe('already-registered /data/as');
    expect(told(identified(Q))).toBe('already-registered /data/as');
    expect(told(identified('urn:100001'), school('urn:100001'))).toBe('already-registered /data/as');
  });

  test('and is free again once that is retracted', () => {
    const gone = [identified(FURTHER), about('EventRetracted', FIRST)];
    expect(told(organisation(FURTHER), ...gone)).toBe('accepted');
    expect(told(identified(FURTHER, Q), ...gone)).toBe('accepted');
  });
});

test.each([
  ['ProviderRenamed', renamed('Anew', '2026-01-01')],
  ['ProviderIdentified', identified(FURTHER)],
  ['ProviderMerged', merged('2026-01-01')],
  ['ProviderSucceeded', succeeded('2026-01-01')],
  ['ProviderClosed', closed('2026-01-01')],
])('%s is about a provider that is registered', (_, posting) => {
  expect(told({ ...posting, subject: NO_ONE })).toBe('unknown-subject /subject');
  expect(told({ ...posting, subject: A })).toBe('invalid-event /subject');
  expect(told(posting, about('EventRetracted', 2))).toBe('unknown-subject /subject');
  expect(told(posting)).toBe('accepted');
});

describe('a merger', () => {
  test('is into another provider, which is registered', () => {
    expect(told(merged('2026-01-01', NO_ONE))).toBe('unknown-subject /data/into');
    expect(told(merged('2026-01-01', P))).toBe('invalid-event /data/into');
    expect(told(merged('2026-01-01', FURTHER), identified(FURTHER))).toBe('same-subject /data/into');
    expect(told(merged('2026-01-01', P, FURTHER), identified(FURTHER))).toBe('same-subject /data/into');
  });
});

describe('a succession', () => {
  const by = (...keys: readonly string[]) => succeeded('2026-01-01', keys);

  test('is by others, which are registered', () => {
    expect(told(by(NO_ONE))).toBe('unknown-subject /data/by');
    expect(told(by(Q, NO_ONE))).toBe('unknown-subject /data/by');
    expect(told(by(P))).toBe('invalid-event /data/by/0');
    expect(told(by(Q, P))).toBe('invalid-event /data/by/1');
    expect(told(by(Q, FURTHER), identified(FURTHER))).toBe('same-subject /data/by');
    expect(told(succeeded('2026-01-01', [P], FURTHER), identified(FURTHER))).toBe('same-subject /data/by');
    expect(told(by(Q, FURTHER), identified(FURTHER, Q))).toBe('accepted');
  });

  test('is by one to sixteen, none of them twice', () => {
    const many = Array.from({ length: 17 }, (_, i) => `ukprn:1100${String(i).padStart(4, '0')}`);
    const registered = many.map((key, i) => organisation(key, `Successor ${i}`));
    expect(told(by())).toBe('invalid-event /data/by');
    expect(told(by(...many.slice(1)), ...registered)).toBe('accepted');
    expect(told(by(...many), ...registered)).toBe('invalid-event /data/by');
    expect(told(by(Q, Q))).toBe('invalid-event /data/by/1');
    expect(told(of('ProviderSucceeded', { by: Q, on: '2026-01-01', kind: 'split' }))).toBe(
      'invalid-event /data/by',
    );
  });

  test('says how', () => {
    for (const kind of ['conversion', 'merger', 'amalgamation', 'split'])
      expect(told(of('ProviderSucceeded', { by: [Q], on: '2026-01-01', kind }))).toBe('accepted');
    expect(told(of('ProviderSucceeded', { by: [Q], on: '2026-01-01', kind: 'rebrokering' }))).toBe(
      'invalid-event /data/kind',
    );
    expect(told(of('ProviderSucceeded', { by: [Q], on: '2026-01-01' }))).toBe('invalid-event /data/kind');
  });

  test('is of schools too, and by both kinds', () => {
    const schools = [school('urn:100001'), school('urn:100002')];
    expect(told(succeeded('2026-01-01', ['urn:100002'], 'urn:100001'), ...schools)).toBe('accepted');
    expect(told(succeeded('2026-01-01', [P, 'urn:100002'], 'urn:100001'), ...schools)).toBe('accepted');
    expect(told(succeeded('2026-01-01', ['urn:100002']), ...schools)).toBe('accepted');
  });

  test('is corrected as it is posted: to others that are registered', () => {
    const to = (...keys: readonly string[]) => corrected(FIRST, by(...keys).data);
    expect(told(to(Q), by(Q))).toBe('accepted');
    expect(told(to(NO_ONE), by(Q))).toBe('unknown-subject /data/data/by');
    expect(told(to(Q, P), by(Q))).toBe('invalid-event /data/data/by/1');
  });

  test('does not make of two one: what is posted of the one is not of the other', () => {
    const world = given(...begun, succeeded('2026-06-30'), closed('2026-03-31'));
    expect(world.covered({ provider: Q, setting: 'asked', from: '2026-01-01', until: '2026-12-31' })).toEqual(
      ['2026-01-01 to 2026-12-31'],
    );
    expect(world.told(identified(Q))).toBe('already-registered /data/as');
  });
});

describe('a registration has its form', () => {
  test('with a name, but of a sole trader, who has none in the log', () => {
    const registered = (data: Data) => told(of('ProviderRegistered', data, NO_ONE));
    expect(registered({ legalForm: 'company' })).toBe('invalid-event /data/name');
    expect(registered({ legalForm: 'sole-trader', name: 'Jo Smith' })).toBe('invalid-event /data/name');
    expect(registered({ legalForm: 'sole-trader' })).toBe('accepted');
    expect(registered({ legalForm: 'charity', name: 'Guidance' })).toBe('accepted');
  });
  test('under no key of its own a second time', () => {
    expect(told(identified(P))).toBe('invalid-event /data/as');
  });
});

describe('the name of a provider', () => {
  const events = (...postings: readonly Posting[]) =>
    given(...begun, ...postings)
      .known()
      .stream(`provider-${P}`);
  const name = (day: string, ...postings: readonly Posting[]) => nameOn(events(...postings), dayOf(day));

  test('is that of the registration, until a renaming begins', () => {
    expect(name('1900-01-01')).toBe('Guidance Ltd');
    expect(name('2025-12-31', renamed('A', '2026-01-01'))).toBe('Guidance Ltd');
    expect(name('2026-01-01', renamed('A', '2026-01-01'))).toBe('A');
  });

  test('is that of the renaming that began last; of one day, of the one posted last', () => {
    const twice = [renamed('A', '2026-02-01'), renamed('B', '2026-01-01')];
    expect([name('2026-01-31', ...twice), name('2026-02-01', ...twice)]).toEqual(['B', 'A']);
    expect(name('2026-02-01', ...twice, renamed('C', '2026-02-01'))).toBe('C');
  });

  test('is one of all that were given, in the order of the log', () => {
    expect(namesIn(events(renamed('A', '2026-02-01'))).map((one) => one.name)).toEqual(['Guidance Ltd', 'A']);
    expect(namesIn(events())[0]?.from).toBe(-Infinity);
  });

  test('of a sole trader never comes into the log', () => {
    const known = given(...begun, trader)
      .known()
      .stream(`provider-${trader.subject}`);
    expect([isSoleTrader(known), namesIn(known), nameOn(known, 0)]).toEqual([true, [], null]);
    expect(told(renamed('Jo Smith', '2026-01-01', trader.subject), trader)).toBe('invalid-event /data/name');
    const turned = [renamed('A', '2026-01-01'), corrected(2, { legalForm: 'sole-trader' })];
    expect(told(corrected(FIRST, { name: 'Jo', from: '2026-01-01' }), ...turned)).toBe(
      'invalid-event /data/data/name',
    );
  });
});

test('a closing is disputed, and a renaming is not: it changes no answer', () => {
  expect(told(about('DisputeOpened', FIRST), closed('2026-06-30'))).toBe('accepted');
  expect(told(about('DisputeOpened', FIRST), merged('2026-06-30'))).toBe('accepted');
  expect(told(about('DisputeOpened', FIRST), succeeded('2026-06-30'))).toBe('accepted');
  expect(told(about('DisputeOpened', FIRST), renamed('A', '2026-01-01'))).toBe('not-disputable /data/event');
  expect(told(about('DisputeOpened', 2))).toBe('not-disputable /data/event');
});

test('the streams of a provider’s own life tell its key', () => {
  expect(providerStreams([P, 'urn:100001'])).toEqual([
    `provider-${P}`,
    'provider-urn:100001',
    'school-100001',
  ]);
  expect(providerStreams([P, 'urn:100001']).map(providerIn)).toEqual([P, 'urn:100001', 'urn:100001']);
  expect(providerIn('adviser-aaaaaaaa')).toBeUndefined();
});
