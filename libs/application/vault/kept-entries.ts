import { Logger } from '@nestjs/common';
import type { Clock } from '@app/read-model/clock';
import {
  VaultUnavailable,
  type ChangedKey,
  type Kept,
  type PublicPerson,
  type RegisteredKey,
  type Vault,
} from './vault';

/** So often, in milliseconds, it is looked at what other processes changed. */
const LOOK_EVERY_MS = 400;
/** For so many milliseconds what was found is relied on: what another process erases is shown no longer. */
const RELIED_ON_MS = 1_000;

/** What a change leaves under a key. */
export type Left = Pick<ChangedKey, 'key' | 'kept'>;

/**
 * What everybody may see of what a vault keeps, in memory. Of a vault that other processes change too it is what was found
 * last, by looks that begin one after the other: what was changed here is looked at before that is answered, so that no
 * earlier look brings back what is gone. While no look succeeds, nothing is shown: no one knows then what stands.
 */
export class KeptEntries {
  readonly #vault: Vault;
  readonly #elapsed: Clock;
  readonly #logger = new Logger('vault');
  /** By key. */
  #kept = new Map<string, Kept>();
  readonly #changed: ((key: string) => void)[] = [];
  /** The number of the last change that is in it. */
  #after = NaN;
  /** By the time that elapses: when the last look that succeeded began. */
  #seenAt = -Infinity;
  #look: Promise<boolean> = Promise.resolve(true);
  #nextLook: Promise<boolean> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** Whether the operator was told that nothing is shown. */
  #isTold = false;

  /**
   * Reads all of it. `elapsed`: milliseconds that go on while the machine is suspended. Where a vault that is shared cannot
   * be had, nothing is shown until it can.
   */
  static async of(vault: Vault, elapsed: Clock): Promise<KeptEntries> {
    const entries = new KeptEntries(vault, elapsed);
    try {
      await entries.#lookAnew();
    } catch (error) {
      if (!entries.#isShared || !(error instanceof VaultUnavailable)) throw error;
      entries.#tell(error);
    }
    entries.#lookLater();
    return entries;
  }

  private constructor(vault: Vault, elapsed: Clock) {
    this.#vault = vault;
    this.#elapsed = elapsed;
  }

  /** `changed` is told of each key of which something else may be shown from now on. */
  whenChanged(changed: (key: string) => void): void {
    this.#changed.push(changed);
  }

  /** Of the first of these keys that has an entry by its registration. */
  shown(keys: readonly RegisteredKey[]): PublicPerson | undefined {
    const first = keys.find(({ key, registration }) => this.#kept.get(key)?.registration === registration);
    const shown = first && this.#kept.get(first.key)?.shown;
    return shown === undefined || this.#isBlind() ? undefined : shown;
  }

  /** Whether it is known what other processes changed: what is kept may be told only then. */
  get isKnown(): boolean {
    return !this.#isBlind();
  }

  /** What is kept under a key. */
  entry(key: string): Kept | undefined {
    return this.#kept.get(key);
  }

  /** What is kept under every key. */
  get all(): readonly Kept[] {
    return [...this.#kept.values()];
  }

  /** Of a vault that other processes change: resolves once it has been looked at, from now on. */
  async look(): Promise<void> {
    if (this.#isShared && !(await this.#lookAfresh())) this.#seenAt = -Infinity;
  }

  has(key: string): boolean {
    return this.#kept.has(key);
  }

  /**
   * Waits for a change of the vault, which leaves these keys so. What was not said to be done may be done all the same, and
   * no one is shown then what is gone.
   */
  async changing<T>(doing: Promise<T>, left: readonly Left[]): Promise<T> {
    try {
      const done = await doing;
      if (!this.#isShared) this.#take(left);
      return done;
    } catch (error) {
      if (!this.#isShared) await this.#lookAnew().catch(() => undefined);
      throw error;
    } finally {
      await this.look();
    }
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  get #isShared(): boolean {
    return this.#vault.changes !== undefined;
  }

  #isBlind(): boolean {
    return this.#isShared && !(this.#elapsed() - this.#seenAt <= RELIED_ON_MS);
  }

  #lookLater(): void {
    if (!this.#isShared || this.#isClosed) return;
    this.#timer = setTimeout(() => {
      void this.#lookAfresh().then(() => {
        this.#lookLater();
      });
    }, LOOK_EVERY_MS).unref();
  }

  /** Resolves to whether a look that began after this was called succeeded. */
  #lookAfresh(): Promise<boolean> {
    this.#nextLook ??= this.#look.then(() => {
      this.#nextLook = undefined;
      return (this.#look = this.#tryToLook());
    });
    return this.#nextLook;
  }

  async #tryToLook(): Promise<boolean> {
    const begun = this.#elapsed();
    try {
      const found = await this.#vault.changes?.(Number.isNaN(this.#after) ? Infinity : this.#after);
      if (found === undefined || !(found.last >= this.#after)) await this.#lookAnew();
      else {
        // What was looked up meanwhile, such as for the search, was not shown.
        const hidden = this.#isBlind() ? [...this.#kept.values()] : [];
        this.#after = found.last;
        this.#seenAt = begun;
        this.#take([...hidden.map((kept) => ({ key: kept.key, kept })), ...found.keys]);
      }
      if (this.#isTold) this.#logger.log('the vault can be read: public names are shown again');
      this.#isTold = false;
      return true;
    } catch (error) {
      if (this.#isBlind()) this.#tell(error);
      return false;
    }
  }

  /** What is changed meanwhile is looked at again: the number is asked for first. */
  async #lookAnew(): Promise<void> {
    const begun = this.#elapsed();
    const last = (await this.#vault.changes?.(Infinity))?.last ?? NaN;
    const kept = new Map((await this.#vault.kept()).map((one) => [one.key, one]));
    const keys = new Set([...this.#kept.keys(), ...kept.keys()]);
    this.#kept = kept;
    this.#after = last;
    this.#seenAt = begun;
    for (const key of keys) this.#tellOfChange(key);
  }

  #take(changed: readonly Left[]): void {
    for (const { key, kept } of changed)
      if (kept) this.#kept.set(key, kept);
      else this.#kept.delete(key);
    for (const { key } of changed) this.#tellOfChange(key);
  }

  #tellOfChange(key: string): void {
    for (const changed of this.#changed) changed(key);
  }

  /** Once for as long as it lasts. */
  #tell(error: unknown): void {
    if (!this.#isTold && !this.#isClosed) {
      this.#logger.error(error);
      this.#logger.error('no public name of a person is shown until the vault can be read');
    }
    this.#isTold = true;
  }
}
