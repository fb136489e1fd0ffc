import type { Day } from '@app/domain/values/day';
import { isRefusal, refuse, type Refusal } from '@app/domain/values/problem';
import type { Append, EventLog, StoreFault } from '@app/event-store/event-log';
import type { Follower } from '@app/read-model/follower';
import type { EventIndex } from '@app/read-model/index/event-index';
import { Logger } from '@nestjs/common';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { londonDay, MOST_BEHIND, type Clock } from '@app/read-model/clock';
import { credentialOf, issuedWith, type Credential } from '../access/credential';
import type { Readers } from '../readers';
import { PendingAppend, headOf, type PendingPost, type PostResult } from './pending-append';
import { isAnsweredWhole, Turn, type Unit } from './turn';
import { NO_TELEMETRY, type Telemetry } from '../telemetry';

export interface WriterOptions {
  readonly clock: Clock;
  /** `auto`: no day is opened before it has begun in Europe/London. */
  readonly calendar: 'auto' | 'manual';
  /** The hash of a registrar’s key that is not in the log. */
  readonly registrarKey?: string | undefined;
  /** How long a poster waits for an answer, in milliseconds. */
  readonly patience?: number;
  /**
   * Why the clock is not believed at the moment, so that nothing may be written by it, as a clause for a
   * poster; undefined if it is believed.
   */
  readonly doubt?: () => string | undefined;
  /** Who else answers out of the log: nothing is acknowledged before they hold it. */
  readonly readers?: Readers | undefined;
  /** Waits before something is tried again. */
  readonly pause?: (milliseconds: number) => Promise<unknown>;
  /** Receives every append, and every judged post. */
  readonly telemetry?: Pick<Telemetry, 'appended' | 'judged'>;
}

const FIRST_PAUSE = 5;
const LONGEST_PAUSE = 1_000;
/** In milliseconds. */
const LONGEST_TURN_OF_OTHERS = 50;

/**
 * The only writer of a process (specification, section 8, “One writer’s turn”). It judges waiting posts in
 * order against the state at the head, each on top of the one before, and appends them together; if the head
 * has moved, it judges them again. It answers a post once what the answer says is durable and the read model
 * holds it.
 */
export class Writer {
  readonly #log: EventLog;
  readonly #register: EventIndex;
  readonly #follower: Follower;
  readonly #options: Required<Omit<WriterOptions, 'registrarKey' | 'readers'>> &
    Pick<WriterOptions, 'registrarKey' | 'readers'>;
  readonly #logger = new Logger('writer');
  #waiting: Unit[] = [];
  #fault: StoreFault | undefined;
  /** The last position that this process wrote. */
  #written = -1;
  #running: Promise<void> | undefined;

  constructor(log: EventLog, register: EventIndex, follower: Follower, options: WriterOptions) {
    this.#log = log;
    this.#register = register;
    this.#follower = follower;
    this.#options = {
      patience: 10_000,
      doubt: () => undefined,
      pause: (milliseconds) => sleep(milliseconds),
      telemetry: NO_TELEMETRY,
      ...options,
    };
  }

  /**
   * Posts one submission, or an atomic batch of several. Refusals of the whole: `bad-key`, `too-large` (a
   * batch that one append cannot hold), `unavailable` (no one can say yet whether it was taken; the same may
   * be posted again). `patience`: how long to wait for an answer, in milliseconds; `Infinity` to wait until
   * there is one.
   */
  post(
    credential: Credential | 'register',
    candidates: readonly PendingPost[],
    patience = this.#options.patience,
  ): Promise<readonly PostResult[] | Refusal> {
    return this.#wait(credential, candidates, candidates.length !== 1, patience);
  }

  /**
   * Posts several submissions, each judged by itself on top of those before it. If the rest is refused as a
   * whole (`bad-key` and `unavailable`, as in {@link post}), those that were taken stay.
   */
  postEach(
    credential: Credential | 'register',
    candidates: readonly PendingPost[],
  ): Promise<readonly PostResult[] | Refusal> {
    if (candidates.length === 0) return Promise.resolve([]);
    return this.#wait(credential, candidates, false, this.#options.patience);
  }

  #wait(
    credential: Credential | 'register',
    candidates: readonly PendingPost[],
    atomic: boolean,
    patience: number,
  ): Promise<readonly PostResult[] | Refusal> {
    return new Promise((resolve) => {
      const giveUp = () => {
        unit.settle(refuse('unavailable', this.#notInTime()));
      };
      const timer = patience === Infinity ? undefined : setTimeout(giveUp, patience);
      const unit: Unit = {
        credential,
        candidates,
        atomic,
        results: [],
        settled: false,
        settle: (answer) => {
          if (unit.settled) return;
          unit.settled = true;
          clearTimeout(timer);
          resolve(answer);
        },
      };
      this.#waiting.push(unit);
      this.#running ??= this.#run();
    });
  }

  /**
   * A draft that is never written, on top of the present log: what it takes is judged, each on top of the one
   * before.
   */
  async trial(): Promise<PendingAppend | Refusal> {
    try {
      const head = await this.#log.head();
      if (!(await this.#follower.reached(head, this.#options.patience))) throw new Error('behind');
      return this.#draft(Infinity);
    } catch {
      return refuse('unavailable', 'The log did not answer in time: ask again');
    }
  }

  /** Resolves once nothing waits and nothing is in progress. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** The body whose key has this hash and is in force at the head. */
  credentialOf(hash: string): Credential | undefined {
    return credentialOf(this.#register.at(this.#register.head), hash, this.#options.registrarKey);
  }

  /** The body whose key has this hash, even if it is revoked or expired. */
  issuedWith(hash: string): ReturnType<typeof issuedWith> {
    return issuedWith(this.#register.at(this.#register.head), hash);
  }

  /** Whether this process’s clock is too far behind the log’s for it to write. */
  get clockBehind(): boolean {
    return this.#headRecordedAt() - this.#options.clock() > MOST_BEHIND;
  }

  /** Why the log cannot be written, since it last said so. */
  get fault(): StoreFault | undefined {
    return this.#fault;
  }

  /**
   * Checks whether a log that could not be written can be written again, and whether one that could no longer
   * can. If posts wait, their own append checks that.
   */
  async tryAgain(): Promise<void> {
    if (this.#isAtWork()) return;
    this.#fault ??= this.#log.fault;
    if (this.#fault === undefined) return;
    const said = (await this.#log.tryToWrite?.()) ?? { outcome: 'appended' };
    // A post in the meantime has a newer result.
    if (!this.#isAtWork()) this.#hear(said);
  }

  #isAtWork(): boolean {
    return this.#running !== undefined;
  }

  #hear(said: Append): void {
    this.#fault = 'detail' in said ? { detail: said.detail, why: said.why } : undefined;
  }

  #notInTime(): string {
    if (this.#fault === undefined)
      return 'The log did not answer in time: post the same again under the same id';
    return `The register cannot write to its log: ${this.#fault.why ?? 'the store does not take it'}. Its operator has been told. Nothing is lost by posting the same again, under the same id, a while later`;
  }

  /** Why this process must not write. */
  #halted(): string | undefined {
    if (this.#follower.state === 'stopped') return `${this.#follower.remedy}, or post to another process`;
    const doubt = this.#options.doubt();
    if (doubt !== undefined)
      return `${doubt}: nothing is written until that is put right. Its operator has been told. Nothing is lost by posting the same again, under the same id, a while later`;
    return this.clockBehind
      ? 'The clock of this process is behind the log’s: post to another, or set it right'
      : undefined;
  }

  #headRecordedAt(): number {
    return this.#register.instantOf(this.#register.head) ?? -Infinity;
  }

  #draft(room?: number): PendingAppend {
    const now = this.#options.clock();
    const recordedAt = new Date(Math.max(now, this.#headRecordedAt() + 1)).toISOString();
    const latestDay: Day | undefined = this.#options.calendar === 'auto' ? londonDay(now) : undefined;
    return new PendingAppend(headOf(this.#register), recordedAt, latestDay, room);
  }

  /** Takes turns as long as anything waits. */
  async #run(): Promise<void> {
    let pause = FIRST_PAUSE;
    // What came in the same round of the event loop is flushed together: a short flush is made in this thread, and would keep
    // the others from coming.
    await setImmediate();
    while ((this.#waiting = this.#waiting.filter(({ settled }) => !settled)).length > 0) {
      const done = await this.#turn().catch(() => false);
      pause = done ? FIRST_PAUSE : Math.min(pause * 2, LONGEST_PAUSE);
      if (!done) await this.#options.pause(pause);
    }
    // Set right after the last check for waiting posts: a later post starts a run of its own.
    this.#running = undefined;
  }

  /** One turn. Resolves to false if the log gave no answer: the same is to be tried again later. */
  async #turn(): Promise<boolean> {
    const halted = this.#halted();
    if (halted !== undefined) {
      for (const unit of this.#waiting) unit.settle(refuse('unavailable', halted));
      return true;
    }
    const head = this.#register.head;
    const turn = new Turn(this.#draft(), this.#options.registrarKey, (error) => this.#failed(error));
    const judged: { readonly unit: Unit; readonly answer: readonly PostResult[] | Refusal }[] = [];
    for (const unit of this.#waiting) {
      const answer = turn.judged(unit);
      if (answer !== 'full') judged.push({ unit, answer });
      if (answer === 'full' || !isAnsweredWhole(unit, answer) || turn.isOver) break;
    }
    // Where all was refused, nothing is waited for below.
    if (turn.isOver) await setImmediate();
    const { taken } = turn.draft;
    const begun = performance.now();
    const settled =
      taken.length === 0
        ? await this.#isHead(
            judged.map(({ unit }) => unit),
            head,
          )
        : await this.#append(taken, head);
    if (settled !== 'settled') return settled === 'moved';
    await this.#follower.reached(head + taken.length);
    await this.#options.readers?.hold(head + taken.length);
    for (const { unit, answer } of judged) {
      if (isRefusal(answer)) this.#answer(unit, answer);
      else {
        unit.results = [...unit.results, ...answer];
        if (isAnsweredWhole(unit, [])) this.#answer(unit, unit.results);
      }
    }
    if (taken.length > 0) await this.#leaveOthersTheirTurn(head, taken.length, performance.now() - begun);
    return true;
  }

  /**
   * Where others have written since this process last did, the next append is left to them for as long as they need to read this
   * one and append: a process that lost against it would otherwise lose time and again.
   */
  async #leaveOthersTheirTurn(head: number, count: number, took: number): Promise<void> {
    const isShared = head !== this.#written;
    this.#written = head + count;
    if (isShared) await this.#options.pause(Math.min(2 * took, LONGEST_TURN_OF_OTHERS));
  }

  #answer(unit: Unit, answer: readonly PostResult[] | Refusal): void {
    this.#waiting.splice(this.#waiting.indexOf(unit), 1);
    const { telemetry } = this.#options;
    if (unit.atomic || isRefusal(answer)) telemetry.judged(answer, unit.candidates.length);
    else for (const result of answer) telemetry.judged([result], 1);
    unit.settle(answer);
  }

  #failed(error: unknown): Refusal {
    this.#logger.error(error);
    return refuse('internal', 'The register failed at this; its operator has been told');
  }

  /**
   * A refusal is told once the process has read up to where the log was when the post came. That the log has
   * grown since does not matter: the writing of others must not delay a refusal.
   */
  async #isHead(units: readonly Unit[], head: number): Promise<'settled' | 'moved'> {
    if (units.every(({ stood }) => stood !== undefined && stood <= head)) return 'settled';
    const now = await this.#log.head();
    for (const unit of units) unit.stood ??= now;
    if (now <= head) return 'settled';
    await this.#follower.reached(now);
    return 'moved';
  }

  /**
   * Appends, and waits until the outcome is known. While it is unknown, nothing else may be tried at this
   * head except the same bytes, one call at a time, because the log takes them at most once.
   */
  async #append(taken: PendingAppend['taken'], head: number): Promise<'settled' | 'moved' | 'unavailable'> {
    const texts = taken.map(({ text }) => text);
    this.#register.expect(head + 1, taken);
    let unknown = false;
    for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      const begun = performance.now();
      const said = await this.#log.append(texts, head);
      const { outcome } = said;
      this.#hear(said);
      this.#options.telemetry.appended(texts.length, outcome, performance.now() - begun);
      if (outcome === 'appended') return 'settled';
      if (outcome === 'unknown') unknown = true;
      if (outcome === 'moved' && !unknown) {
        // What others wrote comes by following, which is faster than another reading.
        await this.#follower.reached(head + 1, LONGEST_PAUSE);
        return 'moved';
      }
      if (outcome === 'moved') {
        const found = await this.#after(head, texts.length);
        if (found) {
          await this.#follower.reached(head + 1);
          return found.every((text, i) => text === texts[i]) && found.length === texts.length
            ? 'settled'
            : 'moved';
        }
      }
      if (outcome === 'unavailable' && !unknown) return 'unavailable';
      await this.#options.pause(pause);
    }
  }

  /** The events right after a position, up to a limit; undefined if the log cannot say. */
  async #after(position: number, limit: number): Promise<readonly string[] | undefined> {
    const found: string[] = [];
    try {
      for await (const { events } of this.#log.read(position, { limit })) found.push(...events);
    } catch {
      return undefined;
    }
    return found.length > 0 ? found : undefined;
  }
}
