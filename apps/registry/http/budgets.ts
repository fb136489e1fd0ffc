/**
 * Every bound on what the process does and holds for those who speak to it over HTTP, with its unit and its reason.
 * `docs/operating.md`, “What is bounded”, says the same to whoever runs the register.
 */

import { MOST_TRIED } from '@app/application/posting/dry-run';

const KIB = 1024;
const MIB = 1024 * KIB;
const SECOND = 1_000;

// Connections

/** Connections at once. One that says nothing takes some 20 KiB: all of them take 40 MiB, and a proxy needs a few hundred. */
export const MOST_CONNECTIONS = 2_048;
/** Connections at once of one address (of IPv6: /64) that is no trusted proxy. A browser opens six. */
export const MOST_OF_AN_ADDRESS = 256;
/** The same of an IPv6 /48, which is what any customer is given: a few times as many. */
export const MOST_OF_A_SITE = 768;
/** Connections beyond these bounds, at once: they are told so, and are answered how the register is (`/health`, `/metrics`). */
export const MOST_SPARE = 128;
/** Connections that the system holds until they are let in. Whoever comes when there are as many is heard a second later. */
export const MOST_WAITING_TO_COME = 2_048;
/**
 * The connections that came last, so many, are not closed for others: what they ask may still be under way. It is half of those
 * that may be spare: of others that came before them some can be closed.
 */
export const LEAST_HEARD = 64;
/** Requests that wait in line on one connection before what all connections bring is looked at a little at a time. */
export const MOST_IN_LINE = 16;
/** The same of pieces of a body that were read with its head: 64 KiB of them are read at once, some 60 bytes each. */
export const MOST_PIECES = 1_024;
/** Milliseconds for which it is, from the last such packet on. */
export const LONGEST_WARINESS = 60 * SECOND;
/**
 * Bytes that are parsed at once then of what a connection brings. The shortest request has some 30, so that at most 16 or so wait
 * in line on one connection: the next are looked at when these are answered. A head that is longer is parsed in several goes.
 */
export const PIECE_OF_HEADS = 512;
/** The same of a body: some 40 chunks of one byte; and of one whose chunks are larger up to so many. */
export const LEAST_PIECE = 256;
export const MOST_OF_A_PIECE = 16 * KIB;
/** Milliseconds that such a piece may take; after one that takes longer the next is of the least. */
export const LONGEST_PIECE = 0.25;
/** Milliseconds for the head of a request, from its first byte or from the connection on. A slow phone takes two seconds. */
export const LONGEST_HEAD = 10 * SECOND;
/** Milliseconds for a body that is read whole: 16 MiB over a line of 3 Mbit/s. */
export const LONGEST_BODY = 60 * SECOND;
/** Milliseconds in which nothing comes of a body, or nothing is read of an answer, and the connection is looked at. */
export const LONGEST_SILENCE = 30 * SECOND;
/** So often in a row may nothing of a body have come: a sender may look something up between two lines. */
export const MOST_SILENCES = 2;
/** Milliseconds in which an answer that is held whole has to be read: 3 MB over a line of 100 kbit/s. */
export const LONGEST_READING = 300 * SECOND;
/** Milliseconds for which one who was refused while sending may go on: who is hung up on while sending never hears why. */
export const LONGEST_FAREWELL = 10 * SECOND;
/** Bytes of the rest of a refused body that are read and thrown away, for the same reason. */
export const MOST_DISCARDED = 64 * MIB;
/** Milliseconds for which a request or an answer is under way before its connection may be closed to make room for another. */
export const LEAST_PATIENCE = 5 * SECOND;

// Bodies

/** Bytes of one event, or of a line: many times what the log takes of it. */
export const LARGEST_EVENT = MIB;
/** Bytes of a batch that is read whole; more goes in as NDJSON. */
export const LARGEST_BATCH = 16 * MIB;
/** Bytes sent of an atomic batch. It is held until all of it is there, and an append holds 512 KiB of what is stored. */
export const LARGEST_ATOMIC = 2 * MIB;
/** What is parsed takes a few times the bytes that were sent. */
export const PARSED = 4;
/** Bytes of a body that are held for anybody, so that a single event or question is never refused for want of room. */
export const FREE_OF_A_BODY = 16 * KIB;
/** Bytes of a streamed body that wait to be looked at; beyond them nothing more is read. */
export const MOST_UNREAD = 64 * KIB;

// Answers

/** Bytes of a page of the log, which has one event at least. */
export const LARGEST_LOG_PAGE = MIB;
/** Bytes that are handed on at once of what is streamed. */
export const SLAB = 64 * KIB;
/** Bytes of an answer that are not counted: most have a few thousand. */
export const FREE_OF_AN_ANSWER = 16 * KIB;
/** Bytes that one stream takes which is compressed while it is sent, as measured. */
export const COMPRESSING = 3 * MIB;

// Limits

/** Addresses, and networks of each wider kind, that are told apart in a minute: some 7 MiB. */
export const MOST_TOLD_APART = 50_000;
/** So often a minute at least an address may ask how the register is, whatever its limit: once a second. */
export const LEAST_LOOKS = 60;

// Dry runs and names

/** Milliseconds that a dry run may last, however few events it tries; and as many more as it tries events. */
export const LONGEST_TRIAL = 60 * SECOND;

/**
 * A bound on what is held of something, for the whole process. What several hold they share: no one is given more than is
 * left for the others, so that one alone has half, and whoever comes next always finds something.
 */
export class Budget {
  #held = 0;
  #refused = 0;
  readonly #holders = new Map<string, number>();

  /** `limit`: in units of what is held. `shared`: whether one alone may not have all of it. */
  constructor(
    readonly limit: number,
    private readonly shared = true,
  ) {}

  /** What is held now. */
  get held(): number {
    return this.#held;
  }

  /** How often there was no room. */
  get refused(): number {
    return this.#refused;
  }

  /** Takes some for a holder; false where there is no room for it. What was taken has to be given back. */
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

/** What one request holds of a budget: nothing at first, and nothing any more once it is released. */
export class Share {
  #amount = 0;
  #released = false;

  constructor(
    private readonly budget: Budget,
    private readonly holder: string,
  ) {}

  /** Holds so much in all from now on, instead of what it held before; false, and as before, where there is no room. */
  hold(amount: number): boolean {
    if (this.#released) return false;
    const more = amount - this.#amount;
    if (more > 0 && !this.budget.take(this.holder, more)) return false;
    if (more < 0) this.budget.give(this.holder, -more);
    this.#amount = amount;
    return true;
  }

  /** Holds so much more. */
  add(amount: number): boolean {
    return this.hold(this.#amount + amount);
  }

  release(): void {
    this.hold(0);
    this.#released = true;
  }
}

/** How often something was refused, or somebody hung up on, for a bound that is not one of a budget. */
class Tally {
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(): void {
    this.#count++;
  }
}

/** The budgets of the process, each under the name that it has in the metrics. */
export const BUDGETS = {
  /** Bytes of bodies of those who bring a key in force: a batch of 16 MiB from each of two. */
  bodies: new Budget(48 * MIB),
  /** Bytes of bodies of everybody else: who brings no key takes no room from who does. */
  public_bodies: new Budget(32 * MIB),
  /** Bytes of answers that are held until they are read. The largest record of a real provider is one of some 100 kB. */
  answers: new Budget(64 * MIB),
  /** Events that are tried in dry runs and not answered yet, some 1.6 KB each: one of the largest files. */
  tried_events: new Budget(MOST_TRIED, false),
} as const;

/** What else is refused for a bound, each under the name that it has in the metrics. */
export const TALLIES = {
  /** Connections closed at once, or answered 503, because there were too many. */
  connections: new Tally(),
  /** Connections closed to make room for others. */
  evicted: new Tally(),
  /** Bodies, and heads, that did not come in time. */
  late: new Tally(),
  /** Answers that were not read in time. */
  unread: new Tally(),
} as const;
