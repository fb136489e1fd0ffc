import { Injectable } from '@nestjs/common';
import { refuse, type Refusal } from '@app/domain/values/problem';
import type { Work } from '@app/domain/values/work';
import { rest } from './cooperative';

/**
 * What a question may take of this process that looks at more than one subject, and so much longer than others: they
 * stand in lines, of each line one is worked on at a time, and all lines together have one turn each time round the event
 * loop. The bounds are those of one process.
 */

/**
 * So much one question may look at, in single values (one test of one provider or adviser; with open disputes, each of
 * their outcomes): several times what all of a register of a million events comes to. It is a count and not a time, so
 * that the same question is answered or refused on every machine.
 */
export const MOST_LOOKED_AT = 10_000_000;
/** So many wait in a line at the most: each holds in memory what it has found up to now. */
export const MOST_WAITING = 16;
/** So long a question waits in its line, in milliseconds: clients and proxies do not wait much longer. */
export const LONGEST_WAIT_MS = 30_000;

/** A heavy question waits for so many turns before it stands in a line: for one of its own, and for the one after it. */
const TURNS_BEFORE = 2;
/**
 * A question about one provider waits for so many: those about providers with some hundred advisers are answered side by
 * side, and the few that would hold far more in memory while they wait one after the other.
 */
const TURNS_OF_A_QUESTION = 50;

const TOO_MUCH = refuse(
  'too-large',
  'To answer this, more would have to be looked at than one question may cause: ask about one setting or one provider, between moments nearer to each other, or with fewer tests',
);
const FULL = refuse(
  'unavailable',
  `${MOST_WAITING} such questions wait already, each of which looks at a large part of the register: ask again a while later`,
);
const TOO_LONG = refuse(
  'unavailable',
  `Other such questions, each of which looks at a large part of the register, took longer than ${LONGEST_WAIT_MS / 1_000} seconds: ask again a while later`,
);

/**
 * A line of heavy questions. A question that is answered within a turn of its own never waits in it; of the others one is
 * worked on at a time, in the order in which they came. How many take their first turns before they stand in it, the
 * connections of the process bound, each of which brings a few questions at the most.
 */
export class Line {
  readonly #waiting = new Set<(refusal?: Refusal) => void>();
  readonly #turnsBefore: number;
  #isBusy = false;

  constructor(turnsBefore = TURNS_BEFORE) {
    this.#turnsBefore = turnsBefore;
  }

  /**
   * What a work comes to, or its refusal: `unavailable` where too many wait already or it has waited too long, `too-large`
   * where it would look at more than {@link MOST_LOOKED_AT}. `signal` ends it where no one waits for it any more, also in
   * the line; then it rejects with the reason.
   */
  answer<T>(work: Work<T>, signal?: AbortSignal): Promise<T | Refusal> {
    return this.#inTurns(work, rest(), 0, signal);
  }

  /** The same of a work whose turn has come: what comes to an end within it is given at once. */
  begin<T>(work: Work<T>, signal?: AbortSignal): T | Promise<T | Refusal> {
    let lookedAt = 0;
    for (;;) {
      const step = work.next();
      if (step.done) return step.value;
      lookedAt += step.value;
      const pause = rest();
      if (pause) return this.#inTurns(work, pause, lookedAt, signal);
    }
  }

  async #inTurns<T>(
    work: Work<T>,
    until: Promise<void> | undefined,
    before: number,
    signal: AbortSignal | undefined,
  ): Promise<T | Refusal> {
    let [lookedAt, pauses] = [before, 0];
    let isInFront = false;
    try {
      for (let pause = until; ; pause = rest()) {
        for (; pause; pause = rest()) {
          await pause;
          signal?.throwIfAborted();
          // What is left of another’s turn is not a turn of its own.
          if (++pauses > this.#turnsBefore && !isInFront) {
            const refusal = await this.#front(signal);
            if (refusal) return refusal;
            isInFront = true;
          }
        }
        const step = work.next();
        if (step.done) return step.value;
        lookedAt += step.value;
        if (lookedAt > MOST_LOOKED_AT) return TOO_MUCH;
      }
    } finally {
      if (isInFront) this.#leave();
    }
  }

  /** Resolves when somebody is in front of the line, or to why that will not be. Rejects where the asker has gone. */
  async #front(signal: AbortSignal | undefined): Promise<Refusal | undefined> {
    signal?.throwIfAborted();
    if (!this.#isBusy) {
      this.#isBusy = true;
      return undefined;
    }
    if (this.#waiting.size >= MOST_WAITING) return FULL;
    const { promise, resolve, reject } = Promise.withResolvers<Refusal | undefined>();
    const settle = (refusal?: Refusal) => {
      this.#waiting.delete(settle);
      resolve(refusal);
    };
    const go = () => {
      this.#waiting.delete(settle);
      reject(signal?.reason as Error);
    };
    const late = setTimeout(() => {
      settle(TOO_LONG);
    }, LONGEST_WAIT_MS).unref();
    signal?.addEventListener('abort', go);
    this.#waiting.add(settle);
    try {
      return await promise;
    } finally {
      clearTimeout(late);
      signal?.removeEventListener('abort', go);
    }
  }

  #leave(): void {
    const [next] = this.#waiting;
    if (next) next();
    else this.#isBusy = false;
  }
}

/** What anybody may ask about all of the register: what a draft policy would change, and what changed between two moments. */
@Injectable()
export class RegisterLine extends Line {}

/** The same of those who may post: what is tried waits for no one who has no key. */
@Injectable()
export class TrialLine extends Line {}

/** Whether a provider may deliver guidance: nearly every such question is answered within a turn. */
@Injectable()
export class QuestionLine extends Line {
  constructor() {
    super(TURNS_OF_A_QUESTION);
  }
}

/** What it would take to become eligible. */
@Injectable()
export class RouteLine extends Line {}
