import { setTimeout as sleep } from 'node:timers/promises';
import { bodyStream, isInForce, keysOfBody } from '@app/domain/subjects/body';
import { formatDay } from '@app/domain/values/day';
import { REGISTRAR } from '@app/domain/log/event-catalogue';
import { editionsOf } from '@app/domain/subjects/policy';
import { LogUnavailable } from '@app/event-store/event-log';
import type { Follower } from '@app/read-model/follower';
import type { EventIndex } from '@app/read-model/index/event-index';
import type { ProviderSearch } from '@app/read-model/search/provider-search';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Attempts } from './access/attempts';
import { Lag } from './lag';
import { narrowedRecognitions } from './narrowed-recognitions';
import type { Calendar } from './posting/calendar';
import { londonDay } from '@app/read-model/clock';
import { bootstrap, notBegun, tellRestored } from './posting/bootstrap';
import type { Checkpoints } from './proofs/checkpoints';
import { Inspection } from './stores/inspection';
import { SnapshotKeeper } from './stores/snapshot-keeper';
import type { Timekeeper } from './posting/timekeeper';
import { CLOCK_BEHIND, HOW_TO_OPEN, OVER, type Trouble } from './trouble';
import type { Writer } from './posting/writer';
import { type ApplicationOptions } from './options';

/**
 * How often, in milliseconds, it checks that the log can be read and written, and that the clock is right.
 */
const LOOK_EVERY = 1_000;

/**
 * Days may be opened by hand before they begin, for a rehearsal; more than this many days ahead are worth a
 * warning.
 */
const MOST_AHEAD = 35;

const SHOW_PROGRESS_EVERY = 100_000;

/** The milliseconds that a stopping register waits for a log that does not say what became of an append. */
const LONGEST_WAIT = 10_000;

/** What a running register does by itself: it follows the log, starts a new one, opens the days, and stops in order. */
export class Lifecycle implements OnApplicationShutdown {
  readonly #logger = new Logger('register');
  readonly #options: ApplicationOptions;
  readonly #register: EventIndex;
  readonly #follower: Follower;
  readonly #writer: Writer;
  readonly #time: Timekeeper;
  readonly #calendar: Calendar;
  readonly #search: ProviderSearch;
  readonly #attempts: Attempts;
  readonly #checkpoints: Checkpoints;
  readonly #inspection: Inspection;
  readonly #snapshots: SnapshotKeeper | undefined;
  #started = false;
  #stopping = false;
  #isNew = false;
  #looking: NodeJS.Timeout | undefined;
  /** The trouble that was told last. */
  #trouble: Trouble | undefined;
  /** Whether the operator was told that the log’s today is far ahead of the clock. */
  #isAhead = false;
  readonly #lag = new Lag();

  constructor(
    options: ApplicationOptions,
    register: EventIndex,
    follower: Follower,
    writer: Writer,
    time: Timekeeper,
    calendar: Calendar,
    search: ProviderSearch,
    attempts: Attempts,
    checkpoints: Checkpoints,
  ) {
    this.#options = options;
    this.#inspection = new Inspection(options.log, register);
    this.#snapshots = SnapshotKeeper.of(options, register, follower, this.#logger);
    this.#register = register;
    this.#follower = follower;
    this.#writer = writer;
    this.#time = time;
    this.#calendar = calendar;
    this.#search = search;
    this.#attempts = attempts;
    this.#checkpoints = checkpoints;
  }

  /**
   * Reads the log up to its head, telling its progress, and starts everything that the register does by
   * itself. Resolves to false if it was stopped before; rejects if the log cannot be read or begun.
   */
  async start(): Promise<boolean> {
    const head = await this.#firstHead();
    if (head === undefined) return false;
    await this.#snapshots?.load();
    void this.#follow();
    for (let shown = SHOW_PROGRESS_EVERY; shown <= head; shown += SHOW_PROGRESS_EVERY) {
      if (await this.#follower.reached(shown, undefined, 'read'))
        this.#logger.log(`read ${shown} of ${head + 1} events`);
    }
    await this.#follower.reached(head);
    if (!this.#goesOn()) return false;
    if (this.#follower.state === 'stopped') throw this.#follower.failure;
    const { admitted } = this.#options;
    if (admitted) {
      await this.#follower.reached(await admitted());
      this.#started = true;
      void this.#prepare();
      return this.#goesOn();
    }
    if (this.#options.log.lacks === true) await this.#complete(head + 1);
    await this.#checkpoints.check();
    const { calendar, registrarKey, showSecret } = this.#options;
    if (head < 0) {
      this.#isNew = true;
      const doubt = this.#time.doubt();
      if (doubt) throw new Error(`${doubt.why}. ${doubt.advice}, and start the register again`);
      const secret = await bootstrap(this.#writer, {
        day: calendar === 'auto' ? londonDay(this.#time.now()) : undefined,
        makeKey: registrarKey === undefined,
      });
      if (typeof secret === 'string') showSecret(secret);
      else if (secret !== undefined) throw new Error(notBegun(secret.detail));
    }
    if (this.#goesOn())
      await this.#checkpoints.begin((given, reason) => tellRestored(this.#writer, given, reason));
    if (calendar === 'auto') {
      await this.#calendar.open();
      if (this.#goesOn()) this.#calendar.start();
    }
    if (this.#goesOn()) await this.#inspection.begin();
    // If the following ended in the meantime, for example because of misplaced rows, no one has told that
    // yet.
    const { failure } = this.#follower;
    if (failure instanceof Error) throw failure;
    await this.#options.readers?.hold(this.#register.head);
    this.#started = true;
    for (const sentence of narrowedRecognitions(this.#register.at(this.#register.head)))
      this.#logger.warn(sentence);
    await this.#look();
    this.#looking = setInterval(() => void this.#look(), LOOK_EVERY).unref();
    void this.#prepare();
    void this.#inspect();
    return this.#goesOn();
  }

  /** Reads what a snapshot has left in the log, and keeps snapshots from then on; then prepares the search. */
  async #prepare(): Promise<void> {
    // What does not fit has been answered from already.
    await this.#snapshots?.begin().catch((error: unknown) => {
      if (this.#goesOn()) this.#failed(error, true);
    });
    await this.#prepareSearch();
  }

  /** Where the log ends, once it can be read: the engine below it may start after the register. Undefined if it was stopped before. */
  async #firstHead(): Promise<number | undefined> {
    for (;;) {
      try {
        return await this.#options.log.head();
      } catch (error) {
        if (!(error instanceof LogUnavailable)) throw error;
        if (!this.#goesOn()) return undefined;
        this.#tell({ kind: 'log', says: error.message });
        await sleep(LOOK_EVERY);
      }
    }
  }

  /**
   * Checks the form of the events of an earlier release’s log: reading the log has checked everything else.
   */
  async #complete(events: number): Promise<void> {
    await this.#inspection.forms();
    const given = (await this.#options.log.complete?.()) ?? { outcome: 'appended' };
    if ('detail' in given) throw new Error(given.detail);
    this.#logger.log(
      `the log is of an earlier release: all of its ${events} events were checked, and each was given its hash. Earlier releases cannot open it from now on`,
    );
  }

  /**
   * If the first inspection finds a fault, faulty data has been served, so the process ends. A fault found
   * later came after the data was read: writing stops, and the data in memory is served on, because it may be
   * the last whole copy.
   */
  async #inspect(): Promise<void> {
    try {
      await this.#inspection.run();
    } catch (error) {
      if (this.#goesOn()) this.#failed(error, this.#inspection.isFirst);
    }
  }

  #failed(error: unknown, isFirst: boolean): void {
    const { end } = this.#options;
    if (isFirst && end !== undefined) end(error);
    else
      this.#follower.fail(
        new Error(
          `${error instanceof Error ? error.message : String(error)} This process writes nothing any more, and answers by what it has in memory, which may be the last whole copy: take that (GET /v1/log) before you stop it`,
          { cause: error },
        ),
      );
  }

  /** Resolves to true once this process holds a position; to false if it stops before. */
  reached(position: number): Promise<boolean> {
    return this.#follower.reached(position);
  }

  /** Whether the log had no event before this start. */
  get isNew(): boolean {
    return this.#isNew;
  }

  /**
   * Whether anybody can act as the registrar: by a key that the operator brings, or by a key in the log that
   * is in force.
   */
  get hasRegistrarKey(): boolean {
    if (this.#options.registrarKey !== undefined) return true;
    const known = this.#register.at(this.#register.head);
    return keysOfBody(known.stream(bodyStream(REGISTRAR))).some((key) => isInForce(key, known.today));
  }

  /**
   * Says that the default policy has no effective edition, and which policies have one; undefined if it has
   * one.
   */
  get missingPolicy(): string | undefined {
    const { policy } = this.#options;
    const known = this.#register.at(this.#register.head);
    const stands = (id: string) => editionsOf(known, id).length > 0;
    if (policy === undefined || stands(policy)) return undefined;
    const standing = known.policies().filter(stands);
    return `No edition of the policy ${policy} stands in the log; there ${standing.length === 1 ? 'stands' : 'stand'} ${standing.join(', ') || 'none'}. Set REGISTER_POLICY to one that stands, or publish an edition of ${policy}`;
  }

  /** Milliseconds from the last event to now, by the clock; undefined if the log is empty. */
  get sinceLastEvent(): number | undefined {
    const last = this.#register.instantOf(this.#register.head);
    return last === undefined ? undefined : this.#time.now() - last;
  }

  /**
   * Tells once what keeps the register from working and what to do, and once that it is over. Never rejects.
   */
  async #look(): Promise<void> {
    try {
      this.#time.watch();
      await this.#writer.tryAgain();
      this.#tell(await this.#found());
      this.#warnOfDaysAhead();
    } catch (error) {
      this.#tell({ kind: 'unforeseen', says: `The register cannot look after itself: ${String(error)}` });
    }
  }

  #tell(found: Trouble | undefined): void {
    const told = this.#trouble;
    if (found?.kind === told?.kind || !this.#goesOn()) return;
    this.#trouble = found;
    if (told && !found) this.#logger.log(OVER[told.kind]);
    if (found) this.#logger.error(`${found.says}. The register is not ready until then`);
  }

  /**
   * Warns once of an open day that is far in the future, such as one with a mistyped year: only opening by
   * hand gets that far.
   */
  #warnOfDaysAhead(): void {
    const behind = this.#daysBehind();
    const isAhead = behind !== null && behind < -MOST_AHEAD;
    if (isAhead && !this.#isAhead)
      this.#logger.warn(
        `the log’s today is ${-behind} days ahead of the clock, and no day can be taken back. If the day was mistyped, restore a backup of before`,
      );
    this.#isAhead = isAhead;
  }

  #daysBehind(): number | null {
    const today = this.#register.todayAt(this.#register.head);
    return today === undefined ? null : londonDay(this.#time.now()) - today;
  }

  async #found(): Promise<Trouble | undefined> {
    const { fault, clockBehind } = this.#writer;
    const log = fault?.detail ?? (this.#follower.state === 'lost' ? await this.#whyLost() : undefined);
    if (log !== undefined) return { kind: 'log', says: log };
    const doubt = this.#time.doubt();
    if (doubt)
      return {
        kind: 'clock',
        says: `${doubt.why}. Nothing is opened and written meanwhile. ${doubt.advice}`,
      };
    if (clockBehind)
      return { kind: 'clock', says: `${CLOCK_BEHIND}. Nothing is written meanwhile. Set it right` };
    const { refusal } = this.#calendar;
    return refusal === undefined ? undefined : { kind: 'days', says: `${refusal}. ${HOW_TO_OPEN}` };
  }

  async #whyLost(): Promise<string> {
    return this.#options.log.head().then(
      () => 'The log is not followed at the moment',
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
  }

  /** Whether the log has been read, or a new one begun. */
  get started(): boolean {
    return this.#started;
  }

  /**
   * Prepares the search, so that no one’s first search waits for it. If this fails, the first search does it.
   */
  async #prepareSearch(): Promise<void> {
    // What a snapshot left in the log cannot be read once that is closed.
    await this.#search.catchUp().catch((error: unknown) => {
      if (this.#goesOn()) this.#logger.error(error);
    });
  }

  #goesOn(): boolean {
    return !this.#stopping;
  }

  /**
   * Follows the log to its end. If that comes too early, {@link start} tells why, or this does once the
   * register has started.
   */
  async #follow(): Promise<void> {
    await this.#follower.run().catch(() => undefined);
    if (this.#started && this.#follower.failure !== undefined) this.#logger.error(this.#follower.failure);
  }

  /** The state of this process, for those who watch it. */
  async status(): Promise<{
    readonly ready: boolean;
    /** Why it is not ready, in words for everybody; undefined if it is ready. */
    readonly detail: string | undefined;
    readonly position: number;
    readonly head: number | null;
    /** The day that is open, `YYYY-MM-DD`; null before the first. */
    readonly today: string | null;
    /** Days from the open day to the present one in London, by the clock. */
    readonly daysBehind: number | null;
    readonly follower: string;
    /** Whether the first inspection of its data against the log is still running in the background. */
    readonly checking: boolean;
  }> {
    const position = this.#register.head;
    const head = await this.#options.log.head().catch(() => null);
    const { today } = this.#register.at(position);
    const detail = this.#notReady(head);
    return {
      ready: detail === undefined,
      detail,
      position,
      head,
      today: today === undefined ? null : formatDay(today),
      daysBehind: this.#daysBehind(),
      follower: this.#follower.state,
      checking: this.#started && (this.#inspection.isFirst || this.#snapshots?.isChecking === true),
    };
  }

  #notReady(head: number | null): string | undefined {
    const { fault, clockBehind } = this.#writer;
    if (this.#follower.state === 'stopped') return this.#follower.remedy;
    if (!this.#started || this.#options.readers?.answering === 0) return 'The register is starting';
    if (this.#follower.state !== 'caught-up' || head === null) return 'The log cannot be read at the moment';
    if (fault !== undefined)
      return `The log cannot be written: ${fault.why ?? 'its store does not take what is written'}`;
    const doubt = this.#time.doubt();
    if (doubt) return `${doubt.why}: nothing is opened and written until that is put right`;
    if (clockBehind) return CLOCK_BEHIND;
    if (this.#lag.isLong(this.#register.head, head))
      return `This process is behind the log, of which ${head - this.#register.head} events are still to be read`;
    return this.#calendar.refusal ?? this.missingPolicy;
  }

  /** Waits until requests in progress are answered, then closes the log and the stores beside it. */
  async onApplicationShutdown(): Promise<void> {
    this.#stopping = true;
    await this.#options.readers?.stop();
    clearInterval(this.#looking);
    this.#calendar.stop();
    this.#inspection.stop();
    await Promise.race([this.#writer.idle(), sleep(LONGEST_WAIT, undefined, { ref: false })]);
    await this.#checkpoints.stop();
    this.#follower.stop();
    await this.#snapshots?.end();
    await this.#options.log.close();
    await this.#options.vault.close();
    await this.#attempts.close();
  }
}
