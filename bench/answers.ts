import { finished, isWork } from '@app/domain/values/work';
import { AnswerCache } from '@app/read-model/answers/answer-cache';
import { EventIndex } from '@app/read-model/index/event-index';
import type { Question } from '@app/domain/evaluation/v1/resolved-question';
import { dayOf } from '@app/domain/values/day';
import { Dice } from '@app/synthetic/prng';
import { median, rate, report, whole } from './measure';
import { textsIn, worldOf } from './world';

const EVENTS = 200_000;
const QUESTIONS = 1 << 17;
const ROUNDS = 9;

/** Brief answers in one process on one core: random providers, one setting, a school year, at the head. */
export async function answers(): Promise<void> {
  const register = new EventIndex();
  const { file, providers } = await worldOf(EVENTS);
  for (const text of await textsIn(file)) register.apply(text);
  const dice = new Dice(7, 'questions', 0);
  const questions: Question[] = Array.from({ length: QUESTIONS }, () => ({
    provider: dice.one(providers),
    setting: 'school-commissioned',
    policy: 'cmqa-2017',
    from: dayOf('2026-09-01'),
    until: dayOf('2027-07-20'),
    advisers: [],
  }));
  const kept = new AnswerCache(register);
  const map = new Map(questions.map(({ provider }) => [provider, provider.length]));
  const ask = () => {
    for (const question of questions) {
      const found = kept.verdict(question, register.head);
      if (isWork(found)) finished(found);
    }
  };
  // The peer: all that any answer must do at the least, finding the provider in a map.
  const look = () => {
    let found = 0;
    for (const { provider } of questions) found += map.get(provider) ?? 0;
    return found;
  };
  const first = await rate(QUESTIONS, ask);
  const [rates, looks]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    looks.push(await rate(QUESTIONS, look));
    rates.push(await rate(QUESTIONS, ask));
  }
  const answered = median(rates);
  report(
    'brief answers a second, in process, at the head',
    whole(answered),
    'at least 500,000',
    answered >= 500_000,
  );
  report(
    '  as a part of look-ups in a Map of the providers',
    (answered / median(looks)).toFixed(2),
    '',
    true,
  );
  report('  the first time, each provider worked out', whole(first), '', true);
}
