import {
  VaultUnavailable,
  type Changes,
  type Entry,
  type Erasure,
  type Kept,
  type Minting,
  type VaultPage,
  type Person,
  type Reading,
  type RegisteredKey,
  type Vault,
} from './vault';

/** The number of readings on a page. */
const READINGS_A_PAGE = 1_000;

interface Registered {
  readonly registration: number;
  readonly person: Person;
}

/**
 * A vault for tests, and beside a log in memory: it is as durable as the process. One that is shared is told by `changes` as
 * one that several processes have.
 */
export class MemoryVault implements Vault {
  readonly changes?: (after: number) => Promise<Changes>;
  /** By key. */
  readonly #entries = new Map<string, Registered>();
  readonly #readings: Reading[] = [];
  readonly #erasures: Erasure[] = [];
  /** Each key under which something was put and not erased since. */
  readonly #held = new Set<string>();
  readonly #mintings: { readonly minting: Minting; request: string | undefined }[] = [];
  /** The number of the last change of each key. */
  readonly #changed = new Map<string, number>();
  #last = 0;
  #closed = false;

  constructor({ isShared = false } = {}) {
    if (isShared) this.changes = (after) => this.#done(() => this.#changesAfter(after));
  }

  put(key: RegisteredKey, others: readonly RegisteredKey[], person: Person): Promise<boolean> {
    return this.#done(() => {
      const keys = [key, ...others];
      const first = this.#first(keys) === undefined;
      this.#remove(keys.map((one) => one.key));
      this.#held.add(key.key);
      this.#entries.set(key.key, { registration: key.registration, person: { ...person } });
      this.#note(keys.map((one) => one.key));
      return first;
    });
  }

  read(keys: readonly RegisteredKey[], by: Omit<Reading, 'key'>): Promise<Person | undefined> {
    return this.#done(() => {
      const key = this.#first(keys);
      if (key === undefined) return undefined;
      this.#readings.push({ key, ...by });
      return this.#entries.get(key)?.person;
    });
  }

  readAll(keys: readonly RegisteredKey[], by: Omit<Reading, 'key'>): Promise<readonly Entry[]> {
    return this.#done(() =>
      keys.flatMap(({ key, registration }) => {
        const entry = this.#entries.get(key);
        if (entry?.registration !== registration) return [];
        this.#readings.push({ key, ...by });
        return [{ key, ...entry.person }];
      }),
    );
  }

  mint(minting: Minting, request?: string): Promise<string> {
    return this.#done(() => {
      const before = request === undefined ? undefined : this.#minted(minting.body, request);
      if (before === undefined) this.#mintings.push({ minting: { ...minting }, request });
      return before ?? minting.key;
    });
  }

  minted(body: string, request: string): Promise<string | undefined> {
    return this.#done(() => this.#minted(body, request));
  }

  mintings(keys: readonly string[]): Promise<readonly Minting[]> {
    return this.#done(() =>
      this.#mintings
        .flatMap(({ minting }) => (keys.includes(minting.key) ? [minting] : []))
        .sort((a, b) => (a.key < b.key ? -1 : 1)),
    );
  }

  erase(keys: readonly string[], at: string): Promise<void> {
    return this.#done(() => {
      const minted = this.#mintings.filter(({ minting }) => keys.includes(minting.key));
      const isHeld =
        keys.some((key) => this.#held.has(key)) || minted.some(({ request }) => request !== undefined);
      const due = isHeld ? keys : keys.filter((key) => !this.#erasures.some((one) => one.key === key));
      this.#remove(keys);
      for (const key of keys) this.#held.delete(key);
      for (const one of minted) one.request = undefined;
      this.#note(keys);
      this.#erasures.push(...due.map((key) => ({ key, at })));
    });
  }

  kept(): Promise<readonly Kept[]> {
    return this.#done(() =>
      [...this.#entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, entry]) => keptOf(key, entry)),
    );
  }

  readings(keys: readonly string[], after = 0): Promise<VaultPage<Reading>> {
    return this.#done(() => {
      const found = this.#readings.flatMap((reading, i) =>
        i >= after && keys.includes(reading.key) ? [{ reading, number: i + 1 }] : [],
      );
      const page = found.slice(0, READINGS_A_PAGE);
      return {
        items: page.map(({ reading }) => reading),
        next: found.length > page.length ? (page.at(-1)?.number ?? null) : null,
      };
    });
  }

  erasures(keys: readonly string[]): Promise<readonly Erasure[]> {
    return this.#done(() => this.#erasures.filter(({ key }) => keys.includes(key)));
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  /** The first of the keys that has an entry under the same registration. */
  #first(keys: readonly RegisteredKey[]): string | undefined {
    return keys.find(({ key, registration }) => this.#entries.get(key)?.registration === registration)?.key;
  }

  #minted(body: string, request: string): string | undefined {
    return this.#mintings.find((one) => one.minting.body === body && one.request === request)?.minting.key;
  }

  #remove(keys: readonly string[]): void {
    for (const key of keys) this.#entries.delete(key);
  }

  #note(keys: readonly string[]): void {
    for (const key of new Set(keys)) this.#changed.set(key, ++this.#last);
  }

  #changesAfter(after: number): Changes {
    const keys = [...this.#changed]
      .filter(([, number]) => number > after)
      .sort(([, a], [, b]) => a - b)
      .map(([key, number]) => {
        const entry = this.#entries.get(key);
        return { key, number, kept: entry && keptOf(key, entry) };
      });
    return { last: this.#last, keys };
  }

  #done<T>(work: () => T): Promise<T> {
    return this.#closed
      ? Promise.reject(new VaultUnavailable('The vault is closed.'))
      : Promise.resolve(work());
  }
}

function keptOf(key: string, { registration, person }: Registered): Kept {
  const { public: isPublic, ...shown } = person;
  return isPublic ? { key, registration, shown } : { key, registration };
}
