import type { DatedPosting } from '@app/application/posting/history-import';
import type { DataOf, EventType } from '@app/domain/log/event-catalogue';
import { day, dayText } from './days';

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
  'AccreditationApplicationEnded',
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

/** Awarded qualifications until {@link DIPLOMAS} took over from it. */
export const CERTIFICATES: Body = {
  key: 'body:certificates',
  source: 'https://certificates.example/feed',
  name: 'Example Certificates',
  mayPost: [{ types: ['QualificationAwarded', ...ABOUT_EVENTS], qualifications: ['qcg'] }],
};

/** The first day on which {@link DIPLOMAS} has taken over from {@link CERTIFICATES}. */
export const TAKEN_OVER = '2020-01-01';

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
        'ProviderSucceeded',
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
        'ProviderSucceeded',
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

export const COUNTY_BODIES = [ASSESSORS, CERTIFICATES, DIPLOMAS, PROFESSION, FUNDER, SCHOOLS] as const;

/** What of a body is in its postings. */
export type PostingBody = Pick<Body, 'key' | 'source'>;

/** A posting of a body; `at` in milliseconds since 1970. */
export function posting<T extends EventType>(
  at: number,
  { key: body, source }: PostingBody,
  id: string,
  type: T,
  subject: string,
  data: DataOf<T> & object,
): DatedPosting {
  return { at, body, source, id, type, subject, data: { ...data } };
}

/**
 * The recognitions of the six bodies, which begin long before: facts from before the register may be posted too.
 * One of them is succeeded by another in the course of the years.
 */
export function recognitionsAt(at: number): readonly DatedPosting[] {
  const recognitions = COUNTY_BODIES.map(({ key, name, mayPost }) =>
    posting(at, REGISTRAR, `recognition-${key.slice('body:'.length)}`, 'BodyRecognised', key, {
      name,
      mayPost,
      from: '1990-01-01',
    }),
  );
  const changed = Date.parse(`${TAKEN_OVER}T08:00:00Z`);
  const { key } = CERTIFICATES;
  return [
    ...recognitions,
    posting(changed, REGISTRAR, 'end-certificates', 'BodyRecognitionEnded', key, {
      on: dayText(day(TAKEN_OVER) - 1),
      reason: 'taken-over',
    }),
    posting(changed, REGISTRAR, 'succession-certificates', 'BodySucceeded', key, {
      by: DIPLOMAS.key,
      from: TAKEN_OVER,
    }),
  ];
}
