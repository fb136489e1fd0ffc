/// <reference types="jest" />
import { Dice } from '../dice';
import { FIRST_EDITIONS, history, questions } from '../oracle/histories';
import { Oracle, WARNINGS, type Data, type Posting, type Question, type StoredEvent } from '../oracle/oracle';
import { REGISTRAR_KEY, RegisterProcess, type Reply } from './process';
import { isFlat, sheetOf, shuffled } from './sheet';

const SEEDS = Number(process.env['HTTP_SEEDS'] ?? 2);
const FIRST_SEED = Number(process.env['HTTP_FIRST_SEED'] ?? 9001);
const QUESTIONS = 15;
const REGISTRAR = 'body:registrar';
/** The register has published these itself at its first start. */
const PUBLISHED = new Set(FIRST_EDITIONS.map(({ id }) => id));

function headers(key: string, type: string) {
  return { authorization: `Bearer ${key}`, 'content-type': type };
}

/** Every poster has a key of its own, issued as soon as the registrar has recognised the body. */
class Keys {
  readonly #keys = new Map([[REGISTRAR, REGISTRAR_KEY]]);

  constructor(
    private readonly register: RegisterProcess,
    private readonly oracle: Oracle,
  ) {}

  async of(body: string): Promise<string | undefined> {
    const key = this.#keys.get(body);
    if (key !== undefined) return key;
    const reply = await this.register.ask(`/v1/bodies/${body.slice('body:'.length)}/keys`, {
      method: 'POST',
      headers: { authorization: `Bearer ${REGISTRAR_KEY}` },
    });
    if (reply.status === 404) return undefined;
    const { secret } = reply.json as { secret: string };
    this.#keys.set(body, secret);
    const [issued] = await logAfter(this.register, this.oracle.head());
    if (issued) this.oracle.post(issued);
    return secret;
  }
}

/**
 * A history names events by the positions that they had where it was made. Here the keys of the bodies stand between
 * them, and in another order they stand elsewhere or not yet: then a reference names nothing.
 */
class Places {
  readonly #names: string[] = [];

  constructor(
    postings: readonly Posting[],
    private readonly oracle: Oracle,
  ) {
    const elsewhere = new Oracle();
    for (const posting of postings) {
      if (elsewhere.post(posting).kind === 'accepted') this.#names.push(nameOf(posting));
    }
  }

  here(posting: Posting): Posting {
    const data = this.#moved(posting.data);
    const within = data['data'];
    return {
      ...posting,
      data: typeof within === 'object' ? { ...data, data: this.#moved(within as Data) } : data,
    };
  }

  #moved(data: Data): Data {
    const moved = { ...data };
    for (const field of ['event', 'against']) {
      const name = this.#names[Number(data[field])];
      if (name !== undefined)
        moved[field] =
          this.oracle.events().find((event) => nameOf(event) === name)?.position ?? NOTHING_STANDS_THERE;
    }
    return moved;
  }
}

const NOTHING_STANDS_THERE = '999999';

function nameOf({ body, source, id }: Posting | StoredEvent): string {
  return [body, source, id].join('\n');
}

async function logAfter(register: RegisterProcess, position: number): Promise<StoredEvent[]> {
  const { text } = await register.ask(`/v1/log?after=${position}&limit=10000`);
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as StoredEvent);
}

function ask(
  register: RegisterProcess,
  { provider, advisers = [], knownAt, policy = [], ...rest }: Question,
): Promise<Reply> {
  const query = new URLSearchParams({ ...rest });
  for (const adviser of advisers) query.append('adviser', adviser);
  if (knownAt !== undefined) query.set('knownAt', String(knownAt));
  for (const each of [policy].flat()) query.append('policy', each);
  // In an address a list of one is one that repeats.
  if (typeof policy !== 'string' && policy.length === 1) query.append('policy', policy[0] ?? '');
  return register.ask(`/v1/providers/${provider}/eligibility?${query.toString()}`);
}

/** The same posting by the oracle’s word and by the register’s; both go on from what both hold. */
async function agree(
  register: RegisterProcess,
  oracle: Oracle,
  keys: Keys,
  { body, ...event }: Posting,
  about: string,
) {
  const key = await keys.of(body);
  if (key === undefined) return;
  const rehearsal = await register.ask('/v1/events?dryRun=true', {
    method: 'POST',
    headers: headers(key, 'application/cloudevents+json'),
    body: JSON.stringify({ specversion: '1.0', ...event }),
  });
  const reply = await register.post(event, { key });
  const {
    position,
    code,
    warnings = [],
  } = reply.json as { position?: string; code?: string; warnings?: { code: string }[] };
  const dry = rehearsal.json as { position?: string | null; code?: string };
  expect({ about, code: dry.code }).toEqual({ about, code });
  // The oracle knows no shapes, and would take a correction whose data are those of another type.
  if (event.type === 'EventCorrected' && code === 'invalid-event') return;
  const told = oracle.post({ body, ...event });
  if (told.kind === 'refused') {
    expect({ about, status: reply.status, known: told.codes.has(code ?? '') }).toEqual({
      about,
      status: told.status,
      known: true,
    });
    return;
  }
  expect({ about, status: reply.status, position }).toEqual({
    about,
    status: told.kind === 'accepted' ? 201 : 200,
    position: String(told.position),
  });
  expect({ about, dry: dry.position }).toEqual({ about, dry: told.kind === 'accepted' ? null : position });
  const codes = new Set(warnings.map(({ code }) => code).filter((code) => WARNINGS.includes(code)));
  expect({ about, warnings: [...codes].sort() }).toEqual({ about, warnings: told.warnings });
}

interface Told {
  readonly position?: string | null;
  readonly code?: string;
  readonly status?: number;
  readonly line?: number;
}

/** Several postings of one body in one request, each by the oracle’s word and by the register’s; resolves to how many were new. */
async function agreeOnAll(
  register: RegisterProcess,
  oracle: Oracle,
  key: string,
  postings: readonly Posting[],
  dice: Dice,
  about: string,
): Promise<number> {
  const sheet = postings.every(isFlat) ? sheetOf(postings, dice) : undefined;
  const body =
    sheet?.bytes ??
    postings.map(({ body: _, ...event }) => `${JSON.stringify({ specversion: '1.0', ...event })}\n`).join('');
  const send = (accept: string, dryRun: string) => {
    const query = new URLSearchParams([...(sheet?.query ?? []), ['dryRun', dryRun]]);
    return register.ask(`/v1/events${sheet ? '/csv' : ''}?${query.toString()}`, {
      method: 'POST',
      headers: { ...headers(key, sheet?.contentType ?? 'application/x-ndjson'), accept },
      body,
    });
  };
  const rehearsal = await send('application/json', 'true');
  const reply = await send('application/x-ndjson', 'false');
  const sent = `${about}: ${sheet ? Buffer.from(sheet.bytes).toString() : String(body)}`;
  expect({ sent, status: reply.status, text: reply.text }).toMatchObject({ status: 200 });
  const answers = reply.text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Told);
  expect({ sent, answers: answers.length }).toEqual({ sent, answers: postings.length });
  const counts = { accepted: 0, duplicates: 0, refused: 0 };
  for (const [i, posting] of postings.entries()) {
    const { position, code, status, line } = answers[i] ?? {};
    const which = `${about}, ${i}: ${JSON.stringify(posting)}`;
    expect({ which, line }).toEqual({ which, line: sheet?.lines[i] });
    // As above: the oracle knows no shapes.
    const isOfNoShape = posting.type === 'EventCorrected' && code === 'invalid-event';
    const told = isOfNoShape ? undefined : oracle.post(sheet ? withoutTime(posting) : posting);
    if (told === undefined || told.kind === 'refused') counts.refused++;
    else counts[told.kind === 'accepted' ? 'accepted' : 'duplicates']++;
    if (told?.kind === 'refused')
      expect({ which, status, known: told.codes.has(code ?? '') }).toEqual({
        which,
        status: told.status,
        known: true,
      });
    else if (told) expect({ which, position }).toEqual({ which, position: String(told.position) });
  }
  expect({ sent, ...(rehearsal.json as object) }).toMatchObject({
    sent,
    ...counts,
    ...(sheet ? { unknownColumns: sheet.unknownColumns } : {}),
  });
  return counts.accepted;
}

/** A table has no column for the body’s own clock. */
function withoutTime({ time: _, ...posting }: Posting): Posting {
  return posting;
}

/** A history day by day: all that is posted from one opening of a day to the next. */
function daysOf(postings: readonly Posting[]): Posting[][] {
  const days: Posting[][] = [[]];
  for (const posting of postings) {
    if (isOpening(posting)) days.push([]);
    days.at(-1)?.push(posting);
  }
  return days;
}

function isOpening({ type }: Posting): boolean {
  return type === 'DayOpened';
}

/** What one request can hold: a table has one body, source and type, lines have one body. */
function requestOf(posting: Posting): string {
  return isFlat(posting) ? [posting.body, posting.source, posting.type].join('\n') : posting.body;
}

/** Consecutive postings that one request can hold, together. */
function runsOf(postings: readonly Posting[]): Posting[][] {
  const runs: Posting[][] = [];
  for (const [i, posting] of postings.entries()) {
    const before = postings[i - 1];
    if (before && requestOf(before) === requestOf(posting)) runs.at(-1)?.push(posting);
    else runs.push([posting]);
  }
  return runs;
}

/** Opens a register that an oracle goes along with, and closes it. */
async function beside(
  work: (register: RegisterProcess, oracle: Oracle, keys: Keys) => Promise<void>,
): Promise<void> {
  const register = await RegisterProcess.start();
  const oracle = new Oracle();
  try {
    for (const own of await logAfter(register, -1)) oracle.post(own);
    await work(register, oracle, new Keys(register, oracle));
  } finally {
    await register.stop();
  }
}

/** Both hold the same log, and give the same answers. */
async function agreeInTheEnd(
  register: RegisterProcess,
  oracle: Oracle,
  seed: number,
  postings: readonly Posting[],
) {
  const stored = await logAfter(register, -1);
  expect(stored).toEqual(oracle.events().map((event) => expect.objectContaining(event) as unknown));
  for (const question of questions(seed, QUESTIONS, postings, oracle.head())) {
    const reply = await ask(register, question);
    const told = oracle.ask(question);
    const about = `seed ${seed}: ${JSON.stringify(question)}`;
    if ('status' in told) {
      const { code = '' } = reply.json as { code?: string };
      expect({ about, known: told.codes.has(code) }).toEqual({ about, known: true });
    } else {
      const mine = answersIn(reply.json);
      const [answers, heads] = [mine.map(([answer]) => answer), mine.map(([, head]) => head)];
      expect({ about, answers }).toEqual({ about, answers: 'answers' in told ? told.answers : [told] });
      expect('answers' in (reply.json as object)).toBe('answers' in told);
      const position = String(question.knownAt ?? oracle.head());
      for (const head of heads) expect(head).toMatchObject({ evaluator: '1', knownAt: { position } });
    }
  }
}

/** Each answer of one or of several policies, and apart from it what the oracle does not tell. */
function answersIn(json: unknown) {
  const answers = json as { answers?: Record<string, unknown>[] } & Record<string, unknown>;
  return (answers.answers ?? [answers]).map(
    ({ knownAt, evaluator, ...answer }) => [answer, { knownAt, evaluator }] as const,
  );
}

/** In what it has taken, every tenth event at the least corrects or doubts another. */
function expectMuchMended(oracle: Oracle) {
  const events = oracle.events();
  const mending = events.filter(({ type }) => /^(?:Event|Dispute)/.test(type));
  expect(mending.length / events.length).toBeGreaterThanOrEqual(0.1);
}

describe('over HTTP the register agrees with the oracle', () => {
  const seeds = Array.from({ length: SEEDS }, (_, i) => FIRST_SEED + i);

  test.each(seeds)('on the history of seed %i', (seed) =>
    beside(async (register, oracle, keys) => {
      const postings = history(seed);
      const places = new Places(postings, oracle);
      for (const [i, posting] of postings.entries()) {
        if (PUBLISHED.has(posting.id)) continue;
        const about = `posting ${i} of seed ${seed}: ${JSON.stringify(posting)}`;
        await agree(register, oracle, keys, places.here(posting), about);
      }
      await agreeInTheEnd(register, oracle, seed, postings);
    }),
  );

  test.each(seeds)(
    'on the history of seed %i posted as tables, each of a run of events of one type',
    (seed) =>
      beside(async (register, oracle, keys) => {
        const dice = new Dice(seed);
        const postings = history(seed);
        const places = new Places(postings, oracle);
        for (const run of runsOf(postings.filter(({ id }) => !PUBLISHED.has(id)))) {
          const key = await keys.of(run[0]?.body ?? '');
          if (key === undefined) continue;
          const here = run.map((posting) => places.here(posting));
          await agreeOnAll(register, oracle, key, here, dice, `seed ${seed}`);
        }
        expectMuchMended(oracle);
        await agreeInTheEnd(register, oracle, seed, postings);
      }),
  );

  test.each(seeds)(
    'on the history of seed %i posted day by day as tables whose rows are in any order, until nothing changes',
    (seed) =>
      beside(async (register, oracle, keys) => {
        const dice = new Dice(seed);
        const postings = history(seed);
        const places = new Places(postings, oracle);
        for (const day of daysOf(postings.filter(({ id }) => !PUBLISHED.has(id)))) {
          const [opening, rest] = [day.filter(isOpening), day.filter((one) => !isOpening(one))];
          const requests = shuffled([...Map.groupBy(shuffled(rest, dice), requestOf).values()], dice);
          let news = 1;
          while (news > 0) {
            news = 0;
            for (const request of [...runsOf(opening), ...requests]) {
              const key = await keys.of(request[0]?.body ?? '');
              if (key === undefined) continue;
              const here = request.map((posting) => places.here(posting));
              news += await agreeOnAll(register, oracle, key, here, dice, `seed ${seed}`);
            }
          }
        }
        expectMuchMended(oracle);
        await agreeInTheEnd(register, oracle, seed, postings);
      }),
  );
});
