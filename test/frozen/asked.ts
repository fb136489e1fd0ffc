import { adviserAnswer } from '@app/domain/evaluation/v1/adviser-answer';
import { isRefusal, type Refusal } from '@app/domain/values/problem';
import { AnswerCache } from '@app/read-model/answers/answer-cache';
import { answerQuestion, answerUnder, onDays } from '@app/read-model/answers/asked-question';
import type { EventIndex } from '@app/read-model/index/event-index';
import { worked } from '../worked';

/** Answers the addresses of questions, each with the position as known at which it is asked. */
export class Asked {
  readonly #register: EventIndex;
  readonly #answers: AnswerCache;

  constructor(register: EventIndex) {
    this.#register = register;
    this.#answers = new AnswerCache(register);
  }

  /** The bytes of the answer as text, or why there is none. */
  text(address: string): string | Refusal {
    const { pathname, searchParams: query } = new URL(address, 'http://register.example');
    const [, version, kind, key = '', asks] = pathname.split('/');
    if (version !== 'v1' || asks !== 'eligibility') throw new Error(`${address} is no address of a question`);
    const position = Number(query.get('knownAt') ?? NaN);
    const one = (name: string) => query.get(name) ?? undefined;
    const days = { on: one('on'), from: one('from'), until: one('until') };
    const policies = query.getAll('policy');
    const [policy = 'cmqa-2017'] = policies;
    if (kind === 'advisers') {
      const known = this.#register.at(position);
      const standing = { adviser: key, purpose: one('purpose') ?? '', policy };
      const found = onDays(days, known.today, (window) =>
        adviserAnswer(known, { ...standing, ...window }, this.#register.recordedAt(position) ?? ''),
      );
      return isRefusal(found) ? found : JSON.stringify(found);
    }
    const found = answerQuestion(
      {
        provider: key,
        setting: one('setting') ?? '',
        policy: policies.length > 1 ? policies : policy,
        ...days,
        advisers: query.getAll('adviser'),
        school: one('school'),
      },
      this.#register.todayAt(position),
      (question) => worked(answerUnder(this.#answers, question, position)),
    );
    return isRefusal(found) ? found : found.text;
  }
}
