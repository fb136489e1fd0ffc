/**
 * Every bound on what the process does and holds for its HTTP clients, with its unit and its reason.
 * `docs/operating.md`, “What is bounded”, tells operators the same.
 */

import { MOST_TRIED } from '@app/application/posting/dry-run';

const KIB = 1024;
const MIB = 1024 * KIB;
const SECOND = 1_000;

// Connections

/**
 * The most connections at once. An idle one takes about 20 KiB: all of them take 40 MiB, and a proxy needs a
 * few hundred.
 */
export const MOST_CONNECTIONS = 2_048;
/**
 * The most connections at once of one address (of IPv6: /64) that is not a trusted proxy. A browser opens
 * six.
 */
export const MOST_OF_AN_ADDRESS = 256;
/** The most connections at once of an IPv6 /48, which any customer is given: a few times as many. */
export const MOST_OF_A_SITE = 768;
/**
 * The most connections beyond these bounds: they are told so, and only get the state of the register
 * (`/health`, `/metrics`).
 */
export const MOST_SPARE = 128;
/**
 * The most connections that the system holds until they are accepted. If there are as many, the next client
 * is heard a second later.
 */
export const MOST_WAITING_TO_COME = 2_048;
/**
 * The number of newest connections that are not closed for others, because their requests may still be on
 * their way. It is half of the spare connections, so that some older ones can always be closed.
 */
export const LEAST_HEARD = 64;
/**
 * The requests that may wait in line on one connection; with more, what all connections bring is parsed in
 * small pieces.
 */
export const MOST_IN_LINE = 16;
/**
 * The pieces of a body that may be read together with its head, to the same effect: 64 KiB of them are read
 * at once, about 60 bytes each.
 */
export const MOST_PIECES = 1_024;
/** Milliseconds for which small pieces are parsed, from the last such packet on. */
export const LONGEST_WARINESS = 60 * SECOND;
/**
 * Bytes that are then parsed at once from a connection. The shortest request has about 30, so that about 16
 * at most wait in line on one connection: the next are parsed when these are answered. A longer head is
 * parsed in several goes.
 */
export const PIECE_OF_HEADS = 512;
/**
 * The least bytes of a body that are then parsed at once: about 40 chunks of one byte. Bodies with larger
 * chunks are parsed in larger pieces, up to the second bound.
 */
export const LEAST_PIECE = 256;
export const MOST_OF_A_PIECE = 16 * KIB;
/** Milliseconds that such a piece may take; after one that takes longer, the next is of the least size. */
export const LONGEST_PIECE = 0.25;
/**
 * Milliseconds for the head of a request, from its first byte or from the connection on. A slow phone takes
 * two seconds.
 */
export const LONGEST_HEAD = 10 * SECOND;
/** Milliseconds for a body that is read whole: 16 MiB over a line of 3 Mbit/s. */
export const LONGEST_BODY = 60 * SECOND;
/** Milliseconds without progress of a body or an answer after which the connection is checked. */
export const LONGEST_SILENCE = 30 * SECOND;
/** The most such silences in a row within a body: a sender may look something up between two lines. */
export const MOST_SILENCES = 2;
/** Milliseconds in which an answer that is held whole has to be read: 3 MB over a line of 100 kbit/s. */
export const LONGEST_READING = 300 * SECOND;
/**
 * Milliseconds for which a refused sender may go on: a client that is disconnected while sending never learns
 * why.
 */
export const LONGEST_FAREWELL = 10 * SECOND;
/** Bytes of the rest of a refused body that are read and thrown away, for the same reason. */
export const MOST_DISCARDED = 64 * MIB;
/**
 * Milliseconds for which a request or an answer is in progress before its connection may be closed to make
 * room for another.
 */
export const LEAST_PATIENCE = 5 * SECOND;

// Bodies

/** Bytes of one event or line: many times what the log takes. */
export const LARGEST_EVENT = MIB;
/** Bytes of a batch that is read whole; larger ones are sent as NDJSON. */
export const LARGEST_BATCH = 16 * MIB;
/** Bytes of an atomic batch. It is held until it is complete, and an append holds 512 KiB of stored bytes. */
export const LARGEST_ATOMIC = 2 * MIB;
/** Parsed data takes a few times the bytes that were sent. */
export const PARSED = 4;
/**
 * Bytes of a body that are always granted, so that a single event or question is never refused for lack of
 * room.
 */
export const FREE_OF_A_BODY = 16 * KIB;
/** Bytes of a streamed body that wait to be processed; with more, reading pauses. */
export const MOST_UNREAD = 64 * KIB;

// Answers

/** Bytes of a page of the log; a page has at least one event. */
export const LARGEST_LOG_PAGE = MIB;
/** Bytes of a stream that are sent on at once. */
export const SLAB = 64 * KIB;
/** Bytes of an answer that are not counted: most answers have a few thousand. */
export const FREE_OF_AN_ANSWER = 16 * KIB;
/** Bytes that compressing one stream takes, as measured. */
export const COMPRESSING = 3 * MIB;

// Limits

/** Addresses, and networks of each wider kind, that are counted separately in a minute: about 7 MiB. */
export const MOST_TOLD_APART = 50_000;
/**
 * How often a minute an address may ask for the state of the register at least, whatever its limit: once a
 * second.
 */
export const LEAST_LOOKS = 60;

// Dry runs and names

/** Milliseconds that a dry run may last, however few events it tries; and as many more as it tries events. */
export const LONGEST_TRIAL = 60 * SECOND;

/**
 * A bound on something that the whole process holds. Holders share it: no one is given more than is left for
 * the others, so that a single holder gets half, and the next one always finds something.
 */
export class Budget {
  #held = 0;
  #refused = 0;
  readonly #holders = new Map<string, number>();

  /** `limit`: in units of what is held. `shared`: whether a single holder may not have all of it. */
  constructor(
    readonly limit: number,
    private readonly shared = true,
  ) {}

  /** The amount held now. */
  get held(): number {
    return this.#held;
  }

  /** How often there was no room. */
  get refused(): number {
    return this.#refused;
  }

  /**
   * Takes an amount for a holder; false if there is no room for it. Whatever is taken has to be given back.
   */
  take(holder: string, amount: number): boolean {
    const own = (this.#holders.get(holder) ?? 0) + amount;
    const left = this.limit - this.#held - amount;
    if (left < 0 || (this.shared && own > left)) {
      this.#refused++;
      return false;
    }
    this.#held += amount;
    this.#holders.set(holder, own);
    return true;
  }

  give(holder: string, amount: number): void {
    const own = (this.#holders.get(holder) ?? 0) - amount;
    this.#held -= amount;
    if (own > 0) this.#holders.set(holder, own);
    else this.#holders.delete(holder);
  }
}

/** A request’s share of a budget: nothing at first, and nothing after it is released. */
export class Share {
  #amount = 0;
  #released = false;

  constructor(
    private readonly budget: Budget,
    private readonly holder: string,
  ) {}

  /** Changes the share to an amount; returns false and leaves it unchanged if there is no room. */
  hold(amount: number): boolean {
    if (this.#released) return false;
    const more = amount - this.#amount;
    if (more > 0 && !this.budget.take(this.holder, more)) return false;
    if (more < 0) this.budget.give(this.holder, -more);
    this.#amount = amount;
    return true;
  }

  /** Adds an amount to the share. */
  add(amount: number): boolean {
    return this.hold(this.#amount + amount);
  }

  release(): void {
    this.hold(0);
    this.#released = true;
  }
}

/** Counts refusals and closed connections for a bound that is not a budget. */
class Tally {
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(): void {
    this.#count++;
  }
}

/** The budgets of the process, by their names in the metrics. */
export const BUDGETS = {
  /** Bytes of bodies from senders with a key in force: two batches of 16 MiB. */
  bodies: new Budget(48 * MIB),
  /** Bytes of bodies from all others, so that requests without a key take no room from those with one. */
  public_bodies: new Budget(32 * MIB),
  /**
   * Bytes of answers that are held until they are read. The largest record of a real provider has about 100
   * kB.
   */
  answers: new Budget(64 * MIB),
  /** Events that dry runs try and have not answered yet, about 1.6 KB each: one of the largest files. */
  tried_events: new Budget(MOST_TRIED, false),
} as const;

/** Counts of other refusals for a bound, by their names in the metrics. */
export const TALLIES = {
  /** Connections that were closed at once, or answered 503, because there were too many. */
  connections: new Tally(),
  /** Connections that were closed to make room for others. */
  evicted: new Tally(),
  /** Bodies, and heads, that did not come in time. */
  late: new Tally(),
  /** Answers that were not read in time. */
  unread: new Tally(),
} as const;
