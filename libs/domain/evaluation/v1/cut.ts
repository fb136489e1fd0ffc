import { formatDay, type Day } from '../../values/day';
import { meet, type Days, type Truth } from '../../values/timeline';
import { A_PIECE, type Work } from '../../values/work';
import { flatRuns, NONE, SAME, type FlatStanding } from './flat-standing';
import { toldEvidence, type ToldRun } from './told-runs';

/**
 * Reads a {@link FlatStanding} from its beginning to its end, and writes what of its runs lies in `from`–`until`. Whoever reads
 * knows in which order things stand.
 */
export class Cut {
  /** The number that is read next. */
  at = 0;
  readonly #text: string;
  readonly #numbers: readonly number[];
  readonly #from: Day;
  readonly #until: Day;

  /** Without days, for who only reads. */
  constructor({ text, numbers }: Pick<FlatStanding, 'text' | 'numbers'>, from: Day = NaN, until: Day = NaN) {
    this.#text = text;
    this.#numbers = numbers;
    this.#from = from;
    this.#until = until;
  }

  next(): number {
    return this.#numbers[this.at++] ?? NaN;
  }

  /** Whether it is what stands before it. */
  isSame(): boolean {
    return this.#is(SAME);
  }

  #is(sign: number): boolean {
    if (this.#numbers[this.at] !== sign) return false;
    this.at++;
    return true;
  }

  piece(): string {
    const start = this.next();
    return this.#text.substring(start, this.next());
  }

  days(): Days {
    return this.#counted();
  }

  truth(): Truth {
    const certain = this.days();
    return { certain, possible: this.isSame() ? certain : this.days() };
  }

  /** As {@link truth}, if there is one. */
  truthIfAny(): Truth | undefined {
    return this.#is(NONE) ? undefined : this.truth();
  }

  #counted(): readonly number[] {
    const count = this.next();
    const end = this.at + count;
    const numbers = this.#numbers.slice(this.at, end);
    this.at = end;
    return numbers;
  }

  /** Begins a list: returns where it ends. */
  end(): number {
    const length = this.next();
    return this.at + length;
  }

  passLists(count: number): void {
    for (let left = count; left > 0; left--) this.at = this.end();
  }

  /** Whether one of the runs of the list that begins here, each without grounds, has a day of the window. */
  hasDay(): boolean {
    const length = this.#numbers[this.at] ?? 0;
    for (let run = this.at + 1; run <= this.at + length; run += 4) {
      const [from = NaN, until = NaN] = [this.#numbers[run], this.#numbers[run + 1]];
      if (from <= this.#until && until >= this.#from) return true;
    }
    return false;
  }

  /** The first day of the window that the run has which begins here, if it has one. */
  firstDay(): Day {
    return Math.max(this.#numbers[this.at] ?? NaN, this.#from);
  }

  /** The part of a run that lies in the window, or nothing. `more`: members after its days. */
  run(more = ''): string {
    const from = Math.max(this.next(), this.#from);
    const until = Math.min(this.next(), this.#until);
    const start = this.next();
    const end = this.next();
    const after = start < 0 ? this.end() : this.at;
    if (from > until) {
      this.at = after;
      return '';
    }
    const said = this.#text.substring(start < 0 ? ~start : start, end);
    const evidence = start < 0 ? this.#evidence([from, until], after) : '';
    return `{"from":"${formatDay(from)}","until":"${formatDay(until)}"${more}${said}${evidence}}`;
  }

  /** That of all grounds that have one of some days. */
  #evidence(days: Days, end: number): string {
    const positions: number[] = [];
    while (this.at < end) {
      const isMet = meet(this.days(), days);
      for (const position of this.#counted()) if (isMet) positions.push(position);
    }
    return toldEvidence(positions);
  }

  /** A piece of a list of runs, at most up to `end`. */
  #runs(end: number): string {
    let text = '';
    for (let looked = 0; looked < A_PIECE && this.at < end; looked++) text = joined(text, this.run());
    return text;
  }

  /** Lists of runs, one after the other, each after its name. */
  *lists(names: readonly string[]): Work<string> {
    let text = '';
    for (const name of names) {
      const end = this.end();
      let runs = this.#runs(end);
      while (this.at < end) {
        yield A_PIECE;
        runs = joined(runs, this.#runs(end));
      }
      text += name + runs;
    }
    return text;
  }
}

/** Members of a list, after others. */
export function joined(others: string, more: string): string {
  return others === '' || more === '' ? others + more : `${others},${more}`;
}

/** The part of each run that lies in `from`–`until`, as members of a list. */
export function* runsBetween(runs: readonly ToldRun[], from: Day, until: Day): Work<string> {
  return yield* new Cut(yield* flatRuns(runs), from, until).lists(['']);
}
