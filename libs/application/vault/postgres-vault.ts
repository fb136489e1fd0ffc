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

/** What a call needs: one that changes something has to be alone, and after one that takes something away the files are cleaned. */
type Manner = 'looks' | 'changes' | 'takes-away';

interface Waiting {
  readonly manner: Manner;
  readonly work: (query: PostgresQuery) => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** The most calls in one transaction: every other process waits for that. */
const MOST_TOGETHER = 100;
/** One connection for the calls, one after the other, and one to look for changes meanwhile. */
const CONNECTIONS = 2;

/**
 * A vault in PostgreSQL, which any number of processes may use at the same time. A transaction that changes something is
 * alone among all processes, so that all changes have one order, and each sees those before it.
 *
 * **Erased and replaced data** are gone from every answer at the commit. Then the vault rewrites the part of the table that
 * held them into new files, and only then resolves the call: no file of the database contains them any more, whatever VACUUM
 * has done. While another program, such as a dump, holds that part, the call rejects as unavailable, and the next call that
 * takes something away finishes it, in whichever process. The vault cannot reach
 * - the write-ahead log: its segments contain the data until the engine overwrites or removes them, archives and base backups
 *   as long as these are kept, and a standby until that has replayed the erasure;
 * - what the file system leaves on the disk of a deleted file;
 * - the server’s own log, if that logs statements with their parameters.
 *
 * **Erasures** are rows of the table `erasure` in the same database, which a restore to an earlier state takes back too. Who
 * restores stops every register, and restores to the end of the write-ahead log, or else adds the later erasures to the table:
 * only `key` and `at`, since `done` is false by default. The first vault that is used then does them before it is read. The
 * list of erasures beside a vault in SQLite can be copied in as it is:
 * `\copy guidance_register.erasure (at, key) FROM 'register.erasures' (DELIMITER ' ')`.
 */
export class PostgresVault implements Vault {
  readonly #database: Postgres;
  #waiting: Waiting[] = [];
  #working: Promise<void> | undefined;
  #isSettled = false;
  #isClosed = false;

  /**
   * The vault at an address `postgres://…`. The first call connects, and creates the tables if there are none. Throws if the
   * address is none. Calls reject with `PostgresLayoutUnknown` if another release made the tables.
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
    // Calls of the same turn of the event loop share a transaction.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#together(this.#waiting.splice(0, MOST_TOGETHER));
    this.#working = undefined;
  }

  /** Does calls in their order, in one transaction. If that fails because of one of them, each gets its own. */
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

  /** Erases again, before the first call, what a restore brought back. */
  async #settle(): Promise<void> {
    if (this.#isSettled) return;
    const unclean = await this.#database.transaction(
      async (query) => {
        await eraseDue(query);
        return isUnclean(query);
      },
      { alone: true },
    );
    // If that fails, the files stay unclean, and the next call that takes something away tries again and rejects.
    if (unclean) await this.#clean();
    this.#isSettled = true;
  }

  /** Removes deleted rows from the files. Resolves to the error if it could not. */
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

/** Whether an error is about a value or a row of one call, and not about the engine. */
function isOfOneCall(error: unknown): boolean {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' && /^2[23]/.test(code);
}
