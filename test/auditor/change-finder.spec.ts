/// <reference types="jest" />
import { answer } from '@app/domain/evaluation/v1/answer';
import { windowOf } from '@app/domain/evaluation/v1/question-window';
import { resolveQuestion } from '@app/domain/evaluation/v1/resolved-question';
import type { StoredEvent } from '@app/domain/log/stored-event';
import { generated } from '@app/synthetic/synthetic-log';
import { isRefusal } from '@app/domain/values/problem';
import type { AskedDays } from '@app/read-model/answers/asked-question';
import type { EventIndex } from '@app/read-model/index/event-index';
import { ChangeFinder, type ComparedQuestion, type ComparedAnswer } from '../../apps/auditor/change-finder';
import { Dice } from '../dice';
import { logOf, randomLog, registerOf } from '../read-model/logs';
import { SETTINGS } from '../read-model/everything';

const PROVIDERS = ['ukprn:10000001', 'ukprn:10000002', 'company:00000003', 'charity:1000004', 'urn:100001'];
const POLICIES = ['cmqa-2017', 'cmqa-2017', 'other', 'england-guidance'];

/** What an answer says at a position, found anew. */
function said(
  register: EventIndex,
  position: number,
  question: ComparedQuestion,
  days: AskedDays,
): ComparedAnswer {
  const known = register.at(position);
  const window = windowOf(days, known.today);
  if (isRefusal(window)) return { problem: window.code };
  const found = resolveQuestion(known, { ...question, ...window });
  if (isRefusal(found)) return { problem: found.code };
  const { outcome, eligibleUntil, gaps, uncertain } = answer(found, '');
  const isOfToday = days.on === undefined && days.from === undefined;
  const runOf = ({ from, until }: { from: string; until: string }) => (isOfToday ? {} : { from, until });
  return {
    outcome,
    eligibleUntil,
    gaps: gaps.map((gap) => ({ ...runOf(gap), requirement: gap.requirement, reason: gap.reason })),
    uncertain: uncertain.map((run) => ({ ...runOf(run), requirement: run.requirement })),
  };
}

/** What an answer says at every position from one to another, and where it changes. */
function everyStep(
  register: EventIndex,
  before: number,
  after: number,
  question: ComparedQuestion,
  days: AskedDays,
) {
  const every = Array.from({ length: after - before + 1 }, (_, n) =>
    said(register, before + n, question, days),
  );
  const steps = every.flatMap((one, n) =>
    n > 0 && JSON.stringify(one) !== JSON.stringify(every[n - 1])
      ? [{ position: before + n, said: one }]
      : [],
  );
  return { every, steps };
}

const DAYS: readonly AskedDays[] = [
  {},
  {},
  { on: '2019-06-01' },
  { from: '2019-01-01', until: '2021-12-31' },
];

describe('what changed an answer', () => {
  test.each([1, 2, 3, 5, 7, 9])(
    'is found as by asking at every position, on the history of seed %i',
    (seed) => {
      const texts = randomLog(seed);
      const register = registerOf(texts);
      const dice = new Dice(seed);
      let changed = 0;
      for (let i = 0; i < 12; i++) {
        const before = dice.below(texts.length - 1) * (dice.chance(0.5) ? 1 : 0);
        const after = before + dice.below(texts.length - before);
        const days = dice.one(DAYS);
        const question = {
          provider: dice.one(PROVIDERS),
          setting: dice.one(SETTINGS),
          policy: dice.one(POLICIES),
          advisers: [],
        };
        const { every, steps } = everyStep(register, before, after, question, days);
        const changes = new ChangeFinder(register, before, after, days);
        const found = changes.of(question);
        const isSame = JSON.stringify(every[0]) === JSON.stringify(every.at(-1));
        expect(found?.steps.map(({ position, told }) => ({ position, said: changes.said(told) }))).toEqual(
          isSame ? undefined : steps,
        );
        if (found) changed++;
      }
      expect(changed).toBeGreaterThan(0);
    },
  );

  test('is a day that opens, where an award expires or begins by then', () => {
    const texts = logOf(generated(600, 3));
    const register = registerOf(texts);
    const providers = texts.flatMap((text) => {
      const { type, subject } = JSON.parse(text) as StoredEvent;
      return type === 'ProviderRegistered' || type === 'SchoolRegistered' ? [subject] : [];
    });
    let byDays = 0;
    for (const provider of providers)
      for (const setting of ['school-commissioned', 'publicly-funded']) {
        const question = { provider, setting, policy: 'cmqa-2017', advisers: [] };
        const { every, steps } = everyStep(register, 20, register.head, question, {});
        const changes = new ChangeFinder(register, 20, register.head, {});
        const found = changes.of(question);
        if (JSON.stringify(every[0]) === JSON.stringify(every.at(-1))) expect(found).toBeUndefined();
        else
          expect(found?.steps.map(({ position, told }) => ({ position, said: changes.said(told) }))).toEqual(
            steps,
          );
        byDays += steps.filter(({ position }) => register.text(position).includes('"DayOpened"')).length;
      }
    expect(byDays).toBeGreaterThan(0);
  });
});
