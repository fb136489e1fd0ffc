import { isRefusal, type Refusal } from '@app/domain/values/problem';
import { finished, isWork, type Work } from '@app/domain/values/work';
import { AnswerCache } from '@app/read-model/answers/answer-cache';
import { EventIndex } from '@app/read-model/index/event-index';
import { dayOf } from '@app/domain/values/day';
import { median, rate, report, whole } from './measure';
import { textsIn, worldOf } from './world';

const EVENTS = 200_000;
const ROUNDS = 9;
/** The most that all policies may cost, in questions under one. */
const MOST = 1.6;

/**
 * Whole answers under every policy that stands, beside answers to the same questions under one: in one process on
 * one core, each about a provider and days of which no one asked before.
 */
export async function policies(): Promise<void> {
  const register = new EventIndex();
  const { file, providers } = await worldOf(EVENTS);
  for (const text of await textsIn(file)) register.apply(text);
  const first = dayOf('2026-09-01');
  const asked = (round: number) =>
    providers.map((provider) => ({
      provider,
      setting: 'school-commissioned',
      from: first + round,
      until: first + round + 300,
      advisers: [],
    }));
  const one = (round: number) => {
    const answers = new AnswerCache(register);
    for (const asking of asked(round))
      worked(answers.answer({ ...asking, policy: 'cmqa-2017' }, register.head));
  };
  const all = (round: number) => {
    const answers = new AnswerCache(register);
    for (const asking of asked(round)) worked(answers.answers(asking, 'all', register.head));
  };
  const [ones, alls]: [number[], number[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round++) {
    const [under, underAll] = [
      await rate(providers.length, () => {
        one(2 * round);
      }),
      await rate(providers.length, () => {
        all(2 * round + 1);
      }),
    ];
    // The first round only warms up.
    if (round > 0) {
      ones.push(under);
      alls.push(underAll);
    }
  }
  const cost = median(ones.map((under, i) => under / (alls[i] ?? NaN)));
  report('new answers a second under every policy', whole(median(alls)), '', true);
  report('  as a cost in answers under one', cost.toFixed(2), `at most ${MOST}`, cost <= MOST);
}

/** Works an answer out to its end. Throws if it is refused: then there is nothing to measure. */
function worked<T extends object>(found: T | Work<T> | Refusal): void {
  const answer = isWork(found) ? finished(found) : found;
  if (isRefusal(answer)) throw new Error(answer.detail);
}
