/// <reference types="jest" />
import {
  A,
  about,
  asking,
  corrected,
  engagement,
  given,
  organisation,
  P,
  person,
  qualification,
  today,
  type Data,
  type Posting,
} from '../../../test/rules/given';

const [B, NO_ONE] = ['adviser:bbbbbbbb', 'adviser:nobodyatall'];
const every = (test: Data) => [{ of: 'every-adviser', test }];
const begun = [
  asking({
    qualified: every({ qualified: 'any' }),
    working: every({ workingTowards: 'any' }),
    'working-recently': every({ workingTowards: 'any', withinMonths: 6 }),
    registered: every({ registered: 'uk-register' }),
  }),
  today('2026-09-01'),
  organisation(),
  person(),
  engagement('2000-01-01'),
];
/** The position of the first event after those. */
const FIRST = begun.length;
const two = [...begun, person(B), engagement('2000-01-01', P, B)];

const of = (type: string, data: Data, subject = A): Posting => ({ type, subject, data });
const certificate = qualification('2026-01-01');
const revoked = (from: string, data: Data = {}) =>
  of('QualificationRevoked', { certificate: 'C-1', from, reason: 'fraud', onAppeal: 'stays', ...data });
const voided = of('QualificationVoided', { certificate: 'C-1', reason: 'error' });
const claimed = (data: Data = {}) =>
  of('QualificationClaimed', { qualification: 'qcg', awardedOn: '2001-01-01', ...data });
const enrolled = (from: string, expectedEnd: string, data: Data = {}) =>
  of('EnrolmentStarted', { qualification: 'l6-dcgd', from, expectedEnd, ...data });
const longer = (expectedEnd: string, data: Data = {}) =>
  of('EnrolmentExtended', { qualification: 'l6-dcgd', expectedEnd, ...data });
const ended = (on: string, outcome = 'withdrawn') =>
  of('EnrolmentEnded', { qualification: 'l6-dcgd', on, outcome });
const registered = (from: string, until?: string, register = 'uk-register') =>
  of('RegistrationGranted', { register, from, ...(until === undefined ? {} : { until }) });
const lapsed = (from: string) => of('RegistrationLapsed', { register: 'uk-register', from, reason: 'fees' });
const removed = (from: string, onAppeal = 'stays') =>
  of('RegistrationRemoved', { register: 'uk-register', from, reason: 'conduct', onAppeal });
const restored = (from: string) => of('RegistrationRestored', { register: 'uk-register', from });
const sanctioned = (from: string, until?: string, onAppeal = 'stays') =>
  of('SanctionImposed', { from, reason: 'conduct', onAppeal, ...(until === undefined ? {} : { until }) });
const merged: Posting = of('AdviserMerged', { into: B });

/** The days from 2025 to 2027 on which the adviser meets the requirement of a setting, once this has been posted. */
const days = (setting: string, ...postings: readonly Posting[]) =>
  given(...begun, ...postings).covered({ setting, advisers: [A], from: '2025-01-01', until: '2027-12-31' });

describe('a person is qualified', () => {
  test.each<[string, readonly Posting[], readonly string[]]>([
    ['on no day without an award', [], []],
    ['from the day of the award on', [certificate], ['2026-01-01 to 2027-12-31']],
    ['not by a claim', [claimed()], []],
    [
      'not by a qualification that the policy does not accept',
      [qualification('2026-01-01', { qualification: 'l4-dcia' })],
      [],
    ],
    ['not by an enrolment', [enrolled('2026-01-01', '2026-12-31')], []],
    ['until the certificate is revoked', [certificate, revoked('2026-03-01')], ['2026-01-01 to 2026-02-28']],
    ['on no day if it is revoked from its first day', [certificate, revoked('2026-01-01')], []],
    [
      'on its first day alone if it is revoked from the second',
      [certificate, revoked('2026-01-02')],
      ['2026-01-01 to 2026-01-01'],
    ],
    ['on no day once the certificate is voided', [certificate, voided], []],
    [
      'by an award of the certificate after the voiding',
      [certificate, voided, qualification('2026-05-01')],
      ['2026-05-01 to 2027-12-31'],
    ],
    [
      'by an award of the certificate after the revocation',
      [certificate, revoked('2026-03-01'), qualification('2026-05-01')],
      ['2026-01-01 to 2026-02-28', '2026-05-01 to 2027-12-31'],
    ],
    [
      'by another certificate',
      [
        certificate,
        qualification('2026-02-01', { certificate: 'C-2', qualification: 'qcg' }),
        revoked('2026-01-01'),
      ],
      ['2026-02-01 to 2027-12-31'],
    ],
    [
      'as the award was last corrected',
      [certificate, corrected(FIRST, { ...certificate.data, awardedOn: '2026-02-01' }, A)],
      ['2026-02-01 to 2027-12-31'],
    ],
    ['not once the award is retracted', [certificate, about('EventRetracted', FIRST, {}, A)], []],
  ])('%s', (_, postings, covered) => {
    expect(days('qualified', ...postings)).toEqual(covered);
  });
});

describe('a person is working towards a qualification', () => {
  const enrolment = enrolled('2026-01-01', '2026-12-31');
  test.each<[string, readonly Posting[], readonly string[]]>([
    ['on no day without an enrolment', [certificate], []],
    ['from the first day of the enrolment to the expected end', [enrolment], ['2026-01-01 to 2026-12-31']],
    ['on the one day of an enrolment', [enrolled('2026-01-01', '2026-01-01')], ['2026-01-01 to 2026-01-01']],
    [
      'not towards one that the policy does not accept',
      [enrolled('2026-01-01', '2026-12-31', { qualification: 'l4-dcia' })],
      [],
    ],
    ['to the expected end as extended', [enrolment, longer('2027-03-31')], ['2026-01-01 to 2027-03-31']],
    [
      'to the extended end of the last enrolment alone',
      [enrolment, enrolled('2027-02-01', '2027-02-28'), longer('2027-03-31')],
      ['2026-01-01 to 2026-12-31', '2027-02-01 to 2027-03-31'],
    ],
    [
      'until the day on which it ends, which is not covered',
      [enrolment, ended('2026-06-01')],
      ['2026-01-01 to 2026-05-31'],
    ],
    ['not at all if it ends on its first day', [enrolment, ended('2026-01-01')], []],
    [
      'also if it was completed: no award comes of it',
      [enrolment, ended('2026-06-01', 'completed')],
      ['2026-01-01 to 2026-05-31'],
    ],
    [
      'anew by an enrolment after the end',
      [enrolment, ended('2026-06-01'), enrolled('2026-08-01', '2026-08-31')],
      ['2026-01-01 to 2026-05-31', '2026-08-01 to 2026-08-31'],
    ],
  ])('%s', (_, postings, covered) => {
    expect(days('working', ...postings)).toEqual(covered);
  });

  test('for the months that a policy gives each enrolment, whatever extends it', () => {
    expect(days('working-recently', enrolment)).toEqual(['2026-01-01 to 2026-06-30']);
    expect(days('working-recently', enrolment, longer('2027-12-31'))).toEqual(['2026-01-01 to 2026-06-30']);
    expect(days('working-recently', enrolled('2026-01-01', '2026-03-31'))).toEqual([
      '2026-01-01 to 2026-03-31',
    ]);
  });
});

describe('a person stands on a register', () => {
  const registration = registered('2026-01-01', '2026-12-31');
  test.each<[string, readonly Posting[], readonly string[]]>([
    ['on no day without a registration', [certificate], []],
    ['from its first day to its last', [registration], ['2026-01-01 to 2026-12-31']],
    ['on the one day of it', [registered('2026-01-01', '2026-01-01')], ['2026-01-01 to 2026-01-01']],
    ['without end if none is given', [registered('2026-01-01')], ['2026-01-01 to 2027-12-31']],
    ['not by another register', [registered('2026-01-01', undefined, 'cdi')], []],
    ['until it lapses', [registration, lapsed('2026-03-01')], ['2026-01-01 to 2026-02-28']],
    ['until the person is removed', [registration, removed('2026-03-01')], ['2026-01-01 to 2026-02-28']],
    ['not at all if it lapses on its first day', [registration, lapsed('2026-01-01')], []],
    [
      'again from a restoration on, which ends lapse and removal',
      [registration, lapsed('2026-03-01'), removed('2026-04-01'), restored('2026-05-01')],
      ['2026-01-01 to 2026-02-28', '2026-05-01 to 2026-12-31'],
    ],
    [
      'until a lapse after the restoration',
      [registration, lapsed('2026-03-01'), restored('2026-05-01'), lapsed('2026-06-01')],
      ['2026-01-01 to 2026-02-28', '2026-05-01 to 2026-05-31'],
    ],
    [
      'by a registration after the removal',
      [registration, removed('2026-03-01'), registered('2026-08-01', '2026-08-31')],
      ['2026-01-01 to 2026-02-28', '2026-08-01 to 2026-08-31'],
    ],
  ])('%s', (_, postings, covered) => {
    expect(days('registered', ...postings)).toEqual(covered);
  });
});

describe('a sanction', () => {
  const all = [certificate, enrolled('2026-01-01', '2026-12-31'), registered('2026-01-01', '2026-12-31')];
  test.each(['qualified', 'working', 'registered'])('takes the days from whoever is %s', (setting) => {
    const end = setting === 'qualified' ? '2027-12-31' : '2026-12-31';
    expect(days(setting, ...all, sanctioned('2026-03-01', '2026-03-31'))).toEqual([
      '2026-01-01 to 2026-02-28',
      `2026-04-01 to ${end}`,
    ]);
    expect(days(setting, ...all, sanctioned('2026-03-01'))).toEqual(['2026-01-01 to 2026-02-28']);
    expect(days(setting, ...all, sanctioned('2026-01-01', '2026-01-01'))).toEqual([`2026-01-02 to ${end}`]);
    expect(days(setting, sanctioned('2026-03-01'), ...all)).toEqual(['2026-01-01 to 2026-02-28']);
  });

  test.each<[string, string, string | undefined, readonly string[]]>([
    [
      'is stayed from the lodging on',
      'stays',
      undefined,
      ['2026-01-01 to 2026-02-28', '2026-04-01 to 2027-12-31'],
    ],
    [
      'is stayed until it is dismissed',
      'stays',
      'dismissed',
      ['2026-01-01 to 2026-02-28', '2026-04-01 to 2026-05-31'],
    ],
    ['stands while it is open', 'stands', undefined, ['2026-01-01 to 2026-02-28']],
    ['is gone once it is upheld', 'stands', 'upheld', ['2026-01-01 to 2027-12-31']],
  ])('under an appeal %s, and so is a revocation', (_, onAppeal, outcome, covered) => {
    const appeal = [about('AppealLodged', FIRST + 1, { on: '2026-04-01' }, A)];
    if (outcome !== undefined)
      appeal.push(about('AppealDecided', FIRST + 1, { on: '2026-06-01', outcome }, A));
    for (const block of [sanctioned('2026-03-01', undefined, onAppeal), revoked('2026-03-01', { onAppeal })])
      expect(days('qualified', certificate, block, ...appeal)).toEqual(covered);
    const member = [registered('2026-01-01'), removed('2026-03-01', onAppeal)];
    expect(days('registered', ...member, ...appeal)).toEqual(covered);
  });
});

describe('two keys of one person', () => {
  test('are one from the merger on: what was posted under either counts', () => {
    const world = given(...two, qualification('2026-01-01', {}, B));
    const asked = { setting: 'qualified', advisers: [A], from: '2026-01-01', until: '2026-12-31' };
    expect(world.covered(asked)).toEqual([]);
    world.and(merged);
    expect(world.covered(asked)).toEqual(['2026-01-01 to 2026-12-31']);
    expect(world.told(revoked('2026-03-01'))).toBe('accepted');
    world.and(revoked('2026-03-01'));
    expect(world.covered({ ...asked, advisers: [B] })).toEqual(['2026-01-01 to 2026-02-28']);
  });
});

// ---------------------------------------------------------------------------------------------------------------
// What is refused, and what is warned of
// ---------------------------------------------------------------------------------------------------------------

const told = (posting: Posting, ...postings: readonly Posting[]) => given(...two, ...postings).told(posting);
/** The position of the first event after those. */
const NEXT = two.length;

const CERTIFICATE = [revoked('2026-06-01'), voided].map((one) => [one.type, one] as const);
const ENROLMENT = [longer('2030-01-01'), ended('2026-06-01')].map((one) => [one.type, one] as const);
const REGISTRATION = [lapsed('2026-06-01'), removed('2026-06-01'), restored('2026-06-01')].map(
  (one) => [one.type, one] as const,
);

test.each([
  ...CERTIFICATE,
  ...ENROLMENT,
  ...REGISTRATION,
  ...[
    certificate,
    claimed(),
    enrolled('2026-01-01', '2026-12-31'),
    registered('2026-01-01'),
    sanctioned('2026-01-01'),
    merged,
  ].map((one) => [one.type, one] as const),
])('%s is about an adviser who is registered', (_, posting) => {
  expect(told({ ...posting, subject: NO_ONE })).toBe('unknown-subject /subject');
  expect(told({ ...posting, subject: P })).toBe('invalid-event /subject');
});

test('an adviser is registered once, until that is retracted', () => {
  expect(told(person())).toBe('already-registered /subject');
  expect(told(person(), about('EventRetracted', 3, {}, A))).toBe('accepted');
});

describe('a merger', () => {
  test('is with another person, who is registered', () => {
    expect(told(of('AdviserMerged', { into: NO_ONE }))).toBe('unknown-subject /data/into');
    expect(told(of('AdviserMerged', { into: A }))).toBe('invalid-event /data/into');
    expect(told(merged)).toBe('accepted');
  });
  test('of two keys that are one person already is refused, from either side', () => {
    expect(told(merged, merged)).toBe('same-subject /data/into');
    expect(told(of('AdviserMerged', { into: A }, B), merged)).toBe('same-subject /data/into');
  });
});

describe('what acts on a certificate', () => {
  test.each(CERTIFICATE)('%s needs an award of it to this person, that is not voided', (_, act) => {
    const NO_AWARD = 'no-such-award /data/certificate';
    expect(told(act)).toBe(NO_AWARD);
    expect(told(act, claimed({ certificate: 'C-1' }))).toBe(NO_AWARD);
    expect(told(act, qualification('2026-01-01', { certificate: 'C-2' }))).toBe(NO_AWARD);
    expect(told(act, qualification('2026-01-01', {}, B))).toBe(NO_AWARD);
    expect(told(act, certificate, voided)).toBe(NO_AWARD);
    expect(told(act, certificate, about('EventRetracted', NEXT, {}, A))).toBe(NO_AWARD);
    expect(told(act, certificate, voided, certificate)).toBe('accepted');
    expect(told(act, certificate)).toBe('accepted');
  });
});

describe('what acts on an enrolment', () => {
  test.each(ENROLMENT)('%s needs one for the qualification, of this person', (_, act) => {
    const NO_AWARD = 'no-such-award /data/qualification';
    expect(told(act)).toBe(NO_AWARD);
    expect(told(act, enrolled('2026-01-01', '2026-12-31', { qualification: 'qcg' }))).toBe(NO_AWARD);
    expect(told(act, { ...enrolled('2026-01-01', '2026-12-31'), subject: B })).toBe(NO_AWARD);
    expect(told(act, certificate)).toBe(NO_AWARD);
    expect(told(act, enrolled('2026-01-01', '2026-12-31'))).toBe('accepted');
  });

  test('extends it to a day that is not before its end', () => {
    const enrolment = enrolled('2026-01-01', '2026-12-31');
    expect(told(longer('2026-12-30'), enrolment)).toBe('extension-shortens /data/expectedEnd');
    expect(told(longer('2026-12-31'), enrolment)).toBe('accepted');
    expect(told(longer('2027-01-30'), enrolment, longer('2027-01-31'))).toBe(
      'extension-shortens /data/expectedEnd',
    );
    // It is the last enrolment that is extended.
    expect(told(longer('2026-03-31'), enrolment, enrolled('2026-03-01', '2026-03-31'))).toBe('accepted');
  });
});

describe('what acts on a registration', () => {
  test.each(REGISTRATION)('%s needs one in this register, of this person', (_, act) => {
    const NO_AWARD = 'no-such-award /data/register';
    expect(told(act)).toBe(NO_AWARD);
    expect(told(act, registered('2026-01-01', undefined, 'cdi'))).toBe(NO_AWARD);
    expect(told(act, { ...registered('2026-01-01'), subject: B })).toBe(NO_AWARD);
    const block = act.type === 'RegistrationRestored' ? [lapsed('2026-05-01')] : [];
    expect(told(act, registered('2026-01-01'), ...block)).toBe('accepted');
  });

  test('restores what has lapsed or was removed, and was not restored since', () => {
    const NOTHING = 'not-suspended /data/register';
    const registration = registered('2026-01-01');
    expect(told(restored('2026-06-01'), registration)).toBe(NOTHING);
    expect(told(restored('2026-06-01'), registration, lapsed('2026-03-01'))).toBe('accepted');
    expect(told(restored('2026-06-01'), registration, removed('2026-03-01'))).toBe('accepted');
    const once = [registration, lapsed('2026-03-01'), removed('2026-03-01'), restored('2026-04-01')];
    expect(told(restored('2026-06-01'), ...once)).toBe(NOTHING);
    expect(told(restored('2026-06-01'), ...once, removed('2026-05-01'))).toBe('accepted');
  });
});

test.each<[string, Posting, Posting]>([
  ['a registration', registered('2026-09-01', '2026-08-31'), registered('2026-09-01', '2026-09-01')],
  ['a sanction', sanctioned('2026-09-01', '2026-08-31'), sanctioned('2026-09-01', '2026-09-01')],
])('the last day of %s is not before its first', (_, wrong, right) => {
  expect([told(wrong), told(right)]).toEqual(['invalid-interval /data/until', 'accepted']);
});

test('an enrolment is not expected to end before it begins', () => {
  expect(told(enrolled('2026-09-01', '2026-08-31'))).toBe('invalid-interval /data/expectedEnd');
  expect(told(enrolled('2026-09-01', '2026-09-01'))).toBe('accepted');
});

describe('a posting is warned of', () => {
  test.each([
    ['another person’s award', qualification('2026-01-01', {}, B)],
    ['another person’s claim', { ...claimed({ certificate: 'C-1' }), subject: B }],
  ])('if its certificate is that of %s', (_, other) => {
    const WARNED = 'accepted: certificate-of-another /data/certificate';
    expect(told(certificate, other)).toBe(WARNED);
    expect(told(claimed({ certificate: 'C-1' }), other)).toBe(WARNED);
    expect(told(certificate, other, about('EventRetracted', NEXT, {}, B))).toBe('accepted');
    expect(told(certificate, other, merged)).toBe('accepted');
  });

  test('if the certificate is the number of a qualification, and the field is named', () => {
    for (const number of ['600/1234/5', '600/123/5', '600/1234/X'])
      expect(told(qualification('2026-01-01', { certificate: number }))).toBe(
        'accepted: unusual-reference /data/certificate',
      );
    expect(told(qualification('2026-01-01', { certificate: 'C-600' }))).toBe('accepted');
  });

  test('if no policy names its qualification or register', () => {
    expect(told(qualification('2026-01-01', { qualification: 'l9-magic' }))).toBe(
      'accepted: unknown-qualification /data/qualification',
    );
    expect(told(registered('2026-01-01', undefined, 'no-register'))).toBe(
      'accepted: unknown-register /data/register',
    );
  });

  test('if it is an award or a claim of a day after today', () => {
    for (const awardedOn of ['2026-09-01', '2026-09-02']) {
      const warned = awardedOn === '2026-09-01' ? 'accepted' : 'accepted: future-date /data/awardedOn';
      expect([told(qualification(awardedOn)), told(claimed({ awardedOn }))]).toEqual([warned, warned]);
    }
    expect(told(sanctioned('2030-01-01'))).toBe('accepted');
  });
});

test('an appeal is taken against a revocation, removal or sanction, and against nothing else', () => {
  const posted = [certificate, registered('2026-01-01'), enrolled('2026-01-01', '2026-12-31')];
  const acts = [
    revoked('2026-06-01'),
    removed('2026-06-01'),
    sanctioned('2026-06-01'),
    lapsed('2026-06-01'),
    voided,
    ended('2026-06-01'),
  ];
  const lodged = about('AppealLodged', NEXT + posted.length, { on: '2026-07-01' }, A);
  expect(acts.map((act) => told(lodged, ...posted, act))).toEqual([
    'accepted',
    'accepted',
    'accepted',
    'not-appealable /data/against',
    'not-appealable /data/against',
    'not-appealable /data/against',
  ]);
});
