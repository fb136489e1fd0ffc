import { setTimeout as sleep } from 'node:timers/promises';
import type { Follower } from '@app/read-model/follower';
import type { EventIndex } from '@app/read-model/index/event-index';
import { Snapshots } from '@app/read-model/snapshot/snapshots';
import type { LoggerService } from '@nestjs/common';
import type { ApplicationOptions } from '../options';

/** How often, in milliseconds, it looks whether a snapshot is due: once so many events have come since the last one. */
const LOOKS_EVERY = 60_000;
const MANY_EVENTS = 50_000;
/** At a stop, fewer than these are read again sooner than they are saved. */
const SOME_EVENTS = 5_000;
/** The milliseconds that a stopping register gives a snapshot. */
const LONGEST_WAIT = 10_000;

/** Loads the snapshot at a start, saves another from time to time and at a stop, and tells the operator of it. */
export class SnapshotKeeper {
  readonly #snapshots: Snapshots;
  readonly #follower: Follower;
  readonly #logger: LoggerService;
  /** Whether this process writes; those that read load what it has saved. */
  readonly #writes: boolean;
  readonly #stop = new AbortController();
  #looking: NodeJS.Timeout | undefined;
  #keeps = false;

  /** Undefined if the store cannot serve a snapshot, or none is wanted. */
  static of(
    { log, snapshot, admitted }: ApplicationOptions,
    index: EventIndex,
    follower: Follower,
    logger: LoggerService,
  ): SnapshotKeeper | undefined {
    // A log of an earlier release is read as a whole, and then completed.
    if (snapshot === undefined || log.rows === undefined || log.lacks === true) return undefined;
    const snapshots = new Snapshots(snapshot, log, log.rows, index, follower.projections);
    return new SnapshotKeeper(snapshots, follower, logger, admitted === undefined);
  }

  private constructor(snapshots: Snapshots, follower: Follower, logger: LoggerService, writes: boolean) {
    this.#snapshots = snapshots;
    this.#follower = follower;
    this.#logger = logger;
    this.#writes = writes;
  }

  /** Loads a snapshot, and says so; or why there is one that cannot be used, and the log is read instead. */
  async load(): Promise<void> {
    const found = await this.#snapshots.load();
    if (found.outcome === 'loaded') this.#logger.log(`read ${found.position + 1} events from the snapshot`);
    if (found.outcome === 'unfit')
      this.#logger.warn(`the snapshot is not used, because ${found.why}: the log is read instead`);
  }

  /** Whether what a snapshot left in the log is still being held against it. */
  get isChecking(): boolean {
    return this.#writes && this.#snapshots.isChecking;
  }

  /**
   * Reads what the snapshot has left in the log, and saves another whenever one is due. Rejects if the log is not what it was when
   * the snapshot was written, or cannot be read.
   */
  async begin(): Promise<void> {
    await this.#snapshots.fetch(this.#stop.signal);
    if (!this.#writes || this.#isOver()) return;
    await this.#snapshots.verify();
    if (this.#isOver()) return;
    this.#keeps = true;
    await this.#save(MANY_EVENTS);
    if (!this.#isOver()) this.#looking = setInterval(() => void this.#save(MANY_EVENTS), LOOKS_EVERY).unref();
  }

  #isOver(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Saves what is worth it, before the log is closed. */
  async end(): Promise<void> {
    this.#stop.abort();
    clearInterval(this.#looking);
    if (this.#keeps)
      await Promise.race([this.#save(SOME_EVENTS), sleep(LONGEST_WAIT, undefined, { ref: false })]);
  }

  /** Saves the read model, if so many events have come since it was saved. Never rejects: the next start then reads the log. */
  async #save(events: number): Promise<void> {
    if (this.#snapshots.since < events || this.#follower.failure !== undefined) return;
    try {
      await this.#snapshots.save();
    } catch (error) {
      this.#logger.warn(`no snapshot could be written (${String(error)}): the next start reads the log`);
    }
  }
}
