import { setTimeout as sleep } from 'node:timers/promises';
import type { EventLog, LogRowsAtHand } from '@app/event-store/event-log';
import { leafHash } from '@app/event-store/leaf';
import type { EventIndex } from '../index/event-index';
import type { Projection } from '../projection';
import { shapeOf, UnfitSnapshot, type Section, type Sections } from './sections';
import { readSnapshot, writeSnapshot, type Origin, type Snapshot } from './snapshot-file';

/** A log with fewer events is read as quickly as a snapshot of it. */
const LEAST_EVENTS = 100_000;
/** So many events in a row are read into memory at once, in half a millisecond, and then others have a turn. */
const ROWS_AT_ONCE = 250;

/** What came of looking for a snapshot: the position up to which it was loaded, or why the log is read instead. */
export type FromSnapshot =
  | { readonly outcome: 'none' }
  | { readonly outcome: 'loaded'; readonly position: number }
  | { readonly outcome: 'unfit'; readonly why: string };

/**
 * Saves the event index and its projections beside the log, and loads them at a start. A snapshot is bound to its log, and never
 * believed: whatever does not fit is noticed, and the log is read instead.
 */
export class Snapshots {
  readonly #file: string;
  readonly #release: string;
  readonly #log: EventLog;
  readonly #rows: LogRowsAtHand;
  readonly #index: EventIndex;
  readonly #projections: readonly Projection[];
  readonly #leastEvents: number;
  /** Of the snapshot that was loaded, until the log is known to agree with it. */
  #loaded: Origin | undefined;
  /** The position of the snapshot that is in its place now; −1 if none is. */
  #position = -1;
  #saving: Promise<void> | undefined;

  constructor(
    { file, release }: { readonly file: string; readonly release: string },
    log: EventLog,
    rows: LogRowsAtHand,
    index: EventIndex,
    projections: readonly Projection[],
    leastEvents = LEAST_EVENTS,
  ) {
    this.#file = file;
    this.#release = release;
    this.#log = log;
    this.#rows = rows;
    this.#index = index;
    this.#projections = projections;
    this.#leastEvents = leastEvents;
  }

  /**
   * Loads the snapshot, if there is one that fits the log, into an index and projections that have received nothing. Rejects if
   * the store cannot be read.
   */
  async load(): Promise<FromSnapshot> {
    try {
      const snapshot = await this.#fitting();
      if (snapshot === undefined) return { outcome: 'none' };
      this.#take(snapshot);
      return { outcome: 'loaded', position: snapshot.origin.position };
    } catch (error) {
      if (!(error instanceof UnfitSnapshot)) throw error;
      return { outcome: 'unfit', why: error.message };
    }
  }

  /** Throws {@link UnfitSnapshot} before anything is taken from it. */
  async #fitting(): Promise<Snapshot | undefined> {
    const snapshot = readSnapshot(this.#file);
    if (snapshot === undefined) return undefined;
    const { release, log, position, leaf } = snapshot.origin;
    if (release !== this.#release) throw new UnfitSnapshot(`release ${release} wrote it`);
    if (snapshot.saved.shape !== shapeOf(this.#sections()))
      throw new UnfitSnapshot('it has other parts than this release saves');
    const head = await this.#log.head();
    if (position > head) throw new UnfitSnapshot(`it goes to ${position}, and the log ends at ${head}`);
    if (this.#leafAt(0) !== log) throw new UnfitSnapshot('it is of another log');
    if (this.#leafAt(position) !== leaf)
      throw new UnfitSnapshot(`another event stands in the log at ${position}`);
    return snapshot;
  }

  #take({ origin, saved }: Snapshot): void {
    const { position } = origin;
    try {
      this.#index.load(saved.of('index'), position, this.#rows.between);
      for (const projection of this.#projections) projection.load(saved.of(projection.name), position);
    } catch (error) {
      // Some of it may have been taken, so that the log can no longer be read instead.
      throw new Error(`The snapshot ${this.#file} cannot be used: remove it, and start the register again.`, {
        cause: error,
      });
    }
    this.#loaded = origin;
    this.#position = position;
  }

  /** Whether a snapshot was loaded, and not all that it rests on has been held against the log. */
  get isChecking(): boolean {
    return this.#loaded !== undefined;
  }

  /** Reads every event that the loaded snapshot left in the log into memory, and rests, so that others have their turn. */
  async fetch(signal: AbortSignal): Promise<void> {
    const last = this.#loaded?.position ?? -1;
    for (let first = 0; first <= last && !signal.aborted; first += ROWS_AT_ONCE) {
      const began = performance.now();
      this.#index.fetch(first, Math.min(last, first + ROWS_AT_ONCE - 1));
      await sleep(performance.now() - began, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Rejects if an event is not what it was when the loaded snapshot was written. In the process that writes. */
  async verify(): Promise<void> {
    const loaded = this.#loaded;
    if (loaded === undefined) return;
    await this.#rows.verify(loaded.position);
    if ((await this.#rows.digest(loaded.position)) !== loaded.digest)
      throw new Error(
        `The log has other events up to ${loaded.position} than when the snapshot ${this.#file} was written: it was changed by hand, or by a fault of its disk. Restore it from a backup (npm run restore); or, if the log is right, remove the snapshot.`,
      );
    this.#loaded = undefined;
  }

  /** How many events have come since the last snapshot. */
  get since(): number {
    return this.#index.head - this.#position;
  }

  /**
   * Saves everything up to the head, unless the log is short, or is not known to agree with what was loaded. Rejects if it cannot
   * be written; the one before then stays.
   */
  save(): Promise<void> {
    this.#saving ??= this.#save().finally(() => (this.#saving = undefined));
    return this.#saving;
  }

  async #save(): Promise<void> {
    const position = this.#index.head;
    if (this.#loaded !== undefined || this.since <= 0 || position + 1 < this.#leastEvents) return;
    const sections = this.#sections();
    const digest = await this.#rows.digest(position);
    const release = this.#release;
    const origin = { release, log: this.#leafAt(0), position, leaf: this.#leafAt(position), digest };
    await writeSnapshot(this.#file, origin, sections);
    this.#position = position;
  }

  #sections(): Sections {
    const sections = new Map<string, Section>();
    for (const [name, section] of this.#index.save()) sections.set(`index/${name}`, section);
    for (const projection of this.#projections)
      for (const [name, section] of projection.save()) sections.set(`${projection.name}/${name}`, section);
    return sections;
  }

  #leafAt(position: number): string {
    const [event = ''] = this.#rows.between(position, position);
    return leafHash(event);
  }
}
