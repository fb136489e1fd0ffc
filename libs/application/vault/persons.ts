import type { Clock } from '../clock';
import type { Person, PublicPerson, Vault } from './vault';

/**
 * The vault as this process uses it. What everybody may see is held in memory, so that it is told at once and never
 * after it was erased; all else stays in the vault.
 */
export class Persons {
  readonly #vault: Vault;
  readonly #clock: Clock;
  /** By key. `number` goes up with each putting. */
  readonly #kept = new Map<string, { readonly number: number; readonly shown?: PublicPerson }>();
  #puttings = 0;

  /** Reads what everybody may see, once. */
  static async of(vault: Vault, clock: Clock): Promise<Persons> {
    const persons = new Persons(vault, clock);
    for (const { key, shown } of await vault.kept()) persons.#note(key, shown);
    return persons;
  }

  private constructor(vault: Vault, clock: Clock) {
    this.#vault = vault;
    this.#clock = clock;
  }

  /**
   * What everybody may see of the person who has these keys; nothing where nothing is kept, or it is not public. Of
   * several entries, of keys that became one person’s later, the one put last decides.
   */
  shown(keys: readonly string[]): PublicPerson | undefined {
    return keys
      .flatMap((key) => this.#kept.get(key) ?? [])
      .reduce<{ readonly number: number; readonly shown?: PublicPerson } | undefined>(
        (last, one) => (last && last.number > one.number ? last : one),
        undefined,
      )?.shown;
  }

  /** Whether anything is kept under one of these keys. */
  holds(keys: readonly string[]): boolean {
    return keys.some((key) => this.#kept.has(key));
  }

  /** As {@link Vault.put}. */
  async put(key: string, keys: readonly string[], person: Person): Promise<boolean> {
    const first = await this.#vault.put(key, keys, person);
    for (const one of keys) this.#kept.delete(one);
    const { public: isPublic, ...shown } = person;
    this.#note(key, isPublic ? shown : undefined);
    return first;
  }

  /** As {@link Vault.read}, now. */
  read(keys: readonly string[], body: string): Promise<Person | undefined> {
    return this.#vault.read(keys, { body, at: this.#now() });
  }

  /** As {@link Vault.erase}, now. */
  async erase(keys: readonly string[]): Promise<void> {
    await this.#vault.erase(keys, this.#now());
    for (const key of keys) this.#kept.delete(key);
  }

  #now(): string {
    return new Date(this.#clock()).toISOString();
  }

  #note(key: string, shown: PublicPerson | undefined): void {
    this.#kept.set(key, { number: ++this.#puttings, ...(shown ? { shown } : {}) });
  }
}
