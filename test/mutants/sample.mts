import { createHash } from 'node:crypto';
import type { Mutant, Position, StrykerOptions } from '@stryker-mutator/api/core';

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

export const strykerPlugins = [{ kind: 'Checker', name: 'draw', injectableClass: Draw }];
