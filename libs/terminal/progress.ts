import { progress } from '@clack/prompts';

/** Tells on stderr how far a long piece of work has come. */
export interface ProgressReporter {
  /**
   * `done`: the part of all that is done; `words`: the same in words. It may be called often, and prints now
   * and then.
   */
  readonly tell: (done: number, words: () => string) => void;
  /** Prints something at once, whatever else is shown. */
  readonly say: (sentence: string) => void;
  readonly end: () => void;
}

/** The milliseconds between lines if there is no terminal. */
const BETWEEN_LINES = 2_000;
/** The milliseconds between drawings of the bar. */
const BETWEEN_DRAWINGS = 80;

/** A number as people read it. */
export function readableNumber(number: number): string {
  return number.toLocaleString('en-GB');
}

/** Shows a bar in a terminal, else a line now and then. `begin`: what to say at the beginning. */
export function teller(total: number, begin: string): ProgressReporter {
  if (!process.stderr.isTTY) {
    let next = performance.now() + BETWEEN_LINES;
    return {
      tell(_done, words) {
        if (performance.now() < next) return;
        next = performance.now() + BETWEEN_LINES;
        process.stderr.write(`${words()}\n`);
      },
      say: (sentence) => process.stderr.write(`${sentence}\n`),
      end: () => undefined,
    };
  }
  const bar = progress({ max: Math.max(total, 1), output: process.stderr, cancelMessage: 'Stopping' });
  bar.start(begin);
  // The bar would end the process at once on Ctrl-C, in the middle of its work: this lets Ctrl-C come as a
  // signal.
  if (process.stdin.isTTY) process.stdin.setRawMode(false);
  let shown = 0;
  let last = begin;
  let next = performance.now();
  return {
    tell(done, words) {
      if (done < total && performance.now() < next) return;
      next = performance.now() + BETWEEN_DRAWINGS;
      last = words();
      bar.advance(done - shown, last);
      shown = done;
    },
    say(sentence) {
      bar.message(sentence);
    },
    end() {
      if (!bar.isCancelled) bar.stop(last);
    },
  };
}
