import { Postgres, type PostgresQuery } from '../stores/postgres';
import {
  changes,
  erase,
  eraseDue,
  erasures,
  isUnclean,
  kept,
  mint,
  minted,
  mintings,
  put,
  read,
  readEntries,
  readings,
  VAULT_TABLES,
  waitForParts,
  writeAnew,
} from './postgres-vault-tables';
import { VaultUnavailable, type Changes, type Vault } from './vault';

/** What a call needs: to be alone where it changes something, the files clean after it where it may take something away. */
type Manner = 'looks' | 'changes' | 'takes-away';

interface Waiting {
  readonly manner: Manner;
  readonly work: (query: PostgresQuery) => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** So many calls are done in one transaction, while which every other process waits. */
const MOST_TOGETHER = 100;
/** One for the calls, which are done in their order, and one for what looks for changes beside them. */
const CONNECTIONS = 2;

/**
 * A vault in PostgreSQL, which any number of processes have at the same time. A transaction that changes something is
 * alone, whichever process has it, so that there is one order for all of them, and each is judged by what was done before.
 *
 * **What is erased or replaced** is gone from every answer at the commit. Then the part of the table that it stood in is
 * written anew, in new files, and only then the call resolves: no file of the database has it any more, in whatever state
 * VACUUM is. While another program holds that part, such as a dump, the call is unavailable, and what is called next
 * finishes it, in whichever process. Out of its reach are
 * - the write-ahead log: what was put stands in its segments until the engine overwrites or removes them, in what is archived
 *   and in base backups as long as these are kept, and on a standby until that has replayed it;
 * - what the file system leaves on the disk of a file that is gone;
 * - the server’s own log, where it is set to log statements with their parameters.
 *
 * **Erasures** are rows of the table `erasure`, which is in the same database, and so goes back with it where that is put
 * back to an earlier state. Whoever restores one stops every register, restores to the end of the write-ahead log, or puts
 * those erasures into the table that came after the state that was restored: only `key` and `at`, for `done` is false of its
 * own. The first vault that is used then does them before it is read. The list beside a vault in SQLite can be copied in as it
 * is: `\copy guidance_register.erasure (at, key) FROM 'register.erasures' (DELIMITER ' ')`.
 */
export class PostgresVault implements Vault {
  readonly #database: Postgres;
  #waiting: Waiting[] = [];
  #working: Promise<void> | undefined;
  #isSettled = false;
  #isClosed = false;

  /**
   * The vault at an address `postgres://…`. It connects with the first call, and makes its tables where there are none. Throws
   * where the address is none; a call rejects with `PostgresLayoutUnknown` where the tables are of another release.
   */
  static open(address: string): PostgresVault {
    return new PostgresVault(
      new Postgres(address, VAULT_TABLES, {
        connections: CONNECTIONS,
        unavailable: (why) => new VaultUnavailable(`The vault cannot be had in ${why}.`),
      }),
    );
  }

  private constructor(database: Postgres) {
    this.#database = database;
  }

  put(...[key, others, person]: Parameters<Vault['put']>): ReturnType<Vault['put']> {
    const given = structuredClone({ key, others, person });
    return this.#call('takes-away', (query) => put(query, given.key, given.others, given.person));
  }

  read(...args: Parameters<Vault['read']>): ReturnType<Vault['read']> {
    const [keys, by] = structuredClone(args);
    return this.#call('changes', (query) => read(query, keys, by));
  }

  readAll(...args: Parameters<Vault['readAll']>): ReturnType<Vault['readAll']> {
    const [keys, by] = structuredClone(args);
    return this.#call('changes', (query) => readEntries(query, keys, by));
  }

  mint(...args: Parameters<Vault['mint']>): ReturnType<Vault['mint']> {
    const [minting, request] = structuredClone(args);
    return this.#call('changes', (query) => mint(query, minting, request));
  }

  minted(...[body, request]: Parameters<Vault['minted']>): ReturnType<Vault['minted']> {
    return this.#call('looks', (query) => minted(query, body, request));
  }

  mintings(...[keys]: Parameters<Vault['mintings']>): ReturnType<Vault['mintings']> {
    const names = [...keys];
    return this.#call('looks', (query) => mintings(query, names));
  }

  erase(...[keys, at]: Parameters<Vault['erase']>): ReturnType<Vault['erase']> {
    const names = [...keys];
    return this.#call('takes-away', (query) => erase(query, names, at));
  }

  kept(): ReturnType<Vault['kept']> {
    return this.#call('looks', kept);
  }

  readings(...[keys, after = 0]: Parameters<Vault['readings']>): ReturnType<Vault['readings']> {
    const names = [...keys];
    return this.#call('looks', (query) => readings(query, names, after));
  }

  erasures(...[keys]: Parameters<Vault['erasures']>): ReturnType<Vault['erasures']> {
    const names = [...keys];
    return this.#call('looks', (query) => erasures(query, names));
  }

  async changes(after: number): Promise<Changes> {
    this.#checkOpen();
    return this.#database.transaction((query) => changes(query, after), { alone: false });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#working;
    await this.#database.close();
  }

  async #call<T>(manner: Manner, work: (query: PostgresQuery) => Promise<T>): Promise<T> {
    this.#checkOpen();
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ manner, work, resolve: resolve as (value: unknown) => void, reject });
      this.#working ??= this.#work();
    });
  }

  #checkOpen(): void {
    if (this.#isClosed)
      throw new VaultUnavailable(`The vault in PostgreSQL (${this.#database.shown}) is closed.`);
  }

  async #work(): Promise<void> {
    // All that is called in the same turn of the event loop comes together.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#together(this.#waiting.splice(0, MOST_TOGETHER));
    this.#working = undefined;
  }

  /** Does calls in their order in one transaction; where one of them is to blame that this fails, each by itself. */
  async #together(calls: readonly Waiting[]): Promise<void> {
    try {
      await this.#settle();
      const alone = calls.some(({ manner }) => manner !== 'looks');
      const { values, unclean } = await this.#database.transaction(
        async (query) => {
          if (!alone) await waitForParts(query);
          const values: unknown[] = [];
          for (const { work } of calls) values.push(await work(query));
          return { values, unclean: calls.some(takesAway) && (await isUnclean(query)) };
        },
        { alone },
      );
      const failure = unclean ? await this.#clean() : undefined;
      for (const [i, call] of calls.entries())
        if (failure !== undefined && takesAway(call)) call.reject(failure);
        else call.resolve(values[i]);
    } catch (error) {
      if (calls.length > 1 && isOfOneCall(error)) for (const call of calls) await this.#together([call]);
      else for (const { reject } of calls) reject(error);
    }
  }

  /** Once, before anything else: what a restore brought back is gone before it is read. */
  async #settle(): Promise<void> {
    if (this.#isSettled) return;
    const unclean = await this.#database.transaction(
      async (query) => {
        await eraseDue(query);
        return isUnclean(query);
      },
      { alone: true },
    );
    // Where that fails it is found unclean by the next call that takes something away, which says so.
    if (unclean) await this.#clean();
    this.#isSettled = true;
  }

  /** Leaves nothing in the files of what is gone, or says why not. */
  async #clean(): Promise<unknown> {
    try {
      await this.#database.transaction(writeAnew, { alone: true });
      return undefined;
    } catch (error) {
      return error;
    }
  }
}

function takesAway({ manner }: Waiting): boolean {
  return manner === 'takes-away';
}

/** Whether the engine did not take a value or a row, and nothing was wrong with the engine. */
function isOfOneCall(error: unknown): boolean {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' && /^2[23]/.test(code);
}
