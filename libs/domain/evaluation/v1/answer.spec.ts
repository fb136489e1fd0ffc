/// <reference types="jest" />
import * as fc from 'fast-check';
import {
  A,
  about,
  awarded,
  contract,
  corrected,
  edition,
  engagement,
  given,
  matrix,
  organisation,
  P,
  person,
  qualification,
  school,
  today,
  type Data,
  type Posting,
} from '../../../../test/rules/given';
import { OverlayView, EMPTY_VIEW } from '../../log/overlay-view';
import { isAnnotation } from '../../log/annotations';
import policy2017 from '../../policies/cmqa-2017.json';
import { dayOf, formatDay } from '../../values/day';
import { answer } from './answer';
import { eligibleDays, resolveQuestion, verdictOf } from './resolved-question';
import { definitionOf, EVENTS, type EventType, type RegisterEvent } from '../../log/event-catalogue';
import { POLICY_IN_FORCE } from '../../subjects/policy-document';
import { isRefusal } from '../../values/problem';

const [Q, FURTHER, B] = ['ukprn:10000002', 'company:00000009', 'adviser:bbbbbbbb'];
const begun = [edition(1, '2017-10-01'), today('2026-09-01'), organisation()];
const identified = (as: string, subject = P): Posting => ({
  type: 'ProviderIdentified',
  subject,
  data: { as },
});
const renamed = (name: string, from: string, subject = P): Posting => ({
  type: 'ProviderRenamed',
  subject,
  data: { name, from },
});
const policy = (settings: Data): Data => ({
  title: 'A policy',
  strength: 'guidance',
  purposes: { any: ['qcg', 'l6-dcgd'] },
  settings,
});
const must = (id: string, of: string, test: Data, binding = 'must') => ({ id, of, binding, test });

describe('the name in an answer', () => {
  test('is the one in force today, of one day the later posted, under whichever key', () => {
    const world = given(
      ...begun,
      identified(FURTHER),
      renamed('A', '2026-09-01'),
      renamed('B', '2026-09-01', FURTHER),
    );
    world.and(renamed('C', '2026-08-31'), renamed('D', '2026-09-02'));
    const name = (knownAt?: number) =>
      world.ask({ from: '2020-01-01', ...(knownAt === undefined ? {} : { knownAt }) }).provider.name;
    expect([name(3), name(4), name()]).toEqual(['Guidance Ltd', 'A', 'B']);
    world.and(today('2026-09-02'));
    expect(name()).toBe('D');
  });

  test('is that of the registration before the first day, and none of a sole trader', () => {
    const trader: Posting = { type: 'ProviderRegistered', subject: Q, data: { legalForm: 'sole-trader' } };
    const world = given(edition(1, '2017-10-01'), organisation(), renamed('New', '1900-01-01'), trader);
    expect(world.ask({ from: '2026-09-01' })).toMatchObject({
      provider: { name: 'Guidance Ltd' },
      knownAt: { today: null },
    });
    expect(world.ask({ from: '2026-09-01', provider: Q }).provider.name).toBeNull();
  });
});

describe('a provider goes by', () => {
  test('the key that was registered first of those that are', () => {
    const world = given(...begun, identified(FURTHER), about('EventRetracted', 2), organisation());
    const key = (provider: string, knownAt: number) =>
      world.ask({ from: '2026-09-01', provider, knownAt }).provider.key;
    expect([key(FURTHER, 3), key(P, 3)]).toEqual([P, P]);
    expect(key(FURTHER, 4)).toBe(FURTHER);
    expect([key(FURTHER, 5), key(P, 5)]).toEqual([FURTHER, FURTHER]);
  });

  test('a school’s URN and its other keys alike: what stands under one counts under all, from the position that says so', () => {
    const [urn, ukprn] = ['urn:100001', 'ukprn:10000077'];
    const world = given(...begun, school(urn), person(), identified(ukprn, urn));
    world.and(qualification('2020-01-01'), engagement('2026-01-01', ukprn));
    world.and({ type: 'EngagementEnded', subject: A, data: { provider: urn, on: '2026-06-30' } });
    world.and({ type: 'ProviderClosed', subject: ukprn, data: { on: '2026-05-31', reason: 'merged' } });
    for (const provider of [urn, ukprn]) {
      const told = world.ask({
        provider,
        setting: 'school-in-house',
        from: '2025-12-31',
        until: '2026-07-01',
      });
      expect(told.covered).toEqual([{ from: '2026-01-01', until: '2026-05-31' }]);
      expect(told.gaps).toEqual([
        {
          from: '2025-12-31',
          until: '2025-12-31',
          requirement: 'advisers-qualified',
          reason: 'no-adviser-engaged',
          evidence: [],
        },
        {
          from: '2026-06-01',
          until: '2026-07-01',
          requirement: 'provider-open',
          reason: 'provider-closed',
          evidence: ['9'],
        },
        {
          from: '2026-07-01',
          until: '2026-07-01',
          requirement: 'advisers-qualified',
          reason: 'no-adviser-engaged',
          evidence: [],
        },
      ]);
    }
    expect(() => world.ask({ provider: ukprn, from: '2026-09-01', knownAt: 4 })).toThrow('unknown-provider');
  });
});

describe('the requirements in an answer', () => {
  const told = (...editions: readonly Posting[]) =>
    given(...editions, today('2026-09-01'), organisation())
      .ask({ setting: 'any', from: '2026-05-01', until: '2026-07-01' })
      .requirements.map(({ id }) => id);
  const published = (number: number, from: string, ...ids: readonly string[]) =>
    edition(number, from, policy({ any: ids.map((id) => must(id, 'provider', { accredited: 'matrix' })) }));

  test('stand as the edition has them, and that the provider is open stands last', () => {
    expect(told(published(1, '2017-10-01', 'b', 'c', 'a'))).toEqual(['b', 'c', 'a', 'provider-open']);
  });

  test('of several editions stand by the first day on which they are asked', () => {
    const editions = [published(1, '2017-10-01', 'b', 'c'), published(2, '2026-06-01', 'a', 'c', 'd')];
    expect(told(...editions)).toEqual(['b', 'c', 'a', 'd', 'provider-open']);
  });
});

describe('chains of contracts', () => {
  const below = (world: ReturnType<typeof given>) =>
    world.ask({ from: '2026-06-01' }).subcontractors.map(({ provider }) => provider);

  test('that come back to the provider’s own contract do not make it its own subcontractor', () => {
    const world = given(...begun, organisation(Q), contract(P, 'K-1'), contract(Q, 'K-2', 'K-1'));
    // A correction is judged by the events before its target, so corrections may turn a chain into a circle.
    world.and(corrected(4, contract(P, 'K-1', 'K-2').data));
    expect(below(world)).toEqual([Q]);
  });

  test('that only return reach no one', () => {
    const R = 'ukprn:10000003';
    const world = given(
      ...begun,
      organisation(Q),
      organisation(R),
      contract(P, 'K-1'),
      contract(Q, 'K-2'),
      contract(R, 'K-3', 'K-2'),
    );
    world.and(corrected(6, contract(Q, 'K-2', 'K-3').data, Q));
    expect(below(world)).toEqual([]);
    // Another holder’s contract under K-2 leads up, and so do those that name K-2; Q's own chain still
    // returns to K-2.
    world.and(contract(R, 'K-2', 'K-1'));
    expect(below(world)).toEqual([R]);
  });

  test('with many ways up are worked out once, disputed or not', () => {
    const world = given(...begun, organisation(Q), contract(P, 'L0-a'), contract(P, 'L0-b'));
    for (let level = 1; level <= 40; level++) {
      for (const side of ['a', 'b']) {
        const reference = `L${level}-${side}`;
        world.and(contract(Q, reference, `L${level - 1}-a`, { until: '2026-06-30' }));
        world.and(contract(Q, reference, `L${level - 1}-b`, { from: '2026-07-01' }));
      }
    }
    world.and(about('DisputeOpened', 4));
    const told = world.ask({ from: '2026-06-01' });
    expect(told.subcontractors).toMatchObject([{ provider: Q }]);
    expect(told.outcome).toBe('not-eligible');
  });
});

describe('disputes', () => {
  test('of nine events in the streams of all of a holder’s keys leave nothing certain, on any day', () => {
    const world = given(...begun, identified(FURTHER));
    const award = (reference: string, subject: string) =>
      awarded('2026-01-01', '2026-12-31', { reference }, subject);
    for (let i = 0; i < 5; i++) world.and(award(`X-${i}`, P), award(`Y-${i}`, FURTHER));
    for (let i = 0; i < 8; i++) world.and(about('DisputeOpened', 4 + i, {}, i % 2 === 0 ? P : FURTHER));
    expect(world.ask({ from: '2026-06-01' }).outcome).toBe('eligible');
    expect(world.ask({ from: '2027-06-01' }).outcome).toBe('not-eligible');
    world.and(about('DisputeOpened', 12));
    const told = world.ask({ from: '2027-06-01' });
    expect(told).toMatchObject({ outcome: 'indeterminate', eligibleUntil: null, gaps: [] });
    expect(told.uncertain).toMatchObject([
      { requirement: 'matrix-accredited', evidence: ['4', '5', '6', '7', '8', '9', '10', '11', '12'] },
    ]);
    expect(world.and(about('EventRetracted', 22)).ask({ from: '2026-06-01' }).outcome).toBe('eligible');
  });

  test('are the evidence of every single value that they leave unknown, engaged or under contract that day or not', () => {
    const contracted = { from: '2026-01-01', until: '2026-03-31' };
    const world = given(
      ...begun,
      organisation(Q),
      organisation('ukprn:10000003'),
      awarded('2026-01-01'),
      contract(P, 'K-1'),
    );
    world.and(contract(Q, 'K-2', 'K-1', contracted), contract('ukprn:10000003', 'K-3', 'K-1'));
    world.and(
      awarded('2026-01-01', undefined, {}, Q),
      awarded('2026-01-01', undefined, {}, 'ukprn:10000003'),
    );
    world.and(about('DisputeOpened', 9, {}, Q), about('DisputeOpened', 10, {}, 'ukprn:10000003'));
    expect(world.ask({ from: '2026-06-01' }).uncertain).toMatchObject([{ evidence: ['9', '10'] }]);
  });
});

describe('the order of an answer', () => {
  const [QICS, SETTING] = [{ standard: 'quality-in-careers' }, 'publicly-funded'];
  const [a, b] = [
    must('a', 'provider', { accredited: 'matrix' }),
    must('b', 'provider', { accredited: 'quality-in-careers' }),
  ];
  const editions = [
    edition(1, '2000-01-01', policy({ [SETTING]: [a, b] })),
    edition(2, '2026-06-01', policy({ [SETTING]: [b, a] })),
  ];
  const start = [...editions, today('2026-09-01'), organisation()];

  test('is, of gaps that begin on one day, that of the edition of the day', () => {
    const ending = (until: string) => [awarded('2026-01-01', until), awarded('2026-01-01', until, QICS)];
    const order = (until: string) =>
      given(...start, ...ending(until))
        .ask({ from: '2026-03-01', until: '2026-08-31' })
        .gaps.map(({ from, requirement }) => `${from} ${requirement}`);
    expect(order('2026-05-30')).toEqual(['2026-05-31 a', '2026-05-31 b']);
    expect(order('2026-06-10')).toEqual(['2026-06-11 b', '2026-06-11 a']);
  });

  test('is, of gaps and of uncertain days, first that of their days', () => {
    const later = [awarded('2026-03-01', '2026-03-31'), awarded('2026-02-01', '2026-02-28', QICS)];
    const world = given(...start, ...later, about('DisputeOpened', 4), about('DisputeOpened', 5));
    const { uncertain, gaps } = world.ask({ from: '2026-02-01', until: '2026-04-30' });
    expect(uncertain.map(({ from, requirement }) => `${from} ${requirement}`)).toEqual([
      '2026-02-01 b',
      '2026-03-01 a',
    ]);
    expect(gaps.map(({ from, requirement }) => `${from} ${requirement}`)).toEqual([
      '2026-02-01 a',
      '2026-03-01 b',
      '2026-04-01 a',
    ]);
    const once = given(
      ...start,
      awarded('2026-02-01', '2026-02-28'),
      awarded('2026-02-01', '2026-02-28', QICS),
    );
    once.and(about('DisputeOpened', 4), about('DisputeOpened', 5));
    const together = once.ask({ from: '2026-02-01', until: '2026-02-28' }).uncertain;
    expect(together.map(({ requirement }) => requirement)).toEqual(['a', 'b']);
  });
});

describe('the advisers engaged', () => {
  const world = given(
    edition(
      1,
      '2000-01-01',
      policy({ 'publicly-funded': [must('a', 'provider', { accredited: 'matrix' })] }),
    ),
    edition(
      2,
      '2026-06-01',
      policy({ 'publicly-funded': [must('q', 'every-adviser', { qualified: 'any' })] }),
    ),
    today('2026-09-01'),
    organisation(),
    person(),
    engagement('2020-01-01'),
  );
  const told = (from: string, until: string) =>
    world.ask({ from, until }).engaged.map(({ adviser }) => adviser);

  test('are shown where an edition of the window asks something of advisers, and not otherwise', () => {
    expect(told('2026-03-01', '2026-05-31')).toEqual([]);
    expect(told('2026-03-01', '2026-06-01')).toEqual([A]);
    expect(told('2026-06-01', '2026-06-01')).toEqual([A]);
  });
});

describe('a window over several editions', () => {
  const world = given(...begun, person(), engagement('2020-01-01'), awarded('2026-01-01', '2026-08-31'));
  world.and(
    edition(
      2,
      '2026-03-01',
      policy({
        'publicly-funded': [must('matrix-accredited', 'every-adviser', { qualified: 'any' }, 'encouraged')],
      }),
    ),
    edition(3, '2026-05-01', policy({ private: [] })),
    edition(
      4,
      '2026-06-01',
      policy({
        'publicly-funded': [must('matrix-accredited', 'provider', { accredited: 'matrix', scope: 'adults' })],
      }),
    ),
  );
  const told = world.ask({ from: '2026-02-27', until: '2026-09-01' });

  test('asks of each day what its own edition asks, and on days whose edition lacks the setting, nothing else', () => {
    expect(told.policy.editions.map((one) => one.edition)).toEqual([1, 2, 3, 4]);
    expect(
      told.gaps.map(({ from, until, requirement, reason }) => [from, until, requirement, reason]),
    ).toEqual([
      ['2026-05-01', '2026-05-31', 'policy-in-force', 'no-policy-in-force'],
      ['2026-09-01', '2026-09-01', 'matrix-accredited', 'accreditation-expired'],
    ]);
    expect(told.advice).toMatchObject([
      { from: '2026-03-01', until: '2026-04-30', reason: 'unqualified-adviser-engaged' },
    ]);
    expect(told.eligibleUntil).toBe('2026-04-30');
  });

  test('shows a requirement of one id once, as the first of its editions asks it, with the days of all', () => {
    expect(told.requirements.map(({ id, of, binding, cites }) => [id, of, binding, cites])).toEqual([
      ['matrix-accredited', 'provider', 'must', 'CMQA-9'],
      ['subcontractors-accredited', 'subcontractors', 'must', 'CMQA-9'],
      ['provider-open', 'provider', 'must', null],
    ]);
    expect(told.requirements[0]?.covered).toEqual([
      { from: '2026-02-27', until: '2026-02-28' },
      { from: '2026-06-01', until: '2026-08-31' },
    ]);
    // That it is open has no grounds to show.
    expect(told.requirements.map((one) => 'grounds' in one)).toEqual([true, false, false]);
    expect(told.requirements[2]?.covered).toEqual([
      { from: '2026-02-27', until: '2026-04-30' },
      { from: '2026-06-01', until: '2026-09-01' },
    ]);
  });
});

describe('the ends of months, and of days', () => {
  test('some months after an application are over on the same day of the month, or its last', () => {
    const applied = (on: string, months: number) =>
      given(
        ...begun,
        matrix('Applied', { on }),
        edition(
          2,
          '2018-01-01',
          policy({ s: [must('r', 'provider', { applied: 'matrix', withinMonths: months })] }),
        ),
      ).ask({ setting: 's', from: on }).eligibleUntil;
    expect(applied('2025-08-31', 6)).toBe('2026-02-27');
    expect(applied('2027-08-31', 6)).toBe('2028-02-28');
    expect(applied('2026-01-30', 1)).toBe('2026-02-27');
    expect(applied('2026-02-28', 1)).toBe('2026-03-27');
    expect(applied('9999-06-30', 6)).toBe('9999-12-29');
    expect(applied('9999-06-30', 7)).toBe('9999-12-31');
  });

  test('what ends on the last day there is covers it, and nothing known ends it', () => {
    const world = given(
      ...begun,
      awarded('1900-01-01', '9999-12-31'),
      contract(P, 'K-1', undefined, { until: '9999-12-31' }),
    );
    world.and({ type: 'ContractEnded', subject: P, data: { reference: 'K-1', on: '9999-12-31' } });
    world.and({ type: 'ProviderClosed', subject: P, data: { on: '9999-12-31', reason: 'wound-up' } });
    expect(world.ask({ from: '9999-12-31' })).toMatchObject({
      outcome: 'eligible',
      eligibleUntil: '9999-12-31',
    });
    expect(world.ask({ from: '2017-09-30', until: '2017-10-01' })).toMatchObject({
      eligibleUntil: null,
      covered: [{ from: '2017-10-01', until: '2017-10-01' }],
    });
  });
});

describe('a missed improvement check', () => {
  const check = (what: string, month: number): Posting => ({
    type: `ImprovementCheck${what}`,
    subject: P,
    data: { standard: 'matrix', reference: 'M-1', month, on: '2026-02-01' },
  });

  test('is a warning where an award before it covers a day asked about, hidden or not, and no later check made it good', () => {
    const world = given(
      ...begun,
      awarded('2026-01-01', '2026-03-31'),
      check('Completed', 12),
      check('Missed', 12),
      check('Completed', 24),
    );
    world.and(
      matrix('Withdrawn', { from: '2026-02-01', reason: 'conduct', onAppeal: 'stays' }),
      awarded('2026-05-01'),
    );
    const warned = (from: string, setting = 'publicly-funded') => world.ask({ from, setting }).warnings;
    expect(warned('2026-03-31')).toEqual([{ code: 'improvement-check-missed', evidence: ['5'] }]);
    expect(warned('2026-04-01')).toEqual([]);
    expect(warned('2026-05-01')).toEqual([]);
    expect(warned('2026-03-31', 'school-in-house')).toEqual([]);
    world.and(check('Completed', 12));
    expect(warned('2026-03-31')).toEqual([]);
  });

  test.each(['all', 'any'])(
    'is a warning where the test of the provider is an `%s`, however deep',
    (combined) => {
      const parts = [
        { contracted: 'ncs' },
        { accredited: 'quality-in-careers' },
        { all: [{ any: [{ accredited: 'matrix' }] }] },
      ];
      const world = given(
        edition(
          1,
          '2000-01-01',
          policy({ 'publicly-funded': [must('a', 'provider', { [combined]: parts })] }),
        ),
        today('2026-09-01'),
        organisation(),
        awarded('2026-01-01'),
        check('Missed', 12),
      );
      expect(world.ask({ from: '2026-03-31' }).warnings).toEqual([
        { code: 'improvement-check-missed', evidence: ['4'] },
      ]);
    },
  );

  test('is none where the standard is asked of subcontractors alone', () => {
    const world = given(
      edition(
        1,
        '2000-01-01',
        policy({ 'publicly-funded': [must('a', 'subcontractors', { accredited: 'matrix' })] }),
      ),
      today('2026-09-01'),
      organisation(),
      awarded('2026-01-01'),
      check('Missed', 12),
    );
    expect(world.ask({ from: '2026-03-31' }).warnings).toEqual([]);
  });
});

// ---------------------------------------------------------------------------------------------------------------
// Whatever stands in the log has a meaning
// ---------------------------------------------------------------------------------------------------------------

/** The part of JSON Schema that the schemas of events use. */
interface Shape {
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Shape[];
  readonly format?: string;
  readonly pattern?: string;
  readonly type?: string;
  readonly items?: Shape | readonly Shape[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
}
const OTHER_POLICY = policy({
  ...policy2017.settings,
  'publicly-funded': [
    must('matrix-accredited', 'subcontractors', {
      any: [
        { accredited: 'matrix', scope: 'adults' },
        { applied: 'matrix', withinMonths: 1 },
      ],
    }),
    must('x', 'every-adviser', {
      all: [
        { registered: 'cdi' },
        { any: [{ qualified: 'any' }, { workingTowards: 'any', withinMonths: 2 }] },
      ],
    }),
  ],
  'school-commissioned': [
    must('matrix-accredited', 'some-adviser', { registered: 'cdi' }),
    must('y', 'provider', { applied: 'matrix' }, 'encouraged'),
  ],
});
const FEW: Readonly<Record<string, readonly unknown[]>> = {
  policy: [policy2017, OTHER_POLICY],
  standard: ['matrix'],
  qualification: ['l6-dcgd', 'qcg'],
  register: ['cdi'],
  certificate: ['C-1', 'C-2'],
  reference: ['K-1', 'K-2', 'K-3'],
  subcontractorOf: ['K-1', 'K-2', 'K-3'],
  scope: ['adults'],
  hash: [`sha256:${'0'.repeat(64)}`],
  event: ['0'],
  against: ['0'],
};
const DAYS = [
  '1900-01-01',
  '2026-01-31',
  '2026-02-28',
  '2026-03-01',
  '2026-03-31',
  '2027-01-30',
  '9999-12-31',
];
const KEYS = [
  P,
  Q,
  FURTHER,
  'urn:100001',
  A,
  B,
  'body:one',
  'area:E10000014',
  'policy:cmqa-2017',
  'calendar:england',
];

/** A root as a checkpoint writes it. */
const ROOT = Buffer.alloc(32).toString('base64');

function anyOf(shape: Shape, name = ''): fc.Arbitrary<unknown> {
  const items = shape.items;
  const few = FEW[name];
  if (few && shape.type !== 'array') return fc.constantFrom(...few);
  if (shape.const !== undefined) return fc.constant(shape.const);
  if (shape.enum) return fc.constantFrom(...shape.enum);
  if (shape.anyOf) return fc.oneof(...shape.anyOf.map((one) => anyOf(one, name)));
  if (shape.format === 'day') return fc.constantFrom(...DAYS);
  if (shape.format !== undefined) return fc.constant('AccreditationAwarded');
  if (shape.pattern !== undefined) {
    const pattern = new RegExp(shape.pattern);
    return fc.constantFrom(
      ...[...KEYS, 'adults', 'cdi', '11', ROOT, 'log:register'].filter((text) => pattern.test(text)),
    );
  }
  if (shape.type === 'integer') return fc.constantFrom(1, 2);
  if (Array.isArray(items)) return fc.tuple(...items.map((one: Shape) => anyOf(one, name)));
  if (shape.type === 'array')
    return fc.array(anyOf((items ?? {}) as Shape, name), { minLength: 1, maxLength: 2 });
  const fields = Object.entries(shape.properties ?? {}).map(
    ([field, one]) => [field, anyOf(one, field)] as const,
  );
  return fc.record(Object.fromEntries(fields), { requiredKeys: [...(shape.required ?? [])] });
}

const TYPES = Object.keys(EVENTS) as EventType[];
const dataOf = Object.fromEntries(
  TYPES.map((type) => [type, anyOf(EVENTS[type].data as unknown as Shape)]),
) as Record<EventType, fc.Arbitrary<Data>>;
const subjectOf = (type: EventType) => anyOf(EVENTS[type].subject) as fc.Arbitrary<string>;
const often: EventType[] = [
  'AccreditationAwarded',
  'QualificationAwarded',
  'EngagementStarted',
  'ContractAwarded',
  'DisputeOpened',
  'EventCorrected',
  'EventRetracted',
];
const drawn = fc
  .oneof(fc.constantFrom(...TYPES), fc.constantFrom(...often))
  .chain((type) =>
    fc.record({ type: fc.constant(type), subject: subjectOf(type), data: dataOf[type], lot: fc.nat() }),
  );

function recorded(
  log: readonly RegisterEvent[],
  posted: { type: EventType; subject: string; data: Data; lot: number },
) {
  const { type, subject, data, lot } = posted;
  const stream = definitionOf(type).stream?.(subject, data) ?? '';
  const event = {
    position: log.length,
    type,
    subject,
    data,
    body: 'body:registrar',
    stream,
  } as RegisterEvent;
  const target = log[lot % log.length];
  if (!isAnnotation(event) || !target) return event;
  const named = { ['against' in data ? 'against' : 'event']: String(target.position) };
  const inner =
    type === 'EventCorrected' ? { data: fc.sample(dataOf[target.type], { seed: lot, numRuns: 1 })[0] } : {};
  return {
    ...event,
    subject: target.subject,
    stream: target.stream,
    data: { ...data, ...inner, ...named },
  } as RegisterEvent;
}

const START = given(...begun, organisation(Q), school('urn:100001'), person(), person(B)).events;
/**
 * A log of events of the right shape that no one judged: their subjects may be missing, or of the wrong kind.
 */
const anyLog = fc
  .array(drawn, { maxLength: 50 })
  .map((lots) => lots.reduce<RegisterEvent[]>((log, posted) => [...log, recorded(log, posted)], [...START]));

describe('whatever stands in the log', () => {
  const question = fc.record({
    provider: fc.constantFrom(P, Q, 'urn:100001'),
    setting: fc.constantFrom(...Object.keys(policy2017.settings)),
    policy: fc.constant('cmqa-2017'),
    advisers: fc.constantFrom([], [], [A], [B, A]),
    from: fc.constantFrom('1900-01-01', '2017-09-29', '2026-02-26', '2026-03-30', '9999-12-30').map(dayOf),
  });

  test('every question has an answer, each day of which is covered, a gap or uncertain', () => {
    fc.assert(
      fc.property(anyLog, question, fc.nat(), (log, asked, lot) => {
        const known = new OverlayView(
          EMPTY_VIEW,
          log.slice(0, START.length + (lot % (log.length - START.length + 1))),
        );
        const until = Math.min(asked.from + 4, dayOf('9999-12-31'));
        const found = resolveQuestion(known, { ...asked, until });
        if (isRefusal(found)) {
          expect(['unknown-provider', 'unknown-adviser', 'unknown-policy', 'invalid-question']).toContain(
            found.code,
          );
          return;
        }
        const told = answer(found, '');
        for (let day = asked.from; day <= until; day++) {
          const on = (run: { from: string; until: string }) =>
            run.from <= formatDay(day) && formatDay(day) <= run.until;
          const [covered, not] = [told.covered.some(on), told.gaps.some(on) || told.uncertain.some(on)];
          expect(covered).toBe(!not);
        }
        expect(told.outcome).toBe(
          told.gaps.some(({ requirement }) => requirement !== POLICY_IN_FORCE)
            ? 'not-eligible'
            : told.uncertain.length > 0
              ? 'indeterminate'
              : told.gaps.length > 0
                ? 'silent'
                : 'eligible',
        );
        expect(told).toMatchObject(verdictOf(eligibleDays(found), asked.from, until));
        for (const { evidence } of [...told.gaps, ...told.uncertain, ...told.advice]) {
          const numbers = evidence.map(Number);
          expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
          expect(Math.max(-1, ...numbers)).toBeLessThanOrEqual(known.position);
        }
      }),
      { numRuns: 300 },
    );
  });
});
