import {
  eligibleDays,
  policiesInOrder,
  resolveQuestion,
  resolveUnderSeveral,
  evaluateRequirements,
  verdictOf,
  type Asking,
  type PolicyDays,
  type Question,
  type ResolvedQuestion,
  type Outcome,
} from '@app/domain/evaluation/v1/resolved-question';
import { answering } from '@app/domain/evaluation/v1/answer';
import { answerWithRoute } from '@app/domain/route/answer-with-route';
import { momentOf, type Answer, type MomentOfAnswer } from '@app/domain/evaluation/v1/answer-shape';
import type { LogView } from '@app/domain/log/log-view';
import type { SeveralPolicies } from '@app/domain/subjects/policy';
import type { Day } from '@app/domain/values/day';
import { isRefusal, type Refusal } from '@app/domain/values/problem';
import { jsonInPieces, type Work } from '@app/domain/values/work';
import { Recent } from './recent';
import { TrackedView, type Dependencies } from './tracked-view';
import type { EventIndex } from '../index/event-index';

/** What a brief answer says: outcome and horizon (specification, section 7, `brief`). */
export type Verdict = ReturnType<typeof verdictOf>;

/** The brief answers under several policies, in their order. */
export interface SeveralVerdicts {
  readonly answers: readonly (Policed & Verdict)[];
}

interface Policed {
  readonly policy: { readonly id: string };
}

/** The most bytes that the cache keeps, counting everything that it keeps alive. */
const ROOM = { days: 256 * 1024 * 1024, answers: 128 * 1024 * 1024 };

/**
 * An answer as it is sent. Its bytes are kept, because they never change; the other members are for callers
 * who do not read them.
 */
export interface WrittenAnswer {
  /** The {@link Answer} as JSON. */
  readonly text: string;
  readonly outcome: Outcome;
  readonly knownAt: MomentOfAnswer;
  readonly policy: { readonly id: string };
}

/** The answers to one question under several policies, in their order, as they are sent. */
export interface SeveralAnswers {
  /** `{"answers": […]}`, each an {@link Answer}, as JSON. */
  readonly text: string;
  readonly answers: readonly WrittenAnswer[];
  readonly knownAt: MomentOfAnswer;
}

/** A result, what it was found from, and the range of positions in which nothing of that has changed. */
interface Kept {
  readonly sources: Dependencies;
  readonly since: number;
  until: number;
}

interface KeptDays extends Kept {
  readonly days: PolicyDays;
}

/**
 * A kept answer, with the day on which the provider had the name in it, and its text without the moment of
 * knowledge, which each use adds.
 */
interface KeptAnswer extends Kept {
  readonly today: Day | undefined;
  readonly outcome: Outcome;
  /** Its text before the moment of knowledge, and after it. */
  readonly before: string;
  readonly after: string;
}

/**
 * Answers at any position, brief and whole. A result about a provider is kept with the names of everything it
 * was found from. It is used again only for positions between which none of that has changed, so that no
 * answer ever differs from a newly computed one.
 */
export class AnswerCache {
  readonly #register: EventIndex;
  /** By policy and setting, and by provider. */
  readonly #days: Recent<KeptDays>;
  /** By policy, setting and window, and by provider. */
  readonly #answers: Recent<KeptAnswer>;

  constructor(register: EventIndex, room = ROOM) {
    this.#days = new Recent(
      room.days,
      ({ sources, days }) =>
        sources.size + 8 * (days.certain.length + days.possible.length + days.ruled.length),
    );
    this.#answers = new Recent(
      room.answers,
      ({ sources, before, after }) => sources.size + bytesOf(before) + bytesOf(after),
    );
    this.#register = register;
  }

  /**
   * The outcome for the days of a question as known at a position, and how long it lasts; a work if it is not
   * kept.
   */
  verdict(question: Question, position: number): Verdict | Work<Verdict> | Refusal {
    const kept = this.#keptVerdict(question, position);
    if (kept) return kept;
    const reads = new TrackedView(this.#register.at(position));
    const found = resolveQuestion(reads, question);
    return isRefusal(found) ? found : this.#freshVerdict(found, reads);
  }

  /** As {@link verdict}, under several policies. */
  verdicts(
    asking: Asking,
    asked: SeveralPolicies,
    position: number,
  ): SeveralVerdicts | Work<SeveralVerdicts> | Refusal {
    const policies = policiesInOrder(this.#register.at(position), asked);
    if (isRefusal(policies)) return policies;
    const kept = policies.map((policy) => this.#keptVerdict({ ...asking, policy }, position));
    if (isComplete(kept)) return severalVerdicts(policies, kept);
    const reads = new TrackedView(this.#register.at(position));
    const found = resolveUnderSeveral(reads, asking, policies);
    return isRefusal(found) ? found : this.#freshVerdicts(found, kept, reads);
  }

  *#freshVerdicts(
    found: readonly ResolvedQuestion[],
    kept: readonly (Verdict | undefined)[],
    reads: TrackedView,
  ): Work<SeveralVerdicts> {
    const verdicts: Verdict[] = [];
    for (const [i, one] of found.entries()) verdicts.push(kept[i] ?? (yield* this.#freshVerdict(one, reads)));
    return severalVerdicts(
      found.map(({ question }) => question.policy),
      verdicts,
    );
  }

  #keptVerdict(question: Question, position: number): Verdict | undefined {
    const kept = isCommon(question)
      ? this.#days.get(`${question.policy} ${question.setting}`, question.provider)
      : undefined;
    return kept && this.#holds(kept, position)
      ? verdictOf(kept.days, question.from, question.until)
      : undefined;
  }

  *#freshVerdict(found: ResolvedQuestion, reads: TrackedView): Work<Verdict> {
    const { question } = found;
    const { position } = reads;
    yield* evaluateRequirements(found, 'must');
    const days = eligibleDays(found);
    // Days of an old position would displace those of the head, and are asked for less often.
    if (isCommon(question) && speaks(found) && position >= this.#register.head)
      this.#days.keep(`${question.policy} ${question.setting}`, question.provider, {
        days,
        ...(yield* this.#kept(reads)),
      });
    return verdictOf(days, question.from, question.until);
  }

  /** The whole answer to a question as known at a position; a work if it is not kept. */
  answer(question: Question, position: number): WrittenAnswer | Work<WrittenAnswer> | Refusal {
    const kept = this.kept(question, position);
    if (kept) return kept;
    if (!isCommon(question)) {
      const found = resolveQuestion(this.#register.at(position), question);
      return isRefusal(found) ? found : written(answering(found, this.#register.recordedAt(position) ?? ''));
    }
    const reads = new TrackedView(this.#register.at(position));
    const found = resolveQuestion(reads, question);
    return isRefusal(found) ? found : this.#freshAnswer(found, reads);
  }

  /**
   * As {@link answer}, under several policies: each answer is the one that its policy alone gives, and one
   * evaluation of the facts serves all that are not kept.
   */
  answers(
    asking: Asking,
    asked: SeveralPolicies,
    position: number,
  ): SeveralAnswers | Work<SeveralAnswers> | Refusal {
    const known = this.#register.at(position);
    const policies = policiesInOrder(known, asked);
    if (isRefusal(policies)) return policies;
    const kept = policies.map((policy) => this.kept({ ...asking, policy }, position));
    if (isComplete(kept)) return severalAnswers(kept);
    const reads = isCommon(asking) ? new TrackedView(known) : known;
    const found = resolveUnderSeveral(reads, asking, policies);
    return isRefusal(found) ? found : this.#freshAnswers(found, kept, reads);
  }

  *#freshAnswers(
    found: readonly ResolvedQuestion[],
    kept: readonly (WrittenAnswer | undefined)[],
    reads: LogView,
  ): Work<SeveralAnswers> {
    const recordedAt = this.#register.recordedAt(reads.position) ?? '';
    const answers: WrittenAnswer[] = [];
    for (const [i, one] of found.entries())
      answers.push(
        kept[i] ??
          (yield* reads instanceof TrackedView
            ? this.#freshAnswer(one, reads)
            : written(answering(one, recordedAt))),
      );
    return severalAnswers(answers);
  }

  /** The answer if it is kept; undefined if it has to be found. */
  kept(question: Question, position: number): WrittenAnswer | undefined {
    if (!isCommon(question)) return undefined;
    const kept = this.#keptAnswer(question, position, this.#register.todayAt(position));
    return kept && this.#asKnown(kept, question, position);
  }

  #asKnown(
    { outcome, before, after, today }: Omit<KeptAnswer, keyof Kept>,
    { policy }: Question,
    position: number,
  ): WrittenAnswer {
    const knownAt = momentOf({ position, today }, this.#register.recordedAt(position) ?? '');
    return { text: before + JSON.stringify(knownAt) + after, outcome, knownAt, policy: { id: policy } };
  }

  /**
   * The answer with a route. Nothing of it is kept, because the route is found in what may be posted next.
   */
  withRoute(question: Question, position: number): Work<WrittenAnswer> | Refusal {
    const found = resolveQuestion(this.#register.at(position), question);
    return isRefusal(found)
      ? found
      : written(answerWithRoute(found, this.#register.recordedAt(position) ?? ''));
  }

  /** As {@link withRoute}, under several policies; each answer has a route of its own. */
  severalWithRoutes(
    asking: Asking,
    asked: SeveralPolicies,
    position: number,
  ): Work<SeveralAnswers> | Refusal {
    const known = this.#register.at(position);
    const policies = policiesInOrder(known, asked);
    if (isRefusal(policies)) return policies;
    const found = resolveUnderSeveral(known, asking, policies);
    return isRefusal(found) ? found : routed(found, this.#register.recordedAt(position) ?? '');
  }

  #keptAnswer(question: Question, position: number, today: Day | undefined): KeptAnswer | undefined {
    for (const group of this.#groupsOf(question, position)) {
      const kept = this.#answers.get(group, question.provider);
      if (kept && kept.today === today && this.#holds(kept, position)) return kept;
    }
    return undefined;
  }

  *#freshAnswer(found: ResolvedQuestion, reads: TrackedView): Work<WrittenAnswer> {
    const { question } = found;
    const { position, today } = reads;
    const fresh = yield* answering(found, this.#register.recordedAt(position) ?? '');
    const knownAt = JSON.stringify(fresh.knownAt);
    // Within a string its quotes would be escaped, so this text occurs only once.
    const text = yield* jsonInPieces(fresh);
    const place = text.indexOf(knownAt);
    const [before, after] = [text.slice(0, place), text.slice(place + knownAt.length)];
    const answer = { outcome: fresh.outcome, before, after, today };
    if (speaks(found) && this.#answers.hasRoomFor(text.length)) {
      const { sources, since, until } = yield* this.#kept(reads);
      this.#answers.keep(this.#groupsOf(question, position).at(-1) ?? '', question.provider, {
        outcome: fresh.outcome,
        before,
        after,
        today,
        sources,
        since,
        until,
      });
    }
    return this.#asKnown(answer, question, position);
  }

  /**
   * The groups in which an answer may be kept: past answers separately from present ones if something has
   * changed since.
   */
  #groupsOf({ policy, setting, from, until }: Question, position: number): readonly string[] {
    const group = `${policy} ${setting} ${from} ${until}`;
    return position < this.#register.head ? [group, `${group} ${position}`] : [group];
  }

  *#kept(reads: TrackedView): Work<Kept> {
    const { position } = reads;
    const sources = yield* reads.sources(this.#register);
    return { sources, since: sources.lastChange(position, this.#register), until: position };
  }

  /** Whether a kept result is still what would be found at a position; remembers how far it holds. */
  #holds(kept: Kept, position: number): boolean {
    if (position < kept.since) return false;
    if (position <= kept.until) return true;
    if (!kept.sources.unchangedAfter(kept.until, this.#register)) return false;
    kept.until = Math.max(position, this.#register.head);
    return true;
  }
}

/**
 * Whether many may ask the same question. Few name the same advisers or the same school, so answers to them
 * are not kept.
 */
function isCommon({ advisers, school }: Asking): boolean {
  return advisers.length === 0 && school === undefined;
}

/**
 * Whether an edition in force has the setting. If none has, the same question is answered or refused, by what
 * other policies are asked with it, so nothing is kept.
 */
function speaks({ reigns }: ResolvedQuestion): boolean {
  return reigns.some(({ requirements }) => requirements !== undefined);
}

function isComplete<T>(list: readonly (T | undefined)[]): list is readonly T[] {
  return list.every((one) => one !== undefined);
}

function severalVerdicts(policies: readonly string[], verdicts: readonly Verdict[]): SeveralVerdicts {
  return {
    answers: policies.flatMap((id, i) => {
      const verdict = verdicts[i];
      return verdict ? [{ policy: { id }, ...verdict }] : [];
    }),
  };
}

function severalAnswers(answers: readonly WrittenAnswer[]): SeveralAnswers {
  const [first] = answers;
  if (!first) throw new Error('a question is answered under one policy at least');
  return {
    text: `{"answers":[${answers.map(({ text }) => text).join(',')}]}`,
    answers,
    knownAt: first.knownAt,
  };
}

function* routed(found: readonly ResolvedQuestion[], recordedAt: string): Work<SeveralAnswers> {
  const answers: WrittenAnswer[] = [];
  for (const one of found) answers.push(yield* written(answerWithRoute(one, recordedAt)));
  return severalAnswers(answers);
}

function* written(answering: Work<Answer>): Work<WrittenAnswer> {
  const answer = yield* answering;
  const { outcome, knownAt, policy } = answer;
  return { text: yield* jsonInPieces(answer), outcome, knownAt, policy };
}

/** The bytes of a text in memory: one for each character, or two for each if any character needs two. */
function bytesOf(text: string): number {
  return /[^\0-\xff]/.test(text) ? 2 * text.length : text.length;
}
