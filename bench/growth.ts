import type { Question } from '@app/domain/evaluation/v1/resolved-question';
import { dayOf } from '@app/domain/values/day';
import { isRefusal } from '@app/domain/values/problem';
import { finished, isWork } from '@app/domain/values/work';
import { AnswerCache } from '@app/read-model/answers/answer-cache';
import { EventIndex } from '@app/read-model/index/event-index';
import { Dice } from '@app/synthetic/prng';
import { median, rate, report } from './measure';
import { textsIn, worldOf, type World } from './world';

const SMALL = 10_000;
const LARGE = 1_000_000;
const ROUNDS = 31;
/** The small register has hardly more providers; of the large one as many are asked about, chosen at random. */
const SAMPLE = 50;

/**
 * Whether an answer takes longer in a large register than in a small one, or as known long ago than as known now: whole
 * answers in one process, each provider worked out anew in every round, and then once more as it was kept.
 */
export async function growth(): Promise<void> {
  const [small, large] = [await worldOf(SMALL), await worldOf(LARGE)];
  const [few, many] = [await registerOf(small), await registerOf(large)];
  const old = many.head >> 1;
  // Those that were there when the log was half as long.
  const [known, likewise] = [large, small].map(({ providers }) =>
    providers.slice(0, Math.floor(providers.length / 2)),
  );
  const cases = {
    small: { register: few, position: few.head, providers: sample(likewise) },
    large: { register: many, position: many.head, providers: sample(known) },
    old: { register: many, position: old, providers: sample(known) },
  };
  const first = { small: [] as number[], large: [] as number[], old: [] as number[] };
  const again = { small: [] as number[], large: [] as number[], old: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of ['small', 'large', 'old'] as const) {
      const { register, position, providers } = cases[name];
      const answers = new AnswerCache(register);
      const ask = () => {
        for (const provider of providers) {
          const found = answers.answer(questionAbout(provider), position);
          if (isRefusal(found)) throw new Error(`${provider} is not known at ${position}`);
          if (isWork(found)) finished(found);
        }
      };
      first[name].push(await rate(SAMPLE, ask));
      again[name].push(await rate(SAMPLE, ask));
    }
  }
  const times = (figures: typeof first, one: keyof typeof first, other: keyof typeof first) =>
    median(figures[other].map((figure, i) => figure / (figures[one][i] ?? NaN)));
  const line = (what: string, figure: number, most: number) => {
    report(what, figure.toFixed(2), `at most ${most.toFixed(1)}`, figure <= most);
  };
  line('time of an answer at a million events, × at ten thousand', times(first, 'large', 'small'), 1.2);
  line('  asked once more', times(again, 'large', 'small'), 1.2);
  line('time of an answer at an old position, × at the head', times(first, 'old', 'large'), 2);
  line('  asked once more', times(again, 'old', 'large'), 2);
}

async function registerOf({ file }: World): Promise<EventIndex> {
  const register = new EventIndex();
  for (const text of await textsIn(file)) register.apply(text);
  return register;
}

/** As many of them as are asked about, no one twice. */
function sample(providers: readonly string[] = []): readonly string[] {
  const dice = new Dice(17, 'sample', 0);
  const left = [...providers];
  return Array.from({ length: SAMPLE }, () => left.splice(dice.below(left.length), 1)[0] ?? '');
}

function questionAbout(provider: string): Question {
  return {
    provider,
    setting: 'school-commissioned',
    policy: 'cmqa-2017',
    from: dayOf('2026-09-01'),
    until: dayOf('2027-07-20'),
    advisers: [],
  };
}
