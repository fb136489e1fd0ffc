import { answer } from '@app/domain/evaluation/v1/answer';
import type { Answer } from '@app/domain/evaluation/v1/answer-shape';
import { windowOf } from '@app/domain/evaluation/v1/question-window';
import { resolveQuestion, type Question } from '@app/domain/evaluation/v1/resolved-question';
import { dayOf, type Day } from '@app/domain/values/day';
import { partitionPoint } from '@app/domain/values/partition-point';
import { isRefusal, type ProblemCode } from '@app/domain/values/problem';
import { TrackedView } from '@app/read-model/answers/tracked-view';
import type { AskedDays } from '@app/read-model/answers/asked-question';
import type { EventIndex } from '@app/read-model/index/event-index';

/** What is asked at both moments, and at those between them; its days are said apart. */
export type ComparedQuestion = Omit<Question, 'from' | 'until'>;

/** The answer at a position, or the code of the problem that there is none. */
export type AnswerOrProblem = Answer | { readonly problem: ProblemCode };

/** A position at which an answer changed, by the event there, and the answer from then on. */
export interface ChangeStep {
  readonly position: number;
  readonly told: AnswerOrProblem;
}

/** An answer that is not the same as known at two positions. */
export interface Change {
  readonly question: ComparedQuestion;
  readonly before: AnswerOrProblem;
  readonly after: AnswerOrProblem;
  /** Every position between at which it changed, in log order; the last one has brought the answer after. */
  readonly steps: readonly ChangeStep[];
}

/** Finds what changed an answer between two positions of a register, the earlier first. */
export class ChangeFinder {
  readonly #register: EventIndex;
  readonly #before: number;
  readonly #after: number;
  readonly #days: AskedDays;
  /** Whether the days asked are the today of each position. */
  readonly isOfToday: boolean;
  /** By stream, the positions of its events after the first moment. */
  readonly #positions = new Map<string, readonly number[]>();

  constructor(register: EventIndex, before: number, after: number, days: AskedDays) {
    this.#register = register;
    this.#before = before;
    this.#after = after;
    this.#days = days;
    this.isOfToday = days.on === undefined && days.from === undefined;
  }

  /**
   * How an answer changed; undefined if it says the same at both moments. Compared is what {@link saidBy} gives: outcome, horizon,
   * and the requirements that fail or are uncertain, with why and, where the same days are asked at both moments, when.
   */
  of(question: ComparedQuestion): Change | undefined {
    const [before, after] = [this.#told(question, this.#before), this.#told(question, this.#after)];
    if (isSame(this.said(before), this.said(after))) return undefined;
    return { question, before, after, steps: [...this.#steps(question, before)] };
  }

  /** What an answer says, without what only names or shows it. */
  said(told: AnswerOrProblem): ComparedAnswer {
    return saidBy(told, this.isOfToday);
  }

  *#steps(question: ComparedQuestion, before: AnswerOrProblem): Generator<ChangeStep> {
    let said = this.said(before);
    let looked = this.#look(question, this.#before);
    for (let at = looked.next; at <= this.#after; at = looked.next) {
      looked = this.#look(question, at);
      const now = this.said(looked.told);
      if (isSame(said, now)) continue;
      yield { position: at, told: looked.told };
      said = now;
    }
  }

  /**
   * The answer at a position, and the first position after it at which it can be another: at which an event is added to anything that
   * it was found from, or a day opens that is not as the day before. Infinity if there is none.
   */
  #look(
    question: ComparedQuestion,
    position: number,
  ): { readonly told: AnswerOrProblem; readonly next: number } {
    const reads = new TrackedView(this.#register.at(position), this.#register);
    const told = this.#told(question, position, reads);
    const streams = new Set(reads.streams);
    for (const key of reads.keys) for (const stream of this.#register.streamsAbout(key)) streams.add(stream);
    let next = this.isOfToday ? this.#nextDay(question, position) : Infinity;
    for (const stream of streams) next = Math.min(next, this.#firstAfter(stream, position));
    return { told, next };
  }

  #told(question: ComparedQuestion, position: number, known = this.#register.at(position)): AnswerOrProblem {
    const window = windowOf(this.#days, known.today);
    if (isRefusal(window)) return { problem: window.code };
    const found = resolveQuestion(known, { ...question, ...window });
    return isRefusal(found)
      ? { problem: found.code }
      : answer(found, this.#register.recordedAt(position) ?? '');
  }

  /** The position at which the first day opens whose answer, by what is known at a position, is not that of its today. */
  #nextDay(question: ComparedQuestion, position: number): number {
    const today = this.#register.todayAt(position);
    const last = this.#register.todayAt(this.#after);
    const opened = this.#of(CALENDAR);
    const first = partitionPoint(opened.length, (i) => (opened[i] ?? Infinity) <= position);
    if (today === undefined || last === undefined) return opened[first] ?? Infinity;
    const edge = this.#nextEdge(question, position, today, last);
    if (edge === undefined) return Infinity;
    const at = partitionPoint(
      opened.length,
      (i) => (this.#register.todayAt(opened[i] ?? NaN) ?? -Infinity) < edge,
    );
    return opened[Math.max(at, first)] ?? Infinity;
  }

  /** The first day after today, and up to the last, on which a run of days in the answer begins or has ended. */
  #nextEdge(question: ComparedQuestion, position: number, today: Day, last: Day): Day | undefined {
    const found = resolveQuestion(this.#register.at(position), { ...question, from: today, until: last });
    if (isRefusal(found)) return undefined;
    const { covered, gaps, uncertain } = answer(found, '');
    const edges = [...covered, ...gaps, ...uncertain].flatMap(({ from, until }) => [
      dayOf(from),
      dayOf(until) + 1,
    ]);
    const first = Math.min(...edges.filter((day) => day > today && day <= last));
    return first === Infinity ? undefined : first;
  }

  #firstAfter(stream: string, position: number): number {
    const positions = this.#of(stream);
    return (
      positions[partitionPoint(positions.length, (i) => (positions[i] ?? Infinity) <= position)] ?? Infinity
    );
  }

  #of(stream: string): readonly number[] {
    const kept = this.#positions.get(stream);
    if (kept) return kept;
    const positions: number[] = [];
    for (let at = this.#register.lastOf(stream); at > this.#before; at = this.#register.chains.before(at))
      positions.push(at);
    positions.reverse();
    this.#positions.set(stream, positions);
    return positions;
  }
}

const CALENDAR = 'calendar';

/** What an answer says, for comparison: the days of what fails only where the same days are asked at both moments. */
export interface ComparedAnswer {
  readonly problem?: ProblemCode;
  readonly outcome?: Answer['outcome'];
  readonly eligibleUntil?: string | null;
  readonly gaps?: readonly SaidRun[];
  readonly uncertain?: readonly SaidRun[];
}

interface SaidRun {
  readonly from?: string;
  readonly until?: string;
  readonly requirement: string;
  readonly reason?: string;
}

function saidBy(told: AnswerOrProblem, isOfToday: boolean): ComparedAnswer {
  if ('problem' in told) return told;
  const { outcome, eligibleUntil, gaps, uncertain } = told;
  const days = ({ from, until }: { readonly from: string; readonly until: string }) =>
    isOfToday ? {} : { from, until };
  return {
    outcome,
    eligibleUntil,
    gaps: gaps.map((gap) => ({ ...days(gap), requirement: gap.requirement, reason: gap.reason })),
    uncertain: uncertain.map((run) => ({ ...days(run), requirement: run.requirement })),
  };
}

function isSame(one: ComparedAnswer, other: ComparedAnswer): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
