/** What is kept of a person: an adviser or a sole trader (specification, section 9). */
export interface Person {
  /** 1–200 characters in Unicode form NFC, without control characters, as names in the log. */
  readonly name: string;
  /** How the person wants to be reached, in a line of 1–500 such characters. */
  readonly contact?: string;
  /** Whether everybody may see it. */
  readonly public: boolean;
}

/** What everybody may see of a person. */
export type PublicPerson = Omit<Person, 'public'>;

/**
 * A key of a person as an event registered it. Where that is retracted the key is free for another person, and what was
 * kept under it is not that other’s.
 */
export interface RegisteredKey {
  readonly key: string;
  /** Position of the event. */
  readonly registration: number;
}

/** That an entry is kept under a key, and what everybody may see of it: nothing where it is not public. */
export interface Kept extends RegisteredKey {
  readonly shown?: PublicPerson;
}

/** That a body was given what is kept under a key, at an RFC 3339 instant. */
export interface Reading {
  readonly key: string;
  readonly body: string;
  readonly at: string;
}

/** Some of what there is, in order; `next` is null where nothing comes after it. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: number | null;
}

/** That what was kept under a key was erased, at an RFC 3339 instant. */
export interface Erasure {
  readonly key: string;
  readonly at: string;
}

/** An entry under a key, whole. */
export interface Entry extends Person {
  readonly key: string;
}

/** That a key was minted for a body, at an RFC 3339 instant: the log says only that the register registered it. */
export interface Minting {
  readonly key: string;
  readonly body: string;
  readonly at: string;
}

/** What is kept under a key that was put, replaced or erased: undefined if nothing is, any more. */
export interface ChangedKey {
  readonly key: string;
  readonly kept: Kept | undefined;
  /** That of its last change. */
  readonly number: number;
}

/** What was changed in a vault, by whichever process. */
export interface Changes {
  /** Of all changes up to now; less than the one asked after where the vault was put back to an earlier state. */
  readonly last: number;
  /** In ascending order of their numbers. */
  readonly keys: readonly ChangedKey[];
}

/**
 * The vault (specification, section 9): names and contact details, kept beside the log so that they can be erased and the log
 * stays whole. It has an entry a key. A person may have several keys, and which those are, in which order, and by which
 * registration, is for the log to say, today this and tomorrow that: whoever calls names them. Where several have an
 * entry, because they became one person’s later, that of the first in the order given counts. An entry that was put
 * under another registration of its key does not count, but is replaced and erased with the key.
 *
 * What has resolved is durable, and of what it replaced or erased nothing is left in the store. Calls are done in the
 * order in which they were made, and resolve in that order. They reject with {@link VaultUnavailable}: then it may be
 * done or not, and the same may be called again.
 */
export interface Vault {
  /**
   * Keeps an entry under a key, in place of what was kept under it and under others of the person’s. Resolves to whether
   * no entry that counts was. Where just that is kept already, nothing is done.
   */
  put(key: RegisteredKey, others: readonly RegisteredKey[], person: Person): Promise<boolean>;

  /** The first entry under these keys, once it is recorded who was given it; undefined if there is none. */
  read(
    keys: readonly RegisteredKey[],
    by: { readonly body: string; readonly at: string },
  ): Promise<Person | undefined>;

  /** Every entry under these keys, once it is recorded of each who was given it. */
  readAll(
    keys: readonly RegisteredKey[],
    by: { readonly body: string; readonly at: string },
  ): Promise<readonly Entry[]>;

  /**
   * Keeps for whom a key was minted. `request`: what the body calls its asking, hashed. Resolves to the key, or to the one
   * that was minted for the same body and request before.
   */
  mint(minting: Minting, request?: string): Promise<string>;

  /** The key that was minted for a body under a request. */
  minted(body: string, request: string): Promise<string | undefined>;

  /** For whom each of these keys was minted, of those that were, by key. */
  mintings(keys: readonly string[]): Promise<readonly Minting[]>;

  /**
   * Erases what is kept under each of these keys, by whatever registration, and records that, also where what was put under
   * one of them was replaced since: a backup may still hold it. Where nothing was put under any of them since, that is recorded
   * once of each key, for the backup that is put in this one’s place next may hold something. The request under which a key was minted is forgotten, for a body
   * may have made it of what it knows of the person; for whom it was minted is not.
   */
  erase(keys: readonly string[], at: string): Promise<void>;

  /** All that is kept, by key. What is not public is not given. */
  kept(): Promise<readonly Kept[]>;

  /**
   * Of a vault that several processes change: the keys that were changed after the change of a number, as they are now.
   * Numbers ascend in the order in which the changes were done. It waits for no other call, and none for it.
   */
  changes?(after: number): Promise<Changes>;

  /** Who was given what is kept under these keys, or was before it was erased, in order; `after`: the `next` of the page before. */
  readings(keys: readonly string[], after?: number): Promise<Page<Reading>>;

  /** The erasures of these keys, in order. They name keys and nothing of the person, and are kept permanently. */
  erasures(keys: readonly string[]): Promise<readonly Erasure[]>;

  /** Lets go of the store. After it the vault is unavailable. */
  close(): Promise<void>;
}

export class VaultUnavailable extends Error {
  override readonly name = 'VaultUnavailable';
}
