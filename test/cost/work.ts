import { Session, type Profiler } from 'node:inspector';
import { setFlagsFromString } from 'node:v8';

/**
 * How much work something is, counted and not timed, so that it is the same on every machine: the letters of the
 * register’s own code that were run, each as often as it was run (V8’s precise coverage counts every block of it), and
 * the elements that the language itself has walked through, copied or written on its behalf.
 */
/** What they build into another function is not counted any more. */
const OPTIMISING = ['turbofan', 'maglev'];
for (const compiler of OPTIMISING) setFlagsFromString(`--no-${compiler}`);
const session = new Session();
session.connect();
session.post('Profiler.enable');
// What is compiled before this is not counted block by block: import this file first.
session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

let walked = 0;

/** What a method of the language walks through, by what it was called on and what it gave back. */
function count(of: object, methods: Readonly<Record<string, (on: unknown, result: unknown) => number>>) {
  for (const [name, size] of Object.entries(methods)) {
    const native = Reflect.get(of, name) as (...given: unknown[]) => unknown;
    Object.defineProperty(of, name, {
      configurable: true,
      writable: true,
      value: function (this: unknown, ...given: unknown[]) {
        const result = native.apply(this, given);
        walked += size(this ?? given[0], result);
        return result;
      },
    });
  }
}

const lengthOf = (one: unknown) => (one as { readonly length?: number } | undefined)?.length ?? 0;
const own = (on: unknown) => lengthOf(on);
const given = (_: unknown, result: unknown) => lengthOf(result);
const sizes = (on: unknown) => (on as ReadonlySet<unknown>).size;

// A search that ends early is counted as if it went to the end, which is no more than a factor.
count(Array.prototype, {
  includes: own,
  indexOf: own,
  lastIndexOf: own,
  slice: given,
  splice: own,
  concat: given,
  reverse: own,
  toReversed: own,
  sort: own,
  toSorted: own,
  join: own,
  flat: given,
  with: own,
  shift: own,
  unshift: own,
});
count(Set.prototype, { union: sizes, intersection: sizes, difference: sizes });
count(JSON, { stringify: given, parse: (_, result) => (typeof result === 'object' ? 1 : 0) });
// Spreading, destructuring and `new Set(…)` take one step at a time.
for (const some of [[], new Set(), new Map()]) {
  const steps = Object.getPrototypeOf(some[Symbol.iterator]()) as { next: () => unknown };
  const { next } = steps;
  steps.next = function (this: unknown) {
    walked++;
    return next.apply(this as never, []);
  };
}

/** The code that is counted: the register’s, and the one library that keeps something of it. */
const OURS = /\/libs\/|\/minisearch\//;

/** Ends the counting: what is tested in this process after that is as quick as ever. */
export function stopCounting(): void {
  session.disconnect();
  for (const compiler of OPTIMISING) setFlagsFromString(`--${compiler}`);
}

/** What some deeds cost together. */
export interface Costs {
  /** The letters of code that were run, by the function they are of; and the elements that the language walked through, by deed. */
  readonly work: ReadonlyMap<string, number>;
  /** How long each answer is, in letters, by deed. */
  readonly answers: ReadonlyMap<string, number>;
}

/**
 * What some deeds cost, by name. To ask what was run takes longer than most of them: it is asked once for them all, and
 * told apart by function, so that what one of them does too often is not lost among what the others do.
 */
export function costsOf(deeds: Readonly<Record<string, () => unknown>>): Costs {
  run();
  const elements = new Map<string, number>();
  const answers = Object.entries(deeds).map(([name, deed]) => {
    walked = 0;
    const answer = deed();
    elements.set(`${name}, walked through`, walked);
    return [name, answer] as const;
  });
  return {
    work: new Map([...run(), ...elements]),
    answers: new Map(answers.map(([name, answer]) => [name, lengthOf(JSON.stringify(answer))])),
  };
}

/** The letters of code that were run since this was asked last, by function. */
function run(): ReadonlyMap<string, number> {
  let scripts: readonly Profiler.ScriptCoverage[] = [];
  session.post('Profiler.takePreciseCoverage', (error, { result }) => {
    if (error) throw error;
    scripts = result;
  });
  const letters = new Map<string, number>();
  for (const { url, functions } of scripts.filter((script) => OURS.test(script.url)))
    for (const { functionName, ranges } of functions) {
      const name = `${url.replace(/^.*\/libs\//, '')}, ${functionName} at ${String(ranges[0]?.startOffset)}`;
      letters.set(name, (letters.get(name) ?? 0) + lettersRun(ranges));
    }
  return letters;
}

/** Of the blocks of a function, each within the one before that is not over: each letter counts as its innermost one. */
function lettersRun(ranges: readonly Profiler.CoverageRange[]): number {
  let letters = 0;
  const around: Profiler.CoverageRange[] = [];
  for (const range of ranges) {
    while ((around.at(-1)?.endOffset ?? Infinity) <= range.startOffset) around.pop();
    letters += (range.endOffset - range.startOffset) * (range.count - (around.at(-1)?.count ?? 0));
    around.push(range);
  }
  return letters;
}
