import { progress } from '@clack/prompts';

/** Tells on stderr how far a long piece of work is. */
export interface ProgressReporter {
  /** `done` of all, and the same in words; said now and then, however often it is called. */
  readonly tell: (done: number, words: () => string) => void;
  /** Says something at once, whatever else is shown. */
  readonly say: (sentence: string) => void;
  readonly end: () => void;
}

/** Where there is no terminal, a line so often, in milliseconds. */
const BETWEEN_LINES = 2_000;
/** The bar is drawn anew so often. */
const BETWEEN_DRAWINGS = 80;

/** A number as people read it. */
export function readableNumber(number: number): string {
  return number.toLocaleString('en-GB');
}

/** Tells by a bar in a terminal, else by a line now and then. `begin`: what is said before anything is done. */
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
  // The bar would end the process at once on Ctrl-C, in the middle of its work: let it come as the signal that it is.
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
