import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020';
import { REGISTRAR_KEY, RegisterProcess } from './process';

/**
 * Whoever has nothing but `/openapi.json` can do everything: a client that takes every address, parameter, header and
 * shape from the document, refuses to send what the document does not allow, and to read what it does not describe.
 */
interface Schema {
  readonly type?: string;
  readonly 'x-line'?: Schema;
}
interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: Schema;
}
type Content = Readonly<Record<string, { readonly schema: Schema }>>;
interface Response {
  readonly headers?: Readonly<Record<string, { readonly required?: boolean; readonly schema: Schema }>>;
  readonly content?: Content;
}
interface Operation {
  readonly operationId: string;
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, Response>>;
}
interface Found {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

interface Call {
  readonly parameters?: Readonly<Record<string, string | readonly string[]>>;
  /** What is sent, and as what: a value, or a value for each line. */
  readonly body?: { readonly as: string; readonly value?: unknown; readonly lines?: readonly unknown[] };
  readonly accept?: string;
  readonly key?: string;
  /** Sent although the document says that it will be refused. */
  readonly unchecked?: true;
}

interface Answer {
  readonly status: number;
  /** Of lines all of them, in order; undefined where nothing is sent. */
  readonly value: unknown;
  header(name: string): string | undefined;
}

type Json = Readonly<Record<string, unknown>>;

const FORMATS: Readonly<Record<string, RegExp>> = {
  date: /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/,
  'date-time': /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9]{2}:[0-9]{2})$/,
  'uri-reference': /^[!-~]+$/,
};

/** The value of a parameter or header from its text, by its schema. */
function valueOf({ type }: Schema, text: unknown): unknown {
  if (type === 'integer') return Number(text);
  return type === 'boolean' && (text === 'true' || text === 'false') ? text === 'true' : text;
}

class Client {
  readonly #origin: string;
  readonly #document: Json;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true, formats: FORMATS });
  readonly operations: ReadonlyMap<string, Found>;

  private constructor(origin: string, document: Json) {
    this.#origin = origin;
    this.#document = document;
    this.#ajv.addSchema({ $id: 'document', components: document['components'] });
    const paths = document['paths'] as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    this.operations = new Map(
      Object.entries(paths).flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, one]) => {
          const operation = this.#followed(one) as Operation;
          return [operation.operationId, { method: method.toUpperCase(), path, operation }];
        }),
      ),
    );
  }

  static async of(origin: string): Promise<Client> {
    const response = await fetch(`${origin}/openapi.json`);
    return new Client(origin, (await response.json()) as Json);
  }

  /** With what is referred to in place of its references; those to schemas are left to the validator. */
  #followed(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((one) => this.#followed(one));
    if (typeof value !== 'object' || value === null) return value;
    const { $ref } = value as { readonly $ref?: unknown };
    if (typeof $ref === 'string' && !$ref.startsWith('#/components/schemas/')) {
      let found: unknown = this.#document;
      for (const name of $ref.split('/').slice(1)) found = (found as Json)[name];
      return this.#followed(found);
    }
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, this.#followed(member)]));
  }

  #check(schema: Schema): ValidateFunction {
    return this.#ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')) as object);
  }

  #fit(schema: Schema, value: unknown, what: string): void {
    const check = this.#check(schema);
    if (!check(value))
      throw new Error(`${what} is not as the document has it: ${this.#ajv.errorsText(check.errors)}`);
  }

  async call(operationId: string, sent: Call = {}): Promise<Answer> {
    const found = this.operations.get(operationId);
    if (!found) throw new Error(`the document has no ${operationId}`);
    const { method, path, operation } = found;
    const { parameters: given = {}, body, accept, key, unchecked } = sent;
    const known = operation.parameters ?? [];
    const query = new URLSearchParams();
    const headers = new Headers();
    let address = path;
    for (const [name, value] of Object.entries(given)) {
      const parameter = known.find((one) => one.name === name);
      if (!parameter && !unchecked) throw new Error(`${operationId} has no parameter ${name}`);
      if (parameter && !unchecked)
        this.#fit(parameter.schema, valueOf(parameter.schema, value), `${operationId}, ${name}`);
      if (parameter?.in === 'path') address = address.replace(`{${name}}`, encodeURIComponent(String(value)));
      else if (parameter?.in === 'header') headers.set(name, String(value));
      else for (const one of [value].flat()) query.append(name, one);
    }
    for (const { name, required } of known)
      if (required && !(name in given) && !unchecked) throw new Error(`${operationId} needs ${name}`);
    if (accept !== undefined) headers.set('accept', accept);
    if (key !== undefined && (operation.security ?? []).length > 0)
      headers.set('authorization', `Bearer ${key}`);
    const text = body && this.#written(operation, body, unchecked ?? false);
    if (body) headers.set('content-type', body.as);
    const response = await fetch(`${this.#origin}${address}${query.size > 0 ? `?${query}` : ''}`, {
      method,
      headers,
      ...(text === undefined ? {} : { body: text }),
    });
    return this.#read(operation, response);
  }

  #written(
    { operationId, requestBody }: Operation,
    body: NonNullable<Call['body']>,
    unchecked: boolean,
  ): string {
    const schema = requestBody?.content[body.as]?.schema;
    if (!schema && !unchecked) throw new Error(`${operationId} does not take ${body.as}`);
    const { lines } = body;
    if (schema && !unchecked) {
      const line = schema['x-line'];
      for (const value of lines ?? [body.value])
        this.#fit(line ?? schema, value, `what ${operationId} is sent`);
    }
    return lines ? lines.map((line) => `${JSON.stringify(line)}\n`).join('') : JSON.stringify(body.value);
  }

  /** The page to which an answer’s `Link` leads, asked as the same operation. */
  async next(operationId: string, answer: Answer, key?: string): Promise<Answer | undefined> {
    const address = /^<([^>]+)>; rel="next"$/.exec(answer.header('Link') ?? '')?.[1];
    const found = this.operations.get(operationId);
    if (address === undefined || !found) return undefined;
    const isKeyed = key !== undefined && (found.operation.security ?? []).length > 0;
    const headers = isKeyed ? { authorization: `Bearer ${key}` } : {};
    return this.#read(found.operation, await fetch(new URL(address, this.#origin), { headers }));
  }

  /** The answer at an address that another answer gave. */
  async at(operationId: string, address: string): Promise<Answer> {
    const found = this.operations.get(operationId);
    if (!found) throw new Error(`the document has no ${operationId}`);
    return this.#read(found.operation, await fetch(new URL(address, this.#origin)));
  }

  async #read({ operationId, responses }: Operation, response: globalThis.Response): Promise<Answer> {
    const { status, headers } = response;
    const text = await response.text();
    const described = responses[String(status)] ?? responses['default'];
    if (!described) throw new Error(`${operationId} is not said to answer ${status}: ${text}`);
    const what = `what ${operationId} answers with ${status}`;
    for (const [name, { required = false, schema }] of Object.entries(described.headers ?? {})) {
      const sent = headers.get(name);
      if (sent !== null) this.#fit(schema, valueOf(schema, sent), `${what}, ${name}`);
      else if (required) throw new Error(`${what} has no ${name}`);
    }
    const header = (name: string) => {
      if (!Object.hasOwn(described.headers ?? {}, name))
        throw new Error(`the document says nothing of ${name} in ${what}`);
      return headers.get(name) ?? undefined;
    };
    const type = headers.get('content-type')?.split(';', 1)[0] ?? '';
    if (type === '') {
      if (text !== '' || described.content) throw new Error(`${what} has no type`);
      return { status, value: undefined, header };
    }
    const schema = described.content?.[type]?.schema;
    if (!schema) throw new Error(`${what} is not said to be ${type}`);
    const line = schema['x-line'];
    const values = line
      ? text
          .split('\n')
          .filter(Boolean)
          .map((one) => JSON.parse(one) as unknown)
      : [type.endsWith('json') ? (JSON.parse(text) as unknown) : text];
    for (const value of values) this.#fit(line ?? schema, value, what);
    return { status, value: line ? values : values[0], header };
  }
}

let register: RegisterProcess;
let client: Client;
beforeAll(async () => {
  register = await RegisterProcess.start();
  client = await Client.of(register.url);
});
afterAll(async () => {
  expect(await register.stop()).toBe(0);
});

const ONE_EVENT = 'application/cloudevents+json';
const NDJSON = 'application/x-ndjson';
const PROVIDER = 'ukprn:10000001';
const UNKNOWN = 'ukprn:10009999';
const QUESTION = { setting: 'school-commissioned', from: '2026-09-01', until: '2027-07-20' };

let ids = 0;
const event = (type: string, subject: string, data: object, id = `client-${++ids}`) => ({
  specversion: '1.0',
  source: 'https://example.org/feed',
  id,
  type,
  subject,
  data,
});
const post = (value: object, key = REGISTRAR_KEY) =>
  client.call('postEvents', { key, body: { as: ONE_EVENT, value } });

describe('a client made of the document alone', () => {
  let secret = '';

  test('has a body recognised, and gets the body one key, however often it asks', async () => {
    expect(
      (await post(event('DayOpened', 'calendar:england', { date: '2026-09-01' }, 'the-day'))).status,
    ).toBe(201);
    const recognised = event('BodyRecognised', 'body:example-assessors', {
      name: 'Example Assessors',
      mayPost: [{ types: '*' }],
      from: '2017-01-01',
    });
    expect((await post(recognised)).status).toBe(201);
    const issue = () =>
      client.call('issueKey', {
        key: REGISTRAR_KEY,
        parameters: { slug: 'example-assessors', 'Idempotency-Key': 'once' },
        body: { as: 'application/json', value: { until: '2027-12-31' } },
      });
    const [first, again] = [await issue(), await issue()];
    expect(again.value).toEqual(first.value);
    expect(first.header('Location')).toMatch(/^\/v1\/bodies\/example-assessors\/keys\//);
    ({ secret } = first.value as { secret: string });
  });

  test('registers a provider, posts what makes it eligible, and is told so', async () => {
    const registered = await post(
      event('ProviderRegistered', PROVIDER, { name: 'Example Guidance', legalForm: 'company' }),
      secret,
    );
    const { value: stored } = await client.at('readEvent', registered.header('Location') ?? '');
    expect(stored).toMatchObject({ type: 'ProviderRegistered', subject: PROVIDER });

    const ask = (more: Readonly<Record<string, string>>) =>
      client.call('askEligibility', { parameters: { key: PROVIDER, ...QUESTION, ...more } });
    const before = (await ask({ route: 'true' })).value as {
      outcome: string;
      route: { type: string; subject: string; data: object; by: string[] }[];
    };
    expect(before.outcome).toBe('not-eligible');
    expect(before.route.map(({ type }) => type)).toContain('AccreditationAwarded');
    let atLeast = '';
    for (const { type, subject, data, by } of before.route) {
      expect(by).toContain('body:example-assessors');
      const posted = await post(event(type, subject, data), secret);
      expect(posted.status).toBe(201);
      ({ position: atLeast } = posted.value as { position: string });
    }
    const after = await ask({ atLeast });
    expect(after.value).toMatchObject({ outcome: 'eligible', gaps: [] });

    const pinned = await client.at('askEligibility', after.header('Content-Location') ?? '');
    expect(pinned.value).toEqual(after.value);
    expect(pinned.header('Cache-Control')).toBe('public, max-age=31536000, immutable');
    const unchanged = await ask({ atLeast, 'If-None-Match': after.header('ETag') ?? '' });
    expect([unchanged.status, unchanged.value]).toEqual([304, undefined]);
  });

  test('reads the log page by page, to its head', async () => {
    const positions: string[] = [];
    let pages = 0;
    for (
      let page: Answer | undefined = await client.call('readLog', { parameters: { limit: '3' } });
      page;
      page = await client.next('readLog', page)
    ) {
      pages++;
      positions.push(...(page.value as { position: string }[]).map(({ position }) => position));
    }
    expect(positions.length).toBeGreaterThan(6);
    expect(positions).toEqual(positions.map((_, i) => String(i)));
    expect(pages).toBe(Math.ceil(positions.length / 3));
  });

  test('reads every list so, and none twice or not at all', async () => {
    for (const n of [2, 3])
      await post(
        event('ProviderRegistered', `ukprn:1000000${n}`, { name: `Example ${n}`, legalForm: 'company' }),
      );
    const adviser = 'adviser:example0001';
    await post(event('AdviserRegistered', adviser, {}));
    for (const certificate of ['C-1', 'C-2'])
      await post(
        event('QualificationAwarded', adviser, {
          qualification: 'l6-dcgd',
          awardedOn: '2019-07-01',
          certificate,
        }),
      );
    for (const key of ['no one-has-this-key', 'nor-this-one']) await client.call('readAccess', { key });
    const lists = [...client.operations].flatMap(([id, { operation }]) =>
      operation.parameters?.some(({ name }) => name === 'limit') ? [id] : [],
    );
    expect(lists.toSorted()).toEqual([
      'compare',
      'readAccess',
      'readAdviserHistory',
      'readLog',
      'readProviderHistory',
      'readSubmissions',
      'searchProviders',
    ]);
    for (const list of lists) {
      const named = client.operations.get(list)?.operation.parameters?.map(({ name }) => name) ?? [];
      expect(named).toContain(list === 'compare' ? 'page' : 'after');
      const parameters: Record<string, string> =
        list === 'readAdviserHistory'
          ? { key: adviser }
          : list === 'readProviderHistory'
            ? { key: PROVIDER }
            : list === 'compare'
              ? { before: '0', setting: 'private' }
              : list === 'readSubmissions'
                ? { slug: 'registrar' }
                : {};
      const items = ({ value }: Answer): unknown[] => {
        if (Array.isArray(value)) return value;
        const page = value as { events?: unknown[]; providers?: unknown[]; attempts?: unknown[] };
        return page.events ?? page.providers ?? page.attempts ?? [];
      };
      const key = REGISTRAR_KEY;
      const whole = items(await client.call(list, { parameters, key }));
      const byOne: unknown[] = [];
      for (
        let page: Answer | undefined = await client.call(list, {
          parameters: { ...parameters, limit: '1' },
          key,
        });
        page;
        page = await client.next(list, page, key)
      ) {
        expect(items(page)).toHaveLength(1);
        byOne.push(...items(page));
      }
      expect(whole.length).toBeGreaterThan(1);
      expect([list, byOne]).toEqual([list, whole]);
    }
  });

  test('asks many questions, a line each, and has an answer or a problem for each in its place', async () => {
    const lines = [
      { provider: PROVIDER, ...QUESTION },
      { provider: UNKNOWN, ...QUESTION },
      { provider: PROVIDER, ...QUESTION, from: '2027-07-20', until: '2026-09-01' },
      { provider: PROVIDER, setting: 'private', on: '2026-09-01' },
    ];
    const asked = { body: { as: NDJSON, lines } };
    const { value } = await client.call('askMany', asked);
    expect((value as Json[]).map((one) => one['outcome'] ?? one['code'])).toEqual([
      'eligible',
      'unknown-provider',
      'invalid-question',
      expect.stringMatching(/eligible$/),
    ]);
    const asList = await client.call('askMany', { ...asked, accept: 'application/json' });
    expect(asList.value).toEqual(value);
    const brief = await client.call('askMany', { ...asked, parameters: { brief: 'true' } });
    expect(Object.keys((brief.value as Json[])[0] ?? {})).toEqual(['outcome', 'eligibleUntil']);
  });

  test('posts lines, and is told of each what became of it', async () => {
    const lines = [
      event('ProviderRenamed', PROVIDER, { name: 'Example Careers', from: '2026-09-01' }),
      event('ProviderRegistered', PROVIDER, { name: 'Example Guidance', legalForm: 'company' }),
    ];
    const { value } = await client.call('postEvents', {
      key: secret,
      accept: NDJSON,
      body: { as: NDJSON, lines },
    });
    expect((value as Json[]).map((one) => one['code'] ?? one['id'])).toEqual([
      lines[0]?.id,
      'already-registered',
    ]);
  });

  const one = event('ProviderRegistered', UNKNOWN, { name: 'Example', legalForm: 'company' });
  test.each<[string, string, number, Call]>([
    ['postEvents', 'no-key', 401, { body: { as: ONE_EVENT, value: one } }],
    ['postEvents', 'bad-key', 401, { key: 'no one-has-this-key', body: { as: ONE_EVENT, value: one } }],
    [
      'postEvents',
      'invalid-event',
      400,
      { key: REGISTRAR_KEY, unchecked: true, body: { as: ONE_EVENT, value: { ...one, type: 'Nothing' } } },
    ],
    [
      'postEvents',
      'same-id-different-content',
      409,
      { key: REGISTRAR_KEY, body: { as: ONE_EVENT, value: { ...one, id: 'the-day' } } },
    ],
    [
      'postEvents',
      'unsupported-media-type',
      415,
      { key: REGISTRAR_KEY, unchecked: true, body: { as: 'text/plain', value: one } },
    ],
    [
      'postEvents',
      'unknown-subject',
      422,
      {
        key: REGISTRAR_KEY,
        body: {
          as: ONE_EVENT,
          value: event('ProviderClosed', UNKNOWN, { on: '2027-01-01', reason: 'merged' }),
        },
      },
    ],
    [
      'postEvents',
      'too-large',
      413,
      { key: REGISTRAR_KEY, unchecked: true, body: { as: ONE_EVENT, value: { x: 'x'.repeat(1_100_000) } } },
    ],
    ['askEligibility', 'unknown-provider', 404, { parameters: { key: UNKNOWN, ...QUESTION } }],
    [
      'askEligibility',
      'unknown-policy',
      404,
      { parameters: { key: PROVIDER, ...QUESTION, policy: ['none'] } },
    ],
    [
      'askEligibility',
      'invalid-question',
      400,
      { parameters: { key: PROVIDER, ...QUESTION, form: '2026-09-01' }, unchecked: true },
    ],
    [
      'askEligibility',
      'not-acceptable',
      406,
      { parameters: { key: PROVIDER, ...QUESTION }, accept: 'text/csv' },
    ],
    [
      'askEligibility',
      'not-caught-up',
      503,
      { parameters: { key: PROVIDER, ...QUESTION, knownAt: '999999' } },
    ],
    ['askMany', 'invalid-question', 400, { body: { as: 'application/json', value: {} }, unchecked: true }],
    ['readEvent', 'unknown-event', 404, { parameters: { position: '999999' } }],
    ['readAdviser', 'unknown-adviser', 404, { parameters: { key: 'adviser:nobody00' } }],
    ['readPolicy', 'unknown-policy', 404, { parameters: { id: 'none' } }],
    ['searchProviders', 'invalid-question', 400, { parameters: { limit: '0' }, unchecked: true }],
    ['revokeKey', 'unknown-body', 404, { parameters: { slug: 'nobody', key: 'k' }, key: REGISTRAR_KEY }],
    ['explainProblem', 'not-found', 404, { parameters: { code: 'nothing' } }],
  ])('reads why %s is refused, and how to correct it: %s', async (operationId, code, status, call) => {
    const answer = await client.call(operationId, call);
    const problem = answer.value as { code: string; status: number; type: string; detail: string };
    expect([answer.status, problem.status, problem.code]).toEqual([status, status, code]);
    const page = await client.call('explainProblem', {
      parameters: { code: problem.type.replace('/problems/', '') },
      accept: 'application/json',
    });
    expect(page.value).toMatchObject({ code, status });
  });

  test('sends nothing that the document says will be refused', async () => {
    await expect(client.call('askEligibility', { parameters: { key: PROVIDER } })).rejects.toThrow(
      'askEligibility needs setting',
    );
    await expect(
      client.call('askEligibility', { parameters: { key: '10000001', ...QUESTION } }),
    ).rejects.toThrow('askEligibility, key');
    await expect(
      post(event('ProviderRegistered', 'ukprn:10000010', { name: 'Example', legalForm: 'firm' })),
    ).rejects.toThrow('what postEvents is sent');
  });
});
