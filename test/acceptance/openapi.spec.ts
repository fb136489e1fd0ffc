/// <reference types="jest" />
import 'reflect-metadata';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020';
import { OPERATIONS } from '@app/http-contract/openapi/operations';
import { requestLine, documentedPath, routeNameOf } from '@app/http-contract/openapi/document';
import { recordedAnswer, STORY, type Recorded, type Step } from '@app/http-contract/openapi/story';
import { PROBLEM_CODES } from '@app/domain/values/problem';
import { EVENTS } from '@app/domain/log/event-catalogue';
import { REASONS } from '@app/domain/evaluation/v1/reason';
import { REGISTRAR_KEY, RegisterProcess, type Reply } from './process';

/** The document cannot lie: its routes are those of the server, and its examples are told to a running register again. */
let register: RegisterProcess;
let document: Document;
let ajv: Ajv2020;

interface Media {
  readonly schema: Schema;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}
interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly items?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly 'x-line'?: Schema;
}
interface Header {
  readonly required: boolean;
  readonly schema: Schema;
}
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly description: string;
    readonly required: boolean;
    readonly schema: Schema;
    readonly example?: string;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<
    Record<
      string,
      {
        readonly description: string;
        readonly headers: Readonly<Record<string, Header>>;
        readonly content?: Readonly<Record<string, Media>>;
      }
    >
  >;
}
interface Document {
  readonly openapi: string;
  readonly info: { readonly contact: { readonly name: string } };
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

beforeAll(async () => {
  register = await RegisterProcess.start();
  document = (await register.ask('/openapi.json')).json as Document;
  ajv = new Ajv2020({ strict: false, validateFormats: false, discriminator: false, allErrors: true });
  ajv.addSchema({ $id: 'document', components: closed(document.components) });
});
afterAll(async () => {
  expect(await register.stop()).toBe(0);
});

function operations(): (readonly [string, Operation])[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) =>
        [routeNameOf({ method: method.toUpperCase(), path }), followed(operation) as Operation] as const,
    ),
  );
}

/** With what its references lead to in their place; those to schemas are left. */
function followed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(followed);
  if (typeof value !== 'object' || value === null) return value;
  const { $ref } = value as { readonly $ref?: unknown };
  if (typeof $ref !== 'string' || $ref.startsWith('#/components/schemas/'))
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, followed(member)]));
  let found: unknown = document;
  for (const name of $ref.split('/').slice(1)) found = (found as Record<string, unknown>)[name];
  return followed(found);
}

function operationOf(name: string): Operation {
  const found = operations().find(([one]) => one === name)?.[1];
  if (!found) throw new Error(`${name} is not in the document`);
  return found;
}

/** Shapes as this version has them: a field that the document does not have is an error. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, closed(member)]));
  return members['type'] === 'object' && typeof members['properties'] === 'object'
    ? { additionalProperties: false, ...members }
    : members;
}

/** Checks values against a schema of the document. */
function checkOf(schema: Schema): ValidateFunction {
  return ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')) as object);
}

function expectValid(media: Media, value: unknown, what: string): void {
  const line = media.schema['x-line'];
  const check = checkOf(line ?? media.schema);
  const values = line
    ? String(value)
        .split('\n')
        .filter(Boolean)
        .map((text) => JSON.parse(text) as unknown)
    : [value];
  for (const one of values)
    expect({ what, errors: check(one) ? [] : check.errors?.slice(0, 5) }).toEqual({ what, errors: [] });
}

describe('the document', () => {
  test('is OpenAPI 3.1, to be read by pages of every origin', async () => {
    const reply = await register.ask('/openapi.json');
    expect(reply.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(reply.headers.get('etag')).toMatch(/^"/);
    expect(document.openapi).toMatch(/^3\.1\./);
  });

  test('describes every route that the server has, and no other', () => {
    const made = JSON.parse(inProcess(ROUTES)) as { method: string; url: string }[];
    const real = made
      .filter(({ method }) => method !== 'HEAD' && method !== 'OPTIONS')
      .map(({ method, url }) => routeNameOf({ method, path: documentedPath(url) }));
    const described = operations().map(([name]) => name);
    const missing = real.filter((name) => !described.includes(name));
    const gone = Object.keys(OPERATIONS).filter((name) => !real.includes(name));
    // A route is described by an entry in a file of libs/http-contract/routes, with an example.
    expect({
      'routes that OPERATIONS lacks': missing,
      'entries of OPERATIONS without a route': gone,
    }).toEqual({
      'routes that OPERATIONS lacks': [],
      'entries of OPERATIONS without a route': [],
    });
    expect(described.toSorted()).toEqual([...new Set(real)].sort());
  });

  test('says of every parameter what it means, and has every one of a path', () => {
    const unexplained = operations().flatMap(([name, { parameters = [] }]) =>
      parameters.flatMap((one) =>
        one.description === '' ? [`${name} ${one.name}: say it in the operation, or in parameters.ts`] : [],
      ),
    );
    expect(unexplained).toEqual([]);
    for (const [name, { parameters = [] }] of operations()) {
      const inPath = [...name.matchAll(/\{([^}]+)\}/g)].map(([, one]) => one);
      expect([name, ...parameters.filter((one) => one.in === 'path').map((one) => one.name)]).toEqual(
        expect.arrayContaining([name, ...inPath]),
      );
    }
  });

  test('has every parameter that the server knows, and no other', async () => {
    for (const [name, { parameters = [] }] of operations()) {
      const [method = '', path = ''] = name.split(' ');
      if (method !== 'GET' || !path.startsWith('/v1/')) continue;
      const address = path.replace(
        /\{([^}]+)\}/g,
        (_, one: string) => PATH_VALUES[`${path} ${one}`] ?? PATH_VALUES[one] ?? '',
      );
      const probe = async (parameter: string) => {
        const { json } = await register.ask(`${address}?${parameter}=`, {
          headers: { authorization: `Bearer ${REGISTRAR_KEY}` },
        });
        const { errors = [] } = json as { errors?: { pointer: string; detail: string }[] };
        return errors.some(
          ({ pointer, detail }) => pointer === `/${parameter}` && detail.startsWith('There is no such'),
        );
      };
      const documented = parameters.filter((one) => one.in === 'query').map((one) => one.name);
      for (const parameter of EVERY_PARAMETER())
        expect({ name, parameter, unknown: await probe(parameter) }).toEqual({
          name,
          parameter,
          unknown: !documented.includes(parameter),
        });
    }
  });

  test('has every type of event, with the fields of its schema, and every code of a refusal', () => {
    const { schemas } = document.components;
    for (const [type, { data }] of Object.entries(EVENTS)) {
      expect(schemas).toHaveProperty(type);
      const { properties, required = [] } = data as { properties: object; required?: string[] };
      const shown = schemas[`${type}Data`] as { properties: object; required?: string[] };
      expect(Object.keys(shown.properties)).toEqual(Object.keys(properties));
      expect(shown.required ?? []).toEqual(required);
    }
    const { properties } = schemas['Problem'] as { properties: { code: { enum: string[] } } };
    expect(properties.code.enum).toEqual(PROBLEM_CODES);
  });

  test('says of every event, its fields and all codes what they mean', () => {
    const { schemas } = document.components;
    const said = (schema: Schema) => schema.description ?? '';
    const silent = Object.entries(schemas).flatMap(([name, schema]) =>
      within(schema, name).flatMap(({ at, one }) => [
        ...(one.enum ?? [])
          .filter((code) => !said(one).includes(`- \`${code}\`: `))
          .map((code) => `${at} ${code}`),
        ...((name in EVENTS || name === 'StoredEvent' || name.endsWith('Data')) && !at.includes('/oneOf/')
          ? Object.entries(one.properties ?? {}).flatMap(([field, its]) =>
              said(its) === '' ? [`${at} ${field}`] : [],
            )
          : []),
      ]),
    );
    expect(silent).toEqual([]);
    const { description = '', properties } = schemas['AccreditationSuspendedData'] as Schema;
    expect(description).toContain('AccreditationSuspended');
    expect(properties?.['onAppeal']?.description).toContain(
      '- `stays`: An appeal suspends its effect until the appeal is decided.',
    );
    expect((schemas['Reason'] as Schema).enum).toEqual(REASONS);
  });

  test('says of every list what is in it, and of every parameter what it is', () => {
    const unknown = within(document as unknown as Schema, '').filter(
      ({ one: { type, items } }) => type === 'array' && (typeof items !== 'object' || items === null),
    );
    expect(unknown.map(({ at }) => at)).toEqual([]);
    const types = new Map(
      operations().flatMap(([, { parameters = [] }]) =>
        parameters.map(({ name, schema }) => [name, schema.type]),
      ),
    );
    expect(Object.fromEntries(types)).toMatchObject({
      limit: 'integer',
      atomic: 'boolean',
      brief: 'boolean',
      dryRun: 'boolean',
      route: 'boolean',
      setting: 'string',
    });
    expect(document.info.contact.name).not.toBe('');
  });

  test('is clean to a linter, by its recommended rules', () => {
    const said = inProcess(LINT, JSON.stringify(document));
    expect(JSON.parse(said)).toEqual([]);
  });
});

/** A schema and all schemas within it, each with its place; examples are no schemas. */
function within(schema: unknown, at: string): { at: string; one: Schema }[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return [
    { at, one: schema },
    ...Object.entries(schema).flatMap(([name, one]) =>
      name === 'examples' ? [] : within(one, `${at}/${name}`),
    ),
  ];
}

/** Runs what tests cannot load, modules of another kind, and returns what it prints. */
function inProcess(script: string, input = ''): string {
  return execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: join(__dirname, '../..'),
    input,
    encoding: 'utf8',
  });
}

/** The routes of a server that was just built, as its own memory has them. */
const ROUTES = `
  import 'reflect-metadata';
  const [{ serve }, { settingsFrom }, { routesMade }, { openLog }] = await Promise.all(
    ['apps/registry/server', 'apps/registry/settings', 'apps/registry/http/route-costs', 'libs/application/stores/open'].map(
      (name) => import(process.cwd() + '/dist/' + name + '.js'),
    ),
  );
  const settings = settingsFrom({ PORT: '0', REGISTER_STORE: 'memory:', REGISTER_CALENDAR: 'manual' });
  const log = await openLog(settings.store);
  const { app, started } = await serve(settings, { log, clock: Date.now, sinceBoot: () => performance.now(), logger: false, showSecret: () => undefined });
  await started;
  process.stdout.write(JSON.stringify(routesMade(app.getHttpServer())));
  await app.close();
`;

/** By its recommended rules. No rule is switched off. */
const LINT = `
  import { text } from 'node:stream/consumers';
  import { createConfig, lintFromString } from '@redocly/openapi-core';
  const config = await createConfig({ extends: ['recommended'] });
  const problems = await lintFromString({ source: await text(process.stdin), config });
  const said = problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer].join(' '));
  process.stdout.write(JSON.stringify(said));
`;

/** The address of an operation with the examples of what its path has. */
function exampleOf(name: string, { parameters = [] }: Operation): string {
  const [, path = ''] = name.split(' ');
  return path.replace(
    /\{([^}]+)\}/g,
    (_, parameter: string) => parameters.find((one) => one.name === parameter)?.example ?? '',
  );
}

const PATH_VALUES: Readonly<Record<string, string>> = {
  '/v1/advisers/{key} key': 'adviser:example0001',
  '/v1/advisers/{key}/history key': 'adviser:example0001',
  '/v1/advisers/{key}/eligibility key': 'adviser:example0001',
  '/v1/advisers/{key}/person key': 'adviser:example0001',
  '/v1/advisers/{key}/person/export key': 'adviser:example0001',
  key: 'ukprn:10000001',
  position: '0',
  id: 'cmqa-2017',
  slug: 'registrar',
};
const EVERY_PARAMETER = () => [
  ...new Set(
    operations().flatMap(([, { parameters = [] }]) =>
      parameters.filter((one) => one.in === 'query').map((one) => one.name),
    ),
  ),
];

/** Where an answer is meant to have changed: the answers are written down anew, for you to look at the difference. */
const RECORDING = process.env['RECORD_EXAMPLES'] === 'yes';

/** What is new each time is written the same in every example. */
function settled(text: string): string {
  return (
    text
      .replace(/"recordedAt":"[^"]+"/g, '"recordedAt":"2026-09-01T09:00:00.000Z"')
      .replace(/"at":"[^"]+"/g, '"at":"2026-09-01T09:00:00.000Z"')
      .replace(/"key":"adviser:[a-z0-9]{24}"/g, '"key":"adviser:k7m2c0w9d4h1x8r5t3b6n0qz"')
      .replace(/"number":"[^"]+"/g, '"number":"1"')
      // The next page of the access record begins after a number of that kind.
      .replace(/("attempts":\[.*\],"next":)"[^"]+"/g, '$1"1"')
      .replace(/"request":"[^"]+"/g, '"request":"ef98c0ac-98f0-4dff-b6b3-2672b2c35f0f"')
      .replace(/"secret":"[^"]+"/g, '"secret":"shown-this-once"')
      .replace(/"hash":"[^"]+"/g, `"hash":"sha256:${'0'.repeat(64)}"`)
  );
}

function sentIn(body: NonNullable<Step['body']>): string {
  if ('text' in body) return body.text;
  return 'lines' in body
    ? body.lines.map((one) => `${JSON.stringify(one)}\n`).join('')
    : JSON.stringify(body.value);
}

async function tell({ operation, address, body, accept, request, anonymous }: Step): Promise<Reply> {
  const method = operation.split(' ', 1)[0] ?? '';
  const text = body && sentIn(body);
  return register.ask(address, {
    method,
    headers: {
      ...(anonymous ? {} : { authorization: `Bearer ${REGISTRAR_KEY}` }),
      ...(body ? { 'content-type': body.type } : {}),
      ...(accept === undefined ? {} : { accept }),
      ...(request === undefined ? {} : { 'idempotency-key': request }),
    },
    ...(text === undefined ? {} : { body: text }),
  });
}

function heard(reply: Reply): Recorded {
  const type = reply.headers.get('content-type')?.split(';', 1)[0];
  if (type === undefined || reply.text === '') return { status: reply.status };
  const text = settled(reply.text);
  return {
    status: reply.status,
    type,
    value: type.endsWith('json') && type !== 'application/x-ndjson' ? (JSON.parse(text) as unknown) : text,
  };
}

/** Those on which a client builds, of all that are sent. */
const BUILT_ON = [
  'allow',
  'cache-control',
  'content-disposition',
  'content-location',
  'etag',
  'link',
  'location',
  'ratelimit-limit',
  'ratelimit-remaining',
  'ratelimit-reset',
  'register-unknown-columns',
  'retry-after',
  'www-authenticate',
  'x-request-id',
];

/** That every header which an answer always has is there, and that none is there of which the document says nothing. */
function expectHeaders({ responses }: Operation, { status, headers }: Reply, what: string): void {
  const documented = Object.entries((responses[String(status)] ?? responses['default'])?.headers ?? {});
  const names = documented.map(([name]) => name.toLowerCase());
  const sent = BUILT_ON.filter((name) => headers.has(name));
  expect({
    what,
    lacking: documented.flatMap(([name, { required }]) => (required && !headers.has(name) ? [name] : [])),
    'not said': sent.filter((name) => !names.includes(name)),
    wrong: documented.flatMap(([name, { schema }]) => {
      const value = headers.get(name);
      const given = schema.type === 'integer' ? Number(value) : value;
      return value === null || checkOf(schema)(given) ? [] : [`${name}: ${value}`];
    }),
  }).toEqual({ what, lacking: [], 'not said': [], wrong: [] });
}

/** Addresses that ask something, of operations whose parameters are told in words. */
const ASKED: Readonly<Record<string, string>> = {
  'GET /receipt': '/receipt?provider=ukprn:10000001&setting=private',
};

describe('what proves the log', () => {
  const RECEIPT = 'GET /v1/providers/{key}/eligibility';

  beforeAll(async () => {
    for (const { address, body } of STORY.filter(({ name }) => name === 'open-a-day'))
      await tell({ operation: `POST ${address}`, name: '', summary: '', address, ...(body ? { body } : {}) });
  });

  test.each([
    ['GET /checkpoint', '/checkpoint', 'text/plain'],
    ['GET /log-keys', '/log-keys', 'text/plain'],
    ['GET /.well-known/jwks.json', '/.well-known/jwks.json', 'application/jwk-set+json'],
    ['GET /tile/{path}', '/tile/0/000.p/1', 'application/octet-stream'],
    [RECEIPT, '/v1/providers/ukprn:10000001/eligibility?setting=private', 'application/jose'],
    ['GET /receipt', ASKED['GET /receipt'] ?? '', 'application/jose'],
  ])('is sent as the document says: %s', async (name, address, type) => {
    const operation = operationOf(name);
    const reply = await register.ask(address, { headers: { accept: type } });
    expect({ status: reply.status, type: reply.headers.get('content-type')?.split(';')[0] }).toEqual({
      status: 200,
      type,
    });
    expect(Object.keys(operation.responses[200]?.content ?? {})).toContain(type);
    expectHeaders(operation, reply, name);
  });

  test('is in a receipt told apart from the answer in JSON', () => {
    const { headers = {} } = operationOf(RECEIPT).responses[200] ?? {};
    expect(Object.keys(headers)).toEqual(expect.arrayContaining(['Vary', 'Content-Disposition']));
    expect(Object.keys(operationOf('GET /receipt').responses[200]?.headers ?? {})).not.toContain('Vary');
  });
});

describe('the examples', () => {
  const told = new Map<string, Recorded>();
  const replies = new Map<string, Reply>();

  beforeAll(async () => {
    // The story is told to a newly started register: other refusals would be in its access record.
    expect(await register.stop()).toBe(0);
    register = await RegisterProcess.start();
    for (const step of STORY) {
      const reply = await tell(step);
      replies.set(step.name, reply);
      told.set(step.name, heard(reply));
    }
    if (RECORDING)
      writeFileSync(
        join(__dirname, '../../libs/http-contract/openapi/recorded-examples.json'),
        `${JSON.stringify(Object.fromEntries(told), null, 2)}\n`,
      );
  });

  test.each(STORY.map((step) => [`${step.name}: ${requestLine(step)}`, step] as const))('%s', (_, step) => {
    const answer = told.get(step.name);
    if (!RECORDING) expect(answer).toEqual(recordedAnswer(step));
    const { requestBody, responses } = operationOf(step.operation);
    if (step.body) {
      const media = requestBody?.content[step.body.type];
      if (!media) throw new Error(`${step.operation} does not say that it takes ${step.body.type}`);
      expectValid(media, 'value' in step.body ? step.body.value : sentIn(step.body), 'what is sent');
    }
    const response = responses[String(answer?.status)];
    if (!response) throw new Error(`${step.operation} does not say that it answers ${answer?.status}`);
    if (answer?.type === undefined) {
      expect(response.content).toBeUndefined();
      return;
    }
    const media = response.content?.[answer.type];
    if (!media) throw new Error(`${step.operation} does not say that it answers ${answer.type}`);
    expectValid(media, answer.value, 'what is answered');
    if (!RECORDING) expect(media.examples?.[step.name]?.value).toEqual(answer.value);
  });

  test.each(STORY.map((step) => [step.name, step] as const))(
    'are sent with the headers that the document gives them: %s',
    (_, step) => {
      const reply = replies.get(step.name);
      if (!reply) throw new Error(`${step.name} was not told`);
      expectHeaders(operationOf(step.operation), reply, requestLine(step));
    },
  );

  test('have each header that is not always there, somewhere, and somewhere not', () => {
    const seen = new Map<string, Set<boolean>>();
    for (const step of STORY) {
      const reply = replies.get(step.name);
      const { headers = {} } = operationOf(step.operation).responses[String(reply?.status)] ?? {};
      for (const [name, { required }] of Object.entries(headers))
        if (!required) seen.set(name, (seen.get(name) ?? new Set()).add(reply?.headers.has(name) ?? false));
    }
    expect([...seen].map(([name, cases]) => [name, cases.size]).sort()).toEqual([
      ['Content-Disposition', 2],
      ['Content-Location', 2],
      ['ETag', 2],
      ['Link', 2],
      ['Location', 2],
      ['Register-Position', 2],
      ['Register-Unknown-Columns', 2],
    ]);
  });

  test('are not sent again to who has them, where the document says so', async () => {
    const tagged = operations().filter(([, { responses }]) => responses['304'] !== undefined);
    expect(tagged.map(([name]) => name)).toEqual(
      expect.arrayContaining(['GET /v1/providers/{key}/eligibility', 'GET /v1/log', 'GET /openapi.json']),
    );
    for (const [name, operation] of tagged) {
      const step = STORY.find((one) => one.operation === name && told.get(one.name)?.status === 200);
      const address = step?.address ?? ASKED[name] ?? exampleOf(name, operation);
      const accept: Record<string, string> = step?.accept === undefined ? {} : { accept: step.accept };
      const first = await register.ask(address, { headers: accept });
      expectHeaders(operation, first, address);
      const again = await register.ask(address, {
        headers: { ...accept, 'if-none-match': first.headers.get('etag') ?? '' },
      });
      expect([address, again.status, again.text.length]).toEqual([address, 304, 0]);
      expectHeaders(operation, again, address);
      expect(operation.parameters?.map((one) => one.name)).toContain('If-None-Match');
    }
  });

  test('are sent whole each time, of what the document gives no tag', async () => {
    for (const [name, operation] of operations()) {
      const step = STORY.find((one) => one.operation === name && told.get(one.name)?.status === 200);
      if (!name.startsWith('GET ') || operation.responses['304'] || !step) continue;
      const reply = await tell(step);
      expect([name, reply.headers.get('cache-control')]).toEqual([name, 'no-store']);
    }
  });

  test('asked by another method are refused with those that there are', async () => {
    for (const step of STORY.filter((one) => one.operation.startsWith('GET '))) {
      const reply = await register.ask(step.address, { method: 'PATCH' });
      expect([step.name, reply.status]).toEqual([step.name, 405]);
      expect(reply.headers.get('allow')).toContain('GET');
      expectHeaders(operationOf(step.operation), reply, requestLine(step));
    }
  });

  test('show each answer of success of every operation', () => {
    if (RECORDING) return;
    const lacking = operations().flatMap(([name, { responses }]) =>
      Object.entries(responses).flatMap(([status, { content = {} }]) => {
        if (!status.startsWith('2')) return [];
        if (Object.keys(content).length === 0)
          return [...STORY].some(
            (step) => step.operation === name && told.get(step.name)?.status === Number(status),
          )
            ? []
            : [`${name} ${status}`];
        return Object.entries(content).flatMap(([type, { schema, examples }]) =>
          (schema.$ref === undefined && schema['x-line'] === undefined) || examples
            ? []
            : [`${name} ${status} ${type}: add an example to its operation`],
        );
      }),
    );
    expect(lacking).toEqual([]);
  });
});

describe('the page of documentation', () => {
  test('needs nothing from any other host', async () => {
    const page = await register.ask('/docs');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const needed = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = '']) => address);
    expect(needed.length).toBeGreaterThan(3);
    for (const address of needed.filter((one) => !one.startsWith('data:'))) {
      expect(address).toMatch(/^\/(?:[a-z]|$)/);
      const { status, headers, text } = await register.ask(address);
      expect({ address, status, empty: text === '' }).toEqual({ address, status: 200, empty: false });
      if (!address.startsWith('/docs/')) continue;
      const type = headers.get('content-type')?.split(';', 1)[0];
      expect(Object.keys(operationOf('GET /docs/{file}').responses['200']?.content ?? {})).toContain(type);
    }
  });

  test('gives no other file', async () => {
    for (const file of ['package.json', 'index.html', '..%2Fpackage.json', 'constructor'])
      expect((await register.ask(`/docs/${file}`)).status).toBe(404);
  });
});
