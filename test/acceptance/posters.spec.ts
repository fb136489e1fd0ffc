/// <reference types="jest" />
import { Agent, request as begin } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { dayOf } from '@app/domain/values/day';
import { isRefusal } from '@app/domain/values/problem';
import { AnswerCache } from '@app/read-model/answers/answer-cache';
import { EventIndex } from '@app/read-model/index/event-index';
import { Dice } from '../dice';
import { RegisterProcess, REGISTRAR_KEY, temporaryFolder } from './process';
import { accepted, endSound, keyOf, openDay } from './refusal';
import { worked } from '../worked';

const POSTERS = 32;
const REQUESTS_EACH = 25;
/** Every so manyth request is cut off midway, and sent again as it was. */
const CUT_EVERY = 20;
const MOST_EVENTS = 30;
const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e9));

const REGISTRAR = 'body:registrar';
const COUNCIL = 'body:council';
const PROVIDERS = Array.from({ length: 8 }, (_, i) => `ukprn:${10_000_001 + i}`);
const ADVISERS = Array.from({ length: 24 }, (_, i) => `adviser:poster${String(i).padStart(2, '0')}`);

interface Event {
  readonly source: string;
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly data: Readonly<Record<string, string>>;
}

interface Stored extends Event {
  readonly position: string;
  readonly stream: string;
  readonly revision: number;
  readonly body: string;
}

const nameOf = (body: string, { source, id }: Pick<Event, 'source' | 'id'>) => [body, source, id].join('\n');

/** What the posters have to post: of each subject its registration first, and some ids meant twice, differently. */
function work(): Map<string, Event[]> {
  const registrars: Event[] = PROVIDERS.flatMap((subject, i) => [
    {
      source: '/a',
      id: `provider-${i}`,
      type: 'ProviderRegistered',
      subject,
      data: { name: `Careers ${i}`, legalForm: 'company' },
    },
    ...Array.from({ length: 40 }, (_, n) => ({
      source: '/a',
      id: `name-${i}-${n}`,
      type: 'ProviderRenamed',
      subject,
      data: { name: `Careers ${i}, ${n}`, from: '2020-01-01' },
    })),
    ...Array.from({ length: 10 }, (_, n) => ({
      source: '/b',
      id: `award-${i}-${n}`,
      type: 'AccreditationAwarded',
      subject,
      data: {
        standard: 'matrix',
        reference: `M-${i}-${n}`,
        from: `20${20 + n}-02-01`,
        until: `20${20 + n}-12-31`,
        kind: 'initial',
      },
    })),
  ]);
  const councils: Event[] = ADVISERS.flatMap((subject, i) => [
    { source: '/a', id: `adviser-${i}`, type: 'AdviserRegistered', subject, data: {} },
    ...Array.from({ length: 40 }, (_, n) => ({
      // The same id from two sources is two events; what is posted as different things under one name is one of them.
      source: n % 2 === 0 ? '/a' : '/b',
      id: `award-${i}-${n % 10 === 9 ? n - 2 : n - (n % 2)}`,
      type: 'QualificationAwarded',
      subject,
      data: { qualification: 'l6-dcgd', awardedOn: '2019-07-01', certificate: `C-${i}-${n}` },
    })),
    ...PROVIDERS.slice(0, 1 + (i % 3)).map((provider, n) => ({
      source: '/b',
      id: `engagement-${i}-${n}`,
      type: 'EngagementStarted',
      subject,
      data: { provider, from: '2021-01-04', basis: 'employed' },
    })),
  ]);
  return new Map([
    [REGISTRAR, registrars],
    [COUNCIL, councils],
  ]);
}

interface Request {
  readonly body: string;
  readonly path: string;
  readonly type: string;
  readonly accept: string;
  readonly bytes: Buffer;
  readonly events: readonly Event[];
}

const jsonOf = (event: Event) => JSON.stringify({ specversion: '1.0', ...event });

/** Some of the work in one request, in one of the forms in which events are posted. */
function requestOf(body: string, from: readonly Event[], dice: Dice): Request {
  const first = dice.below(from.length);
  const atomic = dice.chance(0.15);
  const query = new URLSearchParams(atomic ? { atomic: 'true' } : {});
  const some = from.slice(first, first + 1 + dice.below(MOST_EVENTS));
  const accept = atomic ? 'application/json' : 'application/x-ndjson';
  switch (dice.below(4)) {
    case 0: {
      const one = some.slice(0, 1);
      const type = 'application/cloudevents+json';
      const bytes = Buffer.from(one.map(jsonOf).join(''));
      return { body, path: '/v1/events', type, accept: 'application/json', bytes, events: one };
    }
    case 1: {
      const path = `/v1/events?${query.toString()}`;
      const bytes = Buffer.from(`[${some.map(jsonOf).join()}]`);
      return { body, path, type: 'application/cloudevents-batch+json', accept, bytes, events: some };
    }
    case 2: {
      const path = `/v1/events?${query.toString()}`;
      const bytes = Buffer.from(some.map((event) => `${jsonOf(event)}\n`).join(''));
      return { body, path, type: 'application/x-ndjson', accept, bytes, events: some };
    }
    default: {
      const { type = '', source = '' } = some[0] ?? {};
      const rows = some.filter((event) => event.type === type && event.source === source);
      const fields = Object.keys(rows[0]?.data ?? {});
      const cells = rows.map(({ id, subject, data }) => [
        id,
        subject,
        ...fields.map((name) => data[name] ?? ''),
      ]);
      const table = [['id', 'subject', ...fields], ...cells].map((row) =>
        row.map((cell) => `"${cell}"`).join(),
      );
      query.append('type', type);
      query.append('source', source);
      const path = `/v1/events/csv?${query.toString()}`;
      return { body, path, type: 'text/csv', accept, bytes: Buffer.from(table.join('\n')), events: rows };
    }
  }
}

interface Answer {
  readonly position?: string | null;
  readonly code?: string;
}

/** What may be wrong with an event here: it comes before the registration, or its id is another’s. */
const REFUSALS = ['unknown-subject', 'same-id-different-content'];

/** Posters at work on one register, and what they were told. */
class Posters {
  readonly #agent = new Agent({ keepAlive: true });
  readonly #work = work();
  /** Of each event that was ever answered as standing, all positions that were told of it. */
  readonly told = new Map<string, Set<string>>();
  /** How often each was answered as new, where it was posted by itself. */
  readonly created = new Map<string, number>();
  readonly wrong: string[] = [];
  requests = 0;
  cutInBody = 0;
  cutBeforeAnswer = 0;

  constructor(
    private readonly register: RegisterProcess,
    private readonly keys: ReadonlyMap<string, string>,
  ) {}

  async run(): Promise<void> {
    const dice = new Dice(SEED);
    await Promise.all(Array.from({ length: POSTERS }, () => this.#poster(dice.more())));
    // What came before its registration all the time is posted once more, in order.
    for (const [body, events] of this.#work) {
      const bytes = Buffer.from(events.map((event) => `${jsonOf(event)}\n`).join(''));
      const accept = 'application/x-ndjson';
      await this.#send({ body, path: '/v1/events', type: accept, accept, bytes, events });
    }
    this.#agent.destroy();
  }

  async #poster(dice: Dice): Promise<void> {
    for (let i = 0; i < REQUESTS_EACH; i++) {
      const [body, events] = dice.one([...this.#work]);
      const request = requestOf(body, events, dice);
      if (++this.requests % CUT_EVERY === 0) await this.#cutOff(request, dice);
      await this.#send(request);
    }
  }

  #begin({ body, path, type, accept, bytes }: Request) {
    return begin(this.register.url + path, {
      agent: this.#agent,
      method: 'POST',
      headers: {
        authorization: `Bearer ${this.keys.get(body) ?? ''}`,
        'content-type': type,
        'content-length': bytes.length,
        accept,
      },
    });
  }

  /** Hangs up after a part of the body, or after all of it and before the answer. */
  async #cutOff(request: Request, dice: Dice): Promise<void> {
    const sending = this.#begin(request);
    const closed = new Promise((resolve) => sending.once('close', resolve));
    sending.on('error', () => undefined);
    sending.on('response', (response) => response.on('error', () => undefined).resume());
    const whole = dice.chance(0.5);
    const part = whole ? request.bytes : request.bytes.subarray(0, dice.below(request.bytes.length));
    await new Promise<unknown>((resolve) => sending.write(part, resolve));
    await wait(dice.below(6));
    if (whole) this.cutBeforeAnswer++;
    else this.cutInBody++;
    sending.destroy();
    await closed;
  }

  async #send(request: Request): Promise<void> {
    const sending = this.#begin(request);
    const answered = new Promise<{ readonly status: number; readonly said: string }>((resolve, reject) => {
      sending.on('error', reject);
      sending.on('response', (response) => {
        text(response).then((said) => {
          resolve({ status: response.statusCode ?? 0, said });
        }, reject);
      });
    });
    sending.end(request.bytes);
    const { status, said } = await answered;
    this.#hear(request, status, said);
  }

  #hear({ body, type, accept, events }: Request, status: number, said: string): void {
    const isOne = type === 'application/cloudevents+json';
    if (accept === 'application/json' && !isOne) {
      // An atomic one: everything, or nothing for reasons that are good ones here.
      const { accepted, duplicates, refused } = JSON.parse(said) as Readonly<Record<string, number>>;
      if (status !== 200 || (refused === 0 && (accepted ?? 0) + (duplicates ?? 0) !== events.length))
        this.wrong.push(`${status}: ${said}`);
      if (refused === 0) for (const event of events) this.#stands(nameOf(body, event));
      return;
    }
    const answers = said.split('\n').filter(Boolean);
    if (answers.length !== events.length) this.wrong.push(`${answers.length} to ${events.length}: ${said}`);
    for (const [i, event] of events.entries()) {
      const { position, code } = JSON.parse(answers[i] ?? '{}') as Answer;
      const name = nameOf(body, event);
      if (typeof position === 'string') this.#stands(name, position);
      else if (!REFUSALS.includes(code ?? '')) this.wrong.push(`${status}: ${answers[i] ?? said}`);
      if (status === 201) this.created.set(name, (this.created.get(name) ?? 0) + 1);
    }
  }

  #stands(name: string, position?: string): void {
    const told = this.told.get(name) ?? new Set<string>();
    this.told.set(name, position === undefined ? told : told.add(position));
  }

  /** The names of all events that there were to post. */
  get names(): ReadonlySet<string> {
    return new Set([...this.#work].flatMap(([body, events]) => events.map((event) => nameOf(body, event))));
  }
}

describe(`${POSTERS} posters at once, every ${CUT_EVERY}th request cut off and sent again (SEED=${SEED})`, () => {
  const folder = temporaryFolder();
  let register: RegisterProcess;
  let posters: Posters;
  let lines: readonly string[];
  let stored: readonly Stored[];

  beforeAll(async () => {
    register = await RegisterProcess.start({ REGISTER_STORE: `sqlite:${join(folder.path, 'register.db')}` });
    await openDay(register, '2026-09-01');
    const recognition = { name: 'Council', mayPost: [{ types: '*' }], from: '2010-01-01' };
    await accepted(register, { type: 'BodyRecognised', subject: COUNCIL, data: recognition });
    const keys = new Map([
      [REGISTRAR, REGISTRAR_KEY],
      [COUNCIL, await keyOf(register, 'council')],
    ]);
    posters = new Posters(register, keys);
    await posters.run();
    lines = await register.log();
    stored = lines.map((line) => JSON.parse(line) as Stored);
  });
  afterAll(async () => {
    try {
      await endSound(register);
    } finally {
      folder.remove();
    }
  });

  test('are answered as they should be', () => {
    expect(posters.wrong.slice(0, 5)).toEqual([]);
  });

  test('were cut off in the middle of what they sent, and before they were answered', () => {
    expect(posters.cutInBody + posters.cutBeforeAnswer).toBe((POSTERS * REQUESTS_EACH) / CUT_EVERY);
    expect(posters.cutInBody).toBeGreaterThan(5);
    expect(posters.cutBeforeAnswer).toBeGreaterThan(5);
  });

  test('lose nothing: what was answered as standing stands where it was said to, and in the end everything does', () => {
    const places = new Map(stored.map((event) => [nameOf(event.body, event), event.position]));
    const moved = [...posters.told].filter(([name, positions]) =>
      [places.get(name)].concat(...positions).some((position) => position !== places.get(name)),
    );
    expect(moved).toEqual([]);
    expect([...posters.names].filter((name) => !places.has(name))).toEqual([]);
  });

  test('double nothing: each stands once under its name, and is new once', () => {
    const names = stored.map((event) => nameOf(event.body, event));
    expect(names.length - new Set(names).size).toBe(0);
    expect(names.filter((name) => posters.names.has(name))).toHaveLength(posters.names.size);
    expect([...posters.created].filter(([, times]) => times > 1)).toEqual([]);
    expect(posters.created.size).toBeGreaterThan(0);
  });

  test('leave no gap in positions, nor in the revisions of any stream', () => {
    const revisions = new Map<string, number>();
    for (const [i, { position, stream, revision }] of stored.entries()) {
      const next = revisions.get(stream) ?? 0;
      expect({ position, stream, revision }).toEqual({ position: String(i), stream, revision: next });
      revisions.set(stream, next + 1);
    }
    expect(Math.max(...revisions.values())).toBeGreaterThan(40);
  });

  test('and a register built anew from the log answers with the bytes of the one that took it', async () => {
    const anew = new EventIndex();
    for (const line of lines) anew.apply(line);
    const answers = new AnswerCache(anew);
    const dice = new Dice(SEED);
    for (let i = 0; i < 60; i++) {
      const provider = dice.one(PROVIDERS);
      const position = i < 20 ? anew.head : dice.below(anew.head);
      const [from, until] = [dayOf('2020-06-01'), dayOf('2027-07-20')];
      const question = {
        provider,
        setting: 'school-commissioned',
        policy: 'cmqa-2017',
        from,
        until,
        advisers: [],
      };
      const told = worked(answers.answer(question, position));
      const { status, text: said } = await register.ask(
        `/v1/providers/${provider}/eligibility?setting=school-commissioned&from=2020-06-01&until=2027-07-20&knownAt=${position}`,
      );
      if (isRefusal(told)) expect({ position, status, said }).toMatchObject({ position, status: 404 });
      else expect({ position, said }).toEqual({ position, said: told.text });
    }
  });
});
