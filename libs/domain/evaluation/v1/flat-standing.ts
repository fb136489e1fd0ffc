import { isOfAdvisers, PROVIDER_OPEN, type Requirement } from '../../subjects/policy-document';
import type { Days } from '../../values/timeline';
import { A_PIECE, type Work } from '../../values/work';
import type { DueWarning } from './answer-warnings';
import {
  daysInForce,
  isGrounded,
  PROVIDER_IS_OPEN,
  requirementsAsked,
  type EditionPeriod,
  type PolicyDays,
  type ResolvedQuestion,
} from './resolved-question';
import { editionOf, type Participation, type Standing } from './standing';
import type { ToldRequirement } from './told-requirements';
import type { ToldRun } from './told-runs';

/** What an answer tells of an edition on the days that it decides. */
interface EditionOfFrame {
  readonly days: Days;
  /** As JSON. */
  readonly told: string;
  /** What it asks in the setting, in its order. */
  readonly requirements: readonly Pick<Requirement, 'id'>[];
}

/** A requirement as one edition asks it. */
export interface AskedOfFrame {
  readonly id: string;
  /** The days that the edition decides. */
  readonly days: Days;
  /** Its place among all requirements of all editions. */
  readonly place: number;
  /** `{"id":…,"of":…,"binding":…,"cites":…`: all that does not depend on days. */
  readonly intro: string;
  /** `,"requirement":…`, by which a gap names it. */
  readonly named: string;
  readonly isGrounded: boolean;
  /** Whether it stands after all others. */
  readonly isLast: boolean;
  readonly isOfAdvisers: boolean;
}

/** What a policy asks in a setting of whomever: all standings that are found under the same editions share it. */
export interface Frame {
  readonly editions: readonly EditionOfFrame[];
  /** The days on which an edition with the setting decides. */
  readonly ruled: Days;
  /** By place. */
  readonly asked: readonly AskedOfFrame[];
}

const frames = new WeakMap<readonly EditionPeriod[], Frame>();

function frameOf(reigns: ResolvedQuestion['reigns']): Frame {
  const known = frames.get(reigns);
  if (known) return known;
  const frame: Frame = {
    editions: reigns.map(({ edition, requirements = [], days }) => ({
      days,
      told: JSON.stringify(editionOf(edition)),
      requirements,
    })),
    ruled: daysInForce({ reigns }),
    asked: requirementsAsked(reigns).map(({ requirement, days }, place) => {
      const { id, of, binding, cites = null } = requirement ?? { ...PROVIDER_IS_OPEN, cites: null };
      return {
        id,
        days,
        place,
        intro: JSON.stringify({ id, of, binding, cites }).slice(0, -1),
        named: `,"requirement":${JSON.stringify(id)}`,
        isGrounded: isGrounded({ of, id }),
        isLast: id === PROVIDER_OPEN,
        isOfAdvisers: requirement !== undefined && isOfAdvisers(requirement),
      };
    }),
  };
  frames.set(reigns, frame);
  return frame;
}

/**
 * A standing as it is kept: one text, and numbers that say which of it belongs to which days. As objects it would take three
 * times the room, and an answer would wait for the memory at each of them.
 *
 * The numbers are, in this order: the sets of days `certain` and `possible` of what is said; the same of the others’, if an
 * answer about named advisers is put together from them; the piece of the provider’s key; its names; the piece of those who are
 * named; the requirements of the lists `must`, `encouraged` and `all`; those who are engaged; the subcontractors.
 * - A piece is where it begins in the text, and where it ends.
 * - A set of days is their number of edges, and these; {@link SAME} if it is that before it; {@link NONE} if there is none.
 * - A list is the number of its numbers, and these.
 * - A name is the day from which it holds, {@link BEFORE_ALL_DAYS} if from the beginning, and a piece.
 * - A run is its first and last day, and a piece: what is said of it after its days. If its evidence depends on how much of it is
 *   asked about, the piece begins at a number below zero, its complement, and a list of grounds follows: each a set of days, and a
 *   list of positions.
 * - A requirement is a list: that of its places in the frame, and those of the runs that are covered, gaps, uncertain and grounds.
 * - Those who take part are the days on which something is asked of them, and a list of them: each is a list of its key as a piece, and
 *   of the lists of the runs of its days, gaps and grounds.
 */
export interface FlatStanding {
  readonly text: string;
  readonly numbers: readonly number[];
  readonly frame: Frame;
  /** In the order in which an answer gives them. */
  readonly warnings: readonly DueWarning[];
}

export const SAME = -1;
export const NONE = -2;
export const BEFORE_ALL_DAYS = -1e9;

/** Lays a standing out flat. It rests often, as very many may take part. */
export function* flatStanding(standing: Standing): Work<FlatStanding> {
  const { reigns, provider, names, named, school, said, others, requirements, warnings } = standing;
  const layout = new Layout();
  layout.truth(said);
  if (others) layout.truth(others);
  else layout.numbers.push(NONE);
  layout.piece(`{"provider":{"key":${JSON.stringify(provider)},"name":`);
  layout.list(() => {
    for (const { name, from } of names) {
      layout.numbers.push(from === -Infinity ? BEFORE_ALL_DAYS : from);
      layout.piece(JSON.stringify(name));
    }
  });
  layout.named(named, school);
  const { must, encouraged, all } = requirements;
  yield* layout.requirements(must);
  yield* layout.requirements(encouraged);
  if (all === must) layout.numbers.push(SAME);
  else yield* layout.requirements(all);
  yield* layout.participation(standing.engaged);
  yield* layout.participation(standing.subcontractors);
  return { ...layout.laidOut(), frame: frameOf(reigns), warnings };
}

/** Runs alone, as {@link FlatStanding} has them. */
export function* flatRuns(runs: readonly ToldRun[]): Work<Pick<FlatStanding, 'text' | 'numbers'>> {
  const layout = new Layout();
  yield* layout.runs(runs);
  return layout.laidOut();
}

/** So many numbers are copied in some ten microseconds. */
const COPIED_AT_ONCE = 4_096;

/** Puts down texts and numbers, one after the other. */
export class Layout {
  readonly numbers: number[] = [];
  readonly #texts: string[];
  #length: number;

  /** `text`: one that pieces which are copied belong to. */
  constructor(text = '') {
    this.#texts = [text];
    this.#length = text.length;
  }

  laidOut(): Pick<FlatStanding, 'text' | 'numbers'> {
    // A copy has no room for more.
    return { text: this.#texts.join(''), numbers: this.numbers.slice() };
  }

  piece(text: string): void {
    this.numbers.push(this.#length, (this.#length += text.length));
    this.#texts.push(text);
  }

  /** Those whom a question names, and the school. */
  named(advisers: readonly string[], school?: string): void {
    const more = school === undefined ? '' : `,"school":${JSON.stringify(school)}`;
    this.piece(`,"advisers":${JSON.stringify(advisers)}${more}`);
  }

  /** What stands elsewhere in numbers that belong to the same text. */
  copy(numbers: readonly number[], from: number, to: number): void {
    for (let i = from; i < to; i++) this.numbers.push(numbers[i] ?? NaN);
  }

  /** As {@link copy}, of all that follows, which may be very many. */
  *copyFrom(numbers: readonly number[], from: number): Work<void> {
    for (let at = from; at < numbers.length; at += COPIED_AT_ONCE) {
      if (at > from) yield A_PIECE;
      this.copy(numbers, at, Math.min(numbers.length, at + COPIED_AT_ONCE));
    }
  }

  truth({ certain, possible }: Pick<PolicyDays, 'certain' | 'possible'>): void {
    this.days(certain);
    if (possible === certain) this.numbers.push(SAME);
    else this.days(possible);
  }

  days(days: Days): void {
    this.#counted(days);
  }

  #counted(numbers: readonly number[]): void {
    this.numbers.push(numbers.length);
    for (const one of numbers) this.numbers.push(one);
  }

  list(add: () => void): void {
    const at = this.#begin();
    add();
    this.#end(at);
  }

  #begin(): number {
    return this.numbers.push(0) - 1;
  }

  #end(at: number): void {
    this.numbers[at] = this.numbers.length - at - 1;
  }

  *runs(runs: readonly ToldRun[]): Work<void> {
    const at = this.#begin();
    for (const [i, run] of runs.entries()) {
      this.#run(run);
      if (i % A_PIECE === A_PIECE - 1) yield A_PIECE;
    }
    this.#end(at);
  }

  #run({ from, until, said, evidence }: ToldRun): void {
    this.numbers.push(from, until);
    const start = this.numbers.length;
    if (typeof evidence === 'string') {
      this.piece(said + evidence);
      return;
    }
    this.piece(said);
    this.numbers[start] = ~(this.numbers[start] ?? 0);
    this.list(() => {
      for (const ground of evidence) {
        this.#counted(ground.days);
        this.#counted(ground.evidence);
      }
    });
  }

  *#wholeRuns(days: Days): Work<void> {
    const at = this.#begin();
    for (let i = 0; i < days.length; i += 2) {
      this.numbers.push(days[i] ?? NaN, days[i + 1] ?? NaN, 0, 0);
      if (i % (2 * A_PIECE) === 2 * A_PIECE - 2) yield A_PIECE;
    }
    this.#end(at);
  }

  /** `before`: adds others to the list first. */
  *requirements(list: readonly ToldRequirement[], before?: () => void): Work<void> {
    const at = this.#begin();
    before?.();
    for (const { places, covered, gaps, uncertain, grounds } of list) {
      const its = this.#begin();
      this.#counted(places);
      yield* this.#wholeRuns(covered);
      yield* this.runs(gaps);
      yield* this.runs(uncertain);
      yield* this.runs(grounds);
      this.#end(its);
    }
    this.#end(at);
  }

  *participation({ asked, each }: Participation): Work<void> {
    this.days(asked);
    const at = this.#begin();
    for (const [i, { key, days, gaps, grounds }] of each.entries()) {
      const its = this.#begin();
      this.piece(JSON.stringify(key));
      yield* this.#wholeRuns(days);
      yield* this.runs(gaps);
      yield* this.runs(grounds);
      this.#end(its);
      if (i % A_PIECE === A_PIECE - 1) yield A_PIECE;
    }
    this.#end(at);
  }
}
