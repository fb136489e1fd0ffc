import type { Asking } from '@app/domain/evaluation/v1/resolved-question';
import { EVERY_POLICY } from '@app/domain/subjects/policy';
import { dayOf } from '@app/domain/values/day';
import { isRefusal } from '@app/domain/values/problem';
import { finished, isWork } from '@app/domain/values/work';
import { AnswerCache } from '@app/read-model/answers/answer-cache';
import { EventIndex } from '@app/read-model/index/event-index';
import { Dice } from '@app/synthetic/prng';
import { median, rate, report, whole } from './measure';
import { textsIn, worldOf } from './world';

const EVENTS = 200_000;
const QUESTIONS = 4_000;
const ROUNDS = 9;
const ONE = 'cmqa-2017';
const SETTINGS = ['school-commissioned', 'national-careers-service'] as const;
/** No room for anything, so that every answer is worked out. */
const NO_ROOM = { days: 0, answers: 0 };

/** How one question is asked: by the cache that may keep its answer. */
type Ask = (cache: AnswerCache, asking: Asking) => object;

/**
 * One question under every policy beside the same under one, in process, at the head: random providers, a school year.
 * Of whole answers and of brief ones: worked out each time, and kept.
 */
export async function policies(): Promise<void> {
  const register = new EventIndex();
  const { file, providers } = await worldOf(EVENTS);
  for (const text of await textsIn(file)) register.apply(text);
  const wholly = {
    one: (cache: AnswerCache, asking: Asking) => cache.answer({ ...asking, policy: ONE }, register.head),
    all: (cache: AnswerCache, asking: Asking) => cache.answers(asking, EVERY_POLICY, register.head),
  };
  const briefly = {
    one: (cache: AnswerCache, asking: Asking) => cache.verdict({ ...asking, policy: ONE }, register.head),
    all: (cache: AnswerCache, asking: Asking) => cache.verdicts(asking, EVERY_POLICY, register.head),
  };
  for (const setting of SETTINGS) {
    const dice = new Dice(17, setting, 0);
    const asked: readonly Asking[] = Array.from({ length: QUESTIONS }, () => ({
      provider: dice.one(providers),
      setting,
      from: dayOf('2026-09-01'),
      until: dayOf('2027-07-20'),
      advisers: [],
    }));
    await compared(
      `${setting}, whole answers worked out`,
      asked,
      wholly,
      () => new AnswerCache(register, NO_ROOM),
      1.6,
    );
    await compared(
      `${setting}, brief answers worked out`,
      asked,
      briefly,
      () => new AnswerCache(register, NO_ROOM),
      1.6,
    );
    const kept = new AnswerCache(register);
    await compared(`${setting}, whole answers kept`, asked, wholly, () => kept);
    await compared(`${setting}, brief answers kept`, asked, briefly, () => kept);
  }
}

/** Reports how much longer all policies take than one, both asked in every round by turns. */
async function compared(
  what: string,
  asked: readonly Asking[],
  { one, all }: { readonly one: Ask; readonly all: Ask },
  cache: () => AnswerCache,
  most?: number,
): Promise<void> {
  const answered = (ask: Ask) => {
    const own = cache();
    return rate(asked.length, () => {
      for (const asking of asked) {
        const found = ask(own, asking);
        if (isRefusal(found)) throw new Error(found.detail);
        if (isWork(found)) finished(found);
      }
    });
  };
  await answered(one);
  await answered(all);
  const [alone, together, times]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < ROUNDS; round++) {
    const [first, second] = [await answered(one), await answered(all)];
    alone.push(first);
    together.push(second);
    times.push(first / second);
  }
  report(`${what}, a second, one policy`, whole(median(alone)), '', true);
  const ratio = median(times);
  report(
    '  time under every policy, × under one',
    ratio.toFixed(2),
    most === undefined ? '' : `at most ${most}`,
    most === undefined || ratio <= most,
  );
}
