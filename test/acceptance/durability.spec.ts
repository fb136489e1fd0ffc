/// <reference types="jest" />
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RegisterProcess, REGISTRAR_KEY, temporaryFolder } from './process';

/** How often each of the besieged registers is killed, at least: on a slow machine more often, until enough was seen. */
const KILLS = 18;
/** How many events of a life are acknowledged and seen on average, at least. */
const EVENTS_A_LIFE = 10;
const AT_ONCE = 2;
/** The whole log is read again in one life of so many; in the others, what has come since. */
const WHOLE_EVERY = 6;

const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e9));

/** Numbers from 0 to 1, always the same ones for a seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Event {
  readonly source: string;
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly data: object;
}

/** What a poster was told of an event. */
interface Acknowledged {
  readonly id: string;
  readonly position: string;
  readonly stream: string;
  readonly revision: number;
  readonly recordedAt: string;
}

interface Stored extends Acknowledged, Event {
  readonly body: string;
}

/** Events that are posted together until all of them are acknowledged. */
interface Posting {
  readonly how: 'single' | 'lines' | 'atomic';
  readonly events: readonly Event[];
}

interface Poster {
  readonly next: () => Posting;
  /** What was not acknowledged to the end. */
  pending?: Posting | undefined;
}

const RULES = ['acknowledged', 'unchanged', 'ordered', 'once', 'atomic', 'taken again'] as const;

/** One register that is killed again and again while bodies post, and what they and its readers saw of it. */
class Siege {
  readonly #folder = temporaryFolder();
  readonly #random: () => number;
  readonly #posters: Poster[];
  /** The lines of the log by position, as they were first seen. */
  readonly #seen: string[] = [];
  readonly #names = new Map<string, Stored>();
  readonly #revisions = new Map<string, number>();
  readonly #batches = new Map<string, number>();
  readonly #touched = new Map<string, Stored[]>();
  #told: { readonly source: string; readonly answer: Acknowledged }[] = [];
  #latest = '';
  #number = 0;
  #target = 0;
  #reached: (() => void) | undefined;
  readonly broken: Record<(typeof RULES)[number], string[]>;
  acknowledged = 0;
  cutOff = 0;
  kills = 0;

  constructor(seed: number) {
    this.#random = randomOf(seed);
    this.broken = Object.fromEntries(RULES.map((rule) => [rule, []])) as unknown as Siege['broken'];
    this.#posters = [
      this.#single(1),
      this.#single(2),
      this.#single(3),
      this.#renaming(),
      this.#lines(1),
      this.#lines(2),
      this.#atomic(1),
      this.#atomic(2),
    ];
  }

  get events(): number {
    return this.#seen.length;
  }

  async run(): Promise<void> {
    try {
      while (!this.#hasSeenEnough()) await this.#life();
      const register = await this.#start();
      await this.#check(register, true);
      const cut = this.#posters.filter(({ pending }) => pending !== undefined);
      await Promise.all(cut.map((poster) => this.#post(register, poster)));
      await this.#check(register, true);
      await register.stop();
    } finally {
      this.#folder.remove();
    }
  }

  /** Whether it was killed often enough, and at work: how much a life takes before its end depends on the machine. */
  #hasSeenEnough(): boolean {
    return (
      this.kills >= KILLS &&
      this.cutOff > KILLS &&
      Math.min(this.acknowledged, this.events) > KILLS * EVENTS_A_LIFE
    );
  }

  /** The first three lives, and some later ones, end before the register listens. */
  async #life(): Promise<void> {
    if (this.kills < 3 || this.#random() < 0.2) {
      const register = this.#launch();
      await Promise.race([sleep(this.#random() * 1_200), register.listening]);
      await this.#kill(register);
      return;
    }
    const register = await this.#start();
    await this.#check(register, this.kills % WHOLE_EVERY === 0);
    const end = { near: false };
    const working = Promise.all([
      ...this.#posters.map((poster) => this.#post(register, poster, end)),
      this.#watch(register, end),
    ]);
    working.catch(() => undefined);
    const strike = () => {
      end.near = true;
      void register.stop('SIGKILL');
    };
    await Promise.race([this.#moment(strike), working]);
    await this.#kill(register);
    await working;
  }

  /** Strikes after some time, or at the very moment at which something is acknowledged. */
  async #moment(strike: () => void): Promise<void> {
    const amount = this.#random();
    if (this.#random() < 0.4) {
      await sleep(20 + amount * 350);
      strike();
      return;
    }
    this.#target = this.acknowledged + 1 + Math.floor(amount * 150);
    await new Promise<void>((resolve) => {
      this.#reached = () => {
        strike();
        resolve();
      };
    });
  }

  #launch(): RegisterProcess {
    return RegisterProcess.launch({
      REGISTER_STORE: `sqlite:${join(this.#folder.path, 'register.db')}`,
      REGISTER_CALENDAR: 'auto',
    });
  }

  async #start(): Promise<RegisterProcess> {
    const register = this.#launch();
    await register.listening;
    return register;
  }

  async #kill(register: RegisterProcess): Promise<void> {
    await register.stop('SIGKILL');
    this.kills++;
  }

  /** Posts one posting after the other until the register is gone; without `end`, only what is pending. */
  async #post(register: RegisterProcess, poster: Poster, end?: { readonly near: boolean }): Promise<void> {
    do {
      const again = poster.pending !== undefined;
      const posting = (poster.pending ??= poster.next());
      try {
        const problem = await this.#send(register, posting);
        if (problem !== undefined) {
          this.broken[again ? 'taken again' : 'acknowledged'].push(problem);
          return;
        }
      } catch (error) {
        if (end?.near !== true) throw error;
        this.cutOff++;
        return;
      }
      poster.pending = undefined;
    } while (end !== undefined);
  }

  /** Sends a posting and keeps each acknowledgement as it comes; resolves to what is wrong with the answer. */
  async #send(register: RegisterProcess, { how, events }: Posting): Promise<string | undefined> {
    const bodies = events.map((event) => JSON.stringify({ specversion: '1.0', ...event }));
    const [type, accept, query, body] = {
      single: ['application/cloudevents+json', 'application/json', '', bodies.join('')],
      lines: ['application/x-ndjson', 'application/x-ndjson', '', bodies.map((line) => `${line}\n`).join('')],
      atomic: [
        'application/cloudevents-batch+json',
        'application/x-ndjson',
        '?atomic=true',
        `[${bodies.join()}]`,
      ],
    }[how] as [string, string, string, string];
    const response = await fetch(`${register.url}/v1/events${query}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${REGISTRAR_KEY}`, 'content-type': type, accept },
      body,
    });
    const wanted = how === 'single' ? [200, 201] : [200];
    if (!wanted.includes(response.status)) return `${response.status}: ${await response.text()}`;
    let answered = 0;
    for await (const line of linesOf(response)) {
      const answer = JSON.parse(line) as Acknowledged;
      const event = events[answered++];
      if (event?.id !== answer.id) return `an answer that is none to ${event?.id ?? 'anything'}: ${line}`;
      this.#told.push({ source: event.source, answer });
      this.acknowledged++;
      if (this.acknowledged === this.#target) this.#reached?.();
    }
    return answered === events.length ? undefined : `${answered} answers to ${events.length} events`;
  }

  /**
   * Reads what comes, as a subscriber would: an event that was seen once stays permanently, acknowledged or
   * not.
   */
  async #watch(register: RegisterProcess, end: { readonly near: boolean }): Promise<void> {
    try {
      for (;;) {
        const after = this.#seen.length - 1;
        const lines = await register.log(after);
        for (const [i, line] of lines.entries()) this.#see(after + 1 + i, line);
        await sleep(25);
      }
    } catch (error) {
      if (!end.near) throw error;
    }
  }

  #see(position: number, line: string): void {
    const before = this.#seen[position];
    if (before !== undefined) {
      if (before !== line) this.broken.unchanged.push(`${before} became ${line}`);
      return;
    }
    this.#seen[position] = line;
    const event = JSON.parse(line) as Stored;
    const revision = (this.#revisions.get(event.stream) ?? -1) + 1;
    if (
      event.position !== String(position) ||
      event.revision !== revision ||
      event.recordedAt < this.#latest
    ) {
      this.broken.ordered.push(`at ${position}, revision ${revision}, after ${this.#latest}: ${line}`);
    }
    this.#revisions.set(event.stream, revision);
    this.#latest = event.recordedAt;
    const name = `${event.body}\n${event.source}\n${event.id}`;
    if (this.#names.has(name)) this.broken.once.push(line);
    this.#names.set(name, event);
    if (this.#batches.has(event.source))
      this.#touched.set(event.source, [...(this.#touched.get(event.source) ?? []), event]);
  }

  /** Reads the log while no one posts, and holds it against all that was seen of it and told about it before. */
  async #check(register: RegisterProcess, whole: boolean): Promise<void> {
    const after = whole ? -1 : this.#seen.length - 1;
    const lines = await register.log(after);
    for (const [i, line] of lines.entries()) this.#see(after + 1 + i, line);
    if (after + 1 + lines.length < this.#seen.length)
      this.broken.unchanged.push(`${this.#seen.length} events became ${after + 1 + lines.length}`);
    for (const { source, answer } of this.#told) {
      const stored = this.#names.get(`body:registrar\n${source}\n${answer.id}`);
      const stands =
        stored?.position === answer.position &&
        stored.stream === answer.stream &&
        stored.revision === answer.revision &&
        stored.recordedAt === answer.recordedAt;
      if (!stands) this.broken.acknowledged.push(`${JSON.stringify(answer)}: ${JSON.stringify(stored)}`);
    }
    this.#told = [];
    for (const [batch, events] of this.#touched) {
      const first = Number(events[0]?.position);
      const together = events.every(({ position }, i) => Number(position) === first + i);
      if (events.length !== this.#batches.get(batch) || !together)
        this.broken.atomic.push(`of ${batch} stand ${events.map(({ position }) => position).join()}`);
    }
    this.#touched.clear();
  }

  /** Events one by one; now and then one that was acknowledged long ago, to be answered as it was then. */
  #single(poster: number): Poster {
    const before: Event[] = [];
    return {
      next: () => {
        const old = before[Math.floor(this.#random() * before.length * 8)];
        const event = old ?? this.#adviser(`/single-${poster}`);
        if (old === undefined) before.push(event);
        return { how: 'single', events: [event] };
      },
    };
  }

  /** One stream that grows and grows. */
  #renaming(): Poster {
    let renamed = 0;
    return {
      next: () => ({ how: 'single', events: [this.#provider('/renaming', 'ukprn:19999999', renamed++)] }),
    };
  }

  #lines(poster: number): Poster {
    return {
      next: () => {
        const events = Array.from({ length: 1 + Math.floor(this.#random() * 60) }, () => {
          const registered = this.#adviser(`/lines-${poster}`);
          const data = { qualification: 'l6-dcgd', awardedOn: '2019-07-01' };
          return [
            registered,
            { ...registered, id: `${registered.id}-claim`, type: 'QualificationClaimed', data },
          ];
        });
        return { how: 'lines', events: events.flat() };
      },
    };
  }

  #atomic(poster: number): Poster {
    let batch = 0;
    return {
      next: () => {
        const source = `/atomic-${poster}-${++batch}`;
        const subject = `ukprn:1${poster}${String(batch).padStart(6, '0')}`;
        const count = 2 + Math.floor(this.#random() * 40);
        this.#batches.set(source, count);
        return {
          how: 'atomic',
          events: Array.from({ length: count }, (_, i) => this.#provider(source, subject, i)),
        };
      },
    };
  }

  #adviser(source: string): Event {
    const number = String(++this.#number);
    return {
      source,
      id: number,
      type: 'AdviserRegistered',
      subject: `adviser:${number.padStart(8, '0')}`,
      data: {},
    };
  }

  #provider(source: string, subject: string, renamed: number): Event {
    const name = `Careers Ltd ${renamed}`;
    return renamed === 0
      ? { source, id: '0', type: 'ProviderRegistered', subject, data: { name, legalForm: 'company' } }
      : {
          source,
          id: String(renamed),
          type: 'ProviderRenamed',
          subject,
          data: { name, from: '2020-01-01' },
        };
  }
}

async function* linesOf(response: Response): AsyncGenerator<string> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

describe(`a register that is killed at any moment (SEED=${SEED})`, () => {
  const sieges = Array.from({ length: AT_ONCE }, (_, i) => new Siege(SEED + i));
  const broken = (rule: (typeof RULES)[number]) => sieges.flatMap((siege) => siege.broken[rule].slice(0, 5));

  beforeAll(async () => {
    await Promise.all(sieges.map((siege) => siege.run()));
  }, 1_200_000);

  test('keeps every event that it acknowledged, as it acknowledged it', () => {
    expect(broken('acknowledged')).toEqual([]);
  });

  test('never changes a byte of an event that was seen once', () => {
    expect(broken('unchanged')).toEqual([]);
  });

  test('leaves no gap in positions and revisions, and no time that goes back', () => {
    expect(broken('ordered')).toEqual([]);
  });

  test('has nothing twice under the same body, source and id', () => {
    expect(broken('once')).toEqual([]);
  });

  test('has an atomic batch wholly and together, or nothing of it', () => {
    expect(broken('atomic')).toEqual([]);
  });

  test('takes what was cut off when it is posted again', () => {
    expect(broken('taken again')).toEqual([]);
  });
});
