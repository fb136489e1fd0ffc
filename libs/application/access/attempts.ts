import type { ProblemCode } from '@app/domain/values/problem';
import { Logger } from '@nestjs/common';
import type { Clock } from '@app/read-model/clock';
import type { Credential } from './credential';
import type { AccessRecord, Attempt, AttemptsAsked, KeptAttempt, KeyUse } from './access-record';

/**
 * Who asks for something that is not public, and where: the part of an attempt that does not depend on the
 * outcome.
 */
export type Asker = Omit<Attempt, 'at' | 'code' | 'count'>;

/**
 * The number of attempts with the same code, address and body that are kept one by one between two additions;
 * the rest are counted.
 */
const ALIKE_KEPT = 10;
/** The number of sorts that are told apart at a time; further attempts are counted by code alone. */
const SORTS_KEPT = 50;
/** The longest time that attempts wait to be added. */
const LONGEST_WAIT_MS = 1_000;
/** The most attempts that the record holds, however many are made: about 150 MB. */
const MOST_KEPT = 1_000_000;
const KEPT_MS = 90 * 86_400_000;
const FORGET_EVERY_MS = 60_000;
const FORGOTTEN_AT_ONCE = 5_000;
const MINUTE_MS = 60_000;

/** Attempts that are alike and wait to be added. */
interface Alike {
  /** What they have in common. */
  readonly common: Attempt;
  /** Those kept one by one. */
  readonly single: Map<Asker, Attempt>;
  readonly mostSingle: number;
  /** How many more there were, and when the last of them was. */
  summed: number;
  at: string;
}

/**
 * The access record as this process uses it. To note something costs a request next to nothing: it is kept in
 * memory, in bounded space, and added at most a second later. If it cannot be added it waits, the operator is
 * told, and no request fails because of it.
 */
export class Attempts {
  readonly #record: AccessRecord;
  readonly #clock: Clock;
  readonly #isBelieved: () => boolean;
  readonly #logger = new Logger('access');
  #waiting = new Map<string, Alike>();
  /** The instant of the last use, by key. */
  readonly #used = new Map<string, KeyUse>();
  readonly #usesWaiting = new Map<string, KeyUse>();
  /** Who brought a credential, and which refusals of a request have been noted. */
  readonly #askers = new WeakMap<Credential, Asker>();
  readonly #noted = new WeakMap<Asker, Set<ProblemCode>>();
  readonly #forgetting: NodeJS.Timeout;
  #timer: NodeJS.Timeout | undefined;
  #adding: Promise<void> = Promise.resolve();
  /** Whether the record failed to answer last time, which the operator has been told. */
  #failing = false;

  /** Reads once when each key was last used. Nothing is deleted while the clock is not believed. */
  static async of(record: AccessRecord, clock: Clock, isBelieved = () => true): Promise<Attempts> {
    const attempts = new Attempts(record, clock, isBelieved);
    try {
      for (const use of await record.uses()) attempts.#used.set(nameOf(use), use);
    } catch (error) {
      attempts.#tell(error);
    }
    return attempts;
  }

  private constructor(record: AccessRecord, clock: Clock, isBelieved: () => boolean) {
    this.#record = record;
    this.#clock = clock;
    this.#isBelieved = isBelieved;
    this.#forgetting = setInterval(() => void this.forget(), FORGET_EVERY_MS).unref();
  }

  /**
   * Notes that somebody was let in with a key: the key was used now, and refusals under its credential belong
   * to this asker.
   */
  came(credential: Credential, asker: Asker): void {
    this.#askers.set(credential, asker);
    const { body, key } = credential;
    if (key === undefined) return;
    const at = new Date(Math.floor(this.#clock() / MINUTE_MS) * MINUTE_MS).toISOString();
    const name = nameOf({ body, key });
    if ((this.#used.get(name)?.at ?? '') >= at) return;
    const use = { body, key, at };
    this.#used.set(name, use);
    this.#usesWaiting.set(name, use);
    this.#addSoon();
  }

  /**
   * When each key of a body that was used was last used, to the minute, by the name of the key: in any process that has the
   * record, as far as it was added; where the record cannot be read, as far as this process knows.
   */
  async lastUses(body: string): Promise<ReadonlyMap<string, string>> {
    const last = new Map<string, string>();
    const note = ({ key, at }: KeyUse) => {
      if ((last.get(key) ?? '') < at) last.set(key, at);
    };
    try {
      for (const use of await this.#record.uses(body)) note(use);
    } catch (error) {
      this.#tell(error);
    }
    for (const use of this.#used.values()) if (use.body === body) note(use);
    return last;
  }

  /** Notes that some of what was posted with a credential is refused. */
  refused(credential: Credential, code: ProblemCode, count: number): void {
    const asker = this.#askers.get(credential);
    if (asker) this.#note(asker, code, count);
  }

  /** Notes that a request is answered with a problem, unless that code was noted for this request before. */
  answered(asker: Asker, code: ProblemCode): void {
    if (!this.#noted.get(asker)?.has(code)) this.#note(asker, code, 1);
  }

  #note(asker: Asker, code: ProblemCode, count: number): void {
    let codes = this.#noted.get(asker);
    if (!codes) this.#noted.set(asker, (codes = new Set()));
    codes.add(code);
    const alike = place(this.#waiting, asker, code);
    alike.at = new Date(this.#clock()).toISOString();
    const before = alike.single.get(asker);
    if (before || alike.single.size < alike.mostSingle)
      alike.single.set(asker, { ...asker, code, at: alike.at, count: (before?.count ?? 0) + count });
    else alike.summed += count;
    this.#addSoon();
  }

  #addSoon(): void {
    this.#timer ??= setTimeout(() => void this.added(), LONGEST_WAIT_MS).unref();
  }

  /** As {@link AccessRecord.attempts}, with the attempts that were noted up to now. */
  async asked(asked: AttemptsAsked): Promise<readonly KeptAttempt[]> {
    await this.added();
    return this.#record.attempts(asked);
  }

  /** Adds what waits. Resolves when it is added, or when the operator has been told why not. */
  added(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#adding = this.#adding.then(() => this.#add());
    return this.#adding;
  }

  async #add(): Promise<void> {
    const [alike, uses] = [this.#waiting, [...this.#usesWaiting.values()]];
    if (alike.size + uses.length === 0) return;
    this.#waiting = new Map();
    this.#usesWaiting.clear();
    try {
      const attempts = [...alike.values()]
        .flatMap(attemptsOf)
        .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
      await this.#record.add(attempts, uses, MOST_KEPT);
      if (this.#failing) this.#logger.log('the access record is written again');
      this.#failing = false;
    } catch (error) {
      this.#tell(error);
      for (const { common, ...later } of this.#waiting.values()) {
        const earlier = place(alike, common, common.code);
        for (const { count } of later.single.values()) earlier.summed += count;
        earlier.summed += later.summed;
        earlier.at = later.at;
      }
      this.#waiting = alike;
      for (const use of uses) {
        const name = nameOf(use);
        if (!this.#usesWaiting.has(name)) this.#usesWaiting.set(name, use);
      }
      this.#addSoon();
    }
  }

  /** Deletes what has been kept long enough, in parts. */
  async forget(): Promise<void> {
    try {
      if (!this.#isBelieved()) return;
      const before = new Date(this.#clock() - KEPT_MS).toISOString();
      await this.#record.forget(before, FORGOTTEN_AT_ONCE);
    } catch (error) {
      this.#tell(error);
    }
  }

  /** Tells a failure only once for as long as it lasts. */
  #tell(error: unknown): void {
    if (!this.#failing) this.#logger.error(error);
    this.#failing = true;
  }

  /** Adds what waits, and closes the record. */
  async close(): Promise<void> {
    clearInterval(this.#forgetting);
    await this.added();
    clearTimeout(this.#timer);
    await this.#record.close();
  }
}

function nameOf({ body, key }: Pick<KeyUse, 'body' | 'key'>): string {
  return `${body} ${key}`;
}

const NOBODY = { body: null, key: null, address: null, method: null, route: null, request: null };

/**
 * The attempts that are counted together with one: those of its code, address and body or, if too many sorts
 * wait, of its code alone.
 */
function place(waiting: Map<string, Alike>, { address, body }: Asker, code: ProblemCode): Alike {
  const exact = JSON.stringify([code, address, body]);
  const found = waiting.get(exact);
  if (found) return found;
  const isTold = waiting.size < SORTS_KEPT;
  const sort = isTold ? exact : JSON.stringify([code, null, null]);
  let alike = waiting.get(sort);
  if (!alike) {
    alike = {
      common: { ...NOBODY, ...(isTold ? { address, body } : {}), at: '', code, count: 0 },
      single: new Map(),
      mostSingle: isTold ? ALIKE_KEPT : 0,
      summed: 0,
      at: '',
    };
    waiting.set(sort, alike);
  }
  return alike;
}

function attemptsOf({ common, single, summed, at }: Alike): readonly Attempt[] {
  return summed === 0 ? [...single.values()] : [...single.values(), { ...common, at, count: summed }];
}
