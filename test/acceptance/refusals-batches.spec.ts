/// <reference types="jest" />
import { REGISTRAR_KEY, RegisterProcess, type Reply } from './process';
import {
  accepted,
  expectProblem,
  expectRefused,
  endSound,
  headOf,
  openDay,
  submission,
  type Expected,
  type Written,
} from './refusal';

/** Several events at once: each is judged on its own, or all together, and each refusal stands in its place. */
let register: RegisterProcess;

beforeAll(async () => {
  register = await RegisterProcess.start();
  await openDay(register, '2026-09-01');
});
afterAll(() => endSound(register));

const BATCH = 'application/cloudevents-batch+json';
const NDJSON = 'application/x-ndjson';

function send(
  type: string,
  body: string | Uint8Array<ArrayBuffer>,
  query = '',
  accept = 'application/json',
): Promise<Reply> {
  return register.ask(`/v1/events${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${REGISTRAR_KEY}`, 'content-type': type, accept },
    body,
  });
}

let keys = 0;
const next = () => `ukprn:${10_000_000 + ++keys}`;
const registered = (subject = next()): Written =>
  submission({ type: 'ProviderRegistered', subject, data: { name: 'Bright Futures', legalForm: 'company' } });
const closed = (subject: string): Written =>
  submission({ type: 'ProviderClosed', subject, data: { on: '2026-08-31', reason: 'merger' } });
const broken = (): Written =>
  submission({ type: 'ProviderClosed', subject: next(), data: { on: 'never', reason: 'merger' } });
const unknown = (): Written => closed('ukprn:19999999');
const line = (event: object) => JSON.stringify({ specversion: '1.0', ...event });

const INVALID = { status: 400, code: 'invalid-event', pointers: ['/data/on'] };
const MALFORMED = { status: 400, code: 'malformed' };
const UNKNOWN = { status: 422, code: 'unknown-subject', pointers: ['/subject'] };

interface Answer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly { readonly index: number; readonly problem: object }[];
  readonly refused: number;
  readonly warned: number;
  readonly warnings: readonly {
    readonly index: number;
    readonly warnings: readonly { readonly code: string }[];
  }[];
  readonly lastPosition: string | null;
}

/** Checks the answer to a batch: how many were taken, and which were refused for what. */
function expectAnswer(
  reply: Reply,
  counts: Partial<Answer>,
  rejected: readonly (readonly [index: number, Expected])[],
  { dryRun = false } = {},
): void {
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  expect(reply.headers.get('content-type')).toBe('application/json; charset=utf-8');
  const answer = reply.json as Answer;
  expect(Object.keys(answer).sort()).toEqual([
    'accepted',
    'duplicates',
    ...(dryRun ? ['effects'] : []),
    'lastPosition',
    'refused',
    'rejected',
    'warned',
    'warnings',
  ]);
  expect(answer).toMatchObject({ refused: rejected.length, ...counts });
  expect(answer.rejected.map(({ index }) => index)).toEqual(rejected.map(([index]) => index));
  rejected.forEach(([, expected], i) => {
    expectProblem(answer.rejected[i]?.problem, expected);
  });
}

const head = async () => String(await headOf(register));

test.each([
  ['as it is', (text: string) => Buffer.from(text, 'utf16le')],
  ['with a mark', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
  ['with a mark, the other way round', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
])('events in UTF-16 are refused, and told that they are that: %s', async (_, saved) => {
  const before = await headOf(register);
  const lines = await send(
    NDJSON,
    new Uint8Array(saved(`${line(registered())}\r\n${line(registered())}\r\n`)),
  );
  const { accepted: taken, rejected } = lines.json as Answer;
  expect(taken).toBe(0);
  for (const { problem } of rejected)
    expect(problem).toMatchObject({ code: 'malformed', detail: expect.stringContaining('UTF-16') as string });
  const list = await send(BATCH, new Uint8Array(saved(`[${line(registered())}]`)));
  expect(list.text).toContain('UTF-16');
  expect(list.status).toBe(400);
  expect(await headOf(register)).toBe(before);
});

test('events after a byte-order mark of UTF-8 are read', async () => {
  expectAnswer(await send(NDJSON, `\uFEFF${line(registered())}\n`), { accepted: 1 }, []);
});

describe.each([
  ['an array', BATCH, (lines: readonly string[]) => `[${lines.join()}]`],
  ['NDJSON', NDJSON, (lines: readonly string[]) => lines.map((one) => `${one}\n`).join('')],
] as const)('events as %s', (_form, type, written) => {
  const post = (events: readonly object[], query = '') => send(type, written(events.map(line)), query);

  test('each is judged on its own, on top of those before it', async () => {
    const [one, other] = [next(), next()];
    const reply = await post([
      registered(one),
      broken(),
      closed(one),
      unknown(),
      registered(one),
      registered(other),
    ]);
    const lastPosition = await head();
    expectAnswer(reply, { accepted: 3, duplicates: 0, lastPosition }, [
      [1, INVALID],
      [3, UNKNOWN],
      [4, { status: 422, code: 'already-registered', pointers: ['/subject'] }],
    ]);
  });

  test('a repeat is counted, inside of the batch too, and its position with it', async () => {
    const first = registered();
    const position = await accepted(register, first);
    const again = registered();
    expectAnswer(
      await post([first, again, again]),
      { accepted: 1, duplicates: 2, lastPosition: await head() },
      [],
    );
    expectAnswer(await post([first]), { accepted: 0, duplicates: 1, lastPosition: position }, []);
  });

  test.each(['', '?dryRun=true', '?atomic=true'])(
    'a repeat of what was retracted is told as one that counts for nothing%s',
    async (query) => {
      const [retracted, fresh] = [registered(), registered()];
      const position = await accepted(register, retracted);
      await accepted(register, {
        type: 'EventRetracted',
        subject: retracted.subject,
        data: { event: position, reason: 'posted-in-error' },
      });
      const answer = (await post([fresh, retracted, fresh], query)).json as Answer;
      expect(answer).toMatchObject({
        accepted: 1,
        duplicates: 2,
        refused: 0,
        warned: 1,
        warnings: [{ index: 1, warnings: [{ code: 'retracted' }] }],
      });
      const lines = await send(type, written([line(retracted)]), '', NDJSON);
      expect(JSON.parse(lines.text)).toMatchObject({ position, warnings: [{ code: 'retracted' }] });
    },
  );

  test('all warnings are counted, and those of the first thousand told', async () => {
    const retracted = registered();
    const event = await accepted(register, retracted);
    const { subject } = retracted;
    await accepted(register, { type: 'EventRetracted', subject, data: { event, reason: 'posted-in-error' } });
    const answer = (await post([broken(), ...Array.from({ length: 1_005 }, () => retracted)])).json as Answer;
    expect(answer).toMatchObject({ accepted: 0, duplicates: 1_005, refused: 1, warned: 1_005 });
    expect(answer.warnings.map(({ index }) => index)).toEqual(Array.from({ length: 1_000 }, (_, i) => i + 1));
  });

  test('where all are refused, no position is told and nothing is written', async () => {
    const before = await headOf(register);
    expectAnswer(await post([broken(), unknown()]), { accepted: 0, duplicates: 0, lastPosition: null }, [
      [0, INVALID],
      [1, UNKNOWN],
    ]);
    expect(await headOf(register)).toBe(before);
  });

  test('no event is no mistake', async () => {
    expectAnswer(await post([]), { accepted: 0, duplicates: 0, lastPosition: null }, []);
  });

  test('all refusals are counted, and the first thousand told', async () => {
    const before = await headOf(register);
    const reply = await post(Array.from({ length: 1_203 }, () => unknown()));
    const answer = reply.json as Answer;
    expect(answer).toMatchObject({ accepted: 0, refused: 1_203, lastPosition: null });
    expect(answer.rejected.map(({ index }) => index)).toEqual(Array.from({ length: 1_000 }, (_, i) => i));
    expect(await headOf(register)).toBe(before);
  });

  test('values that are no objects are no events', async () => {
    const invalid = { status: 400, code: 'invalid-event', pointers: [''] };
    const reply = await send(type, written(['null', '1', '"event"', '[]', line(registered())]));
    expectAnswer(
      reply,
      { accepted: 1 },
      [0, 1, 2, 3].map((index) => [index, invalid] as const),
    );
  });

  test('a member that stands twice is malformed: of a line, that one; of an array, the whole', async () => {
    const twice = line(registered()).replace('"name"', '"name":"Another","name"');
    const before = await headOf(register);
    const reply = await send(type, written([line(registered()), twice]));
    if (type === BATCH) {
      expect(reply.status).toBe(400);
      expectProblem(reply.json, { ...MALFORMED, pointers: ['/1/data/name'] });
      expect(await headOf(register)).toBe(before);
    } else expectAnswer(reply, { accepted: 1 }, [[1, { ...MALFORMED, pointers: ['/data/name'] }]]);
  });

  test('atomic: all are taken', async () => {
    const one = next();
    expectAnswer(
      await post([registered(one), closed(one)], '?atomic=true'),
      { accepted: 2, lastPosition: await head() },
      [],
    );
  });

  test('atomic: nothing is written where one is refused, and each is told that would be, the good ones before it counting', async () => {
    const [one, before] = [next(), await headOf(register)];
    const first = registered(one);
    const reply = await post([first, closed(one), broken(), registered(one), unknown()], '?atomic=true');
    expectAnswer(reply, { accepted: 0, duplicates: 0, lastPosition: null }, [
      [2, INVALID],
      [3, { status: 422, code: 'already-registered', pointers: ['/subject'] }],
      [4, UNKNOWN],
    ]);
    expect(await headOf(register)).toBe(before);
    await accepted(register, first);
  });

  test('atomic: what stands already is no duplicate of a batch that is refused', async () => {
    const first = registered();
    await accepted(register, first);
    const before = await headOf(register);
    expectAnswer(
      await post([first, unknown()], '?atomic=true'),
      { accepted: 0, duplicates: 0, lastPosition: null },
      [[1, UNKNOWN]],
    );
    expect(await headOf(register)).toBe(before);
  });

  test('dryRun: the same answers, later ones on top of earlier ones, and nothing is written', async () => {
    const stands = registered();
    const position = await accepted(register, stands);
    const [one, before] = [next(), await headOf(register)];
    const first = registered(one);
    const reply = await post([first, closed(one), registered(one), stands, broken(), first], '?dryRun=true');
    expectAnswer(
      reply,
      { accepted: 2, duplicates: 2, lastPosition: position },
      [
        [2, { status: 422, code: 'already-registered', pointers: ['/subject'] }],
        [4, INVALID],
      ],
      { dryRun: true },
    );
    expectAnswer(
      await post([registered(one), closed(one)], '?dryRun=true&atomic=true'),
      { accepted: 2, lastPosition: null },
      [],
      { dryRun: true },
    );
    expectAnswer(
      await post([registered(one), unknown()], '?dryRun=true&atomic=true'),
      { accepted: 0, lastPosition: null },
      [[1, UNKNOWN]],
      { dryRun: true },
    );
    expect(await headOf(register)).toBe(before);
  });

  test('dryRun: over more events than are judged at once', async () => {
    const [one, before] = [next(), await headOf(register)];
    const reply = await post(
      [registered(one), ...Array.from({ length: 1_100 }, () => registered()), registered(one)],
      '?dryRun=true',
    );
    expectAnswer(
      reply,
      { accepted: 1_101, lastPosition: null },
      [[1_101, { status: 422, code: 'already-registered' }]],
      { dryRun: true },
    );
    expect(await headOf(register)).toBe(before);
  });

  test('an answer line by line', async () => {
    const [one, first] = [next(), registered()];
    const position = await accepted(register, first);
    const reply = await send(
      type,
      written([registered(one), broken(), first, closed(one)].map(line)),
      '',
      NDJSON,
    );
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toContain(NDJSON);
    expect(reply.text.endsWith('\n')).toBe(true);
    const lines = reply.text
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text) as Record<string, unknown>);
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatchObject({
      position: String(Number(await head()) - 1),
      stream: `provider-${one}`,
      revision: 0,
      warnings: [],
    });
    expectProblem(lines[1], INVALID);
    expect(lines[2]).toMatchObject({ id: first.id, position, revision: 0 });
    expect(lines[3]).toMatchObject({ position: await head(), revision: 1 });
  });

  test.each([
    ['an atomic batch that is refused', '?atomic=true'],
    ['a dry run', '?dryRun=true'],
  ])('line by line, %s tells positions but of what stands of none', async (_, query) => {
    const stands = registered();
    const position = await accepted(register, stands);
    const [one, before] = [registered(), await headOf(register)];
    const reply = await send(type, written([one, unknown(), stands, one].map(line)), query, NDJSON);
    const lines = reply.text
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text) as Record<string, unknown>);
    expectProblem(lines[1], UNKNOWN);
    expect(lines.toSpliced(1, 1)).toMatchObject([{ position: null }, { position }, { position: null }]);
    expect(await headOf(register)).toBe(before);
  });
});

describe('an array of events', () => {
  test.each([
    ['is no object', line(registered())],
    ['is no text', '"[]"'],
    ['is not null', 'null'],
  ])('%s', async (_, body) => {
    await expectRefused(register, () => send(BATCH, body), { status: 400, code: 'invalid-event' });
  });

  test.each([
    ['ends where it ends', `[${line(registered())}`],
    ['has no comma too many', `[${line(registered())},]`],
    ['is there', ''],
    ['is not lines', `${line(registered())}\n${line(registered())}`],
    ['is UTF-8', Uint8Array.from([0x5b, 0x22, 0xff, 0x22, 0x5d])],
  ])('%s, or nothing of it is taken', async (_, body) => {
    await expectRefused(register, () => send(BATCH, body), MALFORMED);
  });

  test('may hold one that is too large', async () => {
    const large = {
      ...registered(),
      data: { name: 'Large', legalForm: 'other', services: Array.from({ length: 30_000 }, () => 'skills') },
    };
    expectAnswer(await send(BATCH, `[${line(large)},${line(registered())}]`), { accepted: 1 }, [
      [0, { status: 413, code: 'too-large' }],
    ]);
  });
});

describe('lines of events', () => {
  test('one that is not JSON is refused in its place', async () => {
    const lines = [
      line(registered()),
      '{"specversion":',
      line(registered()),
      'hello',
      `[${line(registered())}]`,
      line(registered()),
    ];
    expectAnswer(await send(NDJSON, lines.join('\n')), { accepted: 3, lastPosition: await head() }, [
      [1, MALFORMED],
      [3, MALFORMED],
      [4, { status: 400, code: 'invalid-event', pointers: [''] }],
    ]);
  });

  test('one that is not UTF-8 is refused in its place', async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${line(registered())}\n"`),
      Buffer.from([0xff]),
      Buffer.from(`"\n${line(registered())}\n`),
    ]);
    expectAnswer(await send(NDJSON, new Uint8Array(bytes)), { accepted: 2 }, [[1, MALFORMED]]);
  });

  test('blank ones are none, and the last needs no end', async () => {
    expectAnswer(
      await send(NDJSON, `\n${line(registered())}\r\n \t\n\r\n${line(broken())}\n\n${line(registered())}`),
      { accepted: 2 },
      [[1, INVALID]],
    );
    expectAnswer(await send(NDJSON, '\n\n \n'), { accepted: 0, lastPosition: null }, []);
    expectAnswer(await send(NDJSON, ''), { accepted: 0, lastPosition: null }, []);
  });

  test('one that is too long is refused in its place', async () => {
    const long = `${line(registered())}${' '.repeat(1024 * 1024)}`;
    expectAnswer(
      await send(NDJSON, `${line(registered())}\n${long}\n${line(registered())}\n`),
      { accepted: 2 },
      [[1, { status: 413, code: 'too-large' }]],
    );
  });

  test('atomic: one that is not JSON refuses all', async () => {
    const before = await headOf(register);
    expectAnswer(
      await send(NDJSON, `${line(registered())}\n{\n`, '?atomic=true'),
      { accepted: 0, lastPosition: null },
      [[1, MALFORMED]],
    );
    expect(await headOf(register)).toBe(before);
  });
});

describe('how a request is taken', () => {
  test.each([
    'atomic=1',
    'atomic=yes',
    'atomic=TRUE',
    'atomic=',
    'dryRun=1',
    'dryRun=0',
    'atomic=true&atomic=true',
  ])('invalid-question: %s', async (query) => {
    const pointers = [`/${query.slice(0, query.indexOf('='))}`];
    for (const [type, body] of [
      ['application/cloudevents+json', line(registered())],
      [BATCH, '[]'],
      [NDJSON, ''],
    ] as const) {
      await expectRefused(register, () => send(type, body, `?${query}`), {
        status: 400,
        code: 'invalid-question',
        pointers,
      });
    }
  });

  test('invalid-question: a parameter that there is not, such as one written otherwise', async () => {
    await expectRefused(register, () => send(BATCH, '[]', '?dryrun=true'), {
      status: 400,
      code: 'invalid-question',
      pointers: ['/dryrun'],
    });
  });
});

describe('posting the same again', () => {
  test('is answered as it was the first time, with 200', async () => {
    const event = registered();
    const first = await register.post(event);
    const before = await headOf(register);
    const again = await register.post(event);
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.text).toBe(first.text);
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect(await headOf(register)).toBe(before);
  });

  test('is the same whatever the order of its members, its time and its unknown attributes', async () => {
    const { type, subject, data, source, id } = registered() as Required<Written>;
    await accepted(register, { type, subject, data, source, id });
    const before = await headOf(register);
    const shuffled = {
      id,
      time: '2020-01-01T00:00:00Z',
      data: Object.fromEntries(Object.entries(data).toReversed()),
      subject,
      type,
      source,
      traceparent: '00-1',
    };
    expect((await register.post(shuffled)).status).toBe(200);
    expect(await headOf(register)).toBe(before);
  });

  test('is the same whether an event is named by its id or by its position', async () => {
    const [one, source] = [next(), '/tests'];
    await accepted(register, registered(one));
    const closing = closed(one);
    const position = await accepted(register, closing);
    const byId = submission({
      type: 'EventCorrected',
      subject: one,
      source,
      data: {
        event: `id:${closing.id ?? ''}`,
        data: { on: '2026-09-30', reason: 'merger' },
        kind: 'clerical',
        reason: 'typing-mistake',
      },
    });
    const corrected = await accepted(register, byId);
    const reply = await register.post({ ...byId, data: { ...byId.data, event: position } });
    expect(reply.status).toBe(200);
    expect(reply.json).toMatchObject({ position: corrected });
    await expectRefused(
      register,
      () => register.post({ ...byId, data: { ...byId.data, event: corrected } }),
      { status: 409, code: 'same-id-different-content', pointers: ['/id'] },
    );
  });

  test('in a dry run tells where it stands', async () => {
    const event = registered();
    const position = await accepted(register, event);
    const reply = await register.post(event, { query: '?dryRun=true' });
    expect(reply.status).toBe(200);
    expect(reply.json).toMatchObject({ position });
  });

  test('after a dry run is the first time', async () => {
    const event = registered();
    const tried = await register.post(event, { query: '?dryRun=true' });
    expect(tried.status).toBe(200);
    expect(tried.json).toMatchObject({ position: null });
    expect(tried.headers.get('location')).toBeNull();
    await accepted(register, event);
  });

  test('after it was refused is the first time, with the corrected event', async () => {
    const one = next();
    const event = closed(one);
    await expectRefused(register, () => register.post(event), UNKNOWN);
    await expectRefused(register, () => register.post({ ...event, data: {} }), {
      status: 400,
      code: 'invalid-event',
    });
    await accepted(register, registered(one));
    await accepted(register, { ...event, data: { on: '2026-12-31', reason: 'insolvency' } });
  });

  test('after it was retracted is a no-op that warns, until the retraction is retracted', async () => {
    const one = next();
    await accepted(register, registered(one));
    const event = closed(one);
    const position = await accepted(register, event);
    const retraction = await accepted(
      register,
      submission({ type: 'EventRetracted', subject: one, data: { event: position, reason: 'error' } }),
    );
    const before = await headOf(register);
    const again = await register.post(event);
    expect(again.status).toBe(200);
    expect(again.json).toMatchObject({
      position,
      warnings: [{ code: 'retracted', detail: expect.stringMatching(/\S/) as unknown }],
    });
    expect(await headOf(register)).toBe(before);
    await accepted(
      register,
      submission({ type: 'EventRetracted', subject: one, data: { event: retraction, reason: 'error' } }),
    );
    expect((await register.post(event)).json).toMatchObject({ position, warnings: [] });
  });

  test('at the same time is taken once', async () => {
    const event = registered();
    const replies = await Promise.all(Array.from({ length: 10 }, () => register.post(event)));
    expect(replies.map(({ status }) => status).sort()).toEqual([...Array<number>(9).fill(200), 201]);
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
  });
});
