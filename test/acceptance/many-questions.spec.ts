/// <reference types="jest" />
import { once } from 'node:events';
import { request as ask, type ClientRequest, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { RegisterProcess, type Reply } from './process';
import { accepted, endSound, expectProblem, expectRefusal, headOf, openDay } from './refusal';

/** Many questions in one request: `POST /v1/eligibility`. */
let register: RegisterProcess;
const ONE = 'ukprn:10000001';
const TWO = 'ukprn:10000002';
const NOBODY = 'ukprn:19999999';
const PERSON = 'adviser:k7m2p4q8';
const NDJSON = 'application/x-ndjson';
const JSON_TYPE = 'application/json';
/** The position at which ONE was registered but not accredited yet. */
let before: string;

beforeAll(async () => {
  register = await RegisterProcess.start();
  await openDay(register, '2026-09-01');
  for (const [subject, name] of [
    [ONE, 'Bright Futures'],
    [TWO, 'Second Steps'],
  ] as const) {
    before = await accepted(register, {
      type: 'ProviderRegistered',
      subject,
      data: { name, legalForm: 'company' },
    });
  }
  await accepted(register, { type: 'AdviserRegistered', subject: PERSON, data: {} });
  await accepted(register, {
    type: 'QualificationAwarded',
    subject: PERSON,
    data: { qualification: 'l6-dcgd', awardedOn: '2019-07-01', certificate: 'C-1' },
  });
  await accepted(register, {
    type: 'EngagementStarted',
    subject: PERSON,
    data: { provider: ONE, from: '2020-01-01', basis: 'employed' },
  });
  await award();
});
afterAll(() => endSound(register));

function award() {
  return accepted(register, {
    type: 'AccreditationAwarded',
    subject: ONE,
    data: { standard: 'matrix', reference: 'M-1', from: '2024-03-15', until: '2027-03-14', kind: 'initial' },
  });
}

function post(type: string, body: string, query = '', headers: Record<string, string> = {}): Promise<Reply> {
  return register.ask(`/v1/eligibility${query}`, {
    method: 'POST',
    headers: { 'content-type': type, ...headers },
    body,
  });
}

const linesOf = (reply: Reply) => {
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  expect(reply.headers.get('content-type')).toBe(NDJSON);
  expect(reply.text === '' || reply.text.endsWith('\n')).toBe(true);
  return reply.text.split('\n').slice(0, -1);
};

/** Asks each question on a line of its own. */
const askLines = async (questions: readonly unknown[], query = '') =>
  linesOf(await post(NDJSON, questions.map((one) => `${JSON.stringify(one)}\n`).join(''), query));

/** Asks one, and reads the answer. */
const askOne = async (question: unknown, query = ''): Promise<unknown> => {
  const [line = ''] = await askLines([question], query);
  return JSON.parse(line) as unknown;
};

const year = { from: '2026-09-01', until: '2027-07-20' };
const question = { provider: ONE, setting: 'school-commissioned', ...year };

/** The same question asked by itself. */
async function single({
  provider,
  advisers = [],
  ...rest
}: {
  readonly provider: string;
  readonly advisers?: readonly string[];
  readonly [name: string]: unknown;
}): Promise<string> {
  const query = new URLSearchParams(rest as Record<string, string>);
  for (const adviser of advisers) query.append('adviser', adviser);
  return (await register.ask(`/v1/providers/${provider}/eligibility?${query.toString()}`)).text;
}

describe('many questions', () => {
  const several = () => [
    question,
    { ...question, advisers: [PERSON] },
    { ...question, setting: 'publicly-funded' },
    { ...question, provider: TWO },
    { provider: ONE, setting: 'private', on: '2026-09-01' },
    { provider: ONE, setting: 'private' },
    { ...question, policy: 'cmqa-2017' },
    { ...question, knownAt: before },
    { ...question, knownAt: '9999-12-31T00:00:00Z' },
    { ...question, provider: NOBODY },
    { ...question, policy: 'nothing' },
    { ...question, advisers: ['adviser:nobodyatall'] },
    { ...question, on: '2026-09-01' },
    { ...question, until: '2026-02-30' },
  ];

  test('are answered in order, each with the bytes of the answer to it alone', async () => {
    const alone = await Promise.all(several().map((one) => single(one)));
    expect(await askLines(several())).toEqual(alone);
  });

  test('are answered in the form in which they are asked: an array', async () => {
    const reply = await post(JSON_TYPE, JSON.stringify(several()));
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(reply.json).toEqual((await askLines(several())).map((line) => JSON.parse(line) as unknown));
  });

  test('or in the one that the request asks for', async () => {
    const lines = linesOf(await post(JSON_TYPE, JSON.stringify([question]), '', { accept: NDJSON }));
    const list = await post(NDJSON, JSON.stringify(question), '', { accept: JSON_TYPE });
    expect(list.json).toEqual(lines.map((line) => JSON.parse(line) as unknown));
  });

  test('name at most fifty advisers, alone or among many', async () => {
    const advisers = (count: number) =>
      Array.from({ length: count }, (_, i) => `adviser:${String(i).padStart(8, '0')}`);
    const [fifty, more] = await askLines([
      { ...question, advisers: advisers(50) },
      { ...question, advisers: advisers(51) },
    ]);
    expect(JSON.parse(fifty ?? '')).toMatchObject({ code: 'unknown-adviser' });
    const problem = { code: 'invalid-question', errors: [{ pointer: '/advisers' }] };
    expect(JSON.parse(more ?? '')).toMatchObject(problem);
    const query = new URLSearchParams({ setting: question.setting });
    for (const one of advisers(51)) query.append('adviser', one);
    const alone = await register.ask(`/v1/providers/${ONE}/eligibility?${query.toString()}`);
    expect(alone.json).toMatchObject({ code: 'invalid-question', errors: [{ pointer: '/adviser' }] });
  });

  test('none are answered by nothing', async () => {
    expect((await post(JSON_TYPE, '[]')).text).toBe('[]');
    expect(await askLines([])).toEqual([]);
    expect(linesOf(await post(NDJSON, '\n \n\r\n'))).toEqual([]);
  });

  test('briefly: the outcome and how long it lasts', async () => {
    const whole = (await askLines(several())).map((line) => JSON.parse(line) as Record<string, unknown>);
    const brief = (await askLines(several(), '?brief=true')).map((line) => JSON.parse(line) as unknown);
    expect(brief).toEqual(
      whole.map((one) =>
        'code' in one ? one : { outcome: one['outcome'], eligibleUntil: one['eligibleUntil'] },
      ),
    );
    expect(brief[0]).toEqual({ outcome: 'not-eligible', eligibleUntil: '2027-03-14' });
  });

  describe('under several policies', () => {
    const POLICIES = [
      ['england-statute', 'cmqa-2017'],
      ['cmqa-2017', 'cmqa-2017', 'england-statute'],
      ['cmqa-2017'],
      'all',
    ];
    /** The same question asked by itself: one that is named in a list, too, has a list of answers. */
    const alone = async (policy: string | readonly string[]) => {
      const query = new URLSearchParams(question);
      query.delete('provider');
      for (const one of [policy].flat()) query.append('policy', one);
      return (await register.ask(`/v1/providers/${ONE}/eligibility?${query.toString()}`)).text;
    };

    test('each is answered under each, in the order of strength, each as under that policy alone', async () => {
      const lines = await askLines(POLICIES.map((policy) => ({ ...question, policy })));
      const ids = lines.map((line) =>
        (JSON.parse(line) as { answers: { policy: { id: string } }[] }).answers.map(
          ({ policy: { id } }) => id,
        ),
      );
      expect(ids).toEqual([
        ['england-statute', 'cmqa-2017'],
        ['england-statute', 'cmqa-2017'],
        ['cmqa-2017'],
        ['england-statute', 'england-funding', 'england-guidance', 'cmqa-2017'],
      ]);
      // The conditions of funding have no such setting: asked alone the question would be refused.
      const both = ['england-statute', 'cmqa-2017'].map((policy) => ({ ...question, policy }));
      expect(lines[0]).toBe(`{"answers":[${(await askLines(both)).join(',')}]}`);
    });

    test('with the bytes of the answer to it by itself, in whatever form', async () => {
      const asked = ['all', ['england-statute', 'cmqa-2017']];
      const own = await Promise.all(asked.map((policy) => alone(policy)));
      const questions = asked.map((policy) => ({ ...question, policy }));
      expect(await askLines(questions)).toEqual(own);
      expect((await post(JSON_TYPE, JSON.stringify(questions))).text).toBe(`[${own.join(',')}]`);
    });

    test('briefly: which policy, its outcome and how long it lasts', async () => {
      expect(await askOne({ ...question, policy: 'all' }, '?brief=true')).toEqual({
        answers: [
          { policy: { id: 'england-statute' }, outcome: 'eligible', eligibleUntil: '9999-12-31' },
          { policy: { id: 'england-funding' }, outcome: 'silent', eligibleUntil: null },
          { policy: { id: 'england-guidance' }, outcome: 'eligible', eligibleUntil: '9999-12-31' },
          { policy: { id: 'cmqa-2017' }, outcome: 'not-eligible', eligibleUntil: '2027-03-14' },
        ],
      });
    });

    test('with a route for each that says no', async () => {
      const asked = { ...question, provider: TWO, policy: 'all' };
      const { answers } = (await askOne(asked, '?route=true')) as {
        answers: { outcome: string; route?: unknown[] }[];
      };
      for (const { outcome, route } of answers)
        expect(route !== undefined && route.length > 0).toBe(outcome === 'not-eligible');
    });

    test.each([
      ['of no policy', []],
      ['one of which is no code', ['cmqa-2017', 'CMQA']],
      ['of too many', Array.from({ length: 51 }, (_, i) => `p${i}`)],
    ])('invalid-question: a list %s', async (_, policy) => {
      for (const query of ['', '?brief=true'])
        expectProblem(await askOne({ ...question, policy }, query), {
          status: 400,
          code: 'invalid-question',
          pointers: ['/policy'],
        });
    });

    test('one of which is unknown, or none of which has the setting, is a problem', async () => {
      expectProblem(await askOne({ ...question, policy: ['cmqa-2017', 'nothing'] }), {
        status: 404,
        code: 'unknown-policy',
      });
      const unheard = { ...question, setting: 'private', policy: ['england-statute', 'england-guidance'] };
      for (const query of ['', '?brief=true'])
        expectProblem(await askOne(unheard, query), {
          status: 400,
          code: 'invalid-question',
          pointers: ['/setting'],
        });
    });
  });

  test('with the route to a better answer', async () => {
    const asked = { ...question, setting: 'publicly-funded', provider: TWO };
    expect(await askLines([asked], '?route=true')).toEqual([await single({ ...asked, route: 'true' })]);
  });

  test('are answered at one position, that of the head when they begin, however the log goes on', async () => {
    const talk = new Talk(register);
    talk.say(question);
    const first = JSON.parse(await talk.hear()) as { knownAt: { position: string } };
    await accepted(register, {
      type: 'AccreditationSuspended',
      subject: ONE,
      data: {
        standard: 'matrix',
        reference: 'M-1',
        from: '2026-10-01',
        reason: 'review-overdue',
        onAppeal: 'stands',
      },
    });
    const suspension = String(await headOf(register));
    talk.say(question);
    talk.say({ ...question, knownAt: suspension });
    expect(JSON.parse(await talk.hear())).toEqual(first);
    expect(JSON.parse(await talk.hear())).toMatchObject({
      knownAt: { position: suspension },
      eligibleUntil: '2026-09-30',
    });
    await talk.end();
    expect(await askOne(question)).toMatchObject({ knownAt: { position: suspension } });
  });

  test('an answer comes before the next question is asked', async () => {
    const talk = new Talk(register);
    for (let i = 0; i < 3; i++) {
      talk.say(question);
      expect(JSON.parse(await talk.hear())).toMatchObject({ provider: { key: ONE } });
    }
    await talk.end();
  });

  test('also to a client that takes it compressed', async () => {
    const talk = new Talk(register, { 'accept-encoding': 'gzip' });
    for (let i = 0; i < 3; i++) {
      talk.say(question);
      expect(JSON.parse(await talk.hear())).toMatchObject({ provider: { key: ONE } });
    }
    expect((await talk.reply).headers['content-encoding']).toBe('gzip');
    await talk.end();
  });

  test('at least as of a position', async () => {
    expect(await askLines([question], `?atLeast=${await headOf(register)}`)).toHaveLength(1);
    const reply = await post(NDJSON, JSON.stringify(question), '?atLeast=999999');
    expectRefusal(reply, { status: 503, code: 'not-caught-up' });
  });

  test('need no key', async () => {
    const reply = await post(JSON_TYPE, JSON.stringify([question]), '', { authorization: 'Bearer nobody' });
    expect(reply.status).toBe(200);
  });
});

describe('a problem stands in the place of its answer', () => {
  test('a line that is not JSON: malformed', async () => {
    const good = JSON.stringify(question);
    const lines = linesOf(await post(NDJSON, `${good}\n{"provider"\n\n${good}\nnothing\n${good}`));
    expect(lines).toHaveLength(5);
    for (const i of [1, 3]) expectProblem(JSON.parse(lines[i] ?? ''), { status: 400, code: 'malformed' });
    expect(new Set([lines[0], lines[2], lines[4]]).size).toBe(1);
  });

  test('a line in which a member stands twice: malformed; of an array, the whole', async () => {
    const good = JSON.stringify(question);
    const twice = good.replace('"until"', '"until":"2099-08-31","until"');
    const problem = { status: 400, code: 'malformed' };
    const lines = linesOf(await post(NDJSON, `${good}\n${twice}`));
    expect(lines).toHaveLength(2);
    expectProblem(JSON.parse(lines[1] ?? ''), { ...problem, pointers: ['/until'] });
    expectRefusal(await post(JSON_TYPE, `[${good},${twice}]`), { ...problem, pointers: ['/1/until'] });
  });

  test('a line that is too long: too-large', async () => {
    const lines = linesOf(
      await post(NDJSON, `${'x'.repeat(1024 * 1024 + 1)}\n${JSON.stringify(question)}\n`),
    );
    expectProblem(JSON.parse(lines[0] ?? ''), { status: 413, code: 'too-large' });
    expect(lines).toHaveLength(2);
  });

  test.each<[rule: string, sent: unknown, ...pointers: string[]]>([
    ['it is an object', 'ukprn:10000001', ''],
    ['it is not nothing', null, ''],
    ['it is no list', [question], ''],
    ['it has a provider', { setting: 'private' }, '/provider'],
    ['it has a setting', { provider: ONE }, '/setting'],
    ['it is not empty', {}, '/provider', '/setting'],
    ['the provider is a key', { ...question, provider: PERSON }, '/provider'],
    ['the provider is text', { ...question, provider: 10000001 }, '/provider'],
    ['the setting is a code', { ...question, setting: 'School' }, '/setting'],
    ['some edition has the setting', { ...question, setting: 'prison' }, '/setting'],
    ['none is one that every object has', { ...question, setting: 'constructor' }, '/setting'],
    ['the days are text', { ...question, from: 20260901, until: null }, '/from', '/until'],
    ['a day is a day', { provider: ONE, setting: 'private', on: 'today' }, '/on'],
    ['on stands alone', { ...question, on: '2026-09-01' }, '/on'],
    ['from has an until', { ...question, until: undefined }, '/until'],
    ['until is not before from', { ...question, until: '2026-08-31' }, '/until'],
    ['the advisers are a list', { ...question, advisers: PERSON }, '/advisers'],
    ['of keys', { ...question, advisers: [PERSON, 'Jane'] }, '/advisers'],
    ['of text', { ...question, advisers: [[PERSON]] }, '/advisers'],
    ['the policy is a code', { ...question, policy: 'CMQA' }, '/policy'],
    ['the policy is not nothing', { ...question, policy: null }, '/policy'],
    [
      'the days are not nothing',
      { ...question, on: null, from: null, until: null },
      '/on',
      '/from',
      '/until',
    ],
    [
      'nor are the advisers and the moment',
      { ...question, advisers: null, knownAt: null },
      '/advisers',
      '/knownAt',
    ],
    ['the moment is text', { ...question, knownAt: 1 }, '/knownAt'],
    ['the moment is one', { ...question, knownAt: 'yesterday' }, '/knownAt'],
    ['unknown fields are not passed over', { ...question, untill: '2026-09-01' }, '/untill'],
    ['nor is the one of the single question', { ...question, adviser: PERSON }, '/adviser'],
    ['nor those that every object has', { ...question, toString: '1' }, '/toString'],
    ['a pointer to them is one', { ...question, 'a/b~c': 1 }, '/a~1b~0c'],
    ['each broken one is told', { ...question, policy: 'P', more: 1 }, '/policy', '/more'],
  ])('invalid-question: %s', async (_, sent, ...pointers) => {
    for (const query of ['', '?brief=true'])
      expectProblem(await askOne(sent, query), { status: 400, code: 'invalid-question', pointers });
  });

  test('nor a name that JSON alone can give a field', async () => {
    const [line = ''] = linesOf(
      await post(NDJSON, `{"provider":"${ONE}","setting":"private","__proto__":{}}`),
    );
    expectProblem(JSON.parse(line), { status: 400, code: 'invalid-question', pointers: ['/__proto__'] });
  });

  test.each<[sent: object, status: number, code: string]>([
    [{ ...question, provider: NOBODY }, 404, 'unknown-provider'],
    [{ ...question, advisers: [PERSON, 'adviser:nobodyatall'] }, 404, 'unknown-adviser'],
    [{ ...question, policy: 'nothing' }, 404, 'unknown-policy'],
    [{ ...question, knownAt: '999999' }, 503, 'not-caught-up'],
  ])('%j: %i %s', async (sent, status, code) => {
    for (const query of ['', '?brief=true']) expectProblem(await askOne(sent, query), { status, code });
  });
});

describe('the request itself is refused where', () => {
  test.each<[rule: string, type: string, body: string, query: string, status: number, code: string]>([
    ['it is not JSON', JSON_TYPE, '[', '', 400, 'malformed'],
    ['it is no list', JSON_TYPE, JSON.stringify(question), '', 400, 'invalid-question'],
    ['it is of another type', 'text/plain', 'provider', '', 415, 'unsupported-media-type'],
    ['it is one of events', 'application/cloudevents+json', '{}', '', 415, 'unsupported-media-type'],
    ['a list is too large', JSON_TYPE, ' '.repeat(1024 * 1024 + 1), '', 413, 'too-large'],
    ['brief is neither true nor false', NDJSON, '', '?brief=yes', 400, 'invalid-question'],
    ['it has a parameter that there is not', NDJSON, '', '?knownAt=1', 400, 'invalid-question'],
  ])('%s', async (_, type, body, query, status, code) => {
    expectRefusal(await post(type, body || '\n', query), { status, code });
  });

  test('no one would take the answer: not-acceptable', async () => {
    const reply = await post(NDJSON, '{}', '', { accept: 'text/html' });
    expectRefusal(reply, { status: 406, code: 'not-acceptable' });
  });

  test('the method is another: method-not-allowed', async () => {
    const reply = await register.ask('/v1/eligibility');
    expectRefusal(reply, { status: 405, code: 'method-not-allowed' });
    expect(reply.headers.get('allow')).toBe('POST');
  });
});

/** A client that asks one question after another in one request, and hears each answer as it comes. */
class Talk {
  readonly #request: ClientRequest;
  readonly reply: Promise<IncomingMessage>;
  readonly #lines: Promise<AsyncIterator<string>>;

  constructor({ url }: RegisterProcess, headers: Record<string, string> = {}) {
    this.#request = ask(`${url}/v1/eligibility`, {
      method: 'POST',
      headers: { 'content-type': NDJSON, ...headers },
    });
    this.reply = once(this.#request, 'response').then(([response]) => response as IncomingMessage);
    this.#lines = this.reply.then((response) => {
      const isSmall = response.headers['content-encoding'] === 'gzip';
      const input = isSmall ? response.pipe(createGunzip()) : response;
      return createInterface({ input })[Symbol.asyncIterator]();
    });
  }

  say(question: unknown): void {
    this.#request.write(`${JSON.stringify(question)}\n`);
  }

  async hear(): Promise<string> {
    const { value } = (await (await this.#lines).next()) as { value?: string };
    return value ?? '';
  }

  async end(): Promise<void> {
    this.#request.end();
    const lines = await this.#lines;
    while ((await lines.next()).done !== true);
  }
}
