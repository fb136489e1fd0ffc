import { londonDay } from '@app/read-model/clock';
import { holderOf, type Credential } from '@app/application/access/credential';
import {
  PendingAppend,
  headOf,
  type PendingPost,
  type PostResult,
} from '@app/application/posting/pending-append';
import { dayOpened, newSecret } from '@app/application/posting/registrar-postings';
import { Writer, type WriterOptions } from '@app/application/posting/writer';
import { isRefusal, refuse, type Refusal } from '@app/domain/values/problem';
import type { StoredEvent } from '@app/domain/log/stored-event';
import {
  LogUnavailable,
  type Append,
  type EventLog,
  type StoredPage,
  type Touch,
} from '@app/event-store/event-log';
import type { Follower } from '@app/read-model/follower';
import type { EventIndex } from '@app/read-model/index/event-index';
import canonicalize from 'canonicalize';
import { wait, type Sequence } from './faulty-log';
import type { Breach } from './rules';
import { SOUND, type Parts } from './schedule';

type Rule = Breach['rule'];
type Answer = readonly PostResult[] | Refusal;
type Outcome = 'settled' | 'moved' | 'unavailable' | 'failed';

/** Defects of a writer, each with the rule that it must be found to break. */
export const BROKEN_WRITERS = {
  'writes what is unknown once more after the head that it finds': 'nothing stands twice',
  'does not judge again after the head has moved': 'each event was judged where it stands',
  'writes the same bytes after another head': 'positions and revisions count up',
  'takes an unknown outcome for a failure': 'what is refused stands nowhere',
  'takes an unknown outcome for done': 'nothing acknowledged is lost',
  'judges again while an outcome is unknown': 'while an outcome is unknown, only the same again',
  'takes whatever moved the head for its own': 'what is told is what stands there',
  'never finds its own again': 'a duplicate is told only of what was posted before',
  'tries again while the first try is in flight': 'one append at a time',
  'answers before it is durable': 'what is acknowledged is durable',
  'answers before its read model holds it': 'what is acknowledged is in the read model',
  'tells refusals of an old head': 'an answer is true of the log that it is told of',
  'forgets what it took in the same turn': 'nothing stands twice',
  'looks at keys before the turn and not in it': 'no one posts with a key that is not in force',
  'takes the good ones of a refused batch': 'what is refused stands nowhere',
  'cuts a batch in two': 'a batch is taken whole and in one append',
  'records each event at a time of its own': 'one time of recording for an append, later than the one before',
  'records by its clock alone': 'one time of recording for an append, later than the one before',
  'writes with a clock that is far behind': 'no one writes whose clock is far behind',
  'opens days before they begin': 'no day is opened before it begins',
  'overlooks who posts just as it comes to rest': 'over a calm log no one waits in vain',
  'lets those wait permanently whose turn has failed': 'all is settled once the log is calm',
} as const satisfies Record<string, Rule>;

export type WriterDefect = keyof typeof BROKEN_WRITERS;

interface Unit {
  readonly credential: Credential | 'register';
  readonly candidates: readonly PendingPost[];
  readonly settle: (answer: Answer) => void;
}

/** Forgets the ids of the events that its own turn has taken. */
class Forgetful extends PendingAppend {
  readonly #before: ConstructorParameters<typeof PendingAppend>[0];

  constructor(
    ...[base, recordedAt, latestDay]: [
      ConstructorParameters<typeof PendingAppend>[0],
      string,
      number | undefined,
    ]
  ) {
    super(base, recordedAt, latestDay);
    this.#before = base;
  }

  override submitted(body: string, source: string, id: string): StoredEvent | undefined {
    return this.#before.submitted(body, source, id);
  }
}

/** The least writer: sound without a defect, and wrong in one way with one. */
export class SmallWriter extends Writer {
  readonly #log: EventLog;
  readonly #register: EventIndex;
  readonly #follower: Follower;
  readonly #options: WriterOptions;
  readonly #defect: WriterDefect | undefined;
  #waiting: Unit[] = [];
  #running = false;

  constructor(
    log: EventLog,
    register: EventIndex,
    follower: Follower,
    options: WriterOptions,
    defect?: WriterDefect,
  ) {
    super(log, register, follower, options);
    this.#log = log;
    this.#register = register;
    this.#follower = follower;
    this.#options = options;
    this.#defect = defect;
  }

  #has(defect: WriterDefect): boolean {
    return this.#defect === defect;
  }

  override post(
    credential: Credential | 'register',
    candidates: readonly PendingPost[],
    patience = this.#options.patience ?? 10_000,
  ): Promise<Answer> {
    return new Promise((settle) => {
      const giveUp = () => {
        settle(refuse('unavailable', 'Post the same again'));
      };
      if (patience !== Infinity) setTimeout(giveUp, patience);
      this.#waiting.push({ credential, candidates, settle });
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) if (!(await this.#turn())) await wait(20);
    if (this.#has('overlooks who posts just as it comes to rest')) await wait(1);
    this.#running = false;
  }

  async #turn(): Promise<boolean> {
    const halted =
      this.#follower.state === 'stopped' ||
      (this.clockBehind && !this.#has('writes with a clock that is far behind'));
    if (halted) {
      for (const { settle } of this.#waiting.splice(0))
        settle(refuse('unavailable', 'This process must not write'));
      return true;
    }
    const units = [...this.#waiting];
    const head = this.#register.head;
    const draft = this.#draft();
    const before = headOf(this.#register).known;
    const answers = units.map((unit) => this.#judge(unit, draft, before));
    let texts = draft.texts;
    const tell = () => {
      this.#waiting.splice(0, units.length);
      for (const [i, unit] of units.entries()) unit.settle(answers[i] ?? []);
    };
    if (texts.length === 0) {
      if (!this.#has('tells refusals of an old head')) {
        const now = await this.#log.head().catch(() => undefined);
        if (now === undefined) return false;
        await this.#follower.reached(now);
        if (now > head) return true;
      }
      tell();
      return true;
    }
    if (this.#has('records each event at a time of its own')) {
      texts = texts.map((text, i) =>
        changed(text, ({ recordedAt }) => ({
          recordedAt: new Date(Date.parse(recordedAt) + i).toISOString(),
        })),
      );
    }
    if (this.#has('answers before it is durable')) tell();
    const outcome = await this.#write(texts, head);
    if (outcome === 'failed') {
      answers.splice(0, answers.length, ...units.map(() => refuse('internal', 'The log failed')));
      tell();
      return true;
    }
    if (outcome !== 'settled') {
      if (this.#has('lets those wait permanently whose turn has failed'))
        this.#waiting.splice(0, units.length);
      if (this.#has('answers before it is durable')) return true;
      return outcome === 'moved';
    }
    if (!this.#has('answers before its read model holds it'))
      await this.#follower.reached(head + texts.length);
    if (!this.#has('answers before it is durable')) tell();
    await this.#follower.reached(head + texts.length);
    return true;
  }

  #draft(): PendingAppend {
    const now = this.#options.clock();
    const before = Date.parse(this.#register.recordedAt(this.#register.head) ?? '1970-01-01T00:00:00Z');
    const recordedAt = new Date(
      this.#has('records by its clock alone') ? now : Math.max(now, before + 1),
    ).toISOString();
    const latestDay = this.#has('opens days before they begin') ? undefined : londonDay(now);
    const Kind = this.#has('forgets what it took in the same turn') ? Forgetful : PendingAppend;
    return new Kind(headOf(this.#register), recordedAt, latestDay);
  }

  #judge({ credential, candidates }: Unit, draft: PendingAppend, before: PendingAppend['known']): Answer {
    if (credential !== 'register') {
      const known = this.#has('looks at keys before the turn and not in it') ? before : draft.known;
      if (holderOf(known, credential.hash, this.#options.registrarKey) !== credential.body)
        return refuse('bad-key', 'Not in force');
    }
    const one = candidates.length === 1 || this.#has('takes the good ones of a refused batch');
    const results = one ? candidates.map((candidate) => draft.take(candidate)) : draft.takeAll(candidates);
    if (results === 'full') throw new Error('a schedule filled an append');
    return results.flatMap((result) => (result === 'full' ? [] : [result]));
  }

  async #write(texts: readonly string[], head: number): Promise<Outcome> {
    if (!this.#has('cuts a batch in two') || texts.length < 2) return this.#append(texts, head);
    const first = await this.#append(texts.slice(0, 1), head);
    if (first !== 'settled') return first;
    await this.#follower.reached(head + 1);
    return this.#append(texts.slice(1), head + 1);
  }

  async #append(texts: readonly string[], head: number): Promise<Outcome> {
    let unknown = false;
    for (;;) {
      const appending = this.#log.append(texts, head);
      if (this.#has('tries again while the first try is in flight')) {
        const late = await Promise.race([appending, wait(30)]);
        if (late === undefined) void this.#log.append(texts, head);
      }
      const { outcome } = await appending;
      if (outcome === 'appended') return 'settled';
      if (outcome === 'unavailable' && !unknown) return 'unavailable';
      if (outcome === 'unknown') {
        unknown = true;
        if (this.#has('takes an unknown outcome for done')) return 'settled';
        if (this.#has('takes an unknown outcome for a failure')) return 'failed';
        if (this.#has('judges again while an outcome is unknown')) return 'moved';
      }
      if (outcome === 'moved') {
        if (
          this.#has('does not judge again after the head has moved') ||
          (unknown && this.#has('writes what is unknown once more after the head that it finds'))
        ) {
          return this.#writeAnew(texts);
        }
        if (!unknown && this.#has('writes the same bytes after another head'))
          return this.#append(texts, await this.#head());
        if (unknown && this.#has('takes whatever moved the head for its own')) return 'settled';
        const found = await this.#after(head, texts.length);
        if (found.length > 0) {
          await this.#follower.reached(head + 1);
          if (this.#has('never finds its own again')) return 'moved';
          return unknown && canonicalize(found) === canonicalize(texts) ? 'settled' : 'moved';
        }
      }
      await wait(20);
    }
  }

  /** Writes events after a head at which they were not judged, with the positions that they have there. */
  async #writeAnew(texts: readonly string[]): Promise<Outcome> {
    const head = await this.#head();
    await this.#follower.reached(head);
    const known = headOf(this.#register).known;
    const before = Date.parse(this.#register.recordedAt(head) ?? '1970-01-01T00:00:00Z');
    const revisions = new Map<string, number>();
    const anew = texts.map((text, i) =>
      changed(text, ({ stream, recordedAt }) => {
        const revision = revisions.get(stream) ?? known.recorded(stream).length;
        revisions.set(stream, revision + 1);
        return {
          position: String(head + 1 + i),
          revision,
          recordedAt: new Date(Math.max(Date.parse(recordedAt), before + 1)).toISOString(),
        };
      }),
    );
    return this.#append(anew, head);
  }

  async #head(): Promise<number> {
    for (;;) {
      const head = await this.#log.head().catch(() => undefined);
      if (head !== undefined) return head;
      await wait(20);
    }
  }

  async #after(position: number, limit: number): Promise<readonly string[]> {
    const found: string[] = [];
    try {
      for await (const { events } of this.#log.read(position, { limit })) found.push(...events);
      return found;
    } catch {
      return [];
    }
  }
}

function changed(text: string, change: (stored: StoredEvent) => Partial<StoredEvent>): string {
  const stored = JSON.parse(text) as StoredEvent;
  return canonicalize({ ...stored, ...change(stored) }) ?? '';
}

export function withSmallWriter(defect?: WriterDefect): Parts {
  return { ...SOUND, writer: (...parts) => new SmallWriter(...parts, defect) };
}

/** A handle that passes every call on. */
class Through implements EventLog {
  constructor(
    protected readonly log: EventLog,
    protected readonly sequence: Sequence,
  ) {}

  head(): Promise<number> {
    return this.log.head();
  }

  append(events: readonly string[], head: number): Promise<Append> {
    return this.log.append(events, head);
  }

  read(
    after: number,
    options?: { readonly limit?: number; readonly signal?: AbortSignal },
  ): AsyncIterable<StoredPage> {
    return this.log.read(after, options);
  }

  follow(after: number, signal: AbortSignal): AsyncIterable<StoredPage | Touch> {
    return this.log.follow(after, signal);
  }

  close(): Promise<void> {
    return this.log.close();
  }
}

/** True every third time. */
class EveryThird {
  #count = 0;

  goesWrong(): boolean {
    return ++this.#count % 3 === 0;
  }
}

/** Defects of a log below the register’s own writer, each with the rule that it must be found to break. */
export const BROKEN_LOGS: Readonly<Record<string, { readonly breaks: Rule; readonly log: Parts['log'] }>> = {
  'appends wherever the head is': {
    breaks: 'days open once and in order',
    log: (log, sequence) =>
      new (class extends Through {
        override append(events: readonly string[]): Promise<Append> {
          return this.log.append(events, this.sequence.head);
        }
      })(log, sequence),
  },
  'writes half an append': {
    breaks: 'nothing acknowledged is lost',
    log: (log, sequence) =>
      new (class extends Through {
        override append(events: readonly string[], head: number): Promise<Append> {
          return this.log.append(events.slice(0, Math.ceil(events.length / 2)), head);
        }
      })(log, sequence),
  },
  'cuts an append in two': {
    breaks: 'a batch is taken whole and in one append',
    log: (log, sequence) =>
      new (class extends Through {
        override async append(events: readonly string[], head: number): Promise<Append> {
          const [first, ...rest] = events;
          if (first === undefined || rest.length === 0) return this.log.append(events, head);
          const append = await this.log.append([first], head);
          return append.outcome === 'appended' ? this.log.append(rest, head + 1) : append;
        }
      })(log, sequence),
  },
  'loses what it has acknowledged': {
    breaks: 'nothing acknowledged is lost',
    log: (log, sequence) =>
      new (class extends Through {
        readonly #third = new EveryThird();

        override async append(events: readonly string[], head: number): Promise<Append> {
          const append = await this.log.append(events, head);
          if (append.outcome === 'appended' && this.#third.goesWrong()) {
            // Loses the events a while later, as after a loss of power, when others have read them and been told of them.
            void wait(200).then(() => {
              if (this.sequence.head === head + events.length) {
                this.sequence.events.splice(head + 1);
                this.sequence.landed.pop();
              }
            });
          }
          return append;
        }
      })(log, sequence),
  },
  'acknowledges what it never wrote': {
    breaks: 'all is settled once the log is calm',
    log: (log, sequence) =>
      new (class extends Through {
        readonly #third = new EveryThird();

        override append(events: readonly string[], head: number): Promise<Append> {
          return this.#third.goesWrong()
            ? Promise.resolve({ outcome: 'appended' })
            : this.log.append(events, head);
        }
      })(log, sequence),
  },
  'says that the head has moved by what it wrote itself': {
    breaks: 'a duplicate is told only of what was posted before',
    log: (log, sequence) =>
      new (class extends Through {
        readonly #third = new EveryThird();

        override async append(events: readonly string[], head: number): Promise<Append> {
          const append = await this.log.append(events, head);
          return append.outcome === 'appended' && this.#third.goesWrong() ? { outcome: 'moved' } : append;
        }
      })(log, sequence),
  },
  'says that nothing was written when it cannot know': {
    breaks: 'a duplicate is told only of what was posted before',
    log: (log, sequence) =>
      new (class extends Through {
        override async append(events: readonly string[], head: number): Promise<Append> {
          const append = await this.log.append(events, head);
          return append.outcome === 'unknown' ? { outcome: 'unavailable', detail: append.detail } : append;
        }
      })(log, sequence),
  },
  'writes other bytes than it was given': {
    breaks: 'what is told is what stands there',
    log: (log, sequence) =>
      new (class extends Through {
        override append(events: readonly string[], head: number): Promise<Append> {
          return this.log.append(
            events.map((text) => text.replaceAll('ö', 'o')),
            head,
          );
        }
      })(log, sequence),
  },
  'tells of a head of a moment ago': {
    breaks: 'an answer is true of the log that it is told of',
    log: (log, sequence) =>
      new (class extends Through {
        #last = -1;

        override async head(): Promise<number> {
          const last = this.#last;
          this.#last = await this.log.head();
          return last;
        }
      })(log, sequence),
  },
  'leaves out a page': {
    breaks: 'all read models are the log',
    log: (log, sequence) =>
      new (class extends Through {
        override async *follow(after: number, signal: AbortSignal): AsyncGenerator<StoredPage | Touch> {
          const third = new EveryThird();
          for await (const page of this.log.follow(after, signal))
            if (typeof page === 'string' || !third.goesWrong()) yield page;
        }
      })(log, sequence),
  },
  'gives a page twice, as what comes next': {
    breaks: 'all read models are the log',
    log: (log, sequence) =>
      new (class extends Through {
        override async *follow(after: number, signal: AbortSignal): AsyncGenerator<StoredPage | Touch> {
          const third = new EveryThird();
          for await (const page of this.log.follow(after, signal)) {
            yield page;
            if (typeof page !== 'string' && third.goesWrong())
              yield { first: page.first + page.events.length, events: page.events };
          }
        }
      })(log, sequence),
  },
  'gives events in another order': {
    breaks: 'all read models are the log',
    log: (log, sequence) =>
      new (class extends Through {
        override async *follow(after: number, signal: AbortSignal): AsyncGenerator<StoredPage | Touch> {
          for await (const page of this.log.follow(after, signal)) {
            yield typeof page === 'string' ? page : { first: page.first, events: page.events.toReversed() };
          }
        }
      })(log, sequence),
  },
  'ends following without a word': {
    breaks: 'all read models are the log',
    log: (log, sequence) =>
      new (class extends Through {
        override async *follow(after: number, signal: AbortSignal): AsyncGenerator<StoredPage | Touch> {
          const third = new EveryThird();
          for await (const page of this.log.follow(after, signal)) {
            yield page;
            if (typeof page !== 'string' && third.goesWrong()) return;
          }
        }
      })(log, sequence),
  },
  'does not come back from a loss of touch': {
    breaks: 'all is settled once the log is calm',
    log: (log, sequence) =>
      new (class extends Through {
        override async *follow(after: number, signal: AbortSignal): AsyncGenerator<StoredPage | Touch> {
          for await (const page of this.log.follow(after, signal)) {
            yield page;
            if (page === 'lost-touch') await new Promise<never>(() => undefined);
          }
        }
      })(log, sequence),
  },
  'lets a failure of following end it': {
    breaks: 'all read models are the log',
    log: (log, sequence) =>
      new (class extends Through {
        override async *follow(after: number, signal: AbortSignal): AsyncGenerator<StoredPage | Touch> {
          for await (const page of this.log.follow(after, signal)) {
            if (page === 'lost-touch') throw new LogUnavailable('The connection was lost.');
            yield page;
          }
        }
      })(log, sequence),
  },
};

/** Defects of a first start, each with the rule that it must be found to break. */
export const BROKEN_STARTS: Readonly<
  Record<string, { readonly breaks: Rule; readonly firstStart: Parts['firstStart'] }>
> = {
  'shows its secret though another process was first': {
    breaks: 'the register is begun once, and one process has its secret',
    firstStart: async (writer, options) => {
      const secret = await SOUND.firstStart(writer, options);
      return isRefusal(Object(secret) as object) ? secret : (secret ?? newSecret());
    },
  },
  'begins with the day alone': {
    breaks: 'the register is begun once, and one process has its secret',
    firstStart: async (writer, { day }) => {
      if (day !== undefined) await writer.post('register', [dayOpened(day)]);
      return undefined;
    },
  },
  'gives up waiting, and its secret with it': {
    breaks: 'the register is begun once, and one process has its secret',
    firstStart: (writer, options) => {
      const post: Writer['post'] = (credential, candidates) => writer.post(credential, candidates);
      return SOUND.firstStart(Object.create(writer, { post: { value: post } }) as Writer, options);
    },
  },
};
