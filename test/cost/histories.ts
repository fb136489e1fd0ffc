import type { EventType } from '@app/domain/log/event-catalogue';
import type { Data } from '../rules/given';

/** An event of a history; it names another by its position. */
export interface Told {
  readonly type: EventType;
  readonly subject: string;
  readonly data: Data;
}

/**
 * A subject’s life that may go on without end: what happens before all else, once, and then the nth time, from 0.
 * `position`: that of the first of the events that happen then; `first`: that of the first event of the life.
 */
export interface Life {
  readonly first?: readonly Told[];
  readonly then: (n: number, position: number, first: number) => readonly Told[];
}

export const P = 'ukprn:10000001';
export const A = 'adviser:aaaaaaaa';
export const S = 'urn:100001';
export const B = 'body:awarder';
const C = 'body:successor';
export const OTHER = 'ukprn:10000002';

/** The day a number of days after the first of them. */
function day(days: number): string {
  return new Date(Date.UTC(2019, 0, 1) + days * 86_400_000).toISOString().slice(0, 10);
}
export const LONG_AGO = '2018-01-01';
export const FAR_AHEAD = '2099-12-31';

const numbered = (i: number) => String(i).padStart(6, '0');
const further = (i: number) => `company:${String(i).padStart(8, '0')}`;
const provider = (i: number) => `ukprn:1${String(i + 1000000).padStart(7, '0')}`;
const adviser = (i: number) => `adviser:person${numbered(i)}`;

function told(type: EventType, subject: string, data: Data): Told {
  return { type, subject, data };
}

/** Each of some events happens n times. */
function each(...makers: readonly ((i: number) => Told)[]): Life {
  return { then: (i) => makers.map((make) => make(i)) };
}

const registered = (subject: string, name = 'Guidance Ltd') =>
  told('ProviderRegistered', subject, { legalForm: 'company', name });
const person = (subject: string) => told('AdviserRegistered', subject, {});
const award = (reference: string, from = LONG_AGO, until?: string, data: Data = {}, subject = P) =>
  told('AccreditationAwarded', subject, {
    standard: 'matrix',
    kind: 'initial',
    reference,
    from,
    ...(until === undefined ? {} : { until }),
    ...data,
  });
const application = (type: EventType, on: number, reference: string | undefined, data: Data = {}) =>
  told(type, P, {
    standard: 'matrix',
    ...(reference === undefined ? {} : { reference }),
    on: day(on),
    ...data,
  });
const applied = (on: number, reference?: string) => application('AccreditationApplied', on, reference);
const applicationEnded = (on: number, reference?: string) =>
  application('AccreditationApplicationEnded', on, reference, { outcome: 'refused' });
const ofAward = (type: EventType, reference: string, data: Data) =>
  told(type, P, { standard: 'matrix', reference, ...data });
const suspended = (reference: string, from: string) =>
  ofAward('AccreditationSuspended', reference, { from, reason: 'conduct', onAppeal: 'stays' });
const certified = (certificate: string, subject = A) =>
  told('QualificationAwarded', subject, { qualification: 'l6-dcgd', awardedOn: LONG_AGO, certificate });
const enrolled = (from: string, expectedEnd: string) =>
  told('EnrolmentStarted', A, { qualification: 'l6-dcgd', from, expectedEnd });
const onRegister = (from: string) => told('RegistrationGranted', A, { register: 'uk-register', from });
const ofRegister = (type: EventType, from: string, onAppeal = false) =>
  told(type, A, {
    register: 'uk-register',
    from,
    reason: 'conduct',
    ...(onAppeal ? { onAppeal: 'stays' } : {}),
  });
const engaged = (from: string, subject = A, to = P) =>
  told('EngagementStarted', subject, { provider: to, from, basis: 'employed' });
const disengaged = (on: string, subject = A, to = P) =>
  told('EngagementEnded', subject, { provider: to, on });
const contract = (reference: string, above?: string, subject = P, from = LONG_AGO, until = FAR_AHEAD) =>
  told('ContractAwarded', subject, {
    reference,
    programme: 'ncs',
    services: ['skills'],
    clientGroups: ['adults'],
    from,
    until,
    ...(above === undefined ? {} : { subcontractorOf: above }),
  });
const issued = (i: number) =>
  told('BodyKeyIssued', B, { key: `k-${i}`, hash: `sha256:${String(i).padStart(64, '0')}` });
const recognised = (subject: string, from: string) =>
  told('BodyRecognised', subject, { name: 'An awarder', from, mayPost: [{ types: '*' }] });

const succeeded = (subject: string, by: string, from: number) =>
  told('BodySucceeded', subject, { by, from: day(from) });

/** Where events about events follow what they are about: the first of those that happen together. */
function about(type: EventType, position: number, data: Data = {}, subject = P): Told {
  const named = type.startsWith('Appeal') ? { against: String(position) } : { event: String(position) };
  const reason = ['EventRetracted', 'DisputeOpened', 'EventCorrected'].includes(type)
    ? { reason: 'mistake' }
    : {};
  return told(type, subject, { ...named, ...reason, ...data });
}
const retracted = (position: number, subject = P) => about('EventRetracted', position, {}, subject);

/** The events that every log has before the life of its subject. */
export const BEFORE: readonly Told[] = [
  told('DayOpened', 'calendar:england', { date: day(0) }),
  registered(P),
  registered(OTHER, 'Another Ltd'),
  told('SchoolRegistered', S, { name: 'A School', phase: 'secondary', area: 'area:E10000014' }),
  person(A),
  engaged(LONG_AGO),
  recognised(B, LONG_AGO),
];

/** For each type of event the lives in which it happens again and again to one subject. */
export const LIVES: Readonly<Record<EventType, Readonly<Record<string, Life>>>> = {
  ProviderRegistered: {
    'and retracted': {
      then: (i, position) => [
        registered('ukprn:10000003', `Guidance ${i}`),
        retracted(position, 'ukprn:10000003'),
      ],
    },
    'under one name': each((i) => registered(provider(i))),
  },
  ProviderRenamed: {
    '': each((i) => told('ProviderRenamed', P, { name: `Guidance ${i} Ltd`, from: day(i) })),
  },
  ProviderIdentified: {
    'in a star': each((i) => told('ProviderIdentified', P, { as: further(i + 1) })),
    'in a chain': each((i) => told('ProviderIdentified', i === 0 ? P : further(i), { as: further(i + 1) })),
    'and retracted': {
      then: (i, position) => [told('ProviderIdentified', P, { as: further(i + 1) }), retracted(position)],
    },
  },
  ProviderMerged: {
    'into one': each((i) => told('ProviderMerged', P, { into: OTHER, on: day(i) })),
    'into many': each(
      (i) => registered(provider(i), `Company ${i}`),
      (i) => told('ProviderMerged', P, { into: provider(i), on: day(i) }),
    ),
  },
  ProviderSucceeded: {
    'by one': each((i) => told('ProviderSucceeded', P, { by: [OTHER], on: day(i), kind: 'merger' })),
    'by many': each(
      (i) => registered(provider(i), `Company ${i}`),
      (i) => told('ProviderSucceeded', P, { by: [provider(i)], on: day(i), kind: 'split' }),
    ),
    'of many, by one': each(
      (i) => registered(provider(i), `Company ${i}`),
      (i) => told('ProviderSucceeded', provider(i), { by: [P], on: day(i), kind: 'amalgamation' }),
    ),
    'in a chain': each(
      (i) => registered(provider(i), `Company ${i}`),
      (i) =>
        told('ProviderSucceeded', i === 0 ? P : provider(i - 1), {
          by: [provider(i)],
          on: day(i),
          kind: 'conversion',
        }),
    ),
  },
  ProviderClosed: { '': each((i) => told('ProviderClosed', P, { on: day(i), reason: 'ended' })) },
  AccreditationApplied: {
    '': each((i) => applied(2 * i)),
  },
  AccreditationApplicationEnded: {
    'each of its own': each(
      (i) => applied(3 * i, `A-${i}`),
      (i) => applicationEnded(3 * i + 1, `A-${i}`),
    ),
    'all of one reference': each(
      (i) => applied(3 * i, 'A-1'),
      (i) => applicationEnded(3 * i + 1, 'A-1'),
    ),
    'of all': each(
      (i) => applied(3 * i, `A-${i}`),
      (i) => applicationEnded(3 * i + 1),
    ),
  },
  AccreditationAwarded: {
    'of many references': each((i) => award(`M-${i}`, day(i), day(i + 400))),
    'of one reference': each((i) => award('M-1', day(2 * i), day(2 * i))),
    'of many standards': each((i) => award('M-1', day(i), undefined, { standard: `standard-${i}` })),
    'of many scopes': each((i) =>
      award(`M-${i}`, day(2 * i), day(2 * i), { scope: [`scope-${i}`, 'adults'] }),
    ),
  },
  AccreditationExtended: {
    'of one award': {
      first: [award('M-1', LONG_AGO, LONG_AGO)],
      then: (i) => [ofAward('AccreditationExtended', 'M-1', { until: day(i), reason: 'late-review' })],
    },
    'of many': each(
      (i) => award(`M-${i}`, LONG_AGO, day(i)),
      (i) => ofAward('AccreditationExtended', `M-${i}`, { until: day(i + 1), reason: 'late-review' }),
    ),
  },
  AccreditationSuspended: {
    'of one award': { first: [award('M-1')], then: (i) => [suspended('M-1', day(i))] },
    'and awarded anew': each(
      (i) => award('M-1', day(3 * i)),
      (i) => suspended('M-1', day(3 * i + 1)),
    ),
  },
  AccreditationReinstated: {
    '': {
      first: [award('M-1')],
      then: (i) => [
        suspended('M-1', day(3 * i)),
        ofAward('AccreditationReinstated', 'M-1', { from: day(3 * i + 1) }),
      ],
    },
  },
  AccreditationWithdrawn: {
    '': each(
      (i) => award('M-1', day(3 * i)),
      (i) =>
        ofAward('AccreditationWithdrawn', 'M-1', {
          from: day(3 * i + 1),
          reason: 'conduct',
          onAppeal: 'stands',
        }),
    ),
  },
  AccreditationSurrendered: {
    '': each(
      (i) => award('M-1', day(3 * i)),
      (i) => ofAward('AccreditationSurrendered', 'M-1', { from: day(3 * i + 1) }),
    ),
  },
  AccreditationLapsed: {
    '': each(
      (i) => award('M-1', day(3 * i)),
      (i) => ofAward('AccreditationLapsed', 'M-1', { from: day(3 * i + 1), reason: 'unpaid' }),
    ),
  },
  AccreditationVoided: {
    '': each(
      (i) => award('M-1', day(2 * i)),
      () => ofAward('AccreditationVoided', 'M-1', { reason: 'fraud' }),
    ),
  },
  AccreditationTransferred: {
    '': each(
      (i) => award('M-1', day(3 * i)),
      (i) => ofAward('AccreditationTransferred', 'M-1', { to: OTHER, from: day(3 * i + 1) }),
    ),
  },
  ImprovementCheckCompleted: {
    '': {
      first: [award('M-1')],
      then: (i) => [
        ofAward('ImprovementCheckMissed', 'M-1', { month: 12, on: day(i) }),
        ofAward('ImprovementCheckCompleted', 'M-1', { month: 12, on: day(i) }),
      ],
    },
  },
  ImprovementCheckMissed: {
    'of one award': {
      first: [award('M-1')],
      then: (i) => [ofAward('ImprovementCheckMissed', 'M-1', { month: 12, on: day(i) })],
    },
    'of many': {
      then: (i) => [
        award('M-1', day(2 * i), day(2 * i)),
        ofAward('ImprovementCheckMissed', 'M-1', { month: 12, on: day(2 * i) }),
      ],
    },
  },
  AdviserRegistered: {
    'and retracted': {
      then: (_, position) => [person('adviser:bbbbbbbb'), retracted(position, 'adviser:bbbbbbbb')],
    },
    'one after the other': each((i) => person(adviser(i))),
  },
  AdviserMerged: {
    'in a star': each(
      (i) => person(adviser(i)),
      (i) => told('AdviserMerged', A, { into: adviser(i) }),
    ),
    'in a chain': each(
      (i) => person(adviser(i)),
      (i) => told('AdviserMerged', i === 0 ? A : adviser(i - 1), { into: adviser(i) }),
    ),
    'of the engaged': {
      then: (i) => [
        person(adviser(i)),
        engaged(day(i), adviser(i)),
        told('AdviserMerged', adviser(i), { into: A }),
      ],
    },
  },
  QualificationClaimed: {
    '': each((i) =>
      told('QualificationClaimed', A, { qualification: 'l6-dcgd', awardedOn: day(i), certificate: `C-${i}` }),
    ),
    'of one certificate': each(
      (i) => person(adviser(i)),
      (i) =>
        told('QualificationClaimed', adviser(i), {
          qualification: 'qcg',
          awardedOn: day(i),
          certificate: 'C-1',
        }),
    ),
  },
  QualificationAwarded: {
    'of many certificates': each((i) => certified(`C-${i}`)),
    'of one certificate': each(() => certified('C-1')),
    'to all who are engaged': each(
      (i) => person(adviser(i)),
      (i) => certified(`C-${i}`, adviser(i)),
      (i) => engaged(day(i), adviser(i)),
    ),
  },
  QualificationRevoked: {
    '': each(
      () => certified('C-1'),
      (i) =>
        told('QualificationRevoked', A, {
          certificate: 'C-1',
          from: day(i),
          reason: 'fraud',
          onAppeal: 'stays',
        }),
    ),
  },
  QualificationVoided: {
    '': each(
      () => certified('C-1'),
      () => told('QualificationVoided', A, { certificate: 'C-1', reason: 'fraud' }),
    ),
  },
  EnrolmentStarted: { '': each((i) => enrolled(day(2 * i), day(2 * i))) },
  EnrolmentExtended: {
    '': {
      first: [enrolled(LONG_AGO, LONG_AGO)],
      then: (i) => [told('EnrolmentExtended', A, { qualification: 'l6-dcgd', expectedEnd: day(i) })],
    },
  },
  EnrolmentEnded: {
    '': each(
      (i) => enrolled(day(3 * i), day(3 * i + 2)),
      (i) =>
        told('EnrolmentEnded', A, { qualification: 'l6-dcgd', on: day(3 * i + 1), outcome: 'withdrawn' }),
    ),
  },
  RegistrationGranted: {
    '': each((i) =>
      told('RegistrationGranted', A, { register: 'uk-register', from: day(2 * i), until: day(2 * i) }),
    ),
  },
  RegistrationLapsed: {
    '': each(
      (i) => onRegister(day(3 * i)),
      (i) => ofRegister('RegistrationLapsed', day(3 * i + 1)),
    ),
  },
  RegistrationRemoved: {
    '': each(
      (i) => onRegister(day(3 * i)),
      (i) => ofRegister('RegistrationRemoved', day(3 * i + 1), true),
    ),
  },
  RegistrationRestored: {
    '': {
      first: [onRegister(LONG_AGO)],
      then: (i) => [
        ofRegister('RegistrationLapsed', day(3 * i)),
        told('RegistrationRestored', A, { register: 'uk-register', from: day(3 * i + 1) }),
      ],
    },
  },
  SanctionImposed: {
    '': each((i) =>
      told('SanctionImposed', A, {
        from: day(2 * i),
        until: day(2 * i),
        reason: 'conduct',
        onAppeal: 'stays',
      }),
    ),
  },
  EngagementStarted: {
    'of one adviser': each((i) => engaged(day(i))),
    'of many advisers': each(
      (i) => person(adviser(i)),
      (i) => engaged(day(i), adviser(i)),
    ),
    'with many providers': each(
      (i) => registered(provider(i), `Company ${i}`),
      (i) => engaged(day(i), A, provider(i)),
    ),
  },
  EngagementEnded: {
    '': each(
      (i) => engaged(day(3 * i)),
      (i) => disengaged(day(3 * i + 1)),
    ),
    'of many advisers': each(
      (i) => person(adviser(i)),
      (i) => engaged(LONG_AGO, adviser(i)),
      (i) => disengaged(day(i), adviser(i)),
    ),
  },
  SchoolRegistered: {
    'and retracted': {
      then: (_, position) => [
        told('SchoolRegistered', 'urn:100002', {
          name: 'A School',
          phase: 'primary',
          area: 'area:E10000014',
        }),
        retracted(position, 'urn:100002'),
      ],
    },
  },
  CommissionAgreed: {
    '': each((i) =>
      told('CommissionAgreed', S, {
        reference: `Q-${i}`,
        provider: P,
        setting: 'applied',
        from: day(i),
        until: day(i),
        advisers: [A],
      }),
    ),
  },
  CommissionEnded: {
    '': {
      first: [
        told('CommissionAgreed', S, {
          reference: 'Q-1',
          provider: P,
          setting: 'applied',
          from: day(0),
          until: FAR_AHEAD,
        }),
      ],
      then: (i) => [told('CommissionEnded', S, { reference: 'Q-1', on: day(i) })],
    },
  },
  CareersLeaderAppointed: {
    '': each((i) => told('CareersLeaderAppointed', S, { appointment: `L-${i}`, from: day(i) })),
  },
  CareersLeaderEnded: {
    '': {
      first: [told('CareersLeaderAppointed', S, { appointment: 'L-1', from: LONG_AGO })],
      then: (i) => [told('CareersLeaderEnded', S, { appointment: 'L-1', on: day(i) })],
    },
  },
  ProgrammeMapped: {
    '': each((i) => told('ProgrammeMapped', S, { framework: 'cdi', ages: [11, 16], from: day(i) })),
  },
  CoordinatorAssigned: {
    '': each((i) =>
      told('CoordinatorAssigned', 'area:E10000014', { coordinator: A, role: 'enterprise', from: day(i) }),
    ),
  },
  CoordinatorEnded: {
    '': {
      first: [
        told('CoordinatorAssigned', 'area:E10000014', { coordinator: A, role: 'enterprise', from: LONG_AGO }),
      ],
      then: (i) => [told('CoordinatorEnded', 'area:E10000014', { coordinator: A, on: day(i) })],
    },
  },
  ContractAwarded: {
    'side by side': each((i) => contract(`K-${i}`)),
    'of one reference': each((i) => contract('K-1', undefined, P, day(2 * i), day(2 * i))),
    'in a chain, from its end up': {
      first: [contract('K-0'), contract('K-end', 'K-1', OTHER)],
      then: (i) => [contract(`K-${i + 1}`, `K-${i + 2}`, OTHER), contract(`K-own-${i}`, `K-${i + 1}`)],
    },
    'in a chain, from its beginning down': {
      first: [contract('K-0')],
      then: (i) => [contract(`K-${i + 1}`, `K-${i}`, OTHER)],
    },
    'all under one': {
      first: [contract('K-0')],
      then: (i) => [registered(provider(i), `Company ${i}`), contract(`K-${i + 1}`, 'K-0', provider(i))],
    },
    'of one reference, under many': {
      then: (i) => [contract(`K-${i}`), contract('K-below', `K-${i}`, OTHER, day(2 * i), day(2 * i))],
    },
  },
  ContractEnded: {
    '': each(
      (i) => contract('K-1', undefined, P, day(3 * i), day(3 * i + 2)),
      (i) => told('ContractEnded', P, { reference: 'K-1', on: day(3 * i + 1) }),
    ),
  },
  BodyRecognised: { '': each((i) => recognised(B, day(i))) },
  BodyRecognitionEnded: {
    '': each(
      (i) => recognised(B, day(3 * i)),
      (i) => told('BodyRecognitionEnded', B, { on: day(3 * i + 1), reason: 'ended' }),
    ),
  },
  BodySucceeded: {
    'by one': { first: [recognised(C, LONG_AGO)], then: (i) => [succeeded(B, C, i)] },
    'in a chain': each(
      (i) => recognised(`body:b-${i + 1}`, LONG_AGO),
      (i) => succeeded(i === 0 ? B : `body:b-${i}`, `body:b-${i + 1}`, i),
    ),
  },
  BodyKeyIssued: { '': each(issued) },
  BodyKeyRevoked: { '': each(issued, (i) => told('BodyKeyRevoked', B, { key: `k-${i}` })) },
  PolicyEditionPublished: {
    '': each((i) =>
      told('PolicyEditionPublished', 'policy:many', {
        edition: i + 1,
        effectiveFrom: day(i),
        policy: {
          title: 'One of many',
          strength: 'guidance',
          purposes: {},
          settings: {
            'of-many': [
              { id: 'accredited', of: 'provider', binding: 'must', test: { accredited: 'matrix' } },
            ],
          },
        },
      }),
    ),
  },
  DayOpened: { '': each((i) => told('DayOpened', 'calendar:england', { date: day(i + 1) })) },
  LogRestored: {
    '': each((i) =>
      told('LogRestored', 'log:register', {
        size: String(i),
        root: `${'A'.repeat(43)}=`,
        reason: 'restored',
      }),
    ),
  },
  AppealLodged: {
    '': {
      first: [award('M-1')],
      then: (i, position) => [suspended('M-1', day(i)), about('AppealLodged', position, { on: day(i + 1) })],
    },
  },
  AppealDecided: {
    '': {
      first: [award('M-1')],
      then: (i, position) => [
        suspended('M-1', day(3 * i)),
        about('AppealLodged', position, { on: day(3 * i + 1) }),
        about('AppealDecided', position, {
          on: day(3 * i + 2),
          outcome: i % 2 === 0 ? 'upheld' : 'dismissed',
        }),
      ],
    },
  },
  EventCorrected: {
    'of many events': {
      then: (i, position) => [
        award(`M-${i}`, day(i)),
        about('EventCorrected', position, { data: award(`M-${i}`, day(i + 1)).data, kind: 'clerical' }),
      ],
    },
    'of one event': {
      first: [award('M-1')],
      then: (i, _, first) => [
        about('EventCorrected', first, { data: award('M-1', day(i)).data, kind: 'clerical' }),
      ],
    },
  },
  EventRetracted: {
    'of many events': { then: (i, position) => [award('M-1', day(i)), retracted(position)] },
    'of retractions': {
      first: [award('M-1')],
      then: (i, position, first) => [retracted(i === 0 ? first : position - 1)],
    },
  },
  DisputeOpened: {
    'and retracted': {
      first: [award('M-1')],
      then: (_, position, first) => [about('DisputeOpened', first), retracted(position)],
    },
  },
  DisputeClosed: {
    'of one event': {
      first: [award('M-1')],
      then: (_, __, first) => [
        about('DisputeOpened', first),
        about('DisputeClosed', first, { outcome: 'dismissed' }),
      ],
    },
    'of many events': {
      then: (i, position) => [
        award(`M-${i}`, day(i)),
        about('DisputeOpened', position),
        about('DisputeClosed', position, { outcome: i % 2 === 0 ? 'upheld' : 'dismissed' }),
      ],
    },
  },
};
