import { VaultUnavailable, type Erasure, type Kept, type Person, type Reading, type Vault } from './vault';

/** A vault for tests, and beside a log in memory: it is as durable as the process. */
export class MemoryVault implements Vault {
  /** In the order in which they were put. */
  readonly #persons = new Map<string, Person>();
  readonly #readings: Reading[] = [];
  readonly #erasures: Erasure[] = [];
  #closed = false;

  put(key: string, keys: readonly string[], person: Person): Promise<boolean> {
    return this.#done(() => {
      const before = this.#remove([key, ...keys]);
      this.#persons.set(key, { ...person });
      return !before;
    });
  }

  read(keys: readonly string[], by: Omit<Reading, 'key'>): Promise<Person | undefined> {
    return this.#done(() => {
      const [key, person] = [...this.#persons].findLast(([one]) => keys.includes(one)) ?? [];
      if (key === undefined) return undefined;
      this.#readings.push({ key, ...by });
      return person;
    });
  }

  erase(keys: readonly string[], at: string): Promise<void> {
    return this.#done(() => {
      this.#remove(keys);
      this.#erasures.push(...keys.map((key) => ({ key, at })));
    });
  }

  kept(): Promise<readonly Kept[]> {
    return this.#done(() =>
      [...this.#persons].map(([key, { public: isPublic, ...shown }]) =>
        isPublic ? { key, shown } : { key },
      ),
    );
  }

  readings(keys: readonly string[]): Promise<readonly Reading[]> {
    return this.#done(() => this.#readings.filter(({ key }) => keys.includes(key)));
  }

  erasures(): Promise<readonly Erasure[]> {
    return this.#done(() => [...this.#erasures]);
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  /** Whether anything was there. */
  #remove(keys: readonly string[]): boolean {
    return keys.map((key) => this.#persons.delete(key)).includes(true);
  }

  #done<T>(work: () => T): Promise<T> {
    return this.#closed
      ? Promise.reject(new VaultUnavailable('The vault is closed.'))
      : Promise.resolve(work());
  }
}
