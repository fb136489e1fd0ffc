/// <reference types="jest" />
import { OverlayView, EMPTY_VIEW } from '../log/overlay-view';
import { eligibleDays, resolveQuestion, verdictOf, type Question } from '../evaluation/v1/resolved-question';
import { dayOf } from '../values/day';
import { definitionOf, type RegisterEvent } from '../log/event-catalogue';
import { LONGEST_PLAN } from './shortest-plan';
import { judge } from '../admission/judge';
import { type LogView } from '../log/log-view';
import { isRegistered } from '../log/identity';
import { isRefusal } from '../values/problem';
import { routeTo, type RouteStep } from './route';
import type { Submission } from '../log/cloud-event';
import { span } from '../values/timeline';
import cmqa from '../policies/cmqa-2017.json';
import { finished } from '../values/work';

type Fact = readonly [type: string, subject: string, data?: object];

const PROVIDER = 'ukprn:10000001';
const OTHER = 'ukprn:10000002';
const ANN = 'adviser:annannann';
const BEN = 'adviser:benbenben';
const CAT = 'adviser:catcatcat';

const provider = (key: string): Fact => [
  'ProviderRegistered',
  key,
  { name: 'Guidance', legalForm: 'company' },
];
const adviser = (key: string): Fact => ['AdviserRegistered', key];
const engaged = (key: string, from: string): Fact => [
  'EngagementStarted',
  key,
  { provider: PROVIDER, from, basis: 'employed' },
];
const left = (key: string, on: string): Fact => ['EngagementEnded', key, { provider: PROVIDER, on }];
const qualified = (key: string, awardedOn: string, qualification = 'l6-dcgd'): Fact => [
  'QualificationAwarded',
  key,
  { qualification, awardedOn, certificate: 'C-1' },
];
const sanctioned = (key: string, from: string, until?: string): Fact => [
  'SanctionImposed',
  key,
  { from, ...(until === undefined ? {} : { until }), reason: 'conduct', onAppeal: 'stands' },
];
const matrix = (until?: string, reference = 'M-1'): Fact => [
  'AccreditationAwarded',
  PROVIDER,
  {
    standard: 'matrix',
    reference,
    from: '2020-01-01',
    ...(until === undefined ? {} : { until }),
    kind: 'initial',
  },
];
const suspended = (from: string): Fact => [
  'AccreditationSuspended',
  PROVIDER,
  { standard: 'matrix', reference: 'M-1', from, reason: 'complaint', onAppeal: 'stands' },
];
const recognised = (body: string, from: string, ...types: string[]): Fact => [
  'BodyRecognised',
  body,
  { name: 'A body', from, mayPost: [{ types }] },
];

/** A policy with one setting, `asked`. */
const policy = (requirements: readonly object[], purposes: object = cmqa.purposes): Fact => [
  'PolicyEditionPublished',
  'policy:cmqa-2017',
  {
    edition: 2,
    effectiveFrom: '2019-01-01',
    policy: {
      ...cmqa,
      purposes,
      settings: { asked: requirements.map((one, i) => ({ id: `r${i}`, binding: 'must', ...one })) },
    },
  },
];
const ofProvider = (test: object) => ({ of: 'provider', test });
const ofSome = (test: object) => ({ of: 'some-adviser', test });
const ofEvery = (test: object) => ({ of: 'every-adviser', test });

function recorded(facts: readonly Fact[], onto: LogView = EMPTY_VIEW): OverlayView {
  const known = new OverlayView(onto);
  for (const [type, subject, data = {}] of facts) {
    const named = 'event' in data ? known.find(Number(data.event))?.event.stream : undefined;
    const stream = named ?? definitionOf(type as RegisterEvent['type']).stream?.(subject, data) ?? '';
    known.add({
      position: known.position + 1,
      type,
      subject,
      data,
      stream,
      body: 'body:registrar',
    } as RegisterEvent);
  }
  return known;
}

/** The built-in policy, a day, the provider at position 2, and then the given facts. */
function log(...facts: readonly Fact[]): LogView {
  return recorded([
    ['PolicyEditionPublished', 'policy:cmqa-2017', { edition: 1, effectiveFrom: '2017-10-01', policy: cmqa }],
    ['DayOpened', 'calendar:england', { date: '2021-01-01' }],
    provider(PROVIDER),
    ...facts,
  ]);
}

function open(known: LogView, asked: Partial<Question>) {
  const found = resolveQuestion(known, {
    provider: PROVIDER,
    setting: 'asked',
    policy: 'cmqa-2017',
    from: dayOf('2021-01-01'),
    until: dayOf('2021-12-31'),
    advisers: [],
    ...asked,
  });
  if (isRefusal(found)) throw new Error(found.detail);
  return found;
}

function outcome(known: LogView, asked: Partial<Question>) {
  const found = open(known, asked);
  return verdictOf(eligibleDays(found), found.question.from, found.question.until).outcome;
}

/** The log after the registrar has posted every step, each of which is accepted. */
function posted(known: LogView, route: readonly RouteStep[]): LogView {
  return route.reduce((ledger: LogView, { type, subject, data }, i) => {
    const step = { type, subject, data };
    const submission = { ...step, body: 'body:registrar', source: '/route', id: `step-${i}` } as Submission;
    const judgement = judge(submission, { known: ledger, submitted: () => undefined });
    if (judgement.verdict !== 'accepted') throw new Error(JSON.stringify({ step, judgement }));
    return new OverlayView(ledger, [judgement.event]);
  }, known);
}

/** The route of a question with the answer `not-eligible`; after posting it, the answer is `eligible`. */
function route(known: LogView, asked: Partial<Question> = {}): RouteStep[] {
  expect(outcome(known, asked)).toBe('not-eligible');
  const found = open(known, asked);
  const steps = finished(routeTo(found, span(found.question.from, found.question.until)));
  if (steps.length > 0) expect(outcome(posted(known, steps), asked)).toBe('eligible');
  return steps;
}

const told = (steps: readonly RouteStep[]) => steps.map(({ type, subject }) => `${type} ${subject}`);

describe('the route of an organisation', () => {
  const accredited = policy([ofProvider({ accredited: 'matrix', scope: 'adults' })]);

  test('an award from the day on which the last one has run out, complete', () => {
    expect(route(log(matrix('2021-03-14')), { setting: 'publicly-funded' })).toEqual([
      {
        type: 'AccreditationAwarded',
        subject: PROVIDER,
        data: { standard: 'matrix', reference: 'NEW-1', from: '2021-03-15', kind: 'initial' },
        by: ['body:registrar'],
      },
    ]);
  });

  test('a lift where a suspension is all that is in the way', () => {
    expect(route(log(matrix(), suspended('2021-05-01')), { setting: 'publicly-funded' })).toMatchObject([
      { type: 'AccreditationReinstated', data: { standard: 'matrix', reference: 'M-1', from: '2021-05-01' } },
    ]);
  });

  test('a new award where a lift would not do', () => {
    const known = log(matrix('2021-06-30'), suspended('2021-05-01'));
    expect(told(route(known, { setting: 'publicly-funded' }))).toEqual([`AccreditationAwarded ${PROVIDER}`]);
  });

  test('references that nothing of the holder has', () => {
    const known = log(accredited, matrix('2020-06-30', 'NEW-1'), matrix('2020-06-30', 'NEW-2'));
    expect(route(known)).toMatchObject([{ data: { reference: 'NEW-3' } }]);
  });

  test('one award serves every scope and every edition', () => {
    const known = log(
      policy([
        ofProvider({
          all: [
            { accredited: 'matrix', scope: 'adults' },
            { accredited: 'matrix', scope: 'neet' },
          ],
        }),
      ]),
      [
        'PolicyEditionPublished',
        'policy:cmqa-2017',
        {
          edition: 3,
          effectiveFrom: '2021-06-01',
          policy: { ...cmqa, settings: { asked: cmqa.settings['publicly-funded'] } },
        },
      ],
    );
    expect(told(route(known))).toEqual([`AccreditationAwarded ${PROVIDER}`]);
  });

  test('applications one after the other where each serves for some months only', () => {
    const steps = route(log(policy([ofProvider({ applied: 'matrix', withinMonths: 5 })])));
    expect(steps.map(({ data }) => data)).toEqual([
      { standard: 'matrix', on: '2021-01-01' },
      { standard: 'matrix', on: '2021-06-01' },
      { standard: 'matrix', on: '2021-11-01' },
    ]);
  });

  test('one application where it counts for some months or for more, whichever is named first', () => {
    const [short, long] = [
      { applied: 'matrix', withinMonths: 6 },
      { applied: 'matrix', withinMonths: 12 },
    ];
    // Two awards, or one application for twelve months: a longer list must not be accepted.
    const quality = {
      any: [
        { all: [{ accredited: 'iag' }, { accredited: 'quality-in-careers' }] },
        { applied: 'quality-in-careers', withinMonths: 12 },
      ],
    };
    for (const any of [
      [short, long],
      [long, short],
    ]) {
      expect(told(route(log(policy([ofProvider({ any })]))))).toEqual([`AccreditationApplied ${PROVIDER}`]);
      expect(told(route(log(policy([ofProvider({ any }), ofProvider(quality)]))))).toEqual([
        `AccreditationApplied ${PROVIDER}`,
        `AccreditationApplied ${PROVIDER}`,
      ]);
    }
    const both = log(policy([ofProvider(short), ofProvider(long)]));
    expect(route(both, { until: dayOf('2021-06-30') })).toHaveLength(1);
    expect(route(both)).toHaveLength(2);
  });

  describe('a contract of a programme', () => {
    const contracted = policy([ofProvider({ contracted: 'ncs' })]);
    const contract = (reference: string, data: object = {}, subject = PROVIDER): Fact => [
      'ContractAwarded',
      subject,
      {
        reference,
        programme: 'ncs',
        services: ['skills'],
        clientGroups: ['adults'],
        from: '2020-01-01',
        until: '2021-04-30',
        ...data,
      },
    ];

    test('from the day on which the last one has run out to the last that is asked about, complete', () => {
      const known = log(
        contracted,
        contract('K-1'),
        recognised('body:buyers', '2017-10-01', 'ContractAwarded'),
      );
      expect(route(known)).toEqual([
        {
          type: 'ContractAwarded',
          subject: PROVIDER,
          data: {
            reference: 'NEW-1',
            programme: 'ncs',
            services: ['personal-guidance'],
            clientGroups: ['adults', 'young-people'],
            from: '2021-05-01',
            until: '2021-12-31',
          },
          by: ['body:buyers'],
        },
      ]);
    });

    test('under a reference that no holder has, and below which nothing stands, retracted or not', () => {
      const known = log(
        contracted,
        provider(OTHER),
        contract('NEW-1', {}, OTHER),
        ['EventRetracted', OTHER, { event: '5', reason: 'error' }],
        contract('K-2', { subcontractorOf: 'NEW-2' }, OTHER),
      );
      expect(route(known)).toMatchObject([{ data: { reference: 'NEW-3' } }]);
    });

    test('one for each programme, and for each subcontractor that lacks it', () => {
      const known = log(
        policy([
          ofProvider({ all: [{ contracted: 'ncs' }, { contracted: 'fund' }] }),
          { of: 'subcontractors', test: { contracted: 'fund' } },
        ]),
        provider(OTHER),
        contract('K-1', { until: '2021-12-31' }),
        contract('K-2', { until: '2021-12-31', subcontractorOf: 'K-1' }, OTHER),
      );
      expect(
        route(known).map(({ subject, data }) => [subject, 'programme' in data ? data.programme : '']),
      ).toEqual([
        [PROVIDER, 'fund'],
        [OTHER, 'fund'],
      ]);
    });

    test('none where more is disputed than can be tried', () => {
      const held = Array.from({ length: 9 }, (_, i) => contract(`K-${i}`));
      const disputes = held.map((_, i): Fact => [
        'DisputeOpened',
        PROVIDER,
        { event: String(4 + i), reason: 'mistake' },
      ]);
      const without = contract('K-9', { from: '2019-01-01', until: '2019-12-31', programme: 'fund' });
      const asked = policy([ofProvider({ all: [{ contracted: 'ncs' }, { accredited: 'matrix' }] })]);
      expect(route(log(asked, ...held, ...disputes, without))).toEqual([]);
      const eight = [...held, ...disputes.slice(1), without];
      expect(told(route(log(asked, ...eight)))).toEqual([
        `AccreditationAwarded ${PROVIDER}`,
        `ContractAwarded ${PROVIDER}`,
      ]);
    });
  });

  test('an application anew where the one that was made has ended, for an end leaves alone what is posted after it', () => {
    const applied: Fact = ['AccreditationApplied', PROVIDER, { standard: 'matrix', on: '2020-01-01' }];
    const ended: Fact = [
      'AccreditationApplicationEnded',
      PROVIDER,
      { standard: 'matrix', on: '2021-05-31', outcome: 'refused' },
    ];
    const known = log(policy([ofProvider({ applied: 'matrix' })]), applied, ended);
    expect(route(known)).toEqual([
      {
        type: 'AccreditationApplied',
        subject: PROVIDER,
        data: { standard: 'matrix', on: '2021-06-01' },
        by: ['body:registrar'],
      },
    ]);
  });

  test('one award rather than several applications, but one application where that will do', () => {
    const either = [{ accredited: 'matrix' }, { applied: 'quality-in-careers', withinMonths: 5 }];
    const known = log(policy([ofProvider({ any: either }), ofProvider({ any: [...either].reverse() })]));
    expect(told(route(known))).toEqual([`AccreditationAwarded ${PROVIDER}`]);
    const further = log(policy([ofProvider({ any: either }), ofProvider({ applied: 'quality-in-careers' })]));
    expect(told(route(further, { until: dayOf('2021-05-31') }))).toEqual([
      `AccreditationApplied ${PROVIDER}`,
    ]);
  });

  test('every subcontractor that fails while it is under contract', () => {
    const contract = (key: string, reference: string, above?: string): Fact => [
      'ContractAwarded',
      key,
      {
        reference,
        programme: 'ncs',
        services: ['skills'],
        clientGroups: ['adults'],
        from: '2020-01-01',
        until: '2021-08-31',
        ...(above === undefined ? {} : { subcontractorOf: above }),
      },
    ];
    const known = log(matrix(), provider(OTHER), contract(PROVIDER, 'K-1'), contract(OTHER, 'K-2', 'K-1'));
    expect(told(route(known, { setting: 'publicly-funded' }))).toEqual([`AccreditationAwarded ${OTHER}`]);
    expect(outcome(known, { setting: 'publicly-funded', from: dayOf('2021-09-01') })).toBe('eligible');
  });

  test('none for a closed provider, nor on days without a policy', () => {
    const closed: Fact = ['ProviderClosed', PROVIDER, { on: '2021-06-30', reason: 'closure' }];
    expect(route(log(closed, accredited))).toEqual([]);
    expect(route(log(), { setting: 'publicly-funded', from: dayOf('2017-01-01') })).toEqual([]);
  });

  test('none that is longer than anybody could follow', () => {
    const monthly = policy([ofProvider({ applied: 'matrix', withinMonths: 1 })]);
    expect(route(log(monthly), { until: dayOf('2028-12-31') })).toHaveLength(96);
    expect(96).toBeLessThanOrEqual(LONGEST_PLAN);
    expect(route(log(monthly), { until: dayOf('9999-12-31') })).toEqual([]);
  });
});

describe('the route of advisers', () => {
  const SCHOOL = { setting: 'school-commissioned' };

  test('a new adviser, registered first, where no one was ever engaged', () => {
    const steps = route(log(matrix(), adviser(ANN)), SCHOOL);
    const [first] = steps;
    expect(told(steps).map((step) => step.split(' ')[0])).toEqual([
      'AdviserRegistered',
      'EngagementStarted',
      'QualificationAwarded',
    ]);
    expect(steps.every(({ subject }) => subject === first?.subject && subject !== ANN)).toBe(true);
  });

  test('a key for the new adviser that nothing is about', () => {
    const [first] = route(log(matrix()), SCHOOL);
    const [second] = route(log(matrix(), adviser(first?.subject ?? '')), SCHOOL);
    expect(second?.type).toBe('AdviserRegistered');
    expect(second?.subject).not.toBe(first?.subject);
  });

  test('those who were once engaged, and of them whoever needs the least', () => {
    const known = log(
      matrix(),
      adviser(ANN),
      adviser(BEN),
      engaged(ANN, '2019-01-01'),
      engaged(BEN, '2019-01-01'),
      left(ANN, '2021-03-31'),
      left(BEN, '2020-06-30'),
      qualified(BEN, '2019-05-01'),
    );
    expect(route(known, SCHOOL)).toMatchObject([
      { type: 'EngagementStarted', subject: BEN, data: { from: '2021-01-01' } },
    ]);
  });

  test.each([
    ['first', ANN, BEN],
    ['last', BEN, ANN],
  ])('of two who have left, the one who is qualified, whose key comes %s', (_, qualifiedOne, other) => {
    const known = log(
      matrix(),
      adviser(ANN),
      adviser(BEN),
      engaged(ANN, '2019-01-01'),
      engaged(BEN, '2019-01-01'),
      left(ANN, '2020-06-30'),
      left(BEN, '2020-06-30'),
      qualified(qualifiedOne, '2019-05-01'),
    );
    expect(told(route(known, SCHOOL))).toEqual([`EngagementStarted ${qualifiedOne}`]);
    // The other has one day more of the engagement, and still needs a qualification.
    const longer = recorded([engaged(other, '2021-01-01'), left(other, '2021-01-01')], known);
    expect(told(route(longer, SCHOOL))).toEqual([`EngagementStarted ${qualifiedOne}`]);
  });

  test('each adviser who is named', () => {
    const known = log(
      matrix(),
      adviser(ANN),
      adviser(BEN),
      adviser(CAT),
      engaged(ANN, '2019-01-01'),
      engaged(CAT, '2019-01-01'),
      qualified(CAT, '2019-01-01'),
    );
    expect(told(route(known, { ...SCHOOL, advisers: [ANN, BEN] })).sort()).toEqual([
      `EngagementStarted ${BEN}`,
      `QualificationAwarded ${ANN}`,
      `QualificationAwarded ${BEN}`,
    ]);
  });

  test('whoever is engaged and fails where all must pass, but no one who has left', () => {
    const known = log(
      adviser(ANN),
      adviser(BEN),
      adviser(CAT),
      engaged(ANN, '2019-01-01'),
      engaged(BEN, '2021-04-01'),
      engaged(CAT, '2019-01-01'),
      left(CAT, '2020-12-31'),
    );
    expect(route(known, { setting: 'school-in-house' })).toMatchObject([
      { subject: ANN, data: { awardedOn: '2021-01-01' } },
      { subject: BEN, data: { awardedOn: '2021-04-01' } },
    ]);
  });

  test('not an adviser whose engagement would oblige to more', () => {
    const known = log(
      adviser(ANN),
      adviser(BEN),
      engaged(ANN, '2019-01-01'),
      left(ANN, '2020-06-30'),
      engaged(BEN, '2019-01-01'),
      left(BEN, '2020-06-30'),
      qualified(ANN, '2019-01-01'),
      sanctioned(ANN, '2021-12-01'),
    );
    expect(told(route(known, { setting: 'school-in-house' })).sort()).toEqual([
      `EngagementStarted ${BEN}`,
      `QualificationAwarded ${BEN}`,
    ]);
  });

  test('one qualification that serves several purposes', () => {
    const purposes = { one: ['qcg', 'qcd'], two: ['qcd', 'dipcg'], three: ['l6-cdp', 'dipcg'] };
    const all = ['one', 'two', 'three'].map((purpose) => ofEvery({ qualified: purpose }));
    const known = log(adviser(ANN), engaged(ANN, '2019-01-01'), policy(all, purposes));
    expect(route(known)).toHaveLength(2);
    expect(
      route(log(adviser(ANN), engaged(ANN, '2019-01-01'), policy(all.slice(0, 2), purposes))),
    ).toMatchObject([{ data: { qualification: 'qcd' } }]);
  });

  test('an enrolment for as long as it serves, or a qualification where that is shorter', () => {
    const either = {
      any: [
        { workingTowards: 'information', withinMonths: 6 },
        { all: [{ qualified: 'information' }, { registered: 'cdi-register' }] },
      ],
    };
    const known = log(adviser(ANN), engaged(ANN, '2019-01-01'), policy([ofSome(either)]));
    expect(route(known, { until: dayOf('2021-06-30') })).toMatchObject([
      { type: 'EnrolmentStarted', data: { from: '2021-01-01', expectedEnd: '2021-06-30' } },
    ]);
    expect(route(known)).toHaveLength(2);
    expect(told(route(known, { until: dayOf('2023-12-31') })).sort()).toEqual([
      `QualificationAwarded ${ANN}`,
      `RegistrationGranted ${ANN}`,
    ]);
  });

  test('a registration is restored where it was ended', () => {
    const known = log(
      policy([ofSome({ registered: 'cdi-register' })]),
      adviser(ANN),
      engaged(ANN, '2019-01-01'),
      ['RegistrationGranted', ANN, { register: 'cdi-register', from: '2019-01-01' }],
      ['RegistrationLapsed', ANN, { register: 'cdi-register', from: '2021-02-01', reason: 'fees' }],
    );
    expect(route(known)).toMatchObject([{ type: 'RegistrationRestored', data: { from: '2021-02-01' } }]);
  });

  test('none past a sanction of somebody who must pass', () => {
    const known = log(adviser(ANN), engaged(ANN, '2019-01-01'), sanctioned(ANN, '2021-06-01', '2021-06-30'));
    expect(route(known, { setting: 'school-in-house' })).toEqual([]);
    expect(told(route(known, { setting: 'school-in-house', until: dayOf('2021-05-31') }))).toEqual([
      `QualificationAwarded ${ANN}`,
    ]);
  });

  test('none for a person whose registration was retracted, of whom nothing can be posted', () => {
    const known = log(adviser(ANN), engaged(ANN, '2019-01-01'), [
      'EventRetracted',
      ANN,
      { event: '3', reason: 'mistake' },
    ]);
    expect(isRegistered(known, ANN)).toBe(false);
    expect(route(known, { setting: 'school-in-house' })).toEqual([]);
  });
});

describe('the route past disputes', () => {
  const asked = { setting: 'publicly-funded' };
  const disputed = (event: number): Fact => [
    'DisputeOpened',
    PROVIDER,
    { event: String(event), reason: 'complaint' },
  ];

  test('corrects days that are uncertain too', () => {
    const known = log(matrix('2021-11-30'), disputed(3));
    expect(route(known, asked)).toMatchObject([
      { type: 'AccreditationAwarded', data: { from: '2021-01-01' } },
    ]);
  });

  test('leads nowhere while more is disputed than can be tried', () => {
    const awards = Array.from({ length: 9 }, (_, i) => matrix('2021-11-30', `M-${i}`));
    const disputes = awards.map((_, i) => disputed(i + 3));
    const asks = ['matrix', 'quality-in-careers'].map((accredited) => ofProvider({ accredited }));
    const closed: Fact = ['DisputeClosed', PROVIDER, { event: '3', outcome: 'dismissed' }];
    expect(route(log(...awards, ...disputes, policy(asks)))).toEqual([]);
    expect(route(log(...awards, ...disputes, closed, policy(asks)))).toHaveLength(2);
  });
});

describe('who may post a step', () => {
  const asked = { setting: 'publicly-funded' };

  test('every body that is recognised for it today and on its first day, by key', () => {
    const known = log(
      recognised('body:zeta', '2020-01-01', 'AccreditationAwarded'),
      recognised('body:alpha', '2020-01-01', 'AccreditationAwarded'),
      recognised('body:late', '2021-01-02', 'AccreditationAwarded'),
      recognised('body:other', '2020-01-01', 'QualificationAwarded'),
      recognised('body:gone', '2020-01-01', 'AccreditationAwarded'),
      ['BodyRecognitionEnded', 'body:gone', { on: '2020-12-31', reason: 'ended' }],
    );
    expect(route(known, asked)).toMatchObject([{ by: ['body:alpha', 'body:zeta'] }]);
  });

  test('a body only for its standards, and else the registrar', () => {
    const quality: Fact = [
      'BodyRecognised',
      'body:quality',
      { name: 'Q', from: '2020-01-01', mayPost: [{ types: '*', standards: ['quality-in-careers'] }] },
    ];
    expect(route(log(quality), asked)).toMatchObject([{ by: ['body:registrar'] }]);
  });
});

describe('the bodies of a log', () => {
  test('are those that were ever recognised, by key', () => {
    const known = log(recognised('body:beta', '2020-01-01', 'AdviserRegistered'));
    const later = recorded(
      [recognised('body:alpha', '2020-01-01', 'AdviserRegistered'), recognised('body:beta', '2021-01-01')],
      known,
    );
    expect([EMPTY_VIEW.bodies(), known.bodies(), later.bodies()]).toEqual([
      [],
      ['body:beta'],
      ['body:alpha', 'body:beta'],
    ]);
  });
});
