/// <reference types="jest" />
import type { AdviserAnswer } from '@app/domain/evaluation/v1/adviser-answer';
import type { PolicyRecord } from '@app/read-model/records/records';
import { RegisterProcess, type Reply } from './process';
import { accepted, endSound, expectRefusal, openDay } from './refusal';

let register: RegisterProcess;

const QUALIFIED = 'adviser:k7m2p4q8';
const MERGED = 'adviser:k7m2p4q9';
const REVOKED = 'adviser:a1b2c3d4';
const BASIC = 'adviser:b1b2c3d4';
const CLAIMS = 'adviser:c1b2c3d4';
const SANCTIONED = 'adviser:d1b2c3d4';
const DISPUTED = 'adviser:e1b2c3d4';
const NEW = 'adviser:f1b2c3d4';

const at: Record<string, string> = {};
const post = async (name: string, type: string, subject: string, data: Record<string, unknown>) => {
  at[name] = await accepted(register, { type, subject, data });
};
const award = (name: string, subject: string, qualification: string, awardedOn = '2020-07-01') =>
  post(name, 'QualificationAwarded', subject, { qualification, awardedOn, certificate: 'Z-1' });

beforeAll(async () => {
  register = await RegisterProcess.start();
  await openDay(register, '2026-09-01');
  for (const subject of [QUALIFIED, MERGED, REVOKED, BASIC, CLAIMS, SANCTIONED, DISPUTED, NEW])
    await post(`registered ${subject}`, 'AdviserRegistered', subject, {});
  await award('award', QUALIFIED, 'l6-dcgd');
  await post('merger', 'AdviserMerged', MERGED, { into: QUALIFIED });
  await award('revoked award', REVOKED, 'l6-dcgd');
  await post('revocation', 'QualificationRevoked', REVOKED, {
    certificate: 'Z-1',
    from: '2027-01-01',
    reason: 'malpractice',
    onAppeal: 'stands',
  });
  await award('basic award', BASIC, 'l4-dcia');
  await post('claim', 'QualificationClaimed', CLAIMS, { qualification: 'qcg', awardedOn: '2001-07-01' });
  await award('sanctioned award', SANCTIONED, 'qcg', '2001-07-01');
  await post('sanction', 'SanctionImposed', SANCTIONED, {
    from: '2026-10-01',
    until: '2026-10-31',
    reason: 'conduct',
    onAppeal: 'stands',
  });
  await award('disputed award', DISPUTED, 'l6-dcgd');
  await post('dispute', 'DisputeOpened', DISPUTED, { event: at['disputed award'], reason: 'forged' });
});
afterAll(() => endSound(register));

const ask = (adviser: string, query: string) =>
  register.ask(`/v1/advisers/${adviser}/eligibility?purpose=personal-guidance&${query}`);
const read = (reply: Reply) => {
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  return reply.json as AdviserAnswer;
};
const standing = async (adviser: string, query: string) => read(await ask(adviser, query));
const YEAR = 'from=2026-09-01&until=2027-07-20';

describe('an adviser’s standing', () => {
  test('is written as the main answer is', async () => {
    expect(await standing(QUALIFIED, YEAR)).toEqual({
      adviser: QUALIFIED,
      purpose: 'personal-guidance',
      from: '2026-09-01',
      until: '2027-07-20',
      knownAt: {
        position: at['dispute'],
        recordedAt: expect.any(String) as unknown,
        today: '2026-09-01',
      },
      policy: {
        id: 'cmqa-2017',
        editions: [
          { edition: 1, digest: expect.stringMatching(/^sha256:/) as unknown, strength: 'proposal' },
        ],
      },
      evaluator: '1',
      outcome: 'eligible',
      eligibleUntil: '9999-12-31',
      covered: [{ from: '2026-09-01', until: '2027-07-20' }],
      gaps: [],
      uncertain: [],
      grounds: [{ from: '2026-09-01', until: '2027-07-20', evidence: [at['award']] }],
      warnings: [],
    });
  });

  test('warns of a sanction that is under appeal, and of one no longer once that is decided', async () => {
    const lodging = await accepted(register, {
      type: 'AppealLodged',
      subject: SANCTIONED,
      data: { against: at['sanction'], on: '2026-09-01' },
    });
    expect(await standing(SANCTIONED, YEAR)).toMatchObject({
      warnings: [{ code: 'appeal-undecided', evidence: [at['sanction'], lodging] }],
    });
    const decided = { against: at['sanction'], on: '2026-09-01', outcome: 'dismissed' };
    await accepted(register, { type: 'AppealDecided', subject: SANCTIONED, data: decided });
    expect(await standing(SANCTIONED, YEAR)).toMatchObject({ warnings: [] });
  });

  test('is of the log’s today where no days are given', async () => {
    const asked = await standing(QUALIFIED, '');
    expect(asked).toMatchObject({ from: '2026-09-01', until: '2026-09-01', outcome: 'eligible' });
    expect(await standing(QUALIFIED, 'on=2026-09-01')).toEqual(asked);
  });

  test('is the person’s under every key', async () => {
    expect(await standing(MERGED, YEAR)).toEqual(await standing(QUALIFIED, YEAR));
    expect(await standing(MERGED, `${YEAR}&knownAt=${at['award'] ?? ''}`)).toMatchObject({
      adviser: MERGED,
      outcome: 'not-eligible',
    });
  });

  test('ends with a revocation, and says so', async () => {
    expect(await standing(REVOKED, YEAR)).toMatchObject({
      outcome: 'not-eligible',
      eligibleUntil: '2026-12-31',
      covered: [{ from: '2026-09-01', until: '2026-12-31' }],
      gaps: [
        {
          from: '2027-01-01',
          until: '2027-07-20',
          reason: 'qualification-revoked',
          evidence: [at['revocation']],
        },
      ],
    });
  });

  test('is interrupted by a sanction', async () => {
    expect(await standing(SANCTIONED, YEAR)).toMatchObject({
      covered: [
        { from: '2026-09-01', until: '2026-09-30' },
        { from: '2026-11-01', until: '2027-07-20' },
      ],
      gaps: [
        {
          from: '2026-10-01',
          until: '2026-10-31',
          reason: 'adviser-sanctioned',
          evidence: [at['sanction']],
        },
      ],
    });
  });

  test('is uncertain under a dispute', async () => {
    expect(await standing(DISPUTED, YEAR)).toMatchObject({
      outcome: 'indeterminate',
      eligibleUntil: null,
      covered: [],
      gaps: [],
      uncertain: [{ from: '2026-09-01', until: '2027-07-20', evidence: [at['disputed award']] }],
    });
  });

  test.each([
    ['is not that of a lesser qualification', BASIC, 'qualification-not-accepted', 'basic award'],
    ['is not that of a claim', CLAIMS, 'qualification-only-claimed', 'claim'],
    ['is not that of nothing', NEW, 'no-qualification', undefined],
  ])('%s', async (_, adviser, reason, evidence) => {
    expect(await standing(adviser, 'on=2026-09-01')).toMatchObject({
      outcome: 'not-eligible',
      gaps: [{ reason, evidence: evidence === undefined ? [] : [at[evidence]] }],
    });
  });

  test('is asked for one purpose, and may be another for the next', async () => {
    const reply = await register.ask(`/v1/advisers/${BASIC}/eligibility?purpose=information&on=2026-09-01`);
    expect(read(reply)).toMatchObject({ purpose: 'information', outcome: 'eligible' });
  });

  test('before there is a policy is that of no policy', async () => {
    expect(await standing(QUALIFIED, 'from=2017-09-30&until=2017-10-01')).toMatchObject({
      outcome: 'not-eligible',
      gaps: [
        { from: '2017-09-30', until: '2017-09-30', reason: 'no-policy-in-force', evidence: [] },
        { from: '2017-10-01', until: '2017-10-01', reason: 'qualification-not-started' },
      ],
    });
    expect(await standing(QUALIFIED, 'on=2017-09-30')).toMatchObject({
      outcome: 'silent',
      eligibleUntil: null,
      covered: [],
    });
  });

  test('is by the edition that decides the day', async () => {
    const { editions } = (await register.ask('/v1/policies/cmqa-2017')).json as PolicyRecord;
    const policy = editions[0]?.policy;
    const edition = (number: number, effectiveFrom: string, purposes: object) =>
      post(`edition ${number}`, 'PolicyEditionPublished', 'policy:other', {
        edition: number,
        effectiveFrom,
        policy: { ...policy, purposes },
      });
    const information = ['l4-dcia'];
    await edition(1, '2020-01-01', { information, 'personal-guidance': ['l6-dcgd'], coaching: ['l6-dcgd'] });
    await edition(2, '2027-01-01', { information, 'personal-guidance': ['qcg'] });
    expect(await standing(QUALIFIED, `${YEAR}&policy=other`)).toMatchObject({
      policy: { id: 'other', editions: [{ edition: 1 }, { edition: 2 }] },
      eligibleUntil: '2026-12-31',
      gaps: [
        {
          from: '2027-01-01',
          until: '2027-07-20',
          reason: 'qualification-not-accepted',
          evidence: [at['award']],
        },
      ],
    });
    const reply = await register.ask(
      `/v1/advisers/${QUALIFIED}/eligibility?purpose=coaching&${YEAR}&policy=other`,
    );
    // What is not said of some days is no no, and beside a yes on all others no yes.
    expect(read(reply)).toMatchObject({
      outcome: 'silent',
      eligibleUntil: '2026-12-31',
      gaps: [{ from: '2027-01-01', until: '2027-07-20', reason: 'no-policy-in-force', evidence: [] }],
    });
    const doubtful = await register.ask(
      `/v1/advisers/${DISPUTED}/eligibility?purpose=coaching&${YEAR}&policy=other`,
    );
    expect(read(doubtful)).toMatchObject({ outcome: 'indeterminate', gaps: [{ from: '2027-01-01' }] });
  });

  test('at an earlier moment stays what it was', async () => {
    expect(await standing(REVOKED, `${YEAR}&knownAt=${at['revoked award'] ?? ''}`)).toMatchObject({
      outcome: 'eligible',
      eligibleUntil: '9999-12-31',
    });
  });
});

describe('refused', () => {
  test.each([
    [404, 'unknown-adviser', 'adviser:zzzzzzzz', 'on=2026-09-01'],
    [404, 'unknown-adviser', QUALIFIED, 'on=2026-09-01&knownAt=0'],
    [404, 'unknown-policy', QUALIFIED, 'on=2026-09-01&policy=nobodys'],
    [503, 'not-caught-up', QUALIFIED, 'knownAt=999999'],
  ])('%i %s: %s %s', async (status, code, adviser, query) => {
    expectRefusal(await ask(adviser, query), { status, code });
  });

  test.each([
    ['a purpose is asked for', `/v1/advisers/${QUALIFIED}/eligibility`, '/purpose'],
    ['a purpose is a code', `/v1/advisers/${QUALIFIED}/eligibility?purpose=Guidance`, '/purpose'],
    ['some edition has the purpose', `/v1/advisers/${QUALIFIED}/eligibility?purpose=coaching`, '/purpose'],
    [
      'no purpose is one that every object has',
      `/v1/advisers/${QUALIFIED}/eligibility?purpose=constructor`,
      '/purpose',
    ],
    [
      'an adviser is no provider',
      '/v1/advisers/ukprn:10000001/eligibility?purpose=personal-guidance',
      '/key',
    ],
  ])('%s: %s', async (_, path, pointer) => {
    expectRefusal(await register.ask(path), { status: 400, code: 'invalid-question', pointers: [pointer] });
  });

  test.each([
    ['a purpose is one', 'purpose=information', '/purpose'],
    ['on stands alone', 'on=2026-09-01&from=2026-09-01', '/on'],
    ['from has an until', 'from=2026-09-01', '/until'],
    ['until has a from', 'until=2026-09-01', '/from'],
    ['until is not before from', 'from=2026-09-02&until=2026-09-01', '/until'],
    ['on is a day', 'on=2026-02-29', '/on'],
    ['a policy is a code', 'policy=CMQA', '/policy'],
    ['a moment is a position or an instant', 'knownAt=now', '/knownAt'],
    ['atLeast is a position', 'atLeast=-1', '/atLeast'],
    ['a policy is one', 'policy=cmqa-2017&policy=england-statute', '/policy'],
    ['nothing is asked of a setting', 'setting=private', '/setting'],
    ['nor of a school', 'school=urn:100001', '/school'],
  ])('%s: %s', async (_, query, pointer) => {
    expectRefusal(await ask(QUALIFIED, query), {
      status: 400,
      code: 'invalid-question',
      pointers: [pointer],
    });
  });

  test('of today, before the first day; but first, of whom', async () => {
    const empty = await RegisterProcess.start();
    try {
      await accepted(empty, { type: 'AdviserRegistered', subject: NEW, data: {} });
      const path = (adviser: string) => `/v1/advisers/${adviser}/eligibility?purpose=information`;
      expectRefusal(await empty.ask(path(NEW)), { status: 422, code: 'no-day-opened' });
      expectRefusal(await empty.ask(path(QUALIFIED)), { status: 404, code: 'unknown-adviser' });
    } finally {
      await endSound(empty);
    }
  });
});
