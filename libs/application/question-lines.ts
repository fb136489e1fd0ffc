import { Injectable } from '@nestjs/common';
import { refuse, type Refusal } from '@app/domain/values/problem';
import type { Work } from '@app/domain/values/work';
import { rest } from './cooperative';

/**
 * The share of this process that heavy questions get: those that look at more than one subject, and so take
 * long. They wait in lines; in each line one is worked on at a time, and all lines share one turn in each
 * round of the event loop. The bounds are those of one process.
 */

/**
 * The most single values that one question may look at (one test of one provider or adviser; with open
 * disputes, each of their outcomes): several times what a whole register of a million events needs. It is a
 * count and not a time, so that every machine answers or refuses the same questions.
 */
export const MOST_LOOKED_AT = 10_000_000;
/** The most questions that wait in a line: each holds in memory what it has found so far. */
export const MOST_WAITING = 16;
/** How long a question waits in its line, in milliseconds: clients and proxies do not wait much longer. */
export const LONGEST_WAIT_MS = 30_000;

/** The turns that a heavy question uses before it joins a line: one of its own, and the one after it. */
const TURNS_BEFORE = 2;
/**
 * The turns that a question about one provider uses before it joins a line. Questions about providers with
 * some hundred advisers so run side by side; the few larger ones wait one after the other, because they hold
 * far more memory.
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
   * The result of a work, or its refusal: `unavailable` if too many wait already or it has waited too long,
   * `too-large` if it would look at more than {@link MOST_LOOKED_AT} values. `signal` ends it, even in the
   * line, if no one waits for it any more; then it rejects with the reason.
   */
  answer<T>(work: Work<T>, signal?: AbortSignal): Promise<T | Refusal> {
    return this.#inTurns(work, rest(), 0, signal);
  }

  /** As {@link answer}, for a work whose turn has come: a result within that turn is returned at once. */
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
          // The rest of another’s turn does not count as a turn of its own.
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

  /**
   * Resolves when the caller is in front of the line, or to why it will never be. Rejects if the asker has
   * gone.
   */
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

/**
 * The line for public questions about all of the register: what a draft policy would change, and what changed
 * between two moments.
 */
@Injectable()
export class RegisterLine extends Line {}

/** The line for those who may post, so that a dry run never waits for someone without a key. */
@Injectable()
export class TrialLine extends Line {}

/**
 * The line for whether a provider may deliver guidance; nearly every such question is answered within a turn.
 */
@Injectable()
export class QuestionLine extends Line {
  constructor() {
    super(TURNS_OF_A_QUESTION);
  }
}

/** The line for what it would take to become eligible. */
@Injectable()
export class RouteLine extends Line {}
