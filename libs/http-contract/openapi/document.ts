import { PROBLEM_CODES, type ProblemCode } from '@app/domain/values/problem';
import { codesWith, PROBLEMS } from '../problem/problems';
import { AtLeast } from '../request/shared-questions';
import { componentHeaders, headersOf, headersTaken, isTagged, otherHeaders, UNCHANGED } from './headers';
import { TAGS, type Answers, type Content, type Operation } from './operation';
import { OPERATIONS } from './operations';
import { parametersOf, type Parameter, type ParameterClass } from './parameters';
import { componentSchemas, referenceTo, type Schema } from './schemas';
import { recordedAnswer, STORY, type Recorded, type Step } from './story';

export type { ParameterClass as Question } from './parameters';

/** A route of the server, as its controller declares it. */
export interface Route {
  readonly method: string;
  /** With parameters in braces: `/v1/providers/{key}`. */
  readonly path: string;
  readonly pathQuestion?: ParameterClass;
  readonly queryQuestion?: ParameterClass;
  /** Whether it takes a body of certain types only. */
  readonly takesBody: boolean;
  readonly bodyRequired: boolean;
  /** Whether the form of the answer is negotiated. */
  readonly negotiated: boolean;
  /** Whether it asks for a key. */
  readonly keyed: boolean;
  /** Whether it tells operators the present state of the register. */
  readonly forOperators: boolean;
  /** Whether requests to it are counted and limited. */
  readonly limited: boolean;
}

type Json = Readonly<Record<string, unknown>>;

const PROBLEM_TYPE = 'application/problem+json';
const KEY = 'bodyKey';

/**
 * The register as an OpenAPI 3.1 document: routes and their parameters as the server has them, shapes as the code has
 * them, words and examples from the files of `routes/`.
 */
export function openApiDocument(routes: readonly Route[], version: string): Json {
  const order = Object.keys(OPERATIONS);
  const known = routes
    .flatMap((route) => {
      const name = routeNameOf(route);
      const described = OPERATIONS[name];
      return described ? [{ name, route, described }] : [];
    })
    .sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  const paths = new Map<string, Record<string, Json>>();
  for (const { name, route, described } of known) {
    const methods = paths.get(route.path) ?? {};
    methods[route.method.toLowerCase()] = operation(name, route, described);
    paths.set(route.path, methods);
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Guidance Register',
      version,
      summary: 'Careers advisers’ qualifications and organisations’ accreditations, exact to the day',
      description: ABOUT,
      contact: { name: 'The operator of this register' },
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'Where this document comes from' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths: Object.fromEntries(paths),
    components: {
      schemas: componentSchemas(),
      responses: { [OTHERWISE]: otherwise() },
      ...componentHeaders(),
      securitySchemes: {
        [KEY]: {
          type: 'http',
          scheme: 'bearer',
          description: 'The key of a body, which the registrar issues: `Authorization: Bearer <key>`',
        },
      },
    },
  };
}

/** What a route is called in `OPERATIONS`. */
export function routeNameOf({ method, path }: Pick<Route, 'method' | 'path'>): string {
  return `${method} ${path}`;
}

/** A path of the server as the document writes it: `{name}` for a parameter, `{path}` for the rest of an address. */
export function documentedPath(url: string): string {
  return url.replace(/:([a-z]+)/gi, '{$1}').replace(/\*$/, '{path}');
}

const ABOUT = [
  'May this provider deliver careers guidance, in this setting, on every day from A to B, as known at moment K, under policy P? This register answers that, and the answer can be asked for again as it was known then.',
  'Days are civil dates of Europe/London, both ends included. Positions are places in the log, from 0, as decimal strings. Reading needs no key, but for what is kept of persons, keys and the access record; writing needs one.',
  'Every refusal is problem details (RFC 9457) with a `code` for programs; its `type` is the address of a page that explains it. An address that exists, asked by another method, is refused as `method-not-allowed`, and one that does not exist as `not-found`.',
  'Every `GET` answers `HEAD` too, and every address `OPTIONS`, with the methods that it takes in `Allow`.',
  'An answer as known at a position never changes: keep it. One at the head says in `Content-Location` which one it is just now; ask again with its `ETag` in `If-None-Match`, and it is sent only where it has changed. Lists are given in pages: `Link` leads to the next one.',
  'Requests are counted by the minute: those that bring a key in force by the key, all others by the address that they come from. Each answer under `/v1` says in `RateLimit-Remaining` how many are left; one too many is refused with `slow-down`.',
].join('\n\n');

function operation(name: string, route: Route, described: Operation): Json {
  const { operationId, tag, summary, description, body, headers = {} } = described;
  const steps = STORY.flatMap((step) => {
    const answer = recordedAnswer(step);
    return step.operation === name && answer ? [{ step, answer }] : [];
  });
  const parameters = [
    ...(route.pathQuestion ? parametersOf('path', route.pathQuestion) : []),
    ...(route.queryQuestion ? parametersOf('query', route.queryQuestion) : []),
  ]
    // The rest of an address, which has no name on the server.
    .map((parameter) => (parameter.name === '*' ? { ...parameter, name: 'path' } : parameter))
    .map((parameter) => withExample({ ...parameter, ...described.parameters?.[parameter.name] }));
  const named = parameters.map((parameter) => parameter.name);
  const sentWith = (status: number) =>
    headersOf(
      route,
      {
        makes: 201 in described.answers,
        parameters: named,
        forms: Object.keys(described.answers[status === UNCHANGED ? 200 : status]?.content ?? {}),
      },
      status,
    );
  return {
    operationId,
    tags: [tag],
    summary,
    description,
    security: route.keyed ? [{ [KEY]: [] }] : [],
    parameters: [
      ...parameters,
      ...Object.entries(headers).map(([header, meaning]) => ({
        name: header,
        in: 'header',
        required: false,
        description: meaning,
        schema: { type: 'string' },
      })),
      ...headersTaken(route),
    ],
    ...(body ? { requestBody: { required: route.bodyRequired, content: bodies(body, steps) } } : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(described.answers).map(([status, answers]) => [
          status,
          answered(answers, sentWith(Number(status)), steps, Number(status)),
        ]),
      ),
      ...(isTagged(route)
        ? {
            [UNCHANGED]: {
              description:
                'You have this answer: it is as its tag in `If-None-Match` says, and is not sent again',
              headers: sentWith(UNCHANGED),
            },
          }
        : {}),
      ...refusals(codesOf(route, described), described, steps, sentWith),
      default: { $ref: `#/components/responses/${OTHERWISE}` },
    },
  };
}

/** A parameter with its example as a value of its type, instead of as the text of an address. */
function withExample({ example, ...parameter }: Parameter): Omit<Parameter, 'example'> {
  const { type } = parameter.schema;
  const value = type === 'integer' ? Number(example) : type === 'array' ? [example] : example;
  return { ...parameter, ...(example === undefined ? {} : { example: value }) };
}

const OTHERWISE = 'Otherwise';

/** The answers that any address may give, whatever the operation. */
function otherwise(): Json {
  const codes = codesWith('every address').map((code) => `${PROBLEMS[code].status}, ${linked(code)}`);
  return {
    description: ['Whatever else is refused, where nothing more is said of it here', ...codes].join('\n\n'),
    headers: otherHeaders(),
    content: { [PROBLEM_TYPE]: { schema: referenceTo('Problem') } },
  };
}

/** A code as a link to its page, and what it refuses. */
function linked(code: ProblemCode): string {
  return `[\`${code}\`](/problems/${code}): ${PROBLEMS[code].refused}`;
}

interface Told {
  readonly step: Step;
  readonly answer: Recorded;
}

function shapeOf(content: Content): Schema {
  if ('one' in content) return { schema: referenceTo(content.one) };
  if ('text' in content) return { schema: { type: content.type ?? 'string', description: content.text } };
  const lines = content.lines.map(referenceTo);
  // OpenAPI 3.1 cannot express the shape of a line.
  return {
    schema: {
      type: 'string',
      description: `Lines, each a JSON value: ${content.lines.join(' or ')}`,
      'x-line': lines.length === 1 ? lines[0] : { anyOf: lines },
    },
  };
}

function bodies(body: Readonly<Record<string, Content>>, steps: readonly Told[]): Json {
  return Object.fromEntries(
    Object.entries(body).map(([type, content]) => {
      const examples = steps
        .filter(({ step }) => step.body?.type === type)
        .map(({ step }) => [step.name, { summary: step.summary, value: sentIn(step) }]);
      return [type, withExamples(shapeOf(content), Object.fromEntries(examples) as Json)];
    }),
  );
}

function sentIn({ body }: Step): unknown {
  if (!body) return undefined;
  if ('text' in body) return body.text;
  return 'lines' in body ? body.lines.map((line) => `${JSON.stringify(line)}\n`).join('') : body.value;
}

function withExamples(shape: Schema, examples: Json): Json {
  return Object.keys(examples).length > 0 ? { ...shape, examples } : shape;
}

function examplesOf(steps: readonly Told[], status: number, type: string): Json {
  return Object.fromEntries(
    steps
      .filter(({ answer }) => answer.status === status && answer.type === type)
      .map(({ step, answer }) => [
        step.name,
        { summary: step.summary, description: `\`${requestLine(step)}\``, value: answer.value },
      ]),
  );
}

/** The request of a step in one line. */
export function requestLine({ operation, address }: Step): string {
  return `${operation.split(' ', 1)[0] ?? ''} ${address}`;
}

function answered(
  { description, content }: Answers,
  headers: Schema,
  steps: readonly Told[],
  status: number,
): Json {
  return {
    description,
    headers,
    ...(content
      ? {
          content: Object.fromEntries(
            Object.entries(content).map(([type, one]) => [
              type,
              withExamples(shapeOf(one), examplesOf(steps, status, type)),
            ]),
          ),
        }
      : {}),
  };
}

/** The refusals of an operation: its own, and those of its guards, parameters and body. */
function codesOf(route: Route, { codes = [] }: Operation): ReadonlySet<ProblemCode> {
  const { queryQuestion, takesBody, negotiated, keyed } = route;
  const waits =
    queryQuestion !== undefined && (queryQuestion === AtLeast || queryQuestion.prototype instanceof AtLeast);
  const all = new Set<ProblemCode>([
    ...codes,
    ...codesWith('every route'),
    ...(negotiated ? codesWith('a form of the answer') : []),
    ...(keyed ? codesWith('a key') : []),
    ...(waits ? codesWith('a moment') : []),
    ...(takesBody ? codesWith('a body') : []),
  ]);
  return new Set(PROBLEM_CODES.filter((code) => all.has(code)));
}

function refusals(
  codes: ReadonlySet<ProblemCode>,
  { answers }: Operation,
  steps: readonly Told[],
  sentWith: (status: number) => Schema,
): Json {
  const byStatus = [...Map.groupBy(codes, (code) => PROBLEMS[code].status)].sort(([a], [b]) => a - b);
  return Object.fromEntries(
    byStatus.map(([status, its]) => {
      const own = answers[status];
      const description = [...(own ? [own.description] : []), ...its.map(linked)].join('\n\n');
      const headers = sentWith(status);
      const { content = {} } = own ? answered(own, headers, steps, status) : {};
      const shape = {
        schema: {
          allOf: [referenceTo('Problem')],
          properties: { status: { const: status }, code: { enum: its } },
        },
      };
      return [
        status,
        {
          description,
          headers,
          content: {
            ...(content as Json),
            [PROBLEM_TYPE]: withExamples(shape, examplesOf(steps, status, PROBLEM_TYPE)),
          },
        },
      ];
    }),
  );
}
