import { connect, type Socket } from 'node:net';
import { Dice } from '@app/synthetic/prng';
import { rate, report, whole } from './measure';
import { KEY, startRegister } from './register-process';

const REQUESTS = 100_000;
const CONNECTIONS = 32;
const SEED = Number(process.env['SEED'] ?? 20_260_901);
/** Resident memory after the last tenth, as a multiple of that after the first, is at most this. */
const MOST_GROWTH = 1.25;
/** So little room that rubbish has to be cleared away soon: what stays then is what grows. */
const NARROW = ['--max-semi-space-size=8', '--max-old-space-size=160'];
/** Who is told nothing for so long, in milliseconds, hangs up: of a request that says it is longer than it is. */
const PATIENCE = 250;

const KEYS = ['ukprn:10000001', 'ukprn:10000002', 'adviser:example01', 'body:registrar', 'urn:100001'];
const NASTY: readonly (string | Buffer)[] = [
  '__proto__',
  'constructor',
  'toString',
  '\0',
  '\r\n',
  '\uFEFF',
  '\u202E',
  '\ud800',
  '%',
  '%00',
  '%ff',
  '%2f',
  '..',
  '-1',
  '-0',
  '1e999',
  '9007199254740992',
  '10000-01-01',
  '2023-02-29',
  '0000-01-01',
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '\\',
  ',',
  ';',
  '\t',
  '=1+1',
  'null',
  'true',
  '[]',
  '{}',
  '""',
  '"__proto__":{"a":1},',
  '{id}',
  '&map={',
  '&setting=private',
  '?',
  '#',
  ' ',
  'a'.repeat(5_000),
  '['.repeat(3_000),
  '{"a":'.repeat(3_000),
  '"'.repeat(500),
  '\n'.repeat(500),
  Buffer.from([0xff]),
  Buffer.from([0xc0, 0xaf]),
  Buffer.from([0xed, 0xa0, 0x80]),
];
const HEADERS = [
  'Host: elsewhere',
  'Content-Length: 3',
  'Content-Length: -1',
  'Content-Length: 999999',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: gzip',
  'Expect: 100-continue',
  'Expect: tea',
  'Content-Encoding: gzip',
  'Content-Type: text/csv; charset=utf-16le',
  'Content-Type: __proto__',
  'Accept: application/x-ndjson',
  'Accept: x/y',
  'Accept-Encoding: br, gzip',
  'If-None-Match: *',
  'Authorization: Bearer __proto__',
  'Range: bytes=0-1',
  'Upgrade: h2c',
  'Connection: Upgrade',
  'Connection: keep-alive',
  '__proto__: a',
  'X-Request-Id: a b',
  `X-Long: ${'x'.repeat(9_000)}`,
  ' folded',
  'no colon',
  'X-Http-Method-Override: DELETE',
  'Idempotency-Key: __proto__',
  'Cookie: a=b',
  'Origin: null',
] as const;
const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'OPTIONS',
  'PATCH',
  'TRACE',
  'PROPFIND',
  'get',
  'BREW',
] as const;

/** A good request, in the parts at which it is broken. */
interface Request {
  method: string;
  target: Buffer;
  headers: string[];
  body: Buffer;
}

interface Document {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly parameters?: readonly { readonly in?: string; readonly name?: string }[];
            readonly requestBody?: {
              readonly content: Readonly<
                Record<string, { readonly examples?: Readonly<Record<string, { readonly value: unknown }>> }>
              >;
            };
          }
        >
      >
    >
  >;
}

/** What is asked for in an address or a query, as far as it has a form of its own. */
const GOOD: Readonly<Record<string, readonly string[]>> = {
  setting: ['private', 'school-commissioned'],
  purpose: ['personal-guidance'],
  from: ['2026-09-01'],
  until: ['2027-07-20'],
  on: ['2026-09-01', '2026-10-01'],
  knownAt: ['1', '2', '2026-09-01T10:00:00Z'],
  before: ['1'],
  after: ['2'],
  type: ['ProviderRegistered', 'AccreditationAwarded'],
  source: ['/mutated'],
  q: ['example', 'careers'],
  limit: ['10'],
  adviser: ['adviser:example01'],
  dryRun: ['true'],
  atomic: ['true'],
  map: ['name={Title}'],
  key: KEYS,
  slug: ['registrar'],
  position: ['0', '1'],
  id: ['cmqa-2017'],
  code: ['malformed'],
  subject: KEYS,
};

/** A hundred thousand requests to every operation of the document, each a good one with something wrong in it. */
export async function mutated(): Promise<void> {
  const register = await startRegister('memory:', NARROW);
  const base = `http://127.0.0.1:${register.port}`;
  await prepare(base);
  const { paths } = (await (await fetch(`${base}/openapi.json`)).json()) as Document;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({ method: method.toUpperCase(), path, described })),
  );
  const dice = new Dice(SEED, 'mutated', 0);
  const counts = new Map<string, number>();
  const failures = new Set<string>();
  const resident: number[] = [];
  let sent = 0;
  const perSecond = await rate(REQUESTS, async () => {
    for (let tenth = 1; tenth <= 10; tenth++) {
      await Promise.all(
        Array.from({ length: CONNECTIONS }, async () => {
          while (sent < (REQUESTS * tenth) / 10) {
            const number = ++sent;
            const bytes = mutation(good(operations, dice, number), dice);
            const answers = await answersTo(
              register.port,
              bytes,
              dice.chance(0.02) ? dice.below(bytes.length) : undefined,
            );
            const kinds =
              answers.length === 0 ? ['no answer'] : answers.map(({ status, text }) => kindOf(status, text));
            for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
            if (kinds.some((kind) => kind.startsWith('5')) && failures.size < 5)
              failures.add(
                `${bytes.toString('latin1').slice(0, 600)}\n→ ${answers.at(-1)?.text.slice(0, 300) ?? ''}`,
              );
          }
        }),
      );
      resident.push((await register.usage()).resident);
    }
  });
  const lives = await fetch(`${base}/health/ready`).then(
    ({ status }) => status === 200,
    () => false,
  );
  await register.stop();

  const [first = NaN, last = NaN] = [resident[0], resident.at(-1)];
  const of = (kind: string) => counts.get(kind) ?? 0;
  report(`mutated requests a second (SEED=${SEED})`, whole(perSecond), '', true);
  for (const kind of ['1xx', '2xx', '3xx', '4xx', 'not caught up', 'no answer'])
    report(`  ${kind}`, whole(of(kind)), '', true);
  report('  5xx', whole(of('5xx')), 'none', of('5xx') === 0);
  report('  the register lives', lives ? 'yes' : 'no', 'yes', lives);
  const megabytes = (bytes: number) => `${whole(bytes / 2 ** 20)} MiB`;
  report('resident memory after the first tenth', megabytes(first), '', true);
  const growth = last / first;
  report(
    '  after the last, as a multiple',
    growth.toFixed(2),
    `at most ${MOST_GROWTH}`,
    growth <= MOST_GROWTH,
  );
  for (const failure of failures) process.stdout.write(`${failure}\n`);
}

async function prepare(base: string): Promise<void> {
  const events = [
    ['DayOpened', 'calendar:england', { date: '2026-09-01' }],
    ['ProviderRegistered', 'ukprn:10000001', { name: 'Example Careers', legalForm: 'company' }],
    ['AdviserRegistered', 'adviser:example01', {}],
  ].map(([type, subject, data], i) => ({
    specversion: '1.0',
    source: '/bench',
    id: `b-${i}`,
    type,
    subject,
    data,
  }));
  const response = await fetch(`${base}/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/cloudevents-batch+json' },
    body: JSON.stringify(events),
  });
  if (((await response.json()) as { readonly accepted?: number }).accepted !== events.length)
    throw new Error('what everything is about was not taken');
}

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly described: Document['paths'][string][string];
}

function good(operations: readonly Operation[], dice: Dice, number: number): Request {
  const { method, path, described } = dice.one(operations);
  const value = (name: string) => dice.one(GOOD[name] ?? ['x']);
  const query = (described.parameters ?? []).flatMap(({ in: place, name = '' }) =>
    place === 'query' && dice.chance(0.5) ? [`${name}=${value(name)}`] : [],
  );
  const types = Object.keys(described.requestBody?.content ?? {});
  const type = types.length > 0 ? dice.one(types) : '';
  const examples = Object.values(described.requestBody?.content[type]?.examples ?? {}).map(({ value }) =>
    typeof value === 'string' ? value : JSON.stringify(value),
  );
  const body =
    examples.length > 0 && dice.chance(0.5) ? dice.one(examples) : bodyOf(type, path, number, dice);
  // Few stand in the end: the log is not to be what grows.
  const dryRun = path.startsWith('/v1/events') && method === 'POST' ? ['dryRun=true'] : [];
  const address = `${path.replace(/\{(\w+)\}/g, (_, name: string) => value(name))}?${[...query, ...dryRun].join('&')}`;
  return {
    method,
    target: Buffer.from(address.replace(/\?$/, '')),
    headers: [`Authorization: Bearer ${KEY}`, ...(type === '' ? [] : [`Content-Type: ${type}`])],
    body: Buffer.from(type === '' ? '' : body),
  };
}

function bodyOf(type: string, path: string, number: number, dice: Dice): string {
  const event = {
    specversion: '1.0',
    source: '/mutated',
    id: `m-${number}`,
    type: 'AccreditationAwarded',
    subject: 'ukprn:10000001',
    data: {
      standard: 'matrix',
      reference: `M-${number}`,
      from: '2026-09-01',
      until: '2029-08-31',
      kind: 'initial',
      scope: ['a'],
    },
  };
  const question = {
    provider: 'ukprn:10000001',
    setting: 'private',
    on: '2026-09-01',
    advisers: ['adviser:example01'],
  };
  const one = JSON.stringify(path.endsWith('/eligibility') ? question : event);
  switch (type) {
    case 'text/csv':
      return path.endsWith('/eligibility')
        ? 'provider,setting,on\nukprn:10000001,private,2026-09-01\n'
        : `id,subject,name,legalForm\nm-${number},ukprn:10000009,"Example, too",company\n`;
    case 'application/x-ndjson':
      return `${one}\n`.repeat(dice.between(1, 5));
    case 'application/cloudevents+json':
      return one;
    case 'application/cloudevents-batch+json':
      return `[${one},${one}]`;
    default:
      if (path.endsWith('/eligibility')) return `[${one}]`;
      return path.endsWith('/person') ? '{"name":"Example","public":false}' : '{"until":"2026-09-30"}';
  }
}

/** A request with one to three things wrong in it, as it goes over the wire. */
function mutation(request: Request, dice: Dice): Buffer {
  for (let left = dice.between(1, 3); left > 0; left--) {
    switch (dice.below(8)) {
      case 0:
        request.method = dice.one(METHODS);
        break;
      case 1:
        request.headers.splice(dice.below(request.headers.length + 1), dice.below(2), dice.one(HEADERS));
        break;
      case 2:
      case 3:
        request.target = broken(request.target, dice);
        break;
      default:
        request.body = broken(request.body, dice);
    }
  }
  const { method, target, headers, body } = request;
  const length = body.length > 0 ? [`Content-Length: ${body.length}`] : [];
  const head = ['Host: register', 'Connection: close', ...headers, ...length].join('\r\n');
  return Buffer.concat([
    Buffer.from(`${method} `),
    target,
    Buffer.from(` HTTP/1.1\r\n${head}\r\n\r\n`, 'latin1'),
    body,
  ]);
}

/** Bytes with some of them cut off, left out, changed, doubled, or with something nasty between them. */
function broken(bytes: Buffer, dice: Dice): Buffer {
  const at = dice.below(bytes.length + 1);
  const to = Math.min(bytes.length, at + dice.between(1, 20));
  const [before, within, after] = [bytes.subarray(0, at), bytes.subarray(at, to), bytes.subarray(to)];
  switch (dice.below(6)) {
    case 0:
      return Buffer.from(before);
    case 1:
      return Buffer.concat([before, after]);
    case 2:
      return Buffer.concat([before, within.map((byte) => byte ^ (1 << dice.below(8))), after]);
    case 3:
      return Buffer.concat([before, within, within, after]);
    default:
      return Buffer.concat([
        before,
        Buffer.from(dice.one(NASTY)),
        dice.chance(0.5) ? within : Buffer.alloc(0),
        after,
      ]);
  }
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Sends bytes, or so many of them, and resolves to what comes back once the register or patience is at its end. */
async function answersTo(port: number, bytes: Buffer, cutAt?: number): Promise<readonly Answer[]> {
  const heard: Buffer[] = [];
  await new Promise<void>((resolve, reject) => {
    const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.on('data', (chunk: Buffer) => heard.push(chunk));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') reject(new Error('the register is gone', { cause: error }));
    });
    socket.on('close', () => {
      resolve();
    });
    socket.setTimeout(PATIENCE, () => socket.destroy());
    socket.write(cutAt === undefined ? bytes : bytes.subarray(0, cutAt));
    if (cutAt !== undefined) socket.end();
  });
  const text = Buffer.concat(heard).toString('latin1');
  return [...text.matchAll(/(?:^|\n|\})HTTP\/1\.1 (\d{3}) [^]*?(?=HTTP\/1\.1 \d{3} |$)/g)].map(
    ([one, status]) => ({
      status: Number(status),
      text: one,
    }),
  );
}

/** A position that is not there yet is said to be so by a 503, as the contract has it. */
function kindOf(status: number, text: string): string {
  return status === 503 && text.includes('"not-caught-up"')
    ? 'not caught up'
    : `${Math.floor(status / 100)}xx`;
}
