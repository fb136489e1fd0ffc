import type { Answer } from '@app/domain/evaluation/v1/answer-shape';
import { answering } from '@app/domain/evaluation/v1/answer';
import { asIfEngaged } from '@app/domain/evaluation/v1/as-if-engaged';
import { resolveUnderSeveral } from '@app/domain/evaluation/v1/resolved-question';
import { dayOf } from '@app/domain/values/day';
import { isRefusal, type Refusal } from '@app/domain/values/problem';
import { finished, isWork } from '@app/domain/values/work';
import { AnswerCache } from '@app/read-model/answers/answer-cache';
import { answerQuestion, answerUnder, type Asked } from '@app/read-model/answers/asked-question';
import type { EventIndex } from '@app/read-model/index/event-index';
import { policyRecord, providerRecord } from '@app/read-model/records/records';
import {
  answersInLines,
  tellWhatIsAsked,
  type Deciding,
  type Successors,
} from '@app/phrases/answers-in-lines';

/** An answer as the register gives it at a position. */
export interface Recomputed {
  /** Byte for byte what the register sends. */
  readonly text: string;
  /** One for each policy that is asked. */
  readonly answers: readonly Answer[];
}

/** Answers questions from a log alone, by the rules by which the register does. */
export class LogAnswers {
  readonly #register: EventIndex;
  readonly #answers: AnswerCache;

  constructor(register: EventIndex) {
    this.#register = register;
    this.#answers = new AnswerCache(register);
  }

  /** The answer as known at a position, or why there is none. */
  at(position: number, asked: Asked): Recomputed | Refusal {
    const found = answerQuestion(asked, this.#register.todayAt(position), (question) => {
      const answer = answerUnder(this.#answers, question, position);
      return isWork(answer) ? finished(answer) : answer;
    });
    if (isRefusal(found)) return found;
    const told = JSON.parse(found.text) as Answer | { readonly answers: readonly Answer[] };
    return { text: found.text, answers: 'answers' in told ? told.answers : [told] };
  }

  /** The answers in lines for people, as the register’s own command line tells them. */
  inLines(answers: readonly Answer[]): readonly string[] {
    const asked = this.#asIfEngaged(answers);
    return answersInLines(
      answers.map((answer, i) => ({ answer, asked: asked[i] ?? answer })),
      (answer) => this.#deciding(answer),
      this.#successors(answers),
    );
  }

  /** What the policies ask of whoever is named, apart from whether the provider engages them. */
  #asIfEngaged(answers: readonly Answer[]): readonly Answer[] {
    const [first] = answers;
    if (!first || tellWhatIsAsked(answers)) return answers;
    const { provider, setting, from, until, advisers, school, knownAt } = first;
    const found = resolveUnderSeveral(
      this.#register.at(Number(knownAt.position)),
      { provider: provider.key, setting, from: dayOf(from), until: dayOf(until), advisers, school },
      answers.map(({ policy }) => policy.id),
    );
    if (isRefusal(found)) return answers;
    return found.map((one) => finished(answering(asIfEngaged(one), knownAt.recordedAt)));
  }

  #deciding({ policy, knownAt }: Answer): Deciding {
    const record = policyRecord(this.#register.at(Number(knownAt.position)), policy.id);
    const documents = new Map(
      isRefusal(record) ? [] : record.editions.map((one) => [one.edition, one.policy]),
    );
    return policy.editions.map(({ edition }) => ({ edition, document: documents.get(edition) }));
  }

  #successors(answers: readonly Answer[]): Successors {
    const warned = answers.find(({ warnings }) => warnings.some(({ code }) => code === 'provider-succeeded'));
    if (!warned) return new Map();
    const found = providerRecord(this.#register.at(Number(warned.knownAt.position)), warned.provider.key);
    if (isRefusal(found)) return new Map();
    return new Map(finished(found).succeededBy.map(({ position, by }) => [position, by]));
  }
}
