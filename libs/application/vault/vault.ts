/** What is kept of a person: an adviser or a sole trader (specification, section 9). */
export interface Person {
  /** 1–200 characters in Unicode form NFC, without control characters, like names in the log. */
  readonly name: string;
  /** How to reach the person, in a line of 1–500 such characters. */
  readonly contact?: string;
  /** Whether everybody may see the entry. */
  readonly public: boolean;
}

/** The public part of a person’s entry. */
export type PublicPerson = Omit<Person, 'public'>;

/**
 * A key of a person, with the event that registered it. If that event is retracted, another person may get
 * the key, and what was kept under it does not become that person’s.
 */
export interface RegisteredKey {
  readonly key: string;
  /** Position of the event. */
  readonly registration: number;
}

/** That an entry is kept under a key, and its public part; undefined if it is not public. */
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
export interface VaultPage<T> {
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
 * The vault (specification, section 9): names and contact details, kept beside the log so that they can be
 * erased while the log stays whole. It has an entry for each key. A person may have several keys. Which keys,
 * in which order and by which registration is for the log to say, and may change, so callers name them. If
 * several of them have an entry, because they became one person’s later, the first in the order given counts.
 * An entry that was put under another registration of its key does not count, but is replaced and erased with
 * the key.
 *
 * When a call resolves, its change is durable, and the store holds no trace of what it replaced or erased.
 * Calls are done in the order in which they were made, and resolve in that order. They reject with {@link
 * VaultUnavailable}: then the change may be made or not, and the same call may be repeated.
 */
export interface Vault {
  /**
   * Keeps an entry under a key, in place of what was kept under it and under the person’s other keys.
   * Resolves to whether no entry counted before. If just that entry is kept already, nothing is done.
   */
  put(key: RegisteredKey, others: readonly RegisteredKey[], person: Person): Promise<boolean>;

  /** The first entry under these keys, once it is recorded who was given it; undefined if there is none. */
  read(
    keys: readonly RegisteredKey[],
    by: { readonly body: string; readonly at: string },
  ): Promise<Person | undefined>;

  /** Every entry under these keys, once it is recorded who was given each. */
  readAll(
    keys: readonly RegisteredKey[],
    by: { readonly body: string; readonly at: string },
  ): Promise<readonly Entry[]>;

  /**
   * Records for whom a key was minted. `request`: what the body calls its request, hashed. Resolves to the
   * key, or to the one that was minted before for the same body and request.
   */
  mint(minting: Minting, request?: string): Promise<string>;

  /** The key that was minted for a body under a request. */
  minted(body: string, request: string): Promise<string | undefined>;

  /** By key, for whom each of these keys was minted; keys that were not minted are left out. */
  mintings(keys: readonly string[]): Promise<readonly Minting[]>;

  /**
   * Erases what is kept under each of these keys, under any registration, and records the erasure, even if
   * what was put under a key was replaced since: a backup may still hold it. If nothing was put under any of
   * them since, the erasure is recorded once for each key, because a backup that takes this one’s place may
   * hold something. The request under which a key was minted is forgotten, because a body may have made it
   * from what it knows of the person; for whom the key was minted is kept.
   */
  erase(keys: readonly string[], at: string): Promise<void>;

  /** All that is kept, by key, with the public parts only. */
  kept(): Promise<readonly Kept[]>;

  /**
   * Of a vault that several processes change: the keys that were changed after the change of a number, as they are now.
   * Numbers ascend in the order in which the changes were done. It waits for no other call, and none for it.
   */
  changes?(after: number): Promise<Changes>;

  /** Who was given what is kept under these keys, or was before it was erased, in order; `after`: the `next` of the page before. */
  readings(keys: readonly string[], after?: number): Promise<VaultPage<Reading>>;

  /**
   * The erasures of these keys, in order. They name keys and say nothing else of the person, and are kept
   * permanently.
   */
  erasures(keys: readonly string[]): Promise<readonly Erasure[]>;

  /** Closes the store. After this the vault is unavailable. */
  close(): Promise<void>;
}

export class VaultUnavailable extends Error {
  override readonly name = 'VaultUnavailable';
  /** Whether there is none at all: then its message is for whoever asked, and trying again does not help. */
  readonly isMissing: boolean;

  constructor(message: string, { isMissing = false, cause }: { isMissing?: boolean; cause?: unknown } = {}) {
    super(message, { cause });
    this.isMissing = isMissing;
  }
}
