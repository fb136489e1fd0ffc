import type { DataOf, EventType } from '@app/domain/log/event-catalogue';

const PROVIDER = 'ukprn:10012345';
const ADVISER = 'adviser:example0001';
const SCHOOL = 'urn:123456';
const AREA = 'area:E10000014';
const BODY = 'body:example-assessors';
const AWARD = { standard: 'matrix', reference: 'M-1042' };
const COURSE = 'l6-dcgd';
const CERTIFICATE = 'C-2024-0117';
const REGISTER = 'uk-register';

/** One event of each type, as a body posts it: a type without one does not compile. */
export const EVENT_EXAMPLES: {
  readonly [T in EventType]: { readonly subject: string; readonly data: DataOf<T> };
} = {
  ProviderRegistered: {
    subject: PROVIDER,
    data: {
      name: 'Example Guidance',
      legalForm: 'company',
      services: ['personal-guidance'],
      clientGroups: ['young-people'],
      area: AREA,
    },
  },
  ProviderRenamed: { subject: PROVIDER, data: { name: 'Example Careers', from: '2027-01-01' } },
  ProviderIdentified: { subject: PROVIDER, data: { as: 'company:01234567' } },
  ProviderMerged: { subject: PROVIDER, data: { into: 'charity:1012345', on: '2027-08-31' } },
  ProviderSucceeded: {
    subject: SCHOOL,
    data: { by: ['urn:123457'], on: '2027-08-31', kind: 'conversion' },
  },
  ProviderClosed: { subject: PROVIDER, data: { on: '2027-08-31', reason: 'ceased-trading' } },
  AccreditationApplied: {
    subject: PROVIDER,
    data: { standard: 'matrix', reference: 'A-2026-31', on: '2026-03-02' },
  },
  AccreditationApplicationEnded: {
    subject: PROVIDER,
    data: { standard: 'matrix', reference: 'A-2026-31', on: '2026-08-31', outcome: 'awarded' },
  },
  AccreditationAwarded: {
    subject: PROVIDER,
    data: { ...AWARD, from: '2026-09-01', until: '2029-08-31', kind: 'review' },
  },
  AccreditationExtended: {
    subject: PROVIDER,
    data: { ...AWARD, until: '2029-12-31', reason: 'review-postponed' },
  },
  AccreditationSuspended: {
    subject: PROVIDER,
    data: { ...AWARD, from: '2027-02-01', reason: 'review-overdue', onAppeal: 'stays' },
  },
  AccreditationReinstated: { subject: PROVIDER, data: { ...AWARD, from: '2027-03-01' } },
  AccreditationWithdrawn: {
    subject: PROVIDER,
    data: { ...AWARD, from: '2027-06-01', reason: 'standard-not-met', onAppeal: 'stands' },
  },
  AccreditationSurrendered: { subject: PROVIDER, data: { ...AWARD, from: '2028-01-01' } },
  AccreditationLapsed: { subject: PROVIDER, data: { ...AWARD, from: '2028-09-01', reason: 'no-review' } },
  AccreditationVoided: { subject: PROVIDER, data: { ...AWARD, reason: 'wrong-holder' } },
  AccreditationTransferred: {
    subject: PROVIDER,
    data: { ...AWARD, to: 'charity:1012345', from: '2027-09-01' },
  },
  ImprovementCheckCompleted: { subject: PROVIDER, data: { ...AWARD, month: 12, on: '2027-09-14' } },
  ImprovementCheckMissed: { subject: PROVIDER, data: { ...AWARD, month: 24, on: '2028-09-01' } },
  AdviserRegistered: { subject: ADVISER, data: {} },
  AdviserMerged: { subject: ADVISER, data: { into: 'adviser:example0002' } },
  QualificationClaimed: {
    subject: ADVISER,
    data: { qualification: COURSE, awardedOn: '2024-07-12', certificate: CERTIFICATE },
  },
  QualificationAwarded: {
    subject: ADVISER,
    data: { qualification: COURSE, awardedOn: '2024-07-12', certificate: CERTIFICATE },
  },
  QualificationRevoked: {
    subject: ADVISER,
    data: { certificate: CERTIFICATE, from: '2027-05-01', reason: 'malpractice', onAppeal: 'stays' },
  },
  QualificationVoided: { subject: ADVISER, data: { certificate: CERTIFICATE, reason: 'issued-in-error' } },
  EnrolmentStarted: {
    subject: ADVISER,
    data: { qualification: COURSE, from: '2025-09-15', expectedEnd: '2027-07-31' },
  },
  EnrolmentExtended: { subject: ADVISER, data: { qualification: COURSE, expectedEnd: '2027-12-31' } },
  EnrolmentEnded: {
    subject: ADVISER,
    data: { qualification: COURSE, on: '2027-07-12', outcome: 'completed' },
  },
  RegistrationGranted: {
    subject: ADVISER,
    data: { register: REGISTER, from: '2026-01-01', until: '2026-12-31' },
  },
  RegistrationLapsed: {
    subject: ADVISER,
    data: { register: REGISTER, from: '2026-06-01', reason: 'fee-unpaid' },
  },
  RegistrationRemoved: {
    subject: ADVISER,
    data: { register: REGISTER, from: '2026-06-01', reason: 'misconduct', onAppeal: 'stays' },
  },
  RegistrationRestored: { subject: ADVISER, data: { register: REGISTER, from: '2026-09-01' } },
  SanctionImposed: {
    subject: ADVISER,
    data: { from: '2026-10-01', until: '2027-03-31', reason: 'misconduct', onAppeal: 'stands' },
  },
  EngagementStarted: {
    subject: ADVISER,
    data: { provider: PROVIDER, from: '2024-09-01', basis: 'employed' },
  },
  EngagementEnded: { subject: ADVISER, data: { provider: PROVIDER, on: '2027-08-31' } },
  SchoolRegistered: {
    subject: SCHOOL,
    data: { name: 'Example Academy', phase: 'secondary', area: AREA },
  },
  CommissionAgreed: {
    subject: SCHOOL,
    data: {
      reference: '2026-GUIDANCE',
      provider: PROVIDER,
      setting: 'school-commissioned',
      from: '2026-09-01',
      until: '2027-07-20',
      advisers: [ADVISER],
    },
  },
  CommissionEnded: { subject: SCHOOL, data: { reference: '2026-GUIDANCE', on: '2027-03-31' } },
  CareersLeaderAppointed: { subject: SCHOOL, data: { appointment: 'CL-2026', from: '2026-09-01' } },
  CareersLeaderEnded: { subject: SCHOOL, data: { appointment: 'CL-2026', on: '2028-08-31' } },
  ProgrammeMapped: {
    subject: SCHOOL,
    data: { framework: 'cdi', ages: [11, 16], from: '2026-09-01', until: '2027-08-31' },
  },
  CoordinatorAssigned: {
    subject: AREA,
    data: { coordinator: ADVISER, role: 'career-development', from: '2026-09-01' },
  },
  CoordinatorEnded: { subject: AREA, data: { coordinator: ADVISER, on: '2027-08-31' } },
  ContractAwarded: {
    subject: PROVIDER,
    data: {
      reference: 'NCS-NW-2026-3',
      programme: 'national-careers-service',
      services: ['information', 'personal-guidance'],
      clientGroups: ['adults'],
      from: '2026-04-01',
      until: '2029-03-31',
      subcontractorOf: 'NCS-NW-2026',
    },
  },
  ContractEnded: { subject: PROVIDER, data: { reference: 'NCS-NW-2026-3', on: '2027-03-31' } },
  BodyRecognised: {
    subject: BODY,
    data: {
      name: 'Example Assessors',
      mayPost: [
        {
          types: ['AccreditationAwarded', 'AccreditationSuspended', 'AccreditationReinstated'],
          standards: ['matrix'],
        },
      ],
      from: '2017-10-01',
    },
  },
  BodyRecognitionEnded: { subject: BODY, data: { on: '2030-03-31', reason: 'contract-ended' } },
  BodySucceeded: {
    subject: BODY,
    data: { by: 'body:example-successors', from: '2030-04-01', standards: ['matrix'] },
  },
  BodyKeyIssued: {
    subject: BODY,
    data: { key: 'feed-2026', hash: `sha256:${'0'.repeat(64)}`, until: '2027-12-31' },
  },
  BodyKeyRevoked: { subject: BODY, data: { key: 'feed-2026' } },
  PolicyEditionPublished: {
    subject: 'policy:example',
    data: {
      edition: 1,
      effectiveFrom: '2026-09-01',
      policy: {
        title: 'An example of a policy',
        strength: 'guidance',
        readings: ['Where nothing is said of part of a year, the whole of it is meant.'],
        purposes: { guidance: [COURSE] },
        settings: {
          private: [
            {
              id: 'accredited',
              of: 'provider',
              binding: 'must',
              cites: 'Section 2',
              test: { accredited: 'matrix' },
            },
          ],
        },
      },
    },
  },
  DayOpened: { subject: 'calendar:england', data: { date: '2026-09-01' } },
  LogRestored: {
    subject: 'log:register',
    data: {
      size: '4183',
      root: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
      reason: 'restored-from-backup',
    },
  },
  AppealLodged: { subject: PROVIDER, data: { against: '4182', on: '2027-02-10' } },
  AppealDecided: {
    subject: PROVIDER,
    data: { against: '4182', on: '2027-03-05', outcome: 'dismissed' },
  },
  EventCorrected: {
    subject: PROVIDER,
    data: {
      event: 'id:2026-0117',
      data: { ...AWARD, from: '2026-09-01', until: '2029-07-31', kind: 'review' },
      kind: 'clerical',
      reason: 'wrong-end',
    },
  },
  EventRetracted: { subject: PROVIDER, data: { event: 'id:2026-0117', reason: 'wrong-holder' } },
  DisputeOpened: { subject: PROVIDER, data: { event: '3310', reason: 'not-the-holder' } },
  DisputeClosed: { subject: PROVIDER, data: { event: '3310', outcome: 'dismissed' } },
};
