/// <reference types="jest" />
import { RegisterProcess } from './process';
import { accepted, expectRefused, endSound, keyOf, openDay, submission, type Written } from './refusal';

/** What is refused by the log as it stands: who may post it (403), what was posted before (409), what can be true (422). */
let register: RegisterProcess;

beforeAll(async () => {
  register = await RegisterProcess.start();
  await openDay(register, '2026-09-01');
});
afterAll(() => endSound(register));

const event = (type: string, subject: string, data: Written['data'] = {}): Written => ({
  type,
  subject,
  data,
});
const post = (type: string, subject: string, data?: Written['data']) =>
  accepted(register, event(type, subject, data));

/** Checks that the registrar is refused an event, for a reason that stands in the log. */
async function refused(
  code: string,
  pointer: string | undefined,
  written: Written,
  key?: string,
): Promise<void> {
  const status =
    code === 'not-recognised' || code === 'not-your-event'
      ? 403
      : code === 'same-id-different-content'
        ? 409
        : 422;
  const pointers = pointer === undefined ? [] : [pointer];
  await expectRefused(register, () => register.post(submission(written), key === undefined ? {} : { key }), {
    status,
    code,
    pointers,
  });
}

let keys = 0;
const provider = async (): Promise<string> => {
  const key = `ukprn:${10_000_000 + ++keys}`;
  await post('ProviderRegistered', key, { name: `Provider ${keys}`, legalForm: 'company' });
  return key;
};
const adviser = async (): Promise<string> => {
  const key = `adviser:${String(++keys).padStart(8, 'a')}`;
  await post('AdviserRegistered', key);
  return key;
};
const school = async (): Promise<string> => {
  const key = `urn:${100_000 + ++keys}`;
  await post('SchoolRegistered', key, { name: `School ${keys}`, phase: 'secondary', area: 'area:E10000014' });
  return key;
};

const OF = { standard: 'matrix', reference: 'M-1' };
const award = (subject: string, data: Written['data'] = {}) =>
  post('AccreditationAwarded', subject, {
    ...OF,
    from: '2026-01-01',
    until: '2028-12-31',
    kind: 'initial',
    ...data,
  });
const suspension = (subject: string, data: Written['data'] = {}) =>
  post('AccreditationSuspended', subject, {
    ...OF,
    from: '2026-06-01',
    reason: 'complaint',
    onAppeal: 'stays',
    ...data,
  });

const NOBODY = 'ukprn:19999999';
const NO_ADVISER = 'adviser:nobodyatall';

/** What each event says that acts on a grant, and the field that names the grant. */
const ACTS_ON_AWARD = [
  event('AccreditationExtended', '', { ...OF, until: '2030-01-01', reason: 'review-late' }),
  event('AccreditationSuspended', '', { ...OF, from: '2026-06-01', reason: 'complaint', onAppeal: 'stays' }),
  event('AccreditationReinstated', '', { ...OF, from: '2026-06-01' }),
  event('AccreditationWithdrawn', '', { ...OF, from: '2026-06-01', reason: 'complaint', onAppeal: 'stands' }),
  event('AccreditationSurrendered', '', { ...OF, from: '2026-06-01' }),
  event('AccreditationLapsed', '', { ...OF, from: '2026-06-01', reason: 'fees' }),
  event('AccreditationVoided', '', { ...OF, reason: 'error' }),
  event('ImprovementCheckCompleted', '', { ...OF, month: 12, on: '2026-06-01' }),
  event('ImprovementCheckMissed', '', { ...OF, month: 24, on: '2026-06-01' }),
].map((one) => [one.type, one] as const);
const ACTS_ON_CERTIFICATE = [
  event('QualificationRevoked', '', {
    certificate: 'C-1',
    from: '2026-06-01',
    reason: 'fraud',
    onAppeal: 'stays',
  }),
  event('QualificationVoided', '', { certificate: 'C-1', reason: 'error' }),
].map((one) => [one.type, one] as const);
const ACTS_ON_ENROLMENT = [
  event('EnrolmentExtended', '', { qualification: 'l6-dcgd', expectedEnd: '2030-01-01' }),
  event('EnrolmentEnded', '', { qualification: 'l6-dcgd', on: '2026-06-01', outcome: 'withdrawn' }),
].map((one) => [one.type, one] as const);
const ACTS_ON_REGISTRATION = [
  event('RegistrationLapsed', '', { register: 'cdi', from: '2026-06-01', reason: 'fees' }),
  event('RegistrationRemoved', '', {
    register: 'cdi',
    from: '2026-06-01',
    reason: 'conduct',
    onAppeal: 'stays',
  }),
  event('RegistrationRestored', '', { register: 'cdi', from: '2026-06-01' }),
].map((one) => [one.type, one] as const);

describe('unknown-subject: nobody is spoken of who is not registered', () => {
  test.each([
    ...ACTS_ON_AWARD,
    [
      'AccreditationApplied',
      event('AccreditationApplied', '', { standard: 'matrix', on: '2026-06-01' }),
    ] as const,
    [
      'AccreditationAwarded',
      event('AccreditationAwarded', '', { ...OF, from: '2026-01-01', kind: 'initial' }),
    ] as const,
    ['ProviderRenamed', event('ProviderRenamed', '', { name: 'Anew', from: '2026-01-01' })] as const,
    ['ProviderIdentified', event('ProviderIdentified', '', { as: 'company:01234567' })] as const,
    ['ProviderClosed', event('ProviderClosed', '', { on: '2026-01-01', reason: 'insolvency' })] as const,
    [
      'ContractAwarded',
      event('ContractAwarded', '', {
        reference: 'N-1',
        programme: 'ncs',
        services: ['skills'],
        clientGroups: ['adults'],
        from: '2026-01-01',
        until: '2026-12-31',
      }),
    ] as const,
    ['ContractEnded', event('ContractEnded', '', { reference: 'N-1', on: '2026-01-01' })] as const,
  ])('a provider of %s', async (_, written) => {
    await refused('unknown-subject', '/subject', { ...written, subject: NOBODY });
  });

  test.each([
    ...ACTS_ON_CERTIFICATE,
    ...ACTS_ON_ENROLMENT,
    ...ACTS_ON_REGISTRATION,
    [
      'QualificationClaimed',
      event('QualificationClaimed', '', { qualification: 'qcg', awardedOn: '2001-01-01' }),
    ] as const,
    [
      'QualificationAwarded',
      event('QualificationAwarded', '', {
        qualification: 'qcg',
        awardedOn: '2001-01-01',
        certificate: 'C-1',
      }),
    ] as const,
    [
      'EnrolmentStarted',
      event('EnrolmentStarted', '', { qualification: 'qcg', from: '2026-01-01', expectedEnd: '2027-01-01' }),
    ] as const,
    [
      'RegistrationGranted',
      event('RegistrationGranted', '', { register: 'cdi', from: '2026-01-01' }),
    ] as const,
    [
      'SanctionImposed',
      event('SanctionImposed', '', { from: '2026-01-01', reason: 'conduct', onAppeal: 'stays' }),
    ] as const,
  ])('an adviser of %s', async (_, written) => {
    await refused('unknown-subject', '/subject', { ...written, subject: NO_ADVISER });
  });

  test('a school of a commission, and of its end, of a careers leader and a programme', async () => {
    const one = await provider();
    const commission = {
      reference: 'R-1',
      provider: one,
      setting: 'private',
      from: '2026-09-01',
      until: '2027-07-20',
    };
    await refused('unknown-subject', '/subject', event('CommissionAgreed', 'urn:999999', commission));
    await refused(
      'unknown-subject',
      '/subject',
      event('CommissionEnded', 'urn:999999', { reference: 'R-1', on: '2026-09-01' }),
    );
    await refused(
      'unknown-subject',
      '/subject',
      event('CareersLeaderAppointed', 'urn:999999', { appointment: 'A-1', from: '2026-09-01' }),
    );
    await refused(
      'unknown-subject',
      '/subject',
      event('CareersLeaderEnded', 'urn:999999', { appointment: 'A-1', on: '2026-09-01' }),
    );
    await refused(
      'unknown-subject',
      '/subject',
      event('ProgrammeMapped', 'urn:999999', { framework: 'cdi', ages: [11, 18], from: '2026-09-01' }),
    );
  });

  test('whom an event names beside its subject', async () => {
    const [one, person, hill] = [await provider(), await adviser(), await school()];
    await award(one);
    await refused(
      'unknown-subject',
      '/data/to',
      event('AccreditationTransferred', one, { ...OF, to: NOBODY, from: '2026-09-01' }),
    );
    await refused(
      'unknown-subject',
      '/data/into',
      event('ProviderMerged', one, { into: NOBODY, on: '2026-09-01' }),
    );
    await refused('unknown-subject', '/data/into', event('AdviserMerged', person, { into: NO_ADVISER }));
    await refused(
      'unknown-subject',
      '/data/provider',
      event('EngagementStarted', person, { provider: NOBODY, from: '2026-09-01', basis: 'self' }),
    );
    await refused(
      'unknown-subject',
      '/data/provider',
      event('EngagementEnded', person, { provider: NOBODY, on: '2026-09-01' }),
    );
    const commission = {
      reference: 'R-1',
      provider: one,
      setting: 'private',
      from: '2026-09-01',
      until: '2027-07-20',
    };
    await refused(
      'unknown-subject',
      '/data/provider',
      event('CommissionAgreed', hill, { ...commission, provider: NOBODY }),
    );
    await refused(
      'unknown-subject',
      '/data/advisers',
      event('CommissionAgreed', hill, { ...commission, advisers: [person, NO_ADVISER] }),
    );
    await refused(
      'unknown-subject',
      '/data/coordinator',
      event('CoordinatorAssigned', 'area:E10000014', {
        coordinator: NO_ADVISER,
        role: 'enterprise',
        from: '2026-09-01',
      }),
    );
  });

  test('a body that was never recognised', async () => {
    await refused(
      'unknown-subject',
      '/subject',
      event('BodyRecognitionEnded', 'body:nobody', { on: '2026-09-01', reason: 'merger' }),
    );
    await refused(
      'unknown-subject',
      '/subject',
      event('BodyKeyIssued', 'body:nobody', { key: 'k', hash: `sha256:${'0'.repeat(64)}` }),
    );
    await refused('unknown-subject', '/subject', event('BodyKeyRevoked', 'body:nobody', { key: 'k' }));
  });

  test('a registration that was retracted', async () => {
    const key = `ukprn:${10_000_000 + ++keys}`;
    const registration = await post('ProviderRegistered', key, { name: 'Gone', legalForm: 'company' });
    await post('EventRetracted', key, { event: registration, reason: 'error' });
    await refused(
      'unknown-subject',
      '/subject',
      event('ProviderClosed', key, { on: '2026-09-01', reason: 'error' }),
    );
  });
});

describe('already-registered: a key is registered once', () => {
  const again = (subject: string) =>
    event('ProviderRegistered', subject, { name: 'Twin', legalForm: 'other' });

  test('a provider, an adviser, a school', async () => {
    await refused('already-registered', '/subject', again(await provider()));
    await refused('already-registered', '/subject', event('AdviserRegistered', await adviser()));
    await refused(
      'already-registered',
      '/subject',
      event('SchoolRegistered', await school(), { name: 'Twin', phase: 'primary', area: 'area:E10000014' }),
    );
  });

  test('as a further key of another too, and a further key is new', async () => {
    const [one, other] = [await provider(), await provider()];
    await post('ProviderIdentified', one, { as: 'company:SC000001' });
    await refused('already-registered', '/subject', again('company:SC000001'));
    await refused(
      'already-registered',
      '/data/as',
      event('ProviderIdentified', other, { as: 'company:SC000001' }),
    );
    await refused('already-registered', '/data/as', event('ProviderIdentified', other, { as: one }));
  });

  test('free again once its registration is retracted', async () => {
    const one = await provider();
    const identified = await post('ProviderIdentified', one, { as: 'company:SC000002' });
    await post('EventRetracted', one, { event: identified, reason: 'error' });
    await post('ProviderRegistered', 'company:SC000002', { name: 'Another', legalForm: 'company' });
  });
});

describe('invalid-interval: no interval ends before it begins', () => {
  const days = { from: '2026-09-01', until: '2026-08-31' };
  test('an award, a contract', async () => {
    const one = await provider();
    await refused(
      'invalid-interval',
      '/data/until',
      event('AccreditationAwarded', one, { ...OF, ...days, kind: 'initial' }),
    );
    const contract = { reference: 'N-9', programme: 'ncs', services: ['skills'], clientGroups: ['adults'] };
    await refused('invalid-interval', '/data/until', event('ContractAwarded', one, { ...contract, ...days }));
  });
  test('a registration, a sanction, an enrolment', async () => {
    const person = await adviser();
    await refused(
      'invalid-interval',
      '/data/until',
      event('RegistrationGranted', person, { register: 'cdi', ...days }),
    );
    await refused(
      'invalid-interval',
      '/data/until',
      event('SanctionImposed', person, { ...days, reason: 'conduct', onAppeal: 'stays' }),
    );
    await refused(
      'invalid-interval',
      '/data/expectedEnd',
      event('EnrolmentStarted', person, {
        qualification: 'qcg',
        from: '2026-09-01',
        expectedEnd: '2026-08-31',
      }),
    );
  });
  test('a commission, a programme', async () => {
    const [one, hill] = [await provider(), await school()];
    await refused(
      'invalid-interval',
      '/data/until',
      event('CommissionAgreed', hill, { reference: 'R-1', provider: one, setting: 'private', ...days }),
    );
    await refused(
      'invalid-interval',
      '/data/until',
      event('ProgrammeMapped', hill, { framework: 'cdi', ages: [11, 18], ...days }),
    );
  });
  test('what a correction makes of one', async () => {
    const one = await provider();
    const position = await award(one);
    await refused(
      'invalid-interval',
      '/data/until',
      event('EventCorrected', one, {
        event: position,
        data: { ...OF, ...days, kind: 'initial' },
        kind: 'clerical',
        reason: 'typing-mistake',
      }),
    );
  });
  test('one day is an interval', async () => {
    await award(await provider(), { from: '2026-09-01', until: '2026-09-01' });
  });
});

describe('overlapping-award: one award of a reference counts on a day', () => {
  const twice = (subject: string, data: Written['data']) =>
    event('AccreditationAwarded', subject, { ...OF, kind: 'review', ...data });

  test.each([
    ['the same days', { from: '2026-01-01', until: '2028-12-31' }],
    ['the last day', { from: '2028-12-31', until: '2029-12-31' }],
    ['the first day', { from: '2025-01-01', until: '2026-01-01' }],
    ['all days and more', { from: '2020-01-01' }],
  ])('%s', async (_, data) => {
    const one = await provider();
    await award(one);
    await refused('overlapping-award', '/data/from', twice(one, data));
  });

  test('the day after, another reference, another standard and another holder do not overlap', async () => {
    const one = await provider();
    await award(one);
    await award(one, { from: '2029-01-01', until: '2029-12-31' });
    await award(one, { reference: 'M-2' });
    await award(one, { standard: 'quality-in-careers' });
    await award(await provider());
  });

  test('under a further key of the holder', async () => {
    const one = await provider();
    await award(one);
    await post('ProviderIdentified', one, { as: 'company:SC000003' });
    await refused('overlapping-award', '/data/from', twice('company:SC000003', { from: '2026-01-01' }));
  });

  test('but not on days on which it is voided, withdrawn or retracted', async () => {
    const [voided, withdrawn, retracted] = [await provider(), await provider(), await provider()];
    await award(voided);
    await post('AccreditationVoided', voided, { ...OF, reason: 'error' });
    await award(voided);
    await award(withdrawn);
    await post('AccreditationWithdrawn', withdrawn, {
      ...OF,
      from: '2026-06-01',
      reason: 'complaint',
      onAppeal: 'stands',
    });
    await refused('overlapping-award', '/data/from', twice(withdrawn, { from: '2026-05-31' }));
    await award(withdrawn, { from: '2026-06-01' });
    await post('EventRetracted', retracted, { event: await award(retracted), reason: 'error' });
    await award(retracted);
  });

  test('a contract likewise', async () => {
    const [one, other] = [await provider(), await provider()];
    const contract = {
      reference: 'N-10',
      programme: 'ncs',
      services: ['skills'],
      clientGroups: ['adults'],
      from: '2026-01-01',
      until: '2026-12-31',
    };
    await post('ContractAwarded', one, contract);
    await refused(
      'overlapping-award',
      '/data/from',
      event('ContractAwarded', one, { ...contract, from: '2026-12-31', until: '2027-12-31' }),
    );
    await post('ContractAwarded', one, { ...contract, from: '2027-01-01', until: '2027-12-31' });
    await post('ContractAwarded', other, contract);
  });
});

describe('no-such-award: what acts on a grant needs one', () => {
  test.each(ACTS_ON_AWARD)('%s', async (_, written) => {
    const one = await provider();
    await refused('no-such-award', '/data/reference', { ...written, subject: one });
    await award(one, { reference: 'M-2' });
    await award(one, { standard: 'quality-in-careers' });
    await refused('no-such-award', '/data/reference', { ...written, subject: one });
  });

  test('AccreditationTransferred', async () => {
    const [one, other] = [await provider(), await provider()];
    await award(other);
    await refused(
      'no-such-award',
      '/data/reference',
      event('AccreditationTransferred', one, { ...OF, to: other, from: '2026-09-01' }),
    );
  });

  test('a voided award is none, and a retracted one', async () => {
    const [voided, retracted] = [await provider(), await provider()];
    await award(voided);
    await post('AccreditationVoided', voided, { ...OF, reason: 'error' });
    await post('EventRetracted', retracted, { event: await award(retracted), reason: 'error' });
    for (const [, written] of ACTS_ON_AWARD) {
      await refused('no-such-award', '/data/reference', { ...written, subject: voided });
      await refused('no-such-award', '/data/reference', { ...written, subject: retracted });
    }
  });

  test.each(ACTS_ON_CERTIFICATE)('%s', async (_, written) => {
    const person = await adviser();
    await post('QualificationClaimed', person, {
      qualification: 'qcg',
      awardedOn: '2001-01-01',
      certificate: 'C-1',
    });
    await post('QualificationAwarded', person, {
      qualification: 'qcg',
      awardedOn: '2001-01-01',
      certificate: 'C-2',
    });
    await refused('no-such-award', '/data/certificate', { ...written, subject: person });
  });

  test('a voided certificate is none', async () => {
    const person = await adviser();
    await post('QualificationAwarded', person, {
      qualification: 'qcg',
      awardedOn: '2001-01-01',
      certificate: 'C-1',
    });
    await post('QualificationVoided', person, { certificate: 'C-1', reason: 'error' });
    for (const [, written] of ACTS_ON_CERTIFICATE)
      await refused('no-such-award', '/data/certificate', { ...written, subject: person });
  });

  test.each(ACTS_ON_ENROLMENT)('%s', async (_, written) => {
    const person = await adviser();
    await post('EnrolmentStarted', person, {
      qualification: 'qcg',
      from: '2026-01-01',
      expectedEnd: '2027-01-01',
    });
    await refused('no-such-award', '/data/qualification', { ...written, subject: person });
  });

  test.each(ACTS_ON_REGISTRATION)('%s', async (_, written) => {
    const person = await adviser();
    await post('RegistrationGranted', person, { register: 'icg', from: '2026-01-01' });
    await refused('no-such-award', '/data/register', { ...written, subject: person });
  });

  test('EngagementEnded, of an engagement with another too', async () => {
    const [person, one, other] = [await adviser(), await provider(), await provider()];
    await post('EngagementStarted', person, { provider: other, from: '2026-01-01', basis: 'employed' });
    await refused(
      'no-such-award',
      '/data/provider',
      event('EngagementEnded', person, { provider: one, on: '2026-09-01' }),
    );
  });

  test('CommissionEnded, CareersLeaderEnded', async () => {
    const hill = await school();
    await post('CareersLeaderAppointed', hill, { appointment: 'A-2', from: '2026-01-01' });
    await refused(
      'no-such-award',
      '/data/reference',
      event('CommissionEnded', hill, { reference: 'R-1', on: '2026-09-01' }),
    );
    await refused(
      'no-such-award',
      '/data/appointment',
      event('CareersLeaderEnded', hill, { appointment: 'A-1', on: '2026-09-01' }),
    );
  });

  test('CoordinatorEnded, of another area too', async () => {
    const person = await adviser();
    await post('CoordinatorAssigned', 'area:E10000015', {
      coordinator: person,
      role: 'enterprise',
      from: '2026-01-01',
    });
    await refused(
      'no-such-award',
      '/data/coordinator',
      event('CoordinatorEnded', 'area:E10000014', { coordinator: person, on: '2026-09-01' }),
    );
  });

  test('ContractEnded, of another holder’s too', async () => {
    const [one, other] = [await provider(), await provider()];
    await post('ContractAwarded', other, {
      reference: 'N-11',
      programme: 'ncs',
      services: ['skills'],
      clientGroups: ['adults'],
      from: '2026-01-01',
      until: '2026-12-31',
      subcontractorOf: 'not-there-yet',
    });
    await refused(
      'no-such-award',
      '/data/reference',
      event('ContractEnded', one, { reference: 'N-11', on: '2026-09-01' }),
    );
  });
});

describe('not-suspended: a lift needs a block that is not lifted', () => {
  test('an award that was never suspended, or is withdrawn', async () => {
    const one = await provider();
    await award(one);
    const lift = event('AccreditationReinstated', one, { ...OF, from: '2026-08-01' });
    await refused('not-suspended', '/data/reference', lift);
    await post('AccreditationWithdrawn', one, {
      ...OF,
      from: '2026-06-01',
      reason: 'complaint',
      onAppeal: 'stays',
    });
    await refused('not-suspended', '/data/reference', lift);
    await suspension(one);
    await accepted(register, lift);
    await refused('not-suspended', '/data/reference', lift);
  });

  test('a registration that neither lapsed nor was removed', async () => {
    const person = await adviser();
    await post('RegistrationGranted', person, { register: 'cdi', from: '2026-01-01' });
    const lift = event('RegistrationRestored', person, { register: 'cdi', from: '2026-08-01' });
    await refused('not-suspended', '/data/register', lift);
    await post('RegistrationLapsed', person, { register: 'cdi', from: '2026-06-01', reason: 'fees' });
    await accepted(register, lift);
    await refused('not-suspended', '/data/register', lift);
  });

  test('a suspension that was retracted', async () => {
    const one = await provider();
    await award(one);
    await post('EventRetracted', one, { event: await suspension(one), reason: 'error' });
    await refused(
      'not-suspended',
      '/data/reference',
      event('AccreditationReinstated', one, { ...OF, from: '2026-08-01' }),
    );
  });
});

describe('extension-shortens: an extension gives a later end', () => {
  const extension = (subject: string, until: string) =>
    event('AccreditationExtended', subject, { ...OF, until, reason: 'review-late' });

  test('than the award’s, and than the present one', async () => {
    const one = await provider();
    await award(one);
    await refused('extension-shortens', '/data/until', extension(one, '2028-12-30'));
    await accepted(register, extension(one, '2029-06-30'));
    await refused('extension-shortens', '/data/until', extension(one, '2029-06-29'));
  });

  test('and an award without an end has none to move', async () => {
    const one = await provider();
    await award(one, { until: undefined });
    await refused('extension-shortens', '/data/until', extension(one, '2030-01-01'));
    await refused('extension-shortens', '/data/until', extension(one, '9999-12-31'));
  });

  test('of an enrolment too', async () => {
    const person = await adviser();
    await post('EnrolmentStarted', person, {
      qualification: 'qcg',
      from: '2026-01-01',
      expectedEnd: '2027-01-01',
    });
    await refused(
      'extension-shortens',
      '/data/expectedEnd',
      event('EnrolmentExtended', person, { qualification: 'qcg', expectedEnd: '2026-12-31' }),
    );
  });
});

/** An event about an event, of each type, with sound data beside the reference. */
const ANNOTATIONS = [
  ['AppealLodged', 'against', { on: '2026-08-01' }],
  ['AppealDecided', 'against', { on: '2026-08-01', outcome: 'upheld' }],
  [
    'EventCorrected',
    'event',
    { data: { on: '2026-08-01', reason: 'insolvency' }, kind: 'clerical', reason: 'typing-mistake' },
  ],
  ['EventRetracted', 'event', { reason: 'error' }],
  ['DisputeOpened', 'event', { reason: 'mistaken' }],
  ['DisputeClosed', 'event', { outcome: 'dismissed' }],
] as const;

describe.each(ANNOTATIONS)('%s names an event', (type, field, data) => {
  const naming = (subject: string, reference: string) =>
    event(type, subject, { ...data, [field]: reference });

  test('no-such-event: that is in the log', async () => {
    const one = await provider();
    await refused('no-such-event', `/data/${field}`, naming(one, '9999999999999999'));
    await refused('no-such-event', `/data/${field}`, naming(one, 'id:never-posted'));
    const own = submission(naming(one, 'id:its-own'));
    await refused('no-such-event', `/data/${field}`, { ...own, id: 'its-own' });
  });

  test('no-such-event: of the same source', async () => {
    const one = await provider();
    await accepted(register, {
      ...event('ProviderClosed', one, { on: '2026-08-01', reason: 'insolvency' }),
      source: '/others',
      id: `closed-${type}`,
    });
    await refused('no-such-event', `/data/${field}`, naming(one, `id:closed-${type}`));
  });

  test('already-retracted: that stands', async () => {
    const one = await provider();
    const closed = await post('ProviderClosed', one, { on: '2026-08-01', reason: 'insolvency' });
    await post('EventRetracted', one, { event: closed, reason: 'error' });
    await refused('already-retracted', `/data/${field}`, naming(one, closed));
  });

  test('already-retracted: that no dispute took out', async () => {
    const one = await provider();
    const closed = await post('ProviderClosed', one, { on: '2026-08-01', reason: 'insolvency' });
    await post('DisputeOpened', one, { event: closed, reason: 'mistaken' });
    await post('DisputeClosed', one, { event: closed, outcome: 'upheld' });
    await refused('already-retracted', `/data/${field}`, naming(one, closed));
  });

  test('other-stream: under that event’s own subject', async () => {
    const [one, other] = [await provider(), await provider()];
    const closed = await post('ProviderClosed', one, { on: '2026-08-01', reason: 'insolvency' });
    await refused('other-stream', '/subject', naming(other, closed));
    const further = `company:SC9000${String(++keys).padStart(2, '0').slice(-2)}`;
    await post('ProviderIdentified', one, { as: further });
    await refused('other-stream', '/subject', naming(further, closed));
  });
});

describe('appeals', () => {
  const lodged = (subject: string, against: string) =>
    event('AppealLodged', subject, { against, on: '2026-07-01' });
  const decided = (subject: string, against: string) =>
    event('AppealDecided', subject, { against, on: '2026-08-01', outcome: 'dismissed' });

  test('not-appealable: what does not say what an appeal would do', async () => {
    const one = await provider();
    const position = await award(one);
    await refused('not-appealable', '/data/against', lodged(one, position));
    await refused('not-appealable', '/data/against', decided(one, position));
    const surrendered = await post('AccreditationSurrendered', one, { ...OF, from: '2026-09-01' });
    await refused('not-appealable', '/data/against', lodged(one, surrendered));
  });

  test('already-appealed: one appeal an event, also once it is decided', async () => {
    const one = await provider();
    await award(one);
    const suspended = await suspension(one);
    await accepted(register, lodged(one, suspended));
    await refused('already-appealed', '/data/against', lodged(one, suspended));
    await accepted(register, decided(one, suspended));
    await refused('already-appealed', '/data/against', lodged(one, suspended));
  });

  test('no-appeal: one decision an appeal', async () => {
    const one = await provider();
    await award(one);
    const suspended = await suspension(one);
    await refused('no-appeal', '/data/against', decided(one, suspended));
    const lodging = await accepted(register, lodged(one, suspended));
    await accepted(register, decided(one, suspended));
    await refused('no-appeal', '/data/against', decided(one, suspended));
    await post('EventRetracted', one, { event: lodging, reason: 'error' });
    await refused('no-appeal', '/data/against', decided(one, suspended));
  });
});

describe('corrections and retractions', () => {
  const correction = (subject: string, target: string, data: object) =>
    event('EventCorrected', subject, { event: target, data, kind: 'substantive', reason: 'typing-mistake' });
  const retraction = (subject: string, target: string) =>
    event('EventRetracted', subject, { event: target, reason: 'error' });

  test('not-correctable: a correction, a retraction, a dispute', async () => {
    const one = await provider();
    const position = await award(one);
    const corrected = await accepted(
      register,
      correction(one, position, { ...OF, from: '2026-02-01', kind: 'initial' }),
    );
    const disputed = await post('DisputeOpened', one, { event: position, reason: 'mistaken' });
    const closed = await post('DisputeClosed', one, { event: position, outcome: 'dismissed' });
    const retracted = await accepted(register, retraction(one, position));
    for (const target of [corrected, disputed, closed, retracted]) {
      await refused('not-correctable', '/data/event', correction(one, target, { reason: 'error' }));
    }
    await accepted(register, retraction(one, retracted));
  });

  test('not-correctable, nor to be retracted: a day and a key', async () => {
    await post('BodyRecognised', 'body:keys', { name: 'Keys', mayPost: [], from: '2026-01-01' });
    const hash = `sha256:${'1'.repeat(64)}`;
    const issued = await post('BodyKeyIssued', 'body:keys', { key: 'k', hash });
    const revoked = await post('BodyKeyRevoked', 'body:keys', { key: 'k' });
    const targets = [
      ['calendar:england', '1', { date: '2026-09-02' }],
      ['body:keys', issued, { key: 'k', hash }],
      ['body:keys', revoked, { key: 'k' }],
    ] as const;
    for (const [subject, target, data] of targets) {
      await refused('not-correctable', '/data/event', correction(subject, target, data));
      await refused('not-correctable', '/data/event', retraction(subject, target));
    }
  });

  test('other-stream: a correction leaves its target where it is', async () => {
    const [one, person, other] = [await provider(), await adviser(), await provider()];
    const position = await award(one);
    await refused(
      'other-stream',
      '/data/data',
      correction(one, position, {
        ...OF,
        standard: 'quality-in-careers',
        from: '2026-01-01',
        kind: 'initial',
      }),
    );
    const engaged = await post('EngagementStarted', person, {
      provider: one,
      from: '2026-01-01',
      basis: 'self',
    });
    await refused(
      'other-stream',
      '/data/data',
      correction(person, engaged, { provider: other, from: '2026-01-01', basis: 'self' }),
    );
  });

  test('other-stream: a correction of an appeal names the same event', async () => {
    const one = await provider();
    await award(one);
    const [first, second] = [await suspension(one), await suspension(one, { from: '2026-07-01' })];
    const lodging = await post('AppealLodged', one, { against: first, on: '2026-07-01' });
    await refused(
      'other-stream',
      '/data/data',
      correction(one, lodging, { against: second, on: '2026-07-01' }),
    );
    await accepted(register, correction(one, lodging, { against: first, on: '2026-07-02' }));
  });

  test('a correction is judged as a posting of its target, by what stands before it', async () => {
    const one = await provider();
    await award(one);
    const later = await award(one, { from: '2029-01-01', until: '2030-12-31' });
    await refused(
      'overlapping-award',
      '/data/from',
      correction(one, later, { ...OF, from: '2028-12-31', kind: 'review' }),
    );
    const suspended = await suspension(one);
    await refused(
      'no-such-award',
      '/data/reference',
      correction(one, suspended, {
        standard: 'matrix',
        reference: 'M-9',
        from: '2026-06-01',
        reason: 'complaint',
        onAppeal: 'stays',
      }),
    );
  });
});

describe('disputes', () => {
  const opened = (subject: string, target: string) =>
    event('DisputeOpened', subject, { event: target, reason: 'mistaken' });
  const closed = (subject: string, target: string) =>
    event('DisputeClosed', subject, { event: target, outcome: 'dismissed' });

  test('not-disputable: what changes no answer', async () => {
    const [one, person, hill] = [await provider(), await adviser(), await school()];
    await award(one);
    const engaged = { provider: one, setting: 'private', from: '2026-09-01', until: '2027-07-20' };
    const records: [string, string][] = [
      [one, await post('ProviderRenamed', one, { name: 'Anew', from: '2026-01-01' })],
      [one, await post('ImprovementCheckMissed', one, { ...OF, month: 12, on: '2026-08-01' })],
      [person, await post('QualificationClaimed', person, { qualification: 'qcg', awardedOn: '2001-01-01' })],
      [hill, await post('CommissionAgreed', hill, { reference: 'R-1', ...engaged })],
      [hill, await post('CareersLeaderAppointed', hill, { appointment: 'A-1', from: '2026-01-01' })],
      ['calendar:england', '1'],
      ['policy:cmqa-2017', '0'],
    ];
    for (const [subject, position] of records)
      await refused('not-disputable', '/data/event', opened(subject, position));
  });

  test('not-disputable: an appeal, a correction, a dispute', async () => {
    const one = await provider();
    await award(one);
    const suspended = await suspension(one);
    const lodging = await post('AppealLodged', one, { against: suspended, on: '2026-07-01' });
    const dispute = await accepted(register, opened(one, suspended));
    await refused('not-disputable', '/data/event', opened(one, lodging));
    await refused('not-disputable', '/data/event', opened(one, dispute));
  });

  test('already-disputed, no-open-dispute: one is open at a time', async () => {
    const one = await provider();
    const position = await award(one);
    await refused('no-open-dispute', '/data/event', closed(one, position));
    await accepted(register, opened(one, position));
    await refused('already-disputed', '/data/event', opened(one, position));
    await accepted(register, closed(one, position));
    await refused('no-open-dispute', '/data/event', closed(one, position));
    await accepted(register, opened(one, position));
  });

  test('too-many-disputes: eight may be open in a stream', async () => {
    const one = await provider();
    const awards: string[] = [];
    for (let i = 1; i <= 9; i++) awards.push(await award(one, { reference: `M-${i}` }));
    const [ninth = '', ...eight] = awards.toReversed();
    for (const position of eight) await accepted(register, opened(one, position));
    await refused('too-many-disputes', '/data/event', opened(one, ninth));
    await accepted(register, closed(one, eight[0] ?? ''));
    await accepted(register, opened(one, ninth));
  });
});

describe('too much of one kind', () => {
  const renaming = (subject: string, i: number) =>
    submission(event('ProviderRenamed', subject, { name: `Name ${i}`, from: '2026-01-01' }));
  /** How many of the lines were taken, and how many were refused for what. */
  async function outcomes(lines: readonly object[], query = '') {
    const { json } = await register.postLines(lines, { query });
    const { accepted, duplicates, rejected } = json as {
      accepted: number;
      duplicates: number;
      rejected: readonly { problem: { code: string } }[];
    };
    return { accepted, duplicates, refused: rejected.map(({ problem }) => problem.code) };
  }

  test('too-many: of one subject a body posts so many events of a kind, tried or posted, and may correct them all', async () => {
    const one = await provider();
    const renamings = Array.from({ length: 502 }, (_, i) => renaming(one, i));
    const asMany = { accepted: 499, duplicates: 0, refused: ['too-many', 'too-many', 'too-many'] };
    expect(await outcomes(renamings, '?dryRun=true')).toEqual(asMany);
    expect(await outcomes(renamings)).toEqual(asMany);
    await refused(
      'too-many',
      '/subject',
      event('ProviderRenamed', one, { name: 'Another', from: '2026-01-01' }),
    );
    await post('ProviderClosed', one, { on: '2026-12-31', reason: 'ceased' });
    const [first] = renamings;
    expect(await outcomes([first ?? {}])).toEqual({ accepted: 0, duplicates: 1, refused: [] });
  });
});

describe('contracts, days and editions', () => {
  const contract = (subject: string, reference: string, subcontractorOf: string) =>
    event('ContractAwarded', subject, {
      reference,
      subcontractorOf,
      programme: 'ncs',
      services: ['skills'],
      clientGroups: ['adults'],
      from: '2026-01-01',
      until: '2026-12-31',
    });

  test('contract-cycle: no chain comes back', async () => {
    const [one, other] = [await provider(), await provider()];
    await refused('contract-cycle', '/data/subcontractorOf', contract(one, 'X-1', 'X-1'));
    await accepted(register, contract(one, 'X-1', 'X-2'));
    await accepted(register, contract(one, 'X-2', 'X-3'));
    await refused('contract-cycle', '/data/subcontractorOf', contract(other, 'X-3', 'X-1'));
    await accepted(register, contract(other, 'X-3', 'X-4'));
  });

  test.each([
    ['the day before', '2026-08-31'],
    ['the same day', '2026-09-01'],
    ['a day too far', '2026-09-03'],
  ])('day-out-of-order: %s', async (_, date) => {
    await refused('day-out-of-order', '/data/date', event('DayOpened', 'calendar:england', { date }));
  });

  test('edition-exists: a number is given once', async () => {
    const policy = { title: 'A policy', strength: 'proposal', purposes: {}, settings: { private: [] } };
    await post('PolicyEditionPublished', 'policy:ours', { edition: 2, effectiveFrom: '2026-09-01', policy });
    await refused(
      'edition-exists',
      '/data/edition',
      event('PolicyEditionPublished', 'policy:ours', { edition: 2, effectiveFrom: '2027-09-01', policy }),
    );
    await post('PolicyEditionPublished', 'policy:ours', { edition: 1, effectiveFrom: '2025-09-01', policy });
    await refused(
      'edition-exists',
      '/data/edition',
      event('PolicyEditionPublished', 'policy:cmqa-2017', {
        edition: 1,
        effectiveFrom: '2026-09-01',
        policy,
      }),
    );
  });
});

describe('same-id-different-content: an id stands for one event', () => {
  const first = { source: '/feed', id: 'a' };
  let one: string;
  let other: string;
  beforeAll(async () => {
    [one, other] = [await provider(), await provider()];
    await accepted(register, {
      ...event('ProviderClosed', one, { on: '2027-01-01', reason: 'merger' }),
      ...first,
    });
  });

  test.each([
    ['another type', () => event('AccreditationApplied', one, { standard: 'matrix', on: '2027-01-01' })],
    ['another subject', () => event('ProviderClosed', other, { on: '2027-01-01', reason: 'merger' })],
    ['other data', () => event('ProviderClosed', one, { on: '2027-01-02', reason: 'merger' })],
    ['a reference to another event', () => event('EventRetracted', one, { event: 'id:a', reason: 'error' })],
  ])('%s', async (_, written) => {
    await refused('same-id-different-content', '/id', { ...written(), ...first });
  });

  test('from another source it is another', async () => {
    await accepted(register, {
      ...event('ProviderClosed', other, { on: '2027-01-01', reason: 'merger' }),
      source: '/other-feed',
      id: 'a',
    });
  });
});

describe('who may post what', () => {
  let matrix: string;
  let everything: string;
  let one: string;
  let person: string;

  beforeAll(async () => {
    await post('BodyRecognised', 'body:matrix', {
      name: 'The matrix Standard',
      mayPost: [
        {
          types: [
            'AccreditationAwarded',
            'AccreditationSuspended',
            'EventCorrected',
            'EventRetracted',
            'DisputeOpened',
          ],
          standards: ['matrix'],
        },
        {
          types: ['QualificationAwarded', 'QualificationRevoked', 'EnrolmentEnded', 'AppealLodged'],
          qualifications: ['qcg'],
        },
      ],
      from: '2026-01-01',
    });
    await post('BodyRecognised', 'body:everything', {
      name: 'Everything',
      mayPost: [{ types: '*' }],
      from: '2000-01-01',
    });
    [matrix, everything, one, person] = [
      await keyOf(register, 'matrix'),
      await keyOf(register, 'everything'),
      await provider(),
      await adviser(),
    ];
    await post('QualificationAwarded', person, {
      qualification: 'l4-dcia',
      awardedOn: '2020-01-01',
      certificate: 'D-1',
    });
    await post('QualificationAwarded', person, {
      qualification: 'qcg',
      awardedOn: '2020-01-01',
      certificate: 'D-2',
    });
  });

  const awarded = (data: Written['data'] = {}) =>
    event('AccreditationAwarded', one, {
      ...OF,
      from: '2026-08-01',
      until: '2026-12-31',
      kind: 'initial',
      ...data,
    });

  test.each([
    [
      'a type that it may not post',
      () => event('ProviderClosed', one, { on: '2026-09-01', reason: 'merger' }),
    ],
    [
      'a type that it may post of nothing',
      () => event('AccreditationExtended', one, { ...OF, until: '2027-01-01', reason: 'review-late' }),
    ],
    ['a standard that is not its own', () => awarded({ standard: 'quality-in-careers' })],
    [
      'a qualification that is not its own',
      () =>
        event('QualificationAwarded', person, {
          qualification: 'l4-dcia',
          awardedOn: '2026-08-01',
          certificate: 'D-3',
        }),
    ],
    [
      'a certificate of such a qualification',
      () =>
        event('QualificationRevoked', person, {
          certificate: 'D-1',
          from: '2026-08-01',
          reason: 'fraud',
          onAppeal: 'stays',
        }),
    ],
    ['a first day before it was recognised: from', () => awarded({ from: '2025-12-31' })],
    [
      'a first day before it was recognised: on',
      () => event('EnrolmentEnded', person, { qualification: 'qcg', on: '2025-12-31', outcome: 'failed' }),
    ],
    [
      'a first day before it was recognised: awardedOn',
      () =>
        event('QualificationAwarded', person, {
          qualification: 'qcg',
          awardedOn: '2025-12-31',
          certificate: 'D-4',
        }),
    ],
  ])('not-recognised: %s', async (_, written) => {
    await refused('not-recognised', '/type', written(), matrix);
  });

  test('the same of its own is accepted', async () => {
    await accepted(register, awarded({ reference: 'OWN-1', from: '2026-01-01' }), matrix);
    await accepted(
      register,
      event('QualificationRevoked', person, {
        certificate: 'D-2',
        from: '2026-08-01',
        reason: 'fraud',
        onAppeal: 'stays',
      }),
      matrix,
    );
  });

  test('not-recognised: an event about an event of a standard that is not its own', async () => {
    const position = await award(one, { standard: 'quality-in-careers', reference: 'Q-1' });
    await refused(
      'not-recognised',
      '/type',
      event('DisputeOpened', one, { event: position, reason: 'mistaken' }),
      matrix,
    );
  });

  test.each([
    ['BodyRecognised', 'body:friends', { name: 'Friends', mayPost: [{ types: '*' }], from: '2026-01-01' }],
    ['BodyRecognitionEnded', 'body:matrix', { on: '2026-09-01', reason: 'rivalry' }],
    ['BodyKeyIssued', 'body:everything', { key: 'mine', hash: `sha256:${'2'.repeat(64)}` }],
    ['BodyKeyRevoked', 'body:matrix', { key: 'k' }],
    [
      'PolicyEditionPublished',
      'policy:ours',
      {
        edition: 9,
        effectiveFrom: '2026-09-01',
        policy: { title: 'T', strength: 'statute', purposes: {}, settings: {} },
      },
    ],
    ['DayOpened', 'calendar:england', { date: '2026-09-02' }],
    ['DisputeClosed', 'policy:cmqa-2017', { event: '0', outcome: 'upheld' }],
  ])('not-recognised: %s is the registrar’s alone, whatever a body may post', async (type, subject, data) => {
    await refused('not-recognised', '/type', event(type, subject, data), everything);
  });

  test('not-recognised today: a body that is to be, and one that was', async () => {
    await post('BodyRecognised', 'body:later', {
      name: 'Later',
      mayPost: [{ types: '*' }],
      from: '2026-10-01',
    });
    await post('BodyRecognised', 'body:earlier', {
      name: 'Earlier',
      mayPost: [{ types: '*' }],
      from: '2020-01-01',
    });
    await post('BodyRecognitionEnded', 'body:earlier', { on: '2026-08-31', reason: 'merger' });
    await refused('not-recognised', '/type', awarded({ from: '2026-10-01' }), await keyOf(register, 'later'));
    await refused(
      'not-recognised',
      '/type',
      awarded({ from: '2026-08-01' }),
      await keyOf(register, 'earlier'),
    );
  });

  test('not-recognised: a first day after the last of its recognition, which is still one', async () => {
    await post('BodyRecognised', 'body:ending', {
      name: 'Ending',
      mayPost: [{ types: '*' }],
      from: '2020-01-01',
    });
    await post('BodyRecognitionEnded', 'body:ending', { on: '2026-12-31', reason: 'merger' });
    const key = await keyOf(register, 'ending');
    await refused(
      'not-recognised',
      '/type',
      awarded({ reference: 'E-1', from: '2027-01-01', until: undefined }),
      key,
    );
    await accepted(register, awarded({ reference: 'E-1', from: '2026-12-31', until: undefined }), key);
  });

  test('not-recognised: of several recognitions the last in the log decides', async () => {
    const recognition = { name: 'Changing', mayPost: [{ types: '*' }], from: '2020-01-01' };
    await post('BodyRecognised', 'body:changing', recognition);
    await post('BodyRecognised', 'body:changing', {
      ...recognition,
      mayPost: [{ types: ['AccreditationApplied'] }],
      from: '2026-06-01',
    });
    await refused(
      'not-recognised',
      '/type',
      awarded({ reference: 'CH-1' }),
      await keyOf(register, 'changing'),
    );
  });

  test('not-your-event: a body corrects and retracts what it posted itself', async () => {
    const theirs = await accepted(register, awarded({ reference: 'THEIRS' }), everything);
    const correction = {
      event: theirs,
      data: { ...OF, reference: 'THEIRS', from: '2026-08-02', kind: 'initial' },
      kind: 'clerical',
      reason: 'typing-mistake',
    };
    await refused('not-your-event', '/data/event', event('EventCorrected', one, correction), matrix);
    await refused(
      'not-your-event',
      '/data/event',
      event('EventRetracted', one, { event: theirs, reason: 'error' }),
      matrix,
    );
    await refused(
      'not-your-event',
      '/data/event',
      event('EventRetracted', 'policy:cmqa-2017', { event: '0', reason: 'error' }),
      everything,
    );
    await accepted(register, event('EventCorrected', one, correction), everything);
  });

  test('not-recognised: a correction says nothing that its body may not post', async () => {
    const own = await accepted(register, awarded({ reference: 'OWN-2' }), matrix);
    const corrected = (data: object) =>
      event('EventCorrected', one, {
        event: own,
        data: { ...awarded({ reference: 'OWN-2' }).data, ...data },
        kind: 'clerical',
        reason: 'typing-mistake',
      });
    await refused('not-recognised', '/type', corrected({ from: '2025-12-31' }), matrix);
    await accepted(register, corrected({ from: '2026-01-01' }), matrix);
  });

  test('what was posted while a body was recognised is a no-op for ever, and a new event is not', async () => {
    await post('BodyRecognised', 'body:leaving', {
      name: 'Leaving',
      mayPost: [{ types: '*' }],
      from: '2020-01-01',
    });
    const key = await keyOf(register, 'leaving');
    const before = submission(awarded({ reference: 'L-1' }));
    await accepted(register, before, key);
    await post('BodyRecognitionEnded', 'body:leaving', { on: '2026-08-31', reason: 'merger' });
    expect((await register.post(before, { key })).status).toBe(200);
    await refused('not-recognised', '/type', { ...before, id: 'anew' }, key);
  });
});

describe('several refusals of one event', () => {
  let key: string;
  let one: string;
  beforeAll(async () => {
    await post('BodyRecognised', 'body:little', {
      name: 'Little',
      mayPost: [{ types: ['ProviderClosed'] }],
      from: '2020-01-01',
    });
    [key, one] = [await keyOf(register, 'little'), await provider()];
  });
  const suspended = (subject: string): Written =>
    event('AccreditationSuspended', subject, {
      ...OF,
      from: '2026-06-01',
      reason: 'complaint',
      onAppeal: 'stays',
    });

  test('a broken form (400) goes before an id that is taken (409)', async () => {
    const first = submission(event('ProviderClosed', one, { on: '2030-01-01', reason: 'merger' }));
    await accepted(register, first, key);
    await expectRefused(register, () => register.post({ ...first, data: {} }, { key }), {
      status: 400,
      code: 'invalid-event',
    });
  });

  test('so does the broken form of what a correction would make', async () => {
    const first = submission(event('ProviderClosed', one, { on: '2030-01-01', reason: 'merger' }));
    const closed = await accepted(register, first);
    const correction = {
      ...first,
      ...event('EventCorrected', one, {
        event: closed,
        data: { on: 'never' },
        kind: 'clerical',
        reason: 'x',
      }),
    };
    await expectRefused(register, () => register.post(correction), {
      status: 400,
      code: 'invalid-event',
      pointers: ['/data/data/on', '/data/data/reason'],
    });
  });

  test('an id that is taken (409) goes before what the body may not post (403)', async () => {
    const first = submission(event('ProviderClosed', one, { on: '2030-01-01', reason: 'merger' }));
    await accepted(register, first, key);
    await refused(
      'same-id-different-content',
      '/id',
      { ...suspended(one), source: first.source, id: first.id },
      key,
    );
  });

  test('what the body may not post (403) goes before what cannot be true (422)', async () => {
    await refused('not-recognised', '/type', suspended(NOBODY), key);
    await refused(
      'not-recognised',
      '/type',
      event('EventRetracted', one, { event: '9999999', reason: 'error' }),
      key,
    );
  });

  test('data that no event has room for (413) go before a field that is broken (400)', async () => {
    const huge = { ...suspended(one), data: { scope: Array.from({ length: 20_000 }, () => '!!') } };
    await expectRefused(register, () => register.post(submission(huge), { key }), {
      status: 413,
      code: 'too-large',
    });
  });
});

describe('before the first day', () => {
  let young: RegisterProcess;
  let key: string;
  beforeAll(async () => {
    young = await RegisterProcess.start();
    await accepted(
      young,
      event('BodyRecognised', 'body:early', { name: 'Early', mayPost: [{ types: '*' }], from: '2000-01-01' }),
    );
    key = await keyOf(young, 'early');
  });
  afterAll(() => endSound(young));

  test('no-day-opened: what a body posts, for nobody knows what it may post today', async () => {
    const written = submission(event('AdviserRegistered', 'adviser:earlybird'));
    await expectRefused(young, () => young.post(written, { key }), { status: 422, code: 'no-day-opened' });
  });

  test('but not what the registrar posts', async () => {
    await accepted(young, event('AdviserRegistered', 'adviser:earlybird'));
  });

  test('not-recognised (403) goes before it: what only the registrar posts', async () => {
    const written = submission(event('DayOpened', 'calendar:england', { date: '2026-09-01' }));
    await expectRefused(young, () => young.post(written, { key }), { status: 403, code: 'not-recognised' });
  });
});

describe('where days open by themselves', () => {
  let clockwork: RegisterProcess;
  beforeAll(async () => {
    clockwork = await RegisterProcess.start({ REGISTER_CALENDAR: 'auto' });
  });
  afterAll(() => endSound(clockwork));

  test('day-out-of-order: a day that has not begun', async () => {
    const { knownAt } = (await clockwork.ask('/v1/policies')).json as {
      readonly knownAt: { readonly today: string };
    };
    // The second, too, so that a midnight between the answer and the posting makes no difference.
    for (const days of [2, 3]) {
      const date = new Date(Date.parse(knownAt.today) + days * 86_400_000).toISOString().slice(0, 10);
      const written = submission(event('DayOpened', 'calendar:england', { date }));
      await expectRefused(clockwork, () => clockwork.post(written), {
        status: 422,
        code: 'day-out-of-order',
        pointers: ['/data/date'],
      });
    }
  });
});
