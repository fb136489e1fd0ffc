import type { Clock } from '@app/read-model/clock';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { Readers } from '../readers';
import { KeptEntries, type Left } from './kept-entries';
import type {
  Entry,
  Erasure,
  Minting,
  VaultPage,
  Person,
  PublicPerson,
  Reading,
  RegisteredKey,
  Vault,
} from './vault';

/**
 * The vault as this process uses it. Public entries are held in memory, so that they are told at once and
 * never after their erasure; everything else stays in the vault.
 */
export class Persons implements OnApplicationShutdown {
  readonly #vault: Vault;
  readonly #clock: Clock;
  readonly #kept: KeptEntries;
  readonly #readers: Pick<Readers, 'look'> | undefined;

  /**
   * Reads what everybody may see, once, and where the vault is shared again and again. `sinceBoot`: the machine’s own time,
   * which goes on while it is suspended.
   */
  static async of(
    vault: Vault,
    clock: Clock,
    sinceBoot: Clock,
    readers?: Pick<Readers, 'look'>,
  ): Promise<Persons> {
    return new Persons(vault, clock, await KeptEntries.of(vault, sinceBoot), readers);
  }

  private constructor(
    vault: Vault,
    clock: Clock,
    kept: KeptEntries,
    readers: Pick<Readers, 'look'> | undefined,
  ) {
    this.#readers = readers;
    this.#vault = vault;
    this.#clock = clock;
    this.#kept = kept;
  }

  /** What everybody may see of all persons, for those who tell it to other processes. */
  get entries(): Pick<KeptEntries, 'isKnown' | 'all' | 'entry'> {
    return this.#kept;
  }

  /** Resolves once this process shows nothing that others had erased before. */
  look(): Promise<void> {
    return this.#kept.look();
  }

  /** `changed` is told of each key of which something else may be shown from now on, by whichever process. */
  whenChanged(changed: (key: string) => void): void {
    this.#kept.whenChanged(changed);
  }

  /**
   * What everybody may see of the person who is registered under these keys, the one registered first in front. The
   * first entry decides: where it is not public nothing is seen, so that no merger, whoever posted it, brings a later
   * entry to light in its place. Nothing is seen while it is not known what other processes changed.
   */
  shown(keys: readonly RegisteredKey[]): PublicPerson | undefined {
    return this.#kept.shown(keys);
  }

  /** Whether anything is kept under one of these keys, under any registration. */
  holds(keys: readonly string[]): boolean {
    return keys.some((key) => this.#kept.has(key));
  }

  /** As {@link Vault.put}. */
  put(key: RegisteredKey, others: readonly RegisteredKey[], person: Person): Promise<boolean> {
    const { public: isPublic, ...shown } = person;
    const under = { key: key.key, registration: key.registration };
    const left = [
      ...others.map((other) => ({ key: other.key, kept: undefined })),
      { key: key.key, kept: isPublic ? { ...under, shown } : under },
    ];
    return this.#changing(this.#vault.put(key, others, person), left);
  }

  /** As {@link Vault.read}, now. */
  read(keys: readonly RegisteredKey[], body: string): Promise<Person | undefined> {
    return this.#vault.read(keys, { body, at: this.#now() });
  }

  /** As {@link Vault.readAll}, now. */
  readAll(keys: readonly RegisteredKey[], body: string): Promise<readonly Entry[]> {
    return this.#vault.readAll(keys, { body, at: this.#now() });
  }

  /** As {@link Vault.readings}. */
  readings(keys: readonly string[], after?: number): Promise<VaultPage<Reading>> {
    return this.#vault.readings(keys, after);
  }

  /** As {@link Vault.erasures}. */
  erasures(keys: readonly string[]): Promise<readonly Erasure[]> {
    return this.#vault.erasures(keys);
  }

  /** As {@link Vault.mint}, now. */
  mint(key: string, body: string, request?: string): Promise<string> {
    return this.#vault.mint({ key, body, at: this.#now() }, request);
  }

  /** As {@link Vault.minted}. */
  minted(body: string, request: string): Promise<string | undefined> {
    return this.#vault.minted(body, request);
  }

  /** As {@link Vault.mintings}. */
  mintings(keys: readonly string[]): Promise<readonly Minting[]> {
    return this.#vault.mintings(keys);
  }

  /** As {@link Vault.erase}, now. */
  erase(keys: readonly string[]): Promise<void> {
    const left = keys.map((key) => ({ key, kept: undefined }));
    return this.#changing(this.#vault.erase(keys, this.#now()), left);
  }

  /** Looks for no more changes. */
  onApplicationShutdown(): void {
    this.#kept.close();
  }

  /** Waits for a change, and until no reader shows anything else. */
  async #changing<T>(doing: Promise<T>, left: readonly Left[]): Promise<T> {
    try {
      return await this.#kept.changing(doing, left);
    } finally {
      await this.#readers?.look();
    }
  }

  #now(): string {
    return new Date(this.#clock()).toISOString();
  }
}
