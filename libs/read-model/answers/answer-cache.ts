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
import { saidIn, writtenAnswer } from '@app/domain/evaluation/v1/answer';
import { flatStanding } from '@app/domain/evaluation/v1/flat-standing';
import { standingOn } from '@app/domain/evaluation/v1/standing';
import { answerWithRoute } from '@app/domain/route/answer-with-route';
import { momentOf, type MomentOfAnswer } from '@app/domain/evaluation/v1/answer-shape';
import type { LogView } from '@app/domain/log/log-view';
import { isSeveral, type AskedPolicies, type SeveralPolicies } from '@app/domain/subjects/policy';
import { isRefusal, type Refusal } from '@app/domain/values/problem';
import { span } from '@app/domain/values/timeline';
import { finished, jsonInPieces, type Work } from '@app/domain/values/work';
import { Epochs } from './epochs';
import { groupOf, isCommon, KeptStandings, SMALL, speaks, type KeptStanding } from './kept-standings';
import { TrackedView } from './tracked-view';
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
const ROOM = 256 * 1024 * 1024;
/** The part of it for what brief answers need alone. */
const ROOM_FOR_DAYS = 1 / 8;

/** An answer as it is sent; the members besides its text are for callers who do not read that. */
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

/**
 * Answers at any position, brief and whole. What a policy says of a provider in a setting is kept for all days, and each
 * answer is cut out of it. It is used again only for positions between which nothing has changed that it was found from, so
 * that no answer ever differs from a newly computed one.
 */
export class AnswerCache {
  readonly #register: EventIndex;
  /** By policy and setting, and by provider. */
  readonly #days: Epochs<PolicyDays>;
  readonly #standings: KeptStandings;
  #inOrder: {
    readonly position: number;
    readonly asked: SeveralPolicies | undefined;
    readonly policies: readonly string[];
  } = { position: -1, asked: undefined, policies: [] };

  /** `room`: the bytes that it may keep. */
  constructor(register: EventIndex, room = ROOM) {
    this.#register = register;
    this.#days = new Epochs(
      register,
      room * ROOM_FOR_DAYS,
      ({ certain, possible, ruled }) => 8 * (certain.length + possible.length + ruled.length),
    );
    this.#standings = new KeptStandings(register, room * (1 - ROOM_FOR_DAYS));
  }

  /**
   * The outcome for the days of a question as known at a position, and how long it lasts; a work if it is not
   * kept.
   */
  verdict(question: Question, position: number): Verdict | Work<Verdict> | Refusal {
    const kept = this.#keptVerdict(question, position);
    if (kept) return kept;
    const reads = new TrackedView(this.#register.at(position), this.#register);
    const found = resolveQuestion(reads, question);
    return isRefusal(found) ? found : this.#freshVerdict(found, reads);
  }

  /** As {@link verdict}, under several policies. */
  verdicts(
    asking: Asking,
    asked: SeveralPolicies,
    position: number,
  ): SeveralVerdicts | Work<SeveralVerdicts> | Refusal {
    const policies = this.#policies(asked, position);
    if (isRefusal(policies)) return policies;
    const kept = policies.map((policy) => this.#keptVerdict(under(policy, asking), position));
    if (isComplete(kept)) return severalVerdicts(policies, kept);
    const reads = new TrackedView(this.#register.at(position), this.#register);
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
    const kept = this.#standings.at(question, position);
    const days = kept?.speaks
      ? saidIn(kept.standing)
      : isCommon(question)
        ? this.#days.at(groupOf(question), question.provider, position)
        : undefined;
    return days && verdictOf(days, question.from, question.until);
  }

  *#freshVerdict(found: ResolvedQuestion, reads: TrackedView): Work<Verdict> {
    const { question } = found;
    yield* evaluateRequirements(found, 'must');
    const days = eligibleDays(found);
    if (isCommon(question) && speaks(found))
      yield* this.#days.keep(groupOf(question), question.provider, days, reads);
    return verdictOf(days, question.from, question.until);
  }

  /** The whole answer to a question as known at a position; a work if it is long or not known yet. */
  answer(question: Question, position: number): WrittenAnswer | Work<WrittenAnswer> | Refusal {
    const kept = this.#standings.at(question, position);
    if (kept?.speaks) {
      const work = this.#written(kept, question, position);
      return isSmall([kept]) ? finished(work) : work;
    }
    const reads = this.#reading(question, position);
    const found = resolveQuestion(reads, question);
    return isRefusal(found) ? found : this.#fresh(found, reads);
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
    const policies = this.#policies(asked, position);
    if (isRefusal(policies)) return policies;
    const kept = policies.map((policy) => this.#standings.at(under(policy, asking), position));
    const known = spoken(kept);
    if (known) {
      const work = this.#severalWritten(known, asking, policies, position);
      return isSmall(known) ? finished(work) : work;
    }
    const reads = this.#reading(asking, position);
    const found = resolveUnderSeveral(reads, asking, policies);
    return isRefusal(found) ? found : this.#freshAnswers(found, kept, reads);
  }

  *#severalWritten(
    kept: readonly KeptStanding[],
    asking: Asking,
    policies: readonly string[],
    position: number,
  ): Work<SeveralAnswers> {
    const answers: WrittenAnswer[] = [];
    for (const [i, one] of kept.entries())
      answers.push(yield* this.#written(one, under(policies[i] ?? '', asking), position));
    return severalAnswers(answers);
  }

  *#freshAnswers(
    found: readonly ResolvedQuestion[],
    kept: readonly (KeptStanding | undefined)[],
    reads: LogView,
  ): Work<SeveralAnswers> {
    const answers: WrittenAnswer[] = [];
    for (const [i, one] of found.entries()) {
      const known = kept[i];
      answers.push(
        yield* known ? this.#written(known, one.question, reads.position) : this.#fresh(one, reads),
      );
    }
    return severalAnswers(answers);
  }

  /** The answer, or the answers where several policies are asked, if it takes no work to tell. */
  kept(
    asked: Asking & { readonly policy: AskedPolicies },
    position: number,
  ): WrittenAnswer | SeveralAnswers | undefined {
    const { policy } = asked;
    if (isSeveral(policy)) return this.#severalKept(asked, policy, position);
    const question = under(policy, asked);
    const kept = this.#standings.at(question, position);
    if (!kept?.speaks || !isSmall([kept])) return undefined;
    return finished(this.#written(kept, question, position));
  }

  #severalKept(asking: Asking, asked: SeveralPolicies, position: number): SeveralAnswers | undefined {
    const policies = this.#policies(asked, position);
    if (isRefusal(policies)) return undefined;
    const kept = spoken(policies.map((policy) => this.#standings.at(under(policy, asking), position)));
    if (!kept || !isSmall(kept)) return undefined;
    return finished(this.#severalWritten(kept, asking, policies, position));
  }

  /** The log as known at a position; it remembers what is read of it if what is found may be kept. */
  #reading(asking: Asking, position: number): LogView {
    const known = this.#register.at(position);
    return isCommon(asking) ? new TrackedView(known, this.#register) : known;
  }

  /** Finds what is not kept, and keeps it: what holds of the provider and of each adviser who is named. */
  *#fresh(found: ResolvedQuestion, reads: LogView): Work<WrittenAnswer> {
    const { question } = found;
    const kept = yield* this.#standings.find(found, reads);
    const standing = kept ?? {
      standing: yield* flatStanding(yield* standingOn(found, span(question.from, question.until))),
    };
    return yield* this.#written(standing, question, reads.position);
  }

  *#written(
    { standing }: Pick<KeptStanding, 'standing'>,
    question: Question,
    position: number,
  ): Work<WrittenAnswer> {
    const knownAt = this.#moment(position);
    const { text, outcome } = yield* writtenAnswer(standing, question, knownAt);
    return { text, outcome, knownAt, policy: { id: question.policy } };
  }

  /** As {@link policiesInOrder}; those of everyone who asks for all at the head are found once. */
  #policies(asked: SeveralPolicies, position: number): readonly string[] | Refusal {
    const before = this.#inOrder;
    if (before.position === position && before.asked === asked) return before.policies;
    const policies = policiesInOrder(this.#register.at(position), asked);
    if (!isRefusal(policies)) this.#inOrder = { position, asked, policies };
    return policies;
  }

  #moment(position: number): MomentOfAnswer {
    const today = this.#register.todayAt(position);
    return momentOf({ position, today }, this.#register.recordedAt(position) ?? '');
  }

  /**
   * The answer with a route. Nothing of it is kept, because the route is found in what may be posted next.
   */
  withRoute(question: Question, position: number): Work<WrittenAnswer> | Refusal {
    const found = resolveQuestion(this.#register.at(position), question);
    return isRefusal(found) ? found : routed(found, this.#register.recordedAt(position) ?? '');
  }

  /** As {@link withRoute}, under several policies; each answer has a route of its own. */
  severalWithRoutes(
    asking: Asking,
    asked: SeveralPolicies,
    position: number,
  ): Work<SeveralAnswers> | Refusal {
    const policies = this.#policies(asked, position);
    if (isRefusal(policies)) return policies;
    const found = resolveUnderSeveral(this.#register.at(position), asking, policies);
    return isRefusal(found) ? found : severalRouted(found, this.#register.recordedAt(position) ?? '');
  }
}

/** A question under one policy. */
function under(policy: string, { provider, setting, from, until, advisers, school }: Asking): Question {
  return { provider, setting, policy, from, until, advisers, school };
}

/** What holds under each of several policies, if all of it is kept and the question is answered: where none speaks, it may be refused. */
function spoken(kept: readonly (KeptStanding | undefined)[]): readonly KeptStanding[] | undefined {
  return isComplete(kept) && kept.some((one) => one.speaks) ? kept : undefined;
}

/** Whether an answer out of these takes microseconds. */
function isSmall(kept: readonly KeptStanding[]): boolean {
  return kept.every(({ size }) => size <= SMALL);
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

function* severalRouted(found: readonly ResolvedQuestion[], recordedAt: string): Work<SeveralAnswers> {
  const answers: WrittenAnswer[] = [];
  for (const one of found) answers.push(yield* routed(one, recordedAt));
  return severalAnswers(answers);
}

function* routed(found: ResolvedQuestion, recordedAt: string): Work<WrittenAnswer> {
  const answer = yield* answerWithRoute(found, recordedAt);
  const { outcome, knownAt, policy } = answer;
  return { text: yield* jsonInPieces(answer), outcome, knownAt, policy };
}
