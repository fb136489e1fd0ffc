import { NoVault } from './no-vault';
import type { Persons } from './persons';
import { VaultUnavailable, type ChangedKey, type Changes, type Kept } from './vault';

/** Of so many keys it is remembered that they changed, the last ones: who is further behind is told of all. */
const MOST_REMEMBERED = 100_000;

/**
 * What everybody may see of persons, as the process that has the vault tells it to those that have none. The changes are
 * numbered from its start on.
 */
export class ToldNames {
  readonly #persons: Pick<Persons, 'entries'>;
  /** By key the number of its last change, in ascending order of these. */
  readonly #changed = new Map<string, number>();
  #last = 0;
  #forgotten = 0;

  constructor(persons: Pick<Persons, 'entries' | 'whenChanged'>) {
    this.#persons = persons;
    persons.whenChanged((key) => {
      this.#changed.delete(key);
      this.#changed.set(key, ++this.#last);
      if (this.#changed.size <= MOST_REMEMBERED) return;
      for (const [oldest, number] of this.#changed) {
        this.#changed.delete(oldest);
        this.#forgotten = number;
        return;
      }
    });
  }

  /** What was changed after the change of a number; undefined where no one knows what other processes changed. */
  after(number: number): Changes | undefined {
    const { entries } = this.#persons;
    if (!entries.isKnown) return undefined;
    if (number >= this.#last) return { last: this.#last, keys: [] };
    // Less than was asked after: the asker looks at all of it.
    if (number < this.#forgotten) return { last: -1, keys: [] };
    const keys: ChangedKey[] = [];
    for (const [key, changed] of this.#changed)
      if (changed > number) keys.push({ key, kept: entries.entry(key), number: changed });
    return { last: this.#last, keys };
  }

  get all(): readonly Kept[] | undefined {
    const { isKnown, all } = this.#persons.entries;
    return isKnown ? all : undefined;
  }
}

/** Asks the process that has the vault. */
export interface AskNames {
  after(number: number): Promise<Changes | undefined>;
  all(): Promise<readonly Kept[] | undefined>;
}

/** The vault of a process that has none, and is told what everybody may see: nothing else is kept, or can be. */
export class ToldVault extends NoVault {
  readonly #ask: AskNames;

  constructor(ask: AskNames) {
    super();
    this.#ask = ask;
  }

  async changes(after: number): Promise<Changes> {
    return known(await this.#ask.after(after));
  }

  override async kept(): Promise<readonly Kept[]> {
    return known(await this.#ask.all());
  }
}

function known<T>(told: T | undefined): T {
  if (told === undefined)
    throw new VaultUnavailable('The process that has the vault cannot say what is kept.');
  return told;
}
