import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mutant, MutantResult, Position, StrykerOptions } from '@stryker-mutator/api/core';

const ROOT = join(import.meta.dirname, '..', '..');

/** Which changes are tried: one in so many. */
export interface Sample {
  readonly seed: number;
  readonly oneIn: number;
}

/** A change, whose place is counted from one, as reports do. */
export type Change = Pick<Mutant, 'fileName' | 'location' | 'replacement'>;

/** The path of a file of the domain, from the root of the project. */
export function pathOf({ fileName }: Pick<Change, 'fileName'>): string {
  return fileName.slice(fileName.lastIndexOf('libs/domain/'));
}

/** Whether a change is of the sample: by what it changes and where, so that every machine and every order draws the same. */
export function isDrawn(change: Change, { seed, oneIn }: Sample): boolean {
  const { start, end } = change.location;
  const text = [seed, pathOf(change), start.line, start.column, end.line, end.column, change.replacement];
  const digest = createHash('sha256').update(JSON.stringify(text)).digest();
  return digest.readUInt32BE() * oneIn < 2 ** 32;
}

/** What a checker says of a change: whether it is to be tried. */
type Checked = { readonly status: 'passed' } | { readonly status: 'compileError'; readonly reason: string };

/**
 * Stryker tries every change of the files that it is given, and leaves out those that a checker refuses: this one refuses
 * what is not of the sample.
 */
class Draw {
  static readonly inject = ['options'] as const;
  readonly #sample: Sample;

  constructor(options: StrykerOptions) {
    this.#sample = options['sample'] as Sample;
  }

  init(): Promise<void> {
    return Promise.resolve();
  }

  group(mutants: readonly Mutant[]): Promise<string[][]> {
    return Promise.resolve([mutants.map(({ id }) => id)]);
  }

  check(mutants: readonly Mutant[]): Promise<Record<string, Checked>> {
    return Promise.resolve(Object.fromEntries(mutants.map((mutant) => [mutant.id, this.#resultOf(mutant)])));
  }

  #resultOf(mutant: Mutant): Checked {
    const { start, end } = mutant.location;
    // What is to be checked is counted from zero yet.
    const location = { start: onePast(start), end: onePast(end) };
    return isDrawn({ ...mutant, location }, this.#sample)
      ? { status: 'passed' }
      : { status: 'compileError', reason: 'not of the sample' };
  }
}

function onePast({ line, column }: Position): Position {
  return { line: line + 1, column: column + 1 };
}

/** A change that no test is run for, or that every test passes. */
export function isUnnoticed({ status }: MutantResult): boolean {
  return status === 'Survived' || status === 'NoCoverage';
}

/** What stands at the place of a change, and what was put there, each in one line. */
function told(change: MutantResult): string {
  const { start, end } = change.location;
  const lines = readFileSync(join(ROOT, pathOf(change)), 'utf8')
    .split('\n')
    .slice(start.line - 1, end.line);
  const last = lines.length - 1;
  lines[last] = (lines[last] ?? '').slice(0, end.column - 1);
  lines[0] = (lines[0] ?? '').slice(start.column - 1);
  const [before, after] = [lines.join('\n'), change.replacement].map((text) => text.replace(/\s+/g, ' '));
  return `${pathOf(change)}:${start.line}:${start.column} ${before} → ${after}`;
}

/** Tells each change that was not noticed as soon as it was tried. */
class Unnoticed {
  static readonly inject = ['options'] as const;
  readonly #sample: Sample;

  constructor(options: StrykerOptions) {
    this.#sample = options['sample'] as Sample;
  }

  onMutantTested(change: MutantResult): void {
    if (isUnnoticed(change) && isDrawn(change, this.#sample))
      process.stdout.write(`unnoticed: ${told(change)}\n`);
  }
}

export const strykerPlugins = [
  { kind: 'Checker', name: 'draw', injectableClass: Draw },
  { kind: 'Reporter', name: 'unnoticed', injectableClass: Unnoticed },
];
