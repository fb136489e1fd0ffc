import type { DatedPosting } from '@app/application/posting/history-import';
import type { DataOf, EventType } from '@app/domain/log/event-catalogue';

/** A body of the invented county: its name and key, the source of its postings, and what it may post. */
export interface Body {
  readonly key: string;
  readonly source: string;
  readonly name: string;
  readonly mayPost: DataOf<'BodyRecognised'>['mayPost'];
}

const ABOUT_EVENTS = [
  'EventCorrected',
  'EventRetracted',
  'AppealLodged',
  'AppealDecided',
  'DisputeOpened',
] satisfies EventType[];

const OF_ACCREDITATION = [
  'AccreditationApplied',
  'AccreditationAwarded',
  'AccreditationExtended',
  'AccreditationSuspended',
  'AccreditationReinstated',
  'AccreditationWithdrawn',
  'AccreditationSurrendered',
  'AccreditationLapsed',
  'AccreditationVoided',
  'AccreditationTransferred',
  'ImprovementCheckCompleted',
  'ImprovementCheckMissed',
] satisfies EventType[];

/** Accredits organisations to the matrix Standard. */
export const ASSESSORS: Body = {
  key: 'body:matrix',
  source: 'https://matrix.example/feed',
  name: 'Example Assessors',
  mayPost: [{ types: [...OF_ACCREDITATION, ...ABOUT_EVENTS], standards: ['matrix'] }],
};

/** Awards qualifications. */
export const DIPLOMAS: Body = {
  key: 'body:diplomas',
  source: 'https://diplomas.example/feed',
  name: 'Example Diplomas',
  mayPost: [
    {
      types: [
        'QualificationAwarded',
        'QualificationRevoked',
        'QualificationVoided',
        'EnrolmentStarted',
        'EnrolmentExtended',
        'EnrolmentEnded',
        ...ABOUT_EVENTS,
      ],
      qualifications: ['l6-dcgd', 'qcg', 'l6-cdp', 'l7-pgdip-cg', 'l4-dcia'],
    },
  ],
};

/** Keeps the professional register: who the advisers are, and where they work. */
export const PROFESSION: Body = {
  key: 'body:profession',
  source: 'https://profession.example/feed',
  name: 'Example Register of Advisers',
  mayPost: [
    {
      types: [
        'AdviserRegistered',
        'AdviserMerged',
        'QualificationClaimed',
        'RegistrationGranted',
        'RegistrationLapsed',
        'RegistrationRemoved',
        'RegistrationRestored',
        'SanctionImposed',
        'EngagementStarted',
        'EngagementEnded',
        ...ABOUT_EVENTS,
      ],
    },
  ],
};

/** Awards contracts, and registers the providers that it awards them to. */
export const FUNDER: Body = {
  key: 'body:funder',
  source: 'https://funder.example/feed',
  name: 'Example Funding Office',
  mayPost: [
    {
      types: [
        'ProviderRegistered',
        'ProviderRenamed',
        'ProviderIdentified',
        'ProviderMerged',
        'ProviderClosed',
        'ContractAwarded',
        'ContractEnded',
        ...ABOUT_EVENTS,
      ],
    },
  ],
};

/** Looks after the schools, and awards them the mark of quality in careers. */
export const SCHOOLS: Body = {
  key: 'body:schools',
  source: 'https://schools.example/feed',
  name: 'Example Schools Office',
  mayPost: [
    {
      types: [
        'SchoolRegistered',
        'CommissionAgreed',
        'CommissionEnded',
        'CareersLeaderAppointed',
        'CareersLeaderEnded',
        'ProgrammeMapped',
        'CoordinatorAssigned',
        'CoordinatorEnded',
      ],
    },
    { types: [...OF_ACCREDITATION, ...ABOUT_EVENTS], standards: ['quality-in-careers'] },
  ],
};

/** The register’s own operator. */
const REGISTRAR = { key: 'body:registrar', source: 'https://registrar.example/desk' };

export const COUNTY_BODIES = [ASSESSORS, DIPLOMAS, PROFESSION, FUNDER, SCHOOLS] as const;

/** A posting of a body; `at` in milliseconds since 1970. */
export function posting<T extends EventType>(
  at: number,
  { key: body, source }: Pick<Body, 'key' | 'source'>,
  id: string,
  type: T,
  subject: string,
  data: DataOf<T> & object,
): DatedPosting {
  return { at, body, source, id, type, subject, data: { ...data } };
}

/**
 * The recognitions of the five bodies, which begin long before: facts from before the register may be posted
 * too.
 */
export function recognitionsAt(at: number): readonly DatedPosting[] {
  return COUNTY_BODIES.map(({ key, name, mayPost }) =>
    posting(at, REGISTRAR, `recognition-${key.slice('body:'.length)}`, 'BodyRecognised', key, {
      name,
      mayPost,
      from: '1990-01-01',
    }),
  );
}
