/** What is kept of a person: an adviser or a sole trader (design, section 9). */
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

/** That an entry is kept under a key, and what everybody may see of it: nothing where it is not public. */
export interface Kept {
  readonly key: string;
  readonly shown?: PublicPerson;
}

/** That a body was given what is kept under a key, at an RFC 3339 instant. */
export interface Reading {
  readonly key: string;
  readonly body: string;
  readonly at: string;
}

/** That what was kept under a key was erased, at an RFC 3339 instant. */
export interface Erasure {
  readonly key: string;
  readonly at: string;
}

/**
 * The vault (design, section 9): names and contact details, kept beside the log so that they can be erased and the log
 * stays whole. A person may have several keys, and which those are is for the log to say, today this and tomorrow
 * that: whoever calls names all of them. Where several keys have an entry, because they became one person’s later, the
 * one put last is the person’s.
 *
 * What has resolved is durable. Calls are done in the order in which they were made, and resolve in that order. They
 * reject with {@link VaultUnavailable}, and then the same may be called again.
 */
export interface Vault {
  /**
   * Keeps an entry under one of a person’s keys, in place of what was kept under any of them. Resolves to whether
   * nothing was.
   */
  put(key: string, keys: readonly string[], person: Person): Promise<boolean>;

  /** The entry of the person who has these keys, once it is recorded who was given it; nothing where there is none. */
  read(
    keys: readonly string[],
    by: { readonly body: string; readonly at: string },
  ): Promise<Person | undefined>;

  /**
   * Erases what is kept under each of these keys, and records that. It does so also where nothing is kept: a backup
   * may still hold something.
   */
  erase(keys: readonly string[], at: string): Promise<void>;

  /** All that is kept, in the order in which it was put. What is not public is not given. */
  kept(): Promise<readonly Kept[]>;

  /** Who was given what is kept under these keys, or was before it was erased, in order. */
  readings(keys: readonly string[]): Promise<readonly Reading[]>;

  /** Every erasure, in order. It names a key and nothing of the person, and is kept for ever. */
  erasures(): Promise<readonly Erasure[]>;

  /** Lets go of the store. After it the vault is unavailable. */
  close(): Promise<void>;
}

export class VaultUnavailable extends Error {
  override readonly name = 'VaultUnavailable';
}
