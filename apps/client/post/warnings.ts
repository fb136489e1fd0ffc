import { writeFileSync } from 'node:fs';
import { lineOf } from '@app/tables/table';
import { readableNumber } from '@app/terminal/progress';
import { unwritable } from '../upload/problems-file';

/** A warning about an event that was taken, and the line of that event. */
interface Warning {
  readonly line: number;
  readonly code: string;
  readonly detail: string;
}

/**
 * The number of warnings of one code that are told one by one; if there are more, a file lists all of them.
 */
const SHOWN = 20;
/** The most warnings that are kept. */
const KEPT = 100_000;

/** The warnings of what was posted. */
export class Warnings {
  readonly #all: Warning[] = [];
  readonly #counts = new Map<string, number>();
  #rows = 0;

  add(line: number, warnings: readonly Omit<Warning, 'line'>[]): void {
    if (warnings.length > 0) this.#rows++;
    for (const { code, detail } of warnings) {
      this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
      if (this.#all.length < KEPT) this.#all.push({ line, code, detail });
    }
  }

  /** How many events have warnings. */
  get rows(): number {
    return this.#rows;
  }

  first(most: number): readonly Warning[] {
    return this.#all.slice(0, most);
  }

  /**
   * Each warning with its line and detail. `beside`: the file beside which all of them are written if there
   * are many.
   */
  inWords(what: string, beside: string): readonly string[] {
    const words = [...this.#counts].flatMap(([code, count]) => [
      `${what} with the warning ${code}: ${readableNumber(count)}`,
      ...this.#all
        .filter((warning) => warning.code === code)
        .slice(0, SHOWN)
        .map(({ line, detail }) => `  line ${line}: ${detail}`),
      ...(count > SHOWN ? [`  and ${readableNumber(count - SHOWN)} more`] : []),
    ]);
    return [...this.#counts.values()].every((count) => count <= SHOWN)
      ? words
      : [...words, `warnings: ${this.#written(`${beside}.warnings.csv`)}`];
  }

  #written(file: string): string {
    const rows = this.#all.map(({ line, code, detail }) => lineOf([String(line), code, detail], ','));
    try {
      writeFileSync(file, `\uFEFF${['line,code,detail', ...rows, ''].join('\r\n')}`);
    } catch (error) {
      throw unwritable(file, error);
    }
    return file;
  }
}
