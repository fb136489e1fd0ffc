/// <reference types="jest" />
import type { Answer } from '@app/domain/evaluation/v1/answer-shape';
import { RegisterProcess, type Reply } from './process';
import { accepted, endSound, expectRefusal, openDay } from './refusal';

let register: RegisterProcess;
const [P, A, SCHOOL] = ['ukprn:10000001', 'adviser:aaaaaaaa', 'urn:100001'];
const YEAR = 'setting=school-commissioned&from=2026-09-01&until=2027-07-20';
const ALL = ['england-statute', 'england-funding', 'england-guidance', 'cmqa-2017'];

beforeAll(async () => {
  register = await RegisterProcess.start();
  await openDay(register, '2026-09-01');
  const post = (type: string, subject: string, data: Record<string, unknown>) =>
    accepted(register, { type, subject, data });
  await post('ProviderRegistered', P, { name: 'Example Guidance', legalForm: 'company' });
  await post('SchoolRegistered', SCHOOL, {
    name: 'Example School',
    phase: 'secondary',
    area: 'area:E10000014',
  });
  await post('AdviserRegistered', A, {});
  await post('EngagementStarted', A, { provider: P, from: '2025-09-01', basis: 'contracted' });
  await post('EngagementStarted', A, { provider: SCHOOL, from: '2026-09-01', basis: 'employed' });
  await post('QualificationAwarded', A, {
    qualification: 'qcg',
    awardedOn: '2010-07-01',
    certificate: 'Z-1',
  });
});
afterAll(() => endSound(register));

const ask = (query: string) => register.ask(`/v1/providers/${P}/eligibility?${query}`);
const refuses = async (query: string, status: number, code: string) => {
  expectRefusal(await ask(query), { status, code });
};
const answersIn = (reply: Reply) => {
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  return (reply.json as { answers: readonly Answer[] }).answers;
};
const outcomes = async (query: string) =>
  answersIn(await ask(query)).map(({ policy, outcome }) => `${policy.id} ${outcome}`);

describe('one question under several policies', () => {
  test('has an answer for each, by strength, where all are asked', async () => {
    expect(await outcomes(`${YEAR}&policy=all&school=${SCHOOL}`)).toEqual([
      'england-statute not-eligible',
      'england-funding silent',
      'england-guidance eligible',
      'cmqa-2017 not-eligible',
    ]);
  });

  test('has those of the policies that it names, once each, whatever their order', async () => {
    const query = `${YEAR}&policy=cmqa-2017&policy=england-guidance&policy=cmqa-2017`;
    expect(await outcomes(query)).toEqual(['england-guidance eligible', 'cmqa-2017 not-eligible']);
    expect(await outcomes(`${YEAR}&policy=cmqa-2017&policy=cmqa-2017`)).toEqual(['cmqa-2017 not-eligible']);
  });

  test('has each answer as for its policy alone', async () => {
    const answers = answersIn(await ask(`${YEAR}&policy=all&school=${SCHOOL}`));
    for (const one of answers.filter(({ policy: { id } }) => id !== 'england-funding'))
      expect((await ask(`${YEAR}&policy=${one.policy.id}&school=${SCHOOL}`)).json).toEqual(one);
  });

  test('says nothing under a policy that lacks the setting, which alone is refused', async () => {
    const silent = answersIn(await ask(`${YEAR}&policy=all`)).find(({ outcome }) => outcome === 'silent');
    expect(silent).toMatchObject({
      policy: { id: 'england-funding' },
      eligibleUntil: null,
      covered: [],
      gaps: [{ from: '2026-09-01', until: '2027-07-20', requirement: 'policy-in-force', evidence: [] }],
      requirements: [],
    });
    await refuses(`${YEAR}&policy=england-funding`, 400, 'invalid-question');
    // Kept or not, it makes no difference.
    await refuses(`${YEAR}&policy=england-funding`, 400, 'invalid-question');
  });

  test('is refused where a policy does not stand, or none has the setting', async () => {
    await refuses(`${YEAR}&policy=cmqa-2017&policy=england-byelaw`, 404, 'unknown-policy');
    await refuses('setting=moon-base&policy=all', 400, 'invalid-question');
    await refuses(
      'setting=traineeship&on=2022-01-01&policy=cmqa-2017&policy=england-guidance',
      400,
      'invalid-question',
    );
  });

  test('knows of a moment only the policies of which an edition stood then', async () => {
    const { json } = await register.ask('/v1/log?limit=1&after=1');
    expect(json).toMatchObject({ type: 'PolicyEditionPublished' });
    await refuses(`${YEAR}&policy=all&knownAt=1`, 404, 'unknown-provider');
  });

  test('has one address for ever, which gives the same bytes', async () => {
    const now = await ask(`${YEAR}&policy=all`);
    const address = now.headers.get('content-location') ?? '';
    expect(address).toMatch(/policy=all&knownAt=\d+-[0-9a-f]{8}$/);
    await accepted(register, {
      type: 'AccreditationAwarded',
      subject: P,
      data: { standard: 'matrix', reference: 'M-1', from: '2026-09-01', kind: 'initial' },
    });
    const then = await register.ask(address);
    expect(then.text).toBe(now.text);
    expect(then.headers.get('etag')).toBe(now.headers.get('etag'));
    expect((await ask(`${YEAR}&policy=all`)).text).not.toBe(now.text);
  });

  test('has a route for each, where asked for', async () => {
    const [law] = answersIn(await ask(`${YEAR}&policy=all&school=${SCHOOL}&route=true`));
    // Only another adviser would be independent of the school.
    expect(law).toMatchObject({ outcome: 'not-eligible', route: [] });
  });
});

describe('the school that asks', () => {
  test('is a registered provider, by any key', async () => {
    await refuses(`${YEAR}&school=urn:100009`, 404, 'unknown-provider');
    await refuses(`${YEAR}&school=A-School`, 400, 'invalid-question');
  });

  test('is warned of as missing where independence is asked', async () => {
    const [law] = answersIn(await ask(`${YEAR}&policy=england-statute&policy=cmqa-2017`));
    expect(law).toMatchObject({
      outcome: 'eligible',
      warnings: [{ code: 'school-not-named', evidence: [] }],
    });
  });
});

describe('many questions under several policies', () => {
  const many = (questions: readonly object[], query = '') =>
    register.ask(`/v1/eligibility${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(questions),
    });
  const question = { provider: P, setting: 'school-commissioned', on: '2026-09-01' };

  test('are answered each by itself: one policy, a list, or all', async () => {
    const { json } = await many([
      { ...question, policy: 'england-guidance' },
      { ...question, policy: ['england-guidance'] },
      { ...question, policy: 'all', school: SCHOOL, advisers: [A] },
    ]);
    expect(json).toMatchObject([
      { policy: { id: 'england-guidance' }, outcome: 'eligible' },
      { answers: [{ policy: { id: 'england-guidance' } }] },
      { answers: ALL.map((id) => ({ policy: { id }, school: SCHOOL, advisers: [A] })) },
    ]);
  });

  test('are answered briefly with the outcome of each policy', async () => {
    const { json } = await many([{ ...question, policy: ['cmqa-2017', 'england-guidance'] }], '?brief=true');
    expect(json).toEqual([
      {
        answers: [
          { policy: { id: 'england-guidance' }, outcome: 'eligible', eligibleUntil: '9999-12-31' },
          { policy: { id: 'cmqa-2017' }, outcome: 'eligible', eligibleUntil: '9999-12-31' },
        ],
      },
    ]);
  });

  test.each([
    ['no list of ids', { policy: 7 }],
    ['an empty list', { policy: [] }],
    ['a list with something else', { policy: ['cmqa-2017', 7] }],
    ['too many', { policy: Array.from({ length: 51 }, (_, i) => `p-${i}`) }],
    ['null', { policy: null }],
    ['a school that is no key', { school: 'A School' }],
  ])('refuse %s', async (_, wrong) => {
    const { json } = await many([{ ...question, ...wrong }]);
    expect(json).toMatchObject([
      { code: 'invalid-question', errors: [{ pointer: `/${Object.keys(wrong)[0]}` }] },
    ]);
  });
});

describe('what policies ask of an adviser who is named, as if she were engaged', () => {
  const BEFORE = `setting=school-commissioned&on=2025-08-31&adviser=${A}&policy=all`;
  const asIf = (query: string) => register.ask(`/v1/providers/${P}/eligibility/as-if-engaged?${query}`);

  test('is told beside whether the provider may, at an address at which it stays', async () => {
    expect(await outcomes(BEFORE)).toEqual([
      'england-statute eligible',
      'england-funding silent',
      'england-guidance not-eligible',
      'cmqa-2017 not-eligible',
    ]);
    const reply = await asIf(BEFORE);
    const answers = answersIn(reply);
    expect(Object.keys(reply.json as object)).toEqual(['asIfEngaged', 'answers']);
    expect(reply.json).toMatchObject({ asIfEngaged: [A] });
    expect(
      answers.map(({ policy: { id }, outcome, gaps }) => [id, outcome, gaps.map((gap) => gap.requirement)]),
    ).toEqual([
      ['england-statute', 'eligible', []],
      ['england-funding', 'silent', ['policy-in-force']],
      ['england-guidance', 'eligible', []],
      ['cmqa-2017', 'not-eligible', ['matrix-accredited']],
    ]);
    const pinned = reply.headers.get('content-location') ?? '';
    expect(pinned).toMatch(/^\/v1\/providers\/\S+\/as-if-engaged\?\S+&knownAt=\d+-[0-9a-f]{8}$/);
    expect((await register.ask(pinned)).text).toBe(reply.text);
  });

  test('is what the answers say where no one is named', async () => {
    const { answers } = (await ask(`${YEAR}&policy=all`)).json as { answers: object };
    expect((await asIf(`${YEAR}&policy=all`)).json).toEqual({ asIfEngaged: [], answers });
  });

  test('is asked under one policy too, and has no route', async () => {
    const one = await asIf(`${YEAR}&adviser=${A}&policy=england-guidance`);
    expect(answersIn(one).map(({ policy }) => policy.id)).toEqual(['england-guidance']);
    expectRefusal(await asIf(`${YEAR}&adviser=${A}&route=true`), {
      status: 400,
      code: 'invalid-question',
    });
    expectRefusal(await asIf(`${YEAR}&adviser=adviser:zzzzzzzz`), { status: 404, code: 'unknown-adviser' });
  });
});
