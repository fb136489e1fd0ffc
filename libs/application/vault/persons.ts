import type { Clock } from '@app/read-model/clock';
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
export class Persons {
  readonly #vault: Vault;
  readonly #clock: Clock;
  /** By key. */
  readonly #kept = new Map<string, { readonly registration: number; readonly shown?: PublicPerson }>();

  /** Reads the public entries, once. */
  static async of(vault: Vault, clock: Clock): Promise<Persons> {
    const persons = new Persons(vault, clock);
    await persons.#look();
    return persons;
  }

  private constructor(vault: Vault, clock: Clock) {
    this.#vault = vault;
    this.#clock = clock;
  }

  /**
   * What is public of the person who is registered under these keys, the one registered first in front. The
   * first entry decides: if it is not public nothing is shown, so that no merger, whoever posted it, uncovers
   * a later entry.
   */
  shown(keys: readonly RegisteredKey[]): PublicPerson | undefined {
    const first = keys.find(({ key, registration }) => this.#kept.get(key)?.registration === registration);
    return first && this.#kept.get(first.key)?.shown;
  }

  /** Whether anything is kept under one of these keys, under any registration. */
  holds(keys: readonly string[]): boolean {
    return keys.some((key) => this.#kept.has(key));
  }

  /** As {@link Vault.put}. */
  async put(key: RegisteredKey, others: readonly RegisteredKey[], person: Person): Promise<boolean> {
    const first = await this.#changing(this.#vault.put(key, others, person));
    for (const other of others) this.#kept.delete(other.key);
    const { public: isPublic, ...shown } = person;
    this.#kept.set(key.key, { registration: key.registration, ...(isPublic ? { shown } : {}) });
    return first;
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
  async erase(keys: readonly string[]): Promise<void> {
    await this.#changing(this.#vault.erase(keys, this.#now()));
    for (const key of keys) this.#kept.delete(key);
  }

  #now(): string {
    return new Date(this.#clock()).toISOString();
  }

  /**
   * If a change is not known to be done it may be done all the same, so nothing that may be gone is shown.
   */
  async #changing<T>(doing: Promise<T>): Promise<T> {
    try {
      return await doing;
    } catch (error) {
      await this.#look().catch(() => undefined);
      throw error;
    }
  }

  async #look(): Promise<void> {
    const kept = await this.#vault.kept();
    this.#kept.clear();
    for (const { key, ...entry } of kept) this.#kept.set(key, entry);
  }
}
