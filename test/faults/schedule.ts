/// <reference types="jest" />
import { Calendar } from '@app/application/posting/calendar';
import { londonDay, type Clock } from '@app/read-model/clock';
import { hashOfSecret, type Credential } from '@app/application/access/credential';
import { PendingAppend, headOf, type PostResult } from '@app/application/posting/pending-append';
import { bootstrap } from '@app/application/posting/bootstrap';
import { dayOpened } from '@app/application/posting/registrar-postings';
import { Writer, type WriterOptions } from '@app/application/posting/writer';
import cmqa2017 from '@app/domain/policies/cmqa-2017.json';
import { dayOf } from '@app/domain/values/day';
import { OWN_SOURCE, REGISTRAR } from '@app/domain/log/event-catalogue';
import { isRefusal, type Refusal } from '@app/domain/values/problem';
import type { Submission } from '@app/domain/log/cloud-event';
import type { Append, EventLog, StoredPage, Touch } from '@app/event-store/event-log';
import { Follower } from '@app/read-model/follower';
import { EventIndex } from '@app/read-model/index/event-index';
import { setImmediate } from 'node:timers/promises';
import { Dice } from '../dice';
import { FaultyLog, Sequence, wait, weather, type Weather } from './faulty-log';
import { Hindsight, nameOf, type Breach } from './rules';

/** Ten seconds before a midnight in London: a day begins in the middle of a schedule. */
const BEGINNING = Date.UTC(2026, 8, 1, 22, 59, 50);
const CALM_AFTER = 15_000;
/** In virtual milliseconds. A post without an answer by then never gets one. */
const PATIENCE_WITH_ALL = 90_000;
/** Many more events than any schedule posts. */
const MOST_EVENTS = 200;
const DAY = 86_400_000;

export const REGISTRAR_HASH = hashOfSecret('the-registrar');
const REGISTRAR_CREDENTIAL: Credential = { body: REGISTRAR, hash: REGISTRAR_HASH };
const KEYS = ['a', 'b'].map((key) => ({ key, hash: hashOfSecret(`matrix-${key}`) }));
const FEED = 'https://matrix.example/feed';

type Answer = readonly PostResult[] | Refusal;

/** One post, or an atomic batch, given to one process once. */
export interface Attempt {
  readonly process: Process;
  readonly credential: Credential | 'register';
  readonly submissions: readonly Submission[];
  /** The highest position of which anybody had been told before the post. */
  readonly floor: number;
  /** The last day that had begun by the clock of the process. */
  readonly latestDay: number;
  /** The answer; absent until there is one, or if the process died first. */
  told?: Told;
}

export interface Told {
  readonly answer: Answer;
  /** The head of the log at the moment of the answer. */
  readonly head: number;
  /** The last day that had begun by the clock of the process. */
  readonly latestDay: number;
}

/** The parts of the register in a schedule: its own, or broken ones. */
export interface Parts {
  readonly writer: (
    log: EventLog,
    register: EventIndex,
    follower: Follower,
    options: WriterOptions,
  ) => Writer;
  readonly log: (log: EventLog, sequence: Sequence) => EventLog;
  /** Makes a log for one process instead of a handle to the faulty one. `cut`: the process dies. */
  readonly own?: (world: World, dice: Dice) => { readonly log: EventLog; readonly cut: () => void };
  readonly firstStart: typeof bootstrap;
}

export const SOUND: Parts = {
  writer: (log, register, follower, options) => new Writer(log, register, follower, options),
  log: (log) => log,
  firstStart: bootstrap,
};

/** A process of the register, and what it does with the log. */
export class Process {
  readonly register = new EventIndex();
  readonly follower: Follower;
  readonly writer: Writer;
  readonly calendar: Calendar;
  readonly clock: Clock;
  readonly #cut: () => void;
  readonly #death = Promise.withResolvers<undefined>();
  #dead = false;

  constructor(world: World, dice: Dice, skew: number) {
    this.clock = () => world.now() + skew;
    const handle = new FaultyLog(world.sequence, world.weather, dice);
    const own = world.parts.own?.(world, dice);
    this.#cut =
      own?.cut ??
      (() => {
        handle.cut();
      });
    const log = new Watched(
      own?.log ?? world.parts.log(handle, world.sequence),
      this.clock,
      (rule, detail) => {
        if (!this.#dead) world.breaches.push({ rule, detail });
      },
    );
    this.follower = new Follower(log, this.register);
    this.writer = world.parts.writer(log, this.register, this.follower, {
      clock: this.clock,
      calendar: 'auto',
      registrarKey: REGISTRAR_HASH,
      patience: dice.one([world.begun ? 100 : 30, 1_000, 10_000]),
      pause: wait,
    });
    const post = this.writer.post.bind(this.writer);
    this.writer.post = (credential, submissions, patience) =>
      world.watch(this, credential, submissions, post(credential, submissions, patience));
    this.calendar = new Calendar(this.writer, this.register, this.clock);
    void this.follower.run().catch(() => undefined);
  }

  /** Resolves to the answer; to undefined if the process dies first. */
  unlessDead<T>(answer: Promise<T>): Promise<T | undefined> {
    return Promise.race([answer, this.#death.promise]);
  }

  get dead(): boolean {
    return this.#dead;
  }

  die(): void {
    this.#dead = true;
    this.#cut();
    this.follower.stop();
    this.#death.resolve(undefined);
  }
}

/** Reports a writer that uses a log otherwise than the port permits, whatever the log does. */
class Watched implements EventLog {
  readonly #log: EventLog;
  readonly #clock: Clock;
  readonly #breach: (rule: Breach['rule'], detail: string) => void;
  #inFlight = false;
  #unknown: string | undefined;

  constructor(log: EventLog, clock: Clock, breach: (rule: Breach['rule'], detail: string) => void) {
    this.#log = log;
    this.#clock = clock;
    this.#breach = breach;
  }

  async append(events: readonly string[], head: number): Promise<Append> {
    const same = JSON.stringify([head, events]);
    if (this.#inFlight) this.#breach('one append at a time', same);
    if (this.#unknown !== undefined && this.#unknown !== same)
      this.#breach('while an outcome is unknown, only the same again', same);
    for (const text of events) {
      const { recordedAt, data } = JSON.parse(text) as { recordedAt: string; data: { date?: string } };
      const now = this.#clock();
      if (Date.parse(recordedAt) - now > 30_001)
        this.#breach('no one writes whose clock is far behind', text);
      if (data.date !== undefined && dayOf(data.date) > londonDay(now))
        this.#breach('no day is opened before it begins', text);
    }
    this.#inFlight = true;
    const append = await this.#log.append(events, head).finally(() => (this.#inFlight = false));
    if (append.outcome === 'unknown') this.#unknown = same;
    if (append.outcome === 'moved' || append.outcome === 'appended') this.#unknown = undefined;
    return append;
  }

  head(): Promise<number> {
    return this.#log.head();
  }

  read(
    after: number,
    options?: { readonly limit?: number; readonly signal?: AbortSignal },
  ): AsyncIterable<StoredPage> {
    return this.#log.read(after, options);
  }

  follow(after: number, signal: AbortSignal): AsyncIterable<StoredPage | Touch> {
    return this.#log.follow(after, signal);
  }

  close(): Promise<void> {
    return this.#log.close();
  }
}

/** One schedule: its processes, posters and faults, which all follow from its seed. */
export class World {
  readonly sequence = new Sequence();
  readonly weather: Weather;
  readonly attempts: Attempt[] = [];
  readonly secrets: string[] = [];
  readonly breaches: Breach[] = [];
  readonly parts: Parts;
  readonly #dice: Dice;
  readonly #began = jest.now();
  /** Whether others began the log before, so that it is not empty. */
  readonly begun: boolean;
  readonly #deaths: boolean;
  #processes: Process[] = [];
  /** The highest position of which anybody was told. */
  #acknowledged = -1;
  #leapt = 0;

  constructor(seed: number, parts: Parts) {
    this.#dice = new Dice(seed);
    this.parts = parts;
    this.weather = weather(this.#dice);
    this.#deaths = this.#dice.chance(0.3);
    this.begun = this.#dice.chance(0.75);
    if (this.begun) this.sequence.land(begunLog(), -1);
  }

  now(): number {
    return BEGINNING + this.#leapt + jest.now() - this.#began;
  }

  /** The processes that are alive. */
  get processes(): readonly Process[] {
    return this.#processes;
  }

  /** Whether a process dies in this schedule. */
  get deaths(): boolean {
    return this.#deaths;
  }

  /** Records what is posted and answered, and checks each answer at the moment at which it is given. */
  watch(
    process: Process,
    credential: Attempt['credential'],
    candidates: readonly (Submission | Refusal)[],
    answer: Promise<Answer>,
  ) {
    const submissions = candidates.flatMap((candidate) => (isRefusal(candidate) ? [] : [candidate]));
    const latestDay = londonDay(process.clock());
    const attempt: Attempt = { process, credential, submissions, floor: this.#acknowledged, latestDay };
    this.attempts.push(attempt);
    return answer.then((answer) => {
      if (process.dead) return answer;
      attempt.told = { answer, head: this.sequence.head, latestDay: londonDay(process.clock()) };
      if (isRefusal(answer) || answer.some(({ outcome }) => outcome === 'refused')) return answer;
      for (const result of answer) {
        if (result.outcome === 'refused') continue;
        const { position } = result;
        this.#acknowledged = Math.max(this.#acknowledged, position);
        const { id } = JSON.parse(this.sequence.events[position] ?? '{}') as { id?: string };
        if (id !== result.id)
          this.breaches.push({ rule: 'what is acknowledged is durable', detail: JSON.stringify(result) });
        if (process.register.head < position && process.follower.state !== 'stopped') {
          this.breaches.push({
            rule: 'what is acknowledged is in the read model',
            detail: JSON.stringify(result),
          });
        }
      }
      return answer;
    });
  }

  /** How often an event was posted under this id, also by those who began the log. */
  timesPosted(submission: Submission): number {
    const posted = this.attempts
      .flatMap(({ submissions }) => submissions)
      .filter((one) => nameOf(one) === nameOf(submission));
    const before = this.begun && RECOGNITION.some((one) => nameOf(one) === nameOf(submission));
    return posted.length + (before ? 1 : 0) + (submission.id === 'day-2026-09-01' ? 1 : 0);
  }

  /** Plays the schedule to its end. */
  async happen(): Promise<void> {
    const skews = this.#dice.chance(0.5) ? [0] : [-20_000, -300, 0, 0, 300, 20_000];
    const skewOf = (dice: Dice) => (dice.chance(0.05) ? -45_000 : dice.one(skews));
    const start = (dice: Dice, skew: number) => {
      const process = new Process(this, dice, skew);
      return { process, begun: process.unlessDead(this.#begin(process)) };
    };
    const begun = [0, skewOf(this.#dice), skewOf(this.#dice)].map((skew) => start(this.#dice.more(), skew));
    this.#processes = begun.map(({ process }) => process);

    const posters = scripts(this.#dice).map((script) => this.#poster(script, this.#dice.more()));
    const helper = this.#dice.more();
    if (helper.chance(0.2)) {
      void wait(helper.below(CALM_AFTER)).then(() => (this.#leapt += DAY * (1 + helper.below(3))));
    }
    const ticking = (async () => {
      while (!this.sequence.calm) {
        await wait(1 + helper.below(4_000));
        const process = helper.one(this.#processes);
        await process.unlessDead(process.calendar.open());
      }
    })();
    if (this.#deaths) {
      await wait(helper.below(CALM_AFTER));
      const which = helper.below(this.#processes.length);
      this.#processes[which]?.die();
      const next = start(helper.more(), which === 0 ? 0 : skewOf(helper));
      this.#processes[which] = next.process;
      begun.push(next);
    }
    await wait(CALM_AFTER);
    this.sequence.calm = true;
    await Promise.all([...posters, ...begun.map(({ begun }) => begun), ticking]);
    for (const process of this.#processes) await process.calendar.open();
    while (this.sequence.underway > 0) await wait(100);
    for (const { follower } of this.#processes) await follower.reached(this.sequence.head);
    // By then everything that began before the calm has ended.
    await wait(CALM_AFTER);
    await this.#postInPeace(helper.one(this.#processes));
    for (const { follower } of this.#processes) await follower.reached(this.sequence.head);
    for (const { writer } of this.#processes) await writer.idle();
  }

  /** Posts one after the other without a pause: each must get a final answer. */
  async #postInPeace({ writer, follower }: Process): Promise<void> {
    for (let later = 0; later < 6; later++) {
      for (let i = 0; i < later; i++) await Promise.resolve();
      const answer = await writer.post(REGISTRAR_CREDENTIAL, PROVIDERS.slice(0, 1));
      const wronged = isRefusal(answer) && !writer.clockBehind && follower.state !== 'stopped';
      if (wronged)
        this.breaches.push({ rule: 'over a calm log no one waits in vain', detail: answer.detail });
    }
  }

  /** Starts a process, which begins the register if no one has. */
  async #begin(process: Process): Promise<void> {
    if (this.begun) return;
    const secret = await this.parts.firstStart(process.writer, {
      day: londonDay(process.clock()),
      makeKey: true,
    });
    if (typeof secret === 'string' && !process.dead) this.secrets.push(secret);
  }

  /** Posts a script, one post after the other, or all at once to one process. */
  async #poster({ start, units, atOnce }: Script, dice: Dice): Promise<void> {
    await wait(start);
    const first = dice.one(this.#processes);
    if (atOnce) await Promise.all(units.map((unit) => this.#post(unit, dice, first)));
    else for (const unit of units) await this.#post(unit, dice);
  }

  /** Posts the same until a process gives a final answer. */
  async #post({ credential, submissions }: Post, dice: Dice, first?: Process): Promise<void> {
    for (let process = first ?? dice.one(this.#processes); ; process = dice.one(this.#processes)) {
      const answer = await process.unlessDead(process.writer.post(credential, submissions));
      if (answer !== undefined && !(isRefusal(answer) && answer.code === 'unavailable')) return;
      await wait(dice.below(500));
    }
  }
}

/** The posts of a feed’s posters, or of the registrar. */
const from =
  (body: string, source: string) =>
  (id: string, type: Submission['type'], subject: string, data: Submission['data']): Submission => ({
    body,
    source,
    id,
    type,
    subject,
    data,
  });
const registrars = from(REGISTRAR, 'urn:registrar');
const matrix = from('body:matrix', FEED);
const own = from(REGISTRAR, OWN_SOURCE);

const RECOGNITION = [
  registrars('recognise-matrix', 'BodyRecognised', 'body:matrix', {
    name: 'matrix',
    mayPost: [{ types: '*' }],
    from: '2020-01-01',
  }),
  ...KEYS.map(({ key, hash }) => own(`key-matrix-${key}`, 'BodyKeyIssued', 'body:matrix', { key, hash })),
];
const PROVIDERS = [0, 1].map((i) => {
  const subject = `ukprn:1000000${i}`;
  return registrars(`p-${subject}`, 'ProviderRegistered', subject, { name: 'Nord', legalForm: 'company' });
});

let begun: readonly string[] | undefined;

/** A log that others have begun before. */
function begunLog(): readonly string[] {
  if (begun) return begun;
  const draft = new PendingAppend(
    headOf(new EventIndex()),
    new Date(BEGINNING - 60_000).toISOString(),
    undefined,
  );
  const first = [
    own('policy-cmqa-2017-1', 'PolicyEditionPublished', 'policy:cmqa-2017', {
      edition: 1,
      effectiveFrom: '2017-10-01',
      policy: cmqa2017,
    }),
    dayOpened(dayOf('2026-09-01')),
    own('key:registrar:first', 'BodyKeyIssued', REGISTRAR, {
      key: 'first',
      hash: hashOfSecret('shown long ago'),
    }),
    ...RECOGNITION,
  ];
  draft.takeAll(first);
  return (begun = draft.texts);
}

interface Script {
  readonly start: number;
  readonly units: readonly Post[];
  readonly atOnce: boolean;
}

interface Post {
  readonly credential: Credential;
  readonly submissions: readonly Submission[];
}

/** The posts of a schedule, with so few subjects, references and ids that they collide often. */
function scripts(dice: Dice): Script[] {
  const provider = () => `ukprn:1000000${dice.below(3)}`;
  const kinds = {
    registered: () => {
      const subject = provider();
      const id = dice.one([`p-${subject}`, `p-${subject}`, `again-${dice.below(3)}`]);
      return registrars(id, 'ProviderRegistered', subject, {
        name: dice.one(['Nord', 'Südöst']),
        legalForm: 'company',
      });
    },
    awarded: () => {
      const from = `20${20 + dice.below(3)}-01-01`;
      const data = { standard: 'matrix', reference: 'M-1', from, until: '2029-01-01', kind: 'initial' };
      const time = dice.chance(0.5) ? { time: '2026-09-01T09:00:00Z' } : {};
      return { ...matrix(`m-${dice.below(4)}`, 'AccreditationAwarded', provider(), data), ...time };
    },
    retracted: () =>
      matrix(`r-${dice.below(3)}`, 'EventRetracted', provider(), {
        event: `id:m-${dice.below(4)}`,
        reason: 'mistake',
      }),
    applied: () =>
      matrix(`a-${dice.below(2)}`, 'AccreditationApplied', provider(), {
        standard: 'matrix',
        on: '2021-01-01',
      }),
    revoked: () => {
      const { key } = dice.one(KEYS);
      return own(`revoked-matrix-${key}`, 'BodyKeyRevoked', 'body:matrix', { key });
    },
    opened: () => dayOpened(dayOf('2026-09-01') + dice.below(4)),
  };
  const ofMatrix = ['awarded', 'awarded', 'retracted', 'applied'] as const;
  const ofRegistrar = ['registered', 'registered', 'registered', 'revoked', 'opened'] as const;
  const some = (make: () => Submission) =>
    Array.from({ length: dice.chance(0.3) ? 2 + dice.below(3) : 1 }, make);
  const unit = () =>
    dice.chance(0.55)
      ? {
          credential: { body: 'body:matrix', hash: dice.one(KEYS).hash },
          submissions: some(() => kinds[dice.one(ofMatrix)]()),
        }
      : { credential: REGISTRAR_CREDENTIAL, submissions: some(() => kinds[dice.one(ofRegistrar)]()) };
  const settled = dice.chance(0.8) ? 0 : 2_000;
  const spread = dice.one([5, 200, 3_000, 12_000]);
  const world: Script = {
    start: settled,
    units: [RECOGNITION, PROVIDERS].map((submissions) => ({ credential: REGISTRAR_CREDENTIAL, submissions })),
    atOnce: false,
  };
  const posters = Array.from({ length: 2 + dice.below(6) }, () => {
    const units = Array.from({ length: 1 + dice.below(3) }, unit);
    return {
      start: dice.below(spread) + dice.one([0, 100, 1_000]),
      units: dice.chance(0.3) ? [...units, ...units] : units,
      atOnce: dice.chance(0.4),
    };
  });
  if (!dice.chance(0.3)) return [world, ...posters];
  // Revokes a key while it is in use.
  const [key = { key: '', hash: '' }] = KEYS;
  const used = Array.from({ length: 2 }, () => ({
    credential: { body: 'body:matrix', hash: key.hash },
    submissions: [kinds.awarded()],
  }));
  const revocation = {
    credential: REGISTRAR_CREDENTIAL,
    submissions: [own('revoked-matrix-a', 'BodyKeyRevoked', 'body:matrix', { key: key.key })],
  };
  return [world, ...posters, { start: dice.below(spread), units: [revocation, ...used], atOnce: true }];
}

/** More rounds of the event loop than anything takes that waits for no time. */
const ROUNDS = 4;

/** Lets virtual time pass until the work is done; false if it never ends, or never stops writing. */
async function passTime(work: Promise<void>, goesOn: () => boolean): Promise<boolean> {
  const end = work.then(() => true);
  for (;;) {
    // Time passes once no one goes on without it: some go on in the next round of the event loop.
    for (let round = 0; round < ROUNDS; round++)
      if (await Promise.race([end, setImmediate(false)])) return true;
    if (jest.getTimerCount() === 0 || !goesOn()) return false;
    jest.advanceTimersToNextTimer();
  }
}

/** Plays the schedule of a seed, and returns the rules that were broken: none by a sound register. */
export async function schedule(
  seed: number,
  parts: Parts = SOUND,
): Promise<{ readonly breaches: readonly Breach[]; readonly world: World }> {
  const world = new World(seed, parts);
  const until = jest.now() + PATIENCE_WITH_ALL;
  const settled = await passTime(
    world.happen(),
    () => jest.now() < until && world.sequence.head < MOST_EVENTS,
  );
  if (!settled)
    world.breaches.push({
      rule: 'all is settled once the log is calm',
      detail: 'something never came to an end',
    });
  for (const process of world.processes) process.follower.stop();
  jest.clearAllTimers();
  return { breaches: [...world.breaches, ...new Hindsight(world).breaches()], world };
}
