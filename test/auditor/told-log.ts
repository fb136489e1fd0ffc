import { logOf } from '../read-model/logs';

const REGISTRAR = 'body:registrar';
export const [MATRIX, AWARDS] = ['body:matrix', 'body:awards'];
export const [P, A] = ['ukprn:10000001', 'adviser:aaaaaaaa'];

let id = 0;
const posted = (body: string, type: string, subject: string, data: object) => ({
  body,
  source: '/told',
  id: `no-${id++}`,
  type,
  subject,
  data,
});

const recognised = (subject: string, mayPost: readonly object[]) =>
  posted(REGISTRAR, 'BodyRecognised', subject, { name: 'A body', mayPost, from: '2020-01-01' });

/** Of each kind of posting one, by several bodies, with corrections; then more than two bundles full of the same. */
export const TOLD: readonly string[] = logOf([
  posted(REGISTRAR, 'DayOpened', 'calendar:england', { date: '2026-09-01' }),
  recognised(MATRIX, [
    {
      types: ['AccreditationAwarded', 'AccreditationSuspended', 'EventCorrected', 'EventRetracted'],
      standards: ['matrix'],
    },
  ]),
  recognised(AWARDS, [
    {
      types: ['QualificationAwarded', 'QualificationRevoked', 'AdviserRegistered', 'EventRetracted'],
      qualifications: ['l6-dcgd'],
    },
  ]),
  posted(REGISTRAR, 'ProviderRegistered', P, { name: 'Example Guidance', legalForm: 'company' }),
  posted(AWARDS, 'AdviserRegistered', A, {}),
  posted(MATRIX, 'AccreditationAwarded', P, {
    standard: 'matrix',
    reference: 'M-1',
    from: '2024-01-01',
    until: '2027-12-31',
    kind: 'initial',
  }),
  posted(AWARDS, 'QualificationAwarded', A, {
    qualification: 'l6-dcgd',
    awardedOn: '2021-07-01',
    certificate: 'C-1',
  }),
  posted(MATRIX, 'EventCorrected', P, {
    event: '5',
    data: { standard: 'matrix', reference: 'M-1', from: '2024-02-01', until: '2027-12-31', kind: 'initial' },
    kind: 'clerical',
    reason: 'wrong-start',
  }),
  posted(AWARDS, 'QualificationRevoked', A, {
    certificate: 'C-1',
    from: '2026-01-01',
    reason: 'conduct',
    onAppeal: 'stays',
  }),
  posted(AWARDS, 'EventRetracted', A, { event: '8', reason: 'wrong-person' }),
  posted(REGISTRAR, 'DayOpened', 'calendar:england', { date: '2026-09-02' }),
  posted(REGISTRAR, 'EngagementStarted', A, { provider: P, from: '2025-09-01', basis: 'contracted' }),
  ...Array.from({ length: 588 }, (_, i) =>
    posted(REGISTRAR, 'AdviserRegistered', `adviser:load${String(i).padStart(6, '0')}`, {}),
  ),
]);

/** Where its events stand. */
export const AT = {
  matrixRecognised: 1,
  awardsRecognised: 2,
  provider: 3,
  adviser: 4,
  award: 5,
  qualification: 6,
  correction: 7,
  revocation: 8,
  retraction: 9,
  secondDay: 10,
  engagement: 11,
  load: 12,
} as const;
